"""Where the columns of a study's rows come from: held columns, or values worked out of others.

``cohort.resolve.columns_used`` counts what preparation names; a caveat concerns a study only if a column
reaches it, so that a column that preparation works out counts when the study uses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
    walk_rows,
)
from cohort.query.study import Study
from cohort.query.values import (
    Column,
    Compare,
    Covered,
    Fact,
    IndexDate,
    Literal,
    Outer,
    Summary,
    Value,
    VariableValue,
    children,
)

Held = tuple[str, str]
"""A held table and a column of it, by logical names."""
_KEEPS_THE_VALUE = ("first", "last", "smallest", "largest")


@dataclass(frozen=True)
class Worked:
    """A value that an operation works out, with the rows whose columns it sees."""

    value: Value
    rows: Rows


@dataclass(frozen=True)
class Scope:
    """The rows whose columns a value sees, and those outside a summary (None: none)."""

    here: Rows | None = None
    outer: Rows | None = None


def plain(study: Study, value: Value) -> Value:
    """Return what a variable or the index date stands for; other values as they are."""
    while isinstance(value, VariableValue | IndexDate):
        value = _stands_for(study, value)
    return value


def _stands_for(study: Study, value: VariableValue | IndexDate) -> Value:
    if isinstance(value, IndexDate):
        return study.population.index_date
    return study.variable[value.name].value


def _worked_out_by_preparation(study: Study) -> Iterator[int]:
    """Yield the operations of preparation that add columns, each by its identity."""
    for definition in study.by_name.values():
        if definition.prepared:
            yield from (id(node) for node in walk_rows(definition.rows) if isinstance(node, Add))


class Lineage:
    """Follows columns of one study down to the tables.

    With ``recorded_only`` it stops at what preparation works out, so that only columns whose recorded values reach
    the study's own words are found.
    """

    def __init__(self, study: Study, *, recorded_only: bool = False) -> None:
        self.study = study
        self._hidden = frozenset(_worked_out_by_preparation(study) if recorded_only else ())
        self._origins: dict[tuple[int, str], tuple[Held | Worked, ...]] = {}
        self._behind: dict[tuple[int, str], frozenset[Held]] = {}

    def origins(self, rows: Rows | None, column: str) -> tuple[Held | Worked, ...]:
        """Return what a column is: held columns or worked-out values, several for a union. Nothing for marks."""
        if rows is None:
            return ()
        found = self._origins.get((id(rows), column))
        if found is None:
            found = self._origins[id(rows), column] = tuple(self._look(rows, column))
        return found

    def rows_named(self, name: str) -> Rows | None:
        """Return the rows of a definition (None for context tables)."""
        definition = self.study.by_name.get(name)
        return None if definition is None else definition.rows

    def behind_column(self, rows: Rows | None, column: str) -> frozenset[Held]:
        """Return all held columns that a column rests on."""
        if rows is None:
            return frozenset()
        key = (id(rows), column)
        if key not in self._behind:
            self._behind[key] = frozenset()
            found: set[Held] = set()
            for origin in self.origins(rows, column):
                if isinstance(origin, Worked):
                    found |= self.behind(origin.value, Scope(origin.rows))
                else:
                    found.add(origin)
            self._behind[key] = frozenset(found)
        return self._behind[key]

    def behind(self, value: Value, scope: Scope) -> frozenset[Held]:
        """Return all held columns that a value rests on."""
        found: set[Held] = set()
        for part, inner in self.parts(value, scope):
            match part:
                case Column():
                    found |= self.behind_column(inner.here, part.name)
                case Outer():
                    found |= self.behind_column(inner.outer, part.name)
                case Fact():
                    found |= self.behind_column(self.rows_named(part.rows), part.column)
                case VariableValue():
                    found |= self.behind(self.study.variable[part.name].value, Scope())
                case IndexDate():
                    start = self.rows_named(self.study.population.start)
                    found |= self.behind(self.study.population.index_date, Scope(start))
                case Summary() if part.order is not None:
                    found |= self.behind_column(self.rows_named(part.rows.name), part.order)
                case Covered():
                    rows = self.rows_named(part.rows.name)
                    found |= {held for column in part.spell for held in self.behind_column(rows, column)}
                case _:
                    continue
        return frozenset(found)

    def parts(self, value: Value, scope: Scope) -> Iterator[tuple[Value, Scope]]:
        """Yield a value and all inside it, outermost first, each with what its columns are columns of."""
        yield value, scope
        inner = Scope(self.rows_named(value.rows.name), scope.here) if isinstance(value, Summary) else scope
        for child in children(value):
            yield from self.parts(child, inner)

    def itself(self, value: Value, scope: Scope) -> frozenset[Held]:
        """Return the held columns whose own values a value takes, also as yes or no; else nothing."""
        match value:
            case Column():
                return self._itself(self.origins(scope.here, value.name))
            case Fact():
                return self._itself(self.origins(self.rows_named(value.rows), value.column))
            case VariableValue():
                return self.itself(self.study.variable[value.name].value, Scope())
            case Summary() if value.function in _KEEPS_THE_VALUE and value.of is not None:
                return self.itself(value.of, Scope(self.rows_named(value.rows.name), scope.here))
            case Compare() if value.op == "=" and isinstance(value.right, Literal):
                return self.itself(value.left, scope)
            case _:
                return frozenset()

    def _itself(self, origins: tuple[Held | Worked, ...]) -> frozenset[Held]:
        found: set[Held] = set()
        for origin in origins:
            if isinstance(origin, Worked):
                found |= self.itself(origin.value, Scope(origin.rows))
            else:
                found.add(origin)
        return frozenset(found)

    def tables(self, rows: Rows | None) -> frozenset[str]:
        """Return the held tables that rows are made of; maps and related rows are not among them."""
        if rows is None:
            return frozenset()
        match rows:
            case TableRows():
                return frozenset({rows.table})
            case NamedRows():
                return self.tables(self.rows_named(rows.name))
            case LiteralRows():
                return frozenset()
            case Union():
                return frozenset().union(*(self.tables(part) for part in rows.parts))
            case _:
                return self.tables(rows.rows)

    def all_tables(self, names: frozenset[str]) -> frozenset[str]:
        """Return all held tables that definitions read, maps included."""
        nodes = (node for name in names for node in walk_rows(self.study.by_name[name].rows))
        return frozenset(node.table for node in nodes if isinstance(node, TableRows))

    def _look(self, rows: Rows, column: str) -> Iterator[Held | Worked]:
        match rows:
            case TableRows():
                if column in rows.shape.names:
                    yield rows.table, column
            case NamedRows():
                yield from self.origins(self.rows_named(rows.name), column)
            case LiteralRows() | PairUnits():
                return
            case Union():
                for part in rows.parts:
                    if column in part.shape.names:
                        yield from self.origins(part, column)
            case Add() if column in dict(rows.added) and id(rows) in self._hidden:
                return
            case Add() if column in dict(rows.added):
                yield Worked(dict(rows.added)[column], rows.rows)
            case Rename():
                before = {new: old for old, new in rows.renamed}.get(column, column)
                yield from self.origins(rows.rows, before)
            case LinkUnit() if column == rows.unit:
                yield from self.origins(rows.mapping, rows.map_unit)
            case CloseSpells() if column not in rows.rows.shape.names:
                for recorded in (rows.start, rows.end, rows.returned):
                    yield from self.origins(rows.rows, recorded)
            case (
                Add()
                | AsUnit()
                | CloseSpells()
                | ForEachEntry()
                | JoinSpells()
                | KeepOne()
                | LinkUnit()
                | OfRelated()
                | OnePer()
                | Where()
            ):
                if column in rows.rows.shape.names:
                    yield from self.origins(rows.rows, column)
