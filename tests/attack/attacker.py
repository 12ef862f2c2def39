"""A reader who wants to know what a release hides: the result files, and what anyone knows about the study.

Written apart from the code that protects: nothing of it is imported. The reader holds ``attrition.csv`` and
the tables as CSV, the readable study (who is counted in which table) and the policy. From these comes one
system over whole numbers. For each hidden cell it gives the least and the greatest value that agree with
everything printed, and for each natural sum or difference whether it is certain to be a small count.

Margins that two tables share are made equal; that is all there is to know, as long as the tables hang together
like a tree (each pair shares one variable or the total only), for then any tables that agree on the shared
margins are tables of some set of children.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.attack.printed import NO_SUM_IS_ABOVE, Equation, Key, Policy, Release, equal

Whole = NDArray[np.int64]

NO_COUNT_IS_ABOVE = 1_000_000
"""More children than Wales has: every unknown needs a finite end, so that a solver can only end well."""


class AttackFailed(Exception):
    """The solver did not end as it should, so nothing may be concluded."""


def _own_equations(release: Release) -> Iterator[Equation]:
    """Give what holds in any release: totals are sums, and steps take children away."""
    for table in release.tables.values():
        for total, parts in table.lines():
            yield equal(f"sum for {total}", parts, [total])
    for before, after in pairwise(release.steps):
        left = [release.flow(after), release.flow(after, "excluded")]
        yield equal(f"step {before} to {after}", left, [release.flow(before)])
    yield from _who_remains_without(release)


def _who_remains_without(release: Release) -> Iterator[Equation]:
    """Give what holds for those who pass all steps but one: all who pass, and some of those that this step stops."""
    steps = _own_steps(release)
    for step in steps[:-1]:
        for name, terms in _told_without(release, step, steps[-1]):
            yield Equation(name, terms, 0, NO_SUM_IS_ABOVE)
    for step in steps[-1:]:
        before = release.steps[release.steps.index(step) - 1]
        for what, without in (("remaining", "without_step"), ("units", "units_without_step")):
            if release.flow(step, without) in release.keys:
                yield equal(f"{without} {step}", [release.flow(step, without)], [release.flow(before, what)])


def _own_steps(release: Release) -> list[str]:
    """Return the steps of a flow that say who remains without them."""
    told = release.numbers.keys() | release.hidden
    return [step for step in release.steps if release.flow(step, "without_step") in told]


def _told_without(release: Release, step: str, last: str) -> Iterator[tuple[str, dict[Key, int]]]:
    """Give counts of people that a reader has from who remains without a step."""
    without, passed = release.flow(step, "without_step"), release.flow(last)
    yield f"stopped by {step} alone", {without: 1, passed: -1}
    stopped = release.flow(step, "excluded")
    yield f"stopped by {step} and by a later step", {stopped: 1, without: -1, passed: 1}
    units = release.flow(step, "units_without_step")
    if units not in release.keys:
        return
    before = release.flow(release.steps[release.steps.index(step) - 1], "units")
    entering = {units: 1, release.flow(last, "units"): -1}
    yield f"people who enter without {step}", entering
    yield f"people who leave before {step} or otherwise", {before: 1, units: -1}
    yield f"entries beyond one for each person without {step}", {without: 1, units: -1}
    further = {without: 1, passed: -1, **{key: -sign for key, sign in entering.items()}}
    yield f"further entries of people who enter without {step}", further


@dataclass(frozen=True)
class Quantity:
    """A sum or difference that a reader may be interested in."""

    name: str
    terms: Mapping[Key, int]


@dataclass(frozen=True)
class Finding:
    """Something that a reader learns and should not. ``kind`` is one of the words that are used below."""

    kind: str
    quantity: str
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.kind}: {self.quantity} is in [{self.low}, {self.high}]"


@dataclass(frozen=True)
class _Part:
    """Unknowns that hang together, and the equations among them, reduced to what is not known yet."""

    unknowns: tuple[int, ...]
    matrix: Whole
    low: Whole
    high: Whole
    names: tuple[str, ...]


class Contradiction(Exception):
    """What is printed cannot be true; the message lists equations that cannot hold together."""


@dataclass
class Attack:
    """One attack on one release. ``known`` are numbers that the reader knows from elsewhere."""

    release: Release
    policy: Policy
    knowledge: Sequence[Equation] = ()
    known: Mapping[Key, int] = field(default_factory=dict)
    _seen: list[Whole] = field(default_factory=list, init=False)
    _ends: dict[Key, tuple[int, int]] = field(default_factory=dict, init=False)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """The numbers of the system, in order."""
        return self.release.keys

    @cached_property
    def _at(self) -> dict[Key, int]:
        return {key: i for i, key in enumerate(self.keys)}

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """All that must hold."""
        return (*_own_equations(self.release), *self.knowledge)

    def bounds(self, key: Key) -> tuple[int, int]:
        """Return what a number may be by what is printed in its own place."""
        if key in self.known:
            return self.known[key], self.known[key]
        if key in self.release.numbers:
            return self.policy.window(self.release.numbers[key])
        if key in self.release.impossible:
            return 0, 0
        return self.policy.least_hidden(key), NO_COUNT_IS_ABOVE

    def broken_by(self, truth: Mapping[Key, int]) -> list[str]:
        """Return where true numbers do not fit the system: then the attack is built on sand."""
        broken = []
        for key in self.keys:
            low, high = self.bounds(key)
            if not low <= truth[key] <= high:
                broken.append(f"{key} is outside [{low}, {high}]")
        for equation in self.equations:
            if not equation.low <= sum(n * truth[key] for key, n in equation.terms.items()) <= equation.high:
                broken.append(equation.name)
        return broken

    # The system.

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        """Split the system into parts that share no unknown; equations of known numbers are checked here."""
        bounds = [self.bounds(key) for key in self.keys]
        root = list(range(len(self.keys)))

        def find(i: int) -> int:
            while root[i] != i:
                root[i] = root[root[i]]
                i = root[i]
            return i

        rows: list[tuple[dict[int, int], int, int, str]] = []
        for equation in self.equations:
            row = {self._at[key]: n for key, n in equation.terms.items() if n}
            known = sum(n * bounds[i][0] for i, n in row.items() if bounds[i][0] == bounds[i][1])
            free = {i: n for i, n in row.items() if bounds[i][0] < bounds[i][1]}
            low, high = equation.low - known, equation.high - known
            if not free and not low <= 0 <= high:
                raise Contradiction(equation.name)
            if free:
                rows.append((free, low, high, equation.name))
                first, *others = free
                for other in others:
                    root[find(other)] = find(first)
        members: dict[int, list[int]] = {}
        for i, (low, high) in enumerate(bounds):
            if low < high:
                members.setdefault(find(i), []).append(i)
        return tuple(
            self._part(tuple(unknowns), [row for row in rows if find(next(iter(row[0]))) == head])
            for head, unknowns in members.items()
        )

    @staticmethod
    def _part(unknowns: tuple[int, ...], rows: Sequence[tuple[dict[int, int], int, int, str]]) -> _Part:
        place = {i: at for at, i in enumerate(unknowns)}
        matrix = np.zeros((len(rows), len(unknowns)), dtype=np.int64)
        for at, (terms, _, _, _) in enumerate(rows):
            for i, n in terms.items():
                matrix[at, place[i]] = n
        low, high = (np.array([row[end] for row in rows], dtype=np.int64) for end in (1, 2))
        return _Part(unknowns, matrix, low, high, tuple(row[3] for row in rows))

    @cached_property
    def _first(self) -> Whole:
        """One set of numbers that agrees with everything printed. Raises ``Contradiction`` if there is none."""
        numbers = np.array([self.bounds(key)[0] for key in self.keys], dtype=np.int64)
        for part in self._parts:
            found = self._solve(part, np.zeros(len(part.unknowns), dtype=np.int64))
            if found is None:
                raise Contradiction("; ".join(self._quarrel(part)))
            numbers[list(part.unknowns)] = found
        self._seen.append(numbers)
        return numbers

    def _solve(self, part: _Part, costs: Whole) -> Whole | None:
        """Return whole numbers of least cost that fit a part, or None if no numbers fit.

        Fractions first; whole numbers only where the best fractions are not whole. What the solver says is
        checked by plain addition.
        """
        bounds = np.array([self.bounds(self.keys[i]) for i in part.unknowns])
        for whole in (0, 1):
            found = milp(
                costs,
                integrality=np.full(len(costs), whole),
                bounds=Bounds(bounds[:, 0], bounds[:, 1]),
                constraints=LinearConstraint(part.matrix, part.low, part.high) if len(part.low) else (),
                options={"mip_rel_gap": 0},
            )
            if found.status == 2:
                return None
            if found.status != 0:
                raise AttackFailed(str(found.message))
            numbers: Whole = np.rint(found.x).astype(np.int64)
            sums = part.matrix @ numbers
            fits = bool(
                (sums >= part.low).all()
                and (sums <= part.high).all()
                and (numbers >= bounds[:, 0]).all()
                and (numbers <= bounds[:, 1]).all()
            )
            best = found.fun if whole == 0 else found.mip_dual_bound
            if fits and int(costs @ numbers) == math.ceil(best - 1e-5):
                return numbers
        raise AttackFailed("the numbers of the solver do not add up")

    def _quarrel(self, part: _Part) -> list[str]:
        """Return equations that cannot hold together: leave out each one that is not needed for the quarrel."""
        needed = list(range(len(part.names)))
        zero = np.zeros(len(part.unknowns), dtype=np.int64)
        for row in range(len(part.names)):
            fewer = [at for at in needed if at != row]
            if self._solve(_only(part, fewer), zero) is None:
                needed = fewer
        return [part.names[at] for at in needed]

    # What a reader learns.

    def least(self, terms: Mapping[Key, int]) -> int:
        """Return the least value of a sum that agrees with everything printed."""
        best = self._first.copy()
        for part in self._parts:
            costs = np.array([terms.get(self.keys[i], 0) for i in part.unknowns], dtype=np.int64)
            if costs.any():
                found = self._solve(part, costs)
                if found is None:
                    raise AttackFailed("a sum has no least value in a system that has solutions")
                best[list(part.unknowns)] = found
        self._seen.append(best)
        return self._value(terms, best)

    def interval(self, terms: Mapping[Key, int]) -> tuple[int, int]:
        """Return the least and the greatest value of a sum that agree with everything printed."""
        return self.least(terms), -self.least({key: -n for key, n in terms.items()})

    def cell(self, key: Key) -> tuple[int, int]:
        """Return the interval of one number."""
        if key not in self._ends:
            self._ends[key] = self.interval({key: 1})
        return self._ends[key]

    def _value(self, terms: Mapping[Key, int], numbers: Whole) -> int:
        return int(sum(n * int(numbers[self._at[key]]) for key, n in terms.items()))

    def certainly_small(self, terms: Mapping[Key, int]) -> tuple[int, int] | None:
        """Return the interval of a sum that is certain to be 1 to threshold - 1, else None."""
        at = [self._at[key] for key in terms]
        values = np.array(self._seen)[:, at] @ np.array(list(terms.values()), dtype=np.int64)
        if ((values < 1) | (values >= self.policy.threshold)).any():
            return None
        low, high = self.interval(terms)
        return (low, high) if low >= 1 and high < self.policy.threshold else None

    def with_known(self, key: Key, count: int) -> Attack:
        """Return the attack of a reader who also knows one number; what was found out so far is kept."""
        more = Attack(self.release, self.policy, self.knowledge, {**self.known, key: count})
        more._seen = [numbers for numbers in self._seen if numbers[self._at[key]] == count]
        return more

    def exact_cells(self) -> list[Key]:
        """Return the hidden numbers that a reader can tell exactly, without those known from elsewhere.

        Whoever has seen two values of a cell need not ask for its ends, so some are looked at many at a time,
        weighed at random (with a fixed seed).
        """
        self._first  # noqa: B018
        draw = np.random.default_rng(0)
        open_ = sorted(self.release.hidden - set(self.known))
        for _ in range(8):
            seen = np.array(self._seen)
            open_ = [key for key in open_ if len(np.unique(seen[:, self._at[key]])) == 1]
            if open_:
                self.least({key: int(draw.choice([-2, -1, 1])) for key in open_})
        return [key for key in open_ if self.least({key: 1}) == -self.least({key: -1})]

    def explain(self, terms: Mapping[Key, int]) -> list[str]:
        """Return equations that are enough to narrow a sum as far as all of them do."""
        low, high = self.interval(terms)
        needed = list(self.equations)
        for equation in self.equations:
            fewer = [other for other in needed if other is not equation]
            attempt = _Fewer(self.release, self.policy, fewer, self.known)
            if attempt.interval(terms) == (low, high):
                needed = fewer
        return [equation.name for equation in needed]

    def quantities(self) -> Iterator[Quantity]:
        """Give the natural sums: what is missing from lines, parts of lines, and distances between steps."""
        for table in self.release.tables.values():
            lines = dict(table.lines())
            everything = tuple(key for key in table.inner() if key in self.release.hidden)
            yield Quantity(f"all hidden cells of {table.id}", dict.fromkeys(everything, 1))
            for total, parts in lines.items():
                hidden = tuple(key for key in parts if key in self.release.hidden)
                yield Quantity(f"all hidden cells of {total}", dict.fromkeys(hidden, 1))
                for some in _parts_of(hidden):
                    yield Quantity(f"sum of {', '.join(map(str, some))}", dict.fromkeys(some, 1))
                for part in parts if len(parts) > 2 else ():
                    nobody = {key for key in parts if self.bounds(key) == (0, 0)}
                    # What is a single cell, since nobody is in the others, has been looked at as a cell.
                    if len(set(parts) - nobody - {part}) > 1:
                        yield Quantity(f"{total} without {part}", {total: 1, part: -1})
        # One step's loss is a number of the release itself.
        for before, after in _apart(self.release.steps):
            both = {self.release.flow(before): 1, self.release.flow(after): -1}
            yield Quantity(f"children lost from {before} to {after}", both)
        steps = _own_steps(self.release)
        for step in steps[:-1]:
            for name, terms in _told_without(self.release, step, steps[-1]):
                yield Quantity(name, terms)

    def findings(self, further: Iterable[Quantity] = ()) -> list[Finding]:
        """Return everything that the release tells and should not."""
        found = []
        threshold = self.policy.threshold
        for key, printed in self.release.numbers.items():
            if (printed < threshold and printed != 0) or (printed == 0 and self.policy.hides_zero(key)):
                found.append(Finding("printed", str(key), printed, printed))
        if len(self.release.symbols) > 1:
            found.append(Finding("symbols", "hidden cells are told apart", 0, 0))
        try:
            self._first  # noqa: B018
        except Contradiction as quarrel:
            return [*found, Finding("contradiction", str(quarrel), 0, 0)]
        for key in sorted(self.release.hidden - set(self.known)):
            low, high = self.cell(key)
            if low == high:
                found.append(Finding("exact", str(key), low, high))
            elif high < threshold - 1:
                found.append(Finding("narrow", str(key), low, high))
            elif (
                low >= 1
                and high < threshold
                and (low, high) != (self.policy.least_hidden(key), threshold - 1)
            ):
                found.append(Finding("certain", str(key), low, high))
        if self.policy.base > 1:
            shown = (Quantity(str(key), {key: 1}) for key in sorted(self.release.numbers))
            further = chain(shown, further)
        names = {finding.quantity for finding in found}
        for quantity in chain(self.quantities(), further):
            terms = {key: n for key, n in quantity.terms.items() if n}
            if not terms or (len(terms) == 1 and self.release.hidden >= set(terms)) or quantity.name in names:
                continue
            small = self.certainly_small(terms)
            if small is not None:
                names.add(quantity.name)
                found.append(Finding("certain", quantity.name, *small))
        return found


@dataclass
class _Fewer(Attack):
    """An attack with chosen equations only."""

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        return tuple(self.knowledge)


def _only(part: _Part, rows: Sequence[int]) -> _Part:
    at = list(rows)
    names = tuple(part.names[row] for row in rows)
    return _Part(part.unknowns, part.matrix[at], part.low[at], part.high[at], names)


def _apart(steps: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give pairs of steps that are not neighbours."""
    return ((steps[a], steps[b]) for a, b in combinations(range(len(steps)), 2) if b - a > 1)


def _parts_of(cells: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """Give sets of hidden cells of one line that a reader may add up: few of them, runs, all but one."""
    sets = [some for size in (2, 3) for some in combinations(cells, size)]
    runs = [tuple(cells[a:b]) for a in range(len(cells)) for b in range(a + 4, len(cells) + 1)]
    without = [tuple(other for other in cells if other != cell) for cell in cells]
    yield from dict.fromkeys([*sets, *runs, *(some for some in without if len(some) > 1)])
