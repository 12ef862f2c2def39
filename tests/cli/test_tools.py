"""Transcripts of the tools around the file: what they print, write and end with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cohort import pipeline
from cohort.cli.show import TREES, show
from cohort.diagnostics import rules
from cohort.resolve.functions import FUNCTIONS
from cohort.spec.schema import schema_text
from tests.cli.command import cohort
from tests.conftest import DEMO_SPEC, ROOT

SMALL = ROOT / "tests" / "project" / "base_spec.yaml"


def shown(tree: str, spec: Path = SMALL) -> list[str]:
    return show(pipeline.check_file(spec), tree).splitlines()


# --- cohort check --show ---------------------------------------------------------------------------------------


def test_the_nodes_have_the_places_of_the_file() -> None:
    lines = SMALL.read_text("utf-8").splitlines()
    for line in shown("nodes"):
        place, words = line.split(maxsplit=1)
        row, column = map(int, place.split(":"))
        assert lines[row - 1][column - 1 :].startswith(words.split(":")[0].removeprefix("-").strip())
    assert "24:7     " + "      id: entered_in_study_years" in shown("nodes")


def test_the_spec_is_shown_section_by_section() -> None:
    lines = shown("spec")
    assert lines[:3] == ["cohort_spec: 1", "study:", "  id: small_study"]
    start = lines.index("definitions:")
    assert lines[start : start + 6] == [
        "definitions:",
        "  - name: first_episode",
        "    start: care_episodes",
        "    operations:",
        "      - key: keep_first",
        "        value: start_date",
    ]


def test_the_types_say_for_what_there_is_one_row_or_value() -> None:
    lines = shown("types")
    assert "  care_episodes: spells of each child" in lines
    assert "  first_episode: one row for each child" in lines
    assert "    until                        a date" in lines
    assert "  year_of_entry                a whole number; one value for each entry" in lines
    bands = "text: one of under 1 year, 1 year and more"
    assert f"  age_at_entry                 {bands}; one value for each entry" in lines


def test_the_types_of_rows_of_entries_and_of_splits() -> None:
    infants = shown("types", DEMO_SPEC)
    assert "  compulsory_episodes: spells of each entry" in infants
    assert "  first_compulsory_episode: one row for each entry" in infants
    leavers = shown("types", ROOT / "specs" / "care_leavers_self_harm.yaml")
    assert any(line.startswith("  living_arrangement") and "left care" in line for line in leavers)


def test_the_plan_names_steps_with_their_words_and_lines() -> None:
    lines = shown("plan")
    numbered = [line for line in lines if not line.startswith(" ")]
    assert [line.split(".")[0] for line in numbered] == [str(n + 1) for n in range(len(numbered))]
    start = next(n for n, line in enumerate(lines) if line.startswith("  first_episode [KeepOne]"))
    assert lines[start].endswith("base_spec.yaml:18")
    assert lines[start + 1] == "    the first row by start date for each child"


@pytest.mark.parametrize("tree", TREES)
def test_every_tree_is_printed_by_check(tree: str, tmp_path: Path) -> None:
    ended = cohort("check", DEMO_SPEC, f"--show={tree}", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert "first_episode" in ended.out


# --- cohort fmt --------------------------------------------------------------------------------------------------


def test_a_spec_in_its_form_is_left_alone(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_bytes(DEMO_SPEC.read_bytes())
    before = spec.stat().st_mtime_ns
    ended = cohort("fmt", "spec.yaml", cwd=tmp_path)
    assert (ended.code, ended.out) == (0, "spec.yaml: in its form already.\n")
    assert spec.stat().st_mtime_ns == before
    assert cohort("fmt", "spec.yaml", "--check", cwd=tmp_path).code == 0


def test_a_spec_is_formatted_only_when_it_is_asked_for(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    text = SMALL.read_text("utf-8").replace("keep_first: start_date", "keep_first:   start_date  # the first")
    spec.write_text(text, "utf-8")
    spec.chmod(0o640)
    ended = cohort("fmt", "spec.yaml", "--check", cwd=tmp_path)
    assert (ended.code, ended.out) == (1, "spec.yaml: would be formatted.\n")
    ended = cohort("fmt", "spec.yaml", "--diff", cwd=tmp_path)
    assert ended.code == 0
    assert (
        "-    keep_first:   start_date  # the first\n+    keep_first: start_date  # the first\n" in ended.out
    )
    assert spec.read_text("utf-8") == text
    ended = cohort("fmt", "spec.yaml", cwd=tmp_path)
    assert (ended.code, ended.out) == (0, "spec.yaml: formatted.\n")
    assert "keep_first: start_date  # the first\n" in spec.read_text("utf-8")
    assert spec.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["spec.yaml"]
    assert cohort("fmt", "spec.yaml", "--check", cwd=tmp_path).code == 0


def test_a_file_that_cannot_be_read_is_not_formatted(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("study: [1, 2\n", "utf-8")
    ended = cohort("fmt", "spec.yaml", cwd=tmp_path)
    assert ended.code == 1
    assert "YML205" in ended.err
    assert (tmp_path / "spec.yaml").read_text("utf-8") == "study: [1, 2\n"
    assert cohort("fmt", "nowhere.yaml", cwd=tmp_path).code == 6


# --- cohort rule, functions, schema ------------------------------------------------------------------------------


def test_a_rule_is_its_page(tmp_path: Path) -> None:
    ended = cohort("rule", "nam112", cwd=tmp_path)
    assert ended.code == 0
    assert ended.out == (ROOT / "docs" / "rules" / "NAM112.md").read_text("utf-8")


def test_a_wrong_code_gives_the_nearest(tmp_path: Path) -> None:
    ended = cohort("rule", "TIM730", cwd=tmp_path)
    assert ended.code == 2
    assert ended.sentence == "Error: Invalid value for CODE: there is no rule TIM730; the nearest is TIM703."
    ended = cohort("rule", "nonsense", cwd=tmp_path)
    assert "`cohort rule` lists all rules" in ended.sentence


def test_all_rules_are_listed(tmp_path: Path) -> None:
    lines = cohort("rule", cwd=tmp_path).out.splitlines()
    assert [line.split()[0] for line in lines] == sorted(rules())
    assert f"NAM112  error    {rules()['NAM112'].headline}" in lines


def test_functions_are_listed_and_explained(tmp_path: Path) -> None:
    listed = cohort("functions", cwd=tmp_path).out
    assert sorted(line.split()[0] for line in listed.splitlines() if line.startswith("  ")) == sorted(
        FUNCTIONS
    )
    ended = cohort("functions", "age_on", cwd=tmp_path)
    assert ended.out == (
        "age_on (dates)\n"
        "  takes    one date\n"
        "  gives    whole birthdays from the week of birth to the date\n"
        "  example  age_on(index_date)\n"
    )
    assert "the nearest is age_on" in cohort("functions", "ageon", cwd=tmp_path).sentence
    assert "the nearest is total" in cohort("functions", "sum", cwd=tmp_path).sentence


def test_the_schema_is_that_of_the_models(tmp_path: Path) -> None:
    ended = cohort("schema", cwd=tmp_path)
    assert ended.out == schema_text()
    assert json.loads(ended.out)["title"].startswith("Study spec")


def test_the_wheel_takes_the_pages_of_the_rules_along() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '"docs/rules" = "cohort/_shipped/docs/rules"' in text
