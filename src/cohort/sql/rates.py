"""Events per person-time as SELECTs that give rows of results."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.names import EVENT_DATE, PIECE_START, PIECE_UNTIL
from cohort.plan.of_results import CountRates, Key
from cohort.sql.constructs import CountDistinct, DaysFrom, Expression, ShiftedDate
from cohort.sql.members import member_columns, same_in
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.results import COUNT, NOTHING, Written, category
from cohort.sql.scope import Columns, column_of, select_columns
from cohort.sql.statistics import TEXT, Source, together
from cohort.types import DATE, ValueType

_KEYS: Columns = (("key_1", TEXT), ("key_2", TEXT))
"""Columns of the values that a cell is told apart by. A table by nothing has the first of them, which is empty."""
_OWN = "event_category"
_PEOPLE, _DAYS, _EVENTS = "people_counted", "days_counted", "events_counted"


def select(relation: CountRates, pieces: Pieces, written: Written) -> AnySelect:
    """Return the SELECT of a table of rates; what it needs on the way is added to ``pieces``."""
    names = pieces.names
    members = member_columns(names, relation.source)
    who = _members(relation, members, pieces)
    time = _time(relation, who, members, pieces)
    events = _events(relation, who, members, pieces)
    days = DaysFrom(column_of(time, PIECE_START), column_of(time, PIECE_UNTIL))
    person_days = sa.cast(sa.func.sum(sa.cast(days, sa.BigInteger())), sa.BigInteger())
    by = _by(relation)

    def counted(
        suffix: str, words: str, source: FromClause, by: Columns, last: tuple[str, Expression]
    ) -> FromClause:
        people = CountDistinct(column_of(source, names.unit))
        name, count = last
        values = select_columns(by, source)
        made = sa.select(*values, people.label(_PEOPLE), count.label(name)).select_from(source)
        return pieces.add(suffix, words, made.group_by(*values), (*by, (_PEOPLE, COUNT), (name, COUNT)))

    selects: list[sa.Select[Any]] = []

    def rows(source: FromClause, statistics: tuple[tuple[str, str], ...], *own: str) -> None:
        for statistic, column in statistics:
            values = [column_of(source, name) if (name, TEXT) in by else NOTHING for name, _ in _KEYS]
            values += [column_of(source, name) for name in own]
            count = column_of(source, column)
            selects.append(written.counted(relation.table, values, statistic, count, source))

    of_time = counted("observed", "people and days of each cell", time, by, (_DAYS, person_days))
    rows(of_time, (("people", _PEOPLE), ("person_days", _DAYS)))
    number = (_EVENTS, sa.func.count())
    of_events = counted("happened", "events of each cell, and the people who have them", events, by, number)
    rows(of_events, (("events", _EVENTS), ("people_with_events", _PEOPLE)))
    if relation.events_by is not None:
        words = "the same by the event's value"
        by_value = counted("happened_by_value", words, events, (*by, (_OWN, TEXT)), number)
        rows(by_value, (("events_of", _EVENTS), ("people_with_events_of", _PEOPLE)), _OWN)
    return together(selects)


def _members(relation: CountRates, members: Columns, pieces: Pieces) -> FromClause | None:
    """The members that are counted, with the values of theirs that their cells go by.

    None if these are all who have person-time, and the time itself says all of its cell.
    """
    names = pieces.names
    in_time = {name for name, _ in names.columns(relation.time)}
    own = [(name, key) for (name, _), key in _keys(relation) if key.column not in in_time]
    if relation.among is None and not own:
        return None
    source = Source(relation.source, relation.among, pieces)
    texts = [category(source.column(key.column), key).label(name) for name, key in own]
    selected = [*(source.column(name) for name, _ in members), *texts]
    columns: Columns = (*members, *((name, TEXT) for name, _ in own))
    made = source.limit(sa.select(*selected).select_from(source.rows))
    return pieces.add("members", "the members who are counted", made, columns)


def _keys(relation: CountRates) -> list[tuple[tuple[str, ValueType], Key]]:
    return list(zip(_KEYS, relation.by, strict=False))


def _by(relation: CountRates) -> Columns:
    return _KEYS[: max(len(relation.by), 1)]


def _cell(relation: CountRates, who: FromClause | None, time: FromClause) -> list[Expression]:
    """The values that tell the cell of a piece of time: of its member and of the time itself."""
    values: dict[str, Expression] = {}
    for (name, _), key in _keys(relation):
        if who is not None and key.column not in time.c:
            values[name] = column_of(who, name)
        else:
            values[name] = category(column_of(time, key.column), key).label(name)
    return [values.get(name, NOTHING.label(name)) for name, _ in _by(relation)]


def _time(relation: CountRates, who: FromClause | None, members: Columns, pieces: Pieces) -> FromClause:
    """The person-time of the members that are counted: the unit, the values of its cell, start and until."""
    names = pieces.names
    time = names.source(relation.time)
    start, until = column_of(time, PIECE_START), column_of(time, PIECE_UNTIL)
    joined = time if who is None else who.join(time, same_in(members, who, time))
    where: list[Expression] = []
    if relation.first_only:
        events = names.source(relation.events)
        event = column_of(events, EVENT_DATE)
        joined = joined.outerjoin(events, same_in(members, time, events))
        until = sa.case((event < until, ShiftedDate(event, 1, "day")), else_=until)
        where.append(sa.or_(event.is_(sa.null()), start <= event))
    unit = members[:1]
    selected = [*select_columns(unit, time), *_cell(relation, who, time), start, until.label(PIECE_UNTIL)]
    columns = (*unit, *_by(relation), (PIECE_START, DATE), (PIECE_UNTIL, DATE))
    made = sa.select(*selected).select_from(joined).where(*where)
    return pieces.add("time", "their person-time by cell", made, columns)


def _events(relation: CountRates, who: FromClause | None, members: Columns, pieces: Pieces) -> FromClause:
    """The events of the members that are counted: the unit, and the values of the cell in whose time they happen.

    Of time that ends with the day of the first event, no day before that event is left out.
    """
    names = pieces.names
    events, time = names.source(relation.events), names.source(relation.time)
    date = column_of(events, EVENT_DATE)
    unit = members[:1]
    columns: Columns = (*unit, *_by(relation))
    own = []
    if relation.events_by is not None:
        own = [category(column_of(events, relation.events_by.column), relation.events_by).label(_OWN)]
        columns = (*columns, (_OWN, TEXT))
    inside = sa.and_(
        same_in(members, events, time),
        column_of(time, PIECE_START) <= date,
        date < column_of(time, PIECE_UNTIL),
    )
    joined = events if who is None else who.join(events, same_in(members, who, events))
    selected = [*select_columns(unit, events), *_cell(relation, who, time), *own]
    made = sa.select(*selected).select_from(joined.join(time, inside))
    return pieces.add("events", "their events, and the cells in whose time these happen", made, columns)
