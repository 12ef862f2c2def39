"""Disclosure control of the counts of a statement: the same way out as for the tables of a study."""

from __future__ import annotations

from cohort.disclosure.policy import Policy
from cohort.disclosure.release import protect_release
from cohort.results.model import RawResults, SafeResults


def protect_counts(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Return the safe counts of a statement; raises ``CannotProtect`` if they cannot be shown safe.

    The counts of one held table are one system, whose tables share their years. Those of another held table, and those
    that are compared with published figures, are further systems, hidden whole where they lie too near.
    """
    return protect_release(raw, policy, synthetic=synthetic)
