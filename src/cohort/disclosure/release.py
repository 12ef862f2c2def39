"""One release of a study: all its tables, whatever they count."""

from __future__ import annotations

from dataclasses import replace

from cohort.disclosure.policy import Policy
from cohort.disclosure.protect import protect
from cohort.results import RawResults, SafeResults


def protect_release(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Protect all tables of a study.

    Tables that count the same thing are one system of equations. Tables that count another thing (child
    codes in a linkage table, say, and not children) share no sum with them, so each kind is a system of its
    own. Raises ``CannotProtect`` if any kind cannot be protected.
    """
    kinds = dict.fromkeys(table.counted for table in raw.tables)
    parts = {
        kind: protect(
            replace(raw, tables=tuple(table for table in raw.tables if table.counted == kind)),
            policy,
            synthetic=synthetic,
        )
        for kind in kinds
    }
    first = next(iter(parts.values()))
    safe = {table.id: table for part in parts.values() for table in part.tables}
    log = tuple(line for part in parts.values() for line in part.log)
    return replace(first, tables=tuple(safe[table.id] for table in raw.tables), log=tuple(dict.fromkeys(log)))
