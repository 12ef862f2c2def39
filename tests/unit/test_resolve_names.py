"""Sources, definitions and variables use each other in any order; circles are told once; long chains are no depth."""

from __future__ import annotations

import pytest

from cohort.query.rows import ForEachEntry, TableRows, Union, walk_rows
from cohort.resolve.functions import FUNCTIONS
from cohort.resolve.meant import FUNCTIONS_ELSEWHERE

from .specs import PERSON, diagnostics_of, problems_of, sound

OUTPUTS = """
outputs:
  flow:
    attrition: population
"""


def test_definitions_and_variables_use_each_other_in_any_order() -> None:
    study = sound(
        """
definitions:
  after_first_order:
    from: care_episodes
    where: start_date > day_of_first_order
  first_episode:
    from: care_episodes
    keep_first: start_date
  orders:
    from: care_episodes
    where: legal_status = "C2"
  first_order:
    from: orders
    keep_first: start_date
variables:
  episodes_after: count(after_first_order)
  day_of_first_order: first_order.start_date
"""
        + OUTPUTS
    )
    names = [definition.name for definition in study.definitions]
    assert names.index("first_order") < names.index("after_first_order")
    assert study.by_name["after_first_order"].uses_variables == {"day_of_first_order"}


def test_a_circle_through_definitions_and_variables_is_told_once_and_whole() -> None:
    problems = problems_of(
        """
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  late:
    from: care_episodes
    where: start_date > that_day
variables:
  that_day: first(start_date of late)
  number: count(late)
  twice: number * 2
"""
        + OUTPUTS
    )
    assert len(problems) == 1
    assert problems[0].startswith("NAM107")
    assert "that_day → late → that_day" in problems[0] or "late → that_day → late" in problems[0]


@pytest.mark.parametrize("backwards", [True, False])
def test_chains_of_hundreds_of_names_resolve_in_whatever_order_they_stand(backwards: bool) -> None:
    length = 300
    definitions = ["  rows_0:\n    from: care_episodes\n    where: until > start_date\n"]
    definitions += [
        f"  rows_{n}:\n    from: rows_{n - 1}\n    where: start_date < data_until\n" for n in range(1, length)
    ]
    variables = ["  value_0: count(rows_299)\n"]
    variables += [f"  value_{n}: value_{n - 1} + 1\n" for n in range(1, length)]
    if backwards:
        definitions.reverse()
        variables.reverse()
    first = "  first_episode:\n    from: care_episodes\n    keep_first: start_date\n"
    study = sound(f"definitions:\n{first}{''.join(definitions)}\nvariables:\n{''.join(variables)}{OUTPUTS}")
    assert len(study.variables) == length
    names = [definition.name for definition in study.definitions]
    assert all(names.index(f"rows_{n - 1}") < names.index(f"rows_{n}") for n in range(1, length))


def test_a_very_long_circle_is_a_message_and_no_crash() -> None:
    length = 400
    variables = [f"  value_{n}: value_{(n + 1) % length} + 1\n" for n in range(length)]
    problems = problems_of(f"variables:\n{''.join(variables)}{OUTPUTS}")
    assert len(problems) == 1
    assert problems[0].startswith("NAM107")


def test_a_union_sets_its_parts_beside_the_entries_where_one_is_of_entries() -> None:
    study = sound(
        """
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  later:
    from: care_episodes
    where: start_date > index_date
  placed:
    from: care_episodes
    where: legal_status = "E1"
  all_of_them:
    union: [later, placed]
variables:
  number: count(all_of_them)
"""
        + OUTPUTS
    )
    union = study.by_name["all_of_them"]
    assert union.per_entry
    assert [type(stage.rows) for stage in union.stages] == [Union]
    beside = study.by_name["placed_of_entries"]
    assert isinstance(beside.rows, ForEachEntry)
    assert beside.uses == {"placed"}


def test_a_source_that_is_not_declared_is_told_where_it_is_used() -> None:
    problems = problems_of("sources:\n  care_episodes: Episodes\n")
    assert problems == ["NAM109 `children` is used but not declared under `sources`."]


def test_a_wrong_source_is_told_once_though_it_is_used() -> None:
    problems = problems_of(
        """
sources:
  children: Week of birth
  care_episode: Episodes
definitions:
  first_episode:
    from: care_episode
    keep_first: start_date
"""
    )
    assert problems == ["NAM103 There is no source or definition `care_episode`."]


def test_sources_of_another_unit_are_refused_with_those_that_fit() -> None:
    problems = problems_of("sources:\n  children: a\n  care_episodes: b\n  residence: c\n")
    assert problems == ["GRN311 `residence` cannot be used in a study whose unit is `child`."]


def test_links_must_be_stated_once_for_all_sources() -> None:
    without = PERSON[: PERSON.index("linkage:")] + PERSON[PERSON.index("sources:") :]
    problems = problems_of(without)
    assert len(problems) == 1
    assert problems[0].startswith("GRN314 `care_episodes`")


def test_steps_of_preparation_for_the_other_unit_are_left_out() -> None:
    def tables(sections: str) -> set[str]:
        study = sound(sections)
        held = (node for d in study.definitions for node in walk_rows(d.rows))
        return {node.table for node in held if isinstance(node, TableRows)}

    assert "lacw_alf" not in tables("")
    assert "lacw_alf" in tables(PERSON)


@pytest.mark.parametrize(
    ("written", "sources"),
    [
        ("true", ("CRCS", "CINW", "EDUW", "CAFW", "NCCHD_BIRTHS", "GP_EVENT")),
        ("false", ()),
        ("[EDUW]", ("EDUW",)),
    ],
)
def test_derived_links_are_all_none_or_some(written: str, sources: tuple[str, ...]) -> None:
    linkage = sound(PERSON.replace("derived_alf: true", f"derived_alf: {written}")).linkage
    assert linkage is not None
    assert (linkage.accept_status, linkage.derived) == ((1, 4, 39), sources)


def test_a_status_that_the_catalogue_does_not_know_is_refused() -> None:
    problems = problems_of(PERSON.replace("[1, 4, 39]", "[1, 4, 38]"))
    assert problems == ["COD401 `38` is not a code of match status."]


def test_names_are_not_given_twice_over_sections() -> None:
    problems = problems_of(
        """
follow_up:
  starts: index_date
person_time:
  split_by:
    age_at_entry:
      ages: [0, 1]
"""
    )
    assert len(problems) == 1
    assert problems[0].startswith("NAM102 `age_at_entry` is the name of two things: a variable and")


def test_steps_cannot_have_the_names_of_rows_that_every_flow_has() -> None:
    problems = problems_of(
        """
population:
  from: first_episode
  index_date: first_episode.start_date
  steps:
    - id: observed_time
      keep: index_date <= data_until
"""
    )
    assert problems == ["NAM108 `observed_time` cannot be a name, because it names a row of every flow."]


@pytest.mark.parametrize(
    ("condition", "code", "place", "meant"),
    [
        ("start_date in two_years", "NAM105", "two_years", "start_date during two_years"),
        ("start_date not in two_years", "NAM105", "two_years", "not start_date during two_years"),
        ("start_date + 1 day in two_years", "NAM105", "two_years", "(start_date + 1 day) during two_years"),
        ("legal_status in two_years", "NAM105", "two_years", None),
        ("start_date in three_years", "NAM105", "three_years", None),
        ("start_date + 730 > until", "TYP207", "start_date", "start_date + 730 days"),
        ("start_date - 1 > until", "TYP207", "start_date", "start_date - 1 day"),
        ("730 + start_date > until", "TYP207", "start_date", "start_date + 730 days"),
        ("start_date * 2 > until", "TYP207", "start_date", None),
        ("reason_started = S", "NAM101", "S", '"S"'),
        ("s = reason_started", "NAM101", "s", '"S"'),
        ("reason_started = ZZ", "NAM101", "ZZ", None),
        ("two_years_of_data = yes", "NAM101", "yes", "two_years_of_data"),
        ("two_years_of_data = no", "NAM101", "no", "not two_years_of_data"),
        ("two_years_of_data != yes", "NAM101", "yes", "not two_years_of_data"),
        ("two_years_of_data != no", "NAM101", "no", "two_years_of_data"),
        ('two_years_of_data = "yes"', "TYP201", '"yes"', "two_years_of_data"),
        ("two_years_of_data = maybe", "NAM101", "maybe", None),
        ('local_authority = "Cardiff"', "TYP201", '"Cardiff"', "552"),
        ('not "cardiff" = local_authority', "TYP201", '"cardiff"', "552"),
        ("local_authority = Cardiff", "NAM101", "Cardiff", "552"),
        ('local_authority in [512, "Cardiff"]', "TYP201", '"Cardiff"', "552"),
        ('local_authority = "Bristol"', "TYP201", 'local_authority = "Bristol"', None),
        ('legal_status = "full care order"', "COD401", '"full care order"', '"C2"'),
        ("sum(placement_number of care_episodes) > 1", "NAM106", "sum", "total"),
        ("if(reason_started, 1, 2) > 1", "NAM106", "if", "when … then … otherwise …"),
        ("year(start_date) = 2010", "NAM106", "year", "calendar_year"),
        ("AVG(start_date) = 2010", "NAM106", "AVG", "mean"),
        ("min(start_date of care_episodes) > until", "NAM106", "min", "smallest"),
        ("max(start_date of care_episodes) > until", "NAM106", "max", "largest"),
        ("len(care_episodes) > 1", "NAM106", "len", "count"),
        ("number(care_episodes) > 1", "NAM106", "number", "count"),
    ],
)
def test_what_was_most_likely_meant_is_offered(
    condition: str, code: str, place: str, meant: str | None
) -> None:
    spec = f"""
windows:
  two_years: from 2010-04-01 until 2012-04-01
variables:
  two_years_of_data: index_date < 2019-04-01
definitions:
  first_episode:
    from: care_episodes
    keep_first: start_date
  late_episodes:
    from: care_episodes
    where: {condition}
"""
    diagnostics = diagnostics_of(spec + OUTPUTS)
    found = next(item for item in diagnostics if item.rule.code == code)
    assert found.place is not None
    assert (found.place.text, found.suggestion) == (place, meant)
    assert meant is None or found.help == f"Write `{meant}` if that is what is meant."


@pytest.mark.parametrize(("name", "meant"), sorted(FUNCTIONS_ELSEWHERE.items()))
def test_what_is_offered_for_functions_of_other_languages_exists(name: str, meant: str) -> None:
    assert name not in FUNCTIONS
    assert meant in FUNCTIONS or meant == "when … then … otherwise …"
