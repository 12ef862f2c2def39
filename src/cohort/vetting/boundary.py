"""Boundary data: invented rows on each side of every line that a study draws.

They are made from the study and the catalogue alone, to be run by several engines whose rows must agree, and to show
that a wrong sign or number in the SQL would be seen. They resemble nobody and are no synthetic population.
"""

from __future__ import annotations

from random import Random

import polars

from cohort.catalogue import Catalogue
from cohort.query.study import Study
from cohort.vetting.boundary_pools import Pools, pools_of
from cohort.vetting.boundary_rows import frames
from cohort.vetting.boundary_search import search
from cohort.vetting.boundary_units import Maker, Unit

ROUNDS = 10


def boundary_data(
    study: Study, catalogue: Catalogue, *, seed: int = 0, units: int = 400
) -> dict[str, polars.DataFrame]:
    """Return rows of ``units`` invented units for every held table that a study reads, by logical table name.

    Columns are all of the catalogue, under physical names with the key suffix PE. The same study, seed and number give
    the same rows.
    """
    pools, found = _units(study, catalogue, seed, units)
    return frames(found, pools, catalogue)


def _units(study: Study, catalogue: Catalogue, seed: int, units: int) -> tuple[Pools, list[Unit]]:
    pools = pools_of(study, catalogue)
    maker = Maker(pools, catalogue, Random(seed))
    return pools, search(study, catalogue, pools, maker, units, ROUNDS)
