"""Staged events: rows that are wanted for the units of a frame only are restricted to these units, once.

Rows of entries are of units in the frame only, and so is what is summarised for entries: both give the same when what
they read holds those units alone. Two rewrites follow from that for each frame:

- Tables that nothing else reads come after the frame, and are worked out for its units from the first step on. Rows are
  also looked through for the codes that some reader asks for.
- Other tables stay where they are, for everybody, as far as codes are asked for. What a frame reads of them several
  times is copied, restricted to its units.

Both leave out rows of other units only, and rows that each reader would drop. So a table may be restricted only if all
that read it work unit by unit: ``plan.reads`` says which operations do. The candidates for peers are most of the pool,
so nothing is staged for them; but rows are restricted to the population and the pool together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cohort.plan.definitions import spread_by, step_name
from cohort.plan.frames import OF_ALIKE, OF_CANDIDATES, OF_CONCERNED, OF_MEMBERS, OF_PASSED, POPULATION, Frame
from cohort.plan.model import OfFrame, Plan, PlanStep, PlanTable, Relation
from cohort.plan.names import CONCERNED
from cohort.plan.of_members import FollowUpBounds
from cohort.plan.reads import Read, all_of, reads_for_frame, reads_of_rows
from cohort.plan.rebuilt import chain_of, rebuilt
from cohort.plan.wanted import Filter, any_of
from cohort.query.rows import (
    JoinSpells,
    LinkUnit,
    LiteralRows,
    NamedRows,
    Rows,
    TableRows,
    Union,
    Where,
    inputs,
    with_input,
)
from cohort.query.study import Study

OF_EVERYBODY = "_of_everybody"
"""What the name of a step ends with whose rows are restricted by the step after it. No study has such names."""
_WHY = "Later steps read no others."
_WHOM = {OF_MEMBERS.table: "members", OF_CONCERNED.table: "population or the pool"}
_OF_ENTRIES = frozenset(
    frame.table for frame in (POPULATION, OF_CANDIDATES, OF_PASSED, OF_ALIKE, OF_MEMBERS, OF_CONCERNED)
)
_FOR_CODES = ", as far as a later step asks for their codes"


def stage_events(plan: Plan, study: Study) -> Plan:
    """Restrict rows of units to those of a frame before the many steps that read them for it."""
    prepared = frozenset(
        step_name(definition, number, stage)
        for definition in study.definitions
        if definition.prepared
        for number, stage in enumerate(definition.stages, start=1)
    )
    # Without peers members are of the population: what both read is restricted to the population.
    inside = {POPULATION.table} if study.peers is not None else {POPULATION.table, OF_MEMBERS.table}
    known = ((OF_MEMBERS, frozenset({OF_MEMBERS.table})), (POPULATION, frozenset(inside)))
    frames = [(frame, its) for frame, its in known if any(table.name == frame.table for table in plan.tables)]
    for frame, frames_inside in frames:
        if not any(frame.table in wider for other, wider in frames if other is not frame):
            plan = _read_again(plan, frame, frames_inside, prepared)
            prepared |= {frame.staged.format(name) for name in prepared}
    for frame, frames_inside in frames:
        plan = _staged_for(plan, frame, frames_inside, prepared)
    if study.peers is not None:
        plan = _staged_for(plan, OF_CONCERNED, _OF_ENTRIES, prepared)
    return _looked_through(plan, _demand(plan, POPULATION, frozenset(inside), prepared))


@dataclass(frozen=True)
class _Reading:
    """One reading of an early table: by a step of a table."""

    table: str
    step: str
    read: Read


@dataclass(frozen=True)
class _Demand:
    """What is asked of early tables (those that are worked out before the frame, for everybody).

    ``asked`` has for each step of an early table (table, step) what its readers want of it: readings by one column of
    units, or all of the rows of all units. ``readings`` has for each early table those who read it.
    """

    early: dict[str, PlanTable]
    asked: dict[tuple[str, str], tuple[Read, ...]]
    readings: dict[str, list[_Reading]]

    def unit(self, table: str, step: str | None = None) -> str | None:
        """The column of the units that are asked for of a step (or of a table), None if all rows are."""
        return self.asked[table, step or table][0].unit


def _staged_for(plan: Plan, frame: Frame, inside: frozenset[str], prepared: frozenset[str]) -> Plan:
    demand = _demand(plan, frame, inside, prepared)
    moved = [name for name in demand.early if demand.unit(name) is not None]
    copied: dict[str, list[_Reading]] = {}
    # Nearly all rows are of units of the pool: a copy would be of no use.
    for name in demand.early if frame is not OF_CONCERNED else ():
        readings = _by_unit(name, demand, moved, plan, inside)
        places = {(r.table, r.step) for r in readings if not r.read.fact}
        one_column = len({r.read.unit for r in readings}) == 1
        # Prepared rows hold everybody; others are worth a table of their own only if they are read more than once.
        if name not in moved and places and one_column and (name in prepared or len(places) > 1):
            copied[name] = readings
    leads = {
        table.name: [
            (name, frame.staged.format(name))
            for name, readings in copied.items()
            if any(reading.table == table.name for reading in readings)
        ]
        for table in plan.tables
    }
    # What is restricted to the population may rest on what is restricted to it and the pool.
    concerned = frame is POPULATION and any(table.name == CONCERNED for table in plan.tables)
    last = CONCERNED if concerned else frame.table
    tables: list[PlanTable] = []
    for table in plan.tables:
        if table.name not in moved:
            tables.append(replace(table, reads=_led(table.reads, leads[table.name])))
        if table.name == last:
            tables += [_copy(demand.early[name], readings, frame) for name, readings in copied.items()]
            tables += [_moved(demand.early[name], demand, moved, leads[name], frame) for name in moved]
    return replace(plan, tables=tuple(tables))


def _read_again(plan: Plan, frame: Frame, inside: frozenset[str], prepared: frozenset[str]) -> Plan:
    """Give what a frame wants of held rows a table of its own, where others want a few rows of everybody."""
    demand = _demand(plan, frame, inside, prepared)
    moved = [name for name in demand.early if demand.unit(name) is not None]
    again: dict[str, PlanTable] = {}
    readers: dict[str, list[tuple[str, str]]] = {}
    for name, table in demand.early.items():
        of_frame = _by_unit(name, demand, moved, plan, inside)
        others = [r for r in demand.readings.get(name, []) if r not in of_frame]
        worth = name in prepared and name not in moved and of_frame and others
        if worth and any_of([r.read.kept for r in others]) is not None:
            steps = chain_of(table, demand.early)
            if steps:
                called = frame.staged.format(name)
                again[name] = rebuilt(table, steps, called)
                for reader in dict.fromkeys(r.table for r in of_frame):
                    readers.setdefault(reader, []).append((name, called))
    tables: list[PlanTable] = []
    for table in plan.tables:
        tables.append(replace(table, reads=(*table.reads, *readers.get(table.name, []))))
        if table.name in again:
            tables.append(again[table.name])
    return replace(plan, tables=tuple(tables))


# Who wants what ---------------------------------------------------------------------------------------------


def _demand(plan: Plan, frame: Frame, inside: frozenset[str], prepared: frozenset[str]) -> _Demand:
    """Find out what is asked of early tables, from the last step that reads them back to the first.

    ``inside`` are the frames whose units are all in the frame.
    """
    place = [table.name for table in plan.tables].index(frame.table)
    early = {table.name: table for table in plan.tables[:place] if is_of_rows(table)}
    demand = _Demand(early, {}, {})
    for result in plan.results:
        for read in all_of(result.step.relation):
            _note("", result.step.name, read, demand)
    for table in reversed(plan.tables):
        inner: dict[str, list[Read]] = {}
        for number in range(len(table.steps) - 1, -1, -1):
            step = table.steps[number]
            steps_before = {earlier.name for earlier in table.steps[:number]}
            if table.name in early:
                last = number == len(table.steps) - 1
                readings = [reading.read for reading in demand.readings.get(table.name, [])]
                asked = _agreed(step.name, readings if last else inner.get(step.name, []))
                demand.asked[table.name, step.name] = asked
                # What every reader of prepared rows drops is dropped there: it need not be looked for before.
                own = table.name not in prepared
                found = [
                    read
                    for one in asked
                    for read in reads_of_rows(_rows(step.relation), one.unit, one.kept, plan.unit, own=own)
                ]
            else:
                filters = dict.fromkeys(read.kept for read in inner.get(step.name, [])) or {(): None}
                found = [read for kept in filters for read in _of_late(table, step, kept, plan.unit)]
                if table.frame not in inside:
                    found = [replace(read, unit=None) for read in found]
            for read in found:
                if read.name in steps_before:
                    inner.setdefault(read.name, []).append(read)
                else:
                    name = dict(table.reads).get(read.name, read.name)
                    _note(table.name, step.name, replace(read, name=name), demand)
    return demand


def _of_late(table: PlanTable, step: PlanStep, kept: Filter, unit: str) -> Iterator[Read]:
    """Yield what a step reads that comes after the frame, or is not about rows."""
    covers = any(isinstance(other.relation, FollowUpBounds) for other in table.steps)
    if covers and isinstance(step.relation, JoinSpells):
        # The spells of a cover are clipped to the time of members, and read by nothing else.
        return reads_of_rows(step.relation, unit, (), unit)
    return reads_for_frame(step.relation, kept, unit)


def _note(table: str, step: str, read: Read, demand: _Demand) -> None:
    if read.name in demand.early:
        reading = _Reading(table, step, read)
        known = demand.readings.setdefault(read.name, [])
        if reading not in known:
            known.append(reading)


def _agreed(name: str, reads: Iterable[Read]) -> tuple[Read, ...]:
    """Return different demands by one column of units; if they differ in it, rows of all units are asked for."""
    found = tuple(dict.fromkeys(replace(read, name=name, fact=False) for read in reads))
    if len({read.unit for read in found}) > 1:
        found = tuple(dict.fromkeys(replace(read, unit=None) for read in found))
    return found or (Read(name),)


def _by_unit(
    name: str, demand: _Demand, moved: list[str], plan: Plan, inside: frozenset[str]
) -> list[_Reading]:
    """Return the readings of a table by those of the frame that can do with its units alone."""
    found = demand.readings.get(name, [])
    of_frame = {t.name for t in plan.tables if t.frame in inside and t.name not in demand.early}
    whole = {reading.table for reading in found if reading.read.unit is None}
    return [r for r in found if r.table not in whole and (r.table in moved or r.table in of_frame)]


def is_of_rows(table: PlanTable) -> bool:
    """Whether all steps of a table are operations on rows, and none of them on rows of entries or on figures."""
    return all(
        isinstance(step.relation, Rows)
        and not step.relation.shape.per_entry
        and not isinstance(step.relation, LiteralRows)
        for step in table.steps
    )


def _rows(relation: Relation) -> Rows:
    assert isinstance(relation, Rows)
    return relation


# The tables anew --------------------------------------------------------------------------------------------


def _copy(table: PlanTable, readings: Sequence[_Reading], frame: Frame) -> PlanTable:
    shape = _rows(table.steps[-1].relation).shape
    reads = tuple(reading.read for reading in readings)
    name = frame.staged.format(table.name)
    step = _restriction(name, NamedRows(table.name, shape), table.steps[-1], reads, frame)
    return PlanTable(name, shape.columns, reads[0].unit or table.unit, (step,), frame=frame.table)


def _moved(
    table: PlanTable, demand: _Demand, moved: list[str], leads: list[tuple[str, str]], frame: Frame
) -> PlanTable:
    """Return a table worked out for the units of the frame: restricted where what it reads is not."""
    steps: list[PlanStep] = []
    restricted_already = {*moved, *(name for name, _ in leads)}
    fed = restricted_already | {said for said, name in table.reads if name in restricted_already}
    fed -= {said for said, name in table.reads if name not in restricted_already}
    for step in table.steps:
        rows = _rows(step.relation)
        asked = demand.asked[table.name, step.name]
        below = _innermost(rows)
        if asked[0].unit is None:
            fed.discard(step.name)
            steps.append(step)
            continue
        if _is_fed(rows, fed):
            steps.append(step)
        elif isinstance(below, NamedRows) and rows is not below and (reads := _of_input(rows, asked, below)):
            # Before the operation: it may be a costly one.
            name = frame.staged.format(f"{step.name}_input")
            restricted = _restriction(name, below, step, reads, frame)
            on_top = replace(step, relation=_on(rows, NamedRows(name, below.shape)))
            steps += [restricted, on_top]
        else:
            everybody = replace(step, name=step.name + OF_EVERYBODY)
            named = NamedRows(everybody.name, rows.shape)
            steps += [everybody, _restriction(step.name, named, step, asked, frame)]
        fed.add(step.name)
    return replace(table, steps=tuple(steps), reads=_led(table.reads, leads), frame=frame.table)


def _led(reads: Iterable[tuple[str, str]], leads: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return where names lead to when tables have been copied: also those that led to such a table before."""
    copies = dict(leads)
    return (*((said, copies.get(name, name)) for said, name in reads), *copies.items())


def belonging_to(frame: str) -> str:
    """Return in words whom rows belong to that are restricted to a frame."""
    return _WHOM.get(frame, "population")


def is_looked_through(table: PlanTable) -> bool:
    """Whether a table is of those held rows whose codes are asked for."""
    first, last = table.steps[0], table.steps[-1]
    return first.name == last.name + OF_EVERYBODY and isinstance(last.relation, Where)


def _looked_through(plan: Plan, demand: _Demand) -> Plan:
    """Return a plan in which held rows of all units are looked through for the codes that are asked for.

    What is found is a table: few rows, of which the steps that follow are soon worked out. A database that could work
    them out in one go would do so for all held rows before it looks at the codes.
    """
    tables: list[PlanTable] = []
    for table in plan.tables:
        steps: list[PlanStep] = []
        for step in table.steps:
            asked = demand.asked.get((table.name, step.name), ())
            keep = any_of([read.kept for read in asked]) if asked else None
            if isinstance(step.relation, TableRows) and keep is not None:
                everybody = replace(step, name=step.name + OF_EVERYBODY)
                words = f"everybody's rows{_FOR_CODES}"
                named = NamedRows(everybody.name, step.relation.shape)
                found = PlanStep(step.name, words, _WHY, step.origin, Where(named, keep))
                shape = step.relation.shape
                held = replace(table, name=step.name, columns=shape.columns, unit=spread_by(shape))
                tables.append(replace(held, steps=(everybody, found)))
            else:
                steps.append(step)
        if steps:
            tables.append(replace(table, steps=tuple(steps)))
    return replace(plan, tables=tuple(tables))


def _restriction(
    name: str, rows: NamedRows, step: PlanStep, reads: tuple[Read, ...], frame: Frame
) -> PlanStep:
    keep = any_of([read.kept for read in reads])
    whom = belonging_to(frame.table)
    everybody = "everybody's rows" if rows.name.endswith(OF_EVERYBODY) else f"the rows of {rows.name}"
    words = f"of {everybody} those that belong to the {whom}"
    words += "" if keep is None else _FOR_CODES
    unit = reads[0].unit
    assert unit is not None
    return PlanStep(name, words, _WHY, step.origin, OfFrame(rows, unit, keep))


def _of_input(rows: Rows, asked: tuple[Read, ...], below: NamedRows) -> tuple[Read, ...]:
    """Return what a chain of operations asks of the rows it begins with, if it can do with those of some units."""
    # Rows read what they begin with before anything else.
    reads = _agreed(below.name, (next(reads_of_rows(rows, one.unit, one.kept, "")) for one in asked))
    return reads if reads[0].unit is not None else ()


def _innermost(rows: Rows) -> Rows | None:
    """Return what a chain of operations on one input begins with; None if it is no such chain."""
    while not isinstance(rows, NamedRows | TableRows | LiteralRows | Union | LinkUnit):
        if len(inputs(rows)) != 1:
            return None
        rows = inputs(rows)[0]
    return rows


def _on(rows: Rows, below: NamedRows) -> Rows:
    """Return a chain of operations on other rows."""
    return below if isinstance(rows, NamedRows) else with_input(rows, _on(inputs(rows)[0], below))


def _is_fed(rows: Rows, fed: set[str]) -> bool:
    """Whether rows come from nothing but restricted rows."""
    match rows:
        case NamedRows():
            return rows.name in fed
        case TableRows() | LiteralRows() | LinkUnit():
            return False
        case _:
            return all(_is_fed(below, fed) for below in inputs(rows))
