"""The DuckDB dialect: what is its own. It compiles only; the text goes to DuckDB's own interface."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from cohort.sql.constructs import (
    CleanCode,
    DayOfYear,
    DaysFrom,
    EndTrimmed,
    IsoText,
    MovedDate,
    ShiftedDate,
    WholeDivision,
    Wide,
    texts,
)
from cohort.sql.dialect import CompileOnly, ListedCompiler
from cohort.sql.statement_kinds import (
    CreateTyped,
    DropIfThere,
    MadeFrom,
    ViewOf,
    select_text,
    typed_columns,
)

_FOR_ALL = "CREATE OR REPLACE"
_FOR_SESSION = f"{_FOR_ALL} TEMP"


class DuckDBCompiler(ListedCompiler):
    """DuckDB takes a SELECT without FROM."""


class DuckDBDialect(CompileOnly):
    """DuckDB."""

    name = "duckdb"
    statement_compiler = DuckDBCompiler


@compiles(ShiftedDate, "duckdb")
def _shifted(element: ShiftedDate, compiler: SQLCompiler, **kw: Any) -> str:
    (date,) = texts(element, compiler, kw)
    return f"CAST({date} + to_{element.unit}s({element.amount}) AS DATE)"


@compiles(MovedDate, "duckdb")
def _moved(element: MovedDate, compiler: SQLCompiler, **kw: Any) -> str:
    date, amount = texts(element, compiler, kw)
    return f"CAST({date} + to_{element.unit}s(CAST({amount} AS INTEGER)) AS DATE)"


# Quicker than a sum with an interval, which gives a timestamp first.
@compiles(DayOfYear, "duckdb")
def _day_of_year(element: DayOfYear, compiler: SQLCompiler, **kw: Any) -> str:
    years = compiler.process(element.parts[0], **kw)
    return f"make_date({years}, {element.day.month}, {element.day.day})"


@compiles(DaysFrom, "duckdb")
def _days(element: DaysFrom, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = texts(element, compiler, kw)
    return f"date_diff('day', {start}, {end})"


@compiles(IsoText, "duckdb")
def _iso(element: IsoText, compiler: SQLCompiler, **kw: Any) -> str:
    (date,) = texts(element, compiler, kw)
    return f"CAST({date} AS VARCHAR)"


@compiles(WholeDivision, "duckdb")
def _whole_division(element: WholeDivision, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = texts(element, compiler, kw)
    return f"({left} // {right})"


@compiles(Wide, "duckdb")
def _wide(element: Wide, compiler: SQLCompiler, **kw: Any) -> str:
    (part,) = texts(element, compiler, kw)
    return f"CAST({part} AS DECIMAL(38, 0))"


# TRIM alone takes every blank of Unicode away, elsewhere only the usual one. Most codes need none of it, and LIKE is
# quick. Conditions on a code are looked at with the whole expression in its place, so no part of it stands there twice.
@compiles(CleanCode, "duckdb")
def _clean_code(element: CleanCode, compiler: SQLCompiler, **kw: Any) -> str:
    (code,) = texts(element, compiler, kw)
    trimmed = f"WHEN {code} LIKE ' %' OR {code} LIKE '% ' THEN NULLIF(TRIM({code}, ' '), '')"
    return f"UPPER(CASE {trimmed} WHEN {code} <> '' THEN {code} END)"


@compiles(EndTrimmed, "duckdb")
def _end_trimmed(element: EndTrimmed, compiler: SQLCompiler, **kw: Any) -> str:
    (text,) = texts(element, compiler, kw)
    return f"CASE WHEN {text} LIKE '% ' THEN RTRIM({text}, ' ') ELSE {text} END"


@compiles(DropIfThere, "duckdb")
def _drop(element: DropIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DROP TABLE IF EXISTS {element.table}"


@compiles(CreateTyped, "duckdb")
def _create(element: CreateTyped, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"{_FOR_SESSION} TABLE {element.table} ({typed_columns(element.columns, compiler)})"


@compiles(MadeFrom, "duckdb")
def _made(element: MadeFrom, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"{_FOR_SESSION} TABLE {element.table} AS {select_text(element, compiler)}"


@compiles(ViewOf, "duckdb")
def _view(element: ViewOf, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"{_FOR_SESSION} VIEW {element.table} AS {select_text(element, compiler)}"


def seen_by_all(statement: str) -> str:
    """Return a statement that makes a table or view for every connection to a database, not for its own session."""
    return (
        _FOR_ALL + statement.removeprefix(_FOR_SESSION) if statement.startswith(_FOR_SESSION) else statement
    )
