"""The demo study against an independent working-out, and against the reference engine."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cohort.engines.database import RunResult
from cohort.pipeline import Checked
from cohort.plan.collect import ResultRow, collect
from cohort.results import AttritionTable, CountTable, RawResults, SafeResults
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
