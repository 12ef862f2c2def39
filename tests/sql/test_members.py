"""A study with everything in SQL: what Db2 is given, the same bytes every time, and its length."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cohort.plan.build import build_plan
from cohort.query.study import ROUNDS
from cohort.sql import CannotCompile, DialectName, NamedBinding, Script, StatementKind, compile_steps
from cohort.sql.layout import WIDTH
from cohort.types import Kind, ValueType

from .db2_grammar import statements, unparsable
from .studies import full_study

SAIL = NamedBinding(
    "sail9999",
    {name: f"SAIL9999V.{name.upper()}" for name in ("events", "people", "links")},
    workspace="SAILW9999V",
)


@pytest.fixture(scope="module")
def db2() -> Script:
    return compile_steps(build_plan(full_study()), DialectName.DB2, SAIL)


def test_every_statement_parses_with_the_grammar_of_db2(db2: Script) -> None:
    # The rounds of matching after the second are worded alike, and so are all counts.
    found = [
        text for text in statements(db2.text) if not re.search(r"_matched_[3-8] |_flow_counts \(step", text)
    ]
    assert len(found) > 120
    assert {statement: wrong for statement in found if (wrong := unparsable(statement))} == {}


def test_every_table_is_typed_spread_counted_and_dropped(db2: Script) -> None:
    created = [s.text for s in db2.statements if s.kind is StatementKind.CREATE]
    made = {name for name in db2.tables if name not in ("results", "flow_counts")}
    assert len(created) == len(made) + 2
    spread = [text for text in created if "DISTRIBUTE BY HASH(" in text]
    assert len(spread) == len(made)
    counted = [s for s in db2.statements if s.kind is StatementKind.COUNT]
    assert len(counted) == len(made)
    dropped = [s for s in db2.parts[-1].statements if s.kind is StatementKind.DROP]
    assert len(dropped) == len(made)


def test_every_round_of_matching_is_a_table(db2: Script) -> None:
    assert [f"matched_{n}" in db2.tables for n in range(1, ROUNDS + 2)] == [True] * ROUNDS + [False]


def test_lines_are_short_and_nothing_of_duckdb_is_in_them(db2: Script) -> None:
    assert max(map(len, db2.text.splitlines())) <= WIDTH
    foreign = r"\bQUALIFY\b|\bFILTER\b|\bLIMIT\b|::|\bDATE_DIFF\b|\bINTERVAL\b|//|\bTEMP\b|\bREPLACE\b|\bDISTINCT ON\b"
    assert [s.text for s in db2.statements if re.search(foreign, s.text)] == []


@pytest.mark.parametrize("dialect", list(DialectName))
def test_the_same_bytes_every_time(dialect: DialectName) -> None:
    one, other = (compile_steps(build_plan(full_study()), dialect, SAIL).text for _ in range(2))
    assert one == other


def test_only_units_with_numbers_as_keys_are_matched() -> None:
    made = build_plan(full_study())
    text = ValueType(Kind.CODE, length=10)
    tables = tuple(
        replace(t, columns=tuple((n, text if n == "child" else type_) for n, type_ in t.columns))
        for t in made.tables
    )
    with pytest.raises(CannotCompile, match="whole numbers"):
        compile_steps(replace(made, tables=tables), DialectName.DB2, SAIL)
