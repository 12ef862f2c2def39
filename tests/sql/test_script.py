"""Whole scripts: results and counts on DuckDB, the same bytes every time, comments that cannot be left."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable

import pytest

from cohort.plan.model import PlanTable
from cohort.plan.names import ANALYSIS
from cohort.query.rows import Add
from cohort.query.values import Literal
from cohort.sql import (
    CannotCompile,
    DialectName,
    PartKind,
    Script,
    ScriptOptions,
    Statement,
    StatementKind,
    compile_steps,
)
from cohort.sql.comments import safe
from cohort.sql.layout import WIDTH, lay_out, tokens
from cohort.sql.parts import hash_of_statements

from .db2_grammar import statements, unparsable
from .plans import BINDING, SAIL, TEXT, database, example, fill, held, plan, run, step, table

BINDINGS = {name: SAIL if name is DialectName.DB2 else BINDING for name in DialectName}
COUNTED = ScriptOptions()
"""Every table is a table and is counted: the usual shape for Db2, here for others too."""
NASTY = "Title\n; DROP TABLE results; -- x */ DELETE FROM results;\r\nSELECT 'it''s'\u2028SELECT 1\x00"


def script(dialect: DialectName, title: str = "An example", options: ScriptOptions | None = None) -> Script:
    plan_ = dataclasses.replace(example(), title=title)
    return compile_steps(plan_, dialect, BINDINGS[dialect], options=options)


@pytest.fixture(scope="module", params=list(DialectName))
def either(request: pytest.FixtureRequest) -> Script:
    return script(request.param)


def test_the_example_gives_its_results() -> None:
    compiled = script(DialectName.DUCKDB)
    with database() as connection:
        fill(connection)
        run(compiled, connection)
        found = connection.execute(
            "SELECT table_name, row_value, column_value, statistic, value FROM results ORDER BY ALL"
        ).fetchall()
        rows = connection.execute("SELECT * FROM analysis ORDER BY child").fetchall()
    assert [line[2:] for line in rows if line[0] == 900] == [(61, 61 / 7, 2005, "V2", 1, "not quick")]
    assert [(line[0], line[1].isoformat()) for line in rows] == [
        (900, "2004-05-01"),
        (911, "2020-02-29"),
    ]
    assert found == [
        ("by_seen_again", "0", "", "count", 1),
        ("by_seen_again", "1", "", "count", 1),
        ("by_year", "2005", "V2", "count", 1),
        ("flow", "known_status", "", "remaining", 3),
        ("flow", "known_status", "", "without_step", 2),
        ("flow", "recent", "", "remaining", 2),
        ("flow", "recent", "", "without_step", 3),
        ("flow", "start", "", "remaining", 4),
        ("flow", "voluntary", "", "remaining", 3),
        ("flow", "voluntary", "", "without_step", 2),
        ("links", "conflicting", "", "count", 1),
        ("links", "linked", "", "count", 3),
        ("links", "not linked", "", "count", 1),
    ]


def test_no_rows_give_no_entries_and_zeros() -> None:
    compiled = script(DialectName.DUCKDB, options=COUNTED)
    with database() as connection:
        fill(connection, [(None, None, None, None, None, None)])
        run(compiled, connection)
        found = connection.execute("SELECT table_name, row_value, value FROM results ORDER BY ALL").fetchall()
        (counted,) = connection.execute(
            "SELECT MAX(row_count) FROM flow_counts WHERE step_number > 2"
        ).fetchall()
    assert {value for _, _, value in found} == {0}
    assert len(found) == 10  # the flow and the links; no cell of a table occurs
    assert counted == (0,)


def test_a_script_can_run_twice_on_one_connection() -> None:
    compiled = script(DialectName.DUCKDB)
    with database() as connection:
        fill(connection)
        run(compiled, connection)
        once = connection.execute("SELECT * FROM results ORDER BY ALL").fetchall()
        run(compiled, connection)
        assert connection.execute("SELECT * FROM results ORDER BY ALL").fetchall() == once


def test_a_table_may_not_hide_a_held_table() -> None:
    rows, _ = held(("number", TEXT))
    with pytest.raises(CannotCompile, match="people"):
        compile_steps(plan(table("people", rows)), DialectName.DUCKDB, BINDING)
    compile_steps(plan(table("people", rows)), DialectName.DB2, SAIL)


def test_the_end_of_closed_spells_in_the_example() -> None:
    compiled = script(DialectName.DUCKDB)
    with database() as connection:
        fill(connection)
        run(compiled, connection)
        found = connection.execute("SELECT start_date, until FROM periods WHERE child = 900").fetchall()
    # The second return of the first episode counts, it hands over to the second, and that one ends with the next,
    # which stands under another code of the same child.
    assert found == [(datetime.date(2004, 5, 1), datetime.date(2005, 2, 1))]


def test_the_same_bytes_every_time(either: Script) -> None:
    again = script(either.dialect)
    assert again.text.encode() == either.text.encode()
    assert again == either


def test_the_text_holds_every_statement_as_it_runs(either: Script) -> None:
    assert either.text.endswith("\n")
    assert not either.text.endswith("\n\n")
    assert all(f"{statement.text};" in either.text for statement in either.statements)
    shown = [tokens(statement) for statement in statements(either.text)]
    assert shown == [tokens(statement.text) for statement in either.statements]


def test_lines_are_short_and_clean(either: Script) -> None:
    lines = either.text.splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert [line for line in lines if line != line.rstrip() or "\t" in line] == []


def test_layout_changes_no_token(either: Script) -> None:
    for statement in either.statements:
        squeezed = " ".join(re.sub(r"^ *--.*$", "", statement.text, flags=re.MULTILINE).split())
        assert tokens(lay_out(squeezed)) == tokens(statement.text)


def test_every_step_says_its_name_words_reason_and_place(either: Script) -> None:
    assert "-- episodes_with_start: rows with a start\n--   Why: Others cannot be placed." in either.text
    assert "--   specs/example.yaml:31" in either.text
    numbers = [part.number for part in either.parts if part.statements]
    assert numbers == list(range(1, len(numbers) + 1))
    assert re.search(rf"^-- Spec hash: +{'0f' * 32}$", either.text, re.MULTILINE)


def test_the_reads_are_the_held_tables(either: Script) -> None:
    assert [table.logical for table in either.reads] == ["codes", "episodes"]
    suffix = "E" if either.dialect is DialectName.DB2 else "PE"
    assert [column.physical for column in either.reads[0].columns] == [f"CODE_{suffix}", "CHILD"]


@pytest.mark.parametrize("dialect", list(DialectName))
def test_words_of_a_spec_cannot_leave_their_comment(dialect: DialectName) -> None:
    rows, _ = held(("number", TEXT))
    nasty_step = dataclasses.replace(step("found", rows, NASTY, NASTY))
    made = dataclasses.replace(table("found", rows), steps=(nasty_step,))
    sound = dataclasses.replace(table("found", rows), steps=(step("found", rows),))

    def shown(what: PlanTable, title: str) -> list[str]:
        return statements(compile_steps(plan(what, title=title), dialect, BINDINGS[dialect]).text)

    assert shown(made, NASTY) == shown(sound, "An example")
    text = compile_steps(plan(made, title=NASTY), dialect, BINDINGS[dialect]).text
    assert not any(
        "DROP" in line and not line.startswith(("--", "DROP", "CALL")) for line in text.splitlines()
    )


def test_settings_and_bindings_stay_in_comments() -> None:
    compiled = compile_steps(plan(), DialectName.DB2, SAIL, (("data_from\nDROP", NASTY),))
    lines = compiled.parts[1].text.splitlines()
    assert all(line.startswith("--") for line in lines)


def test_safe_text_has_no_way_out() -> None:
    assert safe("a -- b --- c; d */ e /* f\n\ng") == "a - - b - - - c, d * / e / * f g"


@pytest.mark.parametrize("text", ["two\nlines", "nul\x00", "\u2028", "\u202e"])
def test_a_text_with_control_characters_is_refused(text: str) -> None:
    rows, _ = held(("number", TEXT))
    with pytest.raises(CannotCompile, match="control character"):
        compile_steps(
            plan(table("found", Add(rows, (("said", Literal(text, TEXT)),)))), DialectName.DUCKDB, BINDING
        )


def test_names_of_a_binding_cannot_hold_sql() -> None:
    rows, _ = held(("number", TEXT))
    for name in ("X; DROP TABLE y", 'a"b', "a b", "a.b.c", ""):
        binding = dataclasses.replace(BINDING, tables={"people": name})
        with pytest.raises(CannotCompile, match="plain identifier"):
            compile_steps(plan(table("found", rows)), DialectName.DUCKDB, binding)


def test_db2_scripts_follow_the_habits_of_sail() -> None:
    compiled = script(DialectName.DB2)
    kinds = [statement.kind for statement in compiled.statements]
    made = [name for name in compiled.tables.values() if not name.endswith(("results", "flow_counts"))]
    assert kinds[: len(made) + 2] == [StatementKind.DROP] * (len(made) + 2)
    assert all(name.startswith(f"SAILW9999V.{compiled.study}_") for name in compiled.tables.values())
    last = compiled.parts[-1]
    assert last.kind is PartKind.TIDY_UP
    assert [statement.text for statement in last.statements] == [
        f"CALL FNC.DROP_IF_EXISTS('{name.upper()}')" for name in made
    ]
    assert "DISTRIBUTE BY HASH(child)" in compiled.text
    assert "It has never run on a Db2 server." in compiled.text
    # Nothing is shown: a SELECT stands only inside an INSERT.
    assert all(not statement.text.startswith(("SELECT", "WITH")) for statement in compiled.statements)


@pytest.mark.parametrize("dialect", [DialectName.SPARK, DialectName.POSTGRESQL])
def test_scripts_of_a_lasting_database_can_be_run_again(dialect: DialectName) -> None:
    def dropped(statements: Iterable[Statement], what: str) -> list[str]:
        beginning = f"DROP {what} IF EXISTS "
        texts = (s.text.removeprefix(beginning) for s in statements if s.text.startswith(beginning))
        return sorted(text.removeprefix("pg_temp.") for text in texts)

    study = example()
    first, *others = study.tables
    study = dataclasses.replace(study, tables=(dataclasses.replace(first, read_once=True), *others))
    compiled = compile_steps(study, dialect, BINDING)
    views = dropped(compiled.statements, "VIEW")
    made = [name for name in compiled.tables.values() if name not in views]
    prepare, last = (
        next(p for p in compiled.parts if p.kind is k) for k in (PartKind.PREPARE, PartKind.TIDY_UP)
    )
    assert dropped(prepare.statements, "TABLE") == sorted(made)
    kept = {name for name in made if name.endswith(("results", "flow_counts"))}
    assert dropped(last.statements, "TABLE") == sorted({*made} - kept)
    assert dropped(last.statements, "VIEW") == views
    assert bool(views) is (dialect is DialectName.SPARK)


def test_the_hash_in_the_banner_is_that_of_the_statements_alone(either: Script) -> None:
    assert f"-- Statements: {either.statements_hash} (SHA-256" in either.text
    assert hash_of_statements(either.statements) == either.statements_hash
    assert script(either.dialect, "Another title").statements_hash == either.statements_hash
    fewer = hash_of_statements(either.statements[:-1])
    assert fewer != either.statements_hash
    changed = dataclasses.replace(either.statements[-1], text=f"{either.statements[-1].text} x")
    assert hash_of_statements([*either.statements[:-1], changed]) != either.statements_hash


def test_the_hash_minds_no_white_space_and_no_comment() -> None:
    (one,) = (s for s in script(DialectName.DB2).statements if "WITH" in s.text and "episodes_once" in s.text)
    squeezed = dataclasses.replace(one, text=" ".join(re.sub(r"(?m)^ *--.*$", "", one.text).split()))
    assert hash_of_statements([one]) == hash_of_statements([squeezed])


def test_the_columns_of_the_collected_tables_are_described() -> None:
    compiled = script(DialectName.DB2)
    (prepare,) = (part.text for part in compiled.parts if part.kind is PartKind.PREPARE)
    for column in ("study", "layer_value", "statistic", "number", "step_name", "unit_count"):
        assert re.search(rf"^--   {column}: +\w", prepare, re.MULTILINE), column
    # Of the statistics those that the script writes, and no others.
    assert re.search(r"^--   remaining: +entries left", prepare, re.MULTILINE)
    assert "person_days" not in prepare


def test_a_script_says_where_its_parameters_are_changed() -> None:
    text = script(DialectName.DB2).parts[1].text
    assert "the spec (specs/example.yaml)" in text
    assert "the binding (sail9999)" in text
    assert "--   episodes: SAIL9999V.EPISODES_20220329" in text
    assert "CODE_E, NUMBER, YEAR_CODE, START_DATE, END_DATE, STATUS" in text


def test_tables_of_the_session() -> None:
    compiled = script(DialectName.DB2, options=ScriptOptions(session=True))
    own = {name for name in compiled.tables if name not in ("results", "flow_counts")}
    assert {compiled.tables[name] for name in own} == {f"SESSION.{name}" for name in own}
    declared = [s.text for s in compiled.statements if s.text.startswith("DECLARE")]
    assert len(declared) == len(own)
    assert all(
        text.split(")\n")[-1].startswith("ON COMMIT PRESERVE ROWS NOT LOGGED WITH REPLACE")
        for text in declared
    )
    assert all("DISTRIBUTE BY HASH(" in text for text in declared)
    # Results stay, and what is dropped before they are made is only theirs.
    dropped = [s.text for s in compiled.statements if s.kind is StatementKind.DROP]
    assert len(dropped) == 2
    assert all("EXAMPLE_STUDY_" in text for text in dropped)
    assert compiled.tables["results"] == "SAILW9999V.example_study_results"
    assert [text for text in declared if unparsable(text)] == []


def test_the_analysis_table_can_stay() -> None:
    for session in (False, True):
        compiled = script(DialectName.DB2, options=ScriptOptions(session=session, keep_analysis=True))
        kept = compiled.tables[ANALYSIS]
        assert kept == "SAILW9999V.example_study_analysis"
        drop = f"CALL FNC.DROP_IF_EXISTS('{kept.upper()}')"
        # It is dropped before it is made again, and not at the end.
        assert [s.text for part in compiled.parts[:4] for s in part.statements].count(drop) == 1
        assert drop not in [s.text for s in compiled.parts[-1].statements]
        assert f"{kept} stay." in " ".join(compiled.parts[-1].text.replace("\n-- ", " ").split())
        assert "must not leave it" in " ".join(compiled.parts[0].text.replace("\n--", " ").split())


@pytest.mark.parametrize("dialect", [name for name in DialectName if name is not DialectName.DB2])
@pytest.mark.parametrize("options", [ScriptOptions(session=True), ScriptOptions(keep_analysis=True)])
def test_other_databases_refuse_the_options_of_db2(dialect: DialectName, options: ScriptOptions) -> None:
    with pytest.raises(CannotCompile, match="Only a Db2 script"):
        script(dialect, options=options)


@pytest.mark.parametrize("dialect", [name for name in DialectName if name is not DialectName.POSTGRESQL])
def test_the_longest_names_still_fit_on_a_line(dialect: DialectName) -> None:
    """Names in a spec have sixty characters at most; preparation adds to them what it does.

    PostgreSQL takes no such names, and refuses those that it would not tell apart.
    """
    long = "a_name_of_sixty_characters_which_is_the_most_that_is_allowed"
    assert len(long) == 60
    rows, _ = held((long, TEXT))
    tables = table(f"{long}_4_one_row_for_each_code", Add(rows, ((f"{long[:-2]}_2", Literal("x", TEXT)),)))
    study = dataclasses.replace(plan(tables, title="W" * 300), study=long)
    lines = compile_steps(study, dialect, BINDINGS[dialect]).text.splitlines()
    assert max(map(len, lines)) <= 120
    assert [line for line in lines if "sixty_characters" in line] != []


def test_two_long_study_ids_do_not_share_tables() -> None:
    first, second = ("a" * 50 + ending for ending in ("_first", "_second"))
    rows, _ = held(("number", TEXT))
    made = [
        compile_steps(
            dataclasses.replace(plan(table("found", rows)), study=study), DialectName.DB2, SAIL
        ).tables["found"]
        for study in (first, second)
    ]
    assert made[0] != made[1]


def test_duckdb_keeps_its_tables_for_the_run() -> None:
    compiled = script(DialectName.DUCKDB)
    assert all(statement.kind is not StatementKind.DROP for statement in compiled.statements)
    assert compiled.tables["analysis"] == "analysis"
