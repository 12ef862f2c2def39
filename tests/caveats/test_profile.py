"""What the shipped studies do, as conditions see it, and what is found of them."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from cohort import pipeline
from cohort.catalogue.caveats import Decided, load_limits
from cohort.catalogue.conditions import parse_condition
from cohort.caveats import Answer, Profile, fires, judge, profile_of
from cohort.caveats.profile import AgeRange
from cohort.source import Source
from tests.caveats.made import STUDIES, made
from tests.project.rule_pages import BASE, pages

UNACCEPTED = [
    "  - rule: TIM703\n    at: definitions.first_period\n    why: A few of the oldest children may have been in care "
    "before the data begin in 2003.\n",
    "",
]
"""Takes back what the study accepts only because some of its children are old enough for it."""


def _columns(profile: Profile) -> set[str]:
    return {f"{name.table}.{name.column}" for name in profile.columns}


def test_a_column_counts_only_if_it_reaches_the_study() -> None:
    """Preparation works out five parental factors; the study uses one of them."""
    columns = _columns(made({"study": "receiving_support"}))
    assert "CRCS_MAIN_CRCS.PARENTING_CAPACITY_SUBSTANCE_ALCOHOL_MISUSE" in columns
    assert "CRCS_MAIN_CRCS.PARENTING_CAPACITY_DOMESTIC_ABUSE" not in columns
    assert "EDUW_PUPIL.FSMELIGIBLE" in columns
    assert "EDUW_PUPIL.SENPROVISION" not in columns


def test_tables_include_maps_and_the_start_does_not() -> None:
    profile = made({"study": "infants"})
    assert {table.table for table in profile.tables} == {"LACW_EPISODE_MAIN", "LACW_LAC_ALF_DERIVED"}
    assert {table.table for table in profile.start} == {"LACW_EPISODE_MAIN"}


def test_whole_returns_are_taken_from_yearly_data_sets() -> None:
    """The study's data end in August, after the last return and before the next."""
    profile = made({"study": "school_results"})
    assert profile.period(("lacw",)) == (datetime.date(2003, 4, 1), datetime.date(2019, 3, 31))
    assert profile.period(("eduw",)) == (datetime.date(2003, 4, 1), datetime.date(2019, 8, 31))
    assert fires(parse_condition("years(lacw, 2020, *)"), profile) is Answer.NO
    assert fires(parse_condition("years(EDUW_WED_L1, 2018/19, *)"), profile) is Answer.YES
    assert fires(parse_condition("spans(lacw, 2019-04-01)"), profile) is Answer.NO
    assert fires(parse_condition("spans(eduw, 2019-04-01)"), profile) is Answer.YES


@pytest.mark.parametrize(
    ("study", "linked"),
    [
        ("infants", set()),
        ("care_leavers", {"lacw", "pedw", "wdsd", "wlgp"}),
        ("receiving_support", {"crcs", "eduw", "lacw", "pedw", "wdsd"}),
    ],
)
def test_a_study_of_people_links_what_it_reads_and_one_of_children_nothing(
    study: str, linked: set[str]
) -> None:
    assert made({"study": study}).linked == linked


@pytest.mark.parametrize(
    ("study", "changes", "ages"),
    [
        ("infants", [], AgeRange(0, 2)),
        ("care_leavers", [], AgeRange(16, 18)),
        ("receiving_support", [], AgeRange(5, 16)),
        ("school_results", [], AgeRange(None, 16)),
        (
            "school_results",
            [["age_on(index_date) < 16", "index_date < birthday(16)"], UNACCEPTED],
            AgeRange(None, 16),
        ),
        (
            "school_results",
            [["age_on(index_date) < 16", "index_date <= birthday(16)"], UNACCEPTED],
            AgeRange(None, 17),
        ),
        (
            "school_results",
            [["age_on(index_date) < 16", "age_on(index_date) <= 16"], UNACCEPTED],
            AgeRange(None, 17),
        ),
        (
            "school_results",
            [["age_on(index_date) < 16", "age_on(index_date) > 4"], UNACCEPTED],
            AgeRange(5, None),
        ),
        (
            "school_results",
            [["age_on(index_date) < 16", "birthday(2) <= index_date"], UNACCEPTED],
            AgeRange(2, None),
        ),
        (
            "school_results",
            [["age_on(index_date) < 16", "6 = age_on(index_date)"], UNACCEPTED],
            AgeRange(6, 7),
        ),
        ("relatives", [], AgeRange()),
    ],
)
def test_ages_are_bounded_by_ages_and_birthdays(study: str, changes: list[list[str]], ages: AgeRange) -> None:
    assert made({"study": study, "changes": changes}).ages == ages


@pytest.mark.parametrize(
    ("study", "measures"),
    [
        ("infants", {"count", "duration", "first_entry", "flow", "time_to_event", "trend"}),
        ("care_leavers", {"count", "duration", "incidence", "rate"}),
        ("receiving_support", {"count", "first_entry", "incidence", "rate"}),
        ("school_results", {"count", "duration", "first_entry", "placement_moves", "time_to_event"}),
        ("relatives", {"count", "placement_moves"}),
    ],
)
def test_results_are_measures(study: str, measures: set[str]) -> None:
    assert made({"study": study}).measures == measures


def test_the_time_until_the_end_of_a_spell_is_an_exit() -> None:
    end = ["index_date, first_compulsory_episode.start_date)", "index_date, first_period.until)"]
    assert "exit" in made({"study": "infants", "changes": [end]}).measures


def test_groups_are_a_column_s_own_values_or_worked_out() -> None:
    groups = made({"study": "infants"}).groups
    direct = {column.column for group in groups if group.direct for column in group.columns}
    derived = {column.column for group in groups if not group.direct for column in group.columns}
    crossed = {column.column for group in groups if group.crossed for column in group.columns}
    assert direct == {"LEGAL_STATUS_CODE", "CATEGORY_OF_NEED_CODE", "LOCAL_AUTHORITY_CODE"}
    assert {"WOB", "EPISODE_START_DATE"} <= derived
    assert "LEGAL_STATUS_CODE" in crossed
    assert not {"CATEGORY_OF_NEED_CODE", "LOCAL_AUTHORITY_CODE"} & crossed


def test_filters_are_seen_through_flags_and_negation() -> None:
    tests = made({"study": "care_leavers"}).tests
    of = {(column.column, test.sign, test.negated): test for test in tests for column in test.columns}
    assert of["GP_DATA_FLAG", "=", False].values == {"1"}
    assert of["LEGAL_STATUS_CODE", "in", True].values == {"V1"}
    assert of["LEGAL_STATUS_CODE", "in", True].keeps_missing
    assert of["ALF_SOURCE", "in", False].values == {"CRCS", "CINW", "EDUW"}
    assert of["DIAG_CD", "starts", False].values >= {"X60"} or of["DIAG_CD", "starts", False].values


def test_keys_and_kept_rows_are_those_of_preparation() -> None:
    infants, results = made({"study": "infants"}), made({"study": "school_results"})
    assert "UNIFIED_ID" in {key.column for key in infants.keys}
    assert "ALF" in {key.column for key in results.keys}
    episodes = [
        kept for kept in infants.kept if "EPISODE_START_DATE" in {column.column for column in kept.columns}
    ]
    assert any(kept.per_unit and kept.tables == {"LACW_EPISODE_MAIN"} for kept in episodes)
    assert "care_episodes.latest_return" in infants.steps
    assert "care_episodes.latest_return_of_person" in results.steps


def test_outcomes_are_the_columns_behind_their_events() -> None:
    outcomes = {(column.dataset, column.column) for column in made({"study": "care_leavers"}).outcomes}
    assert {("wlgp", "EVENT_DT"), ("pedw", "ADMIS_DT")} <= outcomes
    assert made({"study": "infants"}).outcomes == frozenset()


def test_tags_are_apart_from_published_series() -> None:
    profile = made(
        {"study": "infants", "tags": ["agg-cla", "need_from_use"], "not": ["compares_with_england"]}
    )
    assert profile.series == {"agg-cla"}
    assert profile.tags == {"need_from_use": True, "compares_with_england": False}


@pytest.mark.parametrize("study", sorted(STUDIES))
def test_shipped_studies_meet_no_warning(study: str) -> None:
    found = judge(load_limits(), made({"study": study}))
    assert found.concerning
    assert all(limit.severity.value == "note" for limit in found.concerning)
    assert not {limit.id for limit in found.concerning} & {one.limit.id for one in found.undecided}


def test_what_nothing_decides_is_to_be_read() -> None:
    found = judge(load_limits(), made({"study": "infants"}))
    assert {limit.id for limit in found.to_read} == {
        "anonymised-fields-dropped",
        "missing-data",
        "project-keys",
        "refresh-mix",
    }
    assert all(one.tags for one in found.undecided if one.limit.decided is not Decided.READING)


def test_what_preparation_sees_to_is_told_apart() -> None:
    infants, results = (
        judge(load_limits(), made({"study": study})) for study in ("infants", "school_results")
    )
    assert {limit.id for limit in infants.handled} == {
        "lacw-id-within-la",
        "lacw-la-rekeyed",
        "lacw-null-keys",
        "lacw-open-episode-repeats",
        "lacw-two-alf-two-sex",
    }
    assert {"eduw-many-irn", "enrolment-status", "eduw-year-offsets"} <= {
        limit.id for limit in results.handled
    }


def test_figures_of_a_study_wait_for_the_name_of_their_series() -> None:
    example = next(
        e for page in pages() for e in page.examples if page.code == "COD410" and e.rendering is None
    )
    checked = pipeline.check_source(Source("study.yaml", example.study), BASE.parent)
    assert checked.study is not None
    unnamed = judge(load_limits(), profile_of(checked.study, checked.catalogue))
    assert {"da-unreported", "migration-uncertain"} <= {limit.id for limit in unnamed.of_unnamed_series}
    tagged = replace(checked.study, tags=(("agg-migration", True),))
    named = judge(load_limits(), profile_of(tagged, checked.catalogue))
    assert "migration-uncertain" in {limit.id for limit in named.concerning}
    assert not {"da-unreported"} & {one.limit.id for one in named.undecided}


def test_the_limits_of_the_infants_study() -> None:
    found = judge(load_limits(), made({"study": "infants"}))
    assert {limit.id for limit in found.concerning} == {
        "code-drift",
        "counts-not-rates",
        "coverage-absent-groups",
        "covid-disruption",
        "human-error",
        "la-thresholds-differ",
        "lacw-category-hierarchy",
        "lacw-code-changes",
        "lacw-left-truncated",
        "lacw-missing-end",
        "lacw-wob-wrong",
        "linkage-age",
        "need-single-hierarchical",
        "not-for-research",
        "small-numbers",
        "social-care-record-quality",
        "v2-legal-meaning-2016",
    }
