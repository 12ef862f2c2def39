"""Tables of published figures: what they hold, that studies can use them, and faults with their place."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cohort.catalogue.geography import content_of, context_block, load_figures, load_geography
from cohort.catalogue.geography.figures import TIMES, FiguresTable, check_content, read_figures
from cohort.catalogue.nodes import CatalogueFault
from cohort.cli.main import app
from cohort.query.study import CountOutput
from cohort.resolve.context import TIMES as TIMES_OF_STUDIES
from cohort.source import Source
from cohort.types import Kind
from tests.cli.command import cohort
from tests.conftest import ROOT
from tests.unit.specs import PERSON, sound

FIGURES = load_figures()
FLOW = "outputs:\n  flow:\n    attrition: population\n"
DESCRIBED = (ROOT / "src/cohort/catalogue/geography/figures.yaml").read_text("utf-8")


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content_of(FIGURES[name]))))


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["catalogue", "figures", *arguments])


def test_times_are_the_words_of_study_files() -> None:
    assert set(TIMES) == set(TIMES_OF_STUDIES)


@pytest.mark.parametrize("table", FIGURES.values(), ids=FIGURES)
def test_a_study_can_bring_every_table(table: FiguresTable, tmp_path: Path) -> None:
    (tmp_path / "figures.csv").write_bytes(content_of(table).encode())
    (found,) = sound(context_block(table, "figures.csv") + FLOW, tmp_path).context
    assert found.rows.key == table.keys
    assert len(found.rows.rows_held) == table.rows
    types = found.rows.shape.types
    if "local_authority" in types:
        assert types["local_authority"].code_list == "local_authority"
    for name in types:
        if name.startswith("residents"):
            assert types[name].kind is Kind.WHOLE


def test_entries_can_be_divided_by_the_residents_of_their_authority_and_year(tmp_path: Path) -> None:
    table = FIGURES["population_totals"]
    (tmp_path / "totals.csv").write_bytes(content_of(table).encode())
    study = (
        "population:\n  from: first_episode\n  index_date: first_episode.start_date\n  steps:\n"
        "    - {id: in_years, keep: index_date during from 2011-01-01 through 2019-12-31}\n"
        "variables:\n  authority: first_episode.local_authority\n  year_of_entry: calendar_year(index_date)\n"
        "outputs:\n  flow:\n    attrition: population\n  rates:\n    title: Entries\n    rate: children\n"
        "    per: 10000 residents\n    residents: population_totals.residents\n    by: [authority, year_of_entry]\n"
    )
    outputs = sound(context_block(table, "totals.csv") + study, tmp_path).outputs
    rates = next(one for one in outputs if isinstance(one, CountOutput))
    assert rates.denominators is not None
    assert rates.denominators.source == table.source
    figures = dict(rates.denominators.figures)
    assert len(figures) == 22 * 9
    assert figures["512", "2019"] == 70043


def test_a_study_of_people_can_look_up_the_deprivation_of_a_home(tmp_path: Path) -> None:
    table = FIGURES["small_areas_2011"]
    (tmp_path / "areas.csv").write_bytes(content_of(table).encode())
    value = "first(figure(small_areas_2011.wimd_2019_fifth, lsoa) of homes where current_on(index_date))"
    sections = PERSON.replace("  crcs:", "  homes: Where each person lived\n  crcs:").replace(
        "  sex: people.sex\n", f"  fifth:\n    label: Fifth of deprivation\n    value: {value}\n"
    )
    (variable,) = sound(context_block(table, "areas.csv") + sections, tmp_path).variables
    assert variable.type.kind is Kind.WHOLE


def test_the_tables_agree_with_each_other() -> None:
    by_age = rows_of("population_by_age")
    small = rows_of("small_areas_2011")
    tenths = rows_of("children_by_deprivation")
    for last, column in ((15, "residents_0_15"), (17, "residents_0_17"), (25, "residents_0_25")):
        for area in load_geography().authorities:
            code = next(c.code for c in area.codes if c.system == "social_care")
            single = sum(
                int(row["residents"])
                for row in by_age
                if row["local_authority"] == code and int(row["age_years"]) <= last
            )
            assert single == sum(int(row[column]) for row in small if row["local_authority"] == code)
            if last < 25:
                assert single == sum(int(row[column]) for row in tenths if row["local_authority"] == code)


def test_the_census_adds_up_to_the_published_totals_of_the_regions() -> None:
    residents = {int(row["local_authority"]): int(row["residents"]) for row in rows_of("census_2021")}
    north = sum(number for code, number in residents.items() if code <= 522)
    mid_and_south_west = sum(number for code, number in residents.items() if 524 <= code <= 534)
    south_east = sum(number for code, number in residents.items() if code >= 536)
    assert (north, mid_and_south_west, south_east) == (686_893, 896_685, 1_523_911)
    # The published total of Wales is 5 more than its parts, which the table says.
    (fact,) = FIGURES["census_2021"].known
    assert f"{sum(residents.values()):,}" in fact.text
    assert "3,107,494" in fact.text


def test_small_areas_have_the_boards_of_their_authority() -> None:
    found = {
        (row["health_board"], row["partnership_board"], row["police_force"])
        for row in rows_of("small_areas_2011")
        if row["local_authority"] == "536"
    }
    assert found == {("7A5", "Cwm Taf Morgannwg", "South Wales")}


# --- the command -----------------------------------------------------------------------------------------------


def test_the_command_writes_the_table_and_the_lines_of_the_study(tmp_path: Path) -> None:
    out = tmp_path / "context" / "census.csv"
    ended = call("census_2021", "--out", str(out))
    assert ended.exit_code == 0, ended.output
    assert out.read_bytes() == content_of(FIGURES["census_2021"]).encode()
    assert f"sha256: {hashlib.sha256(out.read_bytes()).hexdigest()}" in ended.stdout
    assert "file: census.csv" in ended.stdout
    assert [path.name for path in out.parent.iterdir()] == ["census.csv"]
    # The lines are themselves the beginning of a study file.
    sound(ended.stdout + FLOW, out.parent)


def test_an_earlier_table_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    own, other = tmp_path / "own.csv", tmp_path / "other.csv"
    own.write_text("local_authority,census_year,residents\n512,2021,1\n", "utf-8")
    other.write_text("name,value\n", "utf-8")
    assert call("census_2021", "--out", str(own)).exit_code == 0
    assert own.read_text("utf-8") == content_of(FIGURES["census_2021"])
    refused = cohort("catalogue", "figures", "census_2021", "--out", "other.csv", cwd=tmp_path)
    assert refused.code == 6
    assert "other.csv: this file is not an earlier table of figures" in refused.err
    assert other.read_text("utf-8") == "name,value\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["populaton_totals"], "the nearest is population_totals"),
        (["qqqq"], "`cohort catalogue figures` lists them"),
        (["--out", "x.csv"], "--out needs the NAME of a table"),
        (["census_2021", "--out", "x.csv", "--json"], "--json and --out cannot be used together"),
    ],
)
def test_a_mistake_is_a_usage_error_with_a_hint(arguments: list[str], words: str) -> None:
    ended = call(*arguments)
    assert ended.exit_code == 2
    assert words in " ".join(ended.stderr.split())


# --- faults ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("local_authority,census_year", "authority,census_year", "x.csv:1: the columns must be"),
        ("512,2021,68877", "512,2021,", "x.csv:2: each of the 3 columns needs a value"),
        ("512,2021,68877", "512,2021,68 877", "x.csv:2: figures must be whole numbers"),
        ("512,2021,68877", "999,2021,68877", "x.csv:2: there is no such authority"),
        (
            "512,2021,68877",
            "514,2021,68877",
            "x.csv:3: two rows have the same local_authority and census_year",
        ),
        ("512,2021,68877\n", "", "x.csv: 21 rows, but 22 are described"),
        ("512,2021,68877", "514,2022,68877", "x.csv: an authority has no row"),
    ],
)
def test_a_fault_in_a_table_has_its_line(old: str, new: str, words: str) -> None:
    table = FIGURES["census_2021"]
    text = content_of(table)
    assert text.count(old) == 1
    with pytest.raises(CatalogueFault) as raised:
        check_content(table, text.replace(old, new), "x.csv")
    assert words in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("time_is: calendar year}", "time_is: school year}", "a time is written with time_is"),
        ("by: [age_years]", "by: [age_year]", "age_year is none of the columns"),
        ("made: true", "made: false", "either file or made is needed"),
        ("rows: 572", "row: 572", "nothing reads row"),
        ("licence: Open", "licens: Open", "nothing reads licens"),
    ],
)
def test_a_fault_in_the_description_has_its_place(old: str, new: str, words: str) -> None:
    assert old in DESCRIBED
    with pytest.raises(CatalogueFault, match=r"figures\.yaml:\d+: ") as raised:
        read_figures(Source("figures.yaml", DESCRIBED.replace(old, new, 1)))
    assert words in str(raised.value)
