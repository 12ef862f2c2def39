"""The top of a script: what it is, how it was checked, and the names that it reads and makes."""

from __future__ import annotations

from collections.abc import Mapping

from cohort.plan.model import Plan
from cohort.plan.names import RESULTS
from cohort.sql.comments import RULE, comment, safe
from cohort.sql.model import DialectName, ReadTable, TableBinding
from cohort.version import __version__

_VETTED = {
    DialectName.DUCKDB: (
        "Functions, clauses and types are limited to a list. This text, comments included, is the text that "
        "DuckDB runs.",
    ),
    DialectName.DB2: (
        "Functions, clauses and types are limited to a list, and every statement is parsed with the Db2 grammar "
        "of the checker sqlfluff. The DuckDB text of the same plan is run in the tests.",
        "It has never run on a Db2 server. Please read it before the first run, and compare the counts in the "
        "table of flow counts with what is expected.",
    ),
}


def banner(plan: Plan, dialect: DialectName, binding: TableBinding) -> tuple[str, ...]:
    """Return the lines that name the study and say how the script was vetted."""
    facts = (
        ("Study", plan.study),
        ("Title", plan.title),
        ("Spec", plan.spec_file),
        ("Spec hash", plan.spec_hash),
        ("Made by", f"Carfan {__version__}"),
        ("Dialect", dialect.label),
        ("Binding", binding.name),
    )
    lines = [RULE, *_table(facts), "--"]
    lines += comment("How it was vetted:")
    for sentence in _VETTED[dialect]:
        lines += [line.replace("-- ", "--   ", 1) for line in comment(sentence)]
    lines += ["--"]
    lines += comment(
        f"All results go to one table, {RESULTS}, as true counts: they are not safe to release before disclosure "
        "control. Nothing is shown on the screen, and no row of a person leaves the database."
    )
    return (*lines, RULE)


def parameters(
    dialect: DialectName,
    binding: TableBinding,
    prefix: str,
    reads: tuple[ReadTable, ...],
    made: Mapping[str, str],
    settings: tuple[tuple[str, str], ...],
) -> tuple[str, ...]:
    """Return the lines that name everything the script reads and makes."""
    lines = [RULE, *comment("Parameters"), RULE]
    facts = list(settings)
    if dialect is DialectName.DB2 or binding.workspace:
        facts += [("Workspace", binding.workspace or "none"), ("Tables begin with", prefix or "their names")]
    facts += [("Results", made[RESULTS])]
    lines += [*_table(tuple(facts)), "--", *comment("Tables read:")]
    for table in reads:
        lines += [f"--   {safe(table.logical)}: {safe(table.physical)}"]
    return tuple(lines)


def _table(facts: tuple[tuple[str, str], ...]) -> list[str]:
    width = max(len(safe(name)) for name, _ in facts) + 2
    lines: list[str] = []
    for name, value in facts:
        for number, line in enumerate(comment(value) or ("-- ",)):
            label = f"{safe(name)}:".ljust(width) if number == 0 else " " * width
            lines.append(f"-- {label}{line.removeprefix('-- ')}".rstrip())
    return lines
