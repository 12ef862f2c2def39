"""Who remains without a step: what the numbers of a flow tell together, to a reader who knows who can be counted.

Everyone who starts is stopped by nothing, by one step alone, or by a step and a later one. These are the reader's
unknowns, written here apart from the code that protects; every printed number is a sum of them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from cohort.disclosure import CannotProtect, Policy, load_policy, protect
from cohort.disclosure.audit import audit_printed
from cohort.disclosure.build import structure_of
from cohort.query.outputs import INDEX_DATE_KNOWN, OBSERVED_TIME
from cohort.results.model import (
    AttritionStep,
    AttritionTable,
    RawResults,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    State,
)

from .studies import axis, study, table

SAIL = load_policy("sail")
WELSH = load_policy("welsh_government")
CEILING = 5000
Entry = tuple[int, frozenset[int]]
"""A unit, and the steps that it does not pass."""


def entries_of(numbers: Sequence[tuple[int, frozenset[int]]]) -> list[Entry]:
    """Make so many entries, each of a unit of its own, for each set of steps that stop them."""
    failed = [steps for number, steps in numbers for _ in range(number)]
    return list(enumerate(failed))


def flow_of(
    entries: Sequence[Entry], steps: int, *, followed: int | None = None, units: bool = False
) -> AttritionTable:
    """Count a flow; ``followed`` of those who pass have follow-up."""

    def different(left: Sequence[Entry]) -> int | None:
        return len({unit for unit, _ in left}) if units else None

    rows = [AttritionStep("start", "start", "", len(entries), different(entries))]
    if units:
        everyone = len({unit for unit, _ in entries})
        rows[0] = replace(rows[0], remaining=everyone)
        rows.append(AttritionStep(INDEX_DATE_KNOWN, "known", "", len(entries), everyone))
    for step in range(1, steps + 1):
        left = [entry for entry in entries if not any(failed <= step for failed in entry[1])]
        others = [entry for entry in entries if entry[1] <= {step}]
        rows.append(
            AttritionStep(
                f"s{step}", f"step {step}", "", len(left), different(left), len(others), different(others)
            )
        )
    if followed is not None:
        rows.append(AttritionStep(OBSERVED_TIME, "followed", "", followed))
    return AttritionTable("flow", "flow", "children", tuple(rows))


def steps_shown(safe: SafeResults) -> tuple[SafeAttritionStep, ...]:
    flow = next(item for item in safe.tables if isinstance(item, SafeAttrition))
    return flow.steps


class Reader:
    """Solves for those who pass, and for those whom each step stops alone, or with a later one."""

    def __init__(self, shown: Sequence[SafeAttritionStep], policy: Policy) -> None:
        self.steps = len(shown) - 1
        self.size = 1 + 2 * self.steps
        self.rows: list[NDArray[np.float64]] = []
        self.low: list[int] = []
        self.high: list[int] = []
        for at, row in enumerate(shown):
            later = [self.place(kind, other) for other in range(at + 1, self.steps + 1) for kind in (0, 1)]
            self._add(row.remaining, [0, *later], policy)
            if at:
                self._add(row.excluded, [self.place(0, at), self.place(1, at)], policy)
                assert row.without_step is not None
                self._add(row.without_step, [0, self.place(0, at)], policy)
        self.upper = np.full(self.size, CEILING)
        self.upper[self.place(1, self.steps)] = 0  # After the last step there is none.

    def place(self, kind: int, step: int) -> int:
        return 1 + 2 * (step - 1) + kind

    def _add(self, cell: SafeCell, atoms: Sequence[int], policy: Policy) -> None:
        row = np.zeros(self.size)
        row[list(atoms)] = 1
        low, high = (1, CEILING * self.size) if cell.count is None else policy.window(cell.count)
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def interval(self, atom: int) -> tuple[int, int]:
        ends = []
        for sign in (1, -1):
            costs = np.zeros(self.size)
            costs[atom] = sign
            answer = milp(
                costs,
                constraints=LinearConstraint(np.array(self.rows), self.low, self.high),
                bounds=Bounds(0, self.upper),
                integrality=np.ones(self.size),
            )
            assert answer.status == 0
            ends.append(round(sign * answer.fun))
        return ends[0], ends[1]


patterns = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 4, 9, 10, 13, 40, 300]),
        st.frozensets(st.integers(1, 3), min_size=1),
    ),
    max_size=6,
)


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    patterns,
    st.sampled_from([0, 12, 60, 400]),
    st.sampled_from([SAIL, WELSH, replace(SAIL, rounding_base=5)]),
)
def test_nobody_learns_of_few_whom_a_step_stops_alone(
    numbers: list[tuple[int, frozenset[int]]], passed: int, policy: Policy
) -> None:
    entries = entries_of([*numbers, (passed, frozenset())])
    assume(entries)
    try:
        shown = steps_shown(protect(study(flow_of(entries, 3)), policy, synthetic=True))
    except CannotProtect:
        assume(False)
        raise
    reader = Reader(shown, policy)
    for step in (1, 2, 3):
        alone = sum(failed == {step} for _, failed in entries)
        later = sum(min(failed, default=0) == step for _, failed in entries) - alone
        for kind, true in ((0, alone), (1, later)):
            low, high = reader.interval(reader.place(kind, step))
            assert low <= true <= high
            if 0 < true < policy.threshold:
                assert low <= 1
                assert high >= policy.threshold - 1, "it is known to be less than all that is small"
            without = shown[step].without_step
            if step < 3 and 0 < true < policy.threshold:
                assert without is not None
                # The flow shows zeros: hidden, one would be thought to be 1 or more.
                assert without.state is State.HIDDEN or without.count == 0


def test_large_numbers_are_shown_and_rows_that_are_no_steps_have_none() -> None:
    entries = entries_of(
        [(100, frozenset()), (30, frozenset({1})), (20, frozenset({1, 2})), (40, frozenset({2}))]
    )
    rows = steps_shown(protect(study(flow_of(entries, 2, followed=80)), SAIL, synthetic=True))
    assert [row.remaining.count for row in rows] == [190, 140, 100, 80]
    assert [row.without_step for row in rows] == [
        SafeCell(State.IMPOSSIBLE),
        SafeCell(State.SHOWN, 130),
        SafeCell(State.SHOWN, 140),
        SafeCell(State.IMPOSSIBLE),
    ]
    assert all(row.units_without_step is None for row in rows)


@pytest.mark.parametrize(("alone", "later"), [(4, 40), (40, 4)])
def test_a_release_that_tells_of_few_does_not_pass_the_audit(alone: int, later: int) -> None:
    entries = entries_of(
        [(100, frozenset()), (alone, frozenset({1})), (later, frozenset({1, 2})), (40, frozenset({2}))]
    )
    raw = study(flow_of(entries, 2))
    safe = protect(raw, SAIL, synthetic=True)
    first, one, two = steps_shown(safe)
    assert one.without_step == SafeCell(State.HIDDEN)
    assert (one.remaining.count, one.excluded.count, two.remaining.count) == (140, 44, 100)
    assert audit_printed(safe, SAIL, structure_of(raw)).passed

    told = replace(one, without_step=SafeCell(State.SHOWN, 100 + alone))
    flow = next(item for item in safe.tables if isinstance(item, SafeAttrition))
    bad = replace(safe, tables=(replace(flow, steps=(first, told, two)),))
    (problem,) = audit_printed(bad, SAIL, structure_of(raw)).problems
    assert "can be worked out" in problem


def test_a_small_number_in_a_table_of_the_cohort_is_not_told_by_the_flow() -> None:
    entries = entries_of(
        [(103, frozenset()), (30, frozenset({1})), (20, frozenset({1, 2})), (40, frozenset({2}))]
    )
    ages = table("ages", (axis("age", "abc"),), {("a",): 3, ("b",): 50, ("c",): 50})
    safe = protect(study(flow_of(entries, 2), ages), SAIL, synthetic=True)
    assert audit_printed(safe, SAIL, structure_of(study(flow_of(entries, 2), ages))).passed


def entries_of_units(size: int, seed: int) -> list[Entry]:
    """Entries of which some units have several, stopped by some of two steps."""
    draw = random.Random(seed)
    found: list[Entry] = []
    for unit in range(size):
        for _ in range(draw.choice([1, 1, 1, 2, 3])):
            found.append((unit, frozenset(step for step in (1, 2) if draw.random() < 0.25)))
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("size", [30, 90, 900])
@pytest.mark.parametrize("policy", [SAIL, WELSH])
def test_few_people_are_not_told_either(size: int, seed: int, policy: Policy) -> None:
    entries = entries_of_units(size, seed)
    flow = flow_of(entries, 2, units=True)
    try:
        rows = steps_shown(protect(study(flow), policy, synthetic=True))
    except CannotProtect:
        assert size < 900, "numbers that are all large are released"
        return
    passed, without = flow.steps[3], flow.steps[2]
    assert None not in (without.without_step, without.units_without_step, passed.units, flow.steps[1].units)
    differences = {
        (without.without_step or 0) - passed.remaining,
        (without.units_without_step or 0) - (passed.units or 0),
        (flow.steps[1].units or 0) - (without.units_without_step or 0),
        (without.without_step or 0) - (without.units_without_step or 0),
    }
    for cell in (rows[2].without_step, rows[2].units_without_step):
        assert cell is not None
        if any(0 < difference < policy.threshold for difference in differences):
            assert cell.state is State.HIDDEN
        if size == 900:
            assert cell.state is State.SHOWN


def test_flows_that_say_it_for_some_steps_only_are_refused() -> None:
    flow = flow_of(entries_of([(100, frozenset()), (30, frozenset({2}))]), 3)
    some = replace(flow, steps=(*flow.steps[:2], replace(flow.steps[2], without_step=None), flow.steps[3]))
    with pytest.raises(CannotProtect, match="some of its steps only"):
        protect(study(some), SAIL, synthetic=True)
    start = replace(flow, steps=(replace(flow.steps[0], without_step=130), *flow.steps[1:]))
    with pytest.raises(CannotProtect, match="some of its steps only"):
        protect(study(start), SAIL, synthetic=True)


def test_a_number_that_contradicts_the_flow_is_refused() -> None:
    flow = flow_of(entries_of([(100, frozenset()), (30, frozenset({1})), (40, frozenset({2}))]), 2)

    def with_number(step: int, number: int) -> RawResults:
        rows = list(flow.steps)
        rows[step] = replace(rows[step], without_step=number)
        return study(replace(flow, steps=tuple(rows)))

    for wrong in (with_number(1, 99), with_number(1, 131), with_number(2, 141)):
        with pytest.raises(CannotProtect):
            protect(wrong, SAIL, synthetic=True)
