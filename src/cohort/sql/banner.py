"""The top of a script: what it is, how it was checked, the names that it reads and makes, and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cohort.plan.model import Plan
from cohort.plan.names import ANALYSIS, RESULTS
from cohort.sql.comments import RULE, WIDTH, comment, listed, shortened
from cohort.sql.model import DialectName, PartKind, ReadTable, ScriptOptions, ScriptPart, TableBinding
from cohort.version import __version__

LABEL = "Db2-dialect SQL, grammar-checked, executed on two substitutes, never on Db2"
"""What a Db2 script may be called once `cohort sql vet` has passed it, and never more than that."""

_LISTED = "Functions, clauses, types and names are limited to a list, and anything else stops the compiler."
_VETTED = {
    DialectName.DUCKDB: (f"{_LISTED} This text, comments included, is the text that DuckDB runs.",),
    DialectName.SPARK: (f"{_LISTED} This text, comments included, is the text that Spark runs.",),
    DialectName.POSTGRESQL: (f"{_LISTED} The DuckDB text of the same plan is run in the tests.",),
    DialectName.DB2: (
        _LISTED,
        f"`cohort sql vet` makes it “{LABEL}”: every statement is parsed with a Db2 grammar, this text is run on "
        "PostgreSQL and on H2, and the rows must equal those of two other engines. The vetting record says what "
        "passed, and names the SHA-256 of the file that was vetted. Without such a record only the list vouches for "
        "this script.",
        "It has never run on a Db2 server. Before the first run: read it, and run the self-test (`cohort sql "
        "selftest`) once on the server. After it: compare the table of flow counts with what is expected.",
    ),
}
_SESSION = (
    "Tables on the way are declared for the session: Db2 drops them when the connection ends. The whole script must "
    "run on one connection."
)
_KEPT = (
    "The analysis table stays in the workspace: one row for each entry, with identifiers of persons. It is for "
    "regression inside the safe setting and must not leave it; the data dictionary beside the script describes it."
)


def banner(
    plan: Plan, dialect: DialectName, binding: TableBinding, options: ScriptOptions, statements_hash: str
) -> tuple[str, ...]:
    """Return the lines that name the study and say how the script was vetted."""
    facts = (
        ("Study", plan.study),
        ("Title", plan.title),
        ("Spec", plan.spec_file),
        ("Spec hash", plan.spec_hash),
        ("Statements", f"{statements_hash} (SHA-256, without comments and white space)"),
        ("Made by", f"Carfan {__version__}"),
        ("Dialect", dialect.label),
        ("Binding", binding.name),
    )
    lines = [RULE, *listed(facts), "--", *comment("How it was vetted:")]
    for sentence in _VETTED[dialect]:
        lines += _indented(sentence)
    lines += ["--"]
    lines += comment(
        f"All results go to one table, {RESULTS}, as true counts: they are not safe to release before disclosure "
        "control. Nothing is shown on the screen, and no row of a person leaves the database."
    )
    if dialect is DialectName.DB2:
        lines += [
            "--",
            *comment(
                "How to run it: from top to bottom, as often as needed, for each run first drops what an earlier "
                "one left behind. Stop at the first error. Where the client does not commit by itself, COMMIT after "
                "each part: one unit of work over all of them would fill the log."
            ),
        ]
    for sentence in [_SESSION] * options.session + [_KEPT] * options.keep_analysis:
        lines += ["--", *comment(sentence)]
    return (*lines, RULE)


def parameters(
    plan: Plan,
    dialect: DialectName,
    binding: TableBinding,
    prefix: str,
    reads: tuple[ReadTable, ...],
    made: Mapping[str, str],
    settings: tuple[tuple[str, str], ...],
    options: ScriptOptions,
) -> tuple[str, ...]:
    """Return the lines that name everything the script reads and makes, and say where each is changed."""
    lines = [RULE, *comment("Parameters"), RULE]
    lines += comment(
        f"They are set in the spec ({plan.spec_file}) and in the binding ({binding.name}). To change one, change it "
        "there and write the script again: edited here, the script would no longer be that of its spec hash."
    )
    lines += ["--"]
    facts = list(settings)
    if dialect is DialectName.DB2 or binding.workspace:
        facts += [("Workspace", binding.workspace or "none"), ("Tables begin with", prefix or "their names")]
    facts += [("Results", made[RESULTS])]
    if options.keep_analysis:
        facts += [("Analysis table", made[ANALYSIS])]
    lines += [*listed(tuple(facts)), "--", *comment("Tables and columns read:")]
    for table in reads:
        columns = ", ".join(column.physical for column in table.columns)
        lines += [*_indented(f"{table.logical}: {table.physical}"), *_indented(columns, 6)]
    return tuple(lines)


def overview(parts: Iterable[ScriptPart]) -> tuple[str, ...]:
    """Return the table of contents: number, name and the first sentence of each part, as far as it fits."""
    lines = [RULE, *comment("Overview: the numbered parts"), RULE]
    for part in parts:
        output = " (output)" if part.kind is PartKind.RESULT else ""
        label = f"--  {part.number:>3}  {part.name}{output}"
        words = shortened(part.words.split(". ")[0], max(WIDTH - len(label) - 2, 30))
        fits = len(label) + 2 + len(words) <= WIDTH
        lines += [f"{label}: {words}"] if fits else [f"{label}:", f"--         {words}"]
    return tuple(lines)


def _indented(sentence: str, indent: int = 2) -> list[str]:
    margin = " " * indent
    return [line.replace("-- ", f"-- {margin}", 1) for line in comment(sentence)]
