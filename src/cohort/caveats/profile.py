"""What a study does, in the words of caveat conditions: physical names without the key suffix, one flat value.

A profile knows nothing of a spec: it is made from a typed study (``profile_of``), or by hand where the catalogue has
no such table yet.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class HeldName:
    """A column of a holding, or with an empty ``column`` a table: data set, physical table, physical column."""

    dataset: str
    table: str
    column: str = ""


@dataclass(frozen=True)
class Test:
    """A test that a filter of the study makes.

    ``sign`` is ``=``, ``in``, ``<``, ``<=``, ``>``, ``>=``, ``missing``, ``starts``, ``during`` or ``of`` (any other
    function of the columns); ``values`` are the literals as upper-case text. ``negated`` means that the rows for which
    it holds go. With ``keeps_missing`` rows in which the column is missing stay too. ``at`` is where the study makes
    it: ``definitions.first_episode``, ``population.entered``, or ``sources.…`` for preparation.
    """

    columns: frozenset[HeldName]
    sign: str
    values: frozenset[str] = frozenset()
    negated: bool = False
    keeps_missing: bool = False
    at: str = ""


@dataclass(frozen=True)
class Group:
    """What a result is broken down by: the columns behind it.

    ``direct`` if its categories are a column's own; ``crossed`` if a result sets it beside another variable.
    """

    columns: frozenset[HeldName]
    direct: bool
    crossed: bool = False


@dataclass(frozen=True)
class Joined:
    """Two tables that one operation brings together; ``kind`` is ``inner`` if rows without a partner go."""

    left: str
    right: str
    kind: str


@dataclass(frozen=True)
class Kept:
    """One row for each combination of ``columns`` is kept of ``tables``; with ``per_unit`` for each unit."""

    tables: frozenset[str]
    columns: frozenset[HeldName]
    per_unit: bool


@dataclass(frozen=True)
class AgeRange:
    """Ages of the cohort at the index date in whole years: from ``lowest`` to below ``below`` (None: no limit)."""

    lowest: int | None = None
    below: int | None = None


@dataclass(frozen=True)
class Profile:
    """What a study reads, over which years, and what it makes of it.

    ``columns`` are those that reach a filter, a variable or a result, ``recorded`` those of them that the study's own
    words take as they are recorded (not only through what preparation works out of them), ``tables`` all that are read
    (with an empty column). ``periods`` are the first and last day taken from data sets of which a study takes whole
    returns; from all others it takes its own. ``linked`` are the data sets brought to people by a linking field.
    ``start`` are the tables that the population comes from, ``keys`` the columns that rows are joined or counted by,
    ``steps`` the steps of preparation (``source.step``), ``outcomes`` the columns behind outcomes. ``figures`` says
    that the study brings figures of its own (context tables); ``series`` are the published series that its tags name,
    ``not_series`` those that its tags deny; ``tags`` are the others, yes or no.
    """

    unit: str
    data_from: datetime.date
    data_until: datetime.date
    tables: frozenset[HeldName] = frozenset()
    columns: frozenset[HeldName] = frozenset()
    recorded: frozenset[HeldName] = frozenset()
    linked: frozenset[str] = frozenset()
    joins: frozenset[Joined] = frozenset()
    groups: frozenset[Group] = frozenset()
    measures: frozenset[str] = frozenset()
    tests: frozenset[Test] = frozenset()
    ages: AgeRange = field(default_factory=AgeRange)
    start: frozenset[HeldName] = frozenset()
    keys: frozenset[HeldName] = frozenset()
    kept: frozenset[Kept] = frozenset()
    steps: frozenset[str] = frozenset()
    outcomes: frozenset[HeldName] = frozenset()
    undocumented: frozenset[HeldName] = frozenset()
    many_entries: bool = False
    figures: bool = False
    series: frozenset[str] = frozenset()
    not_series: frozenset[str] = frozenset()
    tags: Mapping[str, bool] = field(default_factory=dict)
    periods: Mapping[str, tuple[datetime.date, datetime.date]] = field(default_factory=dict)

    def period(self, datasets: Iterable[str]) -> tuple[datetime.date, datetime.date]:
        """Return the first and last day taken from a data set, by the names under which it is held."""
        whole = (self.data_from, self.data_until)
        return next((self.periods[name] for name in datasets if name in self.periods), whole)
