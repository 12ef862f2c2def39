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
from cohort.catalogue import shipped_binding
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
