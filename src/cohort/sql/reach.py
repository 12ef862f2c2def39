"""Rows that a window around some index date can reach, as a SELECT."""

from __future__ import annotations

import datetime

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.model import Range, WithinReach
from cohort.plan.names import INDEX_DATE, INDEX_DATES
from cohort.query.values import IndexDate, Literal, ShiftDate, Value
from cohort.sql.constructs import DateLiteral, Expression, NumberLiteral, ShiftedDate
from cohort.sql.model import CannotCompile
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.scope import Columns, column_of, select_columns
from cohort.types import DATE

_BOUNDS: Columns = (("earliest_index_date", DATE), ("latest_index_date", DATE))


def within_reach(relation: WithinReach, pieces: Pieces) -> tuple[AnySelect, Columns]:
    """Return the SELECT of the rows between the windows of the earliest and of the latest index date."""
    names = pieces.names
    source, index_dates = names.source(relation.rows.name), names.source(INDEX_DATES)
    columns = relation.rows.shape.columns
    date = column_of(index_dates, INDEX_DATE)
    (first, _), (last, _) = _BOUNDS
    bounds = sa.select(sa.func.min(date).label(first), sa.func.max(date).label(last))
    ends = pieces.add(
        "bounds", "the earliest and the latest index date", bounds.select_from(index_dates), _BOUNDS
    )
    windows = [
        _window(window, source, column_of(ends, first), column_of(ends, last)) for window in relation.ranges
    ]
    every = NumberLiteral(1) == NumberLiteral(1)
    select = sa.select(*select_columns(columns, source)).select_from(source.join(ends, every))
    return select.where(sa.or_(*windows)), columns


def _window(window: Range, source: FromClause, earliest: Expression, latest: Expression) -> Expression:
    """Whether a date lies between a window around the earliest index date and that around the latest."""
    date = column_of(source, window.column)
    parts: list[Expression] = []
    if window.start is not None:
        parts.append(_bound(window.start, earliest) <= date)
    if window.end is not None:
        end = _bound(window.end, latest)
        parts.append(date <= end if window.end_included else date < end)
    return sa.and_(*parts)


def _bound(value: Value, index_date: Expression) -> Expression:
    match value:
        case IndexDate():
            return index_date
        case ShiftDate():
            return ShiftedDate(_bound(value.date, index_date), value.amount, value.unit)
        case Literal(value=datetime.date() as day):
            return DateLiteral(day)
        case _:
            raise CannotCompile("A window begins and ends around the index date, or on a date.")
