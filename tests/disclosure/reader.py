"""A reader with a solver, written apart from the module under test.

Knows the shape of the study and what is printed, and works on people: one unknown for each combination of all
variables and each depth in the chain of groups, and one for each step that leaves people out. Every printed
number is a sum of these. So the reader also uses what tables tell together about cells that none of them prints.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from cohort.disclosure import Policy
from cohort.results.model import ALL, AttritionTable, CountTable, RawResults, SafeResults, State

from .studies import shown_cells

Place = tuple[str, tuple[str, ...]]
Row = NDArray[np.float64]
CEILING = 5000.0


class Reader:
    def __init__(self, raw: RawResults, safe: SafeResults, policy: Policy) -> None:
        self.policy = policy
        self.shown = shown_cells(safe)
        self.rows: dict[Place, Row] = {}
        self.zero_shown: set[Place] = set()
        self._people(raw)
        self._write_rows(raw)
        self.low = {place: self._bounds(place)[0] for place in self.rows}
        self.high = {place: self._bounds(place)[1] for place in self.rows}

    def _people(self, raw: RawResults) -> None:
        tables = [t for t in raw.tables if isinstance(t, CountTable)]
        flows = [t for t in raw.tables if isinstance(t, AttritionTable)]
        domains: dict[str, list[str]] = {}
        for item in tables:
            for some in item.axes:
                known = domains.setdefault(some.variable, [])
                known += [c.value for c in some.categories if c.value not in known]
        self.names = list(domains)
        self.chain = sorted({frozenset(), *(t.group.conditions for t in tables)}, key=len)
        fixed = [
            {n: v for t in tables if t.group.conditions <= c for n, v in t.group.fixed.items()}
            for c in self.chain
        ]
        for depth, wanted in enumerate(fixed):
            for name in wanted:
                assert name in domains or depth >= 0
        self.people = [
            (values, depth)
            for depth, wanted in enumerate(fixed)
            for values in product(*domains.values())
            if all(wanted.get(n, v) == v for n, v in zip(self.names, values, strict=True))
        ]
        self.steps = sum(len(f.steps) - 1 for f in flows)
        self.size = len(self.people) + self.steps

    def _write_rows(self, raw: RawResults) -> None:
        for item in raw.tables:
            if isinstance(item, AttritionTable):
                cohort = np.array([1.0] * len(self.people) + [0.0] * self.steps)
                for at in range(len(item.steps)):
                    later = np.zeros(self.size)
                    later[len(self.people) + at :] = 1.0
                    self.rows[item.id, ("remaining", str(at))] = cohort + later
                    if at:
                        one = np.zeros(self.size)
                        one[len(self.people) + at - 1] = 1.0
                        self.rows[item.id, ("excluded", str(at))] = one
                self.zero_shown |= {place for place in self.rows if place[0] == item.id}
                continue
            assert isinstance(item, CountTable)
            depth = self.chain.index(item.group.conditions)
            at_axis = [self.names.index(a.variable) for a in item.axes]
            for key in product(*([*(c.value for c in a.categories), ALL] for a in item.axes)):
                row = np.zeros(self.size)
                for number, (values, deep) in enumerate(self.people):
                    if deep >= depth and all(
                        k in (ALL, values[i]) for k, i in zip(key, at_axis, strict=True)
                    ):
                        row[number] = 1.0
                self.rows[item.id, key] = row

    def _bounds(self, place: Place) -> tuple[float, float]:
        cell = self.shown[place]
        if cell.state is State.IMPOSSIBLE:
            return (0, 0)
        if cell.state is State.HIDDEN:
            return (0 if self.policy.zeros_masked and place not in self.zero_shown else 1, CEILING)
        assert cell.count is not None
        if self.policy.rounding_base == 1 or cell.count == 0:
            return (cell.count, cell.count)
        return (max(cell.count - 2, self.policy.threshold), cell.count + 2)

    def interval(self, row: Row, known: Place | None = None) -> tuple[float, float] | None:
        """The least and greatest value of a sum; None if nothing fits what is printed."""
        places = list(self.rows)
        matrix = np.array([self.rows[place] for place in places])
        low = np.array([1.0 if place == known else self.low[place] for place in places])
        high = np.array([1.0 if place == known else self.high[place] for place in places])
        ends = []
        for sign in (1.0, -1.0):
            answer = milp(
                sign * row,
                constraints=LinearConstraint(matrix, low, high),
                bounds=Bounds(0, CEILING),
                integrality=np.ones(self.size),
                options={"presolve": True},
            )
            if answer.status != 0:
                return None
            ends.append(float(round(sign * answer.fun)))
        return ends[0], ends[1]
