"""The published figures as targets: what each is called among the measures, and how near is near enough."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from cohort.synthetic.inputs import Inputs
from cohort.synthetic.measures import Key


@dataclass(frozen=True)
class Target:
    """One published number. ``tolerance`` is absolute, in the unit of the value; ``binding`` says whether the
    fit is judged by it (others are shown for comparison, with the reason in ``note``)."""

    key: Key
    value: float
    unit: str
    tolerance: float
    binding: bool
    note: str = ""


def count_tolerance(value: float, rounding: str) -> float:
    """Give 2.5 (where rounded to 5) + 3 times the root of a published count."""
    return (2.5 if rounding == "5" else 0.0) + 3.0 * math.sqrt(value)


def published_targets(inputs: Inputs) -> list[Target]:
    """Give the targets in a fixed order, one for each key: of several publications the latest counts."""
    names = dict(zip(inputs.authorities["gss_code"], inputs.authorities["la_code"], strict=True))
    found: dict[Key, tuple[tuple[int, int], Target]] = {}
    for order, row in enumerate(inputs.published.iter_rows(named=True)):
        target = _target(row, names)
        if target is None:
            continue
        rank = (int(row["pub_year"]), order)
        if target.key not in found or found[target.key][0] < rank:
            found[target.key] = (rank, target)
    result = [target for _, target in found.values()]
    result.extend(_authority_targets(inputs, {t.key for t in result}))
    result.extend(_infant_targets(inputs))
    return sorted(result, key=lambda target: (target.key[0], target.key[1], target.key[2]))


def _target(row: Mapping[str, str | None], names: Mapping[str, int]) -> Target | None:
    measure, period, value = str(row["measure"]), str(row["period"]), str(row["value"])
    wales = row["area_code"] == "W92000004"
    level1, level2 = row["level1"] or "", row["level2"] or ""
    if value == "*" or period[:4] > "2022":
        return None
    if measure == "cla_stock" and level2:
        if level1 == "all":
            return None
        key = (measure, period, f"{level1} {level2}")
    elif measure == "cla_stock" and not wales:
        key = (measure, period, f"authority {names[str(row['area_code'])]}")
    elif measure in (
        *("cla_stock", "cla_starts", "cla_ceases", "cla_adopted", "cla_episodes_finishing"),
        *(
            "cla_three_plus_placements",
            "cla_starts_share_abuse_neglect_pct",
            "adoption_days_entry_to_order_mean",
        ),
    ):
        key = (measure, period, level1)
    else:
        return None
    if level1 == "all" and not level2:
        return None
    number = float(value)
    unit = str(row["unit"])
    binding, note = True, ""
    tolerance = 1.0 if unit == "%" else count_tolerance(number, str(row["rounding"]))
    if measure == "adoption_days_entry_to_order_mean":
        tolerance, note = 0.05 * number, "a mean: five in a hundred is allowed"
    if level1.startswith("X1"):
        binding = False
        note = "does not go with the published 3+ placements (600 children alone make 1,200), so it is not fitted"
    return Target(key, number, unit, tolerance, binding, note)


def _authority_targets(inputs: Inputs, known: set[Key]) -> list[Target]:
    """Authorities without a published 2022 count: the mean of 2023 and 2024, scaled to the 2022 total."""
    frame = inputs.published.filter(pl.col("measure") == "cla_stock_mean_2023_2024")
    means = dict(zip(frame["area_code"], (float(value) for value in frame["value"]), strict=True))
    names = dict(zip(inputs.authorities["gss_code"], inputs.authorities["la_code"], strict=True))
    shown = inputs.published.filter(
        (pl.col("measure") == "cla_stock")
        & (pl.col("period") == "2022-03-31")
        & (pl.col("area_code") != "W92000004")
    )
    published = sum(float(value) for value in shown["value"])
    open_codes = [
        code for code in means if ("cla_stock", "2022-03-31", f"authority {names[code]}") not in known
    ]
    scale = (7053.0 - published) / sum(means[code] for code in open_codes)
    return [
        Target(
            ("cla_stock", "2022-03-31", f"authority {names[code]}"),
            round(means[code] * scale, 1),
            "children",
            count_tolerance(means[code] * scale, "5"),
            True,
            "not published for 2022: mean of 2023 and 2024 scaled to the 2022 total",
        )
        for code in open_codes
    ]


def _infant_targets(inputs: Inputs) -> list[Target]:
    result = []
    tolerances = {
        "infant_newborn_pct": 2.0,
        "infant_voluntary_became_compulsory_pct": 3.0,
        "infant_weeks_to_compulsory_median": 0.75,
        "infant_voluntary_abuse_neglect_pct": 2.0,
        "infant_voluntary_pct": 8.0,
    }
    for row in inputs.infants.iter_rows(named=True):
        measure = row["measure"]
        if row["value"].startswith(">") or (measure != "infant_entrants" and measure not in tolerances):
            continue
        number = float(row["value"])
        tolerance = tolerances.get(measure, count_tolerance(number, "0"))
        result.append(Target((measure, row["period"], ""), number, row["unit"], tolerance, True))
    return result
