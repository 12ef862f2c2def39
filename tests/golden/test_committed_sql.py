"""The committed SQL is what the compiler gives now, byte for byte, and every statement parses as Db2."""

from __future__ import annotations

import pytest

from cohort import pipeline
from tests.conftest import ROOT


@pytest.mark.parametrize("dialect", ["db2", "duckdb"])
@pytest.mark.parametrize(
    "spec", sorted(path.stem for path in (ROOT / "specs").glob("*.yaml") if ".cases." not in path.name)
)
def test_the_committed_sql_is_current(spec: str, dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    from pathlib import Path

    checked = pipeline.check_file(Path("specs") / f"{spec}.yaml")
    assert checked.study is not None
    text = pipeline.compile_study(checked.study, dialect).text
    committed = ROOT / "sql" / spec / f"{dialect}.sql"
    assert committed.read_bytes() == text.encode(), "run `make sql` and read the difference"


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
    text = (ROOT / "sql" / "infants_entering_care" / "db2.sql").read_text("utf-8")
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
    text = (ROOT / "sql" / "infants_entering_care" / "db2.sql").read_text("utf-8")
    for step in (
        "2_rows_with_keys",
        "3_returns_of_study",
        "4_end_not_before_start",
        "5_unified_child",
        "6_latest_return",
    ):
        assert f"'care_episodes_{step}' AS step_name" in text
