"""Limits that preparation sees to: small studies that it frees of them, and the ones that take the data as recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort import pipeline
from cohort.catalogue.caveats import load_limits
from cohort.caveats import judge, profile_of
from cohort.caveats.judge import Found
from cohort.source import Source

LIMITS = {limit.id: limit for limit in load_limits()}
CARE = ("care_episodes", "first_episode: {from: care_episodes, keep_first: start_date}", "start_date")
PEOPLE = ("people", "first_row: {from: people, keep_first: week_of_birth}", "week_of_birth")


def small_study(unit: str, used: str, condition: str, *, derived: str = "false") -> str:
    """Return a study of children or people, of whom those stay for whom a condition of a further source is true."""
    start, first, day = CARE if unit == "child" else PEOPLE
    lines = [
        "cohort_spec: 1",
        "study:",
        "  id: small",
        "  title: Small",
        "  question: Is anything there?",
        f"  unit: {unit}",
        "  data_from: 2005-04-01",
        "  data_until: 2015-03-31",
        *(
            [f"linkage: {{accept_status: [1, 4, 39], derived_alf: {derived}, why: to try}}"]
            if unit == "person"
            else []
        ),
        "sources:",
        *(f"  {name}: rows" for name in dict.fromkeys((start, *used.split()))),
        f"definitions:\n  {first}",
        f"population:\n  from: {first.partition(':')[0]}",
        f"  index_date: {first.partition(':')[0]}.{day}",
        "  steps:",
        f"    - {{id: chosen, keep: '{condition}'}}",
        "outputs:\n  flow: {attrition: population}",
        "disclosure: sail",
    ]
    return "\n".join(lines) + "\n"


def found_in(text: str) -> Found:
    checked = pipeline.check_source(Source("small.yaml", text), Path())
    assert checked.study is not None, [item.headline for item in checked.diagnostics]
    return judge(load_limits(), profile_of(checked.study, checked.catalogue))


def ids(text: str) -> tuple[set[str], set[str]]:
    """Return the limits that concern a study, and those that its preparation sees to."""
    found = found_in(text)
    return {limit.id for limit in found.concerning}, {limit.id for limit in found.handled}


HANDLED = [
    ("eduw-two-schools", "person", "attendance", "any(attendance where share_attended < 0.9)"),
    ("eduw-return-month", "person", "attendance", "any(attendance where share_attended < 0.9)"),
    ("eduw-year-offsets", "person", "attendance", "any(attendance where school_year = 2010)"),
    ("eduw-year-offsets", "person", "exclusions", "any(exclusions where school_year = 2010)"),
    ("eduw-year-offsets", "person", "foundation_phase", "any(foundation_phase where school_year = 2013)"),
    ("eduw-year-offsets", "person", "key_stage_1", "any(key_stage_1 where school_year = 2010)"),
    ("eduw-year-offsets", "person", "key_stage_2", "any(key_stage_2 where school_year = 2010)"),
    ("eduw-year-offsets", "person", "key_stage_3", "any(key_stage_3 where school_year = 2010)"),
    ("eduw-year-offsets", "person", "school_census", "any(school_census where free_school_meals)"),
    ("eduw-year-offsets", "person", "ks4_attainment", "any(ks4_attainment where level_2)"),
    ("eduw-many-irn", "person", "ks4_attainment", "any(ks4_attainment where level_2)"),
    ("enrolment-status", "person", "school_census", "any(school_census where free_school_meals)"),
    ("cin-unborn-included", "person", "cinw", "any(cinw where domestic_abuse)"),
    ("unborn-need-codes", "person", "cinw", 'any(cinw where category_of_need = "N2")'),
    ("lacw-disability-unknown", "child", "care_years", 'any(care_years where disabled = "yes")'),
    ("lacw-asylum-text", "child", "care_years", 'none(care_years where unaccompanied = "yes")'),
    ("lacw-ethnicity-two-lists", "child", "care_years", 'any(care_years where ethnic_group = "Mixed")'),
    ("lacw-null-keys", "child", "care_episodes", "any(care_episodes)"),
    ("lacw-open-episode-repeats", "child", "care_episodes", "any(care_episodes)"),
    ("lacw-la-rekeyed", "child", "care_episodes", "any(care_episodes)"),
    ("lacw-id-within-la", "child", "care_episodes", "any(care_episodes)"),
    ("lacw-two-alf-two-sex", "child", "children", "any(children where sex = 1)"),
    ("lacw-derived-null-status", "person", "care_episodes", "any(care_episodes)"),
    ("mother-link-check", "person", "births", "any(births where mother is not missing)"),
    ("mother-link-check", "person", "maternity_births", "any(maternity_births where mother is not missing)"),
    ("mother-link-check", "person", "birth_cohort", "any(birth_cohort)"),
    ("ncch-sex-mixed", "person", "birth_cohort", "any(birth_cohort where sex_number = 1)"),
    ("pedw-alf-on-spell", "person", "hospital_diagnoses", "any(hospital_diagnoses)"),
    ("pedw-alf-on-spell", "person", "hospital_episodes", "any(hospital_episodes)"),
    ("pedw-alf-on-spell", "person", "hospital_operations", "any(hospital_operations)"),
    ("pedw-person-spell", "person", "hospital_stays", "any(hospital_stays)"),
    ("adde-valid-date", "person", "deaths", "any(deaths where death_date > index_date)"),
    ("wlgp-coverage", "person", "gp_data_periods", "any(gp_data_periods where start_date < index_date)"),
]


@pytest.mark.parametrize(("limit", "unit", "used", "condition"), HANDLED)
def test_preparation_sees_to_a_limit(limit: str, unit: str, used: str, condition: str) -> None:
    concerning, handled = ids(small_study(unit, used, condition, derived="true"))
    assert limit in handled
    assert limit not in concerning


def test_every_limit_that_a_step_sees_to_is_tried_on_a_study() -> None:
    assert {name for name, *_ in HANDLED} == {limit.id for limit in LIMITS.values() if limit.handled_by}


AS_RECORDED = [
    ("lacw-disability-unknown", "child", "care_years", "any(care_years where disability is not missing)"),
    (
        "lacw-disability-unknown",
        "child",
        "care_years",
        'any(care_years where disabled = "yes" or disability > 0)',
    ),
    ("lacw-asylum-text", "child", "care_years", 'any(care_years where asylum = "1")'),
    ("lacw-ethnicity-two-lists", "child", "care_years", 'any(care_years where ethnicity = "MIXD")'),
    (
        *("lacw-ethnicity-two-lists", "child", "care_years"),
        'any(care_years where ethnicity = "MIXD" or ethnic_group = "Mixed")',
    ),
    ("ncch-sex-mixed", "person", "births", 'any(births where sex = "M")'),
    ("mother-link-check", "person", "mother_links", "any(mother_links where mother is not missing)"),
    ("pedw-person-spell", "person", "hospital_admissions", "any(hospital_admissions)"),
    ("wlgp-coverage", "person", "gp_events", "none(gp_events)"),
]


@pytest.mark.parametrize(("limit", "unit", "used", "condition"), AS_RECORDED)
def test_a_study_that_takes_the_data_as_recorded_is_told(
    limit: str, unit: str, used: str, condition: str
) -> None:
    concerning, handled = ids(small_study(unit, used, condition))
    assert limit in concerning
    assert limit not in handled
