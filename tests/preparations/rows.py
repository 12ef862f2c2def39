"""Hand-made held rows as text, what both engines make of them, and the comparison with polars.

For the tests of preparations of social care and education. The polars code of those tests is written from the
documented clean-up: it sees the held rows as recorded, and shares nothing with the steps of the catalogue.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import duckdb
import polars as pl

from cohort.catalogue import load_catalogue
from cohort.engines.reference import Row
from cohort.query.rows import TableRows, walk_rows
from cohort.query.study import Definition
from cohort.resolve.prepared import Asked, prepared_for
from cohort.sql.prepared import prepared_plan
from cohort.types import Kind, ValueType
from tests.properties.harness import by_reference, compiled, fetched, in_order, run_script

Record = dict[str, object]
Held = Mapping[str, Sequence[Record]]
"""Held tables by logical name, their rows by logical column."""

CATALOGUE = load_catalogue()
ASKED = Asked()
"""Data from 1 April 2003 to 31 March 2021, statuses 1, 4 and 39, improved links of CRCS, CINW and EDUW."""
ACCEPTED = [1, 4, 39]

_POLARS: dict[Kind, type[pl.DataType]] = {
    Kind.KEY: pl.Int64,
    Kind.WHOLE: pl.Int64,
    Kind.DECIMAL: pl.Float64,
    Kind.CODE: pl.String,
    Kind.TEXT: pl.String,
    Kind.DATE: pl.Date,
    Kind.BOOLEAN: pl.Boolean,
}
_READERS: dict[Kind, Callable[[str], object]] = {
    Kind.KEY: int,
    Kind.WHOLE: int,
    Kind.DECIMAL: float,
    Kind.DATE: datetime.date.fromisoformat,
    Kind.CODE: lambda text: text.strip('"') if text.startswith('"') else text,
    Kind.TEXT: lambda text: text.strip('"') if text.startswith('"') else text,
}
_DUCKDB = {Kind.DECIMAL: "DOUBLE", Kind.CODE: "VARCHAR", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE"}


def held(**tables: str) -> Held:
    """Return held tables from text: a line of columns, then lines of values between bars.

    A blank value is missing, quotes keep blanks, and columns that are left out are missing in all rows.
    """
    return {table: _records(table, text) for table, text in tables.items()}


def _records(table: str, text: str) -> list[Record]:
    types = {column.name: column.type for column in CATALOGUE.tables[table].columns}
    head, *lines = ([cell.strip() for cell in line.split("|")] for line in text.strip("\n").splitlines())
    unknown = set(head) - set(types)
    assert not unknown, f"{table} has no column {sorted(unknown)}"
    found = []
    for line in lines:
        given = dict(zip(head, line, strict=True))
        found.append({name: _read(given.get(name, ""), type_) for name, type_ in types.items()})
    return found


def _read(text: str, type_: ValueType) -> object:
    return _READERS[type_.kind](text) if text else None


def frame(tables: Held, table: str) -> pl.DataFrame:
    """Return a held table as it is recorded, nothing cleaned."""
    schema = {column.name: _POLARS[column.type.kind] for column in CATALOGUE.tables[table].columns}
    records = tables.get(table, ())
    return pl.DataFrame([[record[name] for name in schema] for record in records], schema, orient="row")


def clean(column: str) -> pl.Expr:
    """Return a code without blanks around it and in capitals; one of blanks alone is missing."""
    text = pl.col(column).str.strip_chars(" ").str.to_uppercase()
    return pl.when(text == "").then(None).otherwise(text).alias(column)


def by_engines(name: str, unit: str, tables: Held, asked: Asked = ASKED) -> dict[str, list[Row]]:
    """Return the rows of a prepared source by engine; the engines must agree in all that it rests on."""
    definitions = _definitions(name, unit, asked)
    named = {found.name: found.rows for found in definitions}
    needed = {
        node.table: node for top in named.values() for node in walk_rows(top) if isinstance(node, TableRows)
    }
    assert set(tables) <= set(needed), f"{name} does not read {sorted(set(tables) - set(needed))}"
    whole = {table: tables.get(table, ()) for table in needed}
    expected = by_reference(named, whole)
    script = compiled(prepared_plan(definitions, unit), named.values())
    with duckdb.connect(config={"threads": 1}) as connection:
        for node in needed.values():
            _load(connection, node, whole[node.table])
        run_script(connection, script)
        for part, rows in named.items():
            found = fetched(connection, script, part, rows.shape.columns)
            assert in_order(found) == in_order(expected.named[part].rows), part
            if part == name:
                return {"reference": expected.named[part].rows, "duckdb": found}
    raise AssertionError(f"{name} was not worked out")


def assert_prepared(
    name: str, unit: str, tables: Held, expected: pl.DataFrame, rows: int, asked: Asked = ASKED
) -> None:
    """Compare a prepared source on both engines with what polars gives, in the columns of the latter.

    ``rows`` is how many rows a reader counts in the hand-made tables, so that all three cannot be empty together.
    """
    assert expected.height == rows
    columns = expected.columns
    wanted = _bag(expected.rows())
    for engine, found in by_engines(name, unit, tables, asked).items():
        assert _bag([tuple(row[column] for column in columns) for row in found]) == wanted, engine


def _bag(rows: Sequence[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted(rows, key=lambda row: [(cell is None, str(cell)) for cell in row])


@cache
def _definitions(name: str, unit: str, asked: Asked) -> tuple[Definition, ...]:
    return prepared_for(CATALOGUE, name, unit, asked)


def _load(connection: duckdb.DuckDBPyConnection, table: TableRows, records: Sequence[Record]) -> None:
    columns = ", ".join(f"{_column(column.physical)} {_type(column.type)}" for column in table.columns)
    physical = f"HELD_{table.table.upper()}"
    connection.execute(f"CREATE TEMPORARY TABLE {physical} ({columns})")
    line = "(" + ", ".join("?" * len(table.columns)) + ")"
    for record in records:
        connection.execute(
            f"INSERT INTO {physical} VALUES {line}", [record[column.name] for column in table.columns]
        )


def _column(template: str) -> str:
    return template.replace("{key}", "PE")


def _type(type_: ValueType) -> str:
    return _DUCKDB.get(type_.kind, "BIGINT" if type_.bits == 64 else "INTEGER")
