"""The gate: all checks of a Db2 script in their order, each of which says what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars

from cohort.catalogue import Catalogue
from cohort.query.study import Study
from cohort.sql.model import Script
from cohort.version import __version__
from cohort.vetting import execution, h2, postgres
from cohort.vetting.allow_list import check_allow_list
from cohort.vetting.execution import Candidate, Data, Expected
from cohort.vetting.grammar import check_grammar
from cohort.vetting.minimisation import check_minimisation
from cohort.vetting.model import CannotRun, Outcome, Refused, Report, Status, outcome
from cohort.vetting.postgres import Server
from cohort.vetting.record import Invented, Record, Subject

UNITS = 400
"""Units that are invented for PostgreSQL."""
FEW_UNITS = 40
"""The most units that H2 is given."""

_POSTGRESQL = "the Db2 text carried out on PostgreSQL with shims; rows equal DuckDB's"
_H2 = "the Db2 text carried out on H2 in its Db2 mode; rows equal DuckDB's"
_GRAMMAR = "every statement is read by sqlfluff's Db2 grammar"
_STYLE = "every statement keeps the committed style"


@dataclass(frozen=True)
class Asked:
    """What is to be vetted, beside which scripts, on how many invented units.

    ``compiled`` is the Db2 script as it would be written now; ``text`` is what is vetted, which should be the same.
    ``duckdb`` is DuckDB's script of the same plan, with counts and without views, under the synthetic binding.
    """

    study: Study
    catalogue: Catalogue
    candidate: Candidate
    duckdb: Script
    binding: str
    seed: int = 0
    units: int = UNITS
    few_units: int = FEW_UNITS
    self_test: Mapping[str, Any] | None = None


def vet(asked: Asked, report: Report, server: Server | None = None, data: Data | None = None) -> Record:
    """Carry out every check and return the record. A check whose tool is not there is skipped and says so.

    ``server`` is a running private PostgreSQL server, if the caller has one; ``data`` replaces the invented data.
    """
    candidate, script = asked.candidate, asked.candidate.script
    text = candidate.text
    outcomes = [_same_text(text, script)]
    report("list of words", 0.02)
    outcomes.append(check_allow_list(text, tuple(script.tables.values()), script.reads))
    outcomes += _grammar(text, lambda _stage, share: report("grammar and style", 0.03 + 0.42 * share))
    report("inventing data", 0.45)
    many, few = _invented(asked, data)
    report("reference engine and DuckDB", 0.55)
    compared, expected, expected_few = _expected(asked, many, few)
    outcomes.append(compared)
    report("PostgreSQL", 0.7)
    outcomes.append(_on_postgres(asked, many, expected, server))
    report("H2", 0.8)
    outcomes.append(_on_h2(asked, few, expected_few))
    report("minimisation", 0.97)
    minimised, readings = check_minimisation(text, script, asked.study, asked.catalogue)
    outcomes.append(minimised)
    if asked.self_test is not None:
        outcomes.append(check_self_test(asked.self_test))
    report("done", 1.0)
    subject = Subject(
        asked.study.id,
        asked.study.title,
        asked.study.spec_file,
        asked.study.spec_hash,
        asked.binding,
        hashlib.sha256(text.encode()).hexdigest(),
        __version__,
    )
    described = _described(asked, many, few) if data is None else None
    return Record(subject, tuple(outcomes), readings, described, asked.self_test)


def _same_text(text: str, script: Script) -> Outcome:
    words = "the text is what the spec compiles to, byte for byte"
    findings: tuple[str, ...] = ()
    if text != script.text:
        pairs = enumerate(zip(text.splitlines(), script.text.splitlines(), strict=False), 1)
        line = next((number for number, (one, other) in pairs if one != other), None)
        where = "in its length" if line is None else f"first in line {line}"
        findings = (f"The text is not what the spec compiles to: it differs {where}.",)
    return outcome("text", words, findings)


def check_self_test(found: Mapping[str, Any]) -> Outcome:
    """A probe that a real server answered in another way is graver than anything a substitute says."""
    wrong = tuple(
        f"The server answered {probe.get('name')} in another way than the script takes for granted."
        for probe in found["probes"]
        if not probe.get("passed")
    )
    return outcome("self_test", "a real Db2 server answers the probes as the script takes for granted", wrong)


def _grammar(text: str, report: Report) -> tuple[Outcome, ...]:
    try:
        return check_grammar(text, report)
    except CannotRun as problem:
        return (
            execution.skipped("grammar", _GRAMMAR, problem),
            execution.skipped("style", _STYLE, problem),
        )


def _invented(asked: Asked, data: Data | None) -> tuple[Data, Data]:
    if data is not None:
        return data, data
    from cohort.vetting.boundary import boundary_data, few

    many = boundary_data(asked.study, asked.catalogue, seed=asked.seed, units=asked.units)
    return many, few(many, asked.study, units=asked.few_units)


def _expected(asked: Asked, many: Data, few: Data) -> tuple[Outcome, Expected | None, Expected | None]:
    """Return how DuckDB compares with the reference engine, and the rows that the substitutes should give."""
    try:
        expected = execution.on_duckdb(asked.duckdb, many)
        expected_few = expected if few is many else execution.on_duckdb(asked.duckdb, few)
        return (
            execution.check_duckdb(asked.study, asked.catalogue, many, expected),
            expected,
            expected_few,
        )
    except Refused as refused:
        words = "rows of DuckDB equal those of the reference engine"
        return outcome("reference", words, (str(refused),)), None, None


def _on_postgres(asked: Asked, data: Data, expected: Expected | None, server: Server | None) -> Outcome:
    if expected is None:
        return _no_rows("postgresql", _POSTGRESQL)
    try:
        with _running(server) as running:
            return execution.check_postgres(asked.candidate, asked.catalogue, data, expected, running)
    except CannotRun as problem:
        return execution.skipped("postgresql", _POSTGRESQL, problem)


def _on_h2(asked: Asked, data: Data, expected: Expected | None) -> Outcome:
    if expected is None:
        return _no_rows("h2", _H2)
    try:
        tools = h2.find_tools()
    except CannotRun as problem:
        return execution.skipped("h2", _H2, problem)
    return execution.check_h2(asked.candidate, asked.catalogue, data, expected, tools)


def _no_rows(name: str, words: str) -> Outcome:
    return Outcome(name, Status.FAILED, words, ("There are no rows of DuckDB to compare with.",))


@contextmanager
def _running(server: Server | None) -> Iterator[Server]:
    if server is not None:
        yield server
        return
    with postgres.private_server() as own:
        yield own


def _described(asked: Asked, many: Data, few: Data) -> Invented:
    def rows(data: Data) -> int:
        return sum(frame.height for frame in data.values())

    return Invented(asked.seed, asked.units, rows(many), asked.few_units, rows(few), _hash_of(many))


def _hash_of(data: Mapping[str, polars.DataFrame]) -> str:
    found = hashlib.sha256()
    for name in sorted(data):
        found.update(f"{name}\n".encode())
        found.update(data[name].write_csv().encode())
    return found.hexdigest()
