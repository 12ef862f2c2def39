"""A study: named rows, a population, variables and outputs, all typed. The whole meaning of one spec."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from cohort.query.rows import NamedRows, Rows, values_of, walk_rows
from cohort.query.values import Fact, IndexDate, Value, VariableValue, walk
from cohort.results.category import Category
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
        """Names of rows that must exist before these: inputs and facts."""
        found = set()
        for node in walk_rows(self.rows):
            if isinstance(node, NamedRows):
                found.add(node.name)
            for value in values_of(node):
                found |= {v.rows for v in walk(value) if isinstance(v, Fact)}
        return frozenset(found)

    @cached_property
    def looks_at_index(self) -> bool:
        """Whether a condition refers to the index date or to a variable."""
        values = (v for node in walk_rows(self.rows) for top in values_of(node) for v in walk(top))
        return any(isinstance(v, IndexDate | VariableValue) for v in values)


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
    """Who is in the cohort: the units of ``start``, an index date each, and the steps in order."""

    start: str
    index_date: Value
    steps: tuple[Step, ...]
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


@dataclass(frozen=True)
class AttritionOutput:
    """The flow of the population as a table and a chart."""

    id: str
    title: str
    origin: Origin


@dataclass(frozen=True)
class CountOutput:
    """A table of counts by one or two variables among those for whom ``among`` is true.

    ``fixed`` are the variables to which ``among`` gives one value; ``impossible`` are combinations of category
    values that cannot occur by definition.
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


@dataclass(frozen=True)
class Acceptance:
    """A warning that the study lives with: a known limitation."""

    rule: str
    at: str
    why: str


@dataclass(frozen=True)
class Study:
    """One whole study. ``unit`` is the word for the unit (``child``), which is also its column's name."""

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
    outputs: tuple[AttritionOutput | CountOutput, ...]
    policy: str
    accepted: tuple[Acceptance, ...]
    spec_file: str
    spec_hash: str

    @cached_property
    def by_name(self) -> dict[str, Definition]:
        """Definitions by name, prepared sources included."""
        return {definition.name: definition for definition in self.definitions}

    @cached_property
    def variable(self) -> dict[str, Variable]:
        """Variables by name."""
        return {variable.name: variable for variable in self.variables}
