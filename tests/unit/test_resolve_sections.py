"""Population, peers, follow-up, splits, outcomes, dates: what the sections of a spec become in a study."""

from __future__ import annotations

import datetime

import pytest

from cohort.explain.comparison import peers_words
from cohort.query.rows import Rows, values_of, walk_rows
from cohort.query.study import AgeSplit, CalendarSplit, SpellSplit
from cohort.query.values import Column, IndexDate, Literal, VariableValue, walk
from cohort.query.words import Words
from cohort.resolve.periods import STRETCHES

from .specs import PEERS, PERSON, problems_of, sound

FLOW = """
outputs:
  flow:
    attrition: population
"""
LATER = """
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  later_episodes:
    from: care_episodes
    where: start_date > index_date
"""


def population(start: str, date: str, more: str = "") -> str:
    return f"population:\n  from: {start}\n  index_date: {date}\n{more}"


# Population -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operations", "column", "may_be_missing"),
    [
        ("keep_last: end_date", "end_date", False),
        ("keep_last: end_date\n    add: {that_year: calendar_year(end_date)}", "end_date", False),
        ("keep_last: end_date\n    where: sex_known", "end_date", False),
        ("keep_first: start_date", "end_date", True),
        ("one_per: [end_date]\n    keep_first: start_date", "end_date", False),
        (
            "join_spells: {start: start_date, end: until, gap: 0 days}\n    keep_last: until",
            "start_date",
            False,
        ),
        (
            "join_spells: {start: start_date, end: until, gap: 0 days}\n    keep_last: start_date",
            "until",
            True,
        ),
        ("add: {later: end_date + 1 day}\n    keep_first: end_date", "later", True),
    ],
)
def test_an_index_date_is_sure_where_rows_without_it_were_skipped(
    operations: str, column: str, may_be_missing: bool
) -> None:
    operations = operations.replace("sex_known", "children.sex is not missing")
    study = sound(
        f"definitions:\n  first_episode:\n    from: care_episodes\n    {operations}\n"
        + population("first_episode", f"first_episode.{column}")
        + FLOW
    )
    assert study.population.index_may_be_missing is may_be_missing


def test_an_index_date_that_rows_were_not_kept_by_may_be_missing() -> None:
    text = "definitions:\n  first_year:\n    from: care_years\n    keep_first: year_code\n"
    sources = "sources:\n  children: Birth\n  care_years: Years\n"
    study = sound(sources + text + population("first_year", "children.week_of_birth") + FLOW)
    assert study.population.index_may_be_missing


def test_with_many_entries_the_columns_at_hand_are_seen_by_both_names() -> None:
    for date in ("start_date", "care_episodes.start_date"):
        study = sound(population("care_episodes", date, "  entries: many\n") + FLOW)
        assert study.population.many
        assert study.population.index_date == Column("start_date", study.population.index_date.type)
        assert not study.population.index_may_be_missing


def test_the_index_date_may_be_a_variable_of_the_person() -> None:
    variables = "variables:\n  turned_five: birthday(5)\n"
    study = sound(population("children", "turned_five") + variables + FLOW)
    assert study.population.index_date == VariableValue("turned_five", study.population.index_date.type, True)
    assert study.population.index_may_be_missing


def test_the_index_date_cannot_be_a_variable_of_the_entry() -> None:
    problems = problems_of(population("children", "late") + "variables:\n  late: index_date + 1 day\n" + FLOW)
    assert len(problems) == 1
    assert problems[0].startswith("GRN304")


def test_rows_of_entries_cannot_start_a_population() -> None:
    problems = problems_of(LATER + population("later_episodes", "start_date", "  entries: many\n") + FLOW)
    assert [problem[:6] for problem in problems] == ["GRN304"]


# Peers ----------------------------------------------------------------------------------------------------


def test_peers_have_their_settings() -> None:
    peers = sound(PEERS + FLOW).peers
    assert peers is not None
    assert (peers.name, peers.pool, peers.per_case, peers.reuse, peers.seed) == (
        "peers",
        "care_episodes",
        2,
        False,
        7,
    )
    assert [words for words, _ in peers.exact] == ["the sex of the children"]
    assert peers.nearest is not None
    assert peers.nearest.tolerance == 26 * 7


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("same as case", "first_episode.start_date", "NAM120"),
        ("peers_per_case: 2", "peers_per_case: 11", "TYP240"),
        ("peers_per_case: 2", "peers_per_case: 0", "TYP240"),
        ("seed: 7", "seed: 2147483647", "TYP240"),
        ("seed: 7", "seed: today", "TYP240"),
        ("26 weeks", "6 months", "TYP240"),
        ("26 weeks", "182", "TYP240"),
        (
            "children.week_of_birth: 26 weeks",
            '"days_between(children.week_of_birth, index_date)": 26 weeks',
            "TYP240",
        ),
        ("name: peers", "name: cases", "NAM102"),
        ("name: peers", "name: other", "NAM108"),
        ("seed: 7", "seed: 7\n    reuse_peers: sometimes", "NAM120"),
    ],
)
def test_wrong_settings_of_peers_are_refused(before: str, after: str, code: str) -> None:
    assert [problem[:6] for problem in problems_of(PEERS.replace(before, after) + FLOW)] == [code]


def test_peers_are_near_in_numbers_too() -> None:
    written = '"days_between(children.week_of_birth, index_date)": 90'
    peers = sound(PEERS.replace("children.week_of_birth: 26 weeks", written) + FLOW).peers
    assert peers is not None
    assert peers.nearest is not None
    assert peers.nearest.tolerance == 90


# Follow-up ------------------------------------------------------------------------------------------------

FOLLOWED = (
    PERSON.replace(
        "sex: people.sex",
        "sex: people.sex\n  day_of_death: when sex = 1 then people.death_date otherwise day_known\n"
        "  day_known: people.death_date",
    )
    + """
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  dead:
    from: people
    add: {died_on: death_date}
  home:
    from: residence
    where: in_wales
    join_spells: {start: start_date, end: until, gap: 30 days}
follow_up:
  starts: index_date
  ends:
    death: people.death_date
    death_by_another_name: dead.died_on
    death_by_choice: day_of_death
    year_after_death: people.death_date + 1 year
    first: earliest_known(people.death_date, index_date + 1 year)
    of_cases: {date: birthday(18), only_for: cases}
  only_while: [home]
outcomes:
  later_episode:
    events: care_episodes
    date: start_date
    count: first in follow-up
    washout: 4 weeks
"""
)


def test_the_day_of_death_is_a_day_of_follow_up_by_whatever_name() -> None:
    follow_up = sound(FOLLOWED).follow_up
    assert follow_up is not None
    assert follow_up.start == IndexDate()
    assert {end.name: end.day_included for end in follow_up.ends} == {
        "death": True,
        "death_by_another_name": True,
        "death_by_choice": True,
        "year_after_death": False,
        "first": False,
        "of_cases": False,
        "end_of_data": True,
    }
    assert [end.only_for for end in follow_up.ends] == [None] * 5 + ["cases", None]
    assert [(cover.rows.name, cover.spell) for cover in follow_up.covers] == [
        ("home", ("start_date", "until"))
    ]


def test_follow_up_ends_with_the_first_source_that_feeds_it() -> None:
    # The study ends on 31 December 2020; the last return of care episodes before that ended on 31 March 2020.
    follow_up = sound(FOLLOWED).follow_up
    assert follow_up is not None
    assert follow_up.ends[-1].date == Literal(datetime.date(2020, 3, 31), follow_up.ends[-1].date.type)
    without = sound(FOLLOWED.replace("events: care_episodes", "events: home")).follow_up
    assert without is not None
    assert without.ends[-1].date == Literal(datetime.date(2020, 12, 31), without.ends[-1].date.type)


def test_outcomes_have_their_settings() -> None:
    (outcome,) = sound(FOLLOWED).outcomes
    assert (outcome.first_only, outcome.washout_days, outcome.date) == (True, 28, "start_date")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("only_for: cases", "only_for: peers", "NAM120"),
        ("only_while: [home]", "only_while: [people]", "TYP220"),
        ("death: people.death_date", "end_of_data: people.death_date", "NAM108"),
        ("starts: index_date", "starts: sex", "TYP205"),
        ("count: first in follow-up", "count: first", "NAM120"),
        ("washout: 4 weeks", "washout: 1 month", "TYP240"),
        ("date: start_date\n    count", "date: legal_status\n    count", "TYP205"),
        ("date: start_date\n    count", "date: start\n    count", "NAM104"),
    ],
)
def test_wrong_follow_up_is_refused(before: str, after: str, code: str) -> None:
    assert before in FOLLOWED
    assert [problem[:6] for problem in problems_of(FOLLOWED.replace(before, after))] == [code]


def test_outcomes_need_follow_up() -> None:
    text = FOLLOWED[: FOLLOWED.index("follow_up:")] + FOLLOWED[FOLLOWED.index("outcomes:") :]
    assert [problem[:6] for problem in problems_of(text)] == ["TIM611"]


# Splits ---------------------------------------------------------------------------------------------------


def splits(written: str) -> str:
    return f"{FOLLOWED}person_time:\n  split_by:\n{written}"


def test_ages_are_bands_of_which_the_last_age_ends_the_last() -> None:
    (split,) = sound(splits("    age_now: {label: Age in years, ages: [16, 17, 21]}\n")).splits
    assert isinstance(split, AgeSplit)
    assert split.ages == (16, 17, 21)
    assert [(c.value, c.label) for c in split.categories] == [("16", "16"), ("17", "17 to 20")]
    assert split.label == "Age in years"


@pytest.mark.parametrize("ages", ["[16]", "[16, 16]", "[18, 16]", "[16, old]", "[16, 130]"])
def test_ages_are_whole_and_rise(ages: str) -> None:
    assert [problem[:6] for problem in problems_of(splits(f"    age_now: {{ages: {ages}}}\n"))] == ["TYP240"]


def test_the_calendar_is_cut_into_whole_stretches_over_the_dates_of_the_study() -> None:
    (split,) = sound(splits("    school_year: {calendar: academic year}\n")).splits
    assert isinstance(split, CalendarSplit)
    assert split.stretches[0] == ("2003", datetime.date(2003, 9, 1), datetime.date(2004, 9, 1))
    assert split.stretches[-1] == ("2020", datetime.date(2020, 9, 1), datetime.date(2021, 9, 1))
    assert (split.categories[0].label, split.categories[-1].label) == ("2003/04", "2020/21")
    assert all(
        before[2] == after[1] for before, after in zip(split.stretches, split.stretches[1:], strict=False)
    )


def test_spells_split_by_the_values_of_a_column() -> None:
    written = "    status: {spells: care_episodes, value: legal_status, otherwise: not in care, priority: [C2, V2]}\n"
    (split,) = sound(splits(written)).splits
    assert isinstance(split, SpellSplit)
    assert split.categories[-1].value == "not in care"
    assert "C2" in {category.value for category in split.categories}
    assert (split.priority, split.spell) == (("C2", "V2"), ("start_date", "until"))


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("spells: people, value: sex, otherwise: none known", "TYP220"),
        ("spells: care_episodes, value: start_date, otherwise: not in care", "TYP242"),
        ("spells: care_episodes, value: legal_state, otherwise: not in care", "NAM104"),
        ("spells: care_episodes, value: legal_status", "TYP240"),
        ("spells: care_episodes, value: legal_status, otherwise: C2", "TYP243"),
        ("spells: care_episodes, value: legal_status, otherwise: Missing", "TYP243"),
        ("spells: care_episodes, value: legal_status, otherwise: not in care, priority: [C9]", "NAM120"),
        ("calendar: school year", "NAM120"),
    ],
)
def test_wrong_splits_are_refused(written: str, code: str) -> None:
    assert [problem[:6] for problem in problems_of(splits(f"    status: {{{written}}}\n"))] == [code]


@pytest.mark.parametrize("word", STRETCHES)
def test_every_day_lies_in_the_stretch_that_names_it(word: str) -> None:
    stretches = STRETCHES[word]
    first, last = datetime.date(2003, 12, 31), datetime.date(2005, 9, 2)
    found = list(stretches.between(first, last))
    assert found[0][1] <= first < found[0][2]
    assert found[-1][1] <= last < found[-1][2]
    assert len({category.value for category, _, _ in found}) == len(found)
    for _, start, until in found:
        assert stretches.start(start) == start
        assert stretches.start(until - datetime.timedelta(days=1)) == start


# Dates of data --------------------------------------------------------------------------------------------


def test_studies_with_other_sources_need_no_ends_of_returns() -> None:
    assert sound(PERSON).data_until == datetime.date(2020, 12, 31)


def test_returns_that_do_not_end_before_the_data_are_not_used() -> None:
    study = sound(PERSON)
    values = [
        part.value
        for stage in study.by_name["care_episodes"].stages
        for part in _literals(stage.rows)
        if isinstance(part.value, int)
    ]
    assert 201920 in values
    assert 202021 not in values


def _literals(rows: Rows) -> list[Literal]:
    found = [part for node in walk_rows(rows) for value in values_of(node) for part in walk(value)]
    return [part for part in found if isinstance(part, Literal)]


def test_what_peers_agree_in_is_explained() -> None:
    words = Words(lambda _list, _code: None, {})
    said = " ".join(peers_words(sound(PEERS + FLOW), words))
    assert "Candidate and case agree in the sex of the children. A missing value matches nothing." in said
