"""Summaries and covered days on the reference engine. Every expectation is worked out by hand from the words."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from cohort.engines.reference import (
    Cell,
    Context,
    NamedResult,
    ReferenceFault,
    Row,
    World,
    evaluate_rows,
    evaluate_value,
)
from cohort.query.rows import Add, NamedRows, Shape
from cohort.query.summaries import Covered, Outer, RowsOf, Summary, summary_type
from cohort.query.values import Column, Compare, IndexDate, Literal, Value, VariableValue
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

CODE = ValueType(Kind.CODE, length=4)
KEY = ValueType(Kind.KEY, bits=64)
TYPES = {
    "child": KEY,
    "number": WHOLE,
    "start": DATE,
    "until": DATE,
    "score": WHOLE,
    "size": DECIMAL,
    "code": CODE,
}
EVENTS = Shape(tuple(TYPES.items()), ("number",), "child")
OF_EVENTS = RowsOf("events", per_entry=False, order=EVENTS.order)
APRIL, MAY = datetime.date(2004, 4, 1), datetime.date(2004, 5, 1)


def day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def event(child: int | None, number: int, **cells: Cell) -> Row:
    row: Row = dict.fromkeys(TYPES, None) | {"child": child, "number": number} | cells
    return {n: day(c) if TYPES[n].kind is Kind.DATE and isinstance(c, str) else c for n, c in row.items()}


def world(*events: Row) -> World:
    return World(named={"events": NamedResult(EVENTS, list(events))})


def column(name: str) -> Column:
    return Column(name, TYPES[name])


def summary(
    function: str, of: Value | None = None, condition: Value | None = None, order: str | None = None
) -> Summary:
    type_ = summary_type(function, None if of is None else of.type)
    return Summary(function, OF_EVENTS, condition, of, order, type_)


def of_child(value: Value, events: list[Row], child: int | None = 1) -> Cell:
    return evaluate_value(value, {}, Context(world(*events), child))


NONE_OF_ONE = [event(2, 1, score=7, size=0.5, start="2004-01-01"), event(None, 2, score=9)]
"""Child 1 has no row; a row without a child is nobody's."""


@pytest.mark.parametrize(
    ("function", "of", "order", "expected"),
    [
        ("any", None, None, False),
        ("none", None, None, True),
        ("count", None, None, 0),
        ("count_distinct", "score", None, 0),
        ("total", "score", None, 0),
        ("total", "size", None, 0.0),
        ("mean", "score", None, None),
        ("median", "score", None, None),
        ("smallest", "start", None, None),
        ("largest", "score", None, None),
        ("first", "score", "start", None),
        ("last", "score", "start", None),
    ],
)
@pytest.mark.parametrize("child", [1, None])
def test_a_child_without_rows(
    function: str, of: str | None, order: str | None, expected: Cell, child: int | None
) -> None:
    value = summary(function, None if of is None else column(of), None, order)
    assert of_child(value, NONE_OF_ONE, child) == expected


def scores(*values: int | None) -> list[Row]:
    return [event(1, number, score=value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("values", "count", "distinct", "total", "mean", "median", "smallest", "largest"),
    [
        ((3,), 1, 1, 3, 3.0, 3.0, 3, 3),
        ((3, 3, None, 1, 5), 5, 3, 12, 3.0, 3.0, 1, 5),
        ((4, 1, 2, 9), 4, 4, 16, 4.0, 3.0, 1, 9),
        ((None, None), 2, 0, 0, None, None, None, None),
        ((-1, 2**40), 2, 2, 2**40 - 1, (2**40 - 1) / 2, (2**40 - 1) / 2, -1, 2**40),
    ],
)
def test_missing_values_are_skipped(
    values: tuple[int | None, ...],
    count: int,
    distinct: int,
    total: int,
    mean: float | None,
    median: float | None,
    smallest: int | None,
    largest: int | None,
) -> None:
    rows = [*scores(*values), event(2, 99, score=1000)]
    assert of_child(summary("any"), rows) is True
    assert of_child(summary("none"), rows) is False
    assert of_child(summary("count"), rows) == count
    found = [
        of_child(summary(function, column("score")), rows)
        for function in ("count_distinct", "total", "mean", "median", "smallest", "largest")
    ]
    assert found == [distinct, total, mean, median, smallest, largest]


def test_dates_and_codes_have_ends_and_can_be_counted() -> None:
    rows = [
        event(1, 1, start="2004-02-29", code="B"),
        event(1, 2, start="2004-01-01", code="A"),
        event(1, 3, code="B"),
    ]
    assert of_child(summary("smallest", column("start")), rows) == day("2004-01-01")
    assert of_child(summary("largest", column("start")), rows) == day("2004-02-29")
    assert of_child(summary("smallest", column("code")), rows) == "A"
    assert of_child(summary("count_distinct", column("code")), rows) == 2


def sizes(*values: float | None) -> list[Row]:
    return [event(1, number, size=value) for number, value in enumerate(values)]


def test_decimal_numbers_are_added_in_millionths() -> None:
    # 0.1 three times is 0.30000000000000004 in floating point; in millionths it is exact.
    assert of_child(summary("total", column("size")), sizes(0.1, 0.1, 0.1)) == 0.3
    # Half a millionth is rounded up, also below zero.
    assert of_child(summary("total", column("size")), sizes(0.0000005, None)) == 0.000001
    assert of_child(summary("total", column("size")), sizes(-0.0000005)) == 0.0
    assert of_child(summary("total", column("size")), sizes(0.0000004)) == 0.0
    assert of_child(summary("mean", column("size")), sizes(1.0, 2.0, None, 2.0)) == 5 / 3
    assert of_child(summary("mean", column("size")), sizes(0.0000004, 0.0000004)) == 0.0
    assert of_child(summary("median", column("size")), sizes(0.5, 0.0000004)) == (0.5 + 0.0000004) / 2


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(("A", "A", "B"), 2 / 3), (("B",), 0.0), (("A",), 1.0), (("A", None), 1.0), ((None,), None), ((), None)],
)
def test_a_share_is_of_the_rows_in_which_the_condition_is_known(
    codes: tuple[str | None, ...], expected: float | None
) -> None:
    rows = [event(1, number, code=code) for number, code in enumerate(codes)]
    assert of_child(summary("share", Compare("=", column("code"), Literal("A", CODE))), rows) == expected


def test_only_rows_for_which_the_condition_is_true() -> None:
    large = Compare(">", column("score"), Literal(2, WHOLE))
    rows = scores(1, 2, 3, 4, None)
    assert of_child(summary("count", condition=large), rows) == 2
    assert of_child(summary("total", column("score"), large), rows) == 7
    assert of_child(summary("any", condition=large), scores(1, None)) is False
    assert of_child(summary("none", condition=large), scores(1, None)) is True


def first_and_last(*rows: Row) -> tuple[Cell, Cell]:
    values = (summary(function, column("score"), None, "start") for function in ("first", "last"))
    first, last = (of_child(value, list(rows)) for value in values)
    return first, last


def test_first_and_last_skip_rows_without_the_order_and_keep_missing_values() -> None:
    rows = [
        event(1, 1, start="2004-01-02", score=2),
        event(1, 2, start="2004-01-01", score=1),
        event(1, 3, start="2004-01-03", score=3),
        event(1, 4, score=9),
    ]
    assert first_and_last(*rows) == (1, 3)
    assert first_and_last(*rows, event(1, 5, start="2003-01-01"), event(1, 6, start="2005-01-01")) == (
        None,
        None,
    )
    assert first_and_last(event(1, 4, score=9)) == (None, None)


def test_ties_go_to_the_first_by_the_key_whichever_end_is_taken() -> None:
    assert first_and_last(
        event(1, 2, start="2004-01-01", score=2), event(1, 1, start="2004-01-01", score=1)
    ) == (1, 1)
    # The same key: the other columns in their order, of which `until` comes first, missing last.
    rows = [
        event(1, 1, start="2004-01-01", score=1),
        event(1, 1, start="2004-01-01", until="2009-01-01", score=2),
    ]
    assert first_and_last(*rows) == (2, 2)


def test_this_is_the_row_outside() -> None:
    """How many events of the same child started before this one."""
    rows = [
        event(1, 1, start="2004-01-01"),
        event(1, 2, start="2004-01-02"),
        event(1, 3, start="2004-01-02"),
        event(1, 4),
        event(2, 5, start="2004-01-03"),
    ]
    earlier = Compare("<", column("start"), Outer("start", DATE))
    added = Add(NamedRows("events", EVENTS), (("earlier", summary("count", condition=earlier)),))
    found = evaluate_rows(added, world(*rows))
    assert [row["earlier"] for row in found] == [0, 1, 1, 0, 0]


def test_inside_a_summary_in_a_summary_this_is_the_row_directly_around() -> None:
    """The events that have exactly one earlier event: the row of the outer summary is what `this` means inside."""
    rows = [event(1, 1, start="2004-01-01"), event(1, 2, start="2004-01-02"), event(1, 3, start="2004-01-03")]
    earlier = summary("count", condition=Compare("<", column("start"), Outer("start", DATE)))
    assert of_child(summary("count", condition=Compare("=", earlier, Literal(1, WHOLE))), rows) == 1
    assert of_child(summary("total", earlier), rows) == 0 + 1 + 2


def test_index_date_and_variables_inside_are_those_of_the_entry() -> None:
    before = summary("count", condition=Compare("<", column("start"), IndexDate()))
    large = summary("count", condition=Compare(">", column("score"), VariableValue("limit", WHOLE)))
    held = world(event(1, 1, start="2004-04-15", score=5), event(1, 2, start="2004-03-31", score=7))
    held.variables["limit"] = {(1, APRIL): 5, (1, MAY): 4}
    for date, expected in ((APRIL, (1, 1)), (MAY, (2, 2))):
        context = Context(held, 1, date)
        assert (evaluate_value(before, {}, context), evaluate_value(large, {}, context)) == expected


def test_rows_of_entries_are_those_of_the_entry() -> None:
    shape = Shape((*EVENTS.columns, ("index_date", DATE)), ("number",), "child", per_entry=True)
    rows = [
        event(1, 1) | {"index_date": APRIL},
        event(1, 2) | {"index_date": MAY},
        event(1, 3) | {"index_date": MAY},
    ]
    held = World(named={"events": NamedResult(shape, rows)})
    value = replace(summary("count"), rows=RowsOf("events", per_entry=True, order=shape.order))
    found = [evaluate_value(value, {}, Context(held, 1, date)) for date in (APRIL, MAY, None)]
    assert found == [1, 2, 0]


def test_rows_without_a_unit_are_nobodys() -> None:
    held = World(named={"events": NamedResult(replace(EVENTS, unit=None), [])})
    with pytest.raises(ReferenceFault, match="nobody's"):
        evaluate_value(summary("count"), {}, Context(held, 1))


def test_a_row_outside_needs_a_summary() -> None:
    with pytest.raises(ReferenceFault, match="no row outside"):
        evaluate_value(Outer("start", DATE), {}, Context(World()))


def spells(*dates: tuple[str | None, str | None]) -> list[Row]:
    return [event(1, n, start=start, until=until) for n, (start, until) in enumerate(dates)]


def covered(
    function: str, start: str | None, end: str | None = None, *, through: bool = False, days: int = 0
) -> Covered:
    bound = None if function == "day_reached" else Literal(day(end), DATE)
    return Covered(function, OF_EVENTS, ("start", "until"), Literal(day(start), DATE), bound, through, days)


@pytest.mark.parametrize(
    ("rows", "until", "through", "first"),
    [
        ([], 0, 0, None),
        ([("2004-01-01", "2004-01-11")], 10, 10, "2004-01-01"),
        ([("2004-01-05", "2004-01-06"), ("2004-01-10", "2004-01-12")], 3, 3, "2004-01-05"),
        # Overlapping, contained and repeated spells count a day once.
        (
            [("2004-01-01", "2004-01-06"), ("2004-01-03", "2004-01-08"), ("2004-01-02", "2004-01-03")],
            7,
            7,
            "2004-01-01",
        ),
        ([("2004-01-01", "2004-01-06"), ("2004-01-01", "2004-01-06")], 5, 5, "2004-01-01"),
        # A single day between two spells is not covered.
        ([("2004-01-02", "2004-01-03"), ("2004-01-04", "2004-01-05")], 2, 2, "2004-01-02"),
        # Only days inside the bounds: 1 January until (or through) 31 January.
        ([("2003-12-01", "2004-01-03")], 2, 2, "2004-01-01"),
        ([("2004-01-30", "2004-03-01")], 1, 2, "2004-01-30"),
        ([("2004-01-31", "2004-03-01")], 0, 1, None),
        ([("2003-12-01", "2004-01-01")], 0, 0, None),
        ([("2004-02-01", "2004-03-01")], 0, 0, None),
        ([("2003-01-01", "2005-01-01")], 30, 31, "2004-01-01"),
        ([("0001-01-01", "9999-12-31")], 30, 31, "2004-01-01"),
        # Missing ends, empty and reversed spells cover nothing.
        ([("2004-01-05", None), (None, "2004-01-07")], 0, 0, None),
        ([("2004-01-05", "2004-01-05"), ("2004-01-09", "2004-01-05")], 0, 0, None),
    ],
)
def test_days_covered(
    rows: list[tuple[str | None, str | None]], until: int, through: int, first: str | None
) -> None:
    held = [*spells(*rows), event(2, 99, start="2004-01-01", until="2005-01-01")]
    bounds = ("2004-01-01", "2004-01-31")
    assert of_child(covered("days_covered", *bounds), held) == until
    assert of_child(covered("days_covered", *bounds, through=True), held) == through
    assert of_child(covered("first_day_covered", *bounds), held) == day(first)


def test_a_missing_bound_gives_missing_and_a_reversed_period_holds_no_day() -> None:
    held = spells(("2004-01-01", "2004-02-01"))
    for bounds in ((None, "2004-01-31"), ("2004-01-01", None)):
        assert of_child(covered("days_covered", *bounds), held) is None
        assert of_child(covered("first_day_covered", *bounds), held) is None
    assert of_child(covered("days_covered", "2004-01-09", "2004-01-01"), held) == 0
    assert of_child(covered("first_day_covered", "2004-01-09", "2004-01-01"), held) is None
    assert of_child(covered("days_covered", "2004-01-09", "2004-01-09"), held) == 0
    assert of_child(covered("days_covered", "2004-01-09", "2004-01-09", through=True), held) == 1


def test_the_last_day_of_the_calendar_can_be_covered() -> None:
    held = spells(("9999-12-01", "9999-12-31"))
    assert of_child(covered("days_covered", "9999-12-30", "9999-12-31", through=True), held) == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, "2004-01-03"), (2, "2004-01-04"), (3, "2004-01-10"), (5, "2004-01-12"), (6, None)],
)
def test_the_day_reached_is_the_nth_covered_one(days: int, expected: str | None) -> None:
    # 1 and 2 January are before the start; 3, 4, 10, 11 and 12 January are covered, the 11th twice.
    held = spells(("2004-01-10", "2004-01-12"), ("2004-01-01", "2004-01-05"), ("2004-01-11", "2004-01-13"))
    assert of_child(covered("day_reached", "2004-01-03", days=days), held) == day(expected)
    assert of_child(covered("day_reached", None, days=days), held) is None


def test_bounds_of_covered_days_are_values_of_the_row_outside() -> None:
    """How many days of care lie in each event, bounds being the event's own columns."""
    value = Covered("days_covered", OF_EVENTS, ("start", "until"), column("start"), column("until"))
    rows = spells(("2004-01-01", "2004-01-03"), ("2004-01-02", "2004-01-06"), (None, "2004-01-09"))
    found = evaluate_rows(Add(NamedRows("events", EVENTS), (("days", value),)), world(*rows))
    assert [row["days"] for row in found] == [2, 4, None]


def test_covered_days_inside_a_summary_see_the_summarised_row() -> None:
    value = Covered("days_covered", OF_EVENTS, ("start", "until"), column("start"), column("until"))
    held = spells(("2004-01-01", "2004-01-03"), ("2004-01-02", "2004-01-06"))
    assert of_child(summary("total", value), held) == 2 + 4
