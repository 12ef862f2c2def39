"""The two sides of a comparison: Carfan's run of a spec, and SQL written by hand for the same study.

Both read the same Parquet files, work in memory, and leave the same table of results; nothing is timed until the
results of both are equal, number by number.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from cohort import pipeline
from cohort.engines.database import run_script

HERE = Path(__file__).parent
ROOT = HERE.parent
RESULT = "table_name, row_value, column_value, layer_value, statistic, value, number"
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Case:
    """A study that is compared: its spec, and the SQL written by hand."""

    name: str
    spec: Path
    by_hand: Path


CASES = tuple(
    Case(name, folder / f"{name}.yaml", HERE / "by_hand" / f"{name}.sql")
    for name, folder in (
        ("many_variables_20", HERE / "specs"),
        ("many_variables_60", HERE / "specs"),
        ("care_leavers_self_harm", ROOT / "specs"),
        ("first_care_entry_gcse", ROOT / "specs"),
        ("crcs_substance_misuse_injury", ROOT / "specs"),
        ("infants_entering_care", ROOT / "specs"),
    )
)


@dataclass(frozen=True)
class Timed:
    """One run: seconds, and the rows of results."""

    seconds: float
    rows: tuple[Row, ...]
    to_compile: float = 0.0


def run_by_hand(case: Case, data: Path) -> Timed:
    """Run the SQL written by hand; reading the text and naming the files counts too."""
    started = time.perf_counter()
    with duckdb.connect() as connection:
        for file in sorted(data.glob("*.parquet")):
            connection.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file.as_posix()}')")
        connection.execute(case.by_hand.read_text("utf-8"))
        rows = connection.execute(f"SELECT {RESULT} FROM results").fetchall()
    return Timed(time.perf_counter() - started, tuple(rows))


def run_carfan(case: Case, data: Path) -> Timed:
    """Check, compile and run a spec; seconds are of the run, those to check and compile are given beside."""
    started = time.perf_counter()
    study = pipeline.check_file(case.spec).study
    if study is None:
        raise SystemExit(f"{case.spec.name} has errors")
    script = pipeline.compile_study(study, "duckdb")
    compiled = time.perf_counter()
    run = run_script(script, data)
    rows = tuple(run.results)
    run.close()
    return Timed(time.perf_counter() - compiled, rows, compiled - started)


def differences(ours: Iterable[Row], theirs: Iterable[Row]) -> list[str]:
    """Return what differs between two sets of results, in words; numbers may differ in the last digits."""
    left, right = ({row[:5]: row[5:] for row in rows} for rows in (ours, theirs))
    found = [f"only in Carfan's results: {key}" for key in sorted(left.keys() - right.keys())]
    found += [f"only in the results by hand: {key}" for key in sorted(right.keys() - left.keys())]
    for key in sorted(left.keys() & right.keys()):
        if not all(_equal(a, b) for a, b in zip(left[key], right[key], strict=True)):
            found.append(f"{key}: Carfan {left[key]}, by hand {right[key]}")
    return found


def _equal(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
