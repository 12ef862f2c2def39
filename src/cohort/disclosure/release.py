"""One release of a study: all its tables, whatever they count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.protection import protect
from cohort.results.model import ALL, RawResults, SafeCell, SafeResults, SafeTable, State


def protect_release(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Protect all tables of a study.

    Tables that count the same thing (children, say) are one system of equations. Tables that count another
    thing (child codes in a linkage table) are a system of their own, and are then hidden whole if one of
    their counts lies so near to the size of a whole group of the first kind that the difference is itself a
    small count: 103 codes of 100 children tell of three changed codes. A difference of 0 is near too, so that
    being hidden tells nothing.

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
    shown = list(_sizes(main))
    log = list(main.log)
    safe = {table.id: table for table in main.tables}
    for other in others:
        if any(_too_near(count, seen, policy) for count in _counts(other) for seen in shown):
            # The log goes out with the tables, so it does not say which tables were hidden for this reason.
            for table in other.tables:
                if not isinstance(table, SafeTable):
                    raise CannotProtect(f"a count of the flow `{table.id}` lies near one of another kind")
                safe[table.id] = _hidden(table)
                log.append(f"table {table.id}: all counts hidden")
            continue
        safe |= {table.id: table for table in other.tables}
        log += [line for line in other.log if line not in log]
        shown += _sizes(other)
    return replace(main, tables=tuple(safe[table.id] for table in raw.tables), log=tuple(log))


def _counts(safe: SafeResults) -> Iterator[int]:
    """Every count that is shown and is not 0."""
    for table in safe.tables:
        if isinstance(table, SafeTable):
            cells = list(table.cells.values())
        else:
            cells = [cell for step in table.steps for cell in (step.remaining, step.excluded)]
        yield from (cell.count for cell in cells if cell.count)


def _sizes(safe: SafeResults) -> Iterator[int]:
    """The sizes of whole groups that are shown: what remains after each step, and totals of tables."""
    for table in safe.tables:
        if isinstance(table, SafeTable):
            cells = [cell for key, cell in table.cells.items() if set(key) == {ALL}]
        else:
            cells = [step.remaining for step in table.steps]
        yield from (cell.count for cell in cells if cell.count)


def _too_near(one: int, other: int, policy: Policy) -> bool:
    """Whether the difference of two shown counts can be 0 or a small count, rounding taken into account."""
    (low, high), (other_low, other_high) = policy.window(one), policy.window(other)
    return max(low - other_high, other_low - high) < policy.threshold


def _hidden(table: SafeTable) -> SafeTable:
    """Hide every count of a table. A shown 0 stays, since hidden it would be thought to be 1 or more."""
    return replace(
        table,
        cells={key: SafeCell(State.HIDDEN) if cell.count else cell for key, cell in table.cells.items()},
    )
