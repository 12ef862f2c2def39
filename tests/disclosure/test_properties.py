"""Random small studies, read by a reader with a solver of its own.

The numbers are those of the list of properties that disclosure control has to pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cohort.disclosure import CannotProtect, Policy, load_policy, protect
from cohort.results.category import Category
from cohort.results.model import Axis, CountTable, RawResults, SafeResults, State

from .reader import Place, Reader
from .studies import COUNTS, People, flow, grid, shown_cells, studies, study, true_counts

SAIL = load_policy("sail")
WELSH = load_policy("welsh_government")
few = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
fewer = settings(few, max_examples=40)
policies = st.sampled_from([SAIL, WELSH, replace(SAIL, zeros_masked=False), replace(SAIL, rounding_base=5)])


def protected(raw: RawResults, policy: Policy) -> SafeResults:
    """Protect, or give up the example: a refusal discloses nothing."""
    try:
        return protect(raw, policy, synthetic=True)
    except CannotProtect:
        assume(False)
        raise


def zero_shown(reader: Reader, place: Place) -> bool:
    """The size of the cohort is in the flow, also where a table prints it."""
    same = (np.array_equal(reader.rows[place], reader.rows[other]) for other in reader.zero_shown)
    return not reader.policy.zeros_masked or any(same)


def hidden_places(reader: Reader) -> list[Place]:
    return [place for place, cell in reader.shown.items() if cell.state is State.HIDDEN]


@few
@given(studies(), policies)
def test_1_5_7_8_what_is_printed_is_true_large_and_alike(
    both: tuple[RawResults, People], policy: Policy
) -> None:
    safe = protected(both[0], policy)
    reader = Reader(both[0], safe, policy)
    true = true_counts(both[0])
    assert set(reader.shown) == set(true)
    by_row: dict[bytes, object] = {}
    for place, cell in reader.shown.items():
        if cell.state is State.SHOWN:
            assert cell.count is not None
            base = policy.rounding_base
            assert cell.count % base == 0
            assert abs(cell.count - true[place]) <= base // 2
            assert true[place] >= policy.threshold or (true[place] == 0 and zero_shown(reader, place))
        else:
            assert cell.count is None
        assert by_row.setdefault(reader.rows[place].tobytes() + bytes(place[0] == "flow"), cell) == cell


@few
@given(studies(), policies)
def test_2_every_small_count_may_be_all_that_the_symbol_stands_for(
    both: tuple[RawResults, People], policy: Policy
) -> None:
    reader = Reader(both[0], protected(both[0], policy), policy)
    true = true_counts(both[0])
    for place in hidden_places(reader):
        if true[place] < policy.threshold:
            interval = reader.interval(reader.rows[place])
            assert interval is not None
            assert interval[0] <= (1 if zero_shown(reader, place) else 0)
            assert interval[1] >= policy.threshold - 1


def sums_of_people(reader: Reader) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    """A printed place, and one or two others that lie inside it and apart from each other."""
    for whole, row in reader.rows.items():
        inside = [
            p for p, other in reader.rows.items() if p != whole and (other <= row).all() and other.any()
        ]
        yield from ((whole, (place,)) for place in inside)
        for one, two in permutations(inside, 2):
            if one < two and not (reader.rows[one] * reader.rows[two]).any():
                yield whole, (one, two)


@fewer
@given(studies(), policies)
def test_3_no_difference_lies_for_certain_under_the_threshold(
    both: tuple[RawResults, People], policy: Policy
) -> None:
    reader = Reader(both[0], protected(both[0], policy), policy)
    true = true_counts(both[0])
    somebody = np.ones(reader.size)
    for place, cell in reader.shown.items():
        if cell.count == 0 or cell.state is State.IMPOSSIBLE:
            somebody[reader.rows[place] > 0] = 0
    hidden = {(reader.rows[place] * somebody).tobytes() for place in hidden_places(reader)}
    seen: set[bytes] = set()
    for whole, parts in sums_of_people(reader):
        left = true[whole] - sum(true[part] for part in parts)
        row = (reader.rows[whole] - sum(reader.rows[part] for part in parts)) * somebody
        # A difference that is a hidden cell has that cell's interval, which may be all that the symbol says.
        if 0 < left < policy.threshold and row.tobytes() not in seen | hidden:
            seen.add(row.tobytes())
            interval = reader.interval(row)
            assert interval is not None
            assert interval[0] <= 0 or interval[1] >= policy.threshold


@fewer
@given(studies(1), policies)
def test_13_who_is_alone_in_a_cell_learns_no_other_cell(
    both: tuple[RawResults, People], policy: Policy
) -> None:
    reader = Reader(both[0], protected(both[0], policy), policy)
    true = true_counts(both[0])
    for own in hidden_places(reader):
        if true[own] != 1:
            continue
        for place in hidden_places(reader):
            interval = reader.interval(reader.rows[place], known=own)
            # Where zeros are shown, a total may be the same one person by what is printed.
            if interval is not None and true[place] != 1:
                assert interval[0] < interval[1]


@few
@given(studies())
def test_12_a_higher_threshold_hides_what_the_lower_one_calls_small(both: tuple[RawResults, People]) -> None:
    low, high = replace(SAIL, threshold=5), SAIL
    shown = shown_cells(protected(both[0], high))
    for place, count in true_counts(both[0]).items():
        if 0 < count < low.threshold:
            assert shown[place].state is State.HIDDEN


@fewer
@given(studies(), policies, st.randoms(use_true_random=False))
# Hypothesis gives `random` a class of its own that it does not name.
def test_17_order_and_labels_do_not_matter(both: tuple[RawResults, People], policy: Policy, random) -> None:  # type: ignore[no-untyped-def]
    raw = both[0]
    safe = protected(raw, policy)
    assert protect(raw, policy, synthetic=True) == safe
    tables = list(raw.tables)
    random.shuffle(tables)
    for at, item in enumerate(tables):
        if isinstance(item, CountTable):
            axes = []
            for some in item.axes:
                categories = [Category(c.value, f"renamed {c.label}") for c in some.categories]
                random.shuffle(categories)
                axes.append(Axis(some.variable, "renamed", tuple(categories)))
            counts = list(item.counts.items())
            random.shuffle(counts)
            tables[at] = replace(item, axes=tuple(axes), counts=dict(counts))
    other = protect(replace(raw, tables=tuple(tables)), policy, synthetic=True)
    assert shown_cells(other) == shown_cells(safe)


@few
@given(st.lists(st.lists(st.integers(10, 500), min_size=3, max_size=3), min_size=1, max_size=4))
def test_18_nothing_to_hide_nothing_hidden(numbers: list[list[int]]) -> None:
    total = sum(map(sum, numbers))
    raw = study(
        flow(total + 90, total + 40, total + 40, total), grid("t", "abcd"[: len(numbers)], "xyz", numbers)
    )
    assert all(cell.state is State.SHOWN for cell in shown_cells(protect(raw, SAIL, synthetic=True)).values())


@few
@given(st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=2, max_size=5), policies)
def test_a_table_with_a_large_total_is_never_refused(numbers: list[list[int]], policy: Policy) -> None:
    raw = study(grid("t", "abcdef"[: len(numbers) + 1], "xyz", [*numbers, [300, 400, 500]]))
    try:
        safe = protect(raw, policy, synthetic=True)
    except CannotProtect:
        # Where zeros are shown, two hidden cells make two or more: a row of so few cannot be thought to be 1.
        assert not policy.zeros_masked
        few_in = [
            line
            for line in [*numbers, *map(list, zip(*numbers, strict=True))]
            if 0 < sum(line) < policy.threshold
        ]
        assert any(sum(count > 0 for count in line) > 1 for line in few_in)
    else:
        assert shown_cells(safe)["t", ("all", "all")].state is State.SHOWN


@pytest.mark.parametrize("policy", [SAIL, WELSH])
@pytest.mark.parametrize(
    "raw",
    [
        study(),
        study(flow(0)),
        study(flow(500)),
        study(flow(3)),
        study(flow(30, 3)),
        study(grid("t", "a", "x", [[700]])),
        study(grid("t", "a", "xy", [[3, 90]])),
        study(grid("t", "ab", "xy", [[0, 0], [0, 0]])),
        study(flow(0), grid("t", "ab", "xy", [[0, 0], [0, 0]])),
        study(flow(0, 0, 0), grid("t", "ab", "xy", [[0, 0], [0, 0]])),
    ],
)
def test_19_small_shapes_have_a_result_or_a_reason(raw: RawResults, policy: Policy) -> None:
    refusal = ""
    try:
        safe = protect(raw, policy, synthetic=True)
    except CannotProtect as stopped:
        refusal = str(stopped)
    else:
        assert [item.id for item in safe.tables] == [item.id for item in raw.tables]
        return
    assert refusal
