"""The meaning of row nodes: operations that take rows and give rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from cohort.engines.reference.cells import as_cell, as_date, in_order_of
from cohort.engines.reference.related import of_related, pair_units
from cohort.engines.reference.spells import joined, spells_of
from cohort.engines.reference.values import evaluate_value
from cohort.engines.reference.world import Cell, Context, ReferenceFault, Row, World, context_of
from cohort.query.rows import (
    END_ASSUMED,
    INDEX_DATE,
    PART,
    ROWS_UNTIL,
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
    Shape,
    TableRows,
    Union,
    Where,
    values_of,
)
from cohort.query.summaries import Covered, Summary
from cohort.query.values import Fact, IndexDate, Value, VariableValue, walk
from cohort.types import Kind

_ONE_DAY = datetime.timedelta(days=1)


def evaluate_rows(rows: Rows, world: World) -> list[Row]:
    """Return the rows of a node. Their order means nothing; equal rows are kept apart.

    ``world`` must hold the tables and named rows that the node refers to.
    """
    _refuse_values_of_nobody(rows)
    match rows:
        case TableRows():
            return [_recorded_row(rows, record) for record in world.tables[rows.table]]
        case LiteralRows():
            return [_literal_row(rows, line) for line in rows.rows_held]
        case NamedRows():
            return [dict(row) for row in world.result(rows.name).rows]
        case Where():
            return [
                row
                for row in evaluate_rows(rows.rows, world)
                if evaluate_value(rows.condition, row, context_of(row, rows.rows.shape, world)) is True
            ]
        case Add():
            return [_with_columns(rows, row, world) for row in evaluate_rows(rows.rows, world)]
        case Rename():
            new = dict(rows.renamed)
            return [
                {new.get(name, name): cell for name, cell in row.items()}
                for row in evaluate_rows(rows.rows, world)
            ]
        case AsUnit():
            return evaluate_rows(rows.rows, world)
        case KeepOne():
            return _keep_one(rows, evaluate_rows(rows.rows, world))
        case OnePer():
            return _one_per(rows, evaluate_rows(rows.rows, world))
        case JoinSpells():
            return _join_spells(rows, evaluate_rows(rows.rows, world))
        case Union():
            return _union(rows, world)
        case ForEachEntry():
            return _for_each_entry(rows, evaluate_rows(rows.rows, world), world)
        case OfRelated():
            return of_related(rows, evaluate_rows(rows.rows, world), evaluate_rows(rows.relation, world))
        case PairUnits():
            return pair_units(rows, evaluate_rows(rows.rows, world))
        case LinkUnit():
            return _link_unit(rows, evaluate_rows(rows.rows, world), evaluate_rows(rows.mapping, world))
        case CloseSpells():
            return _close_spells(rows, evaluate_rows(rows.rows, world), world)
        case _:
            assert_never(rows)


def group_by(rows: Iterable[Row], columns: Iterable[str]) -> dict[tuple[Cell, ...], list[Row]]:
    """Group rows by the values of columns; missing values form a group like any other value."""
    names = tuple(columns)
    groups: dict[tuple[Cell, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    return groups


def _by_key(rows: list[Row], shape: Shape) -> list[Row]:
    """Return rows in the order of the key.

    A key that does not tell rows apart is a flaw of the data. Then the other columns decide, in their order,
    so that every engine and every run keeps the same row.
    """
    return sorted(rows, key=lambda row: in_order_of(row, shape.order))


def _refuse_values_of_nobody(rows: Rows) -> None:
    """A fact belongs to a unit and the index date to an entry, so only rows of units and entries can ask for them."""
    match rows:
        case Where() | Add():
            shape = rows.rows.shape
            parts = [part for top in values_of(rows) for part in walk(top)]
            if shape.unit is None and any(isinstance(part, Fact | Summary | Covered) for part in parts):
                raise ReferenceFault("rows without a unit ask for a value of the unit")
            if not shape.per_entry and any(_is_of_entry(part) for part in parts):
                raise ReferenceFault("rows of units ask for a value of the entry")
        case _:
            return


def _is_of_entry(part: Value) -> bool:
    match part:
        case IndexDate():
            return True
        case VariableValue():
            return not part.of_person
        case Fact():
            return part.per_entry
        case Summary() | Covered():
            return part.rows.per_entry
        case _:
            return False


def _recorded_row(table: TableRows, record: Mapping[str, object]) -> Row:
    row: Row = {}
    for column in table.columns:
        cell = as_cell(record[column.name], column.type)
        if column.type.kind is Kind.CODE and isinstance(cell, str):
            # Only blanks are trimmed, as databases do; a code of nothing but blanks is no code.
            cell = cell.strip(" ").upper() or None
        elif column.type.kind is Kind.TEXT and isinstance(cell, str):
            cell = cell.rstrip(" ")
        row[column.name] = cell
    return row


def _literal_row(literal: LiteralRows, line: tuple[object, ...]) -> Row:
    return {name: as_cell(cell, kind) for (name, kind), cell in zip(literal.columns, line, strict=True)}


def _with_columns(add: Add, row: Row, world: World) -> Row:
    context = context_of(row, add.rows.shape, world)
    # Each new column sees the row as it was before the operation, so their order does not matter.
    return row | {name: evaluate_value(value, row, context) for name, value in add.added}


def _keep_one(keep: KeepOne, rows: list[Row]) -> list[Row]:
    kept = []
    for group in group_by((row for row in rows if row[keep.order] is not None), keep.per).values():
        # Sorting keeps the order of ties, in both directions: so the key breaks them, whichever end is kept.
        in_order = sorted(
            _by_key(group, keep.shape), key=lambda row: _known(row[keep.order]), reverse=keep.last
        )
        kept += in_order[keep.number - 1 : keep.number]
    return kept


def _known(cell: Cell) -> Any:
    """Return a cell as something to sort by: values of one column that are not missing can be compared."""
    return cell


def _one_per(one: OnePer, rows: list[Row]) -> list[Row]:
    complete = [row for row in rows if all(row[name] is not None for name in one.columns)]
    groups = group_by(complete, one.per).values()
    return [_by_key(group, one.shape)[0] for group in groups]


def _join_spells(join: JoinSpells, rows: list[Row]) -> list[Row]:
    found: list[Row] = []
    for groups, group in group_by(rows, join.groups).items():
        for start, until in joined(spells_of(group, (join.start, join.until)), join.gap_days):
            dates: Row = {
                join.start: datetime.date.fromordinal(start),
                ROWS_UNTIL: datetime.date.fromordinal(until),
            }
            found.append(dict(zip(join.groups, groups, strict=True)) | dates)
    return found


def _union(union: Union, world: World) -> list[Row]:
    found: list[Row] = []
    for number, part in enumerate(union.parts, start=1):
        for row in evaluate_rows(part, world):
            # The last column of a union is the number of the part.
            found.append({name: row[name] for name in union.shape.names if name != PART} | {PART: number})
    return found


def _for_each_entry(each: ForEachEntry, rows: list[Row], world: World) -> list[Row]:
    if world.entries is None:
        raise ReferenceFault("rows of entries are asked for before the entries are known")
    unit = each.shape.unit
    assert unit is not None
    # An entry always has a unit, so rows without one are beside no entry.
    return [row | {INDEX_DATE: date} for row in rows for who, date in world.entries if row[unit] == who]


def _link_unit(link: LinkUnit, rows: list[Row], mapping: list[Row]) -> list[Row]:
    units: dict[tuple[Cell, ...], list[Any]] = {}
    for entry in mapping:
        key = tuple(entry[name] for name in (link.map_key, *link.also))
        # A line of the map without a key or without a unit says nothing.
        if None not in key and entry[link.map_unit] is not None:
            units.setdefault(key, []).append(entry[link.map_unit])
    linked = []
    for row in rows:
        found = units.get(tuple(row[name] for name in (link.key, *link.also)), [])
        if found or not link.drop_unlinked:
            linked.append({link.unit: min(found) if found else row[link.key]} | row)
    return linked


def _close_spells(close: CloseSpells, rows: list[Row], world: World) -> list[Row]:
    unit = close.shape.unit
    assert unit is not None
    newest: Any = evaluate_value(close.newest_return, {}, Context(world))
    open_until = evaluate_value(close.open_until, {}, Context(world))
    closed = []
    for group in group_by(rows, (unit,)).values():
        starts = [row[close.start] for row in group]
        if None in starts or len(set(starts)) < len(starts):
            raise ReferenceFault("close_spells needs a start in every row, different within a unit")
        in_order = sorted(group, key=lambda row: in_order_of(row, (close.start,)))
        returns: list[Any] = [row[close.returned] for row in group if row[close.returned] is not None]
        last_return = max(returns, default=None)
        for number, row in enumerate(in_order):
            later = in_order[number + 1][close.start] if number + 1 < len(in_order) else None
            end = as_date(row[close.end])
            until: Cell
            assumed = False
            if end is not None:
                until = end if end == later else end + _ONE_DAY
            elif later is not None:
                until, assumed = later, True
            elif last_return is not None and newest is not None and last_return < newest:
                until, assumed = datetime.date(last_return // 100 + 1, 4, 1), True
            else:
                until = open_until
            closed.append(row | {ROWS_UNTIL: until, END_ASSUMED: assumed})
    return closed
