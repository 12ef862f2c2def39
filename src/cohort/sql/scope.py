"""Where names lead to in one SELECT: the rows at hand, and the tables joined to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.model import INDEX_DATE, INDEX_DATES
from cohort.query.rows import TableRows
from cohort.sql.constructs import Expression
from cohort.sql.model import CannotCompile, TableBinding
from cohort.sql.names import own_name, physical_name
from cohort.sql.types import sql_type
from cohort.types import DATE, ValueType

Columns = tuple[tuple[str, ValueType], ...]
"""Names and types of columns, in order."""


@dataclass(frozen=True)
class Known:
    """Rows that a SELECT can read: name in the database, schema if any, columns."""

    name: str
    schema: str | None
    columns: Columns


class Namespace:
    """Everything that has a name so far: tables of the plan, and the steps of the table at work."""

    def __init__(self, binding: TableBinding, unit: str, prefix: str) -> None:
        self.binding = binding
        self.unit = own_name(unit)
        self.prefix = prefix
        self._tables: dict[str, Known] = {}
        self._steps: dict[str, Known] = {}

    def begin_table(self) -> None:
        """Forget the steps of the table before: a common table expression lives in one statement."""
        self._steps = {}

    def add_step(self, name: str, columns: Columns) -> None:
        """Make a step known to the steps after it."""
        if name in self._steps:
            raise CannotCompile(f"Two steps of one table have the name {name!r}.")
        self._steps[name] = Known(own_name(name), None, columns)

    def is_taken(self, name: str) -> bool:
        """Whether a step of the table at work, or a table, has this name."""
        return name in self._steps or name in self._tables

    def add_table(self, name: str, columns: Columns) -> None:
        """Make a table of the plan known to everything after it."""
        if name in self._tables:
            raise CannotCompile(f"Two tables have the name {name!r}.")
        self._tables[name] = Known(own_name(self.prefix + name), self.binding.workspace or None, columns)

    def columns(self, name: str) -> Columns:
        """Return the columns of named rows."""
        return self._known(name).columns

    def physical(self, table: str) -> str:
        """Return the name in the database of a table of the plan."""
        known = self._tables[table]
        return f"{known.schema}.{known.name}" if known.schema else known.name

    def source(self, name: str, alias: str | None = None) -> FromClause:
        """Return named rows for a FROM clause, under their own name or another."""
        known = self._known(name)
        columns = [sa.column(own_name(column), sql_type(type_)) for column, type_ in known.columns]
        schema = physical_name(known.schema) if known.schema else None
        table = sa.table(known.name, *columns, schema=schema)
        wanted = own_name(alias or name)
        return table if wanted == known.name and schema is None else table.alias(wanted)

    def held(self, rows: TableRows) -> FromClause:
        """Return a held table under its physical names, for a FROM clause. Its alias is the logical name."""
        qualified = physical_name(self.binding.table(rows.table))
        schema, _, name = qualified.rpartition(".")
        columns: list[Any] = [
            sa.column(physical_name(self.binding.column(column.physical)), sql_type(column.type))
            for column in rows.columns
        ]
        table = sa.table(
            quoted_name(name, quote=False),
            *columns,
            schema=quoted_name(schema, quote=False) if schema else None,
        )
        return table.alias(own_name(rows.table))

    def _known(self, name: str) -> Known:
        found = self._steps.get(name) or self._tables.get(name)
        if found is None:
            raise CannotCompile(f"A step refers to {name!r}, which no step before it makes.")
        return found


class Scope:
    """One SELECT in the making: values ask for columns, and the joins they need gather here.

    ``base`` are the rows at hand, ``base_name`` their name if they have one, and ``entries`` says that they
    hold one row for each entry with its index date. ``variables_are_columns`` says that variables are columns of
    the rows at hand; otherwise each is an earlier step of its own name.
    """

    def __init__(
        self,
        names: Namespace,
        base: FromClause,
        base_name: str | None,
        *,
        entries: bool = False,
        variables_are_columns: bool = False,
    ) -> None:
        self.names = names
        self.base = base
        self.base_name = base_name
        self._entries = entries
        self._variables_are_columns = variables_are_columns
        self._joined: dict[str, FromClause] = {}

    def column(self, name: str) -> Expression:
        """Return a column of the rows at hand."""
        return _column(self.base, name)

    def fact(self, rows: str, column: str) -> Expression:
        """Return a column of rows with one row for each unit, joined on the unit."""
        # A fact of the rows at hand themselves needs no join.
        return self.column(column) if rows == self.base_name else _column(self._join(rows), column)

    def index_date(self) -> Expression:
        """Return the index date: of the entry at hand, or of the unit of the row at hand."""
        return self.column(INDEX_DATE) if self._entries else _column(self._join(INDEX_DATES), INDEX_DATE)

    def variable(self, name: str) -> Expression:
        """Return the value of a variable."""
        if self._variables_are_columns:
            return self.column(name)
        return _column(self._join(name), name)

    @property
    def unit(self) -> Expression:
        """The unit of the rows at hand."""
        return self.column(self.names.unit)

    @property
    def rows(self) -> FromClause:
        """The FROM clause: the rows at hand with everything joined to them, in the order of first use."""
        joined = self.base
        for source in self._joined.values():
            joined = joined.outerjoin(source, _column(source, self.names.unit) == self.unit)
        return joined

    def _join(self, name: str) -> FromClause:
        if name not in self._joined:
            taken = self.base_name == name or own_name(name) == getattr(self.base, "name", None)
            self._joined[name] = self.names.source(name, f"{name}_of_unit" if taken else None)
        return self._joined[name]


def select_columns(columns: Columns, source: FromClause) -> list[Expression]:
    """Return columns of rows in order, under their own names."""
    return [_column(source, name) for name, _ in columns]


def _column(source: FromClause, name: str) -> Expression:
    if name not in source.c:
        raise CannotCompile(f"A step refers to a column {name!r} that its rows do not have.")
    return source.c[name]


INDEX_DATE_COLUMN = (INDEX_DATE, DATE)
"""The column of the index date and its type."""
