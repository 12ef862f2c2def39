"""Small studies for the tests, made from people: so their tables agree with one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

from hypothesis import strategies as st

from cohort.results.category import Category
from cohort.results.model import (
    ALL,
    AttritionStep,
    AttritionTable,
    Axis,
    CountTable,
    Group,
    RawResults,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)

WHOLE = Group("all children")


def axis(variable: str, values: str | list[str]) -> Axis:
    return Axis(variable, variable, tuple(Category(value, value) for value in values))


def table(
    name: str,
    axes: tuple[Axis, ...],
    counts: Mapping[tuple[str, ...], int],
    group: Group = WHOLE,
    impossible: frozenset[tuple[str, ...]] = frozenset(),
) -> CountTable:
    return CountTable(name, name, "children", axes, group, counts, impossible)


def flow(*remaining: int) -> AttritionTable:
    steps = tuple(AttritionStep(f"s{at}", f"step {at}", "", left) for at, left in enumerate(remaining))
    return AttritionTable("flow", "flow", "children", steps)


def study(*tables: CountTable | AttritionTable) -> RawResults:
    return RawResults("study", "hash", tables)


def grid(name: str, rows: str, columns: str, numbers: list[list[int]], group: Group = WHOLE) -> CountTable:
    """A table by ``row`` and ``column`` from rows of numbers."""
    counts: dict[tuple[str, ...], int] = {
        (r, c): n for r, some in zip(rows, numbers, strict=True) for c, n in zip(columns, some, strict=True)
    }
    return table(name, (axis("row", rows), axis("column", columns)), counts, group)


def true_counts(raw: RawResults) -> dict[tuple[str, tuple[str, ...]], int]:
    """Every printable count of a study with totals, by table and key; the flow's keys as in ``shown_cells``."""
    found: dict[tuple[str, tuple[str, ...]], int] = {}
    for item in raw.tables:
        if isinstance(item, AttritionTable):
            for at, step in enumerate(item.steps):
                found[item.id, ("remaining", str(at))] = step.remaining
                if at:
                    found[item.id, ("excluded", str(at))] = item.steps[at - 1].remaining - step.remaining
            continue
        assert isinstance(item, CountTable)
        for key in product(*([*(c.value for c in a.categories), ALL] for a in item.axes)):
            found[item.id, key] = sum(
                count
                for inner, count in item.counts.items()
                if all(k in (ALL, i) for k, i in zip(key, inner, strict=True))
            )
    return found


def shown_cells(safe: SafeResults) -> dict[tuple[str, tuple[str, ...]], SafeCell]:
    """Every printed cell, by table and key."""
    found: dict[tuple[str, tuple[str, ...]], SafeCell] = {}
    for item in safe.tables:
        if isinstance(item, SafeTable):
            found.update({(item.id, key): cell for key, cell in item.cells.items()})
        elif isinstance(item, SafeAttrition):
            for at, step in enumerate(item.steps):
                found[item.id, ("remaining", str(at))] = step.remaining
                if at:
                    found[item.id, ("excluded", str(at))] = step.excluded
    return found


def hide_only(raw: RawResults, policy_name: str, hidden: set[tuple[str, tuple[str, ...]]]) -> SafeResults:
    """A release as a careless hand would make it: true numbers, but for some cells."""
    true = true_counts(raw)

    def cell(name: str, *key: str) -> SafeCell:
        if (name, key) in hidden:
            return SafeCell(State.HIDDEN)
        return SafeCell(State.SHOWN, true[name, key])

    tables: list[SafeTable | SafeAttrition] = []
    for item in raw.tables:
        if isinstance(item, AttritionTable):
            steps = tuple(
                SafeAttritionStep(
                    step.id,
                    step.words,
                    step.why,
                    cell(item.id, "remaining", str(at)),
                    cell(item.id, "excluded", str(at)) if at else SafeCell(State.IMPOSSIBLE),
                )
                for at, step in enumerate(item.steps)
            )
            tables.append(SafeAttrition(item.id, item.title, item.counted, steps))
        elif isinstance(item, CountTable):
            keys = product(*([*(c.value for c in a.categories), ALL] for a in item.axes))
            cells = {key: cell(item.id, *key) for key in keys}
            tables.append(SafeTable(item.id, item.title, item.counted, item.axes, item.group.words, cells))
    return SafeResults(raw.study, raw.spec_hash, policy_name, (), "[c]", True, tuple(tables))


def reprinted(safe: SafeResults, name: str, key: tuple[str, ...], count: int) -> SafeResults:
    """The same release with another number in one cell of a table."""
    tables = tuple(
        replace(item, cells={**item.cells, key: SafeCell(State.SHOWN, count)})
        if isinstance(item, SafeTable) and item.id == name
        else item
        for item in safe.tables
    )
    return replace(safe, tables=tables)


@dataclass(frozen=True)
class People:
    """How many people have each combination of values; the last value is how deep in the chain of groups."""

    domains: Mapping[str, tuple[str, ...]]
    groups: tuple[Group, ...]
    counts: Mapping[tuple[str, ...], int]

    def table(self, name: str, variables: tuple[str, ...], depth: int) -> CountTable:
        names = list(self.domains)
        counts: dict[tuple[str, ...], int] = {}
        for person, count in self.counts.items():
            if int(person[-1]) >= depth:
                key = tuple(person[names.index(variable)] for variable in variables)
                counts[key] = counts.get(key, 0) + count
        axes = tuple(axis(variable, list(self.domains[variable])) for variable in variables)
        return table(name, axes, counts, self.groups[depth])

    @property
    def total(self) -> int:
        return sum(self.counts.values())


COUNTS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 7, 9, 10, 12, 15, 21, 40, 90])


@st.composite
def people(draw: st.DrawFn, most_groups: int = 2) -> People:
    names = ["age", "legal", "sex"][: draw(st.integers(1, 3))]
    domains = {name: tuple(f"{name}{i}" for i in range(draw(st.integers(1, 3)))) for name in names}
    depth = draw(st.integers(0, most_groups))
    groups = [WHOLE]
    fixed: dict[str, str] = {}
    for level in range(1, depth + 1):
        if draw(st.booleans()):
            name = draw(st.sampled_from(names))
            fixed.setdefault(name, draw(st.sampled_from(domains[name])))
        conditions = frozenset(f"condition {i}" for i in range(1, level + 1))
        groups.append(Group(f"group {level}", conditions, dict(fixed)))
    counts = {}
    for key in product(*domains.values(), [str(level) for level in range(depth + 1)]):
        values = dict(zip(names, key, strict=False))
        if all(values[name] == value for name, value in groups[int(key[-1])].fixed.items()):
            counts[key] = draw(COUNTS)
    return People(domains, tuple(groups), counts)


@st.composite
def studies(draw: st.DrawFn, most_groups: int = 2) -> tuple[RawResults, People]:
    """A study of one to four tables, often with a flow."""
    who = draw(people(most_groups))
    tables: list[CountTable | AttritionTable] = []
    if draw(st.booleans()):
        excluded = draw(st.lists(st.sampled_from([0, 0, 1, 3, 8, 12, 50, 400]), max_size=4))
        remaining = [who.total]
        for count in excluded:
            remaining.insert(0, remaining[0] + count)
        tables.append(flow(*remaining))
    for number in range(draw(st.integers(1, 4))):
        size = draw(st.integers(1, min(2, len(who.domains))))
        variables = tuple(draw(st.permutations(list(who.domains)))[:size])
        depth = draw(st.integers(0, len(who.groups) - 1))
        tables.append(who.table(f"table{number}", variables, depth))
    return study(*tables), who
