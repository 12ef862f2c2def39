"""The columns of a folder of Parquet or CSV files, or of a DuckDB file, as a listing. No row of data is read."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from cohort.catalogue.listing import ListedColumn, Listing, listed_column, listing_of
from cohort.engines.database import open_data
from cohort.engines.duckdb_shared import SETTINGS, quoted_text, rephrased
from cohort.source import FileProblem

UNKNOWN_TYPE = ""
"""A CSV file does not say of what type its columns are."""
_LONGEST_LINE = 1_000_000


def listing_of_data(data: Path) -> Listing:
    """Return the tables and columns of data.

    Raises ``FileProblem`` if the data cannot be opened, and ``DatabaseProblem`` if DuckDB fails.
    """
    connection = open_data(data, dict(SETTINGS))
    try:
        if data.is_dir():
            rows = [
                (file.stem, column)
                for file in sorted(data.iterdir())
                if file.suffix in (".parquet", ".csv")
                for column in _of_file(connection, file)
            ]
        else:
            rows = _of_database(connection)
    finally:
        connection.close()
    return listing_of(data.as_posix(), [("", table, column) for table, column in rows], casts=True)


def _of_database(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ListedColumn]]:
    with rephrased("the tables of the database could not be listed"):
        found = connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_catalog = 'held' AND table_schema = 'main' ORDER BY table_name, ordinal_position"
        ).fetchall()
    return [(str(table), listed_column(str(name), str(type_))) for table, name, type_ in found]


def _of_file(connection: duckdb.DuckDBPyConnection, file: Path) -> list[ListedColumn]:
    if file.suffix == ".csv":
        return _of_csv(file)
    try:
        described = connection.execute(
            f"DESCRIBE SELECT * FROM read_parquet({quoted_text(file.as_posix())})"
        ).fetchall()
    except duckdb.Error:
        raise FileProblem(
            file.as_posix(), "the file is damaged or of another format than its name says."
        ) from None
    return [listed_column(str(name), str(type_)) for name, type_, *_ in described]


def _of_csv(file: Path) -> list[ListedColumn]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            first = opened.readline(_LONGEST_LINE)
    except UnicodeDecodeError:
        raise FileProblem(file.as_posix(), "the file is not text in UTF-8.") from None
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise FileProblem(file.as_posix(), f"the file cannot be read ({reason}).") from None
    names = next(csv.reader([first]), [])
    return [ListedColumn(name.strip(), UNKNOWN_TYPE) for name in names if name.strip()]
