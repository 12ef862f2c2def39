"""Runs a script on Spark: over a folder of Parquet or CSV files on this machine, or over the tables of a session.

No message holds a value from the data: what Spark says is never passed on, because it quotes values.
"""

from __future__ import annotations

import datetime
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars

from cohort.engines.csv_files import parquet_from_csv
from cohort.engines.held_files import OwnFolder, check_folder, folder_is_synthetic, held_files
from cohort.engines.shared import (
    FLOW_COLUMNS,
    MARK_TABLE,
    DatabaseProblem,
    DataProblem,
    EngineName,
    EngineOptions,
    FlowCount,
    HeldColumns,
    Needed,
    Report,
    ResultTuple,
    RunResult,
    flow_count,
    lacks_table,
    misfits,
    plain_name,
    result_columns,
    result_tuple,
)
from cohort.engines.spark_session import running_session, separate, start_session
from cohort.plan.names import RESULTS
from cohort.source import FileProblem
from cohort.sql.compile import FLOW_COUNTS
from cohort.sql.model import PartKind, ReadTable, Script
from cohort.types import Kind

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_WHOLE_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INT", "BIGINT"})
_TAKEN: dict[Kind, frozenset[str]] = {
    # Spark has no unsigned numbers: the widest ones of a Parquet file come as decimals without digits after the point.
    Kind.KEY: _WHOLE_NUMBERS | {"DECIMAL(20,0)"},
    Kind.WHOLE: _WHOLE_NUMBERS | {"DECIMAL(20,0)"},
    Kind.BOOLEAN: _WHOLE_NUMBERS | {"BOOLEAN"},
    Kind.DECIMAL: _WHOLE_NUMBERS | {"DECIMAL", "FLOAT", "DOUBLE"},
    Kind.CODE: _WHOLE_NUMBERS | {"STRING", "VARCHAR", "CHAR"},
    Kind.TEXT: frozenset({"STRING", "VARCHAR", "CHAR"}),
    Kind.DATE: frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_NTZ"}),
}
"""Types of Spark that can be taken for a kind of value."""
_TYPES: dict[Kind, str] = {
    Kind.KEY: "bigint",
    Kind.WHOLE: "int",
    Kind.BOOLEAN: "smallint",
    Kind.DECIMAL: "double",
    Kind.CODE: "string",
    Kind.TEXT: "string",
    Kind.DATE: "date",
}
_FRAME_TYPES: dict[str, type[polars.DataType]] = {
    "smallint": polars.Int16,
    "int": polars.Int32,
    "bigint": polars.Int64,
    "decimal": polars.Int64,
    "double": polars.Float64,
    "string": polars.String,
    "date": polars.Date,
}
_MISFIT_CONDITIONS = ("CAST_", "ARITHMETIC_OVERFLOW", "NUMERIC_", "DATETIME_OVERFLOW", "INVALID_DATETIME")
"""Beginnings of what Spark calls values that do not fit their types."""


def run_on_spark(
    script: Script,
    data: Path | SparkSession,
    report: Report | None = None,
    needed: tuple[Needed, ...] = (),
    options: EngineOptions | None = None,
    schema: str = "",
) -> RunResult:
    """Run a script for Spark on data and return its results.

    ``data`` is a folder with a Parquet or CSV file for each physical table, or a classic session of Spark, in which
    the tables are looked for in ``schema`` (without one: as the session finds them). The script must name tables
    without a schema: those it makes go into a database of their own, which is dropped when the result is closed.
    The data are never written to. A folder is read in the session that this Python process has, else one is started,
    which lasts as long as the process. Raises ``FileProblem`` if the data cannot be opened, ``DataProblem`` if tables,
    columns or values do not fit or something ``needed`` is not there, and ``DatabaseProblem`` if Spark fails.
    """
    options = options or EngineOptions(EngineName.SPARK)
    if isinstance(data, Path):
        _check_path(data)
        shared = running_session()
        if shared is None:
            shared = start_session(options)
        elif options.memory is not None or options.threads is not None:
            raise DatabaseProblem(
                "Spark is running in this Python process already; its memory and threads cannot be changed now."
            )
    else:
        shared = data
    session = separate(shared)
    temporary = OwnFolder(options.temp)
    database = f"cohort_run_{script.study}"
    try:
        with rephrased_in_spark("a database for the run could not be made"):
            if session.catalog.databaseExists(database):
                raise DatabaseProblem(_LEFT_BEHIND.format(name=database))
            session.sql(f"CREATE DATABASE {database}")
    except BaseException:
        temporary.remove()
        raise
    drop = weakref.finalize(temporary, _drop, session, database)

    def close() -> None:
        drop()
        temporary.remove()

    try:
        session.catalog.setCurrentDatabase(database)
        if isinstance(data, Path):
            _show_files(session, script.reads, data, temporary.path)
        else:
            _show_held(session, data, script.reads, schema)
        _check_needed(session, needed)
        _run_parts(session, script, report)
        return RunResult(
            script,
            _results(session, script),
            _flow_counts(session, script),
            fetch=lambda name: _fetched(session, name),
            close=close,
        )
    except BaseException:
        close()
        raise


_LEFT_BEHIND = (
    "the database {name} is there already: another run is using it, or one was broken off; in that case "
    "DROP DATABASE {name} CASCADE clears it away."
)


def is_synthetic_for_spark(data: Path | SparkSession, schema: str = "") -> bool:
    """Whether data bear the synthetic mark: a file in the folder, or a table in the catalogue of the session."""
    if isinstance(data, Path):
        return folder_is_synthetic(data)
    with rephrased_in_spark("the tables of the session could not be listed"):
        return bool(data.catalog.tableExists(f"{schema}.{MARK_TABLE}" if schema else MARK_TABLE))


def _drop(session: SparkSession, database: str) -> None:
    # Nothing can be said or mended when Python ends and Spark is gone already.
    with suppress(Exception):
        session.sql(f"DROP DATABASE IF EXISTS {database} CASCADE")


def _check_path(data: Path) -> None:
    name = data.as_posix()
    if not data.exists():
        raise FileProblem(name, "there is no such folder.")
    if not data.is_dir():
        raise FileProblem(name, "Spark reads a folder of Parquet or CSV files, and this is a file.")
    check_folder(data)


def _show_files(session: SparkSession, reads: tuple[ReadTable, ...], folder: Path, temporary: Path) -> None:
    """Make every file that a script reads visible as a view, with the types it should have."""
    files = held_files(folder, [plain_name(table.physical) for table in reads])

    def opened(table: ReadTable) -> DataFrame | None:
        file = files.get(plain_name(table.physical))
        if file is None:
            return None
        if file.is_csv:
            file = parquet_from_csv(None, table, file, temporary)
        try:
            return session.read.parquet(file.path.resolve().as_posix())
        except Exception:
            raise FileProblem(
                file.path.as_posix(), "the file is damaged or of another format than its name says."
            ) from None

    _show(reads, opened)


def _show_held(
    session: SparkSession, holder: SparkSession, reads: tuple[ReadTable, ...], schema: str
) -> None:
    """Make every table of another session that a script reads visible as a view, with the types it should have."""

    def opened(table: ReadTable) -> DataFrame | None:
        name = plain_name(table.physical)
        qualified = f"{schema}.{name}" if schema else name
        passed = f"cohort_held_{name}"
        with rephrased_in_spark("the tables of the session could not be read"):
            if not holder.catalog.tableExists(qualified):
                return None
            # A view of one session can be seen from another only in this way.
            holder.table(qualified).createOrReplaceGlobalTempView(passed)
            try:
                space = session.conf.get("spark.sql.globalTempDatabase")
                return session.table(f"{space}.{passed}")
            finally:
                holder.catalog.dropGlobalTempView(passed)

    _show(reads, opened)


def _show(reads: tuple[ReadTable, ...], opened: Callable[[ReadTable], DataFrame | None]) -> None:
    problems: list[str] = []
    views: list[tuple[str, DataFrame]] = []
    for table in reads:
        name = plain_name(table.physical)
        try:
            frame = opened(table)
        except DataProblem as problem:
            problems += problem.sentences
            continue
        if frame is None:
            problems.append(lacks_table(name))
            continue
        held: HeldColumns = {column.lower(): (column, type_) for column, type_ in frame.dtypes}
        misfitting = list(misfits(table, held, _TAKEN))
        problems += misfitting
        if not misfitting:
            views.append((name, _cast(frame, table, held)))
    if problems:
        raise DataProblem(*problems)
    for name, frame in views:
        frame.createOrReplaceTempView(name)


def _cast(frame: DataFrame, table: ReadTable, held: HeldColumns) -> DataFrame:
    columns = []
    for column in table.columns:
        actual, found = held[column.physical.lower()]
        wanted = _TYPES[column.type.kind]
        value = frame["`" + actual.replace("`", "``") + "`"]
        columns.append((value if found == wanted else value.cast(wanted)).alias(column.physical))
    return frame.select(*columns)


def _check_needed(session: SparkSession, needed: tuple[Needed, ...]) -> None:
    missing = []
    for need in needed:
        with rephrased_in_spark("the data could not be read"):
            found = session.sql(
                f"SELECT COUNT(*) FROM {plain_name(need.table)} WHERE {need.column} = {need.value:d}"
            ).collect()
        if found[0][0] == 0:
            missing.append(need.sentence)
    if missing:
        raise DataProblem(*missing)


def _run_parts(session: SparkSession, script: Script, report: Report | None) -> None:
    # What stays behind is read after the last part, and goes with the run's database.
    parts = [part for part in script.parts if part.statements and part.kind is not PartKind.TIDY_UP]
    for number, part in enumerate(parts):
        if report is not None:
            report(part.name.replace("_", " "), 0.85 * number / len(parts))
        for statement in part.statements:
            with rephrased_in_spark(f"part {part.number} of the script ({part.name}) failed"):
                session.sql(statement.text)


def _results(session: SparkSession, script: Script) -> tuple[ResultTuple, ...]:
    listed = result_columns()
    with rephrased_in_spark("the results could not be read"):
        found = session.sql(f"SELECT {listed} FROM {script.tables[RESULTS]}").collect()
    # Missing values come last, as they do on DuckDB.
    return tuple(sorted((result_tuple(row) for row in found), key=_missing_last))


def _flow_counts(session: SparkSession, script: Script) -> tuple[FlowCount, ...]:
    if FLOW_COUNTS not in script.tables:
        return ()
    with rephrased_in_spark("the counts could not be read"):
        found = session.sql(f"SELECT {FLOW_COLUMNS} FROM {script.tables[FLOW_COUNTS]}").collect()
    return tuple(sorted((flow_count(row) for row in found), key=lambda count: count.number))


def _fetched(session: SparkSession, name: str) -> polars.DataFrame:
    with rephrased_in_spark("the rows could not be read"):
        frame = session.table(name)
        found = frame.collect()
    types = {column: _FRAME_TYPES[type_.split("(")[0]] for column, type_ in frame.dtypes}
    rows = sorted((tuple(map(_plain_value, row)) for row in found), key=_missing_last)
    return polars.DataFrame(rows, schema=types, orient="row")


def _plain_value(cell: Any) -> Any:
    return cell if cell is None or isinstance(cell, int | float | str | datetime.date) else int(cell)


def _missing_last(row: Sequence[Any]) -> list[tuple[bool, Any]]:
    return [(cell is None, 0 if cell is None else cell) for cell in row]


@contextmanager
def rephrased_in_spark(what: str) -> Iterator[None]:
    """Turn what Spark raises into a sentence of ours: its own messages quote values."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as problem:
        condition = problem.getCondition() or type(problem).__name__
        if condition.startswith(_MISFIT_CONDITIONS):
            raise DataProblem(
                f"{what[0].upper()}{what[1:]}: a value does not fit the type of its column."
            ) from None
        raise DatabaseProblem(f"{what} in Spark ({condition}).") from None
    except (Py4JError, ConnectionError) as problem:
        raise DatabaseProblem(
            f"{what} in Spark ({type(problem).__name__}); a higher --memory or fewer --threads may help."
        ) from None
