"""Hidden counts are not to be had from a statement: not by adding up, nor by knowing how counts are protected."""

from __future__ import annotations

import copy
import csv
import datetime
import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from cohort import pipeline, pipeline_quality
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import Policy, load_policy
from cohort.quality.as_json import statement_json
from cohort.quality.bounds import LEVELS, level_of, most_of
from cohort.quality.collect import Block, RawCounts
from cohort.quality.protect import protect_counts
from cohort.results.category import Category
from cohort.results.model import ALL, Axis, CountTable, Group, RawResults, SafeCell, State
from tests.quality import made
from tests.quality.attacker import attack

D = datetime.date
POLICIES = ("sail", "welsh_government")
QUICK = replace(load_policy("sail"), name="sail quick", rounding_base=5)
"""SAIL's quick path: under 10 hidden, the rest rounded to 5."""
SMALL = Policy("small", "", "", "", "", "", 3, True, 1, "[c]", ())
"""A threshold so small that every table of a few rows can be tried."""


def _statement(data: Path, policy: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        statement_json(pipeline_quality.quality_of_data(made.checked(policy), data))
    )
    return found


def _random_data(folder: Path, seed: int) -> Path:
    """Children of eighteen returns with all kinds of faults, as often as not few in a year."""
    chance = random.Random(seed)
    rows: list[tuple[Any, ...]] = []
    for year in range(2003, 2022):
        faulty = {name: chance.choice([0, 0, 0.003, 0.01, 0.03, 0.2]) for name in made.COLUMNS}

        def value(name: str, sound: Any, wrong: Any, faulty: dict[str, float] = faulty) -> Any:
            place = chance.random()
            return None if place < faulty[name] / 2 else wrong if place < faulty[name] else sound

        for child in range(chance.choice([0, 4, 30, 300, 900])):
            start = D(year, 4 + child % 9, 1 + child % 28)
            code = year * 100 + (year + 1) % 100
            end = None if chance.random() < 0.5 else start + datetime.timedelta(days=child % 50)
            rows.append(
                (
                    value("HYBRID_ID_PE", child, 1),
                    value("LOCAL_AUTHORITY_CODE", 512 + 2 * (child % 21), 977),
                    code,
                    value("EPISODE_NUMBER", 1, 2),
                    value("EPISODE_START_DATE", start, D(2030, 1, 1)),
                    end,
                    value("REASON_EPISODE_STARTED_CODE", "S", "Q"),
                    value("CATEGORY_OF_NEED_CODE", "N1", "N"),
                    value("LEGAL_STATUS_CODE", "C2", "E1"),
                )
            )
    made.write(folder)
    pl.DataFrame(rows, schema=made.COLUMNS, orient="row").write_parquet(folder / "LACW_EPISODE_MAIN.parquet")
    return folder


@pytest.mark.parametrize("policy", [*POLICIES, QUICK.name])
@pytest.mark.parametrize("seed", [1, 2])
def test_random_statements_hold(
    policy: str, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = QUICK if policy == QUICK.name else load_policy(policy)
    # In this order: a module first imported under the substitute would keep it.
    for module in ("cohort.quality.stated", "cohort.disclosure.policy"):
        monkeypatch.setattr(f"{module}.load_policy", lambda _name: rules)
    found = _statement(_random_data(tmp_path / "data", seed), "sail" if rules is QUICK else policy)
    assert found["policy"] == policy
    assert attack(found, rules) == []
    cells = json.dumps(found)
    assert cells.count('"state": "hidden"') > 20
    assert cells.count('"count"') > 20
    assert '"per_cent"' in cells


def test_hand_made_statements_hold(tmp_path: Path) -> None:
    data = made.write(tmp_path / "data")
    for policy in POLICIES:
        assert attack(_statement(data, policy), load_policy(policy)) == []


def _numbers(file: Path, column: str) -> list[int]:
    with file.open(encoding="utf-8", newline="") as opened:
        return [int(row[column]) for row in csv.DictReader(opened) if row.get(column, "").isdigit()]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_statement_holds_beside_the_written_release_of_its_study(policy: str, tmp_path: Path) -> None:
    """Files of ``cohort run``, read back from disk."""
    data = tmp_path / "data"
    pipeline.make_synthetic(data, share=0.1)
    checked = made.checked(policy)
    assert checked.study is not None
    safe, run = pipeline.run_study(checked.study, data)
    run.close()
    out = tmp_path / "out"
    pipeline.write_study(checked, safe, out)
    files = sorted(out.glob("*.csv"))
    counts = [count for file in files for count in _numbers(file, "count") if count]
    sizes = _numbers(out / "attrition.csv", "remaining")
    assert len(counts) > 20
    assert len(sizes) > 2
    found = _statement(data, policy)
    assert found["held_against_the_study_release"] is True
    assert attack(found, load_policy(policy), [size for size in sizes if size], counts) == []


def test_a_count_near_the_release_is_hidden() -> None:
    raw = _raw({"known": 400, "missing": 100})
    policy = load_policy("sail")
    alone = protect_counts(raw, (), policy, synthetic=True)
    assert alone.cells["column t c", "2010", "missing"].count == 100
    table = CountTable("x", "x", "children", (), Group("all"), {(): 103})
    from cohort.disclosure.release import protect_release

    beside = protect_release(RawResults("s", "h", (table,)), policy, synthetic=True)
    held = protect_counts(raw, (), policy, synthetic=True, beside=beside)
    assert held.cells["column t c", "2010", "missing"].count is None
    assert held.cells["column t c", "2010", "known"].count is None
    far = CountTable("x", "x", "children", (), Group("all"), {(): 110})
    beside = protect_release(RawResults("s", "h", (far,)), policy, synthetic=True)
    assert protect_counts(raw, (), policy, synthetic=True, beside=beside).cells == alone.cells


def _raw(*columns: dict[str, int]) -> RawCounts:
    """Rows of one table in one year, divided by columns."""
    total = sum(columns[0].values())
    year = Axis("year", "Year", (Category("2010", "2010"),))
    rows = CountTable("rows t", "rows", "rows", (year,), Group("all rows"), {("2010",): total})
    blocks = tuple(
        Block("t", f"column t {'cdef'[place]}", "2010", _states(f"column t {'cdef'[place]}", counts))
        for place, counts in enumerate(columns)
    )
    return RawCounts(RawResults("s", "h", (rows,)), blocks)


def _states(name: str, counts: dict[str, int]) -> CountTable:
    axis = Axis(name, "Found", tuple(Category(state, state) for state in counts))
    cells: dict[tuple[str, ...], int] = {(state,): count for state, count in counts.items() if count}
    return CountTable(name, "rows of t", "rows of t", (axis,), Group("all"), cells)


def test_columns_that_differ_by_few_rows_are_not_both_shown() -> None:
    near = _raw({"known": 400, "missing": 100}, {"known": 403, "missing": 97})
    cells = protect_counts(near, (), load_policy("sail"), synthetic=True).cells
    assert cells["column t c", "2010", "missing"].count == 100
    assert cells["column t d", "2010", "missing"].count is None
    assert cells["column t d", "2010", "known"].count is None
    far = _raw({"known": 400, "missing": 100}, {"known": 410, "missing": 90})
    cells = protect_counts(far, (), load_policy("sail"), synthetic=True).cells
    assert cells["column t d", "2010", "missing"].count == 90


def test_what_can_be_added_up_is_held_against_the_other_columns_too() -> None:
    """9,496 of 10,000 valid leaves 504, and 500 of another column are missing: four are left, if these are the same."""
    first = {"valid": 9496, "unlisted": 4, "missing": 500}
    policy = load_policy("sail")
    for second in (
        {"valid": 9000, "special": 497, "unlisted": 3, "missing": 500},
        {"valid": 9000, "special": 300, "unlisted": 203, "missing": 497},  # 203 and 300 are 503
    ):
        cells = protect_counts(_raw(first, second), (), policy, synthetic=True).cells
        assert cells["column t c", "2010", "valid"].count == 9496
        assert {cells["column t d", "2010", state].count for state in second} == {None}
    far = {"valid": 9000, "special": 300, "unlisted": 186, "missing": 514}
    cells = protect_counts(_raw(first, far), (), policy, synthetic=True).cells
    assert {state: cells["column t d", "2010", state].count for state in far} == far


def test_over_half_of_the_rows_once_gave_a_small_count_away() -> None:
    """Forty rows, fifteen shown, more than half known: at most four are missing. Now nothing is said of such rows."""
    policy = load_policy("sail")
    cells = {
        "known": SafeCell(State.HIDDEN),
        "odd": SafeCell(State.SHOWN, 15),
        "missing": SafeCell(State.HIDDEN),
    }
    assert level_of(SafeCell(State.SHOWN, 40), cells, policy) is None
    one = _table(cells, 40, {"found": "known", "per_cent": 51})
    assert attack(one, policy) == ["t.c 2010: missing must be small"]
    assert attack(_table(cells, 40, None), policy) == []


def _table(cells: dict[str, SafeCell], total: int, most: dict[str, Any] | None) -> dict[str, Any]:
    def told(cell: SafeCell) -> dict[str, Any]:
        return {"state": "hidden"} if cell.count is None else {"state": "shown", "count": cell.count}

    rows = {"state": "shown", "count": total}
    year = {"rows": rows, "at_least": most, **{state: told(cell) for state, cell in cells.items()}}
    table = {
        "table": "t",
        "rows": {"2010": rows, "all": rows},
        "columns": [{"column": "c", "years": {"2010": year}}],
    }
    return {"tables": [{**table, "key": None}], "comparisons": []}


@pytest.mark.parametrize("total", range(20, 3000, 37))
@pytest.mark.parametrize("name", [*POLICIES, QUICK.name])
def test_what_is_said_leaves_every_hidden_state_its_room(total: int, name: str) -> None:
    """Whatever is shown beside: the attacker, who solves for each hidden state and each sum of them, finds nothing."""
    policy = QUICK if name == QUICK.name else load_policy(name)
    total = policy.printed(total)
    said = 0
    for shown in {0, policy.printed(total // 10), policy.printed(total // 3)}:
        cells = {
            "known": SafeCell(State.HIDDEN),
            "odd": SafeCell(State.HIDDEN),
            "missing": SafeCell(State.HIDDEN),
        }
        if shown >= policy.threshold:
            cells["other"] = SafeCell(State.SHOWN, shown)
        level = level_of(SafeCell(State.SHOWN, total), cells, policy)
        said += level is not None
        for state in ("known", "odd") if level else ():
            assert attack(_table(cells, total, {"found": state, "per_cent": level}), policy) == []
    assert said or total < 4 * policy.threshold + 10


def _one_hidden_alone(found: dict[str, Any]) -> None:
    year = found["tables"][0]["columns"][0]["years"]["2010"]
    year["missing"] = {"state": "hidden"}


def _small(found: dict[str, Any]) -> None:
    found["tables"][0]["columns"][0]["years"]["2010"]["missing"] = {"state": "shown", "count": 4}


def _near_columns(found: dict[str, Any]) -> None:
    column = copy.deepcopy(found["tables"][0]["columns"][0])
    column["column"] = "d"
    column["years"]["2010"]["known"]["count"] += 3
    column["years"]["2010"]["missing"]["count"] -= 3
    found["tables"][0]["columns"].append(column)


def _near_sums(found: dict[str, Any]) -> None:
    column = copy.deepcopy(found["tables"][0]["columns"][0])
    column["column"] = "d"
    column["years"]["2010"] |= {
        "known": {"state": "shown", "count": 340},
        "odd": {"state": "shown", "count": 63},
        "missing": {"state": "shown", "count": 97},
    }
    found["tables"][0]["columns"].append(column)


def _near_rest(found: dict[str, Any]) -> None:
    column = copy.deepcopy(found["tables"][0]["columns"][0])
    column["column"] = "d"
    year = column["years"]["2010"]
    year |= {
        "known": {"state": "shown", "count": 300},
        "odd": {"state": "hidden"},
        "missing": {"state": "hidden"},
    }
    found["tables"][0]["columns"].append(column)
    other = copy.deepcopy(column)
    other["column"] = "e"
    other["years"]["2010"] |= {
        "known": {"state": "hidden"},
        "odd": {"state": "hidden"},
        "missing": {"state": "shown", "count": 203},
    }
    found["tables"][0]["columns"].append(other)


def _hidden_year(found: dict[str, Any]) -> None:
    found["tables"][0]["rows"]["2011"] = {"state": "hidden"}
    found["tables"][0]["rows"]["all"] = {"state": "shown", "count": 504}


def _near_published(found: dict[str, Any]) -> None:
    counted = {"state": "shown", "count": 4321}
    year = {"year": "2010", "counted": counted, "difference": 3, "published": [{"value": 4318}]}
    found["comparisons"].append({"measure": "m", "years": [year]})


@pytest.mark.parametrize(
    "spoil",
    [_one_hidden_alone, _small, _near_columns, _near_sums, _near_rest, _hidden_year, _near_published],
)
def test_the_attacker_finds_what_is_wrong(spoil: Callable[[dict[str, Any]], None]) -> None:
    cells = {"known": SafeCell(State.SHOWN, 400), "missing": SafeCell(State.SHOWN, 100)}
    found = _table(cells, 500, None)
    assert attack(found, load_policy("sail")) == []
    spoil(found)
    assert attack(found, load_policy("sail"))


@pytest.mark.parametrize(("states", "totals"), [(2, range(6, 40)), (3, (12, 13, 14, 20)), (4, (12,))])
def test_one_who_knows_the_program_learns_nothing_from_what_is_said(states: int, totals: Any) -> None:
    """All tables there are with so many rows, with what is printed of each.

    Tables of which the same is printed cannot be told apart, even by one who can run this program. Where something is
    said of hidden counts, each of the others that can be small can be anything that the symbol stands for.
    """
    names = ("known", "odd", "wrong", "missing")[:states]
    said = 0
    for total in totals:
        alike: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
        for counts in product(range(total + 1), repeat=states):
            if sum(counts) == total:
                alike[_printed(dict(zip(names, counts, strict=True)), total)].append(counts)
        for (cells, most), tables in alike.items():
            if most is None:
                continue
            said += 1
            for place, name in enumerate(names):
                values = {counts[place] for counts in tables}
                if cells[place] is None and name != most.state and min(values) < SMALL.threshold:
                    assert set(range(SMALL.threshold)) <= values, (total, name, cells, most)
    assert said


def _printed(counts: dict[str, int], total: int) -> Any:
    block = Block("t", "column t c", "2010", _states("column t c", counts))
    try:
        raw = _raw(counts)
        safe = protect_counts(raw, (), SMALL, synthetic=True)
    except CannotProtect:
        return (None, None)
    cells = {state: safe.cells["column t c", "2010", state] for state in counts}
    assert safe.most.get(("column t c", "2010")) == most_of(block, SafeCell(State.SHOWN, total), cells, SMALL)
    return (tuple(cell.count for cell in cells.values()), safe.most.get(("column t c", "2010")))


def test_levels_fall() -> None:
    assert list(LEVELS) == sorted(LEVELS, reverse=True)
    assert ALL
