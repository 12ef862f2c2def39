"""What the database engines share: options, what a run leaves, what data must hold, and words for what does not fit.

No message holds a value from the data: what a database says is never passed on, because it quotes values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohort.plan.names import RESULTS
from cohort.sql.compile import FLOW_COUNTS
from cohort.sql.model import ReadTable, Script
from cohort.sql.results import RESULT_COLUMNS
from cohort.types import Kind

if TYPE_CHECKING:
    import polars

Report = Callable[[str, float], None]
"""Takes the name of a stage and the share of the work that is done."""
ResultTuple = tuple[str, str, str, str, str, int | None, float | None]
"""Table, row, column, layer, statistic, value, number: a row of results without study and hash."""

MARK_FILE = "cohort-synthetic.json"
"""File that a folder of synthetic data bears."""
MARK_TABLE = "cohort_synthetic_mark"
"""Table that a DuckDB file or a Spark catalogue of synthetic data bears."""

_PLURALS: dict[Kind, str] = {
    Kind.KEY: "keys (whole numbers)",
    Kind.WHOLE: "whole numbers",
    Kind.BOOLEAN: "yes or no (1 or 0)",
    Kind.DECIMAL: "numbers",
    Kind.CODE: "codes",
    Kind.TEXT: "text",
    Kind.DATE: "dates",
}
_NO_TYPE = frozenset({"NULL", "VOID"})
"""A column without any value has no type of its own."""
_UNITS = {"MB": 10**6, "GB": 10**9, "TB": 10**12, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([MGT]i?B)", re.IGNORECASE)
_MOST_THREADS = 1024


class EngineName(StrEnum):
    """The databases in which a study can be run from here."""

    DUCKDB = "duckdb"
    SPARK = "spark"


_LEAST_MEMORY = {EngineName.DUCKDB: "100MB", EngineName.SPARK: "1GB"}
"""Below this an engine does not even start its work."""


class DataProblem(Exception):
    """Data that do not fit the study; the message is one sentence for each problem, without any value."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class DatabaseProblem(Exception):
    """The database could not do its work; the message is one sentence without any value from the data."""


@dataclass(frozen=True)
class EngineOptions:
    """What an engine may use.

    ``memory`` is a size such as ``4GB`` or ``512MB``, ``threads`` the number of cores, and ``temp`` the folder in which
    the engine may make a folder of its own for what does not fit into memory; None leaves it to the engine.
    Raises ``ValueError`` with one sentence for a size or number that makes no sense.
    """

    engine: EngineName = EngineName.DUCKDB
    memory: str | None = None
    threads: int | None = None
    temp: Path | None = None

    def __post_init__(self) -> None:
        if self.memory is not None:
            least = _LEAST_MEMORY[self.engine]
            if memory_bytes(self.memory) < memory_bytes(least):
                raise ValueError(f"A memory limit of less than {least} is too small for {self.engine}.")
        if self.threads is not None and not 1 <= self.threads <= _MOST_THREADS:
            raise ValueError(f"The number of threads must be from 1 to {_MOST_THREADS}.")


def memory_bytes(size: str) -> int:
    """Return the bytes of a size such as ``4GB``, ``1.5 GiB`` or ``512MB``. Raises ``ValueError`` with one sentence."""
    found = _SIZE.fullmatch(size.strip())
    if found is None:
        raise ValueError("A memory limit is a number with a unit, such as 4GB or 512MB.")
    return int(float(found[1]) * _UNITS[found[2].upper()])


@dataclass(frozen=True)
class FlowCount:
    """Rows and units after one step."""

    number: int
    step: str
    rows: int
    units: int


@dataclass(frozen=True)
class Needed:
    """A number that a column of a held table must hold in some row, and what to say if none does."""

    table: str
    column: str
    value: int
    sentence: str


class RunResult:
    """What a run leaves: the rows of results, the flow of counts (if the script has them), and the tables on the way.

    ``results`` are true counts, which must not be shown before disclosure control.
    """

    def __init__(
        self,
        script: Script,
        results: tuple[ResultTuple, ...],
        flow_counts: tuple[FlowCount, ...],
        *,
        fetch: Callable[[str], polars.DataFrame],
        close: Callable[[], None],
    ) -> None:
        self.script = script
        self.results = results
        self.flow_counts = flow_counts
        self._fetch = fetch
        self._close = close

    def rows(self, table: str) -> polars.DataFrame:
        """Return the rows of a table of the plan, in the order of all their columns, missing values last.

        Only for callers that know the data to bear the synthetic mark (``is_synthetic``). Raises ``KeyError``
        for a name that the plan does not have.
        """
        if table not in self.script.tables or table in (RESULTS, FLOW_COUNTS):
            raise KeyError(table)
        return self._fetch(self.script.tables[table])

    def close(self) -> None:
        """Give back the memory and the temporary files of the run; its rows are gone after that."""
        self._close()


def result_columns() -> str:
    """Return the columns of a ``ResultTuple`` in the table of results, as a list for SQL."""
    return ", ".join(name for name, _ in RESULT_COLUMNS[2:])


def result_tuple(row: Sequence[Any]) -> ResultTuple:
    """Return a row of the table of results, read by ``result_columns``, with plain Python values."""
    table, line, column, layer, statistic, value, number = row
    return (
        str(table),
        str(line),
        str(column),
        str(layer),
        str(statistic),
        None if value is None else int(value),
        None if number is None else float(number),
    )


FLOW_COLUMNS = "step_number, step_name, row_count, unit_count"
"""Columns of a ``FlowCount`` in the table of flow counts, as a list for SQL."""


def flow_count(row: Sequence[Any]) -> FlowCount:
    """Return a row of the table of flow counts, read by ``FLOW_COLUMNS``."""
    number, step, rows, units = row
    return FlowCount(int(number), str(step), int(rows), int(units))


HeldColumns = Mapping[str, tuple[str, str]]
"""Columns of a held table: from the name in lower case to the name and the type as the database has them."""


def misfits(table: ReadTable, held: HeldColumns, taken: Mapping[Kind, frozenset[str]]) -> Iterator[str]:
    """Yield a sentence for each needed column that is absent or of a type that cannot be taken.

    ``taken`` lists the database's types, with or without lengths, that can be taken for a kind of value.
    """
    name = plain_name(table.physical)
    for column in table.columns:
        found = held.get(column.physical.lower())
        if found is None:
            yield f"The table {name} lacks the column {column.physical}."
        elif not _forms(found[1]) & (taken[column.type.kind] | _NO_TYPE):
            yield does_not_hold(name, column.physical, column.type.kind)


def _forms(type_: str) -> frozenset[str]:
    """A type as it is and without its lengths."""
    whole = type_.strip('"').upper()
    return frozenset({whole, whole.split("(")[0]})


def does_not_hold(table: str, column: str, kind: Kind) -> str:
    """Return the sentence for a column that holds something else than it should."""
    return f"The column {column} of {table} does not hold {_PLURALS[kind]}."


def plain_name(physical: str) -> str:
    """Return a physical name without its schema."""
    return physical.rpartition(".")[2]


def lacks_table(name: str) -> str:
    """Return the sentence for a held table that is not there."""
    return f"The data lack the table {name}."
