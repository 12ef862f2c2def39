"""Runs the same rows or study on the reference engine and, through the SQL compiler, on DuckDB."""

from __future__ import annotations

import atexit
import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
from hypothesis import settings

from cohort.engines.reference import Cell, NamedResult, Row, World, evaluate_rows
from cohort.plan.build import build_plan
from cohort.plan.model import Plan, PlanStep, PlanTable
from cohort.plan.names import INDEX_DATE, INDEX_DATES
from cohort.query.rows import LiteralRows, NamedRows, Rows, TableRows, Union, inputs, walk_rows
from cohort.query.study import Definition, NamedStep, Origin, Study
from cohort.sql.compile import compile_steps
from cohort.sql.model import (
    USUAL_OPTIONS,
    DialectName,
    NamedBinding,
    Script,
    ScriptOptions,
    StatementKind,
)
from cohort.types import DATE, Kind, ValueType

from .tables import KEY, UNIT, Tables

TIMES = int(os.environ.get("EXAMPLES_TIMES", "1"))
"""How many times as many examples as usual: for a long run, by hand, after a change of the meanings."""
FEW = settings(max_examples=8 * TIMES, derandomize=True, deadline=None)
"""For each single operation or kind of value: the same examples in every run."""
MORE = settings(max_examples=15 * TIMES, derandomize=True, deadline=None)
"""For compositions and studies."""
FUSED = replace(USUAL_OPTIONS[DialectName.DUCKDB], fused=True)
"""A script in which aggregates over the same rows are worked out in one pass."""
HERE = Origin("property.yaml", 1)
ENTRIES: tuple[tuple[int, datetime.date], ...] = (
    (101, datetime.date(2004, 2, 29)),
    (101, datetime.date(2004, 3, 1)),
    (102, datetime.date(2004, 2, 29)),
    (3, datetime.date(2004, 2, 27)),
    (3, datetime.date(2005, 3, 31)),
    (1, datetime.date(2004, 3, 3)),
)
"""Units with their index dates, for rows of entries that belong to no study."""
Columns = tuple[tuple[str, ValueType], ...]
_TYPES = {
    Kind.KEY: "BIGINT",
    Kind.WHOLE: "INTEGER",
    Kind.DECIMAL: "DOUBLE",
    Kind.CODE: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
}


def by_reference(named: Mapping[str, Rows], tables: Tables, world: World | None = None) -> World:
    """Work out named rows in order on the reference engine."""
    world = world or World(tables, entries=ENTRIES)
    for name, rows in named.items():
        world.named[name] = NamedResult(rows.shape, evaluate_rows(rows, world))
    return world


def by_duckdb(named: Mapping[str, Rows], tables: Tables) -> dict[str, list[Row]]:
    """Work out named rows in order on DuckDB."""
    plan = plan_of_rows(named)
    script = compiled(plan, named.values())
    with loaded(named.values(), tables) as connection:
        run_script(connection, script)
        tables_of_rows = [table for table in plan.tables if table.name in named]
        return {
            table.name: fetched(connection, script, table.name, table.columns) for table in tables_of_rows
        }


def plan_of_rows(named: Mapping[str, Rows]) -> Plan:
    """Return a plan that fills one table for each of the named rows, one step for each operation."""
    entries = LiteralRows(INDEX_DATES, ((UNIT, KEY), (INDEX_DATE, DATE)), (UNIT, INDEX_DATE), ENTRIES)
    tables = tuple(
        PlanTable(name, rows.shape.columns, rows.shape.unit or rows.shape.names[0], tuple(_steps(name, rows)))
        for name, rows in {INDEX_DATES: entries, **named}.items()
    )
    return Plan("property", "Property", HERE.file, "0" * 64, UNIT, KEY, tables, ())


def _steps(name: str, rows: Rows) -> list[PlanStep]:
    below = () if isinstance(rows, Union) else inputs(rows)
    steps: list[PlanStep] = []
    if below and not isinstance(below[0], NamedRows):
        steps = _steps(f"{name}_x", below[0])
        rows = _on_top(rows, NamedRows(f"{name}_x", below[0].shape))
    return [*steps, PlanStep(name, "words", "", HERE, rows)]


def _on_top(rows: Any, below: NamedRows) -> Rows:
    """Return an operation on other rows. Every operation has a field ``rows``."""
    found: Rows = replace(rows, rows=below)
    return found


def definition(name: str, rows: Rows, *, prepared: bool = False) -> Definition:
    """Return nested rows as a definition, with one stage for each operation."""
    chain = [rows]
    while inputs(chain[0]) and not isinstance(inputs(chain[0])[0], NamedRows):
        chain.insert(0, inputs(chain[0])[0])
    stages = tuple(NamedStep(f"s{n}", stage, "words", HERE) for n, stage in enumerate(chain))
    return Definition(name, stages, prepared, "", HERE)


def compiled(plan: Plan, rows: Iterable[Rows], options: ScriptOptions | None = None) -> Script:
    """Compile a plan for DuckDB under a binding that gives each held table its name in capitals."""
    held = {node.table for top in rows for node in walk_rows(top) if isinstance(node, TableRows)}
    binding = NamedBinding("property", {name: f"HELD_{name.upper()}" for name in sorted(held)})
    return compile_steps(plan, DialectName.DUCKDB, binding, options=options)


def loaded(rows: Iterable[Rows], tables: Tables) -> duckdb.DuckDBPyConnection:
    """Return a connection of its own that holds the held tables under their physical names.

    All tables are temporary, so that connections to one database see nothing of each other: a new database for
    each example would take most of the time of the tests.
    """
    connection = _database().cursor()
    held = {node.table: node for top in rows for node in walk_rows(top) if isinstance(node, TableRows)}
    for table in held.values():
        columns = ", ".join(f"{column.physical} {_type(column.type)}" for column in table.columns)
        connection.execute(f"CREATE TEMPORARY TABLE HELD_{table.table.upper()} ({columns})")
        records = tables[table.table]
        if records:
            line = "(" + ", ".join("?" * len(table.columns)) + ")"
            values = [record[column.name] for record in records for column in table.columns]
            lines = ", ".join([line] * len(records))
            connection.execute(f"INSERT INTO HELD_{table.table.upper()} VALUES {lines}", values)
    return connection


def _type(type_: ValueType) -> str:
    return "BIGINT" if type_.bits == 64 else _TYPES[type_.kind]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    # DuckDB complains about what is still open when Python ends.
    atexit.register(_database.cache_clear)
    return duckdb.connect(config={"threads": 1})


def run_script(connection: duckdb.DuckDBPyConnection, script: Script) -> None:
    """Run every statement of a script that changes the database."""
    for statement in script.statements:
        if statement.kind is not StatementKind.COUNT:
            connection.execute(statement.text)


def fetched(connection: duckdb.DuckDBPyConnection, script: Script, table: str, columns: Columns) -> list[Row]:
    """Return the rows of a table of the plan with values as the reference engine has them."""
    names = ", ".join(name for name, _ in columns)
    found = connection.execute(f"SELECT {names} FROM {script.tables[table]}").fetchall()
    return [
        {name: _cell(value, type_) for (name, type_), value in zip(columns, line, strict=True)}
        for line in found
    ]


def _cell(value: Any, type_: ValueType) -> Cell:
    match type_.kind:
        case _ if value is None:
            return None
        case Kind.BOOLEAN:
            assert value in (0, 1)
            return bool(value)
        case Kind.DECIMAL:
            # A decimal type of SQL would be exact where floating point is meant.
            assert isinstance(value, float), type(value)
            return value
        case Kind.DATE:
            assert type(value) is datetime.date
            return value
        case _:
            assert not isinstance(value, float | Decimal), type(value)
            found: Cell = value
            return found


def in_order(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    """Return rows as tuples of (column, value) in an order of their own, to compare them as bags."""
    lines = [tuple(sorted(row.items())) for row in rows]
    return sorted(
        lines, key=lambda line: [(value is None, "" if value is None else str(value)) for _, value in line]
    )


def needed(named: Mapping[str, Rows], wanted: str) -> dict[str, Rows]:
    """Return those of the named rows that the wanted ones rest on, in order: less to compile."""
    found = {wanted}
    for name in reversed(list(named)):
        if name in found:
            found |= definition(name, named[name]).uses
            found |= {node.name for node in walk_rows(named[name]) if isinstance(node, NamedRows)}
    return {name: rows for name, rows in named.items() if name in found}


def assert_same_rows(named: Mapping[str, Rows], tables: Tables) -> None:
    """Compare both engines on the last of the named rows and on what they rest on."""
    named = needed(named, list(named)[-1])
    expected = by_reference(named, tables)
    found = by_duckdb(named, tables)
    for name in named:
        assert in_order(found[name]) == in_order(expected.named[name].rows), name


def plan_of(study: Study) -> Plan:
    """Return the plan of a study."""
    return build_plan(study)
