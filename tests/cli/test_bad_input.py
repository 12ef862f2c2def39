"""Each bad input ends in one clear sentence, the right exit code, no traceback, and nothing half-written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.cli.command import Ended, cohort
from tests.conftest import DEMO_SPEC, ROOT


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A folder with the demo spec and its codelists."""
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    return tmp_path


def _clear(ended: Ended, code: int) -> None:
    assert ended.code == code, ended
    assert "Traceback" not in ended.err + ended.out
    assert ended.sentence, ended
    assert "fault of the program" not in ended.err


def _nothing_written(folder: Path) -> None:
    left = [path.name for path in folder.iterdir()]
    assert "results" not in left, left
    assert not [name for name in left if name.endswith((".part", ".old"))], left


def test_a_missing_file(tmp_path: Path) -> None:
    ended = cohort("check", "nowhere.yaml", cwd=tmp_path)
    _clear(ended, 6)
    assert "no such file" in ended.sentence


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    ended = cohort("check", ".", cwd=tmp_path)
    _clear(ended, 6)
    assert "folder" in ended.sentence


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"study: [1, 2\n", 1),
        (b"", 1),
        (b"# only a comment\n", 1),
        (b"child,start_date\n1,2004-01-01\n", 1),
        (b"PK\x03\x04\x14\x00\x08\x08\xff\xfe\x00", 6),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", 6),
        (b'{"study": {"id": "x"}}', 1),
    ],
)
def test_a_file_that_is_no_spec(tmp_path: Path, content: bytes, code: int) -> None:
    (tmp_path / "spec.yaml").write_bytes(content)
    for command in ("check", "explain"):
        ended = cohort(command, "spec.yaml", cwd=tmp_path)
        assert ended.code == code, ended
        assert "Traceback" not in ended.err + ended.out
        assert "spec.yaml" in ended.err + ended.out


def test_a_file_of_10_megabytes(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(b"a: b\n" * 2_000_000)
    ended = cohort("check", "spec.yaml", cwd=tmp_path)
    _clear(ended, 6)
    assert "bytes" in ended.sentence


def test_a_spec_that_names_an_unknown_table(study: Path, small_data: Path) -> None:
    spec = study / "specs" / "infants_entering_care.yaml"
    spec.write_text(spec.read_text("utf-8").replace("care_episodes", "care_episode"), "utf-8")
    ended = cohort("run", spec, "--data", small_data, "--out", "results", cwd=study)
    assert ended.code == 1
    assert "NAM103" in ended.err
    assert "care_episodes" in ended.err
    assert "Traceback" not in ended.err
    _nothing_written(study)


@pytest.mark.parametrize("name", ["", "empty", "file.txt", "nowhere"])
def test_data_that_are_no_data(study: Path, name: str) -> None:
    (study / "empty").mkdir()
    (study / "file.txt").write_text("child,start\n", "utf-8")
    ended = cohort("run", DEMO_SPEC, "--data", study / name if name else ".", "--out", "results", cwd=study)
    assert ended.code in (3, 6), ended
    _clear(ended, ended.code)
    _nothing_written(study)


def test_data_that_lack_a_table(study: Path, small_data: Path) -> None:
    data = study / "data"
    shutil.copytree(small_data, data)
    (data / "LACW_EPISODE_MAIN.parquet").unlink()
    ended = cohort("run", DEMO_SPEC, "--data", data, "--out", "results", cwd=study)
    _clear(ended, 3)
    assert "LACW_EPISODE_MAIN" in ended.sentence
    _nothing_written(study)


def test_data_that_end_before_the_study_does(study: Path, small_data: Path) -> None:
    spec = study / "specs" / "infants_entering_care.yaml"
    text = spec.read_text("utf-8").replace("data_until: 2021-03-31", "data_until: 2025-03-31")
    spec.write_text(text, "utf-8")
    ended = cohort("run", spec, "--data", small_data, "--out", "results", cwd=study)
    _clear(ended, 3)
    assert "31 March 2025" in ended.sentence
    _nothing_written(study)


def test_data_in_a_file_of_another_format(study: Path, small_data: Path) -> None:
    data = study / "data"
    shutil.copytree(small_data, data)
    (data / "LACW_EPISODE_MAIN.parquet").write_bytes(b"this is not Parquet")
    ended = cohort("run", DEMO_SPEC, "--data", data, "--out", "results", cwd=study)
    assert ended.code in (3, 6), ended
    _clear(ended, ended.code)
    _nothing_written(study)


def test_a_database_file_that_another_process_holds(study: Path, small_data: Path) -> None:
    file = study / "data.duckdb"
    with duckdb.connect(str(file)) as connection:
        for parquet in sorted(small_data.glob("*.parquet")):
            connection.execute(f"CREATE TABLE {parquet.stem} AS SELECT * FROM read_parquet('{parquet}')")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb, sys; c = duckdb.connect({str(file)!r}); print(1, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        ended = cohort("run", DEMO_SPEC, "--data", file, "--out", "results", cwd=study)
        assert ended.code in (5, 6), ended
        _clear(ended, ended.code)
        assert "process" in ended.sentence or "program" in ended.sentence
        _nothing_written(study)
    finally:
        holder.communicate("\n")
    ended = cohort("run", DEMO_SPEC, "--data", file, "--out", "results", cwd=study)
    assert ended.code == 0, ended
    assert (study / "results" / "report.html").is_file()


def test_an_output_folder_with_other_files_is_left_alone(study: Path, small_data: Path) -> None:
    (study / "results").mkdir()
    (study / "results" / "thesis.txt").write_text("years of work", "utf-8")
    ended = cohort("run", DEMO_SPEC, "--data", small_data, "--out", "results", cwd=study)
    _clear(ended, 6)
    assert [path.name for path in (study / "results").iterdir()] == ["thesis.txt"]


def test_an_output_folder_that_is_a_file(study: Path, small_data: Path) -> None:
    (study / "results").write_text("a file", "utf-8")
    for out in ("results", "results/below"):
        ended = cohort("run", DEMO_SPEC, "--data", small_data, "--out", out, cwd=study)
        _clear(ended, 6)
    assert (study / "results").read_text("utf-8") == "a file"


def test_a_half_written_output_folder_of_an_earlier_crash_is_replaced(study: Path, small_data: Path) -> None:
    first = cohort("run", DEMO_SPEC, "--data", small_data, "--out", "results", cwd=study)
    assert first.code == 0, first
    before = {path.name: path.read_bytes() for path in (study / "results").iterdir()}
    second = cohort("run", DEMO_SPEC, "--data", small_data, "--out", "results", cwd=study)
    assert second.code == 0, second
    assert {path.name: path.read_bytes() for path in (study / "results").iterdir()} == before


def test_synthetic_data_never_replace_other_files(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "notes.txt").write_text("mine", "utf-8")
    ended = cohort("synth", "--out", "data", "--share", "0.01", cwd=tmp_path)
    _clear(ended, 6)
    assert (tmp_path / "data" / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check"],
        ["sql", "x.yaml", "--dialect", "oracle"],
        ["synth", "--out", "d", "--share", "7"],
        ["run"],
        ["rule", "TIM999"],
        ["functions", "days_cover"],
        ["check", "x.yaml", "--show", "study"],
        ["new", "x.yaml", "--sources", "lac_episodes"],
        ["new", "x.yaml", "--data-from", "1 April 2003"],
        ["fmt"],
        ["test"],
    ],
)
def test_a_command_that_is_used_wrongly(tmp_path: Path, arguments: list[str]) -> None:
    ended = cohort(*arguments, cwd=tmp_path)
    assert ended.code == 2
    assert "Error" in ended.err
    assert "Traceback" not in ended.err


def test_sql_is_written_over_nothing_but_an_earlier_script(study: Path) -> None:
    spec = study / "specs" / "infants_entering_care.yaml"
    before = spec.read_bytes()
    ended = cohort("sql", spec, "--dialect", "db2", "--out", spec, cwd=study)
    _clear(ended, 6)
    assert spec.read_bytes() == before
    for _ in range(2):
        assert cohort("sql", spec, "--dialect", "db2", "--out", "infants.sql", cwd=study).code == 0
    assert (study / "infants.sql").read_text("utf-8").startswith("-- ===")


def test_a_binding_that_lacks_a_table_of_the_study(tmp_path: Path) -> None:
    text = (
        "binding: x\ntitle: t\nschema: A\nworkspace: W\nkey_suffix: PE\ntables: {lacw_episodes: EPISODES}\n"
    )
    (tmp_path / "binding.yaml").write_text(text, "utf-8")
    ended = cohort("sql", DEMO_SPEC, "--dialect", "db2", "--binding", "binding.yaml", cwd=tmp_path)
    _clear(ended, 6)
    assert "lacw_derived_alf" in ended.sentence


def test_sql_is_not_written_over_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out.sql").mkdir()
    ended = cohort("sql", DEMO_SPEC, "--dialect", "db2", "--out", "out.sql", cwd=tmp_path)
    _clear(ended, 6)
    assert list(tmp_path.iterdir()) == [tmp_path / "out.sql"]


@pytest.mark.parametrize(
    "text",
    [
        "binding: a\n",
        "nonsense",
        "binding: x\ntitle: t\nschema: 'A; DROP'\nworkspace: W\nkey_suffix: PE\ntables: {}\n",
    ],
)
def test_a_binding_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "binding.yaml").write_text(text, "utf-8")
    ended = cohort("sql", DEMO_SPEC, "--dialect", "db2", "--binding", "binding.yaml", cwd=tmp_path)
    _clear(ended, 6)
