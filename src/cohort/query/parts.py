"""All values and rows that the sections of a study name, in one place, so that nobody forgets a section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from cohort.query.study import (
    AgeSplit,
    AttritionOutput,
    CalendarSplit,
    CountOutput,
    RateOutput,
    SpellSplit,
    Study,
    SummaryOutput,
)
from cohort.query.values import Value, rows_named


def values_of_study(study: Study) -> Iterator[Value]:
    """Yield all values outside definitions: population, peers, follow-up, splits, variables, who is counted.

    The columns in the population's index date are those of the rows that the population starts from.
    """
    yield study.population.index_date
    for step in study.population.steps:
        yield step.keep
    if study.peers is not None:
        yield from (step.keep for step in study.peers.steps)
        yield from (value for _, value in study.peers.exact)
        if study.peers.nearest is not None:
            yield study.peers.nearest.value
    if study.follow_up is not None:
        yield study.follow_up.start
        yield from (end.date for end in study.follow_up.ends)
    for split in study.splits:
        match split:
            case AgeSplit():
                yield split.birth
            case CalendarSplit() | SpellSplit():
                continue
            case _:
                assert_never(split)
    for variable in study.variables:
        yield variable.value
    for output in study.outputs:
        match output:
            case CountOutput() | SummaryOutput() | RateOutput():
                if output.among is not None:
                    yield output.among
            case AttritionOutput():
                continue
            case _:
                assert_never(output)


def columns_of_study(study: Study) -> Iterator[tuple[str, str]]:
    """Yield the columns that sections name without a value, as (rows, column): spells, events and their dates."""
    if study.follow_up is not None:
        for cover in study.follow_up.covers:
            yield from ((cover.rows.name, column) for column in cover.spell)
    for split in study.splits:
        if isinstance(split, SpellSplit):
            yield from ((split.rows.name, column) for column in (*split.spell, split.value))
    events = {outcome.name: outcome.events.name for outcome in study.outcomes}
    for outcome in study.outcomes:
        yield outcome.events.name, outcome.date
    for output in study.outputs:
        if isinstance(output, RateOutput) and output.events_by is not None:
            yield events[output.outcome], output.events_by


def rows_of_study(study: Study) -> frozenset[str]:
    """Return the names of all rows that the sections of a study read, definitions' own inputs left aside."""
    found = {study.population.start}
    if study.peers is not None:
        found.add(study.peers.pool)
    found |= {rows for rows, _ in columns_of_study(study)}
    for value in values_of_study(study):
        found |= rows_named(value)
    return frozenset(found)


def used_rows(study: Study) -> frozenset[str]:
    """Return the names of all rows that a study needs: those that sections read, and all that these rest on.

    A variable that only a definition reads is a section's value too, so that its rows are among them.
    """
    found: set[str] = set()
    waiting = sorted(rows_of_study(study))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        definition = study.by_name.get(name)
        waiting += sorted(definition.uses) if definition is not None else []
    return frozenset(found)
