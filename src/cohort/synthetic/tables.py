"""The physical tables: columns, order and types as the looked-after return (LACW) is seen, before any flaw.

Types follow the public descriptions: keys BIGINT, YEAR_CODE INTEGER, LOCAL_AUTHORITY_CODE SMALLINT, dates DATE,
codes VARCHAR. ``LACW_PUPIL_ALF`` is a guessed name: the true name of the ALF table is not public.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from cohort.synthetic.returns import year_code

EPISODE_MAIN: Final = "LACW_EPISODE_MAIN"
CHILD_MAIN: Final = "LACW_CHILD_MAIN"
PUPIL_ALF: Final = "LACW_PUPIL_ALF"
LAC_ALF_DERIVED: Final = "LACW_LAC_ALF_DERIVED"

KEYS: Final[dict[str, tuple[str, ...]]] = {
    EPISODE_MAIN: ("YEAR_CODE", "LOCAL_AUTHORITY_CODE", "SYSTEM_ID_PE", "EPISODE_NUMBER"),
    CHILD_MAIN: ("YEAR_CODE", "LOCAL_AUTHORITY_CODE", "SYSTEM_ID_PE"),
    PUPIL_ALF: ("LOCAL_AUTHORITY_CODE", "SYSTEM_ID_PE", "ALF_PE", "GNDR_CD"),
    LAC_ALF_DERIVED: ("HYBRID_ID_PE",),
}

EPISODE_CODES: Final = (
    "REASON_EPISODE_STARTED_CODE",
    "REASON_EPISODE_FINISHED_CODE",
    "CATEGORY_OF_NEED_CODE",
    "LEGAL_STATUS_CODE",
    "PLACEMENT_TYPE_CODE",
)
PERCENT: Final = pl.Decimal(7, 6)


def in_key_order(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Sort a table by its key, nulls last; what the key leaves open is settled by all other columns."""
    key = [column for column in KEYS[name] if column in table.columns]
    rest = [column for column in table.columns if column not in key]
    return table.sort(*key, *rest, nulls_last=True)


def episode_main(rows: pl.DataFrame, available: date) -> pl.DataFrame:
    """Make ``LACW_EPISODE_MAIN``: one row for each episode of a child in each census year."""
    return rows.select(
        pl.col("system_id").alias("SYSTEM_ID_PE"),
        pl.col("hybrid_id").alias("HYBRID_ID_PE"),
        year_code(pl.col("year")).alias("YEAR_CODE"),
        pl.col("authority").cast(pl.Int16).alias("LOCAL_AUTHORITY_CODE"),
        pl.col("episode_number").alias("EPISODE_NUMBER"),
        pl.col("start").alias("EPISODE_START_DATE"),
        pl.col("end").alias("EPISODE_END_DATE"),
        pl.col("reason").alias("REASON_EPISODE_STARTED_CODE"),
        pl.col("finish").alias("REASON_EPISODE_FINISHED_CODE"),
        pl.col("need").alias("CATEGORY_OF_NEED_CODE"),
        pl.col("legal").alias("LEGAL_STATUS_CODE"),
        pl.col("placement").alias("PLACEMENT_TYPE_CODE"),
        pl.col("placement_area").alias("LSOA2011_PLACEMENT_POSTCODE"),
        pl.col("short_breaks").cast(pl.Int16).alias("SHORT_BREAKS"),
        pl.lit(available).alias("AVAIL_FROM_DT"),
    )


def child_main(children: pl.DataFrame, available: date) -> pl.DataFrame:
    """Make ``LACW_CHILD_MAIN``: one row for each child code, authority and census year."""
    return children.select(
        pl.col("system_id").alias("SYSTEM_ID_PE"),
        pl.col("hybrid_id").alias("HYBRID_ID_PE"),
        pl.col("irn").alias("IRN_PE"),
        year_code(pl.col("year")).alias("YEAR_CODE"),
        pl.col("authority").cast(pl.Int16).alias("LOCAL_AUTHORITY_CODE"),
        pl.col("disability").cast(pl.Int16).alias("DISABILITY_CODE"),
        pl.col("asylum").cast(pl.Int16).cast(pl.String).alias("ASYLUM"),
        pl.col("date_ceased_uasc").alias("DATE_CEASED_UASC"),
        pl.date(pl.col("year"), 3, 31).alias("DATE_OF_DATA_COLLECTION"),
        pl.col("ethnicity").alias("ETHNICITY"),
        pl.col("home_area").alias("LSOA2011_HOME_POSTCODE"),
        pl.lit(available).alias("AVAIL_FROM_DT"),
    )


def pupil_alf(codes: pl.DataFrame) -> pl.DataFrame:
    """Make the ALF table as received: one row for each child code (flaws add the known duplicates)."""
    return codes.select(
        pl.col("system_id").alias("SYSTEM_ID_PE"),
        pl.col("authority").cast(pl.Int16).alias("LOCAL_AUTHORITY_CODE"),
        pl.col("routine_alf").alias("ALF_PE"),
        pl.col("routine_status").alias("ALF_STS_CD"),
        pl.col("routine_score").cast(PERCENT).alias("ALF_MTCH_PCT"),
        pl.col("sex").cast(pl.Int16).alias("GNDR_CD"),
        pl.col("returned_wob").alias("WOB"),
    )


def lac_alf_derived(codes: pl.DataFrame) -> pl.DataFrame:
    """Make ``LACW_LAC_ALF_DERIVED`` without UNIFIED_ID, which the repair of changed codes adds.

    The week of birth is the returned one, replaced by the true one where the routine ALF is known, as the
    algorithm replaces it by that of the demographic service.
    """
    returned, true = pl.col("returned_wob"), pl.col("born")
    known = pl.col("routine_alf").is_not_null()
    corrected = known & (returned.is_null() | (returned != true))
    week = pl.when(known).then(true).otherwise(returned)
    middle = (week.dt.day() >= 9) & (week.dt.day() <= 15)
    return codes.select(
        pl.col("hybrid_id").alias("HYBRID_ID_PE"),
        pl.col("authority").cast(pl.Int16).alias("LOCAL_AUTHORITY_CODE"),
        pl.col("derived_alf").alias("ALF_PE"),
        pl.col("derived_status").alias("ALF_STS_CD"),
        pl.col("derived_score").cast(PERCENT).alias("ALF_MTCH_PCT"),
        pl.col("derived_source").alias("ALF_SOURCE"),
        week.alias("WOB"),
        pl.col("sex").cast(pl.Int16).alias("GNDR_CD"),
        returned.alias("ORIGINAL_LAC_WOB"),
        pl.when(middle).then(week.dt.offset_by("7d")).otherwise(week).alias("MAX_POSS_WOB"),
        middle.fill_null(False).cast(pl.Int16).alias("POTENTIAL_UNKNOWN_WOB"),
        corrected.cast(pl.Int16).alias("HAS_WOB_BEEN_CORRECTED"),
        (returned > pl.col("first_start")).fill_null(False).cast(pl.Int16).alias("LACWOB_DEF_WRONG"),
        pl.col("first_start").alias("FIRST_EP_START"),
        pl.col("missing_from_alf").cast(pl.Int16).alias("MISSING_FROM_LACALF"),
    )
