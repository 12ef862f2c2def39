"""Small studies for the tests of whole studies: tables of a few rows, and a study whose parts can be replaced."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cohort.engines.reference import Cell, StudyRun, World
from cohort.query.rows import AsUnit, Rows, Shape, TableColumn, TableRows
from cohort.query.study import (
    CountOutput,
    Definition,
    NamedStep,
    Origin,
    Population,
    RateOutput,
    Step,
    Study,
    Style,
    SummaryOutput,
    Variable,
)
from cohort.query.summaries import RowsOf
from cohort.query.values import Column, Value
from cohort.results.category import Category
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

CODE = ValueType(Kind.CODE, length=8)
KEY = ValueType(Kind.KEY, bits=64)
HERE = Origin("study.yaml", 1)
TYPES = {"child": KEY, "number": WHOLE, "score": WHOLE, "size": DECIMAL, "code": CODE, "sex": CODE}
"""Columns of other names are dates."""


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


class Held:
    """A table of a few rows, written as text: columns, then one line for each row; ``-`` is missing."""

    def __init__(self, name: str, columns: str, *lines: str, spell: tuple[str, str] | None = None) -> None:
        names = columns.split()
        types = {column: TYPES.get(column, DATE) for column in names}
        self.name = name
        self.records = [
            {column: _cell(cell, types[column]) for column, cell in zip(names, line.split(), strict=True)}
            for line in lines
        ]
        table = TableRows(name, tuple(TableColumn(c, c.upper(), types[c]) for c in names), ("number",))
        self.rows = AsUnit(table, "child", spell)

    @property
    def shape(self) -> Shape:
        return self.rows.shape

    @property
    def definition(self) -> Definition:
        return definition(self.name, self.rows)

    @property
    def all(self) -> RowsOf:
        """These rows as summaries, covers and splits refer to them."""
        return RowsOf(self.name, per_entry=False, order=self.shape.order)

    def column(self, name: str) -> Column:
        return self.shape.column(name)


def _cell(text: str, type_: ValueType) -> object:
    if text == "-":
        return None
    match type_.kind:
        case Kind.DATE:
            return day(text)
        case Kind.DECIMAL:
            return float(text)
        case Kind.CODE:
            return text
        case _:
            return int(text)


def definition(name: str, *operations: Rows) -> Definition:
    return Definition(name, tuple(NamedStep("s", rows, "", HERE) for rows in operations), False, "", HERE)


def variable(name: str, value: Value, *categories: str) -> Variable:
    return Variable(name, name.title(), value, tuple(Category(c, c.lower()) for c in categories), HERE)


def steps(**conditions: Value) -> tuple[Step, ...]:
    return tuple(Step(name, keep, name.title(), "why", HERE) for name, keep in conditions.items())


def count(*by: str, among: Value | None = None, **more: Any) -> CountOutput:
    title = "Count by " + " ".join(by)
    return CountOutput("count", title, by, among, "words", frozenset(), (), frozenset(), HERE, **more)


def summaries(*variables: str, by: str | None = None, style: Style = Style.TABLE_ONE) -> SummaryOutput:
    return SummaryOutput("summary", "Summary", style, variables, by, None, "", frozenset(), (), HERE)


def rates(
    *by: str,
    outcome: str = "injury",
    events_by: str | None = None,
    events: Sequence[str] = (),
    among: Value | None = None,
) -> RateOutput:
    known = tuple(Category(value, value) for value in events)
    return RateOutput("rate", "Rate", outcome, 1000, by, events_by, known, among, "", frozenset(), (), HERE)


def study(*held: Held, population: Population, definitions: Sequence[Definition] = (), **parts: Any) -> Study:
    """Return a study of these tables; further parts by name."""
    bare = Study(
        id="small",
        title="Small",
        question="",
        unit="child",
        units="children",
        data_from=day("2003-04-01"),
        data_until=day("2009-03-31"),
        sources=(),
        codelists=(),
        definitions=(*(table.definition for table in held), *definitions),
        population=population,
        variables=(),
        outputs=(),
        policy="sail",
        accepted=(),
        spec_file="study.yaml",
        spec_hash="abc",
    )
    return replace(bare, **parts)


def run(study: Study, *held: Held) -> StudyRun:
    return StudyRun(study, World({table.name: table.records for table in held}))


def entries_of(pairs: Sequence[tuple[Cell, datetime.date]]) -> list[tuple[Cell, str]]:
    """Entries with their dates as text, in order."""
    return sorted((unit, date.isoformat()) for unit, date in pairs)
