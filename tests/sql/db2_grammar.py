"""Db2's grammar for tests: the same as that of the gate (``cohort.vetting``)."""

from __future__ import annotations

from cohort.vetting.grammar import unparsable
from cohort.vetting.text import statements as _statements

__all__ = ["statements", "unparsable"]


def statements(script: str) -> list[str]:
    """Cut a whole script into statements the way a plain client does."""
    return list(_statements(script))
