"""Somebody who has a statement as JSON, the policy, and other publications, and tries to find hidden counts.

Knows nothing of how counts were protected. Every number is taken for what its window allows; every claim on hidden
counts ("at least 99% valid") is one more inequality.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from cohort.disclosure.policy import Policy

Cell = Mapping[str, Any]
_MANY = 10**9
_IF_ANY = ("earlier", "later", "not known")


@dataclass(frozen=True)
class Shown:
    """A count that is shown or can be added up: where it stands, which year, what it is a part of (or is the whole
    of), and the least and greatest that it can be."""

    where: str
    year: str
    whole: str
    window: tuple[int, int]


def attack(
    found: Mapping[str, Any], policy: Policy, sizes: Iterable[int] = (), counts: Iterable[int] = ()
) -> list[str]:
    """Return what can be found out: one sentence each, none if the statement holds.

    ``sizes`` are those of groups that another release shows, ``counts`` all its counts.
    """
    return [
        *(
            problem
            for where, cells, total, most in _blocks(found)
            for problem in _solve(where, cells, total, most, policy)
        ),
        *_differences(found, policy, tuple(sizes), tuple(counts)),
        *_published(found, policy),
    ]


def _blocks(
    found: Mapping[str, Any],
) -> Iterator[tuple[str, dict[str, Cell], Cell, Mapping[str, Any] | None]]:
    """Everything that adds up: rows by year to their total, and what is found in a column to the rows of the year."""
    for table in found["tables"]:
        rows = dict(table["rows"])
        yield table["table"], rows, rows.pop("all"), None
        blocks = [(c["column"], year, one) for c in table["columns"] for year, one in c["years"].items()]
        if table["key"]:
            blocks.append(("key", "all", table["key"]["states"]))
        for name, year, one in blocks:
            states = {state: cell for state, cell in one.items() if state not in ("rows", "at_least")}
            yield f"{table['table']}.{name} {year}", states, one["rows"], one["at_least"]


def _solve(
    where: str, cells: Mapping[str, Cell], total: Cell, most: Mapping[str, Any] | None, policy: Policy
) -> Iterator[str]:
    least = 0 if policy.zeros_masked else 1
    hidden = [name for name, cell in cells.items() if "count" not in cell]
    for name, cell in [*cells.items(), ("rows", total)]:
        if "count" in cell and (
            0 < cell["count"] < policy.threshold or (cell["count"] == 0 and policy.zeros_masked)
        ):
            yield f"{where}: {name} is under the threshold"
    if "count" not in total:
        if most is not None:
            yield f"{where}: something is said of hidden rows"
        return
    low, high = policy.window(total["count"])
    bounds = _bounds(cells, least, policy)
    for size in range(1, len(hidden) + 1):
        for chosen in combinations(hidden, size):
            smallest, largest = _range(chosen, bounds, low, high, most)
            if size == 1 and smallest == largest:
                yield f"{where}: {', '.join(chosen)} can be worked out"
            elif largest < policy.threshold and (size > 1 or smallest > 1 or largest < policy.threshold - 1):
                yield f"{where}: {', '.join(chosen)} must be small"


def _bounds(cells: Mapping[str, Cell], least: int, policy: Policy) -> dict[str, tuple[int, int]]:
    """The least and greatest of each cell by itself. Rows outside the years have a line only where there are such."""
    return {
        name: policy.window(cell["count"]) if "count" in cell else (1 if name in _IF_ANY else least, _MANY)
        for name, cell in cells.items()
    }


def _range(
    chosen: tuple[str, ...],
    bounds: Mapping[str, tuple[int, int]],
    low: int,
    high: int,
    most: Mapping[str, Any] | None,
) -> tuple[int, int]:
    """The least and greatest sum of chosen states: what the others leave of the total, and their own bounds."""

    def bound(name: str, total: int) -> tuple[int, int]:
        least, greatest = bounds[name]
        if most is not None and most["found"] == name:
            least = max(least, math.ceil(most["per_cent"] * total / 100))
        return least, greatest

    found = []
    for total in range(low, high + 1):
        inside = [bound(name, total) for name in chosen]
        outside = [bound(name, total) for name in bounds if name not in chosen]
        smallest = max(sum(one for one, _ in inside), total - sum(one for _, one in outside))
        largest = min(sum(one for _, one in inside), total - sum(one for one, _ in outside))
        if smallest <= largest:
            found.append((smallest, largest))
    assert found, "the printed numbers contradict one another"
    return min(one for one, _ in found), max(one for _, one in found)


def _added_up(states: Mapping[str, Cell], total: Cell, policy: Policy) -> Iterator[tuple[int, int]]:
    """Every sum of states that are all shown, or that hold all hidden ones, short of the whole."""
    hidden = {name for name, cell in states.items() if "count" not in cell}
    if "count" not in total or len(hidden) == len(states):
        return
    low, high = policy.window(total["count"])
    bounds = _bounds(states, 0, policy)
    if sum(one for one, _ in bounds.values()) > high or sum(one for _, one in bounds.values()) < low:
        return  # Such numbers are found out as they are.
    for size in range(1, len(states)):
        for chosen in combinations(states, size):
            left = any(states[name].get("count") for name in states if name not in chosen)
            told = not hidden & set(chosen) or hidden <= set(chosen)
            if told and (left or size == 1):
                least, greatest = _range(chosen, bounds, low, high, None)
                if greatest:
                    yield least, greatest


def _shown(found: Mapping[str, Any], policy: Policy) -> Iterator[Shown]:
    for table in found["tables"]:
        name = table["table"]
        for year, cell in table["rows"].items():
            if cell.get("count"):
                yield Shown(name, year, "", policy.window(cell["count"]))
        blocks = [(c["column"], year, one) for c in table["columns"] for year, one in c["years"].items()]
        if table["key"]:
            blocks.append(("key", "all", table["key"]["states"]))
        for column, year, one in blocks:
            states = {state: cell for state, cell in one.items() if state not in ("rows", "at_least")}
            for window in _added_up(states, one["rows"], policy):
                yield Shown(f"{name}.{column}", year, name, window)
    for made in found["comparisons"]:
        for one in made["years"]:
            if one["counted"].get("count"):
                yield Shown(made["measure"], one["year"], "", policy.window(one["counted"]["count"]))


def _near(one: tuple[int, int], other: tuple[int, int], policy: Policy) -> bool:
    (low, high), (other_low, other_high) = one, other
    return max(low - other_high, other_low - high) < policy.threshold


def _differences(
    found: Mapping[str, Any], policy: Policy, sizes: tuple[int, ...], counts: tuple[int, ...]
) -> Iterator[str]:
    shown = list(_shown(found, policy))
    for one, other in combinations(shown, 2):
        apart = one.where != other.where and one.whole != other.where and other.whole != one.where
        same_time = (
            one.year == other.year
            or "all" in (one.year, other.year)
            or "whole table" in (one.year, other.year)
        )
        if apart and same_time and _near(one.window, other.window, policy):
            yield f"{one.where} less {other.where} in {one.year}, {other.year}"
    for one in shown:
        held_against = sizes if one.whole else {*sizes, *counts}
        if any(_near(one.window, policy.window(other), policy) for other in held_against):
            yield f"{one.where} in {one.year} less a count of another release"


def _published(found: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    for made in found["comparisons"]:
        for one in made["years"]:
            for figure in one["published"]:
                count = one["counted"].get("count")
                if count is not None and abs(count - figure["value"]) < policy.threshold:
                    yield f"{made['measure']} in {one['year']} less the published figure"
            if one["difference"] is not None and abs(one["difference"]) < policy.threshold:
                yield f"{made['measure']} in {one['year']} shows a small difference"
