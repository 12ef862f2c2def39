"""Parts of a script that run beside one another: what waits for what, and that nothing but the time changes."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from cohort.engines import database as engine
from cohort.engines.database import run_script
from cohort.engines.shared import DatabaseProblem, EngineOptions
from cohort.engines.side_by_side import carry_out, needs
from cohort.sql import DialectName, ScriptPart, Statement, StatementKind, compile_steps
from cohort.sql.model import PartKind

from .plans import BINDING, database, example, make_folder


def part(*texts: str, number: int = 1) -> ScriptPart:
    statements = tuple(Statement(StatementKind.FILL, text) for text in texts)
    return ScriptPart(number, f"part_{number}", PartKind.TABLE, "", "", None, statements, "")


def table(name: str, source: str = "held") -> ScriptPart:
    return part(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {source}")


def added(name: str, source: str) -> ScriptPart:
    return part(f"INSERT INTO {name} (\n    value\n)\nSELECT value FROM {source}")


def waits(*parts: ScriptPart) -> list[list[int]]:
    return [sorted(found) for found in needs(parts)]


NEEDS: list[tuple[str, tuple[ScriptPart, ...], list[list[int]]]] = [
    ("two of held rows", (table("a"), table("b")), [[], []]),
    ("a table of a table", (table("a"), table("b", "a")), [[], [0]]),
    ("a table of a view", (part("CREATE OR REPLACE TEMP VIEW a AS SELECT 1"), table("b", "a")), [[], [0]]),
    ("in capitals", (table("a"), table("b", "A")), [[], [0]]),
    (
        "results may come in any order",
        (table("results"), table("a"), added("results", "a"), added("results", "held")),
        [[], [], [0, 1], [0]],
    ),
    (
        "but all before they are read",
        (table("results"), added("results", "held"), added("results", "held"), table("a", "results")),
        [[], [0], [0], [0, 1, 2]],
    ),
    (
        "and none before they have been read",
        (table("results"), table("a", "results"), added("results", "held")),
        [[], [0], [0, 1]],
    ),
    ("rows of a table added to it", (table("a"), added("a", "held"), added("a", "a")), [[], [0], [0, 1]]),
    ("a name made twice", (table("a"), table("b", "a"), table("a")), [[], [0], [0, 1]]),
    ("a name in a comment", (table("a"), part("-- a\nCREATE TEMP TABLE b AS SELECT 1")), [[], []]),
    ("anything else", (table("a"), part("DROP TABLE c"), table("b")), [[], [0], [1]]),
    (
        "made and counted",
        (
            table("counts"),
            part("CREATE TEMP TABLE a AS SELECT 1", "INSERT INTO counts SELECT COUNT(*) FROM a"),
        ),
        [[], [0]],
    ),
]


@pytest.mark.parametrize(
    ("parts", "expected"), [(p, e) for _, p, e in NEEDS], ids=[words for words, _, _ in NEEDS]
)
def test_what_waits_for_what(parts: tuple[ScriptPart, ...], expected: list[list[int]]) -> None:
    assert waits(*parts) == expected


def test_every_part_of_a_study_waits_for_what_makes_what_it_reads() -> None:
    script = compile_steps(example(), DialectName.DUCKDB, BINDING)
    parts = [part for part in script.parts if part.statements]
    made = {name: place for place, part in enumerate(parts) for name in script.tables if name == part.name}
    found = needs(parts)
    for place, of_part in enumerate(parts):
        read = {name for name in made if f"FROM {name}\n" in of_part.text or f"JOIN {name} " in of_part.text}
        assert {made[name] for name in read} - {place} <= found[place]
    assert any(place and place - 1 not in others for place, others in enumerate(found))


@pytest.mark.parametrize("at_once", [2, 5])
def test_results_do_not_depend_on_how_many_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    folder = make_folder(tmp_path)
    script = compile_steps(example(), DialectName.DUCKDB, BINDING)
    with_one = run_script(script, folder, options=EngineOptions(threads=1))
    monkeypatch.setattr(engine, "AT_ONCE", at_once)
    with_many = run_script(script, folder, options=EngineOptions(threads=8))
    assert with_many.results == with_one.results
    assert with_many.flow_counts == with_one.flow_counts
    assert with_many.rows("analysis").equals(with_one.rows("analysis"))
    with_one.close()
    with_many.close()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (EngineOptions(threads=1), 1),
        (EngineOptions(threads=2), 2),
        (EngineOptions(threads=16), 2),
        (EngineOptions(memory="1GB", threads=2), 1),
    ],
)
def test_one_at_a_time_where_cores_or_memory_are_scarce(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: EngineOptions, expected: int
) -> None:
    asked: list[int] = []

    def noted(
        connection: duckdb.DuckDBPyConnection,
        parts: list[ScriptPart],
        at_once: int,
        begun: Callable[[ScriptPart, int], None],
    ) -> None:
        asked.append(at_once)
        carry_out(connection, parts, at_once, begun)

    monkeypatch.setattr(engine, "carry_out", noted)
    script = compile_steps(example(), DialectName.DUCKDB, BINDING)
    run_script(script, make_folder(tmp_path), options=options).close()
    assert asked == [expected]


def test_two_parts_do_run_at_the_same_time_and_not_more() -> None:
    together = threading.Barrier(2, timeout=20)
    running: list[int] = []
    most: list[int] = []

    def meet(number: int) -> int:
        running.append(number)
        most.append(len(running))
        together.wait()
        running.remove(number)
        return number

    with database() as connection:
        connection.create_function("meet", meet, ["INTEGER"], "INTEGER", side_effects=True)
        parts = [part(f"CREATE TEMP TABLE t{n} AS SELECT meet({n}) AS n", number=n) for n in range(4)]
        begun: list[tuple[str, int]] = []
        carry_out(connection, parts, 2, lambda part, before: begun.append((part.name, before)))
        assert max(most) == 2
        assert begun == [("part_0", 0), ("part_1", 1), ("part_2", 2), ("part_3", 3)]


def test_a_failure_stops_what_runs_beside_it() -> None:
    endless = part(
        "CREATE TEMP TABLE a AS SELECT COUNT(*) AS n FROM range(100000000000) AS x(i), range(1000) AS y(j)",
        number=1,
    )
    broken = part("CREATE TEMP TABLE b AS SELECT 'Mair Jones' FROM nowhere", number=2)
    after = part("CREATE TEMP TABLE c AS SELECT * FROM b", number=3)
    began: list[str] = []
    started = time.monotonic()
    with database() as connection:
        with pytest.raises(DatabaseProblem) as problem:
            carry_out(connection, [endless, broken, after], 2, lambda part, _: began.append(part.name))
        assert str(problem.value) == "part 2 of the script (part_2) failed in DuckDB (CatalogException)."
        assert began == ["part_1", "part_2"]
    assert time.monotonic() - started < 30


def test_a_run_that_is_broken_off_leaves_nothing_running() -> None:
    def broken_off(part: ScriptPart, before: int) -> None:
        if before == 1:
            raise KeyboardInterrupt

    endless = part(
        "CREATE TEMP TABLE a AS SELECT COUNT(*) AS n FROM range(100000000000) AS x(i), range(1000) AS y(j)"
    )
    threads = threading.active_count()
    with database() as connection, pytest.raises(KeyboardInterrupt):
        carry_out(connection, [endless, dataclasses.replace(table("b"), number=2)], 2, broken_off)
    assert threading.active_count() == threads
