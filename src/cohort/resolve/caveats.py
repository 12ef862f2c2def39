"""Which known limits of the data concern a study: decided from what it really uses."""

from __future__ import annotations

from collections.abc import Callable

from cohort.catalogue import Catalogue, Caveat
from cohort.query.rows import (
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rows,
    TableRows,
    values_of,
    walk_rows,
)
from cohort.query.study import Study
from cohort.query.values import Column, Fact, Value, walk


def caveats_of(study: Study, catalogue: Catalogue) -> tuple[Caveat, ...]:
    """Return the caveats whose condition the study meets, in the order of the catalogue."""
    used = columns_used(study)
    tables = {name.partition(".")[0] for name in used}
    return tuple(
        caveat
        for caveat in catalogue.caveats
        if any(use in used or use in tables for use in caveat.uses)
        and (caveat.spans is None or study.data_from < caveat.spans <= study.data_until)
        and (caveat.before is None or study.data_from < caveat.before)
    )


def columns_used(study: Study) -> frozenset[str]:
    """Return the columns of held tables that the study reads, as ``table.column``.

    A column counts as read if any operation, step, variable or output names it under its own name;
    columns that only pass through do not count.
    """
    named: dict[str, set[str]] = {}
    tables: dict[str, str] = {}

    def note(rows: str, column: str) -> None:
        table = tables.get(rows)
        if table is not None:
            named.setdefault(table, set()).add(column)

    for definition in study.definitions:
        nodes = list(walk_rows(definition.rows))
        for node in nodes:
            match node:
                case TableRows():
                    tables[definition.name] = node.table
                case NamedRows() if definition.name not in tables and node.name in tables:
                    tables[definition.name] = tables[node.name]
        for node in nodes:
            for column in _columns(node):
                note(definition.name, column)
            if isinstance(node, LinkUnit) and isinstance(node.mapping, NamedRows):
                note(node.mapping.name, node.map_unit)
            for value in values_of(node):
                _note_facts(value, note)
    values = [study.population.index_date, *(s.keep for s in study.population.steps)]
    values += [v.value for v in study.variables]
    for value in values:
        _note_facts(value, note)
    held = {
        (node.table, column.name)
        for definition in study.definitions
        for node in walk_rows(definition.rows)
        if isinstance(node, TableRows)
        for column in node.columns
    }
    found = {
        f"{table}.{column}"
        for table, columns in named.items()
        for column in columns
        if (table, column) in held
    }
    return frozenset(found)


def _note_facts(value: Value, note: Callable[[str, str], None]) -> None:
    for part in walk(value):
        if isinstance(part, Fact):
            note(part.rows, part.column)


def _columns(node: Rows) -> set[str]:
    """Columns that an operation names itself."""
    match node:
        case KeepOne():
            return {node.order, *node.per}
        case OnePer():
            return set(node.columns)
        case JoinSpells():
            return {node.start, node.until, *node.per}
        case LinkUnit():
            return {node.key}
        case CloseSpells():
            return {node.start, node.end, node.returned}
        case _:
            return {
                part.name for value in values_of(node) for part in walk(value) if isinstance(part, Column)
            }
