"""Means, deviations and quantiles of numbers: which may be shown, and as what.

A statistic of a group is shown where the number of those who know the variable is shown, and enough people of the group
lie on each side of a quantile or differ from the most of them. From the statistics of a whole and of all its parts but
a few people, those of the few could be worked out; so the people without shown statistics are none or enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cohort.disclosure.figures import significant
from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import KNOWN, MISSING
from cohort.disclosure.systems import part_id
from cohort.query.outputs import KNOWN as KNOWN_IN_RESULTS
from cohort.query.outputs import OTHER
from cohort.results.model import (
    ALL,
    NumberSummary,
    SafeCell,
    SafeNumber,
    SafeSummarised,
    SafeSummary,
    SafeTable,
    State,
    SummarisedVariable,
    SummaryTable,
)

MEAN = "mean"
DEVIATION = "standard deviation"
HIDDEN = SafeNumber(State.HIDDEN)

Spot = tuple[str, str, str]
"""Table, variable and group value of a summarised number."""


@dataclass(frozen=True)
class _Group:
    """A group whose number is summarised: the people who know it, and where they are, as conditions and values."""

    spot: Spot
    conditions: frozenset[str]
    values: frozenset[tuple[str, str]]
    known: int

    def holds(self, other: _Group) -> bool:
        """Whether everyone of another group is in this one, by their definitions."""
        return self.conditions <= other.conditions and self.values <= other.values


def shown_statistics(
    tables: Iterable[SummaryTable], parts: Mapping[str, SafeTable], policy: Policy
) -> frozenset[Spot]:
    """Return the groups whose statistics may be shown. ``parts`` are the protected tables of counts by their ids."""
    shown: set[Spot] = set()
    groups: dict[str, list[list[_Group]]] = {}
    for table in tables:
        for variable in table.variables:
            if variable.axis is not None:
                continue
            groups.setdefault(variable.name, []).append(list(_groups(table, variable)))
            safe = parts[part_id(table, variable)]
            for group, number in variable.numbers.items():
                # Where several entries may be of one person, the people behind a number are what counts.
                people = variable.behind.get((group, KNOWN_IN_RESULTS), number.known)
                count = safe.cells[(group, KNOWN) if table.by else (KNOWN,)]
                if count.state is State.SHOWN and people >= policy.threshold and _spreads(number, policy):
                    shown.add((table.id, variable.name, group))
    for of_variable in groups.values():
        _hide_remainders(of_variable, shown, policy)
    return frozenset(shown)


def _groups(table: SummaryTable, variable: SummarisedVariable) -> Iterator[_Group]:
    fixed = frozenset(table.group.fixed.items())
    for group in (ALL,) if table.by is None else (c.value for c in table.by.categories):
        own = frozenset() if table.by is None else frozenset({(table.by.variable, group)})
        number = variable.numbers.get(group)
        yield _Group(
            (table.id, variable.name, group),
            table.group.conditions,
            fixed | own,
            0 if number is None else number.known,
        )


def _hide_remainders(tables: list[list[_Group]], shown: set[Spot], policy: Policy) -> None:
    """Hide further groups until nobody can take the statistics of a few people from what is shown."""
    before = -1
    while before != len(shown):
        before = len(shown)
        for groups in tables:
            rest = sum(group.known for group in groups if group.spot not in shown)
            left = sorted((g for g in groups if g.spot in shown), key=lambda g: (g.known, g.spot))
            for group in left:
                if not 0 < rest < policy.threshold:
                    break
                shown.discard(group.spot)
                rest += group.known
        for outer in tables:
            for inner in tables:
                if outer is not inner:
                    _hide_near(outer, inner, shown, policy)


def _hide_near(outer: list[_Group], inner: list[_Group], shown: set[Spot], policy: Policy) -> None:
    """Hide groups of one table that are nearly the whole of a group, or of all groups, of another one."""
    for whole in (*outer, _all_of(outer)):
        for part, members in ((_all_of(inner), inner), *((group, [group]) for group in inner)):
            if whole.holds(part) and 0 < whole.known - part.known < policy.threshold:
                shown.difference_update(group.spot for group in members)


def _all_of(groups: list[_Group]) -> _Group:
    """Return all groups of a table together."""
    values = frozenset.intersection(*(group.values for group in groups))
    table, variable, _ = groups[0].spot
    return _Group((table, variable, ALL), groups[0].conditions, values, sum(group.known for group in groups))


def _exact(number: float) -> Fraction:
    """Return a sum as the decimal number that it is written as."""
    return Fraction(Decimal(repr(number)))


def _squares_around(number: NumberSummary, point: float) -> tuple[Fraction, Fraction]:
    """Return the sum of distances from a point and of their squares."""
    total, squares, middle = _exact(number.total), _exact(number.squares), _exact(point)
    return total - number.known * middle, squares - 2 * middle * total + number.known * middle**2


def _spreads(number: NumberSummary, policy: Policy) -> bool:
    """Whether enough people differ from the most frequent value: otherwise mean and deviation count the few.

    Those who differ from the median are a quarter of all where a quartile does, and at least the square of the sum of
    distances, divided by the sum of their squares (Cauchy and Schwarz).
    """
    at = dict(number.quantiles)
    if 50 not in at:
        return False
    sides = sum(quartile in at and at[quartile] != at[50] for quartile in (25, 75))
    if sides == 2:
        return True
    distances, squares = _squares_around(number, at[50])
    by_quartiles = sides * math.ceil(number.known / 4)
    by_distances = distances**2 / squares if squares > 0 else Fraction(0)
    return max(Fraction(by_quartiles), by_distances) >= policy.threshold


def _statistics(number: NumberSummary, people: int, policy: Policy) -> dict[str, SafeNumber]:
    """Return what is shown of a number in a group whose statistics may be shown."""
    mean = _exact(number.total) / number.known
    _, squares = _squares_around(number, 0.0)
    variance = (squares - number.known * mean**2) / (number.known - 1)
    found = {MEAN: _shown(float(mean)), DEVIATION: _shown(math.sqrt(max(variance, Fraction(0))))}
    for per_cent, value in number.quantiles:
        enough = min(per_cent, 100 - per_cent) * people >= 100 * policy.threshold
        found[str(per_cent)] = _shown(value) if enough else HIDDEN
    return found


def _shown(value: float) -> SafeNumber:
    return SafeNumber(State.SHOWN, significant(value))


def safe_summary(
    table: SummaryTable, parts: Mapping[str, SafeTable], shown: frozenset[Spot], policy: Policy
) -> SafeSummary:
    """Return a protected summary from the protected tables of its counts."""
    groups = [ALL] if table.by is None else [*(category.value for category in table.by.categories), ALL]
    variables = []
    sizes: dict[str, SafeCell] = {}
    for variable in table.variables:
        safe = parts[part_id(table, variable)]
        counts = {
            (group, KNOWN_IN_RESULTS if value == KNOWN else value): safe.cells[
                (group, value) if table.by else (value,)
            ]
            for group in groups
            for value in (category.value for category in safe.axes[-1].categories)
        }
        sizes = {group: safe.cells[(group, ALL) if table.by else (ALL,)] for group in groups}
        numbers = _numbers(table, variable, shown, policy)
        variables.append(
            SafeSummarised(
                name=variable.name,
                label=variable.label,
                axis=variable.axis,
                counts=counts,
                numbers=numbers,
                differences=_differences(table, variable, counts, sizes, numbers),
            )
        )
    return SafeSummary(
        id=table.id,
        title=table.title,
        style=table.style,
        counted=table.counted,
        by=table.by,
        quantiles=_quantiles(table),
        sizes=sizes,
        variables=tuple(variables),
        group_words=table.group.words,
    )


def _quantiles(table: SummaryTable) -> tuple[int, ...]:
    numbers = (number for variable in table.variables for number in variable.numbers.values())
    return tuple(sorted({per_cent for number in numbers for per_cent, _ in number.quantiles}))


def _numbers(
    table: SummaryTable, variable: SummarisedVariable, shown: frozenset[Spot], policy: Policy
) -> dict[tuple[str, str], SafeNumber]:
    """Return the statistics of each group of a number; of all groups together there are none."""
    if variable.axis is not None:
        return {}
    found = {}
    for group in (ALL,) if table.by is None else (c.value for c in table.by.categories):
        own: dict[str, SafeNumber] = {}
        if (table.id, variable.name, group) in shown:
            number = variable.numbers[group]
            people = variable.behind.get((group, KNOWN_IN_RESULTS), number.known)
            own = _statistics(number, people, policy)
        for statistic in (MEAN, DEVIATION, *map(str, _quantiles(table))):
            found[group, statistic] = own.get(statistic, HIDDEN)
    return found


def _differences(
    table: SummaryTable,
    variable: SummarisedVariable,
    counts: Mapping[tuple[str, str], SafeCell],
    sizes: Mapping[str, SafeCell],
    numbers: Mapping[tuple[str, str], SafeNumber],
) -> dict[str, SafeNumber]:
    """Return the standardised differences between two groups, from what is printed of them alone."""
    if table.by is None:
        return {}
    pair = [c.value for c in table.by.categories if c.value not in (MISSING, OTHER.value)]
    if len(pair) != 2:
        return {}
    one, other = pair
    if variable.axis is None:
        printed = [numbers[group, what].value for what in (MEAN, DEVIATION) for group in pair]
        return {ALL: _of_numbers(*printed)}
    return {
        value: _of_shares(counts[one, value], sizes[one], counts[other, value], sizes[other])
        for value in (category.value for category in variable.axis.categories)
    }


def _of_numbers(
    mean: float | None, other_mean: float | None, deviation: float | None, other_deviation: float | None
) -> SafeNumber:
    if mean is None or other_mean is None or deviation is None or other_deviation is None:
        return HIDDEN
    return _standardised(mean - other_mean, deviation**2, other_deviation**2)


def _of_shares(part: SafeCell, size: SafeCell, other_part: SafeCell, other_size: SafeCell) -> SafeNumber:
    if State.IMPOSSIBLE in (part.state, other_part.state):
        return SafeNumber(State.IMPOSSIBLE)
    if part.count is None or other_part.count is None or not size.count or not other_size.count:
        return HIDDEN
    # Counts are rounded on their own, so a part may be more than its whole.
    share, other = min(part.count / size.count, 1.0), min(other_part.count / other_size.count, 1.0)
    return _standardised(share - other, share * (1 - share), other * (1 - other))


def _standardised(difference: float, variance: float, other_variance: float) -> SafeNumber:
    """Return a difference in units of the two groups' common deviation (Austin, Statistics in Medicine 28, 2009)."""
    common = math.sqrt((variance + other_variance) / 2)
    if common == 0:
        return SafeNumber(State.SHOWN, 0.0) if difference == 0 else HIDDEN
    return SafeNumber(State.SHOWN, round(difference / common, 2))
