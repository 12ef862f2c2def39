"""The plan: ordered, named steps that every engine carries out alike.

A plan is a list of tables; a table is filled by steps, of which all but the last are steps on the way (common
table expressions in SQL). A step's relation refers to earlier steps and tables by name only.
"""

from __future__ import annotations

from dataclasses import dataclass

from cohort.query.rows import NamedRows, Rows
from cohort.query.study import Origin
from cohort.query.values import Value
from cohort.types import ValueType

ENTRIES = "entries"
"""Table with one row for each entry before the steps: unit, index date and all variables."""
INDEX_DATES = "index_dates"
"""Table with one row for each unit that may enter, and its index date."""
POPULATION_STEPS = "population_steps"
"""Table with one row for each entry: a 0/1 column for each step, and ``stopped_at``."""
ANALYSIS = "analysis"
"""Table with one row for each entry of the cohort: unit, index date and all variables."""
RESULTS = "results"
"""The one long table that aggregates go to."""
INDEX_DATE = "index_date"
"""Column of the index date."""
STOPPED_AT = "stopped_at"
"""Column with the number of the first step that an entry does not pass; 0 if it passes all."""


@dataclass(frozen=True)
class StartPopulation:
    """Units of ``start`` (one row each) with their index date: columns unit and ``index_date``."""

    start: NamedRows
    index_date: Value


@dataclass(frozen=True)
class OfPopulation:
    """The rows of units that have an index date (staged events): same columns as ``rows``."""

    rows: NamedRows


@dataclass(frozen=True)
class WorkOut:
    """One value for each entry: columns unit and ``name``.

    ``value`` may refer to the index date, to facts (tables with one row for each unit) and to variables
    worked out by earlier steps of the same table, each of which is a step named after its variable.
    """

    name: str
    value: Value


@dataclass(frozen=True)
class JoinVariables:
    """All variables beside each entry: unit, ``index_date`` and one column for each variable, in order."""

    variables: tuple[tuple[str, ValueType], ...]


@dataclass(frozen=True)
class Flags:
    """For each entry a 0/1 column for each step (1 only if the condition is true) and ``stopped_at``.

    Conditions may refer to the index date, variables (columns of ``entries``) and facts.
    """

    steps: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class KeepCohort:
    """The entries with ``stopped_at`` = 0: columns of ``entries``."""

    variables: tuple[tuple[str, ValueType], ...]


@dataclass(frozen=True)
class CountFlow:
    """Rows of ``results`` for an attrition table.

    One row for each step in order, the start first: ``row_value`` is the step's id (``start`` for the start),
    ``column_value`` is empty, ``statistic`` is ``remaining``, ``value`` the number of units left.
    """

    table: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class CountCells:
    """Rows of ``results`` for a table of counts: one row for each combination that occurs, inner cells only.

    ``row_value`` is the first variable's value as text (``missing`` if missing), ``column_value`` the
    second's (empty for one variable), ``statistic`` is ``count``. ``among`` limits the entries.
    """

    table: str
    by: tuple[tuple[str, ValueType], ...]
    among: Value | None


@dataclass(frozen=True)
class CountLinks:
    """Rows of ``results`` on bringing a source to its unit: how many distinct keys are linked, not linked, conflicting.

    ``row_value`` is ``linked`` (the map gives one unit), ``conflicting`` (several), or ``not linked`` (none);
    ``statistic`` is ``count``. Keys are those of ``rows`` that are not missing.
    """

    table: str
    rows: Rows
    key: str
    mapping: Rows
    map_key: str
    map_unit: str


Relation = (
    Rows
    | StartPopulation
    | OfPopulation
    | WorkOut
    | JoinVariables
    | Flags
    | KeepCohort
    | CountFlow
    | CountCells
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
    rows. ``count`` says whether rows and units are counted after the step into the flow of counts.
    """

    name: str
    columns: tuple[tuple[str, ValueType], ...]
    unit: str
    steps: tuple[PlanStep, ...]


@dataclass(frozen=True)
class PlanResult:
    """One step that adds its aggregates to ``results``."""

    step: PlanStep


@dataclass(frozen=True)
class Plan:
    """Everything an engine does for a study, in order.

    ``unit`` is the name of the unit's column and ``unit_type`` its type. Tables come first, then results.
    """

    study: str
    title: str
    spec_file: str
    spec_hash: str
    unit: str
    unit_type: ValueType
    tables: tuple[PlanTable, ...]
    results: tuple[PlanResult, ...]
