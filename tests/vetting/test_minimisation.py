"""What a script reads and where identifiers go, read off its text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cohort.catalogue import load_catalogue
from cohort.sql import ReadColumn, Script
from cohort.types import WHOLE
from cohort.vetting.identifiers import marked_columns
from cohort.vetting.minimisation import check_minimisation
from cohort.vetting.model import Outcome, Status
from tests.study.held import example

from .subjects import SMALL, STUDIES, changed, db2


def check(text: str, script: Script | None = None, name: str = SMALL) -> Outcome:
    return check_minimisation(text, script or db2(name), example(name), load_catalogue())[0]


@pytest.mark.parametrize("name", [*STUDIES, SMALL])
def test_every_script_passes(name: str) -> None:
    outcome, readings = check_minimisation(db2(name).text, db2(name), example(name), load_catalogue())
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert {one.logical for one in readings} == {read.logical for read in db2(name).reads}
    declared = {source.name for source in example(name).sources}
    assert all(one.sources and set(one.sources) <= declared for one in readings)
    assert {source for one in readings for source in one.sources} == declared


def test_every_column_that_is_said_to_be_read_is_in_the_text() -> None:
    _, readings = check_minimisation(db2(SMALL).text, db2(SMALL), example(SMALL), load_catalogue())
    said = {read.logical: {column.physical for column in read.columns} for read in db2(SMALL).reads}
    assert {one.logical: set(one.columns) for one in readings} == said


def test_a_further_column_in_the_text_is_told() -> None:
    (found,) = check(changed(SMALL, "EPISODE_NUMBER AS", "CATEGORY_OF_NEED_CODE AS")).findings
    assert "reads the column CATEGORY_OF_NEED_CODE, which the study does not use there" in found


def test_a_further_table_in_the_text_is_told() -> None:
    (found,) = check(
        changed(SMALL, "FROM SAIL9999V.", "FROM SAIL9999V.PEDW_SPELL AS x JOIN SAIL9999V.")
    ).findings
    assert "reads the table SAIL9999V.PEDW_SPELL, which the study does not use" in found


def test_a_column_that_the_study_does_not_use_is_told() -> None:
    script = db2(SMALL)
    read = next(read for read in script.reads if read.logical == "lacw_episodes")
    wider = replace(read, columns=(*read.columns, ReadColumn("LEGAL_STATUS_CODE", WHOLE)))
    findings = check(script.text, replace(script, reads=(wider,))).findings
    assert "The column lacw_episodes.legal_status is read, but the study does not use it." in findings
    unknown = replace(read, columns=(*read.columns, ReadColumn("INVENTED", WHOLE)))
    findings = check(script.text, replace(script, reads=(unknown,))).findings
    assert "The column INVENTED of lacw_episodes is not in the catalogue." in findings


def test_a_table_that_no_source_needs_is_told() -> None:
    without = replace(example(SMALL), sources=())
    outcome, _ = check_minimisation(db2(SMALL).text, db2(SMALL), without, load_catalogue())
    assert "No source of the spec needs the table lacw_episodes." in outcome.findings


def test_an_identifier_in_the_results_is_told() -> None:
    text = changed(SMALL, "COUNT(DISTINCT person)", "MAX(person)")
    assert check(text).findings == ("An identifier goes into the column unit_count of flow_counts.",)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("SELECT ALF_PE AS a, WOB AS b FROM S.P AS p", {"A"}),
        ("SELECT p.ALF_PE + 1 AS a, MAX(p.ALF_PE) AS b, COUNT(p.ALF_PE) AS c FROM S.P AS p", {"A", "B"}),
        ("SELECT CASE WHEN ALF_PE = 1 THEN 2 ELSE 3 END AS a FROM S.P AS p", set()),
        ("SELECT CASE WHEN WOB IS NULL THEN ALF_PE END AS a FROM S.P AS p", {"A"}),
        (
            "SELECT ROW_NUMBER() OVER (PARTITION BY ALF_PE ORDER BY ALF_PE ASC NULLS LAST) AS a FROM S.P AS p",
            set(),
        ),
        ("WITH c AS (SELECT ALF_PE AS x, WOB AS y FROM S.P AS p) SELECT y AS a, x AS b FROM c", {"B"}),
        ("SELECT WOB AS a FROM S.P AS p UNION ALL SELECT ALF_PE AS x FROM S.P AS p", {"A"}),
        ("SELECT q.y AS a, q.x AS b FROM (SELECT WOB AS x, ALF_PE AS y FROM S.P AS p) AS q", {"A"}),
        ("SELECT q.x AS a FROM S.P AS p JOIN W.first AS q ON p.ALF_PE = q.x", {"A"}),
        ("SELECT WOB AS a FROM S.P AS p WHERE ALF_PE IN (SELECT ALF_PE FROM S.P AS q)", set()),
        ("SELECT (SELECT MAX(ALF_PE) AS m FROM S.P AS q) AS a FROM S.P AS p", {"A"}),
    ],
)
def test_where_identifiers_go(query: str, marked: set[str]) -> None:
    read = next(read for read in db2("first_care_entry_gcse").reads if read.logical == "wdsd_persons")
    key = next(column for column in read.columns if column.physical.startswith("ALF"))
    held = replace(read, physical="S.P", columns=(key, ReadColumn("WOB", WHOLE)))
    first = "INSERT INTO W.first (x) SELECT ALF_PE AS z FROM S.P AS p;\n"
    text = f"{first}INSERT INTO W.made (a, b, c) {query};\n"
    assert marked_columns(text, [held])["W.MADE"] == frozenset(marked)
