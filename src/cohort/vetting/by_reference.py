"""What the reference engine makes of a study, as tables with the names that a plan gives them.

The reference engine knows no plan. What it can be asked for are prepared and defined rows that depend on no entry, the
entries with their variables, the members with theirs, and the tables of results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars

from cohort.catalogue import Catalogue, shipped_binding
from cohort.engines.reference import Entry, Row, StudyRun, World, evaluate_rows
from cohort.engines.reference.entries import Entries
from cohort.plan.collect import ResultRow, collect
from cohort.plan.names import ANALYSIS, ENTRIES, INDEX_DATE, LINKAGE, SET_UNIT
from cohort.query.study import GROUP, Study
from cohort.results.model import RawTable
from cohort.vetting.model import HeldRows, Line


class ByReference:
    """One study, carried out by the reference engine on held rows under logical names of columns."""

    def __init__(self, study: Study, tables: Mapping[str, Sequence[Row]]) -> None:
        self.study = study
        self.run = StudyRun(study, World(tables))

    def tables(self, columns: Mapping[str, Sequence[str]]) -> dict[str, HeldRows]:
        """Return those of the plan's tables that the reference engine has too; ``columns`` are those of the plan."""
        return {
            name: _lines(rows, [c for c in columns[name] if not rows or c in rows[0]])
            for name, rows in self._rows()
            if name in columns
        }

    def results(self) -> tuple[RawTable, ...]:
        """Return the tables of results, without those on linkage, which the reference engine does not make."""
        return self.run.tables()

    def _rows(self) -> Iterator[tuple[str, list[Row]]]:
        population = self.run.population
        for definition in self.study.definitions:
            if definition.per_entry:
                continue
            found = population.named(definition.name)
            for number, stage in enumerate(definition.stages[:-1], 1):
                if definition.prepared and number > 1:
                    name = f"{definition.name}_{number}_{stage.id}"
                    yield name, evaluate_rows(stage.rows, population.world)
            yield definition.name, found
        if self.study.peers is None:
            yield ENTRIES, [self._beside(entry, population) for entry in self.run.entries]
        members = self.run.cohort
        group = self.study.peers is not None
        yield (
            ANALYSIS,
            [
                {
                    **self._beside(member.entry, self.run.analysis),
                    **({GROUP: member.group, SET_UNIT: member.set_unit} if group else {}),
                }
                for member in members
            ],
        )

    def _beside(self, entry: Entry, entries: Entries) -> Row:
        values = {v.name: entries.variable(v.name)[entry] for v in self.study.variables}
        return {self.study.unit: entry[0], INDEX_DATE: entry[1], **values}


def differing_results(
    study: Study, expected: Sequence[RawTable], rows: Sequence[Line], engine: str
) -> tuple[str, ...]:
    """Return a sentence for each table of results that is not as the reference engine has it.

    ``rows`` are those of an engine's table of results without study and hash.
    """
    found = collect(study, [ResultRow(*_result(line)) for line in rows]).tables
    wrong = [
        f"The results {one.id} of {engine} are not those of the reference engine."
        for one, other in zip(expected, found, strict=False)
        if one != other
    ]
    further = [table.id for table in found[len(expected) :] if not table.id.startswith(LINKAGE)]
    return (*wrong, *(f"The results {name} of {engine} are not asked for." for name in further))


def logical_rows(data: Mapping[str, polars.DataFrame], catalogue: Catalogue) -> dict[str, list[Row]]:
    """Return rows under logical names of columns, from frames under physical names with the key suffix PE.

    Every table of the catalogue is there; what a frame leaves out holds no value.
    """
    binding = shipped_binding("synthetic")
    made: dict[str, list[Row]] = {}
    for name, held in catalogue.tables.items():
        frame = data.get(name)
        nothing: Row = {column.name: None for column in held.columns}
        physical = {binding.column(column.physical): column.name for column in held.columns}
        made[name] = [] if frame is None else [
            nothing | {physical[column]: cell for column, cell in row.items() if column in physical}
            for row in frame.iter_rows(named=True)
        ]  # fmt: skip
    return made


def _lines(rows: Sequence[Row], columns: Sequence[str]) -> HeldRows:
    return HeldRows(tuple(columns), tuple(tuple(row[name] for name in columns) for row in rows))


def _result(line: Line) -> tuple[str, str, str, str, str, int | None, float | None]:
    table, row, column, layer, statistic, value, number = line
    return (
        str(table), str(row), str(column), str(layer), str(statistic),
        None if value is None else int(str(value)),
        None if number is None else float(str(number)),
    )  # fmt: skip
