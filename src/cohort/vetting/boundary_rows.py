"""Invented units as rows: keys become numbers, columns get their physical names."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import polars

from cohort.catalogue import Catalogue
from cohort.sql.matching import PRIME
from cohort.types import Kind, ValueType
from cohort.vetting.boundary_pools import Pools
from cohort.vetting.boundary_units import Cell, Kin, Own, Place, Unit

KEY_SUFFIX = "PE"
_FIRST_UNIT = 1001
_LARGE = 3 * PRIME + _FIRST_UNIT - 1
"""Every third unit has a larger key, of more than 32 bits, which matching takes for that of the unit before it."""
_APART = 1_000_000
"""Keys of different names are as far apart, so that one can never be taken for another."""
_CODES = 8
"""A unit has at most as many keys of one name."""
Plain = int | float | str | datetime.date | None


def frames(
    units: Sequence[Unit], pools: Pools, catalogue: Catalogue, numbers: Sequence[int] | None = None
) -> dict[str, polars.DataFrame]:
    """Return the rows of units by logical table name, with all columns of the catalogue under physical names.

    Columns that the study does not read hold no value. ``numbers`` are the units' own (0, 1, ... without).
    """
    keys = {
        c.name for table in pools.tables for c in catalogue.tables[table].columns if c.type.kind is Kind.KEY
    }
    names = sorted(keys)
    bases = {name: (place + 1) * _APART for place, name in enumerate(names)}
    rows: dict[str, list[list[Plain]]] = {table: [] for table in pools.tables}
    for number, unit in zip(range(len(units)) if numbers is None else numbers, units, strict=True):
        for line in unit.lines:
            columns = catalogue.tables[line.table].columns
            rows[line.table].append([_plain(line.cells.get(c.name), number, bases) for c in columns])
    return {table: _frame(found, table, catalogue) for table, found in rows.items()}


def unit_number(column: str) -> polars.Expr:
    """Return the number of the unit that a key belongs to; of keys that units share, that of one of them."""
    key = polars.col(column).cast(polars.Int64)
    small = polars.when(key < _APART).then(key - _FIRST_UNIT).otherwise(key % _APART // _CODES)
    return polars.when(key >= _LARGE).then(key - _LARGE).otherwise(small)


def unit_number_text(column: str) -> str:
    """Return the same as an expression of DuckDB's SQL."""
    return (
        f"CASE WHEN {column} >= {_LARGE} THEN {column} - {_LARGE} WHEN {column} < {_APART} "
        f"THEN {column} - {_FIRST_UNIT} ELSE {column} % {_APART} // {_CODES} END"
    )


def physical_name(template: str) -> str:
    """Return a column's physical name."""
    return template.replace("{key}", KEY_SUFFIX)


def _plain(cell: Cell, unit: int, bases: Mapping[str, int]) -> Plain:
    match cell:
        case Own(name=""):
            number = unit + cell.number
            return number + (_LARGE if number % 3 == 2 else _FIRST_UNIT)
        case Own():
            owner = unit - unit % 2 if cell.shared else unit
            return bases[cell.name] + owner * _CODES + cell.number
        case Kin():
            return bases[cell.name] + (unit - unit % 3) * _CODES + cell.number
        case Place():
            return cell.values[(unit + cell.number) % len(cell.values)]
        case _:
            return cell


def _frame(rows: list[list[Plain]], table: str, catalogue: Catalogue) -> polars.DataFrame:
    columns = catalogue.tables[table].columns
    schema = {physical_name(column.physical): _frame_type(column.type) for column in columns}
    return polars.DataFrame(rows, schema=schema, orient="row")


def _frame_type(type_: ValueType) -> polars.DataType:
    match type_.kind:
        case Kind.KEY:
            return polars.Int64()
        case Kind.WHOLE:
            return {16: polars.Int16(), 32: polars.Int32(), 64: polars.Int64()}[type_.bits]
        case Kind.DECIMAL:
            return polars.Float64()
        case Kind.DATE:
            return polars.Date()
        case Kind.CODE | Kind.TEXT:
            return polars.String()
        case Kind.BOOLEAN:
            return polars.Int16()
