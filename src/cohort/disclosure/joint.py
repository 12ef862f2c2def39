"""The unprinted cells of circles of tables, with the lines that tie them to the printed margins."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from cohort.disclosure.chain import Chain
from cohort.disclosure.circles import circle_of
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.structure import KNOWN, MISSING, Cell, holds
from cohort.results.model import CountTable

MOST_UNPRINTED_CELLS = 1500
"""How many unprinted cells may be added to cut circles; more would take minutes to audit."""

Lines = list[tuple[Cell, tuple[Cell, ...]]]


def cells_of_circles(
    tables: list[CountTable], chain: Chain, printed: Iterable[Cell]
) -> tuple[list[Cell], Lines]:
    """Return the cells to add for every circle of tables, and lines to the margins that are printed."""
    edges = []
    for table in tables:
        group = chain.place(table.group)
        told = {axis.variable for axis in table.axes if len(axis.categories) > 1}
        edges.append((group, frozenset(told | chain.fixed[group].keys())))
    circle = circle_of(edges)
    if circle is None:
        return [], []
    smallest, variables = circle
    categories = _finest_categories(tables)
    margins = [cell for cell in printed if not cell.part[0]]
    added: list[Cell] = []
    lines: Lines = []
    for group in range(smallest + 1):
        names = sorted(variables - chain.fixed[group].keys())
        size = 1
        for name in names:
            size *= len(categories.get(name, ()))
        if len(added) + size > MOST_UNPRINTED_CELLS:
            raise CannotProtect(
                f"tables by {', '.join(sorted(variables))} overlap in a circle too large to audit; "
                "leave one of them out or use fewer categories"
            )
        joint = [
            Cell(group, tuple(zip(names, key, strict=True)))
            for key in product(*(sorted(categories[name]) for name in names))
        ]
        added += joint
        for margin in margins:
            wanted = dict(margin.values)
            if margin.group == group and set(wanted) <= set(names):
                parts = tuple(
                    cell for cell in joint if all(holds(v, dict(cell.values)[n]) for n, v in wanted.items())
                )
                if parts and parts != (margin,):
                    lines.append((margin, parts))
    return added, lines


def _finest_categories(tables: list[CountTable]) -> dict[str, list[str]]:
    """Return the categories of each variable; ``KNOWN`` only where no table has the known values one by one."""
    found: dict[str, list[str]] = {}
    for table in tables:
        for axis in table.axes:
            known = found.setdefault(axis.variable, [])
            known += [c.value for c in axis.categories if c.value not in known]
    for values in found.values():
        if KNOWN in values and set(values) > {KNOWN, MISSING}:
            values.remove(KNOWN)
    return found
