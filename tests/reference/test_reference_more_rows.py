"""Row nodes between units, entries and tables. Every expectation is worked out by hand from the words of the node."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from cohort.engines.reference import Cell, NamedResult, ReferenceFault, Row, World, evaluate_rows
from cohort.query.rows import (
    Add,
    AsUnit,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    OnePer,
    PairUnits,
    Rename,
    Rows,
    Shape,
    TableColumn,
    TableRows,
    Union,
    Where,
)
from cohort.query.values import Column, Compare, Fact, IndexDate, Literal, VariableValue
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

CODE = ValueType(Kind.CODE, length=4)
KEY = ValueType(Kind.KEY, bits=64)
TYPES = {"child": KEY, "other": KEY, "mother": KEY, "number": WHOLE, "size": DECIMAL, "status": CODE}
APRIL, MAY = datetime.date(2004, 4, 1), datetime.date(2004, 5, 1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def held(
    name: str,
    columns: str,
    *rows: tuple[Cell, ...],
    key: str = "number",
    unit: str | None = "child",
    spell: tuple[str, str] | None = None,
) -> tuple[NamedRows, NamedResult]:
    """Name rows; other columns than those of ``TYPES`` are dates."""
    names = columns.split()
    types = tuple((name, TYPES.get(name, DATE)) for name in names)
    shape = Shape(types, tuple(key.split()), unit, spell=spell)
    cells: list[Row] = []
    for row in rows:
        line = dict(zip(names, row, strict=True))
        cells.append({n: day(c) if n not in TYPES and isinstance(c, str) else c for n, c in line.items()})
    return NamedRows(name, shape), NamedResult(shape, cells)


def world(
    *results: tuple[NamedRows, NamedResult], entries: tuple[tuple[int, datetime.date], ...] = ()
) -> World:
    return World(named={rows.name: result for rows, result in results}, entries=entries)


def as_text(cell: Cell) -> Cell:
    return cell.isoformat() if isinstance(cell, datetime.date) else cell


def lines(rows: Rows, held: World) -> list[tuple[Cell, ...]]:
    """Rows as tuples in the order of the shape's columns; the names must be those of the shape."""
    found = evaluate_rows(rows, held)
    assert all(set(row) == set(rows.shape.names) for row in found)
    return sorted((tuple(as_text(row[n]) for n in rows.shape.names) for row in found), key=str)


def test_the_nth_row_from_either_end() -> None:
    given = held(
        "given",
        "child number start",
        (1, 4, "2004-01-01"),
        (1, 3, "2004-01-01"),
        (1, 2, "2004-01-02"),
        (1, 1, None),
        (2, 5, "2004-01-01"),
    )

    def kept(number: int, *, last: bool) -> list[Cell]:
        keep = KeepOne(given[0], last, "start", ("child",), number)
        return sorted((row["number"] for row in evaluate_rows(keep, world(given))), key=str)

    # Ties of child 1 on 1 January: 3 before 4, whichever end is counted from. Child 2 has one row only.
    assert [kept(n, last=False) for n in (1, 2, 3, 4)] == [[3, 5], [4], [2], []]
    assert [kept(n, last=True) for n in (1, 2, 3, 4)] == [[2, 5], [3], [4], []]


def test_columns_take_other_names_together() -> None:
    given = held("given", "child number start until", (1, 7, "2004-01-01", None), key="start")
    rename = Rename(given[0], (("number", "start"), ("start", "number"), ("child", "person")))
    assert evaluate_rows(rename, world(given)) == [
        {"person": 1, "start": 7, "number": day("2004-01-01"), "until": None}
    ]
    assert (rename.shape.unit, rename.shape.key) == ("person", ("number",))


def test_declaring_a_unit_changes_no_row() -> None:
    given = held("given", "child number", (1, 7), (None, 8), unit=None)
    found = AsUnit(given[0], "child")
    assert evaluate_rows(found, world(given)) == given[1].rows
    assert found.shape.unit == "child"


def test_a_union_keeps_common_columns_and_equal_rows() -> None:
    first = held("first", "child number start status", (1, 7, "2004-01-01", "A"), (1, 7, "2004-01-01", "B"))
    second = held("second", "start number child", ("2004-01-01", 7, 1), (None, None, None))
    both = world(first, second)
    assert lines(Union((first[0], second[0])), both) == [
        (1, 7, "2004-01-01", 1),
        (1, 7, "2004-01-01", 1),
        (1, 7, "2004-01-01", 2),
        (None, None, None, 2),
    ]
    assert Union((first[0], second[0])).shape.names == ("child", "number", "start", "part_number")
    # The same rows twice are two parts.
    assert len(lines(Union((first[0], first[0], second[0])), both)) == 6


def test_rows_stand_beside_each_entry_of_their_unit() -> None:
    given = held("given", "child number", (1, 7), (1, 8), (2, 9), (3, 10), (None, 11))
    each = ForEachEntry(given[0])
    # Child 3 never enters; whoever has no row stays without.
    found = lines(each, world(given, entries=((1, APRIL), (1, MAY), (2, MAY), (4, MAY))))
    assert found == [
        (1, 7, "2004-04-01"),
        (1, 7, "2004-05-01"),
        (1, 8, "2004-04-01"),
        (1, 8, "2004-05-01"),
        (2, 9, "2004-05-01"),
    ]
    assert lines(each, world(given)) == []


def test_rows_of_entries_need_entries() -> None:
    given = held("given", "child number")
    with pytest.raises(ReferenceFault, match="before the entries are known"):
        evaluate_rows(ForEachEntry(given[0]), World(named={"given": given[1]}))


def test_operations_on_rows_of_entries_work_entry_by_entry() -> None:
    given = held(
        "given",
        "child number start until",
        (1, 1, "2004-03-01", "2004-04-10"),
        (1, 2, "2004-04-10", "2004-04-20"),
        (1, 3, "2004-04-25", "2004-06-01"),
    )
    each = ForEachEntry(given[0])
    both = world(given, entries=((1, APRIL), (1, MAY)))
    before = Where(each, Compare("<", Column("start", DATE), IndexDate()))
    latest = KeepOne(before, last=True, order="start", per=before.shape.owner)
    assert [(row[1], row[-1]) for row in lines(latest, both)] == [(1, "2004-04-01"), (3, "2004-05-01")]
    assert latest.shape.one_per_unit
    one = OnePer(before, ("child",))
    assert [(row[1], row[-1]) for row in lines(one, both)] == [(1, "2004-04-01"), (1, "2004-05-01")]
    joined = JoinSpells(before, "start", "until", 0)
    assert lines(joined, both) == [
        (1, "2004-04-01", "2004-03-01", "2004-04-10"),
        (1, "2004-05-01", "2004-03-01", "2004-04-20"),
        (1, "2004-05-01", "2004-04-25", "2004-06-01"),
    ]


def test_rows_of_entries_see_variables_and_facts_of_the_entry() -> None:
    given = held("given", "child number", (1, 7))
    both = world(given, entries=((1, APRIL), (1, MAY)))
    both.variables["limit"] = {(1, APRIL): 7, (1, MAY): 8}
    each = ForEachEntry(given[0])
    keep = Where(each, Compare("<", Column("number", WHOLE), VariableValue("limit", WHOLE)))
    assert lines(keep, both) == [(1, 7, "2004-05-01")]
    both.named["kept"] = NamedResult(keep.shape, evaluate_rows(keep, both))
    added = Add(each, (("kept", Fact("kept", "number", WHOLE, per_entry=True)),))
    assert lines(added, both) == [(1, 7, "2004-04-01", None), (1, 7, "2004-05-01", 7)]


def test_units_that_share_a_value_are_pairs_in_both_directions() -> None:
    given = held(
        "given",
        "child number mother",
        (1, 1, 100),
        (2, 2, 100),
        (2, 3, 100),  # again: still one pair
        (3, 4, 200),
        (4, 5, None),
        (5, 6, None),  # missing is shared by nobody
        (None, 7, 100),
        (1, 8, 300),
        (2, 9, 300),  # a second thing in common: still one pair
    )
    assert lines(PairUnits(given[0], "mother"), world(given)) == [(1, 2), (2, 1)]


def test_units_are_together_on_the_days_that_both_rows_cover() -> None:
    given = held(
        "given",
        "child number mother start until",
        (1, 1, 100, "2004-01-01", "2004-02-01"),
        (2, 2, 100, "2004-01-10", "2004-03-01"),
        (2, 3, 100, "2004-01-05", "2004-01-06"),
        (3, 4, 100, "2004-02-01", "2004-02-10"),  # touches child 1, overlaps child 2
        (4, 5, 200, "2004-01-01", "2004-02-01"),  # elsewhere
        (5, 6, 100, "2004-01-01", None),
        (6, 7, 100, "2004-01-20", "2004-01-20"),
        (7, 8, 100, "2004-01-20", "2004-01-10"),
        (1, 9, 100, "2004-01-31", "2004-02-02"),  # the same child is no pair
    )
    pair = PairUnits(given[0], "mother", ("start", "until"))
    one_way = [line for line in lines(pair, world(given)) if str(line[0]) < str(line[1])]
    assert one_way == [
        (1, 2, "2004-01-05", "2004-01-06"),
        (1, 2, "2004-01-10", "2004-02-01"),
        (1, 2, "2004-01-31", "2004-02-02"),
        (1, 3, "2004-02-01", "2004-02-02"),
        (2, 3, "2004-02-01", "2004-02-10"),
    ]
    other_way = sorted((b, a, *days) for a, b, *days in lines(pair, world(given)) if str(a) > str(b))
    assert other_way == one_way


def test_rows_of_related_units_become_rows_of_the_unit() -> None:
    events = held(
        "events", "child number start", (1, 7, "2004-01-01"), (2, 8, None), (2, 9, None), (None, 10, None)
    )
    siblings = held("siblings", "child other", (1, 2), (3, 2), (2, 3), (1, None), key="child other")
    related = OfRelated(events[0], siblings[0], "other")
    # Child 3 has no rows for child 2 to see; child 1's rows are seen by nobody.
    assert lines(related, world(events, siblings)) == [
        (1, 2, 8, None),
        (1, 2, 9, None),
        (3, 2, 8, None),
        (3, 2, 9, None),
    ]
    assert related.shape.names == ("child", "related", "number", "start")


def test_a_relation_of_some_time_says_when() -> None:
    events = held("events", "child number start", (2, 8, "2004-01-01"))
    together = held(
        "household",
        "child other moved_in moved_out",
        (1, 2, "2003-01-01", "2003-02-01"),
        (1, 2, "2004-01-01", "2004-02-01"),
        key="child other",
        spell=("moved_in", "moved_out"),
    )
    related = OfRelated(events[0], together[0], "other")
    assert lines(related, world(events, together)) == [
        (1, 2, "2003-01-01", "2003-02-01", 8, "2004-01-01"),
        (1, 2, "2004-01-01", "2004-02-01", 8, "2004-01-01"),
    ]
    assert related.shape.key == ("related", "together_from", "number")


def test_rows_that_the_study_brings() -> None:
    context = LiteralRows(
        "residents",
        (("status", CODE), ("size", DECIMAL), ("start", DATE)),
        ("status",),
        (("W1", Decimal("0.5"), APRIL), ("w2 ", None, None)),
    )
    assert evaluate_rows(context, World()) == [
        {"status": "W1", "size": 0.5, "start": APRIL},
        {"status": "w2 ", "size": None, "start": None},
    ]
    assert isinstance(evaluate_rows(context, World())[0]["size"], float)


def test_unlinked_rows_can_be_left_out() -> None:
    mapping = TableRows("links", (TableColumn("code", "C", KEY), TableColumn("unified", "U", KEY)), ("code",))
    records: list[dict[str, object]] = [
        {"code": 1, "unified": 100},
        {"code": 2, "unified": None},
        {"code": None, "unified": 500},
    ]
    shape = Shape((("code", KEY), ("number", WHOLE)), ("number",))
    rows: list[Row] = [{"code": code, "number": n} for n, code in enumerate((1, 2, 3, None))]
    both = World({"links": records}, {"given": NamedResult(shape, rows)})
    link = LinkUnit(
        NamedRows("given", shape), "code", mapping, "code", "unified", "child", drop_unlinked=True
    )
    assert evaluate_rows(link, both) == [{"child": 100, "code": 1, "number": 0}]


@pytest.mark.parametrize("operation", ["rename", "as_unit", "union", "each", "pairs", "together", "related"])
def test_no_rows_give_no_rows(operation: str) -> None:
    given = held("given", "child other number mother start until")
    operations: dict[str, Rows] = {
        "rename": Rename(given[0], (("number", "new"),)),
        "as_unit": AsUnit(given[0], "other"),
        "union": Union((given[0], given[0])),
        "each": ForEachEntry(given[0]),
        "pairs": PairUnits(given[0], "mother"),
        "together": PairUnits(given[0], "mother", ("start", "until")),
        "related": OfRelated(given[0], given[0], "other"),
    }
    assert evaluate_rows(operations[operation], world(given, entries=((1, APRIL),))) == []
    literal = Where(given[0], Compare("=", Column("number", WHOLE), Literal(1, WHOLE)))
    assert evaluate_rows(literal, world(given)) == []
