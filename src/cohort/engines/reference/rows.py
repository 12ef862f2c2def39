"""The meaning of row nodes: operations that take rows and give rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from cohort.engines.reference.values import as_cell, as_date, evaluate_value
from cohort.engines.reference.world import Cell, Context, ReferenceFault, Row, World
from cohort.query.rows import (
    END_ASSUMED,
    ROWS_UNTIL,
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rows,
    Shape,
    TableRows,
    Where,
    values_of,
)
from cohort.query.values import Fact, IndexDate, VariableValue, walk
from cohort.types import Kind

_ONE_DAY = datetime.timedelta(days=1)


def evaluate_rows(rows: Rows, world: World) -> list[Row]:
    """Return the rows of a node. Their order means nothing; equal rows are kept apart.

    ``world`` must hold the tables and named rows that the node refers to.
    """
    _refuse_unit_values_without_unit(rows)
    match rows:
        case TableRows():
            return [_recorded_row(rows, record) for record in world.tables[rows.table]]
        case NamedRows():
            return [dict(row) for row in world.result(rows.name).rows]
        case Where():
            return [
                row
                for row in evaluate_rows(rows.rows, world)
                if evaluate_value(rows.condition, row, _context(rows.rows, row, world)) is True
            ]
        case Add():
            return [_with_columns(rows, row, world) for row in evaluate_rows(rows.rows, world)]
        case KeepOne():
            return _keep_one(rows, evaluate_rows(rows.rows, world))
        case OnePer():
            return _one_per(rows, evaluate_rows(rows.rows, world))
        case JoinSpells():
            return _join_spells(rows, evaluate_rows(rows.rows, world))
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


def in_order_of(row: Mapping[str, Cell], columns: Iterable[str]) -> tuple[Any, ...]:
    """Return what sorts rows by columns, rising, missing values last."""
    return tuple((True,) if row[name] is None else (False, row[name]) for name in columns)


def _by_key(rows: list[Row], shape: Shape) -> Row:
    """Return the first row by the key.

    A key that does not tell rows apart is a flaw of the data. Then the other columns decide, in their order,
    so that every engine and every run keeps the same row.
    """
    columns = tuple(dict.fromkeys((*shape.key, *shape.names)))
    return min(rows, key=lambda row: in_order_of(row, columns))


def _refuse_unit_values_without_unit(rows: Rows) -> None:
    """A fact, the index date or a variable belongs to a unit, so rows without one cannot ask for it."""
    match rows:
        case Where() | Add():
            if rows.rows.shape.unit is not None:
                return
            for top in values_of(rows):
                if any(isinstance(part, Fact | IndexDate | VariableValue) for part in walk(top)):
                    raise ReferenceFault("rows without a unit ask for a value of the unit")
        case _:
            return


def _context(rows: Rows, row: Row, world: World) -> Context:
    unit = rows.shape.unit
    return Context(world, None if unit is None else row[unit])


def _recorded_row(table: TableRows, record: Mapping[str, object]) -> Row:
    row: Row = {}
    for column in table.columns:
        cell = as_cell(record[column.name], column.type)
        if column.type.kind is Kind.CODE and isinstance(cell, str):
            # Only blanks are trimmed, as databases do; a code of nothing but blanks is no code.
            cell = cell.strip(" ").upper() or None
        row[column.name] = cell
    return row


def _with_columns(add: Add, row: Row, world: World) -> Row:
    context = _context(add.rows, row, world)
    # Each new column sees the row as it was before the operation, so their order does not matter.
    return row | {name: evaluate_value(value, row, context) for name, value in add.added}


def _keep_one(keep: KeepOne, rows: list[Row]) -> list[Row]:
    kept = []
    for group in group_by((row for row in rows if row[keep.order] is not None), keep.per).values():
        order: list[Any] = [row[keep.order] for row in group]
        end = max(order) if keep.last else min(order)
        ties = [row for row in group if row[keep.order] == end]
        kept.append(_by_key(ties, keep.shape))
    return kept


def _one_per(one: OnePer, rows: list[Row]) -> list[Row]:
    complete = [row for row in rows if all(row[name] is not None for name in one.columns)]
    groups = group_by(complete, one.per).values()
    return [_by_key(group, one.shape) for group in groups]


def _join_spells(join: JoinSpells, rows: list[Row]) -> list[Row]:
    joined: list[Row] = []
    for groups, group in group_by(rows, join.groups).items():
        spells = []
        for row in group:
            start, until = as_date(row[join.start]), as_date(row[join.until])
            if start is not None and until is not None and start < until:
                spells.append((start, until))
        periods: list[tuple[datetime.date, datetime.date]] = []
        for start, until in sorted(spells):
            if periods and (start - periods[-1][1]).days <= join.gap_days:
                periods[-1] = (periods[-1][0], max(periods[-1][1], until))
            else:
                periods.append((start, until))
        for start, until in periods:
            joined.append(
                dict(zip(join.groups, groups, strict=True)) | {join.start: start, ROWS_UNTIL: until}
            )
    return joined


def _link_unit(link: LinkUnit, rows: list[Row], mapping: list[Row]) -> list[Row]:
    units: dict[Cell, list[Any]] = {}
    for entry in mapping:
        # A line of the map without a key or without a unit says nothing.
        if entry[link.map_key] is not None and entry[link.map_unit] is not None:
            units.setdefault(entry[link.map_key], []).append(entry[link.map_unit])
    linked = []
    for row in rows:
        found = units.get(row[link.key], [])
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
