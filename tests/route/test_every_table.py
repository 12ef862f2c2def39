"""The way to the data names every table that SQL reads: of each source alone, of each shipped study, of relations."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort import pipeline
from cohort.catalogue import load_catalogue
from cohort.catalogue.links import studies_that_count, text_of_count
from cohort.pipeline import Checked
from cohort.resolve.prepared import units_of
from cohort.source import Source
from tests.cli.command import cohort
from tests.conftest import ROOT

CATALOGUE = load_catalogue()
ALONE = [
    (prepared.name, unit, derived)
    for prepared in CATALOGUE.prepared.values()
    if prepared.offered
    for unit in units_of(prepared, CATALOGUE)
    for derived in (("false", "true") if unit == "person" else ("false",))
]
STUDIES = [
    *sorted(p for p in (ROOT / "specs").glob("*.yaml") if not p.name.endswith(".cases.yaml")),
    *sorted((ROOT / "tests" / "study").glob("*.yaml")),
]


def checked(text: str) -> Checked:
    return pipeline.check_source(Source("study.yaml", text), ROOT / "specs")


def in_sql(of: Checked) -> frozenset[str]:
    return frozenset(pipeline.use_of(of).tables)


def on_the_way(of: Checked) -> frozenset[str]:
    return frozenset(table.name for dataset in pipeline.route_of(of).datasets for table in dataset.tables)


def period(name: str) -> str:
    """Return days for which the data of a source are there."""
    later = CATALOGUE.prepared[name].dataset in ("crcs", "mids")
    first, last = ("2017-04-01", "2019-03-31") if later else ("2012-04-01", "2015-03-31")
    return f"data_from: {first}, data_until: {last}"


def with_source_alone(name: str, unit: str, derived: str) -> str:
    linkage = f"linkage: {{accept_status: [1, 4, 39], derived_alf: {derived}, why: to try}}\n"
    return (
        "cohort_spec: 1\n"
        f"study: {{id: s, title: t, question: q, unit: {unit}, {period(name)}}}\n"
        f"{linkage if unit == 'person' else ''}"
        f"sources: {{{name}: rows}}\n"
        f"definitions:\n  first_row: {{from: {name}, one_per: [{unit}]}}\n"
        "population: {from: first_row, index_date: data_from}\n"
        "outputs: {flow: {attrition: population}}\ndisclosure: sail\n"
    )


@pytest.mark.parametrize(("name", "unit", "derived"), ALONE)
def test_a_source_alone_names_all_that_its_preparation_reads(name: str, unit: str, derived: str) -> None:
    study = checked(with_source_alone(name, unit, derived))
    assert study.study is not None, [item.headline for item in study.diagnostics]
    assert on_the_way(study) == in_sql(study) != frozenset()


def test_the_cohort_of_births_names_the_tables_that_a_study_does_not_declare() -> None:
    study = checked(with_source_alone("birth_cohort", "person", "false"))
    assert on_the_way(study) == {
        *("ncch_births", "ncch_trust_children", "mids_births", "adbe_births", "wdsd_persons"),
    }
    owners = {dataset.name: dataset.sources for dataset in pipeline.route_of(study).datasets}
    assert owners == dict.fromkeys(("adbe", "mids", "ncch", "wdsd"), ("birth_cohort",))


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_a_whole_study_names_every_table_of_its_sql(path: Path) -> None:
    study = pipeline.check_file(path)
    assert on_the_way(study) == in_sql(study)


@pytest.mark.parametrize("name", studies_that_count())
def test_a_study_that_counts_contradictions_names_every_table_of_its_sql(name: str) -> None:
    study = checked(text_of_count(name))
    assert on_the_way(study) == in_sql(study)


RELATED = """\
cohort_spec: 1
study: {id: s, title: t, question: q, unit: person, data_from: 2005-04-01, data_until: 2015-03-31}
linkage: {accept_status: [1, 4, 39], derived_alf: false, why: to try}
sources: {SOURCES}
definitions:
  related_events: {from: gp_events, of: RELATION}
population:
  from: people
  index_date: people.week_of_birth
variables:
  anything: {label: Anything, value: any(related_events)}
outputs:
  counts: {count: people, by: [anything]}
disclosure: sail
"""


@pytest.mark.parametrize(("relation", "needed"), [("household", "homes"), ("siblings", "births")])
def test_a_relation_needs_the_source_of_its_pairs(relation: str, needed: str) -> None:
    text = RELATED.replace("RELATION", relation)
    without = checked(text.replace("SOURCES", "people: who, gp_events: events"))
    assert [item.headline for item in without.diagnostics if item.rule.code == "NAM109"] == [
        f"`{needed}` is used but not declared under `sources`."
    ]
    declared = checked(text.replace("SOURCES", f"people: who, gp_events: events, {needed}: whom"))
    assert declared.study is not None, [item.headline for item in declared.diagnostics]
    assert on_the_way(declared) == in_sql(declared)


def test_the_command_prints_every_table(tmp_path: Path) -> None:
    path = tmp_path / "births.yaml"
    path.write_text(with_source_alone("birth_cohort", "person", "false"), encoding="utf-8")
    shown = " ".join(cohort("route", str(path), cwd=tmp_path).out.split())
    for name in ("NCCH_CHILD_BIRTHS", "NCCH_CHILD_TRUST", "MIDS_BIRTH", "ADBE_BIRTHS", "WDSD_AR_PERS"):
        assert name in shown, name
