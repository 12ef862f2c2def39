"""Design rules follow what a study really does, not how it is written."""

from __future__ import annotations

import pytest

from cohort import pipeline
from cohort.diagnostics import Diagnostic
from tests.conftest import DEMO_SPEC
from tests.project.rule_pages import BASE, spliced

TEXT = DEMO_SPEC.read_text("utf-8")
EXAMPLES = (
    "infants_entering_care",
    "first_care_entry_gcse",
    "crcs_substance_misuse_injury",
    "care_leavers_self_harm",
)


def _codes(text: str) -> list[str]:
    return [item.rule.code for item in pipeline.check_text(text, DEMO_SPEC.parent)]


def _without_acceptance(text: str) -> str:
    return text.partition("\naccept:")[0] + "\n"


def _example(name: str) -> str:
    return (DEMO_SPEC.parent / f"{name}.yaml").read_text("utf-8")


# Whole examples -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_have_no_problem(name: str) -> None:
    assert _codes(_example(name)) == []


@pytest.mark.parametrize(
    ("name", "warnings"),
    [
        ("infants_entering_care", ["TIM703 definitions.first_episode"]),
        (
            "first_care_entry_gcse",
            ["TIM703 definitions.first_period", "TIM701 population.in_wales_for_results"],
        ),
        ("crcs_substance_misuse_injury", ["TIM703 definitions.first_exposed_record"]),
        ("care_leavers_self_harm", []),
    ],
)
def test_the_accepted_warnings_are_there_when_they_are_not_accepted(name: str, warnings: list[str]) -> None:
    found = pipeline.check_text(_without_acceptance(_example(name)), DEMO_SPEC.parent)
    assert [f"{item.rule.code} {item.at}" for item in found] == warnings


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
    ("name", "before", "after", "warnings"),
    [
        # Moves are counted until the data of the yearly return end, which is before `data_until`.
        (
            "first_care_entry_gcse",
            "entry_years: from 2008-04-01 through 2018-03-31",
            "entry_years: from 2008-04-01 through 2018-04-01",
            ["TIM702 outputs.gcse_by_moves"] * 2,
        ),
        # The data reach back to the birth of the oldest.
        (
            "first_care_entry_gcse",
            "age_on(index_date) < 16",
            "age_on(index_date) < 5",
            ["NAM112 accept.TIM703"],
        ),
        # A period of care that is chosen by how long it lasted.
        (
            "first_care_entry_gcse",
            "    keep_first: start_date\n\n  moves:",
            "    where: until >= start_date + 1 year\n    keep_first: start_date\n\n  moves:",
            ["TIM701 population.index_date"],
        ),
        # Without the first two covers, what is seen some of the time is counted all the time.
        (
            "care_leavers_self_harm",
            "  only_while: [gp_cover, home_in_wales]",
            "  only_while: [home_in_wales]",
            ["GOV802 definitions.gp_cover", "TIM706 outcomes.self_harm_contact"],
        ),
        (
            "care_leavers_self_harm",
            "  only_while: [gp_cover, home_in_wales]\n",
            "",
            [
                "GOV802 definitions.gp_cover",
                "GOV802 definitions.home_in_wales",
                *["TIM706 outcomes.self_harm_contact"] * 2,
            ],
        ),
        # Which of several contacts of one day is kept decides the setting.
        (
            "care_leavers_self_harm",
            "one_per: [contact_date, setting]",
            "one_per: [contact_date]",
            ["TIM708 definitions.self_harm_contacts"],
        ),
        # A split that no rate uses.
        (
            "care_leavers_self_harm",
            "by: [age, living_arrangement]",
            "by: [living_arrangement]",
            ["GOV802 person_time.age"],
        ),
        # A death, and the end of a plan, for one group alone.
        (
            "crcs_substance_misuse_injury",
            "      date: earliest_known(first_support_record.census_date, first_care.start_date)",
            "      date: people.death_date",
            # That the other group has the same end too does not make it unequal.
            ["GOV802 definitions.first_support_record", "GOV802 definitions.first_care"],
        ),
        (
            "crcs_substance_misuse_injury",
            "    death: people.death_date\n",
            "    death: {date: people.death_date, only_for: cases}\n",
            ["TIM707 follow_up.death"],
        ),
        (
            "crcs_substance_misuse_injury",
            "    two_years: index_date + 2 years\n",
            "    two_years: {date: index_date + 2 years, only_for: cases}\n",
            ["TIM707 follow_up.two_years"],
        ),
        # A step of the peers that looks ahead.
        (
            "crcs_substance_misuse_injury",
            "none(care_episodes where start_date <= index_date)",
            "none(care_episodes)",
            ["TIM701 peers.never_looked_after"],
        ),
    ],
)
def test_one_change_of_an_example_is_told_at_its_place(
    name: str, before: str, after: str, warnings: list[str]
) -> None:
    text = _example(name)
    assert text.count(before) == 1
    found = pipeline.check_text(text.replace(before, after), DEMO_SPEC.parent)
    assert sorted(f"{item.rule.code} {item.at}" for item in found) == sorted(warnings)


def test_a_repaired_fault_is_no_fault() -> None:
    """Entries that end two years before the data need no further condition."""
    text = TEXT.replace(
        "study_years: from 2003-04-01 through 2021-03-31", "study_years: from 2003-04-01 through 2019-03-31"
    )
    assert "TIM702" not in _codes(text.replace(" and two_years_of_data", "", 1))


@pytest.mark.parametrize(
    ("value", "warnings"),
    [
        ("any(injury_admissions where admission_date during year_before)", []),
        ("any(injury_admissions where admission_date > index_date)", ["TIM704 outputs.injury_rates"]),
        ("any(injury_admissions)", ["TIM704 outputs.injury_rates"]),
        ("first_care.start_date is not missing", ["TIM704 outputs.injury_rates"]),
        ("first_care.start_date <= index_date", []),
        (
            "any(injury_admissions where admission_date <= index_date + 1 week)",
            ["TIM704 outputs.injury_rates"],
        ),
    ],
)
def test_what_a_rate_is_compared_by_is_known_when_follow_up_starts(value: str, warnings: list[str]) -> None:
    text = _example("crcs_substance_misuse_injury")
    before = "any(injury_admissions where admission_date during year_before)"
    rate = "    rate: injury_admission\n    per: 1000 person-years\n    by: [group"
    text = text.replace(before, value).replace(rate, f"{rate}, injured_in_year_before")
    # A fixed time is counted in the table of balance too, which is another matter.
    text = text.replace("free_school_meals, injured_in_year_before]", "free_school_meals]")
    found = pipeline.check_text(text, DEMO_SPEC.parent)
    assert [f"{item.rule.code} {item.at}" for item in found] == warnings


def test_a_later_start_of_follow_up_leaves_more_time_to_tell_the_groups() -> None:
    text = _example("crcs_substance_misuse_injury").replace(
        "any(injury_admissions where admission_date during year_before)",
        "any(injury_admissions where admission_date <= index_date + 1 week)",
    )
    rate = "    rate: injury_admission\n    per: 1000 person-years\n    by: [group"
    text = text.replace(rate, f"{rate}, injured_in_year_before").replace(
        "  starts: index_date\n", "  starts: index_date + 1 week\n"
    )
    assert _codes(text) == []


# Outputs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "problems"),
    [
        ("    table_one: [age_band, sex]\n", []),
        # The mean of a number beside its bands.
        ("    table_one: [age, age_band]\n", ["DIS903 variables.age_band"]),
        ("    distribution: [age]\n    by: [age_band]\n", ["DIS903 variables.age_band"]),
        ("    table_one: [age, sex]\n", []),
        # One of all years and one of some sexes: neither lies inside the other.
        (
            "    table_one: [age_band]\n    among: sex = 1\n"
            "  other:\n    count: people\n    by: [age_band]\n    among: age > 3\n",
            ["DIS902 outputs.other"],
        ),
        (
            "    table_one: [age_band]\n    among: sex = 1\n"
            "  other:\n    count: people\n    by: [age_band]\n    among: sex = 1 and age > 3\n",
            [],
        ),
        # Ten years of months by 22 authorities.
        (
            "    series: index_date\n    every: month\n    by: [authority]\n",
            ["DIS905 outputs.asked"],
        ),
    ],
)
def test_outputs_that_cannot_be_protected(output: str, problems: list[str]) -> None:
    text = OF_PEOPLE.replace("CONDITION", "people.sex is not missing")
    variables = """
variables:
  sex: people.sex
  authority: first_episode.local_authority
  age: age_on(index_date)
  age_band:
    value: age_on(index_date)
    bands: {0: under 5, 5: 5 and over}
"""
    begin, _, _ = text.partition("\nvariables:")
    text = spliced(f"{begin}{variables}\noutputs:\n  asked:\n{output}", BASE.read_text("utf-8"))
    found = pipeline.check_text(text, BASE.parent)
    ours = [f"{item.rule.code} {item.at}" for item in found if not item.rule.code.startswith("GOV")]
    assert ours == ["TIM703 definitions.first_episode", *problems]


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ("windows:\n  year_after: from index_date until index_date + 1 year\n", "windows.year_after"),
        # A word of prose is no use of a name.
        (
            "windows:\n  late: from index_date until index_date + 1 year\n"
            "\nvariables:\n  year_of_entry:\n    label: late\n    value: year_to_31_march(index_date)\n"
            "  age_at_entry:\n    value: age_on(index_date)\n    bands: {0: young, 5: old}\n",
            "windows.late",
        ),
        ("codelists:\n  statuses: codelists/compulsory_legal_statuses.csv\n", "codelists.statuses"),
        (
            "follow_up:\n  starts: index_date + 1 day\n  only_while: [care_episodes]\n"
            "\noutcomes:\n  episode:\n    events: care_episodes\n    date: start_date\n    count: all\n",
            "outcomes.episode",
        ),
    ],
)
def test_what_nothing_uses(section: str, path: str) -> None:
    found = pipeline.check_text(spliced(section, BASE.read_text("utf-8")), BASE.parent)
    assert [f"{item.rule.code} {item.at}" for item in found] == [f"GOV802 {path}"]


# Immortal time --------------------------------------------------------------------------------------------

OF_PEOPLE = """
study:
  id: small_study
  title: Young people entering care
  question: How many young people entered care each year?
  unit: person
  data_from: 2004-04-01
  data_until: 2020-12-31

linkage:
  accept_status: [1, 4, 39]
  derived_alf: true
  why: Good matches, and the improved links.

sources:
  people: Week of birth and death
  care_episodes: Every episode
  residence: Living in Wales
  crcs: The yearly count

definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  last_episode:
    from: care_episodes
    keep_last: start_date
  first_order:
    from: care_episodes
    where: legal_status = "C1"
    keep_first: start_date
  soon_after:
    from: care_episodes
    where: start_date > index_date and start_date < index_date + 6 months

population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - id: entered_in_study_years
      keep: index_date during from 2008-04-01 through 2018-03-31
    - id: under_ten
      keep: age_on(index_date) < 10
    - id: asked
      keep: CONDITION

variables:
  year_of_entry: year_to_31_march(index_date)

outputs:
  flow:
    attrition: population
  by_year:
    count: people
    by: [year_of_entry]
"""


def _of_step(condition: str) -> set[str]:
    """Return the design warnings of a step with this condition."""
    text = spliced(OF_PEOPLE.replace("CONDITION", condition), BASE.read_text("utf-8"))
    found = pipeline.check_text(text, BASE.parent)
    assert not found.has_errors, [item.headline for item in found]
    return {item.rule.code for item in found if item.at == "population.asked"}


@pytest.mark.parametrize(
    "condition",
    [
        "people.death_date is missing",
        "people.death_date > index_date",
        "people.death_date is missing or people.death_date > index_date + 1 year",
        "none(care_episodes)",
        "none(care_episodes where start_date > index_date)",
        "any(residence where in_wales and current_on(index_date + 1 year))",
        # The steps say that nobody is as old as this on the index date.
        "any(residence where in_wales and current_on(birthday(18)))",
        "any(residence where in_wales and until > index_date + 1 year)",
        "any(residence where in_wales and start_date <= index_date and until > index_date + 1 year)",
        "count(soon_after) > 1",
        'last_episode.legal_status = "C1"',
        "first_order.start_date is missing",
        "first_order.start_date is not missing",
        "first_order.start_date <= index_date + 1 year",
        "first_order.start_date during from index_date until index_date + 1 year",
        "days_between(index_date, first_order.start_date) < 28",
        "first_episode.until >= index_date + 1 year",
        "days_covered(care_episodes, from index_date until index_date + 1 year) > 100",
        "day_reached(care_episodes, 13 weeks, index_date) <= data_until",
    ],
)
def test_a_step_that_looks_ahead(condition: str) -> None:
    assert _of_step(condition) == {"TIM701"}


@pytest.mark.parametrize(
    "condition",
    [
        "people.death_date is missing or people.death_date > index_date",
        "none(care_episodes where start_date < index_date)",
        "any(residence where in_wales and current_on(index_date))",
        # Nothing tells on which side of the index date this birthday lies.
        "any(residence where in_wales and current_on(birthday(5)))",
        "any(residence where in_wales and start_date <= index_date and until > index_date)",
        "first_order.start_date is missing or first_order.start_date >= index_date",
        "first_order.start_date <= index_date",
        "first_order.start_date is not missing and first_order.start_date <= index_date",
        "days_between(first_order.start_date, index_date) > 28",
        "days_covered(care_episodes, from index_date - 1 year until index_date) > 100",
        "index_date + 2 years <= data_until",
        "birthday(18) <= data_until",
        'first_episode.legal_status = "C1"',
    ],
)
def test_a_step_that_does_not_look_ahead(condition: str) -> None:
    assert _of_step(condition) == set()


def test_rows_are_asked_for_from_before_their_data() -> None:
    assert _of_step("any(crcs where census_date < index_date)") == {"TIM709"}
    assert _of_step("any(crcs where census_date during from index_date - 1 year until index_date)") == {
        "TIM709"
    }


# Follow-up ------------------------------------------------------------------------------------------------

FOLLOWED = """
sources:
  children: Week of birth
  care_episodes: Every episode of each child

definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  periods:
    from: care_episodes
    join_spells: {start: start_date, end: until, gap: 0 days}
EVENTS
population:
  from: first_episode
  index_date: INDEX
  steps:
    - id: entered_in_study_years
      keep: index_date during from 2008-04-01 through 2016-03-31
follow_up:
  starts: STARTS
  ends:
    over: ENDS
  only_while: [periods]

outcomes:
  event:
    events: NAME
    date: start_date
    count: first in follow-up

outputs:
  rates:
    rate: event
    per: 1000 person-years
    by: [age_at_entry]
  by_year:
    count: children
    by: [year_of_entry]
"""
LATER = "  events:\n    from: care_episodes\n    where: start_date > index_date\n"


def _of_follow_up(
    starts: str = "index_date",
    ends: str = "index_date + 3 years",
    index: str = "first_episode.start_date",
    events: str = LATER,
    name: str = "events",
) -> list[Diagnostic]:
    text = FOLLOWED.replace("INDEX", index).replace("STARTS", starts).replace("ENDS", ends)
    text = text.replace("EVENTS", events).replace("NAME", name)
    found = pipeline.check_text(spliced(text, BASE.read_text("utf-8")), BASE.parent)
    return [item for item in found if not item.rule.code.startswith("GOV")]


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("index_date", "index_date - 3 years"),
        ("index_date", "index_date"),
        ("index_date", "first_episode.start_date"),
        ("index_date + 1 year", "index_date + 12 months"),
        ("index_date + 31 days", "index_date + 4 weeks"),
        ("index_date + 5 years", "index_date + 2 years + 3 days"),
        ("index_date", "earliest(index_date - 1 day, index_date - 2 days)"),
        # A step says that nobody enters as early as this.
        ("index_date", "2008-04-01"),
        ("index_date + 1 month", "2008-05-01"),
        ("2010-01-01", "2009-12-31"),
        ("children.week_of_birth", "children.week_of_birth - 1 day"),
    ],
)
def test_follow_up_that_ends_before_it_starts_and_its_repair(starts: str, ends: str) -> None:
    (item,) = _of_follow_up(starts, ends)
    assert (item.rule.code, item.rule.severity, item.at) == ("TIM612", "error", "follow_up.over")
    assert item.place is not None
    assert item.place.source.text[item.place.span.start : item.place.span.end] == ends
    assert _of_follow_up(starts, str(dict(item.data)["offer"])) == []


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("index_date", "index_date + 1 day"),
        ("index_date - 1 year", "index_date - 11 months"),
        # February has no thirty days, so that a month is neither surely longer nor surely shorter.
        ("index_date + 30 days", "index_date + 1 month"),
        ("index_date", "2008-04-02"),
        ("index_date", "children.week_of_birth + 1 year"),
        ("index_date", "earliest(index_date - 1 day, children.week_of_birth + 1 year)"),
        ("2010-01-01", "2010-01-02"),
    ],
)
def test_follow_up_that_may_have_a_day(starts: str, ends: str) -> None:
    assert [item.headline for item in _of_follow_up(starts, ends)] == []


def test_a_death_on_the_first_day_leaves_that_day() -> None:
    text = _example("crcs_substance_misuse_injury")
    assert "TIM612" not in _codes(text.replace("  starts: index_date\n", "  starts: people.death_date\n"))
    after = text.replace("  starts: index_date\n", "  starts: people.death_date + 1 day\n")
    found = pipeline.check_text(after, DEMO_SPEC.parent)
    assert "TIM612 follow_up.death" in [f"{item.rule.code} {item.at}" for item in found]


INDEX = "first_episode.start_date"


@pytest.mark.parametrize(
    ("index", "events", "name"),
    [
        (INDEX, "", "care_episodes"),
        (INDEX, "", "first_episode"),
        # The same rows by another name, or rows in which nothing is left out that the entry needs.
        (INDEX, "  events:\n    from: care_episodes\n    keep_first: start_date\n", "events"),
        (INDEX, "  events:\n    from: care_episodes\n    where: start_date >= index_date\n", "events"),
        (
            INDEX,
            "  events:\n    from: care_episodes\n"
            "    where: start_date during from index_date until index_date + 1 year\n",
            "events",
        ),
        ("smallest(start_date of care_episodes)", "", "care_episodes"),
        (
            'first(start_date of care_episodes by start_date where legal_status = "C1")',
            '  events:\n    from: care_episodes\n    where: legal_status = "C1"\n',
            "events",
        ),
        (
            "first_period.start_date",
            "  first_period:\n    from: periods\n    keep_first: start_date\n",
            "care_episodes",
        ),
    ],
)
def test_an_entry_that_is_its_own_outcome(index: str, events: str, name: str) -> None:
    def told(starts: str) -> list[str]:
        found = _of_follow_up(starts, index=index, events=events, name=name)
        return [f"{item.rule.code} {item.at}" for item in found if item.rule.code != "TIM703"]

    assert told("index_date") == told("index_date - 1 week") == ["TIM710 outcomes.event"]
    assert told("index_date + 1 day") == []


@pytest.mark.parametrize(
    "events",
    [
        LATER,
        "  events:\n    from: care_episodes\n    where: start_date < index_date\n",
        '  events:\n    from: care_episodes\n    where: legal_status = "C1"\n',
        "  events:\n    from: care_episodes\n    keep_last: start_date\n",
    ],
)
def test_events_that_need_not_be_the_entry(events: str) -> None:
    assert _of_follow_up(events=events) == []


@pytest.mark.parametrize(
    ("index", "warnings"),
    [
        ("first(start_date of care_episodes by start_date)", ["TIM703 population.index_date"]),
        ("smallest(start_date of care_episodes)", ["TIM703 population.index_date"]),
        ("entered_on", ["TIM703 population.index_date"]),
        ("smallest(start_date of care_episodes where start_date >= 2008-04-01)", []),
        ("largest(start_date of care_episodes)", []),
        ("first_episode.start_date", ["TIM703 definitions.first_episode"]),
    ],
)
def test_the_first_of_dates_needs_data_that_reach_back(index: str, warnings: list[str]) -> None:
    text = BASE.read_text("utf-8").replace("index_date: first_episode.start_date", f"index_date: {index}")
    variable = "variables:\n  entered_on: smallest(start_date of care_episodes)\n"
    text = text.replace("variables:\n", variable).replace(
        "from 2008-04-01 through", "from 2003-04-01 through"
    )
    found = pipeline.check_text(text, BASE.parent)
    ours = [f"{item.rule.code} {item.at}" for item in found if item.rule.code == "TIM703"]
    assert ours == warnings
    assert not found.has_errors


# Missing values -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ('first_episode.legal_status != "C1"', {"TYP210"}),
        ('not starts_with(first_episode.legal_status, ["C"])', {"TYP210"}),
        ('not (first_episode.legal_status = "C1" or first_episode.legal_status = "C2")', {"TYP210"}),
        ('none(care_episodes where legal_status != "C1" and start_date < index_date)', {"TYP210"}),
        ("none(residence where not in_wales and start_date < index_date)", {"TYP210"}),
        ('first_episode.legal_status != "C1" or first_episode.legal_status is missing', set()),
        ("not any(residence where in_wales and current_on(index_date))", set()),
        ("none(care_episodes where start_date != index_date and start_date <= index_date)", set()),
        ("count(care_episodes where start_date < index_date) != 3", set()),
        ("index_date != 2012-04-01", set()),
    ],
)
def test_missing_values_that_are_silently_left_out(condition: str, codes: set[str]) -> None:
    assert _of_step(condition) == codes


# Names ----------------------------------------------------------------------------------------------------


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
