"""Why an expression does not parse: what was found, and the few things that could stand there."""

from __future__ import annotations

from collections.abc import Sequence

import lark
from lark import Token
from lark.exceptions import UnexpectedInput, UnexpectedToken

from cohort.language.build import Builder

_ENDS_A_VALUE = frozenset({"NAME", "NUMBER", "TEXT", "DATE", "DURATION", "RPAR", "RSQB", "MISSING"})
_COMPARES = frozenset({"COMPARE", "IS", "IN", "DURING"})
_CLOSING = {"RPAR": "LPAR", "RSQB": "LSQB"}

_ROWS_WORDS = frozenset({"OF", "BY", "WHERE"})

_OTHER_LANGUAGES = {"if": "when", "case": "when", "else": "otherwise", "elif": "otherwise when"}
"""Words with which other languages choose between values."""

# What the grammar accepts, said in few words; the first word of a row stands for all of it.
_EXPECTED = (
    (("NAME", "NUMBER"), "a name or a value"),
    (("NAME", "LSQB"), "a list such as `[1, 2]` or the name of a codelist"),
    (("NAME", "FROM"), "`from` or the name of a window"),
    (("NAME",), "the name of rows or of a column"),
    (("THEN",), "`then` and a value"),
    (("OTHERWISE",), "`otherwise` and a value"),
    (("TEXT",), "a number, a text in double quotes or a date"),
    (("FROM",), "`from`"),
    (("MISSING",), "`missing`"),
    (("THROUGH",), "`until` or `through`"),
    (("COMMA", "RPAR"), "`,` or `)`"),
    (("RPAR",), "`)`"),
    (("COMMA", "RSQB"), "`,` or `]`"),
    (("AND",), "an operator such as `=` or `and`"),
    (("PLUS",), "an operator such as `+`"),
    (("IN",), "`in`"),
    (("NUMBER",), "a number"),
)


def explain_failure(
    problem: UnexpectedInput, parser: lark.Lark, tokens: Sequence[Token], builder: Builder, start: str
) -> None:
    """Add the one diagnostic for an expression that does not parse.

    ``tokens`` are all tokens of the expression, ``start`` is what it should be (expression or period).
    """
    if not isinstance(problem, UnexpectedToken):  # pragma: no cover - slips name every unknown character
        position = problem.pos_in_stream or 0
        _add(builder, "EXP104", position, position + 1, found=builder.scalar.raw[position : position + 1])
        return
    at_end = problem.token.type == "$END"
    index = len(tokens) if at_end else _index(problem.token, tokens)
    expected = _expected(_accepted(parser, tokens[:index], start))
    if _brackets(tokens, index, builder) or (not at_end and _frequent(tokens, index, builder)):
        return
    if start == "period" and not any(token.type == "FROM" for token in tokens[:1]):
        _add(builder, "EXP122", *_ends(tokens[0], tokens[-1]) if tokens else (0, 0))
    elif at_end:
        last = _ends(tokens[-1], tokens[-1]) if tokens else (0, 0)
        _add(builder, "EXP102", *last, expected=expected)
    else:
        token = tokens[index]
        _add(builder, "EXP101", *_ends(token, token), found=_short(token), expected=expected)


def _add(builder: Builder, code: str, start: int, end: int, **data: str) -> None:
    builder.diagnostics.add(code, builder.place(start, end), at=builder.at, **data)


def _index(token: Token, tokens: Sequence[Token]) -> int:
    return next(i for i, other in enumerate(tokens) if other.start_pos == token.start_pos)


def _ends(first: Token, last: Token) -> tuple[int, int]:
    return first.start_pos or 0, last.end_pos or 0


def _short(token: Token) -> str:
    text = " ".join(str(token).split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _accepted(parser: lark.Lark, tokens: Sequence[Token], start: str) -> set[str]:
    """Return what may stand after some tokens.

    The problem itself names fewer: the parser closes all it can before it sees that the next token does not fit.
    """
    again = parser.parse_interactive("", start)
    for token in tokens:
        again.feed_token(token)
    # The parser library gives this method no types.
    accepted: set[str] = again.accepts()  # type: ignore[no-untyped-call]
    return accepted


def _expected(accepts: set[str]) -> str:
    return next(
        (words for kinds, words in _EXPECTED if all(kind in accepts for kind in kinds)),
        "the end of the expression",
    )


def _brackets(tokens: Sequence[Token], index: int, builder: Builder) -> bool:
    """Report a bracket that is never closed or never opened, if that is why parsing failed."""
    opened: list[Token] = []
    for token in tokens[:index]:
        if token.type in ("LPAR", "LSQB"):
            opened.append(token)
        elif token.type in _CLOSING and opened:
            opened.pop()
    failing = tokens[index] if index < len(tokens) else None
    if failing is not None and failing.type in _CLOSING and not opened:
        _add(builder, "EXP106", *_ends(failing, failing), found=str(failing))
        return True
    mismatched = (
        failing is not None and failing.type in _CLOSING and opened[-1].type != _CLOSING[failing.type]
    )
    complete = index > 0 and tokens[index - 1].type in _ENDS_A_VALUE
    if opened and (mismatched or (failing is None and complete)):
        _add(builder, "EXP105", *_ends(opened[-1], opened[-1]), found=str(opened[-1]))
        return True
    return False


def _frequent(tokens: Sequence[Token], index: int, builder: Builder) -> bool:
    """Report the frequent mistakes that only the order of words shows."""
    token = tokens[index]
    before = tokens[index - 1] if index else None
    kinds = [other.type for other in tokens[:index]]
    here = _ends(token, token)
    after_value = before is not None and before.type in _ENDS_A_VALUE
    if token.type == "FROM" and not after_value:
        _add(builder, "EXP129", *here)
        return True
    if token.type in _ROWS_WORDS:
        _add(builder, "EXP130" if _inside_call(kinds) else "EXP125", *here, found=str(token))
        return True
    if before is None:
        return False
    if token.type in ("NAME", "WHEN"):
        # `else` does not fit itself; after `if` it is the next word that does not.
        for word in (token, before):
            if word in _OTHER_LANGUAGES:
                _add(builder, "EXP131", *_ends(word, word), found=str(word), written=_OTHER_LANGUAGES[word])
                return True
    if token.type in _COMPARES and after_value and _COMPARES & _since_connective(kinds):
        _add(builder, "EXP116", *here, found=str(token))
    elif token.type == "MISSING" and before.type == "COMPARE":
        _add(builder, "EXP112", *here, found="missing")
    elif token.type == "LSQB" and before.type == "COMPARE":
        _add(builder, "EXP121", *_ends(before, before), found=str(before))
    elif before.type == "IS" or kinds[-2:] == ["IS", "NOT"]:
        first, written = (before, "=") if before.type == "IS" else (tokens[index - 2], "!=")
        if token.type in ("IN", "LSQB"):
            written = "in" if before.type == "IS" else "not in"
        _add(builder, "EXP123", *_ends(first, before), written=written)
    elif token.type == "NAME" and _inside_list(kinds):
        _add(builder, "EXP120", *here, found=_short(token))
    elif token.type == "NAME" and before.type == "NUMBER":
        _add(builder, "EXP124", *_ends(before, token), found=f"{before} {_short(token)}")
    elif token.type == "NAME" and token == "to" and "FROM" in kinds:
        _add(builder, "EXP126", *here)
    else:
        return False
    return True


def _since_connective(kinds: list[str]) -> set[str]:
    """Return the tokens since the last `and`, `or`, opening bracket or comma: one comparison's worth."""
    depth = 0
    found: set[str] = set()
    for kind in reversed(kinds):
        if kind in _CLOSING:
            depth += 1
        elif kind in ("LPAR", "LSQB"):
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and kind in ("AND", "OR", "COMMA"):
            break
        elif depth == 0:
            found.add(kind)
    return found


def _inside_call(kinds: list[str]) -> bool:
    """Whether the bracket that is open is that of a function, and not of a list or for the order of operations."""
    opened: list[bool] = []
    for before, kind in zip(["", *kinds], kinds, strict=False):
        if kind in ("LPAR", "LSQB"):
            opened.append(kind == "LPAR" and before == "NAME")
        elif kind in _CLOSING and opened:
            opened.pop()
    return bool(opened) and opened[-1]


def _inside_list(kinds: list[str]) -> bool:
    opened = [kind for kind in kinds if kind in ("LSQB", "RSQB")]
    return bool(opened) and opened[-1] == "LSQB" and kinds[-1] in ("LSQB", "COMMA")
