"""What a study draws lines at: the values, dates and durations beside which boundary data must lie.

Everything is read from the query model of the study and from the catalogue; no study is known here by name.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cohort.catalogue import Catalogue
from cohort.query.base import Plain
from cohort.query.calls import Apply, Lookup, StartsWith
from cohort.query.conditions import Compare, InSet
from cohort.query.dates import AgeOn, DaysBetween, ShiftDate
from cohort.query.parts import values_of_study
from cohort.query.rows import (
    AsUnit,
    CloseSpells,
    JoinSpells,
    LinkUnit,
    TableRows,
    inputs,
    values_of,
    walk_rows,
)
from cohort.query.study import AgeSplit, CalendarSplit, Study
from cohort.query.summaries import Summary
from cohort.query.values import Arithmetic, Band, Covered, Literal, Value, VariableValue, children, walk
from cohort.vetting.boundary_origins import Held, Origins, Scope

MANY = 300
"""Of longer lists of values as many are taken, evenly: each code is one more value of the same column."""
_DAYS_OF_THE_YEAR = ((1, 1), (2, 28), (2, 29), (3, 1), (3, 31), (4, 1), (8, 31), (9, 1), (12, 31))
_FIRST_OF_TIME = datetime.date(1990, 1, 1)


@dataclass(frozen=True)
class Values:
    """Values of one column: ``meant`` are those that the study asks for, ``near`` others beside them."""

    meant: tuple[Plain, ...] = ()
    near: tuple[Plain, ...] = ()


@dataclass(frozen=True)
class Pools:
    """The lines that a study draws.

    ``tables`` are the held tables that it reads, each with the logical columns that it needs. ``dates`` are the days
    that it names, ``amounts`` the durations (number, unit) and ``days_of_year`` the (month, day) pairs. ``units`` are
    the columns that name units, ``linked`` those of other keys that lead to units, ``births`` those of the week of
    birth, ``agree`` those that must agree beside a key where rows are linked. ``year_months`` holds the months of
    columns that are year * 100 + month, and ``years`` are the columns of plain calendar years.
    """

    tables: Mapping[str, tuple[str, ...]]
    values: Mapping[Held, Values]
    dates: tuple[datetime.date, ...]
    amounts: tuple[tuple[int, str], ...]
    days_of_year: tuple[tuple[int, int], ...]
    units: frozenset[Held]
    linked: frozenset[Held]
    births: frozenset[Held]
    agree: frozenset[Held]
    year_months: Mapping[Held, tuple[int, ...]]
    years: frozenset[Held]


@dataclass
class _Found:
    meant: dict[Held, dict[Plain, None]] = field(default_factory=dict)
    near: dict[Held, dict[Plain, None]] = field(default_factory=dict)
    dates: set[datetime.date] = field(default_factory=set)
    amounts: set[tuple[int, str]] = field(default_factory=set)
    days_of_year: set[tuple[int, int]] = field(default_factory=set)


def pools_of(study: Study, catalogue: Catalogue) -> Pools:
    """Return the lines that a study draws."""
    found, origins = _Found(), Origins(study)
    found.dates |= {study.data_from, study.data_until}
    for value, scope in _values_with_scope(study, origins):
        _look(value, scope, found, origins)
    _look_at_rows(study, found)
    birth_rows, birth_column = catalogue.units[study.unit].birth
    births = origins.named(birth_rows)
    units, linked, agree = _roles(study, origins)
    year_months, years = _number_forms(study, origins)
    tables: dict[str, dict[str, None]] = {}
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            if isinstance(node, TableRows):
                tables.setdefault(node.table, {}).update(dict.fromkeys(c.name for c in node.columns))
    return Pools(
        {name: tuple(columns) for name, columns in tables.items()},
        {
            held: Values(_spread(found.meant.get(held, {})), _spread(found.near.get(held, {})))
            for held in sorted({*found.meant, *found.near})
        },
        tuple(sorted(found.dates)),
        tuple(sorted(found.amounts)),
        tuple(sorted({*_DAYS_OF_THE_YEAR, *found.days_of_year})),
        units,
        linked - units,
        origins.of_column(births[-1], birth_column) if births else frozenset(),
        agree,
        year_months,
        years,
    )


def _values_with_scope(study: Study, origins: Origins) -> Iterator[tuple[Value, Scope]]:
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            below = inputs(node)[:1]
            yield from ((value, below) for value in values_of(node))
    for value in values_of_study(study):
        yield value, origins.start if value is study.population.index_date else ()


def _look(value: Value, scope: Scope, found: _Found, origins: Origins) -> None:
    """Note every line that a value draws, and go on inside it."""
    match value:
        case Compare():
            for literal, other in ((value.left, value.right), (value.right, value.left)):
                if isinstance(literal, Literal):
                    _note_literal(literal.value, other, scope, found, origins)
        case InSet():
            members = [member.value for member in value.members]
            _note_members(members, value.part, scope, found, origins)
        case StartsWith():
            _note_prefixes(value, scope, found, origins)
        case Lookup():
            _note_members([code for code, _ in value.pairs], value.part, scope, found, origins)
        case Band():
            for lower, _ in value.bands:
                _note_literal(lower, value.part, scope, found, origins)
        case ShiftDate():
            found.amounts |= _amounts(value.amount, value.unit)
        case Apply(function="birthday" | "school_year_end" | "school_year_day") if isinstance(
            value.parts[1], Literal
        ):
            found.amounts |= _amounts(_whole(value.parts[1].value), "year")
            _note_day_of_year(value.parts[2:], found)
        case Apply(function="date_of"):
            _note_day_of_year(value.parts[1:], found)
        case Covered() if value.days:
            found.amounts |= _amounts(value.days, "day")
        case Literal(value=datetime.date() as day):
            found.dates.add(day)
        case _:
            pass
    inner = (*scope, *origins.named(value.rows.name)) if isinstance(value, Summary) else scope
    for part in children(value):
        _look(part, inner, found, origins)


def _note_literal(literal: Plain, other: Value, scope: Scope, found: _Found, origins: Origins) -> None:
    held = origins.of_value(other, scope)
    match literal:
        case bool() | None:
            return
        case datetime.date():
            found.dates.add(literal)
            for each in held:
                found.meant.setdefault(each, {})[literal] = None
        case str():
            _note_members([literal], other, scope, found, origins)
        case int() | Decimal():
            number = int(literal)
            if any(isinstance(part, AgeOn) for part in _with_variables(other, origins)):
                found.amounts |= _amounts(number, "year")
            elif any(isinstance(part, DaysBetween | Covered) for part in _with_variables(other, origins)):
                for factor in {1, *_factors(other, origins)}:
                    found.amounts |= _amounts(number * factor, "day")
            elif any(isinstance(part, Apply) for part in _with_variables(other, origins)):
                months = {"months_between": "month", "years_between": "year"}
                for part in _with_variables(other, origins):
                    if isinstance(part, Apply) and part.function in months:
                        found.amounts |= _amounts(number, months[part.function])
            else:
                for each in held:
                    found.meant.setdefault(each, {})[number] = None
                    found.near.setdefault(each, {}).update({number - 1: None, number + 1: None})


def _note_members(members: list[Plain], part: Value, scope: Scope, found: _Found, origins: Origins) -> None:
    for each in origins.of_value(part, scope):
        found.meant.setdefault(each, {}).update(dict.fromkeys(members))
        for member in members:
            if isinstance(member, str):
                others = (member.lower(), f"{member} ", member + "1", member[:-1])
                found.near.setdefault(each, {}).update({other: None for other in others if other.strip()})
            elif isinstance(member, int):
                found.near.setdefault(each, {}).update({member - 1: None, member + 1: None})


def _note_prefixes(value: StartsWith, scope: Scope, found: _Found, origins: Origins) -> None:
    for each in origins.of_value(value.part, scope):
        meant, near = found.meant.setdefault(each, {}), found.near.setdefault(each, {})
        for prefix in value.prefixes:
            meant |= {prefix: None, f"{prefix}1": None}
            near |= {prefix.swapcase(): None, f"1{prefix}": None, f"{prefix} ": None}
            near |= {prefix[:-1]: None} if len(prefix) > 1 else {}


def _note_day_of_year(parts: tuple[Value, ...], found: _Found) -> None:
    if len(parts) == 2 and all(isinstance(part, Literal) for part in parts):
        month, day = (_whole(part.value) for part in parts if isinstance(part, Literal))
        found.days_of_year.add((month, min(day, 28) if month == 2 else day))


def _look_at_rows(study: Study, found: _Found) -> None:
    """Note lines that stand outside values: gaps, washouts, splits, tolerances."""
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            if isinstance(node, JoinSpells):
                found.amounts |= _amounts(node.gap_days, "day") | _amounts(node.gap_days + 1, "day")
            elif isinstance(node, CloseSpells):
                found.days_of_year.add((3, 31))
    for outcome in study.outcomes:
        found.amounts |= _amounts(outcome.washout_days, "day")
    for split in study.splits:
        if isinstance(split, AgeSplit):
            for age in split.ages:
                found.amounts |= _amounts(age, "year")
        elif isinstance(split, CalendarSplit):
            found.dates |= {day for _, first, until in split.stretches for day in (first, until)}
    if study.peers is not None and study.peers.nearest is not None:
        found.amounts |= _amounts(study.peers.nearest.tolerance, "day")


def _roles(study: Study, origins: Origins) -> tuple[frozenset[Held], frozenset[Held], frozenset[Held]]:
    """Return the columns that name units, those of keys that lead to them, and those that must agree beside a key."""
    units: set[Held] = set()
    linked: set[Held] = set()
    agree: set[Held] = set()
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            match node:
                case LinkUnit():
                    units |= origins.of_column(node.mapping, node.map_unit)
                    linked |= origins.of_column(node.rows, node.key)
                    linked |= origins.of_column(node.mapping, node.map_key)
                    for name in node.also:
                        agree |= origins.of_column(node.rows, name) | origins.of_column(node.mapping, name)
                case AsUnit(unit=str() as unit):
                    units |= origins.of_column(node.rows, unit)
                case _:
                    continue
    return frozenset(units), frozenset(linked), frozenset(agree)


def _number_forms(study: Study, origins: Origins) -> tuple[dict[Held, tuple[int, ...]], frozenset[Held]]:
    """Return which whole numbers are year * 100 + month (with the months), and which are plain years."""
    months: dict[Held, set[int]] = {}
    years: set[Held] = set()
    for value, scope in _values_with_scope(study, origins):
        for part in walk(value):
            match part:
                case Apply(function="whole_division", parts=(of, Literal(value=100))):
                    for each in origins.of_value(of, scope):
                        months.setdefault(each, set())
                case Compare(
                    left=Apply(function="modulo", parts=(of, _)), right=Literal(value=int() as month)
                ):
                    for each in origins.of_value(of, scope):
                        months.setdefault(each, set()).add(month)
                case Apply(function="date_of", parts=(of, _, _)):
                    years |= origins.of_value(of, scope)
                case _:
                    continue
    return {each: tuple(sorted(found)) for each, found in months.items()}, frozenset(years - set(months))


def _with_variables(value: Value, origins: Origins) -> Iterator[Value]:
    """Yield a value and all inside it, variables replaced by what they stand for."""
    for part in walk(value):
        yield part
        if isinstance(part, VariableValue) and part.name in origins.study.variable:
            yield from _with_variables(origins.study.variable[part.name].value, origins)


def _factors(value: Value, origins: Origins) -> set[int]:
    """Return the whole numbers that a value is multiplied with or divided by."""
    return {
        int(side.value)
        for part in _with_variables(value, origins)
        if isinstance(part, Arithmetic) and part.op in ("*", "/")
        for side in (part.left, part.right)
        if isinstance(side, Literal) and isinstance(side.value, int | Decimal)
    }


def _amounts(number: int, unit: str) -> set[tuple[int, str]]:
    number = abs(number) * (7 if unit == "week" else 1)
    return {(number, "day" if unit == "week" else unit)} if number else set()


def _whole(value: Plain) -> int:
    return int(value) if isinstance(value, int | Decimal) else 0


def _spread(found: Mapping[Plain, None]) -> tuple[Plain, ...]:
    values = tuple(found)
    if len(values) <= MANY:
        return values
    return tuple(values[n * len(values) // MANY] for n in range(MANY))
