"""One release of a study: all its tables, whatever they count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cohort.disclosure.policy import Policy
from cohort.disclosure.protection import protect
from cohort.results import RawResults, SafeCell, SafeResults, SafeTable, State


def protect_release(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Protect all tables of a study.

    Tables that count the same thing (children, say) are one system of equations. Tables that count another
    thing (child codes in a linkage table) are a system of their own, and are then hidden whole if one of
    their counts lies so near to a count of the first kind that the difference is itself a small count:
    103 codes of 100 children tell of three changed codes.

    Raises ``CannotProtect`` if any kind cannot be protected.
    """
    kinds = dict.fromkeys(table.counted for table in raw.tables)
    if len(kinds) < 2:
        return protect(raw, policy, synthetic=synthetic)
    main, *others = (
        protect(
            replace(raw, tables=tuple(table for table in raw.tables if table.counted == kind)),
            policy,
            synthetic=synthetic,
        )
        for kind in kinds
    )
    shown = list(_counts(main))
    log = list(main.log)
    safe = {table.id: table for table in main.tables}
    for other in others:
        near = any(_too_near(count, seen, policy) for count in _counts(other) for seen in shown)
        for table in other.tables:
            safe[table.id] = _hidden(table) if near and isinstance(table, SafeTable) else table
        log += [line for line in other.log if line not in log]
        if near:
            log.append(f"{other.tables[0].id}: hidden whole, because a count lies near one of another kind.")
        shown += list(_counts(other)) if not near else []
    return replace(main, tables=tuple(safe[table.id] for table in raw.tables), log=tuple(log))


def _counts(safe: SafeResults) -> Iterator[int]:
    """Every count that is shown."""
    for table in safe.tables:
        if isinstance(table, SafeTable):
            cells = list(table.cells.values())
        else:
            cells = [cell for step in table.steps for cell in (step.remaining, step.excluded)]
        yield from (cell.count for cell in cells if cell.count is not None)


def _too_near(one: int, other: int, policy: Policy) -> bool:
    """Whether the difference of two shown counts can be a small count, rounding taken into account."""
    (low, high), (other_low, other_high) = policy.window(one), policy.window(other)
    least = max(low - other_high, other_low - high, 0)
    most = max(high - other_low, other_high - low)
    return one != other and least < policy.threshold and most > 0


def _hidden(table: SafeTable) -> SafeTable:
    return replace(
        table,
        cells={
            key: cell if cell.state is State.IMPOSSIBLE else SafeCell(State.HIDDEN)
            for key, cell in table.cells.items()
        },
    )
