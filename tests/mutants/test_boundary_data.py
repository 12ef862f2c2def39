"""Boundary data are the same each time, stand on both sides of every line, and mean the same to two engines."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars
import pytest

from cohort import pipeline
from cohort.cases.clauses import observed_clauses
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.engines.database import run_script
from cohort.engines.reference import StudyRun, World
from cohort.plan.collect import ResultRow, collect
from cohort.query.study import Study
from cohort.vetting.boundary import boundary_data, few
from cohort.vetting.by_reference import logical_rows

from .harness import STUDIES, data_of, study_of

FEWER = {"care_leavers_self_harm": 250}
"""Studies for which fewer units are made here than by the gate, to save time."""


@cache
def data(name: str) -> dict[str, polars.DataFrame]:
    if name not in FEWER:
        return data_of(name)
    return boundary_data(study_of(name), load_catalogue(), units=FEWER[name])


@cache
def reference(name: str) -> StudyRun:
    return StudyRun(study_of(name), World(logical_rows(data(name), load_catalogue())))


def test_the_same_seed_gives_the_same_rows() -> None:
    study, catalogue = study_of("infants_entering_care"), load_catalogue()
    one, again = (boundary_data(study, catalogue, seed=7, units=60) for _ in range(2))
    other = boundary_data(study, catalogue, seed=8, units=60)
    assert one.keys() == again.keys()
    assert all(one[table].equals(again[table]) for table in one)
    assert not all(one[table].equals(other[table]) for table in one)


@pytest.mark.parametrize("name", STUDIES)
def test_every_clause_is_met_both_ways(name: str) -> None:
    met = observed_clauses(reference(name))
    missed = {clause.path for clause, ways in met.items() if ways != {True, False}}
    assert not missed


@pytest.mark.parametrize("name", STUDIES)
def test_duckdb_gives_what_the_reference_engine_gives(name: str, tmp_path: Path) -> None:
    _agree(study_of(name), data(name), reference(name), tmp_path)


def test_any_other_study_has_boundary_data_too(tmp_path: Path) -> None:
    file = Path(__file__).parents[1] / "study" / "siblings_and_households.yaml"
    study = pipeline.check_file(file).study
    assert study is not None
    made = boundary_data(study, load_catalogue(), units=60)
    assert all(frame.height for frame in made.values())
    _agree(study, made, StudyRun(study, World(logical_rows(made, load_catalogue()))), tmp_path)


def test_few_units_keep_their_rows_and_most_clauses() -> None:
    name = "infants_entering_care"
    study, whole = study_of(name), data(name)
    less = few(whole, study, units=40)
    assert less.keys() == whole.keys()
    for table, frame in less.items():
        assert frame.join(whole[table], on=frame.columns, how="anti", nulls_equal=True).is_empty()
    assert (
        0 < sum(frame.height for frame in less.values()) < sum(frame.height for frame in whole.values()) / 4
    )
    run = StudyRun(study, World(logical_rows(less, load_catalogue())))
    met = observed_clauses(run)
    assert sum(ways == {True, False} for ways in met.values()) >= 0.7 * len(met)


def _agree(study: Study, data: dict[str, polars.DataFrame], run: StudyRun, folder: Path) -> None:
    binding = shipped_binding("synthetic")
    for table, frame in data.items():
        frame.write_parquet(folder / f"{binding.table(table)}.parquet")
    done = run_script(pipeline.compile_study(study, "duckdb"), folder)
    try:
        found = collect(study, [ResultRow(*row) for row in done.results])
    finally:
        done.close()
    expected = {table.id: table for table in run.tables()}
    assert {table.id: table for table in found.tables if table.id in expected} == expected
