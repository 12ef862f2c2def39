"""Design rules about follow-up: who leaves it, whether events are seen all the time, and whether groups end alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.query.study import FollowUpEnd, Study
from cohort.query.values import Value, VariableValue, rows_named, walk
from cohort.resolve.categories import conjuncts
from cohort.resolve.design_parts import Design


def follow_up(design: Design) -> None:
    """Judge follow-up: exits (TIM705), covers (TIM706) and ends of one group alone (TIM707)."""
    if design.study.follow_up is None or design.spec.follow_up is None:
        return
    unseen = _events_not_seen(design)
    if not unseen:
        _nobody_leaves(design)
    _unequal_ends(design)


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
