"""The known flaws of the holdings, put in at stated rates after the clean layer.

Rates and reasons are in ``[flaws]`` of the assumptions. Each function takes clean material and gives it flawed;
every one draws from the generator it is given and from nothing else.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cohort.synthetic.codes import monday_on_or_before
from cohort.synthetic.draw import permute
from cohort.synthetic.inputs import Inputs

CHILD_CODE = ["child", "authority", "era"]


def returned_weeks(rng: np.random.Generator, inputs: Inputs, codes: pl.DataFrame) -> pl.DataFrame:
    """Add ``returned_wob``: the week of birth as returned (null, after the first episode, or mid-month for some).

    ``codes`` has born and first_start (dates).
    """
    rate = inputs.assumptions["flaws"]
    draw = rng.random(len(codes))
    later = 7 + rng.integers(0, 300, len(codes))
    born = codes["born"].cast(pl.Int32).to_numpy().astype(np.int64)
    first = codes["first_start"].cast(pl.Int32).to_numpy().astype(np.int64)
    month = born.astype("datetime64[D]").astype("datetime64[M]")
    middle = month.astype("datetime64[D]").astype(np.int64) + 14
    null, after = rate["wob_null"], rate["wob_null"] + rate["wob_after_first"]
    wrong = (draw >= null) & (draw < after)
    mid = (draw >= after) & (draw < after + rate["wob_mid_month"])
    week = np.where(wrong, monday_on_or_before(first + later), born)
    week = np.where(mid, monday_on_or_before(middle), week)
    text = pl.Series(week.astype(np.int32)).cast(pl.Date).set(pl.Series(draw < null), None)
    return codes.with_columns(text.alias("returned_wob"))


def drop_out(rng: np.random.Generator, inputs: Inputs, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out the last return of some children, so that their last episode never ends.

    Only a child code whose last return holds nothing but the end of an episode begun earlier can vanish so.
    """
    last = rows.with_columns(
        pl.col("year").max().over(CHILD_CODE).alias("last"),
        pl.col("year").min().over(CHILD_CODE).alias("first"),
    )
    closing = (
        last.filter(pl.col("year") == pl.col("last"))
        .group_by(CHILD_CODE)
        .agg(
            pl.len().alias("rows"),
            pl.col("finish").is_not_null().all().alias("closed"),
            (pl.col("first") < pl.col("last")).all().alias("returned_before"),
            pl.col("carried").all(),
        )
        .filter((pl.col("rows") == 1) & pl.col("closed") & pl.col("returned_before") & pl.col("carried"))
        .sort(CHILD_CODE)
    )
    careers = rows.select(CHILD_CODE).n_unique()
    share = inputs.assumptions["flaws"]["dropped_out"] * careers / max(len(closing), 1)
    gone = closing.filter(pl.Series(rng.random(len(closing)) < share)).select(CHILD_CODE)
    doomed = gone.with_columns(pl.lit(True).alias("doomed"))
    marked = last.join(doomed, on=CHILD_CODE, how="left", maintain_order="left")
    keep = ~(pl.col("doomed").fill_null(False) & (pl.col("year") == pl.col("last")))
    return marked.filter(keep).drop("doomed", "last", "first")


def wrong_dates(rng: np.random.Generator, inputs: Inputs, rows: pl.DataFrame) -> pl.DataFrame:
    """Push some ends past the next start (overlap) and some before their own start (reversed)."""
    rate = inputs.assumptions["flaws"]
    draw = pl.Series("draw", rng.random(len(rows)))
    days = pl.Series("days", rng.integers(2, 21, len(rows)))
    closed = pl.col("end").is_not_null()
    follows = closed & (pl.col("finish") == "X1")
    later = pl.col("end") + pl.duration(days=pl.col("days"))
    same_year = later <= pl.date(pl.col("year"), 3, 31)
    overlap = follows & same_year & (pl.col("draw") < rate["overlap"])
    back = (
        closed & (pl.col("draw") >= rate["overlap"]) & (pl.col("draw") < rate["overlap"] + rate["reversed"])
    )
    before = pl.col("start") - pl.duration(days=pl.col("days"))
    end = pl.when(overlap).then(later).when(back).then(before).otherwise(pl.col("end"))
    return rows.with_columns(draw, days).with_columns(end.alias("end")).drop("draw", "days")


def untidy_codes(
    rng: np.random.Generator, inputs: Inputs, table: pl.DataFrame, columns: tuple[str, ...]
) -> pl.DataFrame:
    """Write some codes in lower case and some with trailing blanks."""
    rate = inputs.assumptions["flaws"]
    changed = []
    for column in columns:
        lower = pl.Series(rng.random(len(table)) < rate["lower_case"])
        blank = pl.Series(rng.random(len(table)) < rate["trailing_blank"])
        text = pl.when(lower).then(pl.col(column).str.to_lowercase()).otherwise(pl.col(column))
        changed.append(pl.when(blank).then(text + " ").otherwise(text).alias(column))
    return table.with_columns(changed)


def missing_keys(rng: np.random.Generator, inputs: Inputs, episodes: pl.DataFrame) -> pl.DataFrame:
    """Lose the identifier, the start date or the authority of a few episode rows."""
    rate = inputs.assumptions["flaws"]
    size = len(episodes)
    system = pl.Series(rng.random(size) < rate["null_system_id"])
    start = pl.Series(rng.random(size) < rate["null_start"])
    authority = pl.Series(rng.random(size) < rate["null_authority"])

    def lose(column: str, where: pl.Series) -> pl.Expr:
        return pl.when(where).then(None).otherwise(pl.col(column)).alias(column)

    return episodes.with_columns(
        lose("SYSTEM_ID_PE", system),
        lose("HYBRID_ID_PE", system),
        lose("EPISODE_START_DATE", start),
        lose("LOCAL_AUTHORITY_CODE", authority),
    )


def alf_rows(
    rng: np.random.Generator, inputs: Inputs, table: pl.DataFrame, missing: pl.Series
) -> pl.DataFrame:
    """Take children out of the ALF table and add second rows with another ALF or the other gender.

    ``missing`` says for each row of the clean table whether the child is absent from it.
    """
    rate = inputs.assumptions["flaws"]
    has_alf = table["ALF_PE"].is_not_null()
    second = has_alf & pl.Series(
        rng.random(len(table)) < rate["duplicate_alf"] / max(int(has_alf.sum()) / max(len(table), 1), 0.01)
    )
    gender = pl.Series(rng.random(len(table)) < rate["duplicate_gender"])
    seed = int(rng.integers(1, 2**62))
    other = permute(np.arange(len(table)) + 9_000_000, seed)
    twice = table.with_columns(pl.Series("ALF_PE", other)).filter(second & ~missing)
    changed = table.with_columns((3 - pl.col("GNDR_CD")).cast(pl.Int16).alias("GNDR_CD")).filter(
        gender & ~missing
    )
    return pl.concat([table.filter(~missing), twice, changed])
