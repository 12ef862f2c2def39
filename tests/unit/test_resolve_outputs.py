"""Outputs: what they count, by what, and what is refused because its grain is another one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cohort.explain.tables import outputs_words
from cohort.query.study import AttritionOutput, CountOutput, RateOutput, Style, SummaryOutput
from cohort.query.values import Apply, Band
from cohort.resolve.axes import base_of

from .specs import PEERS, problems_of, resolved, sound

STUDY = """
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  later_episodes:
    from: care_episodes
    where: start_date > index_date
    mark: {setting: home}
variables:
  year_of_entry: year_to_31_march(index_date)
  sex: children.sex
  status: first_episode.legal_status
  days_old: days_between(children.week_of_birth, index_date)
  first_day: first_episode.start_date
  born: children.week_of_birth
follow_up:
  starts: index_date
  ends: {five_years: index_date + 5 years}
person_time:
  split_by:
    age_now: {ages: [0, 5, 18]}
outcomes:
  later_episode:
    events: later_episodes
    date: start_date
    count: all
"""


def output(written: str, sections: str = STUDY) -> str:
    return f"{sections}outputs:\n  made:\n    {written}\n"


def test_each_kind_of_output_becomes_its_table() -> None:
    study = sound(
        STUDY
        + """
outputs:
  flow: {attrition: population}
  counts: {count: children, by: [year_of_entry, sex, status]}
  characteristics: {table_one: [sex, days_old], by: [status]}
  all_together: {table_one: [sex, days_old]}
  ages: {distribution: [days_old], by: [sex], among: sex = 1}
  rates: {rate: later_episode, per: 1 person-year, by: [age_now, sex], events_by: [setting]}
  overall: {rate: later_episode, per: 100 person-years}
"""
    )
    flow, counts, one, together, days, rates, overall = study.outputs
    assert isinstance(flow, AttritionOutput)
    assert not flow.of_peers
    assert isinstance(counts, CountOutput)
    assert counts.by == ("year_of_entry", "sex", "status")
    assert isinstance(one, SummaryOutput)
    assert (one.style, one.variables, one.by) == (Style.TABLE_ONE, ("sex", "days_old"), "status")
    assert isinstance(together, SummaryOutput)
    assert together.by is None
    assert isinstance(days, SummaryOutput)
    assert (days.style, days.fixed) == (Style.DISTRIBUTION, (("sex", "1"),))
    assert isinstance(rates, RateOutput)
    assert (rates.by, rates.events_by, rates.years) == (("age_now", "sex"), "setting", 1)
    assert [category.value for category in rates.event_categories] == ["home"]
    assert isinstance(overall, RateOutput)
    assert (overall.by, overall.years) == ((), 100)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("attrition: cases", "NAM120 `attrition` cannot be `cases`."),
        ("count: people\n    by: [sex]", "NAM120 `count` cannot be `people`."),
        (
            "count: matched sets\n    by: [peers_found]",
            "GRN318 `matched sets` needs peers, and this study has none.",
        ),
        ("count: children\n    by: [group]", "GRN318 `group` needs peers"),
        ("count: children\n    by: [age_now]", "GRN320 `age_now` is one value for each piece of person-time"),
        ("count: children\n    by: [peers_found]", "GRN319 `peers_found` is one value for each matched set"),
        ("count: children\n    by: [days_old]", "TYP208 A table cannot be counted by `days_old`"),
        ("count: children\n    by: [sexes]", "NAM111 There is no variable `sexes`."),
        ("count: children\n    by: [sex, sex]", "TYP240 `by` must be a list in which no name stands twice"),
        ("count: children\n    by: [sex]\n    layout: wide", "NAM120 `layout` cannot be `wide`."),
        ("table_one: [sex, born]", "TYP244 `born` cannot stand in this table, because it is a date."),
        ("table_one: [age_now]", "GRN320 `age_now` is one value for each piece of person-time"),
        ("table_one: [sex]\n    by: [status, year_of_entry]", "DIS904 `made` is counted by 2 variables"),
        ("distribution: [sex]", "TYP244 `sex` cannot stand in this table, because it is a value with a list"),
        ("balance: [sex]\n    between: [cases, peers]", "GRN318 `balance` needs peers"),
        ("rate: later\n    per: 1 person-year", "NAM121 There is no outcome `later`."),
        ("rate: later_episode\n    per: 1 year", "TYP240 `per` must be a number of person-years"),
        ("rate: later_episode\n    per: 0 person-years", "TYP240 `per` must be a number of person-years"),
        (
            "rate: later_episode\n    per: 1 person-year\n    by: [sex, status, age_now]",
            "DIS904 `made`",
        ),
        (
            "rate: later_episode\n    per: 1 person-year\n    events_by: [until]",
            "TYP242 `until` cannot split a table",
        ),
        (
            "rate: later_episode\n    per: 1 person-year\n    events_by: [place]",
            "NAM104 `later_episodes`",
        ),
        (
            "rate: children\n    per: 10000 residents\n    by: [sex]",
            "TYP240 `per` must be written together with",
        ),
        ("series: first_day\n    every: week", "NAM120 `every` cannot be `week`."),
        ("series: sex\n    every: month", "TYP205 A date is needed here"),
        (
            "series: first_day\n    every: month\n    split_at: index_date",
            "TYP240 `split_at` must be one date",
        ),
        (
            "series: first_day\n    every: month\n    by: [sex, status, year_of_entry]",
            "DIS904 `made`",
        ),
    ],
)
def test_what_has_no_meaning_is_refused(written: str, problem: str) -> None:
    (found,) = problems_of(output(written))
    assert found.startswith(problem)


# Peers ----------------------------------------------------------------------------------------------------


def test_with_peers_entries_are_counted_and_told_apart() -> None:
    study = sound(
        STUDY
        + PEERS
        + """
outputs:
  flow_of_peers: {attrition: peers}
  counts: {count: entries, by: [group, sex]}
  sets: {count: matched sets, by: [peers_found]}
  match: {balance: [sex, days_old], between: [peers, cases]}
  rates: {rate: later_episode, per: 1000 person-years, by: [group, age_now]}
"""
    )
    flow, counts, sets, match, rates = study.outputs
    assert isinstance(flow, AttritionOutput)
    assert flow.of_peers
    assert isinstance(counts, CountOutput)
    assert counts.by == ("member_group", "sex")
    assert isinstance(sets, CountOutput)
    assert (sets.by, sets.of_sets) == (("peers_found",), True)
    assert isinstance(match, SummaryOutput)
    assert (match.style, match.by) == (Style.BALANCE, "member_group")
    assert isinstance(rates, RateOutput)
    assert rates.by == ("member_group", "age_now")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("count: children\n    by: [sex]", "GRN317 One child can be in this study several times"),
        ("count: matched sets\n    by: [sex]", "GRN321"),
        ("count: matched sets\n    by: [peers_found]\n    among: sex = 1", "GRN321"),
        ("count: entries\n    by: [peers_found]", "GRN319"),
        (
            "balance: [sex]\n    between: [cases, others]",
            "TYP240 `between` must be the names of the population",
        ),
        ("attrition: others", "NAM120 `attrition` cannot be `others`."),
    ],
)
def test_what_has_no_meaning_with_peers_is_refused(written: str, problem: str) -> None:
    (found,) = problems_of(output(written, STUDY + PEERS))
    assert found.startswith(problem)


def test_days_covered_are_no_fact_of_the_index_date() -> None:
    value = "days_covered(care_episodes, from index_date until index_date + 1 year)"
    band = f"  care:\n    value: {value}\n    bands: {{0: a, 9: b}}"
    steps = """
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - {id: in_care, keep: care = "b"}
"""
    text = STUDY.replace("follow_up:", f"{band}\nfollow_up:") + steps + PEERS
    study = sound(output("count: entries\n    by: [care]", text))
    assert [category.value for category in study.variable["care"].categories] == ["a", "b"]


def test_peers_are_not_narrowed_by_what_only_cases_must_be() -> None:
    steps = """
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - {id: voluntary, keep: first_episode.legal_status = "V2"}
    - {id: in_years, keep: index_date during from 2010-04-01 through 2012-03-31}
"""

    def categories(more: str, count: str) -> dict[str, int]:
        study = sound(output(f"count: {count}\n    by: [status, year_of_entry]", STUDY + steps + more))
        return {name: len(study.variable[name].categories) for name in ("status", "year_of_entry")}

    assert categories("", "children") == {"status": 1, "year_of_entry": 2}
    # A peer may have any legal status, but has the index date of a case.
    assert categories(PEERS, "entries") == {"status": 13, "year_of_entry": 2}


# Series and rates per residents ---------------------------------------------------------------------------


def test_a_series_is_a_table_of_counts_by_a_time_of_its_own() -> None:
    study = sound(output("series: first_day\n    every: month\n    by: [sex]"))
    (table,) = study.outputs
    assert isinstance(table, CountOutput)
    assert table.by == ("made_month", "sex")
    months = study.variable["made_month"]
    assert isinstance(months.value, Apply)
    assert (months.categories[0].label, months.categories[-1].label) == ("2008-04", "2021-03")
    values = {variable.name: variable.value for variable in study.variables}
    assert base_of(months.value, values) == base_of(study.variable["first_day"].value, values)


def test_a_series_may_be_split_at_a_date() -> None:
    study = sound(output("series: first_day\n    every: calendar year\n    split_at: 2016-04-06"))
    (table,) = study.outputs
    assert isinstance(table, CountOutput)
    assert table.by == ("made_calendar_year", "made_before_or_after")
    side = study.variable["made_before_or_after"]
    assert isinstance(side.value, Band)
    assert [c.label for c in side.categories] == ["before 6 April 2016", "from 6 April 2016 on"]
    before, after = (category.value for category in side.categories)
    assert ("2015", after) in table.impossible
    assert ("2017", before) in table.impossible
    assert not {("2016", before), ("2016", after), ("2015", before), ("2017", after)} & table.impossible


def test_a_series_calls_only_combinations_impossible_that_it_has() -> None:
    written = "series: index_date\n    every: month\n    split_at: 2016-04-06"
    study = sound(output(written))
    steps = """
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - {id: later, keep: index_date >= 2010-01-01}
"""
    later = sound(output(written, STUDY + steps))
    for found in (study, later):
        (table,) = found.outputs
        assert isinstance(table, CountOutput)
        months, sides = ({c.value for c in found.variable[name].categories} for name in table.by)
        assert table.impossible
        assert all(month in months and side in sides for month, side in table.impossible)
    assert len(later.variable["made_month"].categories) < len(study.variable["made_month"].categories)


def test_names_of_a_series_are_not_taken_from_variables() -> None:
    text = output("series: first_day\n    every: month").replace("  born:", "  made_month: sex\n  born:")
    assert [problem[:6] for problem in problems_of(text)] == ["NAM102"]


def context(folder: Path, rows: list[str]) -> str:
    text = "\n".join(["year_ending,sex,residents", *rows]) + "\n"
    (folder / "wales.csv").write_text(text, "utf-8")
    found = hashlib.sha256(text.encode()).hexdigest()
    return (
        f"context:\n  wales:\n    file: wales.csv\n    source: Nobody\n    licence: none\n    sha256: {found}\n"
        "    why: To test\n    time: year_ending\n    time_is: year to 31 March\n    by: [sex]\n"
    )


ROWS = [f"{year},{sex},{year * 10 + sex}" for year in range(2009, 2022) for sex in (1, 2)]
RATE = "rate: children\n    per: 10000 residents\n    residents: wales.residents\n    by: [sex, status, year_of_entry]"


def test_counts_are_divided_by_the_figures_of_their_own_categories(tmp_path: Path) -> None:
    (table,) = sound(output(RATE, context(tmp_path, ROWS) + STUDY), tmp_path).outputs
    assert isinstance(table, CountOutput)
    assert table.denominators is not None
    # The keys of the file are the year and the sex, which are the third and the first variable of the table.
    assert (table.denominators.per, table.denominators.by, table.denominators.source) == (
        10_000,
        (2, 0),
        "Nobody",
    )
    assert dict(table.denominators.figures)["2010", "2"] == 20102
    assert len(table.denominators.figures) == 26


@pytest.mark.parametrize(
    ("rows", "before", "after", "problem"),
    [
        (
            ROWS[2:],
            "",
            "",
            "2 of 26 figures are not in it, such as that for `2009` of `year_ending` and `1` of `sex`",
        ),
        (
            ROWS,
            "[sex, status, year_of_entry]",
            "[status, year_of_entry]",
            "has the values of its column `sex`",
        ),
        (ROWS, "wales.residents", "wales.people", "`wales` has no column `people`"),
        (ROWS, "wales.residents", "wales.sex", "`wales` has no column `sex`"),
        (ROWS, "wales.residents", "england.residents", "There is no context table `england`"),
        (ROWS, "10000 residents", "1000 person-years", "`per` must be a number of residents"),
    ],
)
def test_figures_that_do_not_fit_are_refused(
    tmp_path: Path, rows: list[str], before: str, after: str, problem: str
) -> None:
    written = output(RATE.replace(before, after), context(tmp_path, rows) + STUDY)
    (found,) = problems_of(written, tmp_path)
    assert problem in found


def test_years_of_another_kind_do_not_fit(tmp_path: Path) -> None:
    other = STUDY.replace("year_to_31_march(", "academic_year(")
    (found,) = problems_of(output(RATE, context(tmp_path, ROWS) + other), tmp_path)
    assert "has the values of its column `year_ending`, the year to 31 March" in found


def test_an_output_cannot_have_the_name_of_a_table_of_another() -> None:
    text = STUDY + (
        "outputs:\n  first: {count: children, by: [sex, status], layout: one table for each}\n"
        "  first_by_sex: {count: children, by: [sex]}\n"
    )
    study, problems = resolved(text.replace("  first:", "  made:").replace("first_by_sex", "made_by_sex"))
    assert study is None
    assert [problem[:6] for problem in problems] == ["NAM102"]


def test_rates_are_explained_for_each_one_or_so_many_person_years() -> None:
    study = sound(
        STUDY
        + """
outputs:
  overall: {title: Overall, rate: later_episode, per: 1 person-year}
  by_sex: {title: By sex, rate: later_episode, per: 1000 person-years, by: [sex]}
"""
    )
    said = [line for line in outputs_words(study) if line.startswith("- **")]
    assert said == [
        "- **Overall**: Later episode for each person-year.",
        "- **By sex**: Later episode for each 1,000 person-years by Sex.",
    ]
