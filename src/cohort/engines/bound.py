"""A binding compared with the columns that are really there: a listing, files, a database, or a session of Spark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cohort.catalogue import load_catalogue
from cohort.catalogue.binding_check import Compared, Use, compare
from cohort.catalogue.binding_read import binding_of
from cohort.catalogue.listing import read_listing
from cohort.diagnostics import Diagnostics
from cohort.source import read_source

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def check_binding(
    path: Path,
    *,
    columns: Path | None = None,
    data: Path | SparkSession | None = None,
    uses: tuple[Use, ...] = (),
    engine: str = "duckdb",
) -> tuple[Diagnostics, Compared | None]:
    """Read a binding and compare it with a listing of columns, with data for DuckDB, or with a session of Spark.

    ``engine`` is whose names files of data have. Returns all problems, and what the comparison found; None where the
    binding itself has errors. Raises ``FileProblem`` for a file that cannot be read.
    """
    diagnostics = Diagnostics()
    binding = binding_of(read_source(path), diagnostics)
    if binding is None:
        return diagnostics, None
    if columns is not None:
        compared = compare(binding.for_engine("db2"), load_catalogue(), read_listing(columns), uses)
    elif data is not None and not isinstance(data, Path):
        from cohort.engines.listed_spark import listing_of_session

        own = binding.for_engine("spark")
        listing = listing_of_session(data, own.schema, own.tables.values())
        compared = compare(own, load_catalogue(), listing, uses)
    else:
        from cohort.engines.listed import listing_of_data

        assert data is not None
        compared = compare(binding.for_engine(engine), load_catalogue(), listing_of_data(data), uses)
    diagnostics.extend(compared.diagnostics)
    return diagnostics, compared
