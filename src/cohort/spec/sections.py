"""The sections of a spec, each shaped for its model; the larger ones have modules of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from cohort.source.nodes import MapNode, Node, ScalarNode
from cohort.spec import keys
from cohort.spec.definitions import shape_definition
from cohort.spec.outputs import shape_output
from cohort.spec.shape import Shape, Shaper
from cohort.spec.spots import Location, Spot, listed, near, short
from cohort.spec.variables import shape_variable

_PartShape = Callable[[Shaper, ScalarNode, Node, Location, str], object]


def shape_spec(shaper: Shaper, root: MapNode) -> object:
    """Shape the whole file."""
    first = root.entries[0][0].place if root.entries else root.place
    shaper.spots[()] = Spot(root, first, "The file", "", "root", keys.ROOT)
    shapes: dict[str, Shape] = {
        "study": partial(_study, shaper),
        "linkage": partial(_linkage, shaper),
        "sources": shaper.texts,
        "context": _by_name(shaper, _context_table),
        "codelists": shaper.named_texts,
        "windows": shaper.named_texts,
        "definitions": _by_name(shaper, shape_definition),
        "population": partial(_population, shaper),
        "peers": partial(_peers, shaper),
        "follow_up": partial(_follow_up, shaper),
        "variables": _by_name(shaper, shape_variable),
        "person_time": partial(_person_time, shaper),
        "outcomes": _by_name(shaper, _outcome),
        "outputs": _by_name(shaper, shape_output),
        "accept": partial(_accept, shaper),
    }
    return shaper.fields(root, (), "", keys.ROOT, shapes)


def _by_name(shaper: Shaper, shape: _PartShape) -> Shape:
    """Shape a section that maps names to parts."""
    return lambda node, at, path: shaper.named(node, at, path, partial(shape, shaper))


def _study(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    values = shaper.fields(node, at, path, keys.STUDY, {"tags": shaper.names_or_texts})
    if isinstance(node, MapNode) and isinstance(identifier := node.get("id"), ScalarNode):
        shaper.check_name(identifier, f"{path}.id")
    return values


def _linkage(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    shapes: dict[str, Shape] = {"accept_status": shaper.names, "derived_alf": shaper.name_or_names}
    return shaper.fields(node, at, path, keys.LINKAGE, shapes)


def _part(
    shaper: Shaper,
    kind: str,
    fields: Mapping[str, str],
    name: ScalarNode,
    node: Node,
    at: Location,
    path: str,
    shapes: Mapping[str, Shape] | None = None,
) -> object:
    """Shape a part that has a name and fixed keys."""
    shaper.spot(at, name, node, kind, path, kind, fields)
    values = shaper.fields(node, at, path, fields, shapes)
    return {"name": name, **values} if isinstance(values, dict) else values


def _context_table(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    return _part(shaper, "context table", keys.CONTEXT, name, node, at, path, {"by": shaper.names})


def _population(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    _check_group_name(shaper, node, path)
    return shaper.fields(node, at, path, keys.POPULATION, {"steps": partial(_steps, shaper)})


def _peers(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    _check_group_name(shaper, node, path)
    shapes: dict[str, Shape] = {"steps": partial(_steps, shaper), "match": partial(_match, shaper)}
    return shaper.fields(node, at, path, keys.PEERS, shapes)


def _check_group_name(shaper: Shaper, node: Node, path: str) -> None:
    if isinstance(node, MapNode) and isinstance(name := node.get("name"), ScalarNode):
        shaper.check_name(name, f"{path}.name")


def _match(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    shapes: dict[str, Shape] = {"exact": shaper.names, "nearest": partial(_nearest, shaper)}
    return shaper.fields(node, at, path, keys.MATCH, shapes)


def _nearest(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    """Shape what peers are near in; its key is an expression and no name."""
    if isinstance(node, MapNode) and len(node.entries) > 1:
        second = node.entries[1][0]
        shaper.add("SPC120", second.place, path, found=short(second.text))
    return shaper.texts(node, at, path)


def _steps(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    section = path.partition(".")[0]
    seen: dict[str, ScalarNode] = {}

    def step(item: Node, where: Location, number: int) -> object:
        identifier = item.get("id") if isinstance(item, MapNode) else None
        name = identifier.text if isinstance(identifier, ScalarNode) else ""
        inside = f"{section}.{name}" if name else section
        title = f"Step `{short(name)}`" if name else f"Step {number} of `{section}`"
        shaper.item(where, item, title, inside, "step", keys.STEP)
        if isinstance(identifier, ScalarNode) and name:
            shaper.check_name(identifier, inside)
            if name in seen:
                line = seen[name].place.line
                shaper.add("SPC116", identifier.place, inside, name=short(name), line=line)
            seen.setdefault(name, identifier)
        return shaper.fields(item, where, inside, keys.STEP)

    return shaper.items(node, at, step)


def _follow_up(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    shapes: dict[str, Shape] = {"ends": _by_name(shaper, _end), "only_while": shaper.names}
    return shaper.fields(node, at, path, keys.FOLLOW_UP, shapes)


def _end(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    """Shape an end of follow-up, written short or long."""
    if isinstance(node, ScalarNode):
        return {"name": name, "date": node}
    return _part(shaper, "end", keys.END, name, node, at, path)


def _person_time(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    return shaper.fields(node, at, path, keys.PERSON_TIME, {"split_by": _by_name(shaper, _split)})


def _split(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    """Shape one split, which is by one of ages, calendar and spells."""
    shapes: dict[str, Shape] = {"ages": shaper.names, "priority": shaper.names}
    if isinstance(node, MapNode):
        _check_split(shaper, name, node, path)
    return _part(shaper, "split", keys.SPLIT, name, node, at, path, shapes)


def _check_split(shaper: Shaper, name: ScalarNode, node: MapNode, path: str) -> None:
    section = f"Split `{short(name.text)}`"
    kinds = [key for key, _ in node if key.text in keys.SPLIT_KINDS]
    if not kinds and not any(near(key, keys.SPLIT, keys.SPLIT_KINDS) for key, _ in node):
        shaper.add("SPC102", name.place, path, section=section, key=listed(keys.SPLIT_KINDS))
    elif len(kinds) > 1:
        first, second = kinds[0].text, kinds[1].text
        shaper.add("SPC119", kinds[1].place, path, name=short(name.text), first=first, second=second)
    elif kinds and kinds[0].text != "spells":
        for key, _ in node:
            if key.text in keys.OF_SPELLS:
                inside = f"{path}.{key.text}"
                shaper.add("SPC117", key.place, inside, key=key.text, other=kinds[0].text, goes="`spells`")
    elif kinds and not any(near(key, keys.SPLIT, ("value",)) for key, _ in node):
        shaper.add("SPC102", name.place, path, section=section, key="`value`")


def _outcome(shaper: Shaper, name: ScalarNode, node: Node, at: Location, path: str) -> object:
    return _part(shaper, "outcome", keys.OUTCOME, name, node, at, path)


def _accept(shaper: Shaper, node: Node, at: Location, path: str) -> object:
    def acceptance(item: Node, where: Location, number: int) -> object:
        shaper.item(where, item, f"Item {number} of `accept`", path, "acceptance", keys.ACCEPTANCE)
        return shaper.fields(item, where, path, keys.ACCEPTANCE)

    return shaper.items(node, at, acceptance)
