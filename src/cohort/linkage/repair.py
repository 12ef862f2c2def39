"""Undoing changed child codes: candidate pairs, nine equality tests, and what is left over.

Source: the LACW ALF-derivation algorithm, stage A step 4. The comparison itself is done by the ``recordlinkage``
package, which needs pandas below 3; the frames are handed over as whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cohort.linkage.pools import CHILD_MAIN, make_pools

EXACT: Final = ("start", "authority", "wob", "gender", "legal", "reason")
TESTS: Final = (
    *("wob", "gender", "authority", "start", "reason"),
    *("placement", "legal", "place", "at_home"),
)
ACCEPTED_SCORE: Final = 7
NEXT_CENSUS: Final = 101
Rule = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class CodeRepair:
    """What the repair found.

    ``map``: one row for each HYBRID_ID_PE of the main table, with UNIFIED_ID (the code the child has last).
    ``pairs``: the accepted pairs, old and new code and the rule that joined them.
    ``counts``: codes in pool X and Y, skipped, linked (in all and by each rule), not linked, conflicting.
    """

    map: pl.DataFrame
    pairs: pl.DataFrame
    counts: Mapping[str, int]


def repair_codes(tables: Mapping[str, pl.DataFrame]) -> CodeRepair:
    """Find which child codes are the same child under a code the authority changed.

    ``tables`` needs LACW_EPISODE_MAIN, LACW_CHILD_MAIN and the ALF table. Raises ``KeyError`` if one is absent.
    """
    old, new, skipped = make_pools(tables)
    found: list[pl.DataFrame] = []
    conflicting = 0
    counts = {"pool_x": len(old), "pool_y": len(new), "skipped_asylum": skipped}
    for rule, pairs in _rules():
        candidates = pairs(old, new)
        accepted = _unique_only(candidates)
        if rule == "identical":
            accepted = _first_of_identical(candidates)
        found.append(accepted.select("old", "new", pl.lit(rule).alias("rule")))
        counts[f"linked_by_{rule}"] = len(accepted)
        undecided = candidates.join(accepted, on="old", how="anti").join(accepted, on="new", how="anti")
        conflicting = undecided["old"].n_unique()
        old = old.join(accepted, left_on="hybrid", right_on="old", how="anti", maintain_order="left")
        new = new.join(accepted, left_on="hybrid", right_on="new", how="anti", maintain_order="left")
    pairs_found = pl.concat(found).sort("old")
    counts["linked"] = len(pairs_found)
    counts["conflicting"] = conflicting
    counts["not_linked"] = len(old) - conflicting
    return CodeRepair(_unified(tables, pairs_found), pairs_found, counts)


def _rules() -> tuple[tuple[str, Rule], ...]:
    return (
        ("score", _by_score),
        ("census", _by_census),
        ("area", _by_area),
        ("ethnicity", _by_ethnicity),
        ("identical", _by_area),
    )


def _by_score(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Pairs that agree exactly on six fields and pass seven of the nine tests."""
    candidates = _pairs(old, new, list(EXACT))
    if candidates.is_empty():
        return candidates
    scores = equality_scores(old, new, candidates)
    return candidates.filter(scores >= ACCEPTED_SCORE)


def _by_census(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Pairs by week of birth, gender, authority, start and legal status, in the next census."""
    return _pairs(_next(old), new, ["wob", "gender", "authority", "start", "legal", "first_census"])


def _by_area(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """As by census without week of birth and gender, but the placement or the home area is the same."""
    keys = ["authority", "start", "legal", "first_census"]
    paired = _next(old).join(new, on=keys, how="inner", suffix="_new", maintain_order="left_right")
    same = (pl.col("place") == pl.col("place_new")) | (pl.col("home") == pl.col("home_new"))
    return _as_pairs(paired.filter(same))


def _by_ethnicity(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Pairs by area whose ethnicity agrees too: breaks ties."""
    pairs = _by_area(old, new)
    ethnicity = old.select(old="hybrid", one="ethnicity")
    other = new.select(new="hybrid", two="ethnicity")
    joined = pairs.join(ethnicity, on="old", maintain_order="left").join(
        other, on="new", maintain_order="left"
    )
    return joined.filter(pl.col("one") == pl.col("two")).select("old", "new")


def _next(old: pl.DataFrame) -> pl.DataFrame:
    return old.with_columns((pl.col("last_census") + NEXT_CENSUS).alias("first_census"))


def _pairs(old: pl.DataFrame, new: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    joined = old.join(
        new, on=keys, how="inner", suffix="_new", nulls_equal=False, maintain_order="left_right"
    )
    return _as_pairs(joined)


def _as_pairs(joined: pl.DataFrame) -> pl.DataFrame:
    return joined.select(pl.col("hybrid").alias("old"), pl.col("hybrid_new").alias("new")).sort("old", "new")


def _unique_only(pairs: pl.DataFrame) -> pl.DataFrame:
    """Keep pairs whose old and new code are in no other pair."""
    one = (pl.len().over("old") == 1) & (pl.len().over("new") == 1)
    return pairs.filter(one)


def _first_of_identical(pairs: pl.DataFrame) -> pl.DataFrame:
    """Where codes cannot be told apart, the first old goes with the first new, the second with the second.

    Only groups in which every old code fits every new one are taken; anything else stays conflicting.
    """
    if pairs.is_empty():
        return pairs
    groups = pairs.group_by("old").agg(pl.col("new").sort().alias("news")).sort("old")
    groups = groups.with_columns(
        pl.int_range(pl.len()).over("news").alias("place"), pl.len().over("news").alias("rivals")
    )
    sized = groups.filter(pl.col("news").list.len() >= pl.col("rivals"))
    chosen = sized.with_columns(pl.col("news").list.get(pl.col("place"), null_on_oob=True).alias("new"))
    return _unique_only(chosen.drop_nulls("new").select("old", "new"))


def equality_scores(old: pl.DataFrame, new: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Count for each pair how many of the nine tests agree (missing agrees with nothing).

    Gives whole numbers of 0 to 9 in the order of ``pairs``.
    """
    # Imported here: the package takes seconds to load and only a repair needs it.
    import pandas as pd
    import recordlinkage

    left, right = _as_numbers(old, new)
    frames = [
        pd.DataFrame({name: part[name].to_numpy() for name in TESTS}, index=part["hybrid"].to_numpy())
        for part in (left, right)
    ]
    index = pd.MultiIndex.from_arrays([pairs["old"].to_numpy(), pairs["new"].to_numpy()])
    compare = recordlinkage.Compare()
    for name in TESTS:
        compare.exact(name, name, missing_value=0, label=name)
    features = compare.compute(index, *frames)
    return pl.Series("score", np.asarray(features.sum(axis=1)).astype(np.int64))


def _as_numbers(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the compared fields as floating numbers, null as not-a-number; equal values get equal numbers."""
    both = pl.concat([old.with_columns(pl.lit(0).alias("side")), new.with_columns(pl.lit(1).alias("side"))])
    numbered = both.select(
        "hybrid",
        "side",
        *(
            pl.when(pl.col(name).is_null())
            .then(None)
            .otherwise(pl.col(name).rank("dense"))
            .cast(pl.Float64)
            .fill_null(float("nan"))
            .alias(name)
            for name in TESTS
        ),
    )
    return numbered.filter(pl.col("side") == 0), numbered.filter(pl.col("side") == 1)


def _unified(tables: Mapping[str, pl.DataFrame], pairs: pl.DataFrame) -> pl.DataFrame:
    """Follow each code to the latest one of its chain."""
    codes = tables[CHILD_MAIN].select("HYBRID_ID_PE").drop_nulls().unique().sort("HYBRID_ID_PE")
    result = codes.with_columns(pl.col("HYBRID_ID_PE").alias("UNIFIED_ID"))
    step = pairs.select(pl.col("old").alias("UNIFIED_ID"), "new")
    while True:
        moved = result.join(step, on="UNIFIED_ID", how="left", maintain_order="left")
        if moved["new"].null_count() == len(moved):
            return result
        result = moved.select("HYBRID_ID_PE", pl.coalesce("new", "UNIFIED_ID").alias("UNIFIED_ID"))
