"""Small hand-written holdings: CSV files in physical shape, as a folder for DuckDB and as rows for the reference.

A table without a file is empty, and a column that a file leaves out holds no value: a file needs only what its study
reads. An empty cell is missing; blanks are kept, as codes arrive with them.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl

from cohort import pipeline
from cohort.catalogue import HeldTable, load_catalogue, shipped_binding
from cohort.engines.database import run_script
from cohort.engines.reference import run_study
from cohort.plan.collect import ResultRow, collect
from cohort.query.study import Study
from cohort.results.model import RawResults
from cohort.types import Kind

Cell = int | float | str | datetime.date | None

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
ENGINES = ("reference", "duckdb")

_READERS: dict[Kind, Callable[[str], Cell]] = {
    Kind.KEY: int,
    Kind.WHOLE: int,
    Kind.DECIMAL: float,
    Kind.DATE: datetime.date.fromisoformat,
    Kind.CODE: str,
    Kind.TEXT: str,
}
_FRAME_TYPES: dict[Kind, type[pl.DataType]] = {
    Kind.KEY: pl.Int64,
    Kind.WHOLE: pl.Int32,
    Kind.DECIMAL: pl.Float64,
    Kind.DATE: pl.Date,
    Kind.CODE: pl.String,
    Kind.TEXT: pl.String,
}


@cache
def example(name: str) -> Study:
    """Return an example study (or one that stands beside the tests), which must have no errors."""
    found = (folder / f"{name}.yaml" for folder in (ROOT / "specs", Path(__file__).parent))
    checked = pipeline.check_file(next(file for file in found if file.exists()))
    assert checked.study is not None, [item.headline for item in checked.diagnostics]
    return checked.study


def raw_results(name: str, engine: str, folder: Path) -> RawResults:
    """Return the true results of an example study on its hand-written holdings."""
    study = example(name)
    if engine == "reference":
        return run_study(study, {table: held_rows(name, table) for table in load_catalogue().tables})
    run = run_script(pipeline.compile_study(study, "duckdb"), held_folder(name, folder))
    return collect(study, [ResultRow(*row) for row in run.results])


def held_rows(name: str, table: str) -> list[dict[str, Cell]]:
    """Return the rows of one held table under the logical names of its columns."""
    held, physical = load_catalogue().tables[table], _physical_columns(table)
    file = DATA / name / f"{shipped_binding('synthetic').table(table)}.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.DictReader(opened)
        unknown = set(reader.fieldnames or ()) - set(physical.values())
        assert not unknown, f"{file}: no such columns: {unknown}"
        return [_typed(held, physical, line) for line in reader]


def held_folder(name: str, folder: Path) -> Path:
    """Write the holdings of an example study as one Parquet file for each physical table, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    stray = {file.stem for file in (DATA / name).iterdir()} - set(
        shipped_binding("synthetic").tables.values()
    )
    assert not stray, f"files of no table: {stray}"
    for table, held in load_catalogue().tables.items():
        physical = _physical_columns(table)
        frame = pl.DataFrame(
            [[row[column.name] for column in held.columns] for row in held_rows(name, table)],
            schema={physical[column.name]: _FRAME_TYPES[column.type.kind] for column in held.columns},
            orient="row",
        )
        frame.write_parquet(folder / f"{shipped_binding('synthetic').table(table)}.parquet")
    return folder


def _physical_columns(table: str) -> dict[str, str]:
    binding = shipped_binding("synthetic")
    return {c.name: binding.column(c.physical) for c in load_catalogue().tables[table].columns}


def _typed(held: HeldTable, physical: dict[str, str], line: dict[str, str]) -> dict[str, Cell]:
    return {
        column.name: _READERS[column.type.kind](text) if (text := line.get(physical[column.name])) else None
        for column in held.columns
    }
