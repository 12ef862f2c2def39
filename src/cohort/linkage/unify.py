"""Writing what the repair found into the derived ALF table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from cohort.linkage.repair import CodeRepair

LAC_ALF_DERIVED: Final = "LACW_LAC_ALF_DERIVED"


def add_unified_ids(tables: Mapping[str, pl.DataFrame], repair: CodeRepair) -> Mapping[str, pl.DataFrame]:
    """Add UNIFIED_ID to LACW_LAC_ALF_DERIVED (always filled: the own HYBRID_ID_PE where nothing changed), with
    SYS_ID_CHANGES (0 or 1), SYSID_CHANGES_TO and SYSID_CHANGED_FROM (codes, null where none).

    Gives all tables; the others are the same objects. Raises ``KeyError`` without the derived table.
    """
    derived = tables[LAC_ALF_DERIVED]
    onward = repair.pairs.select(pl.col("old").alias("HYBRID_ID_PE"), pl.col("new").alias("SYSID_CHANGES_TO"))
    before = repair.pairs.select(
        pl.col("new").alias("HYBRID_ID_PE"), pl.col("old").alias("SYSID_CHANGED_FROM")
    )
    joined = derived
    for more in (repair.map, onward, before):
        joined = joined.join(more, on="HYBRID_ID_PE", how="left", maintain_order="left")
    changed = pl.col("SYSID_CHANGES_TO").is_not_null() | pl.col("SYSID_CHANGED_FROM").is_not_null()
    unified = joined.with_columns(
        pl.coalesce("UNIFIED_ID", "HYBRID_ID_PE").alias("UNIFIED_ID"),
        changed.cast(pl.Int16).alias("SYS_ID_CHANGES"),
    ).select(*derived.columns, "UNIFIED_ID", "SYS_ID_CHANGES", "SYSID_CHANGES_TO", "SYSID_CHANGED_FROM")
    return {name: unified if name == LAC_ALF_DERIVED else table for name, table in tables.items()}
