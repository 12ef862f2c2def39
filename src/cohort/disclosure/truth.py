"""The true values of a release's cells, and whether the tables agree with one another."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import Cell, Structure
from cohort.results.model import ALL, AttritionTable, CountTable, RawResults


@dataclass(frozen=True)
class Truth:
    """True values of all columns; None for cells that no table of the study counts.

    In the columns of ``zero_hidden`` a 0 is hidden like a small count. The differences in ``equal`` are 0, and a
    reader is taken to know it: that such a group is the whole of the other may be common knowledge.
    """

    values: tuple[int | None, ...]
    zero_hidden: frozenset[int]
    equal: frozenset[int]

    def sensitive(self, column: int, policy: Policy) -> bool:
        """Whether the count may not be shown."""
        value = self.values[column]
        if value is None:
            return False
        return 0 < value < policy.threshold or (value == 0 and column in self.zero_hidden)


def truth_of(raw: RawResults, structure: Structure, policy: Policy) -> Truth:
    """Return the true values of a release; raise ``CannotProtect`` if its tables contradict one another."""
    values: dict[int, int] = {}
    for table in raw.tables:
        counts = _counts(table) if isinstance(table, CountTable) else _flow(table)
        for key, count in counts.items():
            column = structure.places[(table.id, key)]
            if values.setdefault(column, count) != count:
                raise CannotProtect(f"table `{table.id}` contradicts another table about who was counted")
            if count and column in structure.impossible:
                raise CannotProtect(f"table `{table.id}` counts people where by definition there can be none")
    for line in structure.lines:
        if max(line.total, *line.parts) < structure.printable and values[line.total] != sum(
            values[part] for part in line.parts
        ):
            raise CannotProtect("the parts of a table do not add up to its total")
    cells: list[int | None] = [
        0 if column in structure.impossible else values.get(column) for column in range(len(structure.cells))
    ]
    for difference in structure.differences:
        whole, inside = cells[difference.whole], cells[difference.inside]
        if whole is not None and inside is not None and whole < inside:
            raise CannotProtect("a group that lies inside another one has more people than it")
        cells.append(None if whole is None or inside is None else whole - inside)
    zero_hidden = _zero_hidden(raw, structure, policy, cells)
    return Truth(tuple(cells), zero_hidden, _equal(structure, cells, zero_hidden))


def _counts(table: CountTable) -> dict[tuple[str, ...], int]:
    """Return the counts of a table with all its totals."""
    values = [[category.value for category in axis.categories] for axis in table.axes]
    sums = dict.fromkeys(product(*([*some, ALL] for some in values)), 0)
    inner = set(product(*values))
    for key, count in table.counts.items():
        if key not in inner:
            raise CannotProtect(f"table `{table.id}` has a count for a combination that it does not have")
        if count < 0:
            raise CannotProtect(f"table `{table.id}` has a count under zero")
        for total in product(*((value, ALL) for value in key)):
            sums[total] += count
    return sums


def _flow(flow: AttritionTable) -> dict[tuple[str, ...], int]:
    """Return what remains after each step of a flow, and what each step leaves out."""
    counts: dict[tuple[str, ...], int] = {}
    for step, (before, now) in enumerate(zip((None, *flow.steps), flow.steps, strict=False)):
        if now.remaining < 0 or (before is not None and now.remaining > before.remaining):
            raise CannotProtect(f"the flow `{flow.id}` has more people after a step than before it")
        counts[("remaining", str(step))] = now.remaining
        if before is not None:
            counts[("excluded", str(step))] = before.remaining - now.remaining
    return counts


def _zero_hidden(
    raw: RawResults, structure: Structure, policy: Policy, cells: list[int | None]
) -> frozenset[int]:
    """Return the cells in which 0 is hidden. The flow shows 0: that nobody was left out tells of no person."""
    if not policy.zeros_masked:
        return frozenset()
    flow = any(isinstance(table, AttritionTable) for table in raw.tables)
    cohort = [cells[column] for column in structure.flow if structure.cells[column] == Cell(0)]
    if flow and cohort == [0] and len(raw.tables) > 1:
        raise CannotProtect(
            "nobody is left in the cohort, and the flow would give away the hidden zeros of the tables"
        )
    return frozenset(range(structure.printable)) - structure.flow - structure.impossible


def _equal(structure: Structure, cells: list[int | None], zero_hidden: frozenset[int]) -> frozenset[int]:
    """Return the differences of 0 that a reader may be taken to know.

    Not those that would give away a hidden zero: if all of a year's children are in the group, then none of them
    has the status that the group leaves out, and no choice of hidden cells could keep that from such a reader.
    """
    first = len(structure.cells)
    nothing = {column for column in range(first, structure.columns) if cells[column] == 0}
    telling = {
        line.total for line in structure.read_lines if line.total >= first and zero_hidden & set(line.parts)
    }
    return frozenset(nothing - telling)
