"""The studies that count contradictions give, on rows made by hand, the numbers that were put in, on both engines."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl
import pytest

from cohort import pipeline
from cohort.catalogue import HeldTable, load_catalogue, shipped_binding
from cohort.catalogue.links import text_of_count
from cohort.engines.database import run_script
from cohort.engines.reference import run_study
from cohort.plan.collect import ResultRow, collect
from cohort.query.study import Study
from cohort.results.model import CountTable
from cohort.source import Source
from cohort.types import Kind

Cell = int | float | str | datetime.date | None
Rows = dict[str, list[dict[str, Cell]]]

CATALOGUE = load_catalogue()
TYPES: dict[Kind, type[pl.DataType]] = {
    Kind.KEY: pl.Int64,
    Kind.WHOLE: pl.Int32,
    Kind.DECIMAL: pl.Float64,
    Kind.DATE: pl.Date,
    Kind.CODE: pl.String,
    Kind.TEXT: pl.String,
}
BORN = datetime.date(2003, 6, 2)
LATER = datetime.date(2004, 6, 7)


def study_of(name: str) -> Study:
    checked = pipeline.check_source(Source(f"{name}.yaml", text_of_count(name)), Path())
    assert checked.study is not None, [item.headline for item in checked.diagnostics]
    return checked.study


def whole(rows: Rows) -> Rows:
    """Return rows of every table with every column, missing where none is given."""
    made: Rows = {}
    for table in CATALOGUE.tables.values():
        names = {column.name for column in table.columns}
        for row in rows.get(table.name, []):
            assert set(row) <= names, set(row) - names
        made[table.name] = [{name: row.get(name) for name in names} for row in rows.get(table.name, [])]
    assert set(rows) <= set(made)
    return made


def write(rows: Rows, folder: Path) -> Path:
    binding = shipped_binding("synthetic")
    for name, table in CATALOGUE.tables.items():
        frame = pl.DataFrame(
            [[row[column.name] for column in table.columns] for row in rows[name]],
            schema=schema(table),
            orient="row",
        )
        frame.write_parquet(folder / f"{binding.table(name)}.parquet")
    return folder


def schema(table: HeldTable) -> dict[str, type[pl.DataType]]:
    binding = shipped_binding("synthetic")
    return {binding.column(column.physical): TYPES[column.type.kind] for column in table.columns}


def counts(name: str, rows: Rows, folder: Path) -> dict[str, dict[tuple[str, ...], int]]:
    """Return the counts of every table of a study and report on links; the study's are the same on both engines."""
    study, held = study_of(name), whole(rows)
    run = run_script(pipeline.compile_study(study, "duckdb"), write(held, folder))
    found = []
    for results in (run_study(study, held), collect(study, [ResultRow(*row) for row in run.results])):
        tables = [table for table in results.tables if isinstance(table, CountTable)]
        found.append({table.id: {key: n for key, n in table.counts.items() if n} for table in tables})
    by_reference, by_duckdb = found
    assert by_reference == {output.id: by_duckdb[output.id] for output in study.outputs}
    return by_duckdb


def of_outputs(found: dict[str, dict[tuple[str, ...], int]]) -> dict[str, dict[tuple[str, ...], int]]:
    """Return the tables of a study without the reports on links."""
    return {name: counted for name, counted in found.items() if name.startswith("by_")}


def child(
    code: int, hybrid: int, unified: int | None, improved: tuple[int | None, int | None, str | None]
) -> Rows:
    """Return the rows of a child of one episode: census, episode and improved link (person, sex, source)."""
    person, sex, source = improved
    keys: dict[str, Cell] = {"system_id": code, "local_authority": 512, "hybrid_id": hybrid}
    return {
        "lacw_children": [keys | {"year_code": 200910}],
        "lacw_episodes": [
            keys | {"year_code": 200910, "episode_number": 1, "start_date": datetime.date(2009, 5, 1)}
        ],
        "lacw_derived_alf": [
            {
                "hybrid_id": hybrid,
                "local_authority": 512,
                "unified_id": unified,
                "alf": person,
                "sex": sex,
                "alf_source": source,
                "week_of_birth": BORN,
            }
        ],
    }


def routine(code: int, person: int, sex: int | None, status: int = 4) -> Rows:
    keys: dict[str, Cell] = {"system_id": code, "local_authority": 512}
    return {"lacw_alf": [keys | {"alf": person, "sex": sex, "match_status": status, "week_of_birth": BORN}]}


def together(*parts: Rows) -> Rows:
    found: Rows = {}
    for part in parts:
        for name, rows in part.items():
            found.setdefault(name, []).extend(rows)
    return found


def test_links_of_children(tmp_path: Path) -> None:
    """Codes 1 and 2 are one child (901) with two people and two sexes in both tables.

    Code 3 has two people and one sex by routine matching. Code 4 has no link at all. Code 5 of another authority
    shares its number with code 3, and its links are nobody's here. Code 6 has two pupil numbers over two years.
    """
    rows = together(
        child(1, 11, 901, (701, 1, "DHCW")),
        child(2, 12, 901, (702, 2, "GP_EVENT")),
        child(3, 13, None, (703, 1, "CRCS")),
        child(4, 14, None, (None, None, None)),
        child(6, 16, None, (706, 2, "EDUW")),
        routine(1, 701, 1),
        routine(2, 702, 2),
        routine(3, 703, 1),
        routine(3, 704, 1, status=35),
        routine(6, 706, None),
        {"lacw_alf": [{"system_id": 3, "local_authority": 514, "alf": 799, "sex": 2}]},
    )
    rows["lacw_children"][-1]["pupil"] = 61
    rows["lacw_children"].append({**rows["lacw_children"][-1], "year_code": 201011, "pupil": 62})
    found = counts("links_of_children", rows, tmp_path)
    assert of_outputs(found) == {
        "by_routine_linking_fields": {("none",): 1, ("one",): 1, ("several",): 2},
        "by_improved_linking_fields": {("none",): 1, ("one",): 2, ("several",): 1},
        "by_routine_sexes": {("none",): 2, ("one",): 1, ("two",): 1},
        "by_improved_sexes": {("none",): 1, ("one",): 2, ("two",): 1},
        "by_pupil_numbers": {("none",): 3, ("several",): 1},
    }


def test_children_of_people(tmp_path: Path) -> None:
    """701 has the two codes of one child. 702 has two children of two sexes. 703 has another sex as a patient.

    704 is linked by a status that is not accepted, and is nobody. 705 has no sex in the census. The code of 706 has
    two people: the smaller is taken, and the report on links counts the code as conflicting.
    """
    rows = together(
        child(1, 11, 901, (701, 1, "CRCS")),
        child(2, 12, 901, (701, 1, "CRCS")),
        child(3, 13, None, (702, 1, "GP_EVENT")),
        child(4, 14, None, (702, 2, "CAFW")),
        child(5, 15, None, (703, 2, "DHCW")),
        child(6, 16, None, (704, 2, "DHCW")),
        child(7, 17, None, (705, None, "DHCW")),
        child(8, 18, None, (706, 1, "DHCW")),
        routine(8, 707, 1),
        routine(8, 706, 1),
        routine(5, 703, 2),
        routine(6, 704, 2, status=99),
        routine(7, 705, None),
        {
            "wdsd_persons": [
                {"demographic_id": who, "alf": who, "week_of_birth": BORN, "sex": 1}
                for who in (701, 702, 703, 704, 705, 706)
            ]
        },
    )
    found = counts("children_of_people", rows, tmp_path)
    assert of_outputs(found) == {
        "by_linked_children": {("one",): 4, ("several",): 1},
        "by_sexes": {("none",): 1, ("one",): 3, ("two",): 1},
        "by_sex_of_demographic_service": {
            ("another",): 2,
            ("the same",): 2,
            ("not known in both",): 1,
        },
    }
    assert found["linkage_of_care_persons_routine"] == {
        ("linked",): 2,
        ("conflicting",): 1,
        ("not linked",): 5,
    }


def test_pupil_numbers_of_people(tmp_path: Path) -> None:
    """701 has one number, 702 two of one birth, 703 two of two births; the second number of 704 is not accepted."""

    def number(pupil: int, person: int, born: datetime.date, status: int = 4) -> dict[str, Cell]:
        return {"pupil": pupil, "alf": person, "week_of_birth": born, "match_status": status}

    rows: Rows = {
        "eduw_pupil_alf": [
            number(1, 701, BORN),
            number(2, 702, BORN),
            number(3, 702, BORN),
            number(4, 703, BORN),
            number(5, 703, LATER),
            number(6, 704, BORN),
            number(7, 704, LATER, status=35),
        ]
    }
    found = counts("pupil_numbers_of_people", rows, tmp_path)
    assert of_outputs(found) == {
        "by_pupil_numbers": {("one", "one"): 2, ("several", "one"): 1, ("several", "several"): 1}
    }


def test_mothers_of_people(tmp_path: Path) -> None:
    """701 has one mother twice, 702 two, 703 only itself, 704 itself and another; that of 705 is not accepted."""

    def birth(person: int, mother: int, status: str = "4") -> dict[str, Cell]:
        return {
            "alf": person,
            "match_status": "21",
            "mother": mother,
            "mother_match_status": status,
            "week_of_birth": BORN,
        }

    rows: Rows = {
        "ncch_births": [
            birth(701, 801),
            birth(701, 801),
            birth(702, 802),
            birth(702, 803),
            birth(703, 703),
            birth(704, 704),
            birth(704, 804),
            birth(705, 805, status="99"),
        ]
    }
    found = counts("mothers_of_people", rows, tmp_path)
    assert of_outputs(found) == {
        "by_mothers": {
            ("one", "another person"): 1,
            ("several", "another person"): 1,
            ("none", "the child itself"): 1,
            ("one", "the child itself"): 1,
        }
    }


def test_dwellings_of_people(tmp_path: Path) -> None:
    """701 moves on the day after. 702 has two dwellings on one day. The other dwelling of 703 is not known."""

    def home(person: int, dwelling: int | None, first: int, last: int | None) -> dict[str, Cell]:
        return {
            "alf": person,
            "dwelling": dwelling,
            "start_date": datetime.date(2010, 1, first),
            "end_date": None if last is None else datetime.date(2010, 1, last),
        }

    rows: Rows = {
        "wdsd_dwelling_spells": [
            home(701, 1, 1, 10),
            home(701, 2, 11, None),
            home(702, 1, 1, 11),
            home(702, 2, 11, None),
            home(703, 1, 1, None),
            home(703, None, 5, None),
        ]
    }
    found = counts("dwellings_of_people", rows, tmp_path)
    assert of_outputs(found) == {"by_dwellings_on_a_day": {("one",): 2, ("several",): 1}}


def coded(hybrid: int, code: int, pupil: int | None, authority: int = 512, returned: int = 201718) -> Rows:
    """Return the rows of a child of two episodes and one return, with a pupil number."""
    keys: dict[str, Cell] = {"system_id": code, "local_authority": authority, "hybrid_id": hybrid}
    episode: dict[str, Cell] = {
        "year_code": 201718,
        "episode_number": 1,
        "start_date": datetime.date(2017, 5, 1),
    }
    earlier: dict[str, Cell] = {
        "year_code": 201213,
        "episode_number": 1,
        "start_date": datetime.date(2012, 5, 1),
    }
    return {
        "lacw_children": [keys | {"year_code": returned, "pupil": pupil}],
        "lacw_episodes": [keys | episode, keys | earlier],
    }


def test_children_of_pupil_numbers(tmp_path: Path) -> None:
    """Codes 11 and 12 are one child (901), which shares number 61 with 13, and 62 with 14: two others. 15 has a
    number of its own. 16 and 17 have none, and share nothing. 18 stands in two returns, once with 14's number. Of two
    codes in one return one row is kept, so that 19, the second code of 15 in its year, brings no number of 14 to it."""
    rows = together(
        coded(11, 1, 61),
        coded(12, 2, 62, returned=201819),
        coded(13, 3, 61, authority=514),
        coded(14, 4, 62),
        coded(15, 5, 63),
        coded(16, 6, None),
        coded(17, 7, None),
        coded(19, 9, 62),
        {
            "lacw_derived_alf": [
                {"hybrid_id": hybrid, "unified_id": unified}
                for hybrid, unified in ((11, 901), (12, 901), (15, 902), (19, 902))
            ]
        },
        coded(18, 8, 64),
    )
    rows["lacw_children"].append({**rows["lacw_children"][-1], "year_code": 201819, "pupil": 62})
    found = counts("children_of_pupil_numbers", rows, tmp_path)
    # 901 with 13, 14 and 18; 13 with 901; 14 with 901 and 18; 18 with 901 and 14.
    assert of_outputs(found) == {"by_other_children": {("none",): 3, ("one",): 1, ("several",): 3}}


@pytest.mark.parametrize("census", ["crcs", "cinw"])
def test_links_of_children_in_another_census(census: str, tmp_path: Path) -> None:
    """11: the same person twice; 12: another one; 13: one of two is the same, the other another; 14: not linked in
    the looked-after census; 15: linked there alone; 16: code 16 is linked in another authority only."""

    def link(code: int, person: int | None, authority: int = 512) -> dict[str, Cell]:
        return {"child_code": code, "local_authority": authority, "alf": person, "match_status": 4}

    rows = together(
        *(coded(10 + code, code, None) for code in range(1, 7)),
        routine(1, 701, 1),
        routine(2, 702, 1),
        routine(3, 703, 1),
        routine(5, 705, 1, status=35),
        routine(6, 706, 1),
        {
            f"{census}_alf": [
                link(1, 701),
                link(1, 701),
                link(2, 799),
                link(3, 703),
                link(3, 798),
                link(4, 704),
                link(5, None),
                link(6, 797, authority=514),
            ]
        },
    )
    found = counts(f"links_of_children_in_{census}", rows, tmp_path)
    assert of_outputs(found) == {"by_link": {("another",): 2, ("the same",): 1, ("not known in both",): 3}}


def test_rows_of_people(tmp_path: Path) -> None:
    """701 has one row; 702 three of two weeks and two sexes; 703 two that differ in a sex that nobody knows."""

    def row(number: int, person: int | None, born: datetime.date | None, sex: int | None) -> dict[str, Cell]:
        return {"demographic_id": number, "alf": person, "week_of_birth": born, "sex": sex}

    rows: Rows = {
        "wdsd_persons": [
            row(1, 701, BORN, 1),
            row(2, 702, BORN, 1),
            row(3, 702, LATER, 2),
            row(4, 702, None, 2),
            row(5, 703, BORN, 1),
            row(6, 703, BORN, 9),
            row(7, None, BORN, 1),
        ]
    }
    found = counts("rows_of_people", rows, tmp_path)
    assert of_outputs(found) == {
        "by_rows": {("one",): 1, ("several",): 2},
        "by_weeks_of_birth": {("one",): 2, ("several",): 1},
        "by_sexes": {("one",): 2, ("two",): 1},
    }


def test_schools_of_people(tmp_path: Path) -> None:
    """701 has one school a year and moves. 702 has two in one January, of one number but two authorities. 703 has two
    by two pupil numbers. The other school of 704 is not known, and that of 705 is of a return in September."""
    people = {1: 701, 2: 702, 3: 703, 30: 703, 4: 704, 5: 705}

    def roll(pupil: int, month: int, school: int | None, authority: int = 660) -> dict[str, Cell]:
        return {"pupil": pupil, "year_month": month, "school": school, "education_authority": authority}

    rows: Rows = {
        "eduw_pupil_alf": [
            {"pupil": pupil, "alf": person, "match_status": 4, "week_of_birth": BORN}
            for pupil, person in people.items()
        ],
        "wdsd_persons": [{"demographic_id": n, "alf": n, "week_of_birth": BORN} for n in people.values()],
        "eduw_pupils": [
            roll(1, 201001, 50),
            roll(1, 201101, 51),
            roll(2, 201001, 50),
            roll(2, 201001, 50, authority=661),
            roll(3, 201001, 50),
            roll(30, 201001, 52),
            roll(4, 201001, 50),
            roll(4, 201001, None),
            roll(5, 201001, 50),
            roll(5, 201009, 51),
        ],
    }
    found = counts("schools_of_people", rows, tmp_path)
    assert of_outputs(found) == {"by_schools_in_a_january": {("one",): 3, ("several",): 2}}


def test_court_people_of_people(tmp_path: Path) -> None:
    """701 is two people of the courts, 702 one in two rows; the second of 703 is not accepted, nobody is 704."""

    def court(key: int | None, person: int, status: int = 4) -> dict[str, Cell]:
        return {"person_key": key, "alf": person, "match_status": status, "week_of_birth": BORN}

    rows: Rows = {
        "cafw_people": [
            court(1, 701),
            court(2, 701),
            court(3, 702),
            court(3, 702, status=39),
            court(4, 703),
            court(5, 703, status=35),
            court(None, 704),
        ]
    }
    found = counts("court_people_of_people", rows, tmp_path)
    assert of_outputs(found) == {"by_court_people": {("one",): 2, ("several",): 1}}
