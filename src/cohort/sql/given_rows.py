"""Rows that a study brings itself, written into a statement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import TableClause

from cohort.query.rows import LiteralRows
from cohort.sql.constructs import EVERY, MissingLiteral, NumberLiteral
from cohort.sql.names import own_name
from cohort.sql.pieces import AnySelect
from cohort.sql.types import sql_type
from cohort.sql.values import literal

_NAME = "given_rows"


class GivenRows(TableClause):
    """Rows in the FROM of a SELECT: a list of values with names for their columns."""

    inherit_cache = False

    def __init__(self, rows: LiteralRows) -> None:
        super().__init__(_NAME, *(sa.column(own_name(name), sql_type(type_)) for name, type_ in rows.columns))
        self.given = rows


@compiles(GivenRows, *EVERY)
def _given_rows(element: GivenRows, compiler: SQLCompiler, **_kw: Any) -> str:
    types = [type_ for _, type_ in element.given.columns]

    def line(row: tuple[Any, ...]) -> str:
        cells = (compiler.process(literal(cell, type_)) for cell, type_ in zip(row, types, strict=True))
        return f"({', '.join(cells)})"

    lines = ", ".join(line(row) for row in element.given.rows_held)
    names = ", ".join(own_name(name) for name, _ in element.given.columns)
    return f"(VALUES {lines}) AS {_NAME} ({names})"


def literal_rows(rows: LiteralRows) -> AnySelect:
    """Rows written into the statement."""
    if not rows.rows_held:
        empty = (MissingLiteral(sql_type(type_)).label(own_name(name)) for name, type_ in rows.columns)
        return sa.select(*empty).where(NumberLiteral(0) == NumberLiteral(1))
    given = GivenRows(rows)
    return sa.select(*(given.c[own_name(name)] for name, _ in rows.columns)).select_from(given)
