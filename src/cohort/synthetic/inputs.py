"""Reading what the generator needs: published margins, assumptions, and the parameters fitted to them.

The folder holds ``assumptions.toml`` (choices of this project), ``fitted.csv`` (knob, key, value: solved by
:mod:`cohort.synthetic.calibrate`) and ``published/`` (figures with their sources beside them).
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray


class InputsError(ValueError):
    """The inputs folder lacks a file or a value."""


@dataclass(frozen=True)
class Inputs:
    """Everything read from the inputs folder.

    ``assumptions`` is the tree of ``assumptions.toml``; ``fitted`` maps knob, then key, to a multiplier;
    the frames are the published tables as they stand (columns as in the files).
    """

    assumptions: Mapping[str, Any]
    fitted: Mapping[str, Mapping[str, float]]
    authorities: pl.DataFrame
    small_areas: pl.DataFrame
    population_by_age: pl.DataFrame
    population_totals: pl.DataFrame
    population_0_15: pl.DataFrame
    published: pl.DataFrame
    infants: pl.DataFrame

    def knob(self, name: str, key: str = "") -> float:
        """Give a fitted multiplier, 1 where nothing was fitted."""
        return self.fitted.get(name, {}).get(key, 1.0)

    def knob_by_year(self, name: str, years: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give a fitted multiplier for each year: constant, or straight in the logarithm between years."""
        entries = self.fitted.get(name, {})
        knots = sorted((int(key), value) for key, value in entries.items() if key.isdigit())
        level = entries.get("", 1.0)
        if not knots:
            return np.full(len(years), level)
        at = np.array([year for year, _ in knots], dtype=np.float64)
        logs = np.log([value for _, value in knots])
        return level * np.exp(np.interp(years.astype(np.float64), at, logs))


def read_inputs(folder: Path) -> Inputs:
    """Read the inputs folder.

    Raises ``InputsError`` when a file is missing.
    """
    published = folder / "published"
    try:
        assumptions = tomllib.loads((folder / "assumptions.toml").read_text(encoding="utf-8"))
        fitted = read_fitted(folder / "fitted.csv")
        return Inputs(
            assumptions=assumptions,
            fitted=fitted,
            authorities=pl.read_csv(published / "authorities.csv"),
            small_areas=pl.read_csv(published / "small_areas.csv").sort("la_code", "lsoa11_code"),
            population_by_age=pl.read_csv(published / "population_by_age.csv").sort("la_code"),
            population_totals=pl.read_csv(published / "population_totals.csv").sort("la_code"),
            population_0_15=pl.read_csv(published / "population_0_15.csv").sort("period"),
            published=pl.read_csv(published / "looked_after.csv", infer_schema=False),
            infants=pl.read_csv(published / "infants.csv", infer_schema=False),
        )
    except FileNotFoundError as problem:
        raise InputsError(f"The generator's inputs folder lacks the file {problem.filename}.") from problem


def read_fitted(path: Path) -> dict[str, dict[str, float]]:
    """Read ``fitted.csv`` (columns knob, key, value); a file that is not there gives no knobs."""
    knobs: dict[str, dict[str, float]] = {}
    if not path.exists():
        return knobs
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            knobs.setdefault(row["knob"], {})[row["key"]] = float(row["value"])
    return knobs


def write_fitted(path: Path, fitted: Mapping[str, Mapping[str, float]]) -> None:
    """Write ``fitted.csv``, sorted, six significant digits."""
    lines = ["knob,key,value"]
    for knob in sorted(fitted):
        lines.extend(f"{knob},{key},{fitted[knob][key]:.6g}" for key in sorted(fitted[knob]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def interpolate(knots: Sequence[Sequence[float]], years: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give the straight-line value at each year through [year, value] pairs, flat outside them."""
    at = np.array([knot[0] for knot in knots], dtype=np.float64)
    values = np.array([knot[1] for knot in knots], dtype=np.float64)
    return np.interp(years.astype(np.float64), at, values)
