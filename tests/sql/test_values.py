"""Values on DuckDB: dates at the ends of months, missing values, nothing at all."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cohort.query.values import (
    AgeOn,
    And,
    Arithmetic,
    Band,
    Choose,
    Column,
    Compare,
    DaysBetween,
    During,
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
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

from .plans import CODE, SMALL, TEXT, code, day, missing, whole, worked_out

YES, NO, UNKNOWN = Literal(True, BOOLEAN), Literal(False, BOOLEAN), missing(BOOLEAN)
NO_DAY = missing(DATE)


def date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2020-02-29", 1, "year", "2021-02-28"),
        ("2020-02-29", -1, "year", "2019-02-28"),
        ("2020-02-29", 4, "year", "2024-02-29"),
        ("2020-01-31", 1, "month", "2020-02-29"),
        ("2021-01-31", 1, "month", "2021-02-28"),
        ("2020-03-31", -1, "month", "2020-02-29"),
        # The end of a month does not stick: ADD_MONTHS of Db2 would give 30 June.
        ("2008-02-29", 4, "month", "2008-06-29"),
        ("2020-12-31", 1, "day", "2021-01-01"),
        ("2020-03-01", -1, "day", "2020-02-29"),
        ("2020-02-22", 1, "week", "2020-02-29"),
        ("2020-02-29", -2, "week", "2020-02-15"),
        ("2020-02-29", 0, "month", "2020-02-29"),
    ],
)
def test_dates_move_and_clip_to_the_months_end(start: str, amount: int, unit: str, expected: str) -> None:
    assert worked_out(ShiftDate(day(start), amount, unit)) == date(expected)


def test_a_missing_date_stays_missing() -> None:
    assert worked_out(ShiftDate(NO_DAY, 1, "month")) is None
    assert worked_out(YearTo31March(NO_DAY)) is None
    assert worked_out(AgeOn(NO_DAY, day("2020-01-01"))) is None
    assert worked_out(DaysBetween(day("2020-01-01"), NO_DAY)) is None


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        ("2004-02-29", "2005-02-28", 0),
        ("2004-02-29", "2005-03-01", 1),
        ("2004-02-29", "2008-02-28", 3),
        ("2004-02-29", "2008-02-29", 4),
        ("2004-12-31", "2005-12-30", 0),
        ("2004-12-31", "2005-12-31", 1),
        ("2004-05-05", "2004-05-05", 0),
        ("2004-05-05", "2004-05-04", -1),
        ("2004-05-05", "2003-05-05", -1),
        ("2004-05-05", "2003-05-04", -2),
    ],
)
def test_age_counts_birthdays(birth: str, on: str, expected: int) -> None:
    assert worked_out(AgeOn(day(birth), day(on))) == expected


@pytest.mark.parametrize(
    ("on", "expected"), [("2004-03-31", 2004), ("2004-04-01", 2005), ("2004-12-31", 2005)]
)
def test_the_year_ends_on_31_march(on: str, expected: int) -> None:
    assert worked_out(YearTo31March(day(on))) == expected


@pytest.mark.parametrize(
    ("start", "end", "days"), [("2020-02-28", "2020-03-01", 2), ("2020-03-01", "2020-02-28", -2)]
)
def test_days_between(start: str, end: str, days: int) -> None:
    assert worked_out(DaysBetween(day(start), day(end))) == days


@pytest.mark.parametrize(
    ("latest", "known", "parts", "expected"),
    [
        (True, False, ("2020-01-01", "2020-01-02", "2019-01-01"), "2020-01-02"),
        (False, False, ("2020-01-01", "2020-01-02", "2019-01-01"), "2019-01-01"),
        (True, False, ("2020-01-01", None), None),
        (False, False, (None, "2020-01-01"), None),
        (True, True, ("2020-01-01", None), "2020-01-01"),
        (False, True, (None, "2020-01-01", "2019-12-31"), "2019-12-31"),
        (True, True, (None, None, "2019-12-31"), "2019-12-31"),
        (False, True, (None, None), None),
        # No date stands for missing, so the first and last days of the calendar are dates like others.
        (False, True, ("9999-12-31", None), "9999-12-31"),
        (True, True, ("0001-01-01", None), "0001-01-01"),
    ],
)
def test_latest_and_earliest(
    latest: bool, known: bool, parts: tuple[str | None, ...], expected: str | None
) -> None:
    dates = tuple(NO_DAY if part is None else day(part) for part in parts)
    assert worked_out(Extreme(latest, known, dates)) == (None if expected is None else date(expected))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (And((YES, UNKNOWN)), None),
        (And((NO, UNKNOWN)), 0),
        (And((YES, YES)), 1),
        (Or((YES, UNKNOWN)), 1),
        (Or((NO, UNKNOWN)), None),
        (Or((NO,)), 0),
        (Not(UNKNOWN), None),
        (Not(And((NO, UNKNOWN))), 1),
        (Not(Or((YES, UNKNOWN))), 0),
        (IsMissing(UNKNOWN), 1),
        (IsMissing(Compare("=", missing(WHOLE), whole(1))), 1),
        (IsMissing(And((NO, UNKNOWN))), 0),
        (Compare("=", And((YES, YES)), Not(NO)), 1),
        (Compare("!=", whole(1), missing(WHOLE)), None),
        (InSet(missing(CODE), (code("A"),)), None),
        (InSet(missing(CODE), ()), 0),
        (Not(InSet(missing(CODE), ())), 1),
        (InSet(code("A"), (code("A"), code("B"))), 1),
        (Not(InSet(code("C"), (code("A"), code("B")))), 1),
        (InSet(Arithmetic("+", whole(1), whole(1)), (whole(2),)), 1),
        (InSet(YES, (YES,)), 1),
        (And((InSet(code("A"), tuple(code(f"C{n}") for n in range(2001))), YES)), 0),
        (InSet(missing(CODE), tuple(code(f"C{n}") for n in range(2001))), None),
        (During(day("2020-01-01"), day("2020-01-01"), day("2020-01-01"), True), 1),
        (During(day("2020-01-01"), day("2020-01-01"), day("2020-01-01"), False), 0),
        (During(day("2019-01-01"), day("2020-01-01"), NO_DAY, True), 0),
        (During(day("2020-01-01"), day("2020-01-01"), NO_DAY, True), None),
        (During(NO_DAY, day("2020-01-01"), day("2020-02-01"), True), None),
    ],
)
def test_logic_has_three_values(condition: Value, expected: int | None) -> None:
    assert worked_out(condition) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Arithmetic("-", whole(1), Arithmetic("-", whole(2), whole(3))), 2),
        (Arithmetic("-", whole(1), whole(-5)), 6),
        (Arithmetic("*", Arithmetic("+", whole(1), whole(2)), whole(3)), 9),
        (Arithmetic("/", whole(1), whole(0)), None),
        (Arithmetic("/", whole(1), Arithmetic("-", whole(2), whole(2))), None),
        (Arithmetic("/", whole(7), whole(2)), 3.5),
        (Arithmetic("/", whole(12), Arithmetic("/", whole(3), whole(2))), 8.0),
        (Arithmetic("*", whole(2), Arithmetic("/", whole(1), whole(4))), 0.5),
        (Arithmetic("+", Literal(Decimal("0.1"), DECIMAL), Literal(Decimal("0.2"), DECIMAL)), 0.1 + 0.2),
        (Arithmetic("+", whole(1), missing(WHOLE)), None),
        (Literal(Decimal("-1.5"), DECIMAL), -1.5),
        (Literal(3, DECIMAL), 3.0),
        (Literal(Decimal("1E-20"), DECIMAL), 1e-20),
        (Literal(2**40, ValueType(Kind.WHOLE, bits=64)), 2**40),
    ],
)
def test_arithmetic(value: Value, expected: Any) -> None:
    found = worked_out(value)
    assert found == expected
    assert isinstance(found, float) == isinstance(expected, float)


def test_16_bits_do_not_overflow() -> None:
    doubled = Arithmetic("+", Column("small", SMALL), Column("small", SMALL))
    assert worked_out(doubled, {"small": (SMALL, 32767)}) == 65534


def test_choices_take_the_first_true_case() -> None:
    cases = ((UNKNOWN, Literal("a", TEXT)), (YES, Literal("b", TEXT)), (YES, Literal("c", TEXT)))
    assert worked_out(Choose(cases, missing(TEXT), TEXT)) == "b"
    assert worked_out(Choose(cases[:1], missing(TEXT), TEXT)) is None
    assert worked_out(Not(Choose(((NO, YES),), NO, BOOLEAN))) == 1


@pytest.mark.parametrize(
    ("number", "band"), [(-1, None), (0, "low"), (13, "low"), (14, "high"), (99, "high")]
)
def test_bands_hold_their_lower_bound(number: int, band: str | None) -> None:
    assert worked_out(Band(whole(number), ((0, "low"), (14, "high")), TEXT)) == band


def test_a_missing_number_lies_in_no_band() -> None:
    assert worked_out(Band(missing(WHOLE), ((0, "low"),), TEXT)) is None


@pytest.mark.parametrize(
    ("held", "cleaned"), [(" v2 ", "V2"), ("  ", None), ("", None), (None, None), ("a b", "A B"), ("ŵ", "Ŵ")]
)
def test_codes_are_cleaned(held: str | None, cleaned: str | None) -> None:
    assert worked_out(Column("status", CODE), {"status": (CODE, held)}) == cleaned


def test_text_loses_the_blanks_at_its_end_only() -> None:
    assert worked_out(Column("note", TEXT), {"note": (TEXT, " it's  ")}) == " it's"


@pytest.mark.parametrize(
    "text", ["it's", "''", "'; DROP TABLE results; --", "100%", "a:b", '"', "\\", "/* x */", "ŵ"]
)
def test_text_goes_through_as_it_is_written(text: str) -> None:
    assert worked_out(Literal(text, TEXT)) == text
