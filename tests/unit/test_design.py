"""Design rules and caveats follow what a study really does, not how it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort import pipeline
from cohort.source import Source
from tests.conftest import DEMO_SPEC

TEXT = DEMO_SPEC.read_text("utf-8")


def _codes(text: str) -> list[str]:
    return [item.rule.code for item in pipeline.check_text(text, DEMO_SPEC.parent)]


def _without_acceptance(text: str) -> str:
    return text[: text.index("\naccept:")] + "\n"


def test_the_demo_spec_has_no_problem() -> None:
    assert _codes(TEXT) == []


def test_the_accepted_warning_is_there_when_it_is_not_accepted() -> None:
    assert _codes(_without_acceptance(TEXT)) == ["TIM703"]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (" and two_years_of_data", "", "TIM702"),
        ("index_date + 2 years <= data_until", "index_date + 1 year <= data_until", "TIM702"),
        (
            "keep: children.week_of_birth is not missing",
            "keep: first_compulsory_episode.start_date is not missing",
            "TIM701",
        ),
        ("by: [local_authority, category_of_need]", "by: [local_authority]", "GOV802"),
        ("disclosure: sail", "disclosure: none", "DIS901"),
        ('first_episode.reason_started = "S"', 'first_episode.reason_started = "Q"', "COD401"),
        ('first_episode.reason_started = "S"', 'first_episode.reason_started != "S"', "TYP210"),
    ],
)
def test_one_change_gives_one_warning_of_its_kind(before: str, after: str, code: str) -> None:
    assert TEXT.count(before) >= 1
    found = _codes(TEXT.replace(before, after, 1))
    assert code in found
    assert len(set(found) - {code, "GOV802"}) == 0, found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  local_authority:\n", "  child:\n"),
        ("  periods_of_care:\n", "  care_episodes_of_population:\n"),
        ("  age_by_legal_status:\n", "  linkage_of_care_episodes:\n"),
        ("    - id: under_one_year\n", "    - id: stopped_at\n"),
        ("  first_period:\n", "  year:\n"),
    ],
)
def test_names_of_every_study_and_of_databases_are_refused_at_their_place(before: str, after: str) -> None:
    assert "NAM108" in _codes(TEXT.replace(before, after, 1))


def test_a_table_that_a_layout_makes_cannot_take_the_name_of_another() -> None:
    assert "NAM102" in _codes(
        TEXT.replace("  age_by_legal_status:\n", "  entry_characteristics_by_category_of_need:\n", 1)
    )


def test_a_repaired_fault_is_no_fault() -> None:
    """Entries that end two years before the data need no further condition."""
    text = TEXT.replace(
        "study_years: from 2003-04-01 through 2021-03-31", "study_years: from 2003-04-01 through 2019-03-31"
    )
    assert "TIM702" not in _codes(text.replace(" and two_years_of_data", "", 1))


def test_caveats_follow_the_columns_and_years_that_are_used() -> None:
    def ids(text: str) -> set[str]:
        checked = pipeline.check_source(Source("study.yaml", text), Path(DEMO_SPEC.parent))
        assert checked.study is not None, list(checked.diagnostics)
        return {caveat.id for caveat in checked.caveats}

    whole = ids(TEXT)
    assert {"lacw-category-hierarchy", "v2-legal-meaning-2016", "lacw-left-truncated"} <= whole
    assert "lacw-ethnicity-two-lists" not in whole
    later = ids(
        TEXT.replace("data_from: 2003-04-01", "data_from: 2017-04-01").replace(
            "study_years: from 2003-04-01", "study_years: from 2017-04-01"
        )
    )
    assert not {"v2-legal-meaning-2016", "lacw-left-truncated", "lacw-la-rekeyed"} & later
