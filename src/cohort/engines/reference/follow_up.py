"""The meaning of follow-up: on which days somebody is observed, how time is split, and which events count."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cohort.engines.reference.cells import as_date, as_text, in_order_of
from cohort.engines.reference.entries import Entries
from cohort.engines.reference.functions import birthday
from cohort.engines.reference.spells import Spell, in_both, joined, spells_of
from cohort.engines.reference.world import Cell, Entry, ReferenceFault, Row
from cohort.query.outputs import MISSING, OTHER
from cohort.query.study import AgeSplit, CalendarSplit, FollowUp, Outcome, SpellSplit, Split


@dataclass(frozen=True)
class Member:
    """An entry as a case or as a peer of a case; ``set_unit`` is the case's unit, a case's own for itself."""

    unit: Cell
    index_date: datetime.date
    group: str
    set_unit: Cell

    @property
    def entry(self) -> Entry:
        """The unit with its index date."""
        return (self.unit, self.index_date)


@dataclass(frozen=True)
class Piece:
    """Days of follow-up of a member, from ``start`` until ``until``, on which all splits have one category."""

    member: Member
    start: datetime.date
    until: datetime.date
    categories: tuple[tuple[str, str], ...] = ()

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.start).days

    def holds(self, date: datetime.date) -> bool:
        """Whether a day is one of them."""
        return self.start <= date < self.until


def observed(follow_up: FollowUp, member: Member, entries: Entries) -> list[Piece]:
    """Return the days on which a member is followed, touching ones in one piece."""
    start = as_date(entries.value(follow_up.start, member.entry))
    outside = []
    for end in follow_up.ends:
        date = (
            as_date(entries.value(end.date, member.entry)) if end.only_for in (None, member.group) else None
        )
        if date is not None:
            outside.append(date.toordinal() + (1 if end.day_included else 0))
    if not outside:
        raise ReferenceFault("follow-up without any known end")
    if start is None or start.toordinal() >= min(outside):
        return []
    days: list[Spell] = [(start.toordinal(), min(outside))]
    for cover in follow_up.covers:
        days = in_both(days, joined(spells_of(entries.rows_of(cover.rows, member.entry), cover.spell)))
    return [
        Piece(member, datetime.date.fromordinal(first), datetime.date.fromordinal(until))
        for first, until in days
    ]


def split_pieces(splits: Sequence[Split], piece: Piece, entries: Entries) -> list[Piece]:
    """Cut days of follow-up wherever the category of a split changes."""
    inside = {
        date for split in splits for date in _turns(split, piece.member.entry, entries) if piece.holds(date)
    }
    starts = sorted({piece.start, *inside})
    cut: list[Piece] = []
    for start, until in zip(starts, [*starts[1:], piece.until], strict=True):
        categories = tuple(
            (split.name, _category(split, start, piece.member.entry, entries)) for split in splits
        )
        if cut and cut[-1].categories == categories:
            cut[-1] = replace(cut[-1], until=until)
        else:
            cut.append(Piece(piece.member, start, until, categories))
    return cut


def _turns(split: Split, entry: Entry, entries: Entries) -> Iterator[datetime.date]:
    """Yield the days on which a category can change."""
    match split:
        case AgeSplit():
            birth = as_date(entries.value(split.birth, entry))
            if birth is not None:
                yield from (birthday(birth, age) for age in split.ages)
        case CalendarSplit():
            for _, start, until in split.stretches:
                yield from (start, until)
        case SpellSplit():
            for spell in spells_of(entries.rows_of(split.rows, entry), split.spell):
                yield from (datetime.date.fromordinal(day) for day in spell)


def _category(split: Split, date: datetime.date, entry: Entry, entries: Entries) -> str:
    """Return the category of a day; one that the split does not list is ``other``."""
    match split:
        case AgeSplit():
            found = _age_band(split, date, as_date(entries.value(split.birth, entry)))
        case CalendarSplit():
            found = next(
                (value for value, start, until in split.stretches if start <= date < until), OTHER.value
            )
        case SpellSplit():
            found = _of_spells(split, date, entries.rows_of(split.rows, entry))
    known = {category.value for category in split.categories}
    return found if found in known or found == MISSING.value else OTHER.value


def _age_band(split: AgeSplit, date: datetime.date, birth: datetime.date | None) -> str:
    if birth is None:
        return MISSING.value
    for lower, upper in zip(split.ages, split.ages[1:], strict=False):
        if birthday(birth, lower) <= date < birthday(birth, upper):
            return str(lower)
    return OTHER.value


def _of_spells(split: SpellSplit, date: datetime.date, rows: list[Row]) -> str:
    # A spell without start or end covers no day.
    current = [
        row for row in rows if any(a <= date.toordinal() < b for a, b in spells_of([row], split.spell))
    ]
    if not current:
        return split.otherwise

    def first(row: Row) -> tuple[object, ...]:
        started = as_date(row[split.spell[0]])
        assert started is not None
        return (_rank(split, row[split.value]), -started.toordinal(), in_order_of(row, split.rows.order))

    return as_text(min(current, key=first)[split.value])


def _rank(split: SpellSplit, value: Cell) -> int:
    """Return the place of a value in the priority: unlisted ones after all listed, missing ones last."""
    if value is None:
        return len(split.priority) + 1
    text = as_text(value)
    return split.priority.index(text) if text in split.priority else len(split.priority)


def events_of(
    outcome: Outcome, member: Member, pieces: Sequence[Piece], entries: Entries
) -> list[tuple[datetime.date, Row]]:
    """Return the events of a member that count, each with its day."""
    rows = entries.rows_of(outcome.events, member.entry)
    dated = [(date, row) for row in rows if (date := as_date(row[outcome.date])) is not None]
    days = {date for date, _ in dated}

    def washed_out(date: datetime.date) -> bool:
        return any(0 < (date - earlier).days <= outcome.washout_days for earlier in days)

    counted = [
        (date, row)
        for date, row in dated
        if not washed_out(date) and any(piece.holds(date) for piece in pieces)
    ]
    if outcome.first_only:
        counted.sort(key=lambda event: (event[0], in_order_of(event[1], outcome.events.order)))
        return counted[:1]
    return counted


def at_risk(
    outcome: Outcome, pieces: Sequence[Piece], events: Sequence[tuple[datetime.date, Row]]
) -> list[Piece]:
    """Return the person-time of an outcome: until the end of the day of the event, if only the first counts."""
    if not outcome.first_only or not events:
        return list(pieces)
    outside = events[0][0] + datetime.timedelta(days=1)
    return [replace(piece, until=min(piece.until, outside)) for piece in pieces if piece.start < outside]
