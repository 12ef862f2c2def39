"""The one way in which a spec is written: order of keys, indentation, expressions; comments stay with their keys."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cohort.diagnostics import Diagnostics
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.comments import Comment, Entry, find_comments, place_comments
from cohort.spec.order import Path, is_expression, is_period, rank

Rewrite = Callable[[ScalarNode, bool], str | None]
"""Writes an expression (or, if so said, a period) in its one way; None for a text that is none."""

LONGEST_LINE = 110
"""Characters. A list or mapping in brackets that needs more is written one part a line."""

_DASH = re.compile(r"(?:\s|#[^\n]*)*(?=-)")
_ITEM = "-"


@dataclass(frozen=True)
class Formatted:
    """A formatted spec. ``kept`` says that the file was left as it is, because something in it would be lost."""

    text: str
    kept: bool


def format_spec(source: Source, diagnostics: Diagnostics, rewrite: Rewrite) -> Formatted | None:
    """Return a spec as it should be written, or None if it cannot be read, which is then in ``diagnostics``.

    The result says the same: its texts, keys and comments are compared with those of the source before it is given
    back. A spec need not be sound to be formatted; keys that are not known follow those that are.
    """
    root = read_nodes(source, diagnostics)
    if root is None:
        return None
    text = _Writer(source, root, rewrite).file()
    after = Source(source.name, text)
    again = read_nodes(after, Diagnostics())
    same = again is not None and (
        _meaning(root, (), rewrite) == _meaning(again, (), rewrite)
        and _texts(find_comments(source, root)) == _texts(find_comments(after, again))
    )
    return Formatted(text, kept=False) if same else Formatted(source.text, kept=True)


def _texts(comments: Iterable[Comment]) -> Counter[str]:
    return Counter(comment.text for comment in comments)


def _meaning(node: Node, path: Path, rewrite: Rewrite) -> object:
    """Return what formatting must not change: texts, and the order of all that has an order."""
    match node:
        case ScalarNode():
            return _rewritten(node, path, rewrite) or node.text
        case ListNode():
            return [_meaning(item, (*path, _ITEM), rewrite) for item in node.items]
        case MapNode():
            ordered = sorted(node, key=lambda pair: rank(pair[0].text, path))
            return [(key.text, _meaning(value, (*path, key.text), rewrite)) for key, value in ordered]


def _rewritten(node: ScalarNode, path: Path, rewrite: Rewrite) -> str | None:
    if is_period(path):
        return rewrite(node, True)
    return rewrite(node, False) if is_expression(path) else None


class _Writer:
    """Writes one file."""

    def __init__(self, source: Source, root: MapNode, rewrite: Rewrite) -> None:
        self.source = source
        self.root = root
        self.rewrite = rewrite
        self.comments = find_comments(source, root)
        self.comment_offsets = [comment.offset for comment in self.comments]
        self.entries: list[Entry] = []

    def file(self) -> str:
        """Write the whole file, with an empty line before each section."""
        sections = self._inside(self.root, None, (), 0)
        outside = place_comments(self.source, self.comments, self.entries)
        blocks = [outside.top]
        for section in _ordered(sections, ()):
            above, lines = self._entry(section, 0)
            blocks.append([*above, *lines])
        lines = [line for block in (*blocks, outside.end) for line in ("", *block)]
        single = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
        return "\n".join(single).strip("\n") + "\n"

    # Which parts have lines of their own

    def _inside(self, node: Node, parent: Entry | None, path: Path, indent: int) -> list[Entry]:
        """Return the entries of a mapping or list, with all that is inside them."""
        found: list[Entry] = []
        if isinstance(node, MapNode):
            for key, value in node:
                entry = self._new(key, value, key.place.span.start, parent, (*path, key.text))
                self._open(entry, indent)
                found.append(entry)
        elif isinstance(node, ListNode):
            position = node.place.span.start
            for item in node.items:
                start = item.place.span.start
                if not self._in_brackets(node):
                    dash = _DASH.match(self.source.text, position, start)
                    start = dash.end() if dash else start
                entry = self._new(None, item, start, parent, (*path, _ITEM))
                self._open(entry, indent)
                found.append(entry)
                position = item.place.span.end
        return found

    def _new(
        self, key: ScalarNode | None, value: Node, start: int, parent: Entry | None, path: Path
    ) -> Entry:
        column = start - (self.source.text.rfind("\n", 0, start) + 1)
        entry = Entry(key, value, start, column, path, parent)
        self.entries.append(entry)
        return entry

    def _open(self, entry: Entry, indent: int) -> None:
        """Write the value on the line of its key if it stands in brackets and fits; else give its parts lines."""
        if isinstance(entry.value, ScalarNode):
            return
        if self._in_brackets(entry.value) and not self._has_comments(entry.value):
            text = self._inline(entry.value, entry.path)
            if text is not None and indent + len(self._mark(entry)) + 1 + len(text) <= LONGEST_LINE:
                entry.inline = text
                return
        entry.children = self._inside(entry.value, entry, entry.path, indent + 2)
        if not entry.children:
            entry.inline = "[]" if isinstance(entry.value, ListNode) else "{}"

    def _in_brackets(self, node: Node) -> bool:
        return self._first(node) in ("[", "{")

    def _first(self, node: Node) -> str:
        start = node.place.span.start
        return self.source.text[start : start + 1]

    def _has_comments(self, node: Node) -> bool:
        span = node.place.span
        offsets = self.comment_offsets
        return bisect_left(offsets, span.start) < bisect_left(offsets, span.end)

    def _inline(self, node: Node, path: Path) -> str | None:
        """Write a value in brackets on one line; None if a text in it has several lines."""
        match node:
            case ScalarNode():
                lines = self._text(node, path, 0, in_brackets=True)
                return lines[0] if len(lines) == 1 else None
            case ListNode():
                parts = [self._inline(item, (*path, _ITEM)) for item in node.items]
                whole = [part for part in parts if part is not None]
                return f"[{', '.join(whole)}]" if len(whole) == len(parts) else None
            case MapNode():
                ordered = sorted(node, key=lambda pair: rank(pair[0].text, path))
                pairs = [(key.place.text, self._inline(value, (*path, key.text))) for key, value in ordered]
                if any(value is None for _, value in pairs):
                    return None
                return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"

    # Lines

    def _mark(self, entry: Entry) -> str:
        return _ITEM if entry.key is None else f"{entry.key.place.text}:"

    def _entry(self, entry: Entry, indent: int) -> tuple[list[str], list[str]]:
        """Return the comments above an entry, not indented, and its own lines."""
        pad = " " * indent
        above = list(entry.leading)
        if entry.children:
            inner = [self._entry(child, indent + 2) for child in _ordered(entry.children, entry.path)]
            first_above, first = inner[0]
            first_above = [line for line in first_above if line]
            if entry.key is None:
                # The first key stands on the line of the dash, and the comments of both stand above it.
                above += [*([entry.beside] if entry.beside else []), *first_above]
                lines = [f"{pad}{_ITEM} {first[0].lstrip()}", *first[1:]]
            else:
                lines = [_with_comment(pad + self._mark(entry), entry.beside)]
                lines += [*_indented(first_above, indent + 2), *first]
            for further_above, further in inner[1:]:
                lines += [*_indented(further_above, indent + 2), *further]
        else:
            lines = self._value(entry, indent)
        return above, [*lines, *_indented(entry.trailing, indent)]

    def _value(self, entry: Entry, indent: int) -> list[str]:
        """Write an entry whose value begins on its own line."""
        if isinstance(entry.value, ScalarNode):
            first, *others = self._text(entry.value, entry.path, indent)
        else:
            first, others = entry.inline or "", []
        lines = [f"{' ' * indent}{self._mark(entry)} {first}".rstrip(), *others]
        # A comment cannot stand inside a text: it follows the marker of a block, or else the last line.
        last = 0 if first[:1] in ("|", ">") else -1
        lines[last] = _with_comment(lines[last], entry.beside)
        return lines

    def _text(self, node: ScalarNode, path: Path, indent: int, *, in_brackets: bool = False) -> list[str]:
        """Write a text; lines after the first are indented for a key or item at ``indent``."""
        written = node.place.text
        pad = " " * (indent + 2)
        if written[:1] in ("|", ">"):
            return self._block(node, pad)
        if written[:1] not in ('"', "'"):
            rewritten = _rewritten(node, path, self.rewrite)
            fits = rewritten is not None and len(pad) + len(path[-1]) + len(rewritten) <= LONGEST_LINE
            # One line stays one line, whatever its length.
            if rewritten is not None and (fits or "\n" not in written) and _is_plain(rewritten, in_brackets):
                return [rewritten]
        first, *others = (line.strip() for line in written.split("\n"))
        return [first, *(pad + line if line else "" for line in others)]

    def _block(self, node: ScalarNode, pad: str) -> list[str]:
        """Write a text of several lines with its own line breaks."""
        marker = self.source.text[node.place.span.start : node.raw_offset].partition("#")[0].strip()
        lines = node.raw.split("\n")
        margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
        return [marker, *(pad + line[margin:] if line[margin:] else "" for line in lines)]


def _ordered(entries: list[Entry], path: Path) -> list[Entry]:
    """Return entries in the order in which they are written; items of a list stay as they are."""
    return sorted(entries, key=lambda entry: 0 if entry.key is None else rank(entry.key.text, path))


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + line if line else "" for line in lines]


def _with_comment(line: str, comment: str) -> str:
    return f"{line}  {comment}" if comment else line


def _is_plain(text: str, in_brackets: bool) -> bool:
    """Whether YAML reads a text without quotes as that text."""
    file = f"a: [{text}]\n" if in_brackets else f"a: {text}\n"
    root = read_nodes(Source("", file), Diagnostics())
    value = None if root is None else root.get("a")
    if in_brackets and isinstance(value, ListNode) and len(value.items) == 1:
        value = value.items[0]
    return isinstance(value, ScalarNode) and value.place.text == text and value.text == text
