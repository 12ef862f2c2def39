"""Events per person-time as SELECTs that give rows of results."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.names import EVENT_DATE, PIECE_START, PIECE_UNTIL
from cohort.plan.of_results import CountRates
from cohort.sql.constructs import CountDistinct, DaysFrom, Expression, ShiftedDate
from cohort.sql.members import member_columns, same_in
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.results import COUNT, NOTHING, Written, category
from cohort.sql.scope import Columns, column_of, select_columns
from cohort.sql.statistics import TEXT, Source, together
from cohort.types import DATE

_KEYS: Columns = (("key_1", TEXT), ("key_2", TEXT))
"""Columns of the values that a cell is told apart by; empty where a table is by fewer."""
_OWN = "event_category"
_PEOPLE, _DAYS, _EVENTS = "people_counted", "days_counted", "events_counted"


def select(relation: CountRates, pieces: Pieces, written: Written) -> AnySelect:
    """Return the SELECT of a table of rates; what it needs on the way is added to ``pieces``."""
    names = pieces.names
    members = member_columns(names, relation.source)
    time = _time(relation, members, pieces)
    events = _events(relation, time, members, pieces)
    days = DaysFrom(column_of(time, PIECE_START), column_of(time, PIECE_UNTIL))
    person_days = sa.cast(sa.func.sum(sa.cast(days, sa.BigInteger())), sa.BigInteger())

    def counted(
        suffix: str, words: str, source: FromClause, by: Columns, last: tuple[str, Expression]
    ) -> FromClause:
        people = CountDistinct(column_of(source, names.unit)).label(_PEOPLE)
        name, count = last
        values = select_columns(by, source)
        made = sa.select(*values, people, count.label(name)).select_from(source).group_by(*values)
        return pieces.add(suffix, words, made, (*by, (_PEOPLE, COUNT), (name, COUNT)))

    selects: list[sa.Select[Any]] = []

    def rows(source: FromClause, by: Columns, statistics: tuple[tuple[str, str], ...]) -> None:
        for statistic, column in statistics:
            values, count = select_columns(by, source), column_of(source, column)
            selects.append(written.counted(relation.table, values, statistic, count, source))

    of_time = counted("observed", "people and days of each cell", time, _KEYS, (_DAYS, person_days))
    rows(of_time, _KEYS, (("people", _PEOPLE), ("person_days", _DAYS)))
    number = (_EVENTS, sa.func.count())
    of_events = counted(
        "happened", "events of each cell, and the people who have them", events, _KEYS, number
    )
    rows(of_events, _KEYS, (("events", _EVENTS), ("people_with_events", _PEOPLE)))
    if relation.events_by is not None:
        keys = (*_KEYS, (_OWN, TEXT))
        by_value = counted("happened_by_value", "the same by the event's value", events, keys, number)
        rows(by_value, keys, (("events_of", _EVENTS), ("people_with_events_of", _PEOPLE)))
    return together(selects)


def _time(relation: CountRates, members: Columns, pieces: Pieces) -> FromClause:
    """The person-time of the members that are counted, with the values of its cell."""
    names = pieces.names
    in_time = {name for name, _ in names.columns(relation.time)}
    source = Source(relation.source, relation.among, pieces)
    keys = list(zip(_KEYS, relation.by, strict=False))
    own = [(name, key) for (name, _), key in keys if key.column not in in_time]
    texts = [category(source.column(key.column), key).label(name) for name, key in own]
    made = sa.select(*(source.column(name) for name, _ in members), *texts).select_from(source.rows)
    counted = pieces.add(
        "members",
        "the members who are counted",
        source.limit(made),
        (*members, *((name, TEXT) for name, _ in own)),
    )
    time = names.source(relation.time)
    start, until = column_of(time, PIECE_START), column_of(time, PIECE_UNTIL)
    values = {name: column_of(counted, name) for name, _ in own}
    values |= {
        name: category(column_of(time, key.column), key).label(name)
        for (name, _), key in keys
        if key.column in in_time
    }
    joined = counted.join(time, same_in(members, counted, time))
    where: list[Expression] = []
    if relation.first_only:
        events = names.source(relation.events)
        event = column_of(events, EVENT_DATE)
        joined = joined.outerjoin(events, same_in(members, counted, events))
        until = sa.case((event < until, ShiftedDate(event, 1, "day")), else_=until)
        where.append(sa.or_(event.is_(sa.null()), start <= event))
    made = sa.select(
        *select_columns(members, counted),
        *(values.get(name, NOTHING.label(name)) for name, _ in _KEYS),
        start,
        until.label(PIECE_UNTIL),
    ).select_from(joined)
    columns = (*members, *_KEYS, (PIECE_START, DATE), (PIECE_UNTIL, DATE))
    return pieces.add("time", "their person-time by cell", made.where(*where), columns)


def _events(relation: CountRates, time: FromClause, members: Columns, pieces: Pieces) -> FromClause:
    """The events that happen in the time of a cell."""
    events = pieces.names.source(relation.events)
    date = column_of(events, EVENT_DATE)
    columns: Columns = (*members, *_KEYS)
    own = []
    if relation.events_by is not None:
        own = [category(column_of(events, relation.events_by.column), relation.events_by).label(_OWN)]
        columns = (*columns, (_OWN, TEXT))
    inside = sa.and_(
        same_in(members, time, events),
        column_of(time, PIECE_START) <= date,
        date < column_of(time, PIECE_UNTIL),
    )
    made = sa.select(*select_columns((*members, *_KEYS), time), *own).select_from(time.join(events, inside))
    return pieces.add("events", "the events in it", made, columns)
