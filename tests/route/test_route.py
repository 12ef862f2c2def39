"""The way to the data: studies of each kind, decided from the catalogue and from public guidance."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.catalogue import load_catalogue
from cohort.catalogue.load_route import CatalogueFault, load_guidance, read_guidance
from cohort.catalogue.route import decide
from cohort.catalogue.route_types import Asked, AskedSource, Route, Way
from cohort.source import Source
from tests.cli.command import cohort
from tests.conftest import DEMO_SPEC, ROOT

CATALOGUE, GUIDANCE = load_catalogue(), load_guidance()
TABLES = {
    "lacw": frozenset({"lacw_alf", "lacw_episodes"}),
    "crcs": frozenset({"crcs_children"}),
    "cinw": frozenset({"cinw_children"}),
    "eduw": frozenset({"eduw_pupils"}),
    "pedw": frozenset({"pedw_spells"}),
    "adde": frozenset({"adde_deaths"}),
}

SPECS = sorted(path for path in (ROOT / "specs").glob("*.yaml") if not path.name.endswith(".cases.yaml"))


def asked(*datasets: str, unit: str = "child") -> Asked:
    return Asked("made", unit, tuple(AskedSource(f"of_{name}", "why", TABLES[name]) for name in datasets))


def route(*datasets: str, unit: str = "child") -> Route:
    return decide(asked(*datasets, unit=unit), CATALOGUE, GUIDANCE)


def route_of(spec: Path) -> Route:
    return pipeline.route_of(pipeline.check_file(spec))


# --- kinds of study ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("datasets", "unit", "way"),
    [
        (("lacw",), "child", Way.WELSH_GOVERNMENT),
        (("crcs",), "child", Way.WELSH_GOVERNMENT),
        (("lacw", "crcs"), "child", Way.ASK_FIRST),
        (("lacw", "cinw", "crcs"), "child", Way.ASK_FIRST),
        (("lacw", "eduw"), "child", Way.SAIL),
        (("eduw",), "child", Way.SAIL),
        (("pedw",), "child", Way.SAIL),
        (("lacw",), "person", Way.SAIL),
        (("lacw", "crcs"), "person", Way.SAIL),
        (("lacw", "adde"), "person", Way.SAIL),
    ],
)
def test_the_way_of_each_kind_of_study(datasets: tuple[str, ...], unit: str, way: Way) -> None:
    assert route(*datasets, unit=unit).way is way


def test_where_sources_disagree_both_are_given_and_the_welsh_government_is_asked_first() -> None:
    found = route("lacw", "crcs")
    assert found.disagree
    assert [reading.id for reading in found.readings] == ["single_dataset", "social_services_alone"]
    assert all(reading.fact.source and reading.fact.confidence == "certain" for reading in found.readings)
    assert found.advice.startswith("Ask the Welsh Government first")
    reasons = " ".join(found.reasons)
    assert "a single dataset" in reasons
    assert "just the social-services data" in reasons


def test_one_dataset_is_no_disagreement() -> None:
    found = route("lacw")
    assert not found.disagree
    assert len(found.readings) == 2


def test_if_sources_came_to_agree_several_datasets_would_go_to_the_welsh_government() -> None:
    agreed = replace(GUIDANCE, readings=tuple(replace(r, several=True) for r in GUIDANCE.readings))
    assert decide(asked("lacw", "crcs"), CATALOGUE, agreed).way is Way.WELSH_GOVERNMENT


def test_a_dataset_that_nobody_says_how_to_reach() -> None:
    holdings = {**CATALOGUE.holdings, "adde": replace(CATALOGUE.holdings["adde"], route="elsewhere")}
    elsewhere = replace(CATALOGUE, holdings=holdings)
    found = decide(asked("lacw", "adde"), elsewhere, GUIDANCE)
    assert found.way is Way.UNKNOWN
    assert found.advice.startswith("Ask the owner")


# --- owners, steps, and fewer sources ----------------------------------------------------------------------------


def test_owners_bring_their_own_steps() -> None:
    with_government = {step.id for step in route("lacw", "eduw").steps}
    without = {step.id for step in route("pedw").steps}
    assert with_government - without == {"welsh_government_approval", "accreditation"}
    assert {"enquiry", "scoping", "review", "access"} <= without


def test_a_study_without_its_other_sources_could_go_to_the_welsh_government() -> None:
    found = route("lacw", "eduw", "pedw")
    whole = found.social_services_only
    assert whole is not None
    assert whole.sources == ("of_eduw", "of_pedw")
    assert whole.way is Way.WELSH_GOVERNMENT
    assert {one.sources: one.way for one in found.smaller} == {
        ("of_lacw",): Way.SAIL,
        ("of_eduw",): Way.SAIL,
        ("of_pedw",): Way.SAIL,
    }
    assert "NHS Wales" in next(one for one in found.smaller if one.sources == ("of_pedw",)).owners


def test_one_source_alone_can_make_the_difference() -> None:
    found = {one.sources[0]: one.way for one in route("lacw", "crcs", "eduw").smaller}
    assert found == {"of_lacw": Way.SAIL, "of_crcs": Way.SAIL, "of_eduw": Way.ASK_FIRST}
    found = {one.sources[0]: one.way for one in route("lacw", "crcs").smaller}
    assert found == {"of_lacw": Way.WELSH_GOVERNMENT, "of_crcs": Way.WELSH_GOVERNMENT}


def test_a_linking_field_alone_leads_to_sail_and_what_would_do_without_it_is_said() -> None:
    found = route("lacw", "crcs", unit="person")
    assert found.unlinked is Way.ASK_FIRST
    assert found.disagree
    assert "codes of the authorities" in found.instead
    assert found.advice.startswith(
        "Ask the Welsh Government first whether it gives these data with a number of its own"
    )
    assert found.advice.endswith(GUIDANCE.advice["disagree"])
    assert route("lacw", "eduw", unit="person").advice == GUIDANCE.advice["sail"]
    assert route("crcs", unit="person").advice == GUIDANCE.advice["linked"]


def test_fewer_data_never_need_more() -> None:
    order = [Way.WELSH_GOVERNMENT, Way.ASK_FIRST, Way.SAIL]
    for size in (2, 3, 4):
        for datasets in itertools.combinations(TABLES, size):
            found = route(*datasets)
            for one in found.smaller:
                assert order.index(one.way) <= order.index(found.way)
                assert order.index(one.unlinked) <= order.index(found.unlinked)


# --- studies -----------------------------------------------------------------------------------------------------


def test_infants_entering_care_can_go_to_the_welsh_government_with_a_question() -> None:
    found = route_of(DEMO_SPEC)
    assert found.way is Way.WELSH_GOVERNMENT
    assert [dataset.name for dataset in found.datasets] == ["lacw"]
    assert any("LACW_LAC_ALF_DERIVED" in fact.text for fact in found.facts)
    assert len(found.to_ask) == 1


def test_first_entry_and_gcse_needs_sail_for_schools_and_addresses() -> None:
    found = route_of(ROOT / "specs" / "first_care_entry_gcse.yaml")
    assert found.way is Way.SAIL
    datasets = {dataset.name: dataset for dataset in found.datasets}
    assert set(datasets) == {"eduw", "lacw", "wdsd"}
    assert datasets["lacw"].sources == ("care_episodes",)
    assert datasets["wdsd"].owner == CATALOGUE.holdings["wdsd"].owner
    assert found.to_ask == ()
    whole = found.social_services_only
    assert whole is not None
    assert "care_episodes" not in whole.sources
    assert whole.unlinked is Way.WELSH_GOVERNMENT
    assert "population.in_wales_for_results" in whole.used_by


ONLY_SUPPORT = """\
cohort_spec: 1
study:
  id: support_only
  title: Children receiving care and support
  question: How many were there each year?
  unit: person
  data_from: 2017-04-01
  data_until: 2021-03-31
linkage:
  accept_status: [1, 4, 39]
  derived_alf: false
  why: Good matches.
sources:
  crcs: The yearly count
definitions:
  first_count:
    from: crcs
    keep_first: census_date
population:
  from: first_count
  index_date: first_count.census_date
  steps:
    - id: counted_in_study_years
      keep: index_date during from 2019-04-01 through 2021-03-31
variables:
  year_of_count:
    label: Year of the first count
    value: year_to_31_march(index_date)
outputs:
  counts_by_year:
    title: First counts by year
    count: people
    by: [year_of_count]
disclosure: sail
"""


def test_a_study_of_persons_in_one_dataset_needs_sail_for_its_links_alone(tmp_path: Path) -> None:
    (tmp_path / "support_only.yaml").write_text(ONLY_SUPPORT)
    found = route_of(tmp_path / "support_only.yaml")
    assert (found.way, found.unlinked) == (Way.SAIL, Way.WELSH_GOVERNMENT)
    assert [dataset.name for dataset in found.datasets] == ["crcs"]
    assert found.reasons == ("The unit is person, so records are tied together by a linking field.",)
    assert len(found.readings) == 2
    assert found.smaller == ()


def test_the_parts_that_use_a_source_are_those_that_break_without_it() -> None:
    found = route_of(ROOT / "specs" / "care_leavers_self_harm.yaml")
    without = {one.sources: one.used_by for one in found.smaller}
    assert any(part.startswith("outcomes.") for part in without["hospital_diagnoses",])
    # Neither of these alone would change what is asked for, since both are of one dataset.
    assert "follow_up" in without["gp_registrations", "gp_events"]
    assert ("gp_events",) not in without


@pytest.mark.parametrize(
    "spec", [*SPECS, ROOT / "tests" / "study" / "siblings_and_households.yaml"], ids=lambda path: path.stem
)
def test_the_tables_of_the_way_are_those_that_the_sql_reads(spec: Path) -> None:
    checked = pipeline.check_file(spec)
    assert checked.study is not None
    read = {table.logical for table in pipeline.compile_study(checked.study, "db2").reads}
    named = [table.name for dataset in pipeline.route_of(checked).datasets for table in dataset.tables]
    assert sorted(named) == sorted(read)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_every_shipped_study_has_a_way_with_reasons(spec: Path) -> None:
    found = route_of(spec)
    assert found.reasons
    assert found.datasets
    assert found.steps
    study = pipeline.check_file(spec).study
    assert study is not None
    declared = {source.name for source in study.sources}
    assert {name for dataset in found.datasets for name in dataset.sources} <= declared


# --- the file of guidance ----------------------------------------------------------------------------------------


def test_every_fact_of_the_guidance_has_confidence_and_source() -> None:
    facts = [
        *(unit.fact for unit in GUIDANCE.linked_units),
        *(table.fact for table in GUIDANCE.made_in_sail),
        *(reading.fact for reading in GUIDANCE.readings),
        *(step.fact for steps in GUIDANCE.steps.values() for step in steps),
        *(fact for group in GUIDANCE.facts.values() for fact in group),
    ]
    assert len(facts) >= 15
    for fact in facts:
        assert fact.text.endswith((".", "!"))
        assert fact.source
        assert fact.confidence in ("certain", "likely", "guess", "background")


def test_the_guidance_names_tables_and_owners_that_are_known() -> None:
    assert {table.table for table in GUIDANCE.made_in_sail} <= set(CATALOGUE.tables)
    owners = {holding.owner for holding in CATALOGUE.holdings.values()}
    assert {s.only_with_owner for steps in GUIDANCE.steps.values() for s in steps} - {""} <= owners
    assert {unit.unit for unit in GUIDANCE.linked_units} <= set(CATALOGUE.units)


def test_a_fact_without_a_source_is_refused() -> None:
    text = (ROOT / "src/cohort/catalogue/guidance/route.yaml").read_text("utf-8")
    with pytest.raises(CatalogueFault, match="source is missing"):
        read_guidance(Source("route.yaml", text.replace("    source: CASCADE overview page\n", "")))


# --- the command -------------------------------------------------------------------------------------------------


def test_the_command_in_words_and_as_json(tmp_path: Path) -> None:
    ended = cohort("route", DEMO_SPEC, cwd=tmp_path)
    assert ended.code == 0, ended.err
    first, *_ = ended.out.splitlines()
    assert first == "infants_entering_care: The Welsh Government alone can be asked for the data."
    for title in ("Why:", "What to do first:", "Datasets and owners:", "Steps:", "Not known:"):
        assert title in ended.out.splitlines()
    assert max(map(len, ended.out.splitlines())) <= 110
    found = json.loads(cohort("route", DEMO_SPEC, "--json", cwd=tmp_path).out)
    assert (found["study"], found["way"]) == ("infants_entering_care", "welsh_government")
    assert found["datasets"][0]["owner"] == "Welsh Government"
    assert {"text", "confidence", "source"} == set(found["steps"][0]["fact"])


def test_a_broken_spec_and_none(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("cohort_spec: 1\n")
    assert cohort("route", "broken.yaml", cwd=tmp_path).code == 1
    assert cohort("route", "absent.yaml", cwd=tmp_path).code == 6
