"""From the description to SQL: each check of a table is one numbered part that adds its counts to the results.

No table on the way is made, no row of a held table is copied, and nothing is shown on the screen.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.catalogue.model import CodeList, HeldColumn
from cohort.plan.names import RESULTS
from cohort.quality.description import (
    Check,
    Comparison,
    CountedTable,
    Description,
    State,
    YearKind,
    states_of,
    table_id,
)
from cohort.quality.expressions import HeldRows, state_of_column, year_of_row
from cohort.quality.forms import form_of
from cohort.quality.top import top
from cohort.sql.constructs import CountDistinct, DateLiteral, Expression, NumberLiteral, TextLiteral
from cohort.sql.layout import lay_out
from cohort.sql.model import (
    CannotCompile,
    DialectName,
    PartKind,
    ReadColumn,
    ReadTable,
    Script,
    ScriptPart,
    Statement,
    StatementKind,
    TableBinding,
)
from cohort.sql.names import own_name, shortened_name
from cohort.sql.parts import hash_of_statements, numbered_part
from cohort.sql.pieces import AnySelect, Piece
from cohort.sql.results import COUNT, RESULT_COLUMNS, Written
from cohort.sql.scope import Columns
from cohort.sql.statements import CreateTyped, DropIfThere, FilledFrom, WholeStatement, compiled
from cohort.sql.types import sql_type
from cohort.types import Kind, ValueType

COUNTED, UNITS = "count", "units"
"""The statistics of the results: how many rows (or units of a comparison), and how many people are behind them."""
_ROWS = "row_states"
_TEXT = ValueType(Kind.CODE, length=60)
_LONGEST_PREFIX = 35
_TABLE = "quality_results"


def counting_script(
    description: Description,
    code_lists: Mapping[str, CodeList],
    dialect: DialectName,
    binding: TableBinding,
) -> Script:
    """Return the script that counts what a description says, for DuckDB or Db2.

    The same arguments give the same bytes. Raises ``CannotCompile`` for another database, and for anything that the
    database must not be given.
    """
    if dialect not in (DialectName.DUCKDB, DialectName.DB2):
        raise CannotCompile(f"The data-quality statement has no script for {dialect.label}.")
    return _Counting(description, code_lists, dialect, binding).script()


class _Counting:
    """One script in the making."""

    def __init__(
        self,
        description: Description,
        code_lists: Mapping[str, CodeList],
        dialect: DialectName,
        binding: TableBinding,
    ) -> None:
        self.description = description
        self.code_lists = code_lists
        self.dialect = dialect
        self.binding = binding
        self.written = Written(description.study, description.spec_hash)
        self.results = _results_name(description.study, binding)
        self.parts: list[ScriptPart] = []

    def script(self) -> Script:
        self._prepare()
        for table in self.description.tables:
            rows = HeldRows(table, self.binding)
            self._rows(rows)
            for column in table.checked:
                self._column(rows, column)
        for comparison in self.description.comparisons:
            self._comparison(comparison)
        # Last, because these read columns that the project may not hold.
        for table in self.description.tables:
            if table.key:
                self._key(HeldRows(table, self.binding))
        reads = tuple(_reads(table, self.binding) for table in self.description.tables)
        digest = hash_of_statements(statement for part in self.parts for statement in part.statements)
        before = top(
            self.description, self.dialect, self.binding, reads, self.results, tuple(self.parts), digest
        )
        return Script(
            self.description.study,
            self.description.spec_hash,
            self.dialect,
            (*before, *self.parts),
            reads,
            {RESULTS: self.results},
            digest,
        )

    def _prepare(self) -> None:
        statements = []
        if self.dialect is DialectName.DB2:
            statements.append(self._statement(StatementKind.DROP, DropIfThere(self.results)))
        create = CreateTyped(self.results, RESULT_COLUMNS, None)
        statements.append(self._statement(StatementKind.CREATE, create))
        words = "an empty table for the counts"
        if len(statements) > 1:
            words = f"drop what an earlier run left behind, and make {words}"
        self._add(PartKind.PREPARE, "prepare", words, "", statements)

    def _rows(self, rows: HeldRows) -> None:
        name = table_id(Check.ROWS, rows.table.name)
        self._count(rows, name, f"rows of {rows.table.name} by year", "coverage", TextLiteral(""))

    def _column(self, rows: HeldRows, column: HeldColumn) -> None:
        table = rows.table
        listed = self.code_lists.get(column.type.code_list or "")
        states = ", ".join(state.value for state in states_of(table, column, listed))
        words = f"{column.name} of {table.name} by year. What is found in a row: {states}"
        why = "missing values"
        if listed is not None:
            why += ", and codes that are not in use"
        elif form_of(column) is not None:
            why += ", and what cannot be a code"
        name = table_id(Check.COLUMN, table.name, column.name)
        self._count(rows, name, words, why, state_of_column(rows, column, listed))

    def _count(self, rows: HeldRows, name: str, words: str, why: str, state: Expression) -> None:
        """Add a part that counts rows and people by year and state."""
        unit = rows.table.unit
        selected = [year_of_row(rows).label("row_year"), state.label("row_state")]
        columns: Columns = (("row_year", _TEXT), ("row_state", _TEXT))
        if unit is not None:
            selected.append(rows.raw(unit).label("unit_key"))
            columns = (*columns, ("unit_key", unit.type))
        piece = Piece(_ROWS, "", sa.select(*selected).select_from(rows.source), columns)
        source = _source(columns)
        self._result(name, words, why, (piece,), self._by_year(name, source, with_people=unit is not None))

    def _by_year(self, name: str, source: FromClause, *, with_people: bool) -> AnySelect:
        places = (source.c["row_year"], source.c["row_state"])
        counts = self.written.counted(name, places, COUNTED, sa.func.count(), source).group_by(*places)
        if not with_people:
            return counts
        people = CountDistinct(source.c["unit_key"])
        return sa.union_all(
            counts, self.written.counted(name, places, UNITS, people, source).group_by(*places)
        )

    def _key(self, rows: HeldRows) -> None:
        table = rows.table
        key = [rows.of_key(column) for column in table.key]
        whole = sa.and_(*(sa.not_(part.is_(sa.null())) for part in key))
        many = sa.func.count().over(partition_by=key)
        selected: list[Expression] = [
            sa.case((whole, NumberLiteral(1)), else_=NumberLiteral(0)).label("has_key"),
            many.label("with_key"),
        ]
        columns: Columns = (("has_key", COUNT), ("with_key", COUNT))
        if table.unit is not None:
            selected.append(rows.raw(table.unit).label("unit_key"))
            columns = (*columns, ("unit_key", table.unit.type))
        keyed = Piece("keyed_rows", "", sa.select(*selected).select_from(rows.source), columns)
        source = _source(columns, "keyed_rows")
        again = sa.and_(source.c["has_key"] == NumberLiteral(1), source.c["with_key"] > NumberLiteral(1))
        state = sa.case((again, TextLiteral(State.AGAIN.value)), else_=TextLiteral(State.ALONE.value))
        given: list[Expression] = [state.label("row_state")]
        states: Columns = (("row_state", _TEXT),)
        if table.unit is not None:
            given.append(source.c["unit_key"])
            states = (*states, ("unit_key", table.unit.type))
        told = Piece(_ROWS, "", sa.select(*given).select_from(source), states)
        last = _source(states)
        name = table_id(Check.KEY, table.name)
        places = (last.c["row_state"],)
        select: AnySelect = self.written.counted(name, places, COUNTED, sa.func.count(), last).group_by(
            *places
        )
        if table.unit is not None:
            people = self.written.counted(name, places, UNITS, CountDistinct(last.c["unit_key"]), last)
            select = sa.union_all(select, people.group_by(*places))
        named = ", ".join(column.name for column in table.key)
        words = f"rows of {table.name} by whether others have the same key ({named})"
        if table.further:
            lacking = ", ".join(self._physical(table, column) for column in table.further)
            words += f". The study itself does not read {lacking}: without it, leave this part out"
        self._result(name, words, "rows that stand there more than once", (keyed, told), select)

    def _comparison(self, comparison: Comparison) -> None:
        rows = HeldRows(comparison.table, self.binding)
        year = year_of_row(rows).label("row_year")
        keys = [rows.of_key(column) for column in comparison.units]
        labels = [f"unit_{number}" for number in range(1, len(keys) + 1)]
        conditions = [_in_year(rows, comparison)]
        conditions += [sa.not_(key.is_(sa.null())) for key in keys]
        by_name = {column.name: column for column in comparison.table.columns}
        for name, text in comparison.measure.leave_out:
            value = rows.value(by_name[name])
            other = sa.not_(value == rows.literal(by_name[name], text))
            conditions.append(sa.or_(value.is_(sa.null()), other))
        selected = sa.select(
            year, *(key.label(label) for key, label in zip(keys, labels, strict=True))
        ).select_from(rows.source)
        columns: Columns = (
            ("row_year", _TEXT),
            *((label, column.type) for label, column in zip(labels, comparison.units, strict=True)),
        )
        pieces = [Piece("rows_of_year", "", selected.where(sa.and_(*conditions)), columns)]
        source = _source(columns, "rows_of_year")
        if keys:
            each = [source.c[name] for name, _ in columns]
            # Each unit of a year once.
            once = sa.select(*each).select_from(source).group_by(*each)
            pieces.append(Piece("units_of_year", "", once, columns))
            source = _source(columns, "units_of_year")
        name = table_id(Check.COMPARISON, comparison.measure.id)
        places = (source.c["row_year"],)
        select = self.written.counted(name, places, COUNTED, sa.func.count(), source).group_by(*places)
        words = f"{comparison.measure.words}: {comparison.measure.counted_words}, by year"
        self._result(name, words, "to be compared with published figures", tuple(pieces), select)

    def _result(self, name: str, words: str, why: str, pieces: tuple[Piece, ...], select: AnySelect) -> None:
        fill = FilledFrom(self.results, RESULT_COLUMNS, pieces, select)
        self._add(PartKind.RESULT, name, words, why, [self._statement(StatementKind.RESULT, fill)])

    def _physical(self, table: CountedTable, column: HeldColumn) -> str:
        return self.binding.column(column.physical, table.name)

    def _statement(self, kind: StatementKind, element: WholeStatement) -> Statement:
        return Statement(kind, lay_out(compiled(element, self.dialect)))

    def _add(self, kind: PartKind, name: str, words: str, why: str, statements: list[Statement]) -> None:
        number = len(self.parts) + 1
        self.parts.append(numbered_part(kind, number, name, words, why, None, statements))


def _results_name(study: str, binding: TableBinding) -> str:
    """The table of counts: in a shared workspace it begins with the study's id, as the study's own tables do."""
    if not binding.workspace:
        return _TABLE
    return f"{binding.workspace}.{shortened_name(own_name(study), _LONGEST_PREFIX)}_{_TABLE}"


def _source(columns: Columns, name: str = _ROWS) -> FromClause:
    return sa.table(name, *(sa.column(column, sql_type(type_)) for column, type_ in columns))


def _in_year(rows: HeldRows, comparison: Comparison) -> Expression:
    """Whether a row counts in one of the years with a published figure."""
    years = comparison.table.years
    assert years is not None
    column = rows.dated(years.column)
    measure = comparison.measure
    found: list[Expression] = []
    for year in comparison.years:
        match years.kind:
            case YearKind.DAY:
                begins = column >= DateLiteral(datetime.date(year, 1, 1))
                one = sa.and_(begins, column <= DateLiteral(datetime.date(year, 12, 31)))
            case YearKind.YEAR_AND_MONTH:
                one = column == NumberLiteral(year * 100 + (measure.month or 1))
            case YearKind.RETURN | YearKind.YEAR:
                one = column == NumberLiteral(year)
        if measure.on_day is not None:
            assert comparison.table.start is not None
            assert comparison.table.end is not None
            calendar = year // 100 + 1 if years.kind is YearKind.RETURN else year
            day = DateLiteral(datetime.date(calendar, *measure.on_day))
            start, end = rows.dated(comparison.table.start), rows.dated(comparison.table.end)
            held = comparison.table.held.spell
            ends = end >= day if held is not None and held.end_day == "in" else end > day
            one = sa.and_(one, start <= day, sa.or_(end.is_(sa.null()), ends))
        found.append(one)
    return sa.or_(*found)


def _reads(table: CountedTable, binding: TableBinding) -> ReadTable:
    columns = {column.name: column for column in (*table.columns, *table.key)}
    return ReadTable(
        table.name,
        binding.table(table.name),
        tuple(
            ReadColumn(
                binding.column(column.physical, table.name),
                binding.held_type(column.physical, table.name, column.type),
                column.physical,
            )
            for column in columns.values()
        ),
    )
