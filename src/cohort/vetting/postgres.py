"""A private PostgreSQL server, and Db2's text on it: the first of the two substitutes.

The server has a folder of its own, speaks through a socket in that folder only, keeps nothing, and ends with the
``with`` block. It shares with Db2: windows, joins, three-valued logic, whole-number division, DECIMAL, CASE. Shims
stand for what Db2 alone has.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cohort.sql.model import ReadTable
from cohort.types import Kind, ValueType
from cohort.vetting.model import CannotRun, HeldRows, Line, Refused
from cohort.vetting.rewrite import rewritten, short_name

if TYPE_CHECKING:
    import psycopg

OLDEST = 15
"""The oldest version of PostgreSQL that is used."""
LONGEST_NAME = 63
"""PostgreSQL cuts longer names without a word, so they are shortened before."""

_HOW = "`make engines` installs it (Debian: apt-get install postgresql)"
_HOW_PYTHON = "the Python package psycopg is not installed: pip install 'carfan[vet]'"
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "panic",
    "timezone": "UTC",
}
_UNPRIVILEGED = ("postgres", "nobody")
_PATIENCE = 30.0
_LONGEST_SOCKET = 80
_TYPES: dict[Kind, str] = {
    Kind.KEY: "BIGINT",
    Kind.DECIMAL: "DOUBLE PRECISION",
    Kind.CODE: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.BOOLEAN: "SMALLINT",
}
_WHOLE = {16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}

SHIMS = """
CREATE DOMAIN double AS DOUBLE PRECISION;
CREATE FUNCTION days(date) RETURNS INTEGER IMMUTABLE STRICT LANGUAGE sql AS $$ SELECT $1 - DATE '0001-01-01' + 1 $$;
CREATE FUNCTION year(date) RETURNS INTEGER IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(EXTRACT(YEAR FROM $1) AS INTEGER) $$;
CREATE FUNCTION month(date) RETURNS INTEGER IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(EXTRACT(MONTH FROM $1) AS INTEGER) $$;
CREATE FUNCTION day(date) RETURNS INTEGER IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(EXTRACT(DAY FROM $1) AS INTEGER) $$;
CREATE FUNCTION varchar_format(date, text) RETURNS VARCHAR IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(to_char($1, $2) AS VARCHAR) $$;
CREATE TYPE labelled_duration AS (months INTEGER, days INTEGER);
CREATE FUNCTION labelled_day(BIGINT) RETURNS labelled_duration IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(ROW(0, CAST($1 AS INTEGER)) AS labelled_duration) $$;
CREATE FUNCTION labelled_month(BIGINT) RETURNS labelled_duration IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(ROW(CAST($1 AS INTEGER), 0) AS labelled_duration) $$;
CREATE FUNCTION labelled_year(BIGINT) RETURNS labelled_duration IMMUTABLE STRICT LANGUAGE sql
  AS $$ SELECT CAST(ROW(CAST(12 * $1 AS INTEGER), 0) AS labelled_duration) $$;
CREATE FUNCTION add_labelled(date, labelled_duration) RETURNS date IMMUTABLE LANGUAGE sql
  AS $$ SELECT CAST($1 + make_interval(months => ($2).months, days => ($2).days) AS DATE) $$;
CREATE FUNCTION take_labelled(date, labelled_duration) RETURNS date IMMUTABLE LANGUAGE sql
  AS $$ SELECT CAST($1 - make_interval(months => ($2).months, days => ($2).days) AS DATE) $$;
CREATE OPERATOR + (LEFTARG = date, RIGHTARG = labelled_duration, FUNCTION = add_labelled);
CREATE OPERATOR - (LEFTARG = date, RIGHTARG = labelled_duration, FUNCTION = take_labelled);
CREATE FUNCTION least_of_all(VARIADIC anyarray) RETURNS anyelement IMMUTABLE LANGUAGE sql
  AS $$ SELECT CASE WHEN array_position($1, NULL) IS NULL THEN (SELECT min(part) FROM unnest($1) AS part) END $$;
CREATE FUNCTION greatest_of_all(VARIADIC anyarray) RETURNS anyelement IMMUTABLE LANGUAGE sql
  AS $$ SELECT CASE WHEN array_position($1, NULL) IS NULL THEN (SELECT max(part) FROM unnest($1) AS part) END $$;
CREATE SCHEMA sysibm;
CREATE TABLE sysibm.sysdummy1 (ibmreqd CHAR(1));
INSERT INTO sysibm.sysdummy1 VALUES ('Y');
CREATE SCHEMA session;
CREATE SCHEMA fnc;
CREATE PROCEDURE fnc.drop_if_exists(name TEXT) LANGUAGE plpgsql
  AS $$ BEGIN EXECUTE 'DROP TABLE IF EXISTS ' || lower(name); END $$;
"""
"""What stands in for Db2 in each database. None of it changes the text of a script."""

FUNCTIONS = {"LEAST": "least_of_all", "GREATEST": "greatest_of_all"}
"""Functions that PostgreSQL has with another meaning, and their shims: in Db2 one missing part makes all missing."""


@dataclass(frozen=True)
class Tools:
    """PostgreSQL's programs: where they are and which version they are."""

    folder: Path
    version: str


def find_tools() -> Tools:
    """Return the newest PostgreSQL that is installed. Raises ``CannotRun`` if there is none of version 15 or later."""
    found: list[tuple[tuple[int, ...], Tools]] = []
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for folder in folders:
        server = folder / "postgres"
        if not (server.is_file() and (folder / "initdb").is_file()):
            continue
        said = subprocess.run([server, "--version"], capture_output=True, text=True, check=False).stdout
        match = re.search(r"(\d+(?:\.\d+)*)", said)
        if match:
            number = tuple(int(part) for part in match[1].split("."))
            found.append((number, Tools(folder, match[1])))
    usable = [(number, tools) for number, tools in found if number[0] >= OLDEST]
    if not usable:
        old = " (an older one was found)" if found else ""
        raise CannotRun(f"PostgreSQL {OLDEST} or later is not installed{old}: {_HOW}.")
    return max(usable, key=lambda pair: pair[0])[1]


def require_client() -> None:
    """Raise ``CannotRun`` unless the Python client of PostgreSQL is installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise CannotRun(f"{_HOW_PYTHON}.") from None


class Server:
    """A running private server. Each database that it gives is new and has the shims."""

    def __init__(self, socket: Path, version: str) -> None:
        self.socket = socket
        self.version = version
        self._databases = 0

    def connect(self, database: str) -> psycopg.Connection[Any]:
        """Return a connection, each statement of which is a transaction of its own."""
        import psycopg

        return psycopg.connect(
            host=str(self.socket), user="vetting", dbname=database, autocommit=True, connect_timeout=10
        )

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection to a new database with the shims, which is dropped at the end."""
        self._databases += 1
        name = f"vetting_{self._databases}"
        with self.connect("postgres") as main:
            main.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            connection = self.connect(name)
            try:
                connection.execute(SHIMS.encode())
                yield connection
            finally:
                connection.close()
        finally:
            with self.connect("postgres") as main:
                main.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def private_server() -> Iterator[Server]:
    """Start a server and stop it at the end. Raises ``CannotRun`` if PostgreSQL or its client is not there."""
    require_client()
    tools = find_tools()
    user = _unprivileged() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="vetting-"))
    if len(str(folder)) > _LONGEST_SOCKET:  # a socket's path has few bytes
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="vetting-", dir="/tmp"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield from _served(tools, folder, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(tools: Tools, folder: Path, user: str | None) -> Iterator[Server]:
    data = folder / "data"
    make = [str(tools.folder / "initdb"), "-D", str(data), "-U", "vetting", "-A", "trust"]
    make += ["--no-sync", "-E", "UTF8", "--locale=C"]
    quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "user": user}
    quiet |= {"stderr": subprocess.DEVNULL, "cwd": folder, "env": _environment()}
    if subprocess.run(make, check=False, **quiet).returncode:
        raise CannotRun("PostgreSQL's initdb failed, so no private server could be made.")
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    start = [str(tools.folder / "postgres"), "-D", str(data), "-k", str(folder), *settings]
    process = subprocess.Popen(start, **quiet)
    try:
        server = Server(folder, tools.version)
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    import psycopg

    end = time.monotonic() + _PATIENCE
    while True:
        try:
            server.connect("postgres").close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > end:
                raise CannotRun("the private PostgreSQL server did not start.") from None
            time.sleep(0.05)
        else:
            return


def _unprivileged() -> str:
    """PostgreSQL does not run as root."""
    import pwd

    for name in _UNPRIVILEGED:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise CannotRun("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`.")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


# --- Db2's text ------------------------------------------------------------------------------------------------


def labelled(amount: str, unit: str) -> str:
    """Return a labelled duration as a call of a shim; the operators of the shims add it to a date and take it off."""
    inner = amount if amount.startswith("(") else f"({amount})"
    return f"labelled_{unit.lower()}{inner}"


def for_postgres(statement: str) -> str:
    """Return a statement of Db2 as PostgreSQL is given it."""
    return rewritten(statement, labelled, LONGEST_NAME, FUNCTIONS)


def load(
    connection: psycopg.Connection[Any],
    reads: Sequence[ReadTable],
    rows: Mapping[str, Sequence[Line]],
    workspace: str = "",
) -> None:
    """Make the schemas and the held tables that a script reads, with the columns that it says it reads, and fill them.

    ``rows`` are by logical name, in the order of the columns. Codes are padded with blanks to their full length, as a
    CHAR column of Db2 holds them.
    """
    schemas = {read.physical.rpartition(".")[0] for read in reads} | {workspace}
    for schema in sorted(schemas - {""}):
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}".encode())
    for read in reads:
        columns = ", ".join(f"{column.physical} {_type(column.type)}" for column in read.columns)
        connection.execute(f"CREATE TABLE {read.physical} ({columns})".encode())
        widths = [column.type.length if column.type.kind is Kind.CODE else None for column in read.columns]
        with connection.cursor().copy(f"COPY {read.physical} FROM STDIN".encode()) as copy:
            for line in rows.get(read.logical, ()):
                padded = (
                    cell.ljust(width) if width and isinstance(cell, str) else cell
                    for cell, width in zip(line, widths, strict=True)
                )
                copy.write_row(tuple(padded))


def execute(connection: psycopg.Connection[Any], found: Sequence[str]) -> None:
    """Carry out statements of Db2 in order. Raises ``Refused`` at the first that PostgreSQL does not take."""
    import psycopg

    for number, statement in enumerate(found, 1):
        try:
            if statement.startswith("DECLARE"):  # PostgreSQL has no WITH REPLACE
                table = for_postgres(statement).split()[2]
                connection.execute(f"DROP TABLE IF EXISTS {table}".encode())
            connection.execute(for_postgres(statement).encode())
        except psycopg.Error as error:
            # Only the kind of error is said: messages of databases quote values.
            kind = type(error).__name__
            raise Refused(f"PostgreSQL refused statement {number} ({_words(statement)}): {kind}.") from None


def fetch(connection: psycopg.Connection[Any], table: str) -> HeldRows:
    """Return all rows of a table, given by its name in the script."""
    name = ".".join(short_name(part, LONGEST_NAME) for part in table.split("."))
    cursor = connection.execute(f"SELECT * FROM {name}".encode())
    columns = tuple(column.name for column in cursor.description or ())
    return HeldRows(columns, tuple(tuple(_cell(cell) for cell in line) for line in cursor.fetchall()))


def tables_left(connection: psycopg.Connection[Any], workspace: str) -> tuple[str, ...]:
    """Return the names of the tables in the workspace."""
    asked = (
        "SELECT table_name FROM information_schema.tables WHERE lower(table_schema) = %s ORDER BY table_name"
    )
    return tuple(name for (name,) in connection.execute(asked, [workspace.lower()]).fetchall())


def _words(statement: str) -> str:
    return " ".join(statement.split()[:3])


def _type(type_: ValueType) -> str:
    return _WHOLE[type_.bits] if type_.kind is Kind.WHOLE else _TYPES[type_.kind]


def _cell(cell: Any) -> Any:
    from decimal import Decimal

    return int(cell) if isinstance(cell, Decimal) and cell == int(cell) else cell
