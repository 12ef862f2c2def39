"""Children in an agreed series of short-term breaks (V1): a small group, left out of published totals."""

from __future__ import annotations

import numpy as np
import polars as pl

from cohort.synthetic.codes import (
    FINISH_INDEX,
    LEGAL_INDEX,
    NEED,
    PLACEMENT_INDEX,
    birthday,
    year_start,
)
from cohort.synthetic.draw import choose, choose_rows, whole_numbers
from cohort.synthetic.entries import Entrants
from cohort.synthetic.inputs import Inputs, interpolate


def draw_short_breaks(
    rng: np.random.Generator, inputs: Inputs, share: float, first_child: int
) -> tuple[Entrants, pl.DataFrame]:
    """Draw the children and their series, numbered from ``first_child``.

    Gives the people and their episodes in the columns of ``simulate_careers`` (code numbers, day numbers).
    A series is one episode: it starts with S and ends with E8 (any other reason) or, at 18, with E7.
    """
    table, calendar = inputs.assumptions["short_breaks"], inputs.assumptions["calendar"]
    years = np.arange(calendar["first_year"] - 10, calendar["last_year"] + 1)
    begun = interpolate(table["children_in_year"], years) / (table["mean_years"] + 1.0)
    year = np.repeat(years, whole_numbers(rng, begun * share * inputs.knob("short_breaks")))
    size = len(year)
    first = np.array([year_start(int(y)) for y in range(1980, 2030)])
    day = first[year - 1980] + rng.integers(0, 365, size)
    low, high = table["ages"]
    age = rng.integers(low, high, size)
    birth = birthday(day, -age) - rng.integers(0, 365, size)
    population = inputs.population_by_age.drop("la_code").to_numpy().sum(axis=1).astype(np.float64)
    codes = inputs.population_by_age["la_code"].to_numpy().astype(np.int64)
    authority = codes[choose(rng, population, size)]
    sex = np.where(rng.random(size) < table["male"], 1, 2)
    people = Entrants(
        day, birth, authority, sex, np.zeros(size, dtype=bool), first_child + np.arange(size, dtype=np.int64)
    )
    length = 7 + np.floor(rng.exponential(table["mean_years"] * 365.25, size)).astype(np.int64)
    grown = birthday(birth, 18)
    end = np.minimum(day + length, grown)
    finish = np.where(end == grown, FINISH_INDEX["E7"], FINISH_INDEX["E8"])
    horizon = year_start(calendar["last_year"] + 1)
    is_open = end >= horizon
    placements = np.array([PLACEMENT_INDEX[row[0]] for row in table["placements"]])
    weights = np.repeat(np.array([[row[1] for row in table["placements"]]], dtype=np.float64), size, axis=0)
    needs = np.array([NEED.index(row[0]) for row in table["need"]])
    one = np.ones(size, dtype=np.int64)
    frame = pl.DataFrame(
        {
            "child": first_child + np.arange(size, dtype=np.int64),
            "spell": one,
            "period": one,
            "authority": authority,
            "start": day,
            "reason": 0 * one,
            "legal": LEGAL_INDEX["V1"] * one,
            "placement": placements[choose_rows(rng, weights)],
            "placement_number": one,
            "need": needs[choose(rng, np.array([row[1] for row in table["need"]]), size)],
            "finish": pl.Series(finish).set(pl.Series(is_open), None),
            "end": pl.Series(end).set(pl.Series(is_open), None),
        }
    )
    return people, frame


def join_people(first: Entrants, second: Entrants) -> Entrants:
    """Put two groups of people behind each other."""
    names = ("day", "birth", "authority", "sex", "asylum", "sibling")
    return Entrants(*(np.concatenate([getattr(first, name), getattr(second, name)]) for name in names))
