"""Design rules about disclosure: what cannot be protected together, and tables that would be mostly hidden."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import combinations
from math import prod

from cohort.query.outputs import events_axis, group_axis, peers_found_axis
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AgeSplit,
    CalendarSplit,
    CountOutput,
    Output,
    RateOutput,
    SpellSplit,
    Study,
    SummaryOutput,
)
from cohort.resolve.axes import base_of
from cohort.resolve.design_parts import Design

MOST_CELLS = 1_000
"""Cells of a table above which most would hold a handful of people."""
Counted = CountOutput | SummaryOutput | RateOutput


def disclosure(design: Design, policies: tuple[str, ...]) -> None:
    """Judge the outputs. ``policies`` are the names of known disclosure policies."""
    study = design.study
    if study.policy not in policies:
        place = design.spec.disclosure.place
        design.add("DIS901", "disclosure", place, name=study.policy, policies=", ".join(policies))
    for tables in _protected_together(study):
        _not_nested(design, tables)
        _grouped_twice(design, tables)
    _too_many_cells(design)


def _protected_together(study: Study) -> Iterator[list[Counted]]:
    """Yield the outputs whose counts are of one kind: entries, and the events of outcomes."""
    yield [
        output
        for output in study.outputs
        if isinstance(output, CountOutput | SummaryOutput)
        and not (isinstance(output, CountOutput) and output.of_sets)
    ]
    yield [output for output in study.outputs if isinstance(output, RateOutput)]


def _not_nested(design: Design, tables: list[Counted]) -> None:
    for first, second in combinations(tables, 2):
        if not (first.conditions <= second.conditions or second.conditions <= first.conditions):
            one, other = design.output_of(first.id), design.output_of(second.id)
            design.add("DIS902", f"outputs.{other}", first=one, second=other)


def _grouped_twice(design: Design, tables: list[Counted]) -> None:
    named = dict.fromkeys(name for output in tables for name in _names(output))
    bases = {name: base for name in named if (base := _base(design, name)) is not None}
    first: dict[Hashable, str] = {}
    for other, base in bases.items():
        one = first.setdefault(base, other)
        if one != other:
            at = next(
                (at for s in ("variables", "person_time") if (at := f"{s}.{other}") in design.places), ""
            )
            # The times of a series have no name in the spec; the series has.
            origin = next(output for output in tables if other in _names(output))
            at = at or f"outputs.{design.output_of(origin.id)}"
            design.add("DIS903", at, first=one, second=other)


def _names(output: Counted) -> tuple[str, ...]:
    match output:
        case CountOutput() | RateOutput():
            return output.by
        case SummaryOutput():
            return (*output.variables, *(() if output.by is None else (output.by,)))


def _base(design: Design, name: str) -> Hashable | None:
    """Return what a variable or a split of person-time groups; None for the built-in ones."""
    if name in design.values:
        return base_of(design.values[name], design.values)
    for split in design.study.splits:
        if split.name == name:
            match split:
                case AgeSplit():
                    return ("age", split.birth)
                case CalendarSplit():
                    return "calendar"
                case SpellSplit():
                    return (split.rows.name, split.value)
    return None


# Tables that are too large --------------------------------------------------------------------------------


def _too_many_cells(design: Design) -> None:
    for output in design.study.outputs:
        cells = _cells(design.study, output)
        if cells > MOST_CELLS:
            name = design.output_of(output.id)
            design.add("DIS905", f"outputs.{name}", output=name, cells=f"{cells:,}", most=f"{MOST_CELLS:,}")


def _cells(study: Study, output: Output) -> int:
    match output:
        case CountOutput():
            return prod(_categories(study, name) for name in output.by) - len(output.impossible)
        case RateOutput():
            events = events_axis(output)
            return prod(_categories(study, name) for name in output.by) * (
                len(events.categories) if events else 1
            )
        case SummaryOutput():
            groups = 1 if output.by is None else _categories(study, output.by)
            return groups * sum(_categories(study, name) for name in output.variables)
        case _:
            return 0


def _categories(study: Study, name: str) -> int:
    """Return how many categories a variable has in a table; a number has one cell for its statistics."""
    if name in (GROUP, PEERS_FOUND):
        axis = group_axis(study) if name == GROUP else peers_found_axis(study)
        return len(axis.categories)
    splits = {split.name: split.categories for split in study.splits}
    categories = splits[name] if name in splits else study.variable[name].categories
    return max(len(categories), 1)
