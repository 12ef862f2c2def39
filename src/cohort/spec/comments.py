"""Comments of a file: where they stand, and to which part of the file each belongs.

YAML readers throw comments away. Here they are found as what stands behind ``#`` outside all texts, and given to the
key or list item that a reader of the file would take them to be about.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode

_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True)
class Comment:
    """A comment: its offset in the file, its text from ``#`` on, and what stands before it on its line.

    ``column`` counts from 0; ``alone`` says that nothing else is on the line, ``after_blank`` that the line above is
    empty.
    """

    offset: int
    text: str
    column: int
    alone: bool
    after_blank: bool


@dataclass
class Entry:
    """A key with its value, or an item of a list (``key`` is None), and the comments that belong to it.

    ``start`` is the offset of the key or of the item's dash, ``column`` its column in the file. ``inline`` is the value
    as it is written on the line of the key, ``children`` are the entries inside where they have lines of their own.
    ``leading`` are the lines above it (empty ones as ""), ``beside`` the comment at the end of its line, ``trailing``
    the lines after all that is in it.
    """

    key: ScalarNode | None
    value: Node
    start: int
    column: int
    path: tuple[str, ...]
    parent: Entry | None
    inline: str | None = None
    children: list[Entry] = field(default_factory=list)
    leading: list[str] = field(default_factory=list)
    beside: str = ""
    trailing: list[str] = field(default_factory=list)


def scalars_of(node: Node) -> list[ScalarNode]:
    """Return all texts of a file, keys too, in order."""
    match node:
        case ScalarNode():
            return [node]
        case ListNode():
            return [scalar for item in node.items for scalar in scalars_of(item)]
        case MapNode():
            return [scalar for key, value in node for scalar in (key, *scalars_of(value))]


def find_comments(source: Source, root: Node) -> tuple[Comment, ...]:
    """Return the comments of a file in order: all that stands behind ``#`` outside its texts."""
    found: list[Comment] = []
    position = 0
    for scalar in scalars_of(root):
        # The line of a block marker may end with a comment; the text begins on the line below.
        is_block = source.text[scalar.place.span.start : scalar.place.span.start + 1] in ("|", ">")
        text_start = scalar.raw_offset if is_block else scalar.place.span.start
        found += _between(source.text, position, text_start)
        position = max(position, scalar.place.span.end)
    return (*found, *_between(source.text, position, len(source.text)))


def _between(text: str, start: int, end: int) -> list[Comment]:
    found = []
    for match in _COMMENT.finditer(text, start, end):
        line_start = text.rfind("\n", 0, match.start()) + 1
        before = text[line_start : match.start()]
        found.append(
            Comment(
                match.start(),
                match[0].rstrip(),
                len(before),
                not before.strip(),
                blank_above(text, line_start),
            )
        )
    return found


def blank_above(text: str, line_start: int) -> bool:
    """Whether the line above the one that begins at an offset is empty."""
    above = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    return line_start > 0 and not text[above : line_start - 1].strip()


@dataclass(frozen=True)
class Outside:
    """Lines of comments that belong to the file as a whole: at its top, set off by an empty line, and at its end."""

    top: list[str]
    end: list[str]


def place_comments(source: Source, comments: tuple[Comment, ...], entries: list[Entry]) -> Outside:
    """Give each comment to an entry; ``entries`` are all of a file in the order of their places."""
    starts = [entry.start for entry in entries]
    outside = Outside([], [])
    for comment in comments:
        number = bisect_right(starts, comment.offset)
        before = entries[number - 1] if number else None
        following = entries[number] if number < len(entries) else None
        lines = ["", comment.text] if comment.after_blank else [comment.text]
        if not comment.alone and before is not None:
            _put_beside(before, comment.text)
        elif before is not None and _awaits_value(before, comment):
            before.leading += lines
        else:
            owner = _owner(before, comment)
            if following is None and (owner is None or owner.parent is None):
                outside.end.extend(lines)
            elif following is not None and (owner is None or owner.column <= following.column):
                following.leading += lines
            elif owner is not None:
                owner.trailing += lines
    for entry in entries:
        line_start = source.text.rfind("\n", 0, entry.start) + 1
        alone = not source.text[line_start : entry.start].strip()
        if alone and blank_above(source.text, line_start):
            entry.leading.append("")
    if entries:
        _set_off_top(entries[0], outside)
    return outside


def _put_beside(entry: Entry, text: str) -> None:
    """Put a comment at the end of an entry's line; one that is there already moves above the entry."""
    if entry.beside:
        entry.leading.append(entry.beside)
    entry.beside = text


def _awaits_value(entry: Entry, comment: Comment) -> bool:
    """Whether a comment stands between a key and its text on a later line."""
    return isinstance(entry.value, ScalarNode) and entry.value.place.span.start > comment.offset


def _owner(entry: Entry | None, comment: Comment) -> Entry | None:
    """Return the entry at whose depth a comment stands: the last one before it that is not further in."""
    while entry is not None and entry.column > comment.column:
        entry = entry.parent
    return entry


def _set_off_top(first: Entry, outside: Outside) -> None:
    """Comments above the first key that an empty line sets off belong to the file and stay at its top."""
    blanks = [number for number, line in enumerate(first.leading) if not line and number]
    if blanks:
        outside.top.extend(first.leading[: blanks[-1]])
        del first.leading[: blanks[-1] + 1]
