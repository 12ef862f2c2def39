"""Hand-made held rows, and what both engines make of them: for the tests of preparations of health data.

A test writes a few awkward rows, works out with polars what the preparation should give, and compares. The polars code
of the tests is written from the documented clean-up and shares nothing with the catalogue's steps.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from cohort.catalogue import load_catalogue
from cohort.diagnostics import Diagnostics
from cohort.query.rows import Rows, TableRows, walk_rows
from cohort.resolve.definitions import Names
from cohort.resolve.setting import read_setting
from cohort.source import Source
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.read import read_spec
from cohort.types import Kind, ValueType
from tests.properties.harness import by_reference, compiled, fetched, in_order, plan_of_rows, run_script

Record = dict[str, object]
Held = Mapping[str, Sequence[Record]]
"""Held tables by logical name, their rows by logical column."""

DATA_UNTIL = datetime.date(2019, 3, 31)
AFTER_DATA = datetime.date(2019, 4, 1)
"""The last day of the small study's data, and the first day after it."""
ACCEPTED = ["1", "4", "39"]
"""Match statuses that the small study accepts."""
CATALOGUE = load_catalogue()

_POLARS = {
    Kind.KEY: pl.Int64,
    Kind.WHOLE: pl.Int64,
    Kind.DECIMAL: pl.Float64,
    Kind.CODE: pl.String,
    Kind.TEXT: pl.String,
    Kind.DATE: pl.Date,
}
_DUCKDB = {Kind.DECIMAL: "DOUBLE", Kind.CODE: "VARCHAR", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE"}


def held(table: str, columns: str, *lines: tuple[object, ...]) -> dict[str, list[Record]]:
    """Return one held table from lines of values in the order of ``columns``; all other columns are missing.

    Dates are written as text (``2001-01-01``).
    """
    types = {column.name: column.type for column in CATALOGUE.tables[table].columns}
    names = columns.split()
    records = []
    for line in lines:
        given = dict(zip(names, line, strict=True))
        records.append({name: _written(given.pop(name, None), type_) for name, type_ in types.items()})
        assert not given, f"{table} has no column {sorted(given)}"
    return {table: records}


def frame(tables: Held, table: str) -> pl.DataFrame:
    """Return a held table as it is recorded, nothing cleaned."""
    columns = CATALOGUE.tables[table].columns
    schema = {column.name: _POLARS[column.type.kind] for column in columns}
    return pl.DataFrame([[record[name] for name in schema] for record in tables[table]], schema, orient="row")


def clean(column: str) -> pl.Expr:
    """Return a code without blanks around it and in capitals; one of blanks alone is missing."""
    text = pl.col(column).str.strip_chars(" ").str.to_uppercase()
    return pl.when(text == "").then(None).otherwise(text).alias(column)


def linked(rows: pl.DataFrame, status: str = "match_status", person: str = "alf") -> pl.DataFrame:
    """Return rows with a linking field of an accepted match status, which is then the person."""
    kept = rows.with_columns(clean(status)).filter(
        pl.col(status).is_in(ACCEPTED), pl.col(person).is_not_null()
    )
    return kept.rename({person: "person"})


def first_by(rows: pl.DataFrame, group: Sequence[str], *order: str) -> pl.DataFrame:
    """Return the first row of each group by the columns in turn, missing values last."""
    in_turn = rows.sort(order, nulls_last=True, maintain_order=True)
    return in_turn.unique(list(group), keep="first", maintain_order=True)


def spells(rows: pl.DataFrame, start: str = "start_date", end: str = "end_date") -> pl.DataFrame:
    """Return spells that began by the end of the data, with the first day outside; open ones reach to that end."""
    is_open = pl.col(end).is_null() | (pl.col(end).dt.year() >= 9000)
    # A date near the end of the calendar has no next day, so that it is taken out before days are added.
    last = pl.when(is_open).then(pl.lit(DATA_UNTIL)).otherwise(pl.col(end))
    began = rows.filter(pl.col(start).is_not_null(), pl.col(start) <= DATA_UNTIL)
    closed = began.with_columns(until=last + pl.duration(days=1))
    return closed.filter(pl.col("until") > pl.col(start))


def given_by_both_engines(name: str, tables: Held) -> list[dict[str, Any]]:
    """Return the rows of a prepared source; the reference engine and DuckDB must agree on every column."""
    named = _named(name)
    assert named[name].shape.unit == "person"
    assert named[name].shape.spell == CATALOGUE.prepared[name].spell
    needed = {
        node.table: node for top in named.values() for node in walk_rows(top) if isinstance(node, TableRows)
    }
    assert set(tables) <= set(needed), f"{name} does not read {sorted(set(tables) - set(needed))}"
    whole = {table: tables.get(table, ()) for table in needed}
    expected = by_reference(named, whole)
    plan = plan_of_rows(named)
    # The first table of the plan is that of entries, which these rows do not need.
    plan = replace(plan, unit="person", tables=plan.tables[1:])
    script = compiled(plan, named.values())
    with duckdb.connect(config={"threads": 1}) as connection:
        for node in needed.values():
            _load(connection, node, whole[node.table])
        run_script(connection, script)
        for part, rows in named.items():
            found = fetched(connection, script, part, rows.shape.columns)
            assert in_order(found) == in_order(expected.named[part].rows), part
    return expected.named[name].rows


def assert_prepared(name: str, tables: Held, expected: pl.DataFrame) -> None:
    """Compare a prepared source with what polars gives, in the columns of the latter, as bags of rows."""
    assert expected.height, "an empty expectation would show little"
    found = given_by_both_engines(name, tables)
    columns = expected.columns
    assert _bag(tuple(row[column] for column in columns) for row in found) == _bag(expected.rows())


def _bag(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return sorted(rows, key=lambda row: [(cell is None, str(cell)) for cell in row])


def _written(value: object, type_: ValueType) -> object:
    if type_.kind is Kind.DATE and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    return value


@cache
def _named(name: str) -> dict[str, Rows]:
    """Return a prepared source and all that it rests on, in order, as a small study of people resolves them."""
    text = (
        "cohort_spec: 1\nstudy: {id: s, title: t, question: q, unit: person, data_from: 2003-04-01, "
        f"data_until: {DATA_UNTIL}}}\nlinkage: {{accept_status: [1, 4, 39], derived_alf: false, why: w}}\n"
        "sources: {people: r}\npopulation: {from: people, index_date: data_from}\n"
        "outputs: {flow: {attrition: population}}\ndisclosure: sail\n"
    )
    diagnostics = Diagnostics()
    source = Source("small.yaml", text)
    nodes = read_nodes(source, diagnostics)
    assert nodes is not None
    spec = read_spec(nodes, diagnostics)
    assert spec is not None, [item.headline for item in diagnostics]
    setting = read_setting(spec, source, CATALOGUE, Path(), diagnostics)
    assert setting is not None, [item.headline for item in diagnostics]
    names = Names(setting)
    names.sources.named(name)
    assert not len(diagnostics), [item.headline for item in diagnostics]
    return {part: found.rows for part, found in names.definitions.items() if found is not None}


def _load(connection: duckdb.DuckDBPyConnection, table: TableRows, records: Sequence[Record]) -> None:
    """Make a held table under its physical column names."""
    columns = [
        f"{column.physical.replace('{key}', 'PE')} {_held_as(column.type)}" for column in table.columns
    ]
    connection.execute(f"CREATE TABLE HELD_{table.table.upper()} ({', '.join(columns)})")
    marks = ", ".join("?" * len(columns))
    for record in records:
        values = [record[column.name] for column in table.columns]
        connection.execute(f"INSERT INTO HELD_{table.table.upper()} VALUES ({marks})", values)


def _held_as(type_: ValueType) -> str:
    return _DUCKDB.get(type_.kind) or ("BIGINT" if type_.bits == 64 or type_.kind is Kind.KEY else "INTEGER")
