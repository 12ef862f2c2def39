"""The layout of SQL: compiled text in, the same tokens out, on lines that a person can read.

Nothing but white space and comments is ever changed; strings are never broken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cohort.sql.model import CannotCompile
from cohort.sql.printer import NEW_LINE, NOTHING, SPACE, Document, Group, Nest, write

WIDTH = 110
"""The length that lines keep where there is a place to break them."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<text>'(?:[^'\n\r]|'')*')
    | (?P<number>\d+(?:\.\d+)?(?:E-?\d+)?(?![\w.]))
    | (?P<word>[A-Za-z][\w$\#@]*(?:\.[A-Za-z][\w$\#@]*)*)
    | (?P<sign><=|>=|<>|//|[-+*/=<>(),])
    """,
    re.VERBOSE | re.ASCII,
)
_IF_NEEDED = Nest(Group(SPACE))
"""A place where a line is broken only if what follows, up to the next place, would not fit."""
_COMMENT = re.compile(r"^ *--.*$", re.MULTILINE)
_CLAUSES = frozenset({"SELECT", "FROM", "JOIN", "LEFT JOIN", "WHERE", "GROUP BY", "UNION ALL", "WITH"})


@dataclass(frozen=True)
class Token:
    """One word, number, text or sign, and whether white space stands before it."""

    text: str
    spaced: bool


@dataclass(frozen=True)
class Brackets:
    """Tokens in round brackets, and whether white space stands before them."""

    inner: tuple[Token | Brackets, ...]
    spaced: bool


Piece = Token | Brackets


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a statement into tokens; comments are left out. What is no token of ours raises ``CannotCompile``."""
    text = _COMMENT.sub("", text)
    found: list[Token] = []
    position, spaced = 0, False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CannotCompile("A statement holds a character that is not on the list of what SQL may hold.")
        if match.lastgroup == "space":
            spaced = True
        else:
            if match.group() == "-" and not spaced and found and found[-1].text == "-":
                raise CannotCompile("Two minus signs would begin a comment.")
            found.append(Token(match.group(), spaced))
            spaced = False
        position = match.end()
    return tuple(found)


_LAST_PLACES = ("AS", "+", "<", "<=", ">", ">=", "=", "<>")
"""Words and signs before which a line breaks only if what follows would stand out of it."""


def lay_out(text: str, comments: Mapping[str, tuple[str, ...]] | None = None) -> str:
    """Return a compiled statement on readable lines.

    ``comments`` holds the lines of comment (with their dashes) to set before each common table expression, by
    name; the empty name stands for the SELECT after the last of them.
    """
    pieces, rest = _nested(tokens(text))
    if rest:
        raise CannotCompile("A statement has a bracket too many.")
    return write(_statement(pieces, comments or {}), WIDTH)


def _nested(found: tuple[Token, ...]) -> tuple[tuple[Piece, ...], tuple[Token, ...]]:
    """Turn brackets into one piece each; returns what follows an unmatched closing bracket as the rest."""
    stack: list[tuple[bool, list[Piece]]] = [(False, [])]
    for number, token in enumerate(found):
        if token.text == "(":
            stack.append((token.spaced, []))
        elif token.text == ")":
            if len(stack) == 1:
                return tuple(stack[0][1]), found[number:]
            spaced, inner = stack.pop()
            stack[-1][1].append(Brackets(tuple(inner), spaced))
        else:
            stack[-1][1].append(token)
    if len(stack) > 1:
        raise CannotCompile("A statement has a bracket that is never closed.")
    return tuple(stack[0][1]), ()


def _is(piece: Piece, *words: str) -> bool:
    return isinstance(piece, Token) and piece.text in words


def _statement(pieces: tuple[Piece, ...], comments: Mapping[str, tuple[str, ...]]) -> Document:
    """Lay out what stands before the first SELECT or WITH, and then the query."""
    starts = (i for i, piece in enumerate(pieces) if _is(piece, "SELECT", "WITH"))
    start = next((i for i in starts if _word(pieces, i + 1) != "REPLACE"), len(pieces))
    head, query = pieces[:start], pieces[start:]
    if not query:
        return _definition(head)
    document = _query(query, comments)
    return (_flat(head), NEW_LINE, document) if head else document


def _flat(pieces: tuple[Piece, ...]) -> Document:
    """Lay out pieces on one line, except for what is in brackets."""
    parts: list[Document] = []
    for number, piece in enumerate(pieces):
        parts.append(" " if number and piece.spaced else "")
        parts.append(_brackets(piece) if isinstance(piece, Brackets) else piece.text)
    return tuple(parts)


def _definition(pieces: tuple[Piece, ...]) -> Document:
    """Lay out a statement without a query: the columns of a new table each on a line, then what is said of it."""
    parts: list[Document] = []
    made = False
    for number, piece in enumerate(pieces):
        if isinstance(piece, Brackets) and _is(pieces[0], "CREATE", "DECLARE") and piece.spaced and not made:
            columns: list[Document] = []
            for column in _split(piece.inner, ","):
                columns += [NEW_LINE, _expression(column), ","]
            parts.append((" (", Nest(tuple(columns[:-1])), NEW_LINE, ")"))
            made = True
        elif made:
            return (*parts, NEW_LINE, _flat(pieces[number:]))
        else:
            parts.append((" " if number and piece.spaced else "", _flat((piece,))))
    return tuple(parts)


def _query(pieces: tuple[Piece, ...], comments: Mapping[str, tuple[str, ...]]) -> Document:
    """Lay out a query: each clause begins a line."""
    lines: list[Document] = []
    for word, inner in _clauses(pieces):
        if lines:
            lines.append(NEW_LINE)
        match word:
            case "WITH":
                lines.append(_with(inner, comments))
                lines += [(NEW_LINE, comment) for comment in comments.get("", ())]
            case "SELECT":
                lines.append(Group(("SELECT", Nest((SPACE, _list(inner))))))
            case "WHERE":
                lines.append((word, " ", Group(_expression(inner))))
            case "FROM" | "JOIN" | "LEFT JOIN":
                lines.append((word, _IF_NEEDED, Group(_expression(inner))))
            case "GROUP BY":
                lines.append((word, " ", Group(Nest(_filled_list(inner)))))
            case "UNION ALL":
                lines.append(word)
            case _:
                raise CannotCompile("A query has a clause that the layout does not know.")
    return tuple(lines)


def _clauses(pieces: tuple[Piece, ...]) -> list[tuple[str, tuple[Piece, ...]]]:
    """Cut a query at its clauses."""
    found: list[tuple[str, list[Piece]]] = []
    number = 0
    while number < len(pieces):
        one = _word(pieces, number)
        two = f"{one} {_word(pieces, number + 1)}"
        if two in _CLAUSES or one in _CLAUSES:
            word = two if two in _CLAUSES else one
            found.append((word, []))
            number += len(word.split())
        else:
            if not found:
                raise CannotCompile("A query begins with no clause.")
            found[-1][1].append(pieces[number])
            number += 1
    return [(word, tuple(inner)) for word, inner in found]


def _word(pieces: tuple[Piece, ...], number: int) -> str:
    piece = pieces[number] if number < len(pieces) else None
    return piece.text if isinstance(piece, Token) else ""


def _with(pieces: tuple[Piece, ...], comments: Mapping[str, tuple[str, ...]]) -> Document:
    """Lay out the named SELECTs of a statement, each with its comment before it."""
    lines: list[Document] = ["WITH"]
    named = _split(pieces, ",")
    for number, steps in enumerate(named):
        name = _word(steps, 0)
        query = steps[-1]
        if len(steps) != 3 or not _is(steps[1], "AS") or not isinstance(query, Brackets):
            raise CannotCompile("A named SELECT has a form that the layout does not know.")
        lines += [(NEW_LINE, comment) for comment in comments.get(name, ())]
        end = ")," if number + 1 < len(named) else ")"
        lines.append((NEW_LINE, f"{name} AS (", Nest((NEW_LINE, _query(query.inner, {}))), NEW_LINE, end))
    return tuple(lines)


def _split(pieces: tuple[Piece, ...], *words: str) -> list[tuple[Piece, ...]]:
    """Cut pieces at some words or signs, which are left out."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if _is(piece, *words):
            parts.append([])
        else:
            parts[-1].append(piece)
    return [tuple(part) for part in parts]


def _list(pieces: tuple[Piece, ...]) -> Document:
    """A list with one member on each line, if it does not fit on one."""
    parts: list[Document] = []
    for member in _split(pieces, ","):
        parts += [Group(_expression(member)), ",", SPACE]
    return tuple(parts[:-2])


def _filled_list(pieces: tuple[Piece, ...]) -> Document:
    """A list with as many members on each line as fit."""
    parts: list[Document] = []
    for number, member in enumerate(_split(pieces, ",")):
        parts.append(Group((SPACE, _expression(member))) if number else _expression(member))
        parts.append(",")
    return tuple(parts[:-1])


def _expression(pieces: tuple[Piece, ...]) -> Document:
    """Lay out an expression: lines break before AND, OR, ON and THEN, in CASE and brackets.

    Where that is not enough they break before AS, + and signs of comparison.
    """
    lines: list[list[Document]] = [[]]
    number = 0
    in_frame = False
    while number < len(pieces):
        piece = pieces[number]
        if piece.spaced and number:
            breaks = _is(piece, "AND", "OR", "ON", "THEN") and not in_frame
            if breaks:
                lines.append([])
            # What would stand out of its line begins another one.
            lines[-1].append(SPACE if breaks else _IF_NEEDED if _is(piece, *_LAST_PLACES) else " ")
        if _is(piece, "CASE"):
            end = _end_of_case(pieces, number)
            lines[-1].append(_case(pieces[number + 1 : end]))
            number = end
        elif isinstance(piece, Brackets):
            lines[-1].append(_brackets(piece))
        else:
            lines[-1].append(piece.text)
        # The AND of a window's frame (ROWS BETWEEN ... AND ...) joins no conditions.
        in_frame = _is(piece, "BETWEEN") or (in_frame and not _is(piece, "AND"))
        number += 1
    first, *others = (tuple(line) for line in lines)
    return (first, *(Nest(line) for line in others))


def _end_of_case(pieces: tuple[Piece, ...], start: int) -> int:
    depth = 0
    for number in range(start, len(pieces)):
        depth += _is(pieces[number], "CASE") - _is(pieces[number], "END")
        if depth == 0:
            return number
    raise CannotCompile("A CASE has no END.")


def _case(pieces: tuple[Piece, ...]) -> Document:
    branches: list[list[Piece]] = []
    depth = 0
    for piece in pieces:
        if depth == 0 and _is(piece, "WHEN", "ELSE"):
            branches.append([])
        depth += _is(piece, "CASE") - _is(piece, "END")
        branches[-1].append(piece)
    inner = tuple((SPACE, Group(_expression(tuple(branch)))) for branch in branches)
    return Group(("CASE", Nest(inner), SPACE, "END"))


def _brackets(brackets: Brackets) -> Document:
    inner = brackets.inner
    if inner and _is(inner[0], "SELECT"):
        return ("(", Nest((NEW_LINE, _query(inner, {}))), NEW_LINE, ")")
    window = inner and _is(inner[0], "PARTITION", "ORDER")
    content = _window(inner) if window else _filled_list(inner)
    return Group(("(", Nest((NOTHING, content)), NOTHING, ")"))


def _window(pieces: tuple[Piece, ...]) -> Document:
    """The inside of OVER: its parts each on a line if they do not fit on one."""
    starts = [i for i, piece in enumerate(pieces) if _is(piece, "PARTITION", "ORDER", "ROWS")]
    bounds = [*starts, len(pieces)]
    parts: list[Document] = []
    for number, start in enumerate(starts):
        if number:
            parts.append(SPACE)
        parts.append(Nest(_filled_list(pieces[start : bounds[number + 1]])))
    return tuple(parts)
