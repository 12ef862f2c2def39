"""The committed SQL is what the compiler gives now, byte for byte, and every statement parses as Db2."""

from __future__ import annotations

import pytest

from cohort import pipeline
from tests.conftest import ROOT


@pytest.mark.parametrize("dialect", ["db2", "duckdb"])
@pytest.mark.parametrize("spec", sorted(path.stem for path in (ROOT / "specs").glob("*.yaml")))
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
