"""Counts that lie so near to one another that a reader's subtraction gives a small count.

The counts of a statement are of rows of one table, of units of another, of the same rows by another column. Which of
them lie in one another is not known from their names: rows without an end and rows without a reason can be the same but
for three. So, as between the tables of a study, any difference under the threshold counts as one, 0 included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from cohort.disclosure.policy import Policy
from cohort.quality.describe import year_of
from cohort.quality.description import TOGETHER, Comparison
from cohort.results.model import (
    ALL,
    SafeAnyTable,
    SafeAttrition,
    SafeCell,
    SafeRate,
    SafeResults,
    SafeSummary,
    SafeTable,
    State,
)

Window = tuple[int, int]
"""The least and greatest true count that a reader can think of behind a shown number, or a sum of such numbers."""


def too_near(one: Window, other: Window, policy: Policy) -> bool:
    """Whether the difference of two counts can be 0 or a small count, rounding taken into account."""
    (low, high), (other_low, other_high) = one, other
    return max(low - other_high, other_low - high) < policy.threshold


def windows_of(total: SafeCell, cells: Mapping[str, SafeCell], policy: Policy) -> tuple[Window, ...]:
    """Return what a reader can work out of a block: each shown state, sums of them, what they leave of the total.

    The total itself is left out; where no state is shown, there is nothing.
    """
    atoms = [policy.window(cell.count) for cell in cells.values() if cell.count]
    if not atoms or not total.count:
        return ()
    if any(cell.state is State.HIDDEN for cell in cells.values()):
        low, high = policy.window(total.count)
        shown = _sum(atoms)
        atoms.append((max(0, low - shown[1]), high - shown[0]))
    sizes = range(1, max(2, len(atoms)))
    return tuple(_sum(chosen) for size in sizes for chosen in combinations(atoms, size))


def _sum(windows: Iterable[Window]) -> Window:
    lows, highs = zip(*windows, strict=True)
    return sum(lows), sum(highs)


class Shown:
    """The counts of a statement that can be read off it already, by what they count and by year."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._found: dict[str, list[tuple[str, Window]]] = {}

    def add(self, source: str, year: str, counts: Iterable[Window]) -> None:
        """Remember counts of a source: a table of rows, a comparison, or what is found in a column."""
        self._found.setdefault(_time(year), []).extend((source, count) for count in counts)

    def is_near(self, source: str, year: str, counts: Iterable[Window], apart_from: str = "") -> bool:
        """Whether counts lie near one of another source, of the same year or of all years together.

        What all years have is held against every year. ``apart_from`` is one more source that is left out.
        """
        years = list(self._found) if _time(year) == ALL else [year, ALL]
        own = {source, apart_from}
        seen = [count for each in years for name, count in self._found.get(each, ()) if name not in own]
        return any(too_near(count, other, self._policy) for count in counts for other in seen)


def _time(year: str) -> str:
    """A table without years has all its rows at once, as the total of all years has."""
    return ALL if year == TOGETHER else year


@dataclass(frozen=True)
class Others:
    """The counts of another release: ``counts`` are all that are shown, ``sizes`` those of whole groups."""

    policy: Policy
    counts: tuple[Window, ...]
    sizes: tuple[Window, ...]

    @staticmethod
    def of(release: SafeResults | None, policy: Policy) -> Others:
        """Take the counts of a release, of all its tables; there are none without a release."""
        tables = () if release is None else release.tables
        counts = {policy.window(cell.count) for table in tables for cell in _cells(table) if cell.count}
        sizes = {policy.window(cell.count) for table in tables for cell in _sizes(table) if cell.count}
        return Others(policy, tuple(sorted(counts)), tuple(sorted(sizes)))

    def near_any(self, counts: Iterable[Window]) -> bool:
        """Whether the size of a whole table or year lies near any count of the release."""
        return any(too_near(count, other, self.policy) for count in counts for other in self.counts)

    def near_a_size(self, counts: Iterable[Window]) -> bool:
        """Whether a part of a year lies near the size of a whole group of the release."""
        return any(too_near(count, other, self.policy) for count in counts for other in self.sizes)


def near_published(table: SafeTable, comparison: Comparison, policy: Policy) -> frozenset[str]:
    """Return the years of which a count lies near a published figure, without being told to be equal to it."""
    years = comparison.table.years
    assert years is not None
    found = set()
    for figure in comparison.measure.figures:
        year = str(year_of(figure, years))
        cell = table.cells.get((year,))
        if cell is not None and cell.count:
            low, high = policy.window(cell.count)
            half = figure.rounding // 2
            apart = max(low - (figure.value + half), figure.value - half - high)
            if apart < policy.threshold:
                found.add(year)
    return frozenset(found)


def _cells(table: SafeAnyTable) -> Iterator[SafeCell]:
    match table:
        case SafeTable():
            yield from table.cells.values()
        case SafeAttrition():
            for step in table.steps:
                yield from (step.remaining, step.excluded)
                further = (step.units, step.without_step, step.units_without_step)
                yield from (cell for cell in further if cell is not None)
        case SafeSummary():
            yield from table.sizes.values()
            for variable in table.variables:
                yield from variable.counts.values()
        case SafeRate():
            yield from table.events.values()


def _sizes(table: SafeAnyTable) -> Iterator[SafeCell]:
    """The sizes of whole groups: totals of tables, and what remains after each step of a flow."""
    match table:
        case SafeTable():
            yield from (cell for key, cell in table.cells.items() if set(key) <= {ALL})
        case SafeAttrition():
            for step in table.steps:
                cells = (step.remaining, step.units, step.without_step, step.units_without_step)
                yield from (cell for cell in cells if cell is not None)
        case SafeSummary():
            yield from table.sizes.values()
        case SafeRate():
            yield from (cell for key, cell in table.events.items() if set(key) <= {ALL})
