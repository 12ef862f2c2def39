"""Disclosure control of the counts of a statement, by the same means as for the tables of a study.

Rows by year, and what is compared with published figures, are one release. What is found in a column divides the rows
of a year that is shown. Nothing is added up over years or columns, so that such a block shares no unknown count
with any other: it is protected by itself, beside its known total. Blocks of years that are hidden are not printed.

Under a policy that hides zero a sound column would show nothing. So it is told what more than half of the rows have,
where the rows are shown and at least ``ROWS_TO_TELL`` times the threshold: a hidden count of the others may then still
be any number under the threshold, and many above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.protection import protect
from cohort.disclosure.release import protect_release
from cohort.quality.collect import Block, RawCounts
from cohort.quality.description import Check, table_id
from cohort.results.model import ALL, RawResults, SafeCell, SafeResults, SafeTable, State

ROWS_TO_TELL = 4
Place = tuple[str, str, str]
"""Name of a check, category of years, and state."""


@dataclass(frozen=True)
class SafeCounts:
    """Safe counts: ``rows`` by year and comparisons, ``cells`` of all blocks, and what the log says.

    ``most`` is, by check and year, the state that more than half of the rows have, where that may be told.
    """

    rows: SafeResults
    cells: Mapping[Place, SafeCell]
    most: Mapping[tuple[str, str], str]
    log: tuple[str, ...]

    def cell(self, check: str, year: str, state: str, rows: SafeCell) -> SafeCell:
        """Return a cell of a year whose ``rows`` are as given: a year without rows is not told from a hidden one.

        Only where the policy shows that there are no rows, there is shown to be nothing in them.
        """
        if rows.count == 0:
            return SafeCell(State.SHOWN, 0)
        return self.cells.get((check, year, state), SafeCell(State.HIDDEN))


def protect_counts(raw: RawCounts, policy: Policy, *, synthetic: bool) -> SafeCounts:
    """Return the safe counts of a statement; raises ``CannotProtect`` if rows by year cannot be shown safe."""
    rows = protect_release(raw.rows, policy, synthetic=synthetic)
    tables = {table.id: table for table in rows.tables if isinstance(table, SafeTable)}
    sizes = {name: table.cells[(ALL,)] for name, table in tables.items()}
    cells: dict[Place, SafeCell] = {}
    most: dict[tuple[str, str], str] = {}
    for block in raw.blocks:
        of_rows = table_id(Check.ROWS, block.table)
        total = tables[of_rows].cells[(block.year,)]
        others = [cell for name, cell in sizes.items() if name != of_rows]
        found = _safe_block(raw.rows, block, total, others, policy, synthetic=synthetic)
        cells |= {(block.check, block.year, state): cell for state, cell in found}
        if total.count is not None and total.count >= ROWS_TO_TELL * policy.threshold:
            for state in _more_than_half(block):
                most[block.check, block.year] = state
    shown = sum(cell.state is State.SHOWN for cell in cells.values())
    # How many are hidden would tell years without rows from years with a few.
    log = f"what is found in columns and keys: {shown} cells of years with shown rows are shown"
    return SafeCounts(rows, cells, most, (*rows.log, log))


def _safe_block(
    raw: RawResults,
    block: Block,
    total: SafeCell,
    others: list[SafeCell],
    policy: Policy,
    *,
    synthetic: bool,
) -> Iterator[tuple[str, SafeCell]]:
    """Yield the safe cells of a block; all are hidden where its total is, or if they lie near another table's size."""
    states = [category.value for category in block.counts.axes[0].categories]
    safe = None
    if total.count:
        try:
            results = protect(
                RawResults(raw.study, raw.spec_hash, (block.counts,)), policy, synthetic=synthetic
            )
        except CannotProtect:
            pass
        else:
            (table,) = results.tables
            assert isinstance(table, SafeTable)
            shown = [table.cells[(state,)] for state in states]
            if table.cells[(ALL,)] == total and not any(
                _too_near(cell, other, policy) for cell in shown for other in others
            ):
                safe = shown
    for number, state in enumerate(states):
        yield state, SafeCell(State.HIDDEN) if safe is None else safe[number]


def _more_than_half(block: Block) -> Iterator[str]:
    counts = block.counts.counts
    rows = sum(counts.values())
    yield from (state for (state,), count in counts.items() if 2 * count > rows)


def _too_near(one: SafeCell, other: SafeCell, policy: Policy) -> bool:
    """Whether the difference of two shown counts can be a small count, as between the tables of a study."""
    if not one.count or not other.count:
        return False
    (low, high), (other_low, other_high) = policy.window(one.count), policy.window(other.count)
    return max(low - other_high, other_low - high) < policy.threshold
