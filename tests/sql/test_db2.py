"""The Db2 text: every statement parses, and each construct reads as Db2 wants it. Nothing here ran on Db2."""

from __future__ import annotations

import re

import pytest

from cohort.query.rows import Add, TableRows
from cohort.query.values import (
    AgeOn,
    And,
    Arithmetic,
    Column,
    Compare,
    DaysBetween,
    Extreme,
    InSet,
    IsMissing,
    Literal,
    Not,
    ShiftDate,
    Value,
    YearTo31March,
)
from cohort.sql import DialectName, compile_steps
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE

from .db2_grammar import statements, unparsable
from .plans import CODE, SAIL, TEXT, code, day, example, held, missing, texts, whole


def people() -> TableRows:
    return held(
        ("first_day", DATE), ("last_day", DATE), ("number", WHOLE), ("ratio", DECIMAL), ("status", CODE)
    )[0]


FIRST, LAST = Column("first_day", DATE), Column("last_day", DATE)
NUMBER, STATUS = Column("number", WHOLE), Column("status", CODE)


def db2(value: Value) -> str:
    """Return the Db2 text of a value as one line."""
    text = texts(Add(people(), (("answer", value),)), DialectName.DB2)
    found = re.search(
        r"status,\s+((?:(?!status,).)*) AS answer", re.sub(r"\s+", " ", text.split("SELECT")[-1])
    )
    assert found, text
    return found[1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (day("2020-02-29"), "DATE('2020-02-29')"),
        (missing(DATE), "CAST(NULL AS DATE)"),
        (missing(CODE), "CAST(NULL AS VARCHAR(4))"),
        (Literal(True, BOOLEAN), "1"),
        (whole(-5), "(-5)"),
        (Literal(3, DECIMAL), "3.0E0"),
        (Literal("it's", TEXT), "'it''s'"),
        (ShiftDate(FIRST, 6, "month"), "(first_day + 6 MONTHS)"),
        (ShiftDate(FIRST, -1, "year"), "(first_day - 1 YEARS)"),
        (ShiftDate(FIRST, 2, "week"), "(first_day + 14 DAYS)"),
        (ShiftDate(ShiftDate(FIRST, 2, "month"), 14, "day"), "((first_day + 2 MONTHS) + 14 DAYS)"),
        (DaysBetween(FIRST, LAST), "(DAYS(last_day) - DAYS(first_day))"),
        (
            AgeOn(FIRST, LAST),
            "(YEAR(last_day) - YEAR(first_day)) - CASE WHEN MONTH(last_day) * 100 + DAY(last_day) < "
            "MONTH(first_day) * 100 + DAY(first_day) THEN 1 ELSE 0 END",
        ),
        (YearTo31March(FIRST), "YEAR(first_day) + CASE WHEN MONTH(first_day) >= 4 THEN 1 ELSE 0 END"),
        (
            Extreme(True, False, (FIRST, LAST)),
            "CASE WHEN first_day IS NOT NULL AND last_day IS NOT NULL THEN GREATEST(first_day, last_day) END",
        ),
        (
            Extreme(False, True, (FIRST, LAST)),
            "LEAST(COALESCE(first_day, last_day), COALESCE(last_day, first_day))",
        ),
        (Arithmetic("/", NUMBER, whole(7)), "CAST(number AS DOUBLE) / 7"),
        (Arithmetic("/", NUMBER, NUMBER), "CAST(number AS DOUBLE) / NULLIF(CAST(number AS DOUBLE), 0)"),
        (Compare("!=", NUMBER, whole(1)), "CASE WHEN number <> 1 THEN 1 WHEN number = 1 THEN 0 END"),
        (IsMissing(STATUS), "CASE WHEN status IS NULL THEN 1 ELSE 0 END"),
        (InSet(STATUS, ()), "0"),
        (
            Not(And((InSet(STATUS, (code("A"),)), IsMissing(NUMBER)))),
            "CASE WHEN status IN ('A') AND number IS NULL THEN 0 "
            "WHEN NOT (status IN ('A') AND number IS NULL) THEN 1 END",
        ),
    ],
)
def test_constructs_in_db2(value: Value, expected: str) -> None:
    assert db2(value) == expected


@pytest.fixture(scope="module")
def script() -> list[str]:
    return statements(compile_steps(example(), DialectName.DB2, SAIL).text)


def test_every_statement_parses(script: list[str]) -> None:
    assert len(script) > 50
    assert {statement: found for statement in script if (found := unparsable(statement))} == {}


@pytest.mark.parametrize(
    "broken",
    [
        "SELECT FROM WHERE",
        "INSERT INTO a.b (x) SELEC x FROM c",
        "CREATE TABLE a.b (x BIGINT) DISTRIBUTE HASH(x)",
        "CREATE TABLE a.b (x BIGINT DISTRIBUTE BY HASH(x)",
        "INSERT INTO a.b (x) SELECT x FROM c WHERE x = = 1",
        "INSERT INTO a.b (x) WITH y AS (SELECT x FROM c, SELECT x FROM y",
        "SELECT CASE WHEN a THEN 1 FROM b",
    ],
)
def test_a_broken_statement_is_noticed(broken: str) -> None:
    assert unparsable(broken)


FOREIGN = (
    r"\bQUALIFY\b|\bFILTER\b|\bLIMIT\b|\bILIKE\b|::|\bDATE_DIFF\b|\bINTERVAL\b|\bTRUE\b|\bFALSE\b|\bBOOLEAN\b"
    r"|\bTO_(DAYS|MONTHS|YEARS)\b|//|\bTRY_|\bUSING\b|\"|\bRECURSIVE\b|\bTEMP\b|\bREPLACE\b"
)


def test_nothing_of_another_dialect_is_in_the_text(script: list[str]) -> None:
    found = {match[0] for statement in script for match in re.finditer(FOREIGN, statement, re.IGNORECASE)}
    assert found == set()


def test_every_order_says_where_missing_values_go(script: list[str]) -> None:
    for statement in script:
        for order in re.findall(r"ORDER BY (.*?)(?: ROWS|\))", re.sub(r"\s+", " ", statement)):
            assert all(part.strip().endswith("NULLS LAST") for part in order.split(", ")), order
