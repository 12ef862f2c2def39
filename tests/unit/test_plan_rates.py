"""What tables of rates are made from, and that no table of a plan is made for nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cohort.pipeline import check_file
from cohort.plan.build import build_plan
from cohort.plan.model import Plan
from cohort.plan.names import ANALYSIS
from cohort.plan.of_results import CountRates
from tests.unit.test_plan_shape import script_of

ROOT = Path(__file__).parents[2]
STUDIES = (
    *(
        f"specs/{name}"
        for name in ("care_leavers_self_harm", "crcs_substance_misuse_injury", "first_care_entry_gcse")
    ),
    *(f"benchmarks/specs/{name}" for name in ("five_rules", "many_variables_60", "rates_by_month")),
)


def plan_of(name: str) -> Plan:
    study = check_file(ROOT / f"{name}.yaml").study
    assert study is not None
    return build_plan(study)


def time_of_rates(name: str) -> dict[str, str]:
    """Return for each table of rates the table of time that it reads."""
    relations = (result.step.relation for result in plan_of(name).results)
    return {r.table: r.time for r in relations if isinstance(r, CountRates)}


def test_rates_are_made_from_time_that_is_cut_as_far_as_they_need() -> None:
    assert time_of_rates("benchmarks/specs/rates_by_month") == {"rates": "member_time"}
    assert set(time_of_rates("specs/care_leavers_self_harm").values()) == {"member_time"}
    assert set(time_of_rates("specs/crcs_substance_misuse_injury").values()) == {"follow_up"}


def test_held_rows_are_looked_through_for_codes_before_anything_else() -> None:
    tables = {table.name: table for table in plan_of("benchmarks/specs/five_rules").tables}
    assert not tables["gp_events_1_as_held"].read_once
    assert tables["gp_events_2_accepted_links"].read_once


@pytest.mark.parametrize("name", STUDIES)
def test_every_table_is_read(name: str) -> None:
    plan = plan_of(name)
    script = script_of(plan)
    text = "\n".join(re.sub(r"--.*", "", statement.text) for statement in script.statements)
    unread = {t.name for t in plan.tables if not re.search(rf"(?:FROM|JOIN) {script.tables[t.name]}\b", text)}
    # Whoever keeps the analysis table reads it.
    assert unread <= {ANALYSIS}
