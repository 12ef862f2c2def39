"""YAML as positioned nodes: structure and text only, never objects.

The events of the YAML parser are composed here and not by ``yaml.compose``, for two reasons: composed nodes
no longer tell where an anchor stood, and the composer calls itself for each level, so a hostile file could
exhaust the stack. Building from events keeps the depth in a list and stops at the first level too deep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from cohort.source import Place, Source, Span
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_problems import Problems, explain

DEEPEST_NESTING = 50
"""Levels of lists and mappings inside each other; a spec needs about six."""

MOST_PROBLEMS = 50
"""A file with more problems is of another kind; the rest would not help and would cost time."""

MOST_PARTS = 20_000
"""Keys, texts, lists and mappings of a file; a long study has about a thousand."""

_PLAIN_STYLES = (None, "")
"""How the two loaders write "no quotes, no block marker"."""

# Everything that an editor does not show as what it is: control characters, other line ends, invisible
# characters that change the direction of text, half characters, and code points that are no characters.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Open:
    """A list or mapping that is being read; ``key`` is the key that waits for its value."""

    start: int
    is_map: bool
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[ScalarNode, Node]] = field(default_factory=list)
    seen: dict[str, ScalarNode] = field(default_factory=dict)
    key: ScalarNode | None = None
    key_refused: bool = False
    end: int = 0


class _Stop(Exception):
    """The file is refused at a place after which reading on makes no sense."""


def read_nodes(source: Source, diagnostics: Problems) -> MapNode | None:
    """Read a file as nodes with places; None if there is a problem, which is then in ``diagnostics``."""
    before = len(diagnostics)
    if not _only_visible_characters(source, diagnostics):
        return None
    builder = _Builder(source, diagnostics)
    try:
        for event in yaml.parse(source.text, _LOADER):
            builder.take(event)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as problem:
        explain(problem, source, diagnostics, innermost=builder.innermost)
        return None
    root = builder.root
    if root is None or (isinstance(root, ScalarNode) and not root.text):
        diagnostics.add("YML101", Place(source, Span(0, 0)))
    elif not isinstance(root, MapNode):
        found = "a list" if isinstance(root, ListNode) else "text"
        diagnostics.add("YML102", root.place, found=found)
    elif len(diagnostics) == before:
        return root
    return None


def _only_visible_characters(source: Source, diagnostics: Problems) -> bool:
    """Refuse tabs and hidden characters, one message for each kind of them, at the first place."""
    hidden = _HIDDEN.search(source.text)
    if hidden:
        place = Place(source, Span(hidden.start(), hidden.end()))
        diagnostics.add("YML111", place, character=f"U+{ord(hidden[0]):04X}")
    tab = source.text.find("\t")
    if tab >= 0:
        lines = sum("\t" in line for line in source.text.split("\n"))
        counted = "1 line" if lines == 1 else f"{lines:,} lines"
        diagnostics.add("YML110", Place(source, Span(tab, tab + 1)), lines=counted)
    return hidden is None and tab < 0


class _Builder:
    """Puts the parser's events together; the depth is a list, so nothing calls itself."""

    def __init__(self, source: Source, diagnostics: Problems) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.root: Node | None = None
        self._documents = 0
        self._parts = 0
        self._open: list[_Open] = []
        self._limit = len(diagnostics) + MOST_PROBLEMS

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the file."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            start = _offset(event.start_mark)
            self._add("YML114", start, start + 1, most=f"{MOST_PARTS:,}")
            raise _Stop
        # Scalars come first, and extras are looked for only where there are some: a catalogue is mostly scalars.
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is not None or event.tag is not None:
                self._refuse_extras(event)
            self._place(self._scalar(event))
        else:
            self._take_structure(event)
        if len(self.diagnostics) >= self._limit:
            raise _Stop

    def _take_structure(self, event: yaml.Event) -> None:
        match event:
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_extras(event)
                self._begin(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._finish(event)
            case yaml.AliasEvent():
                self._add(
                    "YML106", _offset(event.start_mark), _offset(event.end_mark), name=event.anchor or ""
                )
                self._place(self._stand_in(event))
            case yaml.DocumentStartEvent():
                self._document(event)

    @property
    def innermost(self) -> int:
        """Where the innermost list or mapping that is still open began."""
        return self._open[-1].start if self._open else 0

    def _add(self, code: str, start: int, end: int, **data: str) -> None:
        self.diagnostics.add(code, Place(self.source, Span(start, end)), **data)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        start, end = _offset(event.start_mark), _offset(event.end_mark)
        # A line with % counts as an instruction only before the mark --- that opens the document.
        directive = re.compile(r"^%.*", re.MULTILINE).search(self.source.text, 0, end)
        if directive and event.explicit and self._documents == 1:
            self._add("YML113", directive.start(), directive.end())
        if self._documents > 1:
            self._add("YML103", start, max(end, start))
            raise _Stop

    def _refuse_extras(self, event: yaml.NodeEvent) -> None:
        """Refuse anchors and tags; the event begins where the first of them stands."""
        start = _offset(event.start_mark)
        anchor, tag = event.anchor, getattr(event, "tag", None)
        # Anchor and tag may come in either order, so each is looked for from the start of the node.
        if anchor is not None:
            offset = self.source.text.find(f"&{anchor}", start)
            self._add("YML105", offset, offset + len(anchor) + 1, name=anchor)
        if tag is not None:
            found = re.compile(r"!\S*").search(self.source.text, start)
            if found:
                self._add("YML107", found.start(), found.end(), tag=found[0][:40])

    def _scalar(self, event: yaml.ScalarEvent) -> ScalarNode:
        text = self.source.text
        start, end = _offset(event.start_mark), _offset(event.end_mark)
        if event.style in _PLAIN_STYLES:
            return ScalarNode(event.value, self._span(start, end), text[start:end], start)
        if event.style in ("|", ">"):
            # The parser's end lies behind the empty lines that follow; the content ends with its last word.
            end = start + len(text[start:end].rstrip())
            line_end = text.find("\n", start)
            content = end if line_end < 0 else min(line_end + 1, end)
            return ScalarNode(event.value, self._span(start, end), text[content:end], content)
        inner = text[start + 1 : end - 1]
        escaped = "\\" in inner if event.style == '"' else "''" in inner
        # With escapes the file's characters are not the content; its columns are then only near.
        return ScalarNode(event.value, self._span(start, end), event.value if escaped else inner, start + 1)

    def _stand_in(self, event: yaml.NodeEvent) -> ScalarNode:
        """Return an empty text for something refused, so that the rest of the file is still read."""
        start, end = _offset(event.start_mark), _offset(event.end_mark)
        return ScalarNode("", self._span(start, end), "", start)

    def _span(self, start: int, end: int) -> Place:
        return Place(self.source, Span(start, end))

    def _begin(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        start = _offset(event.start_mark)
        if len(self._open) >= DEEPEST_NESTING:
            self._add("YML112", start, start + 1, levels=str(DEEPEST_NESTING))
            raise _Stop
        self._open.append(
            _Open(start, isinstance(event, yaml.MappingStartEvent), end=_offset(event.end_mark))
        )

    def _finish(self, event: yaml.MappingEndEvent | yaml.SequenceEndEvent) -> None:
        done = self._open.pop()
        # In block style the parser's end is where the next thing begins; flow style ends with its bracket.
        end = _offset(event.end_mark)
        if self.source.text[done.start : done.start + 1] not in ("{", "[") or end == _offset(
            event.start_mark
        ):
            end = done.end
        place = self._span(done.start, end)
        node = MapNode(tuple(done.entries), place) if done.is_map else ListNode(tuple(done.items), place)
        self._place(node)

    def _place(self, node: Node) -> None:
        """Put a finished node where it belongs: root, list item, key or value."""
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.end = max(parent.end, node.place.span.end)
        if not parent.is_map:
            parent.items.append(node)
        elif parent.key is None and not parent.key_refused:
            self._take_key(parent, node)
        else:
            if parent.key is not None:
                parent.entries.append((parent.key, node))
            parent.key, parent.key_refused = None, False

    def _take_key(self, parent: _Open, node: Node) -> None:
        if not isinstance(node, ScalarNode):
            found = "a list" if isinstance(node, ListNode) else "a mapping"
            self._add("YML109", node.place.span.start, node.place.span.start + 1, found=found)
        elif node.text == "<<":
            self._add("YML108", node.place.span.start, node.place.span.end)
        elif node.text in parent.seen:
            first = parent.seen[node.text].place.line
            self._add(
                "YML104", node.place.span.start, node.place.span.end, key=node.text[:60], line=str(first)
            )
        else:
            parent.seen[node.text] = node
            parent.key = node
            return
        parent.key_refused = True


def _offset(mark: Any) -> int:
    """Return the offset of a mark; events made from a text always have marks."""
    return int(mark.index)
