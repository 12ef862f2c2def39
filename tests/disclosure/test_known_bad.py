"""Releases that are known to disclose: the audit fails each, and ``protect`` repairs or refuses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cohort.disclosure import CannotProtect, Policy, audit_printed, load_policy, protect, structure_of
from cohort.results.model import Group, RawResults, State

from .reader import Reader
from .studies import axis, flow, grid, hide_only, reprinted, shown_cells, study, table, true_counts

SAIL = load_policy("sail")
ZEROS_SHOWN = replace(SAIL, zeros_masked=False)
ROUNDED = load_policy("welsh_government")

AGE_BY_PLACEMENT = study(
    grid("t", "abcd", "fkrp", [[34, 21, 3, 18], [47, 26, 12, 15], [52, 31, 2, 24], [61, 19, 28, 14]])
)


def passes(raw: RawResults, policy: Policy, *hidden: tuple[str, tuple[str, ...]]) -> bool:
    return audit_printed(hide_only(raw, policy.name, set(hidden)), policy, structure_of(raw)).passed


def cells(*names: str) -> list[tuple[str, tuple[str, ...]]]:
    return [("t", (name[0], name[1])) for name in names]


@pytest.mark.parametrize("policy", [SAIL, ZEROS_SHOWN])
def test_a_table_with_margins(policy: Policy) -> None:
    raw = AGE_BY_PLACEMENT
    assert not passes(raw, policy), "small cells printed"
    assert not passes(raw, policy, *cells("ar", "cr")), "small cells alone come back exactly"
    assert not passes(raw, policy, *cells("ar", "cr", "ap", "cp")), "a derivable sum of 5"
    assert passes(raw, policy, *cells("ar", "cr", "ap", "cp", "br", "bp"))


@pytest.mark.parametrize("policy", [SAIL, ZEROS_SHOWN])
def test_protect_repairs_the_table_and_keeps_its_totals(policy: Policy) -> None:
    safe = protect(AGE_BY_PLACEMENT, policy, synthetic=True)
    shown = shown_cells(safe)
    reader = Reader(AGE_BY_PLACEMENT, safe, policy)
    for name in cells("ar", "cr"):
        interval = reader.interval(reader.rows[name])
        assert interval is not None
        assert interval[0] <= (0 if policy.zeros_masked else 1)
        assert interval[1] >= 9
    assert all(cell.state is State.SHOWN for (_, key), cell in shown.items() if "all" in key)
    assert sum(cell.state is State.HIDDEN for cell in shown.values()) == 6, "four further cells are enough"


def test_two_groupings_of_one_variable_are_refused() -> None:
    ages = ["under 1", "1 to 4", "5 to 15"]
    first = [
        ("foster", (64, 83, 105)),
        ("kinship", (11, 17, 31)),
        ("residential", (3, 8, 38)),
        ("parents", (14, 22, 26)),
    ]
    second = [("kinship or parents", (25, 39, 57)), ("foster or residential", (67, 91, 143))]
    tables = [
        table(
            name,
            (axis("age", ages), axis("placement", [word for word, _ in columns])),
            {(age, word): counts[at] for word, counts in columns for at, age in enumerate(ages)},
        )
        for name, columns in (("one", first), ("two", second))
    ]
    assert protect(study(tables[0]), SAIL, synthetic=True)
    assert protect(study(tables[1]), SAIL, synthetic=True)
    with pytest.raises(CannotProtect, match="`placement` is grouped in two ways"):
        protect(study(*tables), SAIL, synthetic=True)


def test_two_tables_each_safe_alone_share_their_margins() -> None:
    # By row: the hidden 4 stands with 30. The other table prints the row's total by itself.
    one = table("one", (axis("row", "ab"),), {("a",): 34, ("b",): 60})
    two = grid("two", "ab", "xy", [[4, 30], [40, 20]])
    hidden = {("two", ("a", "x")), ("two", ("a", "y")), ("two", ("b", "x")), ("two", ("b", "y"))}
    assert passes(study(two), SAIL, *hidden)
    assert passes(study(one, two), SAIL, *hidden)
    more: set[tuple[str, tuple[str, ...]]] = {
        ("two", ("a", "x")),
        ("two", ("a", "all")),
        ("two", ("b", "x")),
        ("two", ("b", "all")),
    }
    assert passes(study(two), SAIL, *more)
    with_one = audit_printed(hide_only(study(one, two), "sail", more), SAIL, structure_of(study(one, two)))
    assert not with_one.passed, "the same cell is hidden here and shown there"


@pytest.mark.parametrize(
    ("threshold", "parts", "total"),
    [(5, [5, 5], 5), (10, [5, 5, 5, 5], 10), (10, [10, 10, 10, 10], 30), (5, [5, 5, 5, 5], 10)],
)
def test_rounding_that_is_undone(threshold: int, parts: list[int], total: int) -> None:
    policy = replace(ROUNDED, threshold=threshold)
    values = [str(at) for at in range(len(parts))]
    raw = study(table("t", (axis("part", values),), {(v,): n for v, n in zip(values, parts, strict=True)}))
    printed = reprinted(hide_only(raw, policy.name, set()), "t", ("all",), total)
    assert not audit_printed(printed, policy, structure_of(raw)).passed


def test_a_flow_step_between_two_printed_numbers() -> None:
    raw = study(flow(1240, 1236, 900))
    assert not passes(raw, SAIL), "1,240 less 1,236"
    assert not passes(raw, SAIL, ("flow", ("excluded", "1")))
    assert not passes(raw, SAIL, ("flow", ("remaining", "1"))), "its excluded number is printed"
    shown = shown_cells(protect(raw, SAIL, synthetic=True))
    assert shown["flow", ("excluded", "1")].state is State.HIDDEN
    assert sum(cell.state is State.HIDDEN for cell in shown.values()) >= 2


def test_a_flow_step_that_leaves_nobody_out_is_shown() -> None:
    shown = shown_cells(protect(study(flow(500, 500, 400)), SAIL, synthetic=True))
    assert shown["flow", ("excluded", "1")].count == 0
    assert all(cell.state is State.SHOWN for cell in shown.values())


def test_the_complement_of_a_group() -> None:
    girls = Group("girls", frozenset({"sex = f"}), {})
    raw = study(
        table("all", (axis("age", "ab"),), {("a",): 41, ("b",): 60}),
        table("girls", (axis("age", "ab"),), {("a",): 38, ("b",): 30}, girls),
    )
    assert not passes(raw, SAIL), "41 less 38"
    safe = protect(raw, SAIL, synthetic=True)
    reader = Reader(raw, safe, SAIL)
    interval = reader.interval(reader.rows["all", ("a",)] - reader.rows["girls", ("a",)])
    assert interval is not None
    assert interval[0] == 0
    assert interval[1] >= 10


def test_the_complement_of_a_group_with_a_fixed_value() -> None:
    group = Group("status y, no short breaks", frozenset({"status = y", "no short breaks"}), {"status": "y"})
    raw = study(
        grid_of_status := table(
            "all",
            (axis("age", "ab"), axis("status", "xy")),
            {("a", "x"): 30, ("a", "y"): 41, ("b", "x"): 50, ("b", "y"): 60},
        ),
        table("some", (axis("age", "ab"),), {("a",): 38, ("b",): 30}, group),
    )
    assert protect(study(grid_of_status), SAIL, synthetic=True)
    assert not passes(raw, SAIL), "41 with status y less 38"
    safe = protect(raw, SAIL, synthetic=True)
    reader = Reader(raw, safe, SAIL)
    interval = reader.interval(reader.rows["all", ("a", "y")] - reader.rows["some", ("a",)])
    assert interval is not None
    assert interval[1] >= 10


def test_a_remainder_is_found_although_a_hidden_part_can_be_worked_out() -> None:
    # Column z gives its hidden 10 away, so 9 are left for the other two cells of the first row.
    raw = study(grid("t", "ab", "xyz", [[2, 7, 10], [10, 10, 10]]))
    assert not passes(raw, SAIL, *cells("ax", "ay", "az", "bx", "by"))
    safe = protect(raw, SAIL, synthetic=True)
    reader = Reader(raw, safe, SAIL)
    interval = reader.interval(reader.rows["t", ("a", "x")] + reader.rows["t", ("a", "y")])
    assert interval is not None
    assert interval[1] >= 10


def test_three_tables_in_a_circle_tell_about_cells_that_none_prints() -> None:
    # All margins of two are large, but together they leave 5 to 5 for one unprinted cell of three variables.
    people = {"xxx": 5, "xxy": 10, "xyx": 10, "yxx": 10, "xyy": 0, "yxy": 0, "yyx": 0, "yyy": 40}
    sides = ("first", "second", "third")
    tables = []
    for one, two in ((0, 1), (0, 2), (1, 2)):
        counts: dict[tuple[str, ...], int] = {}
        for key, count in people.items():
            counts[key[one], key[two]] = counts.get((key[one], key[two]), 0) + count
        tables.append(table(f"t{one}{two}", (axis(sides[one], "xy"), axis(sides[two], "xy")), counts))
    raw = study(*tables)
    assert min(true_counts(raw).values()) >= 10
    audit = audit_printed(hide_only(raw, "sail", set()), SAIL, structure_of(raw))
    reader = Reader(raw, hide_only(raw, "sail", set()), SAIL)
    at = [values for values, _ in reader.people].index(("x", "x", "x"))
    row = reader.rows["t01", ("all", "all")] * 0
    row[at] = 1
    assert reader.interval(row) == (5, 15)
    assert audit.passed, "5 to 15 is not for certain under 10"
    assert protect(raw, SAIL, synthetic=True)


def test_what_is_printed_must_be_allowed_and_agree() -> None:
    raw = AGE_BY_PLACEMENT
    safe = protect(raw, SAIL, synthetic=True)
    structure = structure_of(raw)
    assert audit_printed(safe, SAIL, structure).passed
    for key, count in ((("d", "f"), 62), (("all", "all"), 406), (("a", "r"), 3), (("a", "r"), 0)):
        assert not audit_printed(reprinted(safe, "t", key, count), SAIL, structure).passed
    assert not audit_printed(replace(safe, tables=()), SAIL, structure).passed
