"""Small plans for the tests of the compiler, made by hand, and a way to run them on DuckDB."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from cohort.plan.model import (
    Flags,
    JoinVariables,
    OfFrame,
    Plan,
    PlanResult,
    PlanStep,
    PlanTable,
    Relation,
    StartPopulation,
    WorkOut,
)
from cohort.plan.names import (
    ANALYSIS,
    ENTRIES,
    INDEX_DATE,
    INDEX_DATES,
    MEMBERS,
    POPULATION_STEPS,
    STEPS_FAILED,
    STOPPED_AT,
)
from cohort.plan.of_members import JoinMembers, ListMembers
from cohort.plan.of_results import CountCells, CountFlow, CountLinks, Key
from cohort.query.rows import (
    Add,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    Rows,
    TableColumn,
    TableRows,
    Where,
)
from cohort.query.study import Origin
from cohort.query.values import (
    Arithmetic,
    Choose,
    Column,
    Compare,
    DaysBetween,
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Not,
    Plain,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.sql import DialectName, NamedBinding, Script, compile_steps
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

HERE = Origin("specs/example.yaml", 31)
KEY = ValueType(Kind.KEY, bits=64)
CODE = ValueType(Kind.CODE, length=4)
TEXT = ValueType(Kind.TEXT, length=20)
SMALL = ValueType(Kind.WHOLE, bits=16)
RETURNED = ValueType(Kind.WHOLE)

BINDING = NamedBinding("example", {"people": "PEOPLE", "episodes": "EPISODES", "codes": "CODES"})
SAIL = NamedBinding(
    "sail9999",
    {
        "people": "SAIL9999V.PEOPLE_20220329",
        "episodes": "SAIL9999V.EPISODES_20220329",
        "codes": "SAIL9999V.CODES_20220329",
    },
    key_suffix="E",
    workspace="SAILW9999V",
)

EPISODES = TableRows(
    "episodes",
    (
        TableColumn("code", "CODE_{key}", KEY),
        TableColumn("number", "NUMBER", SMALL),
        TableColumn("year_code", "YEAR_CODE", RETURNED),
        TableColumn("start_date", "START_DATE", DATE),
        TableColumn("end_date", "END_DATE", DATE),
        TableColumn("status", "STATUS", CODE),
    ),
    ("code", "number"),
)
CODES = TableRows(
    "codes", (TableColumn("code", "CODE_{key}", KEY), TableColumn("child_code", "CHILD", KEY)), ("code",)
)


def day(text: str) -> Literal:
    return Literal(datetime.date.fromisoformat(text), DATE)


def whole(number: int) -> Literal:
    return Literal(number, WHOLE)


def code(text: str) -> Literal:
    return Literal(text, CODE)


def missing(type_: ValueType) -> Literal:
    return Literal(None, type_)


def step(name: str, relation: Relation, words: str = "words", why: str = "") -> PlanStep:
    return PlanStep(name, words, why, HERE, relation)


def table(name: str, rows: Rows, unit: str | None = None) -> PlanTable:
    """Return a table that one row operation fills."""
    shape = rows.shape
    return PlanTable(name, shape.columns, unit or shape.unit or shape.names[0], (step(name, rows),))


def plan(*tables: PlanTable, results: Sequence[PlanStep] = (), title: str = "An example") -> Plan:
    return Plan(
        "example_study",
        title,
        "specs/example.yaml",
        "0f" * 32,
        "child",
        KEY,
        tables,
        tuple(PlanResult(result) for result in results),
    )


def example() -> Plan:
    """Return a plan with every kind of relation, built as a study's plan is."""
    child_codes = NamedRows("child_codes", CODES.shape)
    cleaned = Where(EPISODES, Not(IsMissing(Column("start_date", DATE))))
    linked = LinkUnit(
        NamedRows("episodes_with_start", cleaned.shape), "code", child_codes, "code", "child_code", "child"
    )
    latest = KeepOne(NamedRows("episodes_of_child", linked.shape), True, "year_code", ("child", "start_date"))
    closed = CloseSpells(
        NamedRows("episodes_once", latest.shape),
        "start_date",
        "end_date",
        "year_code",
        Literal(202021, RETURNED),
        day("2021-04-01"),
    )
    episodes = NamedRows("care_episodes", closed.shape)
    first = KeepOne(episodes, False, "start_date", ("child",))
    periods = JoinSpells(episodes, "start_date", "until", 1)
    staged = NamedRows("episodes_of_population", closed.shape)
    later: Value = Compare("<", Column("start_date", DATE), ShiftDate(IndexDate(), 2, "year"))
    after = Where(ForEachEntry(staged), Compare(">", Column("start_date", DATE), IndexDate()))
    soon = Where(NamedRows("after_first", after.shape), later)
    first_soon = KeepOne(NamedRows("soon", soon.shape), False, "start_date", ("child", INDEX_DATE))
    days = DaysBetween(IndexDate(), Fact("first_soon", "start_date", DATE, per_entry=True))
    weeks = Arithmetic("/", VariableValue("days_until_seen", WHOLE), whole(7))
    variables: tuple[tuple[str, Value], ...] = (
        ("days_until_seen", days),
        ("weeks", weeks),
        ("entry_year", YearTo31March(IndexDate())),
        ("status_at_entry", Fact("first_episode", "status", CODE)),
        ("seen_again", Not(IsMissing(VariableValue("days_until_seen", WHOLE)))),
        (
            "speed",
            Choose(
                ((Compare("<=", VariableValue("weeks", DECIMAL), whole(4)), Literal("quick", TEXT)),),
                Literal("not quick", TEXT),
                TEXT,
            ),
        ),
    )
    listed = tuple((name, value.type) for name, value in variables)
    keep: tuple[tuple[str, Value], ...] = (
        ("known_status", Not(IsMissing(VariableValue("status_at_entry", CODE)))),
        ("voluntary", InSet(Fact("first_episode", "status", CODE), (code("V2"), code("C1")))),
        ("recent", Compare(">=", IndexDate(), day("2004-04-01"))),
    )
    unit = ("child", KEY)
    return plan(
        table("child_codes", CODES),
        PlanTable(
            "care_episodes",
            closed.shape.columns,
            "child",
            (
                step("episodes_with_start", cleaned, "rows with a start", "Others cannot be placed."),
                step("episodes_of_child", linked, "the child of each code"),
                step("episodes_once", latest, "the latest return"),
                step("care_episodes", closed, "the first day outside"),
            ),
        ),
        table("first_episode", first),
        table("periods", periods),
        PlanTable(
            INDEX_DATES,
            (unit, (INDEX_DATE, DATE)),
            "child",
            (
                step(
                    INDEX_DATES,
                    StartPopulation(
                        NamedRows("first_episode", first.shape), Fact("first_episode", "start_date", DATE)
                    ),
                ),
            ),
        ),
        PlanTable(
            "episodes_of_population",
            closed.shape.columns,
            "child",
            (step("episodes_of_population", OfFrame(episodes, "child")),),
        ),
        PlanTable("soon", soon.shape.columns, "child", (step("after_first", after), step("soon", soon))),
        table("first_soon", first_soon),
        PlanTable(
            ENTRIES,
            (unit, (INDEX_DATE, DATE), *listed),
            "child",
            (
                *(step(name, WorkOut(name, value)) for name, value in variables),
                step(ENTRIES, JoinVariables(listed)),
            ),
        ),
        PlanTable(
            POPULATION_STEPS,
            (
                unit,
                (INDEX_DATE, DATE),
                *((name, BOOLEAN) for name, _ in keep),
                (STOPPED_AT, WHOLE),
                (STEPS_FAILED, WHOLE),
            ),
            "child",
            (step(POPULATION_STEPS, Flags(ENTRIES, keep)),),
        ),
        PlanTable(
            MEMBERS, (unit, (INDEX_DATE, DATE)), "child", (step(MEMBERS, ListMembers(POPULATION_STEPS)),)
        ),
        PlanTable(
            ANALYSIS,
            (unit, (INDEX_DATE, DATE), *listed),
            "child",
            (step(ANALYSIS, JoinMembers(MEMBERS, ENTRIES, None, listed)),),
        ),
        results=(
            step("flow", CountFlow("flow", POPULATION_STEPS, tuple(name for name, _ in keep))),
            step(
                "by_year",
                CountCells(
                    "by_year",
                    (Key("entry_year", WHOLE), Key("status_at_entry", CODE)),
                    Compare("=", VariableValue("seen_again", BOOLEAN), Literal(True, BOOLEAN)),
                    ANALYSIS,
                ),
            ),
            step("by_seen_again", CountCells("by_seen_again", (Key("seen_again", BOOLEAN),), None, ANALYSIS)),
            step("links", CountLinks("links", episodes, "code", child_codes, "code", "child_code")),
        ),
    )


EPISODE_LINES: list[tuple[Any, ...]] = [
    # code, number, year_code, start, end, status
    (1, 1, 200405, "2004-05-01", "2004-06-01", " v2"),
    (1, 1, 200506, "2004-05-01", "2004-07-01", "V2 "),
    (1, 2, 200506, "2004-07-01", None, "c2"),
    (2, 1, 200405, "2004-12-31", "2005-01-31", "C1"),
    (3, 1, 200607, "2006-06-01", None, "  "),
    (11, 1, 202021, "2020-02-29", None, "V2"),
    (4, 1, 200304, "2003-05-05", "2003-05-06", "V2"),
    (5, 1, 200405, None, "2003-05-06", "V2"),
    (None, 1, 200405, "2003-05-06", None, "V2"),
]
CODE_LINES: list[tuple[Any, ...]] = [(1, 900), (2, 900), (4, 904), (11, 912), (11, 911), (3, None), (None, 5)]
CREATE = {
    "EPISODES": "CODE_PE BIGINT, NUMBER SMALLINT, YEAR_CODE INTEGER, START_DATE DATE, END_DATE DATE, STATUS VARCHAR",
    "CODES": "CODE_PE BIGINT, CHILD BIGINT",
}


def fill(connection: duckdb.DuckDBPyConnection, episodes: Sequence[tuple[Any, ...]] = ()) -> None:
    """Make the held tables of the example in a database."""
    for name, columns in CREATE.items():
        lines = CODE_LINES if name == "CODES" else (episodes or EPISODE_LINES)
        connection.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" * len(lines[0]))
        connection.executemany(f"INSERT INTO {name} VALUES ({marks})", [list(line) for line in lines])


def make_folder(folder: Path, episodes: Sequence[tuple[Any, ...]] = ()) -> Path:
    """Write the held tables of the example as a folder of Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    with database() as connection:
        fill(connection, episodes)
        for name in CREATE:
            file = (folder / f"{name}.parquet").as_posix().replace("'", "''")
            connection.execute(f"COPY {name} TO '{file}' (FORMAT parquet)")
    return folder


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    try:
        yield connection
    finally:
        connection.close()


def run(script: Script, connection: duckdb.DuckDBPyConnection) -> None:
    for statement in script.statements:
        connection.execute(statement.text)


def rows_of(
    rows: Rows, columns: str, lines: Sequence[Sequence[Any]], *before: PlanTable
) -> list[tuple[Any, ...]]:
    """Return what a row operation makes of the lines of the held table ``people``, in the order of all columns."""
    script = compile_steps(plan(*before, table("found", rows)), DialectName.DUCKDB, BINDING)
    with database() as connection:
        connection.execute(f"CREATE TABLE PEOPLE ({columns})")
        if lines:
            marks = ", ".join("?" * len(lines[0]))
            connection.executemany(f"INSERT INTO PEOPLE VALUES ({marks})", [list(line) for line in lines])
        run(script, connection)
        return connection.execute("SELECT * FROM found ORDER BY ALL NULLS LAST").fetchall()


_HELD = {
    Kind.KEY: "BIGINT",
    Kind.WHOLE: "INTEGER",
    Kind.DECIMAL: "DOUBLE",
    Kind.CODE: "VARCHAR",
    Kind.TEXT: "VARCHAR",
    Kind.DATE: "DATE",
    Kind.BOOLEAN: "SMALLINT",
}


def held(*columns: tuple[str, ValueType], key: tuple[str, ...] = ()) -> tuple[TableRows, str]:
    """Return a held table ``people`` with some columns, and their declaration."""
    listed = tuple(TableColumn(name, name.upper(), type_) for name, type_ in columns)
    declared = ", ".join(
        f"{name.upper()} {'SMALLINT' if type_.bits == 16 else _HELD[type_.kind]}" for name, type_ in columns
    )
    return TableRows("people", listed, key or (columns[0][0],)), declared


def worked_out(value: Value, line: dict[str, tuple[ValueType, Plain]] | None = None) -> Any:
    """Return what DuckDB makes of a value for one row with some columns."""
    line = {"at_hand": (WHOLE, 1), **(line or {})}
    table_rows, declared = held(*((name, type_) for name, (type_, _) in line.items()))
    rows = Add(table_rows, (("answer", value),))
    (found,) = rows_of(rows, declared, [tuple(plain for _, plain in line.values())])
    return found[-1]


def texts(rows: Rows, dialect: DialectName, binding: NamedBinding = SAIL) -> str:
    """Return the statement that fills a table with rows."""
    script = compile_steps(plan(table("found", rows)), dialect, binding)
    return next(s.text for s in script.statements if s.kind == "fill")
