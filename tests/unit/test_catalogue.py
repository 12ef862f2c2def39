"""The catalogue's data files: complete, with sources and confidence, and every preparation resolves."""

from __future__ import annotations

import datetime
import re

import pytest

from cohort.catalogue import load_catalogue, shipped_binding
from cohort.diagnostics.model import Severity
from cohort.pipeline import check_text
from cohort.types.reserved import RESERVED

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("name", sorted(CATALOGUE.tables))
def test_every_table_says_what_it_is(name: str) -> None:
    table = CATALOGUE.tables[name]
    columns = {column.name for column in table.columns}
    assert set(table.key) <= columns
    assert table.returned is None or table.returned in columns
    assert table.physical_confidence in ("certain", "likely", "guess")
    assert table.source
    for column in table.columns:
        assert column.label, column.name
        assert column.confidence in ("certain", "likely", "guess"), column.name
        assert column.sensitivity in ("identifier", "special", "personal", "area", "low"), column.name
        assert column.type.code_list is None or column.type.code_list in CATALOGUE.code_lists
        longest = (
            max(map(len, CATALOGUE.code_lists[column.type.code_list].codes)) if column.type.code_list else 0
        )
        assert column.type.length is None or longest <= column.type.length, column.name


@pytest.mark.parametrize("binding", ["synthetic", "sail9999"])
def test_every_binding_names_every_table(binding: str) -> None:
    names = shipped_binding(binding)
    assert set(names.tables) == set(CATALOGUE.tables)
    for table in CATALOGUE.tables.values():
        assert names.table(table.name).rpartition(".")[2].startswith(table.physical)


def test_the_code_lists_are_whole() -> None:
    assert {name: len(found.codes) for name, found in CATALOGUE.code_lists.items()} == {
        "law_type": 2,
        "final_outcome": 2,
        "sen_provision": 5,
        "education_authority": 22,
        "school_type": 13,
        "exclusion_category": 3,
        "exclusion_reason": 15,
        "key_stage_1_subject": 5,
        "key_stage_2_subject": 6,
        "key_stage_3_subject": 6,
        "foundation_phase_area": 5,
        "reason_started": 4,
        "reason_finished": 15,
        "legal_status": 13,
        "placement_type": 33,
        "category_of_need": 9,
        "care_ethnicity": 21,
        "local_authority": 22,
        "sex": 2,
        "disability": 3,
        "match_status": 5,
        "alf_source": 7,
        "birth_outcome": 2,
        "recorded_sex": 4,
        "smoking_of_mother": 6,
        "examination_result": 6,
        "reason_not_examined": 6,
        "birth_weight_class": 6,
        "deprivation_quintile": 5,
    }


@pytest.mark.parametrize("name", sorted(CATALOGUE.prepared))
def test_every_prepared_source_names_what_exists(name: str) -> None:
    prepared = CATALOGUE.prepared[name]
    assert set(prepared.union or [prepared.start]) <= set(CATALOGUE.tables) | set(CATALOGUE.prepared)
    assert set(prepared.units) <= set(CATALOGUE.units)
    assert {step.only_for for step in prepared.steps} <= set(CATALOGUE.units) | {None}
    ids = [step.id for step in prepared.steps]
    assert len(ids) == len(set(ids))
    assert all(step.words and step.why.endswith(".") for step in prepared.steps)


def test_only_sources_in_use_are_prepared() -> None:
    """Rows that no study can name serve other rows, or a relation."""
    texts = " ".join(str(step.operation) for found in CATALOGUE.prepared.values() for step in found.steps)
    served = {relation.rows for relation in CATALOGUE.relations.values()}
    served |= {part for found in CATALOGUE.prepared.values() for part in (*found.union, found.start)}
    for name, prepared in CATALOGUE.prepared.items():
        assert prepared.offered or name in served or re.search(rf"\b{name}\b", texts), name


def test_no_name_is_a_word_that_databases_reserve() -> None:
    names = {*CATALOGUE.prepared, *CATALOGUE.relations}
    names |= {column.name for table in CATALOGUE.tables.values() for column in table.columns}
    names |= {name for prepared in CATALOGUE.prepared.values() for name in prepared.spell or ()}
    assert names & RESERVED == set()


def test_deaths_and_first_days_are_known() -> None:
    death = {
        f"{table.name}.{column.name}"
        for table in CATALOGUE.tables.values()
        for column in table.columns
        if column.means_death
    }
    assert death == {"wdsd_persons.death_date", "adde_deaths.death_date"}
    assert CATALOGUE.tables["eduw_pupils"].first_day == datetime.date(2004, 1, 2)
    assert CATALOGUE.tables["lacw_episodes"].first_return == 200304
    assert CATALOGUE.tables["crcs_children"].first_return == 201617


_ORDER = {
    "attendance": "school_year",
    "birth_cohort": "week_of_birth",
    "births": "week_of_birth",
    "care_episodes": "start_date",
    "care_years": "year_code",
    "child_links": "week_of_birth",
    "child_links_routine": "week_of_birth",
    "children": "week_of_birth",
    "cinw": "census_date",
    "court_applications": "issue_date",
    "court_outcomes": "hearing_date",
    "crcs": "census_date",
    "deaths": "death_date",
    "exclusions": "school_year",
    "foundation_phase": "school_year",
    "gp_events": "event_date",
    "gp_registrations": "start_date",
    "homes": "start_date",
    "hospital_admissions": "admission_date",
    "hospital_diagnoses": "admission_date",
    "key_stage_1": "school_year",
    "key_stage_2": "school_year",
    "key_stage_3": "school_year",
    "ks4_attainment": "exam_year",
    "mother_links": "week_of_birth",
    "people": "week_of_birth",
    "pupil_links": "week_of_birth",
    "residence": "start_date",
    "school_census": "census_date",
    "days_in_hospital": "stay_start",
    "emergency_attendances": "arrival_date",
    "gp_data_periods": "start_date",
    "gp_numbered_events": "event_date",
    "gp_practice_registrations": "start_date",
    "hospital_episodes": "episode_start",
    "hospital_operations": "procedure_date",
    "hospital_stay_diagnoses": "stay_start",
    "hospital_stays": "stay_start",
    "maternity_births": "birth_date",
    "outpatient_appointments": "attendance_date",
    "outpatient_diagnoses": "attendance_date",
    "pregnancy_assessments": "assessment_date",
    "recorded_addresses": "start_date",
    "recorded_registrations": "start_date",
    "registered_births": "week_of_birth",
    "registered_residence": "start_date",
    "small_areas": "start_date",
    "child_links_crcs": "week_of_birth",
    "child_links_cinw": "week_of_birth",
    "court_people": "week_of_birth",
    "people_as_recorded": "week_of_birth",
    "school_records": "census_date",
}
"""A column to keep one row by, for each source that studies can name."""
_BIRTHS = {"child": "children", "person": "people"}


def _problems(unit: str, source: str, of: str = "", *more: str) -> list[str]:
    """The problems of a small study over one source: its preparation is typed like everything else."""
    sources = dict.fromkeys((source, _BIRTHS[unit], *more))
    text = f"""
cohort_spec: 1
study:
  id: small
  title: Small
  question: Does it resolve?
  unit: {unit}
  data_from: 2017-04-01
  data_until: 2021-03-31
linkage:
  accept_status: [1, 4, 39]
  derived_alf: [EDUW]
  why: To try it
sources:
{"".join(f"  {name}: To try it{chr(10)}" for name in sources)}
definitions:
  one_row:
    from: {source}
{of}
    keep_first: {_ORDER[source]}
population:
  from: one_row
  index_date: {_BIRTHS[unit]}.week_of_birth
  steps:
    - id: known
      keep: index_date is not missing
outputs:
  flow:
    attrition: population
disclosure: sail
"""
    return [f"{item.rule.code} {item.headline}" for item in check_text(text).of(Severity.ERROR)]


@pytest.mark.parametrize(
    ("name", "unit"),
    sorted(
        (prepared.name, unit)
        for prepared in CATALOGUE.prepared.values()
        for unit in CATALOGUE.units
        if prepared.offered and unit in (prepared.units or CATALOGUE.units)
    ),
)
def test_every_offered_source_resolves_for_each_of_its_units(name: str, unit: str) -> None:
    assert _problems(unit, name) == []


@pytest.mark.parametrize("relation", sorted(CATALOGUE.relations))
def test_every_relation_resolves(relation: str) -> None:
    assert CATALOGUE.relations[relation].label
    needed = {"siblings": "births", "household": "homes", "same_pupil_number": "care_years"}[relation]
    unit = "child" if relation == "same_pupil_number" else "person"
    assert _problems(unit, "care_episodes", f"    of: {relation}", needed) == []
    missed = f"NAM109 `{needed}` is used but not declared under `sources`."
    assert _problems(unit, "care_episodes", f"    of: {relation}") == [missed]
