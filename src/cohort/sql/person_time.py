"""Follow-up as SELECTs: pieces of time, cut by covers and splits, and the events that happen in them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.names import EVENT_DATE, EVENT_VALUE, INDEX_DATE, PIECE_START, PIECE_UNTIL
from cohort.plan.of_members import (
    STRETCH,
    ClipToCover,
    CutByAges,
    CutBySpells,
    CutByStretches,
    EventsInFollowUp,
    FollowUpBounds,
)
from cohort.plan.of_results import Key
from cohort.query.outputs import MISSING, OTHER
from cohort.query.study import GROUP
from cohort.sql.constructs import (
    DateLiteral,
    DaysFrom,
    Expression,
    Furthest,
    MissingLiteral,
    NumberLiteral,
    ShiftedDate,
    TextLiteral,
    falling,
    rising,
)
from cohort.sql.members import entry_columns, member_columns, same_in
from cohort.sql.names import own_name
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.results import category
from cohort.sql.scope import Columns, column_of, select_columns
from cohort.types import DATE, WHOLE, Kind, ValueType

CATEGORY = ValueType(Kind.TEXT, length=250)
"""Type of the text that names a category of a split."""
_PIECE: Columns = ((PIECE_START, DATE), (PIECE_UNTIL, DATE))
_START, _UNTIL = "spell_start", "spell_until"
_FROM, _TO, _VALUE, _PLACE = "part_start", "part_until", "spell_value", "place_in_order"
_SEGMENT: Columns = ((_FROM, DATE), (_TO, DATE))

Cutting = FollowUpBounds | ClipToCover | CutByAges | CutByStretches | CutBySpells


def select(relation: Cutting, pieces: Pieces) -> tuple[AnySelect, Columns]:
    """Return the SELECT of a relation of person-time, and its columns."""
    match relation:
        case FollowUpBounds():
            return _bounds(relation, pieces)
        case ClipToCover():
            return _clip(relation, pieces)
        case CutByAges():
            return _cut_by_ages(relation, pieces)
        case CutByStretches():
            return _cut_by_stretches(relation, pieces)
        case CutBySpells():
            return _cut_by_spells(relation, pieces)
        case _:
            assert_never(relation)


def _later(one: Expression, other: Expression) -> Expression:
    """The later of two known dates."""
    return Furthest(True, False, one, other, sure=True)


def _earlier(one: Expression, other: Expression) -> Expression:
    """The earlier of two known dates."""
    return Furthest(False, False, one, other, sure=True)


def _bounds(relation: FollowUpBounds, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    members, dates = names.source(relation.members), names.source(relation.dates)
    columns = member_columns(names, relation.members)
    joined = members.join(dates, same_in(entry_columns(names, relation.members), members, dates))
    ends = [
        (f"end_{number}", _first_day_after(end, members, dates))
        for number, end in enumerate(relation.ends, start=1)
    ]
    ended = pieces.add(
        "ends",
        "the first day after each end that concerns the member",
        sa.select(
            *select_columns(columns, members),
            column_of(dates, relation.start).label(PIECE_START),
            *(date.label(name) for name, date in ends),
        ).select_from(joined),
        (*columns, (PIECE_START, DATE), *((name, DATE) for name, _ in ends)),
    )
    dates_after = [column_of(ended, name) for name, _ in ends]
    earliest = dates_after[0] if len(ends) == 1 else Furthest(False, True, *dates_after)
    begun = (*columns, (PIECE_START, DATE))
    bounded = pieces.add(
        "bounds",
        "the start and the earliest end of each member",
        sa.select(*select_columns(begun, ended), earliest.label(PIECE_UNTIL)).select_from(ended),
        (*columns, *_PIECE),
    )
    some = column_of(bounded, PIECE_START) < column_of(bounded, PIECE_UNTIL)
    columns = (*columns, *_PIECE)
    return sa.select(*select_columns(columns, bounded)).select_from(bounded).where(some), columns


def _first_day_after(end: tuple[str, bool, str | None], members: FromClause, dates: FromClause) -> Expression:
    """The first day outside follow-up by one end; missing for those whom it does not concern."""
    name, day_included, only_for = end
    date: Expression = column_of(dates, name)
    if day_included:
        # No day comes after the last one of the calendar, which stands for an open end.
        last = DateLiteral(datetime.date.max)
        date = sa.case((date < last, ShiftedDate(date, 1, "day")), else_=date)
    if only_for is None:
        return date
    return sa.case(
        (column_of(members, GROUP) == TextLiteral(only_for), date), else_=MissingLiteral(sa.Date())
    )


def _clip(relation: ClipToCover, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    whole, cover = names.source(relation.pieces), names.source(relation.cover)
    columns = names.columns(relation.pieces)
    start, until = column_of(cover, relation.spell[0]), column_of(cover, relation.spell[1])
    meets = sa.and_(
        same_in(entry_columns(names, relation.cover), whole, cover),
        start < column_of(whole, PIECE_UNTIL),
        column_of(whole, PIECE_START) < until,
    )
    first = _later(start, column_of(whole, PIECE_START))
    outside = _earlier(until, column_of(whole, PIECE_UNTIL))
    return _part(columns, whole, first, outside).select_from(whole.join(cover, meets)), columns


def _part(
    columns: Columns, source: FromClause, start: Expression, until: Expression, *further: Expression
) -> sa.Select[Any]:
    """The columns of a piece with other bounds."""
    bounds = {PIECE_START: start.label(PIECE_START), PIECE_UNTIL: until.label(PIECE_UNTIL)}
    return sa.select(*(bounds.get(name, column_of(source, name)) for name, _ in columns), *further)


def _cut_by_ages(relation: CutByAges, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    whole, dates = names.source(relation.pieces), names.source(relation.dates)
    before = names.columns(relation.pieces)
    birthdays: Columns = tuple((name, DATE) for name in relation.birthdays)
    joined = whole.join(dates, same_in(entry_columns(names, relation.pieces), whole, dates))
    aged = pieces.add(
        "aged",
        "pieces with the birthdays that bands begin on",
        sa.select(*select_columns(before, whole), *select_columns(birthdays, dates)).select_from(joined),
        (*before, *birthdays),
    )
    start, until = column_of(aged, PIECE_START), column_of(aged, PIECE_UNTIL)
    turns = select_columns(birthdays, aged)
    first, last = turns[0], turns[-1]

    def part(label: str, begin: Expression, end: Expression, where: Expression) -> sa.Select[Any]:
        category = TextLiteral(label).label(own_name(relation.name))
        return _part(before, aged, begin, end, category).select_from(aged).where(where)

    selects = [
        part(MISSING.value, start, until, first.is_(sa.null())),
        part(OTHER.value, start, _earlier(until, first), start < first),
        part(OTHER.value, _later(start, last), until, last < until),
    ]
    for label, lower, upper in zip(relation.labels, turns, turns[1:], strict=False):
        inside = sa.and_(start < upper, lower < until)
        selects.append(part(label, _later(start, lower), _earlier(until, upper), inside))
    return sa.union_all(*selects), (*before, (relation.name, CATEGORY))


def _cut_by_stretches(relation: CutByStretches, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    whole, stretches = names.source(relation.pieces), names.source(relation.stretches)
    before = names.columns(relation.pieces)
    start, until = column_of(whole, PIECE_START), column_of(whole, PIECE_UNTIL)
    value, first, outside = (column_of(stretches, name) for name in STRETCH)
    meets = sa.and_(
        sa.or_(first.is_(sa.null()), first < until), sa.or_(outside.is_(sa.null()), start < outside)
    )
    select = _part(
        before,
        whole,
        # A missing bound is none, and then the piece's own counts.
        sa.case((first > start, first), else_=start),
        sa.case((outside < until, outside), else_=until),
        value.label(own_name(relation.name)),
    )
    return select.select_from(whole.join(stretches, meets)), (*before, (relation.name, CATEGORY))


def _cut_by_spells(relation: CutBySpells, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    before = names.columns(relation.pieces)
    of_piece: Columns = (*member_columns(names, relation.pieces), (PIECE_START, DATE))
    spells, of_spell = _spells_in_pieces(relation, of_piece, pieces)
    segments = _segments(relation, before, of_piece, spells, pieces)
    current = sa.and_(
        same_in(of_piece, segments, spells),
        column_of(spells, _START) <= column_of(segments, _FROM),
        column_of(segments, _FROM) < column_of(spells, _UNTIL),
    )
    value = category(column_of(spells, _VALUE), Key(_VALUE, relation.split.type))
    order = [
        rising(_rank(relation.split.priority, column_of(spells, _VALUE), value)),
        falling(column_of(spells, _START)),
        *(rising(column_of(spells, name)) for name, _ in of_spell),
    ]
    per = [*select_columns(of_piece, segments), column_of(segments, _FROM)]
    none = column_of(spells, _START).is_(sa.null())
    found = sa.case((none, TextLiteral(relation.split.otherwise)), else_=value)
    name = own_name(relation.split.name)
    ranked = pieces.add(
        "ranked",
        "the spells on each part, the one that counts first",
        sa.select(
            *select_columns((*before, *_SEGMENT), segments),
            found.label(name),
            sa.func.row_number().over(partition_by=per, order_by=order).label(_PLACE),
        ).select_from(segments.outerjoin(spells, current)),
        (*before, *_SEGMENT, (name, CATEGORY), (_PLACE, WHOLE)),
    )
    start, until = column_of(ranked, _FROM), column_of(ranked, _TO)
    select = _part(before, ranked, start, until, column_of(ranked, name)).select_from(ranked)
    return select.where(column_of(ranked, _PLACE) == NumberLiteral(1)), (*before, (name, CATEGORY))


def _spells_in_pieces(relation: CutBySpells, of_piece: Columns, pieces: Pieces) -> tuple[FromClause, Columns]:
    """Spells beside the pieces that they meet, and the columns that put them in order."""
    names, split = pieces.names, relation.split
    whole, rows = names.source(relation.pieces), names.source(split.rows.name)
    types = dict(names.columns(split.rows.name))
    start, until = (column_of(rows, name) for name in split.spell)
    ordering = [name for name in split.rows.order if name not in (names.unit, INDEX_DATE)]
    order: Columns = tuple((f"order_{n}", types[name]) for n, name in enumerate(ordering, start=1))
    meets = sa.and_(
        same_in(entry_columns(names, split.rows.name), whole, rows),
        start < until,
        start < column_of(whole, PIECE_UNTIL),
        column_of(whole, PIECE_START) < until,
    )
    select = sa.select(
        *select_columns(of_piece, whole),
        start.label(_START),
        until.label(_UNTIL),
        column_of(rows, split.value).label(_VALUE),
        *(column_of(rows, name).label(new) for name, (new, _) in zip(ordering, order, strict=True)),
    ).select_from(whole.join(rows, meets))
    columns = (*of_piece, (_START, DATE), (_UNTIL, DATE), (_VALUE, split.type), *order)
    return pieces.add("spells", f"spells of {split.rows.name} that meet each piece", select, columns), order


def _segments(
    relation: CutBySpells, before: Columns, of_piece: Columns, spells: FromClause, pieces: Pieces
) -> FromClause:
    """Pieces cut wherever a spell starts or ends in them."""
    whole = pieces.names.source(relation.pieces)
    same = same_in(of_piece, whole, spells)
    cuts = [
        sa.select(*select_columns(before, whole), column_of(whole, PIECE_START).label(_FROM)).select_from(
            whole
        )
    ]
    for name in (_START, _UNTIL):
        turn = column_of(spells, name)
        inside = sa.and_(column_of(whole, PIECE_START) < turn, turn < column_of(whole, PIECE_UNTIL))
        cut = sa.select(*select_columns(before, whole), turn.label(_FROM))
        cuts.append(cut.select_from(whole.join(spells, same)).where(inside))
    turns = pieces.add("turns", "days on which a part begins", sa.union_all(*cuts), (*before, (_FROM, DATE)))
    once = [*select_columns(before, turns), column_of(turns, _FROM)]
    different = pieces.add(
        "turns_once",
        "each of them once",
        sa.select(*once).select_from(turns).group_by(*once),
        (*before, (_FROM, DATE)),
    )
    following = sa.func.lead(column_of(different, _FROM)).over(
        partition_by=select_columns(of_piece, different), order_by=[rising(column_of(different, _FROM))]
    )
    until = sa.func.coalesce(following, column_of(different, PIECE_UNTIL)).label(_TO)
    return pieces.add(
        "parts",
        "parts from one such day to the next",
        sa.select(*select_columns(before, different), column_of(different, _FROM), until).select_from(
            different
        ),
        (*before, *_SEGMENT),
    )


def _rank(priority: Sequence[str], value: Expression, text: Expression) -> Expression:
    """The place of a value in the priority: unlisted values after all listed ones, missing ones last."""
    whens: list[tuple[Expression, Expression]] = [(value.is_(sa.null()), NumberLiteral(len(priority) + 1))]
    whens += [(text == TextLiteral(listed), NumberLiteral(place)) for place, listed in enumerate(priority)]
    return sa.case(*whens, else_=NumberLiteral(len(priority)))


def select_events(relation: EventsInFollowUp, pieces: Pieces) -> tuple[AnySelect, Columns]:
    """Return the SELECT of the events of an outcome that count, and its columns."""
    names = pieces.names
    whole, rows = names.source(relation.pieces), names.source(relation.events.name)
    owner = entry_columns(names, relation.events.name)
    members = member_columns(names, relation.pieces)
    types = relation.events.shape.types
    date = column_of(rows, relation.date)
    inside = sa.and_(
        same_in(owner, whole, rows),
        column_of(whole, PIECE_START) <= date,
        date < column_of(whole, PIECE_UNTIL),
    )
    joined = whole.join(rows, inside)
    if relation.washout_days:
        counted = _after_washout(relation, owner, pieces)
        of_day = sa.and_(same_in(owner, rows, counted), column_of(counted, EVENT_DATE) == date)
        joined = joined.join(counted, of_day)
    values = [(name, f"{EVENT_VALUE}{number}") for number, (name, _) in enumerate(relation.values, start=1)]
    columns: Columns = (
        *members,
        (EVENT_DATE, DATE),
        *((new, types[name]) for name, new in values),
    )
    selected = [
        *select_columns(members, whole),
        date.label(EVENT_DATE),
        *(column_of(rows, name).label(new) for name, new in values),
    ]
    if not relation.first_only:
        return sa.select(*selected).select_from(joined), columns
    ordering = [name for name in relation.order if name not in (names.unit, INDEX_DATE, relation.date)]
    order = [rising(date), *(rising(column_of(rows, name)) for name in ordering)]
    number = sa.func.row_number().over(partition_by=select_columns(members, whole), order_by=order)
    ranked = pieces.add(
        "in_order",
        "the events of each member in order",
        sa.select(*selected, number.label(_PLACE)).select_from(joined),
        (*columns, (_PLACE, WHOLE)),
    )
    first = column_of(ranked, _PLACE) == NumberLiteral(1)
    return sa.select(*select_columns(columns, ranked)).select_from(ranked).where(first), columns


def _after_washout(relation: EventsInFollowUp, owner: Columns, pieces: Pieces) -> FromClause:
    """The days with an event that no day with another event precedes too closely."""
    rows = pieces.names.source(relation.events.name)
    date = column_of(rows, relation.date)
    days: Columns = (*owner, (EVENT_DATE, DATE))
    different = pieces.add(
        "days",
        "each day with an event",
        sa.select(*select_columns(owner, rows), date.label(EVENT_DATE))
        .select_from(rows)
        .where(date.is_not(sa.null()))
        .group_by(*select_columns(owner, rows), date),
        days,
    )
    day = column_of(different, EVENT_DATE)
    earlier = sa.func.max(day).over(
        partition_by=select_columns(owner, different), order_by=[rising(day)], rows=(None, -1)
    )
    beside = pieces.add(
        "beside_earlier",
        "each such day and the one before it",
        sa.select(*select_columns(days, different), earlier.label("day_before")).select_from(different),
        (*days, ("day_before", DATE)),
    )
    before = column_of(beside, "day_before")
    far = DaysFrom(before, column_of(beside, EVENT_DATE)) > NumberLiteral(relation.washout_days)
    return pieces.add(
        "counted_days",
        f"those with no event in the {relation.washout_days} days before",
        sa.select(*select_columns(days, beside))
        .select_from(beside)
        .where(sa.or_(before.is_(sa.null()), far)),
        days,
    )
