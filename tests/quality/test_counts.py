"""Counts of the script on DuckDB against an independent implementation, and against what the catalogue says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from cohort import pipeline, pipeline_quality
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.engines.database import run_script
from cohort.plan.collect import ResultRow, WrongResults
from cohort.quality.collect import RawCounts, collect
from cohort.quality.counting import counting_script
from cohort.quality.description import Description
from cohort.quality.load import load_knowledge, problems_of
from cohort.sql.model import DialectName
from tests.conftest import DEMO_SPEC
from tests.quality import by_polars, made

LISTS = load_catalogue().code_lists
COLUMNS = {
    "hybrid_id": "HYBRID_ID_PE",
    "local_authority": "LOCAL_AUTHORITY_CODE",
    "episode_number": "EPISODE_NUMBER",
    "start_date": "EPISODE_START_DATE",
    "end_date": "EPISODE_END_DATE",
    "reason_started": "REASON_EPISODE_STARTED_CODE",
    "category_of_need": "CATEGORY_OF_NEED_CODE",
    "legal_status": "LEGAL_STATUS_CODE",
}


@pytest.fixture(scope="module")
def description() -> Description:
    return pipeline_quality.quality_of(pipeline.check_file(DEMO_SPEC))


@pytest.fixture(scope="module")
def rows(description: Description, tmp_path_factory: pytest.TempPathFactory) -> tuple[ResultRow, ...]:
    data = made.write(tmp_path_factory.mktemp("quality") / "data")
    names = replace(shipped_binding("synthetic"), workspace="")
    run = run_script(counting_script(description, LISTS, DialectName.DUCKDB, names), data)
    found = tuple(ResultRow(*row) for row in run.results)
    run.close()
    return found


def cells(rows: tuple[ResultRow, ...], table: str, statistic: str = "count") -> Counter[tuple[str, str]]:
    return Counter(
        {(r.row, r.column): r.value or 0 for r in rows if (r.table, r.statistic) == (table, statistic)}
    )


def test_rows_by_year(rows: tuple[ResultRow, ...]) -> None:
    episodes = made.episodes()
    assert cells(rows, "rows lacw_episodes") == by_polars.years(episodes)
    assert cells(rows, "rows lacw_episodes", "units") == by_polars.people(episodes, None)
    assert {"earlier", "later", "not known"} < {year for year, _ in by_polars.years(episodes)}


@pytest.mark.parametrize("name", COLUMNS)
def test_what_is_found_in_columns(rows: tuple[ResultRow, ...], name: str) -> None:
    episodes = made.episodes()
    table = f"column lacw_episodes {name}"
    assert cells(rows, table) == by_polars.found(episodes, COLUMNS[name])
    assert cells(rows, table, "units") == by_polars.people(episodes, COLUMNS[name])


def test_every_state_occurs_in_the_hand_made_rows() -> None:
    states = {state for name in COLUMNS.values() for _, state in by_polars.found(made.episodes(), name)}
    assert states == {
        "known",
        "valid",
        "missing",
        "not in the list",
        "outside its years",
        "ends before it begins",
    }


def test_keys(rows: tuple[ResultRow, ...]) -> None:
    found = Counter({state: count for (state, _), count in cells(rows, "key lacw_episodes").items()})
    assert found == by_polars.keys(made.episodes())
    assert found["one of several rows with one key"] == 24


def test_stock(description: Description, rows: tuple[ResultRow, ...]) -> None:
    found = {year: count for (year, _), count in cells(rows, "comparison cla_stock").items()}
    # There is no published figure for 31 March 2006, so that year is not counted.
    published = {str(year) for year in description.comparisons[0].years}
    stock = by_polars.stock(made.episodes())
    assert "200506" in stock
    assert "200506" not in published
    assert found == {year: count for year, count in stock.items() if year in published}
    assert found["202021"] == 1  # one child twice on the last day, and one who left the day before


def test_a_table_without_years_is_counted_whole(rows: tuple[ResultRow, ...]) -> None:
    assert cells(rows, "rows lacw_derived_alf") == {("whole table", ""): 95}
    weeks = cells(rows, "column lacw_derived_alf week_of_birth")
    assert weeks == {("whole table", "known"): 48, ("whole table", "missing"): 47}


def test_the_description_follows_what_the_study_reads(description: Description) -> None:
    derived, episodes = description.tables
    assert (derived.name, episodes.name) == ("lacw_derived_alf", "lacw_episodes")
    assert [column.name for column in episodes.checked] == list(COLUMNS)
    assert episodes.years is not None
    assert (episodes.years.first, episodes.years.last) == (200304, 202021)
    assert not episodes.further
    assert [one.measure.id for one in description.comparisons] == ["cla_stock"]


def test_other_studies_say_what_they_cannot_compare() -> None:
    checked = pipeline.check_file(DEMO_SPEC.with_name("crcs_substance_misuse_injury.yaml"))
    left = {one.measure.id: one.why for one in pipeline_quality.quality_of(checked).not_compared}
    assert left["cla_stock"] == "the study does not read legal_status"


def test_the_data_files_fit_the_catalogue() -> None:
    knowledge, catalogue = load_knowledge(), load_catalogue()
    assert problems_of(knowledge, catalogue) == ()
    strange = replace(knowledge, people=("nobody",))
    assert problems_of(strange, catalogue) == ("people: no column of keys has the name nobody.",)


def _raw(description: Description, rows: tuple[ResultRow, ...]) -> RawCounts:
    return collect(description, LISTS, rows)


def test_counts_that_do_not_fit_are_refused(description: Description, rows: tuple[ResultRow, ...]) -> None:
    assert _raw(description, rows).blocks
    first = next(row for row in rows if row.table.startswith("column") and row.statistic == "count")
    others = tuple(row for row in rows if row != first)
    for changed in (
        replace(first, value=(first.value or 0) + 1),
        replace(first, column="nonsense"),
        replace(first, value=-1),
        replace(first, table="column of another"),
    ):
        with pytest.raises(WrongResults):
            _raw(description, (*others, changed))
    with pytest.raises(WrongResults, match="twice"):
        _raw(description, (*rows, first))
