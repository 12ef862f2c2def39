"""The demo study against an independent working-out, and against the reference engine."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cohort import pipeline
from cohort.catalogue import shipped_binding
from cohort.engines.database import run_script
from cohort.engines.reference import run_study
from cohort.engines.shared import RunResult
from cohort.pipeline import Checked
from cohort.plan.collect import ResultRow, collect
from cohort.query.rows import TableRows, walk_rows
from cohort.results.model import AttritionTable, CountTable, RawResults, SafeResults
from tests.study.by_polars import Infants, counts, infants


@pytest.fixture(scope="module")
def expected(small_data: Path) -> Infants:
    return infants(small_data)


@pytest.fixture(scope="module")
def raw(demo_checked: Checked, small_run: tuple[SafeResults, RunResult]) -> RawResults:
    assert demo_checked.study is not None
    return collect(demo_checked.study, [ResultRow(*row) for row in small_run[1].results])


def _table(raw: RawResults, name: str) -> CountTable:
    table = next(table for table in raw.tables if table.id == name)
    assert isinstance(table, CountTable)
    return table


def _nonzero(table: CountTable) -> dict[tuple[str, ...], int]:
    return {key: count for key, count in table.counts.items() if count}


def test_every_step_of_the_flow_is_as_polars_counts_it(raw: RawResults, expected: Infants) -> None:
    flow = raw.tables[0]
    assert isinstance(flow, AttritionTable)
    assert [step.remaining for step in flow.steps] == expected.flow
    assert expected.flow[-1] > 100, "a study of nobody would agree with anything"


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("entries_by_year", ("year", "status")),
        ("age_by_legal_status", ("age", "status")),
        ("entry_characteristics_by_local_authority", ("authority",)),
        ("entry_characteristics_by_category_of_need", ("need",)),
    ],
)
def test_tables_of_everyone_are_as_polars_counts_them(
    raw: RawResults, expected: Infants, table: str, columns: tuple[str, ...]
) -> None:
    assert _nonzero(_table(raw, table)) == counts(expected.cohort, *columns)


def test_conversion_is_as_polars_counts_it(raw: RawResults, expected: Infants) -> None:
    followed = expected.cohort.filter((pl.col("status") == "V2") & pl.col("followed"))
    assert _nonzero(_table(raw, "conversion_by_year")) == counts(followed, "year", "conversion")
    assert followed.filter(pl.col("ordered").is_not_null()).height > 20


def _rows(study_tables: dict[str, list[tuple[str, str]]], folder: Path) -> dict[str, list[dict[str, object]]]:
    """Rows of held tables under their logical names, as the reference engine takes them."""
    physical = shipped_binding("synthetic").tables
    return {
        table: pl.read_parquet(folder / f"{physical[table]}.parquet")
        .select(pl.col(held).alias(name) for name, held in columns)
        .to_dicts()
        for table, columns in study_tables.items()
    }


def test_the_reference_engine_gives_the_same_results_as_duckdb(
    demo_checked: Checked, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The meaning, row by row in plain Python, on a part of Wales that it can do in some seconds."""
    study = demo_checked.study
    assert study is not None
    folder = tmp_path_factory.mktemp("reference") / "data"
    pipeline.make_synthetic(folder, share=0.02, seed=11)
    held = {
        node.table: [(c.name, c.physical.replace("{key}", "PE")) for c in node.columns]
        for definition in study.definitions
        for node in walk_rows(definition.rows)
        if isinstance(node, TableRows)
    }
    reference = {table.id: table for table in run_study(study, _rows(held, folder)).tables}
    run = run_script(pipeline.compile_study(study, "duckdb"), folder)
    compiled = collect(study, [ResultRow(*row) for row in run.results])
    seen = 0
    for table in compiled.tables:
        if table.id not in reference:
            continue
        seen += 1
        other = reference[table.id]
        if isinstance(table, CountTable):
            assert isinstance(other, CountTable)
            assert _nonzero(table) == _nonzero(other)
        else:
            assert isinstance(table, AttritionTable)
            assert isinstance(other, AttritionTable)
            assert [step.remaining for step in table.steps] == [step.remaining for step in other.steps]
    assert seen == len(study.outputs)


def test_the_study_reads_only_the_columns_that_it_uses(demo_checked: Checked) -> None:
    script = pipeline.compile_study(demo_checked.study, "db2") if demo_checked.study else None
    assert script is not None
    read = {table.logical: {column.physical for column in table.columns} for table in script.reads}
    assert read == {
        "lacw_derived_alf": {"HYBRID_ID_PE", "LOCAL_AUTHORITY_CODE", "WOB", "UNIFIED_ID"},
        "lacw_episodes": {
            "HYBRID_ID_PE",
            "YEAR_CODE",
            "LOCAL_AUTHORITY_CODE",
            "EPISODE_NUMBER",
            "EPISODE_START_DATE",
            "EPISODE_END_DATE",
            "REASON_EPISODE_STARTED_CODE",
            "CATEGORY_OF_NEED_CODE",
            "LEGAL_STATUS_CODE",
        },
    }
