"""``follow_up``: from when, until when, and while what covers."""

from __future__ import annotations

from collections.abc import Iterable

from cohort.query.rows import LinkUnit, NamedRows, Rows, TableRows, inputs
from cohort.query.study import Cover, FollowUp, FollowUpEnd
from cohort.query.values import Literal
from cohort.resolve.death import is_death
from cohort.resolve.definitions import Names, rows_of
from cohort.resolve.written import Reader
from cohort.resolve.years import last_day_held
from cohort.spec.model import FollowUp as Written
from cohort.types import DATE

END_OF_DATA = "end_of_data"
"""The end that every follow-up has."""


def read_follow_up(names: Names, written: Written, groups: tuple[str, ...]) -> FollowUp | None:
    """Resolve the section, as yet without the end of the data. ``groups`` are the population's name and the peers'."""
    start = names.date(written.starts, "follow_up.starts")
    ends = []
    for end in written.ends:
        at = f"follow_up.{end.name.text}"
        date = names.date(end.date, at)
        only_for = None
        if end.only_for is not None:
            only_for = Reader(names.diagnostics, at).word(end.only_for, "only_for", groups)
        if end.name.text == END_OF_DATA:
            reason = "every follow-up has an end of that name"
            names.diagnostics.add("NAM108", end.name.place, at=at, name=END_OF_DATA, reason=reason)
        if date is not None:
            death = is_death(date, names)
            origin = names.setting.origin(end.name.place)
            ends.append(FollowUpEnd(end.name.text, date, death, only_for, names.words(date), origin))
    covers = []
    for node in written.only_while:
        found = names.spells(node, "only_while", "follow_up.only_while")
        if found is not None:
            covers.append(Cover(rows_of(found[0]), found[1]))
    if start is None:
        return None
    return FollowUp(start, tuple(ends), tuple(covers), names.setting.origin(written.starts.place))


def end_of_data(names: Names, feeding: Iterable[str]) -> FollowUpEnd:
    """Return the end that every follow-up has: the first day on which a source that feeds it is no longer seen.

    ``feeding`` are names of rows: the events of outcomes, the spells of covers and splits.
    """
    setting = names.setting
    days = [setting.data_until]
    for table in sorted(_tables(names, feeding)):
        last = last_day_held(setting.catalogue, table, setting.data_until)
        if last is not None:
            days.append(last)
    date = Literal(min(days), DATE)
    place = (
        setting.spec.follow_up.starts.place if setting.spec.follow_up else setting.spec.study.data_until.place
    )
    return FollowUpEnd(END_OF_DATA, date, True, None, "the last day of the data", setting.origin(place))


def _tables(names: Names, feeding: Iterable[str]) -> set[str]:
    """Return the held tables that rows come from; maps from key to unit are no part of what is seen."""
    tables: set[str] = set()
    seen: set[str] = set()
    below: list[Rows] = [found.named for name in feeding if (found := names.definitions.get(name))]
    while below:
        match below.pop():
            case TableRows(table):
                tables.add(table)
            case NamedRows(name):
                definition = names.definitions.get(name)
                if name not in seen and definition is not None:
                    seen.add(name)
                    below.append(definition.rows)
            case LinkUnit(rows):
                below.append(rows)
            case rows:
                below += inputs(rows)
    return tables
