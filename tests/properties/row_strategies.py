"""Strategies for rows: every operation applied to any rows it accepts, and chains of operations."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from cohort.query.rows import (
    END_ASSUMED,
    ROWS_UNTIL,
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
    Rows,
    TableRows,
    Union,
    Where,
)
from cohort.query.values import Fact, IndexDate, IsMissing, Literal, Not, Value
from cohort.types import DATE, WHOLE, Kind

from .leaves import FIGURES, Leaves
from .tables import EVENTS, LINKS, PEOPLE, UNIT, linked
from .value_strategies import conditions, values

EVENTS_OF_UNIT = linked(EVENTS)
PERSON = KeepOne(linked(PEOPLE), last=True, order="line", per=(UNIT,))
"""One row for each child that has a line in ``people``: the source of facts."""
PERSON_FACTS: tuple[Value, ...] = tuple(
    Fact("person", name, type_) for name, type_ in PERSON.shape.columns if name not in ("line",)
)
PAIRS = PairUnits(EVENTS_OF_UNIT, "section")
"""Units with events of one section: related for good."""
TIMED_PAIRS = PairUnits(EVENTS_OF_UNIT, "section", ("start_date", "end_date"))
"""Units with events of one section at the same time: related for a time, perhaps several times."""
LAST_OF_ENTRY = KeepOne(
    Where(
        ForEachEntry(EVENTS_OF_UNIT),
        Not(IsMissing(EVENTS_OF_UNIT.shape.column("score"))),
    ),
    last=True,
    order="number",
    per=(UNIT, "index_date"),
)
"""One row at most for each entry: the source of facts of entries."""
OF_ENTRIES: dict[str, Rows] = {
    "last_of_entry": LAST_OF_ENTRY,
    "events_of_entry": Add(ForEachEntry(EVENTS_OF_UNIT), (("entry", IndexDate()),)),
}
NAMED: dict[str, Rows] = {
    "links": LINKS,
    "person": PERSON,
    "events_of_child": EVENTS_OF_UNIT,
    "figures": FIGURES,
    "pairs": PAIRS,
    "timed_pairs": TIMED_PAIRS,
    **OF_ENTRIES,
}
"""Named rows that the operations and values of these strategies may read, in order."""
ENTRY_FACTS: tuple[Value, ...] = tuple(
    Fact("last_of_entry", name, type_, per_entry=True) for name, type_ in LAST_OF_ENTRY.shape.columns
)
_OF_UNITS = tuple(NamedRows(name, NAMED[name].shape) for name in ("events_of_child", "person", "figures"))
_OF_BOTH = (*_OF_UNITS, *(NamedRows(name, rows.shape) for name, rows in OF_ENTRIES.items()))
NEWEST = Literal(200405, WHOLE)
OPEN_UNTIL = Literal(datetime.date(2005, 4, 1), DATE)
_LONGEST_GAP = 40


@cache
def leaves_of(rows: Rows, *further: Value) -> Leaves:
    """What expressions on rows can start from."""
    columns = tuple(rows.shape.column(name) for name in rows.shape.names)
    if rows.shape.unit is None:
        return Leaves((*columns, *further))
    if not rows.shape.per_entry:
        return Leaves((*columns, *PERSON_FACTS, *further), _OF_UNITS)
    return Leaves((*columns, *PERSON_FACTS, *ENTRY_FACTS, IndexDate(), *further), _OF_BOTH)


def where(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Rows for which a condition is true."""
    return conditions(leaves_of(rows, *further), 2).map(lambda condition: Where(rows, condition))


def add(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """One or two further columns."""
    names = [name for name in (f"new_{n}" for n in range(9)) if name not in rows.shape.types]
    found = st.lists(values(leaves_of(rows, *further), 2), min_size=1, max_size=2)
    return found.map(lambda new: Add(rows, tuple(zip(names, new, strict=False))))


def keep_one(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """The first or last row by any column, for each unit or any combination of columns."""
    names = st.sampled_from(rows.shape.names)
    combination = st.lists(names, min_size=1, max_size=2, unique=True).map(tuple)
    unit = rows.shape.unit
    per = combination if unit is None else st.one_of(st.just(rows.shape.owner), combination)
    return st.builds(KeepOne, st.just(rows), st.booleans(), names, per, NUMBERS)


NUMBERS = st.sampled_from([1, 1, 2, 3])
"""Which row from the end is kept: mostly the first."""


def one_per(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """One row for each unit and combination."""
    columns = st.lists(st.sampled_from(rows.shape.names), min_size=1, max_size=2, unique=True).map(tuple)
    return st.builds(OnePer, st.just(rows), columns)


def date_columns(rows: Rows) -> list[str]:
    """Names of columns that hold dates."""
    return [name for name, type_ in rows.shape.columns if type_.kind is Kind.DATE]


def join_spells(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Spells from any two dates, within the unit and perhaps another column."""
    dates = date_columns(rows)
    others = [
        name for name, type_ in rows.shape.columns if type_.kind is not Kind.DATE and name != rows.shape.unit
    ]
    per = st.one_of(st.just(()), st.sampled_from(others).map(lambda name: (name,)) if others else st.just(()))

    @st.composite
    def build(draw: st.DrawFn) -> Rows:
        # A start that is called `until` would clash with the column that the operation gives.
        start = draw(st.sampled_from([name for name in dates if name not in (ROWS_UNTIL, "index_date")]))
        until = draw(st.sampled_from([name for name in dates if name != start] or dates))
        if {"start_date", "end_date"} <= set(dates) and draw(st.booleans()):
            start, until = "start_date", "end_date"
        gap = draw(st.one_of(st.integers(0, 3), st.integers(0, 3), st.integers(0, _LONGEST_GAP)))
        return JoinSpells(rows, start, until, gap, draw(per))

    return build()


def close_spells(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Closed spells: rows are first brought to complete starts that differ within a unit, as preparation does."""
    started = Where(rows, Not(IsMissing(rows.shape.column("start_date"))))
    once = KeepOne(started, last=True, order="number", per=(UNIT, "start_date"))
    newest = st.sampled_from([199900, 200304, 200405, 200506]).map(lambda year: Literal(year, WHOLE))
    until = st.sampled_from([OPEN_UNTIL, Literal(datetime.date(2004, 2, 29), DATE)])
    return st.builds(
        CloseSpells,
        st.just(once),
        st.just("start_date"),
        st.just("end_date"),
        st.just("returned"),
        newest,
        until,
    )


def link_unit(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Rows of a table brought to the unit; here always events."""
    return st.sampled_from([EVENTS_OF_UNIT, replace(EVENTS_OF_UNIT, drop_unlinked=True)])


def rename(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Other names for one or two columns that nothing else asks for by name."""
    fixed = {UNIT, "index_date", "start_date", "end_date", "until", "returned", "number"}
    names = [name for name in rows.shape.names if name not in fixed and f"{name}_x" not in rows.shape.types]
    chosen = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True) if names else st.just([])
    return chosen.map(lambda found: Rename(rows, tuple((name, f"{name}_x") for name in found)))


def as_unit(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Rows whose key is the unit, without a map; the first row of each such unit."""
    units = AsUnit(Rename(EVENTS, (("local_code", UNIT),)), UNIT, ("start_date", "end_date"))
    return st.just(units)


def unions(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Named rows of units, or of entries, one below the other; the same rows may come twice."""
    of_units = [NamedRows(name, NAMED[name].shape) for name in ("events_of_child", "person")]
    of_entries = [NamedRows(name, rows.shape) for name, rows in OF_ENTRIES.items()]
    return st.sampled_from([of_units, of_entries]).flatmap(
        lambda parts: st.lists(st.sampled_from(parts), min_size=2, max_size=3).map(lambda p: Union(tuple(p)))
    )


def for_each_entry(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Rows of a unit beside each entry of it."""
    return st.just(ForEachEntry(rows))


def of_related(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Rows of related units, related for good or for a time."""
    relations = [NamedRows(name, NAMED[name].shape) for name in ("pairs", "timed_pairs")]
    return st.sampled_from(relations).map(lambda relation: OfRelated(rows, relation, "related"))


def pair_units(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """Units that share a value, for good or at the same time."""
    days = date_columns(rows)
    spells = st.sampled_from([None, *([(days[0], days[1])] if len(days) > 1 else [])])
    same = st.sampled_from([name for name in rows.shape.names if name != UNIT])
    return st.builds(PairUnits, st.just(rows), same, spells)


def literal_rows(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """A context table of any length, also of no lines."""
    return st.integers(0, len(FIGURES.rows_held)).map(
        lambda length: replace(FIGURES, rows_held=FIGURES.rows_held[:length])
    )


def can_join(rows: Rows) -> bool:
    """Whether rows have spells."""
    return (
        rows.shape.unit is not None
        and len(set(date_columns(rows)) - {ROWS_UNTIL, "index_date"}) >= 1
        and len(date_columns(rows)) >= 2
    )


def can_close(rows: Rows) -> bool:
    """Whether rows have what closing needs and are not closed yet."""
    names = set(rows.shape.names)
    return {"start_date", "end_date", "returned", "number", UNIT} <= names and not names & {
        ROWS_UNTIL,
        END_ASSUMED,
    }


NODES: dict[type, Callable[[Rows], st.SearchStrategy[Rows]]] = {
    TableRows: lambda rows: st.sampled_from([EVENTS, PEOPLE, LINKS]),
    NamedRows: lambda rows: st.just(NamedRows("person", PERSON.shape)),
    Where: where,
    Add: add,
    KeepOne: keep_one,
    OnePer: one_per,
    JoinSpells: join_spells,
    LinkUnit: link_unit,
    CloseSpells: close_spells,
    Rename: rename,
    AsUnit: as_unit,
    Union: unions,
    ForEachEntry: for_each_entry,
    OfRelated: of_related,
    PairUnits: pair_units,
    LiteralRows: literal_rows,
}
"""For every node class a strategy of rows with that node outermost; the argument is what it is applied to."""


def keep_one_of_unit(rows: Rows, further: tuple[Value, ...] = ()) -> st.SearchStrategy[Rows]:
    """The first or last row within each unit."""
    owner = rows.shape.owner
    per = st.sampled_from([owner, *((*owner, name) for name in rows.shape.names if name not in owner)])
    return st.builds(KeepOne, st.just(rows), st.booleans(), st.sampled_from(rows.shape.names), per, NUMBERS)


@st.composite
def chains(
    draw: st.DrawFn,
    start: Rows = EVENTS_OF_UNIT,
    further: tuple[Value, ...] = (),
    *,
    within_unit: bool = False,
) -> Rows:
    """Two to five operations, one on another; ``within_unit`` leaves out what compares rows of several units."""
    rows = start
    for _ in range(draw(st.integers(2, 5))):
        possible = [where, add, keep_one_of_unit if within_unit else keep_one, one_per, rename]
        possible += [] if rows.shape.per_entry or rows.shape.unit is None or within_unit else [for_each_entry]
        possible += [join_spells] * 2 if can_join(rows) else []
        possible += [close_spells] if can_close(rows) else []
        rows = draw(draw(st.sampled_from(possible))(rows, further))
    return rows
