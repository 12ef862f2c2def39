"""What every use of DuckDB has in common: settings, and sentences of ours in place of its messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from cohort.engines.shared import DatabaseProblem, DataProblem

Setting = str | bool | int | float | list[str]

SETTINGS: dict[str, Setting] = {
    # DuckDB must neither load nor fetch anything: all that is needed is built in.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # No statement relies on the order in which rows arrive, and keeping it costs memory.
    "preserve_insertion_order": "false",
}


@contextmanager
def rephrased(what: str) -> Iterator[None]:
    """Turn what DuckDB raises into a sentence of ours: its own messages quote values."""
    try:
        yield
    except (duckdb.ConversionException, duckdb.OutOfRangeException):
        raise DataProblem(
            f"{what[0].upper()}{what[1:]}: a value does not fit the type of its column."
        ) from None
    except duckdb.OutOfMemoryException:
        raise DatabaseProblem(
            f"{what}: DuckDB ran out of memory; a higher --memory, fewer --threads or a larger disk under --temp "
            "may help."
        ) from None
    except duckdb.IOException:
        raise DatabaseProblem(f"{what}: DuckDB could not read the data or write a temporary file.") from None
    except duckdb.Error as error:
        raise DatabaseProblem(f"{what} in DuckDB ({type(error).__name__}).") from None


def quoted_text(text: str) -> str:
    """Return text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(name: str) -> str:
    """Return a name as DuckDB takes it whatever signs it has."""
    return '"' + name.replace('"', '""') + '"'
