"""The record: its label is honest, its bytes are the same each time, and it holds what was found."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from cohort.version import __version__
from cohort.vetting import execution, gate, grammar, h2, postgres
from cohort.vetting.gate import check_self_test, vet
from cohort.vetting.model import CannotRun, Outcome, Status
from cohort.vetting.postgres import Server
from cohort.vetting.record import FULL_LABEL, NOT_SHARED, Record, Subject, as_json, as_markdown

from .subjects import SMALL, asked, changed, data, db2

CHECKS = (
    "text",
    "allow-list",
    "grammar",
    "style",
    "reference",
    "postgresql",
    "h2",
    "minimisation",
)
SUBJECT = Subject("study", "A study", "study.yaml", "0f" * 32, "example", "1e" * 32, __version__)


def record(**statuses: Status) -> Record:
    outcomes = [
        Outcome(name, statuses.get(name, Status.PASSED), "words", () if name not in statuses else ("Why.",))
        for name in CHECKS
    ]
    return Record(SUBJECT, tuple(outcomes), (), None)


@pytest.mark.parametrize(
    ("statuses", "label"),
    [
        ({}, FULL_LABEL),
        (
            {"h2": Status.SKIPPED},
            "Db2-dialect SQL, grammar-checked, executed on one substitute (PostgreSQL; not on H2), never on Db2",
        ),
        (
            {"postgresql": Status.SKIPPED, "grammar": Status.SKIPPED},
            "Db2-dialect SQL, not grammar-checked, executed on one substitute (H2; not on PostgreSQL), never on Db2",
        ),
        (
            {"postgresql": Status.SKIPPED, "h2": Status.SKIPPED},
            "Db2-dialect SQL, grammar-checked, executed on no substitute, never on Db2",
        ),
        (
            {"postgresql": Status.FAILED, "h2": Status.SKIPPED},
            "Db2-dialect SQL that failed its vetting (postgresql), never on Db2",
        ),
    ],
)
def test_the_label_says_what_ran(statuses: dict[str, Status], label: str) -> None:
    made = record(**statuses)
    assert made.label == label
    assert json.loads(as_json(made))["label"] == label
    assert f"**{label}.**" in as_markdown(made)
    assert FULL_LABEL == "Db2-dialect SQL, grammar-checked, executed on two substitutes, never on Db2"


def test_what_was_skipped_and_what_failed_is_said() -> None:
    text = as_markdown(record(h2=Status.SKIPPED, style=Status.FAILED))
    assert "## What failed\n\n- style: Why.\n" in text
    assert "## What could not be checked\n\n- h2: Why.\n" in text
    assert all(db2_does in text for db2_does, _ in NOT_SHARED)


def test_the_self_test_of_a_real_server_is_in_the_record() -> None:
    answers = {
        "version": "abc",
        "probes": [
            {"name": "one", "expected": "1", "found": "1", "passed": True},
            {"name": "two", "expected": "yes", "found": "no", "passed": False},
        ],
        "passed": 1,
        "failed": 1,
        "missing": ["three"],
    }
    made = replace(record(), self_test=answers)
    assert "1 passed, 1 failed and 1 were not answered." in as_markdown(made)
    assert "- two: no instead of yes" in as_markdown(made)
    assert json.loads(as_json(made))["self_test"] == answers
    assert "No answers were given." in as_markdown(record())


def test_the_gate_on_a_small_study(server: Server, h2_tools: h2.Tools) -> None:
    del h2_tools
    stages: list[str] = []
    made = vet(asked(SMALL), lambda stage, _share: stages.append(stage), server, data(SMALL))
    assert [outcome.name for outcome in made.outcomes] == list(CHECKS)
    assert {outcome.name: outcome.findings for outcome in made.outcomes if outcome.findings} == {}
    assert made.label == FULL_LABEL
    assert stages[-1] == "done"
    again = vet(asked(SMALL), lambda _stage, _share: None, server, data(SMALL))
    assert as_json(again) == as_json(made)
    assert as_markdown(again) == as_markdown(made)


def test_a_changed_script_is_told(server: Server, h2_tools: h2.Tools) -> None:
    del h2_tools
    text = changed(SMALL, "start_date IS NOT NULL", "start_date IS NULL")
    made = vet(asked(SMALL, text), lambda _stage, _share: None, server, data(SMALL))
    assert {outcome.name for outcome in made.failed} == {"text", "postgresql", "h2"}
    assert made.label.startswith("Db2-dialect SQL that failed its vetting (text, postgresql, h2)")
    line = next(
        number
        for number, (one, other) in enumerate(
            zip(text.splitlines(), db2(SMALL).text.splitlines(), strict=True), 1
        )
        if one != other
    )
    assert made.outcomes[0].findings == (
        f"The text is not what the spec compiles to: it differs first in line {line}.",
    )


def test_tools_that_are_not_there_are_skipped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_args: object) -> None:
        raise CannotRun("it is not installed: `make engines` installs it.")

    monkeypatch.setattr(grammar, "version", absent)
    monkeypatch.setattr(postgres, "find_tools", absent)
    monkeypatch.setattr(h2, "find_tools", absent)
    made = vet(asked(SMALL), lambda _stage, _share: None, None, data(SMALL))
    assert [outcome.name for outcome in made.skipped] == ["grammar", "style", "postgresql", "h2"]
    assert made.failed == ()
    assert all(
        outcome.findings == ("It is not installed: `make engines` installs it.",) for outcome in made.skipped
    )
    assert made.label == ("Db2-dialect SQL, not grammar-checked, executed on no substitute, never on Db2")


def test_rows_that_duckdb_cannot_give_fail_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    from cohort.vetting.model import Refused

    def refused(*_args: object) -> None:
        raise Refused("DuckDB: a sentence.")

    monkeypatch.setattr(execution, "on_duckdb", refused)
    monkeypatch.setattr(grammar, "inspect", lambda _statement: grammar.Inspected((), ()))
    made = vet(asked(SMALL), lambda _stage, _share: None, None, data(SMALL))
    assert [outcome.name for outcome in made.failed] == ["reference", "postgresql", "h2"]
    assert gate.UNITS == 400


@pytest.mark.parametrize(("passed", "status"), [(True, Status.PASSED), (False, Status.FAILED)])
def test_a_wrong_answer_of_a_real_server_fails_the_script(passed: bool, status: Status) -> None:
    probes = [{"name": "month_end", "expected": "1", "found": "1" if passed else "2", "passed": passed}]
    outcome = check_self_test({"probes": probes})
    assert outcome.status is status
    assert ("month_end" in " ".join(outcome.findings)) is not passed
    made = replace(record(), outcomes=(*record().outcomes, outcome))
    assert (made.label == FULL_LABEL) is passed
