"""The commands under ``cohort sql``: options, the data dictionary, comparisons, and the self-test there and back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from cohort.cli.sql import DIALECTS
from cohort.sql import DialectName
from cohort.sql.selftest import expected_answers
from tests.cli.command import Ended, cohort
from tests.conftest import DEMO_SPEC


def _clear(ended: Ended, code: int) -> None:
    assert ended.code == code, ended
    assert "Traceback" not in ended.err


def test_every_database_of_the_compiler_can_be_asked_for() -> None:
    assert set(DIALECTS) == {name.value for name in DialectName}


@pytest.mark.parametrize("dialect", ["spark", "postgresql"])
def test_the_script_on_the_screen(dialect: str, tmp_path: Path) -> None:
    ended = cohort("sql", DEMO_SPEC, "--dialect", dialect, cwd=tmp_path)
    _clear(ended, 0)
    assert f"-- Dialect:    {DialectName(dialect).label}" in ended.out


def test_options_may_come_before_the_spec(tmp_path: Path) -> None:
    ended = cohort("sql", "--dialect", "db2", "--session", DEMO_SPEC, cwd=tmp_path)
    _clear(ended, 0)
    assert "DECLARE GLOBAL TEMPORARY TABLE SESSION.entries" in ended.out


def test_the_help_names_options_and_further_commands(tmp_path: Path) -> None:
    ended = cohort("sql", "--help", cwd=tmp_path)
    _clear(ended, 0)
    for word in ("--keep-analysis", "--session", "--compare", "selftest"):
        assert word in ended.out
    assert "Examples:" in cohort("sql", "selftest", "--help", cwd=tmp_path).out
    assert "Examples:" in cohort("sql", "selftest", "read", "--help", cwd=tmp_path).out


@pytest.mark.parametrize(
    ("arguments", "usage", "said"),
    [
        (["sql"], "Usage: cohort sql [OPTIONS] SPEC", "Missing argument 'SPEC'"),
        (["sql", "vett"], "Usage: cohort sql [OPTIONS] SPEC", "Did you mean 'vet'?"),
        (["sql", "selftest", "--otu", "x"], "Usage: cohort sql selftest [OPTIONS]", "Did you mean '--out'?"),
    ],
)
def test_a_slip_shows_the_command_as_it_is_written(
    arguments: list[str], usage: str, said: str, tmp_path: Path
) -> None:
    ended = cohort(*arguments, cwd=tmp_path)
    _clear(ended, 2)
    assert usage in ended.err
    assert said in ended.err
    assert "sql write" not in ended.err


def test_a_file_may_be_called_nearly_as_a_command(tmp_path: Path) -> None:
    (tmp_path / "vett").write_text("no spec", "utf-8")
    ended = cohort("sql", "vett", "--dialect", "db2", cwd=tmp_path)
    _clear(ended, 1)
    assert "vett:1" in ended.err


def test_a_spec_with_the_name_of_a_command(tmp_path: Path) -> None:
    (tmp_path / "selftest").write_text("no spec", "utf-8")
    ended = cohort("sql", "./selftest", "--dialect", "db2", cwd=tmp_path)
    _clear(ended, 1)
    assert "selftest:1" in ended.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--dialect", "db2", "--keep-analysis"], "--keep-analysis needs --out FILE"),
        (["--dialect", "duckdb", "--session"], "for --dialect db2 only"),
        (["--dialect", "spark", "--keep-analysis", "--out", "x.sql"], "for --dialect db2 only"),
        (["--dialect", "db2", "--compare", "db2"], "needs another database"),
        (["--dialect", "db2", "--compare", "duckdb", "--session"], "--compare compares the usual scripts"),
        ([], "Missing option '--dialect'"),
    ],
)
def test_options_that_do_not_go_together(options: list[str], said: str, tmp_path: Path) -> None:
    ended = cohort("sql", DEMO_SPEC, *options, cwd=tmp_path)
    _clear(ended, 2)
    assert said in ended.err
    assert list(tmp_path.iterdir()) == []


def test_the_analysis_table_and_its_dictionary(tmp_path: Path) -> None:
    call = ("sql", DEMO_SPEC, "--dialect", "db2", "--keep-analysis", "--out", "out/infants.sql")
    for _ in range(2):  # the second time over what the first has written
        _clear(cohort(*call, cwd=tmp_path), 0)
    folder = tmp_path / "out"
    assert {path.name for path in folder.iterdir()} == {
        "infants.sql",
        "infants.dictionary.csv",
        "infants.dictionary.md",
    }
    with (folder / "infants.dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["column"]: row for row in csv.DictReader(file)}
    assert list(rows)[:2] == ["child", "index_date"]
    assert rows["age_in_days"]["unit"] == "days"
    assert rows["weeks_to_compulsory_order"]["type"] == "DOUBLE"
    assert rows["legal_status_at_entry"]["categories"].startswith("C1 = interim care order; V2 = ")
    assert rows["child"]["missing"] == "cannot be missing"
    script = (folder / "infants.sql").read_text("utf-8")
    made = script.split("CREATE TABLE SAILW9999V.infants_entering_care_analysis (\n")[1].split("\n)")[0]
    declared = [tuple(line.strip(" ,").split(" ", 1)) for line in made.splitlines()]
    assert declared == [(name, row["type"]) for name, row in rows.items()]
    words = (folder / "infants.dictionary.md").read_text("utf-8")
    for word in ("dbGetQuery", "odbc load", "SAILW9999V.infants_entering_care_analysis"):
        assert word in words
    assert "neither it nor any row of it may leave" in words


def test_a_dictionary_is_written_over_nothing_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "infants.dictionary.md").write_text("# My notes\n", "utf-8")
    ended = cohort(
        "sql", DEMO_SPEC, "--dialect", "db2", "--keep-analysis", "--out", "infants.sql", cwd=tmp_path
    )
    _clear(ended, 6)
    assert "not an earlier data dictionary" in ended.sentence
    assert (tmp_path / "infants.dictionary.md").read_text("utf-8") == "# My notes\n"


def test_two_scripts_compared(tmp_path: Path) -> None:
    ended = cohort("sql", DEMO_SPEC, "--dialect", "db2", "--compare", "duckdb", cwd=tmp_path)
    _clear(ended, 0)
    assert ended.out.startswith("# Two scripts compared: infants_entering_care\n")


def test_the_self_test_there_and_back(tmp_path: Path) -> None:
    _clear(cohort("sql", "selftest", "--out", "selftest.sql", cwd=tmp_path), 0)
    _clear(cohort("sql", "selftest", "--out", "selftest.sql", cwd=tmp_path), 0)
    assert (tmp_path / "selftest.sql").read_text("utf-8").count("INSERT INTO SAILW9999V.carfan_answers") > 60
    answers = [(line.number, line.name, line.expected or "told") for line in expected_answers()]
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(answers)
    ended = cohort("sql", "selftest", "read", "answers.csv", "--out", "selftest.json", cwd=tmp_path)
    _clear(ended, 0)
    assert json.loads((tmp_path / "selftest.json").read_text("utf-8"))["failed"] == 0
    with (tmp_path / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(answers[:-8])
    ended = cohort("sql", "selftest", "read", "answers.csv", cwd=tmp_path)
    _clear(ended, 3)
    assert "missing" in ended.out


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"nothing of it\n"])
def test_what_is_no_output_of_the_self_test(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_bytes(content)
    ended = cohort("sql", "selftest", "read", "answers.csv", cwd=tmp_path)
    _clear(ended, 6)
    assert ended.sentence.startswith("cohort: answers.csv: ")


def test_an_output_that_is_not_there(tmp_path: Path) -> None:
    _clear(cohort("sql", "selftest", "read", "answers.csv", cwd=tmp_path), 6)
