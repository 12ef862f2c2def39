"""The audit: what a reader could find out from the printed numbers alone.

It starts from safe results, as a reader does, and shares no state with the choice of hidden cells. Every demand is
met by a witness, a table of whole numbers that fits all that is printed; each witness is checked by adding up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from cohort.disclosure.demands import (
    Demand,
    Level,
    Vector,
    Witnesses,
    least_hidden,
    pairs_in_lines,
    unprinted_columns,
)
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.solver import Solver
from cohort.disclosure.structure import Structure, equations_of
from cohort.results.model import SafeAttrition, SafeCell, SafeResults, SafeTable, State


@dataclass(frozen=True)
class Audit:
    """What an audit found: ``problems`` in words without any number of people, and the work done."""

    problems: tuple[str, ...]
    hidden: frozenset[int]
    demands: int = 0
    solves: int = 0

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def audit_printed(
    safe: SafeResults,
    policy: Policy,
    structure: Structure,
    *,
    demands: Iterable[Demand] = (),
    equal: frozenset[int] = frozenset(),
) -> Audit:
    """Audit printed numbers, which may be read back from files; raise ``CannotProtect`` if a solve fails.

    Without the true counts an audit cannot know which hidden cells are small; it demands what holds for all:
    no hidden cell, difference between groups or remainder of a line lies for certain under the threshold, unless
    it could be all that the symbol stands for. ``demands`` adds what only ``protect`` knows; ``equal`` are
    differences that a reader is taken to know to be 0.
    """
    cells, problems = _read(safe, policy, structure)
    hidden = frozenset(column for column, cell in cells.items() if cell.state is State.HIDDEN)
    if problems:
        return Audit(tuple(problems), hidden)
    reader = _Reader(cells, hidden, policy, structure, equal)
    if not reader.consistent():
        return Audit(("the printed numbers contradict one another",), hidden)
    wanted = [*_demands_of_any_reader(hidden, policy, structure), *demands]
    found: dict[str, None] = {}
    for demand in wanted:
        if not reader.can(demand):
            where = structure.where(demand.columns[0])
            found[f"a small count {where} can be worked out from what is printed"] = None
    return Audit(tuple(found), hidden, len(wanted), reader.solves)


def printed_cells(safe: SafeResults, structure: Structure) -> Iterator[tuple[str, int, SafeCell]]:
    """Yield the table, the column and what is printed, for every printed place."""
    for table in safe.tables:
        if isinstance(table, SafeTable):
            for key, cell in table.cells.items():
                yield table.id, structure.places[(table.id, key)], cell
        elif isinstance(table, SafeAttrition):
            for step, row in enumerate(table.steps):
                for what, number in (
                    ("remaining", row.remaining),
                    ("excluded", row.excluded),
                    ("units", row.units),
                    ("without_step", row.without_step),
                    ("units_without_step", row.units_without_step),
                ):
                    place = (table.id, (what, str(step)))
                    # Nobody is left out at the start, which is no count of the study.
                    known = number is not None and number.state is not State.IMPOSSIBLE
                    if number is not None and (known or place in structure.places):
                        yield table.id, structure.places[place], number


def _read(safe: SafeResults, policy: Policy, structure: Structure) -> tuple[dict[int, SafeCell], list[str]]:
    """Read what is printed, and check what can be checked without a solver."""
    cells: dict[int, SafeCell] = {}
    problems: dict[str, None] = {}
    try:
        places = list(printed_cells(safe, structure))
    except KeyError:
        return {}, ["a table has a place that the study does not have"]
    for table, column, cell in places:
        if cells.setdefault(column, cell) != cell:
            problems[f"table `{table}` shows a count that another place shows otherwise"] = None
        if (cell.state is State.IMPOSSIBLE) != (column in structure.impossible):
            problems[f"table `{table}` has `not applicable` in the wrong place"] = None
        if (cell.state is State.SHOWN) != (cell.count is not None):
            problems[f"table `{table}` has a hidden cell with a number, or a shown one without"] = None
        elif cell.count is not None and not _may_show(cell.count, column, policy, structure):
            problems[f"table `{table}` shows a count that the policy does not allow"] = None
    if set(cells) != set(range(structure.printable)):
        problems["a count of the study is missing from the tables"] = None
    return cells, list(problems)


def _may_show(count: int, column: int, policy: Policy, structure: Structure) -> bool:
    if count == 0:
        return not policy.zeros_masked or column in structure.flow
    low, high = policy.window(count)
    return count % policy.rounding_base == 0 and max(count, high) >= policy.threshold and low <= high


def _demands_of_any_reader(hidden: frozenset[int], policy: Policy, structure: Structure) -> Iterator[Demand]:
    small = policy.threshold - 1
    for column in sorted(hidden):
        lowest = least_hidden(structure, policy, column)
        yield Demand((column,), (Level(1, small),))
        yield Demand((column,), (Level(-1, lowest), Level(1, policy.threshold)))
    sums: list[tuple[int, ...]] = [(column,) for column in range(structure.printable, structure.columns)]
    unprinted = unprinted_columns(structure, hidden)
    for line in structure.read_lines:
        parts = tuple(part for part in line.parts if part in unprinted)
        if 1 < len(parts) < len(line.parts):
            sums.append(parts)
    sums += pairs_in_lines(structure, unprinted)
    for columns in sums:
        if not structure.impossible.issuperset(columns):
            yield Demand(columns, (Level(-1, 0), Level(1, policy.threshold)))


class _Reader:
    """Someone who has the printed numbers, the policy and the structure, and can solve equations."""

    def __init__(
        self,
        cells: dict[int, SafeCell],
        hidden: frozenset[int],
        policy: Policy,
        structure: Structure,
        equal: frozenset[int],
    ) -> None:
        shown = [cell.count for cell in cells.values() if cell.count is not None]
        self._most = 2 * max(shown, default=0) + 200 * policy.threshold
        bounds: list[tuple[int, int]] = []
        for column in range(structure.columns):
            if column in structure.impossible or column in equal:
                bounds.append((0, 0))
            elif column in hidden:
                bounds.append((least_hidden(structure, policy, column), self._most))
            elif column < structure.printable:
                bounds.append(policy.window(cells[column].count or 0))
            else:
                bounds.append((0, self._most))
        self._lower = np.array([low for low, _ in bounds], dtype=np.int64)
        self._upper = np.array([high for _, high in bounds], dtype=np.int64)
        self._equations = equations_of(structure)
        self._solver = Solver([low for low, _ in bounds], [high for _, high in bounds], self._equations)
        self._witnesses = Witnesses(structure.columns)

    @property
    def solves(self) -> int:
        return self._solver.solves

    def consistent(self) -> bool:
        """Whether any table fits what is printed."""
        return self._find() is not None

    def can(self, demand: Demand) -> bool:
        """Whether a table that fits meets the demand."""
        return self._witnesses.meet(demand) or any(self._reach(demand, level) for level in demand.levels)

    def _reach(self, demand: Demand, level: Level) -> bool:
        solver, known = self._solver, demand.known
        target = solver.probe(tuple((column, 1.0) for column in demand.columns))
        single = len(demand.columns) == 1
        low, high = (int(self._lower[target]), int(self._upper[target])) if single else (0, self._most)
        low, high = (low, min(high, level.value)) if level.sign < 0 else (max(low, level.value), high)
        if low > high:
            return False
        solver.bound([target], [low], [high])
        if known is not None:
            solver.bound([known], [demand.own], [demand.own])
        found = self._find() is not None
        if single:
            solver.bound([target], [self._lower[target]], [self._upper[target]])
        else:
            solver.free_probe()
        if known is not None:
            solver.bound([known], [self._lower[known]], [self._upper[known]])
        return found and self._witnesses.meet(demand)

    def _find(self) -> Vector | None:
        answer = self._solver.smallest({})
        if answer is None:
            return None
        point = answer[1]
        self._check(point)
        self._witnesses.add(point)
        return point

    def _check(self, point: Vector) -> None:
        """Add up: the solver's word is not taken for it."""
        whole = point.astype(np.int64)
        fits = bool(((self._lower <= whole) & (whole <= self._upper)).all())
        for row in self._equations:
            fits = fits and sum(int(factor) * int(whole[column]) for column, factor in row) == 0
        if not fits:
            raise CannotProtect("the solver that audits the tables gave an answer that does not add up")
