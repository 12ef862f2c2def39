"""Numbered parts of a script as they are shown, what a plan reads, and the hash of what is run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import get_args

from cohort.plan.model import Detail, Plan, PlanStep
from cohort.plan.of_results import CountLinks
from cohort.query.rows import Rows, TableRows, walk_rows
from cohort.query.study import Origin
from cohort.sql.comments import heading, named_comment
from cohort.sql.layout import tokens
from cohort.sql.model import (
    PartKind,
    ReadColumn,
    ReadTable,
    ScriptPart,
    Statement,
    StatementKind,
    TableBinding,
)


def hash_of_statements(statements: Iterable[Statement]) -> str:
    """Return the SHA-256 of statements, without comments and white space: what is run, and nothing else."""
    found = hashlib.sha256()
    for statement in statements:
        found.update("\n".join(token.text for token in tokens(statement.text)).encode())
        found.update(b"\n;\n")
    return found.hexdigest()


def numbered_part(
    kind: PartKind,
    number: int,
    name: str,
    words: str,
    why: str,
    origin: Origin | None,
    statements: list[Statement],
    details: tuple[Detail, ...] = (),
    notes: tuple[str, ...] = (),
) -> ScriptPart:
    """Return one numbered part: ruled heading, comments, and statements with semicolons."""
    lines = [*heading(f"{number}. {name}"), *named_comment("", _sentence(words), why, origin)]
    for detail in details:
        lines += named_comment(detail.name, detail.words, detail.why, detail.origin)
    text = "\n".join([*lines, *notes])
    before = None
    for statement in statements:
        together = before is statement.kind is StatementKind.DROP
        text += f"{'' if together else chr(10)}\n{statement.text};"
        before = statement.kind
    return ScriptPart(number, name, kind, words, why, origin, tuple(statements), text)


def _sentence(words: str) -> str:
    """Return words with a capital letter and a full stop, unless they begin with a name."""
    first = words.split(" ", 1)[0]
    begun = words if "_" in first else words[:1].upper() + words[1:]
    return begun if begun.endswith((".", "?", "!")) or not begun else f"{begun}."


def reads_of(plan: Plan, binding: TableBinding) -> Iterator[ReadTable]:
    """Yield the held tables that a plan reads, each once, with all columns that some step needs."""
    found: dict[str, dict[str, ReadColumn]] = {}
    steps = [step for table in plan.tables for step in table.steps]
    for step in [*steps, *(result.step for result in plan.results)]:
        for rows in _rows_of(step):
            for node in walk_rows(rows):
                if isinstance(node, TableRows):
                    columns = found.setdefault(node.table, {})
                    for column in node.columns:
                        name = binding.column(column.physical, node.table)
                        held_as = binding.held_type(column.physical, node.table, column.type)
                        codes = tuple(binding.held_codes(column.physical, node.table).items())
                        columns.setdefault(name, ReadColumn(name, held_as, column.physical, codes))
    for logical, columns in found.items():
        yield ReadTable(logical, binding.table(logical), tuple(columns.values()))


def _rows_of(step: PlanStep) -> tuple[Rows, ...]:
    relation = step.relation
    if isinstance(relation, CountLinks):
        return (relation.rows, relation.mapping)
    return (relation,) if isinstance(relation, get_args(Rows)) else ()
