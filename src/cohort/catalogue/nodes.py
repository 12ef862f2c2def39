"""Takes values out of the catalogue's data files. A fault in them is ours, so it raises, with file and line."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from cohort.catalogue.model import ALL_CONFIDENCES, Confidence, Fact
from cohort.diagnostics import Diagnostics
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes


class CatalogueFault(Exception):
    """A data file of the catalogue is wrong."""


def fault(node: Node, says: str) -> CatalogueFault:
    """Return a fault at the place of a node."""
    return CatalogueFault(f"{node.place.source.name}:{node.place.line}: {says}")


def read_map(source: Source) -> MapNode:
    """Return the mapping that a data file is."""
    diagnostics = Diagnostics()
    root = read_nodes(source, diagnostics)
    if root is None or diagnostics.has_errors:
        first = next(iter(diagnostics), None)
        raise CatalogueFault(f"{source.name}: {first.headline if first else 'empty'}")
    return root


def map_of(node: Node) -> MapNode:
    """Return a node that must be a mapping."""
    if not isinstance(node, MapNode):
        raise fault(node, "a mapping is needed")
    return node


def items(root: MapNode, name: str) -> list[tuple[ScalarNode, Node]]:
    """Return keys and values of the mapping under a name; none where the name is missing."""
    node = root.get(name)
    return [] if node is None else list(map_of(node))


def optional(node: MapNode, name: str) -> str | None:
    """Return the text under a name, or None."""
    value = node.get(name)
    return value.text if isinstance(value, ScalarNode) else None


def text_of(node: MapNode, name: str) -> str:
    """Return the text under a name, which must be there and not be empty."""
    value = optional(node, name)
    if not value:
        raise fault(node, f"{name} is missing")
    return value


def flag_of(node: MapNode, name: str, *, otherwise: bool) -> bool:
    """Return a yes or no under a name."""
    match optional(node, name):
        case None:
            return otherwise
        case "true":
            return True
        case "false":
            return False
        case other:
            raise fault(node, f"{name} must be true or false, not {other}")


def whole_of(node: MapNode, name: str) -> int | None:
    """Return the whole number under a name, or None."""
    value = optional(node, name)
    if value is not None and not value.isdecimal():
        raise fault(node, f"{name} must be a whole number, not {value}")
    return int(value) if value else None


def list_of(node: MapNode, name: str, *, needed: bool = True) -> tuple[Node, ...]:
    """Return the nodes of the list under a name."""
    value = node.get(name)
    if value is None and not needed:
        return ()
    if not isinstance(value, ListNode):
        raise fault(node, f"{name} must be a list")
    return value.items


def texts_of(node: MapNode, name: str, *, needed: bool = True) -> tuple[str, ...]:
    """Return the texts of the list under a name."""
    return tuple(item.text for item in list_of(node, name, needed=needed) if isinstance(item, ScalarNode))


def day_of(node: MapNode, name: str, *, last_of_year: bool = False) -> datetime.date | None:
    """Return the day under a name, or None. A year alone stands for its first (or last) day."""
    value = optional(node, name)
    if not value:
        return None
    try:
        if len(value) == 4:
            return datetime.date(int(value), 12, 31) if last_of_year else datetime.date(int(value), 1, 1)
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise fault(node, f"{name} must be a day such as 2016-04-06 or a year, not {value}") from None


def confidence_of(node: MapNode, name: str, otherwise: Confidence | None = None) -> Confidence:
    """Return the confidence under a name, or else the one given; a fault if there is neither."""
    found = optional(node, name)
    if found is None and otherwise is not None:
        return otherwise
    if found is None:
        raise fault(node, f"{name} is missing")
    for one in ALL_CONFIDENCES:
        if one == found:
            return one
    *most, last = ALL_CONFIDENCES
    raise fault(node, f"{name} must be {', '.join(most)} or {last}, not {found}")


def facts_of(node: MapNode, name: str) -> tuple[Fact, ...]:
    """Return the facts of the list under a name; none where it is missing."""
    found = []
    for item in list_of(node, name, needed=False):
        fact = map_of(item)
        only(fact, {"says", "confidence", "source"})
        found.append(Fact(text_of(fact, "says"), confidence_of(fact, "confidence"), text_of(fact, "source")))
    return tuple(found)


def only(node: MapNode, names: Collection[str]) -> None:
    """Raise a fault at a key that is none of the names: it would be read by nobody."""
    for key, _ in node:
        if key.text not in names:
            raise fault(key, f"nothing reads {key.text}")
