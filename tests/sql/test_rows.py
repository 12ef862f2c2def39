"""Row operations on DuckDB: ties, missing values, empty and reversed spells, nothing at all."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from cohort.plan.model import PlanTable
from cohort.plan.names import INDEX_DATES
from cohort.query.rows import (
    Add,
    AsUnit,
    CloseSpells,
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
    TableRows,
    Union,
    Where,
)
from cohort.query.values import Column, Compare, Literal
from cohort.sql import CannotCompile, DialectName
from cohort.types import DATE, DECIMAL, WHOLE

from .plans import CODE, KEY, RETURNED, TEXT, code, day, held, rows_of, table, texts, whole

Lines = list[tuple[Any, ...]]


def with_unit(rows: TableRows) -> LinkUnit:
    """Bring rows to their unit through an empty map: each key is a child of its own."""
    nobody = Where(rows, Compare("=", whole(1), whole(2)))
    return LinkUnit(rows, "code", nobody, "code", "code", "child")


def dates(line: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.isoformat() if isinstance(value, datetime.date) else value for value in line)


def test_where_keeps_only_what_is_true() -> None:
    rows, columns = held(("number", WHOLE))
    kept = Where(rows, Compare("!=", Column("number", WHOLE), whole(1)))
    assert rows_of(kept, columns, [(1,), (2,), (None,)]) == [(2,)]
    assert rows_of(kept, columns, []) == []


def test_added_columns_see_the_row_as_it_was() -> None:
    rows, columns = held(("number", WHOLE))
    added = Add(
        rows,
        (("next_number", Column("number", WHOLE)), ("same", Compare("=", Column("number", WHOLE), whole(1)))),
    )
    assert rows_of(added, columns, [(1,), (None,)]) == [(1, 1, 1), (None, None, None)]


@pytest.mark.parametrize(
    ("last", "expected"),
    [(False, [(1, 2, 5, "A"), (2, 1, 3, "A")]), (True, [(1, 1, 7, "B"), (2, 1, 3, "A")])],
)
def test_keep_one_skips_missing_and_breaks_ties_by_the_key(last: bool, expected: Lines) -> None:
    rows, columns = held(
        ("child", WHOLE), ("number", WHOLE), ("value_of", WHOLE), ("status", CODE), key=("number",)
    )
    kept = KeepOne(rows, last, "value_of", ("child",))
    lines: Lines = [
        (1, 3, 5, "C"),
        (1, 2, 5, "A"),
        (1, None, 5, "A"),
        (1, 1, 7, "B"),
        (1, 4, 7, "A"),
        (1, 0, None, "Z"),
        (2, 1, 3, "A"),
        (3, 1, None, "A"),
    ]
    assert rows_of(kept, columns, lines) == expected


def test_where_the_key_is_not_complete_every_run_keeps_the_same_row() -> None:
    rows, columns = held(("child", WHOLE), ("number", WHOLE), ("status", CODE), key=("number",))
    kept = KeepOne(rows, False, "number", ("child",))
    lines: Lines = [(1, 1, letter) for letter in "DCBA"]
    assert rows_of(kept, columns, lines) == rows_of(kept, columns, lines[::-1]) == [(1, 1, "A")]


def test_one_per_skips_rows_with_a_missing_column() -> None:
    rows, columns = held(("code", KEY), ("number", WHOLE), ("status", CODE), key=("number",))
    once = OnePer(with_unit(rows), ("status",))
    lines: Lines = [(1, 2, "A"), (1, 1, "A"), (1, 3, None), (1, 4, "B"), (None, 1, "A")]
    expected: Lines = [(1, 1, 1, "A"), (1, 1, 4, "B"), (None, None, 1, "A")]
    assert rows_of(once, columns, lines) == expected


SPELLS: Lines = [
    # Overlapping, touching, and one inside another that reaches further.
    (1, "2020-01-01", "2020-02-01"),
    (1, "2020-01-10", "2020-01-12"),
    (1, "2020-02-01", "2020-02-10"),
    # A gap of one day, and then one of two.
    (1, "2020-02-11", "2020-02-20"),
    (1, "2020-02-22", "2020-02-29"),
    # Empty, reversed, missing: left out.
    (1, "2020-03-01", "2020-03-01"),
    (1, "2020-05-01", "2020-04-01"),
    (1, None, "2020-04-01"),
    (1, "2020-04-01", None),
    (2, "2020-02-01", "2020-02-10"),
]


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (
            0,
            [
                (1, "2020-01-01", "2020-02-10"),
                (1, "2020-02-11", "2020-02-20"),
                (1, "2020-02-22", "2020-02-29"),
            ],
        ),
        (1, [(1, "2020-01-01", "2020-02-20"), (1, "2020-02-22", "2020-02-29")]),
        (2, [(1, "2020-01-01", "2020-02-29")]),
    ],
)
def test_spells_join_over_short_gaps(gap: int, expected: Lines) -> None:
    rows, columns = held(("code", KEY), ("start_date", DATE), ("until", DATE))
    joined = JoinSpells(with_unit(rows), "start_date", "until", gap)
    found = [dates(line) for line in rows_of(joined, columns, SPELLS)]
    assert found == [*expected, (2, "2020-02-01", "2020-02-10")]


def test_spells_join_within_a_column() -> None:
    rows, columns = held(("code", KEY), ("status", CODE), ("start_date", DATE), ("until", DATE))
    joined = JoinSpells(with_unit(rows), "start_date", "until", 0, ("status",))
    lines: Lines = [
        (1, "A", "2020-01-01", "2020-02-01"),
        (1, "B", "2020-02-01", "2020-03-01"),
        (1, "A", "2020-02-01", "2020-03-01"),
        (1, None, "2020-01-01", "2020-02-01"),
        (1, None, "2020-02-01", "2020-03-01"),
    ]
    assert [dates(line) for line in rows_of(joined, columns, lines)] == [
        (1, "A", "2020-01-01", "2020-03-01"),
        (1, "B", "2020-02-01", "2020-03-01"),
        (1, None, "2020-01-01", "2020-03-01"),
    ]


def test_a_key_takes_its_smallest_unit_or_itself() -> None:
    rows, columns = held(("code", KEY), ("other", KEY))
    linked = LinkUnit(rows, "code", rows, "code", "other", "child")
    lines: Lines = [(1, 900), (1, 800), (2, None), (None, 5)]
    expected: Lines = [(2, 2, None), (800, 1, 800), (800, 1, 900), (None, None, 5)]
    assert rows_of(linked, columns, lines) == expected


def closed(lines: Lines) -> Lines:
    rows, columns = held(("code", KEY), ("start_date", DATE), ("end_date", DATE), ("returned", RETURNED))
    spells = CloseSpells(
        with_unit(rows), "start_date", "end_date", "returned", Literal(202021, RETURNED), day("2021-04-01")
    )
    return [dates((line[2], *line[-2:])) for line in rows_of(spells, columns, lines)]


def test_spells_are_closed() -> None:
    lines: Lines = [
        (1, "2004-01-01", "2004-01-31", 200304),  # an end is a day in the spell
        (1, "2004-02-28", "2004-02-29", 200304),  # hand-over: the next starts on the day of the end
        (1, "2004-02-29", None, 200304),  # filled by the next start
        (1, "2004-12-31", None, 200506),  # filled by the last return, which is not the newest
        (2, "2019-01-01", None, 201920),
        (2, "2020-06-01", None, 202021),  # still open: clipped at the end of the data
        (3, "2020-06-01", None, None),  # no return is known: open
        (4, "1999-06-01", None, 199900),  # a year code over the turn of the century
    ]
    assert closed(lines) == [
        ("2004-01-01", "2004-02-01", 0),
        ("2004-02-28", "2004-02-29", 0),
        ("2004-02-29", "2004-12-31", 1),
        ("2004-12-31", "2006-04-01", 1),
        ("2019-01-01", "2020-06-01", 1),
        ("2020-06-01", "2021-04-01", 0),
        ("2020-06-01", "2021-04-01", 0),
        ("1999-06-01", "2000-04-01", 1),
    ]


def test_a_reserved_name_is_refused_and_named() -> None:
    rows, _ = held(("number", WHOLE))
    for word in ("order", "user", "qualify", "End"):
        with pytest.raises(CannotCompile, match=word):
            texts(Add(rows, ((word, whole(1)),)), DialectName.DB2)


def test_a_held_column_may_have_any_plain_name() -> None:
    rows, columns = held(("start_of", WHOLE))
    odd = TableRows("people", tuple(type(c)(c.name, "ORDER", c.type) for c in rows.columns), rows.key)
    assert "people.ORDER AS start_of" in texts(odd, DialectName.DB2)
    assert rows_of(odd, '"ORDER" INTEGER', [(1,)]) == [(1,)]
    assert columns == "START_OF INTEGER"


def test_a_step_must_be_made_before_it_is_used() -> None:
    rows, _ = held(("number", WHOLE))
    unknown = Where(rows, Compare("=", Column("absent", WHOLE), whole(1)))
    with pytest.raises(CannotCompile, match="absent"):
        texts(unknown, DialectName.DUCKDB)


def test_rows_inside_rows_become_steps_on_the_way() -> None:
    rows, columns = held(("child", WHOLE), ("status", CODE))
    inner = Where(rows, Compare("=", Column("status", CODE), code("A")))
    kept = KeepOne(inner, False, "child", ("child",))
    found = table("found", kept)
    assert isinstance(found, PlanTable)
    assert rows_of(kept, columns, [(1, "a"), (1, "B"), (2, "b")]) == [(1, "A")]


def of_child(
    *columns: tuple[str, Any], key: tuple[str, ...] = ("number",), spell: Any = None
) -> tuple[AsUnit, str]:
    """Return held rows of children."""
    rows, declared = held(("child", KEY), *columns, key=key)
    return AsUnit(rows, "child", spell), declared


def entries(*lines: tuple[int, str]) -> PlanTable:
    """Return the table of units and index dates."""
    dated = tuple((child, datetime.date.fromisoformat(text)) for child, text in lines)
    given = LiteralRows(INDEX_DATES, (("child", KEY), ("index_date", DATE)), ("child", "index_date"), dated)
    return table(INDEX_DATES, given, "child")


@pytest.mark.parametrize(
    ("last", "number", "expected"),
    [(False, 2, [(1, 3, 5)]), (False, 3, [(1, 1, 7)]), (True, 2, [(1, 2, 5)]), (False, 4, [])],
)
def test_the_second_or_third_row(last: bool, number: int, expected: Lines) -> None:
    """Of two rows with one value the one with the smaller key comes first, from either end."""
    rows, columns = of_child(("number", WHOLE), ("value_of", WHOLE))
    lines: Lines = [(1, 3, 5), (1, 2, 5), (1, 1, 7), (1, 0, None), (2, 1, 9)]
    assert rows_of(KeepOne(rows, last, "value_of", ("child",), number), columns, lines) == expected


def test_columns_under_other_names() -> None:
    rows, columns = of_child(("number", WHOLE), ("start_date", DATE), spell=("start_date", "start_date"))
    renamed = Rename(rows, (("start_date", "number"), ("number", "start_date")))
    assert renamed.shape.spell == ("number", "number")
    assert rows_of(renamed, columns, [(1, 5, "2020-01-01")]) == [(1, 5, datetime.date(2020, 1, 1))]
    script = texts(renamed, DialectName.DB2)
    assert "number AS start_date" in script
    assert "start_date AS number" in script


def test_a_union_keeps_equal_rows_and_numbers_its_parts() -> None:
    rows, columns = of_child(("number", WHOLE), ("status", CODE))
    wider = Add(rows, (("further", whole(1)),))
    before = (table("first_part", rows), table("others", wider))
    both = Union(
        (
            NamedRows("first_part", rows.shape),
            NamedRows("others", wider.shape),
            NamedRows("first_part", rows.shape),
        )
    )
    lines: Lines = [(1, 1, "a"), (1, 1, "a"), (None, None, None)]
    expected = [
        (*line, part) for part in (1, 2, 3) for line in [(1, 1, "A"), (1, 1, "A"), (None, None, None)]
    ]
    found = rows_of(both, columns, lines, *before)
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_rows_stand_beside_each_entry_of_their_unit() -> None:
    rows, columns = of_child(("number", WHOLE))
    index = entries((1, "2020-01-01"), (1, "2021-01-01"), (2, "2020-01-01"))
    found = rows_of(ForEachEntry(rows), columns, [(1, 1), (1, 2), (3, 1), (None, 1)], index)
    assert [dates(line) for line in found] == [
        (1, 1, "2020-01-01"),
        (1, 1, "2021-01-01"),
        (1, 2, "2020-01-01"),
        (1, 2, "2021-01-01"),
    ]


def test_rows_of_entries_are_kept_and_joined_within_an_entry() -> None:
    rows, columns = of_child(("number", WHOLE), ("start_date", DATE), ("until", DATE))
    index = entries((1, "2020-01-01"), (1, "2021-01-01"))
    beside = NamedRows("beside", ForEachEntry(rows).shape)
    before = (index, table("beside", ForEachEntry(rows)))
    lines: Lines = [(1, 1, "2020-01-01", "2020-02-01"), (1, 1, "2020-02-01", "2020-03-01")]
    once = rows_of(OnePer(beside, ("number",)), columns, lines, *before)
    assert [dates(line)[1:3] + dates(line)[4:] for line in once] == [
        (1, "2020-01-01", "2020-01-01"),
        (1, "2020-01-01", "2021-01-01"),
    ]
    joined = rows_of(JoinSpells(beside, "start_date", "until", 0), columns, lines, *before)
    assert [dates(line) for line in joined] == [
        (1, "2020-01-01", "2020-01-01", "2020-03-01"),
        (1, "2021-01-01", "2020-01-01", "2020-03-01"),
    ]


def test_units_that_share_a_value_are_paired_once() -> None:
    rows, columns = of_child(("mother", WHOLE), key=("mother",))
    lines: Lines = [(1, 7), (1, 7), (2, 7), (3, 8), (4, None), (5, None), (None, 7)]
    assert rows_of(PairUnits(rows, "mother"), columns, lines) == [(1, 2), (2, 1)]


def test_units_that_share_a_dwelling_are_paired_for_the_days_together() -> None:
    rows, columns = of_child(("number", WHOLE), ("start_date", DATE), ("until", DATE))
    lines: Lines = [
        (1, 5, "2020-01-01", "2020-03-01"),
        (2, 5, "2020-02-01", "2020-04-01"),
        (2, 5, "2020-02-29", "2020-03-01"),
        (2, 5, "2020-03-01", "2020-04-01"),  # moves in on the day the other moves out
        (3, 5, "2020-02-01", "2020-02-01"),  # an empty spell, a reversed one, and open ones
        (3, 5, "2020-02-10", "2020-02-01"),
        (3, 5, "2020-02-01", None),
        (3, 6, "2020-02-01", "2020-03-01"),
    ]
    found = [
        dates(line) for line in rows_of(PairUnits(rows, "number", ("start_date", "until")), columns, lines)
    ]
    together = [("2020-02-01", "2020-03-01"), ("2020-02-29", "2020-03-01")]
    assert found == [(1, 2, *days) for days in together] + [(2, 1, *days) for days in together]


def test_rows_of_related_units() -> None:
    rows, columns = of_child(("number", WHOLE), ("start_date", DATE), ("until", DATE))
    named = NamedRows("moves", rows.shape)
    pairs = PairUnits(named, "number", ("start_date", "until"))
    related = OfRelated(named, NamedRows("pairs", pairs.shape), "related")
    lines: Lines = [
        (1, 5, "2020-01-01", "2020-03-01"),
        (2, 5, "2020-02-01", "2020-04-01"),
        (2, 6, None, None),
        (3, 7, "2020-02-01", "2020-03-01"),
    ]
    before = (table("moves", rows), table("pairs", pairs))
    assert [dates(line) for line in rows_of(related, columns, lines, *before)] == [
        (1, 2, "2020-02-01", "2020-03-01", 5, "2020-02-01", "2020-04-01"),
        (1, 2, "2020-02-01", "2020-03-01", 6, None, None),
        (2, 1, "2020-02-01", "2020-03-01", 5, "2020-01-01", "2020-03-01"),
    ]


def test_a_row_without_a_link_may_be_left_out() -> None:
    rows, columns = held(("code", KEY), ("other", KEY))
    linked = LinkUnit(rows, "code", rows, "code", "other", "child", drop_unlinked=True)
    lines: Lines = [(1, 900), (1, 800), (2, None), (None, 5)]
    assert rows_of(linked, columns, lines) == [(800, 1, 800), (800, 1, 900)]


@pytest.mark.parametrize("length", [0, 1, 10_000])
def test_rows_that_a_study_brings(length: int) -> None:
    columns = (("area", KEY), ("label_of", TEXT), ("rate", DECIMAL), ("since", DATE))
    given = LiteralRows(
        "figures",
        columns,
        ("area",),
        tuple((n, "it's 100%", Decimal(n) / 2, None if n % 2 else datetime.date.min) for n in range(length)),
    )
    found = rows_of(given, "AREA BIGINT", [])
    assert found == [(n, "it's 100%", n / 2, None if n % 2 else datetime.date.min) for n in range(length)]
    assert all(isinstance(line[2], float) for line in found)
