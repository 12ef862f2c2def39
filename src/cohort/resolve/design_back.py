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
from cohort.source import Place
from cohort.types import DATE

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
        _judge_first(design, definition.name, told, f"definitions.{definition.name}", definition.name)
    for rows in _summarised_by_index(design):
        if not told & design.tables_of(rows):
            place = design.spec.population.index_date.place
            _judge_first(design, rows, told, "population.index_date", "index_date", place)
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


def _judge_first(
    design: Design, rows: str, told: set[str], at: str, name: str, place: Place | None = None
) -> None:
    """Report a first row, or first date, of rows whose data begin too late; their tables are then told."""
    begin = design.data_begin(rows)
    if begin is None or not _begins_late(design, design.clock, begin):
        return
    told |= design.tables_of(rows)
    age = design.clock.most_age
    ages = "" if age is None else f", at ages up to {age}"
    first = design.first_entry
    design.add("TIM703", at, place, name=name, data_from=begin, entries_from=first, ages=ages)


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


def _summarised_by_index(design: Design) -> Iterator[str]:
    """Yield the rows of which the index date is the first date, whenever it was."""
    for top in _values_of_index(design):
        for part in walk(top):
            if isinstance(part, Summary) and part.function in ("first", "smallest") and part.type == DATE:
                own = design.clock.bounds_of_summary(part)
                ways = design.clock.ways.get(part.rows.name, ())
                if not any(_is_start(bound) for way in ways for bound in (*way.bounds, *own)):
                    yield part.rows.name


def _is_start(bound: Bound) -> bool:
    """Whether rows are asked for from a day on that is no day of their own."""
    return bound.lower and not any(isinstance(part, Column) for part in walk(bound.date))


def _rows_of_index(design: Design) -> list[str]:
    return sorted({name for top in _values_of_index(design) for name in rows_named(top)})


def _values_of_index(design: Design) -> Iterator[Value]:
    """Yield the expression of the index date, and the values of the variables that it rests on."""
    study = design.study
    variables: set[str] = set()
    waiting = [study.population.index_date]
    while waiting:
        top = waiting.pop()
        yield top
        new = {part.name for part in walk(top) if isinstance(part, VariableValue)} - variables
        variables |= new
        waiting += [study.variable[name].value for name in sorted(new)]


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
