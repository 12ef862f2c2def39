"""The clean layer: careers as dated, coded episodes before any flaw, and the shape that is measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from cohort.synthetic.codes import FINISH, LEGAL, NEED, PLACEMENT, START, monday_on_or_before
from cohort.synthetic.entries import Entrants

CODES: Final[dict[str, Sequence[str]]] = {
    "reason": START,
    "legal": LEGAL,
    "placement": PLACEMENT,
    "need": NEED,
    "finish": FINISH,
}


def careers_frame(walked: pl.DataFrame) -> pl.DataFrame:
    """Turn the numbers of the walk into dates and codes; other columns stay as they are."""
    dates = [pl.col(name).cast(pl.Int32).cast(pl.Date) for name in ("start", "end")]
    codes = [
        pl.col(name).replace_strict(list(range(len(codes))), list(codes), return_dtype=pl.String)
        for name, codes in CODES.items()
    ]
    return walked.with_columns(*dates, *codes)


def measured_frame(careers: pl.DataFrame, people: Entrants) -> pl.DataFrame:
    """Give careers the columns that :func:`cohort.synthetic.measures.measure` takes."""
    child = careers["child"].to_numpy()
    born = monday_on_or_before(people.birth)[child].astype(np.int32)
    return careers.select(
        pl.col("child").alias("unit"),
        "authority",
        "start",
        "end",
        "reason",
        "finish",
        "legal",
        "placement",
        "need",
        pl.Series("sex", people.sex[child]),
        pl.Series("born", born).cast(pl.Date),
        pl.Series("asylum", people.asylum[child]),
    )
