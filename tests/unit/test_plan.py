"""The plan of a study: what is worked out when, for whom, and how often."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cohort.plan.build import build_plan
from cohort.plan.frames import MOST_TOGETHER, ordered
from cohort.plan.model import EntryValues, JoinVariables, OfFrame, Plan, PlanTable, WorkOut
from cohort.plan.names import ENTRIES, INDEX_DATES, MEMBER_ENTRIES
from cohort.query.rows import Add, ForEachEntry, KeepOne, NamedRows, OfRelated, PairUnits, Rows, Where
from cohort.query.study import Definition, NamedStep, Study, Variable
from cohort.query.values import Arithmetic, Compare, Fact, IndexDate, Literal, Value, VariableValue, walk
from cohort.types import DATE, WHOLE
from tests.properties.harness import HERE
from tests.properties.member_strategies import COUNT, ROWS, VARIABLES
from tests.properties.study_strategies import EVENTS, base_study
from tests.properties.tables import UNIT
from tests.sql.studies import full_study


def table(plan: Plan, name: str) -> PlanTable:
    return next(table for table in plan.tables if table.name == name)


def place(plan: Plan, name: str) -> int:
    return [table.name for table in plan.tables].index(name)


def worked_out(plan: Plan) -> list[tuple[str, str]]:
    """Return table and variable of each value that is worked out for entries."""
    found: list[tuple[str, str]] = []
    for table in plan.tables:
        for step in table.steps:
            match step.relation:
                case WorkOut(name=name):
                    found.append((table.name, name))
                case EntryValues(values=values):
                    joined = [name for name, value in values if not isinstance(value, VariableValue)]
                    found += [(table.name, name) for name in joined]
                case _:
                    pass
    return found


def study_with(*variables: tuple[str, Value], rows: tuple[tuple[str, Rows], ...] = ()) -> Study:
    return base_study(variables=variables, further=rows)


def test_long_chains_are_ordered_without_recursion() -> None:
    order = ordered([5000], lambda number: [number - 1] if number else [])
    assert order == list(range(5001))


def test_a_circle_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="needs itself"):
        ordered(["a"], lambda name: ["b" if name == "a" else "a"])


def test_rows_come_after_the_variables_that_they_need_and_before_those_that_need_them() -> None:
    plan = build_plan(study_with(*VARIABLES, rows=ROWS))
    # `near_score` looks at `soon`; `events_near` counts its rows.
    near = "member_rows_near_score"
    assert place(plan, "member_values_1") < place(plan, near) < place(plan, MEMBER_ENTRIES)
    assert dict(table(plan, near).reads)["soon"] == "member_values_1"
    assert ("member_values_1", "soon") in worked_out(plan)
    (counted,) = (name for name, variable in worked_out(plan) if variable == "events_near")
    assert place(plan, near) < place(plan, counted) <= place(plan, MEMBER_ENTRIES)
    # Each is worked out once, and the table of the members holds all.
    names = [name for _, name in worked_out(plan)]
    assert len(names) == len(set(names))
    assert {"soon", "events_near"} <= {name for name, _ in table(plan, MEMBER_ENTRIES).columns}


def test_what_the_steps_need_is_worked_out_for_all_and_the_rest_for_those_who_pass() -> None:
    study = study_with(*VARIABLES, rows=ROWS)
    keep = Compare(">", VariableValue("events_near", WHOLE), Literal(0, WHOLE))
    step = replace(full_study().population.steps[1], keep=keep)
    plan = build_plan(replace(study, population=replace(study.population, steps=(step,))))
    assert ("values_1_of_population", "soon") in worked_out(plan)
    assert (ENTRIES, "events_near") in worked_out(plan)
    assert place(plan, "near_score") < place(plan, "population_steps") < place(plan, "members_frame")
    later = {name for table, name in worked_out(plan) if table.startswith("member_")}
    assert later
    assert not later & {"soon", "events_near"}
    # Rows that the steps needed are not made again.
    assert all(table.name != "member_rows_near_score" for table in plan.tables)
    assert dict(table(plan, "members_frame").reads) == {}


def test_many_variables_are_worked_out_in_several_tables() -> None:
    number = 3 * MOST_TOGETHER
    plan = build_plan(study_with(*((f"v_{n}", Literal(n, WHOLE)) for n in range(number))))
    sizes = [len(table.steps) for table in plan.tables if isinstance(table.steps[-1].relation, JoinVariables)]
    assert max(sizes) <= MOST_TOGETHER + 1
    assert {f"v_{n}" for n in range(number)} <= {name for name, _ in table(plan, MEMBER_ENTRIES).columns}


def test_a_thousand_variables_in_a_chain_are_planned() -> None:
    chain: list[tuple[str, Value]] = [("v_0", Literal(0, WHOLE))]
    for n in range(1, 1000):
        before = VariableValue(f"v_{n - 1}", WHOLE)
        chain.append((f"v_{n}", Arithmetic("+", before, Literal(1, WHOLE))))
    plan = build_plan(study_with(*reversed(chain)))
    names = [name for _, name in worked_out(plan) if name.startswith("v_")]
    assert names == [name for name, _ in chain]


def test_a_shared_summary_is_worked_out_once() -> None:
    more = Arithmetic("+", COUNT, Literal(1, WHOLE))
    study = study_with(("one", COUNT), ("other", more))
    keep = replace(full_study().population.steps[1], keep=Compare(">", COUNT, Literal(0, WHOLE)))
    study = replace(study, population=replace(study.population, steps=(keep,)))
    plan = build_plan(study)
    values = [
        value
        for table in plan.tables
        for step in table.steps
        for top in _values(step.relation)
        for value in walk(top)
        if value == COUNT
    ]
    assert len(values) == 1
    # The variables of the study are all that the cohort's table holds.
    assert [name for name, _ in table(plan, "analysis").columns[2:]] == [v.name for v in study.variables]


def test_what_occurs_once_is_not_shared() -> None:
    plan = build_plan(study_with(("one", COUNT)))
    assert not any("shared" in name for _, name in worked_out(plan))


def test_a_name_of_the_study_is_not_taken_for_a_shared_value() -> None:
    study = study_with(("shared_1", COUNT), ("other", Arithmetic("+", COUNT, Literal(1, WHOLE))))
    names = [name for _, name in worked_out(build_plan(study))]
    assert len(names) == len(set(names))
    assert "shared_2" in names


def _values(relation: object) -> list[Value]:
    match relation:
        case WorkOut():
            return [relation.value]
        case _:
            return [value for _, value in getattr(relation, "steps", ())]


def test_rows_of_the_population_are_staged_once() -> None:
    plan = build_plan(study_with(*VARIABLES, rows=ROWS))
    staged = "member_rows_events_of_child"
    assert place(plan, "members_frame") < place(plan, staged) < place(plan, "member_rows_events_after")
    of_members = [t for t in plan.tables if t.frame == "members_frame" and t.name != staged]
    assert {dict(t.reads).get("events_of_child", staged) for t in of_members} == {staged}
    after = table(plan, "member_rows_events_after")
    assert after.steps[0].relation == ForEachEntry(EVENTS)
    assert dict(after.reads)["events_of_child"] == staged


def test_rows_of_related_units_are_never_staged() -> None:
    """Brothers and sisters need not be in the population."""
    pairs = PairUnits(EVENTS, "place")
    related = OfRelated(EVENTS, NamedRows("pairs", pairs.shape), "related")
    later = Where(ForEachEntry(related), Compare(">", related.shape.column("start_date"), IndexDate()))
    plan = build_plan(study_with(rows=(("pairs", pairs), ("related_events", later))))
    (early,) = [t for t in plan.tables if t.name.startswith("related_events_")]
    everybody, restricted = (step.relation for step in early.steps)
    assert isinstance(everybody, OfRelated)
    assert everybody.rows == NamedRows("events_of_child", EVENTS.shape)
    assert "events_of_child" not in dict(early.reads)
    # Only then are the rows restricted to those whose brothers and sisters they are.
    assert isinstance(restricted, OfFrame)
    assert restricted.unit == UNIT
    assert place(plan, "events_of_child") < place(plan, "members_frame") < place(plan, early.name)
    late = table(plan, "member_rows_related_events").steps[0].relation
    assert late == ForEachEntry(NamedRows(early.name, related.shape))


def test_what_does_not_depend_on_the_index_date_is_worked_out_once_for_the_population() -> None:
    first = KeepOne(EVENTS, False, "start_date", (UNIT,))
    added = Add(ForEachEntry(first), (("when", IndexDate()),))
    stages = (
        NamedStep("from", EVENTS, "", HERE),
        NamedStep("first", first, "", HERE),
        NamedStep("added", added, "", HERE),
    )
    study = base_study()
    own = Definition("own", stages, False, "", HERE)
    plan = build_plan(replace(study, definitions=(*study.definitions, own)))
    assert place(plan, "members_frame") < place(plan, "own_2_first") < place(plan, "member_rows_own")
    assert dict(table(plan, "own_2_first").reads)["events_of_child"] == "member_rows_events_of_child"


def test_each_frame_has_tables_of_its_own() -> None:
    plan = build_plan(full_study())
    for name, frame, entries in (
        ("events_after", "index_dates", "entries"),
        ("candidate_key_rows_events_after", "candidate_passed", "candidate_list"),
        ("member_rows_events_after", "members_frame", "member_entries"),
    ):
        found = table(plan, name)
        assert found.frame == frame
        assert place(plan, frame) < place(plan, name) < place(plan, entries)
    reads = dict(table(plan, "member_rows_first_after").reads)
    assert reads["events_after"] == "member_rows_events_after"
    # Neither steps nor matching need what only the tables are about.
    assert "days_covered" not in {name for name, _ in table(plan, ENTRIES).columns}
    assert "days_covered" in {name for name, _ in table(plan, "member_entries").columns}
    assert all(result.frame == "members_frame" for result in plan.results)


def test_the_index_date_may_rest_on_variables_of_the_person() -> None:
    born = Variable("born", "Born", Fact("person", "birth", DATE), (), HERE)
    study = base_study(variables=(("born", born.value),), index=VariableValue("born", DATE, of_person=True))
    plan = build_plan(study)
    assert place(plan, "unit_values") < place(plan, INDEX_DATES)
    assert ("unit_values", "born") in worked_out(plan)
    assert (ENTRIES, "born") not in worked_out(plan)
    assert dict(table(plan, ENTRIES).reads)["born"] == "unit_values"


def test_definitions_in_any_order_are_planned_in_theirs() -> None:
    study = base_study(further=ROWS)
    turned = replace(study, definitions=tuple(reversed(study.definitions)))
    plan = build_plan(turned)
    assert place(plan, "links") < place(plan, "events_of_child") < place(plan, "covered_time")
    assert place(plan, "member_rows_events_after") < place(plan, "member_rows_first_after")
