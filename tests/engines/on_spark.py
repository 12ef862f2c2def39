"""One session of Spark for all tests that need it, and what the same study gives on both engines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from cohort import pipeline
from cohort.catalogue import shipped_binding
from cohort.engines.database import run_script
from cohort.engines.shared import DatabaseProblem, EngineName, EngineOptions, RunResult
from cohort.engines.spark import run_on_spark
from cohort.engines.spark_session import running_session, start_session
from cohort.query.study import Study
from cohort.sql.model import Script

# Spark is made for much data; with a handful of rows nearly all time goes into getting ready for them.
SMALL: Mapping[str, str] = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}
OPTIONS = EngineOptions(EngineName.SPARK, memory="2GB", threads=2)


def session_or_skip() -> Any:
    """Return the session of this process; skips the test where Spark or Java is missing."""
    try:
        return running_session() or start_session(OPTIONS, SMALL)
    except DatabaseProblem as problem:
        pytest.skip(str(problem))


def assert_same(duckdb: Script, spark: Script, folder: Path, tables: tuple[str, ...]) -> RunResult:
    """Compare the results of both engines and all rows of some tables; return the run of Spark, still open."""
    one, other = run_script(duckdb, folder), run_on_spark(spark, folder)
    try:
        assert one.results
        assert other.results == one.results
        for table in tables:
            assert_frame_equal(_wide(other.rows(table)), _wide(one.rows(table)), check_exact=True)
    finally:
        one.close()
    return other


def _wide(frame: pl.DataFrame) -> pl.DataFrame:
    """Whole numbers of one width: each database has its own for what it works out."""
    return frame.with_columns(pl.selectors.integer().cast(pl.Int64))


def assert_same_study(study: Study, folder: Path) -> RunResult:
    """Compare the results, entries and analysis rows of a study on both engines."""
    binding = shipped_binding("synthetic")
    duckdb, spark = (pipeline.compile_study(study, dialect, binding) for dialect in ("duckdb", "spark"))
    return assert_same(duckdb, spark, folder, ("entries", "analysis"))
