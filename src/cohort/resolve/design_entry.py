"""Design rule about entries that are counted as their own outcome."""

from __future__ import annotations

from dataclasses import dataclass

from cohort.query.rows import (
    Add,
    AsUnit,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    NamedRows,
    OnePer,
    Rename,
    Rows,
    Union,
    Where,
)
from cohort.query.study import Study
from cohort.query.values import Column, Compare, During, Fact, IndexDate, ShiftDate, Summary, Value
from cohort.resolve.categories import conjuncts
from cohort.resolve.design_parts import Design
from cohort.resolve.design_time import bounds_of


@dataclass(frozen=True)
class _Entry:
    """The row of the index date: the rows that surely have it, each with its column of that date.

    ``true`` are conditions that are true of it in the rows that come last.
    """

    rows: tuple[tuple[Rows, str], ...]
    true: frozenset[Value]


def entry_as_outcome(design: Design) -> None:
    """Events from the index date on must not be the rows that give the index date (TIM710)."""
    study = design.study
    if study.follow_up is None or not _holds_index(design, study.follow_up.start):
        return
    entry = _entry(design)
    for outcome in study.outcomes:
        if _has_entry(design, study.by_name[outcome.events.name].named, outcome.date, entry):
            events = design.clock.shown(outcome.events.name)
            at = f"outcomes.{outcome.name}"
            design.add("TIM710", at, outcome=outcome.name, events=events, date=outcome.date)


def _holds_index(design: Design, start: Value) -> bool:
    """Whether follow-up surely starts on the index date, or before it."""
    start = design.clock.knowledge.plain(start)
    while isinstance(start, ShiftDate) and start.amount <= 0:
        start = design.clock.knowledge.plain(start.date)
    return start == IndexDate()


def _entry(design: Design) -> _Entry:
    """Return the rows that give the index date, and those that they are made from."""
    study, true = design.study, set[Value]()
    match design.clock.index:
        case Fact(name, column):
            pass
        case Column(column):
            name = study.population.start
        case Summary("first" | "last" | "smallest" | "largest", of, condition, Column(column)):
            name = of.name
            true.update(() if condition is None else conjuncts(condition))
        case _:
            return _Entry((), frozenset())
    below: tuple[Rows, str] | None = (study.by_name[name].named, column)
    found: list[tuple[Rows, str]] = []
    while below is not None:
        found.append(below)
        rows, column = below
        if isinstance(rows, Where):
            true.update(conjuncts(rows.condition))
        elif isinstance(rows, JoinSpells):
            # What is true of a joined spell need not be true of the rows that it is made from.
            true.clear()
        below = _below(study, rows, column)
    return _Entry(tuple(found), frozenset(true))


def _below(study: Study, rows: Rows, column: str) -> tuple[Rows, str] | None:
    """Return the rows that rows are made from, each of which is still there, and the name of the column in them."""
    match rows:
        case NamedRows(name):
            definition = study.by_name[name]
            is_source = definition.prepared and not isinstance(definition.rows, ForEachEntry)
            return None if is_source else (definition.rows, column)
        case Where() | KeepOne() | OnePer() | AsUnit() | ForEachEntry():
            return rows.rows, column
        case Rename(below, renamed):
            return below, {new: old for old, new in renamed}.get(column, column)
        case Add(below, added):
            value = dict(added).get(column, Column(column, rows.shape.types[column]))
            return (below, value.name) if isinstance(value, Column) else None
        case JoinSpells(below, start):
            return (below, column) if column == start else None
        case _:
            return None


def _has_entry(design: Design, rows: Rows, column: str, entry: _Entry) -> bool:
    """Whether rows surely have the row of the index date, which is its date in the column."""
    if (rows, column) in entry.rows:
        return True
    match rows:
        case Union(parts):
            return any(_has_entry(design, part, column, entry) for part in parts)
        case Where(condition=condition):
            if not all(part in entry.true or _allows(design, part, column) for part in conjuncts(condition)):
                return False
        case KeepOne() | OnePer() | JoinSpells():
            return False
        case _:
            pass
    below = _below(design.study, rows, column)
    return below is not None and _has_entry(design, *below, entry)


def _allows(design: Design, condition: Value, column: str) -> bool:
    """Whether a condition on the dates of rows is true of one on the index date."""
    if not isinstance(condition, Compare | During):
        return False
    told = [
        (bound, design.clock.knowledge.plain(bound.date))
        for bound in bounds_of(condition)
        if isinstance(bound.subject, Column) and bound.subject.name == column
    ]
    return bool(told) and all(
        (date == IndexDate() and not bound.strict)
        or (isinstance(date, ShiftDate) and date.date == IndexDate() and (date.amount < 0) == bound.lower)
        for bound, date in told
    )
