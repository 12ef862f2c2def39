"""Db2's grammar as sqlfluff has it, with what it lacks, and the style."""

from __future__ import annotations

import pytest

from cohort.sql import ScriptOptions
from cohort.vetting.grammar import check_grammar, inspect, linted, unparsable
from cohort.vetting.model import Status
from cohort.vetting.text import statements

from .subjects import SMALL, STUDIES, db2


@pytest.mark.parametrize("name", STUDIES)
def test_every_statement_of_the_studies_is_read_and_in_style(name: str) -> None:
    grammar, style = check_grammar(db2(name).text)
    assert (grammar.status, grammar.findings) == (Status.PASSED, ())
    assert (style.status, style.findings) == (Status.PASSED, ())
    assert grammar.facts is not None
    assert grammar.facts["statements"] == len(db2(name).statements)
    assert grammar.facts["shapes"] < grammar.facts["statements"] / 2


def test_a_statement_is_judged_as_its_shape_is() -> None:
    found = list(dict.fromkeys(statements(db2(SMALL).text)))
    assert [linted(statement) for statement in found[::7]] == [inspect(statement) for statement in found[::7]]


def test_a_fault_is_told_in_the_words_of_its_statement() -> None:
    (said,) = inspect("INSERT INTO a.b (x)\nWITH idle AS (SELECT x FROM c)\nSELECT x FROM d").style
    assert "idle" in said


def test_tables_of_a_session_are_read() -> None:
    declared = [
        statement
        for statement in statements(db2(SMALL, ScriptOptions(session=True)).text)
        if statement.startswith("DECLARE")
    ]
    assert declared
    assert not [statement for statement in declared[:3] if unparsable(statement)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE a.b (x BIGINT) DISTRIBUTE BY HASH(x)",
        "CREATE TABLE a.b AS (SELECT x FROM c) WITH NO DATA",
        "CREATE TABLE a.b AS (SELECT x FROM c) WITH DATA DISTRIBUTE BY HASH(x, y)",
        "TRUNCATE TABLE a.b IMMEDIATE",
        "DECLARE GLOBAL TEMPORARY TABLE SESSION.b (x BIGINT) ON COMMIT PRESERVE ROWS NOT LOGGED WITH REPLACE",
        "CALL FNC.DROP_IF_EXISTS('A.B')",
    ],
)
def test_what_the_grammar_is_taught_is_read(statement: str) -> None:
    assert unparsable(statement) == []


@pytest.mark.parametrize(
    "broken",
    [
        "SELECT FROM WHERE",
        "INSERT INTO a.b (x) SELEC x FROM c",
        "CREATE TABLE a.b (x BIGINT) DISTRIBUTE HASH(x)",
        "CREATE TABLE a.b (x BIGINT) DISTRIBUTE BY x",
        "CREATE TABLE a.b (x BIGINT DISTRIBUTE BY HASH(x)",
        "TRUNCATE TABLE a.b",
        "INSERT INTO a.b (x) SELECT x FROM c WHERE x = = 1",
        "INSERT INTO a.b (x) WITH y AS (SELECT x FROM c, SELECT x FROM y",
        "SELECT CASE WHEN a THEN 1 FROM b",
    ],
)
def test_a_broken_statement_is_told(broken: str) -> None:
    assert unparsable(broken)
    grammar, _ = check_grammar(f"{broken};\n")
    assert grammar.status is Status.FAILED


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("insert into a.b (x)\nSELECT x FROM c", "CP01"),
        ("INSERT INTO a.b (x)\nSELECT max(x) AS x FROM c", "CP03"),
        ("CREATE TABLE a.b (x bigint)", "CP05"),
        ("INSERT INTO a.b (x)\nSELECT d.x FROM c d", "AL01"),
        ("INSERT INTO a.b (x)\nSELECT MAX(x) y FROM c", "AL02"),
        ("INSERT INTO a.b (x)\nSELECT x, x + 1 FROM c", "AL03"),
        ("INSERT INTO a.b (x)\nSELECT d.x FROM c AS d JOIN e AS d ON d.x = d.y", "AL04"),
        ("INSERT INTO a.b (x, y)\nSELECT x AS z, y AS z FROM c", "AL08"),
        ("INSERT INTO a.b (x)\nSELECT x FROM c UNION SELECT x FROM d", "AM02"),
        ("INSERT INTO a.b (x)\nSELECT * FROM c", "AM04"),
        ("INSERT INTO a.b (x, y)\nSELECT x, COUNT(*) AS y FROM c GROUP BY 1", "AM06"),
        ("INSERT INTO a.b (x)\nSELECT x FROM c WHERE x = NULL", "CV05"),
        ("INSERT INTO a.b (x)\nWITH unused AS (SELECT x FROM c)\nSELECT x FROM d", "ST03"),
        ("INSERT INTO a.b (x)\nSELECT e.x FROM c AS d", "RF01"),
        ("INSERT INTO a.b (x)\nSELECT MAX (x) AS x FROM c", "LT06"),
    ],
)
def test_a_breach_of_style_is_told(statement: str, rule: str) -> None:
    assert any(f"[{rule}]" in said for said in inspect(statement).style), inspect(statement)


def test_a_long_line_is_told() -> None:
    _, style = check_grammar(f"-- {'x' * 118}\n")
    assert style.findings == ("Line 1 has 121 characters.",)
