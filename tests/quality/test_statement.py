"""The statement itself: nothing under the threshold, both forms alike, the Db2 script, and the command."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from cohort import pipeline, pipeline_quality
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.policy import load_policy
from cohort.quality.as_json import statement_json
from cohort.quality.bounds import Most
from cohort.quality.markdown import statement_markdown
from cohort.quality.statement import Statement
from cohort.results.model import ALL, SafeTable, State
from cohort.sql.results import RESULT_COLUMNS
from cohort.vetting.allow_list import check_allow_list
from cohort.vetting.grammar import check_grammar
from cohort.vetting.model import Status
from tests.cli.command import cohort
from tests.conftest import DEMO_SPEC, ROOT
from tests.quality import by_polars, made

SPECS = sorted(path for path in (ROOT / "specs").glob("*.yaml") if not path.name.endswith(".cases.yaml"))
POLICIES = ("sail", "welsh_government")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made.write(tmp_path_factory.mktemp("statement") / "data")


@pytest.fixture(scope="module", params=POLICIES)
def statement(request: pytest.FixtureRequest, data: Path) -> Statement:
    return pipeline_quality.quality_of_data(made.checked(request.param), data)


@pytest.fixture(scope="module")
def unrounded(data: Path) -> Statement:
    """Under the policy that does not round: rounded counts do not add up, so that one hidden count can be enough."""
    assert load_policy("sail").rounding_base == 1
    return pipeline_quality.quality_of_data(made.checked("sail"), data)


def _counts(found: Any) -> list[int]:
    """Every count in the JSON form, wherever it stands."""
    if isinstance(found, dict):
        own = [found["count"]] if set(found) == {"state", "count"} else []
        return own + [count for value in found.values() for count in _counts(value)]
    return [count for value in found for count in _counts(value)] if isinstance(found, list) else []


def test_years_without_a_published_figure_are_named(statement: Statement) -> None:
    said = re.findall(
        r"^- No published figure is at hand for (.*)\.$", statement_markdown(statement), re.MULTILINE
    )
    named = [line.split(", ") for line in said]
    expected = []
    for one in statement.comparisons:
        years = one.comparison.table.years
        assert years is not None
        shown = {compared.year for compared in one.years}
        lacking = [label for label in map(years.label, map(str, years.each)) if label not in shown]
        expected += [lacking] if lacking else []
    assert named == expected
    assert named, "every year has a figure, so that nothing is shown here"


def test_nothing_under_the_threshold_is_shown(statement: Statement) -> None:
    policy = load_policy(statement.policy)
    counts = _counts(json.loads(statement_json(statement)))
    least = 0 if policy.zeros_masked else 1
    assert [count for count in counts if 0 < count < policy.threshold] == []
    assert least or 0 not in counts
    assert len(counts) > 10


def test_no_hidden_count_follows_from_the_shown_ones(unrounded: Statement) -> None:
    """In each year a hidden state has another hidden one beside it: the rows less the shown ones tell of neither."""
    seen = 0
    for table in unrounded.tables:
        for year in [year for column in table.columns for year in column.years]:
            hidden = [state for state, cell in year.states.items() if cell.state is State.HIDDEN]
            seen += len(hidden)
            if year.rows.state is State.SHOWN:
                assert len(hidden) != 1
            else:
                assert len(hidden) == len(year.states)
    assert seen


def test_shown_counts_are_those_of_the_rows(unrounded: Statement) -> None:
    (episodes,) = (table for table in unrounded.tables if table.table.name == "lacw_episodes")
    columns = {column.column.name: column for column in episodes.columns}
    rows = dict(episodes.rows_by_year)
    assert rows["2010-11"].count == by_polars.years(made.episodes())["201011", ""]
    needs = {year.year: year for year in columns["category_of_need"].years}
    true = by_polars.found(made.episodes(), "CATEGORY_OF_NEED_CODE")
    assert needs["2010-11"].most == Most("valid", 50)
    for year in columns["end_date"].years:
        for state, cell in year.states.items():
            code = year.year.replace("-", "") if year.year[0].isdigit() else year.year
            assert cell.count in (
                None,
                by_polars.found(made.episodes(), "EPISODE_END_DATE")[code, state.value],
            )
    assert true["201011", "missing"] == 12


def test_both_forms_say_the_same_and_are_marked(statement: Statement) -> None:
    text, found = statement_markdown(statement), json.loads(statement_json(statement))
    assert found["synthetic"] is True
    assert "Synthetic data: no real person" in text
    assert re.findall(r"^## (\w+)", text, re.MULTILINE)[:6] == [
        "Coverage",
        "Completeness",
        "Consistency",
        "Accuracy",
        "Timeliness",
        "Relevance",
    ]
    for count in _counts(found):
        assert re.search(rf"\b{count:,}\b", text)
    assert found["comparisons"][0]["years"][0]["published"][0]["address"] in text
    assert "2-6 months" in text
    assert statement_markdown(statement) == text
    # No value of a row that is no code of a list is ever printed.
    assert any(row[1] == 977 for row in made.EPISODES)
    assert not re.search(r"\b977\b", text)


def test_links_are_those_of_the_study(statement: Statement, data: Path) -> None:
    """Nobody of these rows is in the cohort: one policy releases that, the other refuses, and then no link is shown."""
    checked = made.checked(statement.policy)
    assert checked.study is not None
    if statement.policy == "sail":
        with pytest.raises(CannotProtect):
            pipeline.run_study(checked.study, data)
        assert statement.links == "its release was refused, because it could not be shown to be safe"
        return
    safe, run = pipeline.run_study(checked.study, data)
    run.close()
    reports = [t for t in safe.tables if isinstance(t, SafeTable) and t.id.startswith("linkage_")]
    assert reports
    assert not isinstance(statement.links, str)
    assert [link.title for link in statement.links] == [table.title for table in reports]
    for link, table in zip(statement.links, reports, strict=True):
        assert [cell for _, cell in link.states] == [
            cell for key, cell in table.cells.items() if key != (ALL,)
        ]


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_the_db2_script_passes_the_list(spec: Path) -> None:
    script = pipeline_quality.quality_script(pipeline.check_file(spec), "db2")
    outcome = check_allow_list(script.text, tuple(script.tables.values()), script.reads)
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert script.text == pipeline_quality.quality_script(pipeline.check_file(spec), "db2").text


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_the_db2_script_passes_the_grammar_and_the_style(spec: Path) -> None:
    grammar, style = check_grammar(pipeline_quality.quality_script(pipeline.check_file(spec), "db2").text)
    assert (grammar.status, grammar.findings) == (Status.PASSED, ())
    assert (style.status, style.findings) == (Status.PASSED, ())


def test_counts_brought_out_give_the_same_statement(data: Path, tmp_path: Path) -> None:
    """The Db2 script leaves the rows that DuckDB gives; read from CSV they make the same statement, links apart."""
    checked = pipeline.check_file(DEMO_SPEC)
    file = tmp_path / "counts.csv"
    rows = _exported(data)
    _write(file, rows)
    found = json.loads(statement_json(pipeline_quality.quality_of_results(checked, file)))
    direct = json.loads(statement_json(pipeline_quality.quality_of_data(checked, data)))
    assert found["tables"] == direct["tables"]
    assert found["comparisons"] == direct["comparisons"]
    assert (found["links"], found["synthetic"]) == (None, False)
    assert found["held_against_the_study_release"] is False
    # The part on keys may be left out.
    _write(file, [row for row in rows if not row[2].startswith("key ")])
    left = json.loads(statement_json(pipeline_quality.quality_of_results(checked, file)))
    assert {table["no_key_because"] for table in left["tables"]} == {"the results hold no counts of them"}


def _exported(data: Path) -> list[list[str]]:
    from dataclasses import replace

    from cohort.catalogue import load_catalogue, shipped_binding
    from cohort.engines.database import run_script
    from cohort.quality.counting import counting_script
    from cohort.sql.model import DialectName

    description = pipeline_quality.quality_of(pipeline.check_file(DEMO_SPEC))
    names = replace(shipped_binding("synthetic"), workspace="")
    script = counting_script(description, load_catalogue().code_lists, DialectName.DUCKDB, names)
    run = run_script(script, data)
    rows = [
        [description.study, description.spec_hash, *("" if cell is None else str(cell) for cell in row)]
        for row in run.results
    ]
    run.close()
    return rows


def _write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([[name.upper() for name, _ in RESULT_COLUMNS], *rows])


def test_the_command(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "quality.md"
    done = cohort("profile", DEMO_SPEC, "--data", data, "--out", out, cwd=tmp_path)
    assert (done.code, done.out) == (0, f"Written to {out.as_posix()}.\n")
    assert out.read_text("utf-8").startswith("# Data quality: ")
    again = cohort("profile", DEMO_SPEC, "--data", data, "--out", out, cwd=tmp_path)
    assert again.code == 0
    shown = cohort("profile", DEMO_SPEC, "--data", data, "--json", cwd=tmp_path)
    assert json.loads(shown.out)["format"] == "cohort data quality 1"
    script = cohort("profile", DEMO_SPEC, "--sql", "db2", "--out", tmp_path / "q.sql", cwd=tmp_path)
    assert script.code == 0
    foreign = tmp_path / "notes.md"
    foreign.write_text("my notes", encoding="utf-8")
    kept = cohort("profile", DEMO_SPEC, "--data", data, "--out", foreign, cwd=tmp_path)
    assert (kept.code, foreign.read_text("utf-8")) == (6, "my notes")


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_the_committed_script_is_current(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    script = pipeline_quality.quality_script(pipeline.check_file(Path("specs") / spec.name), "db2")
    committed = ROOT / "sql" / spec.stem / "quality" / "db2.sql"
    assert committed.read_bytes() == script.text.encode(), "run `make sql` and read the difference"


@pytest.mark.parametrize("spec", [path for path in SPECS if path != DEMO_SPEC], ids=lambda path: path.stem)
def test_what_the_data_do_not_hold_is_named(spec: Path, data: Path, tmp_path: Path) -> None:
    """The awkward rows are of two tables: these are counted, the others are named, and nothing stops."""
    done = cohort("profile", spec, "--data", data, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    left = {one["table"]: one["columns"] for one in found["not_held"]}
    assert "wdsd_persons" in left
    assert left["wdsd_persons"] == []
    assert "wdsd_persons" in done.err
    assert not set(left) & {table["table"] for table in found["tables"] if not left.get(table["table"])}
    assert {table["table"] for table in found["tables"]} <= {"lacw_derived_alf", "lacw_episodes"}
    text = cohort("profile", spec, "--data", data, cwd=tmp_path).out
    assert "not every source has synthetic data yet" in text
    assert "(" + "Each person ever registered" in text


def test_data_that_hold_nothing_of_the_study_stop_the_command(tmp_path: Path) -> None:
    empty = tmp_path / "data"
    empty.mkdir()
    (empty / "OTHER.csv").write_text("A\n1\n", encoding="utf-8")
    done = cohort("profile", DEMO_SPEC, "--data", empty, "--out", tmp_path / "q.md", cwd=tmp_path)
    assert done.code == 3
    assert "The data lack the table" in done.err
    assert not (tmp_path / "q.md").exists()


def test_a_missing_column_is_named(data: Path, tmp_path: Path) -> None:
    import polars as pl

    short = tmp_path / "data"
    shutil.copytree(data, short)
    file = short / "LACW_EPISODE_MAIN.parquet"
    pl.read_parquet(file).drop("LEGAL_STATUS_CODE").write_parquet(file)
    found = json.loads(cohort("profile", DEMO_SPEC, "--data", short, "--json", cwd=tmp_path).out)
    assert found["not_held"] == [{"table": "lacw_episodes", "columns": ["legal_status"]}]
    assert found["no_links_because"] == "the data lack tables or columns that the study reads"
    assert "or the data lack it" in found["not_compared"][0]["why"]


def test_every_part_of_a_synthetic_statement_says_so(statement: Statement) -> None:
    parts = re.split(r"^## ", statement_markdown(statement), flags=re.MULTILINE)
    assert len(parts) > 8
    assert [part.splitlines()[0] for part in parts if "ynthetic data" not in part] == []


def test_results_of_the_study_give_links_and_are_held_against_the_counts(tmp_path: Path) -> None:
    """Both scripts, brought out as CSV: the statement is that of the data."""
    from cohort.engines.database import run_script

    data = tmp_path / "data"
    pipeline.make_synthetic(data, share=0.1)
    checked = pipeline.check_file(DEMO_SPEC)
    assert checked.study is not None
    run = run_script(pipeline.compile_study(checked.study, "duckdb"), data)
    fixed = (checked.study.id, checked.study.spec_hash)
    own = [[*fixed, *("" if cell is None else str(cell) for cell in row)] for row in run.results]
    run.close()
    _write(tmp_path / "own.csv", own)
    _write(tmp_path / "counts.csv", _exported(data))
    arguments = ("--results", tmp_path / "counts.csv", "--study-results", tmp_path / "own.csv", "--json")
    found = json.loads(cohort("profile", DEMO_SPEC, *arguments, cwd=tmp_path).out)
    direct = json.loads(statement_json(pipeline_quality.quality_of_data(checked, data)))
    assert found["held_against_the_study_release"] is True
    for part in ("tables", "comparisons", "links"):
        assert found[part] == direct[part]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 2, "Give --data"),
        (("--data", "x", "--sql", "db2"), 2, "exclude each other"),
        (("--sql", "db2", "--json"), 2, "not for a script"),
        (("--data", "nowhere"), 6, "there is no such folder"),
        (("--results", "nowhere.csv"), 6, "cannot be read"),
        (("--data", "x", "--study-results", "y"), 2, "goes with --results"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = cohort("profile", DEMO_SPEC, *arguments, cwd=tmp_path)
    assert done.code == code
    assert says in done.err


def test_results_of_another_spec_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "counts.csv"
    _write(
        file, [["infants_entering_care", "0" * 64, "rows lacw_episodes", "2004", "", "", "count", "12", ""]]
    )
    done = cohort("profile", DEMO_SPEC, "--results", file, cwd=tmp_path)
    assert done.code == 3
    assert "counts.csv:2: the counts are of another version of the spec" in done.err
    assert "12" not in done.sentence.replace("counts.csv:2", "")
