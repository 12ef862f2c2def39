"""Where children come from and where they are placed: small areas (LSOA 2011) of the published list.

Homes lie in the authority's areas in proportion to child population and to the published gradient of care by
deprivation; placements follow what their code says about inside and outside the authority.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cohort.synthetic.codes import INSIDE, OUTSIDE, SAME_CARER
from cohort.synthetic.draw import choose_rows
from cohort.synthetic.entries import Entrants
from cohort.synthetic.inputs import Inputs

Ints = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True)
class Areas:
    """The published small areas by authority; ``names`` in order, running weights, and each block's bounds."""

    names: NDArray[np.str_]
    running: NDArray[np.float64]
    codes: Ints
    first: Ints
    after: Ints

    @classmethod
    def of(cls, inputs: Inputs) -> Areas:
        """Read them from the inputs, weighted by children and the deprivation gradient."""
        frame = inputs.small_areas
        step = np.log(inputs.assumptions["entry"]["home_gradient"]) / 9.0
        decile = frame["wimd2019_decile"].to_numpy().astype(np.float64)
        weight = frame["children_0_17_mid2020"].to_numpy() * np.exp(-step * (decile - 1.0))
        authority = frame["la_code"].to_numpy().astype(np.int64)
        codes, first = np.unique(authority, return_index=True)
        after = np.append(first[1:], len(authority))
        names = frame["lsoa11_code"].to_numpy().astype(str)
        return cls(names, np.concatenate([[0.0], np.cumsum(weight)]), codes, first.astype(np.int64), after)

    def draw(self, rng: np.random.Generator, authority: Ints) -> Ints:
        """Draw an area (position in ``names``) of each authority."""
        at = np.searchsorted(self.codes, authority)
        low, high = self.running[self.first[at]], self.running[self.after[at]]
        level = low + rng.random(len(authority)) * (high - low)
        drawn = np.searchsorted(self.running, level, side="right") - 1
        result: Ints = np.clip(drawn, self.first[at], self.after[at] - 1)
        return result

    def text(self, position: Ints) -> pl.Series:
        """Give the area codes, null where the position is -1."""
        known = pl.Series(self.names[np.maximum(position, 0)])
        return known.set(pl.Series(position == NONE), None)


def add_places(
    rng: np.random.Generator, inputs: Inputs, careers: pl.DataFrame, people: Entrants
) -> pl.DataFrame:
    """Add ``home_area`` and ``placement_area`` (text, null where unknown or outside Wales) to careers.

    ``careers`` is coded (text placements), sorted by child and start; a home belongs to a child and authority,
    a placement area to a child and placement number.
    """
    areas = Areas.of(inputs)
    homes = careers.select("child", "authority").unique(maintain_order=True)
    homes = homes.with_columns(pl.Series("home", _homes(rng, inputs, areas, homes, people)))
    frame = careers.join(homes, on=["child", "authority"], how="left", maintain_order="left")
    placed = frame.select("child", "placement_number", "authority", "placement", "home").unique(
        ["child", "placement_number"], keep="first", maintain_order=True
    )
    placed = placed.with_columns(pl.Series("place", _placements(rng, inputs, areas, placed)))
    frame = frame.join(
        placed.select("child", "placement_number", "place"),
        on=["child", "placement_number"],
        how="left",
        maintain_order="left",
    )
    home, place = frame["home"].to_numpy(), frame["place"].to_numpy()
    return frame.drop("home", "place").with_columns(
        areas.text(home).alias("home_area"), areas.text(place).alias("placement_area")
    )


def _homes(
    rng: np.random.Generator, inputs: Inputs, areas: Areas, homes: pl.DataFrame, people: Entrants
) -> Ints:
    child = homes["child"].to_numpy()
    authority = homes["authority"].to_numpy()
    everyone = areas.draw(rng, people.authority)
    own = people.authority[child] == authority
    home = np.where(own, everyone[people.sibling[child]], areas.draw(rng, authority))
    table = inputs.assumptions["child"]
    asylum = people.asylum[child]
    missing = np.where(asylum, table["home_area_missing_asylum"], table["home_area_missing"])
    result: Ints = np.where(rng.random(len(child)) < missing, NONE, home)
    return result


def _placements(rng: np.random.Generator, inputs: Inputs, areas: Areas, placed: pl.DataFrame) -> Ints:
    where = inputs.assumptions["placement"]["location"]
    size = len(placed)
    code, authority = placed["placement"], placed["authority"].to_numpy()
    home = placed["home"].to_numpy()
    says_inside = code.is_in(list(INSIDE)).to_numpy()
    says_outside = code.is_in(list(OUTSIDE)).to_numpy()
    outside = np.where(says_inside | says_outside, says_outside, rng.random(size) >= where["inside_share"])
    area = areas.draw(rng, authority)
    elsewhere = areas.draw(rng, _neighbours(rng, inputs, areas, authority))
    area = np.where(outside, elsewhere, area)
    away = outside & (rng.random(size) < where["outside_wales"])
    away = np.where((code == "H21").to_numpy(), False, away) | (code == "H22").to_numpy()
    area = np.where(away, NONE, area)
    at_home = (code == "P1").to_numpy() & (rng.random(size) < where["parents_at_home"])
    at_home |= (code == "F1").to_numpy() & (rng.random(size) < where["kin_same_area"])
    area = np.where(at_home & (home != NONE), home, area)
    area = np.where(rng.random(size) < where["missing"], NONE, area)
    # A placement "with the current carer" changes its name, not its place.
    same = code.is_in(list(SAME_CARER)).to_numpy().copy()
    child = placed["child"].to_numpy()
    same[0] = False
    same[1:] &= child[1:] == child[:-1]
    result: Ints = area[np.maximum.accumulate(np.where(same, -1, np.arange(size)))]
    return result


def _neighbours(rng: np.random.Generator, inputs: Inputs, areas: Areas, authority: Ints) -> Ints:
    """Draw another authority for a placement outside: mostly one of the same health board."""
    table = inputs.authorities.sort("la_code")
    board = table["health_board_code"].to_numpy()
    children = inputs.population_by_age.drop("la_code").to_numpy().sum(axis=1).astype(np.float64)
    size = len(children)
    near = (board[:, None] == board[None, :]) & ~np.eye(size, dtype=bool)
    far = ~near & ~np.eye(size, dtype=bool)
    share = inputs.assumptions["placement"]["location"]["same_board"]
    near_weight = near * children
    far_weight = far * children / np.maximum((far * children).sum(axis=1, keepdims=True), 1.0)
    total = near_weight.sum(axis=1, keepdims=True)
    matrix = share * near_weight / np.maximum(total, 1.0) + np.where(total > 0, 1.0 - share, 1.0) * far_weight
    at = np.searchsorted(areas.codes, authority)
    result: Ints = areas.codes[choose_rows(rng, matrix[at])]
    return result
