"""What is changed in Db2's text for a substitute, and that nothing else is."""

from __future__ import annotations

import pytest

from cohort.vetting.h2 import for_h2
from cohort.vetting.model import Refused
from cohort.vetting.postgres import LONGEST_NAME, Server, for_postgres
from cohort.vetting.rewrite import rewritten, short_name
from cohort.vetting.text import declared, statements, token_texts, without_tidy_up

from .subjects import STUDIES, db2

LONG = "a_name_that_is_longer_than_sixty_three_characters_and_says_what_it_holds"


@pytest.mark.parametrize(
    ("text", "on_postgres", "on_h2"),
    [
        ("SELECT (d + 6 MONTHS) FROM t", "labelled_month(6)", "(6 * INTERVAL '1' MONTH)"),
        ("SELECT (d - 1 YEARS) FROM t", "d - labelled_year(1)", "d - (1 * INTERVAL '1' YEAR)"),
        ("SELECT (d + (n - 1) DAYS) FROM t", "labelled_day(n - 1)", "((n - 1) * INTERVAL '1' DAY)"),
        (
            "SELECT ((d + 2 MONTHS) + 14 DAYS) FROM t",
            "((d + labelled_month(2)) + labelled_day(14))",
            "((d + (2 * INTERVAL '1' MONTH)) + (14 * INTERVAL '1' DAY))",
        ),
        (
            "SELECT (d + ((e + 1 DAYS) - f) DAYS) FROM t",
            "labelled_day((e + labelled_day(1)) - f)",
            "(((e + (1 * INTERVAL '1' DAY)) - f) * INTERVAL '1' DAY)",
        ),
    ],
)
def test_labelled_durations(text: str, on_postgres: str, on_h2: str) -> None:
    assert on_postgres in for_postgres(text)
    assert on_h2 in for_h2(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT YEAR(d) - DAYS(DATE('2020-01-01')) FROM t WHERE DAY(d) > 1 AND MONTH(e) = 2",
        "SELECT 'it''s 6 MONTHS' AS words, 5 AS days_left FROM t",
        "SELECT d + 6 FROM t",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert for_postgres(text) == for_h2(text) == text


@pytest.mark.parametrize("text", ["SELECT 6 MONTHS FROM t", "SELECT (d * 6 MONTHS) FROM t"])
def test_a_duration_in_another_place_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        for_postgres(text)


def test_a_duration_that_would_be_left_is_refused() -> None:
    with pytest.raises(Refused, match="was left in the text"):
        rewritten("SELECT (d + 6 MONTHS) FROM t", lambda amount, unit: f"{amount} {unit}S")


def test_least_and_greatest_become_shims() -> None:
    text = "SELECT LEAST(a, GREATEST(b, c)) AS least_day, 'LEAST(' AS words FROM t"
    assert (
        for_postgres(text)
        == "SELECT least_of_all(a, greatest_of_all(b, c)) AS least_day, 'LEAST(' AS words FROM t"
    )
    assert for_h2(text) == text


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("LEAST(DATE('2020-01-02'), DATE('2020-01-01'))", "2020-01-01"),
        ("GREATEST(1, 3, 2)", "3"),
        ("LEAST(DATE('2020-01-02'), CAST(NULL AS DATE))", None),
        ("GREATEST(CAST(NULL AS INTEGER), 1)", None),
    ],
)
def test_least_and_greatest_are_missing_where_a_part_is(
    server: Server, asked: str, answer: str | None
) -> None:
    with server.database() as connection:
        row = connection.execute(for_postgres(f"SELECT CAST({asked} AS VARCHAR(10))").encode()).fetchone()
    assert row == (answer,)


def test_the_spread_and_the_session_are_left_out() -> None:
    spread = "CREATE TABLE w.t (a BIGINT, b VARCHAR(10)) DISTRIBUTE BY HASH(a)"
    assert for_postgres(spread) == "CREATE TABLE w.t (a BIGINT, b VARCHAR(10))"
    session = (
        "DECLARE GLOBAL TEMPORARY TABLE SESSION.t (a BIGINT) ON COMMIT PRESERVE ROWS NOT LOGGED WITH REPLACE"
    )
    assert for_h2(session) == "CREATE TABLE SESSION.t (a BIGINT)"


def test_long_names_stay_apart() -> None:
    one, other = short_name(f"{LONG}_1", LONGEST_NAME), short_name(f"{LONG}_2", LONGEST_NAME)
    assert one != other
    assert len(one) == len(other) == LONGEST_NAME
    assert short_name("short", LONGEST_NAME) == "short"
    text = f"INSERT INTO w.{LONG} (a) SELECT a FROM w.t AS {LONG} WHERE {LONG}.a = 1"
    short = short_name(LONG, LONGEST_NAME)
    assert for_postgres(text) == text.replace(LONG, short)
    # The procedure is given the name as text, in capitals.
    assert for_postgres(f"CALL FNC.DROP_IF_EXISTS('W.{LONG.upper()}')") == (
        f"CALL FNC.DROP_IF_EXISTS('w.{short}')"
    )
    assert for_h2(text) == text


@pytest.mark.parametrize("name", STUDIES)
def test_names_of_a_script_stay_apart(name: str) -> None:
    names = {word.lower() for text in statements(db2(name).text) for word in token_texts(text)}
    parts = {part for word in names if word[0].isalpha() for part in word.split(".")}
    assert len({short_name(part, LONGEST_NAME) for part in parts}) == len(parts)


def test_statements_are_cut_as_a_client_does() -> None:
    text = "-- a; b\nCALL X('it''s; so');\n\n-- c\nSELECT 1\n  -- inside; too\nFROM t;\n"
    assert [" ".join(one.split()) for one in statements(text)] == ["CALL X('it''s; so')", "SELECT 1 FROM t"]


@pytest.mark.parametrize("name", STUDIES)
def test_statements_of_a_script_are_those_of_the_compiler(name: str) -> None:
    found = [token_texts(statement) for statement in statements(db2(name).text)]
    assert found == [token_texts(statement.text) for statement in db2(name).statements]
    body, tidy = without_tidy_up(statements(db2(name).text))
    assert len(body) > len(tidy) > 10
    assert all(statement.startswith("CALL") for statement in tidy)


def test_declared_columns() -> None:
    made = declared("CREATE TABLE w.t (a BIGINT, b VARCHAR(10), c DECIMAL(31, 0)) DISTRIBUTE BY HASH(a)")
    assert made == ("w.t", (("a", "BIGINT"), ("b", "VARCHAR"), ("c", "DECIMAL")))
    assert declared("INSERT INTO w.t (a) SELECT a FROM w.u") is None
