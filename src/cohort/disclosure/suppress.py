"""The choice of what to hide.

Small counts are hidden first. Then, for each demand that is not met, one linear program looks for the cheapest way
of moving printed numbers so that a table appears which meets it: every printed cell may move at a price, and those
that had to move are hidden too. The table found is the demand's witness from then on. At the end each further cell
is printed again if every demand can still be met. The choice is safe, not the least one.
"""

from __future__ import annotations

import math

import numpy as np

from cohort.disclosure.demands import Demand, Demands, Level, Witnesses, least_hidden
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.solver import Solver, Vector
from cohort.disclosure.structure import Structure, equations_of
from cohort.disclosure.truth import Truth

PRICES = (1.0, 5.0, 20.0, 80.0)
"""Price of moving a cell by one, by its rank: inner cells before subtotals, the size of the cohort last."""

MOST_TIDYING = 4_000
"""Effort that may go into printing cells again; what is not tried by then stays hidden."""


class Suppression:
    """Chooses the hidden cells of one release; ``with_them`` are hidden in any case, without being small.

    After ``choose``, ``hidden`` holds the columns to hide, and ``demands`` what the audit has to check again.
    """

    def __init__(
        self, structure: Structure, policy: Policy, truth: Truth, with_them: frozenset[int] = frozenset()
    ) -> None:
        self.structure = structure
        self.policy = policy
        self.truth = truth
        self.maker = Demands(structure, policy, truth)
        small = frozenset(c for c in range(structure.printable) if truth.sensitive(c, policy))
        self.primary = small | frozenset(c for c in with_them if self._may_hide(c))
        self.hidden: set[int] = set(self.primary)
        self._waived: set[Demand] = set()
        self._instead: list[Demand] = []
        known = [value for value in truth.values if value is not None]
        self._most = 2 * max(known, default=0) + 100 * policy.threshold
        self._movable = [c for c in range(structure.printable) if self._may_hide(c)]
        first = structure.columns
        self._up = {column: first + 2 * position for position, column in enumerate(self._movable)}
        self._down = {column: first + 2 * position + 1 for position, column in enumerate(self._movable)}
        self._solver = self._build()
        self._witnesses = Witnesses(structure.columns)
        self._price = self._prices()

    @property
    def solves(self) -> int:
        """How many programs were solved."""
        return self._solver.solves

    def demands(self) -> list[Demand]:
        """Return the demands on the hidden cells as they are now."""
        hidden = frozenset(self.hidden)
        return [*(d for d in self.maker.all(hidden) if d not in self._waived), *self._instead]

    def choose(self) -> None:
        """Hide until every demand has a witness, then print again what can be spared."""
        open_demands = self._unmet()
        while open_demands:
            for demand in open_demands:
                if not self._witnesses.meet(demand):
                    self._make_room(demand)
            open_demands = self._unmet()
        self._tidy()

    def _unmet(self) -> list[Demand]:
        return [demand for demand in self.demands() if not self._witnesses.meet(demand)]

    # ---- the system -----------------------------------------------------------------------------------------

    def _may_hide(self, column: int) -> bool:
        """Zeros stay where the policy shows them: hidden, they would be thought to be 1 or more."""
        value = self.truth.values[column]
        return column not in self.structure.impossible and (value != 0 or column in self.truth.zero_hidden)

    def _bounds(self, column: int) -> tuple[int, int]:
        """Return what a reader knows of a column before any equation."""
        structure = self.structure
        if column in structure.impossible or column in self.truth.equal:
            return (0, 0)
        if column >= structure.printable:
            return (0, self._most)
        if column in self.hidden:
            return (least_hidden(structure, self.policy, column), self._most)
        return self._window(column)

    def _window(self, column: int) -> tuple[int, int]:
        return self.policy.window(self.policy.printed(self.truth.values[column] or 0))

    def _moves(self, column: int) -> tuple[int, int]:
        """Return how far a printed column may be moved up and down, outside its window, to hide it."""
        if column in self.hidden:
            return (0, 0)
        lower, _ = self._window(column)
        return (self._most, max(0, lower - least_hidden(self.structure, self.policy, column)))

    def _build(self) -> Solver:
        structure = self.structure
        bounds = [self._bounds(column) for column in range(structure.columns)]
        for column in self._movable:
            up, down = self._moves(column)
            bounds += [(0, up), (0, down)]
        rows = []
        for row in equations_of(structure):
            terms = list(row)
            for column, factor in row:
                if column in self._up:
                    terms += [(self._up[column], factor), (self._down[column], -factor)]
            rows.append(terms)
        return Solver([low for low, _ in bounds], [high for _, high in bounds], rows)

    def _prices(self) -> Vector:
        price = np.zeros(self.structure.columns + 2 * len(self._movable) + 1)
        for position, column in enumerate(self._movable):
            count = self.truth.values[column] or 0
            each = PRICES[self.structure.rank[column]] * (1 + math.log10(1 + count) / 4)
            # A different price for every cell leaves the program one cheapest way, whatever the solver does.
            price[self._up[column]] = price[self._down[column]] = each * (1 + position * 1e-5)
        return price

    def _update(self, columns: list[int]) -> None:
        """Tell the solver about columns whose state has changed."""
        every: list[int] = []
        lower: list[float] = []
        upper: list[float] = []
        for column in columns:
            low, high = self._bounds(column)
            up, down = self._moves(column)
            every += [column, self._up[column], self._down[column]]
            lower += [low, 0, 0]
            upper += [high, up, down]
        self._solver.bound(every, lower, upper)

    # ---- growing --------------------------------------------------------------------------------------------

    def _make_room(self, demand: Demand) -> None:
        """Hide what it takes to meet a demand, in the cheapest of its ways."""
        found = [answer for level in demand.levels if (answer := self._cheapest(demand, level)) is not None]
        if not found:
            if self._is_own_knowledge(demand) or self._is_plain(demand):
                self._waived.add(demand)
                self._instead += self._instead_of(demand)
                return
            raise CannotProtect(
                f"a small count {self.structure.where(demand.columns[0])} cannot be hidden, "
                "even with all other counts hidden; use wider categories or leave a table out"
            )
        _, point = min(found, key=lambda answer: answer[0])
        moved = [
            c for c in self._movable if c not in self.hidden and point[self._up[c]] != point[self._down[c]]
        ]
        self.hidden.update(moved)
        self._update(moved)
        witness = point[: self.structure.columns].copy()
        for column in moved:
            witness[column] += point[self._up[column]] - point[self._down[column]]
        self._witnesses.add(witness)

    def _is_plain(self, demand: Demand) -> bool:
        """Whether it is only that a count is not nearly 0, because the symbol in what it holds is never 0.

        So it is for sums, and where zeros are shown also for a cell that holds hidden cells: a total with two
        hidden parts is at least 2. It must then be able to reach the threshold, which is a demand of its own.
        """
        is_sum = len(demand.columns) > 1 or demand.columns[0] >= self.structure.printable
        return (is_sum or not self.policy.zeros_masked) and all(level.sign < 0 for level in demand.levels)

    def _instead_of(self, demand: Demand) -> list[Demand]:
        """Return what is asked of a sum that cannot be nearly 0: that it may be no small count.

        A greater sum, with few people behind it, must not be known nearly.
        """
        threshold = self.policy.threshold
        value = sum(self.truth.values[column] or 0 for column in demand.columns)
        if demand.known is not None:
            return []
        if value >= threshold:
            return [Demand(demand.columns, (Level(-1, value - threshold), Level(1, value + threshold)))]
        return [] if self.policy.zeros_masked else [Demand(demand.columns, (Level(1, threshold),))]

    def _is_own_knowledge(self, demand: Demand) -> bool:
        """Whether what a single person finds out, whatever is hidden, is about that person alone."""
        if demand.known is None:
            return False
        # That more people than oneself are there, since hidden cells are not 0; or the same cell once more; or
        # where in the known cell oneself is.
        at_least_some = all(level.sign < 0 for level in demand.levels)
        same_cell = [self.truth.values[column] for column in demand.columns] == [demand.own]
        if at_least_some or same_cell:
            return True
        return any(self.structure.lies_in(demand.columns[0], cell) for cell in self._same_as(demand.known))

    def _same_as(self, known: int) -> list[int]:
        """Return a cell with those of wider groups that are taken to be known to have nobody else."""
        first = len(self.structure.cells)
        return [known] + [
            difference.whole
            for column, difference in enumerate(self.structure.differences, first)
            if difference.inside == known and column in self.truth.equal
        ]

    def _cheapest(self, demand: Demand, level: Level) -> tuple[float, Vector] | None:
        """Return the price of meeting a demand at one level and the point that does; None if nothing does."""
        solver = self._solver
        if demand.known is not None:
            solver.bound([demand.known], [demand.own], [demand.own])
        target = solver.probe(tuple((column, 1.0) for column in demand.columns))
        low, high = self._bounds(target) if target < self.structure.columns else (0, self._most)
        low, high = (low, min(high, level.value)) if level.sign < 0 else (max(low, level.value), high)
        answer = None
        if low <= high:
            solver.bound([target], [low], [high])
            answer = solver.smallest(self._price)
        if target < self.structure.columns:
            solver.bound([target], *([bound] for bound in self._bounds(target)))
        else:
            solver.free_probe()
        if demand.known is not None:
            solver.bound([demand.known], *([bound] for bound in self._bounds(demand.known)))
        return answer

    # ---- tidying --------------------------------------------------------------------------------------------

    def _tidy(self) -> None:
        """Print again each cell that the demands can spare, dearest first."""
        ups = [self._up[c] for c in self._movable] + [self._down[c] for c in self._movable]
        self._solver.bound(ups, [0] * len(ups), [0] * len(ups))
        further = sorted(self.hidden - self.primary, key=lambda c: (-self._price[self._up[c]], c))
        enough = self._solver.effort + MOST_TIDYING
        for column in further:
            if self._solver.effort > enough:
                return
            before = self._witnesses
            self.hidden.discard(column)
            low, high = self._window(column)
            self._solver.bound([column], [low], [high])
            self._witnesses = before.within(column, low, high)
            if not all(self._witnesses.meet(demand) or self._still_met(demand) for demand in self.demands()):
                self.hidden.add(column)
                self._solver.bound([column], *([bound] for bound in self._bounds(column)))
                for point in self._witnesses.added:
                    before.add(point)  # What fits with the cell printed fits with it hidden.
                self._witnesses = before

    def _still_met(self, demand: Demand) -> bool:
        for level in demand.levels:
            answer = self._cheapest(demand, level)
            if answer is not None:
                self._witnesses.add(answer[1][: self.structure.columns])
                return True
        return False
