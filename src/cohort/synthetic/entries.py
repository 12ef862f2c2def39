"""First entries into care: how many, who, where and when.

The expected number of first entries of a census year, authority, sex and age is population x rate; the rate
is the assumed shape over ages times the fitted multipliers for age band and sex, authority and year (for
infants a smooth curve over years of their own). Whole numbers come from systematic sampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cohort.synthetic.codes import birthday, year_start
from cohort.synthetic.draw import choose, whole_numbers
from cohort.synthetic.inputs import Inputs, interpolate

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

AGE_BANDS: Final = ("<1", "1-4", "5-9", "10-15", "16-17")
BAND_OF_AGE: Final = np.array([0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4])
SEXES: Final = ("male", "female")


@dataclass(frozen=True)
class Entrants:
    """First entries, one position for each child, ordered by year, authority and the draw.

    ``day`` and ``birth`` are day numbers, ``authority`` the three-digit code, ``sex`` 1 male or 2 female,
    ``asylum`` whether unaccompanied and seeking asylum, ``sibling`` the position of the child whose day and
    home are shared (the own position where nobody's).
    """

    day: Ints
    birth: Ints
    authority: Ints
    sex: Ints
    asylum: NDArray[np.bool_]
    sibling: Ints


def child_population(inputs: Inputs, years: Ints) -> Floats:
    """Give the estimated child population, shape (years, authorities, single ages 0 to 17).

    The mid-2020 age structure is scaled by the published 0-15 totals of Wales and by the change in the
    authority's share of the whole population. Source: the tables under ``published/``.
    """
    ages = inputs.population_by_age.drop("la_code").to_numpy().astype(np.float64)
    totals = inputs.population_totals.drop("la_code")
    at = np.array([float(name) for name in totals.columns])
    counts = totals.to_numpy().astype(np.float64)
    shares = counts / counts.sum(axis=0)
    middle = (
        years.astype(np.float64) - 1.0
    )  # the middle of the census year ending in March is the autumn before
    share = np.stack([np.interp(middle, at, row) for row in shares], axis=1)
    latest = shares[:, -1]
    published = inputs.population_0_15
    wales_at = published["period"].str.slice(0, 4).cast(float).to_numpy()
    wales = published["value"].to_numpy().astype(np.float64)
    base = float(ages[:, :16].sum())
    wales_at = np.append(wales_at, 2020.0)
    level = np.interp(middle, wales_at, np.append(wales, base)) / base
    result: Floats = level[:, None, None] * (share / latest)[:, :, None] * ages[None, :, :]
    return result


def infant_curve(inputs: Inputs, years: Ints) -> Floats:
    """Give the multiplier of infant entries: the exponential of a quadratic in years since 2003/04."""
    time = np.clip(years - 2004, 0, 18) / 17.0
    curve = inputs.fitted.get("infant_curve", {})
    level, slope, bend = (curve.get(key, 0.0) for key in ("level", "slope", "bend"))
    result: Floats = np.exp(level + slope * time + bend * time * time)
    return result


def expected_entries(inputs: Inputs, years: Ints) -> Floats:
    """Give expected first entries, shape (years, authorities, sexes, ages 0 to 17), all of Wales."""
    entry = inputs.assumptions["entry"]
    shape = np.array([entry[f"age_shape_{name}"] for name in SEXES], dtype=np.float64)
    population = child_population(inputs, years)
    rate = shape * entry["base_per_10000"] / 10_000.0
    sex = np.array(
        [[inputs.knob("entry_age_sex", f"{name} {band}") for band in AGE_BANDS] for name in SEXES]
    )[:, BAND_OF_AGE]
    codes = inputs.population_by_age["la_code"].to_list()
    authority = np.array([inputs.knob("entry_authority", str(code)) for code in codes])
    first = min(int(year) for year in inputs.fitted.get("entry_year", {"2003": 1.0}))
    year = np.array([inputs.knob("entry_year", str(max(int(y), first))) for y in years])
    by_age = np.repeat(year[:, None], 18, axis=1)
    by_age[:, 0] = infant_curve(inputs, years)
    result: Floats = (
        0.5
        * population[:, :, None, :]
        * by_age[:, None, None, :]
        * (rate * sex)[None, None, :, :]
        * authority[None, :, None, None]
    )
    return result


def draw_entrants(rng: np.random.Generator, inputs: Inputs, share: float) -> Entrants:
    """Draw all first entries from the burn-in to the last census year, at ``share`` of the size of Wales."""
    calendar = inputs.assumptions["calendar"]
    years = np.arange(calendar["burn_in_from"], calendar["last_year"] + 1)
    # Order of cells: year, age, sex, authority, so that roundings cancel inside a year and an age.
    expected = expected_entries(inputs, years).transpose(0, 3, 2, 1) * share
    counts = whole_numbers(rng, expected)
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    year_at, age, sex_at, authority_at = np.unravel_index(cell, counts.shape)
    codes = inputs.population_by_age["la_code"].to_numpy()
    size = len(cell)
    year = years[year_at]
    day = _spread_over_year(rng, year)
    days_old = _days_old(rng, inputs, age)
    asylum = np.zeros(size, dtype=bool)
    authority, sex = codes[authority_at], sex_at + 1

    a_year, a_age, a_sex, a_code = _draw_asylum(rng, inputs, years, share)
    year = np.concatenate([year, a_year])
    day = np.concatenate([day, _spread_over_year(rng, a_year)])
    age = np.concatenate([age, a_age])
    days_old = np.concatenate([days_old, rng.integers(0, 365, len(a_year))])
    sex = np.concatenate([sex, a_sex])
    authority = np.concatenate([authority, a_code])
    asylum = np.concatenate([asylum, np.ones(len(a_year), dtype=bool)])

    order = np.lexsort((rng.random(len(year)), authority, asylum, year))
    year, day, age, days_old = year[order], day[order], age[order], days_old[order]
    sex, authority, asylum = sex[order], authority[order], asylum[order]

    together = rng.random(len(year)) < inputs.assumptions["entry"]["sibling_same_day"]
    same = (authority[1:] == authority[:-1]) & (year[1:] == year[:-1]) & ~asylum[1:] & ~asylum[:-1]
    together[0] = False
    together[1:] &= same
    sibling = np.arange(len(year))
    sibling = np.maximum.accumulate(np.where(together, -1, sibling))
    day = day[sibling]
    twin = together & (rng.random(len(year)) < inputs.assumptions["entry"]["twin_share"])
    twin &= age == age[sibling]
    days_old = np.where(twin, days_old[sibling], days_old)
    birth = birthday(day, -age) - days_old
    return Entrants(day, birth, authority.astype(np.int64), sex.astype(np.int64), asylum, sibling)


def _spread_over_year(rng: np.random.Generator, year: Ints) -> Ints:
    years, at = np.unique(year, return_inverse=True)
    first = np.array([year_start(int(y)) for y in years], dtype=np.int64)
    length = np.array([year_start(int(y) + 1) - year_start(int(y)) for y in years], dtype=np.int64)
    result: Ints = first[at] + np.floor(rng.random(len(year)) * length[at]).astype(np.int64)
    return result


def _days_old(rng: np.random.Generator, inputs: Inputs, age: Ints) -> Ints:
    """Days since the last birthday at entry: even for the older, by the assumed table for infants."""
    days = rng.integers(0, 365, len(age))
    infant = np.flatnonzero(age == 0)
    table = inputs.assumptions["entry"]["infant_days"]
    row = choose(rng, np.array([line[2] for line in table], dtype=np.float64), len(infant))
    low = np.array([line[0] for line in table])[row]
    high = np.array([line[1] for line in table])[row]
    drawn = low + np.floor(rng.random(len(infant)) * (high - low)).astype(np.int64)
    mean = inputs.assumptions["entry"]["newborn_mean_day"]
    early = np.floor(rng.exponential(mean, len(infant))).astype(np.int64)
    days[infant] = np.where((row == 0) & (early < table[0][1]), early, drawn)
    return days


def _draw_asylum(
    rng: np.random.Generator, inputs: Inputs, years: Ints, share: float
) -> tuple[Ints, Ints, Ints, Ints]:
    asylum = inputs.assumptions["asylum"]
    level = interpolate(asylum["entries"], years) * inputs.knob("asylum_entries")
    counts = whole_numbers(rng, level * share)
    year = np.repeat(years, counts)
    ages, codes = asylum["ages"], asylum["authorities"]
    age = np.array([a for a, _ in ages])[choose(rng, np.array([w for _, w in ages]), len(year))]
    code = np.array([c for c, _ in codes])[choose(rng, np.array([w for _, w in codes]), len(year))]
    sex = np.where(rng.random(len(year)) < asylum["male"], 1, 2)
    return year, age, sex, code
