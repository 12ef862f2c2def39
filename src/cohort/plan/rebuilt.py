"""Held rows read a second time for the units of a frame, where that is less than to keep them all.

Events of which some are wanted of everybody (those that the index date comes from) and others of the population only
would be kept for everybody as far as any of them is wanted. Where nothing happens to such rows but what can be said of
each row alone, the second are taken from the held rows again, so that neither table holds more than is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cohort.plan.model import PlanStep, PlanTable
from cohort.query.rows import Add, AsUnit, NamedRows, Rename, Rows, TableRows, Where, values_of
from cohort.query.values import rows_named


def chain_of(table: PlanTable, tables: Mapping[str, PlanTable]) -> tuple[PlanStep, ...]:
    """Return the steps from held rows to a table, if each is about one row alone; else none."""
    steps: list[PlanStep] = []
    while True:
        steps = [*table.steps, *steps]
        first = table.steps[0].relation
        below = _below(first)
        if not isinstance(below, NamedRows):
            break
        if below.name not in tables:
            return ()
        table = tables[below.name]
    names = {step.name for step in steps}
    in_order = all(
        isinstance(_below(step.relation), TableRows) or _reads_one_of(step, names) for step in steps
    )
    return tuple(steps) if in_order and isinstance(_below(steps[0].relation), TableRows) else ()


def rebuilt(table: PlanTable, steps: tuple[PlanStep, ...], name: str) -> PlanTable:
    """Return a table of another name with the same rows, worked out from held rows on."""
    return PlanTable(name, table.columns, table.unit, (*steps[:-1], replace(steps[-1], name=name)))


def _reads_one_of(step: PlanStep, names: set[str]) -> bool:
    below = _below(step.relation)
    return isinstance(below, NamedRows) and below.name in names


def _below(relation: object) -> Rows | None:
    """Return what operations on single rows begin with; None if there is another operation among them."""
    match relation:
        case NamedRows() | TableRows():
            return relation
        case Where() | Add():
            looks_elsewhere = any(rows_named(value) for value in values_of(relation))
            return None if looks_elsewhere else _below(relation.rows)
        case Rename() | AsUnit():
            return _below(relation.rows)
        case _:
            return None
