"""The committed SQL is what the compiler gives now, byte for byte, and an analyst can read it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.query.study import Study
from cohort.sql import PartKind, Script, StatementKind
from tests.conftest import ROOT

STUDIES = sorted(path.stem for path in (ROOT / "specs").glob("*.yaml") if ".cases." not in path.name)
DIALECTS = ("db2", "duckdb", "spark")
SCRIPTS = sorted((ROOT / "sql").glob("*/*.sql"))


@cache
def _study(spec: str) -> Study:
    study = pipeline.check_file(Path("specs") / f"{spec}.yaml").study
    assert study is not None
    return study


@cache
def _script(spec: str, dialect: str) -> Script:
    return pipeline.compile_study(_study(spec), dialect)


def _committed(spec: str, name: str) -> str:
    return (ROOT / "sql" / spec / name).read_text("utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("spec", STUDIES)
def test_the_committed_sql_is_current(spec: str, dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = _script(spec, dialect).text
    committed = ROOT / "sql" / spec / f"{dialect}.sql"
    assert committed.read_bytes() == text.encode(), "run `make sql` and read the difference"


@pytest.mark.parametrize("spec", STUDIES)
def test_the_committed_differences_are_current(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = pipeline.compare_scripts(_study(spec), "db2", "duckdb")
    assert _committed(spec, "differences.md") == text, "run `make sql` and read the difference"
    assert len(text.splitlines()) <= 60


def test_every_study_has_its_scripts_and_no_other_is_there() -> None:
    wanted = {f"{spec}/{dialect}.sql" for spec in STUDIES for dialect in DIALECTS}
    assert {path.relative_to(ROOT / "sql").as_posix() for path in SCRIPTS} == wanted


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_committed_script_can_be_read(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert max(map(len, lines)) <= 120
    assert [line for line in lines if line != line.rstrip() or "\t" in line] == []
    statements = [line for line in lines if not line.lstrip().startswith("--")]
    needless = re.compile(r"(?:\b\w+\.)?\b(\w+) AS \1,?$")
    assert [line for line in statements if needless.search(line) and "FROM" not in line] == []
    assert [line for line in statements if re.search(r"\b(anon|param|subq)_\d", line)] == []


@pytest.mark.parametrize("spec", STUDIES)
def test_no_db2_statement_shows_rows(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but CALL, CREATE and INSERT is run, so that no client shows a row of a person."""
    monkeypatch.chdir(ROOT)
    script = _script(spec, "db2")
    assert {statement.text.split()[0] for statement in script.statements} == {"CALL", "CREATE", "INSERT"}
    results = [s for s in script.statements if s.kind is StatementKind.RESULT]
    assert {s.text.split()[2] for s in results} == {script.tables["results"]}
    assert len(results) == sum(part.kind is PartKind.RESULT for part in script.parts) > 0


@pytest.mark.parametrize("spec", STUDIES)
def test_the_overview_lists_every_part(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    script = _script(spec, "db2")
    (overview,) = (part.text for part in script.parts if part.kind is PartKind.OVERVIEW)
    listed = re.findall(r"^--  +(\d+)  (\w+(?: up)?)(?: \(output\))?:", overview, re.MULTILINE)
    assert listed == [(str(part.number), part.name) for part in script.parts if part.statements]


def test_a_second_compile_gives_the_same_bytes() -> None:
    spec = ROOT / "specs" / "infants_entering_care.yaml"
    texts = set()
    for _ in range(2):
        checked = pipeline.check_file(spec)
        assert checked.study is not None
        texts.add(pipeline.compile_study(checked.study, "db2").text)
    assert len(texts) == 1


def test_the_analyst_finds_every_step_of_the_population_with_its_reason_and_line() -> None:
    spec = ROOT / "specs" / "infants_entering_care.yaml"
    text = _committed("infants_entering_care", "db2.sql")
    study = pipeline.check_file(spec).study
    assert study is not None
    for step in study.population.steps:
        start = text.index(f"-- {step.id}: ")
        comment = " ".join(line.removeprefix("--").strip() for line in text[start:].splitlines()[:8])
        assert step.words[:60] in comment
        assert step.why[:60] in comment
        assert f"specs/infants_entering_care.yaml:{step.origin.line}" in comment


def test_every_step_of_a_preparation_is_counted() -> None:
    """What missing keys, reversed episodes and repeated returns leave out can be read from the counts."""
    text = _committed("infants_entering_care", "db2.sql")
    for step in (
        "2_rows_with_keys",
        "3_returns_of_study",
        "4_end_not_before_start",
        "5_unified_child",
        "6_latest_return",
    ):
        assert f"'care_episodes_{step}' AS step_name" in text
