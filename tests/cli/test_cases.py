"""`cohort test`: invented units and what happens to them; what differs is said, and clauses that nobody meets."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.cases import Tried, cases_file, read_cases, report, try_study
from cohort.diagnostics import Diagnostics
from cohort.pipeline import Checked
from cohort.source import Source
from tests.cli.command import cohort
from tests.conftest import DEMO_SPEC, ROOT

SPECS = [path for path in sorted((ROOT / "specs").glob("*.yaml")) if ".cases." not in path.name]

STUDY = """\
cohort_spec: 1

study:
  id: small
  title: Children entering care
  question: How many children enter care, again and again?
  unit: child
  data_from: 2003-04-01
  data_until: 2021-03-31

sources:
  children: Week of birth, which sets the age at entry
  care_episodes: Every entry

definitions:
  periods:
    from: care_episodes
    where: legal_status = "V2" or legal_status = "C2"
    join_spells: {start: start_date, end: until, gap: 0 days}

population:
  from: periods
  index_date: start_date
  entries: many
  steps:
    - id: under_one_year
      keep: age >= 0 and age < 1

follow_up:
  starts: index_date
  ends:
    one_year: index_date + 1 year
  only_while: [periods]

variables:
  age:
    label: Age
    value: age_on(index_date)
  age_in_years:
    label: Age in years
    value: days_between(children.week_of_birth, index_date) / 365.25
  when_in_year:
    label: When in the year
    choose:
      - when: calendar_month(index_date) <= 6
        then: first half
      - otherwise: second half

outcomes:
  new_episode:
    label: New episodes
    events: care_episodes
    date: start_date
    count: all

outputs:
  flow:
    attrition: population
  at_entry:
    table_one: [age, age_in_years, when_in_year]
  rates:
    rate: new_episode
    per: 1 person-year

disclosure: sail
"""
ROWS = """\
    rows:
      children:
        - {week_of_birth: 2010-01-04}
      care_episodes:
        - {start_date: 2010-02-01, until: 2010-03-01, legal_status: V2}
        - {start_date: 2010-03-01, until: 2010-04-01, legal_status: C2}
        - {start_date: 2010-08-01, until: 2010-08-11, legal_status: C2}
        - {start_date: 2011-08-01, until: 2011-08-11, legal_status: C2}
        - {start_date: 2011-10-01, until: 2011-10-11, legal_status: V1}
"""


@pytest.fixture(scope="module")
def small() -> Checked:
    return pipeline.check_source(Source("small.yaml", STUDY), Path())


def tried(checked: Checked, cases: str) -> Tried:
    assert checked.study is not None
    diagnostics = Diagnostics()
    found = read_cases(
        Source("small.cases.yaml", f"cohort_cases: 1\ncases:\n{cases}"),
        checked.study,
        checked.catalogue,
        diagnostics,
    )
    assert [item.headline for item in diagnostics] == []
    assert found is not None
    return try_study(checked.study, found, checked.catalogue)


def differences(checked: Checked, expect: str) -> list[tuple[str, str, str]]:
    """Try one child with the rows above."""
    found = tried(checked, f"  ann:\n{ROWS}    expect: {expect}\n")
    return [(d.what, d.expected, d.found) for case in found.cases for d in case.differences]


def test_the_small_study_is_sound(small: Checked) -> None:
    assert [item.rule.code for item in small.diagnostics if item.rule.severity == "error"] == []


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_the_cases_of_every_study_are_as_expected_and_meet_all_clauses(spec: Path) -> None:
    checked = pipeline.check_file(spec)
    found, diagnostics = pipeline.try_cases(checked, cases_file(spec))
    assert [item.headline for item in diagnostics] == []
    assert found is not None
    assert [case.case.name for case in found.failed] == []
    assert [unmet.words for unmet in found.unmet] == []
    assert found.clauses > 10


# --- what is compared --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "expect",
    [
        "{index_date: 2010-02-01, enters: yes, follow_up_days: 69, events: {new_episode: 3}}",
        "{index_date: 2010-08-01, variables: {age: 0, when_in_year: second half}}",
        "{index_date: 2010-02-01, variables: {age_in_years: 0.07665982203969883}}",
        "{index_date: 2011-08-01, enters: no, stopped_at: under_one_year}",
        "[{index_date: 2010-02-01, enters: yes}, {index_date: 2011-08-01, enters: no}]",
    ],
)
def test_what_happens_is_as_expected(small: Checked, expect: str) -> None:
    assert differences(small, expect) == []


@pytest.mark.parametrize(
    ("expect", "difference"),
    [
        ("{index_date: 2010-02-01, enters: no}", ("enters", "no", "yes")),
        ("{index_date: 2011-08-01, enters: yes}", ("enters", "yes", "no (stopped at under_one_year)")),
        ("{index_date: 2010-02-01, stopped_at: start}", ("stopped_at", "start", "nothing: it enters")),
        ("{index_date: 2011-08-01, stopped_at: observed_time}", ("stopped_at", "observed_time", "under_one_year")),
        ("{index_date: 2010-08-01, follow_up_days: 11}", ("follow_up_days", "11", "10")),
        ("{index_date: 2011-08-01, follow_up_days: 10}", ("follow_up_days", "10", "no follow-up")),
        ("{index_date: 2010-08-01, events: {new_episode: 2}}", ("events.new_episode", "2", "1")),
        ("{index_date: 2010-02-01, variables: {age: 1}}", ("variables.age", "1", "0")),
        ("{index_date: 2010-02-01, variables: {age: missing}}", ("variables.age", "missing", "0")),
        (
            "{index_date: 2010-02-01, variables: {when_in_year: second half}}",
            ("variables.when_in_year", "second half", "first half"),
        ),
        (
            "{index_date: 2012-01-01, enters: no}",
            ("index_date", "2012-01-01", "2010-02-01, 2010-08-01, 2011-08-01"),
        ),
        (
            "{enters: yes}",
            (
                "index_date",
                "one entry, or `index_date` to say which is meant",
                "entries on 2010-02-01, 2010-08-01, 2011-08-01",
            ),
        ),
    ],
)  # fmt: skip
def test_every_difference_is_found(small: Checked, expect: str, difference: tuple[str, str, str]) -> None:
    assert differences(small, expect) == [difference]


def test_a_unit_without_a_row_does_not_reach_the_start(small: Checked) -> None:
    found = tried(small, "  bob:\n    expect: {enters: no, stopped_at: start, follow_up_days: 0}\n")
    assert [(d.what, d.found) for d in found.cases[0].differences] == [("follow_up_days", "no follow-up")]


def test_a_spec_that_changes_is_noticed() -> None:
    spec = DEMO_SPEC.read_text("utf-8").replace("age_in_days <= 365", "age_in_days <= 366")
    checked = pipeline.check_source(Source("infants.yaml", spec), DEMO_SPEC.parent)
    found, _ = pipeline.try_cases(checked, cases_file(DEMO_SPEC))
    assert found is not None
    assert [case.case.name for case in found.failed] == ["one_year_and_a_day"]


# --- clauses -----------------------------------------------------------------------------------------------------


def test_clauses_that_no_case_meets_both_ways_are_listed(small: Checked) -> None:
    found = tried(small, f"  ann:\n{ROWS}    expect: {{index_date: 2010-02-01, enters: yes}}\n")
    assert [(unmet.path, unmet.lacks) for unmet in found.unmet] == [
        ("population.under_one_year", "it is true wherever a case reaches it"),
    ]
    assert "at least 0" in found.unmet[0].words
    assert found.clauses == 3 + 3 + 1
    alone = tried(small, "  bob:\n    expect: {enters: no}\n")
    assert len(alone.unmet) == alone.clauses == found.clauses
    assert {unmet.lacks for unmet in alone.unmet} == {"no case reaches it"}


def test_the_report_says_what_differs_and_where(small: Checked) -> None:
    found = tried(
        small, f"  ann:\n{ROWS}    expect:\n      index_date: 2010-08-01\n      follow_up_days: 12\n"
    )
    assert report(found).splitlines() == [
        "FAIL  ann",
        "      small.cases.yaml:14",
        "        follow_up_days: expected 12, found 10",
        "",
        "Clauses that no case meets both ways:",
        f"  {found.unmet[0].origin} population.under_one_year: {found.unmet[0].words}",
        "    it is true wherever a case reaches it",
        "",
        "1 case, 1 not as expected.",
        "6 of 7 clauses are met both ways.",
    ]


# --- files -------------------------------------------------------------------------------------------------------


def test_every_prefix_of_a_file_gives_diagnostics_and_never_a_crash() -> None:
    spec = ROOT / "specs" / "crcs_substance_misuse_injury.yaml"
    checked, text = pipeline.check_file(spec), cases_file(spec).read_text("utf-8")
    assert checked.study is not None
    for end in range(0, len(text), 97):
        diagnostics = Diagnostics()
        found = read_cases(Source("x", text[:end]), checked.study, checked.catalogue, diagnostics)
        assert (found is None) == diagnostics.has_errors


def test_the_command(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    spec, cases = tmp_path / "specs" / DEMO_SPEC.name, tmp_path / "specs" / cases_file(DEMO_SPEC).name
    ended = cohort("test", f"specs/{DEMO_SPEC.name}", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("pass  newborn_by_agreement\n")
    assert ended.out.endswith("14 cases, all as expected.\n18 of 18 clauses are met both ways.\n")
    cases.write_text(cases.read_text("utf-8").replace("age_in_days: 9", "age_in_days: 10"), "utf-8")
    ended = cohort("test", spec, cwd=tmp_path)
    assert ended.code == 1
    assert "FAIL  newborn_by_agreement\n" in ended.out
    assert "variables.age_in_days: expected 10, found 9\n" in ended.out
    cases.write_text(cases.read_text("utf-8").replace("age_in_days: 10", "age_in_day: 9"), "utf-8")
    ended = cohort("test", spec, cwd=tmp_path)
    assert (ended.code, ended.out) == (1, "")
    assert "error CAS107" in ended.err
    assert f"specs/{cases.name}:17:9" in ended.err
    cases.unlink()
    assert cohort("test", spec, cwd=tmp_path).code == 6


def test_clauses_that_are_not_met_end_with_1_only_if_asked(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(STUDY, "utf-8")
    (tmp_path / "small.cases.yaml").write_text(
        "cohort_cases: 1\ncases:\n  bob:\n    expect: {enters: no}\n", "utf-8"
    )
    assert cohort("test", "small.yaml", cwd=tmp_path).code == 0
    assert cohort("test", "small.yaml", "--strict", cwd=tmp_path).code == 1
