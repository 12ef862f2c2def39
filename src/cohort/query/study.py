"""A study: named rows, a population, variables and outputs, all typed. The whole meaning of one spec."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cohort.query.rows import LiteralRows, NamedRows, Rows, values_of, walk_rows
from cohort.query.summaries import RowsOf
from cohort.query.values import Value, VariableValue, rows_named, walk
from cohort.results.category import Category
from cohort.results.denominators import Denominators
from cohort.types import ValueType


@dataclass(frozen=True)
class Origin:
    """Where something was written: a file as messages name it, and a line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class NamedStep:
    """One operation of a definition with its words: how prepared rows say what each operation is for."""

    id: str
    rows: Rows
    why: str
    origin: Origin


@dataclass(frozen=True)
class Definition:
    """Named rows. ``prepared`` ones come from the catalogue, the others from the spec.

    ``stages`` are the operations one after another; each one's rows contain those of the one before, and the
    last is the definition itself.
    """

    name: str
    stages: tuple[NamedStep, ...]
    prepared: bool
    note: str
    origin: Origin

    @property
    def rows(self) -> Rows:
        """The rows that the name stands for."""
        return self.stages[-1].rows

    @property
    def named(self) -> NamedRows:
        """A reference to these rows."""
        return NamedRows(self.name, self.rows.shape)

    @cached_property
    def uses(self) -> frozenset[str]:
        """Names of rows that must exist before these: inputs, facts, summaries and figures."""
        found = set()
        for node in walk_rows(self.rows):
            if isinstance(node, NamedRows):
                found.add(node.name)
            for value in values_of(node):
                found |= rows_named(value)
        return frozenset(found)

    @cached_property
    def uses_variables(self) -> frozenset[str]:
        """Names of variables that must be worked out before these rows."""
        values = (v for node in walk_rows(self.rows) for top in values_of(node) for v in walk(top))
        return frozenset(v.name for v in values if isinstance(v, VariableValue))

    @property
    def per_entry(self) -> bool:
        """Whether these are rows of entries: they depend on the index date."""
        return self.rows.shape.per_entry


@dataclass(frozen=True)
class Step:
    """One step of the population: units for which the condition is true stay."""

    id: str
    keep: Value
    words: str
    why: str
    origin: Origin


@dataclass(frozen=True)
class Population:
    """Who is in the cohort: entries from the rows of ``start``, and the steps in order.

    Each row of ``start`` with an index date is an entry; rows of one unit with the same index date are one entry.
    Without ``many``, ``start`` has one row for each unit, so that a unit has one entry at most. ``index_date`` sees the
    columns of ``start``, facts of the unit, and variables of the person. ``name`` is what the group is called beside
    peers. ``index_may_be_missing`` says that a missing index date is possible and is a row of the flow.
    """

    start: str
    index_date: Value
    steps: tuple[Step, ...]
    origin: Origin
    many: bool = False
    name: str = "cases"
    index_may_be_missing: bool = False


@dataclass(frozen=True)
class Nearest:
    """What a peer must be near in: ``tolerance`` in days for dates, else in the number's own unit (0 or more)."""

    value: Value
    tolerance: int
    words: str


@dataclass(frozen=True)
class Peers:
    """Matched peers of the entries of the cohort (the cases).

    Candidates are pairs of a unit of ``pool`` and the index date of a case for which all ``steps`` are true (values
    and facts are worked out for that unit and date). Candidate and case match if they have the same index date, are
    different units, all values of ``exact`` are the same (a missing value matches nothing) and the values of
    ``nearest`` differ by no more than the tolerance (missing matches nothing). The distance is the absolute
    difference, 0 without ``nearest``.

    Matching goes in ``ROUNDS`` rounds. In each, every case that lacks peers proposes to its best free candidates, as
    many as it lacks, best by (distance, hash of case, candidate and seed, candidate); every candidate accepts the
    best proposal by (distance, hash of the case and seed, case unit, index date). A unit accepted once is not free for
    any index date. With ``reuse`` every case takes its ``per_case`` best candidates in one round, free or not.
    """

    name: str
    pool: str
    steps: tuple[Step, ...]
    exact: tuple[tuple[str, Value], ...]
    nearest: Nearest | None
    per_case: int
    reuse: bool
    seed: int
    origin: Origin


ROUNDS = 8
"""Rounds of matching without reuse; sets that are incomplete after them stay so, and are reported."""


@dataclass(frozen=True)
class FollowUpEnd:
    """A date that ends follow-up. It is missing for those whom it does not concern.

    The day itself belongs to follow-up if ``day_included`` (a death, the last day of data). ``only_for`` names the one
    group that it ends follow-up for (None: all).
    """

    name: str
    date: Value
    day_included: bool
    only_for: str | None
    words: str
    origin: Origin


@dataclass(frozen=True)
class FollowUp:
    """When entries are followed: from ``start`` until the earliest end, on days that all covers cover.

    ``covers`` are named spells (of units or of entries) that do not overlap within a unit. The last of ``ends`` is the
    end of the data of every source that feeds an outcome or a split. An entry without any day is not in the cohort,
    and is a row of the flow.
    """

    start: Value
    ends: tuple[FollowUpEnd, ...]
    covers: tuple[Cover, ...]
    origin: Origin


@dataclass(frozen=True)
class Cover:
    """Named spells that must cover a day of follow-up: (start, first day outside) columns of ``rows``."""

    rows: RowsOf
    spell: tuple[str, str]


@dataclass(frozen=True)
class AgeSplit:
    """Person-time by age: bands between rising ``ages``, which reach from one birthday until the next listed one.

    Categories are ``16`` for the band that begins at 16, and so on; the last age only ends the last band. Time outside
    all bands is in the category ``other``; all time is in ``missing`` if the birth is missing.
    """

    name: str
    label: str
    birth: Value
    ages: tuple[int, ...]
    categories: tuple[Category, ...]
    origin: Origin


@dataclass(frozen=True)
class CalendarSplit:
    """Person-time by stretches of the calendar: (value, first day, first day outside), covering the study's dates.

    Time outside all stretches is in the category ``other``.
    """

    name: str
    label: str
    stretches: tuple[tuple[str, datetime.date, datetime.date], ...]
    categories: tuple[Category, ...]
    origin: Origin


@dataclass(frozen=True)
class SpellSplit:
    """Person-time by the value that a table of spells has on each day; ``otherwise`` on days without a spell.

    Where spells overlap on a day, the one whose value comes first in ``priority`` counts (values not listed come
    after all listed ones, missing last); then the one that started later; then ``rows.order`` (rising, missing last).
    A missing value is the category ``missing``.
    """

    name: str
    label: str
    rows: RowsOf
    spell: tuple[str, str]
    value: str
    type: ValueType
    otherwise: str
    priority: tuple[str, ...]
    categories: tuple[Category, ...]
    origin: Origin


Split = AgeSplit | CalendarSplit | SpellSplit


@dataclass(frozen=True)
class Outcome:
    """Events that are counted in follow-up: rows of ``events`` whose ``date`` is a day of follow-up.

    Rows without a date are no events. With ``washout_days`` an event counts only if the unit had no other event
    (counted or not, in follow-up or not) on an earlier day less than or equal to that many days before; events of one
    day do not exclude each other. With ``first_only`` only the earliest such event in follow-up counts (ties by
    ``events.order``), and the time after the day of that event is left out of this outcome's person-time.
    """

    name: str
    label: str
    events: RowsOf
    date: str
    first_only: bool
    washout_days: int
    origin: Origin


@dataclass(frozen=True)
class Variable:
    """One value for each entry. ``categories`` are set for variables that tables can be counted by."""

    name: str
    label: str
    value: Value
    categories: tuple[Category, ...]
    origin: Origin

    @property
    def type(self) -> ValueType:
        """Type of the value."""
        return self.value.type


GROUP = "member_group"
"""Built-in variable of studies with peers: the name of the population, or that of the peers."""
PEERS_FOUND = "peers_found"
"""Built-in variable of matched sets: how many peers the case has."""


@dataclass(frozen=True)
class AttritionOutput:
    """The flow of the population (or with ``of_peers`` of the candidates for peers) as a table and a chart."""

    id: str
    title: str
    origin: Origin
    of_peers: bool = False


@dataclass(frozen=True)
class CountOutput:
    """A table of counts of entries by one to three variables among those for whom ``among`` is true.

    ``fixed`` are the variables to which ``among`` gives one value; ``impossible`` are combinations of category
    values that cannot occur by definition. In studies with peers ``by`` may hold ``GROUP``. With ``of_sets`` matched
    sets are counted by ``PEERS_FOUND`` instead. ``denominators`` make rates per so many residents of the counts.
    """

    id: str
    title: str
    by: tuple[str, ...]
    among: Value | None
    among_words: str
    conditions: frozenset[str]
    fixed: tuple[tuple[str, str], ...]
    impossible: frozenset[tuple[str, ...]]
    origin: Origin
    of_sets: bool = False
    denominators: Denominators | None = None


class Style(StrEnum):
    """What a table of summaries shows of each variable."""

    TABLE_ONE = "table one"
    BALANCE = "balance"
    DISTRIBUTION = "distribution"


@dataclass(frozen=True)
class SummaryOutput:
    """Variables summarised, each by the categories of ``by`` (None: all together).

    ``TABLE_ONE``: number and per cent of each category; mean, standard deviation, median and quartiles of numbers;
    missing; standardised differences where ``by`` has two categories. ``BALANCE``: the standardised differences
    between the two groups alone. ``DISTRIBUTION``: of numbers only, with the 5th, 25th, 50th, 75th and 95th per cent.
    Quantiles are the smallest value that at least that share of known values does not exceed.
    """

    id: str
    title: str
    style: Style
    variables: tuple[str, ...]
    by: str | None
    among: Value | None
    among_words: str
    conditions: frozenset[str]
    fixed: tuple[tuple[str, str], ...]
    origin: Origin


@dataclass(frozen=True)
class RateOutput:
    """Events of an outcome per person-time, by up to two variables or splits, events also by ``events_by``.

    ``years`` is the number of person-years that the rate is for. ``events_by`` is a column of the outcome's events
    with known values (``event_categories``).
    """

    id: str
    title: str
    outcome: str
    years: int
    by: tuple[str, ...]
    events_by: str | None
    event_categories: tuple[Category, ...]
    among: Value | None
    among_words: str
    conditions: frozenset[str]
    fixed: tuple[tuple[str, str], ...]
    origin: Origin


Output = AttritionOutput | CountOutput | SummaryOutput | RateOutput


@dataclass(frozen=True)
class ContextTable:
    """A file of figures by area and time that the study brings: where it is from and may be used under.

    ``rows`` is in the plan under ``name``; ``area`` and ``time`` are its columns of place and time (None if it has
    none), and ``time_is`` how a time is written (``year to 31 March``, ``calendar year``, ``academic year``).
    """

    name: str
    file: str
    source: str
    licence: str
    sha256: str
    rows: LiteralRows
    area: str | None
    time: str | None
    time_is: str
    why: str
    origin: Origin


@dataclass(frozen=True)
class Linkage:
    """How sources of other entities are brought to people: accepted match statuses, and sources of derived links.

    ``derived`` are the sources of improved links that are used beside routine matching (empty for none).
    """

    accept_status: tuple[int, ...]
    derived: tuple[str, ...]
    why: str
    origin: Origin


@dataclass(frozen=True)
class SourceUse:
    """A source that the study uses, and why it needs it."""

    name: str
    why: str
    origin: Origin


@dataclass(frozen=True)
class Codelist:
    """A list of codes with labels that a spec refers to by name."""

    name: str
    file: str
    codes: tuple[tuple[str, str], ...]
    further: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Further columns of the file by name, one text for each code, in the order of ``codes``."""
    system: str = ""
    """The code system that the head of the file names (empty: the file has no head)."""
    compared: str = ""
    """``whole`` or ``beginnings`` where the head says how the codes are compared; empty where it does not."""
    about: str = ""
    """Version, source, licence, day and hash, in words; empty without a head."""


@dataclass(frozen=True)
class Acceptance:
    """A warning that the study lives with: a known limitation."""

    rule: str
    at: str
    why: str


@dataclass(frozen=True)
class Study:
    """One whole study. ``unit`` is the word for the unit (``child``), which is also its column's name.

    ``tags`` are what the study says of itself, with yes or no; ids of published series are among them. They change no
    result: they decide which known limits of the data concern the study.
    """

    id: str
    title: str
    question: str
    unit: str
    units: str
    data_from: datetime.date
    data_until: datetime.date
    sources: tuple[SourceUse, ...]
    codelists: tuple[Codelist, ...]
    definitions: tuple[Definition, ...]
    population: Population
    variables: tuple[Variable, ...]
    outputs: tuple[Output, ...]
    policy: str
    accepted: tuple[Acceptance, ...]
    spec_file: str
    spec_hash: str
    linkage: Linkage | None = None
    context: tuple[ContextTable, ...] = ()
    peers: Peers | None = None
    follow_up: FollowUp | None = None
    splits: tuple[Split, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    tags: tuple[tuple[str, bool], ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Definition]:
        """Definitions by name, prepared sources included."""
        return {definition.name: definition for definition in self.definitions}

    @cached_property
    def variable(self) -> dict[str, Variable]:
        """Variables by name."""
        return {variable.name: variable for variable in self.variables}
