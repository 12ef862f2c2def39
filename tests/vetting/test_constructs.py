"""Every construct's Db2 text, and the self-test for the real server, on both substitutes: the answers are known.

What a substitute does not share with Db2 by its nature is listed here with its reason, and must indeed differ.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from cohort.catalogue import shipped_binding
from cohort.sql import DialectName
from cohort.sql.layout import lay_out
from cohort.sql.selftest import ANSWERS, expected_answers, selftest_script
from cohort.sql.statements import compiled
from cohort.vetting import h2
from cohort.vetting.model import Cell, Refused
from cohort.vetting.postgres import Server, execute, for_postgres
from tests.sql.dialect_cases import CASES, Case, Plain

BINDING = shipped_binding("sail9999")
WORKSPACE = BINDING.workspace

_WRITTEN = (
    "a written number with an exponent is exact here and 64-bit floating point in Db2; scripts total columns"
)
_CLEAR = "known from Db2's documentation, and no script rests on it: "

NOT_ON_POSTGRESQL = {"total of sixteen digits": _WRITTEN}
"""Cases whose Db2 text means something else on PostgreSQL, with the reason."""
NOT_ON_H2 = {
    "total of sixteen digits": _WRITTEN,
    "2020-02-29 moved by None day": "H2 cannot multiply an interval by a missing number that is written out",
    "2020-02-29 moved by None month": "H2 cannot multiply an interval by a missing number that is written out",
    "a day of no year": "H2 cannot multiply an interval by a missing number that is written out",
}
"""Cases whose Db2 text means something else on H2, with the reason."""

_PROBES = {
    "day_of_timestamp_mode": "there is no LENGTH of a date, or it is that of its text",
    "bare_least_with_missing": _CLEAR + "LEAST skips missing parts here",
    "double_to_integer": _CLEAR + "this cast rounds here",
    "decimal_cast_cuts_off": _CLEAR + "this cast rounds here",
    "trailing_blank_is_equal": _CLEAR + "blanks at the end of a VARCHAR count here",
    "letters_with_accents": "LENGTH counts characters here, bytes in Db2",
    "drop_procedure": "Db2's own catalogue is asked",
    "workspace_table": "Db2's own catalogue is asked",
}
PROBES_NOT_ON_POSTGRESQL = {name: why for name, why in _PROBES.items() if name != "bare_least_with_missing"}
"""Probes of the self-test that PostgreSQL does not answer as Db2 should, with the reason."""
PROBES_NOT_ON_H2 = _PROBES
"""Probes of the self-test that H2 does not answer as Db2 should, with the reason."""


def db2_text(case: Case) -> str:
    return lay_out(compiled(case.build(), DialectName.DB2))


def same(found: Iterable[Cell], expected: tuple[Plain, ...]) -> bool:
    """Whether answers are as expected; H2's come as text."""
    return [_text(cell) for cell in found] == [_text(cell) for cell in expected]


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    try:
        return repr(float(str(cell)) + 0.0)
    except ValueError:
        return str(cell)


def test_every_construct_on_postgresql(server: Server) -> None:
    wrong = {}
    with server.database() as connection:
        for case in CASES:
            rows = connection.execute(for_postgres(db2_text(case)).encode()).fetchall()
            answers = [row[-1] for row in sorted(rows, key=lambda row: row[0] if len(row) > 1 else 0)]
            if not same(answers, case.expected):
                wrong[case.name] = answers
    assert set(wrong) == set(NOT_ON_POSTGRESQL), wrong


def test_every_construct_on_h2(h2_tools: h2.Tools) -> None:
    named = {f"{WORKSPACE}.CASE_{number}": case for number, case in enumerate(CASES)}
    made = [f"CREATE TABLE {name} AS ({db2_text(case)})" for name, case in named.items()]
    rows = h2.run(h2_tools, made, tuple(named), (), {}, WORKSPACE, go_on=True).rows
    wrong = {}
    for name, case in named.items():
        lines = rows[name].lines if name in rows else ()
        answers = [line[-1] for line in sorted(lines, key=lambda line: str(line[0]) if len(line) > 1 else "")]
        if not same(answers, case.expected):
            wrong[case.name] = answers
    assert set(wrong) == set(NOT_ON_H2), wrong


def wrong_probes(answers: dict[str, str | None]) -> dict[str, tuple[str | None, str | None]]:
    expected = {line.name: line.expected for line in expected_answers()}
    assert len(expected) > 40
    assert sum(name in answers for name in expected) > 40
    return {
        name: (answers.get(name), text)
        for name, text in expected.items()
        if text is not None and answers.get(name) != text
    }


def test_the_self_test_on_postgresql(server: Server) -> None:
    script = selftest_script(BINDING)
    with server.database() as connection:
        connection.execute(f"CREATE SCHEMA {WORKSPACE}".encode())
        for statement in script.statements:
            if statement.kind in ("create", "fill"):
                try:
                    execute(connection, [statement.text])
                except Refused:
                    continue
        found = connection.execute(f"SELECT probe_name, found FROM {WORKSPACE}.{ANSWERS}".encode()).fetchall()
    wrong = wrong_probes(dict(found))
    assert set(wrong) == set(PROBES_NOT_ON_POSTGRESQL), wrong


def test_the_self_test_on_h2(h2_tools: h2.Tools) -> None:
    script = selftest_script(BINDING)
    asked = [statement.text for statement in script.statements if statement.kind in ("create", "fill")]
    table = f"{WORKSPACE}.{ANSWERS}"
    rows = h2.run(h2_tools, asked, (table,), (), {}, WORKSPACE, go_on=True).rows
    found = {str(line[1]): None if line[2] is None else str(line[2]) for line in rows[table].lines}
    wrong = wrong_probes(found)
    assert set(wrong) == set(PROBES_NOT_ON_H2), wrong
