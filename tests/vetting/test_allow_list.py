"""The list of words, on finished text: scripts of all studies pass, and whatever is foreign to Db2 does not."""

from __future__ import annotations

import pytest

from cohort.sql import ScriptOptions
from cohort.vetting.allow_list import check_allow_list
from cohort.vetting.model import Status

from .subjects import SMALL, STUDIES, changed, db2

SELECTED = "SELECT child, COUNT(*) AS many FROM SAILW9999V.made AS made GROUP BY child"
MADE = "CREATE TABLE SAILW9999V.made (child BIGINT, seen DATE, number INTEGER, text VARCHAR(10), size DOUBLE)"
INTO = "INSERT INTO SAILW9999V.made (child) "


def findings(statement: str) -> tuple[str, ...]:
    """What is said of a statement beside one that makes a table."""
    return check_allow_list(f"{MADE};\n{statement};\n", ("SAILW9999V.made",), ()).findings


@pytest.mark.parametrize("name", [*STUDIES, SMALL])
def test_every_script_passes(name: str) -> None:
    script = db2(name)
    outcome = check_allow_list(script.text, tuple(script.tables.values()), script.reads)
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert outcome.facts is not None
    assert outcome.facts["statements"] > 100


@pytest.mark.parametrize("options", [ScriptOptions(session=True), ScriptOptions(keep_analysis=True)])
def test_other_shapes_pass(options: ScriptOptions) -> None:
    script = db2(SMALL, options)
    assert not check_allow_list(script.text, tuple(script.tables.values()), script.reads).findings


@pytest.mark.parametrize(
    "listed",
    [
        "SELECT child FROM SAILW9999V.made AS made WHERE number IN (1, 2) AND NOT (seen IS NULL OR child = 3)",
        "WITH one AS (SELECT child, seen FROM SAILW9999V.made AS made) SELECT one.child FROM one WHERE seen IS NULL",
        "SELECT MAX(child) AS child FROM SAILW9999V.made AS made GROUP BY number",
        "SELECT child FROM SAILW9999V.made AS made WHERE (seen + 6 MONTHS) < DATE('2020-02-29')",
        "SELECT child FROM SAILW9999V.made AS made WHERE (seen + (number - 1) DAYS) < DATE('2020-02-29')",
        "SELECT CASE WHEN seen IS NOT NULL THEN LEAST(child, number) END AS child FROM SAILW9999V.made AS made",
        "SELECT LEAST(COALESCE(child, number), COALESCE(number, child)) AS child FROM SAILW9999V.made AS made",
        "SELECT GREATEST(child, number) AS child FROM SAILW9999V.made AS made WHERE child < number",
        "SELECT given.a AS child FROM (VALUES (1, 'x'), (2, 'y')) AS given (a, b)",
        "SELECT child FROM SAILW9999V.made AS made WHERE text LIKE 'A!%%' ESCAPE '!'",
        "SELECT CAST(SUM(CAST(FLOOR(size) AS DECIMAL(31, 0))) AS DOUBLE) AS child FROM SAILW9999V.made AS made",
        "SELECT ROW_NUMBER() OVER (PARTITION BY child ORDER BY seen ASC NULLS LAST, number DESC NULLS LAST) AS child "
        "FROM SAILW9999V.made AS made",
    ],
)
def test_what_is_listed_passes(listed: str) -> None:
    assert findings(INTO + listed) == ()


FOREIGN = [
    "SELECT child FROM SAILW9999V.made AS made QUALIFY ROW_NUMBER() OVER (ORDER BY child ASC NULLS LAST) = 1",
    "SELECT COUNT(*) FILTER (WHERE number = 1) AS child FROM SAILW9999V.made AS made",
    "SELECT child FROM SAILW9999V.made AS made WHERE text ILIKE 'a%'",
    "SELECT child::BIGINT AS child FROM SAILW9999V.made AS made",
    "SELECT DATEDIFF('day', seen, seen) AS child FROM SAILW9999V.made AS made",
    "SELECT LEAST(child, number) AS child FROM SAILW9999V.made AS made",
    "SELECT GREATEST(child, number) AS child FROM SAILW9999V.made AS made WHERE child < number OR number = 1",
    "SELECT GREATEST(made.child, b.number) AS child FROM SAILW9999V.made AS made "
    "LEFT JOIN SAILW9999V.made AS b ON made.child < b.number",
    "SELECT AVG(number) AS child FROM SAILW9999V.made AS made",
    "SELECT SUBSTR(text, 1, 2) AS child FROM SAILW9999V.made AS made",
    "SELECT ADD_MONTHS(seen, 1) AS child FROM SAILW9999V.made AS made",
    "SELECT MIN(child, number) AS child FROM SAILW9999V.made AS made",
    "SELECT LEFT(text, 1) AS child FROM SAILW9999V.made AS made",
    "SELECT child // 2 AS child FROM SAILW9999V.made AS made",
    "SELECT child % 2 AS child FROM SAILW9999V.made AS made",
    "SELECT * FROM SAILW9999V.made AS made",
    "SELECT made.* FROM SAILW9999V.made AS made",
    "SELECT child FROM SAILW9999V.made AS made LIMIT 5",
    "SELECT child FROM SAILW9999V.made AS made FETCH FIRST 5 ROWS ONLY",
    "SELECT child FROM SAILW9999V.made AS made UNION SELECT child FROM SAILW9999V.made AS made",
    "SELECT child FROM SAILW9999V.made AS made EXCEPT SELECT child FROM SAILW9999V.made AS made",
    "SELECT child FROM SAILW9999V.made AS made FULL JOIN SAILW9999V.made AS b ON made.child = b.child",
    "SELECT child FROM SAILW9999V.made AS made JOIN SAILW9999V.made AS b USING (child)",
    "WITH RECURSIVE one AS (SELECT child FROM SAILW9999V.made AS made) SELECT child FROM one",
    'SELECT "child" FROM SAILW9999V.made AS made',
    "SELECT child FROM SAILW9999V.made AS made WHERE seen > CURRENT DATE",
    "SELECT child FROM SAILW9999V.made AS made WHERE seen > CURRENT_DATE",
    "SELECT child FROM SAILW9999V.made AS made WHERE seen > DATE '2020-01-01'",
    "SELECT child FROM SAILW9999V.made AS made WHERE seen > DATE(text)",
    "SELECT child FROM SAILW9999V.made AS made WHERE TRUE",
    "SELECT child FROM SAILW9999V.made AS made WHERE (seen + INTERVAL '1' DAY) < seen",
    "SELECT CAST(child AS BOOLEAN) AS child FROM SAILW9999V.made AS made",
    "SELECT CAST(child AS VARCHAR) AS child FROM SAILW9999V.made AS made",
    "SELECT CAST(size AS DECIMAL(10, 2)) AS child FROM SAILW9999V.made AS made",
    "SELECT TRY_CAST(child AS BIGINT) AS child FROM SAILW9999V.made AS made",
    "SELECT ROW_NUMBER() OVER (ORDER BY seen) AS child FROM SAILW9999V.made AS made",
    "SELECT ROW_NUMBER() OVER (ORDER BY seen ASC NULLS FIRST) AS child FROM SAILW9999V.made AS made",
    "SELECT RANK() OVER (ORDER BY seen ASC NULLS LAST) AS child FROM SAILW9999V.made AS made",
    "SELECT other AS child FROM SAILW9999V.made AS made",
    "SELECT made.other AS child FROM SAILW9999V.made AS made",
    "SELECT strange.child FROM SAILW9999V.made AS made",
    "SELECT child FROM SAIL9999V.SOMETHING AS made",
    "SELECT child AS value_2 FROM SAILW9999V.made AS SELECTED",
    "SELECT child AS DATE FROM SAILW9999V.made AS made",
    "SELECT child FROM SAILW9999V.made AS made -- DROP",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_is_foreign_is_told(foreign: str) -> None:
    assert findings(INTO + foreign), foreign


@pytest.mark.parametrize(
    "statement",
    [
        SELECTED,
        "DELETE FROM SAILW9999V.made",
        "UPDATE SAILW9999V.made SET child = 1",
        "DROP TABLE SAILW9999V.made",
        "GRANT SELECT ON SAILW9999V.made TO PUBLIC",
        "CALL SYSPROC.ADMIN_CMD('EXPORT TO x OF DEL SELECT child FROM SAILW9999V.made')",
        "CREATE VIEW SAILW9999V.made AS SELECT child FROM SAILW9999V.made AS made",
        "CREATE TABLE SAILW9999V.made (child TEXT)",
        "CREATE TABLE SAILW9999V.made (child DECIMAL(31, 0))",
    ],
)
def test_a_statement_of_another_kind_is_told(statement: str) -> None:
    assert findings(statement)


def test_the_place_is_told() -> None:
    script = db2(SMALL)
    text = changed(SMALL, "COUNT(DISTINCT", "MEDIAN(")
    (found,) = check_allow_list(text, tuple(script.tables.values()), script.reads).findings
    assert found.startswith("Statement ")
    assert found.endswith("the word MEDIAN is not on the list, and no name of the script.")
