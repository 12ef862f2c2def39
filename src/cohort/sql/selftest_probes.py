"""The questions of the self-test: what generated SQL relies on, asked with constants whose answers are known.

A probe is a value of the query model, an aggregate, an order or, for what is documented of Db2 alone, Db2's own text.
All but the last kind are compiled by the same code as every script, so that they test what scripts say.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.query.calls import Apply, Pick, StartsWith
from cohort.query.values import (
    AgeOn,
    And,
    Arithmetic,
    Band,
    Choose,
    Column,
    Compare,
    DaysBetween,
    Extreme,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    YearTo31March,
)
from cohort.sql.constructs import (
    CleanCode,
    CountDistinct,
    Expression,
    IsoText,
    NumberLiteral,
    exact_total,
    falling,
    rising,
)
from cohort.sql.matching import fifth_power
from cohort.sql.results import as_text
from cohort.sql.selftest_asking import (
    CODE,
    LARGE,
    MISSING,
    TEXT,
    Db2Text,
    OfRow,
    OfRowInSql,
    OfRows,
    PlaceInOrder,
    Probe,
)
from cohort.types import DATE, DECIMAL, WHOLE, ValueType

FIRST, LAST = Column("first_day", DATE), Column("last_day", DATE)
_CODE_COLUMN, _SMALL, _BIG = (
    Column("code", CODE),
    Column("small_number", WHOLE),
    Column("large_number", LARGE),
)
_RATIO = Column("ratio", DECIMAL)


def _whole(number: int) -> Literal:
    return Literal(number, WHOLE)


def _day(text: str) -> Literal:
    return Literal(datetime.date.fromisoformat(text), DATE)


def _called(function: str, *parts: Value) -> Apply:
    return Apply(function, parts)


def _thousandths(value: Value) -> Value:
    return _called("round_down", Arithmetic("*", _called("round", value, _whole(3)), _whole(1000)))


def _yes(condition: Value) -> Value:
    return Pick(condition, Literal("yes", TEXT), Literal("no", TEXT), TEXT)


def _moved(name: str, why: str, row: int, amount: int, unit: str, expected: str) -> Probe:
    return Probe(name, why, expected, OfRow(row, ShiftDate(FIRST, amount, unit)))


_SPILLED = "31 January and one month are 29 or 28 February: ages, windows and follow-up move dates by months"
_DATES = (
    Probe("date_as_text", "dates are written year first, whatever the settings", "2020-01-31",
          OfRow(1, FIRST)),
    Probe("date_literal", "date literals are year first", "yes",
          OfRow(1, _yes(Compare("=", FIRST, _day("2020-01-31"))))),
    _moved("month_end_plus_month", _SPILLED, 1, 1, "month", "2020-02-29"),
    _moved("leap_day_plus_months",
           "a duration keeps the day; ADD_MONTHS would give 30 June", 4, 4, "month", "2008-06-29"),
    _moved("leap_day_plus_year", "29 February and a year are 28 February", 2, 1, "year", "2021-02-28"),
    _moved("leap_day_plus_4_years", "29 February stays in leap years", 2, 4, "year", "2024-02-29"),
    _moved("month_end_minus_months", "months are taken off in the same way", 1, -2, "month", "2019-11-30"),
    _moved("leap_day_minus_6_months", "months are taken off across a year", 2, -6, "month", "2019-08-29"),
    _moved("two_weeks_as_days", "a week is written as seven days", 1, 2, "week", "2020-02-14"),
    _moved("days_into_leap_day", "days cross a month's end", 1, 29, "day", "2020-02-29"),
    _moved("days_back_over_new_year", "days cross a year's end", 1, -31, "day", "2019-12-31"),
    Probe("computed_days", "a duration may be worked out", "2020-01-01",
          OfRow(1, _called("month_start", FIRST))),
    Probe("computed_years", "years may be worked out", "2010-03-01",
          OfRow(4, _called("birthday", FIRST, _SMALL))),
    Probe("first_birthday_of_leap_day", "the birthday of 29 February is 1 March in common years", "2021-03-01",
          OfRow(2, _called("birthday", FIRST, _whole(1)))),
    Probe("date_of_parts", "a day is put together from numbers", "2020-02-29",
          OfRow(2, _called("date_of", _called("calendar_year", FIRST), _whole(2), _whole(29)))),
    Probe("date_of_no_such_day", "a day that does not exist is missing, not an error", MISSING,
          OfRow(3, _called("date_of", _called("calendar_year", FIRST), _whole(2), _whole(29)))),
    Probe("school_year_end", "school years are counted from 1 September", "2026-08-31",
          OfRow(2, _called("school_year_end", FIRST, _whole(1)))),
    Probe("days_between", "days are counted as differences of day numbers", "29",
          OfRow(1, DaysBetween(FIRST, LAST))),
    Probe("days_between_is_signed", "a reversed pair gives a negative number", "-1",
          OfRow(5, DaysBetween(FIRST, LAST))),
    Probe("days_of_the_calendar", "day numbers follow the Gregorian calendar to both ends", "3652058",
          OfRow(6, DaysBetween(FIRST, LAST))),
    Probe("days_until_missing", "a difference with a missing date is missing", MISSING,
          OfRow(3, DaysBetween(FIRST, LAST))),
    Probe("age_before_leap_birthday", "28 February is before a birthday of 29 February", "0",
          OfRow(2, AgeOn(FIRST, LAST))),
    Probe("age_on_leap_birthday", "the birthday itself counts", "16", OfRow(4, AgeOn(FIRST, LAST))),
    Probe("year_to_31_march", "1 April begins the year", "2004", OfRow(5, YearTo31March(FIRST))),
    Probe("last_day_of_year_to_31_march", "31 March ends it", "2003", OfRow(5, YearTo31March(LAST))),
    Probe("months_between_month_ends", "31 January to 29 February is a whole month", "1",
          OfRow(1, _called("months_between", FIRST, LAST))),
    Probe("years_between_leap_days", "29 February to 28 February is a whole year", "1",
          OfRow(2, _called("years_between", FIRST, LAST))),
    Probe("day_of_timestamp_mode", "a DATE has no time of day (the Oracle mode of dates is off)", "4",
          Db2Text("CAST(LENGTH(DATE('2020-01-31')) AS VARCHAR(20))")),
)  # fmt: skip
_MISSING_VALUES = (
    Probe("earliest_of_known", "LEAST is only given known dates", "2019-02-28",
          OfRow(3, Extreme(False, True, (FIRST, LAST)))),
    Probe("latest_of_known", "GREATEST is only given known dates", "2019-02-28",
          OfRow(3, Extreme(True, True, (FIRST, LAST)))),
    Probe("earliest_of_three_known", "the far end of the calendar stands for what is missing", "2019-01-01",
          OfRow(3, Extreme(False, True, (FIRST, LAST, _day("2019-01-01"))))),
    Probe("latest_if_all_known", "otherwise a missing date makes the answer missing", MISSING,
          OfRow(3, Extreme(True, False, (FIRST, LAST)))),
    Probe("bare_least_with_missing", "the manual says that LEAST is missing if a part is", MISSING,
          Db2Text("VARCHAR_FORMAT(LEAST(DATE('2020-01-31'), CAST(NULL AS DATE)), 'YYYY-MM-DD')")),
    Probe("comparison_with_missing", "a comparison with a missing value is unknown", MISSING,
          OfRow(3, Compare("<", LAST, FIRST))),
    Probe("not_of_unknown", "the opposite of unknown is unknown", MISSING,
          OfRow(3, Not(Compare("<", LAST, FIRST)))),
    Probe("unknown_or_true", "unknown or true is true", "1",
          OfRow(3, Or((Compare("<", LAST, FIRST), IsMissing(LAST))))),
    Probe("unknown_and_true", "unknown and true is unknown", MISSING,
          OfRow(3, And((Compare("<", LAST, FIRST), IsMissing(LAST))))),
    Probe("missing_in_list", "a missing value is neither in a list nor outside", MISSING,
          OfRow(3, InSet(_SMALL, (_whole(7), _whole(2))))),
    Probe("missing_not_in_list", "nor is it kept by NOT", MISSING,
          OfRow(3, Not(InSet(_SMALL, (_whole(7), _whole(2)))))),
    Probe("case_with_unknown", "CASE passes over a condition that is unknown", "no",
          OfRow(3, _yes(Compare(">", _SMALL, _whole(1))))),
    Probe("band_of_missing", "a missing number is in no band", MISSING,
          OfRow(3, Band(_SMALL, ((0, "low"), (5, "high")), TEXT))),
    Probe("empty_text_is_not_missing", "the Oracle mode of texts is off, in which '' would be missing", "no",
          Db2Text("CASE WHEN '' IS NULL THEN 'yes' ELSE 'no' END")),
)  # fmt: skip
_NUMBERS = (
    Probe("bounds_of_a_band", "a band holds its lower bound", "high",
          OfRow(1, Band(_SMALL, ((0, "low"), (7, "high")), TEXT))),
    Probe("half_rounds_up", "halves are rounded away from zero", "3000",
          OfRow(1, _thousandths(_called("round", _RATIO, _whole(0))))),
    Probe("minus_half_rounds_down", "halves are rounded away from zero", "-3000",
          OfRow(2, _thousandths(_called("round", _RATIO, _whole(0))))),
    Probe("floor_of_negative", "FLOOR goes down", "-3", OfRow(2, _called("round_down", _RATIO))),
    Probe("ceiling_of_negative", "CEIL goes up", "-2", OfRow(2, _called("round_up", _RATIO))),
    Probe("truncated_negative", "what is truncated goes to zero", "-2",
          OfRow(2, _called("truncate", _RATIO))),
    Probe("whole_division_of_negative", "whole division goes down", "-4",
          OfRow(2, _called("whole_division", _SMALL, _whole(2)))),
    Probe("rest_of_negative", "the rest has the sign of the divisor", "1",
          OfRow(2, _called("modulo", _SMALL, _whole(2)))),
    Probe("bare_division_of_whole_numbers", "whole numbers divide to whole numbers, without a rest", "3",
          Db2Text("CAST(7 / 2 AS VARCHAR(20))")),
    Probe("division_gives_decimals", "a division is of DOUBLE", "3500",
          OfRow(1, _thousandths(Arithmetic("/", _SMALL, _whole(2))))),
    Probe("division_by_zero", "a division by zero is missing, not an error", "1",
          OfRow(5, IsMissing(Arithmetic("/", _whole(7), _SMALL)))),
    Probe("wide_multiplication", "products of whole numbers are BIGINT", "15032385529",
          OfRow(1, Arithmetic("*", _SMALL, _whole(2147483647)))),
    Probe("wide_numbers_stay_exact", "whole numbers never pass through DOUBLE", "9007199254740994",
          OfRow(5, Arithmetic("+", _BIG, _whole(1)))),
    Probe("negative_number_as_text", "a number as text has no padding", "-7", OfRow(2, _SMALL)),
    Probe("double_to_integer", "the manual says that a cast to INTEGER cuts off", "2",
          Db2Text("CAST(CAST(2.9E0 AS INTEGER) AS VARCHAR(20))")),
    Probe("decimal_cast_cuts_off", "the manual says that a cast to DECIMAL cuts off", "yes",
          Db2Text("CASE WHEN CAST(0.129 AS DECIMAL(5, 2)) = 0.12 THEN 'yes' ELSE 'no' END")),
    Probe("hash_of_largest", "matching multiplies near the end of BIGINT without overflow", "2147483646",
          OfRowInSql(1, lambda rows: as_text(fifth_power(rows.c.large_number), LARGE))),
    Probe("hash_of_another", "matching takes fifth powers modulo a prime", str(pow(1000000007, 5, 2147483647)),
          OfRowInSql(2, lambda rows: as_text(fifth_power(rows.c.large_number), LARGE))),
)  # fmt: skip
_TEXTS = (
    Probe("clean_code", "codes are trimmed and in capitals", "E11",
          OfRowInSql(4, lambda rows: CleanCode(rows.c.code))),
    Probe("capital_and_small_differ", "comparison of codes minds capitals", "0",
          OfRow(1, Compare("=", _CODE_COLUMN, Literal("A", CODE)))),
    Probe("prefix", "a code begins with itself", "1", OfRow(2, StartsWith(_CODE_COLUMN, ("B",)))),
    Probe("prefix_minds_capitals", "prefixes mind capitals", "0", OfRow(2, StartsWith(_CODE_COLUMN, ("b",)))),
    Probe("prefix_with_signs", "per cent, underscore and ! stand for themselves", "1",
          OfRow(5, StartsWith(_CODE_COLUMN, ("10%!_",)))),
    Probe("prefix_sign_is_no_wildcard", "an underscore is no wildcard", "0",
          OfRow(5, StartsWith(_CODE_COLUMN, ("1_%",)))),
    Probe("apostrophe", "an apostrophe in a text is doubled", "it's",
          OfRow(1, Pick(Compare("=", _SMALL, _whole(7)), Literal("it's", TEXT), Literal("no", TEXT), TEXT))),
    Probe("choice_of_codes", "the first true case counts", "second",
          OfRow(2, Choose(((Compare("=", _CODE_COLUMN, Literal("b", CODE)), Literal("first", TEXT)),
                           (Compare("=", _CODE_COLUMN, Literal("B", CODE)), Literal("second", TEXT))),
                          Literal("none", TEXT), TEXT))),
    Probe("trailing_blank_is_equal", "the manual says that blanks at the end do not count", "yes",
          Db2Text("CASE WHEN 'a ' = 'a' THEN 'yes' ELSE 'no' END")),
    Probe("padded_text_is_trimmed", "TRIM takes the padding of CHAR away", "1",
          Db2Text("CAST(LENGTH(TRIM(CAST('a' AS CHAR(5)))) AS VARCHAR(20))")),
    Probe("blanks_alone_are_missing", "NULLIF and TRIM make blanks missing", MISSING,
          Db2Text("NULLIF(UPPER(TRIM(CAST(' ' AS CHAR(3)))), '')")),
    Probe("letters_with_accents", "the script arrives as UTF-8, in which these three letters are four bytes", "4",
          Db2Text("CAST(LENGTH('Môn') AS VARCHAR(20))")),
)  # fmt: skip


def _text_of(column: str, type_: ValueType) -> Callable[[FromClause], Expression]:
    return lambda rows: as_text(rows.c[column], type_)


def _total(column: str, *, decimal: bool) -> Callable[[FromClause], Expression]:
    def build(rows: FromClause) -> Expression:
        total = exact_total(rows.c[column], decimal=decimal)
        whole = sa.func.floor(total * NumberLiteral(10.0) + NumberLiteral(0.5)) if decimal else total
        return as_text(sa.cast(whole, sa.BigInteger()), LARGE)

    return build


_ROWS = (
    Probe("rows", "COUNT counts every row", "6", OfRows(lambda _: as_text(sa.func.count(), LARGE))),
    Probe("known_values", "COUNT of a column leaves missing values out", "5",
          OfRows(lambda rows: as_text(sa.func.count(rows.c.small_number), LARGE))),
    Probe("different_values", "COUNT DISTINCT leaves missing values out", "5",
          OfRows(lambda rows: as_text(CountDistinct(rows.c.code), LARGE))),
    Probe("latest_date", "MAX leaves missing values out", "9999-12-31",
          OfRows(lambda rows: IsoText(sa.func.max(rows.c.last_day)))),
    Probe("total_of_wide_numbers", "sums of whole numbers are exact", str(2 * 9007199254740993 + 3147483656),
          OfRows(_total("large_number", decimal=False))),
    Probe("total_of_decimals", "sums of decimal numbers are the same in any order", "10003",
          OfRows(_total("ratio", decimal=True))),
    Probe("missing_last_rising", "missing values come last in rising order", "6",
          PlaceInOrder(lambda rows: (rising(rows.c.code),), 6)),
    Probe("missing_last_falling", "missing values come last in falling order", "6",
          PlaceInOrder(lambda rows: (falling(rows.c.code),), 6)),
    Probe("order_of_dates", "the first row is the one with the earliest day", "6",
          PlaceInOrder(lambda rows: (rising(rows.c.first_day),), 1)),
    Probe("digits_before_letters", "ties are broken by the order of codes, in which digits come first", "3",
          PlaceInOrder(lambda rows: (rising(CleanCode(rows.c.code)), rising(rows.c.sample_row)), 1)),
    Probe("capitals_before_small_letters", "the order of codes is that of their bytes", "2",
          PlaceInOrder(lambda rows: (rising(rows.c.code),), 4)),
)  # fmt: skip
_SERVER = (
    Probe("drop_procedure", "every script begins and ends with FNC.DROP_IF_EXISTS", "yes",
          Db2Text("CASE WHEN (SELECT COUNT(*) FROM SYSCAT.ROUTINES WHERE ROUTINESCHEMA = 'FNC' "
                  "AND ROUTINENAME = 'DROP_IF_EXISTS') > 0 THEN 'yes' ELSE 'no' END")),
)  # fmt: skip
_OF_CODE = "FROM SYSCAT.COLUMNS WHERE TABSCHEMA = '{schema}' AND TABNAME = '{table}' AND COLNAME = 'CODE'"
_OF_SERVER = "(SELECT MAX(LEFT(VALUE, 100)) FROM SYSIBMADM.DBCFG WHERE NAME = '{name}')"
SERVER_FACTS: tuple[tuple[str, str], ...] = (
    ("collation", f"(SELECT MAX(COLLATIONNAME) {_OF_CODE})"),
    ("code_page", f"(SELECT CAST(MAX(CODEPAGE) AS VARCHAR(20)) {_OF_CODE})"),
    ("service_level", "(SELECT MAX(LEFT(SERVICE_LEVEL, 100)) FROM SYSIBMADM.ENV_INST_INFO)"),
    ("texts_as_in_oracle", _OF_SERVER.replace("{name}", "varchar2_compat")),
    ("numbers_as_in_oracle", _OF_SERVER.replace("{name}", "number_compat")),
    ("dates_as_in_oracle", _OF_SERVER.replace("{name}", "date_compat")),
)
"""What is asked of the server itself, by name; ``schema`` and ``table`` are those of the constants.

There is no right answer, and some analysts may not ask.
"""

PROBES: tuple[Probe, ...] = (*_DATES, *_MISSING_VALUES, *_NUMBERS, *_TEXTS, *_ROWS, *_SERVER)
"""All probes in order."""
