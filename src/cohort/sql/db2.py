"""The Db2 dialect: what is its own. It compiles only. No Db2 server has ever seen its text."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import OperatorExpression

from cohort.sql.constructs import (
    DateLiteral,
    DaysFrom,
    IsoText,
    MovedDate,
    ShiftedDate,
    TextLiteral,
    WholeDivision,
    Wide,
    texts,
)
from cohort.sql.dialect import CompileOnly, ListedCompiler
from cohort.sql.lists import text_literal
from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name
from cohort.sql.statement_kinds import CreateTyped, DropIfThere, typed_columns


class Db2Compiler(ListedCompiler):
    """Db2 needs a FROM in every SELECT, and has a table of one row for it."""

    select_without_table = " FROM SYSIBM.SYSDUMMY1"

    def check_compared(self, *parts: Any) -> None:
        """Refuse to compare with text that ends in a blank, which does not count in Db2 and does elsewhere."""
        for part in parts:
            if isinstance(part, TextLiteral) and part.value.endswith(" "):
                raise CannotCompile(
                    f"Db2 does not tell a text with blanks at the end from one without: {part.value!r}."
                )


class Db2Dialect(CompileOnly):
    """IBM Db2 for Linux, Unix and Windows."""

    name = "db2"
    statement_compiler = Db2Compiler


@compiles(DateLiteral, "db2")
def _date(element: DateLiteral, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DATE('{element.day}')"


@compiles(ShiftedDate, "db2")
def _shifted(element: ShiftedDate, compiler: SQLCompiler, **kw: Any) -> str:
    # A labelled duration clips to the month's end as DuckDB does; ADD_MONTHS does not.
    (date,) = texts(element, compiler, kw)
    sign = "-" if element.amount < 0 else "+"
    return f"({date} {sign} {abs(element.amount)} {element.unit.upper()}S)"


@compiles(MovedDate, "db2")
def _moved(element: MovedDate, compiler: SQLCompiler, **kw: Any) -> str:
    date, amount = texts(element, compiler, kw)
    bracketed = amount if isinstance(element.parts[1], OperatorExpression) else f"({amount})"
    return f"({date} + {bracketed} {element.unit.upper()}S)"


@compiles(DaysFrom, "db2")
def _days(element: DaysFrom, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = texts(element, compiler, kw)
    return f"(DAYS({end}) - DAYS({start}))"


@compiles(IsoText, "db2")
def _iso(element: IsoText, compiler: SQLCompiler, **kw: Any) -> str:
    # A plain cast would follow the settings of the connection.
    (date,) = texts(element, compiler, kw)
    return f"VARCHAR_FORMAT({date}, 'YYYY-MM-DD')"


@compiles(WholeDivision, "db2")
def _whole_division(element: WholeDivision, compiler: SQLCompiler, **kw: Any) -> str:
    left, right = texts(element, compiler, kw)
    return f"({left} / {right})"


@compiles(Wide, "db2")
def _wide(element: Wide, compiler: SQLCompiler, **kw: Any) -> str:
    (part,) = texts(element, compiler, kw)
    return f"CAST({part} AS DECIMAL(31, 0))"


@compiles(DropIfThere, "db2")
def _drop(element: DropIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    # SAIL's own procedure. It takes a name as text, and Db2 keeps unquoted names in capitals.
    return f"CALL FNC.DROP_IF_EXISTS({text_literal(element.table.upper())})"


@compiles(CreateTyped, "db2")
def _create(element: CreateTyped, compiler: SQLCompiler, **_kw: Any) -> str:
    spread = f" DISTRIBUTE BY HASH({own_name(element.spread_by)})" if element.spread_by else ""
    typed = f"{element.table} ({typed_columns(element.columns, compiler)})"
    if element.table.startswith("SESSION."):
        kept = "ON COMMIT PRESERVE ROWS NOT LOGGED WITH REPLACE"
        return f"DECLARE GLOBAL TEMPORARY TABLE {typed} {kept}{spread}"
    return f"CREATE TABLE {typed}{spread}"
