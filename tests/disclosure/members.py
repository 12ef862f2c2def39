"""Studies of every kind of table, counted from made-up people: so their tables agree with one another."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from cohort.query.outputs import INDEX_DATE_KNOWN, SETS
from cohort.results.category import Category
from cohort.results.model import (
    ALL,
    AttritionStep,
    AttritionTable,
    Axis,
    CountTable,
    Group,
    NumberSummary,
    RateCell,
    RateTable,
    SummarisedVariable,
    SummaryTable,
)

EVERYONE = Group("everyone")


def axis(variable: str, values: Sequence[str]) -> Axis:
    return Axis(variable, variable, tuple(Category(value, value) for value in values))


@dataclass(frozen=True)
class Event:
    """An event: the age at which it happened, and its kind."""

    age: str
    kind: str


@dataclass(frozen=True)
class Member:
    """One entry of a person, with its values, days of follow-up by age, and events."""

    person: int
    values: dict[str, str]
    score: float | None = None
    days: dict[str, int] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    @property
    def first(self) -> tuple[Event, ...]:
        return self.events[:1]


AXES = {
    "sex": axis("sex", "fm"),
    "area": axis("area", ["north", "south", "west"]),
    "kind": axis("kind", ["new", "again"]),
    "age": axis("age", ["16", "17", "18"]),
    "setting": axis("setting", ["ward", "practice"]),
    "member_group": axis("member_group", ["cases", "peers"]),
}


def people(size: int, seed: int, *, again: float = 0.0, rare: float = 0.05) -> list[Member]:
    """Make members; a share of the people has a second entry, and some values and events are rare."""
    draw = random.Random(seed)
    found = []
    for person in range(size):
        for entry in range(1 + (draw.random() < again)):
            values = {
                "sex": draw.choice("fm"),
                "area": draw.choices(["north", "south", "west"], [1, 1, rare])[0],
                "kind": "again" if entry else "new",
                "member_group": draw.choice(["cases", "peers"]),
            }
            days = {age: draw.randrange(1, 366) for age in ("16", "17", "18") if draw.random() < 0.7}
            events = tuple(
                Event(draw.choice(sorted(days)), draw.choices(["ward", "practice"], [rare * 4, 1])[0])
                for _ in range(draw.choices([0, 1, 2, 4], [8, 2, 1, 0.3])[0])
                if days
            )
            score = None if draw.random() < rare else round(draw.gauss(50, 10), 1)
            found.append(Member(person, values, score, days, events))
    return found


def counts(name: str, members: Sequence[Member], by: Sequence[str], group: Group = EVERYONE) -> CountTable:
    """Count members, with the people behind where someone has several entries."""
    keys = [tuple(member.values[variable] for variable in by) for member in members]
    behind = Counter(key for key, _ in {(key, m.person) for key, m in zip(keys, members, strict=True)})
    repeated = len({member.person for member in members}) < len(members)
    return CountTable(
        name,
        name,
        "entries",
        tuple(AXES[variable] for variable in by),
        group,
        Counter(keys),
        behind=dict(behind) if repeated else {},
    )


def flow(name: str, *left: Sequence[Member], units: bool = False, by_units: bool = False) -> AttritionTable:
    """The flow of members; with ``by_units`` it starts with people instead of entries."""
    rows = []
    for at, members in enumerate(left):
        different = len({member.person for member in members})
        remaining = different if by_units and at == 0 else len(members)
        identifier = INDEX_DATE_KNOWN if by_units and at == 1 else f"s{at}"
        rows.append(AttritionStep(identifier, f"step {at}", "", remaining, different if units else None))
    return AttritionTable(name, name, "entries", tuple(rows))


def number_of(values: Sequence[float | None]) -> NumberSummary:
    known = sorted(value for value in values if value is not None)
    return NumberSummary(
        len(known),
        len(values) - len(known),
        sum(known),
        sum(value * value for value in known),
        tuple((p, known[math.ceil(p * len(known) / 100) - 1]) for p in (5, 25, 50, 75, 95) if known),
    )


def summary(
    name: str, members: Sequence[Member], by: str | None, group: Group = EVERYONE, variables: str = "area"
) -> SummaryTable:
    """Summarise a variable with categories and the score, by group."""

    def place(member: Member) -> str:
        return ALL if by is None else member.values[by]

    shown = Counter((place(member), member.values[variables]) for member in members)
    behind = Counter(key for key, _ in {((place(m), m.values[variables]), m.person) for m in members})
    known = Counter(
        key
        for key, _ in {((place(m), "known" if m.score is not None else "missing"), m.person) for m in members}
    )
    repeated = len({member.person for member in members}) < len(members)
    groups = sorted({place(member) for member in members})
    scores = {g: number_of([m.score for m in members if place(m) == g]) for g in groups}
    return SummaryTable(
        name,
        name,
        "table one",
        "entries",
        None if by is None else AXES[by],
        (
            SummarisedVariable(
                variables, variables, AXES[variables], shown, {}, dict(behind) if repeated else {}
            ),
            SummarisedVariable("score", "Score", None, {}, scores, dict(known) if repeated else {}),
        ),
        group,
    )


def rate(
    name: str,
    members: Sequence[Member],
    by: Sequence[str],
    *,
    outcome: str = "contact",
    by_setting: bool = False,
    events_of: Callable[[Member], tuple[Event, ...]] = lambda member: member.events,
    group: Group = EVERYONE,
) -> RateTable:
    """Count events and days by variables and age."""

    def cell(member: Member, age: str) -> tuple[str, ...]:
        return tuple(age if variable == "age" else member.values[variable] for variable in by)

    time = [(cell(m, age), m.person, days) for m in members for age, days in m.days.items()]
    events = [(cell(m, e.age), m.person, e.kind) for m in members for e in events_of(m)]
    cells = {}
    for key in sorted({key for key, _, _ in time}):
        own = [(person, kind) for where, person, kind in events if where == key]
        cells[key] = RateCell(
            people=len({person for where, person, _ in time if where == key}),
            person_days=sum(days for where, _, days in time if where == key),
            events=len(own),
            people_with_events=len({person for person, _ in own}),
            events_by={
                kind: (sum(k == kind for _, k in own), len({p for p, k in own if k == kind}))
                for kind in sorted({kind for _, kind in own})
            }
            if by_setting
            else {},
        )
    return RateTable(
        name,
        name,
        outcome,
        outcome,
        1,
        "people",
        tuple(AXES[variable] for variable in by),
        AXES["setting"] if by_setting else None,
        group,
        cells,
    )


def sets(name: str, found: Sequence[int]) -> CountTable:
    """Count matched sets by how many peers were found."""
    numbers = axis("peers_found", [str(number) for number in range(max(found) + 1)])
    return CountTable(name, name, SETS, (numbers,), Group(""), Counter((str(n),) for n in found))
