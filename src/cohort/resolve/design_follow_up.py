"""Design rules about follow-up: whether it has a day, who leaves it, whether all is seen, whether groups end alike."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping

from cohort.query.study import FollowUp, FollowUpEnd, Study
from cohort.query.values import Extreme, Literal, ShiftDate, Value, VariableValue, rows_named, walk
from cohort.query.words import time
from cohort.resolve.categories import conjuncts
from cohort.resolve.dates import shift_months
from cohort.resolve.design_parts import Design
from cohort.resolve.design_time import Clock


def follow_up(design: Design) -> None:
    """Judge follow-up: its order (TIM612), exits (TIM705), covers (TIM706), ends of one group alone (TIM707)."""
    if design.study.follow_up is None or design.spec.follow_up is None:
        return
    _reversed(design, design.study.follow_up)
    unseen = _events_not_seen(design)
    if not unseen:
        _nobody_leaves(design)
    _unequal_ends(design)


def _reversed(design: Design, written: FollowUp) -> None:
    """An end that is surely on or before the start leaves nobody a day of follow-up."""
    spec = design.spec.follow_up
    assert spec is not None
    places = {end.name.text: end.date.place for end in spec.ends}
    for end in written.ends:
        of_peers = design.study.peers is not None and end.only_for == design.study.peers.name
        clock = design.clock_of_peers if of_peers else design.clock
        latest = _days_between(clock, written.start, end.date)
        # A day that belongs to follow-up is a day of it, even if it is the only one.
        if end.name in places and latest is not None and latest < (0 if end.day_included else 1):
            length = (1, "year")
            if isinstance(end.date, ShiftDate) and end.date.amount:
                length = (abs(end.date.amount), end.date.unit)
            offer = f"{spec.starts.text} + {time(*length)}"
            design.add("TIM612", f"follow_up.{end.name}", places[end.name], end=end.name, offer=offer)


def _days_between(clock: Clock, start: Value, end: Value) -> float | None:
    """Return how many days after one date another lies at most; None if nothing tells."""
    (first, months, days), (second, more_months, more_days) = _unshifted(clock, start), _unshifted(clock, end)
    if isinstance(second, Extreme):
        parts = [_days_between(clock, start, part) for part in second.parts]
        known = [part for part in parts if part is not None]
        return None if more_months or more_days or len(known) < len(parts) else max(known)
    if first == second:
        longer = more_months - months
        # Months have 28 to 31 days. Where both months and days are counted, their order can matter by three days.
        slack = 3 if longer and (days or more_days) else 0
        return longer * (28 if longer < 0 else 31) + more_days - days + slack
    earliest = _day_of(first, clock.narrowing.first_day)
    latest = _day_of(second, clock.narrowing.last_day)
    if earliest is None or latest is None:
        return None
    start_day = shift_months(earliest, months) + datetime.timedelta(days)
    end_day = shift_months(latest, more_months) + datetime.timedelta(more_days)
    return (end_day - start_day).days


def _unshifted(clock: Clock, date: Value) -> tuple[Value, int, int]:
    """Return the date that a date is moved from, and by how many months and days."""
    months, days = 0, 0
    date = clock.knowledge.plain(date)
    while isinstance(date, ShiftDate):
        match date.unit:
            case "year" | "month":
                months += date.amount * (12 if date.unit == "year" else 1)
            case _:
                days += date.amount * (7 if date.unit == "week" else 1)
        date = clock.knowledge.plain(date.date)
    return date, months, days


def _day_of(date: Value, known: Mapping[Value, datetime.date]) -> datetime.date | None:
    return (
        date.value if isinstance(date, Literal) and isinstance(date.value, datetime.date) else known.get(date)
    )


def _events_not_seen(design: Design) -> bool:
    """Events that can be seen only some of the time need a cover by the rows that say when."""
    study = design.study
    assert study.follow_up is not None
    covered = _all_rows(study, (cover.rows.name for cover in study.follow_up.covers))
    told: set[str] = set()
    for outcome in study.outcomes:
        for source in sorted(_all_rows(study, [outcome.events.name])):
            prepared = design.catalogue.prepared.get(source)
            cover = prepared.seen_while if prepared is not None else ""
            # One message stands for all outcomes that the same cover repairs.
            if cover and cover not in covered | told:
                told.add(cover)
                at = f"outcomes.{outcome.name}"
                design.add("TIM706", at, outcome=outcome.name, source=source, cover=cover)
    return bool(told)


def _nobody_leaves(design: Design) -> None:
    """Without a death among the ends and without a cover, those who died or moved away stay at risk."""
    study = design.study
    assert study.follow_up is not None
    *ends, _ = study.follow_up.ends
    if study.follow_up.covers or any(end.day_included for end in ends):
        return
    assert design.spec.follow_up is not None
    design.add("TIM705", "follow_up", design.spec.follow_up.starts.place, units=study.units)


# Unequal ends ---------------------------------------------------------------------------------------------


def _unequal_ends(design: Design) -> None:
    """An end for one group alone is sound where it is a change of group: what tells the groups apart changed."""
    study = design.study
    if study.follow_up is None or study.peers is None:
        return
    cases = [part for step in study.population.steps for part in conjuncts(step.keep)]
    peers = [part for step in study.peers.steps for part in conjuncts(step.keep)]
    apart = [part for part in cases if part not in peers] + [part for part in peers if part not in cases]
    telling = _tables_of(design, [study.population.index_date, *apart])
    telling |= design.tables_of(study.population.start)
    for end in study.follow_up.ends:
        if end.only_for is None or _has_counterpart(end, study.follow_up.ends):
            continue
        own = _tables_of(design, [end.date])
        if end.day_included or not own or not own <= telling:
            at = f"follow_up.{end.name}"
            design.add("TIM707", at, end=end.name, group=end.only_for)


def _has_counterpart(end: FollowUpEnd, ends: Iterable[FollowUpEnd]) -> bool:
    return any(other.date == end.date and other.only_for != end.only_for for other in ends)


def _tables_of(design: Design, values: Iterable[Value]) -> set[str]:
    """Return the held tables that values rest on, the unit's birth left aside."""
    birth = design.catalogue.units[design.study.unit].birth[0]
    rows = {name for value in values for name in _rows_of(design.study, value) if name != birth}
    return {table for name in rows for table in design.tables_of(name)}


def _rows_of(study: Study, value: Value) -> Iterator[str]:
    waiting, seen = [value], set[str]()
    while waiting:
        top = waiting.pop()
        yield from sorted(rows_named(top))
        for part in walk(top):
            if isinstance(part, VariableValue) and part.name not in seen:
                seen.add(part.name)
                waiting.append(study.variable[part.name].value)


def _all_rows(study: Study, names: Iterable[str]) -> set[str]:
    """Return names of rows and of all rows that they rest on."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            definition = study.by_name.get(name)
            waiting += sorted(definition.uses) if definition is not None else []
    return found
