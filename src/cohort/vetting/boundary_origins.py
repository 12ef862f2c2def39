"""Where the values of a study come from: which columns of held tables stand behind a value."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cohort.query.calls import Figure
from cohort.query.rows import (
    INDEX_DATE,
    RELATED,
    ROWS_UNTIL,
    TOGETHER_FROM,
    TOGETHER_UNTIL,
    Add,
    CloseSpells,
    JoinSpells,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    PairUnits,
    Rename,
    Rows,
    TableRows,
    Union,
    inputs,
)
from cohort.query.study import Study
from cohort.query.summaries import Outer
from cohort.query.values import Column, Covered, Fact, IndexDate, Summary, Value, VariableValue, children

Held = tuple[str, str]
"""A column of a held table: logical names of table and column."""
Scope = tuple[Rows, ...]
"""The rows at hand, innermost last: ``this.column`` is a column of the rows before the last."""
_NONE: frozenset[Held] = frozenset()


@dataclass(frozen=True)
class Origins:
    """Traces columns and values of one study back to held tables."""

    study: Study

    @cached_property
    def start(self) -> Scope:
        """The rows that the population starts from, whose columns its index date sees."""
        return (self.study.by_name[self.study.population.start].rows,)

    def named(self, name: str) -> Scope:
        """Return the rows of a name as a scope; empty for tables that the study brings itself."""
        definition = self.study.by_name.get(name)
        return () if definition is None else (definition.rows,)

    def of_column(self, rows: Rows, name: str) -> frozenset[Held]:
        """Return the held columns that a column of rows is worked out from."""
        match rows:
            case TableRows():
                return frozenset({(rows.table, name)})
            case LiteralRows():
                return _NONE
            case NamedRows():
                scope = self.named(rows.name)
                return self.of_column(scope[-1], name) if scope else _NONE
            case Add() if name in dict(rows.added):
                return self.of_value(dict(rows.added)[name], (rows.rows,))
            case Rename():
                back = {new: old for old, new in rows.renamed}
                return self.of_column(rows.rows, back.get(name, name))
            case LinkUnit() if name == rows.unit:
                found = self.of_column(rows.mapping, rows.map_unit)
                return found if rows.drop_unlinked else found | self.of_column(rows.rows, rows.key)
            case CloseSpells() if name not in rows.rows.shape.types:
                return self.of_column(rows.rows, rows.end) | self.of_column(rows.rows, rows.start)
            case JoinSpells() if name == ROWS_UNTIL:
                return self.of_column(rows.rows, rows.until)
            case Union():
                return frozenset().union(*(self._if_there(part, name) for part in rows.parts))
            case OfRelated() if name in (RELATED, TOGETHER_FROM, TOGETHER_UNTIL):
                return self.of_column(rows.relation, rows.other if name == RELATED else name)
            case PairUnits():
                unit = rows.rows.shape.unit
                names = (rows.spell or ()) if name.startswith("together") else (unit,)
                return frozenset().union(*(self.of_column(rows.rows, each) for each in names if each))
            case _:
                return self._if_there(inputs(rows)[0], name)

    def of_value(self, value: Value, scope: Scope) -> frozenset[Held]:
        """Return the held columns that a value is worked out from, conditions left aside."""
        match value:
            case Column():
                return self._if_there(scope[-1], value.name) if scope else _NONE
            case Outer():
                return self._if_there(scope[-2], value.name) if len(scope) > 1 else _NONE
            case Fact():
                found = self.named(value.rows)
                return self.of_column(found[-1], value.column) if found else _NONE
            case Figure():
                return _NONE
            case IndexDate():
                return self.of_value(self.study.population.index_date, self.start)
            case VariableValue():
                variable = self.study.variable.get(value.name)
                return _NONE if variable is None else self.of_value(variable.value, ())
            case Summary():
                inner = (*scope, *self.named(value.rows.name))
                counts = value.of is None or value.function == "count_distinct"
                return _NONE if counts or value.of is None else self.of_value(value.of, inner)
            case Covered():
                rows = self.named(value.rows.name)
                return frozenset().union(*(self.of_column(rows[-1], each) for each in value.spell if rows))
            case _:
                return frozenset().union(*(self.of_value(part, scope) for part in children(value)))

    def _if_there(self, rows: Rows, name: str) -> frozenset[Held]:
        there = name in rows.shape.types and name != INDEX_DATE
        return self.of_column(rows, name) if there else _NONE
