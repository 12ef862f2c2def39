"""Releases of every kind of table, attacked through their files, and judged by the people behind them.

The attacker is the one of the other releases. It reads the counts of summaries and of events beside those of tables
and flows; that a shown rate with its person-time tells the events is among what it knows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

from cohort.disclosure import load_policy
from cohort.disclosure.release import protect_release
from cohort.outputs import write_results
from cohort.results.model import ALL as TOTAL
from cohort.results.model import RawResults, SafeRate, SafeResults, SafeSummary, State
from tests.attack.attacker import Attack, Quantity
from tests.attack.printed import (
    ALL,
    NO_SUM_IS_ABOVE,
    SAIL,
    WELSH_GOVERNMENT,
    Equation,
    Key,
    Release,
    equal,
    read_release,
    same_children,
)
from tests.disclosure.members import Member, counts, flow, people, rate, summary

COHORT = ("by_three", "by_area", "characteristics: area", "characteristics: score", "all: area", "all: score")
EVENTS = ("by_age events", "by_sex events")
POLICIES = {"sail": SAIL, "welsh_government": WELSH_GOVERNMENT}
CASES = [
    (policy, size, again, seed)
    for policy in POLICIES
    for size, again, seed in ((60, 0.0, 1), (150, 0.3, 2), (600, 0.0, 3), (900, 0.2, 4))
]


def members_of(size: int, again: float, seed: int) -> tuple[list[Member], list[Member]]:
    """The members of a cohort, and those who were left out."""
    out = [
        Member(member.person + size, member.values) for member in people(size // 3, seed + 50, again=again)
    ]
    return people(size, seed, again=again), out


def study_of(members: Sequence[Member], out: Sequence[Member]) -> RawResults:
    everyone = [*members, *out]
    repeated = len({m.person for m in everyone}) < len(everyone)
    tables = (
        flow("flow", everyone, members, units=repeated),
        counts("by_three", members, ["sex", "area", "kind"]),
        counts("by_area", members, ["area"]),
        summary("characteristics", members, "sex"),
        summary("all", members, None),
        rate("by_age", members, ["age", "area"], by_setting=True),
        rate("by_sex", members, ["sex", "area"], by_setting=True),
        rate("first", members, ["sex", "area"], outcome="first", events_of=lambda member: member.first),
    )
    return RawResults("s", "h", tables)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "-".join(map(str, case)))
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(request.param, tmp_path_factory.mktemp("release") / "results")


class Case:
    """One written release with the people behind it."""

    def __init__(self, name: tuple[str, int, float, int], folder: Path) -> None:
        policy, size, again, seed = name
        self.folder = folder
        self.policy = POLICIES[policy]
        self.members, self.out = members_of(size, again, seed)
        raw = study_of(self.members, self.out)
        self.safe: SafeResults = protect_release(raw, load_policy(policy), synthetic=True)
        write_results(self.safe, title="T", texts={}, folder=folder, version="0")
        self.release = read_release(folder)

    def counted(self, key: Key) -> list[int]:
        """The people behind each thing that a number counts: a member, or an event of one."""
        if key[0] == "attrition":
            return self._left(*key[1:])
        table = self.release.tables[key[0]]
        wanted = {v: label for v, label in zip(table.variables, key[1:], strict=True) if label != ALL}
        score = wanted.pop("score known", None)
        found = []
        for member in self.members:
            if score is not None and (member.score is None) != (score == "missing"):
                continue
            if not key[0].endswith(" events"):
                found += [member.person] if wanted.items() <= member.values.items() else []
                continue
            for event in member.first if key[0].startswith("first") else member.events:
                values = {**member.values, "age": event.age, "setting": event.kind}
                found += [member.person] if wanted.items() <= values.items() else []
        return found

    def _left(self, step: str, what: str) -> list[int]:
        start = [member.person for member in (*self.members, *self.out)]
        cohort = [member.person for member in self.members]
        left = {"s0": start, "s1": cohort}[step]
        if what == "remaining":
            return left
        if what == "units":
            return sorted(set(left))
        return [member.person for member in self.out] if step == "s1" else []


def knowledge(release: Release, rows: Sequence[Equation]) -> list[Equation]:
    """What anyone knows: tables of one cohort, first events among all events, and rates times person-time."""
    found = [*same_children(release, COHORT), *same_children(release, EVENTS), *rows]
    found.append(equal("the cohort", [release.flow("s1")], [release.tables["by_area"].total]))
    first, both = release.tables["first events"], release.tables["by_sex events"]
    for labels in product(*((*own, ALL) for own in first.labels)):
        terms = {both.key(*labels, ALL): 1, first.key(*labels): -1}
        found.append(Equation(f"first {labels} are some of all", terms, 0, NO_SUM_IS_ABOVE))
    for step in release.steps if (("attrition", "s0", "units") in release.keys) else ():
        terms = {release.flow(step): 1, release.flow(step, "units"): -1}
        found.append(Equation(f"each person has an entry at {step}", terms, 0, NO_SUM_IS_ABOVE))
    return found


def told_by_rates(folder: Path) -> Iterator[Equation]:
    """Events that follow from a shown rate and shown person-time, up to the rounding of both."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        if "per_person_years" not in header:
            continue
        at = header.index("per_person_years")
        for row in rows:
            per, events, years, rate_text = row[at : at + 4]
            if years[0].isdigit() and rate_text[0].isdigit():
                # A rate is printed with three figures, so it may be wrong by half a per cent.
                about = float(years) * float(rate_text) / float(per)
                low, high = int(about * 0.99 - 1), int(about * 1.01 + 2)
                yield Equation(f"rate in {path.stem}", {(f"{path.stem} events", *row[:at]): 1}, low, high)
                assert events.isdigit()


def between(release: Release) -> Iterator[Quantity]:
    """Differences between what contains one another."""
    first, both = release.tables["first events"], release.tables["by_sex events"]
    for labels in product(*((*own, ALL) for own in first.labels)):
        terms = {both.key(*labels, ALL): 1, first.key(*labels): -1}
        yield Quantity(f"later events of {labels}", terms)
    if ("attrition", "s0", "units") in release.keys:
        for step in release.steps:
            terms = {release.flow(step): 1, release.flow(step, "units"): -1}
            yield Quantity(f"further entries at {step}", terms)
        units = {release.flow("s0", "units"): 1, release.flow("s1", "units"): -1}
        yield Quantity("people who leave", units)


def test_the_attacker_knows_nothing_wrong(case: Case) -> None:
    attack = Attack(case.release, case.policy, knowledge(case.release, [*told_by_rates(case.folder)]))
    assert attack.broken_by({key: len(case.counted(key)) for key in attack.keys}) == []


def test_nothing_small_is_printed_or_follows(case: Case) -> None:
    attack = Attack(case.release, case.policy, knowledge(case.release, [*told_by_rates(case.folder)]))
    found = attack.findings(between(case.release))
    assert found == [], "\n".join(map(str, found))


def test_few_people_are_behind_no_shown_number(case: Case) -> None:
    for key, number in case.release.numbers.items():
        assert number == 0 or len(set(case.counted(key))) >= case.policy.threshold, key


def test_something_is_shown(case: Case) -> None:
    shown = len(case.release.numbers) / len(case.release.keys)
    assert shown >= (0.1 if len(case.members) < 300 else 0.4)
    rates = (table.rates.values() for table in case.safe.tables if isinstance(table, SafeRate))
    states = {cell.rate.state for cells in rates for cell in cells}
    assert len(case.members) < 300 or State.SHOWN in states


def test_statistics_of_few_people_follow_from_nothing(case: Case) -> None:
    """Those of a whole less those of all shown parts are those of the rest, who are none or enough."""
    for table in case.safe.tables:
        if not isinstance(table, SafeSummary):
            continue
        (score,) = (variable for variable in table.variables if variable.axis is None)
        groups = [TOTAL] if table.by is None else [category.value for category in table.by.categories]
        known = {
            group: sum(
                member.score is not None and group in (TOTAL, member.values["sex"]) for member in case.members
            )
            for group in groups
        }
        rest = 0
        for group in groups:
            if score.numbers[group, "mean"].state is State.SHOWN:
                assert known[group] >= case.policy.threshold
                assert score.counts[group, "known"].state is State.SHOWN
            else:
                rest += known[group]
            for per_cent in table.quantiles:
                if score.numbers[group, str(per_cent)].state is State.SHOWN:
                    assert min(per_cent, 100 - per_cent) * known[group] >= 100 * case.policy.threshold
        assert rest == 0 or rest >= case.policy.threshold


def test_person_time_of_few_people_cannot_be_worked_out(case: Case) -> None:
    """Even if all printed person-time were exact, no sum of lines gives that of a cell with few people."""
    tables = [table for table in case.safe.tables if isinstance(table, SafeRate)]
    names: dict[frozenset[tuple[str, str]], int] = {}
    shown: dict[int, bool] = {}
    few: set[int] = set()
    lines = []
    for table in tables:
        variables = [axis.variable for axis in table.axes]
        values = [[category.value for category in axis.categories] for axis in table.axes]

        def at(key: tuple[str, ...], variables: list[str] = variables) -> int:
            named = frozenset((v, x) for v, x in zip(variables, key, strict=True) if x != TOTAL)
            return names.setdefault(named, len(names))

        for key, years in table.person_years.items():
            shown[at(key)] = shown.get(at(key), False) or years.state is State.SHOWN
            people = {
                member.person
                for member in case.members
                for age in member.days
                if all(
                    x in (TOTAL, {**member.values, "age": age}[v])
                    for v, x in zip(variables, key, strict=True)
                )
            }
            if 0 < len(people) < case.policy.threshold:
                few.add(at(key))
                assert years.state is State.HIDDEN
            for axis, value in enumerate(key):
                if value == TOTAL:
                    parts = [at((*key[:axis], part, *key[axis + 1 :])) for part in values[axis]]
                    lines.append((at(key), parts))
    hidden = [column for column in names.values() if not shown[column]]
    matrix = np.zeros((len(lines), len(names)))
    for row, (total, parts) in enumerate(lines):
        matrix[row, total] += 1
        matrix[row, parts] -= 1
    unknown = matrix[:, hidden]
    rank = np.linalg.matrix_rank(unknown) if hidden else 0
    for position in (hidden.index(column) for column in sorted(few)):
        single = np.zeros((1, len(hidden)))
        single[0, position] = 1
        assert np.linalg.matrix_rank(np.vstack([unknown, single])) == rank + 1, "it follows from the others"


def test_pairs_of_tables_share_what_they_should(case: Case) -> None:
    """Otherwise the attack would be weaker than a reader: the same margin is printed alike everywhere."""
    for names in (COHORT, EVENTS):
        for one, other in combinations([case.release.tables[name] for name in names], 2):
            assert (one.total in case.release.numbers) == (other.total in case.release.numbers)


def test_tables_that_are_protected_one_by_one_are_broken(tmp_path: Path) -> None:
    """So the attack on the whole releases is one that can succeed."""
    members, out = members_of(150, 0.3, 2)
    whole = study_of(members, out)
    apart = [
        protect_release(replace(whole, tables=(table,)), load_policy("sail"), synthetic=True).tables
        for table in whole.tables
    ]
    safe = protect_release(whole, load_policy("sail"), synthetic=True)
    careless = replace(safe, tables=tuple(table for tables in apart for table in tables))
    write_results(careless, title="T", texts={}, folder=tmp_path / "results", version="0")
    release = read_release(tmp_path / "results")
    attack = Attack(release, SAIL, knowledge(release, [*told_by_rates(tmp_path / "results")]))
    assert attack.findings(between(release)) != []
