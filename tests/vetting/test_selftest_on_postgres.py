"""The self-test on PostgreSQL: our own probes pass, and those of Db2's peculiarities tell the two apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cohort.catalogue import shipped_binding
from cohort.sql import DialectName
from cohort.sql.selftest import ANSWERS, ANY, SelfTest, selftest_script
from cohort.sql.selftest_asking import Db2Text
from cohort.sql.selftest_probes import PROBES
from cohort.vetting.postgres import Server, for_postgres

if TYPE_CHECKING:
    import psycopg

OF_DB2_ALONE = {
    "double_to_integer",
    "decimal_cast_cuts_off",
    "trailing_blank_is_equal",
    "letters_with_accents",
}
"""What PostgreSQL answers in its own way. Each is a fact that no substitute can vouch for."""


def _answers(connection: psycopg.Connection[Any], table: str) -> list[tuple[str, str, str]]:
    query = f"SELECT probe_name, found, expected FROM {table} ORDER BY probe_number"
    return list(connection.execute(query.encode()).fetchall())


def _filled(test: SelfTest) -> list[str]:
    return [
        s.text for s in test.statements if s.text.startswith(("CREATE", "INSERT")) and "SYSCAT" not in s.text
    ]


def test_the_probes_of_our_own_pass_in_its_own_dialect(server: Server) -> None:
    with server.database() as connection:
        for text in _filled(selftest_script(shipped_binding("synthetic"), DialectName.POSTGRESQL)):
            connection.execute(text.encode())
        answers = _answers(connection, ANSWERS)
    assert len(answers) >= 70
    assert [(name, found) for name, found, expected in answers if found != expected] == []


def test_the_text_for_db2_tells_postgresql_from_db2(server: Server) -> None:
    """What a server of another kind answers differently shows that the probes ask what they mean to ask."""
    import psycopg

    with server.database() as connection:
        connection.execute(b"CREATE SCHEMA IF NOT EXISTS sailw9999v")
        refused = 0
        for text in _filled(selftest_script(shipped_binding("sail9999"))):
            try:
                connection.execute(for_postgres(text).encode())
            except psycopg.Error:
                refused += 1
        answers = _answers(connection, f"sailw9999v.{ANSWERS}")
    assert {name for name, found, expected in answers if expected not in (found, ANY)} == OF_DB2_ALONE
    own = {probe.name for probe in PROBES if isinstance(probe.asked, Db2Text)}
    assert own >= OF_DB2_ALONE
    assert {probe.name for probe in PROBES} - {name for name, _, _ in answers} <= own
    assert refused <= 10
