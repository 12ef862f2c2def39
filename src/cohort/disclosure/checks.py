"""What a release must be before it can be audited: shapes without a safe reading are refused."""

from __future__ import annotations

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.flows import knows_index_dates, steps_of
from cohort.disclosure.structure import KNOWN
from cohort.results.model import ALL, AttritionTable, CountTable


def check_tables(tables: list[CountTable], flows: list[AttritionTable]) -> None:
    """Raise ``CannotProtect`` for tables and flows of one system that have no safe reading."""
    identifiers = [*(table.id for table in tables), *(flow.id for flow in flows)]
    if len(identifiers) != len(set(identifiers)):
        raise CannotProtect("two tables have the same id")
    for of_cohort in (True, False):
        if sum(flow.is_cohort is of_cohort for flow in flows) > 1:
            raise CannotProtect("two flows of one cohort cannot be protected together yet")
    for flow in flows:
        if not flow.steps:
            raise CannotProtect(f"the flow `{flow.id}` has no steps")
        if len({step.units is None for step in flow.steps}) > 1:
            raise CannotProtect(f"the flow `{flow.id}` counts units at some of its steps only")
        _check_steps(flow)
    for table in tables:
        _check_axes(table)
    _check_categories(tables)


def _check_steps(flow: AttritionTable) -> None:
    """Refuse a flow that says who remains without a step for some of its steps only."""
    steps = steps_of(flow)
    first = 2 if knows_index_dates(flow) else 1
    if steps and steps != list(range(first, first + len(steps))):
        raise CannotProtect(f"the flow `{flow.id}` says who remains without a step at some of its steps only")
    for row in flow.steps:
        if (row.units_without_step is None) != (row.without_step is None or row.units is None):
            raise CannotProtect(f"the flow `{flow.id}` counts units at some of its steps only")


def _check_axes(table: CountTable) -> None:
    variables = [axis.variable for axis in table.axes]
    if len(variables) != len(set(variables)):
        raise CannotProtect(f"table `{table.id}` is counted twice by the same variable")
    for axis in table.axes:
        values = [category.value for category in axis.categories]
        if not values:
            raise CannotProtect(f"`{axis.variable}` in table `{table.id}` has no categories")
        if ALL in values or len(values) != len(set(values)):
            raise CannotProtect(
                f"`{axis.variable}` in table `{table.id}` has a category twice or one named `{ALL}`"
            )


def _check_categories(tables: list[CountTable]) -> None:
    """Refuse two groupings of one variable: 0 to 4 less 0 to 3 is age 4, and names alone do not say so."""
    seen: dict[str, list[frozenset[str]]] = {}
    for table in tables:
        for axis in table.axes:
            values = frozenset(c.value for c in axis.categories)
            if KNOWN not in values:  # What is known is the sum of all other categories, whatever they are.
                seen.setdefault(axis.variable, []).append(values)
    for variable, groupings in seen.items():
        widest = max(groupings, key=len)
        if not all(grouping <= widest for grouping in groupings):
            raise CannotProtect(
                f"`{variable}` is grouped in two ways, and what the two tell together is not audited"
            )
