"""The shape of a plan: what is restricted to the units and codes that are asked for, and what may be a view."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cohort.pipeline import check_file
from cohort.plan.build import build_plan
from cohort.plan.codelists import LONG
from cohort.plan.model import OfFrame, Plan, PlanTable
from cohort.plan.pruning import prune_columns
from cohort.plan.reads import reads_of_rows
from cohort.plan.views import DEEPEST, TIDIED, _only_tidied, _times
from cohort.plan.wanted import any_of, filter_of, on_columns, renamed
from cohort.query.calls import StartsWith
from cohort.query.rows import Add, KeepOne, PairUnits, TableRows, Where
from cohort.query.study import AttritionOutput
from cohort.query.summaries import RowsOf, Summary
from cohort.query.values import And, Column, Compare, InSet, Literal, Or
from cohort.sql.compile import compile_steps
from cohort.sql.model import DialectName, NamedBinding, Script
from cohort.types import WHOLE, Kind, ValueType
from tests.properties.study_strategies import EVENTS
from tests.properties.tables import UNIT
from tests.sql.studies import full_study

SPECS = Path(__file__).parents[2] / "specs"
STUDIES = ("care_leavers_self_harm", "crcs_substance_misuse_injury", "first_care_entry_gcse")
TEXT = ValueType(Kind.CODE, length=8)
CODE, OTHER = Column("code", TEXT), Column("other", TEXT)


def members(*codes: str, column: Column = CODE) -> InSet:
    return InSet(column, tuple(Literal(code, TEXT) for code in codes))


def plan_of(name: str) -> Plan:
    study = check_file(SPECS / f"{name}.yaml").study
    assert study is not None
    return build_plan(study)


def table(plan: Plan, name: str) -> PlanTable:
    return next(table for table in plan.tables if table.name == name)


def script_of(plan: Plan) -> Script:
    held = {
        node.relation.table
        for table in plan.tables
        for node in table.steps
        if isinstance(node.relation, TableRows)
    }
    names = NamedBinding("shape", {name: f"HELD_{name.upper()}" for name in sorted(held)})
    return compile_steps(plan, DialectName.DUCKDB, names)


def test_a_filter_is_what_drops_rows_by_codes_alone() -> None:
    dated = Compare("=", OTHER, Literal("x", TEXT))
    assert filter_of(And((members("a"), dated))) == (members("a"),)
    assert filter_of(Or((members("a"), dated))) == ()
    assert filter_of(None) == ()
    kept = filter_of(And((members("a"), members("b", column=OTHER))))
    assert on_columns(kept, ["other"]) == (members("b", column=OTHER),)
    assert renamed(kept, {"code": "held"})[0] == members("a", column=Column("held", TEXT))


def test_filters_on_one_column_become_one_condition_and_one_reader_of_all_makes_none() -> None:
    begins = StartsWith(CODE, ("c",))
    assert any_of([(members("a", "b"),), (members("b", "d"),)]) == members("a", "b", "d")
    assert any_of([(members("a"),), (begins,)]) == Or((members("a"), begins))
    assert any_of([(members("a"),), (members("b", column=OTHER),)]) == Or(
        (members("a"), members("b", column=OTHER))
    )
    assert any_of([(members("a"),), ()]) is None


def test_events_are_restricted_to_units_and_codes_where_they_are_read() -> None:
    plan = plan_of("care_leavers_self_harm")
    first = table(plan, "gp_events_2_accepted_links")
    restricted = next(step.relation for step in first.steps if isinstance(step.relation, OfFrame))
    assert restricted.unit == "alf"
    assert isinstance(restricted.keep, StartsWith)
    names = [table.name for table in plan.tables]
    assert names.index("index_dates") < names.index("gp_events_2_accepted_links")
    # Who the population is comes from these rows, so they are those of everybody.
    assert names.index("care_episodes") < names.index("index_dates")


def test_what_is_read_for_candidates_is_restricted_to_the_population_and_the_pool() -> None:
    plan = plan_of("crcs_substance_misuse_injury")
    names = [table.name for table in plan.tables]
    first = table(plan, "residence_2_rows_with_keys")
    restricted = next(step.relation for step in first.steps if isinstance(step.relation, OfFrame))
    assert (restricted.unit, first.frame) == ("alf", "candidate_units")
    order = ("index_dates", "school_census", "candidate_units", "home_in_wales", "entries", "candidates")
    assert [name for name in names if name in order] == list(order)


def test_steps_of_the_pool_are_worked_out_for_those_who_are_like_a_case_unless_all_are_counted() -> None:
    plan = plan_of("crcs_substance_misuse_injury")
    assert table(plan, "candidate_steps").frame == "candidate_alike"
    study = check_file(SPECS / "crcs_substance_misuse_injury.yaml").study
    assert study is not None
    flow = AttritionOutput("flow_of_peers", "Flow", study.population.origin, of_peers=True)
    counted = build_plan(replace(study, outputs=(*study.outputs, flow)))
    assert table(counted, "candidate_steps").frame == "candidates"
    assert "candidate_alike" not in {table.name for table in counted.tables}


@pytest.mark.parametrize("name", STUDIES)
def test_a_view_is_read_once_in_the_text_or_twice_where_rows_are_only_tidied_up(name: str) -> None:
    plan = plan_of(name)
    tidied = _only_tidied(plan)
    script = script_of(plan)
    views = [table.name for table in plan.tables if table.read_once]
    assert views
    text = "\n".join(re.sub(r"--.*", "", statement.text) for statement in script.statements)
    for view in views:
        found = re.findall(rf"(?:FROM|JOIN) {script.tables[view]}\b", text)
        assert len(found) <= (TIDIED if view in tidied else 1), view


def test_rows_chosen_by_a_codelist_are_not_looked_for_twice() -> None:
    """Nearly all January returns are kept, so they are read again; events of a few codes are looked for once."""
    plan = plan_of("care_leavers_self_harm")
    tidied = _only_tidied(plan)
    assert "care_persons_routine_2_rows_with_keys" in tidied
    assert "gp_events" not in tidied
    assert "people" not in tidied


def test_views_of_a_study_with_everything_are_read_once_in_the_text() -> None:
    plan = build_plan(full_study())
    script = script_of(plan)
    text = "\n".join(re.sub(r"--.*", "", statement.text) for statement in script.statements)
    tidied = _only_tidied(plan)
    for view in (table.name for table in plan.tables if table.read_once):
        most = TIDIED if view in tidied else 1
        assert len(re.findall(rf"(?:FROM|JOIN) {script.tables[view]}\b", text)) <= most, view


@pytest.mark.parametrize("name", STUDIES)
def test_chains_of_views_end(name: str) -> None:
    longest = 0
    for found in plan_of(name).tables:
        longest = longest + 1 if found.read_once else 0
        assert longest <= 3 * DEEPEST


def test_columns_that_nothing_names_are_not_worked_out() -> None:
    study = check_file(SPECS / "crcs_substance_misuse_injury.yaml").study
    assert study is not None
    pruned = prune_columns(study)
    assert "special_needs" in study.by_name["school_census"].rows.shape.types
    assert "special_needs" not in pruned.by_name["school_census"].rows.shape.types
    assert "free_school_meals" in pruned.by_name["school_census"].rows.shape.types
    assert prune_columns(pruned) == pruned


def test_long_lists_are_tables_and_stand_once_in_the_text(tmp_path: Path) -> None:
    plan = plan_of("crcs_substance_misuse_injury")
    assert all(len(codes) >= LONG for codes, _ in plan.lists)
    plan = plan_of("care_leavers_self_harm")
    assert {name for _, name in plan.lists} == {"list_of_codelists_placement_groups_group"}
    text = script_of(plan).text
    assert text.count("'kinship foster care'") >= 1
    assert any(isinstance(step.relation, Where) for found in plan.tables for step in found.steps)


def test_rows_are_left_out_only_together_with_those_they_are_compared_with() -> None:
    """A choice among the rows of a place needs those of everybody there, and all their codes."""
    kept = (members("a", column=EVENTS.shape.column("status")),)
    per_unit = KeepOne(EVENTS, False, "start_date", (UNIT, "status"))
    per_place = KeepOne(EVENTS, False, "start_date", ("place",))
    plain = KeepOne(EVENTS, False, "start_date", (UNIT,))
    found = [next(reads_of_rows(rows, UNIT, kept, UNIT)) for rows in (per_unit, per_place, plain)]
    assert [(read.unit, read.kept) for read in found] == [(UNIT, kept), (None, ()), (UNIT, ())]
    pairs = PairUnits(EVENTS, "place")
    assert all(read.unit is None for read in reads_of_rows(pairs, UNIT, (), UNIT))


def test_rows_that_are_looked_up_for_themselves_are_no_view() -> None:
    """What rows are looked up for is selected from them first, so that they are read twice."""
    own = Summary("count", RowsOf("events_of_child", False, EVENTS.shape.order), None, None, None, WHOLE)
    assert _times(Add(EVENTS, (("number_of", own),)))["events_of_child"] > 1
    assert _times(Where(EVENTS, members("a", column=EVENTS.shape.column("status")))) == {"events_of_child": 1}
