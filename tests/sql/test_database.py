"""The DuckDB engine: what it opens, what it says about data that do not fit, and that it shows no values."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from cohort.engines.database import is_synthetic, run_script
from cohort.engines.shared import MARK_FILE, DatabaseProblem, DataProblem
from cohort.source import FileProblem
from cohort.sql import DialectName, Script, ScriptOptions, Statement, StatementKind, compile_steps

from .plans import BINDING, database, example, fill, make_folder


@pytest.fixture(scope="module")
def script() -> Script:
    return compile_steps(example(), DialectName.DUCKDB, BINDING, options=ScriptOptions())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "it's data")


def make_file(path: Path, more: str = "") -> Path:
    connection = duckdb.connect(path)
    fill(connection)
    if more:
        connection.execute(more)
    connection.close()
    return path


def rewrite(folder: Path, name: str, query: str) -> None:
    """Replace a table of a folder by a query over it."""
    file = (folder / f"{name}.parquet").as_posix().replace("'", "''")
    with database() as connection:
        connection.execute(f"CREATE TABLE kept AS SELECT * FROM read_parquet('{file}')")
        connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")


def test_a_folder_and_a_file_give_the_same_results(script: Script, folder: Path, tmp_path: Path) -> None:
    reported: list[tuple[str, float]] = []
    from_folder = run_script(script, folder, lambda stage, share: reported.append((stage, share)))
    from_file = run_script(script, make_file(tmp_path / "data.duckdb"))
    assert from_folder.results == from_file.results
    assert from_folder.flow_counts == from_file.flow_counts
    assert ("flow", "start", "", "", "remaining", 4, None) in from_folder.results
    assert [count.step for count in from_folder.flow_counts][:2] == ["child_codes", "care_episodes"]
    assert (from_folder.flow_counts[1].rows, from_folder.flow_counts[1].units) == (7, 4)
    shares = [share for _, share in reported]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] < 1
    from_folder.close()
    from_file.close()


def test_runs_are_alike(script: Script, folder: Path) -> None:
    assert run_script(script, folder).results == run_script(script, folder).results


def test_rows_of_a_table(script: Script, folder: Path) -> None:
    result = run_script(script, folder)
    frame = result.rows("analysis")
    assert frame.columns[:2] == ["child", "index_date"]
    assert frame["child"].to_list() == [900, 911]
    assert str(frame.schema["index_date"]) == "Date"
    for name in ("results", "flow_counts", "absent", "analysis; DROP TABLE analysis"):
        with pytest.raises(KeyError):
            result.rows(name)


def test_the_data_are_only_read(script: Script, tmp_path: Path) -> None:
    path = make_file(tmp_path / "data.duckdb")
    before = path.read_bytes()
    run_script(script, path).close()
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.duckdb"]


def test_columns_are_found_and_converted(script: Script, folder: Path) -> None:
    expected = run_script(script, folder).results
    rewrite(
        folder,
        "EPISODES",
        "SELECT code_pe::INTEGER AS code_pe, year_code::BIGINT AS Year_Code, number::INTEGER AS number, "
        "start_date::TIMESTAMP AS start_date, end_date, status, 1 AS not_needed FROM kept",
    )
    assert run_script(script, folder).results == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * EXCLUDE (STATUS) FROM kept", "The table EPISODES lacks the column STATUS."),
        (
            "SELECT * REPLACE (CAST(START_DATE AS VARCHAR) AS START_DATE) FROM kept",
            "The column START_DATE of EPISODES does not hold dates.",
        ),
        (
            "SELECT * REPLACE ('x' AS CODE_PE) FROM kept",
            "The column CODE_PE of EPISODES does not hold keys (whole numbers).",
        ),
    ],
)
def test_data_that_do_not_fit(script: Script, folder: Path, query: str, sentence: str) -> None:
    rewrite(folder, "EPISODES", query)
    with pytest.raises(DataProblem) as problem:
        run_script(script, folder)
    assert str(problem.value) == sentence


def test_every_misfit_is_told_at_once(script: Script, folder: Path) -> None:
    (folder / "CODES.parquet").unlink()
    rewrite(folder, "EPISODES", "SELECT CODE_PE, NUMBER FROM kept")
    with pytest.raises(DataProblem) as problem:
        run_script(script, folder)
    assert len(problem.value.sentences) == 5
    assert problem.value.sentences[0] == "The data lack the table CODES."


def test_a_missing_table_of_a_file(script: Script, tmp_path: Path) -> None:
    path = make_file(tmp_path / "data.duckdb", "DROP TABLE CODES")
    with pytest.raises(DataProblem, match=r"^The data lack the table CODES\.$"):
        run_script(script, path)


def test_a_value_that_does_not_fit_is_not_shown(script: Script, folder: Path) -> None:
    rewrite(folder, "EPISODES", "SELECT * REPLACE (98765432109876 AS YEAR_CODE) FROM kept")
    with pytest.raises(DataProblem) as problem:
        run_script(script, folder)
    assert "98765432109876" not in str(problem.value)
    assert str(problem.value).endswith("a value does not fit the type of its column.")
    assert problem.value.__cause__ is None
    assert problem.value.__suppress_context__


def test_a_fault_of_the_database_is_a_sentence(script: Script, folder: Path) -> None:
    part = next(part for part in script.parts if part.statements)
    broken = dataclasses.replace(
        part, statements=(Statement(StatementKind.FILL, "SELECT 'Mair Jones' FROM nowhere"),)
    )
    with pytest.raises(DatabaseProblem) as problem:
        run_script(dataclasses.replace(script, parts=(broken,)), folder)
    assert str(problem.value) == "part 1 of the script (prepare) failed in DuckDB (CatalogException)."


def nothing(path: Path) -> None:
    """Leave the path as it is: there is nothing."""


FILES: list[tuple[str, Callable[[Path], object], str]] = [
    ("absent", nothing, "there is no such folder or file."),
    ("empty.duckdb", Path.touch, "the file is empty."),
    ("folder", Path.mkdir, "the folder holds no Parquet or CSV files, so it is no data folder."),
    (
        "notes.txt",
        lambda path: path.write_text("hello, this is text"),
        "this is neither a DuckDB database nor a folder of Parquet or CSV files.",
    ),
    (
        "one.parquet",
        lambda path: path.write_bytes(b"PAR1" + b"\0" * 100),
        "this is a single Parquet file; give the folder that holds it.",
    ),
    (
        "one.csv",
        lambda path: path.write_text("CODE_PE,CHILD"),
        "this is a single CSV file; give the folder that holds it.",
    ),
    (
        "damaged.duckdb",
        lambda path: path.write_bytes(b"\0" * 8 + b"DUCK" + b"\0" * 5000),
        "the database cannot be opened; it may be damaged or of a newer DuckDB.",
    ),
]


@pytest.mark.parametrize(("name", "make", "sentence"), FILES, ids=[name for name, _, _ in FILES])
def test_what_cannot_be_opened(
    script: Script, tmp_path: Path, name: str, make: Callable[[Path], object], sentence: str
) -> None:
    path = tmp_path / name
    make(path)
    with pytest.raises(FileProblem) as problem:
        run_script(script, path)
    assert problem.value.sentence == sentence
    assert not is_synthetic(path)


@pytest.mark.parametrize("content", [b"", b"hello, this is no Parquet file at all"])
def test_a_file_that_is_no_parquet(script: Script, folder: Path, content: bytes) -> None:
    (folder / "CODES.parquet").write_bytes(content)
    with pytest.raises(FileProblem) as problem:
        run_script(script, folder)
    assert problem.value.path.endswith("CODES.parquet")
    assert problem.value.sentence == "the file is damaged or of another format than its name says."


def test_a_path_that_duckdb_would_read_as_a_pattern(script: Script, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="stands for several files"):
        run_script(script, make_folder(tmp_path / "data [1]"))


def test_a_database_that_another_program_has_open(script: Script, tmp_path: Path) -> None:
    path = make_file(tmp_path / "data.duckdb")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, duckdb; c = duckdb.connect(sys.argv[1]); "
            "print('open', flush=True); sys.stdin.read(); c.close()",
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(FileProblem, match="another program has the database open"):
            run_script(script, path)
    finally:
        holder.communicate()


def test_the_synthetic_mark_of_a_folder(folder: Path) -> None:
    assert not is_synthetic(folder)
    for text, expected in (
        ("not json", False),
        ("[]", False),
        (json.dumps({"synthetic": "true"}), False),
        (json.dumps({"synthetic": False}), False),
        (json.dumps({"synthetic": True, "seed": 1}), True),
    ):
        (folder / MARK_FILE).write_text(text)
        assert is_synthetic(folder) is expected


def test_the_synthetic_mark_of_a_file(tmp_path: Path) -> None:
    assert not is_synthetic(make_file(tmp_path / "plain.duckdb"))
    assert is_synthetic(
        make_file(tmp_path / "marked.duckdb", "CREATE TABLE cohort_synthetic_mark (seed BIGINT)")
    )
