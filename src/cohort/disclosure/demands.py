"""What a reader must not be able to find out, as demands on the set of tables that fit all that is printed.

A demand names a sum of columns and one or more ways of being met: *some* table of whole numbers that fits all
printed numbers has the sum at most, or at least, at a level. A witness is such a table. Hiding more cells can only
let more tables fit, so a witness stays a witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import Line, Structure
from cohort.disclosure.truth import Truth

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Level:
    """At most (``sign`` -1) or at least (``sign`` 1) a ``value``."""

    sign: int
    value: int


@dataclass(frozen=True)
class Demand:
    """The sum of ``columns`` must be able to reach one of ``levels``, for a reader who knows ``known``.

    ``known`` is a column that holds a single person, who knows that it is ``own``; None for every other reader.
    """

    columns: tuple[int, ...]
    levels: tuple[Level, ...]
    known: int | None = None
    own: int = 1


def least_hidden(structure: Structure, policy: Policy, column: int) -> int:
    """Return the least count that a reader can think of behind the symbol in a column."""
    return 0 if policy.zeros_masked and column not in structure.flow else 1


def unprinted_columns(structure: Structure, hidden: frozenset[int]) -> frozenset[int]:
    """Return the columns that a reader does not see: hidden cells, cells of circles, and differences of these."""
    first = len(structure.cells)
    differences = {
        first + position
        for position, difference in enumerate(structure.differences)
        if difference.whole in hidden
        or difference.inside in hidden
        or max(difference.whole, difference.inside) >= structure.printable
    }
    inner = set(range(structure.printable, first)) - structure.impossible
    return frozenset(hidden | differences | inner)


def pairs_in_lines(structure: Structure, unprinted: frozenset[int]) -> list[tuple[int, int]]:
    """Return all pairs of unprinted parts of one line.

    Parts that are hidden but can be worked out leave a remainder of fewer parts. A remainder holds some pair, so
    if every small pair can reach the threshold, every small remainder can.
    """
    pairs: dict[tuple[int, int], None] = {}
    for line in structure.lines_of_margins:
        parts = [part for part in line.parts if part in unprinted]
        if len(line.parts) > 2:
            pairs.update(dict.fromkeys(combinations(parts, 2)))
    return list(pairs)


class Demands:
    """Makes all demands of one release from the truth and the cells that are hidden."""

    def __init__(self, structure: Structure, policy: Policy, truth: Truth) -> None:
        self.structure = structure
        self.policy = policy
        self.truth = truth

    def all(self, hidden: frozenset[int]) -> Iterator[Demand]:
        """Yield the demands of every reader, then those of readers who know a cell with one person in it."""
        unprinted = unprinted_columns(self.structure, hidden)
        yield from self._of_reader(hidden, unprinted, None)
        for column in sorted(hidden):
            if self.truth.single(column):
                yield from self._of_reader(hidden, unprinted, column)

    def _of_reader(
        self, hidden: frozenset[int], unprinted: frozenset[int], known: int | None
    ) -> Iterator[Demand]:
        structure, threshold = self.structure, self.policy.threshold
        own = self._own(known)
        for column in sorted(hidden):
            if column == known:
                continue
            if self.truth.sensitive(column, self.policy):
                in_it = self._own_in((column,), known)
                lowest = least_hidden(structure, self.policy, column) + in_it
                yield Demand((column,), (Level(-1, lowest),), known, own)
                yield Demand((column,), (Level(1, threshold - 1 + max(in_it - 1, 0)),), known, own)
            if known is not None:
                value = self.truth.values[column] or 0
                yield Demand((column,), (Level(-1, value - 1), Level(1, value + 1)), known, own)
        for column in range(structure.printable, structure.columns):
            if column in structure.impossible:
                continue
            if self.truth.values[column] is None:
                yield Demand((column,), (Level(-1, 0), Level(1, threshold)), known, own)
            elif self.truth.sensitive(column, self.policy):
                lowest = self._own_in((column,), known) + (0 if self.policy.zeros_masked else 1)
                yield Demand((column,), (Level(-1, lowest),), known, own)
                yield Demand((column,), (Level(1, threshold),), known, own)
        for line in structure.read_lines:
            yield from self._of_line(line, hidden, unprinted, known)
        if known is None:
            for pair in pairs_in_lines(structure, unprinted):
                if self.truth.sensitive_sum(pair, self.policy):
                    yield Demand(pair, (Level(1, threshold),))

    def _own(self, known: int | None) -> int:
        """Return what a reader who is alone in a cell knows of it."""
        return 0 if known is None else self.truth.values[known] or 0

    def _own_in(self, columns: tuple[int, ...], known: int | None) -> int:
        """Return how much of a sum such a reader may know to be their own, from the names of cells alone.

        Everyone is taken to be in everything once; more than once only in what lies around the known cell.
        """
        if known is None:
            return 0
        around = any(self.structure.may_hold(column, known) for column in columns)
        return self._own(known) if around else 1

    def _of_line(
        self, line: Line, hidden: frozenset[int], unprinted: frozenset[int], known: int | None
    ) -> Iterator[Demand]:
        """A total less its printed parts is a count that a reader has, although no cell prints it."""
        parts = tuple(part for part in line.parts if part in unprinted and part != known)
        if len(parts) < 2 or len(parts) == len(line.parts):
            return
        if not self.truth.sensitive_sum(parts, self.policy):
            return
        own = self._own(known)
        lowest = sum(least_hidden(self.structure, self.policy, part) for part in parts if part in hidden)
        lowest = max(lowest, 0 if self.policy.zeros_masked else 1) + self._own_in(parts, known)
        yield Demand(parts, (Level(-1, lowest),), known, own)
        yield Demand(parts, (Level(1, self.policy.threshold),), known, own)


class Witnesses:
    """Tables of whole numbers that fit everything printed, kept to answer demands without a solver."""

    def __init__(self, columns: int) -> None:
        self._points: Vector = np.empty((64, columns))
        self._count = 0
        self.added: list[Vector] = []

    def add(self, point: Vector) -> None:
        """Keep one more table."""
        if self._count == len(self._points):
            self._points = np.concatenate([self._points, np.empty_like(self._points)])
        self._points[self._count] = point
        self.added.append(point)
        self._count += 1

    def meet(self, demand: Demand) -> bool:
        """Whether a table at hand meets a demand."""
        points = self._points[: self._count]
        sums = points[:, demand.columns[0]]
        for column in demand.columns[1:]:
            sums = sums + points[:, column]
        good = np.zeros(self._count, dtype=bool)
        for level in demand.levels:
            good |= level.sign * sums >= level.sign * level.value
        if demand.known is not None:
            good &= points[:, demand.known] == demand.own
        return bool(good.any())

    def within(self, column: int, lower: int, upper: int) -> Witnesses:
        """Return the tables that also keep a column between bounds."""
        points = self._points[: self._count]
        kept = Witnesses(points.shape[1])
        kept._points = points[(lower <= points[:, column]) & (points[:, column] <= upper)]
        kept._count = len(kept._points)
        if not kept._count:
            kept._points = np.empty((64, points.shape[1]))
        return kept
