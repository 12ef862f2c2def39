"""Row nodes of the query model as SELECTs: each operation is one SELECT, or a short chain of them.

An operation that needs a window first and a choice after gives several pieces: common table expressions whose
names begin with the name of the step.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import CompoundSelect, FromClause

from cohort.query.rows import (
    END_ASSUMED,
    ROWS_UNTIL,
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rows,
    TableRows,
    Where,
)
from cohort.sql.constructs import (
    CleanCode,
    CountDistinct,
    DateLiteral,
    DaysFrom,
    Expression,
    NumberLiteral,
    ShiftedDate,
    WholeDivision,
    YearsAfter,
    falling,
    rising,
    two_valued,
)
from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name
from cohort.sql.scope import Columns, Namespace, Scope, select_columns
from cohort.sql.values import condition, scalar
from cohort.types import DATE, WHOLE, Kind, ValueType

AnySelect = sa.Select[Any] | CompoundSelect[Any]
"""A SELECT, or several put together."""

_FIRST_OF_APRIL = datetime.date(2000, 4, 1)
"""Any year will do: the others are counted from its 1 April."""


@dataclass(frozen=True)
class Piece:
    """One SELECT with a name and what it does in words; ``columns`` are its columns in order."""

    name: str
    words: str
    select: AnySelect
    columns: Columns


class Pieces:
    """The SELECTs of one step, in order; each may read those before it."""

    def __init__(self, names: Namespace, step: str) -> None:
        self.names = names
        self.step = step
        self.done: list[Piece] = []

    def add(self, suffix: str, words: str, select: AnySelect, columns: Columns) -> FromClause:
        """Add a SELECT on the way and return it as rows to select from."""
        name = f"{self.step}_{suffix}"
        number = 1
        while self.names.is_taken(name):
            number += 1
            name = f"{self.step}_{suffix}_{number}"
        self.names.add_step(name, columns)
        self.done.append(Piece(name, words, select, columns))
        return self.names.source(name)

    def source(self, rows: Rows) -> tuple[FromClause, str | None]:
        """Return rows to select from, and their name if they have one of the study."""
        match rows:
            case NamedRows():
                return self.names.source(rows.name), rows.name
            case _:
                columns = rows.shape.columns
                return self.add("input", "the rows to begin with", select_rows(rows, self), columns), None


def select_rows(rows: Rows, pieces: Pieces) -> AnySelect:
    """Return the SELECT of a row operation; what it needs on the way is added to ``pieces``."""
    match rows:
        case TableRows():
            return _held(rows, pieces.names)
        case NamedRows():
            source = pieces.names.source(rows.name)
            return _select(source, rows.shape.columns)
        case Where():
            source, name = pieces.source(rows.rows)
            scope = Scope(pieces.names, source, name)
            kept = condition(rows.condition, scope)
            return _select(source, rows.shape.columns, scope.rows).where(kept)
        case Add():
            source, name = pieces.source(rows.rows)
            scope = Scope(pieces.names, source, name)
            added = [scalar(value, scope).label(own_name(column)) for column, value in rows.added]
            return sa.select(*select_columns(rows.rows.shape.columns, source), *added).select_from(scope.rows)
        case KeepOne():
            source, _ = pieces.source(rows.rows)
            order = source.c[rows.order]
            first = (falling if rows.last else rising)(order)
            present: tuple[Expression, ...] = (order.is_not(sa.null()),)
            return _first_of_each(rows.shape, source, rows.per, (first,), present, pieces, {rows.order})
        case OnePer():
            source, _ = pieces.source(rows.rows)
            present = tuple(source.c[name].is_not(sa.null()) for name in rows.columns)
            return _first_of_each(rows.shape, source, rows.per, (), present, pieces, set())
        case JoinSpells():
            return _join_spells(rows, pieces)
        case LinkUnit():
            return _link_unit(rows, pieces)
        case CloseSpells():
            return _close_spells(rows, pieces)
        case _:
            assert_never(rows)


def reduced_map(mapping: Rows, key: str, unit: str, pieces: Pieces, *, count: bool = False) -> FromClause:
    """Return a map with one row for each key: its smallest unit, or the number of its units.

    Columns are ``key_of_map`` and ``unit_of_map`` (or ``units_of_map``).
    """
    source, _ = pieces.source(mapping)
    known = (source.c[key].is_not(sa.null()), source.c[unit].is_not(sa.null()))
    worked_out: Expression
    if count:
        worked_out = CountDistinct(source.c[unit]).label("units_of_map")
        column, words = ("units_of_map", WHOLE), "how many units the map gives each key"
    else:
        worked_out = sa.func.min(source.c[unit]).label("unit_of_map")
        column, words = ("unit_of_map", mapping.shape.types[unit]), "the map, one unit for each key"
    select = (
        sa.select(source.c[key].label("key_of_map"), worked_out)
        .select_from(source)
        .where(*known)
        .group_by(source.c[key])
    )
    return pieces.add("map", words, select, (("key_of_map", mapping.shape.types[key]), column))


def _select(source: FromClause, columns: Columns, rows: FromClause | None = None) -> sa.Select[Any]:
    return sa.select(*select_columns(columns, source)).select_from(source if rows is None else rows)


def _held(rows: TableRows, names: Namespace) -> AnySelect:
    table = names.held(rows)
    selected = []
    for column in rows.columns:
        physical = table.c[names.binding.column(column.physical)]
        clean: Expression = CleanCode(physical) if column.type.kind is Kind.CODE else physical
        selected.append(clean.label(own_name(column.name)))
    return sa.select(*selected).select_from(table)


def _free_name(name: str, columns: Columns) -> str:
    taken = {column for column, _ in columns}
    while name in taken:
        name += "_"
    return name


def _first_of_each(
    shape: Any,
    source: FromClause,
    per: tuple[str, ...],
    first: tuple[Expression, ...],
    present: tuple[Expression, ...],
    pieces: Pieces,
    used: set[str],
) -> AnySelect:
    """One row for each combination of ``per``: the first in order, ties broken by the key.

    Where the key does not tell two rows apart the other columns do, so that every run keeps the same row.
    """
    order = dict.fromkeys((*shape.key, *shape.names))
    ties = [rising(source.c[name]) for name in order if name not in per and name not in used]
    place = _free_name("place_in_order", shape.columns)
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
    return _select(ranked, shape.columns).where(ranked.c[place] == NumberLiteral(1))


def _join_spells(rows: JoinSpells, pieces: Pieces) -> AnySelect:
    source, _ = pieces.source(rows.rows)
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
    source = pieces.source(rows.rows)[0].alias("each_row")
    mapping = reduced_map(rows.mapping, rows.map_key, rows.map_unit, pieces).alias("unit_map")
    key = source.c[rows.key]
    unit = sa.func.coalesce(mapping.c["unit_of_map"], key)
    return sa.select(
        unit.label(own_name(rows.unit)), *select_columns(rows.rows.shape.columns, source)
    ).select_from(source.outerjoin(mapping, mapping.c["key_of_map"] == key))


def _close_spells(rows: CloseSpells, pieces: Pieces) -> AnySelect:
    source, _ = pieces.source(rows.rows)
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
    constants = Scope(pieces.names, beside, None)
    newest, open_until = scalar(rows.newest_return, constants), scalar(rows.open_until, constants)
    # 200304 ends on 31 March 2004, so the first day outside it is 1 April 2004.
    years = WholeDivision(returned, NumberLiteral(100)) - NumberLiteral(_FIRST_OF_APRIL.year - 1)
    after_return = YearsAfter(DateLiteral(_FIRST_OF_APRIL), years)
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
