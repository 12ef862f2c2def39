"""What each construct must give on every database, worked out by hand.

``CASES`` are SELECTs with a column ``answer`` (and, where there are several rows, ``line`` to order them by) and the
values that they must give. They are run on each database that is at hand.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from cohort.query.rows import LiteralRows
from cohort.sql.constructs import (
    BeginsWith,
    CleanCode,
    CountDistinct,
    DateLiteral,
    DayOf,
    DayOfYear,
    DaysFrom,
    EndTrimmed,
    Expression,
    Furthest,
    IsoText,
    LikeAny,
    MissingLiteral,
    MovedDate,
    NumberLiteral,
    OneOf,
    ShiftedDate,
    TextLiteral,
    WholeDivision,
    division,
    exact_total,
    falling,
    rising,
    same,
    three_valued,
    two_valued,
)
from cohort.sql.functions import FUNCTIONS, age_in_years, year_to_31_march
from cohort.sql.given_rows import GivenRows
from cohort.types import DECIMAL, WHOLE, Kind, ValueType

Plain = datetime.date | int | float | str | None
Build = Callable[[], "sa.Select[Any]"]
TEXT = ValueType(Kind.TEXT, length=40)


@dataclass(frozen=True)
class Case:
    """A SELECT, and what it must give in order."""

    name: str
    build: Build
    expected: tuple[Plain, ...]


def day(text: str | None) -> Expression:
    """A date, or a missing one."""
    return MissingLiteral(sa.Date()) if text is None else DateLiteral(datetime.date.fromisoformat(text))


def number(value: int | float | None) -> Expression:
    """A number, or a missing one."""
    if value is None:
        return MissingLiteral(sa.Integer())
    return NumberLiteral(Decimal(str(value)) if isinstance(value, float) else value)


def text(value: str | None) -> Expression:
    """Text, or missing text."""
    return MissingLiteral(sa.String(40)) if value is None else TextLiteral(value)


def asked(expression: Expression) -> sa.Select[Any]:
    """A SELECT of one value."""
    return sa.select(expression.label("answer"))


def worked_out(value: Plain) -> Plain:
    """The date of an expected text that looks like one."""
    iso = isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"
    return datetime.date.fromisoformat(str(value)) if iso else value


def case(name: str, expression: Expression, expected: Plain) -> Case:
    """A case of one value."""
    return Case(name, lambda: asked(expression), (worked_out(expected),))


_SHIFTS: tuple[tuple[str | None, int, str, str | None], ...] = (
    ("2019-01-31", 1, "month", "2019-02-28"),
    ("2020-01-31", 1, "month", "2020-02-29"),
    ("2020-02-29", 1, "month", "2020-03-29"),
    ("2019-02-28", 1, "month", "2019-03-28"),
    ("2008-02-29", 4, "month", "2008-06-29"),
    ("2019-04-30", 1, "month", "2019-05-30"),
    ("2019-03-31", -1, "month", "2019-02-28"),
    ("2020-08-31", -6, "month", "2020-02-29"),
    ("2019-12-31", 2, "month", "2020-02-29"),
    ("2019-05-31", 0, "month", "2019-05-31"),
    ("2019-05-31", 13, "month", "2020-06-30"),
    ("2020-02-29", 1, "year", "2021-02-28"),
    ("2020-02-29", 4, "year", "2024-02-29"),
    ("2020-02-29", -1, "year", "2019-02-28"),
    ("2021-02-28", -1, "year", "2020-02-28"),
    ("1900-03-01", -1, "day", "1900-02-28"),
    ("2000-03-01", -1, "day", "2000-02-29"),
    ("2019-12-31", 1, "day", "2020-01-01"),
    ("2020-02-28", 2, "week", "2020-03-13"),
    ("2020-03-01", -1, "week", "2020-02-23"),
    ("9999-12-30", 1, "day", "9999-12-31"),
    ("9998-12-31", 1, "year", "9999-12-31"),
    ("0001-01-31", 1, "month", "0001-02-28"),
    (None, 1, "day", None),
    (None, -2, "month", None),
    (None, 3, "year", None),
)
_MOVES: tuple[tuple[str | None, int | None, str, str | None], ...] = (
    ("2020-02-29", 1, "year", "2021-02-28"),
    ("2020-02-29", -4, "year", "2016-02-29"),
    ("2019-01-31", 1, "month", "2019-02-28"),
    ("2019-03-31", -13, "month", "2018-02-28"),
    ("0001-01-31", 24241, "month", "2021-02-28"),
    ("2020-02-29", -366, "day", "2019-02-28"),
    ("2020-02-29", 0, "day", "2020-02-29"),
    ("2020-02-29", None, "day", None),
    ("2020-02-29", None, "month", None),
    (None, 5, "year", None),
)
_DAYS: tuple[tuple[str | None, str | None, int | None], ...] = (
    ("2020-02-28", "2020-03-01", 2),
    ("2019-02-28", "2019-03-01", 1),
    ("2020-03-01", "2020-02-28", -2),
    ("2020-02-29", "2020-02-29", 0),
    ("0001-01-01", "9999-12-31", 3652058),
    (None, "2020-01-01", None),
    ("2020-01-01", None, None),
)
_AGES: tuple[tuple[str | None, str | None, int | None], ...] = (
    ("2004-02-29", "2022-02-28", 17),
    ("2004-02-29", "2022-03-01", 18),
    ("2004-02-29", "2020-02-29", 16),
    ("2004-05-01", "2022-04-30", 17),
    ("2004-05-01", "2022-05-01", 18),
    ("2004-05-01", "2004-04-30", -1),
    (None, "2022-05-01", None),
    ("2004-05-01", None, None),
)
_FURTHEST: tuple[tuple[bool, bool, tuple[str | None, ...], str | None], ...] = (
    (True, False, ("2020-01-01", "2020-02-29"), "2020-02-29"),
    (False, False, ("2020-01-01", "2020-02-29"), "2020-01-01"),
    (True, False, ("2020-01-01", None), None),
    (False, False, (None, "2020-01-01"), None),
    (True, True, ("2020-01-01", None), "2020-01-01"),
    (False, True, (None, "2020-01-01"), "2020-01-01"),
    (True, True, (None, None), None),
    (False, True, (None, "2020-01-01", "2019-12-31"), "2019-12-31"),
    (True, True, (None, "2020-01-01", None), "2020-01-01"),
    (False, True, (None, None, None), None),
    (True, False, ("2020-01-01", "2020-01-02", None), None),
    (False, True, ("9999-12-31", None, "9999-12-30"), "9999-12-30"),
    (True, True, ("0001-01-01", None, None), "0001-01-01"),
)
_DIVISIONS: tuple[tuple[int | float | None, int | float | None, float | None], ...] = (
    (1, 4, 0.25),
    (7, 2, 3.5),
    (-7, 2, -3.5),
    (1, 3, 1 / 3),
    (1, 0, None),
    (0, 5, 0.0),
    (None, 5, None),
    (1, None, None),
    (0.5, 0.25, 2.0),
)
_OVERLAPS: tuple[tuple[tuple[str | None, ...], int | None], ...] = (
    (("2020-02-01", "2020-03-01", "2020-02-29", "2020-05-01"), 1),
    (("2020-02-01", "2020-02-29", "2020-02-29", "2020-05-01"), 0),
    (("2020-02-01", "2020-02-10", "2020-03-01", "2020-05-01"), 0),
    (("2020-02-01", None, "2020-03-01", "2020-05-01"), None),
)
_CALLS: tuple[tuple[str, tuple[int | float | None, ...], int | float | None], ...] = (
    ("whole_division", (7, 2), 3),
    ("whole_division", (-7, 2), -4),
    ("whole_division", (7, -2), -4),
    ("whole_division", (-7, -2), 3),
    ("whole_division", (7, 0), None),
    ("modulo", (-7, 2), 1),
    ("modulo", (7, -2), -1),
    ("modulo", (7, 0), None),
    ("modulo", (9007199254740993, 10), 3),
    ("round", (2.5, 0), 3.0),
    ("round", (-2.5, 0), -3.0),
    ("round", (0.125, 2), 0.13),
    ("round", (1e20, 0), 1e20),
    ("round", (-1e300, 0), -1e300),
    ("round_down", (-2.5,), -3),
    ("round_down", (2.999999,), 2),
    ("round_up", (-2.5,), -2),
    ("round_up", (2.000001,), 3),
    ("round_down", (4503599627370497.0,), 4503599627370497),
    ("truncate", (-2.5,), -2),
    ("truncate", (2.5,), 2),
    ("absolute", (-2.5,), 2.5),
)
_TEXTS = (
    "",
    "it's",
    "''",
    "100%",
    "a\\b",
    "\\'",
    "\\",
    "x'; DROP TABLE y; --",
    "Ynys Môn",
    'the "old"',
    "a:b",
    "%s",
    "日",
)
_PREFIXES: tuple[tuple[str | None, tuple[str, ...], int | None], ...] = (
    ("C10", ("C1",), 1),
    ("C", ("C1",), 0),
    ("c10", ("C1",), 0),
    ("AXB", ("A_",), 0),
    ("A_B", ("A_",), 1),
    ("50%", ("50%",), 1),
    ("500", ("50%",), 0),
    ("A!B", ("A!",), 1),
    ("A\\B", ("A\\",), 1),
    ("A%B", ("A\\",), 0),
    ("it's", ("it'", "x"), 1),
    (None, ("A",), None),
    ("A", (), 0),
)


_JANUARIES: tuple[tuple[int | None, str | None], ...] = (
    (None, None),
    (-1, None),
    (0, None),
    (99, None),
    (100, "0001-01-31"),
    (202001, "2020-01-31"),
    (202099, "2020-01-31"),
    (999999, "9999-01-31"),
    (1000000, None),
)
"""A year and month, and the last of January of its year."""
_ENDS_OF_YEARS: tuple[tuple[int | None, str | None], ...] = (
    (None, None),
    (-1, None),
    (0, "0001-03-31"),
    (99, "0001-03-31"),
    (202021, "2021-03-31"),
    (999899, "9999-03-31"),
    (999900, None),
)
"""The year of a return, and the day that it ends on."""


def _rows(columns: tuple[tuple[str, ValueType], ...], *lines: tuple[Any, ...]) -> GivenRows:
    return GivenRows(LiteralRows("given", columns, (columns[0][0],), lines))


def _numbers(*values: int | float | None) -> GivenRows:
    decimal = any(isinstance(value, float) for value in values)
    kind = DECIMAL if decimal else ValueType(Kind.WHOLE, bits=64)
    kept = (Decimal(str(value)) if isinstance(value, float) else value for value in values)
    return _rows((("line", WHOLE), ("amount", kind)), *enumerate(kept, 1))


def _in_order(order: Callable[[Expression], Expression], *values: int | None) -> Build:
    def build() -> sa.Select[Any]:
        given = _numbers(*values)
        place = sa.func.row_number().over(order_by=[order(given.c.amount), rising(given.c.line)])
        return sa.select(given.c.line, place.label("answer")).select_from(given)

    return build


def _total(*values: int | float | None) -> Build:
    def build() -> sa.Select[Any]:
        given = _numbers(*values)
        decimal = any(isinstance(value, float) for value in values)
        return sa.select(exact_total(given.c.amount, decimal=decimal).label("answer")).select_from(given)

    return build


def _over(make: Callable[[GivenRows], Expression], *values: int | None) -> Build:
    def build() -> sa.Select[Any]:
        given = _numbers(*values)
        return sa.select(given.c.line, make(given).label("answer")).select_from(given)

    return build


def _date_in(further: int, month: int) -> Callable[[GivenRows], Expression]:
    def make(given: GivenRows) -> Expression:
        years = FUNCTIONS["whole_division"](given.c.amount, number(100))
        later = years + number(further) if further else years
        return FUNCTIONS["date_of"](later, number(month), number(31))

    return make


def _of_all(make: Callable[[GivenRows], Expression], *values: int | None) -> Build:
    def build() -> sa.Select[Any]:
        given = _numbers(*values)
        return sa.select(make(given).label("answer")).select_from(given)

    return build


def _in_subquery() -> sa.Select[Any]:
    given, others = _numbers(1, 2, None), _numbers(2, None)
    wanted = sa.select(others.c.amount).select_from(others)
    return (
        sa.select(given.c.line, given.c.amount.label("answer"))
        .select_from(given)
        .where(given.c.amount.in_(wanted))
    )


def _together() -> sa.Select[Any]:
    parts = (sa.select(number(1).label("line"), number(n).label("answer")) for n in (1, 1))
    both = sa.union_all(*parts).subquery("both_of_them")
    return sa.select(sa.func.count().label("answer")).select_from(both)


def _apart() -> sa.Select[Any]:
    given = _numbers(1, 1, None, None, 2)
    each = sa.select(given.c.amount).select_from(given).distinct().subquery("each_once")
    return sa.select(sa.func.count().label("answer")).select_from(each)


def _overlap(days: tuple[str | None, ...]) -> Expression:
    return FUNCTIONS["overlap_in_days"](*(day(part) for part in days))


def _compared(left: int | None, right: int | None) -> Expression:
    return number(left) < number(right)


CASES: tuple[Case, ...] = (
    *(case(f"date {day_}", day(day_), day_) for day_ in ("0001-01-01", "2020-02-29", "9999-12-31")),
    *(
        case(
            f"{start} and {amount} {unit}",
            ShiftedDate(day(start), amount, unit),
            expected,
        )
        for start, amount, unit, expected in _SHIFTS
    ),
    case(
        "a shift of a shift",
        ShiftedDate(ShiftedDate(day("2019-01-31"), 1, "month"), 14, "day"),
        "2019-03-14",
    ),
    *(
        case(
            f"{start} moved by {amount} {unit}",
            MovedDate(day(start), number(amount) + number(0), unit),
            expected,
        )
        for start, amount, unit, expected in _MOVES
    ),
    case(
        "moved by a wide number",
        MovedDate(day("2020-02-29"), sa.cast(number(12), sa.BigInteger()), "month"),
        "2021-02-28",
    ),
    *(
        case(f"days from {start} to {end}", DaysFrom(day(start), day(end)), days)
        for start, end, days in _DAYS
    ),
    *(case(f"age of {birth} on {on}", age_in_years(day(birth), day(on)), age) for birth, on, age in _AGES),
    case("year to 31 March", year_to_31_march(day("2020-03-31")), 2020),
    case("year to 31 March of 1 April", year_to_31_march(day("2020-04-01")), 2021),
    Case("date as text", lambda: asked(IsoText(day("0987-03-04"))), ("0987-03-04",)),
    case("missing date as text", IsoText(day(None)), None),
    *(
        case(
            f"{'latest' if latest else 'earliest'}{' known' if known else ''} of {days}",
            Furthest(latest, known, *(day(part) for part in days)),
            expected,
        )
        for latest, known, days, expected in _FURTHEST
    ),
    *(
        case(f"{left} / {right}", division(number(left), number(right)), expected)
        for left, right, expected in _DIVISIONS
    ),
    *(
        case(
            f"{name} of {parts}",
            FUNCTIONS[name](*(number(part) for part in parts)),
            expected,
        )
        for name, parts, expected in _CALLS
    ),
    *(
        case(
            f"overlap of {days} is less than 2",
            two_valued(_overlap(days) < number(2)),
            int(expected is not None),
        )
        for days, expected in _OVERLAPS
    ),
    *(case(f"overlap of {days}", _overlap(days), expected) for days, expected in _OVERLAPS),
    *(
        case(f"{left} div {right}", WholeDivision(number(left), number(right)), expected)
        for left, right, expected in ((7, 2, 3), (199, 100, 1), (0, 5, 0), (200304, 100, 2003))
    ),
    *(
        case(f"number {value!r}", number(value), value)
        for value in (0, -5, 2147483648, -9223372036854775807, 0.1, -0.5, 1e-7, 1.5e300)
    ),
    *(case(f"whole {value} as text", sa.cast(number(value), sa.String(20)), f"{value}") for value in (7, -7)),
    case("whole as decimal", sa.cast(number(7), sa.Double()), 7.0),
    *(case(f"text {value!r}", text(value), value) for value in _TEXTS),
    case("missing text", text(None), None),
    case("cleaned code", CleanCode(text(" v2 ")), "V2"),
    case("cleaned code with a blank of another kind", CleanCode(text("\u00a0v2 ")), "\u00a0V2"),
    case("end trimmed", EndTrimmed(text("  a b  ")), "  a b"),
    case("end trimmed of another blank", EndTrimmed(text("a\u00a0")), "a\u00a0"),
    case("end trimmed missing", EndTrimmed(text(None)), None),
    case("cleaned blanks", CleanCode(text("   ")), None),
    case("cleaned missing code", CleanCode(text(None)), None),
    *(
        case(
            f"{value!r} begins with {prefixes}",
            (
                three_valued(BeginsWith(text(value), prefixes))
                if prefixes
                else two_valued(BeginsWith(text(value), prefixes))
            ),
            expected,
        )
        for value, prefixes, expected in _PREFIXES
    ),
    case("like a pattern", two_valued(LikeAny(text("A01"), ("_1%", "_0%"))), 1),
    case("like no pattern", two_valued(LikeAny(text("A01"), ("_1%", "__"))), 0),
    case("missing and a pattern", three_valued(LikeAny(text(None), ("_%",))), None),
    case("in a list", two_valued(OneOf(number(2), (number(1), number(2)))), 1),
    case("missing in a list", three_valued(OneOf(number(None), (number(1),))), None),
    case("in no list", two_valued(OneOf(number(2), ())), 0),
    case("in a long list", two_valued(OneOf(number(2500), tuple(map(number, range(2501))))), 1),
    case("text in a list", two_valued(OneOf(text("it's"), (text("a"), text("it's")))), 1),
    case("text in another case", two_valued(text("a") == text("A")), 0),
    *(
        case(
            f"{left} < {right} of three values",
            three_valued(_compared(left, right)),
            expected,
        )
        for left, right, expected in ((1, 2, 1), (2, 1, 0), (None, 1, None))
    ),
    case("unknown of two values", two_valued(_compared(None, 1)), 0),
    case("no to an unknown", three_valued(sa.not_(_compared(None, 1))), None),
    case("the same missing", two_valued(same(number(None), number(None))), 1),
    case("missing and known", two_valued(same(number(None), number(1))), 0),
    *(
        Case(
            name,
            _over(_date_in(further, month), *(value for value, _ in values)),
            tuple(worked_out(day) for _, day in values),
        )
        for name, further, month, values in (
            ("January of years and months", 0, 1, _JANUARIES),
            ("31 March after the years of returns", 1, 3, _ENDS_OF_YEARS),
        )
    ),
    case("the day of a day", DayOf(day("2001-02-03")), "2001-02-03"),
    case("the day of no day", DayOf(day(None)), None),
    case("a day of a year", DayOfYear(datetime.date(2001, 4, 1), number(2003), number(1)), "2004-04-01"),
    case("a day of no year", DayOfYear(datetime.date(2001, 4, 1), number(None)), None),
    case("the earliest known of none", Furthest(False, True, day(None), day("9999-12-31")), "9999-12-31"),
    Case("rising", _in_order(rising, 3, None, 1), (2, 3, 1)),
    Case("falling", _in_order(falling, 3, None, 1), (1, 3, 2)),
    Case("ties", _in_order(rising, 1, 1, 1), (1, 2, 3)),
    Case("whole total", _total(9223372036854775807, 9223372036854775807, None), (18446744073709551614,)),
    Case("decimal total", _total(*([0.1] * 10)), (1.0,)),
    Case("decimal total of large numbers", _total(1e9, 0.000001, -1e9), (0.000001,)),
    Case("negative decimal total", _total(-0.5, -0.25, None), (-0.75,)),
    Case("total of sixteen digits", _total(9007199254.740993, 0.0), (9007199254.740993,)),
    Case("total of nothing known", _total(None, None), (None,)),
    Case("different values", _of_all(lambda g: CountDistinct(g.c.amount), 1, 1, None, 2), (2,)),
    Case("known values", _of_all(lambda g: sa.func.count(g.c.amount), 1, 1, None), (2,)),
    Case("rows", _of_all(lambda _: sa.func.count(), 1, 1, None), (3,)),
    Case("smallest", _of_all(lambda g: sa.func.min(g.c.amount), 2, None, -1), (-1,)),
    Case(
        "next",
        _over(lambda g: sa.func.lead(g.c.amount).over(order_by=[rising(g.c.line)]), 1, None, 3),
        (None, 3, None),
    ),
    Case(
        "largest before",
        _over(
            lambda g: sa.func.max(g.c.amount).over(order_by=[rising(g.c.line)], rows=(None, -1)),
            2,
            1,
            None,
            5,
        ),
        (None, 2, 2, 2),
    ),
    Case(
        "total so far",
        _over(
            lambda g: sa.func.sum(g.c.amount).over(order_by=[rising(g.c.line)], rows=(None, 0)), 2, None, 5
        ),
        (2, 2, 7),
    ),
    Case(
        "numbered without an order",
        _over(lambda g: sa.func.row_number().over(partition_by=[g.c.line]), 1, 2),
        (1, 1),
    ),
    Case("in a subquery", _in_subquery, (2,)),
    Case("rows put together", _together, (2,)),
    Case("rows each once", _apart, (3,)),
    case(
        "the fifth power modulo a prime",
        sa.func.mod(
            sa.cast(number(2147483646), sa.BigInteger()) * number(2147483646),
            number(2147483647),
            type_=sa.BigInteger(),
        ),
        1,
    ),
    case("rest of a negative number", sa.func.mod(number(-7), number(2)), -1),
    case("no table", sa.func.coalesce(number(None), number(3)), 3),
)


def plain(value: object) -> object:
    """A value of a database as one of Python: exact numbers and dates with a time become plain ones."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.datetime):
        return value.date()
    return value
