"""From a spec and the catalogue to a study: finds every name, types every expression, reports every mistake."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import replace
from pathlib import Path

from cohort.catalogue import Catalogue, Prepared
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_expression, parse_period
from cohort.language.tree import PeriodTree
from cohort.query.rows import LinkUnit, NamedRows, Rows, Shape, TableColumn, TableRows, walk_rows
from cohort.query.study import (
    Acceptance,
    Codelist,
    Definition,
    NamedStep,
    Origin,
    Population,
    SourceUse,
    Step,
    Study,
    Variable,
)
from cohort.query.values import Fact, Literal, Value
from cohort.query.words import Words
from cohort.resolve.codelists import read_codelist
from cohort.resolve.minimise import minimised
from cohort.resolve.names import Scope, why_reserved
from cohort.resolve.outputs import OutputResolver
from cohort.resolve.rows import RowsResolver, operation_of
from cohort.resolve.values import ValueResolver
from cohort.resolve.variables import variable_value
from cohort.resolve.years import check_years, newest_return, return_of
from cohort.source import Place, Source
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Definition as WrittenDefinition
from cohort.spec.model import Spec
from cohort.spec.model import Variable as WrittenVariable
from cohort.types import DATE, Kind, ValueType


def resolve_study(
    spec: Spec, source: Source, catalogue: Catalogue, folder: Path, diagnostics: Diagnostics
) -> Study | None:
    """Resolve a spec. Returns None if there are errors; all of them are in ``diagnostics``."""
    resolver = _StudyResolver(spec, source, catalogue, folder, diagnostics)
    study = resolver.study()
    return None if study is None or diagnostics.has_errors else minimised(study)


class _StudyResolver:
    """Resolves names on demand, each once, so that the order of sections and entries does not matter."""

    def __init__(
        self, spec: Spec, source: Source, catalogue: Catalogue, folder: Path, diagnostics: Diagnostics
    ) -> None:
        self.spec = spec
        self.source = source
        self.catalogue = catalogue
        self.diagnostics = diagnostics
        self.folder = folder
        self.file = _short(source.name)
        self.codelists = self._codelists()
        self.windows = self._windows()
        self.data_from = self._date(spec.study.data_from, "study.data_from", datetime.date(1900, 1, 1))
        self.data_until = self._date(spec.study.data_until, "study.data_until", datetime.date(2100, 1, 1))
        if self.data_until < self.data_from:
            place = spec.study.data_until.place
            diagnostics.add("TIM601", place, at="study.data_until", start=self.data_from, end=self.data_until)
        self.newest_return = newest_return(self.data_until)
        self.unit = spec.study.unit.text
        self.written: dict[str, WrittenDefinition] = {}
        self.definitions: dict[str, Definition | None] = {}
        self.variables: dict[str, Value | None] = {}
        self.written_variables: dict[str, WrittenVariable] = {}
        self.used_sources: set[str] = set()
        self.open: list[str] = []

    # Names ---------------------------------------------------------------------------------------------

    def _origin(self, place: Place) -> Origin:
        return Origin(_short(place.source.name), place.line)

    def _date(self, node: ScalarNode, at: str, fallback: datetime.date) -> datetime.date:
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.text):
                return datetime.date.fromisoformat(node.text)
        except ValueError:
            pass
        self.diagnostics.add("TYP213", node.place, at=at, text=node.text)
        return fallback

    def _codelists(self) -> dict[str, Codelist]:
        found: dict[str, Codelist] = {}
        for name, file in self.spec.codelists:
            codelist = read_codelist(name, file, self.folder, self.diagnostics)
            # A list that cannot be read is reported once, and known by name so that its uses are no second cause.
            found[name.text] = codelist or Codelist(name.text, file.text, ())
        return found

    def _windows(self) -> dict[str, PeriodTree]:
        found: dict[str, PeriodTree] = {}
        for name, node in self.spec.windows:
            period = parse_period(node, self.diagnostics, at=f"windows.{name.text}")
            if period is not None:
                found[name.text] = period
        return found

    def _register(self) -> None:
        """Note every name that the spec gives, and refuse the same name twice and the language's own."""
        taken: dict[str, str] = dict.fromkeys(self.catalogue.prepared, "a source of the catalogue")
        named = [(d.name, "definition") for d in self.spec.definitions]
        named += [(v.name, "variable") for v in self.spec.variables]
        for step in self.spec.population.steps:
            reason = why_reserved(step.id.text, self.unit)
            if reason is not None:
                at = f"population.{step.id.text}"
                self.diagnostics.add("NAM108", step.id.place, at=at, name=step.id.text, reason=reason)
        named += [(output.name, "output") for output in self.spec.outputs]
        for node, kind in named:
            at = f"{kind}s.{node.text}"
            reason = why_reserved(node.text, self.unit)
            if reason is not None:
                self.diagnostics.add("NAM108", node.place, at=at, name=node.text, reason=reason)
            elif node.text in taken:
                self.diagnostics.add(
                    "NAM102", node.place, at=at, name=node.text, first=taken[node.text], second=f"this {kind}"
                )
            else:
                taken[node.text] = f"a {kind}"
        self.written = {d.name.text: d for d in self.spec.definitions}
        self.written_variables = {v.name.text: v for v in self.spec.variables}

    def _scope(self, *, variables: bool, index_date: bool = True) -> Scope:
        return Scope(
            unit=self.unit,
            shape_of=self._shape_of,
            rows_names=frozenset(self.written) | frozenset(self.catalogue.prepared),
            variable_names=frozenset(self.written_variables),
            variable_type=self._variable_type if variables else None,
            index_date=index_date,
            constants={
                "data_from": Literal(self.data_from, DATE),
                "data_until": Literal(self.data_until, DATE),
            },
            windows=self.windows,
            codelists={name: codelist.codes for name, codelist in self.codelists.items()},
            code_lists={name: codes.codes for name, codes in self.catalogue.code_lists.items()},
            birth=self._birth,
        )

    def _shape_of(self, name: str, place: Place) -> Shape | None:
        definition = self.definition(name, place)
        return None if definition is None else definition.rows.shape

    def _birth(self, place: Place) -> Value | None:
        rows, column = self.catalogue.units[self.unit].birth
        shape = self._shape_of(rows, place)
        return None if shape is None else Fact(rows, column, shape.types[column])

    # Rows ----------------------------------------------------------------------------------------------

    def definition(self, name: str, place: Place) -> Definition | None:
        """Return a source or definition by name, resolved; reports at ``place`` when there is none."""
        if name in self.open:
            circle = " → ".join([*self.open[self.open.index(name) :], name])
            self.diagnostics.add("NAM107", place, at=f"definitions.{name}", name=name, circle=circle)
            return None
        prepared = self.catalogue.prepared.get(name)
        if prepared is not None and prepared.offered:
            self._declared(name, place)
        if name not in self.definitions:
            written = self.written.get(name)
            if written is None and (prepared is None or not prepared.offered):
                visible = [*self.written, *(p.name for p in self.catalogue.prepared.values() if p.offered)]
                self.diagnostics.add("NAM103", place, name=name, suggestion=nearest(name, visible))
                return None
            self.open.append(name)
            if written is not None:
                self.definitions[name] = self._written(written)
            elif prepared is not None:
                self.definitions[name] = self._prepared(prepared)
            self.open.pop()
        return self.definitions[name]

    def _declared(self, name: str, place: Place) -> None:
        if name not in {key.text for key, _ in self.spec.sources}:
            self.diagnostics.add("NAM109", place, name=name)
        self.used_sources.add(name)

    def _written(self, written: WrittenDefinition) -> Definition | None:
        at = f"definitions.{written.name.text}"
        start = self.definition(written.start.text, written.start.place)
        if start is None:
            return None
        resolver = self._rows_resolver(at, written.name.text, self._scope(variables=False))
        origin = self._origin(written.name.place)
        note = " ".join(written.note.text.split()) if written.note else ""
        words = self._words()
        rows: Rows = start.named
        stages = [NamedStep(written.name.text, rows, words.rows(rows), origin)]
        for operation in written.operations:
            applied = resolver.apply(rows, operation)
            if applied is None:
                return None
            rows = applied
            place = self._origin(operation.key.place)
            stages.append(NamedStep(operation.key.text, rows, words.rows(rows), place))
        return Definition(written.name.text, tuple(stages[1:] or stages), False, note, origin)

    def _prepared(self, prepared: Prepared) -> Definition | None:
        table = self.catalogue.tables[prepared.start]
        columns = tuple(TableColumn(c.name, c.physical, c.type) for c in table.columns)
        rows: Rows = TableRows(table.name, columns, table.key)
        origin = self._origin(prepared.place)
        stages = [
            NamedStep(
                "as_held",
                rows,
                f"{table.label}, with codes trimmed and in upper case, and blank codes missing",
                origin,
            )
        ]
        scope = self._scope(variables=False, index_date=False)
        oldest = Literal(return_of(self.data_from), ValueType(Kind.WHOLE))
        constants = dict(scope.constants) | {
            "oldest_return": oldest,
            "newest_return": self._closing()["newest_return"],
        }
        resolver = self._rows_resolver(prepared.name, prepared.name, replace(scope, constants=constants))
        for step in prepared.steps:
            applied = resolver.apply(rows, operation_of(step.operation))
            if applied is None:
                return None
            rows = applied
            why = f"{step.words}. {step.why}"
            stages.append(NamedStep(step.id, rows, why, self._origin(step.place)))
        return Definition(prepared.name, tuple(stages), True, prepared.label, origin)

    def _rows_resolver(self, at: str, name: str, scope: Scope) -> RowsResolver:
        return RowsResolver(scope, self.diagnostics, at, name, self._mapping, self._closing())

    def _mapping(self, name: str) -> NamedRows:
        if name not in self.definitions:
            self.definitions[name] = self._prepared(self.catalogue.prepared[name])
        found = self.definitions[name]
        if found is None:
            raise ValueError(f"the map {name} of the catalogue cannot be resolved")
        return found.named

    def _closing(self) -> dict[str, Literal]:
        year = self.newest_return // 100 + 1
        whole = ValueType(Kind.WHOLE)
        return {
            "newest_return": Literal(self.newest_return, whole),
            "open_until": Literal(datetime.date(year, 4, 1), DATE),
        }

    # Variables -----------------------------------------------------------------------------------------

    def _variable_type(self, name: str, place: Place) -> ValueType | None:
        if name in self.open:
            circle = " → ".join([*self.open[self.open.index(name) :], name])
            self.diagnostics.add("NAM107", place, at=f"variables.{name}", name=name, circle=circle)
            return None
        if name not in self.variables:
            self.open.append(name)
            written = self.written_variables[name]
            scope = self._scope(variables=True)
            self.variables[name] = variable_value(written, scope, self.diagnostics)
            self.open.pop()
        value = self.variables[name]
        return None if value is None else value.type

    # The study -----------------------------------------------------------------------------------------

    def study(self) -> Study | None:
        """Resolve everything, in an order that reports causes before consequences."""
        spec = self.spec
        if self.unit not in self.catalogue.units:
            node = spec.study.unit
            self.diagnostics.add(
                "NAM101",
                node.place,
                at="study.unit",
                name=node.text,
                suggestion=nearest(node.text, self.catalogue.units) or "child",
            )
            return None
        self._register()
        if self.diagnostics.has_errors:
            return None
        for name, _why in spec.sources:
            if name.text not in self.catalogue.prepared or not self.catalogue.prepared[name.text].offered:
                offered = [p.name for p in self.catalogue.prepared.values() if p.offered]
                self.diagnostics.add(
                    "NAM103",
                    name.place,
                    at=f"sources.{name.text}",
                    name=name.text,
                    suggestion=nearest(name.text, offered),
                )
        check_years(self.spec, self.catalogue, self.data_from, self.data_until, self.diagnostics)
        for written in spec.definitions:
            self.definition(written.name.text, written.name.place)
        population = self._population()
        for variable in spec.variables:
            self._variable_type(variable.name.text, variable.name.place)
        if population is None or self.diagnostics.has_errors:
            return None
        return self._assembled(population)

    def _population(self) -> Population | None:
        written = self.spec.population
        start = self.definition(written.start.text, written.start.place)
        tree = parse_expression(written.index_date, self.diagnostics, at="population.index_date")
        if start is None or tree is None:
            return None
        if not start.rows.shape.one_per_unit:
            self.diagnostics.add(
                "GRN301", written.start.place, at="population.from", rows=start.name, unit=self.unit
            )
            return None
        if any(d.looks_at_index for d in self._closure(start)):
            self.diagnostics.add("GRN304", written.start.place, at="population.from")
            return None
        scope = self._scope(variables=False, index_date=False)
        index = ValueResolver(scope, self.diagnostics, "population.index_date").date(tree)
        if index is None:
            return None
        steps: list[Step] = []
        for step in written.steps:
            at = f"population.{step.id.text}"
            keep_tree = parse_expression(step.keep, self.diagnostics, at=at)
            if keep_tree is None:
                continue
            keep = ValueResolver(self._scope(variables=True), self.diagnostics, at).condition(keep_tree)
            if keep is None:
                continue
            why = " ".join(step.why.text.split()) if step.why else ""
            words = self._words().value(keep)
            steps.append(Step(step.id.text, keep, words, why, self._origin(step.id.place)))
        return Population(start.name, index, tuple(steps), self._origin(written.start.place))

    def _closure(self, start: Definition) -> list[Definition]:
        found: dict[str, Definition] = {}
        waiting = [start]
        while waiting:
            definition = waiting.pop()
            if definition.name not in found:
                found[definition.name] = definition
                waiting += [d for name in definition.uses if (d := self.definitions.get(name)) is not None]
        return list(found.values())

    def _words(self) -> Words:
        labels = {
            variable.name.text: variable.label.text for variable in self.spec.variables if variable.label
        }
        lists = self.catalogue.code_lists
        return Words(lambda name, code: lists[name].codes.get(code) if name in lists else None, labels)

    def _assembled(self, population: Population) -> Study | None:
        spec = self.spec
        values = {name: value for name, value in self.variables.items() if value is not None}
        outputs = OutputResolver(
            spec=spec,
            scope=self._scope(variables=True),
            values=values,
            population=population,
            catalogue=self.catalogue,
            data=(self.data_from, self.data_until),
            words=self._words(),
            origin=self._origin,
            diagnostics=self.diagnostics,
        )
        variables = tuple(
            Variable(
                written.name.text,
                written.label.text if written.label else written.name.text.replace("_", " ").capitalize(),
                values[written.name.text],
                outputs.categories(written.name.text) or (),
                self._origin(written.name.place),
            )
            for written in spec.variables
        )
        tables = outputs.outputs()
        study = spec.study
        return Study(
            id=study.id.text,
            title=" ".join(study.title.text.split()),
            question=" ".join(study.question.text.split()),
            unit=self.unit,
            units=self.catalogue.units[self.unit].plural,
            data_from=self.data_from,
            data_until=self.data_until,
            sources=tuple(
                SourceUse(name.text, " ".join(why.text.split()), self._origin(name.place))
                for name, why in spec.sources
            ),
            codelists=tuple(self.codelists.values()),
            definitions=_in_order([d for d in self.definitions.values() if d is not None]),
            population=population,
            variables=variables,
            outputs=tables,
            policy=spec.disclosure.text,
            accepted=tuple(
                Acceptance(a.rule.text, a.at.text, " ".join(a.why.text.split())) for a in spec.accept
            ),
            spec_file=self.file,
            spec_hash=self._hash(),
        )

    def _hash(self) -> str:
        """Return the hash of everything that the spec says: its text and its codelists."""
        digest = hashlib.sha256(self.source.text.encode())
        for codelist in self.codelists.values():
            digest.update(repr((codelist.name, codelist.codes)).encode())
        return digest.hexdigest()


def _short(name: str) -> str:
    """Return a file's name with its folder: what is written must not depend on where the spec lies."""
    return "/".join(part for part in name.split("/")[-2:] if part not in ("", "."))


def _in_order(definitions: list[Definition]) -> tuple[Definition, ...]:
    """Return definitions so that each comes after those it uses, otherwise in the order of first use."""
    known = {definition.name: definition for definition in definitions}
    ordered: dict[str, Definition] = {}

    def add(definition: Definition) -> None:
        if definition.name in ordered:
            return
        for name in sorted(definition.uses | _maps(definition.rows)):
            if name in known:
                add(known[name])
        ordered[definition.name] = definition

    for definition in definitions:
        add(definition)
    return tuple(ordered.values())


def _maps(rows: Rows) -> frozenset[str]:
    return frozenset(
        node.mapping.name
        for node in walk_rows(rows)
        if isinstance(node, LinkUnit) and isinstance(node.mapping, NamedRows)
    )
