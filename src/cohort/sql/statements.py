"""Whole statements: make, fill and drop tables. Each has one rendering for each dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from cohort.sql.db2 import Db2Dialect
from cohort.sql.dialect import CompileOnly, text_literal
from cohort.sql.duckdb import DuckDBDialect
from cohort.sql.model import CannotCompile, DialectName
from cohort.sql.names import own_name, physical_name
from cohort.sql.pieces import AnySelect, Piece
from cohort.sql.scope import Columns
from cohort.sql.types import sql_type

_DIALECTS: dict[DialectName, CompileOnly] = {
    DialectName.DUCKDB: DuckDBDialect(),
    DialectName.DB2: Db2Dialect(),
}


class WholeStatement(ClauseElement):
    """A statement of ours about one table, given by its qualified name."""

    inherit_cache = False

    def __init__(self, table: str) -> None:
        schema, _, name = table.rpartition(".")
        self.table = f"{physical_name(schema)}.{own_name(name)}" if schema else own_name(name)


class DropIfThere(WholeStatement):
    """Drop a table if it exists."""


class CreateTyped(WholeStatement):
    """Make an empty table with typed columns, spread over the servers by one of them (or as Db2 likes)."""

    def __init__(self, table: str, columns: Columns, spread_by: str | None) -> None:
        super().__init__(table)
        self.columns = columns
        self.spread_by = spread_by


class FromSteps(WholeStatement):
    """Rows from a chain of named SELECTs: ``on_the_way`` in order, then ``final``."""

    def __init__(self, table: str, columns: Columns, on_the_way: tuple[Piece, ...], final: AnySelect) -> None:
        super().__init__(table)
        self.columns = columns
        self.on_the_way = on_the_way
        self.final = final


class MadeFrom(FromSteps):
    """A new table with the rows of a chain of named SELECTs."""


class ViewOf(FromSteps):
    """A view of a chain of named SELECTs: the database works through it together with what reads it."""


class FilledFrom(FromSteps):
    """The rows of a chain of named SELECTs added to a table."""


def compiled(element: ClauseElement, dialect: DialectName) -> str:
    """Return the text of an expression or statement, with every value written into it."""
    compiler = element.compile(dialect=_DIALECTS[dialect], compile_kwargs={"literal_binds": True})
    assert isinstance(compiler, SQLCompiler)
    if compiler.binds:
        # Only the bounds of a window's frame are bound by SQLAlchemy, and those are written out.
        unwritten = [name for name in compiler.binds if f":{name}" in str(compiler)]
        if unwritten:
            raise CannotCompile("A value was left out of the text of a statement.")
    return str(compiler)


def _select_text(element: FromSteps, compiler: SQLCompiler) -> str:
    def text(select: AnySelect) -> str:
        return compiler.process(select, literal_binds=True)

    steps = ", ".join(f"{own_name(piece.name)} AS ({text(piece.select)})" for piece in element.on_the_way)
    return (f"WITH {steps} " if steps else "") + text(element.final)


def _typed_columns(columns: Columns, compiler: SQLCompiler) -> str:
    types = compiler.dialect.type_compiler_instance
    return ", ".join(f"{own_name(name)} {types.process(sql_type(type_))}" for name, type_ in columns)


def _names(columns: Columns) -> str:
    return ", ".join(own_name(name) for name, _ in columns)


@compiles(DropIfThere, "duckdb")
def _drop_duckdb(element: DropIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    return f"DROP TABLE IF EXISTS {element.table}"


@compiles(DropIfThere, "db2")
def _drop_db2(element: DropIfThere, _compiler: SQLCompiler, **_kw: Any) -> str:
    # SAIL's own procedure. It takes a name as text, and Db2 keeps unquoted names in capitals.
    return f"CALL FNC.DROP_IF_EXISTS({text_literal(element.table.upper())})"


@compiles(CreateTyped, "duckdb")
def _create_duckdb(element: CreateTyped, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE OR REPLACE TEMP TABLE {element.table} ({_typed_columns(element.columns, compiler)})"


@compiles(CreateTyped, "db2")
def _create_db2(element: CreateTyped, compiler: SQLCompiler, **_kw: Any) -> str:
    spread = f" DISTRIBUTE BY HASH({own_name(element.spread_by)})" if element.spread_by else ""
    return f"CREATE TABLE {element.table} ({_typed_columns(element.columns, compiler)}){spread}"


@compiles(MadeFrom, "duckdb")
def _made_duckdb(element: MadeFrom, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE OR REPLACE TEMP TABLE {element.table} AS {_select_text(element, compiler)}"


@compiles(ViewOf, "duckdb")
def _view_duckdb(element: ViewOf, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"CREATE OR REPLACE TEMP VIEW {element.table} AS {_select_text(element, compiler)}"


@compiles(FilledFrom, "duckdb", "db2")
def _filled(element: FilledFrom, compiler: SQLCompiler, **_kw: Any) -> str:
    return f"INSERT INTO {element.table} ({_names(element.columns)}) {_select_text(element, compiler)}"
