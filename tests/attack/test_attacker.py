"""The attacker finds the leaks of known bad releases and finds nothing in good ones; all counts are invented."""

from __future__ import annotations

import random
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest

from tests.attack.attacker import Attack, Finding, Quantity
from tests.attack.printed import (
    ALL,
    SAIL,
    Equation,
    Key,
    Policy,
    at_least,
    equal,
    read_release,
    same_children,
)
from tests.attack.releases import HIDDEN, read_column, read_grid, write_column, write_flow, write_grid

SAIL_WITH_ZEROS = Policy(threshold=10, zeros_hidden=False)
ROUNDED_ONLY_5 = Policy(threshold=5, zeros_hidden=False, base=5, small_hidden_first=False)
ROUNDED_ONLY_10 = Policy(threshold=10, zeros_hidden=False, base=5, small_hidden_first=False)

SMALL_ONLY = """
            | foster | kinship | residential | parents | all
    under 1 | 34     | 21      | [c]         | 18      | 76
    1-4     | 47     | 26      | 12          | 15      | 100
    5-9     | 52     | 31      | [c]         | 24      | 109
    10-15   | 61     | 19      | 28          | 14      | 122
    all     | 194    | 97      | 45          | 71      | 407
"""
ONE_PARTNER_EACH = SMALL_ONLY.replace("| 18 ", "| [c]").replace("| 24 ", "| [c]")
THREE_ROWS = ONE_PARTNER_EACH.replace("| 12 ", "| [c]").replace("| 15 ", "| [c]")


def kinds(findings: list[Finding]) -> set[str]:
    return {finding.kind for finding in findings}


def narrowed(findings: list[Finding]) -> dict[str, tuple[int, int]]:
    return {f.quantity: (f.low, f.high) for f in findings if f.kind in ("exact", "narrow")}


def cell(*labels: str, table: str = "table") -> Key:
    return (table, *labels)


# One table.


def test_hiding_only_the_small_cells_hides_nothing(tmp_path: Path) -> None:
    findings = Attack(read_grid(tmp_path, SMALL_ONLY), SAIL).findings()
    assert narrowed(findings) == {
        str(cell("under 1", "residential")): (3, 3),
        str(cell("5-9", "residential")): (2, 2),
    }


def test_a_remainder_under_the_threshold_is_found(tmp_path: Path) -> None:
    attack = Attack(read_grid(tmp_path, ONE_PARTNER_EACH), SAIL)
    findings = attack.findings()
    assert narrowed(findings)[str(cell("under 1", "residential"))] == (0, 5)
    assert narrowed(findings)[str(cell("5-9", "residential"))] == (0, 5)
    remainder = str(cell(ALL, "residential"))
    assert Finding("certain", f"all hidden cells of {remainder}", 5, 5) in findings


@pytest.mark.parametrize(
    ("policy", "intervals"),
    [
        (SAIL, [(0, 17), (0, 17), (0, 17), (4, 21), (10, 27), (9, 26)]),
        (SAIL_WITH_ZEROS, [(1, 15), (1, 15), (1, 15), (6, 20), (12, 26), (11, 25)]),
    ],
)
def test_a_protected_table_gives_wide_intervals_only(
    tmp_path: Path, policy: Policy, intervals: list[tuple[int, int]]
) -> None:
    attack = Attack(read_grid(tmp_path, THREE_ROWS), policy)
    cells = [cell(row, column) for column in ("residential", "parents") for row in ("under 1", "1-4", "5-9")]
    assert [attack.cell(key) for key in cells] == intervals
    assert attack.findings() == []


def test_two_symbols_undo_the_protection(tmp_path: Path) -> None:
    small = [cell("under 1", "residential"), cell("5-9", "residential")]
    grid = "\n".join(
        line.replace("[c]", "<10", 1) if line.strip().startswith(("under 1", "5-9")) else line
        for line in THREE_ROWS.splitlines()
    )
    release = read_grid(tmp_path, grid)
    told_apart = [
        *(Equation(f"{key} is under 10", {key: 1}, 1, 9) for key in small),
        *(at_least(f"{key} is 10 or more", [key], 10) for key in release.hidden - set(small)),
    ]
    attack = Attack(release, SAIL, told_apart)
    findings = attack.findings()
    assert narrowed(findings) == dict.fromkeys(map(str, small), (1, 6))
    assert attack.cell(cell("1-4", "residential")) == (10, 15)
    assert "symbols" in kinds(findings)


def test_a_printed_small_count_is_found(tmp_path: Path) -> None:
    assert kinds(Attack(read_column(tmp_path, "40", "9", "49"), SAIL).findings()) >= {"printed"}


def test_a_printed_zero_is_found_where_zeros_are_hidden(tmp_path: Path) -> None:
    release = read_column(tmp_path, "40", "0", "40")
    assert kinds(Attack(release, SAIL).findings()) == {"printed"}
    assert Attack(release, SAIL_WITH_ZEROS).findings() == []


def test_a_hidden_zero_comes_back_when_everyone_is_elsewhere(tmp_path: Path) -> None:
    findings = Attack(read_column(tmp_path, "40", HIDDEN, "40"), SAIL).findings()
    assert narrowed(findings) == {str(cell("b")): (0, 0)}


def test_a_wrong_total_is_found_and_named(tmp_path: Path) -> None:
    findings = Attack(read_column(tmp_path, "40", "30", "71"), SAIL).findings()
    assert findings == [Finding("contradiction", f"sum for {cell(ALL)}", 0, 0)]


def test_a_hidden_cell_that_would_be_negative_is_a_contradiction(tmp_path: Path) -> None:
    assert kinds(Attack(read_column(tmp_path, "40", "30", HIDDEN, "60"), SAIL).findings()) == {
        "contradiction"
    }


def test_a_release_without_small_counts_has_no_finding(tmp_path: Path) -> None:
    assert Attack(read_column(tmp_path, "40", "30", "70"), SAIL).findings() == []


def test_a_known_single_child_opens_a_pair(tmp_path: Path) -> None:
    release = read_column(tmp_path, "40", HIDDEN, HIDDEN, "51")
    assert Attack(release, SAIL).findings() == []
    attack = Attack(release, SAIL)
    assert attack.exact_cells() == []
    assert attack.with_known(cell("b"), 1).exact_cells() == [cell("c")]


def test_the_equations_of_a_leak_are_named(tmp_path: Path) -> None:
    attack = Attack(read_grid(tmp_path, SMALL_ONLY), SAIL)
    key = cell("under 1", "residential")
    assert attack.explain({key: 1}) == [f"sum for {cell('under 1', ALL)}"]


# Several tables.

PLACES = """
            | foster | kinship | residential | parents | all
    under 1 | 64     | 11      | [c]         | 14      | 92
    1-4     | 83     | 17      | [c]         | 22      | 130
    5-15    | 105    | 31      | 38          | 26      | 200
    all     | 252    | 59      | 49          | 62      | 422
"""
GROUPED = """
            | kinship or parents | foster or residential | all
    under 1 | 25                 | 67                    | 92
    1-4     | 39                 | 91                    | 130
    5-15    | 57                 | 143                   | 200
    all     | 121                | 301                   | 422
"""


def linked(folder: Path, partners: tuple[str, str], *, joined: bool = True, grouped: str = GROUPED) -> Attack:
    grid = PLACES
    for partner in partners:
        grid = grid.replace(f"| {partner} ", "| [c]", 1)
    write_grid(folder, "table", "age", "place", grid)
    write_grid(folder, "grouped", "age", "place_group", grouped)
    release = read_release(folder)
    knowledge = same_children(release, ["table", "grouped"]) if joined else []
    for age, label in product(
        ("under 1", "1-4", "5-15", ALL), ("kinship or parents", "foster or residential")
    ):
        if joined:
            parts = [cell(age, part) for part in label.split(" or ")]
            knowledge.append(equal(f"{label}, {age}", parts, [cell(age, label, table="grouped")]))
    return Attack(release, SAIL, knowledge)


def test_tables_that_are_safe_alone_give_everything_away_together(tmp_path: Path) -> None:
    assert linked(tmp_path, ("11", "17"), joined=False).findings() == []
    assert narrowed(linked(tmp_path, ("11", "17")).findings()) == {
        str(cell("under 1", "residential")): (3, 3),
        str(cell("1-4", "residential")): (8, 8),
        str(cell("under 1", "kinship")): (11, 11),
        str(cell("1-4", "kinship")): (17, 17),
    }


def test_another_partner_fails_likewise(tmp_path: Path) -> None:
    found = narrowed(linked(tmp_path, ("14", "22")).findings())
    assert found[str(cell("under 1", "residential"))] == (3, 3)
    assert found[str(cell("under 1", "parents"))] == (14, 14)


def test_the_right_partner_protects_both_tables(tmp_path: Path) -> None:
    attack = linked(tmp_path, ("64", "83"))
    assert attack.findings() == []
    assert attack.cell(cell("under 1", "residential")) == (0, 11)
    assert attack.cell(cell("1-4", "residential")) == (0, 11)
    assert attack.cell(cell("under 1", "foster")) == (56, 67)
    assert attack.cell(cell("1-4", "foster")) == (80, 91)


def test_hiding_the_second_table_protects_too(tmp_path: Path) -> None:
    hidden = GROUPED
    for count in ("25", "67", "39", "91"):
        hidden = hidden.replace(f"| {count} ", "| [c]", 1)
    attack = linked(tmp_path, ("11", "17"), grouped=hidden)
    assert attack.cell(cell("under 1", "residential")) == (0, 11)
    assert attack.findings() == []


def test_two_bandings_tell_the_age_between(tmp_path: Path) -> None:
    write_column(tmp_path, "table", "to_three", ["38", "62", "100"])
    write_column(tmp_path, "other", "to_four", ["41", "59", "100"])
    release = read_release(tmp_path)
    four = Quantity("age 4", {cell("a", table="other"): 1, cell("a"): -1})
    findings = Attack(release, SAIL, same_children(release, ["table", "other"])).findings([four])
    assert findings == [Finding("certain", "age 4", 3, 3)]


def test_a_label_that_one_of_two_tables_lacks_is_counted_nowhere(tmp_path: Path) -> None:
    write_column(tmp_path, "table", "place", [HIDDEN, "62", HIDDEN, "100"])
    write_column(tmp_path, "other", "place", ["38", "62", "100"])
    release = read_release(tmp_path)
    attack = Attack(release, SAIL, same_children(release, ["table", "other"]))
    assert narrowed(attack.findings()) == {str(cell("a")): (38, 38), str(cell("c")): (0, 0)}


# The flow.


def test_a_hidden_step_between_two_printed_ones_is_no_secret(tmp_path: Path) -> None:
    write_flow(tmp_path, [("1240", ""), ("1236", HIDDEN)])
    findings = Attack(read_release(tmp_path), SAIL).findings()
    assert findings == [Finding("exact", "('attrition', 'step_1', 'excluded')", 4, 4)]


def test_a_loss_over_two_steps_is_no_secret_either(tmp_path: Path) -> None:
    write_flow(tmp_path, [("1240", ""), (HIDDEN, HIDDEN), ("1236", HIDDEN), ("1100", "136")])
    findings = Attack(read_release(tmp_path), SAIL).findings()
    assert Finding("certain", "children lost from step_0 to step_2", 4, 4) in findings


def test_who_remains_without_a_step_tells_whom_it_stops_alone(tmp_path: Path) -> None:
    write_flow(tmp_path, [("400", "", "[z]"), ("300", "100", "208"), ("200", "100", "300")])
    (finding,) = Attack(read_release(tmp_path), SAIL).findings()
    assert finding == Finding("certain", "stopped by step_1 alone", 8, 8)
    write_flow(tmp_path, [("400", "", "[z]"), ("300", "100", "293"), ("200", "100", "300")])
    (finding,) = Attack(read_release(tmp_path), SAIL).findings()
    assert finding == Finding("certain", "stopped by step_1 and by a later step", 7, 7)
    for without in ("250", HIDDEN):
        write_flow(tmp_path, [("400", "", "[z]"), ("300", "100", without), ("200", "100", "300")])
        assert Attack(read_release(tmp_path), SAIL).findings() == []


def test_who_remains_without_a_step_tells_what_the_flow_hides(tmp_path: Path) -> None:
    """The last step alone stops those whom it stops, so that its number is that of the row before."""
    write_flow(tmp_path, [("400", "", "[z]"), (HIDDEN, HIDDEN, "250"), ("200", HIDDEN, "204")])
    findings = Attack(read_release(tmp_path), SAIL).findings()
    assert Finding("exact", "('attrition', 'step_2', 'excluded')", 4, 4) in findings


def test_rounded_steps_tell_that_few_were_lost(tmp_path: Path) -> None:
    write_flow(tmp_path, [("1240", ""), ("1235", "5")])
    assert kinds(Attack(read_release(tmp_path), ROUNDED_ONLY_10).findings()) == {"printed"}
    write_flow(tmp_path, [("1240", ""), ("1235", HIDDEN)])
    attack = Attack(read_release(tmp_path), ROUNDED_ONLY_10)
    assert attack.cell(("attrition", "step_1", "excluded")) == (1, 9)
    write_flow(tmp_path, [("1235", ""), ("1235", HIDDEN)])
    findings = Attack(read_release(tmp_path), ROUNDED_ONLY_10).findings()
    assert narrowed(findings) == {"('attrition', 'step_1', 'excluded')": (1, 4)}
    write_flow(tmp_path, [("1240", ""), (HIDDEN, HIDDEN), ("1235", HIDDEN)])
    findings = Attack(read_release(tmp_path), ROUNDED_ONLY_10).findings()
    assert Finding("certain", "children lost from step_0 to step_2", 2, 9) in findings


# Rounding.


@pytest.mark.parametrize(
    ("policy", "printed", "parts"),
    [
        (ROUNDED_ONLY_5, "5 5 5", (3, 4)),
        (ROUNDED_ONLY_5, "5 5 5 5 10", (3, 3)),
        (ROUNDED_ONLY_10, "10 10 10 10 30", (8, 8)),
    ],
)
def test_rounding_alone_is_undone(
    tmp_path: Path, policy: Policy, printed: str, parts: tuple[int, int]
) -> None:
    release = read_column(tmp_path, *printed.split())
    findings = Attack(release, policy).findings()
    assert Finding("certain", str(cell("a")), *parts) in findings


def test_rounding_with_room_is_not_undone(tmp_path: Path) -> None:
    attack = Attack(read_column(tmp_path, "5", "5", "5", "10"), ROUNDED_ONLY_5)
    assert (attack.cell(cell("a")), attack.cell(cell(ALL))) == ((3, 6), (9, 12))
    assert attack.findings() == []


def test_whole_numbers_tell_more_than_fractions(tmp_path: Path) -> None:
    # Twice a number is 7 to 9: any fraction from 3.5, but only 4.
    release = read_column(tmp_path, "40", HIDDEN, HIDDEN, "70")
    twice = Equation("twice b", {cell("b"): 2}, 7, 9)
    assert Attack(release, SAIL, [twice]).cell(cell("b")) == (4, 4)


# The attacker against trying everything.


@pytest.mark.parametrize("seed", range(12))
def test_intervals_are_those_of_trying_every_table(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    base = draw.choice([1, 1, 5])
    counts = [[draw.randint(0, 4) for _ in range(3)] for _ in range(2)]
    full = [[*row, sum(row)] for row in counts]
    full.append([sum(column) for column in zip(*full, strict=True)])
    policy = Policy(threshold=5, zeros_hidden=True, base=base, small_hidden_first=False)
    printed = [[str((n + base // 2) // base * base) for n in row] for row in full]
    for row, column in product(range(3), range(4)):
        if draw.random() < (0.5 if base == 1 else 0.2):
            printed[row][column] = HIDDEN
    printed[2][3] = str(full[2][3])  # The grand total is always known, so that there is an end to trying.
    rows, columns = ("r0", "r1", ALL), ("c0", "c1", "c2", ALL)
    lines = [" | ".join(["", *columns]), *(" | ".join([r, *p]) for r, p in zip(rows, printed, strict=True))]
    release = read_grid(tmp_path, "\n".join(lines))
    total = Equation("the total is known", {cell(ALL, ALL): 1}, full[2][3], full[2][3])
    attack = Attack(release, policy, [total])
    assert (
        attack.broken_by({cell(r, c): full[i][j] for i, r in enumerate(rows) for j, c in enumerate(columns)})
        == []
    )

    fitting = []
    windows = [policy.window(int(p)) if p != HIDDEN else (0, 99) for row in printed for p in row]
    for numbers in tables_of(full[2][3]):
        flat = [n for row in numbers for n in row]
        if all(low <= n <= high for n, (low, high) in zip(flat, windows, strict=True)):
            fitting.append(flat)
    for at, key in enumerate(cell(r, c) for r in rows for c in columns):
        assert attack.cell(key) == (min(f[at] for f in fitting), max(f[at] for f in fitting)), key


def tables_of(total: int) -> list[list[list[int]]]:
    """Return all tables of two rows and three columns, with totals, that have a grand total."""
    found = []
    for bars in combinations(range(total + 5), 5):
        ends = (-1, *bars, total + 5)
        a, b, c, d, e, f = (high - low - 1 for low, high in pairwise(ends))
        rows = [[a, b, c, a + b + c], [d, e, f, d + e + f]]
        found.append([*rows, [x + y for x, y in zip(*rows, strict=True)]])
    return found
