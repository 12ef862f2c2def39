"""Comments in scripts: words of a spec stand in them, and can never get out of them."""

from __future__ import annotations

import textwrap
import unicodedata

from cohort.query.study import Origin

WIDTH = 100
RULE = "-- " + "=" * (WIDTH - 3)


def safe(text: str) -> str:
    """Return text on one line, without anything that ends a comment or a statement in some client."""
    kept = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    for dangerous, harmless in (("*/", "* /"), ("/*", "/ *"), ("--", "- -"), (";", ",")):
        while dangerous in kept:
            kept = kept.replace(dangerous, harmless)
    return " ".join(kept.split())


def comment(text: str, indent: int = 0) -> tuple[str, ...]:
    """Return lines of comment; lines after the first are indented by ``indent`` more than the first."""
    lines = textwrap.wrap(
        safe(text),
        WIDTH - 3,
        subsequent_indent=" " * indent,
        break_long_words=True,
        break_on_hyphens=False,
    )
    return tuple(f"-- {line}" for line in lines)


def named_comment(name: str, words: str, why: str, origin: Origin | None) -> tuple[str, ...]:
    """Return the comment of a step: its name and words, why, and where it is asked for."""
    lines = comment(": ".join(part for part in (name, words) if part), 2 if name else 0)
    if why:
        lines += _why(why)
    if origin is not None:
        lines += (f"--   {safe(str(origin))}",)
    return lines


def listed(facts: tuple[tuple[str, str], ...], indent: int = 0) -> tuple[str, ...]:
    """Return names and what they stand for as lines of comment in two columns."""
    margin = " " * indent
    width = max(len(safe(name)) for name, _ in facts) + 2
    lines: list[str] = []
    for name, value in facts:
        room = max(WIDTH - 3 - indent - width, 20)
        words = textwrap.wrap(safe(value), room, break_long_words=True, break_on_hyphens=False) or [""]
        for number, line in enumerate(words):
            label = f"{safe(name)}:".ljust(width) if number == 0 else " " * width
            lines.append(f"-- {margin}{label}{line}".rstrip())
    return tuple(lines)


def shortened(text: str, width: int) -> str:
    """Return the beginning of a text, up to a whole word."""
    return textwrap.shorten(safe(text), width, placeholder=" ...")


def heading(title: str) -> tuple[str, ...]:
    """Return a title between ruled lines."""
    return (RULE, *comment(title, 3), RULE)


def _why(why: str) -> tuple[str, ...]:
    return tuple(line.replace("-- ", "--   ", 1) for line in comment(f"Why: {why}", 2))
