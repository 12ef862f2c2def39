"""A small pretty printer: documents of text, possible line breaks, indentation and groups.

A group is written on one line if it fits, otherwise all breaks directly in it become line breaks.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    """A place for a line break: ``flat`` where the group fits on the line. ``forced`` never fits."""

    flat: str = " "
    forced: bool = False


@dataclass(frozen=True)
class Nest:
    """A document whose line breaks are indented further."""

    inner: Document


@dataclass(frozen=True)
class Group:
    """A document that is written on one line if it fits."""

    inner: Document


Document = str | Break | Nest | Group | tuple["Document", ...]

SPACE = Break()
NOTHING = Break("")
NEW_LINE = Break(forced=True)
INDENT = 4

_Waiting = list[tuple[int, bool, Document]]


def write(document: Document, width: int) -> str:
    """Return a document as text whose lines are at most ``width`` long where there are places to break."""
    pieces: list[str] = []
    column = 0
    waiting: _Waiting = [(0, False, document)]
    while waiting:
        indent, flat, item = waiting.pop()
        match item:
            case str():
                pieces.append(item)
                column += len(item)
            case Break(text, forced):
                if flat and not forced:
                    pieces.append(text)
                    column += len(text)
                else:
                    pieces.append("\n" + " " * indent)
                    column = indent
            case Nest(inner):
                waiting.append((indent + INDENT, flat, inner))
            case Group(inner):
                fits = flat or _fits(inner, indent, width - column, waiting)
                waiting.append((indent, fits, inner))
            case tuple():
                waiting.extend((indent, flat, part) for part in reversed(item))
    return "".join(pieces)


def _fits(document: Document, indent: int, room: int, rest: _Waiting) -> bool:
    """Whether a document fits in the room of the line, up to the next break after it."""
    ahead: _Waiting = [(indent, True, document)]
    next_rest = len(rest)
    while room >= 0:
        if not ahead:
            if next_rest == 0:
                return True
            next_rest -= 1
            ahead.append(rest[next_rest])
        level, flat, item = ahead.pop()
        match item:
            case str():
                room -= len(item)
            case Break(text, forced):
                if forced:
                    # A forced break inside the document itself means that it cannot be on one line.
                    return not flat
                if not flat:
                    return True
                room -= len(text)
            case Nest(inner) | Group(inner):
                ahead.append((level, flat, inner))
            case tuple():
                ahead.extend((level, flat, part) for part in reversed(item))
    return False
