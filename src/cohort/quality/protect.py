"""Disclosure control of the counts of a statement, by the same means as for the tables of a study.

Rows by year, and what is compared with published figures, are one release. What is found in a column divides the rows
of a year that is shown. Nothing is added up over years or columns, so such a block shares no unknown count with any
other: it is protected by itself, beside its known total. Blocks of years that are hidden are not printed.

Then counts are held against one another (``nearness``): where the difference of two shown counts can be a small count,
one of them is hidden. Last, ``bounds`` says of hidden counts what can be said safely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.protection import log_of_policy, protect
from cohort.disclosure.release import protect_release
from cohort.quality.bounds import Most, most_of
from cohort.quality.collect import Block, RawCounts
from cohort.quality.description import Check, Comparison, table_id
from cohort.quality.nearness import Others, Shown, near_published, windows_of
from cohort.results.model import ALL, RawResults, SafeCell, SafeResults, SafeTable, State

Place = tuple[str, str, str]
"""Name of a check, category of years, and state."""
_HIDDEN = SafeCell(State.HIDDEN)


@dataclass(frozen=True)
class SafeCounts:
    """Safe counts: ``rows`` by year and comparisons, ``cells`` of all blocks, and what the log says.

    ``most`` is, by check and year, what may be said of the state that most rows have. ``near`` are the hidden counts of
    comparisons (check, year) that lie so near to a published figure that the difference is a small count.
    """

    rows: SafeResults
    cells: Mapping[Place, SafeCell]
    most: Mapping[tuple[str, str], Most]
    near: frozenset[tuple[str, str]]
    threshold: int
    log: tuple[str, ...]

    def cell(self, check: str, year: str, state: str, rows: SafeCell) -> SafeCell:
        """Return a cell of a year whose ``rows`` are as given: a year without rows is not told from a hidden one.

        Only where the policy shows that there are no rows, there is shown to be nothing in them.
        """
        if rows.count == 0:
            return SafeCell(State.SHOWN, 0)
        return self.cells.get((check, year, state), _HIDDEN)


def protect_counts(
    raw: RawCounts,
    comparisons: Sequence[Comparison],
    policy: Policy,
    *,
    synthetic: bool,
    beside: SafeResults | None = None,
) -> SafeCounts:
    """Return the safe counts of a statement; raises ``CannotProtect`` if rows by year cannot be shown safe.

    ``beside`` is the release of the study itself, which a reader holds too: no shown count lies near its counts.
    """
    protected = protect_release(raw.rows, policy, synthetic=synthetic)
    others = Others.of(beside, policy)
    shown = Shown(policy)
    near: set[tuple[str, str]] = set()
    tables: dict[str, SafeTable] = {}
    compared = {table_id(Check.COMPARISON, one.measure.id): one for one in comparisons}
    for table in protected.tables:
        assert isinstance(table, SafeTable)
        told = near_published(table, compared[table.id], policy) if table.id in compared else frozenset()
        near |= {(table.id, year) for year in told}
        tables[table.id] = _without_near(table, told, shown, others, policy)
    cells: dict[Place, SafeCell] = {}
    most: dict[tuple[str, str], Most] = {}
    for block in raw.blocks:
        rows = table_id(Check.ROWS, block.table)
        total = tables[rows].cells[(block.year,)]
        found = _safe_block(raw.rows, block, total, policy, synthetic=synthetic)
        counts = windows_of(total, found, policy)
        # The rows of the year are the block's own total: only other counts can lie near.
        if shown.is_near(block.check, block.year, counts, apart_from=rows) or others.near_a_size(counts):
            found, counts = dict.fromkeys(found, _HIDDEN), ()
        shown.add(block.check, block.year, counts)
        cells |= {(block.check, block.year, state): cell for state, cell in found.items()}
        bound = most_of(block, total, found, policy)
        if bound is not None:
            most[block.check, block.year] = bound
    safe = replace(protected, tables=tuple(tables.values()), log=log_of_policy(policy))
    seen = sum(cell.state is State.SHOWN for cell in cells.values())
    # How many are hidden would tell years without rows from years with a few.
    log = f"what is found in columns and keys: {seen} cells of years with shown rows are shown"
    return SafeCounts(safe, cells, most, frozenset(near), policy.threshold, (*safe.log, log))


def _without_near(
    table: SafeTable, told: Iterable[str], shown: Shown, others: Others, policy: Policy
) -> SafeTable:
    """Return rows by year (or a comparison) without the counts that lie near another shown one.

    With a year goes the total of all years, so that the year is not what the others leave of it.
    """
    hidden = {*told}
    for key, cell in table.cells.items():
        year = key[0]
        counts = [policy.window(cell.count)] if cell.count else []
        if shown.is_near(table.id, year, counts) or others.near_any(counts):
            hidden.add(year)
    if hidden:
        hidden.add(ALL)
        # One year alone is its own total.
        if len(table.cells) <= 2:
            hidden |= {key[0] for key in table.cells}
    cells = {
        key: _HIDDEN if key[0] in hidden and cell.count != 0 else cell for key, cell in table.cells.items()
    }
    for (year,), cell in cells.items():
        shown.add(table.id, year, [policy.window(cell.count)] if cell.count else [])
    return replace(table, cells=cells)


def _safe_block(
    raw: RawResults, block: Block, total: SafeCell, policy: Policy, *, synthetic: bool
) -> dict[str, SafeCell]:
    """Return the safe cells of a block by state; all are hidden where its total is."""
    states = [category.value for category in block.counts.axes[0].categories]
    return dict(_cells_of_block(raw, block, total, policy, states, synthetic=synthetic))


def _cells_of_block(
    raw: RawResults,
    block: Block,
    total: SafeCell,
    policy: Policy,
    states: Sequence[str],
    *,
    synthetic: bool,
) -> Iterator[tuple[str, SafeCell]]:
    table = None
    if total.count:
        try:
            results = RawResults(raw.study, raw.spec_hash, (block.counts,))
            (found,) = protect(results, policy, synthetic=synthetic).tables
        except CannotProtect:
            pass
        else:
            assert isinstance(found, SafeTable)
            # Where the people behind the rows are few, the total is hidden here, and so is everything.
            table = found if found.cells[(ALL,)] == total else None
    for state in states:
        yield state, _HIDDEN if table is None else table.cells[(state,)]
