"""``cohort run`` and ``.run()``: options reach the engine, wrong ones are told, a failed run leaves results alone."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

import cohort
from cohort import pipeline
from cohort.catalogue import shipped_binding
from cohort.engines import spark_session
from cohort.engines.shared import (
    MARK_FILE,
    MARK_TABLE,
    DatabaseProblem,
    DataProblem,
    EngineName,
    EngineOptions,
)
from cohort.engines.spark import run_on_spark
from cohort.source import FileProblem
from cohort.sql import DialectName, compile_steps
from tests.cli.command import cohort as command
from tests.conftest import DEMO_SPEC
from tests.sql.plans import BINDING, example, make_folder
from tests.study import held

NO_JAVA = (
    "Spark needs Java 17 or newer, which was not found; `make engines` installs it on Debian and Ubuntu."
)
SMALL = "siblings_and_households"
SMALL_SPEC = Path(held.__file__).parent / f"{SMALL}.yaml"
SPARK = EngineOptions(EngineName.SPARK)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "data"
    pipeline.make_synthetic(folder, share=0.02, seed=11)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A handful of invented rows, marked as synthetic."""
    folder = held.held_folder(SMALL, tmp_path_factory.mktemp("run") / "small")
    (folder / MARK_FILE).write_text('{"synthetic": true}')
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_failed_run_leaves_the_results_that_were_there(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    limits = ("--memory", "1GB", "--threads", "1", "--temp", tmp_path)
    ended = command("run", DEMO_SPEC, "--data", data, "--out", out, *limits, cwd=tmp_path)
    assert ended.code == 0, ended.err
    before = contents(out)
    assert "manifest.json" in before
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in data.iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    episodes = broken / "LACW_EPISODE_MAIN.parquet"
    pl.read_parquet(episodes).drop("LEGAL_STATUS_CODE").write_parquet(episodes)
    ended = command("run", DEMO_SPEC, "--data", broken, "--out", out, cwd=tmp_path)
    assert ended.code == 3
    assert ended.sentence == "cohort: The table LACW_EPISODE_MAIN lacks the column LEGAL_STATUS_CODE."
    assert contents(out) == before
    assert {path.name for path in tmp_path.iterdir()} == {"results", "broken"}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--memory", "4"), "Error: A memory limit is a number with a unit, such as 4GB or 512MB."),
        (("--memory", "1MB"), "Error: A memory limit of less than 100MB is too small for duckdb."),
        (("--threads", "0"), "Error: The number of threads must be from 1 to 1024."),
    ],
)
def test_options_that_make_no_sense(options: tuple[str, str], sentence: str, tmp_path: Path) -> None:
    ended = command("run", DEMO_SPEC, "--data", "absent", "--out", "results", *options, cwd=tmp_path)
    assert (ended.code, ended.sentence) == (2, sentence)


def test_options_of_python(small: Path, tmp_path: Path) -> None:
    study = cohort.load(SMALL_SPEC)
    usual = study.run(small)
    asked = study.run(str(small), engine="duckdb", memory="1GB", threads=1, temp=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert all(asked[name].equals(usual[name]) for name in usual)
    assert asked.rows("analysis").equals(usual.rows("analysis"))
    asked.close()
    usual.close()
    assert list(tmp_path.iterdir()) == []
    for wrong in ({"engine": "oracle"}, {"memory": "much"}, {"threads": 0}):
        with pytest.raises(ValueError):
            study.run(small, **wrong)


def test_a_binding_names_files_and_tables(small: Path, tmp_path: Path) -> None:
    study = cohort.load(SMALL_SPEC)
    expected = study.run(small)
    synthetic, names = shipped_binding("synthetic"), shipped_binding("sail9999")
    binding = tmp_path / "mine.yaml"
    lines = [f"  {logical}: {physical}" for logical, physical in names.tables.items()]
    heading = (
        "binding: mine\ntitle: Mine\nschema: SAIL9999V\nworkspace: SAILW9999V\nkey_suffix: PE\ntables:\n"
    )
    binding.write_text(heading + "\n".join(lines) + "\n")
    folder = tmp_path / "held"
    folder.mkdir()
    with duckdb.connect(tmp_path / "held.duckdb") as connection:
        connection.execute(f"CREATE TABLE {MARK_TABLE} (seed BIGINT)")
        for logical, physical in synthetic.tables.items():
            file = small / f"{physical}.parquet"
            if file.exists():
                (folder / f"{names.tables[logical]}.parquet").write_bytes(file.read_bytes())
                connection.read_parquet(str(file)).create(names.tables[logical])
    (folder / MARK_FILE).write_bytes((small / MARK_FILE).read_bytes())
    for place in (folder, tmp_path / "held.duckdb"):
        found = study.run(place, binding=binding)
        assert all(found[name].equals(expected[name]) for name in expected)
        found.close()
    with pytest.raises(DataProblem, match=r"^The data lack the table LACW_"):
        study.run(small, binding=binding)
    expected.close()


def test_views_in_a_workspace_are_not_temporary_for_spark() -> None:
    study = pipeline.check_file(DEMO_SPEC).study
    assert study is not None
    in_workspace = pipeline.compile_study(study, "spark", shipped_binding("sail9999")).text
    assert "CREATE OR REPLACE VIEW SAILW9999V." in in_workspace
    assert "TEMPORARY" not in in_workspace
    assert "CREATE OR REPLACE TEMPORARY VIEW " in pipeline.compile_study(study, "spark").text


@pytest.fixture
def no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "running_session", lambda: None)
    monkeypatch.setattr("cohort.engines.spark.running_session", lambda: None)


def test_without_java(no_session: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    script = compile_steps(example(), DialectName.SPARK, BINDING)
    with pytest.raises(DatabaseProblem) as problem:
        run_on_spark(script, make_folder(tmp_path / "data"), options=SPARK)
    assert str(problem.value) == NO_JAVA


def test_without_spark(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    script = compile_steps(example(), DialectName.SPARK, BINDING)
    with pytest.raises(DatabaseProblem) as problem:
        run_on_spark(script, make_folder(tmp_path / "data"), options=SPARK)
    assert (
        str(problem.value) == "Spark is not installed for Python; `pip install 'carfan[spark]'` installs it."
    )


def test_what_spark_cannot_open(tmp_path: Path) -> None:
    script = compile_steps(example(), DialectName.SPARK, BINDING)
    (tmp_path / "data.duckdb").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    for name, sentence in (
        ("absent", "there is no such folder."),
        ("data.duckdb", "Spark reads a folder of Parquet or CSV files, and this is a file."),
        ("empty", "the folder holds no Parquet or CSV files, so it is no data folder."),
    ):
        with pytest.raises(FileProblem) as problem:
            run_on_spark(script, tmp_path / name, options=SPARK)
        assert problem.value.sentence == sentence


def test_the_command_without_java(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    out = ("--out", "results", "--engine", "spark")
    ended = command("run", DEMO_SPEC, "--data", data, *out, cwd=tmp_path)
    assert (ended.code, ended.sentence) == (5, f"cohort: {NO_JAVA}")
    assert list(tmp_path.iterdir()) == []
