"""Years and states of one row as SQL: what ``counting`` groups by. Values of data leave them as categories only."""

from __future__ import annotations

import datetime

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name
from sqlalchemy.sql.selectable import FromClause

from cohort.catalogue.model import CodeList, HeldColumn
from cohort.quality.description import (
    EARLIER,
    LATER,
    NO_YEAR,
    TOGETHER,
    CodePeriod,
    CountedTable,
    State,
    YearKind,
    Years,
    periods_of,
    special_values,
)
from cohort.quality.forms import Form, form_of
from cohort.resolve.years import return_of
from cohort.sql.constructs import (
    CleanCode,
    DateLiteral,
    EndTrimmed,
    Expression,
    LikeAny,
    NumberLiteral,
    OneOf,
    TextLiteral,
    WholeDivision,
)
from cohort.sql.held import as_bound
from cohort.sql.model import CannotCompile, TableBinding
from cohort.sql.names import own_name, physical_name
from cohort.sql.types import sql_type
from cohort.types import ValueType

_YEAR_LENGTH = 20
_CODE_LENGTH = 40


class HeldRows:
    """The rows of a held table under its physical names, as one project has them."""

    def __init__(self, table: CountedTable, binding: TableBinding) -> None:
        self.table = table
        self._binding = binding
        qualified = physical_name(binding.table(table.name))
        schema, _, name = qualified.rpartition(".")
        columns = {column.name: column for column in (*table.columns, *table.key)}
        held = sa.table(
            quoted_name(name, quote=False),
            *(
                sa.column(physical_name(self.physical(c)), sql_type(self.held_as(c)))
                for c in columns.values()
            ),
            schema=quoted_name(schema, quote=False) if schema else None,
        )
        self.source: FromClause = held.alias(own_name(table.name))

    def physical(self, column: HeldColumn) -> str:
        """Return the name that a column has in the project."""
        return self._binding.column(column.physical, self.table.name)

    def held_as(self, column: HeldColumn) -> ValueType:
        """Return the type in which the project holds a column."""
        return self._binding.held_type(column.physical, self.table.name, column.type)

    def raw(self, column: HeldColumn) -> Expression:
        """Return a column as it is held."""
        return self.source.c[self.physical(column)]

    def value(self, column: HeldColumn) -> Expression:
        """Return a column as its states are told: text without blanks around it, in capitals; blanks are missing.

        Where the project writes codes otherwise, or holds days as timestamps, the catalogue's own are told.
        """
        raw = self.raw(column)
        if self._is_otherwise(column):
            raw = as_bound(raw, self._binding, self.table.name, column.physical, column.type)
            return CleanCode(raw) if column.type.is_text else raw
        return CleanCode(raw) if self.held_as(column).is_text else raw

    def of_key(self, column: HeldColumn) -> Expression:
        """Return a column as keys are compared: blanks at the end do not count, capitals do (as in Read codes)."""
        raw = self.raw(column)
        return sa.func.nullif(EndTrimmed(raw), TextLiteral("")) if self.held_as(column).is_text else raw

    def dated(self, column: HeldColumn) -> Expression:
        """Return a column in the catalogue's type, for years and spells."""
        return as_bound(self.raw(column), self._binding, self.table.name, column.physical, column.type)

    def _is_otherwise(self, column: HeldColumn) -> bool:
        """Whether the values of a column, and not only their type, are otherwise than in the catalogue."""
        where = column.physical, self.table.name
        return bool(self._binding.held_codes(*where)) or self._binding.is_timestamp(*where)

    def literal(self, column: HeldColumn, text: str) -> Expression:
        """Return a value that the catalogue writes as text, in the type in which the project holds the column."""
        held_as = column.type if self._is_otherwise(column) else self.held_as(column)
        try:
            if held_as.is_text:
                return TextLiteral(text.strip().upper())
            if isinstance(sql_type(held_as), sa.Date):
                return DateLiteral(datetime.date.fromisoformat(text))
            return NumberLiteral(int(text))
        except ValueError:
            raise CannotCompile(
                f"The catalogue's value {text!r} of {self.table.name}.{column.name} does not fit its type."
            ) from None


def year_of_row(rows: HeldRows) -> Expression:
    """Return the category of a row's year."""
    years = rows.table.years
    if years is None:
        return TextLiteral(TOGETHER)
    column = rows.dated(years.column)
    match years.kind:
        case YearKind.DAY:
            first = column < DateLiteral(datetime.date(years.first, 1, 1))
            last = column > DateLiteral(datetime.date(years.last, 12, 31))
            special = [
                column == rows.literal(years.column, value) for value, _ in special_values(years.column)
            ]
            no_year = sa.or_(column.is_(sa.null()), *special)
            text = sa.cast(sa.func.year(column, type_=sa.Integer()), sa.String(_YEAR_LENGTH))
            return sa.case(
                (no_year, TextLiteral(NO_YEAR)),
                (first, TextLiteral(EARLIER)),
                (last, TextLiteral(LATER)),
                else_=text,
            )
        case YearKind.YEAR_AND_MONTH:
            inside = sa.and_(
                column >= NumberLiteral(years.first * 100), column < NumberLiteral((years.last + 1) * 100)
            )
            text = sa.cast(WholeDivision(column, NumberLiteral(100)), sa.String(_YEAR_LENGTH))
            bounds = years.first * 100, (years.last + 1) * 100 - 1
        case YearKind.RETURN | YearKind.YEAR:
            inside = OneOf(column, tuple(NumberLiteral(year) for year in years.each))
            text = sa.cast(column, sa.String(_YEAR_LENGTH))
            bounds = years.first, years.last
    return sa.case(
        (inside, text),
        (column < NumberLiteral(bounds[0]), TextLiteral(EARLIER)),
        (column > NumberLiteral(bounds[1]), TextLiteral(LATER)),
        else_=TextLiteral(NO_YEAR),
    )


def state_of_column(rows: HeldRows, column: HeldColumn, listed: CodeList | None) -> Expression:
    """Return what is found in a column of a row.

    A code is outside its years if no stretch of its use meets the time of the row: the year of the row, or its spell.
    Where a row has no time, its codes are held against the list alone.
    """
    value = rows.value(column)
    whens: list[tuple[Expression, Expression]] = [(value.is_(sa.null()), TextLiteral(State.MISSING.value))]
    special = tuple(rows.literal(column, text) for text, _ in special_values(column))
    if special:
        whens.append((OneOf(value, special), TextLiteral(State.SPECIAL.value)))
    if column == rows.table.reversed_in:
        whens.append((_is_reversed(rows), TextLiteral(State.REVERSED.value)))
    if listed is None and (form := form_of(column)) is not None:
        text = value if rows.held_as(column).is_text else sa.cast(value, sa.String(_CODE_LENGTH))
        whens.append((_is_formed(text, form), TextLiteral(State.FORMED.value)))
        return sa.case(*whens, else_=TextLiteral(State.UNFORMED.value))
    if listed is None:
        return sa.case(*whens, else_=TextLiteral(State.KNOWN.value))
    valid, outside = TextLiteral(State.VALID.value), TextLiteral(State.OUTSIDE.value)
    periods = periods_of(listed)
    years = rows.table.years
    always = tuple(
        rows.literal(column, code) for code, found in periods.items() if not found or years is None
    )
    if always:
        whens.append((OneOf(value, always), valid))
    if years is not None:
        bounded = {code: found for code, found in periods.items() if found}
        for code, found in bounded.items():
            in_use = sa.or_(*(_meets(rows, years, period) for period in found))
            whens.append((sa.and_(value == rows.literal(column, code), in_use), valid))
        if bounded:
            whens.append((OneOf(value, tuple(rows.literal(column, code) for code in bounded)), outside))
    return sa.case(*whens, else_=TextLiteral(State.UNLISTED.value))


def _is_formed(text: Expression, form: Form) -> Expression:
    """Whether text, in capitals and without blanks around it, has the form of a code."""
    conditions: list[Expression] = [LikeAny(text, patterns) for patterns in form.each]
    conditions += [sa.not_(LikeAny(text, (pattern,))) for pattern in form.none]
    conditions += [
        sa.or_(sa.not_(LikeAny(text, (first,))), LikeAny(text, (then,))) for first, then in form.then
    ]
    return sa.and_(*conditions)


def _is_reversed(rows: HeldRows) -> Expression:
    """Whether both ends of a row's spell are days, and the end is before the beginning."""
    assert rows.table.start is not None
    assert rows.table.end is not None
    ends = [(column, rows.dated(column)) for column in (rows.table.start, rows.table.end)]
    special = [
        value == rows.literal(column, text) for column, value in ends for text, _ in special_values(column)
    ]
    reversed_ = ends[1][1] < ends[0][1]
    return sa.and_(reversed_, sa.not_(sa.or_(*special))) if special else reversed_


def _meets(rows: HeldRows, years: Years, period: CodePeriod) -> Expression:
    """Whether the time of a row meets a stretch of days, as far as it is known."""
    column = rows.dated(years.column)
    conditions: list[Expression] = []
    start = None if rows.table.start is None else rows.dated(rows.table.start)
    end = None if rows.table.end is None else rows.dated(rows.table.end)
    if period.last is not None:
        begun = [column <= _as_year(years, period.last)]
        if years.kind is YearKind.RETURN and start is not None:
            # A spell that goes back before its return can have been recorded with the older code.
            begun.append(start <= DateLiteral(period.last))
        conditions.append(sa.or_(*begun))
    if period.first is not None:
        ended = [column >= _as_year(years, period.first)]
        if years.kind is YearKind.DAY and end is not None:
            ended += [end >= DateLiteral(period.first), end.is_(sa.null())]
        conditions.append(sa.or_(*ended))
    return sa.or_(column.is_(sa.null()), sa.and_(*conditions))


def _as_year(years: Years, day: datetime.date) -> Expression:
    """Return the value of the year's column for the year (or month, or day) that a day is in: years count whole."""
    match years.kind:
        case YearKind.DAY:
            return DateLiteral(day)
        case YearKind.RETURN:
            return NumberLiteral(return_of(day))
        case YearKind.YEAR:
            return NumberLiteral(day.year)
        case YearKind.YEAR_AND_MONTH:
            return NumberLiteral(day.year * 100 + day.month)
