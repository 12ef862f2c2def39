"""Which columns of the data a study really uses: no others are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cohort.query.parts import columns_of_study, values_of_study
from cohort.query.rows import (
    Add,
    AsUnit,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    OnePer,
    PairUnits,
    Rename,
    Rows,
    TableRows,
    Union,
    Where,
    inputs,
    values_of,
    walk_rows,
)
from cohort.query.study import Study
from cohort.query.values import Column, Covered, Fact, Outer, Summary, Value, children

Held = frozenset[tuple[str, str]]
"""Columns of held tables, as (table, column)."""
Lineage = Mapping[str, Held]
"""Columns of rows, each with the held columns that it is, under whatever name. A column that was worked out is none."""


def columns_used(study: Study) -> frozenset[str]:
    """Return the columns of held tables that the study reads, as ``table.column``.

    A column counts as read if any operation, step, variable or output names it, under its own name or another;
    columns that only pass through do not count.
    """
    found = _Used()
    for definition in study.definitions:
        found.lineages[definition.name] = found.lineage(definition.rows)
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            found.note_operation(node)
    start = found.lineages.get(study.population.start, {})
    for value in values_of_study(study):
        found.note(value, start, {})
    for rows, column in columns_of_study(study):
        found.note_column(found.lineages.get(rows, {}), column)
    return frozenset(f"{table}.{column}" for table, column in found.held)


@dataclass
class _Used:
    """What has been seen so far: the lineage of named rows, and the held columns that are read."""

    lineages: dict[str, Lineage] = field(default_factory=dict)
    held: set[tuple[str, str]] = field(default_factory=set)
    _of_rows: dict[int, Lineage] = field(default_factory=dict)

    def lineage(self, rows: Rows) -> Lineage:
        """Return which held columns the columns of rows are. Each operation holds all before it, asked for once."""
        if id(rows) not in self._of_rows:
            self._of_rows[id(rows)] = self._lineage(rows)
        return self._of_rows[id(rows)]

    def note_column(self, lineage: Lineage, column: str) -> None:
        """Note that a column of rows is read."""
        self.held |= lineage.get(column, frozenset())

    def note_operation(self, node: Rows) -> None:
        """Note the columns that one operation names."""
        below = inputs(node)
        here = self.lineage(below[0]) if below else {}
        for column in columns_named(node):
            self.note_column(here, column)
        if isinstance(node, LinkUnit):
            mapping = self.lineage(node.mapping)
            for column in (node.map_key, node.map_unit, *node.also):
                self.note_column(mapping, column)
        for value in values_of(node):
            self.note(value, here, {})

    def note(self, value: Value, here: Lineage, outer: Lineage) -> None:
        """Note the columns that a value names; ``here`` are the rows at hand, ``outer`` those outside a summary."""
        match value:
            case Column():
                self.note_column(here, value.name)
            case Outer():
                self.note_column(outer, value.name)
            case Fact():
                self.note_column(self.lineages.get(value.rows, {}), value.column)
            case Summary():
                outer, here = here, self.lineages.get(value.rows.name, {})
                if value.order is not None:
                    self.note_column(here, value.order)
            case Covered():
                for column in value.spell:
                    self.note_column(self.lineages.get(value.rows.name, {}), column)
            case _:
                pass
        for child in children(value):
            self.note(child, here, outer)

    def _lineage(self, rows: Rows) -> Lineage:
        match rows:
            case TableRows():
                return {column.name: frozenset({(rows.table, column.name)}) for column in rows.columns}
            case NamedRows():
                return self.lineages.get(rows.name, {})
            case LiteralRows() | PairUnits():
                return {}
            case Union():
                parts = [self.lineage(part) for part in rows.parts]
                return {
                    name: frozenset().union(*(part.get(name, frozenset()) for part in parts))
                    for name in rows.shape.names
                }
            case Rename():
                new = dict(rows.renamed)
                return {new.get(name, name): held for name, held in self.lineage(rows.rows).items()}
            case (
                Where()
                | Add()
                | AsUnit()
                | KeepOne()
                | OnePer()
                | JoinSpells()
                | ForEachEntry()
                | OfRelated()
                | LinkUnit()
                | CloseSpells()
            ):
                return self.lineage(rows.rows)


def columns_named(node: Rows) -> tuple[str, ...]:
    """Return the columns of its input that an operation names beside its values."""
    match node:
        case KeepOne():
            return (node.order, *node.per)
        case OnePer():
            return node.columns
        case JoinSpells():
            return (node.start, node.until, *node.per)
        case LinkUnit():
            return (node.key, *node.also)
        case CloseSpells():
            return (node.start, node.end, node.returned)
        case AsUnit():
            return (*(() if node.unit is None else (node.unit,)), *(node.spell or ()))
        case PairUnits():
            return (node.same, *(node.spell or ()))
        case (
            TableRows()
            | NamedRows()
            | LiteralRows()
            | Where()
            | Add()
            | Rename()
            | Union()
            | ForEachEntry()
            | OfRelated()
        ):
            return ()
