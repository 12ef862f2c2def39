"""The Db2 text carried out on two substitutes gives the rows of DuckDB and of the reference engine, table by table."""

from __future__ import annotations

import pytest

from cohort.catalogue import load_catalogue
from cohort.sql import ScriptOptions
from cohort.vetting import h2
from cohort.vetting.execution import Expected, check_duckdb, check_h2, check_postgres, on_duckdb
from cohort.vetting.model import HeldRows, Outcome, Status
from cohort.vetting.postgres import Server
from tests.study.held import example

from .subjects import SMALL, WITH_HOLDINGS, candidate, changed, data, duckdb, expected

CATALOGUE = load_catalogue()


def on_postgres(name: str, server: Server, text: str | None = None) -> Outcome:
    return check_postgres(candidate(name, text), CATALOGUE, data(name), expected(name), server)


def on_h2(name: str, tools: h2.Tools, text: str | None = None) -> Outcome:
    return check_h2(candidate(name, text), CATALOGUE, data(name), expected(name), tools)


@pytest.mark.parametrize("name", WITH_HOLDINGS)
def test_duckdb_gives_the_rows_of_the_reference_engine(name: str) -> None:
    outcome = check_duckdb(example(name), CATALOGUE, data(name), expected(name))
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert outcome.facts is not None
    assert outcome.facts["rows"] > 100, "nothing was compared"


@pytest.mark.parametrize("name", WITH_HOLDINGS)
def test_postgresql_gives_the_rows_of_duckdb(name: str, server: Server) -> None:
    outcome = on_postgres(name, server)
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert outcome.facts is not None
    assert outcome.facts["tables"] == len(duckdb(name).tables)


# Eight rounds of matching take H2 half a minute: `make vet` carries them out there.
@pytest.mark.parametrize("name", [name for name in WITH_HOLDINGS if name != "crcs_substance_misuse_injury"])
def test_h2_gives_the_rows_of_duckdb(name: str, h2_tools: h2.Tools) -> None:
    outcome = on_h2(name, h2_tools)
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())


@pytest.mark.parametrize(
    "options", [ScriptOptions(session=True), ScriptOptions(keep_analysis=True)], ids=["session", "kept"]
)
def test_other_shapes_of_the_script_give_the_same_rows(options: ScriptOptions, server: Server) -> None:
    outcome = check_postgres(candidate(SMALL, None, options), CATALOGUE, data(SMALL), expected(SMALL), server)
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())


CHANGES = [
    ("start_date IS NOT NULL", "start_date IS NULL", "care_episodes"),
    ("AS step_number,", "+ 1 AS step_number,", "flow_counts"),
]


@pytest.mark.parametrize(("old", "new", "table"), CHANGES, ids=[new for _, new, _ in CHANGES])
def test_a_change_of_the_text_changes_rows(old: str, new: str, table: str, server: Server) -> None:
    outcome = on_postgres(SMALL, server, changed(SMALL, old, new))
    assert outcome.status is Status.FAILED
    assert any(f"The table {table}" in finding for finding in outcome.findings), outcome.findings


def test_a_change_of_the_text_changes_rows_on_h2(h2_tools: h2.Tools) -> None:
    old, new, table = CHANGES[0]
    outcome = on_h2(SMALL, h2_tools, changed(SMALL, old, new))
    assert outcome.status is Status.FAILED
    assert any(f"The table {table}" in finding for finding in outcome.findings), outcome.findings


def test_a_column_that_the_script_does_not_say_it_reads_is_not_there(server: Server) -> None:
    outcome = on_postgres(SMALL, server, changed(SMALL, "EPISODE_NUMBER AS", "CATEGORY_OF_NEED_CODE AS"))
    assert outcome.status is Status.FAILED
    assert "UndefinedColumn" in outcome.findings[0]


def test_what_a_substitute_cannot_read_is_told_without_values(server: Server, h2_tools: h2.Tools) -> None:
    text = changed(SMALL, "COUNT(DISTINCT", "STRANGE(")
    (on_first,) = on_postgres(SMALL, server, text).findings
    (on_second,) = on_h2(SMALL, h2_tools, text).findings
    assert on_first.startswith("PostgreSQL refused statement ")
    assert "UndefinedFunction" in on_first
    assert on_second.startswith("H2 refused a statement (INSERT INTO ")


def test_a_table_that_the_tidy_up_forgets_is_told(server: Server, h2_tools: h2.Tools) -> None:
    lines = candidate(SMALL).text.splitlines()
    last = max(number for number, line in enumerate(lines) if line.startswith("CALL FNC.DROP_IF_EXISTS"))
    text = "\n".join([*lines[:last], *lines[last + 1 :]])
    for outcome in (on_postgres(SMALL, server, text), on_h2(SMALL, h2_tools, text)):
        assert outcome.status is Status.FAILED
        assert "does not hold what should stay: " in outcome.findings[0]


@pytest.mark.parametrize("table", ["entries", "analysis", "results"])
def test_a_row_that_duckdb_lacks_is_told(table: str) -> None:
    right = expected(SMALL).tables
    wrong = Expected({**right, table: HeldRows(right[table].columns, right[table].lines[1:])})
    outcome = check_duckdb(example(SMALL), CATALOGUE, data(SMALL), wrong)
    assert outcome.status is Status.FAILED


@pytest.mark.parametrize("table", ["entries", "analysis", "care_episodes"])
def test_a_row_that_only_duckdb_has_is_told(table: str) -> None:
    right = expected(SMALL).tables
    lines = (*right[table].lines, right[table].lines[0])
    wrong = Expected({**right, table: HeldRows(right[table].columns, lines)})
    (found,) = check_duckdb(example(SMALL), CATALOGUE, data(SMALL), wrong).findings
    assert found.startswith(
        f"The table {table} differs: 0 rows only in the reference engine, 1 only in DuckDB"
    )


def test_a_study_without_data_runs_everywhere(server: Server, h2_tools: h2.Tools) -> None:
    nothing = on_duckdb(duckdb(SMALL), {})
    for outcome in (
        check_duckdb(example(SMALL), CATALOGUE, {}, nothing),
        check_postgres(candidate(SMALL), CATALOGUE, {}, nothing, server),
        check_h2(candidate(SMALL), CATALOGUE, {}, nothing, h2_tools),
    ):
        assert (outcome.status, outcome.findings) == (Status.PASSED, ())
