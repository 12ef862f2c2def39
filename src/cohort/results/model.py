"""Results of a study: raw (true counts, never shown) and safe (after disclosure control).

Raw results come from the engine, or later from a file that an analyst brings out; safe results are what the
writers of files receive, and hold no true value of a hidden cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cohort.results.category import Category
from cohort.results.denominators import Denominators

ALL = "all"
"""Value of the category that stands for a whole margin: the total row or column."""


@dataclass(frozen=True)
class Axis:
    """A variable that a table is counted by, with its categories in order (without the total)."""

    variable: str
    label: str
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class Group:
    """Who is in the denominator of a table.

    ``conditions`` are the conditions of ``among`` as canonical texts; a group lies inside another when it has
    all conditions of the other (no conditions: the whole cohort). ``fixed`` says which variables have one
    value in the group by its definition, such as ``{"legal_status_at_entry": "V2"}``.
    """

    words: str
    conditions: frozenset[str] = frozenset()
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CountTable:
    """A raw table of counts by one to three variables.

    ``counts`` has one entry for each combination of category values (inner cells only, no totals; a
    combination that is absent counts 0). ``impossible`` lists combinations that cannot occur by definition
    (structural zeros): they print as "not applicable" and are never used as masks.
    """

    id: str
    title: str
    counted: str
    axes: tuple[Axis, ...]
    group: Group
    counts: Mapping[tuple[str, ...], int]
    impossible: frozenset[tuple[str, ...]] = frozenset()
    behind: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """How many different people are behind each count, where that can be fewer (entries, events).

    Those behind totals are not the sum of these; keys may hold ``ALL`` where they are known. Without them a total is
    taken to have no more people behind it than its greatest part, so that more is hidden.
    """
    denominators: Denominators | None = None


@dataclass(frozen=True)
class AttritionStep:
    """One step of the flow: how many are left after it. The first step is the start (nobody excluded yet)."""

    id: str
    words: str
    why: str
    remaining: int
    units: int | None = None
    """How many different units are left, where a unit can have several entries."""
    without_step: int | None = None
    """How many pass all other steps, whatever this one says; None for a row that is no step of the population."""
    units_without_step: int | None = None
    """How many different units those are, where a unit can have several entries."""


@dataclass(frozen=True)
class AttritionTable:
    """The raw flow of a cohort, in order. The last step's ``remaining`` is the size of the cohort.

    ``ends_in`` names the part of the cohort that the flow ends in, as values of variables: the cases of a cohort that
    has peers too. ``is_cohort`` is false for the flow of the candidates for peers, whose last row is the peers.
    """

    id: str
    title: str
    counted: str
    steps: tuple[AttritionStep, ...]
    ends_in: tuple[tuple[str, str], ...] = ()
    is_cohort: bool = True


@dataclass(frozen=True)
class NumberSummary:
    """A number in one group: how many know it, its sum and sum of squares, and quantiles (per cent, value)."""

    known: int
    missing: int
    total: float
    squares: float
    quantiles: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class SummarisedVariable:
    """One variable of a summary: counts by (group value, category value) or numbers by group value.

    The group value is ``ALL`` where the summary has no groups. ``axis`` is None for numbers; its categories hold
    ``missing`` where it occurs. ``behind`` counts different people, where that can be fewer than entries: for numbers
    those whose number is ``known`` and those for whom it is ``missing``.
    """

    name: str
    label: str
    axis: Axis | None
    counts: Mapping[tuple[str, str], int]
    numbers: Mapping[str, NumberSummary]
    behind: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class SummaryTable:
    """A raw table of summaries (``style``: table one, balance, distribution), each variable by the groups of ``by``."""

    id: str
    title: str
    style: str
    counted: str
    by: Axis | None
    variables: tuple[SummarisedVariable, ...]
    group: Group


@dataclass(frozen=True)
class RateCell:
    """Person-time and events of one cell: different people under observation, days, events, people with events.

    ``events_by`` gives (events, people with such events) by the value of the events' own variable.
    """

    people: int
    person_days: int
    events: int
    people_with_events: int
    events_by: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class RateTable:
    """A raw table of events per person-time, inner cells only; a combination that is absent has no time and no events.

    ``years`` is the number of person-years that a rate is for (a year has 365.25 days).
    """

    id: str
    title: str
    outcome: str
    outcome_label: str
    years: int
    counted: str
    axes: tuple[Axis, ...]
    events_axis: Axis | None
    group: Group
    cells: Mapping[tuple[str, ...], RateCell]


RawTable = CountTable | AttritionTable | SummaryTable | RateTable


@dataclass(frozen=True)
class RawResults:
    """All tables of one study from one run."""

    study: str
    spec_hash: str
    tables: tuple[RawTable, ...]


class State(StrEnum):
    """What a reader sees in a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    IMPOSSIBLE = "not applicable"


@dataclass(frozen=True)
class SafeCell:
    """A cell after protection. ``count`` is None unless the state is shown; rounded if the policy rounds."""

    state: State
    count: int | None = None


@dataclass(frozen=True)
class SafeNumber:
    """A number that is no count (a mean, a rate), after protection and rounding; None unless the state is shown."""

    state: State
    value: float | None = None


@dataclass(frozen=True)
class SafeTable:
    """A protected table: inner cells and totals (``ALL``) of each axis, each in one of three states.

    With ``denominators`` each cell has a rate too, worked out from the printed count.
    """

    id: str
    title: str
    counted: str
    axes: tuple[Axis, ...]
    group_words: str
    cells: Mapping[tuple[str, ...], SafeCell]
    denominators: Denominators | None = None
    rates: Mapping[tuple[str, ...], SafeNumber] = field(default_factory=dict)


@dataclass(frozen=True)
class SafeAttritionStep:
    """One step of a protected flow; ``excluded`` of the first step is not applicable.

    ``units`` is None where each unit has one entry at most. ``without_step`` is not applicable in rows that are no
    step of the population, and None where the whole flow has no such numbers.
    """

    id: str
    words: str
    why: str
    remaining: SafeCell
    excluded: SafeCell
    units: SafeCell | None = None
    without_step: SafeCell | None = None
    units_without_step: SafeCell | None = None


@dataclass(frozen=True)
class SafeAttrition:
    """A protected flow."""

    id: str
    title: str
    counted: str
    steps: tuple[SafeAttritionStep, ...]


@dataclass(frozen=True)
class SafeSummarised:
    """One variable of a protected summary.

    ``counts`` are by (group value, category value), with ``ALL`` for all groups together; a number's categories are
    ``known`` and ``missing``. ``numbers`` are by (group value, statistic): ``mean``, ``standard deviation``, and per
    cents such as ``50``. ``differences`` are standardised differences between two groups, by category value (``ALL``
    for a number); there are none where there are not two groups.
    """

    name: str
    label: str
    axis: Axis | None
    counts: Mapping[tuple[str, str], SafeCell]
    numbers: Mapping[tuple[str, str], SafeNumber]
    differences: Mapping[str, SafeNumber]


@dataclass(frozen=True)
class SafeSummary:
    """A protected table of summaries. ``sizes`` are the numbers of entries by group value, ``ALL`` for all.

    Without groups (``by`` is None) the only group value is ``ALL``. ``quantiles`` are the per cents shown of numbers.
    """

    id: str
    title: str
    style: str
    counted: str
    by: Axis | None
    quantiles: tuple[int, ...]
    sizes: Mapping[str, SafeCell]
    variables: tuple[SafeSummarised, ...]
    group_words: str


@dataclass(frozen=True)
class SafeRateCell:
    """A rate per so many person-years, and its 95 per cent limits; all three shown or none."""

    rate: SafeNumber
    lower: SafeNumber
    upper: SafeNumber


@dataclass(frozen=True)
class SafeRate:
    """A protected table of rates.

    ``person_years`` are by values of ``axes``, totals (``ALL``) included; ``events`` and ``rates`` by these and, where
    there is an ``events_axis``, a value of it.
    """

    id: str
    title: str
    outcome_label: str
    years: int
    counted: str
    axes: tuple[Axis, ...]
    events_axis: Axis | None
    group_words: str
    events: Mapping[tuple[str, ...], SafeCell]
    person_years: Mapping[tuple[str, ...], SafeNumber]
    rates: Mapping[tuple[str, ...], SafeRateCell]


SafeAnyTable = SafeTable | SafeAttrition | SafeSummary | SafeRate


@dataclass(frozen=True)
class SafeResults:
    """Everything that may be written. ``synthetic`` says so on every page."""

    study: str
    spec_hash: str
    policy: str
    policy_words: tuple[str, ...]
    symbol: str
    synthetic: bool
    tables: tuple[SafeAnyTable, ...]
    log: tuple[str, ...] = ()
