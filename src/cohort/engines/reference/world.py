"""What the reference engine knows while it works: held tables, named rows so far, entries and their variables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cohort.query.rows import Shape

Cell = int | float | str | datetime.date | bool | None
"""A value of a row. Decimal numbers are 64-bit floating point; None is missing."""
Row = dict[str, Cell]
"""One row by column name."""


class ReferenceFault(Exception):
    """A query that reached the reference engine although it has no meaning: a fault of ours."""


@dataclass(frozen=True)
class NamedResult:
    """Rows that have a name, worked out, and what they look like."""

    shape: Shape
    rows: list[Row]

    @cached_property
    def by_unit(self) -> dict[Cell, Row]:
        """The one row of each unit; rows without a unit belong to nobody.

        Raises ``ReferenceFault`` if rows have no column for the unit or a unit has several rows: then a
        column is no fact of the unit.
        """
        if self.shape.unit is None:
            raise ReferenceFault("rows without a unit hold no facts")
        found: dict[Cell, Row] = {}
        for row in self.rows:
            unit = row[self.shape.unit]
            if unit is None:
                continue
            if unit in found:
                raise ReferenceFault("a fact needs at most one row for each unit")
            found[unit] = row
        return found


@dataclass
class World:
    """The data of one run.

    ``tables`` holds the held tables as they were recorded: logical table name to rows under logical column
    names. ``named`` holds prepared sources and definitions worked out so far, ``index_dates`` the index date of
    each entry by unit, and ``variables`` the value for each entry by variable and unit.
    """

    tables: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    named: dict[str, NamedResult] = field(default_factory=dict)
    index_dates: dict[Cell, datetime.date] = field(default_factory=dict)
    variables: dict[str, dict[Cell, Cell]] = field(default_factory=dict)

    def result(self, name: str) -> NamedResult:
        """Return named rows; to ask before they are worked out is a fault."""
        if name not in self.named:
            raise ReferenceFault(f"no rows named {name} yet")
        return self.named[name]

    def fact(self, rows: str, column: str, unit: Cell) -> Cell:
        """Return one unit's value of a column of named rows; missing where the unit has no row."""
        row = self.result(rows).by_unit.get(unit)
        return None if row is None else row[column]

    def variable(self, name: str, unit: Cell) -> Cell:
        """Return one entry's value of a variable; missing where the unit is no entry."""
        if name not in self.variables:
            raise ReferenceFault(f"no variable {name} yet")
        return self.variables[name].get(unit)


@dataclass(frozen=True)
class Context:
    """For whom a value is worked out: the unit of the row or entry at hand (None if it has none)."""

    world: World
    unit: Cell = None
