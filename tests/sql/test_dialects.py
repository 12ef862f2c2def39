"""Every construct on every database that is at hand, against values worked out by hand; the text of each dialect."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from cohort.sql import CannotCompile, DialectName
from cohort.sql.constructs import (
    BeginsWith,
    CleanCode,
    Construct,
    CountDistinct,
    DateLiteral,
    DayOf,
    DayOfYear,
    DaysFrom,
    EndTrimmed,
    Expression,
    FlooredDivision,
    Furthest,
    IsoText,
    LikeAny,
    MissingLiteral,
    MovedDate,
    NumberLiteral,
    OneOf,
    ShiftedDate,
    TextLiteral,
    WholeDivision,
    Wide,
)
from cohort.sql.layout import lay_out
from cohort.sql.statements import compiled
from cohort.types.reserved import RESERVED

from .dialect_cases import CASES, Case, day, number, plain, text

Run = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def on_duckdb() -> Iterator[Run]:
    with duckdb.connect() as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def on_postgresql() -> Iterator[Run]:
    from cohort.vetting.model import CannotRun
    from cohort.vetting.postgres import private_server

    try:
        with private_server() as server, server.database() as connection:
            yield lambda statement: connection.execute(statement.encode()).fetchall()
    except CannotRun as problem:
        pytest.skip(str(problem))


def answers(case: Case, dialect: DialectName, run: Run) -> tuple[object, ...]:
    """Return what a database makes of a case, in the order of its lines."""
    rows = run(lay_out(compiled(case.build(), dialect)))
    return tuple(plain(row[-1]) for row in sorted(rows, key=lambda row: row[0] if len(row) > 1 else 0))


def test_names_of_cases_differ() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 150


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_duckdb(case: Case, on_duckdb: Run) -> None:
    assert answers(case, DialectName.DUCKDB, on_duckdb) == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_postgresql(case: Case, on_postgresql: Run) -> None:
    assert answers(case, DialectName.POSTGRESQL, on_postgresql) == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("dialect", [DialectName.DB2, DialectName.SPARK])
def test_others_compile(case: Case, dialect: DialectName) -> None:
    assert lay_out(compiled(case.build(), dialect))


# The text of each construct: DuckDB, Db2, Spark, PostgreSQL. One text stands for all of them.
TEXTS: dict[str, tuple[Expression, tuple[str, ...]]] = {
    "date": (
        day("2020-02-29"),
        ("DATE '2020-02-29'", "DATE('2020-02-29')", "DATE '2020-02-29'", "DATE '2020-02-29'"),
    ),
    "missing text": (
        text(None),
        (
            "CAST(NULL AS VARCHAR(40))",
            "CAST(NULL AS VARCHAR(40))",
            "CAST(NULL AS STRING)",
            "CAST(NULL AS VARCHAR(40))",
        ),
    ),
    "missing number": (number(None), ("CAST(NULL AS INTEGER)",)),
    "missing decimal": (
        MissingLiteral(sa.Double()),
        (
            "CAST(NULL AS DOUBLE)",
            "CAST(NULL AS DOUBLE)",
            "CAST(NULL AS DOUBLE)",
            "CAST(NULL AS DOUBLE PRECISION)",
        ),
    ),
    "whole number": (number(-5), ("(-5)",)),
    "decimal number": (number(0.5), ("0.5E0", "0.5E0", "0.5E0", "CAST(0.5E0 AS DOUBLE PRECISION)")),
    "text with a quote": (text("it's"), ("'it''s'", "'it''s'", "CONCAT('it', CHR(39), 's')", "'it''s'")),
    "text with a backslash": (text("a\\"), ("'a\\'", "'a\\'", "CONCAT('a', CHR(92))", "'a\\'")),
    "text": (text("50%"), ("'50%'",)),
    "months": (
        ShiftedDate(day("2020-02-29"), -6, "month"),
        (
            "CAST(DATE '2020-02-29' + to_months(-6) AS DATE)",
            "(DATE('2020-02-29') - 6 MONTHS)",
            "ADD_MONTHS(DATE '2020-02-29', -6)",
            "CAST(DATE '2020-02-29' - INTERVAL '6 month' AS DATE)",
        ),
    ),
    "years": (
        ShiftedDate(day("2020-02-29"), 2, "year"),
        (
            "CAST(DATE '2020-02-29' + to_years(2) AS DATE)",
            "(DATE('2020-02-29') + 2 YEARS)",
            "ADD_MONTHS(DATE '2020-02-29', 24)",
            "CAST(DATE '2020-02-29' + INTERVAL '2 year' AS DATE)",
        ),
    ),
    "weeks": (
        ShiftedDate(day("2020-02-29"), -2, "week"),
        (
            "CAST(DATE '2020-02-29' + to_days(-14) AS DATE)",
            "(DATE('2020-02-29') - 14 DAYS)",
            "DATE_ADD(DATE '2020-02-29', -14)",
            "(DATE '2020-02-29' - 14)",
        ),
    ),
    "a worked-out number of days": (
        MovedDate(day("2020-02-29"), number(1) + number(2), "day"),
        (
            "CAST(DATE '2020-02-29' + to_days(CAST((1 + 2) AS INTEGER)) AS DATE)",
            "(DATE('2020-02-29') + (1 + 2) DAYS)",
            "DATE_ADD(DATE '2020-02-29', CAST((1 + 2) AS INTEGER))",
            "(DATE '2020-02-29' + CAST((1 + 2) AS INTEGER))",
        ),
    ),
    "a worked-out number of years": (
        MovedDate(day("2020-02-29"), number(1) + number(2), "year"),
        (
            "CAST(DATE '2020-02-29' + to_years(CAST((1 + 2) AS INTEGER)) AS DATE)",
            "(DATE('2020-02-29') + (1 + 2) YEARS)",
            "ADD_MONTHS(DATE '2020-02-29', CAST((1 + 2) * 12 AS INTEGER))",
            "CAST(DATE '2020-02-29' + (1 + 2) * INTERVAL '1 year' AS DATE)",
        ),
    ),
    "a day of a worked-out year": (
        DayOfYear(datetime.date(2001, 3, 31), sa.func.year(day("0001-02-03")), number(2), number(3)),
        (
            "make_date(YEAR(DATE '0001-02-03') + 5, 3, 31)",
            "(DATE('2001-03-31') + (YEAR(DATE('0001-02-03')) - 1996) YEARS)",
            "ADD_MONTHS(DATE '2001-03-31', CAST((YEAR(DATE '0001-02-03') - 1996) * 12 AS INTEGER))",
            "CAST(DATE '2001-03-31' + (CAST(EXTRACT(YEAR FROM DATE '0001-02-03') AS INTEGER) - 1996)"
            " * INTERVAL '1 year' AS DATE)",
        ),
    ),
    "days between": (
        DaysFrom(day("2020-02-29"), day("2020-03-01")),
        (
            "date_diff('day', DATE '2020-02-29', DATE '2020-03-01')",
            "(DAYS(DATE('2020-03-01')) - DAYS(DATE('2020-02-29')))",
            "DATEDIFF(DATE '2020-03-01', DATE '2020-02-29')",
            "(DATE '2020-03-01' - DATE '2020-02-29')",
        ),
    ),
    "date as text": (
        IsoText(day("2020-02-29")),
        (
            "CAST(DATE '2020-02-29' AS VARCHAR)",
            "VARCHAR_FORMAT(DATE('2020-02-29'), 'YYYY-MM-DD')",
            "CAST(DATE '2020-02-29' AS STRING)",
            "TO_CHAR(DATE '2020-02-29', 'YYYY-MM-DD')",
        ),
    ),
    "year": (
        sa.func.year(day("2020-02-29")),
        (
            "YEAR(DATE '2020-02-29')",
            "YEAR(DATE('2020-02-29'))",
            "YEAR(DATE '2020-02-29')",
            "CAST(EXTRACT(YEAR FROM DATE '2020-02-29') AS INTEGER)",
        ),
    ),
    "whole division": (WholeDivision(number(7), number(2)), ("(7 // 2)", "(7 / 2)", "(7 DIV 2)", "(7 / 2)")),
    "whole division that rounds down": (
        FlooredDivision(number(-7), number(2), number(-8)),
        ("((-8) // 2)", "((-8) / 2)", "((-8) DIV 2)", "((-8) / 2)"),
    ),
    "wide whole number": (
        Wide(number(7)),
        (
            "CAST(7 AS DECIMAL(38, 0))",
            "CAST(7 AS DECIMAL(31, 0))",
            "CAST(7 AS DECIMAL(38, 0))",
            "CAST(7 AS NUMERIC(38, 0))",
        ),
    ),
    "wide decimal number": (
        Wide(sa.func.floor(number(0.5))),
        (
            "CAST(FLOOR(0.5E0) AS DECIMAL(38, 0))",
            "CAST(FLOOR(0.5E0) AS DECIMAL(31, 0))",
            "CAST(CAST(CASE WHEN ABS(0.5E0) < 4503599627370496E0 THEN CAST(FLOOR(0.5E0) AS DOUBLE) ELSE 0.5E0 END "
            "AS BIGINT) AS DECIMAL(38, 0))",
            "CAST(CAST(FLOOR(CAST(0.5E0 AS DOUBLE PRECISION)) AS BIGINT) AS NUMERIC(38, 0))",
        ),
    ),
    "different values": (CountDistinct(number(1)), ("COUNT(DISTINCT 1)",)),
    "known latest": (
        Furthest(True, True, number(1), number(2)),
        ("GREATEST(COALESCE(1, 2), COALESCE(2, 1))",),
    ),
    "known earliest of a date and the end of the calendar": (
        Furthest(False, True, day("2020-02-29"), day("9999-12-31")),
        (
            "COALESCE(DATE '2020-02-29', DATE '9999-12-31')",
            "COALESCE(DATE('2020-02-29'), DATE('9999-12-31'))",
            *["COALESCE(DATE '2020-02-29', DATE '9999-12-31')"] * 2,
        ),
    ),
    "earliest": (
        Furthest(False, False, number(1), number(2)),
        ("CASE WHEN 1 IS NOT NULL AND 2 IS NOT NULL THEN LEAST(1, 2) END",),
    ),
    "list": (OneOf(number(1), (number(1), number(2))), ("1 IN (1, 2)",)),
    "prefix": (BeginsWith(text("A"), ("B_",)), ("'A' LIKE 'B!_%' ESCAPE '!'",)),
    "code": (
        CleanCode(text("A")),
        (
            "UPPER(CASE WHEN 'A' LIKE ' %' OR 'A' LIKE '% ' THEN NULLIF(TRIM('A', ' '), '')"
            " WHEN 'A' <> '' THEN 'A' END)",
            *["NULLIF(UPPER(TRIM('A')), '')"] * 3,
        ),
    ),
    "like a pattern": (LikeAny(text("A"), ("_0%",)), ("'A' LIKE '_0%'",)),
    "like one of some patterns": (
        LikeAny(text("A"), ("_0%", "_1%")),
        ("('A' LIKE '_0%' OR 'A' LIKE '_1%')",),
    ),
    "like none": (LikeAny(text("A"), ()), ("1 = 0",)),
    "day of a timestamp": (
        DayOf(day("2001-02-03")),
        (
            "CAST(DATE '2001-02-03' AS DATE)",
            "CAST(DATE('2001-02-03') AS DATE)",
            *["CAST(DATE '2001-02-03' AS DATE)"] * 2,
        ),
    ),
    "end of a text": (
        EndTrimmed(text("A")),
        ("CASE WHEN 'A' LIKE '% ' THEN RTRIM('A', ' ') ELSE 'A' END", *["RTRIM('A')"] * 3),
    ),
}
ORDER = (DialectName.DUCKDB, DialectName.DB2, DialectName.SPARK, DialectName.POSTGRESQL)


@pytest.mark.parametrize("name", TEXTS)
def test_text_of_each_dialect(name: str) -> None:
    expression, expected = TEXTS[name]
    found = tuple(compiled(expression, dialect) for dialect in ORDER)
    assert found == (expected if len(expected) == len(ORDER) else expected * len(ORDER))


def test_every_construct_is_among_them() -> None:
    shown = {type(expression) for expression, _ in TEXTS.values()}
    ours = {kind for kind in Construct.__subclasses__() if kind.__module__ == Construct.__module__}
    assert ours - shown == set()
    assert {DateLiteral, NumberLiteral, TextLiteral, MissingLiteral} <= shown


def test_a_construct_without_a_form_is_refused() -> None:
    class Unheard(Construct):
        type = sa.Integer()

    for dialect in DialectName:
        with pytest.raises(CannotCompile, match="no form"):
            compiled(sa.select(Unheard().label("answer")), dialect)


def test_the_words_that_postgresql_itself_reserves_are_no_names(on_postgresql: Run) -> None:
    found = on_postgresql("SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T')")
    assert len(found) > 90
    assert {word for (word,) in found} - RESERVED == set()
