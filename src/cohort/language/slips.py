"""Habits from other languages, each with its own help: ``==``, ``AND``, ``'text'``, ``null``, 31/03/2021.

They are looked for before parsing, because some of them would parse: 31/03/2021 is a division.
"""

from __future__ import annotations

import re

from cohort.language.build import Builder

KEYWORDS = (
    "or", "and", "not", "is", "missing", "in", "during", "from", "until", "through",
    "of", "where", "by", "when", "then", "otherwise",
)  # fmt: skip
"""The words of the grammar."""

RESERVED_WORDS = frozenset({*KEYWORDS, "between", "null", "true", "false", "this"} - {"until"})
"""Words that no name can be: the keywords, and words that people expect to mean something."""

MOST_SLIPS = 5
"""Slips shown for one expression."""

_OPERATORS = {
    "==": "=", "===": "=", "<>": "!=", "!==": "!=", "=!": "!=", "~=": "!=", "≠": "!=",
    "=<": "<=", "=>": ">=", "≤": "<=", "≥": ">=",
    "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "~": "not",
    "−": "-", "–": "-", "—": "-", "×": "*", "÷": "/", "%": "modulo(a, b)",
}  # fmt: skip

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_PIECES = re.compile(
    r"""
      (?P<text>"[^"\n]*")
    | (?P<unclosed>"[^"\n]*)
    | (?P<quotes>'[^'\n]*' | ‘[^’\n]*’ | “[^”\n]*” | ['‘’“”])
    | (?P<fine_date>[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]))
    | (?P<date>
          [0-9]{1,2}(?P<mark>[/.-])[0-9]{1,2}(?P=mark)[0-9]{4}(?![0-9])
        | [0-9]{4}(?P<mark_2>[/.-])[0-9]{1,2}(?P=mark_2)[0-9]{1,2}(?![0-9])
        | [0-9]{1,2}\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+[0-9]{4}(?![0-9])
      )
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<slip>===?|!==|<>|=!|~=|=<|=>|&&?|\|\|?|!(?!=)|[≠≤≥~−–—×÷%])
    | (?P<fine>[\s()\[\],+*/<>=-]|!=)
    | (?P<unknown>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


_COMPARED_NAME = re.compile(
    r"""
    (?: ^ | \( | \b(?:and|or|when|where|then|otherwise|not) ) \s*
    \b(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*) \s* (?P<compare>!=|==?) \s* $
    """,
    re.VERBOSE,
)
"""A name that alone is one side of a comparison, up to the other side."""


def report_slips(builder: Builder) -> bool:
    """Add a diagnostic for each slip of the expression; return whether there was one."""
    raw = builder.scalar.raw
    before = len(builder.diagnostics)
    for piece in _PIECES.finditer(raw):
        found = _judge(piece)
        if found:
            code, data = found
            place = builder.place(piece.start(), piece.end())
            builder.diagnostics.add(code, place, at=builder.at, **data)
        if len(builder.diagnostics) - before >= MOST_SLIPS:
            break
    return len(builder.diagnostics) > before


_Finding = tuple[str, dict[str, str]] | None
"""The rule and its data, or nothing."""


def _judge(piece: re.Match[str]) -> _Finding:
    match piece.lastgroup:
        case "word":
            return _word(piece)
        case "date":
            return _date(piece[0])
        case "quotes":
            mark = "single quotes" if piece[0][0] == "'" else "curly quotes"
            return "EXP108", {"mark": mark, "written": f'"{piece[0][1:-1] or "text"}"'}
        case "unclosed":
            return "EXP107", {}
        case "slip":
            return "EXP109", {"found": piece[0], "written": _OPERATORS[piece[0]]}
        case "unknown":
            return "EXP104", {"found": piece[0]}
        case _:
            return None


def _word(piece: re.Match[str]) -> _Finding:
    word = piece[0]
    lowered = word.lower()
    if "." in word:
        # After a dot a word is the name of a column, such as `first_period.until`.
        first = word.partition(".")[0]
        if first != "this" and first.lower() == "this":
            return "EXP110", {"found": word, "written": f"this{word[len(first) :]}"}
        return ("EXP117", {"word": first}) if first in KEYWORDS else None
    if lowered in KEYWORDS and word != lowered:
        return "EXP110", {"found": word, "written": lowered}
    if lowered == "this":
        return "EXP132", {}
    if lowered == "between":
        return "EXP111", {}
    # `none( … )` is a function; the bare word is another language's "missing".
    is_call = piece.string[piece.end() :].lstrip().startswith("(")
    if lowered in ("null", "nil", "nan") or (word in ("None", "NONE", "none", "NA") and not is_call):
        return "EXP112", {"found": word}
    if lowered in ("true", "false"):
        return "EXP113", {"found": word} | _alone(piece, said=lowered == "true")
    return None


def _alone(piece: re.Match[str], *, said: bool) -> dict[str, str]:
    """Offer the name that is compared with true or false; a longer expression is not taken apart here."""
    before = _COMPARED_NAME.search(piece.string[: piece.start()])
    if before is None:
        return {}
    holds = said is (before["compare"] != "!=")
    return {"suggestion": before["name"] if holds else f"not {before['name']}"}


def _date(text: str) -> _Finding:
    parts = re.findall(r"[0-9]+|[a-z]+", text.lower())
    if not parts[1].isdigit():
        parts[1] = str(_MONTHS.index(parts[1][:3]) + 1)
    # Day first, as dates are written in Wales, unless the year comes first.
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    return "EXP114", {"found": " ".join(text.split()), "written": f"{year}-{month:0>2}-{day:0>2}"}
