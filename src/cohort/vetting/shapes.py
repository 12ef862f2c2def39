"""The shape of a statement: what a grammar and rules of style see of it, so that the like is looked at once.

A script says many things again with other names: eight rounds of matching, a count after each part. Two statements of
one shape differ in names of ours, whole numbers, texts and comments alone, and each name of one stands wherever one and
the same name of the other stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_PIECE = re.compile(
    r"(?P<comment>--[^\n]*)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>(?<![\w.])\d+(?![\w.]))"
    r"|(?P<name>(?<![\w])[a-z]\w*)"
)
_CALLED = re.compile(r"\s*\(")


def shape_of(statement: str, words: Collection[str]) -> str:
    """Return the statement with its names numbered, and one number, text and comment in place of all.

    ``words`` are those of the grammar, in capitals: they stay, however they are written. So does a name without a
    schema that a bracket follows, for it may be a function.
    """
    numbers: dict[str, str] = {}

    def put(match: re.Match[str]) -> str:
        kind, piece = match.lastgroup, match[0]
        if kind == "comment":
            return "-- comment"
        if kind == "text":
            return "'text'" if piece != "''" else piece
        if kind == "number":
            return "1"
        called = _CALLED.match(statement, match.end()) and statement[match.start() - 1 : match.start()] != "."
        if piece.upper() in words or called:
            return piece
        return numbers.setdefault(piece, f"name_{len(numbers)}")

    return _PIECE.sub(put, statement)
