"""Who has an ALF: a stand-in until the linkage of the other holdings exists.

The routine ALF of a looked-after child comes through the pupil number an authority supplies; the improved one
is filled from other sources. Both are drawn here from stated shares (``[alf]`` of the assumptions) and only the
two published totals are fitted: 36.6% and 61.2% of child codes.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cohort.synthetic.draw import choose, choose_rows, permute
from cohort.synthetic.inputs import Inputs

Ints = NDArray[np.int64]
WITHOUT_STATUS = ("CAFW", "NCCHD_BIRTHS", "GP_EVENT")


def pupil_numbers(rng: np.random.Generator, inputs: Inputs, main: pl.DataFrame) -> pl.DataFrame:
    """Add ``irn`` to child-years (columns child, authority, era, year, born, asylum): null where not supplied."""
    table = inputs.assumptions["alf"]
    codes = main.select("child", "authority", "era").unique(maintain_order=True)
    codes = codes.with_columns(pl.Series("draw", rng.random(len(codes))))
    frame = main.join(codes, on=["child", "authority", "era"], how="left", maintain_order="left")
    age = frame["year"].to_numpy() - frame["born"].dt.year().to_numpy()
    supply = min(table["supply"] * inputs.knob("upn_supply"), 1.0)
    chance = np.where((age >= 5) & (age <= 17), supply, np.where(age >= 3, table["pre_school_supply"], 0.0))
    chance = np.where(frame["asylum"].to_numpy(), chance * table["asylum_factor"], chance)
    supplied = (frame["draw"].to_numpy() < chance) & (frame["year"].to_numpy() >= table["first_supply_year"])
    supplied &= rng.random(len(frame)) < 0.9  # a number known to the authority is left out of some returns
    seed = int(rng.integers(1, 2**62))
    numbers = permute(frame["child"].to_numpy() + 1_000_000, seed)
    return frame.drop("draw").with_columns(pl.Series("irn", numbers).set(pl.Series(~supplied), None))


def person_keys(rng: np.random.Generator, children: Ints) -> tuple[Ints, int]:
    """Give each true child its ALF, and the seed of the map (to make ALFs of other people with it)."""
    seed = int(rng.integers(1, 2**62))
    return permute(children + 1_000_000, seed), seed


def match(rng: np.random.Generator, inputs: Inputs, codes: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Add the routine ALF, its status and score, and the improved ALF with its source, to child codes.

    ``codes`` has child, alf (true), supplied, asylum, entry_days (age at first episode), first_year, last_year,
    court (an order made from 2012 on), break_only. Adds routine_alf, routine_status, routine_score, derived_alf,
    derived_status, derived_score, derived_source.
    """
    table = inputs.assumptions["alf"]
    size = len(codes)
    asylum = codes["asylum"].to_numpy()
    supplied = codes["supplied"].to_numpy()
    matched = supplied & (rng.random(size) < table["matched"])
    status = _statuses(rng, inputs, size)
    other = permute(3_000_000 + rng.integers(0, 3_000_000, size), seed)
    true = codes["alf"].to_numpy()
    wrong = (status != 4) & (rng.random(size) < table["wrong"] / 0.18)
    routine = np.where(wrong, other, true)
    score = _scores(rng, status)

    first, last = codes["first_year"].to_numpy(), codes["last_year"].to_numpy()
    born_in_care = codes["entry_days"].to_numpy() < 220
    fits = {
        "CRCS": last >= 2017,
        "CINW": (last >= 2010) & (first <= 2016),
        "EDUW": supplied,
        "CAFW": codes["court"].to_numpy() & ~codes["authority"].is_in([516, 522]).to_numpy(),
        "NCCHD_BIRTHS": born_in_care,
        "GP_EVENT": ~codes["break_only"].to_numpy(),
    }
    names = [row[0] for row in table["derived"]]
    weights = np.stack([fits[name] * share for name, share in table["derived"]], axis=1).astype(np.float64)
    source = choose_rows(rng, weights)
    chance = np.minimum(table["derived_share"] * inputs.knob("derived_supply"), 1.0)
    chance = np.where(asylum, chance * table["asylum_factor"], chance)
    more = ~matched & (weights.sum(axis=1) > 0) & (rng.random(size) < chance)
    found = np.where(
        rng.random(size) < table["derived_wrong"], permute(7_000_000 + np.arange(size), seed), true
    )
    more_status = _statuses(rng, inputs, size)
    more_score = _scores(rng, more_status)
    silent = np.isin(source, [names.index(name) for name in WITHOUT_STATUS])
    labels = np.array(names)[source]
    derived = matched | more
    scored = matched | (more & ~silent)
    return codes.with_columns(
        _where(matched, routine, pl.Int64).alias("routine_alf"),
        _where(np.ones(size, dtype=bool), np.where(matched, status, 99), pl.Int16).alias("routine_status"),
        _where(matched & (status != 4), score, pl.Float64).alias("routine_score"),
        _where(derived, np.where(matched, routine, found), pl.Int64).alias("derived_alf"),
        _where(scored, np.where(matched, status, more_status), pl.Int16).alias("derived_status"),
        _where(
            (matched & (status != 4)) | (more & ~silent & (more_status != 4)),
            np.where(matched, score, more_score),
            pl.Float64,
        ).alias("derived_score"),
        pl.Series(np.where(matched, "DHCW", labels)).set(pl.Series(~derived), None).alias("derived_source"),
    )


def _statuses(rng: np.random.Generator, inputs: Inputs, size: int) -> Ints:
    rows = inputs.assumptions["alf"]["status"]
    return np.array([row[0] for row in rows])[choose(rng, np.array([row[1] for row in rows]), size)]


def _scores(rng: np.random.Generator, status: Ints) -> NDArray[np.float64]:
    weak = (status == 35).astype(np.float64)
    result: NDArray[np.float64] = np.round(
        0.9 - 0.4 * weak + (0.099 + 0.291 * weak) * rng.random(len(status)), 6
    )
    return result


def _where(
    keep: NDArray[np.bool_], values: NDArray[np.int64] | NDArray[np.float64], kind: type[pl.DataType]
) -> pl.Series:
    return pl.Series(values).cast(kind).set(pl.Series(~keep), None)
