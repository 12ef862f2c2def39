"""The yearly returns, derived from the careers as an authority derives them.

A census year runs from 1 April to 31 March. An episode is returned in every year it touches, each time with
its own start date; it is open (no end, no finish reason) in each return but the one of the year it ended in.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cohort.synthetic.codes import census_year, year_start
from cohort.synthetic.draw import permute
from cohort.synthetic.inputs import Inputs


def yearly_rows(careers: pl.DataFrame, first_year: int, last_year: int) -> pl.DataFrame:
    """Repeat each episode for every census year it touches.

    ``careers`` has dates ``start`` and ``end`` (null while open). Gives the same columns and ``year`` (the year
    in which the census year ends); ``end`` and ``finish`` are null in all but the year of the end.
    """
    start = careers["start"].cast(pl.Int32).to_numpy().astype(np.int64)
    end = careers["end"].cast(pl.Int32).fill_null(year_start(last_year + 1)).to_numpy().astype(np.int64)
    begins = np.maximum(census_year(start), first_year)
    ends = np.minimum(census_year(end), last_year)
    times = np.maximum(ends - begins + 1, 0)
    row = np.repeat(np.arange(len(careers)), times)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    year = begins[row] + offset
    closed = pl.Series(census_year(end)[row] == year)
    frame = careers[row].with_columns(pl.Series("year", year))
    return frame.with_columns(
        pl.when(closed).then(pl.col("end")).otherwise(None).alias("end"),
        pl.when(closed).then(pl.col("finish")).otherwise(None).alias("finish"),
    )


def year_code(year: pl.Expr) -> pl.Expr:
    """Give the census year as the return writes it: 2004 to 200304."""
    return ((year - 1) * 100 + year % 100).cast(pl.Int32)


def add_eras(rows: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Add ``era``: 1 from the first census in which the authority had changed all its child codes, else 0."""
    changed = dict(inputs.assumptions["identifiers"]["rekeyed"])
    since = pl.col("authority").replace_strict(changed, default=9999, return_dtype=pl.Int64)
    return rows.with_columns((pl.col("year") >= since).cast(pl.Int64).alias("era"))


def make_codes(rng: np.random.Generator, rows: pl.DataFrame) -> pl.DataFrame:
    """Give each child its code in each authority and era, as the encrypted views show it.

    An authority counts its children from a number of its own, so plain codes (and SYSTEM_ID) repeat between
    authorities; HYBRID_ID is unique. Both are one-to-one images of the plain numbers under a seeded map.
    Gives child, authority, era, system_id, hybrid_id, first_year, last_year, sorted.
    """
    codes = (
        rows.group_by("child", "authority", "era")
        .agg(pl.col("year").min().alias("first_year"), pl.col("year").max().alias("last_year"))
        .sort("authority", "era", "first_year", "child")
    )
    # Children of one year are numbered in an order of their own, not in the order of birth or entry.
    codes = codes.with_columns(pl.Series("order", rng.random(len(codes)))).sort(
        "authority", "era", "first_year", "order"
    )
    offsets = {
        (int(authority), era): int(offset) + 60_000 * era
        for authority, pair in zip(
            np.unique(codes["authority"].to_numpy()),
            rng.integers(10_000, 14_000, size=(codes["authority"].n_unique(), 2)),
            strict=True,
        )
        for era, offset in enumerate(pair)
    }
    keys = codes.select("authority", "era").rows()
    begin = np.array([offsets[key] for key in keys], dtype=np.int64)
    rank = codes.select(pl.int_range(pl.len()).over("authority", "era")).to_series().to_numpy()
    plain = begin + rank
    seeds = rng.integers(1, 2**62, size=2)
    hybrid = codes["authority"].to_numpy().astype(np.int64) * 2**20 + plain
    return (
        codes.drop("order")
        .with_columns(
            pl.Series("system_id", permute(plain, int(seeds[0]))),
            pl.Series("hybrid_id", permute(hybrid, int(seeds[1]), bits=56)),
        )
        .sort("child", "authority", "era")
    )


def returned_rows(careers: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """Give every row of every return: yearly rows with era and the number of the episode in its year."""
    calendar = inputs.assumptions["calendar"]
    rows = yearly_rows(careers, calendar["first_year"], calendar["last_year"])
    rows = add_eras(rows, inputs).sort("child", "authority", "year", "start", "placement_number", "spell")
    number = pl.int_range(1, pl.len() + 1).over("child", "authority", "year")
    return rows.with_columns(number.cast(pl.Int16).alias("episode_number"))
