"""A release taken apart into systems of counts, each of which is protected as a whole.

Tables of summaries become tables of counts: a variable's categories, or how many know a number, by group. Tables of
rates become two: one of events with the people behind them, one of days of person-time. Tables that count the same
thing are one system. Those of matched sets belong to the cohort, because there is one set for each case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product

from cohort.disclosure.chain import chain_of_groups
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import KNOWN, MISSING
from cohort.disclosure.truth import Place
from cohort.query.outputs import KNOWN as KNOWN_IN_RESULTS
from cohort.query.outputs import SETS
from cohort.results.category import Category
from cohort.results.model import (
    ALL,
    AttritionTable,
    Axis,
    CountTable,
    RateTable,
    RawResults,
    SummarisedVariable,
    SummaryTable,
)

DAYS = 365
"""How many days of person-time stand for one person: a cell with less than a year for each person of the threshold
is hidden, and what is hidden cannot be told more closely than that."""

Tables = list[CountTable | AttritionTable]


@dataclass(frozen=True)
class System:
    """Tables of counts that are protected together; ``told`` as for ``protect_system``."""

    tables: tuple[CountTable | AttritionTable, ...]
    policy: Policy
    told: frozenset[Place] = frozenset()

    def results(self, raw: RawResults) -> RawResults:
        """Return the tables as results of the study."""
        return replace(raw, tables=self.tables)


@dataclass(frozen=True)
class Release:
    """All systems of a release: counts by what they count (the cohort first), events, and person-time."""

    counts: tuple[System, ...]
    events: tuple[System, ...]
    time: tuple[System, ...]


def systems_of(raw: RawResults, policy: Policy) -> Release:
    """Take a release apart."""
    kinds = _kinds(raw)
    rates = [table for table in raw.tables if isinstance(table, RateTable)]
    days = replace(policy, threshold=policy.threshold * DAYS, rounding_base=1)
    sizes = {size for table in next(iter(kinds.values()), []) for size in _sizes(table)}
    events = _nested((rate.outcome, events_of(rate)) for rate in rates)
    told = frozenset(place for rate in rates for place in _told(rate, policy, sizes))
    return Release(
        counts=tuple(System(tuple(tables), policy) for tables in kinds.values()),
        events=tuple(
            System(tuple(tables), policy, frozenset(p for p in told if p[0] in {t.id for t in tables}))
            for tables in events
        ),
        time=tuple(
            System(tuple(tables), days) for tables in _nested((rate.outcome, time_of(rate)) for rate in rates)
        ),
    )


def _kinds(raw: RawResults) -> dict[str, Tables]:
    """Return tables of counts and flows by what they count, that of the cohort first."""
    found: dict[str, Tables] = {}
    of_cohort: Tables = []
    for table in raw.tables:
        match table:
            case CountTable() if (
                table.counted == SETS and not table.group.conditions and len(table.axes) == 1
            ):
                of_cohort.append(table)
            case AttritionTable() if not table.is_cohort:
                of_cohort.append(table)
            case CountTable() | AttritionTable():
                found.setdefault(table.counted, []).append(table)
            case SummaryTable():
                found.setdefault(table.counted, []).extend(tables_of_summary(table))
            case RateTable():
                pass
    if not of_cohort:
        return found
    main = next((kind for kind in found if kind != SETS), of_cohort[0].counted)
    # Those of the peers' flow are counted in pairs of a person and a date, and end in people of the cohort.
    tables = [
        *found.pop(main, []),
        *(t if isinstance(t, CountTable) else replace(t, counted=main) for t in of_cohort),
    ]
    return {main: tables, **found}


def part_id(table: SummaryTable, variable: SummarisedVariable) -> str:
    """Return the name of the table of counts of one variable of a summary."""
    return f"{table.id}: {variable.name}"


def tables_of_summary(table: SummaryTable) -> Iterator[CountTable]:
    """Yield the tables of counts that a summary prints."""
    for variable in table.variables:
        own = variable.axis or _axis_of_known(variable)
        axes = (own,) if table.by is None else (table.by, own)
        counts = dict(variable.counts)
        for group, number in variable.numbers.items():
            counts[group, KNOWN] = number.known
            counts[group, MISSING] = number.missing
        behind = {
            (group, KNOWN if variable.axis is None and value == KNOWN_IN_RESULTS else value): people
            for (group, value), people in variable.behind.items()
        }
        inner = {_inner(table, key): count for key, count in counts.items() if count}
        yield CountTable(
            id=part_id(table, variable),
            title=table.title,
            counted=table.counted,
            axes=axes,
            group=table.group,
            counts=inner,
            behind={_inner(table, key): people for key, people in behind.items()},
        )


def _inner(table: SummaryTable, key: tuple[str, str]) -> tuple[str, ...]:
    """Return the key of a count without the group, if the table has no groups."""
    return key if table.by else key[1:]


def _axis_of_known(variable: SummarisedVariable) -> Axis:
    """Return the axis of a number: known, and missing if that occurs."""
    categories = [Category(KNOWN, KNOWN_IN_RESULTS)]
    if any(number.missing for number in variable.numbers.values()):
        categories.append(Category(MISSING, MISSING))
    return Axis(variable.name, variable.label, tuple(categories))


def events_of(rate: RateTable) -> CountTable:
    """Return the events of a table of rates, by the events' own variable too, with the people behind them."""
    counts: dict[tuple[str, ...], int] = {}
    behind: dict[tuple[str, ...], int] = {}
    for key, cell in rate.cells.items():
        if rate.events_axis is None:
            counts[key], behind[key] = cell.events, cell.people_with_events
            continue
        if sum(events for events, _ in cell.events_by.values()) != cell.events:
            raise CannotProtect(f"the events of table `{rate.id}` do not add up to their total")
        for value, (events, people) in cell.events_by.items():
            counts[*key, value], behind[*key, value] = events, people
        behind[*key, ALL] = cell.people_with_events
    axes = rate.axes
    if rate.events_axis is not None:
        own = rate.events_axis
        axes = (*axes, replace(own, variable=f"{own.variable} of the event"))
    counted = "events"
    return CountTable(rate.id, rate.title, counted, axes, rate.group, counts, behind=behind)


def time_of(rate: RateTable) -> CountTable:
    """Return the days of person-time of a table of rates; each person stands for a year of days."""
    counts = {key: cell.person_days for key, cell in rate.cells.items()}
    behind = {key: min(cell.person_days, cell.people * DAYS) for key, cell in rate.cells.items()}
    return CountTable(
        rate.id, rate.title, "days of person-time", rate.axes, rate.group, counts, behind=behind
    )


def _told(rate: RateTable, policy: Policy, sizes: Iterable[int]) -> Iterator[Place]:
    """Yield the counts of events that tell of the few who had none, or that nobody had none."""
    further = () if rate.events_axis is None else (ALL,)
    without: dict[tuple[str, ...], int] = {}
    for key, cell in rate.cells.items():
        for total in product(*((value, ALL) for value in key)):
            without[total] = without.get(total, 0) + cell.people - cell.people_with_events
    for total, people in without.items():
        if people < policy.threshold:
            yield rate.id, (*total, *further)
    events = sum(cell.events for cell in rate.cells.values())
    once = all(cell.events == cell.people_with_events for cell in rate.cells.values())
    if once and any(0 <= size - events < policy.threshold for size in sizes):
        yield rate.id, (*(ALL for _ in rate.axes), *further)


def _sizes(table: CountTable | AttritionTable) -> Iterator[int]:
    """Yield the sizes of whole groups."""
    if isinstance(table, CountTable):
        yield sum(table.counts.values())
    else:
        for step in table.steps:
            sizes = (step.remaining, step.units, step.without_step, step.units_without_step)
            yield from (size for size in sizes if size is not None)


def _nested(tables: Iterable[tuple[str, CountTable]]) -> list[list[CountTable]]:
    """Put tables of outcomes together: an outcome may be part of another (first events among all events).

    Nothing but the counts says so; where every count of one is at most that of the other, the reader is taken to know
    that it is a part. So it is made a narrower group of the other.
    """
    by_outcome: dict[str, list[CountTable]] = {}
    for outcome, table in tables:
        by_outcome.setdefault(outcome, []).append(table)
    sums = {outcome: _by_name(own) for outcome, own in by_outcome.items()}
    systems: list[list[CountTable]] = []
    last: list[tuple[str, frozenset[str]]] = []
    for outcome in sorted(by_outcome, key=lambda name: (-max(sums[name].values(), default=0), name)):
        for at, (outer, conditions) in enumerate(last):
            inner = conditions | {f"\0{outcome}"}
            joined = [*systems[at], *(_inside(table, inner) for table in by_outcome[outcome])]
            if _is_part(sums[outcome], sums[outer]) and _is_chain(joined):
                systems[at], last[at] = joined, (outcome, inner)
                break
        else:
            systems.append(by_outcome[outcome])
            last.append((outcome, frozenset()))
    return systems


def _inside(table: CountTable, conditions: frozenset[str]) -> CountTable:
    group = replace(table.group, conditions=table.group.conditions | conditions)
    # The system counts one thing: events, of which some are of the narrower outcome.
    return replace(table, group=group)


def _by_name(tables: Iterable[CountTable]) -> dict[tuple[object, ...], int]:
    """Return the counts of tables with their totals, by group and values of variables."""
    found: dict[tuple[object, ...], int] = {}
    for table in tables:
        own: dict[tuple[object, ...], int] = {}
        inner = product(*([category.value for category in axis.categories] for axis in table.axes))
        for key in inner:
            for total in product(*((value, ALL) for value in key)):
                named = {(a.variable, v) for a, v in zip(table.axes, total, strict=True) if v != ALL}
                name = (table.group.conditions, frozenset(named))
                own[name] = own.get(name, 0) + table.counts.get(key, 0)
        found |= own
    return found


def _is_part(inner: dict[tuple[object, ...], int], outer: dict[tuple[object, ...], int]) -> bool:
    shared = inner.keys() & outer.keys()
    return bool(shared) and all(inner[name] <= outer[name] for name in shared)


def _is_chain(tables: list[CountTable]) -> bool:
    try:
        chain_of_groups(tables)
    except CannotProtect:
        return False
    return True
