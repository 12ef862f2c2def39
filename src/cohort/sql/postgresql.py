"""The PostgreSQL dialect: SQLAlchemy's own under our lists, and what is PostgreSQL's own. It compiles only."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects.postgresql.base import PGDialect, PGTypeCompiler
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import Double

from cohort.sql.constructs import (
    DaysFrom,
    IsoText,
    MovedDate,
    NumberLiteral,
    ShiftedDate,
    WholeDivision,
    Wide,
    texts,
)
from cohort.sql.dialect import ListedCompiler, ListedTypes, NamesWithoutSigns
from cohort.sql.statement_kinds import (
    CreateTyped,
    DropIfThere,
    DropViewIfThere,
    MadeFrom,
    ViewOf,
    WholeStatement,
    select_text,
    typed_columns,
)

_PARTS_OF_DATES = frozenset({"year", "month", "day"})


class PostgreSQLTypes(ListedTypes, PGTypeCompiler):
    """SQLAlchemy's names for the listed types. The 64-bit floating-point one has another than elsewhere."""

    def visit_DOUBLE(self, type_: Double[Any], **kw: Any) -> str:  # noqa: ARG002, N802
        """The standard's name."""
        return "DOUBLE PRECISION"

    visit_double = visit_DOUBLE


class PostgreSQLCompiler(ListedCompiler):
    """PostgreSQL has no functions for the parts of a date."""

    def written_function(self, name: str, parts: list[str]) -> str:
        """The parts of a date are taken by EXTRACT, which gives a decimal number."""
        if name in _PARTS_OF_DATES:
            (date,) = parts
            return f"CAST(EXTRACT({name.upper()} FROM {date}) AS INTEGER)"
        return super().written_function(name, parts)


class PostgreSQLDialect(PGDialect):
    """PostgreSQL 15 or later."""

    # SQLAlchemy's own dialect narrows both to its own classes; ours derive from the general ones.
    statement_compiler = PostgreSQLCompiler  # type: ignore[assignment]
    type_compiler_cls = PostgreSQLTypes
    preparer = NamesWithoutSigns  # type: ignore[assignment]
    supports_statement_cache = False
    # With the usual style each per cent sign would be doubled.
    default_paramstyle = "named"


@compiles(NumberLiteral, "postgresql")
def _number(element: NumberLiteral, _compiler: SQLCompiler, **_kw: Any) -> str:
    # A number with an exponent is an exact one there.
    return f"CAST({element.text} AS DOUBLE PRECISION)" if isinstance(element.type, Double) else element.text


@compiles(ShiftedDate, "postgresql")
def _shifted(element: ShiftedDate, compiler: SQLCompiler, **kw: Any) -> str:
    (date,) = texts(element, compiler, kw)
    sign = "-" if element.amount < 0 else "+"
    if element.unit == "day":
        return f"({date} {sign} {abs(element.amount)})"
    return f"CAST({date} {sign} INTERVAL '{abs(element.amount)} {element.unit}' AS DATE)"


@compiles(MovedDate, "postgresql")
def _moved(element: MovedDate, compiler: SQLCompiler, **kw: Any) -> str:
    date, amount = texts(element, compiler, kw)
    if element.unit == "day":
        return f"({date} + CAST({amount} AS INTEGER))"
    return f"CAST({date} + {amount} * INTERVAL '1 {element.unit}' AS DATE)"


@compiles(DaysFrom, "postgresql")
def _days(element: DaysFrom, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = texts(element, compiler, kw)
    return f"({end} - {start})"


@compiles(IsoText, "postgresql")
def _iso(element: IsoText, compiler: SQLCompiler, **kw: Any) -> str:
    # A plain cast would follow the settings of the connection.
    (date,) = texts(element, compiler, kw)
    return f"TO_CHAR({date}, 'YYYY-MM-DD')"


@compiles(WholeDivision, "postgresql")
def _whole_division(element: WholeDivision, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = texts(element, compiler, kw)
    return f"({left} / {right})"


@compiles(Wide, "postgresql")
def _wide(element: Wide, compiler: SQLCompiler, **kw: Any) -> str:
    (part,) = texts(element, compiler, kw)
    if not element.was_whole:
        # Straight from floating point PostgreSQL keeps 15 digits, and a number may have more.
        part = f"CAST({part} AS BIGINT)"
    return f"CAST({part} AS NUMERIC(38, 0))"


def _temporary(element: WholeStatement) -> str:
    return "" if element.in_workspace else "TEMP "


@compiles(DropIfThere, "postgresql")
def _drop(element: DropIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    # Without the schema a lasting table of the same name could be the one that is dropped.
    return f"DROP TABLE IF EXISTS {'' if element.in_workspace else 'pg_temp.'}{element.table}"


@compiles(DropViewIfThere, "postgresql")
def _drop_view(element: DropViewIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DROP VIEW IF EXISTS {'' if element.in_workspace else 'pg_temp.'}{element.table}"


@compiles(CreateTyped, "postgresql")
def _create(element: CreateTyped, compiler: SQLCompiler, **_kw: Any) -> str:
    columns = typed_columns(element.columns, compiler)
    return f"CREATE {_temporary(element)}TABLE {element.table} ({columns})"


@compiles(MadeFrom, "postgresql")
def _made(element: MadeFrom, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE {_temporary(element)}TABLE {element.table} AS {select_text(element, compiler)}"


@compiles(ViewOf, "postgresql")
def _view(element: ViewOf, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE OR REPLACE {_temporary(element)}VIEW {element.table} AS {select_text(element, compiler)}"
