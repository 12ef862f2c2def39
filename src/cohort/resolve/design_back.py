"""Design rules about what comes before the index date: data that begin too late."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from cohort.query.rows import KeepOne, NamedRows, walk_rows
from cohort.query.study import Definition
from cohort.query.values import (
    Column,
    Covered,
    Fact,
    IndexDate,
    ShiftDate,
    Summary,
    Value,
    VariableValue,
    rows_named,
    walk,
)
from cohort.query.words import time
from cohort.resolve.dates import moved, shift_months
from cohort.resolve.design_parts import Design
from cohort.resolve.design_time import Bound, Clock

EVER = (
    "any",
    "none",
    "count",
    "count_distinct",
    "total",
    "share",
    "mean",
    "median",
    "smallest",
    "largest",
    "first",
)
"""Summaries that mean all rows before a date; ``last`` means the nearest one."""


def look_back(design: Design) -> None:
    """The first row in data that begin too late may not be the first (TIM703), nor the rows before it all (TIM709)."""
    told: set[str] = set()
    for definition in _first_of_index(design):
        begin = design.data_begin(definition.name)
        if begin is None or not _begins_late(design, design.clock, begin):
            continue
        told |= design.tables_of(definition.name)
        age = design.clock.most_age
        design.add(
            "TIM703",
            f"definitions.{definition.name}",
            name=definition.name,
            data_from=begin,
            entries_from=design.first_entry,
            ages="" if age is None else f", at ages up to {age}",
        )
    for at, clock, value in _values(design):
        for rows, bounds, ever in _asked(clock, value):
            begin = design.data_begin(rows)
            if begin is None or told & design.tables_of(rows) or not clock.is_bounded(bounds):
                continue
            back = _back(clock, bounds)
            if back is not None and moved(design.first_entry, back.amount, back.unit) < begin:
                length = f"from {time(-back.amount, back.unit)} before the index date on"
            elif ever and not any(b.lower for b in bounds) and _begins_late(design, clock, begin):
                length = "at any time before the index date"
            else:
                continue
            told |= design.tables_of(rows)
            name, first = clock.shown(rows), design.first_entry
            design.add("TIM709", at, name=name, back=length, data_from=begin, entries_from=first)


def _begins_late(design: Design, clock: Clock, begin: datetime.date) -> bool:
    """Whether data begin too late to show a whole life: the ages of the entries tell its length, or else a year."""
    years = 1 if clock.most_age is None else clock.most_age + 1
    return design.first_entry < shift_months(begin, 12 * years)


def _first_of_index(design: Design) -> Iterator[Definition]:
    """Yield the definitions of a first row, whenever it was, that the index date rests on."""
    study = design.study
    names: dict[str, None] = {}
    waiting = _rows_of_index(design)
    if study.population.many:
        waiting.append(study.population.start)
    while waiting:
        name = waiting.pop(0)
        definition = study.by_name.get(name)
        if definition is None or definition.prepared or name in names:
            continue
        names[name] = None
        nodes = list(walk_rows(definition.rows))
        waiting += [node.name for node in nodes if isinstance(node, NamedRows)]
        open_ended = not any(_is_start(b) for way in design.clock.ways[name] for b in way.bounds)
        if open_ended and any(isinstance(node, KeepOne) and not node.last for node in nodes):
            yield definition


def _is_start(bound: Bound) -> bool:
    """Whether rows are asked for from a day on that is no day of their own."""
    return bound.lower and not any(isinstance(part, Column) for part in walk(bound.date))


def _rows_of_index(design: Design) -> list[str]:
    study = design.study
    names: set[str] = set()
    variables: set[str] = set()
    waiting = [study.population.index_date]
    while waiting:
        top = waiting.pop()
        names |= rows_named(top)
        new = {part.name for part in walk(top) if isinstance(part, VariableValue)} - variables
        variables |= new
        waiting += [study.variable[name].value for name in sorted(new)]
    return sorted(names)


def _values(design: Design) -> Iterator[tuple[str, Clock, Value]]:
    """Yield the values that are judged, with their path in the spec."""
    study = design.study
    for step in study.population.steps:
        yield f"population.{step.id}", design.clock, step.keep
    for step in study.peers.steps if study.peers else ():
        yield f"peers.{step.id}", design.clock_of_peers, step.keep
    for written in design.spec.variables:
        variable = study.variable.get(written.name.text)
        if variable is not None:
            yield f"variables.{variable.name}", design.clock, variable.value


def _asked(clock: Clock, value: Value) -> Iterator[tuple[str, tuple[Bound, ...], bool]]:
    """Yield the rows that a value itself asks for, what it asks of their dates, and whether it means all of them."""
    for part in walk(value):
        match part:
            case Fact(rows) if clock.knowledge.plain(part) != IndexDate():
                for way in clock.ways.get(rows, ()):
                    yield rows, way.bounds, False
            case Summary() | Covered():
                own = clock.bounds_of_summary(part)
                ever = isinstance(part, Summary) and part.function in EVER
                for way in clock.ways.get(part.rows.name, ()):
                    yield part.rows.name, (*way.bounds, *own), ever and not way.kept
            case _:
                continue


def _back(clock: Clock, bounds: tuple[Bound, ...]) -> ShiftDate | None:
    """Return the day before the index date from which on rows are asked for, if it is told from it."""
    for bound in bounds:
        date = clock.knowledge.plain(bound.date)
        if (
            bound.lower
            and isinstance(date, ShiftDate)
            and date.amount < 0
            and clock.knowledge.plain(date.date) == IndexDate()
        ):
            return date
    return None
