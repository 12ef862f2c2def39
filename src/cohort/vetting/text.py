"""The finished text of a script, cut into statements the way a plain client does."""

from __future__ import annotations

import re

from cohort.sql.layout import Token, tokens
from cohort.sql.model import CannotCompile

_COMMENT = re.compile(r"^ *--.*$", re.MULTILINE)
_STATEMENT = re.compile(r"(?:'(?:[^']|'')*'|[^';])+")
_DROP = "CALL FNC.DROP_IF_EXISTS"


def statements(script: str) -> tuple[str, ...]:
    """Cut a script at semicolons outside texts; comments are left out."""
    without = _COMMENT.sub("", script)
    return tuple(piece.strip() for piece in _STATEMENT.findall(without) if piece.strip())


def is_drop(statement: str) -> bool:
    """Whether a statement drops a table by SAIL's procedure."""
    return statement.startswith(_DROP)


def without_tidy_up(found: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the statements before the tidy-up at the end, and the tidy-up."""
    end = len(found)
    while end and is_drop(found[end - 1]):
        end -= 1
    return found[:end], found[end:]


def token_texts(statement: str) -> tuple[str, ...]:
    """Return the words, numbers, texts and signs of a statement; empty if it holds a sign that is none of SQL's."""
    try:
        return tuple(token.text for token in tokens(statement))
    except CannotCompile:
        return ()


def joined(found: tuple[Token, ...]) -> str:
    """Return tokens as text with the white space that stood between them."""
    return "".join((" " if token.spaced else "") + token.text for token in found)


def declared(statement: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """Return the table that a statement makes and its columns with their types; None if it makes none.

    A type is given by its first word, without a length.
    """
    found = token_texts(statement)
    if "TABLE" not in found[:5] or "(" not in found:
        return None
    start = found.index("(")
    columns: list[tuple[str, str]] = []
    depth, at_start = 0, True
    for number in range(start, len(found)):
        depth += (found[number] == "(") - (found[number] == ")")
        if depth == 0:
            break
        if depth == 1 and at_start and number > start:
            columns.append((found[number], found[number + 1]))
        at_start = number == start or (depth == 1 and found[number] == ",")
    return found[start - 1], tuple(columns)
