"""Functions, lookups, prefixes, choices and figures. Every expectation is worked out by hand from the words."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from cohort.engines.reference import Cell, Context, NamedResult, ReferenceFault, World, evaluate_value
from cohort.engines.reference.functions import APPLY
from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
from cohort.query.functions import SCALARS
from cohort.query.rows import LiteralRows
from cohort.query.values import Choose, Literal, Value
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

TEXT = ValueType(Kind.TEXT, length=20)
CODE = ValueType(Kind.CODE, length=5)


def literal(written: object) -> Literal:
    """Text in the form of a date is a date."""
    match written:
        case bool():
            return Literal(written, BOOLEAN)
        case int():
            return Literal(written, WHOLE)
        case float():
            return Literal(Decimal(str(written)), DECIMAL)
        case str() if written[4:5] == "-":
            return Literal(datetime.date.fromisoformat(written), DATE)
        case str():
            return Literal(written, CODE)
        case _:
            raise TypeError(written)


def worked_out(value: Value, world: World | None = None) -> Cell:
    return evaluate_value(value, {}, Context(world or World()))


EXAMPLES: list[tuple[str, tuple[object, ...], object]] = [
    ("birthday", ("2000-05-10", 16), "2016-05-10"),
    ("birthday", ("2000-05-10", 0), "2000-05-10"),
    ("birthday", ("2000-05-10", -1), "1999-05-10"),
    ("birthday", ("2000-02-29", 1), "2001-03-01"),
    ("birthday", ("2000-02-29", 4), "2004-02-29"),
    ("birthday", ("1896-02-29", 4), "1900-03-01"),
    ("birthday", ("0001-01-01", 9998), "9999-01-01"),
    ("academic_year", ("2004-08-31",), 2003),
    ("academic_year", ("2004-09-01",), 2004),
    ("academic_year", ("2004-12-31",), 2004),
    ("academic_year", ("2005-01-01",), 2004),
    ("financial_year", ("2004-03-31",), 2003),
    ("financial_year", ("2004-04-01",), 2004),
    ("financial_year", ("2005-01-01",), 2004),
    ("calendar_year", ("2004-12-31",), 2004),
    ("calendar_year", ("9999-12-31",), 9999),
    ("calendar_month", ("2004-12-31",), 12),
    ("calendar_month", ("2004-01-01",), 1),
    ("month_start", ("2004-02-29",), "2004-02-01"),
    ("month_start", ("2004-02-01",), "2004-02-01"),
    ("date_of", (2004, 2, 29), "2004-02-29"),
    ("date_of", (2003, 2, 29), None),
    ("date_of", (2004, 13, 1), None),
    ("date_of", (2004, 0, 1), None),
    ("date_of", (2004, 1, 0), None),
    ("date_of", (0, 1, 1), None),
    ("date_of", (9999, 12, 31), "9999-12-31"),
    ("date_of", (10000, 1, 1), None),
    # Born on 31 August 2000: year 1 begins on 1 September 2005, year 11 on 1 September 2015.
    ("school_year_day", ("2000-08-31", 1, 9, 1), "2005-09-01"),
    ("school_year_day", ("2000-08-31", 11, 12, 31), "2015-12-31"),
    ("school_year_day", ("2000-08-31", 11, 5, 1), "2016-05-01"),
    ("school_year_day", ("2000-08-31", 11, 8, 31), "2016-08-31"),
    # A day younger is a school year later.
    ("school_year_day", ("2000-09-01", 11, 5, 1), "2017-05-01"),
    ("school_year_day", ("2000-12-31", 11, 9, 1), "2016-09-01"),
    ("school_year_day", ("2001-01-01", 11, 9, 1), "2016-09-01"),
    ("school_year_day", ("2000-08-31", 11, 2, 31), "2016-02-29"),
    ("school_year_day", ("2000-09-01", 11, 2, 30), "2017-02-28"),
    ("school_year_day", ("2000-08-31", 11, 9, 31), "2015-09-30"),
    # The child of year 11 turns 16 in it, on its last and on its first day.
    ("school_year_end", ("2000-08-31", 11), "2016-08-31"),
    ("school_year_end", ("2000-09-01", 11), "2017-08-31"),
    ("school_year_end", ("2000-09-01", 13), "2019-08-31"),
    ("months_between", ("2004-01-31", "2004-02-28"), 0),
    ("months_between", ("2004-01-31", "2004-02-29"), 1),
    ("months_between", ("2003-01-31", "2003-02-28"), 1),
    ("months_between", ("2004-01-31", "2004-03-30"), 1),
    ("months_between", ("2004-01-31", "2004-03-31"), 2),
    ("months_between", ("2004-05-10", "2004-05-10"), 0),
    ("months_between", ("2004-05-10", "2004-05-09"), -1),
    ("months_between", ("2004-05-10", "2004-04-10"), -1),
    ("months_between", ("2004-05-10", "2004-04-09"), -2),
    ("months_between", ("2004-03-31", "2004-02-29"), -1),
    ("months_between", ("2004-03-31", "2004-02-28"), -2),
    ("months_between", ("0001-01-01", "9999-12-31"), 9998 * 12 + 11),
    ("years_between", ("2000-02-29", "2001-02-27"), 0),
    ("years_between", ("2000-02-29", "2001-02-28"), 1),
    ("years_between", ("2000-02-29", "2004-02-28"), 3),
    ("years_between", ("2000-02-29", "2004-02-29"), 4),
    ("years_between", ("2004-05-10", "2003-05-10"), -1),
    ("years_between", ("2004-05-10", "2003-05-09"), -2),
    ("years_between", ("2004-05-10", "2004-05-09"), -1),
    ("years_between", ("2004-02-29", "2003-02-28"), -1),
    ("overlap_in_days", ("2004-01-01", "2004-01-11", "2004-01-06", "2004-02-01"), 5),
    ("overlap_in_days", ("2004-01-06", "2004-02-01", "2004-01-01", "2004-01-11"), 5),
    ("overlap_in_days", ("2004-01-01", "2004-02-01", "2004-01-10", "2004-01-12"), 2),
    ("overlap_in_days", ("2004-01-01", "2004-01-06", "2004-01-06", "2004-02-01"), 0),
    ("overlap_in_days", ("2004-01-01", "2004-01-02", "2004-03-06", "2004-04-01"), 0),
    ("overlap_in_days", ("2004-01-05", "2004-01-05", "2004-01-01", "2004-02-01"), 0),
    ("overlap_in_days", ("2004-01-09", "2004-01-05", "2004-01-01", "2004-02-01"), 0),
    ("overlap_in_days", ("0001-01-01", "9999-12-31", "2004-02-28", "2004-03-01"), 2),
    ("round", (2.5, 0), 3.0),
    ("round", (-2.5, 0), -3.0),
    ("round", (2.4999, 0), 2.0),
    ("round", (-2.4, 0), -2.0),
    ("round", (0.125, 2), 0.13),
    ("round", (-0.125, 2), -0.13),
    ("round", (7, 3), 7.0),
    ("round", (0.0, 0), 0.0),
    ("round_down", (2.9,), 2),
    ("round_down", (-2.1,), -3),
    ("round_down", (-2,), -2),
    ("round_up", (2.1,), 3),
    ("round_up", (-2.9,), -2),
    ("round_up", (5,), 5),
    ("truncate", (2.9,), 2),
    ("truncate", (-2.9,), -2),
    ("absolute", (-2.5,), 2.5),
    ("absolute", (3,), 3.0),
    ("absolute", (-3,), 3.0),
    ("whole_division", (7, 2), 3),
    ("whole_division", (-7, 2), -4),
    ("whole_division", (7, -2), -4),
    ("whole_division", (-7, -2), 3),
    ("whole_division", (2**40 + 1, 2), 2**39),
    ("whole_division", (7, 0), None),
    ("modulo", (7, 3), 1),
    ("modulo", (-7, 3), 2),
    ("modulo", (7, -3), -2),
    ("modulo", (-7, -3), -1),
    ("modulo", (6, 3), 0),
    ("modulo", (7, 0), None),
]


@pytest.mark.parametrize(("function", "parts", "expected"), EXAMPLES)
def test_functions(function: str, parts: tuple[object, ...], expected: object) -> None:
    value = Apply(function, tuple(literal(part) for part in parts))
    wanted = None if expected is None else literal(expected).value
    found = worked_out(value)
    assert found == (float(wanted) if isinstance(wanted, Decimal) else wanted)
    if found is not None:
        kinds = {Kind.WHOLE: int, Kind.DECIMAL: float, Kind.DATE: datetime.date}
        assert type(found) is kinds[value.type.kind]


@pytest.mark.parametrize("function", SCALARS)
def test_a_function_is_missing_if_any_part_is(function: str) -> None:
    parts = [literal(part) for part in next(parts for name, parts, _ in EXAMPLES if name == function)]
    assert worked_out(Apply(function, tuple(parts))) is not None
    for position, part in enumerate(parts):
        lacking = [*parts]
        lacking[position] = Literal(None, part.type)
        assert worked_out(Apply(function, tuple(lacking))) is None


def test_every_function_of_the_table_has_a_meaning_and_examples() -> None:
    assert set(APPLY) == set(SCALARS) == {name for name, _, _ in EXAMPLES}


@pytest.mark.parametrize(("condition", "expected"), [(True, 1), (False, 2), (None, 2)])
def test_a_choice_between_two_values_takes_the_first_only_if_the_condition_is_true(
    condition: bool | None, expected: int
) -> None:
    value = Pick(Literal(condition, BOOLEAN), literal(1), literal(2), WHOLE)
    assert worked_out(value) == expected
    assert worked_out(Pick(Literal(True, BOOLEAN), Literal(None, WHOLE), literal(2), WHOLE)) is None


def test_a_whole_number_beside_a_decimal_one_becomes_decimal() -> None:
    yes = Literal(True, BOOLEAN)
    picked = worked_out(Pick(yes, literal(1), literal(0.5), DECIMAL))
    chosen = worked_out(Choose(((yes, literal(1)),), literal(0.5), DECIMAL))
    assert (picked, type(picked)) == (1.0, float)
    assert (chosen, type(chosen)) == (1.0, float)


@pytest.mark.parametrize(("code", "expected"), [("A1", "first"), ("B2", "second"), ("A", None), (None, None)])
def test_a_lookup_gives_the_text_of_the_very_code(code: str | None, expected: str | None) -> None:
    pairs = (("A1", "first"), ("B2", "second"), ("B3", "second"))
    assert worked_out(Lookup(Literal(code, CODE), pairs, "list", TEXT)) == expected


@pytest.mark.parametrize(("number", "expected"), [(1, "one"), (10, "ten"), (0, None), (None, None)])
def test_whole_numbers_are_looked_up_by_their_number(number: int | None, expected: str | None) -> None:
    pairs = (("01", "one"), ("10", "ten"))
    assert worked_out(Lookup(Literal(number, WHOLE), pairs, "list", TEXT)) == expected


@pytest.mark.parametrize(
    ("code", "prefixes", "expected"),
    [
        ("S720", ("S7",), True),
        ("S7", ("S7",), True),
        ("S", ("S7",), False),
        ("XS7", ("S7",), False),
        ("S720", ("T", "S7"), True),
        ("S720", ("T", "U"), False),
        ("S%20", ("S%",), True),
        ("SX20", ("S%",), False),
        ("S_20", ("S_",), True),
        ("SX20", ("S_",), False),
        ("S720", (), False),
        (None, ("S7",), None),
        (None, (), False),
    ],
)
def test_prefixes(code: str | None, prefixes: tuple[str, ...], expected: bool | None) -> None:
    assert worked_out(StartsWith(Literal(code, CODE), prefixes)) is expected


RESIDENTS = LiteralRows(
    "residents",
    (("area", CODE), ("year", WHOLE), ("people", WHOLE), ("rate", DECIMAL)),
    ("area", "year"),
    (
        ("W1", 2004, 100, Decimal("0.5")),
        ("W1", 2005, 110, None),
        ("W2", 2004, None, Decimal("1.5")),
        (None, 2004, 1, None),
    ),
)


@pytest.mark.parametrize(
    ("area", "year", "expected"),
    [
        ("W1", 2004, 100),
        ("W1", 2005, 110),
        ("W2", 2004, None),
        ("W2", 2005, None),
        (None, 2004, None),
        ("W1", None, None),
    ],
)
def test_a_figure_is_that_of_the_place_and_time(
    area: str | None, year: int | None, expected: int | None
) -> None:
    lines = [dict(zip(RESIDENTS.shape.names, row, strict=True)) for row in RESIDENTS.rows_held]
    cells = [{n: c for n, c in line.items() if n in ("area", "year", "people")} for line in lines]
    world = World(named={"residents": NamedResult(RESIDENTS.shape, cells)})  # type: ignore[arg-type]
    keys = (("area", Literal(area, CODE)), ("year", Literal(year, WHOLE)))
    assert worked_out(Figure("residents", "people", keys, WHOLE), world) == expected


def test_two_lines_of_one_place_and_time_have_no_meaning() -> None:
    cells: list[dict[str, Cell]] = [{"area": "W1", "people": 1}, {"area": "W1", "people": 1}]
    world = World(named={"residents": NamedResult(RESIDENTS.shape, cells)})
    with pytest.raises(ReferenceFault, match="one line for each key"):
        worked_out(Figure("residents", "people", (("area", literal("W1")),), WHOLE), world)
