"""What the commands say and write when all is well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cohort as package
from cohort.api import NotSynthetic, SpecHasErrors
from tests.cli.command import cohort
from tests.conftest import DEMO_SPEC, ROOT

COMMANDS = (
    "demo", "new", "check", "fmt", "test", "rule", "functions", "schema", "explain", "sql", "synth", "run",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_examples(command: str, tmp_path: Path) -> None:
    ended = cohort(command, "--help", cwd=tmp_path)
    assert ended.code == 0
    assert "Examples:" in ended.out
    assert f"cohort {command}" in ended.out


def test_the_version(tmp_path: Path) -> None:
    assert cohort("--version", cwd=tmp_path).out.strip() == f"carfan {package.__version__}"


def test_check_of_the_demo_spec(tmp_path: Path) -> None:
    ended = cohort("check", DEMO_SPEC, "--notes", "--strict", cwd=tmp_path)
    assert ended.code == 0, ended
    assert "sound" in ended.out
    assert "lacw-left-truncated" in ended.out


def test_check_lists_the_tags_that_would_tell(tmp_path: Path) -> None:
    ended = cohort("check", DEMO_SPEC, "--tags", cwd=tmp_path)
    assert ended.code == 0, ended
    assert (
        "tag[compares_with_england] Results are set beside figures for England. Would tell of: " in ended.out
    )
    assert "note[" not in ended.out


def test_check_as_json_has_limits_only_when_asked_for_them(tmp_path: Path) -> None:
    plain, asked = (
        json.loads(cohort("check", DEMO_SPEC, "--format", "json", *options, cwd=tmp_path).out)
        for options in ((), ("--notes", "--tags"))
    )
    assert plain == []
    assert {item["severity"] for item in asked} == {"note", "read", "undecided"}
    assert all(bool(item["tags"]) == (item["severity"] == "undecided") for item in asked)


def test_check_as_json_gives_the_place(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(
        DEMO_SPEC.read_text("utf-8").replace("keep_first: start_date", "keep_first: start_dat", 1), "utf-8"
    )
    (tmp_path / "codelists").symlink_to(ROOT / "specs" / "codelists")
    ended = cohort("check", "spec.yaml", "--format", "json", cwd=tmp_path)
    assert ended.code == 1
    (found,) = [item for item in json.loads(ended.out) if item["code"] == "NAM104"]
    line = spec.read_text("utf-8").splitlines()[found["line"] - 1]
    assert line[found["column"] - 1 :].startswith("start_dat")
    assert found["suggestion"] == "start_date"


def test_the_synthetic_data_say_so_on_every_page(tmp_path: Path, small_data: Path) -> None:
    ended = cohort("run", DEMO_SPEC, "--data", small_data, "--out", "deep/er/results", cwd=tmp_path)
    assert ended.code == 0, ended
    folder = tmp_path / "deep" / "er" / "results"
    for name in ("report.html", "flow_chart.svg", "conventions.md", "attrition.csv", "entries_by_year.csv"):
        assert "synthetic" in (folder / name).read_text("utf-8").lower(), name
    assert "ynthetic" in ended.out


def test_the_python_side(small_data: Path) -> None:
    study = package.load(DEMO_SPEC)
    assert study.check() == ()
    assert study.explain().startswith("# Infants entering care in Wales")
    assert study.sql("db2").startswith("--")
    results = study.run(small_data)
    assert set(results) >= {"flow_of_infants", "entries_by_year", "conversion_by_year", "age_by_legal_status"}
    frame = results["entries_by_year"]
    assert {"count", "state"} <= set(frame.columns)
    assert frame.filter(frame["state"] == "hidden")["count"].is_null().all()
    assert results.rows("analysis").height > 0


def test_rows_of_single_children_are_refused_without_the_synthetic_mark(
    small_data: Path, tmp_path: Path
) -> None:
    for parquet in small_data.glob("*.parquet"):
        (tmp_path / parquet.name).write_bytes(parquet.read_bytes())
    results = package.load(DEMO_SPEC).run(tmp_path)
    assert not results.safe.synthetic
    with pytest.raises(NotSynthetic):
        results.rows("analysis")


def test_a_broken_spec_has_no_sql(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("study: {}\n", "utf-8")
    with pytest.raises(SpecHasErrors):
        package.load(spec).sql("db2")
