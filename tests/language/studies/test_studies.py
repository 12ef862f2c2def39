"""Runs the pages of whole studies: each section on the reference engine and on DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from cohort.engines.reference import Cell, Member, Row, StudyRun, World
from cohort.plan.collect import ResultRow, collect
from cohort.plan.names import INDEX_DATE, MEMBER_TIME, PIECE_START, PIECE_UNTIL, SET_UNIT
from cohort.query.study import GROUP, Study
from cohort.results.model import RawTable
from cohort.sql.results import RESULT_COLUMNS

from ...properties.harness import compiled, fetched, loaded, plan_of, run_script
from ..pages import UNIT, Section, sections_of
from .pages import StudyRefused, Written, in_columns, lines_of, read_section, study_of
from .shown import Line, lines_of_table, shown, touching_joined

PAGES = sorted(Path(__file__).parent.glob("*.md"))
SECTIONS = [section for page in PAGES for section in sections_of(page)]
Tables = Mapping[str, list[dict[str, Cell]]]


@dataclass(frozen=True)
class Results:
    """What a run of a study gives, as lines of text."""

    members: list[Line]
    person_time: list[Line]
    tables: dict[str, list[Line]]


def by_reference(study: Study, tables: Tables) -> Results:
    run = StudyRun(study, World(tables))
    members = [
        {
            **_who(study, member),
            **{v.name: run.analysis.variable(v.name)[member.entry] for v in study.variables},
        }
        for member in run.cohort
    ]
    pieces = [
        {
            **_who(study, piece.member),
            **dict(piece.categories),
            "from": piece.start,
            "until": piece.until,
        }
        for piece in run.pieces
    ]
    return Results(_as_text(members), touching_joined(pieces), _by_id(run.tables()))


def _who(study: Study, member: Member) -> Row:
    found: Row = {UNIT: member.unit, INDEX_DATE: member.index_date}
    return found if study.peers is None else {**found, "group": member.group, "set": member.set_unit}


def by_duckdb(study: Study, tables: Tables) -> Results:
    plan = plan_of(study)
    rows = [definition.rows for definition in study.definitions]
    script = compiled(plan, rows)
    columns = {table.name: table.columns for table in plan.tables}
    with loaded(rows, tables) as connection:
        run_script(connection, script)
        members = fetched(connection, script, "analysis", columns["analysis"])
        time = next((name for name in (MEMBER_TIME, "follow_up") if name in columns), None)
        pieces = [] if time is None else fetched(connection, script, time, columns[time])
        long = connection.execute(
            f"SELECT {', '.join(name for name, _ in RESULT_COLUMNS[2:])} FROM {script.tables['results']}"
        ).fetchall()
    found = collect(study, (ResultRow(*row) for row in long)).tables
    return Results(_as_text(map(_renamed, members)), touching_joined(map(_renamed, pieces)), _by_id(found))


def _renamed(row: Row) -> Row:
    new = {GROUP: "group", SET_UNIT: "set", PIECE_START: "from", PIECE_UNTIL: "until"}
    return {new.get(name, name): cell for name, cell in row.items()}


def _as_text(rows: Iterable[Row]) -> list[Line]:
    return [{name: shown(cell) for name, cell in row.items()} for row in rows]


def _by_id(tables: Iterable[RawTable]) -> dict[str, list[Line]]:
    return {table.id: lines_of_table(table) for table in tables}


@pytest.mark.parametrize("engine", [by_reference, by_duckdb], ids=["reference", "duckdb"])
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.page}: {section.title}")
def test_study(section: Section, engine: Callable[[Study, Tables], Results], tmp_path: Path) -> None:
    written = read_section(section)
    assert written.expected, "nothing is expected"
    refused = [block for block in written.expected if block.words[1] == "error"]
    if refused:
        with pytest.raises(StudyRefused) as problem:
            study_of(written, tmp_path)
        assert (problem.value.code, problem.value.headline) == (refused[0].words[2], refused[0].text.strip())
        return
    results = engine(study_of(written, tmp_path), _tables(written))
    for block in written.expected:
        match block.words:
            case ("expect", "members"):
                found = results.members
            case ("expect", "person-time"):
                found = results.person_time
            case _:
                found = results.tables[block.words[2]]
        columns = [cell.strip() for cell in block.text.partition("\n")[0].split("|")]
        assert in_columns(found, columns) == in_columns(lines_of(block.text), columns), block.words


def _tables(written: Written) -> Tables:
    return {name: held.records for name, held in written.held.items()}


def test_every_page_has_sections() -> None:
    assert {page.stem for page in PAGES} == {section.page for section in SECTIONS}
