"""Scoring a repair against the truth that only synthetic data have."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cohort.linkage.repair import CodeRepair


@dataclass(frozen=True)
class RepairScore:
    """How right the accepted pairs are.

    ``links`` accepted; ``correct`` of them true; ``repairable`` true pairs whose new code goes on with an episode
    begun under the old one (asylum left out); ``recoded`` all true pairs of old and new code in an authority, also
    of children who came back later, which nothing in the return can join. ``precision`` = correct / links,
    ``sensitivity`` = found repairable / repairable; 0 of 0 is missing (None).
    """

    links: int
    correct: int
    repairable: int
    recoded: int
    precision: float | None
    sensitivity: float | None


def score_repair(repair: CodeRepair, truth_codes: pl.DataFrame) -> RepairScore:
    """Compare the accepted pairs with the truth.

    ``truth_codes`` has child, authority, era, hybrid_id, continues and asylum, one row for each child code.
    """
    old = truth_codes.filter(pl.col("era") == 0).select("child", "authority", old="hybrid_id")
    new = truth_codes.filter(pl.col("era") == 1).select(
        "child", "authority", "continues", "asylum", new="hybrid_id"
    )
    true = old.join(new, on=["child", "authority"], how="inner")
    repairable = true.filter(pl.col("continues") & ~pl.col("asylum"))
    correct = len(repair.pairs.join(true, on=["old", "new"], how="semi"))
    found = len(repairable.join(repair.pairs, on=["old", "new"], how="semi"))
    links = len(repair.pairs)
    return RepairScore(
        links,
        correct,
        len(repairable),
        len(true),
        correct / links if links else None,
        found / len(repairable) if len(repairable) else None,
    )
