"""The self-test: its expected answers are right by two engines, and its script asks about constants only."""

from __future__ import annotations

import re
from decimal import Decimal

import duckdb
import pytest

from cohort.catalogue import shipped_binding
from cohort.engines.reference.values import evaluate_value
from cohort.engines.reference.world import Context, World
from cohort.sql import DialectName, StatementKind
from cohort.sql.selftest import (
    ANSWERS,
    VERSION_PROBE,
    SelfTest,
    expected_answers,
    selftest_script,
    version,
)
from cohort.sql.selftest_asking import MISSING, SAMPLE, SAMPLE_COLUMNS, Db2Text, OfRow, Probe
from cohort.sql.selftest_probes import PROBES, SERVER_FACTS

from .db2_grammar import statements, unparsable

OF_VALUES = [probe for probe in PROBES if isinstance(probe.asked, OfRow)]


@pytest.fixture(scope="module")
def db2() -> SelfTest:
    return selftest_script(shipped_binding("sail9999"))


def test_there_are_many_probes_with_names_of_their_own() -> None:
    assert len(PROBES) >= 60
    assert len(OF_VALUES) >= 40
    names = [line.name for line in expected_answers()]
    assert len(set(names)) == len(names) == len(PROBES) + len(SERVER_FACTS) + 4
    assert all(re.fullmatch(r"[a-z0-9_]{3,60}", name) for name in names)
    assert all(probe.why for probe in PROBES)


@pytest.mark.parametrize("probe", OF_VALUES, ids=lambda probe: probe.name)
def test_the_reference_gives_the_expected_answer(probe: Probe) -> None:
    assert isinstance(probe.asked, OfRow)
    line = (float(cell) if isinstance(cell, Decimal) else cell for cell in SAMPLE[probe.asked.row - 1])
    row = dict(zip((name for name, _ in SAMPLE_COLUMNS), line, strict=True))
    found = evaluate_value(probe.asked.value, row, Context(World({}), None, None))
    if isinstance(found, bool):
        found = int(found)
    assert (MISSING if found is None else str(found)) == probe.expected


def test_duckdb_gives_every_expected_answer() -> None:
    test = selftest_script(shipped_binding("synthetic"), DialectName.DUCKDB)
    with duckdb.connect() as connection:
        for statement in test.statements:
            connection.execute(statement.text)
        answers = connection.execute(f"SELECT * FROM {ANSWERS} ORDER BY probe_number").fetchall()
    assert [(name, found) for _, name, found, expected in answers if found != expected] == []
    asked = {probe.name for probe in PROBES if not isinstance(probe.asked, Db2Text)}
    assert {name for _, name, _, _ in answers} == asked | {VERSION_PROBE, "names_of_columns"}
    lines = {line.name: line.number for line in expected_answers()}
    assert all(lines[name] == number for number, name, _, _ in answers)


def test_what_the_compiler_did_not_write_is_db2_all_the_same(db2: SelfTest) -> None:
    """Probes in Db2's own text, and statements about whole tables; the rest is compiled as every script is."""
    own = {probe.name for probe in PROBES if isinstance(probe.asked, Db2Text)} | {
        name for name, _ in SERVER_FACTS
    }
    asked = [s.text for s in db2.statements if s.kind is StatementKind.FILL and "SYSDUMMY1" in s.text]
    texts = [text for text in asked if any(f"'{name}' AS probe_name" in text for name in own)]
    assert len(texts) == len(own)
    texts += {s.kind: s.text for s in db2.statements if s.kind is not StatementKind.FILL}.values()
    assert {text: unparsable(text) for text in texts if unparsable(text)} == {}


def test_the_text_holds_the_statements_in_order(db2: SelfTest) -> None:
    shown = [" ".join(text.split()) for text in statements(db2.text)]
    assert shown == [" ".join(statement.text.split()) for statement in db2.statements]


def test_it_asks_every_question_once_and_reads_only_its_own_tables(db2: SelfTest) -> None:
    for line in expected_answers():
        assert db2.text.count(f"'{line.name}' AS probe_name") == 1, line.name
    read = {name for s in db2.statements for name in re.findall(r"(?:FROM|JOIN)\s+([\w.]+)", s.text)}
    held = {name for name in read if "." in name}
    allowed = re.compile(
        r"SAILW9999V\.carfan_\w+|SESSION\.carfan_session|SYSIBM\.SYSDUMMY1|SYSCAT\.\w+|SYSIBMADM\.\w+"
    )
    assert [name for name in held if not allowed.fullmatch(name)] == []


def test_it_leaves_nothing_behind_and_shows_one_table(db2: SelfTest) -> None:
    drops = [s.text for s in db2.statements if s.kind is StatementKind.DROP]
    assert drops[:2] == drops[2:]
    assert [s.kind for s in db2.statements].count(StatementKind.SHOW) == 1
    (shown,) = (s.text for s in db2.statements if s.text.startswith("SELECT"))
    assert f"FROM SAILW9999V.{ANSWERS}" in shown
    assert max(map(len, db2.text.splitlines())) <= 120


def test_it_does_what_scripts_do(db2: SelfTest) -> None:
    text = db2.text
    for part in (
        "DISTRIBUTE BY HASH(sample_row)",
        "DECLARE GLOBAL TEMPORARY TABLE SESSION.",
        "CALL FNC.DROP_IF_EXISTS",
    ):
        assert part in text


def test_the_same_bytes_and_version_every_time(db2: SelfTest) -> None:
    assert selftest_script(shipped_binding("sail9999")) == db2
    assert re.fullmatch(r"[0-9a-f]{12}", version())
    assert version() in db2.text
