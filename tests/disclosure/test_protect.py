"""Refusals, the log, and a study of real size."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from typing import Any

import highspy
import pytest

from cohort.disclosure import CannotProtect, audit_printed, load_policy, protect, solver, structure_of
from cohort.results.model import Group, RawResults, SafeTable, State

from .studies import axis, flow, grid, shown_cells, study, table, true_counts

SAIL = load_policy("sail")
WELSH = load_policy("welsh_government")
SMALL = study(flow(90, 60), grid("t", "ab", "xy", [[3, 17], [18, 22]]))
YEARS = [str(year) for year in range(2003, 2021)]


def realistic(seed: int) -> RawResults:
    """About 6,300 children: a flow, two tables by year (one of them of a nested group), four others."""
    chance = random.Random(seed)
    outcomes = ["achieved", "not achieved", "no result", "missing"]
    ages = ["0 to 4", "5 to 9", "10 to 15"]
    areas = [f"W{number:02}" for number in range(22)]
    categories = [f"N{number}" for number in range(9)]
    children = [
        (
            chance.choice(YEARS),
            chance.choices(["V2", "C1"], [1, 20])[0],
            chance.choice(ages),
            chance.choice("fm"),
            chance.choices(areas, [1 + at for at in range(22)])[0],
            chance.choices(categories, [400, 200, 100, 100, 50, 10, 3, 1, 0.3])[0],
            chance.choices(outcomes, [40, 20, 5, 1])[0],
        )
        for _ in range(6300)
    ]
    inside = [child for child in children if child[1] == "C1" and child[0] < "2019"]
    group = Group(
        "children under C1 who entered before 2019",
        frozenset({"legal_status_at_entry = C1", "entry_year < 2019"}),
        {"legal_status_at_entry": "C1"},
    )
    year, status = axis("entry_year", YEARS), axis("legal_status_at_entry", ["V2", "C1"])
    late = frozenset((late, outcome) for late in YEARS[-2:] for outcome in outcomes)
    return study(
        flow(11300, 11297, 7500, 7488, 6307, 6300),
        table("year_status", (year, status), Counter((c[0], c[1]) for c in children)),
        table(
            "year_outcome",
            (year, axis("outcome", outcomes)),
            Counter((c[0], c[6]) for c in inside),
            group,
            late,
        ),
        table("age_sex", (axis("age", ages), axis("sex", "fm")), Counter((c[2], c[3]) for c in children)),
        table("area", (axis("authority", areas),), Counter((c[4],) for c in children)),
        table("need", (axis("need", categories),), Counter((c[5],) for c in children)),
    )


@pytest.mark.parametrize("policy", [SAIL, WELSH])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_realistic_study_keeps_most_of_its_numbers(policy: Any, seed: int) -> None:
    raw = realistic(seed)
    safe = protect(raw, policy, synthetic=True)
    shown = shown_cells(safe)
    small = sum(
        1
        for place, count in true_counts(raw).items()
        if count < policy.threshold and shown[place].state is State.HIDDEN
    )
    hidden = sum(cell.state is State.HIDDEN for cell in shown.values())
    assert small > 0
    assert hidden <= 3 * small + 12, "far more is hidden than there is to protect"
    for name in ("year_status", "age_sex", "area", "need"):
        totals = [cell for (table, key), cell in shown.items() if table == name and set(key) == {"all"}]
        assert [cell.state for cell in totals] == [State.SHOWN], "the size of the cohort"
    assert {
        cell.state for (name, key), cell in shown.items() if name == "year_outcome" and key[0] == "2020"
    } == {State.IMPOSSIBLE}
    assert audit_printed(safe, policy, structure_of(raw)).passed


def test_the_result_says_what_it_is() -> None:
    safe = protect(SMALL, SAIL, synthetic=False)
    assert (safe.study, safe.spec_hash, safe.policy, safe.symbol) == ("study", "hash", "sail", SAIL.symbol)
    assert safe.policy_words == SAIL.words
    assert safe.synthetic is False
    assert protect(SMALL, SAIL, synthetic=True).synthetic is True


def test_the_log_depends_only_on_what_is_printed() -> None:
    # The two studies differ in hidden cells alone.
    one = protect(study(grid("t", "ab", "xy", [[3, 17], [18, 22]])), SAIL, synthetic=True)
    two = protect(study(grid("t", "ab", "xy", [[4, 16], [17, 23]])), SAIL, synthetic=True)
    assert one.tables == two.tables
    assert one.log == two.log
    assert any("SAIL-POL-024" in line for line in one.log)
    assert any(re.match(r"table t: 9 cells, 5 shown, 4 hidden, 0 not applicable", line) for line in one.log)


def test_impossible_cells_are_not_applicable_and_so_are_margins_of_them() -> None:
    late = frozenset({("b", "x"), ("b", "y")})
    raw = study(
        table(
            "t",
            (axis("row", "abc"), axis("column", "xy")),
            {("a", "x"): 20, ("a", "y"): 30},
            Group("all"),
            late,
        )
    )
    cells = shown_cells(protect(raw, SAIL, synthetic=True))
    assert {key for (_, key), cell in cells.items() if cell.state is State.IMPOSSIBLE} == {
        ("b", "x"),
        ("b", "y"),
        ("b", "all"),
    }
    assert cells["t", ("c", "x")].state is State.HIDDEN, "zero, and not impossible"


def test_a_fixed_value_is_the_whole_of_its_group() -> None:
    group = Group("status y", frozenset({"status = y"}), {"status": "y"})
    counts: dict[tuple[str, ...], int] = {("a", "y"): 30, ("b", "y"): 44}
    raw = study(table("t", (axis("age", "ab"), axis("status", "xy")), counts, group))
    cells = shown_cells(protect(raw, SAIL, synthetic=True))
    assert cells["t", ("all", "y")].count == cells["t", ("all", "all")].count == 74
    assert cells["t", ("a", "x")].state is State.IMPOSSIBLE


def _refused(raw: RawResults, words: str) -> None:
    with pytest.raises(CannotProtect, match=words):
        protect(raw, SAIL, synthetic=True)


def test_shapes_without_a_safe_reading_are_refused() -> None:
    one = table("one", (axis("age", "ab"),), {("a",): 40, ("b",): 50})
    girls, boys = Group("girls", frozenset({"girl"})), Group("boys", frozenset({"boy"}))
    _refused(study(replace(one, group=girls), replace(one, id="two", group=boys)), "neither lies inside")
    _refused(study(one, replace(one, id="two", counted="entries")), "must count the same thing")
    _refused(study(one, one), "same id")
    _refused(study(flow(9, 9), replace(flow(9, 9), id="other")), "two flows")
    _refused(study(replace(flow(9), steps=())), "no steps")
    _refused(study(replace(one, axes=(axis("age", ""),), counts={})), "no categories")
    _refused(
        study(replace(one, axes=(axis("age", "ab"), axis("age", "ab")), counts={})),
        "twice by the same variable",
    )
    _refused(study(replace(one, axes=(axis("age", ["all", "a"]),))), "named `all`")
    wide = [axis(name, [str(n) for n in range(12)]) for name in ("age", "sex", "area")]
    circle = [table(f"t{a}{b}", (wide[a], wide[b]), {("0", "0"): 90}) for a, b in ((0, 1), (0, 2), (1, 2))]
    _refused(study(*circle), "overlap in a circle")
    assert protect(study(*circle[:2]), SAIL, synthetic=True)


def test_tables_that_contradict_one_another_are_refused() -> None:
    one = table("one", (axis("age", "ab"),), {("a",): 40, ("b",): 50})
    _refused(study(one, replace(one, id="two", counts={("a",): 41, ("b",): 50})), "contradicts another table")
    _refused(study(flow(100, 91), one), "contradicts another table")
    _refused(study(flow(90, 91), replace(one, counts={("a",): 41, ("b",): 50})), "more people after a step")
    _refused(study(replace(one, counts={("z",): 41})), "does not have")
    _refused(study(replace(one, counts={("a",): -1})), "under zero")
    _refused(study(replace(one, impossible=frozenset({("a",)}))), "by definition there can be none")
    _refused(study(replace(one, impossible=frozenset({("z",)}))), "impossible that it does not have")
    inside = Group("inside", frozenset({"condition"}))
    _refused(
        study(one, table("two", (axis("age", "ab"),), {("a",): 41, ("b",): 9}, inside)), "more people than it"
    )
    other = Group("inside", frozenset({"condition"}), {"age": "a"})
    _refused(
        study(
            replace(one, group=other, counts={("a",): 40}),
            replace(one, id="two", group=replace(other, fixed={"age": "b"})),
        ),
        "two values at once",
    )


def test_a_refusal_names_no_count() -> None:
    with pytest.raises(CannotProtect) as caught:
        protect(study(flow(3, 0), table("rare", (axis("age", "ab"),), {})), SAIL, synthetic=True)
    assert not re.search(r"\d", str(caught.value))


def test_where_zeros_are_shown_a_total_of_hidden_parts_must_reach_the_threshold() -> None:
    """Two hidden parts are 1 or more each, so that their total cannot be 1; it must then not be surely small."""
    safe = protect(study(table("rare", (axis("age", "ab"),), {("a",): 1, ("b",): 2})), WELSH, synthetic=True)
    (found,) = safe.tables
    assert isinstance(found, SafeTable)
    assert {cell.state for cell in found.cells.values()} == {State.HIDDEN}


@pytest.mark.parametrize("status", ["kTimeLimit", "kUnbounded", "kNotset", "kIterationLimit", "kUnknown"])
def test_a_solve_that_is_not_optimal_withholds_everything(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = getattr(highspy.HighsModelStatus, status)
    monkeypatch.setattr(highspy.Highs, "getModelStatus", lambda self: wrong)
    with pytest.raises(CannotProtect, match=status):
        protect(SMALL, SAIL, synthetic=True)


@pytest.mark.parametrize("call", ["run", "changeColsBounds", "passModel", "setOptionValue"])
def test_a_solver_that_reports_an_error_withholds_everything(
    call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(highspy.Highs, call, lambda self, *arguments: highspy.HighsStatus.kError)
    with pytest.raises(CannotProtect, match=r"the solver"):
        protect(SMALL, SAIL, synthetic=True)


def test_a_solver_that_lies_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def all_zero(self: solver.Solver) -> Any:
        return self._no_costs.copy()

    monkeypatch.setattr(solver.Solver, "_run", all_zero)
    with pytest.raises(CannotProtect, match="does not add up"):
        protect(study(grid("t", "ab", "xy", [[13, 17], [18, 22]])), SAIL, synthetic=True)


@pytest.mark.parametrize(("limit", "value"), [("SECONDS", 0.0), ("MOST_SOLVES", 3)])
def test_limits_withhold_everything(limit: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, limit, value)
    with pytest.raises(CannotProtect):
        protect(SMALL, SAIL, synthetic=True)


def test_results_are_the_same_every_time() -> None:
    first = protect(realistic(3), SAIL, synthetic=True)
    again = protect(realistic(3), SAIL, synthetic=True)
    assert repr(first) == repr(again)
    assert all(isinstance(item, SafeTable) for item in first.tables[1:])


def test_whole_numbers_are_asked_for_where_the_linear_answer_is_not_whole() -> None:
    # 2 x + 2 y = 3 z: with z at least 1, the line allows z = 1 and whole numbers do not.
    system = solver.Solver([0, 0, 0], [10, 10, 10], [[(0, 2.0), (1, 2.0), (2, -3.0)]])
    system.bound([2], [1], [9])
    answer = system.smallest({2: 1.0})
    assert answer is not None
    assert answer[0] == 2
    assert system.whole_number_solves == 1
    system.bound([0, 1], [0, 0], [0, 0])
    assert system.smallest({2: 1.0}) is None
