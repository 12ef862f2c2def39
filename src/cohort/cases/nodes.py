"""What the parts of a file of cases share: groups with fixed keys, values, and their messages."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import TypeVar

from cohort.cases.cells import WrongText, date_of, whole_of
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.source import Place
from cohort.source.nodes import MapNode, Node, ScalarNode

_Read = TypeVar("_Read")


def listed(names: Iterable[str]) -> str:
    """Return names as a message lists them."""
    return ", ".join(f"`{name}`" for name in names) or "none"


class Group:
    """A mapping with fixed keys; a key that cannot stand there is reported at once."""

    def __init__(
        self, node: MapNode, title: str, at: str, diagnostics: Diagnostics, keys: tuple[str, ...]
    ) -> None:
        self.node, self.at, self.diagnostics = node, at, diagnostics
        for key, _ in node:
            if key.text not in keys:
                near = nearest(key.text, keys)
                diagnostics.add(
                    "CAS101", key.place, at=self.path(key.text), suggestion=near,
                    key=key.text, part=title, known=listed(keys),
                )  # fmt: skip

    def path(self, key: str) -> str:
        """Return the path of a key in the file."""
        return f"{self.at}.{key}" if self.at else key

    def get(self, key: str) -> Node | None:
        """Return what stands under a key, None if nothing does."""
        return self.node.get(key)

    def scalar(self, key: str, wanted: str) -> ScalarNode | None:
        """Return the one value under a key; what is none is reported."""
        node = self.get(key)
        if node is None or isinstance(node, ScalarNode):
            return node
        wrong_shape(self.diagnostics, node.place, self.path(key), f"`{key}`", wanted)
        return None

    def date(self, key: str) -> datetime.date | None:
        """Return the date under a key."""
        return self._read(key, date_of)

    def whole(self, key: str) -> int | None:
        """Return the whole number under a key."""
        return self._read(key, whole_of)

    def _read(self, key: str, read: Callable[[str], _Read]) -> _Read | None:
        node = self.scalar(key, "one value")
        if node is None:
            return None
        try:
            return read(node.text.strip())
        except WrongText as problem:
            wrong_value(self.diagnostics, node, self.path(key), key, problem)
            return None


def wrong_shape(diagnostics: Diagnostics, place: Place, at: str, part: str, wanted: str) -> None:
    """Report a part that is of another kind than wanted."""
    diagnostics.add("CAS102", place, at=at, part=part, wanted=wanted)


def wrong_value(diagnostics: Diagnostics, node: ScalarNode, at: str, name: str, problem: WrongText) -> None:
    """Report a text that is no value of its column, variable or key."""
    diagnostics.add(
        "CAS105", node.place, at=at, name=name, wanted=problem.wanted, text=node.text.strip(),
        example=problem.example,
    )  # fmt: skip


def unknown_part(
    diagnostics: Diagnostics, node: ScalarNode, at: str, kind: str, known: Iterable[str]
) -> None:
    """Report a name that the study or the file does not have."""
    names = tuple(known)
    diagnostics.add(
        "CAS107", node.place, at=at, suggestion=nearest(node.text, names),
        kind=kind, name=node.text, known=listed(names),
    )  # fmt: skip
