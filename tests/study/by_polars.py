"""The study of infants entering care, worked out once more with polars from the physical tables.

Written from the published description of the study and the documented clean-up, not from the compiler: it
shares no code with it, so that an error would have to be made twice.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import polars as pl

LAST_RETURN = 202021
DATA_UNTIL = datetime.date(2021, 3, 31)
AFTER_DATA = datetime.date(2021, 4, 1)
COMPULSORY = ["C1", "C2", "E1", "L2"]


@dataclass(frozen=True)
class Infants:
    """What comes out: how many are left after each step, and one row for each infant of the cohort."""

    flow: list[int]
    cohort: pl.DataFrame


def clean(column: str) -> pl.Expr:
    """Trimmed upper-case codes; blank is missing."""
    text = pl.col(column).str.strip_chars(" ").str.to_uppercase()
    return pl.when(text == "").then(None).otherwise(text)


def episodes(folder: Path) -> pl.DataFrame:
    """One row for each child and first day, with the first day outside."""
    held = pl.read_parquet(folder / "LACW_EPISODE_MAIN.parquet")
    unified = (
        pl.read_parquet(folder / "LACW_LAC_ALF_DERIVED.parquet")
        .drop_nulls(["HYBRID_ID_PE", "UNIFIED_ID"])
        .group_by("HYBRID_ID_PE")
        .agg(pl.col("UNIFIED_ID").min())
    )
    rows = (
        held.drop_nulls(["HYBRID_ID_PE", "LOCAL_AUTHORITY_CODE", "EPISODE_START_DATE"])
        .filter(pl.col("YEAR_CODE") <= LAST_RETURN)
        .filter(
            pl.col("EPISODE_END_DATE").is_null()
            | (pl.col("EPISODE_END_DATE") >= pl.col("EPISODE_START_DATE"))
        )
        .join(unified, on="HYBRID_ID_PE", how="left")
        .select(
            child=pl.coalesce("UNIFIED_ID", "HYBRID_ID_PE"),
            hybrid="HYBRID_ID_PE",
            authority="LOCAL_AUTHORITY_CODE",
            number="EPISODE_NUMBER",
            year="YEAR_CODE",
            start="EPISODE_START_DATE",
            end="EPISODE_END_DATE",
            reason=clean("REASON_EPISODE_STARTED_CODE"),
            status=clean("LEGAL_STATUS_CODE"),
            need=clean("CATEGORY_OF_NEED_CODE"),
        )
        .sort(
            ["child", "start", "year", "hybrid", "authority", "number"],
            descending=[False, False, True] + [False] * 3,
        )
        .unique(["child", "start"], keep="first", maintain_order=True)
        .with_columns(
            following=pl.col("start").shift(-1).over("child"),
            last_year=pl.col("year").max().over("child"),
        )
    )
    day_after_return = pl.date(pl.col("last_year") // 100 + 1, 4, 1)
    closed = (
        pl.when(pl.col("end").is_not_null() & (pl.col("following") == pl.col("end")))
        .then(pl.col("end"))
        .when(pl.col("end").is_not_null())
        .then(pl.col("end") + pl.duration(days=1))
        .when(pl.col("following").is_not_null())
        .then(pl.col("following"))
        .when(pl.col("last_year") < LAST_RETURN)
        .then(day_after_return)
        .otherwise(pl.lit(AFTER_DATA))
    )
    return rows.with_columns(until=closed)


def first_period_ends(rows: pl.DataFrame) -> dict[int, datetime.date]:
    """The first day outside the first period of care of each child, walked through day by day in order."""
    ends: dict[int, datetime.date] = {}
    finished: set[int] = set()
    for child, start, until in (
        rows.select("child", "start", "until").sort("child", "start", "until").iter_rows()
    ):
        if child in finished or start >= until:
            continue
        if child not in ends:
            ends[child] = until
        elif start <= ends[child]:
            ends[child] = max(ends[child], until)
        else:
            finished.add(child)
    return ends


def infants(folder: Path) -> Infants:
    """Work out the flow and the cohort."""
    rows = episodes(folder)
    derived = pl.read_parquet(folder / "LACW_LAC_ALF_DERIVED.parquet").drop_nulls("HYBRID_ID_PE")
    unified = (
        derived.drop_nulls("UNIFIED_ID").group_by("HYBRID_ID_PE").agg(unified=pl.col("UNIFIED_ID").min())
    )
    births = (
        derived.join(unified, on="HYBRID_ID_PE", how="left")
        .with_columns(child=pl.coalesce("unified", "HYBRID_ID_PE"))
        .group_by("child")
        .agg(born=pl.col("WOB").min())
    )
    first = rows.sort("child", "start").unique("child", keep="first", maintain_order=True)
    first = first.join(births, on="child", how="left").with_columns(
        days=(pl.col("start") - pl.col("born")).dt.total_days()
    )
    flow = [first.height]
    for condition in (
        pl.col("reason") == "S",
        pl.col("born").is_not_null(),
        (pl.col("days") >= 0) & (pl.col("days") <= 365),
        (pl.col("start") >= datetime.date(2003, 4, 1)) & (pl.col("start") <= DATA_UNTIL),
        pl.col("status").is_in(["V2", "C1"]),
    ):
        first = first.filter(condition)
        flow.append(first.height)
    ends = first_period_ends(rows)
    later = rows.join(first.select("child", entered="start"), on="child").filter(
        pl.col("status").is_in(COMPULSORY)
        & (pl.col("start") > pl.col("entered"))
        & (pl.col("start") < pl.col("entered").dt.offset_by("2y"))
    )
    later = later.filter(
        pl.Series(
            [start < ends[child] for child, start in later.select("child", "start").iter_rows()],
            dtype=pl.Boolean,
        )
    )
    ordered = later.group_by("child").agg(ordered=pl.col("start").min())
    weeks = (pl.col("ordered") - pl.col("start")).dt.total_days() / 7
    cohort = first.join(ordered, on="child", how="left").with_columns(
        year=pl.col("start").dt.year() + (pl.col("start").dt.month() >= 4).cast(pl.Int32),
        age=pl.when(pl.col("days") < 14)
        .then(pl.lit("newborn (under 2 weeks)"))
        .when(pl.col("days") < 91)
        .then(pl.lit("2 weeks to 3 months"))
        .otherwise(pl.lit("3 to 12 months")),
        followed=pl.col("start").dt.offset_by("2y") <= DATA_UNTIL,
        conversion=pl.when(weeks <= 4)
        .then(pl.lit("within 4 weeks"))
        .when(weeks <= 13)
        .then(pl.lit("4 to 13 weeks"))
        .when(weeks.is_not_null())
        .then(pl.lit("13 weeks to 2 years"))
        .otherwise(pl.lit("none within 2 years")),
    )
    return Infants(flow, cohort)


def counts(frame: pl.DataFrame, *columns: str) -> dict[tuple[str, ...], int]:
    """Count rows by columns; missing is the text missing."""
    texts = [pl.col(column).cast(pl.String).fill_null("missing") for column in columns]
    grouped = frame.select(texts).group_by(columns).len()
    return {tuple(row[:-1]): row[-1] for row in grouped.iter_rows()}
