"""H2 in its Db2 mode, and Db2's text on it: the second of the two substitutes.

One Java process reads one script, fills a database in memory, and writes the rows of each table to a file. H2 works a
common table expression out anew for each row that reads it, so it is given few units.
"""

from __future__ import annotations

import csv
import datetime
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cohort.sql.model import ReadTable
from cohort.types import Kind, ValueType
from cohort.vetting.model import CannotRun, Cell, HeldRows, Line, Refused
from cohort.vetting.rewrite import rewritten
from cohort.vetting.text import declared, without_tidy_up

_HOW = "`make engines` installs it (Debian: apt-get install libh2-java default-jdk-headless)"
_JARS = Path("/usr/share/java")
_LONGEST_RUN = 240
_MISSING = "~missing~"
_NAMES_IN_DB2 = "VALUE,YEAR,MONTH,DAY,KEY"
"""Words that H2 keeps to itself and Db2 takes as names of columns."""
_TYPES: dict[Kind, str] = {
    Kind.KEY: "BIGINT",
    Kind.DECIMAL: "DOUBLE",
    Kind.CODE: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.BOOLEAN: "SMALLINT",
}
_WHOLE = {16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}

SHIMS = (
    # H2's own MOD has the type of the divisor, so that a product of two rests overflows; Db2's has the wider type.
    "SET BUILTIN_ALIAS_OVERRIDE TRUE",
    "CREATE ALIAS MOD AS 'Long rest(Long number, Long divisor) { "
    "return number == null || divisor == null ? null : number % divisor; }'",
    "CREATE ALIAS DAYS AS 'Integer days(java.time.LocalDate day) { "
    "return day == null ? null : (int) (day.toEpochDay() + 719163); }'",
    'CREATE ALIAS "DATE" AS \'java.time.LocalDate date(String day) { '
    "return day == null ? null : java.time.LocalDate.parse(day); }'",
    "CREATE ALIAS VARCHAR_FORMAT AS 'String format(java.time.LocalDate day, String form) { "
    'if (!form.equals("YYYY-MM-DD")) throw new IllegalArgumentException(form); '
    "return day == null ? null : day.toString(); }'",
    # H2 knows this table in its Db2 mode, but not inside a common table expression.
    "CREATE SCHEMA SYSIBM",
    "CREATE TABLE SYSIBM.SYSDUMMY1 AS (SELECT 'Y' AS IBMREQD)",
    "CREATE SCHEMA SESSION",
    "CREATE SCHEMA FNC",
    "CREATE ALIAS FNC.DROP_IF_EXISTS AS 'void drop(java.sql.Connection connection, String name) "
    "throws java.sql.SQLException { "
    'connection.createStatement().execute("DROP TABLE IF EXISTS " + name); }\'',
)
"""What stands in for Db2. None of it changes the text of a script."""


@dataclass(frozen=True)
class Tools:
    """Java and H2: the program and the archive, and the version of H2."""

    java: str
    archive: Path
    version: str


@dataclass(frozen=True)
class Run:
    """What a run on H2 leaves: the rows of each table by its name in the script, and the tables left at the end."""

    rows: Mapping[str, HeldRows]
    left: tuple[str, ...]


def find_tools() -> Tools:
    """Return what is needed to run H2. Raises ``CannotRun`` if Java's compiler or H2 is not installed."""
    java, compiler = shutil.which("java"), shutil.which("javac")
    if java is None or compiler is None:
        raise CannotRun(f"a Java development kit is not installed: {_HOW}.")
    archives = sorted(path for path in _JARS.glob("h2-*.jar") if re.search(r"\d", path.stem))
    if not archives:
        raise CannotRun(f"H2 is not installed: {_HOW}.")
    version = re.search(r"h2-([\d.]+\d)", archives[-1].name)
    return Tools(java, archives[-1], version[1] if version else "")


def for_h2(statement: str) -> str:
    """Return a statement of Db2 as H2 is given it."""
    return rewritten(statement, lambda amount, unit: f"({amount} * INTERVAL '1' {unit})")


def run(
    tools: Tools,
    found: Sequence[str],
    tables: Sequence[str],
    reads: Sequence[ReadTable],
    rows: Mapping[str, Sequence[Line]],
    workspace: str = "",
    *,
    go_on: bool = False,
) -> Run:
    """Carry out the statements of a Db2 script over held rows, and return the rows of its tables before its tidy-up.

    ``rows`` are by logical name, in the order of the columns. Raises ``Refused`` at the first statement that H2 does
    not take, or if it takes too long. With ``go_on`` it goes on after such a statement, as an analyst's client can, and
    a table that was not made has no rows in the answer.
    """
    body, tidy = without_tidy_up(tuple(found))
    types = {name.upper(): dict(columns) for name, columns in map(_of_created, body) if name}
    with tempfile.TemporaryDirectory(prefix="vetting-") as name:
        folder = Path(name)
        lines = [*SHIMS, *_held(reads, rows, workspace), *map(for_h2, body)]
        files = {table: folder / f"{number}.csv" for number, table in enumerate(tables)}
        lines += [_written(f"SELECT * FROM {table}", file) for table, file in files.items()]
        asked = f"SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = '{workspace.upper()}'"
        lines += [*map(for_h2, tidy), _written(asked, folder / "left.csv")]
        script = folder / "script.sql"
        script.write_text("".join(f"{line};\n" for line in lines), "utf-8")
        _carry_out(tools, script, go_on)
        held = {
            table: _read(file, types.get(table.upper(), {}))
            for table, file in files.items()
            if file.exists() or not go_on
        }
        left = tuple(sorted(str(line[0]) for line in _read(folder / "left.csv", {}).lines))
    return Run(held, left)


def _of_created(statement: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return declared(statement) or ("", ())


def _held(reads: Sequence[ReadTable], rows: Mapping[str, Sequence[Line]], workspace: str) -> Sequence[str]:
    schemas = {read.physical.rpartition(".")[0] for read in reads} | {workspace}
    made = [f"CREATE SCHEMA {schema}" for schema in sorted(schemas - {""})]
    for read in reads:
        columns = ", ".join(f"{column.physical} {_type(column.type)}" for column in read.columns)
        made.append(f"CREATE TABLE {read.physical} ({columns})")
        lines = rows.get(read.logical, ())
        values = ", ".join(f"({', '.join(map(_literal, line))})" for line in lines)
        if values:
            made.append(f"INSERT INTO {read.physical} VALUES {values}")
    return made


def _written(query: str, file: Path) -> str:
    # A missing value is written as a sign of its own, since an empty text is no missing value.
    asked = query.replace("'", "''")
    target = file.as_posix().replace("'", "''")
    return f"CALL CSVWRITE('{target}', '{asked}', 'charset=UTF-8 null={_MISSING}')"


def _carry_out(tools: Tools, script: Path, go_on: bool) -> None:
    database = f"jdbc:h2:mem:vetting;MODE=DB2;NON_KEYWORDS={_NAMES_IN_DB2}"
    command = [tools.java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", str(tools.archive)]
    command += ["org.h2.tools.RunScript", "-url", database, "-script", str(script)]
    command += ["-continueOnError"] if go_on else []
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_LONGEST_RUN, cwd=script.parent
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"H2 took longer than {_LONGEST_RUN} seconds.") from None
    if done.returncode:
        # Only the code of the error and the statement's first words are said: messages quote values.
        said = re.search(r"SQL statement:\s*(\S+\s\S+\s[^\s(]+).*?\[(\d+)-\d+\]", done.stderr, re.DOTALL)
        where = f"a statement ({said[1]}): error {said[2]}" if said else "the script"
        raise Refused(f"H2 refused {where}.")


def _read(file: Path, types: Mapping[str, str]) -> HeldRows:
    with file.open(encoding="utf-8", newline="") as opened:
        reader = csv.reader(opened)
        columns = tuple(name.lower() for name in next(reader))
        kinds = [types.get(name, "VARCHAR") for name in columns]
        lines = tuple(
            tuple(_cell(text, kind) for text, kind in zip(line, kinds, strict=True)) for line in reader
        )
    return HeldRows(columns, lines)


def _cell(text: str, kind: str) -> Cell:
    match kind:
        case _ if text == _MISSING:
            return None
        case "DATE":
            return datetime.date.fromisoformat(text)
        case "DOUBLE":
            return float(text)
        case "VARCHAR" | "CHAR":
            return text
        case _:
            return int(text)


def _literal(cell: Cell) -> str:
    match cell:
        case None:
            return "NULL"
        case datetime.date():
            return f"DATE '{cell.isoformat()}'"
        case str():
            return "'" + cell.replace("'", "''") + "'"
        case float():
            return f"CAST('{cell!r}' AS DOUBLE)"
        case _:
            return str(cell)


def _type(type_: ValueType) -> str:
    return _WHOLE[type_.bits] if type_.kind is Kind.WHOLE else _TYPES[type_.kind]
