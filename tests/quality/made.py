"""Awkward hand-made rows of looked-after children, and a study that reads them."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl

from cohort import pipeline
from cohort.source import Source
from tests.conftest import DEMO_SPEC

D = datetime.date
EPISODES: list[
    tuple[
        int | None, int | None, int | None, int | None, D | None, D | None, str | None, str | None, str | None
    ]
] = []


def _add(
    child: int | None,
    authority: int | None,
    year: int | None,
    number: int | None,
    start: D | None,
    end: D | None,
    reason: str | None,
    need: str | None,
    status: str | None,
) -> None:
    EPISODES.append((child, authority, year, number, start, end, reason, need, status))


for _child in range(1, 61):
    # Sixty sound children of one year, a third of them still looked after on 31 March.
    _end = None if _child % 3 else D(2011, 3, 31 - _child % 20)
    _add(_child, 512, 201011, 1, D(2010, 5, 1), _end, "S", "N1", "V2")
for _child in range(1, 16):
    _add(_child, 512, 200405, 1, D(2004, 6, 1), D(2004, 7, 1), " s ", "n1", "D1")  # blanks and small letters
for _child in range(20, 33):
    _add(
        _child, 512, 200405, 1, D(2004, 6, 1), D(2004, 5, 1), "S", "N1", "E1"
    )  # before its years, and reversed
for _child in range(40, 53):
    _add(_child, 512, 200506, 1, D(2005, 6, 1), None, "S", "N1", "E1")  # the year meets the code's first day
for _child in range(70, 82):
    _add(_child, 512, 201011, 2, D(2010, 6, 1), None, "Q", "", None)  # not listed, blank, missing
for _child in range(70, 82):
    _add(_child, 512, 201011, 2, D(2010, 6, 1), None, "S", "N1", "V1")  # the same key again, and short breaks
_add(None, None, None, None, None, None, None, None, None)
_add(90, 977, 201011, None, D(2010, 4, 1), D(2010, 4, 1), "S", "N1", "C2")  # no such authority, no number
_add(91, 512, 199899, 1, D(1998, 4, 1), D(1998, 5, 1), "S", "N1", "C2")  # before the study
_add(92, 512, 202223, 1, D(2022, 4, 1), None, "S", "N1", "C2")  # after it
_add(93, 512, 201099, 1, D(2010, 4, 1), None, "S", "N1", "C2")  # no year
_add(94, 512, 202021, 1, D(2020, 4, 1), D(2021, 3, 31), "S", "N1", "C2")  # ends on the very day
_add(95, 512, 202021, 1, D(2020, 4, 1), D(2021, 3, 30), "S", "N1", "C2")
_add(94, 512, 202021, 2, D(2020, 4, 1), D(2021, 3, 31), "S", "N1", "C2")  # the same child twice

COLUMNS = {
    "HYBRID_ID_PE": pl.Int64,
    "LOCAL_AUTHORITY_CODE": pl.Int16,
    "YEAR_CODE": pl.Int32,
    "EPISODE_NUMBER": pl.Int16,
    "EPISODE_START_DATE": pl.Date,
    "EPISODE_END_DATE": pl.Date,
    "REASON_EPISODE_STARTED_CODE": pl.String,
    "CATEGORY_OF_NEED_CODE": pl.String,
    "LEGAL_STATUS_CODE": pl.String,
}


def episodes() -> pl.DataFrame:
    """Return the rows of episodes."""
    return pl.DataFrame(EPISODES, schema=COLUMNS, orient="row")


def derived() -> pl.DataFrame:
    """Return the rows of the table of derived links."""
    rows = [(child, 512, D(2009, 1, 5) if child % 2 else None, child) for child in range(1, 96)]
    schema = {
        "HYBRID_ID_PE": pl.Int64,
        "LOCAL_AUTHORITY_CODE": pl.Int16,
        "WOB": pl.Date,
        "UNIFIED_ID": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def write(folder: Path) -> Path:
    """Write both tables as Parquet, with the mark of synthetic data; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    episodes().write_parquet(folder / "LACW_EPISODE_MAIN.parquet")
    derived().write_parquet(folder / "LACW_LAC_ALF_DERIVED.parquet")
    (folder / "cohort-synthetic.json").write_text('{"synthetic": true}\n', encoding="utf-8")
    return folder


def checked(policy: str) -> pipeline.Checked:
    """Return the demonstration study under a disclosure policy."""
    text = DEMO_SPEC.read_text("utf-8")
    assert "disclosure: sail" in text
    changed = text.replace("disclosure: sail", f"disclosure: {policy}")
    return pipeline.check_source(Source("study.yaml", changed), DEMO_SPEC.parent)
