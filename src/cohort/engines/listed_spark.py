"""The tables that a session of Spark holds, as a listing. Only names and types are asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from cohort.catalogue.listing import ListedTable, Listing, listed_column
from cohort.engines.shared import plain_name
from cohort.engines.spark import rephrased_in_spark

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def listing_of_session(session: SparkSession, schema: str, tables: Collection[str]) -> Listing:
    """Return the tables of a session: all names in a schema, and the columns of ``tables``.

    ``schema`` is empty for the current one; ``tables`` are physical names, of which the last part counts, as when a
    study is run. Raises ``DatabaseProblem`` if Spark does not answer.
    """
    wanted = {plain_name(name).upper() for name in tables}
    found: dict[tuple[str, str], ListedTable] = {}
    with rephrased_in_spark("the tables of the session could not be listed"):
        names = (
            [
                row["tableName"]
                for row in session.sql(f"SHOW TABLES IN {schema}" if schema else "SHOW TABLES").collect()
            ]
            if not schema or session.catalog.databaseExists(schema)
            else []
        )
        for name in sorted(names):
            types = (
                session.table(f"{schema}.{name}" if schema else name).dtypes if name.upper() in wanted else []
            )
            columns = {column.upper(): listed_column(column, type_) for column, type_ in types}
            found["", name.upper()] = ListedTable("", name, columns)
    return Listing(f"Spark, schema {schema}" if schema else "Spark", found, casts=True)
