"""Design rules about what comes after the index date: immortal time, data that end too soon, exposure after outcome."""

from __future__ import annotations

import datetime
from dataclasses import replace

from cohort.query.rows import NamedRows, values_of, walk_rows
from cohort.query.study import CountOutput, Output, RateOutput, Study, SummaryOutput
from cohort.query.values import Column, DaysBetween, Fact, IndexDate, ShiftDate, Value, walk
from cohort.query.words import time
from cohort.resolve.dates import moved
from cohort.resolve.design_parts import Design
from cohort.resolve.design_time import DAYS, Ahead, Clock, bounds_of

INDEX_DATE, START = "the index date", "the start of follow-up"


def steps_look_ahead(design: Design) -> None:
    """Whoever is chosen by what happens later has, by construction, lived and stayed until then (TIM701)."""
    study = design.study
    sections = [("population", design.clock, study.population.steps)]
    if study.peers is not None:
        sections.append(("peers", design.clock_of_peers, study.peers.steps))
    for section, clock, steps in sections:
        for step in steps:
            ahead = clock.ahead(step.keep)
            if ahead:
                what = f"The step `{step.id}`" + (" of the peers" if section == "peers" else "")
                reason = _reason(clock, _clearest(ahead), INDEX_DATE)
                design.add("TIM701", f"{section}.{step.id}", what=what, origin=INDEX_DATE, reason=reason)
    _index_looks_ahead(design)


def _index_looks_ahead(design: Design) -> None:
    """Rows that are kept for how they go on, with an index date at their beginning."""
    match design.clock.index:
        case Fact(rows, column):
            pass
        case Column(column):
            rows = design.study.population.start
        case _:
            return
    clock = replace(design.clock, conditions=(), own_index=False, column=column)
    for value in _conditions(design.study, rows):
        bounds = [bound for bound in bounds_of(value) if isinstance(bound.subject, Column) and bound.lower]
        after = [days for bound in bounds if (days := clock.days_after_index(bound.date)) is not None]
        lengths = (part for part in walk(value) if isinstance(part, DaysBetween))
        if any(days > 0 for days in after) or any(
            isinstance(part.end, Column) and part.start == Column(column, part.start.type) for part in lengths
        ):
            reason = f"rows of `{rows}` are chosen by how they go on after `{column}`"
            place = design.spec.population.index_date.place
            design.add(
                "TIM701", "population.index_date", place, what="The index date", origin="it", reason=reason
            )
            return


def _conditions(study: Study, rows: str) -> list[Value]:
    found: list[Value] = []
    waiting = [rows]
    while waiting:
        definition = study.by_name.get(waiting.pop())
        if definition is not None and not definition.prepared:
            for node in walk_rows(definition.rows):
                found += values_of(node)
                if isinstance(node, NamedRows):
                    waiting.append(node.name)
    return found


def _clearest(ahead: tuple[Ahead, ...]) -> Ahead:
    """Return what says most: rows that are asked for, and until when, before a date that may be later."""
    return min(ahead, key=lambda one: (bool(one.date), one.whole, one.until is None))


def _reason(clock: Clock, ahead: Ahead, origin: str) -> str:
    name = clock.shown(ahead.rows)
    if ahead.date:
        name = f"{name}{ahead.date[len(ahead.rows) :]}"
        return f"`{name}` may lie after it"
    if ahead.whole and any(way.kept == "last" for way in clock.ways[ahead.rows]):
        return f"it takes the last row of `{name}`, whenever that is"
    if ahead.whole:
        return f"it reads all rows of `{name}`, whenever they are"
    length = None if ahead.until is None or origin != INDEX_DATE else _length(clock, ahead.until)
    if length is not None:
        return f"it asks for rows of `{name}` up to {length} later"
    return f"it asks for rows of `{name}` on later days"


def _length(clock: Clock, date: Value) -> str | None:
    """Return how far a date is from the index date in words, if it is moved from there once."""
    match clock.knowledge.plain(date):
        case ShiftDate(start, amount, unit) if clock.knowledge.plain(start) == IndexDate():
            return time(amount, unit)
        case _:
            return None


# Data that end too soon -----------------------------------------------------------------------------------


def outcomes_past_the_data(design: Design) -> None:
    """A table that counts what happens within some time must count only those whose data reach that far (TIM702)."""
    clock, study = design.clock, design.study
    furthest: dict[str, tuple[str, ShiftDate] | None] = {}
    for output in study.outputs:
        if not isinstance(output, CountOutput | SummaryOutput):
            continue
        conditions = [*clock.conditions, *(() if output.among is None else (output.among,))]
        narrowing = clock.knowledge.narrowing(conditions)
        last = narrowing.last_day.get(IndexDate(), study.data_until)
        for name in _variables(output):
            if name not in furthest:
                furthest[name] = (
                    _furthest(clock, study.variable[name].value) if name in study.variable else None
                )
            found = furthest[name]
            if found is None:
                continue
            rows, shift = found
            end = design.data_end(rows)
            if _reached(last, shift) <= end:
                continue
            at = f"outputs.{design.output_of(output.id)}"
            design.add(
                "TIM702",
                at,
                variable=name,
                ahead=time(shift.amount, shift.unit),
                output=design.output_of(output.id),
                end="data_until" if end == study.data_until else end,
            )


def _variables(output: Output) -> tuple[str, ...]:
    match output:
        case CountOutput() | RateOutput():
            return output.by
        case SummaryOutput():
            return (*output.variables, *(() if output.by is None else (output.by,)))
        case _:
            return ()


def _furthest(clock: Clock, value: Value) -> tuple[str, ShiftDate] | None:
    """Return the rows that a value asks for longest after the index date, and until when."""
    shifts = [
        (ahead.rows, date)
        for ahead in clock.ahead(value)
        if ahead.until is not None
        and isinstance(date := clock.knowledge.plain(ahead.until), ShiftDate)
        and clock.knowledge.plain(date.date) == IndexDate()
    ]
    return max(shifts, key=lambda found: found[1].amount * DAYS[found[1].unit], default=None)


def _reached(last: datetime.date, shift: ShiftDate) -> datetime.date:
    return moved(last, shift.amount, shift.unit)


# Exposure after outcome -----------------------------------------------------------------------------------


def exposure_after_outcome(design: Design) -> None:
    """What a rate is compared by must be known when follow-up starts (TIM704)."""
    study = design.study
    if study.follow_up is None:
        return
    start = design.clock.days_after_index(study.follow_up.start)
    if start is None:
        # Nothing tells whether what a variable rests on lies before this start.
        return
    clock = replace(design.clock, origin=start, _seen_later={})
    for output in study.outputs:
        for name in _variables(output) if isinstance(output, RateOutput) else ():
            variable = study.variable.get(name)
            ahead = clock.ahead(variable.value) if variable is not None else ()
            if ahead:
                reason = _reason(clock, _clearest(ahead), START)
                design.add("TIM704", f"outputs.{output.id}", variable=name, output=output.id, reason=reason)
