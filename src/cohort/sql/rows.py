"""Row nodes of the query model as SELECTs: each operation is one SELECT, or a short chain of them.

An operation that needs a window first and a choice after gives several pieces: common table expressions whose
names begin with the name of the step.
"""

from __future__ import annotations

import datetime
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.model import FIRST_UNIT, LAST_UNIT, KeyMap, KeyRows
from cohort.plan.of_results import CountLinks
from cohort.query.rows import (
    END_ASSUMED,
    ROWS_UNTIL,
    Add,
    AsUnit,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    OnePer,
    PairUnits,
    Rename,
    Rows,
    Shape,
    TableRows,
    Union,
    Where,
)
from cohort.sql.constructs import (
    CleanCode,
    DayOfYear,
    DaysFrom,
    EndTrimmed,
    Expression,
    NumberLiteral,
    ShiftedDate,
    WholeDivision,
    falling,
    rising,
    two_valued,
)
from cohort.sql.given_rows import literal_rows
from cohort.sql.held import as_bound
from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name
from cohort.sql.pieces import AnySelect, Piece, Pieces
from cohort.sql.related import each_entry, of_related, pair_units, union
from cohort.sql.scope import AtHand, Columns, Namespace, Scope, free_name, select_columns
from cohort.sql.summaries import scope_over
from cohort.sql.values import kept_by, scalar
from cohort.types import DATE, WHOLE, Kind, ValueType

__all__ = [
    "AnySelect",
    "Piece",
    "Pieces",
    "key_map",
    "keys_of_map",
    "rows_at_hand",
    "select_rows",
    "source_of",
]

_FIRST_OF_APRIL = datetime.date(2000, 4, 1)
"""Any year will do: the others are counted from its 1 April."""


def source_of(rows: Rows, pieces: Pieces) -> FromClause:
    """Return rows to select from: by their name, or as a SELECT on the way."""
    if isinstance(rows, NamedRows):
        return pieces.names.source(rows.name)
    return pieces.add("input", "the rows to begin with", select_rows(rows, pieces), rows.shape.columns)


def rows_at_hand(rows: Rows, pieces: Pieces) -> AtHand:
    """Return rows as the rows at hand, with their owner."""
    name = rows.name if isinstance(rows, NamedRows) else None
    shape = rows.shape
    return AtHand(source_of(rows, pieces), shape.columns, shape.owner, name, once=shape.one_per_unit)


def select_rows(rows: Rows, pieces: Pieces) -> AnySelect:
    """Return the SELECT of a row operation; what it needs on the way is added to ``pieces``."""
    match rows:
        case TableRows():
            return _held(rows, pieces.names)
        case NamedRows():
            source = pieces.names.source(rows.name)
            return _select(source, rows.shape.columns)
        case LiteralRows():
            return literal_rows(rows)
        case Where():
            scope = scope_over(pieces, rows_at_hand(rows.rows, pieces), (rows.condition,))
            kept = kept_by(rows.condition, scope)
            return _select(scope.at_hand.source, rows.shape.columns, scope.rows).where(kept)
        case Add():
            scope = scope_over(pieces, rows_at_hand(rows.rows, pieces), (value for _, value in rows.added))
            added = [scalar(value, scope).label(own_name(column)) for column, value in rows.added]
            before = select_columns(rows.rows.shape.columns, scope.at_hand.source)
            return sa.select(*before, *added).select_from(scope.rows)
        case AsUnit():
            return _select(source_of(rows.rows, pieces), rows.shape.columns)
        case Rename():
            source = source_of(rows.rows, pieces)
            both = zip(rows.rows.shape.names, rows.shape.names, strict=True)
            return sa.select(*(source.c[old].label(own_name(new)) for old, new in both)).select_from(source)
        case KeepOne():
            source = source_of(rows.rows, pieces)
            order = source.c[rows.order]
            first = (falling if rows.last else rising)(order)
            present: tuple[Expression, ...] = (order.is_not(sa.null()),)
            used = {rows.order}
            return _nth_of_each(rows.shape, source, rows.per, (first,), present, pieces, used, rows.number)
        case OnePer():
            source = source_of(rows.rows, pieces)
            present = tuple(source.c[name].is_not(sa.null()) for name in rows.columns)
            return _nth_of_each(rows.shape, source, rows.per, (), present, pieces, set(), 1)
        case Union():
            return union(rows, pieces.names)
        case ForEachEntry():
            return each_entry(rows, source_of(rows.rows, pieces), pieces.names)
        case OfRelated():
            return of_related(rows, source_of(rows.rows, pieces), pieces.names)
        case PairUnits():
            return pair_units(rows, source_of(rows.rows, pieces))
        case JoinSpells():
            return _join_spells(rows, pieces)
        case LinkUnit():
            return _link_unit(rows, pieces)
        case CloseSpells():
            return _close_spells(rows, pieces)
        case _:
            assert_never(rows)


def key_map(relation: KeyMap, pieces: Pieces) -> tuple[AnySelect, Columns]:
    """Return each key of a map with the smallest and the largest of its units, and the columns."""
    source = source_of(relation.mapping, pieces)
    types = relation.mapping.shape.types
    unit = source.c[relation.unit]
    keys = [source.c[name] for name in (relation.key, *relation.also)]
    smallest, largest = sa.func.min(unit).label(FIRST_UNIT), sa.func.max(unit).label(LAST_UNIT)
    select = sa.select(*keys, smallest, largest).select_from(source)
    select = select.where(*(column.is_not(sa.null()) for column in (*keys, unit))).group_by(*keys)
    columns = tuple((name, types[name]) for name in (relation.key, *relation.also))
    return select, (*columns, (FIRST_UNIT, types[relation.unit]), (LAST_UNIT, types[relation.unit]))


def keys_of_map(link: LinkUnit | CountLinks, pieces: Pieces) -> FromClause:
    """Return each key of the map that a link goes by, once: from the table that is made of it, if there is one."""
    if isinstance(link.mapping, KeyRows):
        return pieces.names.source(link.mapping.name)
    made = key_map(KeyMap(link.mapping, link.map_key, link.also, link.map_unit), pieces)
    return pieces.add("map", "the smallest and the largest unit that the map gives each key", *made)


def _select(source: FromClause, columns: Columns, rows: FromClause | None = None) -> sa.Select[Any]:
    return sa.select(*select_columns(columns, source)).select_from(source if rows is None else rows)


def _held(rows: TableRows, names: Namespace) -> AnySelect:
    table = names.held(rows)
    selected = []
    for column in rows.columns:
        physical = table.c[names.binding.column(column.physical, rows.table)]
        clean: Expression = as_bound(physical, names.binding, rows.table, column.physical, column.type)
        if column.type.kind is Kind.CODE:
            clean = CleanCode(clean)
        elif column.type.kind is Kind.TEXT:
            clean = EndTrimmed(clean)
        selected.append(clean.label(own_name(column.name)))
    return sa.select(*selected).select_from(table)


def _nth_of_each(
    shape: Shape,
    source: FromClause,
    per: tuple[str, ...],
    first: tuple[Expression, ...],
    present: tuple[Expression, ...],
    pieces: Pieces,
    used: set[str],
    wanted: int,
) -> AnySelect:
    """One row for each combination of ``per``: the n-th in order, ties broken by the key.

    Where the key does not tell two rows apart the other columns do, so that every run keeps the same row.
    """
    ties = [rising(source.c[name]) for name in shape.order if name not in per and name not in used]
    place = free_name("place_in_order", shape.columns)
    number = sa.func.row_number().over(
        partition_by=[source.c[name] for name in per], order_by=[*first, *ties] or None
    )
    ranked = pieces.add(
        "in_order",
        f"number the rows of each {', '.join(per)}",
        sa.select(*select_columns(shape.columns, source), number.label(place))
        .select_from(source)
        .where(*present),
        (*shape.columns, (place, WHOLE)),
    )
    return _select(ranked, shape.columns).where(ranked.c[place] == NumberLiteral(wanted))


def _join_spells(rows: JoinSpells, pieces: Pieces) -> AnySelect:
    source = source_of(rows.rows, pieces)
    types = rows.rows.shape.types
    groups: Columns = tuple((name, types[name]) for name in rows.groups)
    start, until = source.c[rows.start], source.c[rows.until]
    before = "latest_until_before"
    earlier = sa.func.max(until).over(
        partition_by=[source.c[name] for name, _ in groups],
        order_by=[rising(start), rising(until)],
        rows=(None, -1),
    )
    kept: Columns = (*groups, (rows.start, DATE), (rows.until, DATE))
    spells = pieces.add(
        "spells",
        "spells that are not empty, and how far the earlier ones reach",
        sa.select(*select_columns(kept, source), earlier.label(before))
        .select_from(source)
        .where(start.is_not(sa.null()), until.is_not(sa.null()), start < until),
        (*kept, (before, DATE)),
    )
    start, until = spells.c[rows.start], spells.c[rows.until]
    # Missing for the first spell, which therefore begins a new one as well.
    joins = DaysFrom(spells.c[before], start) <= NumberLiteral(rows.gap_days)
    begins = sa.case((joins, NumberLiteral(0)), else_=NumberLiteral(1))
    number = sa.func.sum(begins).over(
        partition_by=[spells.c[name] for name, _ in groups],
        order_by=[rising(start), rising(until)],
        rows=(None, 0),
    )
    numbered = pieces.add(
        "numbered",
        f"a new number where a gap is longer than {rows.gap_days} days",
        sa.select(*select_columns(kept, spells), number.label("joined_number")).select_from(spells),
        (*kept, ("joined_number", WHOLE)),
    )
    per = select_columns(groups, numbered)
    return (
        sa.select(
            *per,
            sa.func.min(numbered.c[rows.start]).label(own_name(rows.start)),
            sa.func.max(numbered.c[rows.until]).label(ROWS_UNTIL),
        )
        .select_from(numbered)
        .group_by(*per, numbered.c["joined_number"])
    )


def _link_unit(rows: LinkUnit, pieces: Pieces) -> AnySelect:
    source = source_of(rows.rows, pieces).alias("each_row")
    mapping = keys_of_map(rows, pieces).alias("unit_map")
    key = source.c[rows.key]
    found = mapping.c[FIRST_UNIT]
    same = sa.and_(mapping.c[rows.map_key] == key, *(mapping.c[name] == source.c[name] for name in rows.also))
    unit = found if rows.drop_unlinked else sa.func.coalesce(found, key)
    return sa.select(
        unit.label(own_name(rows.unit)), *select_columns(rows.rows.shape.columns, source)
    ).select_from(source.join(mapping, same, isouter=not rows.drop_unlinked))


def _close_spells(rows: CloseSpells, pieces: Pieces) -> AnySelect:
    source = source_of(rows.rows, pieces)
    columns = rows.rows.shape.columns
    types = rows.rows.shape.types
    unit = rows.shape.unit
    assert unit is not None
    returned_type = types[rows.returned]
    if returned_type.kind is not Kind.WHOLE:
        raise CannotCompile("The census year of a return must be a whole number such as 200304.")
    following = sa.func.lead(source.c[rows.start]).over(
        partition_by=[source.c[unit]], order_by=[rising(source.c[rows.start])]
    )
    last = sa.func.max(source.c[rows.returned]).over(partition_by=[source.c[unit]])
    further: Columns = (("next_start", DATE), ("last_return", ValueType(Kind.WHOLE)))
    beside = pieces.add(
        "beside_next",
        "the next start and the last return of the unit beside each row",
        sa.select(
            *select_columns(columns, source), following.label("next_start"), last.label("last_return")
        ).select_from(source),
        (*columns, *further),
    )
    end, later, returned = beside.c[rows.end], beside.c["next_start"], beside.c["last_return"]
    constants = Scope(pieces.names, AtHand(beside, columns, ()))
    newest, open_until = scalar(rows.newest_return, constants), scalar(rows.open_until, constants)
    # 200304 ends on 31 March 2004, so the first day outside it is 1 April 2004.
    after_return = DayOfYear(_FIRST_OF_APRIL, WholeDivision(returned, NumberLiteral(100)), NumberLiteral(1))
    until = sa.case(
        (end == later, end),
        (end.is_not(sa.null()), ShiftedDate(end, 1, "day")),
        (later.is_not(sa.null()), later),
        (returned < newest, after_return),
        else_=open_until,
    )
    assumed = sa.and_(end.is_(sa.null()), sa.or_(later.is_not(sa.null()), returned < newest))
    return sa.select(
        *select_columns(columns, beside), until.label(ROWS_UNTIL), two_valued(assumed).label(END_ASSUMED)
    ).select_from(beside)
