"""The dialect of Spark SQL 4 with ANSI rules, which is Databricks' as well: what is its own. It compiles only.

``spark.sql.ansi.enabled`` is on by default in both; with it a number that runs over is an error and not another one.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import String

from cohort.sql.constructs import (
    DaysFrom,
    IsoText,
    MovedDate,
    ShiftedDate,
    WholeDivision,
    Wide,
    rising,
    texts,
)
from cohort.sql.dialect import CompileOnly, ListedCompiler, ListedTypes, NamesWithoutSigns
from cohort.sql.lists import text_literal
from cohort.sql.statement_kinds import (
    CreateTyped,
    DropIfThere,
    DropViewIfThere,
    MadeFrom,
    ViewOf,
    select_text,
    typed_columns,
)

_SIGNS = re.compile(r"(['\\])")
_MONTHS_OF_YEAR = 12
_ORDERED = frozenset({"row_number", "lead"})
"""Window functions that Spark takes with an order only."""
_ALL_WHOLE = "4503599627370496E0"
"""From 2 to the power of 52 on a 64-bit floating-point number is always whole."""


class SparkTypes(ListedTypes):
    """Text has no length in a cast."""

    def visit_VARCHAR(self, type_: String, **kw: Any) -> str:  # noqa: ARG002, N802
        """Text of any length."""
        return "STRING"


class SparkCompiler(ListedCompiler):
    """Spark has its own ways with text, with whole numbers out of FLOOR and with windows."""

    def written_text(self, value: str) -> str:
        """Text in quotes. A quote or backslash in it stands as the number of the character.

        Whether a doubled quote is one quote, and whether a backslash escapes, differs between settings and versions.
        """
        text_literal(value)
        signs = [piece for piece in _SIGNS.split(value) if piece]
        if not any(_SIGNS.fullmatch(piece) for piece in signs):
            return f"'{value}'"
        pieces = [f"CHR({ord(piece)})" if _SIGNS.fullmatch(piece) else f"'{piece}'" for piece in signs]
        return f"CONCAT({', '.join(pieces)})"

    def written_function(self, name: str, parts: list[str]) -> str:
        """FLOOR and CEIL of a decimal number are 64-bit whole numbers in Spark, and cut to them without a word."""
        text = super().written_function(name, parts)
        if name in ("floor", "ceil"):
            (part,) = parts
            return f"CASE WHEN ABS({part}) < {_ALL_WHOLE} THEN CAST({text} AS DOUBLE) ELSE {part} END"
        return text

    def visit_over(self, over: Any, **kw: Any) -> str:
        """Give rows that are all alike an order: the columns that they share."""
        if over.order_by is None and getattr(over.element, "name", "") in _ORDERED:
            over = over.element.over(
                partition_by=over.partition_by,
                order_by=[rising(column) for column in over.partition_by.clauses],
            )
        return super().visit_over(over, **kw)


class SparkDialect(CompileOnly):
    """Spark SQL and Databricks SQL."""

    name = "spark"
    statement_compiler = SparkCompiler
    type_compiler_cls = SparkTypes
    preparer = NamesWithoutSigns


@compiles(ShiftedDate, "spark")
def _shifted(element: ShiftedDate, compiler: SQLCompiler, **kw: Any) -> str:
    (date,) = texts(element, compiler, kw)
    if element.unit == "day":
        return f"DATE_ADD({date}, {element.amount})"
    # Since Spark 3 it clips to the month's end and does not stick to it.
    return f"ADD_MONTHS({date}, {element.amount * (_MONTHS_OF_YEAR if element.unit == 'year' else 1)})"


@compiles(MovedDate, "spark")
def _moved(element: MovedDate, compiler: SQLCompiler, **kw: Any) -> str:
    date, amount = texts(element, compiler, kw)
    if element.unit == "day":
        return f"DATE_ADD({date}, CAST({amount} AS INTEGER))"
    months = f"{amount} * {_MONTHS_OF_YEAR}" if element.unit == "year" else amount
    return f"ADD_MONTHS({date}, CAST({months} AS INTEGER))"


@compiles(DaysFrom, "spark")
def _days(element: DaysFrom, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = texts(element, compiler, kw)
    return f"DATEDIFF({end}, {start})"


@compiles(IsoText, "spark")
def _iso(element: IsoText, compiler: SQLCompiler, **kw: Any) -> str:
    (date,) = texts(element, compiler, kw)
    return f"CAST({date} AS STRING)"


@compiles(WholeDivision, "spark")
def _whole_division(element: WholeDivision, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = texts(element, compiler, kw)
    return f"({left} DIV {right})"


@compiles(Wide, "spark")
def _wide(element: Wide, compiler: SQLCompiler, **kw: Any) -> str:
    (part,) = texts(element, compiler, kw)
    if not element.was_whole:
        # Straight from floating point Spark keeps the digits that it would print, which are not all.
        part = f"CAST({part} AS BIGINT)"
    return f"CAST({part} AS DECIMAL(38, 0))"


@compiles(DropIfThere, "spark")
def _drop(element: DropIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DROP TABLE IF EXISTS {element.table}"


@compiles(DropViewIfThere, "spark")
def _drop_view(element: DropViewIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DROP VIEW IF EXISTS {element.table}"


@compiles(CreateTyped, "spark")
def _create(element: CreateTyped, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE TABLE {element.table} ({typed_columns(element.columns, compiler)})"


@compiles(MadeFrom, "spark")
def _made(element: MadeFrom, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE TABLE {element.table} AS {select_text(element, compiler)}"


@compiles(ViewOf, "spark")
def _view(element: ViewOf, compiler: SQLCompiler, **_kw: Any) -> str:
    # A temporary view cannot be in a schema; one in a workspace stays until it is dropped or replaced.
    kind = "VIEW" if "." in element.table else "TEMPORARY VIEW"
    return f"CREATE OR REPLACE {kind} {element.table} AS {select_text(element, compiler)}"
