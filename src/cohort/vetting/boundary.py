"""Boundary data: invented rows on each side of every line that a study draws.

They are made from the study and the catalogue alone, to be run by several engines whose rows must agree, and to show
that a wrong sign or number in the SQL would be seen. They resemble nobody and are no synthetic population.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import polars

from cohort.catalogue import Catalogue, load_catalogue
from cohort.query.study import Study
from cohort.types import Kind
from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_pools import Pools, pools_of
from cohort.vetting.boundary_rows import frames, physical_name, unit_number
from cohort.vetting.boundary_search import chosen, search
from cohort.vetting.boundary_trial import Trial
from cohort.vetting.boundary_units import Unit

ROUNDS = 10


def boundary_data(
    study: Study, catalogue: Catalogue, *, seed: int = 0, units: int = 400
) -> dict[str, polars.DataFrame]:
    """Return rows of invented units for every held table that a study reads, by logical table name.

    ``units`` of them are searched for; those that come far are then moved over every line, which gives several times as
    many. Columns are all of the catalogue, under physical names with the key suffix PE. The same study, seed and number
    give the same rows.
    """
    pools, found = _units(study, catalogue, seed, units)
    return frames(found, pools, catalogue)


def few(data: Mapping[str, polars.DataFrame], study: Study, units: int = 40) -> dict[str, polars.DataFrame]:
    """Return the rows of as many units of boundary data as asked for, those that show most of what all show.

    Units that share codes stay together, so that an even number is given.
    """
    catalogue = load_catalogue()
    numbers = {
        table: frame.select(unit_number(_key(frame, table, catalogue)) // 2).to_series()
        for table, frame in data.items()
    }
    pairs = 1 + max(int(number) for found in numbers.values() for number in [0, *found.drop_nulls()])
    trial = Trial(study, catalogue, pools_of(study, catalogue))
    shown = trial.shown_by(data, 2 * pairs)
    together = [shown[2 * pair] | shown[2 * pair + 1] for pair in range(pairs)]
    kept = chosen(together, trial.tables, max(units // 2, 1), widely=True)
    return {table: frame.filter(numbers[table].is_in(kept)) for table, frame in data.items()}


def _key(frame: polars.DataFrame, table: str, catalogue: Catalogue) -> str:
    """Return the first key column of a table that holds something: it tells whose each row is."""
    keys = [physical_name(c.physical) for c in catalogue.tables[table].columns if c.type.kind is Kind.KEY]
    return next((key for key in keys if frame[key].null_count() < frame.height), keys[0])


def _units(study: Study, catalogue: Catalogue, seed: int, units: int) -> tuple[Pools, list[Unit]]:
    pools = pools_of(study, catalogue)
    maker = Maker(pools, catalogue, Random(seed))
    return pools, search(study, catalogue, pools, maker, units, ROUNDS)
