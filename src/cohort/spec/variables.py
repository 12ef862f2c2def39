"""The section ``variables``: values with labels, bands and cases."""

from __future__ import annotations

import re
from decimal import Decimal

from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.spec import keys
from cohort.spec.shape import Shape, Shaper
from cohort.spec.spots import Location, short

_BOUND = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def shape_variable(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    """Shape one variable, written short or long."""
    shaper.spot(at, name, node, "variable", path, "variable", keys.VARIABLE)
    if isinstance(node, ScalarNode):
        return {"name": name, "value": node}
    if not isinstance(node, MapNode):
        return node
    shapes: dict[str, Shape] = {
        "bands": lambda inner, where, inside: _bands(shaper, inner, where, inside),
        "choose": lambda inner, where, inside: _cases(shaper, inner, where, inside, name),
    }
    values = shaper.fields(node, at, path, keys.VARIABLE, shapes)
    assert isinstance(values, dict)
    value, choose, bands = (node.key(word) for word in ("value", "choose", "bands"))
    shown = short(name.text)
    if value and choose:
        shaper.add("SPC111", choose.place, path, name=shown)
    elif bands and not value:
        shaper.add("SPC112", bands.place, path, name=shown)
    elif not value and not choose and (len(node.entries) == 0 or node.key("label")):
        shaper.add("SPC102", name.place, path, section=f"Variable `{shown}`", key="`value` or `choose`")
    return {"name": name, **values}


def _bands(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    last: Decimal | None = None
    for bound, _ in node if isinstance(node, MapNode) else ():
        if not _BOUND.fullmatch(bound.text):
            shaper.add("SPC113", bound.place, path, found=short(bound.text))
            continue
        number = Decimal(bound.text)
        if last is not None and number <= last:
            shaper.add("SPC114", bound.place, path, found=bound.text, before=last)
        last = number
    return shaper.texts(node, at, path)


def _cases(shaper: Shaper, node: Node, at: Location, path: str, name: ScalarNode) -> object:
    items = node.items if isinstance(node, ListNode) else ()

    def case(item: Node, where: Location, number: int) -> object:
        title = f"Case {number} of `{short(name.text)}`"
        shaper.item(where, item, title, path, "case", keys.CHOICE)
        if not isinstance(item, MapNode):
            return item
        when, then, otherwise = (item.key(word) for word in ("when", "then", "otherwise"))
        if otherwise and (when or then or number < len(items)):
            shaper.add("SPC115", otherwise.place, path, name=short(name.text))
        elif not otherwise:
            for word, key in (("when", when), ("then", then)):
                if key is None and (when or then):
                    shaper.add("SPC102", item.entries[0][0].place, path, section=title, key=f"`{word}`")
        return shaper.fields(item, where, path, keys.CHOICE)

    return shaper.items(node, at, case)
