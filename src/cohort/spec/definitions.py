"""The section ``definitions``: rows and the operations on them."""

from __future__ import annotations

from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.spec import keys
from cohort.spec.shape import Shaper
from cohort.spec.spots import Location, near, short

_INNER_KEYS = {
    # Operations with keys of their own: which there are, and which are needed.
    "join_spells": (keys.JOIN_SPELLS, ("start", "end")),
    "keep_first": (keys.KEEP_ONE, ("by",)),
    "keep_last": (keys.KEEP_ONE, ("by",)),
}


def shape_definition(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    """Shape one definition; its operations keep the order of the file."""
    shaper.spot(at, name, node, "definition", path, "definition", keys.DEFINITION, keys.OPERATIONS)
    if not isinstance(node, MapNode):
        return node
    operations: list[object] = []
    others: list[tuple[ScalarNode, Node]] = []
    for key, value in node:
        if key.text in keys.OPERATIONS:
            where = (*at, "operations", len(operations))
            operations.append(_operation(shaper, key, value, where, f"{path}.{key.text}"))
        else:
            others.append((key, value))
    _check_start(shaper, name, node, path)
    rest = MapNode(tuple(others), node.place)
    values = shaper.fields(rest, at, path, keys.DEFINITION, {"union": shaper.names})
    assert isinstance(values, dict)
    return {"name": name, "operations": tuple(operations), **values}


def _check_start(shaper: Shaper, name: ScalarNode, node: MapNode, path: str) -> None:
    """A definition begins with `from` or with `union`; a misspelt one is reported as such."""
    both = [key for key, _ in node if key.text in ("from", "union")]
    allowed = (*keys.DEFINITION, *keys.OPERATIONS)
    if len(both) == 2:
        shaper.add("SPC118", both[1].place, path, name=short(name.text))
    elif not both and not any(near(key, allowed, ("from", "union")) for key, _ in node):
        section = f"Definition `{short(name.text)}`"
        shaper.add("SPC102", name.place, path, section=section, key="`from` or `union`")


def _operation(shaper: Shaper, key: ScalarNode, node: Node, at: Location, path: str) -> object:
    word = key.text
    if shaper.is_empty(key, node, path):
        return {"key": key}
    values_at = (*at, "values")
    match word:
        case "where" | "of":
            values: object = None
        case "keep_first" | "keep_last":
            values = shaper.texts(node, values_at, path) if isinstance(node, MapNode) else None
        case "one_per":
            values = _columns(shaper, key, node, values_at, path)
        case "join_spells":
            values = _join_spells(shaper, node, values_at, path)
        case _:
            values = shaper.named_texts(node, values_at, path)
    if isinstance(node, MapNode) and word in _INNER_KEYS:
        _check_inner_keys(shaper, key, node, path)
    field = "value" if values is None else "values"
    shaper.spot((*at, field), key, node, word, path, word)
    return {"key": key, field: node if values is None else values}


def _columns(shaper: Shaper, key: ScalarNode, node: Node, at: Location, path: str) -> object:
    """Shape a list as pairs in which both parts are the item."""

    def pair(item: Node, where: Location, _number: int) -> object:
        shaper.item((*where, 0), item, f"`{key.text}`", path, "item", {})
        shaper.silent.add((*where, 1))
        return (item, item)

    return shaper.items(node, at, pair)


def _join_spells(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    """Shape the keys of `join_spells`; `per` with a list is one pair for each column."""
    if not isinstance(node, MapNode):
        return node
    flat: list[tuple[ScalarNode, Node]] = []
    for key, value in node:
        inside = f"{path}.{key.text}"
        shaper.is_empty(key, value, inside)
        if key.text == "per" and isinstance(value, ListNode):
            for item in value.items:
                shaper.item((*at, len(flat), 1), item, "`per`", inside, "item", {})
                flat.append((key, item))
        else:
            shaper.spot((*at, len(flat), 1), key, value, key.text, inside, key.text)
            flat.append((key, value))
    return tuple(flat)


def _check_inner_keys(shaper: Shaper, key: ScalarNode, node: MapNode, path: str) -> None:
    allowed, needed = _INNER_KEYS[key.text]
    for inner, _ in node:
        if inner.text not in allowed:
            shaper.unknown_key(inner, f"`{key.text}`", allowed, path)
    for word in needed:
        if not any(near(inner, allowed, (word,)) for inner, _ in node):
            shaper.add("SPC102", key.place, path, section=f"`{key.text}`", key=f"`{word}`")
