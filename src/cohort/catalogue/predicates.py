"""The predicates of caveat conditions as typed values. ``predicate_arguments`` makes them of what is written."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

MEASURES = (
    "count",
    "rate",
    "proportion",
    "prevalence",
    "incidence",
    "flow",
    "duration",
    "exit",
    "time_to_event",
    "first_entry",
    "re_entry",
    "lifetime_care",
    "placement_moves",
    "trend",
    "amount",
    "rank_change",
    "projection",
)
"""What a result can be."""
ROLES = ("entry", "exposure", "outcome", "covariate", "denominator", "proxy", "conclusion", "any")
"""What something is used as. ``proxy for …`` and ``predictor of …`` say more of it."""
JOIN_KINDS = ("inner", "left")
"""How two tables are joined: rows without a partner go, or stay."""
FILTER_SIGNS = ("=", "<>", "in", "includes", "like")
"""How a filter tests a column; a column alone stands for any test of it."""

_HELD = re.compile(r"[A-Z*][A-Z0-9_*]*(\.[A-Z0-9_*]+)?")


class ConditionFault(Exception):
    """A condition that cannot be read: its text, the place (from 0) and what is wrong there."""

    def __init__(self, text: str, at: int, wrong: str) -> None:
        super().__init__(f"{wrong}\n  {text}\n  {' ' * at}^")
        self.at = at
        self.wrong = wrong


def is_held_name(text: str) -> bool:
    """Whether a text is the name of a table or column (capitals, ``*`` for any text), not words or a data set."""
    return _HELD.fullmatch(text) is not None


@dataclass(frozen=True)
class Uses:
    """Any of the listed data sets, tables, columns or classes of columns (in words) is read."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Year:
    """A year as the condition writes it: by its number, or an academic year by the number in which it begins."""

    number: int
    academic: bool


@dataclass(frozen=True)
class Years:
    """The period taken from ``of`` meets the years from ``first`` through ``last`` (None: open)."""

    of: str
    first: Year | None
    last: Year | None


@dataclass(frozen=True)
class Spans:
    """The period taken from all of ``of`` begins before the day and ends on or after it (words: a day not known)."""

    of: tuple[str, ...]
    day: datetime.date | str


@dataclass(frozen=True)
class Links:
    """Records of both are joined at person level through a linking field (``any``: of another data set)."""

    left: str
    right: str


@dataclass(frozen=True)
class Joins:
    """Both are joined in any way, or in one ``kind``."""

    left: str
    right: str
    kind: str | None


@dataclass(frozen=True)
class Compares:
    """Both appear in one result, table or trend."""

    left: str
    right: str


@dataclass(frozen=True)
class Groups:
    """A result is broken down by one of the alternatives."""

    by: tuple[str, ...]


@dataclass(frozen=True)
class Measures:
    """A result is one of the kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Ages:
    """People from ``lowest`` (in whole years) to below ``below``."""

    lowest: int
    below: int


@dataclass(frozen=True)
class Population:
    """The cohort is restricted to, or includes, one of the groups of people: ages, or a group in words."""

    groups: tuple[Ages | str, ...]


@dataclass(frozen=True)
class ColumnTest:
    """A test of a column: ``sign`` and the values, or any test of it (no sign)."""

    column: str
    sign: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Filters:
    """The plan has such a filter: a test of a column, or one in words."""

    test: ColumnTest | str


@dataclass(frozen=True)
class Keys:
    """The plan has such a key."""

    key: str


@dataclass(frozen=True)
class Dedupes:
    """The plan keeps one row for each combination of these."""

    per: tuple[str, ...]


@dataclass(frozen=True)
class Normalises:
    """The plan brings these to one form."""

    what: str


@dataclass(frozen=True)
class Role:
    """Something is used in a role."""

    of: str
    role: str


@dataclass(frozen=True)
class Always:
    """Whenever the data set is used."""


Predicate = (
    Uses
    | Years
    | Spans
    | Links
    | Joins
    | Compares
    | Groups
    | Measures
    | Population
    | Filters
    | Keys
    | Dedupes
    | Normalises
    | Role
    | Always
)
