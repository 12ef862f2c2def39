"""One release of a study: all its tables, whatever they count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy
from cohort.disclosure.protection import cells_of, keys_of, log_of_policy, protect_system
from cohort.disclosure.rates import rates_of_residents, safe_rate
from cohort.disclosure.summaries import safe_summary, shown_statistics
from cohort.disclosure.systems import System, systems_of
from cohort.disclosure.truth import Place
from cohort.results.model import (
    ALL,
    AttritionTable,
    Axis,
    CountTable,
    RateTable,
    RawResults,
    RawTable,
    SafeAnyTable,
    SafeAttrition,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
    SummaryTable,
)

Counts = SafeTable | SafeAttrition
Name = frozenset[tuple[str, str]]


def protect_release(raw: RawResults, policy: Policy, *, synthetic: bool) -> SafeResults:
    """Protect all tables of a study.

    Tables that count the same thing (children, say) are one system of equations. Tables that count another
    thing (child codes in a linkage table) are a system of their own, and are then hidden whole if one of
    their counts lies so near to the size of a whole group of the first kind that the difference is itself a
    small count: 103 codes of 100 children tell of three changed codes. A difference of 0 is near too, so that
    being hidden tells nothing. Events and person-time of outcomes are further systems, and whatever is no count is
    worked out from what is printed, or shown only where enough people are behind it.

    Raises ``CannotProtect`` if any part cannot be protected.
    """
    identifiers = [table.id for table in raw.tables]
    if len(identifiers) != len(set(identifiers)):
        raise CannotProtect("two tables have the same id")
    release = systems_of(raw, policy)
    log: list[str] = []
    counts = _protected_counts(raw, release.counts, policy, synthetic, log)
    events = _protected_events(raw, release.events, synthetic, log)
    time = _protected_time(raw, release.time, synthetic, log)
    summaries = [table for table in raw.tables if isinstance(table, SummaryTable)]
    statistics = shown_statistics(summaries, _tables(counts), policy)

    def safe(table: RawTable) -> SafeAnyTable:
        match table:
            case CountTable():
                made = _table(counts[table.id])
                if table.denominators is None:
                    return made
                rates = rates_of_residents(table, made, table.denominators)
                return replace(made, denominators=table.denominators, rates=rates)
            case AttritionTable():
                return replace(counts[table.id], counted=table.counted)
            case SummaryTable():
                return safe_summary(table, _tables(counts), statistics, policy)
            case RateTable():
                return safe_rate(table, _table(events[table.id]), _table(time[table.id]))
            case _:
                assert_never(table)

    return SafeResults(
        study=raw.study,
        spec_hash=raw.spec_hash,
        policy=policy.name,
        policy_words=policy.words,
        symbol=policy.symbol,
        synthetic=synthetic,
        tables=tuple(safe(table) for table in raw.tables),
        log=(*log_of_policy(policy), *log),
    )


def _table(table: SafeAnyTable) -> SafeTable:
    if not isinstance(table, SafeTable):
        raise TypeError(f"{table.id} is no table of counts")
    return table


def _tables(tables: Mapping[str, Counts]) -> dict[str, SafeTable]:
    """Return the tables of counts among tables and flows."""
    return {name: table for name, table in tables.items() if isinstance(table, SafeTable)}


def _by_id(results: Iterable[SafeResults]) -> dict[str, Counts]:
    return {
        table.id: table
        for safe in results
        for table in safe.tables
        if isinstance(table, SafeTable | SafeAttrition)
    }


def _protected_counts(
    raw: RawResults, systems: Sequence[System], policy: Policy, synthetic: bool, log: list[str]
) -> dict[str, Counts]:
    """Protect the cohort and then what is counted beside it; tables that lie too near are hidden whole."""
    safe: dict[str, Counts] = {}
    shown: list[int] = []
    for system in systems:
        found = protect_system(system.results(raw), policy, synthetic=synthetic)
        if any(_too_near(count, seen, policy) for count in _counts(found) for seen in shown):
            # The log goes out with the tables, so it does not say which tables were hidden for this reason.
            for table in found.tables:
                if not isinstance(table, SafeTable):
                    raise CannotProtect(f"a count of the flow `{table.id}` lies near one of another kind")
                safe[table.id] = _hidden(table)
                log.append(f"table {table.id}: all counts hidden")
            continue
        safe |= _by_id([found])
        log += found.log
        shown += _sizes(found)
    return safe


def _protected_events(
    raw: RawResults, systems: Sequence[System], synthetic: bool, log: list[str]
) -> dict[str, Counts]:
    found = [protect_system(s.results(raw), s.policy, synthetic=synthetic, told=s.told) for s in systems]
    log += [f"events: {line}" for safe in found for line in safe.log]
    return _by_id(found)


def _protected_time(
    raw: RawResults, systems: Sequence[System], synthetic: bool, log: list[str]
) -> dict[str, Counts]:
    """Protect person-time. Outcomes have nearly the same: what one system hides, the others hide too."""
    hidden: frozenset[Name] = frozenset()
    while True:
        found = [
            protect_system(
                system.results(raw), system.policy, synthetic=synthetic, with_them=_places(system, hidden)
            )
            for system in systems
        ]
        now = hidden | {name for safe in found for name in _hidden_names(safe)}
        if len(systems) < 2 or now == hidden:
            log += [f"person-time: {line}" for safe in found for line in safe.log]
            return _by_id(found)
        hidden = now


def _hidden_names(safe: SafeResults) -> Iterator[Name]:
    for table in _tables(_by_id([safe])).values():
        for key, cell in table.cells.items():
            if cell.state is State.HIDDEN:
                yield _name(table.axes, key)


def _places(system: System, names: frozenset[Name]) -> Iterator[Place]:
    for table in system.tables:
        if isinstance(table, CountTable):
            yield from ((table.id, key) for key in keys_of(table.axes) if _name(table.axes, key) in names)


def _name(axes: tuple[Axis, ...], key: tuple[str, ...]) -> Name:
    return frozenset((axis.variable, value) for axis, value in zip(axes, key, strict=True) if value != ALL)


def _counts(safe: SafeResults) -> Iterator[int]:
    """Every count that is shown and is not 0."""
    yield from (cell.count for table in safe.tables for cell in cells_of(table) if cell.count)


def _sizes(safe: SafeResults) -> Iterator[int]:
    """The sizes of whole groups that are shown: what remains after each step, and totals of tables."""
    for table in safe.tables:
        if isinstance(table, SafeTable):
            cells = [cell for key, cell in table.cells.items() if set(key) == {ALL}]
        elif isinstance(table, SafeAttrition):
            cells = [
                cell
                for row in table.steps
                for cell in (row.remaining, row.units, row.without_step, row.units_without_step)
                if cell is not None
            ]
        yield from (cell.count for cell in cells if cell.count)


def _too_near(one: int, other: int, policy: Policy) -> bool:
    """Whether the difference of two shown counts can be 0 or a small count, rounding taken into account."""
    (low, high), (other_low, other_high) = policy.window(one), policy.window(other)
    return max(low - other_high, other_low - high) < policy.threshold


def _hidden(table: SafeTable) -> SafeTable:
    """Hide every count of a table. A shown 0 stays, since hidden it would be thought to be 1 or more."""
    return replace(
        table,
        cells={key: SafeCell(State.HIDDEN) if cell.count else cell for key, cell in table.cells.items()},
    )
