"""Where each part of a spec stands in its file, and the checks and messages that need only that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.source import Place
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.spec import keys

Location = tuple[str | int, ...]
"""Where something stands in the model, as pydantic says it: ``("population", "steps", 2, "keep")``."""

UNKNOWN = "?"
"""Put before a key that no table has, so that it cannot be taken for a field of the model."""

MOST_PROBLEMS = 100
"""A file with more problems is of another kind; the rest would not help and would cost time."""


_NAME = re.compile(r"[a-z][a-z0-9_]*")

_FIELDS: Mapping[str, Mapping[str, str]] = {
    "study": keys.STUDY,
    "linkage": keys.LINKAGE,
    "population": keys.POPULATION,
    "peers": keys.PEERS,
    "match": keys.MATCH,
    "follow_up": keys.FOLLOW_UP,
    "person_time": keys.PERSON_TIME,
}
"""Keys of the parts that are known by their own key."""

_NAMED = ("definition", "variable", "output", "context table", "end", "split", "outcome")
"""Kinds of parts that have names of the study; messages say the kind and the name."""


@dataclass(frozen=True)
class Spot:
    """What stands in the file for one location of the model.

    ``place`` is the key (or the list item), ``title`` how messages call it, ``at`` its path in the spec,
    ``fields`` the keys that may stand in it, ``kind`` the row of ``keys.WANTED``.
    """

    node: Node
    place: Place
    title: str
    at: str
    kind: str
    fields: Mapping[str, str]


class Notes:
    """What is known while a file is shaped.

    ``spots`` says where a location of the model stands, ``silent`` which locations are reported already.
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.spots: dict[Location, Spot] = {}
        self.silent: set[Location] = set()

    def spot(
        self,
        at: Location,
        key: ScalarNode,
        node: Node,
        title: str,
        path: str,
        kind: str,
        fields: Mapping[str, str] | None = None,
        more: tuple[str, ...] = (),
    ) -> None:
        """Note a key and its value; ``title`` is the key's word or the kind of thing that it names."""
        shown = short(key.text)
        named = title in _NAMED
        allowed = fields if fields is not None else _FIELDS.get(kind, {})
        self.spots[at] = Spot(
            node,
            key.place,
            f"{title.capitalize()} `{shown}`" if named else f"`{shown}`",
            path,
            kind,
            {**allowed, **dict.fromkeys(more, "")},
        )

    def item(
        self, at: Location, item: Node, title: str, path: str, kind: str, fields: Mapping[str, str]
    ) -> None:
        """Note an item of a list, which has no key; its first key stands for it."""
        place = item.entries[0][0].place if isinstance(item, MapNode) and item.entries else item.place
        self.spots[at] = Spot(item, place, title, path, kind, fields)

    def is_empty(self, key: ScalarNode, node: Node, path: str) -> bool:
        """Report a key with nothing after it; return whether it is so."""
        match node:
            case ScalarNode():
                empty = not node.text.strip()
            case ListNode():
                empty = not node.items
            case MapNode():
                empty = not node.entries
        if empty:
            self.add("SPC107", key.place, path, key=short(key.text))
        return empty

    def check_name(self, name: ScalarNode, path: str) -> None:
        """Report a name that is no name, too long, or a word of the language."""
        if not _NAME.fullmatch(name.text):
            if name.text.strip():
                self.add("SPC108", name.place, path, name=short(name.text))
        elif len(name.text) > keys.LONGEST_NAME:
            self.add("SPC109", name.place, path, most=keys.LONGEST_NAME, length=len(name.text))
        elif name.text in keys.RESERVED_WORDS:
            self.add("SPC110", name.place, path, name=name.text)

    def unknown_key(self, key: ScalarNode, section: str, allowed: tuple[str, ...], path: str) -> None:
        """Report a key that may not stand where it stands."""
        self.add(
            "SPC101",
            key.place,
            path,
            suggestion=nearest(key.text, allowed),
            section=section,
            key=short(key.text),
            allowed=listed(allowed),
        )

    def add(
        self, code: str, place: Place, path: str, *, suggestion: str | None = None, **data: object
    ) -> None:
        """Add a diagnostic, up to the limit."""
        if len(self.diagnostics) < MOST_PROBLEMS:
            self.diagnostics.add(code, place, at=path, suggestion=suggestion, **data)


def near(key: ScalarNode, allowed: Iterable[str], wanted: tuple[str, ...]) -> bool:
    """Whether a key is one of some wanted ones, or was meant to be."""
    return nearest(key.text, allowed) in wanted


def listed(words: tuple[str, ...]) -> str:
    """Return words as a list in a sentence."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def short(text: str) -> str:
    """Return a text of the file as a message can hold it: one line, not long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= keys.LONGEST_NAME else f"{flat[: keys.LONGEST_NAME - 1]}…"
