"""Codes and types that a project has otherwise: what the binding may say, and that studies give the same results."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from cohort import pipeline, pipeline_quality
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.catalogue.binding import Binding
from cohort.catalogue.binding_codes import catalogued_codes
from cohort.catalogue.binding_read import binding_of
from cohort.diagnostics import Diagnostics
from cohort.engines.database import run_script
from cohort.engines.listed import listing_of_data
from cohort.engines.shared import DataProblem
from cohort.quality.counting import counting_script
from cohort.quality.read_results import where_held
from cohort.source import Source
from cohort.sql.model import DialectName
from tests.conftest import ROOT

CATALOGUE = load_catalogue()
SPEC = "care_leavers_self_harm"
DATA = ROOT / "tests" / "data" / SPEC
PLAIN = shipped_binding("synthetic")
DIALECTS = ("db2", "duckdb", "spark", "postgresql")

Cell = Callable[[str], str]
OTHERWISE: Mapping[tuple[str, str], Cell] = {
    # Two codes have changed places, one is written in two ways, and one stands for nothing that is known.
    ("LACW_EPISODE_MAIN", "LEGAL_STATUS_CODE"): lambda text: {"C2": "V1", "V1": "C2", "V2": "full "}.get(
        text, text
    ),
    ("LACW_EPISODE_MAIN", "PLACEMENT_TYPE_CODE"): lambda text: (
        f"P_{text.strip().upper()}" if text.strip() else "none"
    ),
    ("LACW_EPISODE_MAIN", "LOCAL_AUTHORITY_CODE"): lambda text: f"W06{text}",
    ("LACW_PUPIL_ALF", "LOCAL_AUTHORITY_CODE"): lambda text: str(int(text) + 7000),
    ("LACW_PUPIL_ALF", "ALF_STS_CD"): lambda text: {"4": "four", "1": "one"}.get(text, text),
    ("PEDW_SPELL", "ADMIS_DT"): lambda text: f"{text} 23:59:00" if text else text,
    ("PEDW_SPELL", "ADMIS_MTHD_CD"): lambda text: text,
}
"""What the project writes instead, by physical table and column."""


def read(text: str) -> tuple[Binding | None, list[str]]:
    diagnostics = Diagnostics()
    found = binding_of(Source("mine.yaml", text), diagnostics)
    return found, [item.rule.code for item in diagnostics]


def binding(columns: str) -> Binding:
    tables = "".join(f"  {logical}: {name}\n" for logical, name in PLAIN.tables.items())
    found, problems = read(
        'binding: other\ntitle: Other\nschema: ""\nworkspace: ""\nkey_suffix: PE\n'
        f"tables:\n{tables}columns:\n{columns}"
    )
    assert found is not None, problems
    return found


def listed(table: str, column: str) -> list[str]:
    held = next(one for one in CATALOGUE.tables[table].columns if one.name == column)
    return list(catalogued_codes(held, CATALOGUE).values())


def otherwise() -> Binding:
    placements = ", ".join(f"{code}: P_{code.upper()}" for code in listed("lacw_episodes", "placement_type"))
    authorities = ", ".join(f"{code}: W06{code}" for code in listed("lacw_episodes", "local_authority"))
    numbers = ", ".join(f"{code}: {int(code) + 7000}" for code in listed("lacw_alf", "local_authority"))
    return binding(
        "  lacw_episodes.legal_status: {codes: {C2: V1, V1: C2, V2: [V2, FULL]}}\n"
        f"  lacw_episodes.placement_type: {{codes: {{{placements}, missing: none}}}}\n"
        f"  lacw_episodes.local_authority: {{held_as: text, codes: {{{authorities}}}}}\n"
        f"  lacw_alf.local_authority: {{codes: {{{numbers}}}}}\n"
        "  lacw_alf.match_status: {held_as: text, codes: {4: [four, 4], 1: one}}\n"
        "  pedw_spells.admission_date: {held_as: timestamp}\n"
        "  pedw_spells.admission_method: {held_as: number}\n"
    )


def copy(folder: Path) -> Path:
    """Copy the study's small data as a project has them that writes codes and types otherwise."""
    folder.mkdir()
    changed = set()
    for file in DATA.glob("*.csv"):
        with file.open(newline="") as opened:
            names, *rows = list(csv.reader(opened))
        for index, name in enumerate(names):
            cell = OTHERWISE.get((file.stem, name))
            for row in rows if cell else ():
                assert cell is not None
                row[index] = cell(row[index])
                changed.add((file.stem, name))
        with (folder / file.name).open("w", newline="") as opened:
            csv.writer(opened).writerows([names, *rows])
    assert changed == set(OTHERWISE), "every column stands in the data"
    # A file with types: the day of admission is a timestamp there, and its method a number.
    spells = folder / "PEDW_SPELL.csv"
    with duckdb.connect() as connection:
        source = f"read_csv('{spells}', types = {{'ADMIS_DT': 'TIMESTAMP', 'ADMIS_MTHD_CD': 'INTEGER'}})"
        connection.execute(f"COPY (FROM {source}) TO '{spells.with_suffix('.parquet')}' (FORMAT parquet)")
    spells.unlink()
    return folder


def results(data: Path, names: Binding) -> list[tuple[object, ...]]:
    study = pipeline.check_file(ROOT / "specs" / f"{SPEC}.yaml").study
    assert study is not None
    run, _ = pipeline._run(study, data, pipeline.silent, None, names)
    try:
        return sorted(run.results, key=repr)
    finally:
        run.close()


def test_results_are_the_same_on_data_with_other_codes_and_types(tmp_path: Path) -> None:
    expected = results(DATA, PLAIN)
    assert len(expected) > 20
    assert results(copy(tmp_path / "held"), otherwise()) == expected


def all_but(table: str, column: str) -> Binding:
    whole = otherwise()
    assert (table, column) in whole.columns
    return replace(
        whole, columns={key: held for key, held in whole.columns.items() if key != (table, column)}
    )


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("lacw_episodes", "LEGAL_STATUS_CODE"),
        ("lacw_episodes", "PLACEMENT_TYPE_CODE"),
        ("lacw_alf", "LOCAL_AUTHORITY_CODE"),
    ],
)
def test_without_the_words_of_the_binding_results_are_others(tmp_path: Path, table: str, column: str) -> None:
    assert results(copy(tmp_path / "held"), all_but(table, column)) != results(DATA, PLAIN)


@pytest.mark.parametrize(
    ("table", "column"), [("lacw_episodes", "LOCAL_AUTHORITY_CODE"), ("lacw_alf", "ALF_STS_CD")]
)
def test_without_them_text_is_no_number(tmp_path: Path, table: str, column: str) -> None:
    with pytest.raises(DataProblem, match=column):
        results(copy(tmp_path / "held"), all_but(table, column))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_every_database_reads_the_other_codes(dialect: str) -> None:
    study = pipeline.check_file(ROOT / "specs" / f"{SPEC}.yaml").study
    assert study is not None
    plain = pipeline.compile_study(study, dialect, PLAIN).text
    text = pipeline.compile_study(study, dialect, otherwise()).text
    for said in ("'P_F1'", "'NONE'", "'FULL'", "'W06512'", "7512", "'FOUR'"):
        assert said not in plain
        assert said in text
    assert " ".join(text.split()).count("CAST(ADMIS_DT AS DATE)") + text.count("(CAST(admis_dt AS DATE)") >= 1


def counted(data: Path, names: Binding) -> list[tuple[object, ...]]:
    """Return the unprotected counts of data quality: rows, states and links of each table by year."""
    checked = pipeline.check_file(ROOT / "specs" / f"{SPEC}.yaml")
    description = where_held(pipeline_quality.quality_of(checked), listing_of_data(data), names)
    run = run_script(counting_script(description, CATALOGUE.code_lists, DialectName.DUCKDB, names), data)
    try:
        return sorted(run.results, key=repr)
    finally:
        run.close()


def test_the_quality_of_such_data_is_counted_by_the_catalogues_codes(tmp_path: Path) -> None:
    expected = counted(DATA, PLAIN)
    assert len(expected) > 100
    assert counted(copy(tmp_path / "held"), otherwise()) == expected


# --- what is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("lacw_episodes.start_date: {codes: {A: B}}", "BND111"),
        ("pedw_spells.admission_method: {codes: {21: 2A}}", "BND111"),
        ("lacw_episodes.legal_status: {codes: {C9: C1}}", "BND112"),
        ("lacw_episodes.legal_status: {codes: {C1: C2}}", "BND113"),
        ("lacw_episodes.legal_status: {codes: {C1: X, C2: x}}", "BND113"),
        ("lacw_episodes.legal_status: {codes: {missing: C2}}", "BND113"),
        ("lacw_alf.match_status: {codes: {4: four}}", "BND114"),
        ("lacw_episodes.legal_status: {codes: C1}", "BND107"),
        ("lacw_episodes.legal_status: {codes: {C1: {a: b}}}", "BND107"),
        ("lacw_episodes.legal_status: {codes: {C1: []}}", "BND107"),
        ('lacw_episodes.legal_status: {codes: {C1: ""}}', "BND107"),
        ("lacw_episodes.legal_status: {held_as: timestamp}", "BND109"),
        ("lacw_episodes.start_date: {held_as: stamp}", "BND104"),
        ("lacw_episodes.legal_status: {code: {C1: X}}", "BND101"),
    ],
)
def test_codes_that_cannot_be_meant_are_refused(said: str, code: str) -> None:
    found, problems = read(
        'binding: other\ntitle: Other\nschema: ""\nworkspace: ""\nkey_suffix: PE\n'
        f"tables:\n  lacw_episodes: E\n  lacw_alf: A\n  pedw_spells: P\ncolumns:\n  {said}\n"
    )
    assert found is None
    assert problems == [code]


def test_a_code_that_is_written_otherwise_is_no_longer_read_under_its_own_name() -> None:
    codes = binding("  lacw_episodes.legal_status: {codes: {c1: x1}}\n").held_codes(
        "LEGAL_STATUS_CODE", "lacw_episodes"
    )
    assert codes == {"C1": None, "X1": "C1"}
    codes = binding("  lacw_episodes.legal_status: {codes: {C1: [C1, x1]}}\n").held_codes(
        "LEGAL_STATUS_CODE", "lacw_episodes"
    )
    assert codes == {"C1": "C1", "X1": "C1"}
