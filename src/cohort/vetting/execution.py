"""The Db2 text carried out on two substitutes, and the rows of every table compared with those of two other engines.

The data are invented for the study. DuckDB runs its own script of the same plan; the reference engine knows no plan.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars

from cohort.catalogue import Catalogue, shipped_binding
from cohort.engines.database import run_script
from cohort.engines.shared import DatabaseProblem, DataProblem
from cohort.plan.collect import WrongResults
from cohort.plan.names import ANALYSIS, ENTRIES, RESULTS
from cohort.query.study import Study
from cohort.sql.compile import FLOW_COUNTS
from cohort.sql.model import ReadColumn, ReadTable, Script
from cohort.sql.results import RESULT_COLUMNS
from cohort.vetting import h2, postgres
from cohort.vetting.by_reference import ByReference, differing_results, logical_rows
from cohort.vetting.model import CannotRun, HeldRows, Line, Outcome, Refused, Status, outcome
from cohort.vetting.rewrite import short_name
from cohort.vetting.rows import differences
from cohort.vetting.text import statements, without_tidy_up

if TYPE_CHECKING:
    from cohort.vetting.postgres import Server

Data = Mapping[str, polars.DataFrame]
"""Rows of held tables by logical name; columns are physical, with the key suffix PE."""

_REFERENCE = (
    "entries, analysis and results of DuckDB equal the reference engine's; no other rows are prepared"
)
_RESULTS_WITHOUT_STUDY = slice(2, None)
_OWN_SUFFIX = shipped_binding("synthetic").key_suffix


@dataclass(frozen=True)
class Candidate:
    """What is vetted: the text, the script that it should be, its workspace, and the plan's tables that it keeps."""

    text: str
    script: Script
    workspace: str
    kept: tuple[str, ...] = (RESULTS, FLOW_COUNTS)


@dataclass(frozen=True)
class Expected:
    """What the tables of a script should hold, by their names in the plan, from DuckDB."""

    tables: Mapping[str, HeldRows]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(len(held.lines) for held in self.tables.values())


def on_duckdb(script: Script, data: Data) -> Expected:
    """Run a DuckDB script that counts after each step on invented data.

    Raises ``Refused`` if DuckDB does not take the script or the data.
    """
    with tempfile.TemporaryDirectory(prefix="vetting-") as name:
        folder = Path(name)
        for read in script.reads:
            physical = read.physical.rpartition(".")[2]
            _frame(data, read).write_parquet(folder / f"{physical}.parquet")
        try:
            run = run_script(script, folder)
        except (DatabaseProblem, DataProblem) as problem:
            raise Refused(f"DuckDB: {problem}") from None
        try:
            tables: dict[str, HeldRows] = {}
            for table in script.tables:
                if table not in (RESULTS, FLOW_COUNTS):
                    frame = run.rows(table)
                    tables[table] = HeldRows(tuple(frame.columns), tuple(frame.iter_rows()))
            fixed = (script.study, script.spec_hash)
            tables[RESULTS] = HeldRows(
                tuple(name for name, _ in RESULT_COLUMNS), tuple((*fixed, *row) for row in run.results)
            )
            counts = tuple((flow.number, flow.step, flow.rows, flow.units) for flow in run.flow_counts)
            tables[FLOW_COUNTS] = HeldRows(("step_number", "step_name", "row_count", "unit_count"), counts)
        finally:
            run.close()
    return Expected(tables)


def check_duckdb(study: Study, catalogue: Catalogue, data: Data, expected: Expected) -> Outcome:
    """Compare DuckDB's rows with those of the reference engine.

    Entries, the analysis and all results must be equal. A plan leaves rows out early that no later step can want, so of
    prepared and defined rows DuckDB may have a part only, but never a row that the reference engine does not have.
    """
    words = _REFERENCE
    reference = ByReference(study, logical_rows(data, catalogue))
    columns = {name: held.columns for name, held in expected.tables.items()}
    wanted = reference.tables(columns)
    partial = set(wanted) - {ENTRIES, ANALYSIS}
    findings = differences("the reference engine", wanted, "DuckDB", expected.tables, partial)
    try:
        lines = [line[_RESULTS_WITHOUT_STUDY] for line in expected.tables[RESULTS].lines]
        results = reference.results()
        findings += differing_results(study, results, lines, "DuckDB")
    except WrongResults as problem:
        findings += (f"DuckDB: {problem}",)
        results = ()
    facts = {
        "tables": len(wanted),
        "rows": sum(len(expected.tables[name].lines) for name in wanted),
        "tables of results": len(results),
    }
    return outcome("reference", words, findings, facts)


def check_postgres(
    candidate: Candidate, catalogue: Catalogue, data: Data, expected: Expected, server: Server
) -> Outcome:
    """Carry out Db2 text on PostgreSQL, twice, and compare the rows of every table with DuckDB's.

    The second time the script finds what it left the first time, as it does when an analyst runs it again.
    """
    name, words = (
        "postgresql",
        "the Db2 text carried out on PostgreSQL with shims, twice; rows equal DuckDB's",
    )
    script, found = candidate.script, statements(candidate.text)
    body, tidy = without_tidy_up(found)
    findings: tuple[str, ...] = ()
    try:
        with server.database() as connection:
            lines = _lines_of(script, data, catalogue)
            postgres.load(connection, script.reads, lines, candidate.workspace)
            postgres.execute(connection, found)
            postgres.execute(connection, body)
            held = {table: postgres.fetch(connection, name) for table, name in script.tables.items()}
            postgres.execute(connection, tidy)
            left = postgres.tables_left(connection, candidate.workspace)
        findings = differences("DuckDB", expected.tables, "PostgreSQL", held)
        findings += _left_over(candidate, left, "PostgreSQL", postgres.LONGEST_NAME)
    except Refused as refused:
        findings = (str(refused),)
    return _executed(name, words, findings, found, expected, "PostgreSQL", server.version)


def check_h2(
    candidate: Candidate, catalogue: Catalogue, data: Data, expected: Expected, tools: h2.Tools
) -> Outcome:
    """Carry out Db2 text on H2 and compare the rows of every table with DuckDB's on the same few units."""
    name, words = "h2", "the Db2 text carried out on H2 in its Db2 mode; rows equal DuckDB's"
    script, found = candidate.script, statements(candidate.text)
    findings: tuple[str, ...] = ()
    try:
        run = h2.run(
            tools,
            found,
            tuple(script.tables.values()),
            script.reads,
            _lines_of(script, data, catalogue),
            candidate.workspace,
        )
        held = {table: run.rows[physical] for table, physical in script.tables.items()}
        findings = differences("DuckDB", expected.tables, "H2", held)
        findings += _left_over(candidate, run.left, "H2", 256)
    except Refused as refused:
        findings = (str(refused),)
    return _executed(name, words, findings, found, expected, "H2", tools.version)


def skipped(name: str, words: str, problem: CannotRun) -> Outcome:
    """Return the outcome of a check whose tool is not there."""
    reason = str(problem)
    return Outcome(name, Status.SKIPPED, words, (reason[0].upper() + reason[1:],))


def _executed(
    name: str,
    words: str,
    findings: tuple[str, ...],
    found: Sequence[str],
    expected: Expected,
    tool: str,
    version: str,
) -> Outcome:
    facts = {"statements": len(found), "tables": len(expected.tables), "rows": expected.rows}
    return outcome(name, words, findings, facts, tool, version)


def _left_over(candidate: Candidate, left: Sequence[str], engine: str, longest: int) -> tuple[str, ...]:
    """The tidy-up leaves the two tables that an analyst reads, and what was asked to be kept."""
    kept = {candidate.script.tables[name].rpartition(".")[2].lower() for name in candidate.kept}
    short = {short_name(name, longest) for name in kept}
    further = sorted({name.lower() for name in left} ^ short)
    return tuple(f"After the tidy-up {engine} does not hold what should stay: {name}." for name in further)


def _frame(data: Data, read: ReadTable) -> polars.DataFrame:
    """The rows of a held table with the columns that a script reads, in its order; empty where there are none."""
    names = [column.physical for column in read.columns]
    if read.logical not in data:
        return polars.DataFrame({name: [] for name in names}, schema=dict.fromkeys(names, polars.Null))
    return data[read.logical].select(names)


def _lines_of(script: Script, data: Data, catalogue: Catalogue) -> dict[str, tuple[Line, ...]]:
    """Return held rows in the order and types of the columns that a script reads, whatever its binding calls them."""
    found: dict[str, tuple[Line, ...]] = {}
    for read in script.reads:
        if read.logical in data:
            catalogued = {column.physical: column.type for column in catalogue.tables[read.logical].columns}
            names = [column.template.replace("{key}", _OWN_SUFFIX) for column in read.columns]
            rows = data[read.logical].select(names).iter_rows()
            changed = {
                index: column
                for index, column in enumerate(read.columns)
                if column.codes or catalogued[column.template].kind is not column.type.kind
            }
            found[read.logical] = tuple(_as_held(row, changed) for row in rows) if changed else tuple(rows)
    return found


def _as_held(row: Line, changed: Mapping[int, ReadColumn]) -> Line:
    """Return a row with numbers as text, codes as numbers, or other codes, where the binding says so."""
    return tuple(
        cell if cell is None or index not in changed else _cell_as_held(str(cell).strip(), changed[index])
        for index, cell in enumerate(row)
    )


def _cell_as_held(text: str, column: ReadColumn) -> str | int | None:
    text = next(
        (held for held, code in column.codes if code is not None and code.upper() == text.upper()), text
    )
    if column.type.is_text:
        return text
    # A code that is no number cannot stand in a column of numbers at all.
    return int(text) if text.isdecimal() else None
