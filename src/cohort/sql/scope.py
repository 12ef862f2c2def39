"""Where names lead to: tables of the plan, steps of the table at work, and the columns that one SELECT can use.

How a SELECT with values of the query model is made::

    rows = pieces.table(ENTRIES, variables_are_columns=True)     # or pieces.rows(node of the query model)
    scope = scope_over(pieces, rows, values)                     # all values that will be asked for
    sa.select(scope.unit, scalar(value, scope).label("x")).select_from(scope.rows)

``scope_over`` (in ``sql.summaries``) first adds the SELECTs that the values need on the way. After it only the scope
is used, never the source that was given: the rows at hand may have moved on to one of those SELECTs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.selectable import FromClause, NamedFromClause

from cohort.plan.names import INDEX_DATE, INDEX_DATES
from cohort.query.rows import TableRows
from cohort.query.values import Fact, Value, VariableValue
from cohort.sql.constructs import Expression
from cohort.sql.model import CannotCompile, TableBinding
from cohort.sql.names import own_name, physical_name, shortened_name
from cohort.sql.types import sql_type
from cohort.types import DATE, ValueType

Columns = tuple[tuple[str, ValueType], ...]
"""Names and types of columns, in order."""
INDEX_DATE_COLUMN = (INDEX_DATE, DATE)
"""The column of the index date and its type."""
SESSION = "SESSION"
"""Db2's schema of tables that are declared for one connection."""
_LONGEST_TABLE = 79
"""Characters of a table's name that leave it on one line with what stands around it."""


@dataclass(frozen=True)
class Known:
    """Rows that a SELECT can read: name in the database, schema if any, columns, and the name that they go by."""

    name: str
    schema: str | None
    columns: Columns
    alias: str


class Namespace:
    """Everything that has a name so far: tables of the plan, and the steps of the table at work.

    ``lists`` says which lists of codes are tables, ``fused`` whether summaries of the same rows share a SELECT.
    """

    def __init__(self, binding: TableBinding, unit: str, prefix: str) -> None:
        self.binding = binding
        self.unit = own_name(unit)
        self.prefix = prefix
        self.frame = INDEX_DATES
        self.lists: Mapping[tuple[object, ...], str] = {}
        self.fused = False
        self._tables: dict[str, Known] = {}
        self._steps: dict[str, Known] = {}
        self._reads: Mapping[str, str] = {}

    def begin_table(self, reads: Mapping[str, str] | None = None, frame: str = INDEX_DATES) -> None:
        """Begin a table of the plan: forget the steps of the one before, which live in one statement.

        In the new table a name of rows or of a variable leads to a step of that name, else to the table ``reads``
        gives for it, else to the table of that name. ``frame`` is the table of units and index dates that the table is
        worked out for.
        """
        self._steps = {}
        self._reads = reads or {}
        self.frame = frame

    def add_step(self, name: str, columns: Columns) -> None:
        """Make a step known to the steps after it."""
        if name in self._steps:
            raise CannotCompile(f"Two steps of one table have the name {name!r}.")
        self._steps[name] = Known(own_name(name), None, columns, own_name(name))

    def is_taken(self, name: str) -> bool:
        """Whether a step of the table at work, or a table, has this name."""
        return name in self._steps or name in self._tables

    def add_table(self, name: str, columns: Columns, *, in_session: bool = False) -> None:
        """Make a table of the plan known to everything after it; one of the session is nobody else's."""
        if name in self._tables:
            raise CannotCompile(f"Two tables have the name {name!r}.")
        alias = own_name(name)
        schema = SESSION if in_session else self.binding.workspace or None
        full = alias if in_session else own_name(self.prefix + name)
        self._tables[name] = Known(shortened_name(full, _LONGEST_TABLE), schema, columns, alias)

    def columns(self, name: str) -> Columns:
        """Return the columns of named rows."""
        return self._known(name).columns

    def physical(self, table: str) -> str:
        """Return the name in the database of a table of the plan."""
        known = self._tables[table]
        return f"{known.schema}.{known.name}" if known.schema else known.name

    def source(self, name: str, alias: str | None = None) -> FromClause:
        """Return named rows for a FROM clause, under the name of their table or step, or under another."""
        known = self._known(name)
        columns = [sa.column(own_name(column), sql_type(type_)) for column, type_ in known.columns]
        schema = physical_name(known.schema) if known.schema else None
        table = sa.table(known.name, *columns, schema=schema)
        wanted = known.alias if alias is None else own_name(alias)
        return table if wanted == known.name and schema is None else table.alias(wanted)

    def held(self, rows: TableRows) -> FromClause:
        """Return a held table under its physical names, for a FROM clause. Its alias is the logical name."""
        qualified = physical_name(self.binding.table(rows.table))
        schema, _, name = qualified.rpartition(".")
        columns: list[Any] = [
            sa.column(
                physical_name(self.binding.column(column.physical, rows.table)),
                sql_type(self.binding.held_type(column.physical, rows.table, column.type)),
            )
            for column in rows.columns
        ]
        table = sa.table(
            quoted_name(name, quote=False),
            *columns,
            schema=quoted_name(schema, quote=False) if schema else None,
        )
        return table.alias(own_name(rows.table))

    def is_dated(self, name: str) -> bool:
        """Whether named rows have the column of the index date."""
        return any(column == INDEX_DATE for column, _ in self.columns(name))

    def alias(self, name: str) -> str:
        """Return the name that named rows go by in a SELECT: that of the table or step they lead to."""
        return self._known(name).alias

    def _known(self, name: str) -> Known:
        found = self._steps.get(name) or self._tables.get(self._reads.get(name, name))
        if found is None:
            raise CannotCompile(f"A step refers to {name!r}, which no step before it makes.")
        return found


@dataclass(frozen=True)
class Held:
    """A column that holds what comes from outside the rows at hand.

    ``kind`` is ``this`` (a column of the row outside) or ``variable`` (of the study); ``name`` its name there.
    """

    kind: str
    name: str
    column: str
    type: ValueType


@dataclass(frozen=True)
class AtHand:
    """The rows that a SELECT works on, and whose they are.

    ``owner`` are the columns that say whose a row is: none, the unit, or the unit and the index date (rows of entries).
    ``name`` is the name of the rows in the study, if they have one. ``once`` says that no owner has two rows.
    With ``variables_are_columns`` a variable is the column of its name, if the rows have one.

    Rows that are summarised may stand beside a ``frame``: rows of owners, joined on the unit (and on the index date
    where the rows have one). The owner and ``held`` are then columns of the frame, else of the rows themselves.
    """

    source: FromClause
    columns: Columns
    owner: tuple[str, ...]
    name: str | None = None
    once: bool = False
    variables_are_columns: bool = False
    frame: FromClause | None = None
    held: tuple[Held, ...] = ()

    def beside(self, name: str) -> Expression:
        """Return a column of the owner: of the frame where the rows stand beside one, else of the rows."""
        return column_of(self.source if self.frame is None else self.frame, name)

    def held_column(self, kind: str, name: str) -> Expression | None:
        """Return what comes from outside under this name, if the rows hold it."""
        if kind == "variable" and self.variables_are_columns and name in self.source.c:
            return self.source.c[name]
        found = [held.column for held in self.held if (held.kind, held.name) == (kind, name)]
        return self.beside(found[0]) if found else None

    @property
    def from_clause(self) -> FromClause:
        """The rows, beside their frame if they have one."""
        if self.frame is None:
            return self.source
        shared = [name for name in self.owner if name in self.source.c]
        same = sa.and_(*(column_of(self.frame, name) == self.source.c[name] for name in shared))
        return self.frame.join(self.source, same)


class Scope:
    """One SELECT in the making: values ask for columns, and the joins that they need gather here.

    ``made`` gives for each summary (and for each costly part of a value) how to get it in a scope, ``shared`` SELECTs
    that several summaries read. Scopes are made by ``scope_over``.
    """

    def __init__(
        self,
        names: Namespace,
        at_hand: AtHand,
        made: Mapping[Value, Callable[[Scope], Expression]] | None = None,
    ) -> None:
        self.names = names
        self.at_hand = at_hand
        self.made = dict(made or {})
        self.shared: dict[object, FromClause] = {}
        self._joined: dict[object, tuple[FromClause, Expression]] = {}
        self._taken = {
            str(source.name)
            for source in (at_hand.source, at_hand.frame)
            if isinstance(source, NamedFromClause)
        }

    def column(self, name: str) -> Expression:
        """Return a column of the rows at hand."""
        return column_of(self.at_hand.source, name)

    def this(self, name: str) -> Expression:
        """Return a column of the row outside the rows at hand."""
        held = self.at_hand.held_column("this", name)
        if held is None:
            raise CannotCompile(f"A step asks for {name!r} of a row outside, and there is none.")
        return held

    @property
    def unit(self) -> Expression:
        """The unit of the rows at hand."""
        if not self.at_hand.owner:
            raise CannotCompile("A step asks for the unit of rows that belong to no unit.")
        return self.at_hand.beside(self.at_hand.owner[0])

    def index_date(self) -> Expression:
        """Return the index date of the entry that the row at hand belongs to."""
        if len(self.at_hand.owner) < 2:
            raise CannotCompile("A step asks for the index date of rows that belong to no entry.")
        return self.at_hand.beside(self.at_hand.owner[1])

    def fact(self, fact: Fact) -> Expression:
        """Return a column of rows with one row for each unit (or entry), joined on it."""
        # A fact of the rows at hand themselves needs no join.
        if fact.rows == self.at_hand.name:
            return self.column(fact.column)
        return column_of(self.join_owner(fact.rows, by_entry=fact.per_entry), fact.column)

    def variable(self, variable: VariableValue) -> Expression:
        """Return the value of a variable: a column of the rows at hand, or of the step or table it leads to."""
        held = self.at_hand.held_column("variable", variable.name)
        if held is not None:
            return held
        dated = self.names.is_dated(variable.name)
        if not dated and not variable.of_person:
            raise CannotCompile(f"The variable {variable.name!r} is worked out without an index date.")
        return column_of(self.join_owner(variable.name, by_entry=dated), variable.name)

    def join_owner(self, name: str, *, by_entry: bool) -> FromClause:
        """Join named rows that have at most one row for each unit, or (``by_entry``) for each entry."""
        return self.join(
            ("owner", self.names.alias(name)), name, lambda source: self.same_owner(source, by_entry=by_entry)
        )

    def same_owner(self, source: FromClause, *, by_entry: bool) -> Expression:
        """Return the condition that other rows belong to the unit (or the entry) of the row at hand."""
        same = column_of(source, self.names.unit) == self.unit
        return sa.and_(same, column_of(source, INDEX_DATE) == self.index_date()) if by_entry else same

    def join(self, key: object, name: str, on: Callable[[FromClause], Expression]) -> FromClause:
        """Join named rows once for each key; no row at hand may find two rows. Returns what was joined."""
        if key not in self._joined:
            alias, number = self.names.alias(name), 1
            while alias in self._taken:
                number += 1
                alias = f"{self.names.alias(name)}_{number}"
            source = self.names.source(name, alias)
            self._taken.add(alias)
            self._joined[key] = (source, on(source))
        return self._joined[key][0]

    @property
    def rows(self) -> FromClause:
        """The FROM clause: the rows at hand with everything joined to them, in the order of first use."""
        joined = self.at_hand.from_clause
        for source, on in self._joined.values():
            joined = joined.outerjoin(source, on)
        return joined


def select_columns(columns: Columns, source: FromClause) -> list[Expression]:
    """Return columns of rows in order, under their own names."""
    return [column_of(source, name) for name, _ in columns]


def column_of(source: FromClause, name: str) -> Expression:
    """Return a column of rows."""
    if name not in source.c:
        raise CannotCompile(f"A step refers to a column {name!r} that its rows do not have.")
    return source.c[name]


def free_name(name: str, columns: Columns) -> str:
    """Return a name that no column has: the given one, or one like it."""
    taken, number, wanted = {column for column, _ in columns}, 1, name
    while wanted in taken:
        number += 1
        wanted = f"{name}_{number}"
    return wanted
