"""The file of a binding: what it says, what is refused, and what the SQL then reads."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.catalogue.binding import Binding
from cohort.catalogue.binding_new import BindingWishes, new_binding_text
from cohort.catalogue.binding_read import binding_of
from cohort.diagnostics import Diagnostics
from cohort.source import Source
from cohort.types import Kind, ValueType
from tests.conftest import ROOT

CATALOGUE = load_catalogue()
HEAD = "binding: mine\ntitle: Mine\nschema: S\nworkspace: W\nkey_suffix: PE\n"
STATUS = ValueType(Kind.WHOLE, bits=16, code_list="match_status")


def read(text: str) -> Binding:
    diagnostics = Diagnostics()
    found = binding_of(Source("mine.yaml", text), diagnostics)
    assert found is not None, [item.headline for item in diagnostics]
    return found


def test_the_date_is_added_to_names_without_one() -> None:
    binding = read(
        HEAD + "view_date: 20240626\ntables:\n"
        "  lacw_alf: LACW_PUPIL_ALF\n"
        "  lacw_episodes: LACW_EPISODE_MAIN_20220329\n"
        "  wdsd_persons: {name: WDSD_AR_PERS, view_date: none}\n"
        "  crcs_alf: {view_date: 20230101, schema: OTHER}\n"
    )
    assert binding.table("lacw_alf") == "S.LACW_PUPIL_ALF_20240626"
    assert binding.table("lacw_episodes") == "S.LACW_EPISODE_MAIN_20220329"
    assert binding.table("wdsd_persons") == "S.WDSD_AR_PERS"
    assert binding.table("crcs_alf") == "OTHER.CRCS_PUPIL_ALF_20230101"


def test_a_column_has_its_own_name_in_its_own_table_only() -> None:
    binding = read(HEAD + "tables:\n  lacw_alf: A\n  crcs_alf: B\ncolumns:\n  lacw_alf.alf: ALF_OWN\n")
    assert binding.column("ALF_{key}", "lacw_alf") == "ALF_OWN"
    assert binding.column("ALF_{key}", "crcs_alf") == "ALF_PE"


def test_the_status_type_holds_for_every_match_status_and_a_column_says_it_better() -> None:
    binding = read(
        HEAD + "status_type: text\ntables:\n  lacw_alf: A\n  crcs_alf: B\n"
        "columns:\n  crcs_alf.match_status: {held_as: number}\n"
    )
    assert binding.held_type("ALF_STS_CD", "lacw_alf", STATUS).kind is Kind.CODE
    assert binding.held_type("MOTHER_ALF_STS_CD", "mids_births", STATUS).kind is Kind.CODE
    assert binding.held_type("ALF_STS_CD", "crcs_alf", STATUS) == STATUS
    assert binding.held_type("GNDR_CD", "lacw_alf", STATUS) == STATUS


def test_another_engine_has_names_of_its_own() -> None:
    binding = read(
        HEAD + "tables:\n  lacw_alf: A\n  crcs_alf: B\n"
        'engines:\n  duckdb: {schema: "", workspace: "", tables: {lacw_alf: OWN}}\n'
    )
    duckdb = binding.for_engine("duckdb")
    assert (duckdb.table("lacw_alf"), duckdb.table("crcs_alf"), duckdb.workspace) == ("OWN", "B", "")
    assert binding.for_engine("db2").table("lacw_alf") == "S.A"


@pytest.mark.parametrize("name", ["synthetic", "sail9999"])
def test_the_shipped_bindings_are_sound(name: str) -> None:
    assert set(shipped_binding(name).tables) == set(CATALOGUE.tables)


# --- a new one ---------------------------------------------------------------------------------------------------


def wishes(**given: str) -> BindingWishes:
    usual = {
        "name": "sail1234",
        "title": 'A "title": with signs',
        "schema": "SAIL1234V",
        "workspace": "SAILW1234V",
        "key_suffix": "E",
        "view_date": "20240626",
        "status_type": "text",
    }
    return BindingWishes(**{**usual, **given}, tables=tuple(CATALOGUE.tables))


def test_a_new_binding_can_be_read_and_says_what_was_wished() -> None:
    binding = read(new_binding_text(wishes(), CATALOGUE))
    assert (binding.name, binding.title) == ("sail1234", 'A "title": with signs')
    assert (binding.key_suffix, binding.status_type) == ("E", "text")
    known = {name for name, table in CATALOGUE.tables.items() if table.physical}
    assert set(binding.tables) == known
    for name in known:
        assert binding.table(name) == f"SAIL1234V.{CATALOGUE.tables[name].physical}_20240626"


def test_a_new_binding_without_anything_can_be_read_too() -> None:
    binding = read(new_binding_text(wishes(schema="", workspace="", view_date=""), CATALOGUE))
    assert binding.table("lacw_episodes") == "LACW_EPISODE_MAIN"


def test_no_line_of_a_new_binding_is_too_long_to_read() -> None:
    lines = new_binding_text(wishes(), CATALOGUE).splitlines()
    assert max(map(len, lines)) <= 120
    assert sum(line.lstrip().startswith("#") for line in lines) > 15


# --- what the SQL reads ------------------------------------------------------------------------------------------


def results(spec: str, data: Path, binding: Binding) -> list[tuple[object, ...]]:
    study = pipeline.check_file(ROOT / "specs" / f"{spec}.yaml").study
    assert study is not None
    run, _ = pipeline._run(study, data, pipeline.silent, None, binding)
    try:
        return sorted(run.results, key=repr)
    finally:
        run.close()


def copy(spec: str, folder: Path, renamed: dict[tuple[str, str], str], status: dict[str, str]) -> None:
    """Copy a study's small data with other names of columns, and other texts for match statuses."""
    folder.mkdir()
    for file in (ROOT / "tests" / "data" / spec).glob("*.csv"):
        with file.open(newline="") as opened:
            names, *rows = list(csv.reader(opened))
        places = [index for index, name in enumerate(names) if name.endswith("ALF_STS_CD")]
        for row in rows:
            for index in places:
                row[index] = status.get(row[index], row[index])
        with (folder / file.name).open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow([renamed.get((file.stem, name), name) for name in names])
            writer.writerows(rows)


def test_results_are_the_same_whatever_a_project_calls_and_holds_its_columns(tmp_path: Path) -> None:
    spec = "care_leavers_self_harm"
    plain = shipped_binding("synthetic")
    expected = results(spec, ROOT / "tests" / "data" / spec, plain)
    assert len(expected) > 20
    # A text may have blanks around it, or be no status at all: then the person is not accepted, as with another status.
    copy(spec, tmp_path / "held", {("LACW_PUPIL_ALF", "ALF_PE"): "ALF_OWN"}, {"4": " 4", "99": "none"})
    lines = "".join(f"  {logical}: {name}\n" for logical, name in plain.tables.items())
    other = read(
        'binding: other\ntitle: Other\nschema: ""\nworkspace: ""\nkey_suffix: PE\nstatus_type: text\n'
        f"tables:\n{lines}columns:\n  lacw_alf.alf: ALF_OWN\n"
    )
    assert results(spec, tmp_path / "held", other) == expected
    copy(spec, tmp_path / "unlinked", {("LACW_PUPIL_ALF", "ALF_PE"): "ALF_OWN"}, {"4": "four"})
    assert results(spec, tmp_path / "unlinked", other) != expected


def test_without_the_words_of_the_binding_such_data_are_refused(tmp_path: Path) -> None:
    spec = "care_leavers_self_harm"
    copy(spec, tmp_path / "held", {}, {"4": "four"})
    with pytest.raises(Exception, match="ALF_STS_CD"):
        results(spec, tmp_path / "held", shipped_binding("synthetic"))


def test_numbers_for_codes_are_read_as_codes() -> None:
    study = pipeline.check_file(ROOT / "specs" / "care_leavers_self_harm.yaml").study
    assert study is not None
    binding = shipped_binding("sail9999")
    held = {
        (r.logical, c.template): c
        for r in pipeline.compile_study(study, "db2", binding).reads
        for c in r.columns
    }
    codes = [key for key, column in held.items() if key[1] == "ALF_STS_CD" and column.type.kind is Kind.CODE]
    assert codes, "a match status that the catalogue gives as a code"
    lines = "".join(f"  {logical}: {name}\n" for logical, name in binding.tables.items())
    number = read(HEAD + f"status_type: number\ntables:\n{lines}")
    script = pipeline.compile_study(study, "db2", number)
    assert all(
        column.type.kind is Kind.WHOLE
        for read in script.reads
        for column in read.columns
        if column.template == "ALF_STS_CD"
    )
    assert "CAST(ALF_STS_CD AS VARCHAR(11))" in script.text
