"""What vetting says: one outcome for each check, and tables of rows that engines are compared by."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Report = Callable[[str, float], None]
"""Takes the name of a stage and the share of the work that is done."""
Cell = int | float | str | datetime.date | None
"""A value of a row; yes and no are 1 and 0."""
Line = tuple[Cell, ...]


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Outcome:
    """One check: its name, how it ended, what was looked at in words, and what was found wrong.

    ``facts`` are further figures by name, such as the number of statements; ``tool`` and ``version`` say what did the
    work where that was not ours. ``findings`` hold no value from data.
    """

    name: str
    status: Status
    words: str
    findings: tuple[str, ...] = ()
    facts: Mapping[str, int] | None = None
    tool: str = ""
    version: str = ""


@dataclass(frozen=True)
class HeldRows:
    """The rows of one table as some engine has them: names of columns, and one line for each row."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


class CannotRun(Exception):
    """A substitute is not there; the message is one sentence that says how to get it."""


class Refused(Exception):
    """A substitute did not take a statement; the message is one sentence."""


def outcome(
    name: str,
    words: str,
    findings: tuple[str, ...],
    facts: Mapping[str, int] | None = None,
    tool: str = "",
    version: str = "",
) -> Outcome:
    """Return the outcome of a check that ran: passed if nothing was found."""
    status = Status.FAILED if findings else Status.PASSED
    return Outcome(name, status, words, findings, facts, tool, version)
