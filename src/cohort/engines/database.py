"""Runs a script on DuckDB: in memory, over a folder of Parquet files or a DuckDB file that is only read.

No message holds a value from the data: what DuckDB says is never passed on, because it quotes values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars

from cohort.plan.names import RESULTS
from cohort.source import FileProblem
from cohort.sql.compile import FLOW_COUNTS
from cohort.sql.model import ReadColumn, ReadTable, Script, ScriptPart
from cohort.sql.results import RESULT_COLUMNS
from cohort.types import Kind

_Number = TypeVar("_Number", int, float)
Report = Callable[[str, float], None]
"""Takes the name of a stage and the share of the work that is done."""
ResultTuple = tuple[str, str, str, str, str, int | None, float | None]
"""Table, row, column, layer, statistic, value, number: a row of results without study and hash."""

MARK_FILE = "cohort-synthetic.json"
"""File that a folder of synthetic data bears."""
MARK_TABLE = "cohort_synthetic_mark"
"""Table that a DuckDB file of synthetic data bears."""

_MAGIC = (8, b"DUCK")
_PARQUET = b"PAR1"
# DuckDB must neither load nor fetch anything: all that is needed is built in.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


_NAMES_OF_WHOLE_NUMBERS = "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT"
_WHOLE_NUMBERS = frozenset(_NAMES_OF_WHOLE_NUMBERS.split())
_TAKEN: dict[Kind, frozenset[str]] = {
    Kind.KEY: _WHOLE_NUMBERS,
    Kind.WHOLE: _WHOLE_NUMBERS,
    Kind.BOOLEAN: _WHOLE_NUMBERS | {"BOOLEAN"},
    Kind.DECIMAL: _WHOLE_NUMBERS | {"DECIMAL", "FLOAT", "DOUBLE"},
    # Some extracts hold codes that are digits as numbers.
    Kind.CODE: _WHOLE_NUMBERS | {"VARCHAR", "ENUM"},
    Kind.TEXT: frozenset({"VARCHAR", "ENUM"}),
    Kind.DATE: frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"}),
}
"""Types of DuckDB that can be taken for a kind of value."""
_TYPES: dict[Kind, str] = {
    Kind.KEY: "BIGINT",
    Kind.WHOLE: "INTEGER",
    Kind.BOOLEAN: "SMALLINT",
    Kind.DECIMAL: "DOUBLE",
    Kind.CODE: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
}
_FRAME_TYPES: dict[str, type[polars.DataType]] = {
    "SMALLINT": polars.Int16,
    "INTEGER": polars.Int32,
    "BIGINT": polars.Int64,
    "HUGEINT": polars.Int64,
    "DOUBLE": polars.Float64,
    "VARCHAR": polars.String,
    "DATE": polars.Date,
}
_PLURALS: dict[Kind, str] = {
    Kind.KEY: "keys (whole numbers)",
    Kind.WHOLE: "whole numbers",
    Kind.BOOLEAN: "yes or no (1 or 0)",
    Kind.DECIMAL: "numbers",
    Kind.CODE: "codes",
    Kind.TEXT: "text",
    Kind.DATE: "dates",
}


class DataProblem(Exception):
    """Data that do not fit the study; the message is one sentence for each problem, without any value."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class DatabaseProblem(Exception):
    """The database could not do its work; the message is one sentence without any value from the data."""


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
        connection: duckdb.DuckDBPyConnection,
        results: tuple[ResultTuple, ...],
        flow_counts: tuple[FlowCount, ...],
    ) -> None:
        self.script = script
        self.results = results
        self.flow_counts = flow_counts
        self._connection = connection

    def rows(self, table: str) -> polars.DataFrame:
        """Return the rows of a table of the plan, in the order of all their columns.

        Only for callers that know the data to bear the synthetic mark (``is_synthetic``). Raises ``KeyError``
        for a name that the plan does not have.
        """
        if table not in self.script.tables or table in (RESULTS, FLOW_COUNTS):
            raise KeyError(table)
        name = self.script.tables[table]
        with _rephrased("the rows could not be read"):
            described = self._connection.execute(f"DESCRIBE {name}").fetchall()
            found = self._connection.execute(f"SELECT * FROM {name} ORDER BY ALL NULLS LAST").fetchall()
        schema = {str(column): _FRAME_TYPES[str(type_)] for column, type_, *_ in described}
        # By tuples: the shorter way through DuckDB's Arrow stream makes it complain when Python ends.
        return polars.DataFrame(found, schema=schema, orient="row")

    def close(self) -> None:
        """Give back the memory of the run; its rows are gone after that."""
        self._connection.close()


def run_script(
    script: Script, data: Path, report: Report | None = None, needed: tuple[Needed, ...] = ()
) -> RunResult:
    """Run a script for DuckDB on data and return its results.

    ``data`` is a folder with a Parquet file for each physical table, or a DuckDB file. Tables are made in
    memory; the data are never written to. Raises ``FileProblem`` if the data cannot be opened, ``DataProblem`` if
    tables, columns or values do not fit or something ``needed`` is not there, and ``DatabaseProblem`` if DuckDB fails.
    """
    connection = _open(data)
    try:
        _show_tables(connection, script.reads, data)
        _check_needed(connection, needed)
        parts = [part for part in script.parts if part.statements]
        for number, part in enumerate(parts):
            if report is not None:
                report(part.name.replace("_", " "), 0.85 * number / len(parts))
            _run_part(connection, part)
        return RunResult(script, connection, _results(connection, script), _flow_counts(connection, script))
    except BaseException:
        connection.close()
        raise


def _check_needed(connection: duckdb.DuckDBPyConnection, needed: tuple[Needed, ...]) -> None:
    missing = []
    for need in needed:
        with _rephrased("the data could not be read"):
            found = connection.execute(
                f"SELECT COUNT(*) FROM {need.table} WHERE {need.column} = {need.value:d}"
            ).fetchone()
        if found == (0,):
            missing.append(need.sentence)
    if missing:
        raise DataProblem(*missing)


def is_synthetic(data: Path) -> bool:
    """Whether data bear the synthetic mark: a file in the folder, or a table in the DuckDB file.

    Data that cannot be read bear no mark.
    """
    if data.is_dir():
        try:
            mark = json.loads((data / MARK_FILE).read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(mark, dict) and mark.get("synthetic") is True
    try:
        connection = _open(data)
    except (FileProblem, DatabaseProblem):
        return False
    try:
        return MARK_TABLE in {name.lower() for name in _names_in_file(connection)}
    finally:
        connection.close()


def _open(data: Path) -> duckdb.DuckDBPyConnection:
    """Open data and return a connection in memory; a DuckDB file is attached as ``held``, to be read only."""
    name = data.as_posix()
    try:
        if data.is_dir():
            if not any(data.glob("*.parquet")):
                raise FileProblem(name, "the folder holds no Parquet files, so it is no data folder.")
            return duckdb.connect(config=_SETTINGS)
        with data.open("rb") as file:
            start = file.read(_MAGIC[0] + len(_MAGIC[1]))
    except FileNotFoundError:
        raise FileProblem(name, "there is no such folder or file.") from None
    except OSError as error:
        raise FileProblem(name, f"the data cannot be read ({error.strerror}).") from None
    if not start:
        raise FileProblem(name, "the file is empty.")
    if start.startswith(_PARQUET):
        raise FileProblem(name, "this is a single Parquet file; give the folder that holds it.")
    if start[_MAGIC[0] :] != _MAGIC[1]:
        raise FileProblem(name, "the file is neither a DuckDB database nor a folder of Parquet files.")
    connection = duckdb.connect(config=_SETTINGS)
    try:
        connection.execute(f"ATTACH '{_quoted(name)}' AS held (READ_ONLY)")
    except duckdb.Error as error:
        connection.close()
        locked = re.search(r"\block\b|used by another process", str(error), re.IGNORECASE)
        reason = (
            "another program has the database open; close it there and try again."
            if locked
            else "the database cannot be opened; it may be damaged or of a newer DuckDB."
        )
        raise FileProblem(name, reason) from None
    return connection


def _show_tables(connection: duckdb.DuckDBPyConnection, reads: tuple[ReadTable, ...], data: Path) -> None:
    """Make every held table that a script reads visible under its physical name, with the types it should have."""
    views: list[str] = []
    problems: list[str] = []
    in_folder = data.is_dir()
    names: dict[str, str] = {} if in_folder else {name.lower(): name for name in _names_in_file(connection)}
    for table in reads:
        schema, _, name = table.physical.rpartition(".")
        if in_folder:
            file = data / f"{name}.parquet"
            source = f"read_parquet('{_quoted(file.as_posix())}')"
            present = file.is_file()
        else:
            file = data
            source = f'held."{names.get(name.lower(), "")}"'
            present = name.lower() in names
        if not present:
            problems.append(f"The data lack the table {name}.")
            continue
        held = dict(_columns(connection, source, file))
        problems += _misfits(table, name, held)
        views.append(_view(table, source, held))
        if schema:
            views.insert(0, f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    if problems:
        raise DataProblem(*problems)
    for view in views:
        with _rephrased("the data could not be opened"):
            connection.execute(view)


def _names_in_file(connection: duckdb.DuckDBPyConnection) -> list[str]:
    with _rephrased("the tables of the database could not be listed"):
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_catalog = 'held' AND table_schema = 'main' ORDER BY table_name"
        )
        return [str(name) for (name,) in found.fetchall()]


def _columns(
    connection: duckdb.DuckDBPyConnection, source: str, file: Path
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the columns of held rows: name in lower case, then name and type as DuckDB has them."""
    if any(sign in file.as_posix() for sign in "*?["):
        raise FileProblem(
            file.as_posix(), "a path with * ? or [ stands for several files in DuckDB; rename it."
        )
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error:
        raise FileProblem(
            file.as_posix(), "the file is damaged or of another format than its name says."
        ) from None
    for name, type_, *_ in described:
        yield str(name).lower(), (str(name), str(type_))


def _misfits(table: ReadTable, name: str, held: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Yield a sentence for each needed column that is absent or of a type that cannot be taken."""
    for column in table.columns:
        found = held.get(column.physical.lower())
        if found is None:
            yield f"The table {name} lacks the column {column.physical}."
        elif not _fits(column, found[1]):
            yield f"The column {column.physical} of {name} does not hold {_PLURALS[column.type.kind]}."


def _fits(column: ReadColumn, found: str) -> bool:
    """Whether every value of a type can be taken as the type that the catalogue gives the column."""
    base = found.split("(")[0].strip('"').upper()
    # A column without any value has no type of its own.
    return base == "NULL" or base in _TAKEN[column.type.kind]


def _view(table: ReadTable, source: str, held: dict[str, tuple[str, str]]) -> str:
    columns = []
    for column in table.columns:
        actual, found = held.get(column.physical.lower(), (column.physical, ""))
        wanted = _TYPES[column.type.kind]
        name = '"' + actual.replace('"', '""') + '"'
        columns.append(f"{name if found == wanted else f'CAST({name} AS {wanted})'} AS {column.physical}")
    return f"CREATE VIEW {table.physical} AS SELECT {', '.join(columns)} FROM {source}"


def _run_part(connection: duckdb.DuckDBPyConnection, part: ScriptPart) -> None:
    for statement in part.statements:
        with _rephrased(f"part {part.number} of the script ({part.name}) failed"):
            connection.execute(statement.text)


def _results(connection: duckdb.DuckDBPyConnection, script: Script) -> tuple[ResultTuple, ...]:
    names = [name for name, _ in RESULT_COLUMNS[2:]]
    listed = ", ".join(names)
    with _rephrased("the results could not be read"):
        found = connection.execute(
            f"SELECT {listed} FROM {script.tables[RESULTS]} ORDER BY {listed}"
        ).fetchall()
    return tuple(
        (str(t), str(r), str(c), str(y), str(s), _or_none(int, value), _or_none(float, number))
        for t, r, c, y, s, value, number in found
    )


def _or_none(kind: Callable[[Any], _Number], cell: Any) -> _Number | None:
    return None if cell is None else kind(cell)


def _flow_counts(connection: duckdb.DuckDBPyConnection, script: Script) -> tuple[FlowCount, ...]:
    if FLOW_COUNTS not in script.tables:
        return ()
    with _rephrased("the counts could not be read"):
        found = connection.execute(
            f"SELECT step_number, step_name, row_count, unit_count FROM {script.tables[FLOW_COUNTS]} "
            "ORDER BY step_number"
        ).fetchall()
    return tuple(
        FlowCount(int(number), str(step), int(rows), int(units)) for number, step, rows, units in found
    )


@contextmanager
def _rephrased(what: str) -> Iterator[None]:
    """Turn what DuckDB raises into a sentence of ours: its own messages quote values."""
    try:
        yield
    except (duckdb.ConversionException, duckdb.OutOfRangeException):
        raise DataProblem(
            f"{what[0].upper()}{what[1:]}: a value does not fit the type of its column."
        ) from None
    except duckdb.OutOfMemoryException:
        raise DatabaseProblem(f"{what}: DuckDB ran out of memory.") from None
    except duckdb.IOException:
        raise DatabaseProblem(f"{what}: DuckDB could not read the data or write a temporary file.") from None
    except duckdb.Error as error:
        raise DatabaseProblem(f"{what} in DuckDB ({type(error).__name__}).") from None


def _quoted(path: str) -> str:
    return path.replace("'", "''")
