"""The meaning of a whole study: named rows, index dates, variables, the flow and the tables of counts."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import assert_never

from cohort.engines.reference.rows import evaluate_rows
from cohort.engines.reference.values import as_date, evaluate_value
from cohort.engines.reference.world import Cell, Context, NamedResult, ReferenceFault, Row, World
from cohort.query.rows import NamedRows, Rows, values_of, walk_rows
from cohort.query.study import AttritionOutput, CountOutput, Study
from cohort.query.values import Fact, IndexDate, Value, VariableValue, walk
from cohort.query.words import plain
from cohort.results.category import Category
from cohort.results.model import AttritionStep, AttritionTable, Axis, CountTable, Group, RawResults

OTHER = Category("other", "outside the list")
"""The category of values that are none of the variable's categories; it appears only where it occurs."""
MISSING = Category("missing", "missing")
"""The category of missing values; it appears only where it occurs."""
START = "start"
"""Id of the first step of a flow: everyone who may enter."""


def run_study(study: Study, tables: Mapping[str, Sequence[Mapping[str, object]]]) -> RawResults:
    """Carry out a study on held tables: logical table name to rows under logical column names.

    Decimal numbers become floating point; everything else stays as recorded. Raises ``ReferenceFault`` for a
    study that has no meaning (definitions that need each other, facts of units with several rows).
    """
    run = StudyRun(study, World(tables))
    results: list[AttritionTable | CountTable] = []
    for output in study.outputs:
        match output:
            case AttritionOutput():
                results.append(run.flow(output))
            case CountOutput():
                results.append(run.counts(output))
            case _:
                assert_never(output)
    return RawResults(study.id, study.spec_hash, tuple(results))


class StudyRun:
    """One study being carried out: works out what a value or rows need before the value or rows themselves."""

    def __init__(self, study: Study, world: World) -> None:
        self.study = study
        self.world = world
        self._asked: list[str] = []

    def named(self, name: str) -> list[Row]:
        """Return the rows of a prepared source or definition."""
        if name not in self.world.named:
            definition = self.study.by_name[name]
            self._begin(name)
            self._prepare_rows(definition.rows)
            rows = evaluate_rows(definition.rows, self.world)
            self.world.named[name] = NamedResult(definition.rows.shape, rows)
            self._asked.pop()
        return self.world.named[name].rows

    @cached_property
    def index_dates(self) -> dict[Cell, datetime.date]:
        """Index date of each entry. A unit without one never enters; rows without a unit are nobody's."""
        population = self.study.population
        self._begin("the index date")
        self.named(population.start)
        self._prepare(population.index_date)
        found: dict[Cell, datetime.date] = {}
        for unit, row in self.world.result(population.start).by_unit.items():
            date = as_date(evaluate_value(population.index_date, row, Context(self.world, unit)))
            if date is not None:
                found[unit] = date
        self.world.index_dates = found
        self._asked.pop()
        return found

    def variable(self, name: str) -> dict[Cell, Cell]:
        """Return the value of a variable for each entry."""
        if name not in self.world.variables:
            value = self.study.variable[name].value
            self._begin(name)
            self._prepare(value)
            self.world.variables[name] = {unit: self._of_entry(value, unit) for unit in self.index_dates}
            self._asked.pop()
        return self.world.variables[name]

    @cached_property
    def remaining(self) -> tuple[tuple[Cell, ...], ...]:
        """The entries at the start and after each step."""
        flow = [tuple(self.index_dates)]
        for step in self.study.population.steps:
            self._prepare(step.keep)
            flow.append(tuple(unit for unit in flow[-1] if self._of_entry(step.keep, unit) is True))
        return tuple(flow)

    @property
    def cohort(self) -> tuple[Cell, ...]:
        """The entries that pass all steps."""
        return self.remaining[-1]

    def flow(self, output: AttritionOutput) -> AttritionTable:
        """Count who is left at the start and after each step."""
        words = f"{self.study.units.capitalize()} with a {plain(self.study.population.start)}"
        named = [(START, words, "")]
        named += [(step.id, step.words, step.why) for step in self.study.population.steps]
        steps = tuple(
            AttritionStep(id_, words, why, len(units))
            for (id_, words, why), units in zip(named, self.remaining, strict=True)
        )
        return AttritionTable(output.id, output.title, self.study.units, steps)

    def counts(self, output: CountOutput) -> CountTable:
        """Count the entries of the cohort for whom ``among`` is true by the categories of the variables."""
        units = self.among(output)
        columns = [[self._category(name, unit) for unit in units] for name in output.by]
        axes = tuple(self._axis(name, column) for name, column in zip(output.by, columns, strict=True))
        return CountTable(
            id=output.id,
            title=output.title,
            counted=self.study.units,
            axes=axes,
            group=Group(output.among_words, output.conditions, dict(output.fixed)),
            counts=dict(Counter(zip(*columns, strict=True))),
            impossible=output.impossible,
        )

    def among(self, output: CountOutput) -> tuple[Cell, ...]:
        """The entries of the cohort that a table counts."""
        if output.among is None:
            return self.cohort
        self._prepare(output.among)
        return tuple(unit for unit in self.cohort if self._of_entry(output.among, unit) is True)

    def _of_entry(self, value: Value, unit: Cell) -> Cell:
        return evaluate_value(value, {}, Context(self.world, unit))

    def _category(self, name: str, unit: Cell) -> str:
        text = as_text(self.variable(name)[unit])
        known = {category.value for category in self.study.variable[name].categories}
        # A value that the catalogue does not know comes from the data, so it is counted and never shown.
        return text if text in known or text == MISSING.value else OTHER.value

    def _axis(self, name: str, occurring: list[str]) -> Axis:
        variable = self.study.variable[name]
        known = {category.value for category in variable.categories}
        further = tuple(c for c in (OTHER, MISSING) if c.value in occurring and c.value not in known)
        return Axis(name, variable.label, (*variable.categories, *further))

    def _prepare_rows(self, rows: Rows) -> None:
        """Work out everything that rows refer to."""
        for node in walk_rows(rows):
            if isinstance(node, NamedRows):
                self.named(node.name)
            for value in values_of(node):
                self._prepare(value)

    def _prepare(self, value: Value) -> None:
        """Work out everything that a value refers to."""
        for part in walk(value):
            match part:
                case Fact():
                    self.named(part.rows)
                case IndexDate():
                    _ = self.index_dates
                case VariableValue():
                    self.variable(part.name)
                case _:
                    continue

    def _begin(self, name: str) -> None:
        if name in self._asked:
            raise ReferenceFault(" needs ".join([*self._asked, name]))
        self._asked.append(name)


def as_text(cell: Cell) -> str:
    """Return a value as the text by which results name its category."""
    match cell:
        case None:
            return MISSING.value
        case bool():
            return "1" if cell else "0"
        case int() | str():
            return str(cell)
        case datetime.date():
            return cell.isoformat()
        case float():
            raise ReferenceFault("a decimal number names no category")
        case _:
            assert_never(cell)
