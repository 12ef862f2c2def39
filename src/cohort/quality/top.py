"""The top of the counting script: what it is, the names that it reads and makes, and its parts."""

from __future__ import annotations

from cohort.quality.description import Description
from cohort.sql.banner import overview
from cohort.sql.comments import RULE, comment, listed
from cohort.sql.model import DialectName, PartKind, ReadTable, ScriptPart, TableBinding
from cohort.version import __version__

_LISTED = (
    "Functions, clauses, types and names are limited to the list that scripts of studies keep to, and anything else "
    "stops the compiler."
)
_CHECKED = {
    DialectName.DUCKDB: f"{_LISTED} This text, comments included, is the text that DuckDB runs.",
    DialectName.DB2: f"{_LISTED} Tests parse the text of the shipped studies with a Db2 grammar, and carry it out on "
    "PostgreSQL and H2 on invented rows. It has never run on a Db2 server. Before the first run: read it, and run the "
    "self-test (`cohort sql selftest`) once on the server.",
}


def top(
    description: Description,
    dialect: DialectName,
    binding: TableBinding,
    reads: tuple[ReadTable, ...],
    results: str,
    parts: tuple[ScriptPart, ...],
    statements_hash: str,
) -> tuple[ScriptPart, ...]:
    """Return the parts of comments before the numbered ones: banner, parameters and overview."""
    blocks = (
        (PartKind.BANNER, _banner(description, dialect, binding, statements_hash)),
        (PartKind.PARAMETERS, _parameters(description, binding, reads, results)),
        (PartKind.OVERVIEW, overview(parts)),
    )
    return tuple(
        ScriptPart(0, kind.value, kind, "", "", None, (), "\n".join(lines)) for kind, lines in blocks
    )


def _banner(
    description: Description, dialect: DialectName, binding: TableBinding, statements_hash: str
) -> tuple[str, ...]:
    facts = (
        ("Study", description.study),
        ("Title", description.title),
        ("Purpose", "counts for the data-quality statement of the study"),
        ("Spec", description.spec_file),
        ("Spec hash", description.spec_hash),
        ("Statements", f"{statements_hash} (SHA-256, without comments and white space)"),
        ("Made by", f"Carfan {__version__}"),
        ("Dialect", dialect.label),
        ("Binding", binding.name),
    )
    lines = [RULE, *listed(facts), "--", *comment(f"How it was checked: {_CHECKED[dialect]}"), "--"]
    lines += comment(
        "All counts go to one table as true counts: they are not safe to release before disclosure control. Nothing is "
        "shown on the screen, no row is copied, and no value of a row is among the counts, only what was found in it."
    )
    lines += ["--"]
    lines += comment(
        "What is counted: rows of whole tables, not of the cohort. The study's links are not counted here: its own "
        "script does that, in its results that begin with linkage."
    )
    if dialect is DialectName.DB2:
        lines += ["--"]
        lines += comment(
            "How to run it: from top to bottom, as often as needed, for each run first drops what an earlier one left "
            "behind. Then export the table of counts as CSV with the names of its columns, and give it to "
            "the command cohort profile with the option for results, which protects the counts."
        )
    return (*lines, RULE)


def _parameters(
    description: Description, binding: TableBinding, reads: tuple[ReadTable, ...], results: str
) -> tuple[str, ...]:
    facts = [
        ("Data from", description.data_from.isoformat()),
        ("Data until", description.data_until.isoformat()),
        ("Workspace", binding.workspace or "none"),
        ("Table of counts", results),
    ]
    lines = [RULE, *comment("Parameters"), RULE, *listed(tuple(facts)), "--"]
    lines += comment("Tables and columns read:")
    for read, table in zip(reads, description.tables, strict=True):
        lines += _indented(f"{read.logical}: {read.physical}")
        further = {column.physical for column in table.further}
        own = ", ".join(column.physical for column in read.columns if column.template not in further)
        lines += _indented(own, 6)
        if further:
            beyond = ", ".join(column.physical for column in read.columns if column.template in further)
            lines += _indented(f"of the key, and not read by the study itself: {beyond}", 6)
    return tuple(lines)


def _indented(sentence: str, indent: int = 2) -> list[str]:
    margin = " " * indent
    return [line.replace("-- ", f"-- {margin}", 1) for line in comment(sentence)]
