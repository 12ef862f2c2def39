"""Runs a script on DuckDB: in memory, over a folder of Parquet or CSV files or a DuckDB file that is only read.

No message holds a value from the data: what DuckDB says is never passed on, because it quotes values.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars

from cohort.engines.csv_files import parquet_from_csv
from cohort.engines.duckdb_shared import SETTINGS, Setting, quoted_name, quoted_text, rephrased
from cohort.engines.held_files import HeldFile, OwnFolder, check_folder, folder_is_synthetic, held_files
from cohort.engines.shared import (
    FLOW_COLUMNS,
    MARK_TABLE,
    DatabaseProblem,
    DataProblem,
    EngineOptions,
    FlowCount,
    HeldColumns,
    Needed,
    Report,
    ResultTuple,
    RunResult,
    flow_count,
    lacks_table,
    memory_bytes,
    misfits,
    plain_name,
    result_columns,
    result_tuple,
)
from cohort.engines.side_by_side import AT_ONCE, carry_out
from cohort.plan.names import RESULTS
from cohort.source import FileProblem
from cohort.sql.compile import FLOW_COUNTS
from cohort.sql.model import ReadTable, Script, ScriptPart
from cohort.types import Kind

_MAGIC = (8, b"DUCK")
_PARQUET = b"PAR1"
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


def run_script(
    script: Script,
    data: Path,
    report: Report | None = None,
    needed: tuple[Needed, ...] = (),
    options: EngineOptions | None = None,
) -> RunResult:
    """Run a script for DuckDB on data and return its results.

    ``data`` is a folder with a Parquet or CSV file for each physical table, or a DuckDB file. Tables are made in
    memory; what does not fit there goes into a temporary folder, which is removed when the result is closed. The data
    are never written to. Raises ``FileProblem`` if the data cannot be opened, ``DataProblem`` if tables, columns
    or values do not fit or something ``needed`` is not there, and ``DatabaseProblem`` if DuckDB fails.
    """
    options = options or EngineOptions()
    temporary = OwnFolder(options.temp)
    try:
        connection = open_data(data, _settings(options, temporary.path))
    except BaseException:
        temporary.remove()
        raise

    def close() -> None:
        connection.close()
        temporary.remove()

    try:
        _show_tables(connection, script.reads, data, temporary.path)
        _check_needed(connection, needed)
        parts = [part for part in script.parts if part.statements]

        def begun(part: ScriptPart, before: int) -> None:
            if report is not None:
                report(part.name.replace("_", " "), 0.85 * before / len(parts))

        carry_out(connection, parts, _at_once(connection, options), begun)
        return RunResult(
            script,
            _results(connection, script),
            _flow_counts(connection, script),
            fetch=lambda name: _fetched(connection, name),
            close=close,
        )
    except BaseException:
        close()
        raise


def _settings(options: EngineOptions, temporary: Path) -> dict[str, Setting]:
    settings = SETTINGS | {"temp_directory": temporary.as_posix()}
    if options.memory is not None:
        settings["memory_limit"] = f"{memory_bytes(options.memory)}B"
    if options.threads is not None:
        settings["threads"] = options.threads
    return settings


def _at_once(connection: duckdb.DuckDBPyConnection, options: EngineOptions) -> int:
    """Return how many parts may run beside one another: one where memory or cores are scarce."""
    if options.memory is not None:
        return 1
    found = connection.execute("SELECT CAST(current_setting('threads') AS INTEGER)").fetchone()
    return min(AT_ONCE, int(found[0]) if found else 1)


def _fetched(connection: duckdb.DuckDBPyConnection, name: str) -> polars.DataFrame:
    with rephrased("the rows could not be read"):
        described = connection.execute(f"DESCRIBE {name}").fetchall()
        found = connection.execute(f"SELECT * FROM {name} ORDER BY ALL NULLS LAST").fetchall()
    schema = {str(column): _FRAME_TYPES[str(type_)] for column, type_, *_ in described}
    # By tuples: the shorter way through DuckDB's Arrow stream makes it complain when Python ends.
    return polars.DataFrame(found, schema=schema, orient="row")


def _check_needed(connection: duckdb.DuckDBPyConnection, needed: tuple[Needed, ...]) -> None:
    missing = []
    for need in needed:
        with rephrased("the data could not be read"):
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
        return folder_is_synthetic(data)
    try:
        connection = open_data(data, SETTINGS)
    except (FileProblem, DatabaseProblem):
        return False
    try:
        return MARK_TABLE in {name.lower() for name in _names_in_file(connection)}
    finally:
        connection.close()


def open_data(data: Path, settings: dict[str, Setting]) -> duckdb.DuckDBPyConnection:
    """Open data and return a connection in memory; a DuckDB file is attached as ``held``, to be read only."""
    name = data.as_posix()
    try:
        if data.is_dir():
            check_folder(data)
            return duckdb.connect(config=settings)
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
    if data.suffix.lower() == ".csv":
        raise FileProblem(name, "this is a single CSV file; give the folder that holds it.")
    if start[_MAGIC[0] :] != _MAGIC[1]:
        raise FileProblem(name, "this is neither a DuckDB database nor a folder of Parquet or CSV files.")
    connection = duckdb.connect(config=settings)
    try:
        connection.execute(f"ATTACH {quoted_text(name)} AS held (READ_ONLY)")
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


def _show_tables(
    connection: duckdb.DuckDBPyConnection, reads: tuple[ReadTable, ...], data: Path, temporary: Path
) -> None:
    """Make every held table that a script reads visible under its physical name, with the types it should have."""
    in_folder = data.is_dir()
    files = held_files(data, [plain_name(table.physical) for table in reads]) if in_folder else {}
    names = {} if in_folder else {name.lower(): name for name in _names_in_file(connection)}
    views: list[str] = []
    problems: list[str] = []
    for table in reads:
        name = plain_name(table.physical)
        if name not in files and name.lower() not in names:
            problems.append(lacks_table(name))
            continue
        try:
            if in_folder:
                source, file = _readable(connection, table, files[name], temporary)
            else:
                source, file = f"held.{quoted_name(names[name.lower()])}", data
            held = _columns(connection, source, file)
            misfitting = list(misfits(table, held, _TAKEN))
        except DataProblem as problem:
            misfitting = list(problem.sentences)
        problems += misfitting
        if not misfitting:
            views.append(_view(table, source, held))
    if problems:
        raise DataProblem(*problems)
    for view in views:
        with rephrased("the data could not be opened"):
            connection.execute(view)


def _readable(
    connection: duckdb.DuckDBPyConnection, table: ReadTable, file: HeldFile, temporary: Path
) -> tuple[str, Path]:
    """Return what stands for a file after FROM, and the file that DuckDB reads; a CSV file becomes Parquet first."""
    if file.is_csv:
        file = parquet_from_csv(connection, table, file, temporary)
    return f"read_parquet({quoted_text(file.path.as_posix())})", file.path


def _names_in_file(connection: duckdb.DuckDBPyConnection) -> list[str]:
    with rephrased("the tables of the database could not be listed"):
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_catalog = 'held' AND table_schema = 'main' ORDER BY table_name"
        )
        return [str(name) for (name,) in found.fetchall()]


def _columns(connection: duckdb.DuckDBPyConnection, source: str, file: Path) -> HeldColumns:
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error:
        raise FileProblem(
            file.as_posix(), "the file is damaged or of another format than its name says."
        ) from None
    return {str(name).lower(): (str(name), str(type_)) for name, type_, *_ in described}


def _view(table: ReadTable, source: str, held: HeldColumns) -> str:
    columns = []
    for column in table.columns:
        actual, found = held[column.physical.lower()]
        wanted = _TYPES[column.type.kind]
        name = quoted_name(actual)
        columns.append(f"{name if found == wanted else f'CAST({name} AS {wanted})'} AS {column.physical}")
    schema = table.physical.rpartition(".")[0]
    made = f'CREATE SCHEMA IF NOT EXISTS "{schema}"; ' if schema else ""
    return f"{made}CREATE VIEW {table.physical} AS SELECT {', '.join(columns)} FROM {source}"


def _results(connection: duckdb.DuckDBPyConnection, script: Script) -> tuple[ResultTuple, ...]:
    listed = result_columns()
    with rephrased("the results could not be read"):
        found = connection.execute(
            f"SELECT {listed} FROM {script.tables[RESULTS]} ORDER BY {listed}"
        ).fetchall()
    return tuple(result_tuple(row) for row in found)


def _flow_counts(connection: duckdb.DuckDBPyConnection, script: Script) -> tuple[FlowCount, ...]:
    if FLOW_COUNTS not in script.tables:
        return ()
    with rephrased("the counts could not be read"):
        found = connection.execute(
            f"SELECT {FLOW_COLUMNS} FROM {script.tables[FLOW_COUNTS]} ORDER BY step_number"
        ).fetchall()
    return tuple(flow_count(row) for row in found)
