"""The true values of a release's cells, and whether the tables agree with one another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import assert_never

from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.flows import starts_with_units, steps_of
from cohort.disclosure.policy import Policy
from cohort.disclosure.structure import Structure
from cohort.results.model import (
    ALL,
    AttritionStep,
    AttritionTable,
    CountTable,
    RateTable,
    RawResults,
    RawTable,
    SummaryTable,
)

Place = tuple[str, tuple[str, ...]]
Key = tuple[str, ...]
_REMAINING = ("remaining", "without_step")


@dataclass(frozen=True)
class People:
    """How many different people are behind a count: at least and at most."""

    fewest: int
    most: int


@dataclass(frozen=True)
class Truth:
    """True values of all columns; None for cells that no table of the study counts.

    ``people`` are those behind each count; where ``once`` is true each person is counted once, so that they are the
    counts themselves. In the columns of ``zero_hidden`` a 0 is hidden like a small count. The differences in ``equal``
    are 0, and a reader is taken to know it: that such a group is the whole of the other may be common knowledge.
    Columns of ``told`` are small counts for reasons that lie outside the system.
    """

    values: tuple[int | None, ...]
    people: tuple[People, ...]
    once: bool
    zero_hidden: frozenset[int]
    equal: frozenset[int]
    told: frozenset[int] = frozenset()

    def sensitive(self, column: int, policy: Policy) -> bool:
        """Whether the count may not be shown: it is small, or few people are behind it."""
        value = self.values[column]
        if value is None:
            return False
        few = 0 < min(value, self.people[column].fewest) < policy.threshold
        return few or (value == 0 and column in self.zero_hidden) or (value > 0 and column in self.told)

    def sensitive_sum(self, columns: Collection[int], policy: Policy) -> bool:
        """Whether the sum of some counts is small, or the people behind them may be few; not if one is unknown."""
        values = [self.values[column] for column in columns]
        total = sum(value or 0 for value in values)
        if None in values or total == 0:
            return False
        # The same people may be behind all of them.
        people = total if self.once else max(self.people[column].fewest for column in columns)
        return min(total, people) < policy.threshold

    def single(self, column: int) -> bool:
        """Whether exactly one person is behind a count, who then knows it."""
        return bool(self.values[column]) and self.people[column].most == 1


def truth_of(raw: RawResults, structure: Structure, policy: Policy, told: Iterable[Place] = ()) -> Truth:
    """Return the true values of a release; raise ``CannotProtect`` if its tables contradict one another."""
    values: dict[int, int] = {}
    people: dict[int, People] = {}
    for table in raw.tables:
        counts, behind = _read(table)
        for key, count in counts.items():
            column = structure.places[(table.id, key)]
            if values.setdefault(column, count) != count:
                raise CannotProtect(f"table `{table.id}` contradicts another table about who was counted")
            if count and column in structure.impossible:
                raise CannotProtect(f"table `{table.id}` counts people where by definition there can be none")
            known = people.setdefault(column, behind[key])
            people[column] = People(max(known.fewest, behind[key].fewest), min(known.most, behind[key].most))
    for line in structure.lines:
        if structure.is_printed(line) and values[line.total] != sum(values[part] for part in line.parts):
            raise CannotProtect("the parts of a table do not add up to its total")
    cells: list[int | None] = [
        0 if column in structure.impossible else values.get(column) for column in range(len(structure.cells))
    ]
    known_people = [people.get(column, People(value or 0, value or 0)) for column, value in enumerate(cells)]
    for difference in structure.differences:
        whole, inside = cells[difference.whole], cells[difference.inside]
        if whole is not None and inside is not None and whole < inside:
            raise CannotProtect("a group that lies inside another one has more people than it")
        left = None if whole is None or inside is None else whole - inside
        cells.append(left)
        # Two numbers of people tell a third one, too; where it is none, the same people are behind both counts.
        apart = known_people[difference.whole].fewest - known_people[difference.inside].most
        known_people.append(People(min(apart, left or 0) if apart > 0 else left or 0, left or 0))
    zero_hidden = _zero_hidden(raw, structure, policy, cells)
    return Truth(
        values=tuple(cells),
        people=tuple(known_people),
        once=not any(_counts_again(table) for table in raw.tables),
        zero_hidden=zero_hidden,
        equal=_equal(structure, cells, zero_hidden),
        told=frozenset(structure.places[place] for place in told),
    )


def _read(table: RawTable) -> tuple[dict[Key, int], dict[Key, People]]:
    """Return the counts of a table and the people behind them."""
    match table:
        case CountTable():
            counts = _counts(table)
            return counts, _behind(table, counts)
        case AttritionTable():
            counts = _flow(table)
            return counts, _behind_flow(counts)
        case SummaryTable() | RateTable():
            raise TypeError("a system has tables of counts and flows only")
        case _:
            assert_never(table)


def _counts_again(table: object) -> bool:
    """Whether one person can be counted several times."""
    if isinstance(table, AttritionTable):
        return table.steps[0].units is not None
    return isinstance(table, CountTable) and bool(table.behind)


def _counts(table: CountTable) -> dict[Key, int]:
    """Return the counts of a table with all its totals."""
    values = [[category.value for category in axis.categories] for axis in table.axes]
    sums = dict.fromkeys(product(*([*some, ALL] for some in values)), 0)
    inner = set(product(*values))
    for key, count in table.counts.items():
        if key not in inner:
            raise CannotProtect(f"table `{table.id}` has a count for a combination that it does not have")
        if count < 0:
            raise CannotProtect(f"table `{table.id}` has a count under zero")
        for total in product(*((value, ALL) for value in key)):
            sums[total] += count
    return sums


def _behind(table: CountTable, counts: Mapping[Key, int]) -> dict[Key, People]:
    """Return the people behind each count of a table. The same people may be behind all parts of a total."""
    if not table.behind:
        return {key: People(count, count) for key, count in counts.items()}
    fewest, most = dict.fromkeys(counts, 0), dict.fromkeys(counts, 0)
    for key, count in table.counts.items():
        people = table.behind.get(key, 0)
        if not min(count, 1) <= people <= count:
            raise CannotProtect(f"table `{table.id}` has no people behind a count, or more than it counts")
        for total in product(*((value, ALL) for value in key)):
            fewest[total] = max(fewest[total], people)
            most[total] += people
    for key in table.behind.keys() & counts.keys():
        if ALL in key:
            fewest[key] = most[key] = table.behind[key]
    return {key: People(fewest[key], min(most[key], count)) for key, count in counts.items()}


def _flow(flow: AttritionTable) -> dict[Key, int]:
    """Return what remains after each step of a flow, what each step leaves out, and the same of units."""
    counts: dict[Key, int] = {}
    by_units = starts_with_units(flow)
    before: AttritionStep | None = None
    for step, now in enumerate(flow.steps):
        at = str(step)
        counts["remaining", at] = now.remaining
        excluded = None if before is None or (by_units and step == 1) else before.remaining - now.remaining
        if excluded is not None:
            counts["excluded", at] = excluded
        if now.units is not None:
            counts["units", at] = now.units
            if not (by_units and step == 0):
                counts["beyond", at] = now.remaining - now.units
            if before is not None and before.units is not None:
                counts["leaving", at] = before.units - now.units
                if excluded is not None:
                    counts["further", at] = excluded - counts["leaving", at]
        before = now
    counts |= _without_steps(flow, counts)
    if any(count < 0 for count in counts.values()):
        raise CannotProtect(f"the flow `{flow.id}` has more people after a step than before it")
    return counts


def _without_steps(flow: AttritionTable, counts: Mapping[Key, int]) -> dict[Key, int]:
    """Return who remains without each step, and what that tells."""
    found: dict[Key, int] = {}
    steps = steps_of(flow)
    for step in steps:
        at, now, final = str(step), flow.steps[step], flow.steps[steps[-1]]
        assert now.without_step is not None
        found["without_step", at] = now.without_step
        if now.units_without_step is not None:
            found["units_without_step", at] = now.units_without_step
        if now is final:
            continue
        alone = now.without_step - final.remaining
        found["alone", at] = alone
        found["later_too", at] = counts["excluded", at] - alone
        units_before = flow.steps[step - 1].units
        if now.units_without_step is not None and final.units is not None and units_before is not None:
            joining = now.units_without_step - final.units
            found["joining", at] = joining
            found["beyond_without_step", at] = now.without_step - now.units_without_step
            found["further_alone", at] = alone - joining
            found["leaving_otherwise", at] = units_before - now.units_without_step
    return found


def _behind_flow(counts: Mapping[Key, int]) -> dict[Key, People]:
    """Return the people behind each count of a flow; of entries left out, at least the units that leave for good."""
    found: dict[Key, People] = {}
    for (what, at), count in counts.items():
        known = {
            "remaining": counts.get(("units", at)),
            "excluded": counts.get(("leaving", at)),
            "without_step": counts.get(("units_without_step", at)),
            "alone": counts.get(("joining", at)),
        }.get(what)
        fewest = (
            known or count
        )  # Where no unit leaves for good, nothing is known of whose entries were left out.
        found[what, at] = People(fewest, known if what in _REMAINING and known is not None else count)
    return found


def _zero_hidden(
    raw: RawResults, structure: Structure, policy: Policy, cells: list[int | None]
) -> frozenset[int]:
    """Return the cells in which 0 is hidden. The flow shows 0: that nobody was left out tells of no person."""
    if not policy.zeros_masked:
        return frozenset()
    flows = {table.id for table in raw.tables if isinstance(table, AttritionTable)}
    in_tables = {column for (table, _), column in structure.places.items() if table not in flows}
    if any(cells[column] == 0 for column in structure.flow & in_tables):
        raise CannotProtect(
            "nobody is left in the cohort, and the flow would give away the hidden zeros of the tables"
        )
    return frozenset(range(structure.printable)) - structure.flow - structure.impossible


def _equal(structure: Structure, cells: list[int | None], zero_hidden: frozenset[int]) -> frozenset[int]:
    """Return the differences of 0 that a reader may be taken to know.

    Not those that would give away a hidden zero: if all of a year's children are in the group, then none of them
    has the status that the group leaves out, and no choice of hidden cells could keep that from such a reader.
    """
    first = len(structure.cells)
    nothing = {column for column in range(first, structure.columns) if cells[column] == 0}
    telling = {
        line.total for line in structure.read_lines if line.total >= first and zero_hidden & set(line.parts)
    }
    return frozenset(nothing - telling)
