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
from cohort.sql.results import NOTHING, Written, category
from cohort.sql.scope import Columns, column_of, select_columns
from cohort.sql.statistics import TEXT, Source, together
from cohort.types import DATE

_KEYS: Columns = (("key_1", TEXT), ("key_2", TEXT))
"""Columns of the values that a cell is told apart by; empty where a table is by fewer."""
_OWN = "event_category"


def select(relation: CountRates, pieces: Pieces, written: Written) -> AnySelect:
    """Return the SELECT of a table of rates; what it needs on the way is added to ``pieces``."""
    names = pieces.names
    members = member_columns(names, relation.source)
    time = _time(relation, members, pieces)
    events = _events(relation, time, members, pieces)
    days = DaysFrom(column_of(time, PIECE_START), column_of(time, PIECE_UNTIL))
    person_days = sa.cast(sa.func.sum(sa.cast(days, sa.BigInteger())), sa.BigInteger())
    people, people_with = (CountDistinct(column_of(source, names.unit)) for source in (time, events))

    def rows(source: FromClause, statistic: str, count: Expression, *further: Expression) -> sa.Select[Any]:
        values = [*select_columns(_KEYS, source), *further]
        return written.counted(relation.table, values, statistic, count, source).group_by(*values)

    selects = [
        rows(time, "people", people),
        rows(time, "person_days", person_days),
        rows(events, "events", sa.func.count()),
        rows(events, "people_with_events", people_with),
    ]
    if relation.events_by is not None:
        own = column_of(events, _OWN)
        selects += [
            rows(events, "events_of", sa.func.count(), own),
            rows(events, "people_with_events_of", people_with, own),
        ]
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
