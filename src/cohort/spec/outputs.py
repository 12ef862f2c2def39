"""The section ``outputs``: tables, each of one kind, and the keys that go with the kind."""

from __future__ import annotations

from cohort.source.nodes import MapNode, Node, ScalarNode
from cohort.spec import keys
from cohort.spec.shape import Shape, Shaper
from cohort.spec.spots import Location, listed, near, short


def shape_output(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    """Shape one output."""
    kinds = [] if not isinstance(node, MapNode) else [key for key, _ in node if key.text in keys.OUTPUT_KINDS]
    kind = keys.OUTPUT_KINDS[kinds[0].text] if len(kinds) == 1 else None
    # Once the kind is known, only its keys are offered where a key is unknown.
    going = {key: field for key, field in keys.OUTPUT.items() if kind is None or key in kind.keys}
    shaper.spot(
        at, name, node, "output", path, "output", going, tuple(keys.OUTPUT_KINDS) if kind is None else ()
    )
    if not isinstance(node, MapNode):
        return node
    if kind is None:
        shaper.silent |= {(*at, "kind")}
        _report_kinds(shaper, name, node, kinds, path)
    else:
        _check_keys(shaper, name, node, kinds[0], kind, path)
    others = tuple(
        (key, value)
        for key, value in node
        if key.text not in keys.OUTPUT_KINDS and (key.text in going or key.text not in keys.OUTPUT)
    )
    shapes: dict[str, Shape] = dict.fromkeys(("by", "events_by", "between"), shaper.names)
    values = shaper.fields(MapNode(others, node.place), at, path, keys.OUTPUT, shapes)
    assert isinstance(values, dict)
    if kind is not None:
        values |= _kind(shaper, kinds[0], node, kind, at, path)
    return {"name": name, **values}


def _kind(
    shaper: Shaper, key: ScalarNode, node: MapNode, kind: keys.OutputKind, at: Location, path: str
) -> dict[str, object]:
    """Shape the value of the kind's own key."""
    value = node.get(key.text)
    assert value is not None
    field, inside = "variables" if kind.of_variables else "of", f"{path}.{key.text}"
    location = (*at, field)
    shaper.spot(location, key, value, key.text, inside, key.text)
    if shaper.is_empty(key, value, inside):
        shaper.silent.add(location)
    return {"kind": key.text, field: shaper.names(value, location, inside) if kind.of_variables else value}


def _report_kinds(
    shaper: Shaper, name: ScalarNode, node: MapNode, kinds: list[ScalarNode], path: str
) -> None:
    """Say that an output has no kind, or several."""
    allowed = (*keys.OUTPUT_KINDS, *keys.OUTPUT)
    if kinds:
        first, second = kinds[0].text, kinds[1].text
        shaper.add("SPC106", kinds[1].place, path, name=short(name.text), first=first, second=second)
    # A misspelt kind is reported as such; that there is none is the same mistake.
    elif not any(near(key, allowed, tuple(keys.OUTPUT_KINDS)) for key, _ in node):
        section = f"Output `{short(name.text)}`"
        shaper.add("SPC102", name.place, path, section=section, key=listed(tuple(keys.OUTPUT_KINDS)))


def _check_keys(
    shaper: Shaper, name: ScalarNode, node: MapNode, word: ScalarNode, kind: keys.OutputKind, path: str
) -> None:
    """Say which keys do not go with the kind, and which it lacks."""
    for key, _ in node:
        if key.text in keys.OUTPUT and key.text not in kind.keys:
            others = tuple(other for other, rule in keys.OUTPUT_KINDS.items() if key.text in rule.keys)
            shaper.add(
                "SPC117", key.place, f"{path}.{key.text}", key=key.text, other=word.text, goes=listed(others)
            )
    for needed in kind.needed:
        if not any(near(key, kind.keys, (needed,)) for key, _ in node):
            section = f"Output `{short(name.text)}`"
            shaper.add("SPC102", name.place, path, section=section, key=f"`{needed}`")
