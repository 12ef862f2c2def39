"""What the reference engine knows while it works: held tables, named rows so far, entries and their variables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cohort.query.rows import INDEX_DATE, Shape
from cohort.query.values import Value

Cell = int | float | str | datetime.date | bool | None
"""A value of a row. Decimal numbers are 64-bit floating point; None is missing."""
Row = dict[str, Cell]
"""One row by column name."""
Entry = tuple[Cell, datetime.date]
"""A unit and the index date on which it enters."""


class ReferenceFault(Exception):
    """A query that reached the reference engine although it has no meaning: a fault of ours."""


@dataclass(frozen=True)
class NamedResult:
    """Rows that have a name, worked out, and what they look like."""

    shape: Shape
    rows: list[Row]

    @cached_property
    def by_owner(self) -> dict[tuple[Cell, ...], list[Row]]:
        """The rows of each unit, or of each entry for rows of entries; rows without a unit belong to nobody."""
        if self.shape.unit is None:
            raise ReferenceFault("rows without a unit are nobody's")
        found: dict[tuple[Cell, ...], list[Row]] = {}
        for row in self.rows:
            if row[self.shape.unit] is not None:
                found.setdefault(tuple(row[name] for name in self.shape.owner), []).append(row)
        return found

    def of(self, unit: Cell, index_date: datetime.date | None) -> list[Row]:
        """Return the rows of a unit; for rows of entries those of the unit's entry on the index date."""
        owner = (unit, index_date) if self.shape.per_entry else (unit,)
        return self.by_owner.get(owner, [])

    def only(self, unit: Cell, index_date: datetime.date | None) -> Row | None:
        """Return the one row of a unit or entry, None if it has none.

        Raises ``ReferenceFault`` if it has several: then a column is no fact of the unit or entry.
        """
        found = self.of(unit, index_date)
        if len(found) > 1:
            raise ReferenceFault("a fact needs at most one row for each unit or entry")
        return found[0] if found else None


@dataclass
class World:
    """The data of one run, and the entries for which rows of entries and variables are worked out.

    ``tables`` holds the held tables as they were recorded: logical table name to rows under logical column
    names. ``named`` holds prepared sources and definitions worked out so far, ``entries`` the units with their index
    dates (None as long as nobody knows them), ``variables`` the value for each entry by variable, and ``of_persons``
    the variables that depend on the unit alone, as values that can be worked out for any unit.
    """

    tables: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    named: dict[str, NamedResult] = field(default_factory=dict)
    entries: tuple[Entry, ...] | None = None
    variables: dict[str, dict[Entry, Cell]] = field(default_factory=dict)
    of_persons: dict[str, Value] = field(default_factory=dict)

    def for_entries(self, entries: tuple[Entry, ...]) -> World:
        """Return a world of other entries, which shares the held tables and the rows of units."""
        of_units = {name: result for name, result in self.named.items() if not result.shape.per_entry}
        return World(self.tables, of_units, entries, {}, dict(self.of_persons))

    def result(self, name: str) -> NamedResult:
        """Return named rows; to ask before they are worked out is a fault."""
        if name not in self.named:
            raise ReferenceFault(f"no rows named {name} yet")
        return self.named[name]

    def variable(self, name: str, unit: Cell, index_date: datetime.date | None) -> Cell:
        """Return one entry's value of a variable; missing where there is no such entry."""
        if name not in self.variables:
            raise ReferenceFault(f"no variable {name} yet")
        return None if index_date is None else self.variables[name].get((unit, index_date))


@dataclass(frozen=True)
class Context:
    """For whom a value is worked out: the unit and index date of the row or entry at hand (None if it has none).

    ``outer`` is the row outside, for values inside a summary; ``group`` says whether an entry counts as a case or as a
    peer, where that is settled.
    """

    world: World
    unit: Cell = None
    index_date: datetime.date | None = None
    outer: Row | None = None
    group: str | None = None


def context_of(row: Row, shape: Shape, world: World) -> Context:
    """Return for whom the values of a row are worked out: its unit, and its index date for rows of entries."""
    unit = None if shape.unit is None else row[shape.unit]
    index_date = row[INDEX_DATE] if shape.per_entry else None
    if index_date is not None and not isinstance(index_date, datetime.date):
        raise ReferenceFault("an index date is a date")
    return Context(world, unit, index_date)
