"""`cohort catalogue` as a user calls it: what it prints, ends with and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cohort.catalogue.links import studies_that_count, text_of_count
from cohort.cli.main import app
from cohort.lookup.as_json import FORMAT
from cohort.lookup.known import load_known
from tests.cli.command import cohort

COMMANDS = (
    "areas",
    "caveats",
    "codes",
    "disagreements",
    "count",
    "datasets",
    "doubts",
    "figures",
    "links",
    "search",
    "show",
    "site",
)
CALLS = [
    [],
    ["search", "placement"],
    ["show", "lacw_episodes"],
    ["codes", "reason_finished"],
    ["caveats"],
    ["datasets"],
    ["doubts"],
    ["disagreements"],
    ["links"],
    ["show", "child_person_improved"],
    ["show", "court_person"],
    ["areas"],
    ["areas", "--on", "2018-06-30"],
    ["figures"],
    ["figures", "census_2021"],
    ["show", "W01000001"],
]


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["catalogue", *arguments])


@pytest.mark.parametrize("arguments", CALLS)
def test_every_command_prints_text_and_json(arguments: list[str]) -> None:
    text, as_json = call(*arguments), call(*arguments, "--json")
    assert text.exit_code == as_json.exit_code == 0
    assert text.stdout.strip()
    read = json.loads(as_json.stdout)
    assert read["format"] == FORMAT
    assert read["command"] == (arguments[0] if arguments else "overview")
    assert as_json.stdout == call(*arguments, "--json").stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = call(command, "--help")
    assert shown.exit_code == 0
    assert f"cohort catalogue {command}" in shown.stdout.split("Examples:")[1]


def test_it_runs_as_a_program_in_any_folder(tmp_path: Path) -> None:
    ended = cohort("catalogue", "codes", "sex", "--json", cwd=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    things = json.loads(ended.out)["things"]
    assert "sex" in [thing["name"] for thing in things]
    assert list(tmp_path.iterdir()) == []


def test_search_takes_a_limit_and_says_how_many_there_are() -> None:
    read = json.loads(call("search", "school", "--limit", "3", "--json").stdout)
    assert len(read["hits"]) == 3 < read["found"]
    assert list(read["hits"][0]) == ["sort", "name", "physical", "title", "score"]


def test_search_for_nothing_that_exists_ends_well() -> None:
    found = call("search", "placment")
    assert found.exit_code == 0
    assert "did you mean “placement”?" in found.stdout


def test_a_name_of_several_things_shows_all_or_the_sort_that_is_asked_for() -> None:
    both = json.loads(call("show", "crcs", "--json").stdout)["things"]
    assert [thing["sort"] for thing in both] == ["dataset", "source"]
    one = json.loads(call("show", "crcs", "--sort", "source", "--json").stdout)["things"]
    assert [thing["sort"] for thing in one] == ["source"]


def test_a_column_name_of_many_tables_shows_where_they_are() -> None:
    shown = call("show", "alf")
    assert shown.exit_code == 0
    assert "lacw_alf.alf" in shown.stdout
    assert "TABLE.COLUMN" in shown.stdout


def test_columns_are_shown_where_they_are_asked_for_although_a_list_has_the_name() -> None:
    things = json.loads(call("show", "sex", "--sort", "column", "--json").stdout)["things"]
    assert {thing["sort"] for thing in things} == {"column"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "lacw_episods"], "the nearest is lacw_episodes"),
        (["show", "7A3"], "`cohort catalogue search 7A3` finds 3 things"),
        (["show", "qqqqqqqq"], "`cohort catalogue search` finds by words"),
        (["show", "crcs", "--sort", "table"], "what has this name is: dataset, source"),
        (["codes", "reason_finishd"], "the nearest is reason_finished"),
        (["caveats", "--dataset", "lacww"], "the nearest is lacw"),
        (["doubts", "--dataset", "lacww"], "the nearest is lacw"),
        (["count", "links_of_chidlren"], "the nearest is links_of_children"),
        (["count", "qqqqqqqq"], "there are children_of_people, children_of_pupil_numbers"),
        (["datasets", "--theme", "educatoin"], "the nearest is education"),
        (["search", "…"], "a word with letters or figures is needed"),
        (["--json", "doubts"], "--json stands after the command"),
    ],
)
def test_a_mistake_is_a_usage_error_with_a_hint(arguments: list[str], words: str) -> None:
    ended = call(*arguments)
    assert ended.exit_code == 2
    assert words in " ".join(ended.stderr.split())
    assert ended.stdout == ""


def test_the_study_that_counts_is_printed_as_it_is_shipped(tmp_path: Path) -> None:
    for name in studies_that_count():
        ended = call("count", name)
        assert ended.exit_code == 0
        assert ended.stdout == text_of_count(name)
    spec = tmp_path / "links_of_children.yaml"
    spec.write_text(text_of_count("links_of_children"), "utf-8")
    checked = cohort("check", "links_of_children.yaml", cwd=tmp_path)
    assert (checked.code, "sound" in checked.out) == (0, True)


def test_what_a_filter_loses_is_shown_with_the_table_the_column_and_the_codes() -> None:
    for name in ("lacw_derived_alf", "lacw_derived_alf.match_status", "alf_source", "child_person_improved"):
        shown = " ".join(call("show", name).stdout.split())
        assert "silently drops all links found through CAFW, NCCHD_BIRTHS and GP_EVENT" in shown, name
    assert "silently drops" not in call("show", "lacw_alf").stdout
    assert "silently drops" not in call("show", "lacw_derived_alf.alf").stdout


def test_codes_of_a_column_without_a_list_say_so() -> None:
    shown = call("codes", "pedw_diagnoses.diagnosis")
    assert shown.exit_code == 0
    assert "No list of codes is known for pedw_diagnoses.diagnosis" in shown.stdout


def test_the_width_of_the_terminal_is_used() -> None:
    runner = CliRunner(env={"COLUMNS": "60"})
    shown = runner.invoke(app, ["catalogue", "caveats", "--dataset", "lacw"]).stdout
    assert max(map(len, shown.splitlines())) <= 60
    wide = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["catalogue", "caveats", "--dataset", "lacw"]).stdout
    assert 60 < max(map(len, wide.splitlines())) <= 120


def test_every_caveat_is_listed() -> None:
    read = json.loads(call("caveats", "--json").stdout)
    listed = [row["name"] for row in read["things"][0]["lists"]["caveats"]]
    assert listed == [limit.id for limit in load_known().limits]


def test_a_source_is_shown_with_its_operations_and_sql() -> None:
    """The name is that of a dataset too, which has no preparation."""
    shown = call("show", "crcs", "--sql")
    assert shown.exit_code == 0
    page = Path(__file__).parents[2] / "docs" / "preparations" / "crcs.md"
    assert shown.stdout == page.read_text("utf-8")
    assert "link_unit: {key: child_code, also: local_authority" in shown.stdout
    assert "INSERT INTO" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "lacw_episodes", "--sql"], "there is no source lacw_episodes"),
        (["show", "care_episodes", "--sql", "--json"], "--sql writes a page as Markdown"),
        (["show", "care_episode", "--sql"], "the nearest is care_episodes"),
    ],
)
def test_only_a_source_has_sql(arguments: list[str], says: str) -> None:
    ended = call(*arguments)
    assert ended.exit_code == 2
    assert says in " ".join(ended.stderr.replace("\u2502", " ").split())
