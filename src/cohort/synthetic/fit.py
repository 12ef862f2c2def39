"""How near the synthetic tables come to the published figures, as a table.

The figures are counted from the *physical tables*, after the clean-up that analysts of the return document, not
from the careers behind them: what is judged is what a user of the tables would find.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from cohort.synthetic.inputs import Inputs
from cohort.synthetic.measures import measure
from cohort.synthetic.tables import CHILD_MAIN, EPISODE_CODES, EPISODE_MAIN, LAC_ALF_DERIVED, PUPIL_ALF
from cohort.synthetic.targets import published_targets

NAMES: Final = {
    "REASON_EPISODE_STARTED_CODE": "reason",
    "REASON_EPISODE_FINISHED_CODE": "finish",
    "CATEGORY_OF_NEED_CODE": "need",
    "LEGAL_STATUS_CODE": "legal",
    "PLACEMENT_TYPE_CODE": "placement",
}
COVERAGE: Final = (("routine", PUPIL_ALF, 36.6), ("derived", LAC_ALF_DERIVED, 61.2))


def cleaned_episodes(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Clean the physical tables as analysts do and give the columns that ``measure`` takes.

    Rows without authority, identifier or start are dropped, codes trimmed and upper-cased; for each child and
    start the latest return counts; reversed ends are dropped; an end past the next start is cut there; a missing
    end is the next start, else, where later returns exist, the day after the census of the last return. The
    child is UNIFIED_ID where the derived ALF table has it, else the child code.
    """
    derived = tables[LAC_ALF_DERIVED]
    unit = pl.col("UNIFIED_ID" if "UNIFIED_ID" in derived.columns else "HYBRID_ID_PE").alias("unit")
    units = derived.select("HYBRID_ID_PE", unit)
    keys = ["HYBRID_ID_PE", "SYSTEM_ID_PE", "LOCAL_AUTHORITY_CODE", "EPISODE_START_DATE"]
    tidy = [pl.col(code).str.strip_chars().str.to_uppercase().alias(NAMES[code]) for code in EPISODE_CODES]
    rows = tables[EPISODE_MAIN].drop_nulls(keys).with_columns(tidy).join(units, on="HYBRID_ID_PE")
    rows = rows.sort("unit", "EPISODE_START_DATE", "YEAR_CODE", "EPISODE_NUMBER").unique(
        ["unit", "EPISODE_START_DATE"], keep="last", maintain_order=True
    )
    start, end = pl.col("EPISODE_START_DATE"), pl.col("EPISODE_END_DATE")
    rows = rows.filter(end.is_null() | (end >= start))
    newest = tables[EPISODE_MAIN]["YEAR_CODE"].max()
    facts = (
        tables[CHILD_MAIN]
        .join(units, on="HYBRID_ID_PE")
        .group_by("unit")
        .agg(pl.col("YEAR_CODE").max().alias("last"), (pl.col("ASYLUM") == "1").any().alias("asylum"))
    )
    rows = rows.join(facts, on="unit", how="left", maintain_order="left")
    following = start.shift(-1).over("unit")
    gone = pl.date(pl.col("last") // 100 + 1, 4, 1)
    ended = pl.coalesce(end, following, pl.when(pl.col("last") < newest).then(gone))
    rows = rows.with_columns(
        pl.min_horizontal(ended, pl.when(ended > following).then(following)).alias("end")
    )
    about = derived.select("HYBRID_ID_PE", "WOB", "GNDR_CD").rename({"HYBRID_ID_PE": "unit"})
    rows = rows.join(about, on="unit", how="left", maintain_order="left")
    return rows.select(
        "unit",
        pl.col("LOCAL_AUTHORITY_CODE").cast(pl.Int64).alias("authority"),
        start.alias("start"),
        "end",
        *NAMES.values(),
        pl.col("GNDR_CD").cast(pl.Int64).alias("sex"),
        pl.col("WOB").alias("born"),
        "asylum",
    )


def fit_table(tables: Mapping[str, pl.DataFrame], inputs: Inputs) -> pl.DataFrame:
    """Compare the tables with every published figure of the simulated years.

    Columns measure, period, level, unit, published, synthetic, difference, tolerance, met, judged, note: a count
    is met within 2.5 (where published rounded to 5) plus three times its root, a percentage within the points
    stated. Rows that are not judged are shown with the reason.
    """
    found = measure(cleaned_episodes(tables))
    rows = [
        {
            "measure": target.key[0],
            "period": target.key[1],
            "level": target.key[2],
            "unit": target.unit,
            "published": target.value,
            "synthetic": round(found[target.key], 1),
            "difference": round(found[target.key] - target.value, 1),
            "tolerance": round(target.tolerance, 1),
            "met": abs(found[target.key] - target.value) <= target.tolerance,
            "judged": target.binding,
            "note": target.note,
        }
        for target in published_targets(inputs)
    ]
    for level, name, share in COVERAGE:
        have = 100.0 * _covered(tables[name])
        rows.append(
            {
                "measure": "child_codes_with_alf_pct",
                "period": "2003-04..2021-22",
                "level": level,
                "unit": "%",
                "published": share,
                "synthetic": round(have, 1),
                "difference": round(have - share, 1),
                "tolerance": 1.0,
                "met": abs(have - share) <= 1.0,
                "judged": True,
                "note": "stand-in: drawn to this share until the linkage of the other holdings exists",
            }
        )
    return pl.DataFrame(rows)


def _covered(table: pl.DataFrame) -> float:
    keys = [
        column
        for column in ("HYBRID_ID_PE", "SYSTEM_ID_PE", "LOCAL_AUTHORITY_CODE")
        if column in table.columns
    ]
    codes = table.group_by(keys).agg(pl.col("ALF_PE").is_not_null().any().alias("has"))
    return int(codes["has"].sum()) / max(len(codes), 1)


def fit_csv(fit: pl.DataFrame) -> str:
    """Give the fit as the text of ``fit.csv``."""
    return fit.write_csv()


def fit_markdown(fit: pl.DataFrame) -> str:
    """Give the fit as the text of ``FIT.md``: how many are met, then every row."""
    judged = fit.filter(pl.col("judged"))
    met = int(judged["met"].sum())
    lines = [
        "# Fit of the synthetic tables to published figures",
        "",
        f"{met} of {len(judged)} judged figures are met. Counted from the physical tables of the whole of Wales at the",
        "default seed, after the documented clean-up and the repair of changed child codes. A count is met within 2.5",
        "(where it is published rounded to 5) plus three times its square root; a percentage within the points shown.",
        "Sources stand beside the figures in `published/`. Fitting these figures proves nothing about any other.",
        "",
        "| measure | period | level | published | synthetic | difference | tolerance | met | note |",
        "|---|---|---|---:|---:|---:|---:|---|---|",
    ]
    for row in fit.iter_rows(named=True):
        said = ("yes" if row["met"] else "no") if row["judged"] else "not judged"
        lines.append(
            f"| {row['measure']} | {row['period']} | {row['level']} | {row['published']:g} | {row['synthetic']:g} "
            f"| {row['difference']:g} | {row['tolerance']:g} | {said} | {row['note']} |"
        )
    return "\n".join(lines) + "\n"


def write_fit(tables: Mapping[str, pl.DataFrame], inputs: Inputs, folder: Path) -> pl.DataFrame:
    """Write ``fit.csv`` and ``FIT.md`` into a folder and give the fit."""
    fit = fit_table(tables, inputs)
    (folder / "fit.csv").write_text(fit_csv(fit), encoding="utf-8")
    (folder / "FIT.md").write_text(fit_markdown(fit), encoding="utf-8")
    return fit
