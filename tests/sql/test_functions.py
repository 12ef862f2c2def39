"""The functions of the table on DuckDB, at the edges of months, years and the calendar, and the other new values."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cohort.query.calls import Apply, Lookup, Pick, StartsWith
from cohort.query.functions import SCALARS
from cohort.query.values import Arithmetic, Column, Compare, Literal, Plain, Value
from cohort.sql.functions import COPIES, FUNCTIONS
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

from .plans import CODE, SMALL, TEXT, code, day, missing, whole, worked_out


def as_value(part: object) -> Value:
    """A date as text, a number as it is, None for a missing number."""
    match part:
        case str():
            return day(part)
        case int():
            return whole(part)
        case float():
            return Literal(Decimal(repr(part)), DECIMAL)
        case _:
            return missing(WHOLE)


def apply(function: str, *parts: object) -> Any:
    """What DuckDB makes of a function: of parts that are written, and of the same parts held in columns."""
    written = tuple(as_value(part) for part in parts)
    line: dict[str, tuple[ValueType, Plain]] = {
        f"part_{n}": (value.type, value.value)
        for n, value in enumerate(written)
        if isinstance(value, Literal)
    }
    columns = tuple(Column(name, type_) for name, (type_, _) in line.items())
    found = worked_out(Apply(function, written))
    assert worked_out(Apply(function, columns), line) == found
    return found.isoformat() if isinstance(found, datetime.date) else found


def test_every_function_is_written() -> None:
    assert set(FUNCTIONS) == set(SCALARS)
    assert all(len(copies) == len(SCALARS[name].takes) for name, copies in COPIES.items())


@pytest.mark.parametrize(
    ("birth", "number", "expected"),
    [
        ("2004-02-29", 1, "2005-03-01"),
        ("2004-02-29", 4, "2008-02-29"),
        ("2004-02-29", -1, "2003-03-01"),
        ("2003-03-01", 1, "2004-03-01"),
        ("2004-02-28", 4, "2008-02-28"),
        ("0001-01-01", 9998, "9999-01-01"),
        ("0004-02-29", 9995, "9999-03-01"),
        ("9999-12-31", -9998, "0001-12-31"),
        ("2004-05-05", None, None),
    ],
)
def test_birthdays(birth: str, number: int | None, expected: str | None) -> None:
    assert apply("birthday", birth, number) == expected


@pytest.mark.parametrize(
    ("function", "date", "expected"),
    [
        ("academic_year", "2004-08-31", 2003),
        ("academic_year", "2004-09-01", 2004),
        ("academic_year", "0001-01-01", 0),
        ("financial_year", "2004-03-31", 2003),
        ("financial_year", "2004-04-01", 2004),
        ("financial_year", "9999-12-31", 9999),
        ("calendar_year", "9999-12-31", 9999),
        ("calendar_month", "2004-02-29", 2),
        ("month_start", "2004-02-29", "2004-02-01"),
        ("month_start", "0001-01-01", "0001-01-01"),
        ("month_start", "9999-12-31", "9999-12-01"),
    ],
)
def test_parts_of_dates(function: str, date: str, expected: object) -> None:
    assert apply(function, date) == expected


@pytest.mark.parametrize(
    ("year", "month", "number", "expected"),
    [
        (2004, 2, 29, "2004-02-29"),
        (2003, 2, 29, None),
        (2003, 2, 0, None),
        (2003, 13, 1, None),
        (2003, 0, 1, None),
        (2003, 4, 31, None),
        (1, 1, 1, "0001-01-01"),
        (9999, 12, 31, "9999-12-31"),
        (10000, 1, 1, None),
        (0, 12, 31, None),
        (2003, None, 1, None),
    ],
)
def test_dates_of_parts(year: int, month: int | None, number: int, expected: str | None) -> None:
    assert apply("date_of", year, month, number) == expected


def test_a_late_year_in_16_bits() -> None:
    year = Column("year_held", SMALL)
    value = Apply("date_of", (year, whole(12), whole(31)))
    assert worked_out(value, {"year_held": (SMALL, 9999)}) == datetime.date(9999, 12, 31)


@pytest.mark.parametrize(
    ("birth", "year", "month", "number", "expected"),
    [
        # Who turns six on 31 August is in year 1 until that day; who turns six a day later begins it then.
        ("2004-08-31", 1, 9, 1, "2009-09-01"),
        ("2004-09-01", 1, 9, 1, "2010-09-01"),
        ("2004-09-01", 11, 5, 31, "2021-05-31"),
        ("2004-08-31", 11, 2, 29, "2020-02-29"),
        ("2004-09-01", 11, 2, 31, "2021-02-28"),
        ("2004-09-01", 11, 12, 31, "2020-12-31"),
        ("9982-09-01", 11, 8, 31, "9999-08-31"),
    ],
)
def test_days_of_school_years(birth: str, year: int, month: int, number: int, expected: str) -> None:
    assert apply("school_year_day", birth, year, month, number) == expected
    if (month, number) == (8, 31):
        assert apply("school_year_end", birth, year) == expected


@pytest.mark.parametrize(
    ("first", "second", "months", "years"),
    [
        ("2004-01-31", "2004-02-29", 1, 0),
        ("2004-01-31", "2004-02-28", 0, 0),
        ("2003-01-31", "2003-02-28", 1, 0),
        ("2004-02-29", "2005-02-28", 12, 1),
        ("2004-02-29", "2008-02-28", 47, 3),
        ("2004-02-29", "2008-02-29", 48, 4),
        ("2004-03-31", "2004-02-29", -1, -1),
        ("2004-03-01", "2004-02-29", -1, -1),
        ("2004-03-01", "2003-03-01", -12, -1),
        ("2004-05-05", "2004-05-05", 0, 0),
        ("2005-02-28", "2004-02-29", -12, -1),
        ("0001-01-01", "9999-12-31", 119987, 9998),
        ("9999-12-31", "0001-01-01", -119988, -9999),
        ("9999-11-30", "9999-12-31", 1, 0),
    ],
)
def test_months_and_years_between(first: str, second: str, months: int, years: int) -> None:
    assert apply("months_between", first, second) == months
    assert apply("years_between", first, second) == years


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("2004-01-01", "2004-02-01", "2004-01-15", "2004-03-01"), 17),
        (("2004-01-01", "2004-02-01", "2004-02-01", "2004-03-01"), 0),
        (("2004-01-01", "2004-12-31", "2004-05-02", "2004-05-01"), 0),
        (("2004-01-01", "2004-01-01", "2003-01-01", "2005-01-01"), 0),
        (("0001-01-01", "9999-12-31", "0001-01-01", "9999-12-31"), 3652058),
    ],
)
def test_overlaps(parts: tuple[str, ...], expected: int) -> None:
    assert apply("overlap_in_days", *parts) == expected
    known = tuple(day(part) for part in parts)
    for place in range(4):
        some = (*known[:place], missing(DATE), *known[place + 1 :])
        assert worked_out(Apply("overlap_in_days", some)) is None


@pytest.mark.parametrize(
    ("function", "parts", "expected"),
    [
        ("round", (2.5, 0), 3.0),
        ("round", (-2.5, 0), -3.0),
        ("round", (0.125, 2), 0.13),
        ("round", (-0.125, 2), -0.13),
        ("round", (1.005, 2), 1.0),  # 1.005 times 100 is less than 100.5 in floating point
        ("round", (12345, 0), 12345.0),
        ("round_down", (-0.5,), -1),
        ("round_down", (0.5,), 0),
        ("round_up", (-0.5,), 0),
        ("round_up", (0.5,), 1),
        ("truncate", (-1.9,), -1),
        ("truncate", (1.9,), 1),
        ("truncate", (None,), None),
        ("round_down", (3000000000.5,), 3000000000),
        ("round_down", (2147483647,), 2147483647),
        ("absolute", (-3,), 3.0),
        ("absolute", (-0.5,), 0.5),
        ("whole_division", (7, 2), 3),
        ("whole_division", (-7, 2), -4),
        ("whole_division", (7, -2), -4),
        ("whole_division", (-7, -2), 3),
        ("whole_division", (7, 0), None),
        ("modulo", (7, 2), 1),
        ("modulo", (-7, 2), 1),
        ("modulo", (7, -2), -1),
        ("modulo", (-6, 2), 0),
        ("modulo", (7, 0), None),
        ("modulo", (None, 2), None),
    ],
)
def test_numbers(function: str, parts: tuple[object, ...], expected: float | None) -> None:
    found = apply(function, *parts)
    assert found == expected
    assert isinstance(found, float) == isinstance(expected, float)


def test_rounding_gives_no_negative_zero() -> None:
    assert str(apply("round", -0.3, 0)) == "0.0"


@pytest.mark.parametrize("op", ["+", "-", "*"])
def test_whole_numbers_do_not_overflow_at_32_bits(op: str) -> None:
    number = 2**31 - 1
    left, right = Column("number", WHOLE), Literal(-number if op == "-" else number, WHOLE)
    expected = {"+": 2 * number, "-": 2 * number, "*": number * number}[op]
    assert worked_out(Arithmetic(op, left, right), {"number": (WHOLE, number)}) == expected


@pytest.mark.parametrize(
    ("held", "prefixes", "expected"),
    [
        ("S001", ("S0",), 1),
        ("S001", ("S1", "S00"), 1),
        ("S", ("S0",), 0),
        ("s001", ("S0",), 0),
        ("100%", ("100%",), 1),
        ("1000", ("100%",), 0),
        ("a_b", ("a_",), 1),
        ("axb", ("a_",), 0),
        ("a!b", ("a!",), 1),
        ("it's", ("it'",), 1),
        (None, ("S",), None),
        (None, (), 0),
        ("S", (), 0),
    ],
)
def test_prefixes(held: str | None, prefixes: tuple[str, ...], expected: int | None) -> None:
    starts = StartsWith(Column("note", TEXT), prefixes)
    assert worked_out(starts, {"note": (TEXT, held)}) == expected
    when_not = Pick(starts, whole(1), whole(2), WHOLE)
    assert worked_out(when_not, {"note": (TEXT, held)}) == (1 if expected else 2)


def test_lookups() -> None:
    pairs = (("V2", "it's"), ("C1", "100%"), ("C2", "it's"))
    look = Lookup(Column("status", CODE), pairs, "statuses", TEXT)
    for held, expected in (("V2", "it's"), ("c2", "it's"), ("C1", "100%"), ("C3", None), (None, None)):
        assert worked_out(look, {"status": (CODE, held)}) == expected
    numbers = Lookup(Column("number", WHOLE), (("-1", "below"), ("010", "ten")), "numbers", TEXT)
    for number, text in ((-1, "below"), (10, "ten"), (0, None), (None, None)):
        assert worked_out(numbers, {"number": (WHOLE, number)}) == text
    assert worked_out(Lookup(code("V2"), (), "statuses", TEXT)) is None


def test_a_choice_of_values() -> None:
    first, unknown = Compare("=", Column("at_hand", WHOLE), whole(1)), Compare("=", missing(WHOLE), whole(1))
    mixed = Pick(first, whole(3), Literal(Decimal("0.5"), DECIMAL), DECIMAL)
    assert str(worked_out(mixed)) == "3.0"
    assert worked_out(Pick(unknown, whole(3), missing(WHOLE), WHOLE)) is None
    assert worked_out(Pick(first, unknown, first, BOOLEAN)) is None
    assert worked_out(Pick(unknown, unknown, first, BOOLEAN)) == 1
    key = ValueType(Kind.KEY, bits=64)
    assert (
        worked_out(Pick(first, Column("key_of", key), missing(key), key), {"key_of": (key, 2**40)}) == 2**40
    )
