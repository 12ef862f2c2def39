"""From a study to its plan: tables in order, each with the steps that fill it."""

from __future__ import annotations

from collections.abc import Callable

from cohort.plan.codelists import list_tables
from cohort.plan.definitions import context_table, early_tables
from cohort.plan.following import follow_up_tables, member_columns
from cohort.plan.frames import OF_MEMBERS, POPULATION, WorkedOut, ordered, unit_type, work_out, work_out_step
from cohort.plan.fusing import fuse_rows, fuse_steps, show_lists
from cohort.plan.joining import join_facts
from cohort.plan.key_maps import share_key_maps
from cohort.plan.matching import flags_table, matched_tables
from cohort.plan.model import (
    JoinVariables,
    Plan,
    PlanStep,
    PlanTable,
    StartPopulation,
    StartUnits,
)
from cohort.plan.names import (
    ANALYSIS,
    FOLLOW_UP,
    INDEX_DATE,
    INDEX_DATES,
    MEMBERS,
    MEMBERS_FRAME,
    POPULATION_STEPS,
    UNIT_VALUES,
)
from cohort.plan.of_members import JoinMembers, ListMembers, MemberFrame
from cohort.plan.passes import share_values
from cohort.plan.pruning import prune_columns
from cohort.plan.reach import leave_out_of_reach
from cohort.plan.results import result_steps
from cohort.plan.staging import stage_events
from cohort.plan.views import mark_views
from cohort.query.study import Study, Variable
from cohort.query.values import Value, VariableValue, walk
from cohort.types import DATE

STUDY_PASSES: tuple[Callable[[Study], Study], ...] = (prune_columns, share_values)
"""Rewrites of the study before it is planned, in order; each gives the same results."""
PASSES: tuple[Callable[[Plan, Study], Plan], ...] = (
    join_facts,
    leave_out_of_reach,
    stage_events,
    share_key_maps,
    list_tables,
    mark_views,
)
"""Rewrites of the plan in order; each gives the same results."""


def build_plan(study: Study, *, fused: bool = False) -> Plan:
    """Return the plan of a study, after all passes; ``fused`` asks for aggregates over the same rows together."""
    rewritten = study
    for rewrite_study in (fuse_rows, *STUDY_PASSES) if fused else STUDY_PASSES:
        rewritten = rewrite_study(rewritten)
    plan = _first_plan(rewritten, study.variables)
    for rewrite in (fuse_steps, *PASSES, show_lists) if fused else PASSES:
        plan = rewrite(plan, rewritten)
    return plan


def _first_plan(study: Study, listed: tuple[Variable, ...]) -> Plan:
    tables = [context_table(context) for context in study.context]
    tables += _early(study)
    of_units, given = _unit_values(study)
    tables += [*of_units, _index_dates(study, given)]
    if study.peers is None:
        before, worked = _in_order_of_steps(study, given)
        tables += before
    else:
        matched, worked = matched_tables(study, study.peers, given)
        tables += matched
    tables += [*follow_up_tables(study, worked), _analysis(study, worked, listed)]
    return Plan(
        study.id,
        study.title,
        study.spec_file,
        study.spec_hash,
        study.unit,
        unit_type(study),
        tuple(tables),
        tuple(result_steps(study, worked)),
    )


def _early(study: Study) -> list[PlanTable]:
    """The tables of what does not depend on any entry, each after what it needs."""
    early = {d.name: d for d in study.definitions if not d.per_entry}

    def needs(name: str) -> list[str]:
        return [other for other in early if other in early[name].uses]

    tables = [table for name in ordered(early, needs) for table in early_tables(early[name])]
    late = [d for d in study.definitions if d.per_entry]
    return tables + [table for definition in late for table in early_tables(definition)]


def _unit_values(study: Study) -> tuple[list[PlanTable], dict[str, str]]:
    """The table of variables that the index date is worked out from, if there are any, and where they lead to."""

    def needs(name: str) -> list[str]:
        return _variables_in(study.variable[name].value)

    names = ordered(_variables_in(study.population.index_date), needs)
    if not names:
        return [], {}
    unit, units = (study.unit, unit_type(study)), f"{UNIT_VALUES}_units"
    origin = study.population.origin
    start = StartUnits(study.by_name[study.population.start].named)
    columns = tuple((name, study.variable[name].type) for name in names)
    steps = [PlanStep(units, f"each {study.unit} that may enter", "", origin, start)]
    steps += [work_out_step(study.variable[name]) for name in names]
    words = "what the index date is worked out from"
    steps.append(PlanStep(UNIT_VALUES, words, "", origin, JoinVariables(columns)))
    table = PlanTable(UNIT_VALUES, (unit, *columns), study.unit, tuple(steps), frame=units)
    return [table], dict.fromkeys(names, UNIT_VALUES)


def _variables_in(value: Value) -> list[str]:
    return list(dict.fromkeys(part.name for part in walk(value) if isinstance(part, VariableValue)))


def _index_dates(study: Study, given: dict[str, str]) -> PlanTable:
    population = study.population
    start = study.by_name[population.start].named
    step = PlanStep(
        INDEX_DATES,
        f"each {study.unit} that may enter, with the index date",
        "",
        population.origin,
        StartPopulation(start, population.index_date, population.many),
    )
    columns = ((study.unit, unit_type(study)), (INDEX_DATE, DATE))
    return PlanTable(INDEX_DATES, columns, study.unit, (step,), tuple(given.items()))


def _in_order_of_steps(study: Study, given: dict[str, str]) -> tuple[list[PlanTable], WorkedOut]:
    """Return the tables from the entries to all variables of those that pass, and the latter.

    Few entries may pass the steps: what they do not need is worked out for these few only.
    """
    steps, origin = study.population.steps, study.population.origin
    first = work_out(study, POPULATION, study.variables, [step.keep for step in steps], given)
    flags = flags_table(study, first, POPULATION_STEPS, steps, origin)
    words = "the entries that pass every step"
    members = PlanStep(MEMBERS, words, "", origin, ListMembers(POPULATION_STEPS))
    frame = PlanStep(
        MEMBERS_FRAME,
        "what is worked out for each of these entries begins here",
        "",
        origin,
        MemberFrame(MEMBERS),
    )
    made = {table.name for table in first.tables}
    known = {**first.reads, **{d.name: d.name for d in study.definitions if d.per_entry and d.name in made}}
    worked = work_out(study, OF_MEMBERS, study.variables, None, known)
    columns = member_columns(study)
    tables = [
        *first.tables,
        flags,
        PlanTable(MEMBERS, columns, study.unit, (members,)),
        PlanTable(MEMBERS_FRAME, columns, study.unit, (frame,)),
        *worked.tables,
    ]
    return tables, worked


def _analysis(study: Study, worked: WorkedOut, listed: tuple[Variable, ...]) -> PlanTable:
    variables = tuple((v.name, v.type) for v in listed)
    followed = FOLLOW_UP if study.follow_up is not None else None
    words = "cases and peers" if study.peers is not None else "the entries of the cohort"
    words += " with at least one day of follow-up" if followed else ""
    words += ", with all variables"
    relation = JoinMembers(MEMBERS, worked.frame.entries, followed, variables)
    step = PlanStep(ANALYSIS, words, "", study.population.origin, relation)
    return PlanTable(ANALYSIS, (*member_columns(study), *variables), study.unit, (step,))
