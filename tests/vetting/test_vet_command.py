"""The command ``cohort sql vet``: what it prints and writes, how it ends, and what it says of wrong input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cohort import pipeline
from cohort.cli.sql import sql
from cohort.source import FileProblem
from cohort.vetting import h2
from cohort.vetting.model import Outcome, Status
from cohort.vetting.postgres import Server
from cohort.vetting.record import FULL_LABEL, Record, Subject
from tests.conftest import DEMO_SPEC

SUBJECT = Subject("a_study", "A study", "study.yaml", "0f" * 32, "example", "1e" * 32, "0.1.0")
ANSWERS = {"version": "abc", "probes": [], "passed": 0, "failed": 0, "missing": []}


def vet(*arguments: str | Path) -> Result:
    return CliRunner().invoke(sql, ["vet", *map(str, arguments)])


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Callable[[Status], dict[str, Any]]:
    """A gate of one check that ends as asked for; what it was given is kept."""

    def ending(status: Status) -> dict[str, Any]:
        given: dict[str, Any] = {}

        def vetted(_study: object, **options: Any) -> Record:
            given.update(options)
            findings = () if status is Status.PASSED else ("A sentence.",)
            return Record(
                SUBJECT, (Outcome("h2", status, "words", findings),), (), None, options["self_test"]
            )

        monkeypatch.setattr(pipeline, "vet_study", vetted)
        return given

    return ending


@pytest.mark.parametrize(
    ("status", "options", "code"),
    [
        (Status.PASSED, [], 0),
        (Status.PASSED, ["--strict"], 0),
        (Status.SKIPPED, [], 0),
        (Status.SKIPPED, ["--strict"], 5),
        (Status.FAILED, [], 5),
    ],
)
def test_how_it_ends(
    gate: Callable[[Status], dict[str, Any]], status: Status, options: list[str], code: int
) -> None:
    gate(status)
    ended = vet(DEMO_SPEC, *options)
    assert ended.exit_code == code, ended.output
    said = {
        Status.PASSED: "",
        Status.SKIPPED: "Not checked: h2. A sentence.",
        Status.FAILED: "Failed: h2. A sentence.",
    }
    assert said[status] in ended.stderr
    assert ended.stdout.startswith("# Vetting of the Db2 script of a_study\n")


def test_what_the_gate_is_given(gate: Callable[[Status], dict[str, Any]], tmp_path: Path) -> None:
    given = gate(Status.PASSED)
    script, answers = tmp_path / "a.sql", tmp_path / "answers.json"
    script.write_bytes(b"-- with\r\n")
    answers.write_text(json.dumps(ANSWERS), "utf-8")
    ended = vet(DEMO_SPEC, "--script", script, "--selftest", answers, "--units", "50", "--few-units", "9",
                "--seed", "3", "--keep-analysis", "--out", tmp_path / "records")  # fmt: skip
    assert ended.exit_code == 0, ended.output
    assert given["text"] == "-- with\r\n", "line ends count: the comparison is byte for byte"
    assert (given["units"], given["few_units"], given["seed"]) == (50, 9, 3)
    assert given["options"].keep_analysis
    assert given["self_test"] == ANSWERS
    written = json.loads((tmp_path / "records" / "a_study.vetting.json").read_text("utf-8"))
    assert written["self_test"] == ANSWERS
    assert (tmp_path / "records" / "a_study.vetting.md").read_text("utf-8").startswith("# Vetting")
    again = vet(DEMO_SPEC, "--out", tmp_path / "records")
    assert again.exit_code == 0, "an earlier record is replaced"


def test_another_file_is_not_overwritten(gate: Callable[[Status], dict[str, Any]], tmp_path: Path) -> None:
    gate(Status.PASSED)
    (tmp_path / "a_study.vetting.json").write_text("{}", "utf-8")
    ended = vet(DEMO_SPEC, "--out", tmp_path)
    assert isinstance(ended.exception, FileProblem)
    assert (tmp_path / "a_study.vetting.json").read_text("utf-8") == "{}"


@pytest.mark.parametrize("text", ["", "[]", '{"version": 1}', "no JSON"])
def test_answers_that_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "answers.json").write_text(text, "utf-8")
    ended = vet(DEMO_SPEC, "--selftest", tmp_path / "answers.json")
    assert isinstance(ended.exception, FileProblem)
    assert "this is no outcome of a self-test" in str(ended.exception)


def test_a_script_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"\xff\xfe")
    ended = vet(DEMO_SPEC, "--script", tmp_path / "a.sql")
    assert isinstance(ended.exception, FileProblem)
    assert str(ended.exception).endswith("the file is not text in UTF-8.")


def test_a_broken_spec(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("study: 1\n", "utf-8")
    assert vet(tmp_path / "broken.yaml").exit_code == 1


def test_the_help_has_examples() -> None:
    ended = vet("--help")
    assert ended.exit_code == 0
    assert "Examples:" in ended.output
    assert "--selftest" in ended.output


def test_a_study_on_boundary_data(server: Server, h2_tools: h2.Tools, tmp_path: Path) -> None:
    """The whole way, with a server of its own."""
    del server, h2_tools
    ended = vet(DEMO_SPEC, "--units", "60", "--few-units", "12", "--out", tmp_path, "--strict")
    assert ended.exit_code == 0, ended.output
    written = json.loads((tmp_path / "infants_entering_care.vetting.json").read_text("utf-8"))
    assert written["label"] == FULL_LABEL
    assert {check["status"] for check in written["checks"]} == {"passed"}
    assert written["data"]["rows"] > 300
    figures = {check["name"]: check["facts"] for check in written["checks"]}
    assert figures["postgresql"]["rows"] > 1000
