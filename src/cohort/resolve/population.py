"""``population``: where entries come from, their index date, and the steps in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cohort.query.rows import CloseSpells, JoinSpells, KeepOne, NamedRows, OnePer, Rename, Rows, inputs
from cohort.query.study import Definition, Population, Step
from cohort.query.values import Column, Fact, Value
from cohort.resolve.definitions import Names
from cohort.resolve.values import ValueResolver
from cohort.resolve.written import Reader, flat
from cohort.spec.model import Step as WrittenStep

DEFAULT_NAME = "cases"
"""What the population is called beside peers if its name is not given."""


def read_population(names: Names) -> Population | None:
    """Resolve the section. Reports its own problems."""
    written = names.setting.spec.population
    reader = Reader(names.diagnostics, "population.entries")
    entries = reader.word(written.entries, "entries", ("one", "many")) if written.entries else "one"
    start = names.rows(written.start)
    index = None if start is None or entries is None else _index_date(names, start, many=entries == "many")
    steps = read_steps(names, written.steps, "population")
    if start is None or index is None:
        return None
    return Population(
        start=start.name,
        index_date=index,
        steps=steps,
        origin=names.setting.origin(written.start.place),
        many=entries == "many",
        name=written.name.text if written.name else DEFAULT_NAME,
        index_may_be_missing=not _never_missing(index, start, names.definitions),
    )


def read_steps(names: Names, written: tuple[WrittenStep, ...], section: str) -> tuple[Step, ...]:
    """Resolve the steps of the population or of the peers."""
    steps = []
    for step in written:
        keep = names.condition(step.keep, f"{section}.{step.id.text}")
        if keep is not None:
            origin = names.setting.origin(step.id.place)
            steps.append(Step(step.id.text, keep, names.words(keep), flat(step.why), origin))
    return tuple(steps)


def _index_date(names: Names, start: Definition, *, many: bool) -> Value | None:
    written = names.setting.spec.population
    shape, at = start.rows.shape, "population.from"
    if shape.per_entry:
        names.diagnostics.add("GRN304", written.start.place, at=at)
        return None
    if not shape.one_per_unit and not many:
        unit = names.setting.unit.name
        names.diagnostics.add("GRN315", written.start.place, at=at, rows=start.name, unit=unit)
        return None
    scope = replace(names.scope, index_date=False)
    if many:
        scope = replace(scope, columns=shape.types, spell=shape.spell, called=start.name)
    at = "population.index_date"
    tree = Reader(names.diagnostics, at).tree(written.index_date)
    return None if tree is None else ValueResolver(scope, names.diagnostics, at).date(tree)


def _never_missing(index: Value, start: Definition, definitions: Mapping[str, Definition | None]) -> bool:
    """Whether every row that the population starts from has an index date, as far as its operations say so."""
    match index:
        case Column(name):
            return _filled(start.rows, name, definitions)
        case Fact(rows, column) if rows == start.name:
            return _filled(start.rows, column, definitions)
        case _:
            return False


def _filled(rows: Rows, column: str, definitions: Mapping[str, Definition | None]) -> bool:
    """Whether a column cannot be missing: an operation skips rows in which it is."""
    match rows:
        case NamedRows():
            definition = definitions[rows.name]
            return definition is not None and _filled(definition.rows, column, definitions)
        case KeepOne() if rows.order == column:
            return True
        case OnePer() if column in rows.columns:
            return True
        case JoinSpells():
            return column == rows.start or (column in rows.per and _filled(rows.rows, column, definitions))
        case CloseSpells() if rows.start == column:
            return True
        case Rename():
            before = {new: old for old, new in rows.renamed}.get(column, column)
            return _filled(rows.rows, before, definitions)
        case _:
            below = inputs(rows)
            return (
                len(below) == 1 and column in below[0].shape.types and _filled(below[0], column, definitions)
            )
