"""Rewrites that change no result: values shared by several variables, and events of the population staged once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from cohort.plan.frames import OF_CANDIDATES, OF_MEMBERS, POPULATION
from cohort.plan.model import (
    EntryValues,
    Flags,
    OfFrame,
    Plan,
    PlanStep,
    PlanTable,
    Relation,
    WorkOut,
)
from cohort.query.calls import Lookup, StartsWith
from cohort.query.rows import (
    ForEachEntry,
    LiteralRows,
    NamedRows,
    Rows,
    TableRows,
    Union,
    inputs,
    with_input,
)
from cohort.query.study import Definition, FollowUp, Peers, Study, Variable
from cohort.query.summaries import Covered, Summary
from cohort.query.values import (
    InSet,
    Value,
    VariableValue,
    children,
)
from cohort.types import Grain

_FRAMES = (POPULATION, OF_CANDIDATES, OF_MEMBERS)
LONG = 50
"""From how many members on a list is worth being looked through only once."""

_Held = TypeVar("_Held")


# Shared values ----------------------------------------------------------------------------------------------


def share_values(study: Study) -> Study:
    """Give costly values that stand in several places a variable of their own, so that each is worked out once.

    Costly are summaries, covered days and long lists. The index date is left alone: it comes before all variables.
    """
    counts: Counter[Value] = Counter()
    for value in _entry_values(study):
        for found in _costly(value, counts):
            counts[found] += 1
    names = _free_names(study)
    origin = study.population.origin
    shared: dict[Value, Variable] = {
        value: Variable(next(names), "used by several variables or steps", value, (), origin)
        for value, number in counts.items()
        if number > 1
    }
    if not shared:
        return study
    references = {
        value: VariableValue(v.name, v.type, value.grain in (Grain.CONSTANT, Grain.PERSON))
        for value, v in shared.items()
    }

    def exchange(value: Value) -> Value:
        return _exchanged(value, references)

    # What is inside a shared value and shared itself is referred to there as well.
    further = tuple(replace(v, value=_inside(v.value, references)) for v in shared.values())
    variables = tuple(replace(v, value=exchange(v.value)) for v in study.variables)
    steps = tuple(replace(step, keep=exchange(step.keep)) for step in study.population.steps)
    return replace(
        study,
        variables=(*variables, *further),
        population=replace(study.population, steps=steps),
        peers=None if study.peers is None else _of_peers(study.peers, exchange),
        follow_up=None if study.follow_up is None else _of_follow_up(study.follow_up, exchange),
    )


def _entry_values(study: Study) -> Iterator[Value]:
    """Yield the values that are worked out for entries, as far as variables can be exchanged in them."""
    yield from (variable.value for variable in study.variables)
    yield from (step.keep for step in study.population.steps)
    if study.peers is not None:
        yield from (step.keep for step in study.peers.steps)
        yield from (value for _, value in study.peers.exact)
        if study.peers.nearest is not None:
            yield study.peers.nearest.value
    if study.follow_up is not None:
        yield study.follow_up.start
        yield from (end.date for end in study.follow_up.ends)


def _of_peers(peers: Peers, exchange: Callable[[Value], Value]) -> Peers:
    nearest = peers.nearest
    return replace(
        peers,
        steps=tuple(replace(step, keep=exchange(step.keep)) for step in peers.steps),
        exact=tuple((name, exchange(value)) for name, value in peers.exact),
        nearest=None if nearest is None else replace(nearest, value=exchange(nearest.value)),
    )


def _of_follow_up(follow_up: FollowUp, exchange: Callable[[Value], Value]) -> FollowUp:
    ends = tuple(replace(end, date=exchange(end.date)) for end in follow_up.ends)
    return replace(follow_up, start=exchange(follow_up.start), ends=ends)


def _costly(value: Value, known: Counter[Value]) -> Iterator[Value]:
    """Yield costly values, outermost first. Inside one that was met before, nothing is new."""
    if _is_costly(value):
        yield value
        if known[value] > 1:
            return
    if not isinstance(value, Summary | Covered):
        for child in children(value):
            yield from _costly(child, known)


def _is_costly(value: Value) -> bool:
    match value:
        case Summary() | Covered():
            return True
        case InSet():
            return len(value.members) >= LONG
        case StartsWith():
            return len(value.prefixes) >= LONG
        case Lookup():
            return len(value.pairs) >= LONG
        case _:
            return False


def _exchanged(value: Value, references: dict[Value, VariableValue]) -> Value:
    if _is_costly(value) and value in references:
        return references[value]
    return _inside(value, references)


def _inside(value: Value, references: dict[Value, VariableValue]) -> Value:
    """Exchange what is inside a value; inside summaries other rows are at hand, so they stay whole."""
    if isinstance(value, Summary | Covered) or not children(value):
        return value
    return _rebuilt(value, lambda child: _exchanged(child, references))


def _rebuilt(value: _Held, change: Callable[[Value], Value]) -> _Held:
    """Return a value with changed children, whatever its fields are called."""

    def changed(held: Any) -> Any:
        if isinstance(held, tuple):
            return tuple(changed(part) for part in held)
        return change(held) if hasattr(held, "grain") else held

    values: Any = value
    # The checker does not know that a copy of a dataclass is of the same class.
    return replace(values, **{f.name: changed(getattr(values, f.name)) for f in fields(values)})  # type: ignore[no-any-return]


def _free_names(study: Study) -> Iterator[str]:
    taken = {d.name for d in study.definitions} | {v.name for v in study.variables}
    taken |= {context.name for context in study.context}
    number = 0
    while True:
        number += 1
        if f"shared_{number}" not in taken:
            yield f"shared_{number}"


# Staged events ----------------------------------------------------------------------------------------------


def stage_events(plan: Plan, study: Study) -> Plan:
    """Restrict rows of units to those of a frame once, before the many steps that read them for it.

    Rows of entries are of units in the frame only, and so is what is summarised for entries: both give the same when
    what they read holds those units alone. Measured on other engines this makes the largest difference of all rewrites.
    The candidates for peers are most of the pool, so nothing is staged for them.
    """
    early = {d.name: d for d in study.definitions if not d.per_entry and d.rows.shape.unit is not None}
    for frame in dict.fromkeys(table.frame for table in plan.tables):
        if frame != OF_CANDIDATES.table and any(table.name == frame for table in plan.tables):
            plan = _staged_for(plan, frame, early)
    return plan


def _staged_for(plan: Plan, frame: str, early: dict[str, Definition]) -> Plan:
    counts = Counter(
        name
        for table in plan.tables
        if table.frame == frame
        for step in table.steps
        for name in _rows_read(step.relation)
        if name in early
    )
    # Prepared rows hold everybody; others are worth a table of their own only if they are read more than once.
    wanted = [name for name, number in counts.items() if early[name].prepared or number > 1]
    called = next(known.staged for known in _FRAMES if known.table == frame)
    staged = {name: called.format(name) for name in wanted}
    if not staged:
        return plan
    tables: list[PlanTable] = []
    for table in plan.tables:
        tables.append(_reading(table, staged) if table.frame == frame else table)
        if table.name == frame:
            tables += [_staged_table(new, early[name], plan.unit, frame) for name, new in staged.items()]
    return replace(plan, tables=tuple(tables))


def _rows_read(relation: Relation) -> list[str]:
    """Return the names of rows that are read for entries, each once."""
    found: list[str] = []
    match relation:
        case WorkOut():
            found = list(_summarised(relation.value))
        case Flags():
            found = [name for _, value in relation.steps for name in _summarised(value)]
        case EntryValues():
            found = [name for _, value in relation.values for name in _summarised(value)]
        case ForEachEntry(rows=NamedRows(name=name)):
            found = [name]
        case _ if isinstance(relation, Rows) and len(inputs(relation)) == 1:
            found = _rows_read(inputs(relation)[0])
        case _:
            pass
    return list(dict.fromkeys(found))


def _summarised(value: Value) -> Iterator[str]:
    if isinstance(value, Summary | Covered) and not value.rows.per_entry:
        yield value.rows.name
    for child in children(value):
        yield from _summarised(child)


def _reading(table: PlanTable, staged: dict[str, str]) -> PlanTable:
    """Return a table that reads staged rows: through names for values, in the place itself for rows of entries.

    In a table of rows of entries, names lead where they did: an operation on related units, or one before rows are set
    beside entries, needs the rows of everybody.
    """
    if any(isinstance(step.relation, WorkOut | Flags | EntryValues) for step in table.steps):
        return replace(table, reads=(*table.reads, *staged.items()))
    steps = tuple(
        replace(step, relation=_on_staged(step.relation, staged)) if isinstance(step.relation, Rows) else step
        for step in table.steps
    )
    return replace(table, steps=steps)


def _on_staged(rows: Rows, staged: dict[str, str]) -> Rows:
    """Return rows in which rows set beside entries are staged ones."""
    match rows:
        case ForEachEntry(rows=NamedRows(name=name, shape=shape)) if name in staged:
            return ForEachEntry(NamedRows(staged[name], shape))
        case TableRows() | NamedRows() | LiteralRows() | Union():
            return rows
        case _:
            return with_input(rows, _on_staged(inputs(rows)[0], staged))


def _staged_table(name: str, definition: Definition, unit: str, frame: str) -> PlanTable:
    rows = definition.named
    words = f"the rows of {definition.name} that belong to the population"
    why = "Later steps read these few rows only."
    step = PlanStep(name, words, why, definition.origin, OfFrame(rows))
    return PlanTable(name, rows.shape.columns, unit, (step,), frame=frame)
