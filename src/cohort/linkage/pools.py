"""The two pools of the repair: codes that end in the air, and first episodes that may go on from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

CHILD_MAIN: Final = "LACW_CHILD_MAIN"
EPISODE_MAIN: Final = "LACW_EPISODE_MAIN"
PUPIL_ALF: Final = "LACW_PUPIL_ALF"
CHILD: Final = ["LOCAL_AUTHORITY_CODE", "SYSTEM_ID_PE"]
CODES: Final = (
    "REASON_EPISODE_STARTED_CODE",
    "LEGAL_STATUS_CODE",
    "PLACEMENT_TYPE_CODE",
)


def clean_episodes(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Give one row for each child code and start date: codes tidied, keys present, the latest return kept.

    This is the clean-up that every analyst of the return repeats. Sorted by child code and start.
    """
    episodes = tables[EPISODE_MAIN].drop_nulls(["HYBRID_ID_PE", *CHILD, "EPISODE_START_DATE"])
    tidy = [
        pl.col(code).cast(pl.String).str.strip_chars().str.to_uppercase().replace("", None) for code in CODES
    ]
    return (
        episodes.with_columns(tidy)
        .sort("HYBRID_ID_PE", "EPISODE_START_DATE", "YEAR_CODE", "EPISODE_NUMBER")
        .unique(["HYBRID_ID_PE", "EPISODE_START_DATE"], keep="last", maintain_order=True)
    )


def child_facts(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Give for each child code: week of birth, gender (null where the ALF table holds two), asylum, ethnicity,
    home area of the first and last return, first and last census year."""
    main = tables[CHILD_MAIN].drop_nulls(["HYBRID_ID_PE", *CHILD]).sort("HYBRID_ID_PE", "YEAR_CODE")
    ethnicity = pl.col("ETHNICITY").str.strip_chars().str.to_uppercase()
    facts = main.group_by("HYBRID_ID_PE", *CHILD, maintain_order=True).agg(
        (pl.col("ASYLUM").str.strip_chars() == "1").any().alias("asylum"),
        ethnicity.first().alias("first_ethnicity"),
        ethnicity.last().alias("last_ethnicity"),
        pl.col("LSOA2011_HOME_POSTCODE").first().alias("first_home"),
        pl.col("LSOA2011_HOME_POSTCODE").last().alias("last_home"),
        pl.col("YEAR_CODE").min().alias("first_census"),
        pl.col("YEAR_CODE").max().alias("last_census"),
    )
    known = (
        tables[PUPIL_ALF]
        .group_by(CHILD)
        .agg(
            pl.when(pl.col("WOB").n_unique() == 1).then(pl.col("WOB").first()).alias("wob"),
            pl.when(pl.col("GNDR_CD").n_unique() == 1).then(pl.col("GNDR_CD").first()).alias("gender"),
        )
    )
    return facts.join(known, on=CHILD, how="left", maintain_order="left")


def make_pools(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Give pool X, pool Y, and how many codes of pool X were skipped as seeking asylum.

    X: children whose last episode has no end although their last census is not the newest, with that episode.
    Y: the first episode of everyone else. Both carry the columns compared later, named alike.
    """
    episodes = clean_episodes(tables)
    facts = child_facts(tables).drop(CHILD)
    newest = tables[EPISODE_MAIN]["YEAR_CODE"].max()
    last = episodes.unique("HYBRID_ID_PE", keep="last", maintain_order=True)
    first = episodes.unique("HYBRID_ID_PE", keep="first", maintain_order=True)
    # The last census of a child counts all its returns, not only that of the last episode by start.
    last = last.join(facts, on="HYBRID_ID_PE", how="inner", maintain_order="left")
    dangling = last.filter(pl.col("EPISODE_END_DATE").is_null() & (pl.col("last_census") < newest))
    others = first.join(dangling, on="HYBRID_ID_PE", how="anti", maintain_order="left")
    others = others.join(facts, on="HYBRID_ID_PE", how="inner", maintain_order="left")
    skipped = int(dangling["asylum"].sum())
    return _compared(dangling, "last"), _compared(others, "first"), skipped


def _compared(pool: pl.DataFrame, which: str) -> pl.DataFrame:
    home = pl.col(f"{which}_home")
    place = pl.col("LSOA2011_PLACEMENT_POSTCODE")
    return pool.filter(~pl.col("asylum")).select(
        pl.col("HYBRID_ID_PE").alias("hybrid"),
        "wob",
        "gender",
        pl.col("LOCAL_AUTHORITY_CODE").alias("authority"),
        pl.col("EPISODE_START_DATE").alias("start"),
        pl.col("REASON_EPISODE_STARTED_CODE").alias("reason"),
        pl.col("PLACEMENT_TYPE_CODE").alias("placement"),
        pl.col("LEGAL_STATUS_CODE").alias("legal"),
        place.alias("place"),
        home.alias("home"),
        (place == home).cast(pl.Int8).alias("at_home"),
        pl.col(f"{which}_ethnicity").alias("ethnicity"),
        "first_census",
        "last_census",
    )
