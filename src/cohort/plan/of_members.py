"""Relations of the members of a cohort: matching of peers, follow-up, person-time and counted events.

A member is an entry of the cohort; with peers it is a case or a peer of one set, and has the columns ``member_group``
and ``set_unit`` besides. *Member columns* are unit, ``index_date`` and, with peers, those two.
"""

from __future__ import annotations

from dataclasses import dataclass

from cohort.query.rows import NamedRows
from cohort.query.study import SpellSplit
from cohort.types import ValueType


@dataclass(frozen=True)
class Candidates:
    """Each unit of ``pool`` with each index date of ``cases``, once: unit and ``index_date``.

    Who has no row of one of ``matched_on``, rows of entries, for an index date may be left out: no case is like them.
    """

    pool: NamedRows
    cases: str
    matched_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Concerned:
    """Each unit of ``entries`` and of ``pool``, once: one column, the unit."""

    entries: str
    pool: NamedRows


@dataclass(frozen=True)
class Alike:
    """Rows of ``entries`` with the index date and the values of all of ``exact`` of a row of ``cases``.

    Columns are unit, ``index_date`` and ``columns``, which ``entries`` has. A missing value is like no other.
    """

    entries: str
    cases: str
    exact: tuple[str, ...]
    columns: tuple[tuple[str, ValueType], ...]


@dataclass(frozen=True)
class PassAll:
    """Rows of ``entries`` that pass all of ``steps`` (a table of flags): unit, ``index_date`` and ``columns``."""

    entries: str
    steps: str
    columns: tuple[tuple[str, ValueType], ...]


@dataclass(frozen=True)
class PairUp:
    """Each case with each candidate who matches: the columns that the rounds of matching need.

    Unit (of the candidate), ``index_date``, ``set_unit`` (the case), ``distance``, ``pair_hash`` and ``case_hash``.
    ``cases`` and ``candidates`` are tables of unit, index date and the columns ``exact`` and ``nearest``. The index
    date and all of ``exact`` are the same, the units differ, and ``nearest`` differs by no more than ``tolerance``
    (days for dates); missing values match nothing.

    The hashes are whole numbers of 64 bits, with P = 2147483647: key(u) = MOD(MOD(u, P) + P, P); day(d) = key of the
    days from 1 January 2000 to d; mix(h, x) = MOD(MOD(h * 48271, P) + x, P); power(h) is the fifth power of h modulo
    P, which is one to one. Then case_hash = power(mix(mix(power(key(seed)), key(case)), day(index date))), and
    pair_hash = power(mix(case_hash, key(candidate))).
    """

    cases: str
    candidates: str
    exact: tuple[str, ...]
    nearest: tuple[str, ValueType] | None
    tolerance: int
    seed: int


@dataclass(frozen=True)
class MatchRound:
    """Peers accepted up to and with one round: unit, ``index_date`` and ``set_unit``; ``before`` are those so far.

    Every case that lacks peers proposes to its best free candidates, as many as it lacks, best by (distance, pair hash,
    candidate); every candidate accepts the best proposal by (distance, case hash, case, index date). A unit of
    ``before`` is not free. With ``reuse`` every case takes its ``per_case`` best candidates, free or not.
    """

    pairs: str
    before: str | None
    per_case: int
    reuse: bool


@dataclass(frozen=True)
class PeersFound:
    """How many rows of ``matched`` each case has: unit, ``index_date`` and ``peers_found``."""

    cases: str
    matched: str


@dataclass(frozen=True)
class ListMembers:
    """The cohort before follow-up: member columns.

    Without peers the rows of ``entries`` (a table of flags) that pass all steps. With peers (``groups``: the names of
    cases and of peers) the rows of ``entries`` (the cases), each in a set of its own, and those of ``matched``.
    """

    entries: str
    matched: str | None = None
    groups: tuple[str, str] | None = None


@dataclass(frozen=True)
class MemberFrame:
    """Each unit and index date of ``members``, once."""

    members: str


@dataclass(frozen=True)
class JoinMembers:
    """Members beside their variables: member columns and ``variables``, which are columns of ``entries``.

    With ``followed`` only members who have a row in that table.
    """

    members: str
    entries: str
    followed: str | None
    variables: tuple[tuple[str, ValueType], ...]


@dataclass(frozen=True)
class FollowUpBounds:
    """From when until when each member could be followed: member columns, ``piece_start``, ``piece_until``.

    ``dates`` has the columns ``start`` and ``ends`` for each entry of ``members``. Each end is (column, whether its day
    belongs to follow-up, the one group that it is for). Members without a start or without any time are left out.
    """

    members: str
    dates: str
    start: str
    ends: tuple[tuple[str, bool, str | None], ...]


@dataclass(frozen=True)
class ClipToCover:
    """The parts of ``pieces`` on days that spells of the unit (or entry) cover; spells of one owner do not overlap."""

    pieces: str
    cover: str
    spell: tuple[str, str]


@dataclass(frozen=True)
class CutByAges:
    """``pieces`` cut at birthdays, with a column ``name``: the label of the band, ``other`` outside all bands.

    ``dates`` has a column for each of ``birthdays`` in rising order, missing where birth is; ``labels`` has one less.
    """

    pieces: str
    dates: str
    name: str
    birthdays: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True)
class CutByStretches:
    """``pieces`` cut by a table of stretches, with a column ``name`` for the stretch.

    ``stretches`` has the columns of ``STRETCH``: value, first day (missing: since ever) and first day outside (missing:
    for ever); they cover all days, each once.
    """

    pieces: str
    stretches: str
    name: str


STRETCH = ("stretch_value", "stretch_start", "stretch_until")
"""Columns of a table of stretches of the calendar."""


@dataclass(frozen=True)
class CutBySpells:
    """``pieces`` cut by the spells of the unit (or entry), with a column for the value of the spell that counts."""

    pieces: str
    split: SpellSplit


@dataclass(frozen=True)
class EventsInFollowUp:
    """The events of an outcome that count: member columns, ``event_date``, and ``event_value_n`` for ``values``.

    An event is a row of ``events`` whose ``date`` is a day of ``pieces``. With ``washout_days`` it counts only if no
    earlier day with an event of the same owner lies that many days before or less; with ``first_only`` only the first
    of a member counts (ties by ``order``).
    """

    events: NamedRows
    date: str
    order: tuple[str, ...]
    pieces: str
    washout_days: int
    first_only: bool
    values: tuple[tuple[str, ValueType], ...]
