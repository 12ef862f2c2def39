"""Spark gives what DuckDB gives, keeps to itself, and shows no values."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import cohort
from cohort import pipeline
from cohort.engines.database import run_script
from cohort.engines.shared import (
    MARK_TABLE,
    DatabaseProblem,
    DataProblem,
    EngineName,
    EngineOptions,
    Needed,
)
from cohort.engines.spark import is_synthetic_for_spark, run_on_spark
from cohort.pipeline import Checked
from cohort.plan.build import build_plan
from cohort.query.rows import TableRows, walk_rows
from cohort.source import FileProblem
from cohort.sql import (
    DialectName,
    NamedBinding,
    Script,
    ScriptOptions,
    Statement,
    StatementKind,
    compile_steps,
)
from cohort.sql.layout import lay_out
from cohort.sql.statements import compiled
from cohort.types import Kind, ValueType
from tests.sql.dialect_cases import CASES, plain
from tests.sql.plans import BINDING, example, make_folder
from tests.sql.studies import full_study
from tests.study import held

from .on_spark import assert_same, assert_same_study, session_or_skip

pytestmark = pytest.mark.xdist_group("spark")

STUDIES = (
    "care_leavers_self_harm",
    "crcs_substance_misuse_injury",
    "first_care_entry_gcse",
    "siblings_and_households",
)


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[Any]:
    found = session_or_skip()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def script() -> Script:
    return compile_steps(example(), DialectName.SPARK, BINDING)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_folder(tmp_path_factory.mktemp("spark") / "it's data %20")


@pytest.mark.parametrize("name", STUDIES)
def test_example_studies(name: str, tmp_path: Path) -> None:
    assert_same_study(held.example(name), held.held_folder(name, tmp_path)).close()


def test_the_study_of_infants(demo_checked: Checked, tmp_path: Path) -> None:
    assert demo_checked.study is not None
    pipeline.make_synthetic(tmp_path / "data", share=0.02, seed=11)
    run = assert_same_study(demo_checked.study, tmp_path / "data")
    assert run.rows("analysis").height > 20
    run.close()


def test_every_kind_of_relation_with_all_tables_counted(folder: Path) -> None:
    options = ScriptOptions()
    duckdb, spark = (
        compile_steps(example(), dialect, BINDING, options=options)
        for dialect in (DialectName.DUCKDB, DialectName.SPARK)
    )
    named = tuple(name for name in spark.tables if name not in ("results", "flow_counts"))
    run = assert_same(duckdb, spark, folder, named)
    other = run_script(duckdb, folder)
    assert run.flow_counts == other.flow_counts != ()
    run.close()
    other.close()


def test_every_construct(session: Any) -> None:
    wrong = {}
    for case in CASES:
        rows = session.sql(lay_out(compiled(case.build(), DialectName.SPARK))).collect()
        ordered = sorted(rows, key=lambda row: row[0] if len(row) > 1 else 0)
        found = tuple(plain(row[-1]) for row in ordered)
        if found != case.expected:
            wrong[case.name] = found
    assert wrong == {}


FRAME_TYPES: dict[Kind, Any] = {
    Kind.KEY: pl.Int64,
    Kind.WHOLE: pl.Int32,
    Kind.DECIMAL: pl.Float64,
    Kind.DATE: pl.Date,
    Kind.CODE: pl.String,
    Kind.TEXT: pl.String,
}


def cell(type_: ValueType, name: str, draw: random.Random) -> object:
    """Return a value: seldom missing, often tied."""
    if draw.random() < 0.1:
        return None
    match type_.kind:
        case Kind.KEY:
            return draw.choice((101, 102, 3)) if name == "unified" else draw.choice((1, 1, 2, 3, 4, 11))
        case Kind.DATE:
            return datetime.date(2004, 2, 26) + datetime.timedelta(days=draw.choice((0, 1, 3, 4, 8, 400)))
        case Kind.CODE:
            return draw.choice(("V2", "v2 ", " E1", "M", "f", ""))
        case Kind.DECIMAL:
            return draw.choice((0.1, 0.2, -0.1, 14.0, 4.000000001))
        case Kind.TEXT:
            return draw.choice(("Cardiff", "O'Neill", "100%", "a\\b", " "))
        case _:
            return draw.choice((1, 2, 200304, 200405))


def test_a_study_with_everything(tmp_path: Path) -> None:
    study, draw = full_study(), random.Random(4)
    read = {n.table: n for d in study.definitions for n in walk_rows(d.rows) if isinstance(n, TableRows)}
    for table in read.values():
        rows = [
            {
                c.physical: number if c.name in ("number", "line") else cell(c.type, c.name, draw)
                for c in table.columns
            }
            for number in range(30)
        ]
        schema = {column.physical: FRAME_TYPES[column.type.kind] for column in table.columns}
        pl.DataFrame(rows, schema=schema).write_parquet(tmp_path / f"HELD_{table.table.upper()}.parquet")
    binding = NamedBinding("all", {name: f"HELD_{name.upper()}" for name in read})
    duckdb, spark = (
        compile_steps(build_plan(study), dialect, binding)
        for dialect in (DialectName.DUCKDB, DialectName.SPARK)
    )
    assert_same(duckdb, spark, tmp_path, ("analysis",)).close()


def rewritten(folder: Path, target: Path, episodes: pl.DataFrame) -> Path:
    """Return a copy of the folder with other episodes."""
    target.mkdir()
    for file in folder.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    episodes.write_parquet(target / "EPISODES.parquet")
    return target


def tables_in(session: Any) -> list[tuple[Any, ...]]:
    """Databases, tables and views that a session sees."""
    asked = ("SHOW DATABASES", "SHOW TABLES", "SHOW TABLES IN global_temp")
    return sorted(tuple(map(str, row)) for text in asked for row in session.sql(text).collect())


def test_misfits_are_told_as_on_duckdb(script: Script, folder: Path, tmp_path: Path) -> None:
    episodes = pl.read_parquet(folder / "EPISODES.parquet")
    wrong = episodes.drop("STATUS").with_columns(pl.col("START_DATE").cast(pl.String), CODE_PE=pl.lit("x"))
    held_wrong = rewritten(folder, tmp_path / "wrong", wrong)
    duckdb_script = compile_steps(example(), DialectName.DUCKDB, BINDING)
    with pytest.raises(DataProblem) as expected:
        run_script(duckdb_script, held_wrong)
    with pytest.raises(DataProblem) as found:
        run_on_spark(script, held_wrong)
    assert found.value.sentences == expected.value.sentences
    assert len(found.value.sentences) == 3
    (held_wrong / "CODES.parquet").unlink()
    with pytest.raises(DataProblem, match=r"^The data lack the table CODES\."):
        run_on_spark(script, held_wrong)


def test_a_value_that_does_not_fit_is_not_shown(
    script: Script, session: Any, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = tables_in(session)
    wide = pl.read_parquet(folder / "EPISODES.parquet").with_columns(YEAR_CODE=pl.lit(98765432109876))
    with pytest.raises(DataProblem) as problem:
        run_on_spark(script, rewritten(folder, tmp_path / "wide", wide))
    assert str(problem.value).endswith("a value does not fit the type of its column.")
    assert "98765432109876" not in str(problem.value)
    assert problem.value.__cause__ is None
    assert problem.value.__suppress_context__
    assert capfd.readouterr() == ("", "")
    assert tables_in(session) == before


def test_a_fault_of_spark_is_a_sentence(script: Script, folder: Path) -> None:
    part = next(part for part in script.parts if part.statements)
    broken = replace(part, statements=(Statement(StatementKind.FILL, "SELECT 'Mair Jones' FROM nowhere"),))
    with pytest.raises(DatabaseProblem) as problem:
        run_on_spark(replace(script, parts=(broken,)), folder)
    assert str(problem.value) == (
        f"part {part.number} of the script ({part.name}) failed in Spark (TABLE_OR_VIEW_NOT_FOUND)."
    )


def test_a_file_that_is_no_parquet(script: Script, folder: Path, tmp_path: Path) -> None:
    broken = rewritten(folder, tmp_path / "broken", pl.read_parquet(folder / "EPISODES.parquet"))
    (broken / "CODES.parquet").write_bytes(b"hello, this is no Parquet file at all")
    with pytest.raises(FileProblem) as problem:
        run_on_spark(script, broken)
    assert problem.value.sentence == "the file is damaged or of another format than its name says."


def test_what_is_needed_and_what_is_left_behind(script: Script, session: Any, folder: Path) -> None:
    needed = Needed("SOME.EPISODES", "YEAR_CODE", 190001, "There is no such return.")
    with pytest.raises(DataProblem, match=r"^There is no such return\.$"):
        run_on_spark(script, folder, needed=(needed,))
    session.sql("CREATE DATABASE cohort_run_example_study")
    try:
        with pytest.raises(DatabaseProblem, match="DROP DATABASE cohort_run_example_study CASCADE"):
            run_on_spark(script, folder)
    finally:
        session.sql("DROP DATABASE cohort_run_example_study")
    with pytest.raises(DatabaseProblem, match="its memory and threads cannot be changed now"):
        run_on_spark(script, folder, options=EngineOptions(EngineName.SPARK, threads=1))


def test_tables_and_views_of_a_session(script: Script, session: Any, folder: Path) -> None:
    from_folder = run_on_spark(script, folder)
    expected, analysis = from_folder.results, from_folder.rows("analysis")
    from_folder.close()
    holder = session.newSession()
    # Rules of the session that ours do not depend on, and names that the script makes too.
    holder.conf.set("spark.sql.ansi.enabled", "false")
    holder.sql("CREATE DATABASE extract")
    try:
        for name in ("EPISODES", "CODES"):
            frame = holder.read.parquet((folder / f"{name}.parquet").as_posix())
            frame.createOrReplaceTempView(name)
            frame.write.saveAsTable(f"extract.{name}")
        holder.sql("CREATE TEMPORARY VIEW analysis AS SELECT 1 AS mine")
        before = tables_in(holder)
        from_views = run_on_spark(script, holder)
        try:
            assert from_views.results == expected
            assert from_views.rows("analysis").equals(analysis)
            assert holder.table("analysis").columns == ["mine"]
            with pytest.raises(DatabaseProblem, match="is there already"):
                run_on_spark(script, holder)
        finally:
            from_views.close()
        from_tables = run_on_spark(script, holder, schema="extract")
        assert from_tables.results == expected
        from_tables.close()
        assert tables_in(holder) == before
        assert holder.conf.get("spark.sql.ansi.enabled") == "false"
        with pytest.raises(DataProblem, match="The data lack the table EPISODES"):
            run_on_spark(script, holder, schema="absent")
        assert not is_synthetic_for_spark(holder, "extract")
        holder.sql(f"CREATE TABLE extract.{MARK_TABLE} (seed BIGINT)")
        assert is_synthetic_for_spark(holder, "extract")
        assert not is_synthetic_for_spark(holder)
    finally:
        holder.sql("DROP DATABASE extract CASCADE")


def test_csv_and_the_python_side(tmp_path: Path, session: Any) -> None:
    name = "siblings_and_households"
    files = held.held_folder(name, tmp_path / "parquet")
    texts = tmp_path / "csv"
    texts.mkdir()
    for file in files.iterdir():
        pl.read_parquet(file).write_csv(texts / f"{file.stem}.csv")
    study = cohort.load(Path(held.__file__).parent / f"{name}.yaml")
    from_csv, from_duckdb = study.run(texts, engine="spark", temp=tmp_path), study.run(files)
    assert list(from_csv) == list(from_duckdb)
    assert all(from_csv[table].equals(from_duckdb[table]) for table in from_duckdb)
    from_csv.close()
    from_duckdb.close()
    assert {path.name for path in tmp_path.iterdir()} == {"parquet", "csv"}
