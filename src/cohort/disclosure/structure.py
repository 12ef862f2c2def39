"""The shape of a release: its cells, and the equations that every reader knows.

Nothing here looks at a count. ``build.structure_of`` makes the structure of a study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MISSING = "missing"
"""The category of missing values."""
KNOWN = "\0known"
"""The category of all known values of a number together; its only sister is ``MISSING``."""


def holds(value: str, inner: str) -> bool:
    """Whether everyone in the category ``inner`` of a variable is in its category ``value``."""
    return value == inner or (value == KNOWN and inner != MISSING)


@dataclass(frozen=True, order=True)
class Cell:
    """The name of one count: a group (its place in the chain) and the values of some variables.

    ``part`` is set for counts that are no part of the cohort by their name: those of flows (``remaining``,
    ``excluded`` and so on, with the number of the step) and of matched sets.
    """

    group: int
    values: tuple[tuple[str, str], ...] = ()
    part: tuple[str, int] = ("", 0)


@dataclass(frozen=True)
class Line:
    """The equation ``total = sum of parts``; all are positions of cells."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Difference:
    """A count that is never printed: those in ``whole`` who are not in ``inside`` (positions of cells)."""

    whole: int
    inside: int


@dataclass(frozen=True)
class Structure:
    """Cells and equations of one release.

    Columns of the system are ``cells`` (first ``printable`` of them are printed somewhere, the rest are cells of
    cut circles and what flows tell without printing it), then one column for each of ``differences``. ``lines`` are
    the equations. In ``read_lines`` a reader can take printed parts from a total: ``lines_of_margins`` and whole
    tables. ``rank`` is 0 for inner cells, 1 for subtotals, 2 for numbers of the flow and totals of a group, 3 for the
    whole cohort. ``fixed`` are the values that each group has by definition.
    """

    cells: tuple[Cell, ...]
    printable: int
    lines: tuple[Line, ...]
    read_lines: tuple[Line, ...]
    lines_of_margins: tuple[Line, ...]
    differences: tuple[Difference, ...]
    impossible: frozenset[int]
    flow: frozenset[int]
    rank: tuple[int, ...]
    fixed: tuple[Mapping[str, str], ...]
    places: Mapping[tuple[str, tuple[str, ...]], int] = field(repr=False)

    def where(self, column: int) -> str:
        """Say in words which tables a column is about."""
        if column >= len(self.cells):
            column = self.differences[column - len(self.cells)].whole
        tables = sorted({table for (table, _), place in self.places.items() if place == column})
        return f"in table {' and '.join(f'`{table}`' for table in tables)}" if tables else "between tables"

    def lies_in(self, column: int, around: int) -> bool:
        """Whether a cell, or a difference of cells, has only people of another cell, by its name."""
        if column >= len(self.cells):
            column = self.differences[column - len(self.cells)].whole
        inner, outer = self.cells[column], self.cells[around]
        if inner.group < outer.group or inner.part[0] or outer.part[0]:
            return False
        known = {**self.fixed[inner.group], **dict(inner.values)}
        return all(name in known and holds(value, known[name]) for name, value in outer.values)

    def may_hold(self, column: int, inner: int) -> bool:
        """Whether a cell, or a difference of cells, may have people of another cell, by its name."""
        if column >= len(self.cells):
            column = self.differences[column - len(self.cells)].whole
        outer = self.cells[column]
        return bool(outer.part[0]) or self.lies_in(inner, column)

    def is_printed(self, line: Line) -> bool:
        """Whether all counts of a line are printed."""
        return max(line.total, *line.parts) < self.printable

    @property
    def columns(self) -> int:
        """How many unknowns the system has."""
        return len(self.cells) + len(self.differences)

    @property
    def equations(self) -> int:
        """How many equations the system has."""
        return len(self.lines) + len(self.differences)


def equations_of(structure: Structure) -> list[list[tuple[int, float]]]:
    """Return the structure's equations as terms that sum to 0."""
    rows = [[(line.total, 1.0), *((part, -1.0) for part in line.parts)] for line in structure.lines]
    first = len(structure.cells)
    for position, difference in enumerate(structure.differences):
        rows.append([(difference.whole, 1.0), (difference.inside, -1.0), (first + position, -1.0)])
    return rows
