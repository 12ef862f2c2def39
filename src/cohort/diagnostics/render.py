"""Diagnostics as text for people and as JSON for programs. Nothing here comes from data."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable

from cohort.diagnostics.model import Diagnostic, Severity
from cohort.source import Place

WIDEST_EXCERPT = 110
"""Characters of a line that are shown; a longer line is cut around the place."""

TAB = "    "

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTE: "36"}


def render_text(diagnostics: Iterable[Diagnostic], *, colour: bool) -> str:
    """Return all diagnostics as text with the places underlined, and a last line that counts them."""
    items = list(diagnostics)
    blocks = [_block(item, colour) for item in items]
    return "\n".join([*blocks, _summary(items)]) + "\n"


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return all diagnostics as a JSON list of objects with the same keys in the same order."""
    return json.dumps([_fields(item) for item in diagnostics], ensure_ascii=False, indent=2) + "\n"


def _block(item: Diagnostic, colour: bool) -> str:
    severity = item.rule.severity
    first = f"{severity} {item.rule.code}"
    lines = [f"{_paint(first, _COLOURS[severity], colour)}: {printable(item.headline)}"]
    if item.place is not None:
        lines += _excerpt(item.place, _COLOURS[severity], colour)
    if item.help:
        lines.append(f"{_paint('help', '1', colour)}: {printable(item.help)}")
    return "\n".join(lines) + "\n"


def _excerpt(place: Place, code: str, colour: bool) -> list[str]:
    """Return where the place is, its line, and carets under exactly the span."""
    source, span = place.source, place.span
    start = source.position(span.start)
    where = f"  --> {printable(source.name)}:{start.line}:{start.column}"
    text = source.line_text(start.line)
    first = start.column - 1
    # A span over several lines is underlined to the end of its first line, which is where people look.
    last = max(min(first + span.end - span.start, len(text)), first + 1)
    before, marked, after = _cut(text, first, last)
    gutter = str(start.line)
    shown = before + marked + after
    carets = " " * _width(before) + _paint("^" * max(_width(marked), 1), code, colour)
    return [
        where,
        f"{gutter} | {_visible(shown)}".rstrip(),
        f"{' ' * len(gutter)} | {carets}",
    ]


def _cut(text: str, first: int, last: int) -> tuple[str, str, str]:
    """Return the text before, in and after the marked stretch, cut so that a long line stays readable."""
    before, marked, after = text[:first], text[first:last], text[last:]
    if len(text) <= WIDEST_EXCERPT:
        return before, marked, after
    # The marked stretch counts most; what stands before it gets a part of the room at least.
    room = max(WIDEST_EXCERPT - len(marked), WIDEST_EXCERPT // 4)
    before = before if len(before) <= room else f"…{before[len(before) - room // 2 :]}"
    marked = _shortened(marked, WIDEST_EXCERPT - len(before))
    after = _shortened(after, WIDEST_EXCERPT - len(before) - len(marked))
    return before, marked, after


def _shortened(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…" if room > 0 else ""


def _summary(items: list[Diagnostic]) -> str:
    counts = [(sum(item.rule.severity is severity for item in items), severity) for severity in Severity]
    words = [f"{count} {severity}{'s' if count > 1 else ''}" for count, severity in counts if count]
    return f"{', '.join(words)}." if words else "No problems."


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[1;{code}m{text}\x1b[0m" if colour else text


def printable(text: str) -> str:
    """Return a text on one line that cannot steer a terminal: hidden characters become ``�``."""
    return _visible(text.replace("\n", " "))


def _visible(text: str) -> str:
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return TAB
    # Categories C: control, format (direction marks), surrogates and unassigned; Zl, Zp: line ends.
    return "�" if unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" else character


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if character == "\t":
        return len(TAB)
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fields(item: Diagnostic) -> dict[str, object]:
    place = item.place
    start = place.source.position(place.span.start) if place else None
    end = place.source.position(place.span.end) if place else None
    return {
        "code": item.rule.code,
        "rule": item.rule.name,
        "severity": str(item.rule.severity),
        "message": item.headline,
        "help": item.help,
        "suggestion": item.suggestion,
        "file": place.source.name if place else None,
        "line": start.line if start else None,
        "column": start.column if start else None,
        "end_line": end.line if end else None,
        "end_column": end.column if end else None,
        "at": item.at,
    }
