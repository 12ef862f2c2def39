"""Positioned nodes of a structured file: mappings, lists and scalars, each with its place. Never objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cohort.source.text import Place


@dataclass(frozen=True)
class ScalarNode:
    """A scalar as text. ``place`` is where the scalar stands, quotes or block marker included.

    ``raw`` and ``raw_offset`` give the slice of the file that holds the content, so that a parser working
    on ``raw`` counts the file's own columns: offset in the file = ``raw_offset`` + offset in ``raw``.
    For plain and block scalars ``raw`` is the slice of the file itself (a block string with its line
    breaks and indentation); for quoted scalars it is the text inside the quotes.
    """

    text: str
    place: Place
    raw: str
    raw_offset: int


@dataclass(frozen=True)
class ListNode:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class MapNode:
    """A mapping in file order; keys are scalars and no key occurs twice."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    place: Place

    def get(self, name: str) -> Node | None:
        """Return the value under a key, or None."""
        # A loop and not a generator: the catalogue asks this some thirty thousand times as it is loaded.
        for key, value in self.entries:
            if key.text == name:
                return value
        return None

    def key(self, name: str) -> ScalarNode | None:
        """Return the key node itself, for messages about a key."""
        return next((key for key, _ in self.entries if key.text == name), None)

    def __iter__(self) -> Iterator[tuple[ScalarNode, Node]]:
        return iter(self.entries)


Node = ScalarNode | ListNode | MapNode
