"""What a file of cases says, and what came of trying it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from cohort.engines.reference import Cell, Row
from cohort.query.study import Origin

NOBODY = "none"
"""``peer_of: none``: the unit is nobody's peer."""


@dataclass(frozen=True)
class Expectation:
    """What should happen to a unit; what is None is not asked.

    It speaks of an entry of the unit (the one on ``index_date``, where that is said), or with ``peer_of`` of the unit
    as a peer of that case (or ``NOBODY``). ``stopped_at`` is the id of the first row of the flow that the unit does not
    reach.
    """

    line: int
    index_date: datetime.date | None = None
    enters: bool | None = None
    stopped_at: str | None = None
    peer_of: str | None = None
    peers: int | None = None
    variables: tuple[tuple[str, Cell], ...] = ()
    follow_up_days: int | None = None
    events: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Case:
    """One invented unit: its number in all rows, and what is expected of it."""

    name: str
    number: int
    expected: tuple[Expectation, ...]
    line: int


@dataclass(frozen=True)
class Cases:
    """All cases of a file, and their rows together: source by name, under the columns that the study uses."""

    file: str
    cases: tuple[Case, ...]
    rows: Mapping[str, list[Row]]
    keys: Mapping[str, int]
    """The names that stand in columns of keys, and the numbers that they have in the rows."""


@dataclass(frozen=True)
class Difference:
    """One expectation that was not met, in words."""

    what: str
    expected: str
    found: str
    line: int


@dataclass(frozen=True)
class TriedCase:
    """A case and how it differs from what is expected."""

    case: Case
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Unmet:
    """A clause that is not met both ways: where it is written, in words, and what no case shows."""

    path: str
    words: str
    origin: Origin
    lacks: str


@dataclass(frozen=True)
class Tried:
    """What came of a file of cases."""

    file: str
    cases: tuple[TriedCase, ...]
    clauses: int
    unmet: tuple[Unmet, ...]

    @property
    def failed(self) -> tuple[TriedCase, ...]:
        """The cases that are not as expected."""
        return tuple(tried for tried in self.cases if tried.differences)
