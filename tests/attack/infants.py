"""What any reader knows about the study of infants from its spec, and the true counts of a run."""

from __future__ import annotations

from cohort.outputs.words import category_labels
from cohort.results.model import AttritionTable, CountTable, RawResults
from tests.attack.attacker import Quantity
from tests.attack.printed import ALL, NO_SUM_IS_ABOVE, Equation, Key, Release, at_least, equal, same_children

EVERYONE = (
    "entries_by_year",
    "age_by_legal_status",
    "entry_characteristics_by_local_authority",
    "entry_characteristics_by_category_of_need",
)
CONVERSION = "conversion_by_year"
LINKAGE = "linkage_of_care_episodes"
VOLUNTARY = "single period of voluntary accommodation"
FOLLOWED = tuple(str(year) for year in range(2004, 2020))
"""Years of entry with two years of data: the data end with March 2021."""
TOO_LATE = ("2020", "2021")
ONLY_IF_THEY_OCCUR = ("missing", "outside the list")
"""Categories that are printed only if some child has them."""


def knowledge(release: Release) -> list[Equation]:
    """Return what the spec says about the numbers of a release."""
    found = same_children(release, EVERYONE)
    cohort = release.tables[EVERYONE[0]].total
    found.append(equal("the last step is the cohort", [release.flow(release.steps[-1])], [cohort]))
    conversion = release.tables[CONVERSION].margin("year_of_entry")
    for year in FOLLOWED:
        voluntary = (EVERYONE[0], year, VOLUNTARY)
        found.append(equal(f"{year}: voluntary entries are followed", [conversion[year]], [voluntary]))
    for year in TOO_LATE:
        found.append(equal(f"{year}: nobody has two years of data", [conversion[year]], []))
    for table in release.tables.values():
        for variable in table.variables:
            for label, key in table.margin(variable).items():
                if label in ONLY_IF_THEY_OCCUR:
                    found.append(at_least(f"{label} occurs in {table.id}", [key], 1))
    # Each child at the start has an episode, and so at least one code that is linked to this child.
    start = release.flow(release.steps[0])
    linked = release.tables[LINKAGE].key("linked to one unit")
    found.append(Equation("children have codes", {linked: 1, start: -1}, 0, NO_SUM_IS_ABOVE))
    return found


def nested(release: Release) -> list[Quantity]:
    """Return differences between tables of groups that lie in one another."""
    entries, conversion = release.tables[EVERYONE[0]], release.tables[CONVERSION]
    groups = {"cohort": entries.total, "voluntary": entries.key(ALL, VOLUNTARY), "followed": conversion.total}
    steps = {step: release.flow(step) for step in release.steps[:-1]}
    pairs = [*((a, b) for a in steps for b in groups), ("cohort", "followed"), ("voluntary", "followed")]
    numbers = {**groups, **steps}
    codes, start = release.tables[LINKAGE].total, release.flow(release.steps[0])
    found = [Quantity(f"{a} without {b}", {numbers[a]: 1, numbers[b]: -1}) for a, b in pairs]
    found.append(Quantity("codes beyond one for each child", {codes: 1, start: -1}))
    for year in FOLLOWED:
        for outer in (entries.key(year, ALL), entries.key(year, VOLUNTARY)):
            for label in (*conversion.labels[1], ALL):
                inner = conversion.key(year, label)
                found.append(Quantity(f"{outer} without {inner}", {outer: 1, inner: -1}))
    for label in conversion.labels[1]:
        inner = conversion.key(ALL, label)
        found += [Quantity(f"{a} without {inner}", {numbers[a]: 1, inner: -1}) for a in groups]
    return found


def truth_of(raw: RawResults, release: Release) -> dict[Key, int]:
    """Return the true count behind each number of a release, whether printed or hidden."""
    truth: dict[Key, int] = {}
    for table in raw.tables:
        if isinstance(table, AttritionTable):
            left = [step.remaining for step in table.steps]
            for step, before, now in zip(table.steps, [left[0], *left], left, strict=False):
                truth[release.flow(step.id)] = now
                truth[release.flow(step.id, "excluded")] = before - now
                # What is not applicable counts nobody.
                truth[release.flow(step.id, "without_step")] = step.without_step or 0
        elif isinstance(table, CountTable):
            truth |= _counts(table)
    if set(truth) != set(release.keys):
        raise ValueError("the release does not have the cells of the run")
    return truth


def _counts(table: CountTable) -> dict[Key, int]:
    labels = [category_labels(axis) for axis in table.axes]
    found: dict[Key, int] = dict.fromkeys(_cells(table.id, [tuple(by.values()) for by in labels]), 0)
    for combination, count in table.counts.items():
        own: list[tuple[str, ...]] = [(by[value], ALL) for by, value in zip(labels, combination, strict=True)]
        for key in _cells(table.id, own):
            found[key] += count
    return found


def _cells(table: str, labels: list[tuple[str, ...]]) -> list[Key]:
    found: list[Key] = [(table,)]
    for own in labels:
        found = [(*key, label) for key in found for label in own]
    return found
