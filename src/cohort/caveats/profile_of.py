"""From a typed study to its profile: physical names, what they are linked, filtered, counted and grouped by."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from cohort.catalogue import Catalogue, HeldColumn
from cohort.catalogue.caveats import Vocabulary, load_vocabulary
from cohort.caveats.ages import ages_of
from cohort.caveats.lineage import Held, Lineage, Scope
from cohort.caveats.measured import Measured
from cohort.caveats.profile import Group, HeldName, Joined, Kept, Profile
from cohort.caveats.tested import tests_of
from cohort.query.parts import columns_of_study, used_rows, values_of_study
from cohort.query.rows import (
    Add,
    AsUnit,
    CloseSpells,
    KeepOne,
    LinkUnit,
    OnePer,
    Rows,
    inputs,
    values_of,
    walk_rows,
)
from cohort.query.study import Study
from cohort.resolve.columns_used import columns_named
from cohort.resolve.years import newest_return, return_of
from cohort.types import Kind

_LINKED_UNIT = "person"
"""The unit to which records come by a linking field."""


def profile_of(study: Study, catalogue: Catalogue) -> Profile:
    """Return what a study does, and what its tags say of it."""
    return _Reader(study, catalogue, load_vocabulary()).profile(dict(study.tags))


class _Reader:
    """Reads one study once."""

    def __init__(self, study: Study, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
        self.study, self.catalogue, self.vocabulary = study, catalogue, vocabulary
        self.lineage = Lineage(study)
        self.used = frozenset(name for name in used_rows(study) if name in study.by_name)
        birth = catalogue.units[study.unit].birth
        self.birth = birth
        self.measured = Measured(study, self.lineage, birth)

    def profile(self, tags: Mapping[str, bool]) -> Profile:
        """Return the profile of the study."""
        columns, keys = self.names(self._read()), self.names(self._keys())
        tables = frozenset(self.table(name) for name in self.lineage.all_tables(self.used))
        series = {name: used for name, used in tags.items() if name not in self.vocabulary.tags}
        linked = {table.dataset for table in tables} if self.study.unit == _LINKED_UNIT else set()
        return Profile(
            unit=self.study.unit,
            data_from=self.study.data_from,
            data_until=self.study.data_until,
            tables=tables,
            columns=columns,
            recorded=self.names(self._recorded()),
            linked=frozenset(linked),
            joins=frozenset(self._joins()),
            groups=frozenset(Group(self.names(held), *rest) for held, *rest in self.measured.groups()),
            measures=self.measured.measures(),
            tests=frozenset(tests_of(self.study, self.used, self.lineage, self.names)),
            ages=ages_of(self.study, self.birth),
            start=self._start(),
            keys=keys,
            kept=frozenset(self._kept()),
            steps=frozenset(self._steps()),
            outcomes=self.names(self._outcomes()),
            undocumented=frozenset(name for name in columns - keys if self._is_undocumented(name)),
            many_entries=self.study.population.many,
            figures=bool(self.study.context),
            series=frozenset(name for name, used in series.items() if used),
            not_series=frozenset(name for name, used in series.items() if not used),
            tags={name: answer for name, answer in tags.items() if name in self.vocabulary.tags},
            periods=dict(self._periods()),
        )

    def name(self, held: Held) -> HeldName:
        """Return the name of a held column as conditions write it."""
        table = self.catalogue.tables[held[0]]
        column = next(column for column in table.columns if column.name == held[1])
        return HeldName(table.dataset, self.vocabulary.table(table.physical), without_key(column.physical))

    def names(self, held: Iterable[Held]) -> frozenset[HeldName]:
        """Return the names of held columns."""
        return frozenset(self.name(one) for one in held)

    def table(self, name: str) -> HeldName:
        """Return the name of a held table."""
        table = self.catalogue.tables[name]
        return HeldName(table.dataset, self.vocabulary.table(table.physical))

    def _operations(self) -> Iterator[Rows]:
        for name in sorted(self.used):
            yield from walk_rows(self.study.by_name[name].rows)

    def _read(self) -> Iterator[Held]:
        """Yield the columns that reach a filter, an order, a variable, a result."""
        yield from self._reached(self.lineage, self._operations())

    def _recorded(self) -> Iterator[Held]:
        """Yield those whose recorded values the study's own words take."""
        own = [name for name in sorted(self.used) if not self.study.by_name[name].prepared]
        operations = (node for name in own for node in walk_rows(self.study.by_name[name].rows))
        yield from self._reached(Lineage(self.study, recorded_only=True), operations)

    def _reached(self, lineage: Lineage, operations: Iterable[Rows]) -> Iterator[Held]:
        start = lineage.rows_named(self.study.population.start)
        for value in values_of_study(self.study):
            yield from lineage.behind(value, Scope(start))
        for rows, column in columns_of_study(self.study):
            yield from lineage.behind_column(lineage.rows_named(rows), column)
        for node in operations:
            below = next(iter(inputs(node)), None)
            for column in _named_by(node):
                yield from lineage.behind_column(below, column)
            if isinstance(node, LinkUnit):
                for column in (node.map_key, node.map_unit, *node.also):
                    yield from lineage.behind_column(node.mapping, column)
            for value in () if isinstance(node, Add) else values_of(node):
                yield from lineage.behind(value, Scope(below))

    def _joins(self) -> Iterator[Joined]:
        for node in self._operations():
            if isinstance(node, LinkUnit):
                kind = "inner" if node.drop_unlinked else "left"
                for left in self.lineage.tables(node.rows):
                    for right in self.lineage.tables(node.mapping):
                        yield Joined(self.table(left).table, self.table(right).table, kind)

    def _keys(self) -> Iterator[Held]:
        for node in self._operations():
            match node:
                case LinkUnit():
                    for column in (node.key, *node.also):
                        yield from self.lineage.behind_column(node.rows, column)
                    for column in (node.map_key, node.map_unit, *node.also):
                        yield from self.lineage.behind_column(node.mapping, column)
                case KeepOne():
                    for column in node.per:
                        yield from self.lineage.behind_column(node.rows, column)
                case OnePer():
                    for column in (
                        *node.columns,
                        *(() if node.rows.shape.unit is None else (node.rows.shape.unit,)),
                    ):
                        yield from self.lineage.behind_column(node.rows, column)
                case AsUnit() if node.unit is not None:
                    yield from self.lineage.behind_column(node.rows, node.unit)
                case _:
                    continue

    def _kept(self) -> Iterator[Kept]:
        for node in self._operations():
            if isinstance(node, KeepOne | OnePer):
                columns = node.per if isinstance(node, KeepOne) else node.columns
                unit = node.rows.shape.unit
                held = {h for column in columns for h in self.lineage.behind_column(node.rows, column)}
                tables = frozenset(self.table(name).table for name in self.lineage.tables(node.rows))
                yield Kept(
                    tables,
                    self.names(held),
                    unit is not None and (isinstance(node, OnePer) or unit in columns),
                )

    def _steps(self) -> Iterator[str]:
        for name in sorted(self.used):
            definition = self.study.by_name[name]
            if definition.prepared:
                yield from (f"{name}.{stage.id}" for stage in definition.stages)

    def _start(self) -> frozenset[HeldName]:
        rows = self.lineage.rows_named(self.study.population.start)
        return frozenset(self.table(name) for name in self.lineage.tables(rows))

    def _periods(self) -> Iterator[tuple[str, tuple[datetime.date, datetime.date]]]:
        """Yield the days of the returns that the study takes: from the one with its first day to the last one whole."""
        first = datetime.date(return_of(self.study.data_from) // 100, 4, 1)
        last = datetime.date(newest_return(self.study.data_until) // 100 + 1, 3, 31)
        for name in sorted(self.lineage.all_tables(self.used)):
            table = self.catalogue.tables[name]
            if table.returned is not None:
                yield table.dataset, (first, last)

    def _outcomes(self) -> Iterator[Held]:
        for outcome in self.study.outcomes:
            rows = self.lineage.rows_named(outcome.events.name)
            yield from self.lineage.behind_column(rows, outcome.date)
            for node in () if rows is None else walk_rows(rows):
                for value in values_of(node):
                    yield from self.lineage.behind(value, Scope(next(iter(inputs(node)), None)))

    def _is_undocumented(self, name: HeldName) -> bool:
        """Whether the catalogue knows no list and no system for a column of codes. Areas have lists of their own."""
        for table in self.catalogue.tables.values():
            if self.vocabulary.table(table.physical) == name.table:
                for column in table.columns:
                    if without_key(column.physical) == name.column:
                        return _has_no_values(column)
        return False


def _has_no_values(column: HeldColumn) -> bool:
    listed = column.type.code_list is not None or column.code_system != "" or column.sensitivity == "area"
    return column.type.kind is Kind.CODE and not listed


def without_key(physical: str) -> str:
    """Return a physical column without the key suffix of projects: ``ALF`` for ``ALF_{key}``."""
    return physical.replace("_{key}", "").replace("{key}", "")


def _named_by(node: Rows) -> tuple[str, ...]:
    """Columns of its input that an operation names beside its values, ends of spells left to those who read them."""
    match node:
        case CloseSpells():
            return ()
        case AsUnit():
            return () if node.unit is None else (node.unit,)
        case _:
            return columns_named(node)
