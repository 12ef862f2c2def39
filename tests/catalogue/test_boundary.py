"""No table, column or code of a shipped study is outside the catalogue: in query, SQL, cases and rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml

from cohort import pipeline
from cohort.catalogue import Catalogue, load_catalogue, shipped_binding
from cohort.catalogue.links import studies_that_count, text_of_count
from cohort.query.calls import Lookup, StartsWith
from cohort.query.conditions import Compare, InSet
from cohort.query.parts import values_of_study
from cohort.query.rows import TableRows, values_of, walk_rows
from cohort.query.study import Study
from cohort.query.values import Literal, Value, walk
from cohort.source import Source
from cohort.types import ValueType
from tests.conftest import ROOT

CATALOGUE = load_catalogue()
SPECS = sorted(
    file
    for folder in (ROOT / "specs", ROOT / "tests" / "study")
    for file in folder.glob("*.yaml")
    if not file.name.endswith(".cases.yaml")
)
STUDIES = [*(file.stem for file in SPECS), *studies_that_count()]
SCRIPTS = sorted((ROOT / "sql").glob("*/db2.sql"))
CASES = sorted((ROOT / "specs").glob("*.cases.yaml"))
LINES = sorted((ROOT / "tests" / "data").glob("*/*.csv"))


@cache
def study_of(name: str) -> Study:
    found = [file for file in SPECS if file.stem == name]
    if found:
        checked = pipeline.check_file(found[0])
    else:
        checked = pipeline.check_source(Source(f"{name}.yaml", text_of_count(name)), Path())
    assert checked.study is not None, [item.headline for item in checked.diagnostics]
    return checked.study


def values_in(study: Study) -> Iterator[Value]:
    """Yield every value of a study, those of definitions too."""
    tops = [*values_of_study(study)]
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            tops += values_of(node)
    for top in tops:
        yield from walk(top)


def codes_in(study: Study) -> Iterator[tuple[ValueType, str]]:
    """Yield every code that a study sets beside a value with a list of codes, with the type of that value."""
    for value in values_in(study):
        match value:
            case Compare(left=Literal() as one, right=other) | Compare(left=other, right=Literal() as one):
                if one.value is not None:
                    yield other.type, str(one.value)
            case InSet(part=part, members=members):
                yield from ((part.type, str(member.value)) for member in members)
            case Lookup(part=part, pairs=pairs):
                yield from ((part.type, code) for code, _ in pairs)
            case StartsWith(part=part, prefixes=prefixes):
                yield from ((part.type, prefix) for prefix in prefixes)


def outside(study: Study, catalogue: Catalogue) -> set[str]:
    """Return what a study uses that a catalogue does not have: tables, columns of them, and codes of lists."""
    found: set[str] = set()
    for definition in study.definitions:
        for node in walk_rows(definition.rows):
            if not isinstance(node, TableRows):
                continue
            table = catalogue.tables.get(node.table)
            if table is None:
                found.add(node.table)
                continue
            held = {(column.name, column.physical, column.type) for column in table.columns}
            found |= {
                f"{table.name}.{column.name}"
                for column in node.columns
                if (column.name, column.physical, column.type) not in held
            }
            found |= {f"{table.name}.{name}" for name in node.key} - {f"{table.name}.{n}" for n, *_ in held}
    for type_, code in codes_in(study):
        listed = catalogue.code_lists.get(type_.code_list or "")
        if type_.code_list and (listed is None or code.upper() not in listed.codes):
            found.add(f"{type_.code_list}: {code}")
    return found


@pytest.mark.parametrize("name", STUDIES)
def test_no_table_column_or_code_of_a_study_is_outside_the_catalogue(name: str) -> None:
    study = study_of(name)
    assert outside(study, CATALOGUE) == set()
    assert any(isinstance(n, TableRows) for d in study.definitions for n in walk_rows(d.rows))


def test_studies_set_codes_beside_columns_with_lists() -> None:
    """Else the test above would say nothing of codes."""
    found = {type_.code_list for name in STUDIES for type_, _ in codes_in(study_of(name)) if type_.code_list}
    assert {"legal_status", "reason_started", "placement_type", "match_status"} <= found


def test_what_is_outside_would_be_found() -> None:
    study = study_of("first_care_entry_gcse")
    tables = dict(CATALOGUE.tables)
    episodes = tables["lacw_episodes"]
    others = tuple(column for column in episodes.columns if column.name != "legal_status")
    without = replace(CATALOGUE, tables={**tables, "lacw_episodes": replace(episodes, columns=others)})
    assert outside(study, without) == {"lacw_episodes.legal_status"}
    del tables["eduw_key_stage_4"]
    assert outside(study, replace(CATALOGUE, tables=tables)) == {"eduw_key_stage_4"}
    lists = dict(CATALOGUE.code_lists)
    started = lists["reason_started"]
    fewer = {code: label for code, label in started.codes.items() if code != "P"}
    lists["reason_started"] = replace(started, codes=fewer)
    assert outside(study, replace(CATALOGUE, code_lists=lists)) == {"reason_started: P"}


# What is written down: scripts, cases and rows --------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.parent.name)
def test_a_committed_script_reads_tables_and_columns_of_the_catalogue_only(script: Path) -> None:
    """As the text says it, whatever the compiler thinks: the head of the script, and each part that reads a table."""
    binding = shipped_binding("sail9999")
    tables = {f"SAIL9999V.{binding.tables[name]}": table for name, table in CATALOGUE.tables.items()}
    text = script.read_text("utf-8")
    head = text.partition("-- Tables and columns read:\n")[2]
    assert head
    read: dict[str, set[str]] = {}
    physical = ""
    for line in head.splitlines():
        if named := re.fullmatch(r"--   (\w+): (SAIL9999V\.\w+)", line):
            physical = named[2]
            assert tables[physical].name == named[1]
            read[physical] = set()
        elif line.startswith("--       "):
            read[physical] |= set(re.findall(r"\w+", line))
        else:
            break
    assert read
    for name, columns in read.items():
        assert columns <= {binding.column(column.physical) for column in tables[name].columns}, name
    assert set(re.findall(r"SAIL9999V\.\w+", text)) <= set(read)
    # Each part that reads a table takes columns of that table: capitals alone, so no name of ours.
    parts = re.findall(r"\bSELECT\b((?:(?!\bSELECT\b).)*?)\bFROM (SAIL9999V\.\w+)", text, re.DOTALL)
    assert {name for _, name in parts} == set(read)
    for selected, name in parts:
        words = set(re.findall(r"(?<!')\b[A-Z][A-Z0-9_]+\b(?!\()(?!')", re.sub(r"--.*", "", selected)))
        physical_words = {word for word in words if "_" in word or len(word) > 3} - SQL_WORDS
        assert physical_words <= {binding.column(column.physical) for column in tables[name].columns}, name


SQL_WORDS = {
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "CAST",
    "NULL",
    "DATE",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "VARCHAR",
}


@pytest.mark.parametrize("file", CASES, ids=lambda path: path.name)
def test_codes_of_cases_are_in_their_lists(file: Path) -> None:
    study = study_of(file.name.removesuffix(".cases.yaml"))
    cases = yaml.safe_load(file.read_text("utf-8"))["cases"]
    seen = 0
    for case in cases.values():
        for source, rows in case["rows"].items():
            types = study.by_name[source].rows.shape.types
            for row in rows:
                for column, value in row.items():
                    listed = CATALOGUE.code_lists.get(types[column].code_list or "")
                    if listed is not None and value != "missing":
                        assert str(value).upper() in listed.codes, (source, column)
                        seen += 1
    assert seen


@pytest.mark.parametrize("file", LINES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_rows_made_by_hand_are_of_tables_and_columns_of_the_catalogue(file: Path) -> None:
    binding = shipped_binding("synthetic")
    tables = {binding.table(name): table for name, table in CATALOGUE.tables.items()}
    table = tables[file.stem]
    with file.open(encoding="utf-8", newline="") as opened:
        head = next(csv.reader(opened))
    assert set(head) <= {binding.column(column.physical) for column in table.columns}
