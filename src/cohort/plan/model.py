"""The plan: ordered, named steps that every engine carries out alike.

A plan is a list of tables; a table is filled by steps, of which all but the last are steps on the way (common
table expressions in SQL). A step's relation refers to earlier steps and tables by name only.

Rows of entries and variables are worked out for a *frame*, a table of (unit, index date). A study with peers has three
frames: the population, the candidates for peers, and the members (cases and accepted peers). The same definition is
then a table of its own for each of them, and ``reads`` says which table a name of the study leads to.

The relations of matching, of follow-up and of results are in modules of their own, and part of ``Relation`` here.
"""

from __future__ import annotations

from dataclasses import dataclass

from cohort.plan.names import INDEX_DATES
from cohort.plan.of_members import (
    Alike,
    Candidates,
    ClipToCover,
    Concerned,
    CutByAges,
    CutBySpells,
    CutByStretches,
    EventsInFollowUp,
    FollowUpBounds,
    JoinMembers,
    ListMembers,
    MatchRound,
    MemberFrame,
    PairUp,
    PassAll,
    PeersFound,
)
from cohort.plan.of_results import (
    CountCells,
    CountFlow,
    CountLinks,
    CountRates,
    SummariseCategories,
    SummariseNumbers,
)
from cohort.query.rows import NamedRows, Rows
from cohort.query.study import Origin
from cohort.query.values import Value
from cohort.types import ValueType


@dataclass(frozen=True)
class StartUnits:
    """Each unit that has a row in ``start``, once: one column, the unit."""

    start: NamedRows


@dataclass(frozen=True)
class StartPopulation:
    """Units of ``start`` with their index date, where it is known: columns unit and ``index_date``.

    With ``many`` a unit may have several rows, and rows with the same index date are one entry.
    """

    start: NamedRows
    index_date: Value
    many: bool = False


@dataclass(frozen=True)
class OfFrame:
    """The rows of units that are in the frame (staged events): same columns as ``rows``.

    ``unit`` is their column of the unit; with ``keep`` only rows for which this condition on them is true.
    """

    rows: NamedRows
    unit: str
    keep: Value | None = None


@dataclass(frozen=True)
class Range:
    """A window around the index date on a column of dates: from ``start`` on (None: since ever), until ``end``.

    Bounds are the index date, the index date moved, or dates; ``end`` (None: for ever) is in the window only if it is
    included.
    """

    column: str
    start: Value | None
    end: Value | None
    end_included: bool


@dataclass(frozen=True)
class WithinReach:
    """The rows that at least one of some windows reaches around some index date of the population, and maybe more.

    Same columns as ``rows``. They lie between the window of the earliest index date and that of the latest.
    """

    rows: NamedRows
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class KeyMap:
    """Each key of a map once: ``key`` and the further columns ``also``, ``first_unit`` and ``last_unit``.

    These are the smallest and the largest value of ``unit`` that the map gives the key; missing ones do not count.
    """

    mapping: Rows
    key: str
    also: tuple[str, ...]
    unit: str


FIRST_UNIT, LAST_UNIT = "first_unit", "last_unit"
"""Columns of the smallest and the largest unit of a key."""


@dataclass(frozen=True)
class KeyRows(NamedRows):
    """Rows of a ``KeyMap``: a link by them need not look for several units of a key."""


@dataclass(frozen=True)
class WorkOut:
    """One value for each row of the frame: its unit and index date (if the frame has one), and ``name``.

    ``value`` may refer to the index date, to facts, to summaries and to variables: those that an earlier table holds,
    and those worked out by earlier steps of the same table, each of which is a step named after its variable.
    """

    name: str
    value: Value


@dataclass(frozen=True)
class JoinVariables:
    """Variables beside each row of the frame: unit, ``index_date`` and one column for each variable, in order."""

    variables: tuple[tuple[str, ValueType], ...]


@dataclass(frozen=True)
class EntryValues:
    """Values for each row of ``entries``, whose columns are the variables: unit, ``index_date``, and the values."""

    entries: str
    values: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Flags:
    """For each row of ``entries`` a 0/1 column for each step (1 only if the condition is true), and two numbers.

    ``stopped_at`` is the number of the first step that it does not pass (0 if it passes all), ``steps_failed`` how many
    it does not pass.

    Conditions may refer to the index date, variables (columns of ``entries``), facts and summaries.
    """

    entries: str
    steps: tuple[tuple[str, Value], ...]


Relation = (
    Rows
    | StartUnits
    | StartPopulation
    | OfFrame
    | WithinReach
    | KeyMap
    | WorkOut
    | JoinVariables
    | EntryValues
    | Flags
    | PassAll
    | Candidates
    | Alike
    | Concerned
    | PairUp
    | MatchRound
    | PeersFound
    | ListMembers
    | MemberFrame
    | JoinMembers
    | FollowUpBounds
    | ClipToCover
    | CutByAges
    | CutByStretches
    | CutBySpells
    | EventsInFollowUp
    | CountFlow
    | CountCells
    | SummariseCategories
    | SummariseNumbers
    | CountRates
    | CountLinks
)


@dataclass(frozen=True)
class Detail:
    """One part of a step that has its own name, words, reason and place: a step of the population."""

    name: str
    words: str
    why: str
    origin: Origin


@dataclass(frozen=True)
class PlanStep:
    """One named step: what it does in words, why, and the place in the spec or catalogue that asks for it."""

    name: str
    words: str
    why: str
    origin: Origin
    relation: Relation
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class PlanTable:
    """A table that is filled once: typed columns, and the steps that lead to it (the last fills it).

    ``columns`` holds (name, type) in order. ``unit`` is the column by which a distributed engine spreads the
    rows; rows and different values of it are counted after the step into the flow of counts. ``reads`` says of names
    of the study (rows, variables) which table or step they lead to; a name that is not in it leads to the table or step
    of that name. ``frame`` is the table of (unit, index date) that rows of entries and variables are worked out for.
    With ``read_once`` a single later step reads the table, once (or two, if the rows are only tidied up), so that it
    may be a view.
    """

    name: str
    columns: tuple[tuple[str, ValueType], ...]
    unit: str
    steps: tuple[PlanStep, ...]
    reads: tuple[tuple[str, str], ...] = ()
    frame: str = INDEX_DATES
    read_once: bool = False


@dataclass(frozen=True)
class PlanResult:
    """One step that adds its aggregates to ``results``; ``reads`` and ``frame`` are those of a table."""

    step: PlanStep
    reads: tuple[tuple[str, str], ...] = ()
    frame: str = INDEX_DATES


@dataclass(frozen=True)
class Plan:
    """Everything an engine does for a study, in order.

    ``unit`` is the name of the unit's column and ``unit_type`` its type. Tables come first, then results. ``lists``
    says which members (or pairs of code and text) are the rows of which table: conditions on them are joins.
    """

    study: str
    title: str
    spec_file: str
    spec_hash: str
    unit: str
    unit_type: ValueType
    tables: tuple[PlanTable, ...]
    results: tuple[PlanResult, ...]
    lists: tuple[tuple[tuple[object, ...], str], ...] = ()
