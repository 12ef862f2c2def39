"""Db2's grammar and a committed style, checked statement by statement by sqlfluff.

A parse is no run: the grammar accepts some SQL that a Db2 server would refuse. That is why there is a list as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from cohort.vetting.model import CannotRun, Outcome, Report, outcome
from cohort.vetting.shapes import shape_of
from cohort.vetting.text import statements

STYLE = "db2_style.cfg"
"""The style, a file beside this module that says why each rule is on or off."""
LONGEST_LINE = 120
"""The most characters of a line, comments included."""

_SHOWN = 20


@dataclass(frozen=True)
class Inspected:
    """What sqlfluff says of one statement: what its grammar cannot read, and what breaks a rule of style."""

    unparsable: tuple[str, ...]
    style: tuple[str, ...]


def version() -> str:
    """Return the version of sqlfluff. Raises ``CannotRun`` if it is not installed."""
    try:
        import sqlfluff
    except ImportError:
        raise CannotRun("the Python package sqlfluff is not installed: pip install 'carfan[vet]'.") from None
    return str(sqlfluff.__version__)


def check_grammar(text: str, report: Report = lambda _stage, _share: None) -> tuple[Outcome, Outcome]:
    """Parse every statement of a Db2 script with Db2's grammar, and hold it to the style: two outcomes.

    Raises ``CannotRun`` if sqlfluff is not installed.
    """
    tool = version()
    found = statements(text)
    wrong: list[str] = []
    unstyled: list[str] = []
    for number, statement in enumerate(found, 1):
        report("grammar", number / len(found))
        said = f"Statement {number} ({' '.join(statement.split()[:3])})"
        inspected = inspect(statement)
        wrong += [f"{said}: {problem}" for problem in inspected.unparsable]
        unstyled += [f"{said}: {problem}" for problem in inspected.style]
    unstyled += [
        f"Line {number} has {len(line)} characters."
        for number, line in enumerate(text.splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    facts = {"statements": len(found), "shapes": len({shape_of(each, _words()) for each in found})}
    words = "every statement is read by sqlfluff's Db2 grammar, with no part left over"
    style = "every statement keeps the committed style"
    return (
        outcome("grammar", words, _short(wrong), facts, "sqlfluff", tool),
        outcome("style", style, _short(unstyled), facts, "sqlfluff", tool),
    )


def inspect(statement: str) -> Inspected:
    """Parse and lint one statement (without semicolon). Of statements of one shape the first is looked at.

    Where something is wrong with the shape, the statement itself is looked at, so that its own words are told.
    """
    found = linted(shape_of(statement, _words()))
    return linted(statement) if found.unparsable or found.style else found


@cache
def linted(statement: str) -> Inspected:
    """Parse and lint a text as it is. The same text is not looked at twice."""
    try:
        answer = _linter().lint_string(f"{statement};\n")
    except AssertionError as error:  # how sqlfluff answers a bracket that is never closed
        return Inspected((str(error) or "a bracket is never closed",), ())
    unread: list[str] = []
    style: list[str] = []
    for violation in answer.get_violations():
        code = violation.rule_code()
        (unread if code in ("PRS", "LXR", "TMP") else style).append(f"{violation.desc()} [{code}]")
    if answer.tree is None or "unparsable" in answer.tree.type_set():
        unread.append("an unparsable section")
    return Inspected(tuple(unread), tuple(style))


def unparsable(statement: str) -> list[str]:
    """Return what the grammar cannot read of one statement (without semicolon); empty if it reads all."""
    return list(inspect(statement).unparsable)


@cache
def _words() -> frozenset[str]:
    """The words of the grammar, whose meaning a name of ours would not have."""
    from sqlfluff.core.dialects import load_raw_dialect

    dialect = load_raw_dialect("db2")
    return frozenset(dialect.sets("reserved_keywords") | dialect.sets("unreserved_keywords"))


@cache
def _linter() -> Any:
    from sqlfluff.core import FluffConfig, Linter
    from sqlfluff.core.dialects import load_raw_dialect

    _patch(load_raw_dialect("db2"))
    style = files("cohort.vetting").joinpath(STYLE).read_text("utf-8")
    return Linter(config=FluffConfig.from_string(style))


def _patch(dialect: Any) -> None:
    """Teach sqlfluff what it lacks of Db2's grammar.

    - ``CREATE TABLE … DISTRIBUTE BY HASH(…)``: how a table is spread over servers
    - ``CREATE TABLE … AS (…) WITH [NO] DATA``: a table from a query must say whether it is filled
    - ``TRUNCATE TABLE … IMMEDIATE``: the only form that Db2 has

    Declared tables of a session are in its grammar already.
    """
    from sqlfluff.core.parser import Bracketed, Delimited, Ref, Sequence

    create = dialect.get_segment("CreateTableStatementSegment")
    filled = Sequence("WITH", Ref.keyword("NO", optional=True), "DATA", optional=True)
    columns = Bracketed(Delimited(Ref("ColumnReferenceSegment")))
    spread = Sequence("DISTRIBUTE", "BY", "HASH", columns, optional=True)
    create.match_grammar = Sequence(create.match_grammar, filled, spread)
    truncate = dialect.get_segment("TruncateStatementSegment")
    truncate.match_grammar = Sequence("TRUNCATE", "TABLE", Ref("TableReferenceSegment"), "IMMEDIATE")


def _short(findings: list[str]) -> tuple[str, ...]:
    shown = findings[:_SHOWN]
    if len(findings) > _SHOWN:
        shown.append(f"And {len(findings) - _SHOWN} more.")
    return tuple(shown)
