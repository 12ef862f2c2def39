"""What an engine may use: sizes and numbers that make sense, a folder of its own, and that it really spills there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cohort.engines.database import run_script
from cohort.engines.held_files import OwnFolder
from cohort.engines.shared import DatabaseProblem, EngineName, EngineOptions, memory_bytes
from cohort.source import FileProblem
from cohort.sql import DialectName, Script, ScriptOptions, Statement, StatementKind, compile_steps
from cohort.sql.model import PartKind, ScriptPart
from tests.sql.plans import BINDING, example, make_folder


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("4GB", 4_000_000_000),
        ("512MB", 512_000_000),
        (" 1.5 gib ", 1_610_612_736),
        ("2TiB", 2_199_023_255_552),
    ],
)
def test_sizes(size: str, expected: int) -> None:
    assert memory_bytes(size) == expected


@pytest.mark.parametrize("size", ["", "4", "GB", "4 G", "-4GB", "4GB 2", "1e3MB", "4,5GB", "٤GB"])
def test_what_is_no_size(size: str) -> None:
    with pytest.raises(ValueError, match=r"^A memory limit is a number with a unit, such as 4GB or 512MB\.$"):
        EngineOptions(memory=size)


@pytest.mark.parametrize(("engine", "size"), [("duckdb", "99MB"), ("spark", "512MB"), ("duckdb", "0GB")])
def test_too_little_memory(engine: str, size: str) -> None:
    with pytest.raises(ValueError, match=f"is too small for {engine}"):
        EngineOptions(EngineName(engine), memory=size)


@pytest.mark.parametrize("threads", [0, -1, 1025])
def test_numbers_of_threads(threads: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 1024"):
        EngineOptions(threads=threads)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("options") / "data")


def with_statements(script: Script, *texts: str) -> Script:
    """Return a script of one part before the last, with statements of the test."""
    statements = tuple(Statement(StatementKind.FILL, text) for text in texts)
    part = ScriptPart(9, "added", PartKind.TABLE, "", "", None, statements, "")
    return Script("s", "0", DialectName.DUCKDB, (*script.parts, part), script.reads, script.tables)


def many_rows(rows: int) -> tuple[str, ...]:
    """Statements that need as much memory as some rows of a hundred bytes have, as a plain table."""
    text = f"SELECT i, md5(i::VARCHAR) || md5((i + 1)::VARCHAR) || md5((i + 2)::VARCHAR) AS t FROM range({rows}) r(i)"
    return (f"CREATE TEMP TABLE many AS {text}", "CREATE TEMP TABLE sorted AS SELECT * FROM many ORDER BY t")


@pytest.fixture(scope="module")
def script() -> Script:
    return compile_steps(example(), DialectName.DUCKDB, BINDING, options=ScriptOptions())


def test_limits_reach_duckdb_and_what_does_not_fit_goes_to_disk(
    script: Script, folder: Path, tmp_path: Path
) -> None:
    options = EngineOptions(memory="100MB", threads=1, temp=tmp_path)
    usual = run_script(script, folder)
    asked = (
        "CREATE OR REPLACE TEMP TABLE held_on_disk AS SELECT SUM(size)::BIGINT AS bytes FROM duckdb_temporary_files()",
        "CREATE OR REPLACE TEMP TABLE limits AS SELECT current_setting('memory_limit') AS memory, "
        "current_setting('threads')::INTEGER AS threads",
    )
    limited = with_statements(script, *many_rows(1_000_000), *asked)
    named = {"held_on_disk": "held_on_disk", "limits": "limits", **script.tables}
    limited = Script("s", "0", DialectName.DUCKDB, limited.parts, limited.reads, named)
    run = run_script(limited, folder, options=options)
    assert run.results == usual.results
    assert run.rows("held_on_disk").item() > 20_000_000
    assert run.rows("limits").row(0) == ("95.3 MiB", 1)
    (own,) = tmp_path.iterdir()
    assert any(own.iterdir())
    run.close()
    usual.close()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_removed_when_a_run_fails(script: Script, folder: Path, tmp_path: Path) -> None:
    broken = with_statements(script, "SELECT 'Mair' FROM nowhere")
    with pytest.raises(DatabaseProblem):
        run_script(broken, folder, options=EngineOptions(temp=tmp_path))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileProblem):
        run_script(script, tmp_path / "absent", options=EngineOptions(temp=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_removed_when_nobody_closes_the_run(
    script: Script, folder: Path, tmp_path: Path
) -> None:
    run = run_script(script, folder, options=EngineOptions(temp=tmp_path))
    assert len(list(tmp_path.iterdir())) == 1
    del run
    assert list(tmp_path.iterdir()) == []


def test_no_temporary_folder_can_be_made(script: Script, folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as problem:
        run_script(script, folder, options=EngineOptions(temp=tmp_path / "absent"))
    assert problem.value.sentence == "no temporary folder can be made here (No such file or directory)."


def test_too_little_memory_is_told_with_what_helps(script: Script, folder: Path, tmp_path: Path) -> None:
    hungry = "CREATE TEMP TABLE t AS SELECT list(md5(i::VARCHAR)) AS all_of_it FROM range(5000000) r(i)"
    with pytest.raises(DatabaseProblem, match="DuckDB ran out of memory; a higher --memory"):
        run_script(
            with_statements(script, hungry), folder, options=EngineOptions(memory="100MB", temp=tmp_path)
        )


def test_a_folder_of_our_own_is_never_one_that_was_there(tmp_path: Path) -> None:
    one, other = OwnFolder(tmp_path), OwnFolder(tmp_path)
    assert one.path != other.path
    one.remove()
    one.remove()
    assert not one.path.exists()
    assert other.path.is_dir()
    other.remove()


def test_frames_are_those_of_polars(script: Script, folder: Path) -> None:
    run = run_script(script, folder, options=EngineOptions(threads=2))
    assert isinstance(run.rows("analysis"), pl.DataFrame)
    run.close()
    with pytest.raises(DatabaseProblem):
        run.rows("analysis")
