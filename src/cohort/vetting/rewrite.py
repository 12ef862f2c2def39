"""The few things that a substitute cannot read of Db2's text, rewritten token by token; all else stays as it is.

Labelled durations (``+ 6 MONTHS``) become what the substitute has; how a table is spread over servers is left out; a
table of the session becomes a table; functions that mean something else on the substitute (``LEAST``) get the name of a
shim; and names that the substitute would cut are shortened, each to a name of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from cohort.sql.layout import Token, tokens
from cohort.vetting.model import Refused
from cohort.vetting.text import is_drop, joined

UNITS = frozenset({"DAY", "DAYS", "MONTH", "MONTHS", "YEAR", "YEARS"})
"""Units of labelled durations. With a bracket after it the same word is a function."""

Duration = Callable[[str, str], str]
"""Takes an amount as text and a unit in the singular; returns what the substitute has for it."""

_SPREAD = "DISTRIBUTE"
_DECLARE = ["DECLARE", "GLOBAL", "TEMPORARY", "TABLE"]
_TAIL_OF_DECLARED = "ON"


def rewritten(
    statement: str, duration: Duration, longest_name: int = 128, functions: Mapping[str, str] | None = None
) -> str:
    """Return a statement of Db2 for a substitute. Raises ``Refused`` if a labelled duration is left.

    ``functions`` are the names of functions that the substitute has too, but not with Db2's meaning, each with the name
    of its shim.
    """
    found = list(tokens(statement))
    found = _of_session(found)
    found = _unspread(found)
    found = _renamed(found, functions or {})
    found = list(tokens(joined(tuple(_durations(found, duration)))))
    texts = [token.text for token in found]
    if any(_is_unit(texts, number) for number in range(len(texts))):
        raise Refused("A labelled duration was left in the text for a substitute.")
    return joined(tuple(_shortened(token, longest_name, is_drop(statement)) for token in found)).strip()


def short_name(name: str, longest: int) -> str:
    """Return a name, or its beginning and a hash of all of it where it is longer than a database keeps."""
    if len(name) <= longest:
        return name
    ending = hashlib.sha256(name.lower().encode()).hexdigest()[:8]
    return f"{name[: longest - 9]}_{ending}"


def _renamed(found: list[Token], functions: Mapping[str, str]) -> list[Token]:
    opened = [token.text == "(" for token in found[1:]] + [False]
    return [
        Token(functions[token.text], token.spaced) if before_bracket and token.text in functions else token
        for token, before_bracket in zip(found, opened, strict=True)
    ]


def _is_unit(found: list[str], number: int) -> bool:
    # As a unit the word stands after an amount; a comparison with brackets after it can only be the function.
    after = found[number + 1] if number + 1 < len(found) else ""
    before = found[number - 1] if number else ""
    return found[number] in UNITS and after != "(" and (before == ")" or before[:1].isdigit())


def _durations(found: list[Token], duration: Duration) -> list[Token]:
    made: list[Token] = []
    texts = [token.text for token in found]
    for number, token in enumerate(found):
        if not _is_unit(texts, number):
            made.append(token)
            continue
        start = _start_of_amount(made)
        if start == 0 or made[start - 1].text not in ("+", "-"):
            raise Refused("A labelled duration does not stand after a plus or a minus.")
        amount = joined(tuple(made[start:])).strip()
        unit = token.text.removesuffix("S")
        made[start:] = [Token(duration(amount, unit), True)]
    return made


def _start_of_amount(made: list[Token]) -> int:
    """Where the amount before a unit begins: at its number, or at the bracket that its last one closes."""
    if made[-1].text != ")":
        return len(made) - 1
    depth = 0
    for number in range(len(made) - 1, -1, -1):
        depth += (made[number].text == ")") - (made[number].text == "(")
        if depth == 0:
            return number
    raise Refused("A bracket of a labelled duration is never opened.")


def _unspread(found: list[Token]) -> list[Token]:
    texts = [token.text for token in found]
    return found[: texts.index(_SPREAD)] if _SPREAD in texts else found


def _of_session(found: list[Token]) -> list[Token]:
    """A declared table as a plain one; what follows its columns is about logging and the end of transactions."""
    if [token.text for token in found[:4]] != _DECLARE:
        return found
    end = next((n for n, token in enumerate(found) if token.text == _TAIL_OF_DECLARED), len(found))
    return [Token("CREATE", False), *found[3:end]]


def _shortened(token: Token, longest: int, in_drop: bool) -> Token:
    if token.text.startswith("'"):
        if not in_drop:
            return token
        name = re.sub(r"[\w$#@]+", lambda match: short_name(match[0].lower(), longest), token.text)
        return Token(name, token.spaced)
    if not token.text[0].isalpha():
        return token
    parts = [short_name(part, longest) for part in token.text.split(".")]
    return Token(".".join(parts), token.spaced)
