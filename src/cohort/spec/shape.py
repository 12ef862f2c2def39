"""Nodes of the file as plain values for the models, with a note of where each came from: what all sections share.

Nothing is judged here that pydantic can judge: a wrong kind of node is passed on as it is, an unknown key
under a name that no field has. What pydantic cannot see (names, bands, cases) is checked on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.spec.spots import UNKNOWN, Location, Notes, short

Shape = Callable[[Node, Location, str], object]
"""Shapes the value of a key, given its location in the model and its path in the spec."""

NamedShape = Callable[[ScalarNode, Node, Location, str], object]
"""Shapes a part that has a name in the file, given the name too."""


class Shaper(Notes):
    """Shapes mappings, lists and texts of one file."""

    def fields(
        self,
        node: Node,
        at: Location,
        path: str,
        fields: Mapping[str, str],
        shapes: Mapping[str, Shape] | None = None,
    ) -> object:
        """Shape a mapping with fixed keys."""
        if not isinstance(node, MapNode):
            return node
        values: dict[str, object] = {}
        for key, value in node:
            inside = f"{path}.{key.text}" if path else key.text
            field = fields.get(key.text)
            location = (*at, field or f"{UNKNOWN}{key.text}")
            self.spot(location, key, value, key.text, inside, key.text)
            if field is None:
                values[f"{UNKNOWN}{key.text}"] = value
            elif self.is_empty(key, value, inside):
                self.silent.add(location)
                values[field] = value
            else:
                shape = (shapes or {}).get(key.text)
                values[field] = shape(value, location, inside) if shape else value
        return values

    def named(self, node: Node, at: Location, path: str, shape: NamedShape) -> object:
        """Shape a mapping from names to parts."""
        if not isinstance(node, MapNode):
            return node
        parts: list[object] = []
        for name, value in node:
            location, inside = (*at, len(parts)), f"{path}.{name.text}"
            self.check_name(name, inside)
            if self.is_empty(name, value, inside):
                self.silent.add(location)
                parts.append(value)
            else:
                parts.append(shape(name, value, location, inside))
        return tuple(parts)

    def texts(self, node: Node, at: Location, path: str) -> object:
        """Shape a mapping from keys of any form to texts."""
        if not isinstance(node, MapNode):
            return node
        pairs: list[tuple[ScalarNode, Node]] = []
        for key, value in node:
            inside = f"{path}.{key.text}"
            self.is_empty(key, value, inside)
            self.spot((*at, len(pairs), 1), key, value, key.text, inside, key.text)
            pairs.append((key, value))
        return tuple(pairs)

    def named_texts(self, node: Node, at: Location, path: str) -> object:
        """Shape a mapping from names to texts."""
        for name, _ in node if isinstance(node, MapNode) else ():
            self.check_name(name, f"{path}.{name.text}")
        return self.texts(node, at, path)

    def names(self, node: Node, at: Location, path: str) -> object:
        """Shape a list of texts."""

        def name(item: Node, where: Location, _number: int) -> object:
            self.item(where, item, f"`{short(path.rpartition('.')[2])}`", path, "item", {})
            return item

        return self.items(node, at, name)

    def name_or_names(self, node: Node, at: Location, path: str) -> object:
        """Shape a text, or a list of texts."""
        return (node,) if isinstance(node, ScalarNode) else self.names(node, at, path)

    def names_or_texts(self, node: Node, at: Location, path: str) -> object:
        """Shape a mapping to texts, or a list of texts, each of which then stands for both parts of its pair."""
        if isinstance(node, MapNode):
            return self.texts(node, at, path)
        listed = self.names(node, at, path)
        return tuple((item, item) for item in listed) if isinstance(listed, tuple) else listed

    def items(self, node: Node, at: Location, shape: Callable[[Node, Location, int], object]) -> object:
        """Shape a list; items are counted from 1."""
        if not isinstance(node, ListNode):
            return node
        return tuple(shape(item, (*at, index), index + 1) for index, item in enumerate(node.items))
