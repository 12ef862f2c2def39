"""Boundary data stand on both sides of every line, and mean the same to two engines.

That they are the same each time is seen by the record of mutants, which holds their hash.
"""

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

from .harness import data_of, study_of

# The data of a study are made once for all tests of a process.
pytestmark = pytest.mark.xdist_group("boundary")

NAME = "infants_entering_care"
"""The study whose data are made here.

Making those of the others takes a minute each: ``python -m tests.mutants --write`` and ``make vet`` do it.
"""


@cache
def reference() -> StudyRun:
    return StudyRun(study_of(NAME), World(logical_rows(data_of(NAME), load_catalogue())))


def test_every_clause_is_met_both_ways() -> None:
    met = observed_clauses(reference())
    missed = {clause.path for clause, ways in met.items() if ways != {True, False}}
    assert not missed


def test_duckdb_gives_what_the_reference_engine_gives(tmp_path: Path) -> None:
    _agree(study_of(NAME), data_of(NAME), reference(), tmp_path)


def test_any_other_study_has_boundary_data_too(tmp_path: Path) -> None:
    file = Path(__file__).parents[1] / "study" / "siblings_and_households.yaml"
    study = pipeline.check_file(file).study
    assert study is not None
    made = boundary_data(study, load_catalogue(), units=30)
    assert all(frame.height for frame in made.values())
    _agree(study, made, StudyRun(study, World(logical_rows(made, load_catalogue()))), tmp_path)


def test_few_units_keep_their_rows_and_most_clauses() -> None:
    study, whole = study_of(NAME), data_of(NAME)
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
