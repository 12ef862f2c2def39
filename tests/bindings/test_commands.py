"""Transcripts of `cohort binding`."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from cohort.catalogue import load_catalogue, read_binding
from cohort.types import Kind
from tests.cli.command import cohort
from tests.conftest import DEMO_SPEC, ROOT

CATALOGUE = load_catalogue()
SMALL = ROOT / "tests" / "data" / "care_leavers_self_harm"
SPEC = ROOT / "specs" / "care_leavers_self_harm.yaml"
TYPES = {
    Kind.KEY: "BIGINT",
    Kind.WHOLE: "SMALLINT",
    Kind.DECIMAL: "DECIMAL",
    Kind.TEXT: "VARCHAR",
    Kind.CODE: "CHARACTER",
    Kind.DATE: "DATE",
}


def listing(binding: Path, target: Path, without: tuple[str, ...] = ()) -> None:
    """Write what the query of a binding would give, where everything is as the catalogue says."""
    names = read_binding(binding)
    lines = ["TABSCHEMA;TABNAME;COLNAME;TYPENAME;LENGTH;SCALE;NULLS"]
    for logical in names.tables:
        schema, _, table = names.table(logical).rpartition(".")
        for column in CATALOGUE.tables[logical].columns if logical not in without else ():
            type_ = TYPES[column.type.kind]
            physical = names.column(column.physical, logical)
            lines.append(f"{schema};{table};{physical};{type_};{column.type.length or 8};0;Y")
    target.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.fixture
def binding(tmp_path: Path) -> Path:
    ended = cohort(
        *("binding", "new", "mine.yaml", "--project", "1234", "--view-date", "20240626", "--spec", DEMO_SPEC),
        cwd=tmp_path,
    )
    assert ended.code == 0, ended.err
    assert "Next: cohort binding query mine.yaml" in ended.out
    return tmp_path / "mine.yaml"


def test_new_names_what_the_study_reads_and_does_not_write_over_a_file(binding: Path) -> None:
    assert set(read_binding(binding).tables) == {"lacw_episodes", "lacw_derived_alf"}
    before = binding.read_bytes()
    ended = cohort("binding", "new", "mine.yaml", "--dataset", "crcs", cwd=binding.parent)
    assert (ended.code, binding.read_bytes()) == (6, before)
    assert "this file exists" in ended.sentence
    assert cohort("binding", "new", "mine.yaml", "--dataset", "crcs", "--force", cwd=binding.parent).code == 0
    assert set(read_binding(binding).tables) == {"crcs_alf", "crcs_children"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--view-date", "2024-06-26"), "eight digits"),
        (("--schema", "A.B"), "letters, digits and underscores"),
        (("--dataset", "lawc"), "the nearest is lacw"),
        (("--key-suffix", "X"), "PE"),
    ],
)
def test_new_refuses_what_cannot_be(arguments: tuple[str, ...], says: str, tmp_path: Path) -> None:
    ended = cohort("binding", "new", "mine.yaml", *arguments, cwd=tmp_path)
    assert ended.code == 2
    assert says in ended.err
    assert not (tmp_path / "mine.yaml").exists()


def test_the_query_and_the_check_belong_together(binding: Path) -> None:
    ended = cohort("binding", "query", "mine.yaml", cwd=binding.parent)
    assert ended.code == 0
    assert "'SAIL1234V'" in ended.out
    listing(binding, binding.parent / "columns.csv")
    ended = cohort(
        "binding", "check", "mine.yaml", "--columns", "columns.csv", "--strict", cwd=binding.parent
    )
    assert ended.code == 0, ended.out
    assert "mine.yaml: sound. 2 tables and 36 columns are there." in ended.out
    assert "the listing confirms" in ended.out


def test_an_absent_table_names_line_and_study(binding: Path) -> None:
    listing(binding, binding.parent / "columns.csv", without=("lacw_episodes",))
    arguments = ("binding", "check", "mine.yaml", "--columns", "columns.csv", "--spec", DEMO_SPEC)
    ended = cohort(*arguments, cwd=binding.parent)
    assert ended.code == 1
    line = next(n for n, text in enumerate(binding.read_text().splitlines(), 1) if "lacw_episodes:" in text)
    assert "error BND201" in ended.out
    assert f"mine.yaml:{line}:" in ended.out
    assert "which infants_entering_care reads" in ended.out
    found = json.loads(cohort(*arguments, "--json", cwd=binding.parent).out)
    assert [(item["code"], item["line"]) for item in found["problems"]] == [("BND201", line)]
    assert found["doubts"]
    assert {"table", "column", "about", "confidence", "verdict", "catalogue", "listed"} == set(
        found["doubts"][0]
    )


def test_notes_name_what_is_contradicted(binding: Path) -> None:
    target = binding.parent / "columns.csv"
    listing(binding, target)
    text = target.read_text()
    target.write_text(text.replace("EPISODE_NUMBER;SMALLINT", "EPISODE_NUMBER;BIGINT"))
    ended = cohort("binding", "check", "mine.yaml", "--columns", "columns.csv", "--notes", cwd=binding.parent)
    assert ended.code == 0
    assert "`lacw_episodes.episode_number`" in ended.out
    assert "is contradicted: BIGINT." in ended.out


def test_a_folder_and_a_file_of_duckdb(tmp_path: Path) -> None:
    made = cohort("binding", "new", "laptop.yaml", "--spec", SPEC, cwd=tmp_path)
    assert made.code == 0, made.err
    ended = cohort("binding", "check", "laptop.yaml", "--data", SMALL, "--spec", SPEC, cwd=tmp_path)
    assert ended.code == 0, ended.out + ended.err
    with duckdb.connect(tmp_path / "held.duckdb") as connection:
        for file in SMALL.glob("*.csv"):
            if file.stem != "PEDW_SPELL":
                connection.execute(f"CREATE TABLE {file.stem} AS SELECT * FROM read_csv('{file.as_posix()}')")
    ended = cohort("binding", "check", "laptop.yaml", "--data", "held.duckdb", "--spec", SPEC, cwd=tmp_path)
    assert ended.code == 1
    assert "BND201: The listing has no table PEDW_SPELL for `pedw_spells`" in ended.out
    assert ended.out.count("error ") == 1


def test_wrong_use_and_broken_files(binding: Path) -> None:
    folder = binding.parent
    assert cohort("binding", "check", "mine.yaml", cwd=folder).code == 2
    assert cohort("binding", "check", "mine.yaml", "--columns", "absent.csv", cwd=folder).code == 6
    (folder / "spec.yaml").write_text("cohort_spec: 1\n")
    listing(binding, folder / "columns.csv")
    arguments = ("binding", "check", "mine.yaml", "--columns", "columns.csv")
    assert cohort(*arguments, "--spec", "spec.yaml", cwd=folder).code == 1
    binding.write_text(binding.read_text().replace("schema: SAIL1234V", "shema: SAIL1234V"))
    ended = cohort(*arguments, cwd=folder)
    assert ended.code == 1
    assert "Write `schema` if that is what is meant." in ended.out
