"""Value nodes on the reference engine. Every expectation is worked out by hand from the words of the node."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import get_args

import pytest

from cohort.engines.reference import (
    Cell,
    Context,
    NamedResult,
    ReferenceFault,
    Row,
    World,
    evaluate_value,
)
from cohort.query.rows import Shape
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
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    Plain,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

TEXT = ValueType(Kind.TEXT, length=20)
CODE = ValueType(Kind.CODE, length=4)
KEY = ValueType(Kind.KEY, bits=64)


def day(text: str | None) -> Literal:
    return Literal(None if text is None else datetime.date.fromisoformat(text), DATE)


def whole(number: int | None) -> Literal:
    return Literal(number, WHOLE)


def yes_or_no(value: bool | None) -> Literal:
    return Literal(value, BOOLEAN)


def worked_out(
    value: Value,
    row: Row | None = None,
    world: World | None = None,
    unit: Cell = None,
    index_date: datetime.date | None = None,
) -> Cell:
    return evaluate_value(value, row or {}, Context(world or World(), unit, index_date))


YES, NO, MISSING = yes_or_no(True), yes_or_no(False), yes_or_no(None)


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [
        ("=", 1, 1, True),
        ("=", 1, 2, False),
        ("!=", 1, 2, True),
        ("!=", 1, 1, False),
        ("<", 1, 1, False),
        ("<", 0, 1, True),
        ("<=", 1, 1, True),
        ("<=", 2, 1, False),
        (">", 2, 1, True),
        (">", 1, 1, False),
        (">=", 1, 1, True),
        (">=", 0, 1, False),
        ("=", None, 1, None),
        ("!=", 1, None, None),
        ("=", None, None, None),
        ("!=", None, None, None),
    ],
)
def test_a_comparison_is_missing_if_either_side_is(
    op: str, left: int | None, right: int | None, expected: bool | None
) -> None:
    assert worked_out(Compare(op, whole(left), whole(right))) is expected


@pytest.mark.parametrize(
    ("parts", "all_true", "any_true"),
    [
        ((YES,), True, True),
        ((YES, YES), True, True),
        ((YES, NO), False, True),
        ((NO, NO), False, False),
        ((YES, MISSING), None, True),
        ((NO, MISSING), False, None),
        ((MISSING, NO), False, None),
        ((MISSING, MISSING), None, None),
        ((YES, MISSING, NO), False, True),
    ],
)
def test_and_or_follow_three_valued_logic(
    parts: tuple[Value, ...], all_true: bool | None, any_true: bool | None
) -> None:
    assert worked_out(And(parts)) is all_true
    assert worked_out(Or(parts)) is any_true


def test_not_leaves_missing_missing() -> None:
    assert [worked_out(Not(part)) for part in (YES, NO, MISSING)] == [False, True, None]


def test_is_missing_is_never_missing() -> None:
    assert worked_out(IsMissing(whole(None))) is True
    assert worked_out(IsMissing(whole(0))) is False
    assert worked_out(IsMissing(MISSING)) is True


def test_membership() -> None:
    members = (Literal("A", CODE), Literal("B", CODE))
    assert worked_out(InSet(Literal("A", CODE), members)) is True
    assert worked_out(InSet(Literal("C", CODE), members)) is False
    assert worked_out(InSet(Literal(None, CODE), members)) is None
    assert worked_out(InSet(Literal("A", CODE), ())) is False
    assert worked_out(InSet(Literal(None, CODE), ())) is False


@pytest.mark.parametrize(
    ("date", "until", "through"),
    [
        ("2004-03-31", False, False),
        ("2004-04-01", True, True),
        ("2004-04-29", True, True),
        ("2004-04-30", False, True),
        ("2004-05-01", False, False),
        (None, None, None),
    ],
)
def test_until_leaves_the_last_day_out_and_through_takes_it_in(
    date: str | None, until: bool | None, through: bool | None
) -> None:
    start, end = day("2004-04-01"), day("2004-04-30")
    assert worked_out(During(day(date), start, end, end_included=False)) is until
    assert worked_out(During(day(date), start, end, end_included=True)) is through


def test_a_date_that_is_surely_outside_a_period_is_outside_even_if_the_other_bound_is_missing() -> None:
    bound, missing = day("2004-04-01"), day(None)
    assert worked_out(During(day("2004-03-31"), bound, missing, end_included=False)) is False
    assert worked_out(During(day("2004-04-01"), bound, missing, end_included=False)) is None
    assert worked_out(During(day("2004-04-01"), missing, bound, end_included=False)) is False
    assert worked_out(During(day("2004-04-01"), missing, bound, end_included=True)) is None
    assert worked_out(During(missing, bound, bound, end_included=True)) is None


def test_an_empty_or_reversed_period_holds_no_date() -> None:
    assert worked_out(During(day("2004-04-01"), day("2004-04-01"), day("2004-04-01"), False)) is False
    assert worked_out(During(day("2004-04-01"), day("2004-04-01"), day("2004-04-01"), True)) is True
    assert worked_out(During(day("2004-04-05"), day("2004-04-09"), day("2004-04-01"), True)) is False


@pytest.mark.parametrize(
    ("op", "left", "right", "expected"),
    [("+", 2, 3, 5), ("-", 2, 3, -1), ("*", -2, 3, -6), ("+", None, 3, None), ("*", 0, None, None)],
)
def test_whole_numbers_stay_whole(op: str, left: int | None, right: int | None, expected: int | None) -> None:
    result = worked_out(Arithmetic(op, whole(left), whole(right)))
    assert result == expected
    assert not isinstance(result, float)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(7, 2, 3.5), (-7, 2, -3.5), (6, 3, 2.0), (1, 0, None), (0, 0, None), (None, 0, None), (1, None, None)],
)
def test_division_gives_a_decimal_and_missing_for_zero(
    left: int | None, right: int | None, expected: float | None
) -> None:
    result = worked_out(Arithmetic("/", whole(left), whole(right)))
    assert result == expected
    assert result is None or isinstance(result, float)


def test_decimal_numbers_are_floating_point() -> None:
    tenth, fifth = Literal(Decimal("0.1"), DECIMAL), Literal(Decimal("0.2"), DECIMAL)
    assert worked_out(Arithmetic("+", tenth, fifth)) == 0.30000000000000004
    assert worked_out(Arithmetic("+", whole(1), tenth)) == 1.1
    assert isinstance(worked_out(Arithmetic("*", Literal(Decimal("2"), DECIMAL), whole(3))), float)
    assert worked_out(Arithmetic("/", tenth, Literal(Decimal("0.0"), DECIMAL))) is None


@pytest.mark.parametrize(
    ("date", "amount", "unit", "expected"),
    [
        ("2004-02-28", 1, "day", "2004-02-29"),
        ("2004-03-01", -1, "day", "2004-02-29"),
        ("2004-02-28", 2, "week", "2004-03-13"),
        ("2003-01-31", 1, "month", "2003-02-28"),
        ("2004-01-31", 1, "month", "2004-02-29"),
        ("2004-03-31", -1, "month", "2004-02-29"),
        ("2004-03-31", -13, "month", "2003-02-28"),
        ("2004-02-29", 1, "month", "2004-03-29"),
        ("2004-11-30", 3, "month", "2005-02-28"),
        ("2004-12-15", 1, "month", "2005-01-15"),
        ("2004-01-15", -1, "month", "2003-12-15"),
        ("2004-02-29", 1, "year", "2005-02-28"),
        ("2004-02-29", 4, "year", "2008-02-29"),
        ("2004-02-29", -1, "year", "2003-02-28"),
        ("2004-02-29", 0, "month", "2004-02-29"),
        (None, 1, "year", None),
    ],
)
def test_months_and_years_end_on_the_last_day_where_the_day_lacks(
    date: str | None, amount: int, unit: str, expected: str | None
) -> None:
    assert worked_out(ShiftDate(day(date), amount, unit)) == day(expected).value


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2004-02-28", "2004-03-01", 2),
        ("2003-02-28", "2003-03-01", 1),
        ("2004-01-01", "2004-01-01", 0),
        ("2004-01-02", "2004-01-01", -1),
        ("2004-01-01", "2005-01-01", 366),
        (None, "2004-01-01", None),
        ("2004-01-01", None, None),
    ],
)
def test_days_between(start: str | None, end: str | None, expected: int | None) -> None:
    assert worked_out(DaysBetween(day(start), day(end))) == expected


@pytest.mark.parametrize(
    ("birth", "date", "expected"),
    [
        ("2000-05-10", "2001-05-09", 0),
        ("2000-05-10", "2001-05-10", 1),
        ("2000-05-10", "2000-05-10", 0),
        ("2000-05-10", "2000-05-09", -1),
        ("2000-05-10", "1999-05-10", -1),
        ("2000-05-10", "1999-05-09", -2),
        ("2000-02-29", "2001-02-28", 0),
        ("2000-02-29", "2001-03-01", 1),
        ("2000-02-29", "2004-02-28", 3),
        ("2000-02-29", "2004-02-29", 4),
        ("2000-02-28", "2001-02-28", 1),
        (None, "2004-02-29", None),
        ("2000-02-29", None, None),
    ],
)
def test_age_counts_whole_birthdays(birth: str | None, date: str | None, expected: int | None) -> None:
    assert worked_out(AgeOn(day(birth), day(date))) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2003-03-31", 2003),
        ("2003-04-01", 2004),
        ("2003-12-31", 2004),
        ("2004-01-01", 2004),
        ("2004-03-31", 2004),
        ("2004-04-01", 2005),
        (None, None),
    ],
)
def test_year_to_31_march(date: str | None, expected: int | None) -> None:
    assert worked_out(YearTo31March(day(date))) == expected


@pytest.mark.parametrize(
    ("dates", "latest", "earliest", "latest_known", "earliest_known"),
    [
        (("2004-01-01", "2005-01-01"), "2005-01-01", "2004-01-01", "2005-01-01", "2004-01-01"),
        (("2004-01-01", None), None, None, "2004-01-01", "2004-01-01"),
        ((None, None), None, None, None, None),
        (("2006-01-01", None, "2004-01-01"), None, None, "2006-01-01", "2004-01-01"),
    ],
)
def test_latest_and_earliest(
    dates: tuple[str | None, ...],
    latest: str | None,
    earliest: str | None,
    latest_known: str | None,
    earliest_known: str | None,
) -> None:
    parts = tuple(day(date) for date in dates)
    assert worked_out(Extreme(True, False, parts)) == day(latest).value
    assert worked_out(Extreme(False, False, parts)) == day(earliest).value
    assert worked_out(Extreme(True, True, parts)) == day(latest_known).value
    assert worked_out(Extreme(False, True, parts)) == day(earliest_known).value


def test_choose_takes_the_first_true_case() -> None:
    def choice(*conditions: Literal) -> Cell:
        cases = tuple((condition, Literal(f"case {n}", TEXT)) for n, condition in enumerate(conditions))
        return worked_out(Choose(cases, Literal("none", TEXT), TEXT))

    assert choice(YES, YES) == "case 0"
    assert choice(NO, YES) == "case 1"
    assert choice(MISSING, YES) == "case 1"
    assert choice(MISSING, NO) == "none"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, None),
        (-1, None),
        (0, "low"),
        (13, "low"),
        (14, "middle"),
        (90, "middle"),
        (91, "high"),
        (9999, "high"),
    ],
)
def test_a_band_takes_its_lower_bound_in(number: int | None, expected: str | None) -> None:
    bands = ((0, "low"), (14, "middle"), (91, "high"))
    assert worked_out(Band(whole(number), bands, TEXT)) == expected


def test_a_decimal_just_below_a_bound_is_in_the_band_before() -> None:
    weeks = Arithmetic("/", whole(27), whole(7))
    assert worked_out(Band(weeks, ((0, "early"), (4, "late")), TEXT)) == "early"
    assert worked_out(Band(Arithmetic("/", whole(28), whole(7)), ((0, "early"), (4, "late")), TEXT)) == "late"


def test_a_column_is_read_from_the_row() -> None:
    assert worked_out(Column("score", WHOLE), {"score": 7}) == 7
    assert worked_out(Column("score", WHOLE), {"score": None}) is None


APRIL, MAY = datetime.date(2004, 4, 1), datetime.date(2004, 5, 1)


def world_with_people() -> World:
    shape = Shape((("child", KEY), ("sex", CODE)), ("child",), "child", one_per_unit=True)
    people: list[Row] = [{"child": 1, "sex": "F"}, {"child": 2, "sex": None}, {"child": None, "sex": "M"}]
    by_entry = Shape(
        (("child", KEY), ("number", WHOLE), ("index_date", DATE)), ("child",), "child", True, True
    )
    latest: list[Row] = [
        {"child": 1, "number": 7, "index_date": APRIL},
        {"child": 1, "number": 8, "index_date": MAY},
    ]
    return World(
        named={"people": NamedResult(shape, people), "latest": NamedResult(by_entry, latest)},
        entries=((1, APRIL), (1, MAY), (2, APRIL)),
        variables={"score": {(1, APRIL): 5, (1, MAY): 6, (2, APRIL): None}},
        of_persons={"sex": Fact("people", "sex", CODE)},
    )


@pytest.mark.parametrize(("unit", "expected"), [(1, "F"), (2, None), (3, None), (None, None)])
def test_a_fact_is_missing_for_a_unit_without_a_row(unit: int | None, expected: str | None) -> None:
    assert worked_out(Fact("people", "sex", CODE), world=world_with_people(), unit=unit) == expected


@pytest.mark.parametrize(
    ("unit", "index_date", "expected"),
    [(1, APRIL, 7), (1, MAY, 8), (2, APRIL, None), (1, datetime.date(2004, 6, 1), None), (1, None, None)],
)
def test_a_fact_of_entries_is_that_of_the_entry(
    unit: int, index_date: datetime.date | None, expected: int | None
) -> None:
    value = Fact("latest", "number", WHOLE, per_entry=True)
    assert worked_out(value, world=world_with_people(), unit=unit, index_date=index_date) == expected


@pytest.mark.parametrize(
    ("unit", "index_date", "expected"),
    [(1, APRIL, 5), (1, MAY, 6), (2, APRIL, None), (2, MAY, None), (1, None, None)],
)
def test_index_date_and_variables_are_those_of_the_entry(
    unit: int, index_date: datetime.date | None, expected: int | None
) -> None:
    world = world_with_people()
    assert worked_out(IndexDate(), world=world, unit=unit, index_date=index_date) == index_date
    found = worked_out(VariableValue("score", WHOLE), world=world, unit=unit, index_date=index_date)
    assert found == expected


def test_a_variable_of_the_person_needs_no_entry() -> None:
    value = VariableValue("sex", CODE, of_person=True)
    assert [worked_out(value, world=world_with_people(), unit=unit) for unit in (1, 2, 3)] == [
        "F",
        None,
        None,
    ]
    with pytest.raises(ReferenceFault, match="no variable age"):
        worked_out(VariableValue("age", WHOLE, of_person=True), world=world_with_people(), unit=1)


def test_what_is_not_worked_out_yet_is_a_fault() -> None:
    with pytest.raises(ReferenceFault, match="no rows named people"):
        worked_out(Fact("people", "sex", CODE), unit=1)
    with pytest.raises(ReferenceFault, match="no variable score"):
        worked_out(VariableValue("score", WHOLE), unit=1)


def test_a_unit_with_two_rows_has_no_facts() -> None:
    shape = Shape((("child", KEY),), ("child",), "child")
    world = World(named={"people": NamedResult(shape, [{"child": 1}, {"child": 1}])})
    with pytest.raises(ReferenceFault, match="at most one row"):
        worked_out(Fact("people", "child", KEY), world=world, unit=1)


def test_every_plain_value_can_be_a_literal() -> None:
    examples: dict[type, Literal] = {
        int: whole(3),
        Decimal: Literal(Decimal("0.5"), DECIMAL),
        str: Literal("a", TEXT),
        datetime.date: day("2004-04-01"),
        bool: YES,
        type(None): Literal(None, TEXT),
    }
    assert set(examples) == set(get_args(Plain))
    assert [worked_out(v) for v in examples.values()] == [3, 0.5, "a", datetime.date(2004, 4, 1), True, None]
