"""Whole statements: make, fill and drop tables. How each is written stands in the file of each dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from cohort.sql.constructs import EVERY
from cohort.sql.names import own_name, physical_name
from cohort.sql.pieces import AnySelect, Piece
from cohort.sql.scope import Columns
from cohort.sql.types import sql_type


class WholeStatement(ClauseElement):
    """A statement of ours about one table, given by its qualified name."""

    inherit_cache = False

    def __init__(self, table: str) -> None:
        schema, _, name = table.rpartition(".")
        self.table = f"{physical_name(schema)}.{own_name(name)}" if schema else own_name(name)
        self.in_workspace = bool(schema)


class DropIfThere(WholeStatement):
    """Drop a table if it exists."""


class DropViewIfThere(WholeStatement):
    """Drop a view if it exists."""


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


def select_text(element: FromSteps, compiler: SQLCompiler) -> str:
    """Return the chain of SELECTs of a statement."""

    def text(select: AnySelect) -> str:
        return compiler.process(select, literal_binds=True)

    steps = ", ".join(f"{own_name(piece.name)} AS ({text(piece.select)})" for piece in element.on_the_way)
    return (f"WITH {steps} " if steps else "") + text(element.final)


def typed_columns(columns: Columns, compiler: SQLCompiler) -> str:
    """Return columns with their types, as CREATE TABLE lists them."""
    types = compiler.dialect.type_compiler_instance
    return ", ".join(f"{own_name(name)} {types.process(sql_type(type_))}" for name, type_ in columns)


@compiles(FilledFrom, *EVERY)
def _filled(element: FilledFrom, compiler: SQLCompiler, **_kw: Any) -> str:
    names = ", ".join(own_name(name) for name, _ in element.columns)
    return f"INSERT INTO {element.table} ({names}) {select_text(element, compiler)}"
