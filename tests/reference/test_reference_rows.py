"""Row nodes on the reference engine. Every expectation is worked out by hand from the words of the node."""

from __future__ import annotations

import datetime

import pytest

from cohort.engines.reference import Cell, NamedResult, ReferenceFault, Row, World, evaluate_rows
from cohort.query.rows import (
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rows,
    Shape,
    TableColumn,
    TableRows,
    Where,
)
from cohort.query.values import Arithmetic, Column, Compare, Fact, IndexDate, Literal, Value, VariableValue
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

TEXT = ValueType(Kind.TEXT, length=20)
CODE = ValueType(Kind.CODE, length=4)
KEY = ValueType(Kind.KEY, bits=64)
TYPES = {
    "child": KEY,
    "number": WHOLE,
    "part": WHOLE,
    "start": DATE,
    "end": DATE,
    "until": DATE,
    "returned": WHOLE,
    "status": CODE,
}


def day(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def given(
    columns: str, *rows: tuple[Cell, ...], key: str = "number", unit: str | None = "child"
) -> tuple[NamedRows, World]:
    """Name rows; text in a date column is a date."""
    names = columns.split()
    shape = Shape(tuple((name, TYPES[name]) for name in names), tuple(key.split()), unit)
    named: list[Row] = []
    for row in rows:
        cells = dict(zip(names, row, strict=True))
        named.append(
            {n: day(c) if TYPES[n].kind is Kind.DATE and isinstance(c, str) else c for n, c in cells.items()}
        )
    return NamedRows("given", shape), World(named={"given": NamedResult(shape, named)})


def numbers(rows: Rows, world: World) -> list[Cell]:
    # The column holds whole numbers, which the type of a cell does not say.
    return sorted(row["number"] for row in evaluate_rows(rows, world))  # type: ignore[type-var]


def test_code_columns_are_trimmed_and_upper_cased_and_text_loses_the_blanks_at_its_end() -> None:
    columns = (
        TableColumn("status", "LEGAL", CODE),
        TableColumn("note", "NOTE", TEXT),
        TableColumn("amount", "AMOUNT", DECIMAL),
    )
    records: list[dict[str, object]] = [
        {"status": " v2 ", "note": " a ", "amount": 1},
        {"status": "   ", "note": "   ", "amount": None},
        {"status": "", "note": "", "amount": 0.5},
        {"status": None, "note": None, "amount": 2.0},
    ]
    rows = evaluate_rows(TableRows("events", columns, ("status",)), World({"events": records}))
    assert rows == [
        {"status": "V2", "note": " a", "amount": 1.0},
        {"status": None, "note": "", "amount": None},
        {"status": None, "note": "", "amount": 0.5},
        {"status": None, "note": None, "amount": 2.0},
    ]
    assert isinstance(rows[0]["amount"], float)


def test_where_keeps_only_what_is_true() -> None:
    rows, world = given("child number part", (1, 1, 5), (1, 2, None), (2, 3, 4))
    assert numbers(Where(rows, Compare(">", rows.shape.column("part"), Literal(4, WHOLE))), world) == [1]


def test_added_columns_see_the_row_before_and_the_facts_of_its_unit() -> None:
    rows, world = given("child number", (1, 1), (2, 2), (None, 3))
    shape = Shape((("child", KEY), ("score", WHOLE)), ("child",), "child", one_per_unit=True)
    world.named["scores"] = NamedResult(shape, [{"child": 1, "score": 8}, {"child": None, "score": 9}])
    twice = Arithmetic("*", Column("number", WHOLE), Literal(2, WHOLE))
    added = Add(rows, (("twice", twice), ("score", Fact("scores", "score", WHOLE))))
    assert evaluate_rows(added, world) == [
        {"child": 1, "number": 1, "twice": 2, "score": 8},
        {"child": 2, "number": 2, "twice": 4, "score": None},
        {"child": None, "number": 3, "twice": 6, "score": None},
    ]


def test_rows_without_a_unit_cannot_ask_for_facts() -> None:
    rows, world = given("child number", (1, 1), unit=None)
    with pytest.raises(ReferenceFault, match="without a unit"):
        evaluate_rows(Add(rows, (("score", Fact("scores", "score", WHOLE)),)), world)


@pytest.mark.parametrize(
    "value", [IndexDate(), VariableValue("age", WHOLE), Fact("latest", "number", WHOLE, per_entry=True)]
)
def test_rows_of_units_cannot_ask_for_what_belongs_to_an_entry(value: Value) -> None:
    rows, world = given("child number", (1, 1))
    with pytest.raises(ReferenceFault, match="rows of units"):
        evaluate_rows(Add(rows, (("new", value),)), world)


def test_keep_one_skips_missing_orders_and_breaks_ties_by_the_key() -> None:
    rows, world = given(
        "child part number start",
        (1, 2, 10, "2004-01-01"),
        (1, 1, 11, "2004-01-01"),
        (1, 1, 12, "2005-01-01"),
        (1, None, 9, "2005-01-01"),
        (2, 1, 13, None),
        (3, None, 14, "2004-01-01"),
        (3, None, 8, None),
        (None, 1, 15, "2004-01-01"),
        (None, 1, 16, "2003-01-01"),
        key="part number",
    )
    # Child 1: both ends are ties; the key is (part, number) with missing parts last, whichever end is kept.
    assert numbers(KeepOne(rows, last=False, order="start", per=("child",)), world) == [11, 14, 16]
    assert numbers(KeepOne(rows, last=True, order="start", per=("child",)), world) == [12, 14, 15]


def test_keep_one_for_each_combination() -> None:
    rows, world = given(
        "child status number start",
        (1, "A", 1, "2004-01-02"),
        (1, "A", 2, "2004-01-01"),
        (1, None, 3, "2004-01-02"),
        (1, None, 4, "2004-01-03"),
        (2, "A", 5, "2004-01-09"),
    )
    assert numbers(KeepOne(rows, last=False, order="start", per=("child", "status")), world) == [2, 3, 5]
    assert numbers(KeepOne(rows, last=False, order="start", per=("status",)), world) == [2, 3]


def test_one_per_keeps_the_first_by_the_key_and_skips_missing_columns() -> None:
    rows, world = given(
        "child status part number",
        (1, "A", 2, 1),
        (1, "A", 1, 2),
        (1, "A", None, 0),
        (1, "B", None, 3),
        (1, None, 1, 4),
        (2, "A", 1, 5),
        (None, "A", 1, 6),
        key="part number",
    )
    assert numbers(OnePer(rows, ("status",)), world) == [2, 3, 5, 6]
    assert numbers(OnePer(rows, ("child",)), world) == [2, 5]


def joined(gap: int, *spells: tuple[Cell, ...]) -> list[tuple[Cell, str, str]]:
    rows, world = given("child number start end", *((c, n, s, u) for n, (c, s, u) in enumerate(spells)))
    found = evaluate_rows(JoinSpells(rows, "start", "end", gap), world)
    assert all(list(row) == ["child", "start", "until"] for row in found)
    return sorted((row["child"], str(row["start"]), str(row["until"])) for row in found)


JANUARY = (1, "2004-01-01", "2004-02-01")


@pytest.mark.parametrize(
    ("gap", "second", "expected"),
    [
        (0, (1, "2004-02-01", "2004-03-01"), [(1, "2004-01-01", "2004-03-01")]),  # touching
        (0, (1, "2004-02-02", "2004-03-01"), [JANUARY, (1, "2004-02-02", "2004-03-01")]),  # one day apart
        (1, (1, "2004-02-02", "2004-03-01"), [(1, "2004-01-01", "2004-03-01")]),
        (1, (1, "2004-02-03", "2004-03-01"), [JANUARY, (1, "2004-02-03", "2004-03-01")]),
        (0, (1, "2004-01-15", "2004-02-15"), [(1, "2004-01-01", "2004-02-15")]),  # overlapping
        (0, (1, "2004-01-10", "2004-01-20"), [JANUARY]),  # inside
        (0, (1, "2004-01-01", "2004-01-20"), [JANUARY]),  # same start
        (0, JANUARY, [JANUARY]),  # twice the same
        (9, (1, "2004-02-05", "2004-02-05"), [JANUARY]),  # empty
        (9, (1, "2004-02-05", "2004-02-01"), [JANUARY]),  # reversed
        (9, (1, None, "2004-02-05"), [JANUARY]),
        (9, (1, "2004-02-01", None), [JANUARY]),
        (9, (2, "2004-02-01", "2004-03-01"), [JANUARY, (2, "2004-02-01", "2004-03-01")]),  # another child
    ],
)
def test_two_spells(gap: int, second: tuple[Cell, ...], expected: list[tuple[Cell, str, str]]) -> None:
    assert joined(gap, JANUARY, second) == expected
    assert joined(gap, second, JANUARY) == expected


def test_the_gap_is_measured_from_the_latest_end_so_far() -> None:
    long, short, later = JANUARY, (1, "2004-01-02", "2004-01-05"), (1, "2004-02-01", "2004-02-03")
    assert joined(0, long, short, later) == [(1, "2004-01-01", "2004-02-03")]


def test_an_empty_spell_bridges_no_gap() -> None:
    assert joined(1, JANUARY, (1, "2004-02-02", "2004-02-02"), (1, "2004-02-03", "2004-02-09")) == [
        JANUARY,
        (1, "2004-02-03", "2004-02-09"),
    ]


def test_spells_join_within_each_combination() -> None:
    rows, world = given(
        "child status number start until",
        (1, "A", 1, "2004-01-01", "2004-02-01"),
        (1, "B", 2, "2004-02-01", "2004-03-01"),
        (1, "A", 3, "2004-02-01", "2004-04-01"),
        (1, None, 4, "2004-01-01", "2004-02-01"),
        (1, None, 5, "2004-01-15", "2004-02-15"),
    )
    found = evaluate_rows(JoinSpells(rows, "start", "until", 0, ("status",)), world)
    assert {(row["status"], str(row["start"]), str(row["until"])) for row in found} == {
        ("A", "2004-01-01", "2004-04-01"),
        ("B", "2004-02-01", "2004-03-01"),
        (None, "2004-01-01", "2004-02-15"),
    }
    assert len(found) == 3


def test_rows_are_brought_to_a_unit_through_a_map() -> None:
    columns = (TableColumn("code", "CODE", KEY), TableColumn("unified", "UNIFIED", KEY))
    mapping = TableRows("links", columns, ("code",))
    links: list[dict[str, object]] = [
        {"code": 1, "unified": 100},
        {"code": 2, "unified": 100},
        {"code": 3, "unified": 302},
        {"code": 3, "unified": 301},
        {"code": 4, "unified": None},
        {"code": None, "unified": 500},
    ]
    shape = Shape((("code", KEY), ("number", WHOLE)), ("number",))
    rows: list[Row] = [
        {"code": code, "number": n} for n, code in enumerate((1, 2, 3, 4, 5, None, 1), start=1)
    ]
    world = World({"links": links}, {"given": NamedResult(shape, rows)})
    linked = LinkUnit(NamedRows("given", shape), "code", mapping, "code", "unified", "child")
    found = evaluate_rows(linked, world)
    assert [(row["child"], row["code"], row["number"]) for row in found] == [
        (100, 1, 1),
        (100, 2, 2),
        (301, 3, 3),  # two units: the smallest
        (4, 4, 4),  # the map has no unit for it: its own
        (5, 5, 5),  # not in the map: its own
        (None, None, 6),  # a missing key never matches
        (100, 1, 7),
    ]


def closed(
    *spells: tuple[Cell, ...], newest: int | None = 200607, until: str | None = "2007-04-01"
) -> list[tuple[Cell, Cell, Cell]]:
    rows, world = given("child number start end returned", *((c, n, *r) for n, (c, *r) in enumerate(spells)))
    close = CloseSpells(rows, "start", "end", "returned", Literal(newest, WHOLE), Literal(day(until), DATE))
    found = sorted(evaluate_rows(close, world), key=lambda row: str(row["number"]))
    return [
        (row["number"], None if row["until"] is None else str(row["until"]), row["end_assumed"])
        for row in found
    ]


def test_a_recorded_end_is_a_day_in_the_spell() -> None:
    assert closed((1, "2004-01-01", "2004-01-31", 200304)) == [(0, "2004-02-01", False)]


def test_a_hand_over_day_belongs_to_the_next_spell() -> None:
    assert closed((1, "2004-01-01", "2004-01-31", 200304), (1, "2004-01-31", "2004-02-10", 200304)) == [
        (0, "2004-01-31", False),
        (1, "2004-02-11", False),
    ]
    # Only the very next spell hands over; another child's spell never does.
    assert closed(
        (1, "2004-01-01", "2004-01-31", 200304),
        (1, "2004-01-05", "2004-01-08", 200304),
        (1, "2004-01-31", "2004-02-01", 200304),
        (2, "2004-02-02", "2004-02-02", 200304),
    ) == [
        (0, "2004-02-01", False),
        (1, "2004-01-09", False),
        (2, "2004-02-02", False),
        (3, "2004-02-03", False),
    ]


def test_a_missing_end_is_the_next_start() -> None:
    assert closed((1, "2004-03-01", "2004-03-09", 200304), (1, "2004-01-01", None, 200304)) == [
        (0, "2004-03-10", False),
        (1, "2004-03-01", True),
    ]


def test_a_missing_end_without_a_next_start_is_the_last_return_if_returns_go_on() -> None:
    assert closed((1, "2004-01-01", None, 200304)) == [(0, "2004-04-01", True)]
    assert closed((1, "1999-05-01", None, 199900)) == [(0, "2000-04-01", True)]
    # The unit's last return counts, on whichever row it is.
    assert closed((1, "2003-06-01", "2003-07-01", 200506), (1, "2004-01-01", None, 200304)) == [
        (0, "2003-07-02", False),
        (1, "2006-04-01", True),
    ]


def test_a_missing_end_in_the_newest_return_is_open() -> None:
    assert closed((1, "2006-05-01", None, 200607)) == [(0, "2007-04-01", False)]
    assert closed((1, "2006-05-01", None, None)) == [(0, "2007-04-01", False)]
    assert closed((1, "2004-05-01", None, 200405), newest=None) == [(0, "2007-04-01", False)]
    assert closed((1, "2006-05-01", None, 200607), until=None) == [(0, None, False)]


@pytest.mark.parametrize("spells", [((1, None, None, 200304),), ((1, "2004-01-01", None, 1),) * 2])
def test_closing_needs_complete_and_different_starts(spells: tuple[tuple[Cell, ...], ...]) -> None:
    with pytest.raises(ReferenceFault, match="a start in every row"):
        closed(*spells)


@pytest.mark.parametrize("operation", ["where", "keep", "one_per", "join", "close"])
def test_no_rows_give_no_rows(operation: str) -> None:
    rows, world = given("child number start end returned")
    operations: dict[str, Rows] = {
        "where": Where(rows, Compare("=", rows.shape.column("number"), Literal(1, WHOLE))),
        "keep": KeepOne(rows, last=True, order="start", per=("child",)),
        "one_per": OnePer(rows, ("start",)),
        "join": JoinSpells(rows, "start", "end", 0),
        "close": CloseSpells(rows, "start", "end", "returned", Literal(1, WHOLE), Literal(None, DATE)),
    }
    assert evaluate_rows(operations[operation], world) == []


def test_named_rows_are_copies() -> None:
    rows, world = given("child number", (1, 1))
    evaluate_rows(rows, world)[0]["number"] = 99
    assert numbers(rows, world) == [1]
