"""Nodes of the file as plain values for the models, with a note of where each came from.

Nothing is judged here that pydantic can judge: a wrong kind of node is passed on as it is, an unknown key
under a name that no field has. What pydantic cannot see (names, bands, cases) is checked on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from cohort.diagnostics.nearest import nearest
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.spec import keys
from cohort.spec.spots import UNKNOWN, Location, Notes, Spot, short

_BOUND = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")

_Shape = Callable[[Node, Location, str], object]
_NamedShape = Callable[[ScalarNode, Node, Location, str], object]


class Shaper(Notes):
    """Shapes one file, section by section."""

    def spec(self, root: MapNode) -> object:
        """Shape the whole file."""
        first = root.entries[0][0].place if root.entries else root.place
        self.spots[()] = Spot(root, first, "The file", "", "root", keys.ROOT)
        shapes: dict[str, _Shape] = {
            "study": self._study,
            "sources": self._pairs,
            "codelists": lambda node, at, path: self._pairs(node, at, path, named=True),
            "windows": lambda node, at, path: self._pairs(node, at, path, named=True),
            "definitions": lambda node, at, path: self._named(node, at, path, self._definition),
            "population": self._population,
            "variables": lambda node, at, path: self._named(node, at, path, self._variable),
            "outputs": lambda node, at, path: self._named(node, at, path, self._output),
            "accept": self._accept,
        }
        return self._fields(root, (), "", keys.ROOT, shapes, later="root")

    # Parts with fixed keys

    def _study(self, node: Node, at: Location, path: str) -> object:
        values = self._fields(node, at, path, keys.STUDY)
        if isinstance(node, MapNode) and isinstance(identifier := node.get("id"), ScalarNode):
            self.check_name(identifier, f"{path}.id")
        return values

    def _population(self, node: Node, at: Location, path: str) -> object:
        shapes: dict[str, _Shape] = {"steps": self._steps}
        return self._fields(node, at, path, keys.POPULATION, shapes, later="population")

    def _steps(self, node: Node, at: Location, _path: str) -> object:
        seen: dict[str, ScalarNode] = {}

        def step(item: Node, where: Location, number: int) -> object:
            identifier = item.get("id") if isinstance(item, MapNode) else None
            name = identifier.text if isinstance(identifier, ScalarNode) else ""
            inside = f"population.{name}" if name else "population"
            title = f"Step `{short(name)}`" if name else f"Step {number} of `population`"
            self.item(where, item, title, inside, "step", keys.STEP)
            if isinstance(identifier, ScalarNode) and name:
                self.check_name(identifier, inside)
                if name in seen:
                    line = seen[name].place.line
                    self.add("SPC116", identifier.place, inside, name=short(name), line=line)
                seen.setdefault(name, identifier)
            return self._fields(item, where, inside, keys.STEP)

        return self._list(node, at, step)

    def _accept(self, node: Node, at: Location, path: str) -> object:
        def acceptance(item: Node, where: Location, number: int) -> object:
            self.item(where, item, f"Item {number} of `accept`", path, "acceptance", keys.ACCEPTANCE)
            return self._fields(item, where, path, keys.ACCEPTANCE)

        return self._list(node, at, acceptance)

    # Definitions, variables, outputs: names with parts

    def _definition(self, name: ScalarNode, node: Node, at: Location, path: str) -> object:
        self.spot(at, name, node, "definition", path, "definition", keys.DEFINITION, keys.OPERATIONS)
        if not isinstance(node, MapNode):
            return node
        operations: list[object] = []
        others: list[tuple[ScalarNode, Node]] = []
        for key, value in node:
            if key.text in keys.OPERATIONS:
                where = (*at, "operations", len(operations))
                operations.append(self._operation(key, value, where, f"{path}.{key.text}"))
            else:
                others.append((key, value))
        if "union" in (key.text for key, _ in node):
            self.silent.add((*at, "start"))
        rest = self._fields(MapNode(tuple(others), node.place), at, path, keys.DEFINITION, later="definition")
        assert isinstance(rest, dict)
        return {"name": name, "operations": tuple(operations), **rest}

    def _operation(self, key: ScalarNode, node: Node, at: Location, path: str) -> object:
        word = key.text
        if self.is_empty(key, node, path):
            return {"key": key}
        if word not in ("one_per", "add", "join_spells"):
            self.spot((*at, "value"), key, node, word, path, word)
            return {"key": key, "value": node}
        self.spot((*at, "values"), key, node, word, path, word)
        if word == "one_per":
            values = self._list(
                node, (*at, "values"), lambda item, where, _: self._pair(item, where, key, path)
            )
        else:
            values = self._pairs(node, (*at, "values"), path, named=word == "add")
        if word == "join_spells" and isinstance(node, MapNode):
            for inner, _ in node:
                if inner.text not in keys.JOIN_SPELLS:
                    self.unknown_key(inner, "`join_spells`", keys.JOIN_SPELLS, path)
            slips = {nearest(inner.text, keys.JOIN_SPELLS) for inner, _ in node}
            for needed in ("start", "end"):
                if needed not in slips:
                    self.add("SPC102", key.place, path, section="`join_spells`", key=f"`{needed}`")
        return {"key": key, "values": values}

    def _pair(self, item: Node, at: Location, key: ScalarNode, path: str) -> object:
        self.item((*at, 0), item, key.text, path, "item", {})
        self.silent.add((*at, 1))
        return (item, item)

    def _variable(self, name: ScalarNode, node: Node, at: Location, path: str) -> object:
        self.spot(at, name, node, "variable", path, "variable", keys.VARIABLE)
        if isinstance(node, ScalarNode):
            return {"name": name, "value": node}
        if not isinstance(node, MapNode):
            return node
        shapes: dict[str, _Shape] = {
            "bands": self._bands,
            "choose": lambda inner, where, inside: self._cases(inner, where, inside, name),
        }
        values = self._fields(node, at, path, keys.VARIABLE, shapes)
        assert isinstance(values, dict)
        value, choose, bands = (node.key(word) for word in ("value", "choose", "bands"))
        shown = short(name.text)
        if value and choose:
            self.add("SPC111", choose.place, path, name=shown)
        elif bands and not value:
            self.add("SPC112", bands.place, path, name=shown)
        elif not value and not choose and (len(node.entries) == 0 or node.key("label")):
            self.add("SPC102", name.place, path, section=f"Variable `{shown}`", key="`value` or `choose`")
        return {"name": name, **values}

    def _bands(self, node: Node, at: Location, path: str) -> object:
        last: Decimal | None = None
        for bound, _ in node if isinstance(node, MapNode) else ():
            if not _BOUND.fullmatch(bound.text):
                self.add("SPC113", bound.place, path, found=short(bound.text))
                continue
            number = Decimal(bound.text)
            if last is not None and number <= last:
                self.add("SPC114", bound.place, path, found=bound.text, before=last)
            last = number
        return self._pairs(node, at, path)

    def _cases(self, node: Node, at: Location, path: str, name: ScalarNode) -> object:
        items = node.items if isinstance(node, ListNode) else ()

        def case(item: Node, where: Location, number: int) -> object:
            title = f"Case {number} of `{short(name.text)}`"
            self.item(where, item, title, path, "case", keys.CHOICE)
            if not isinstance(item, MapNode):
                return item
            when, then, otherwise = (item.key(word) for word in ("when", "then", "otherwise"))
            if otherwise and (when or then or number < len(items)):
                self.add("SPC115", otherwise.place, path, name=short(name.text))
            elif not otherwise:
                for word, key in (("when", when), ("then", then)):
                    if key is None and (when or then):
                        self.add("SPC102", item.entries[0][0].place, path, section=title, key=f"`{word}`")
            return self._fields(item, where, path, keys.CHOICE)

        return self._list(node, at, case)

    def _output(self, name: ScalarNode, node: Node, at: Location, path: str) -> object:
        allowed = (*keys.OUTPUT_KINDS, *keys.OUTPUT)
        self.spot(at, name, node, "output", path, "output", keys.OUTPUT, keys.OUTPUT_KINDS)
        if not isinstance(node, MapNode):
            return node
        kinds = [(key, value) for key, value in node if key.text in keys.OUTPUT_KINDS]
        later = [key for key, _ in node if keys.LATER["output"].get(key.text) == "kind of output"]
        found: list[ScalarNode] = sorted([key for key, _ in kinds] + later, key=lambda key: key.place.span)
        others = [(key, value) for key, value in node if key.text not in keys.OUTPUT_KINDS]
        if later:
            # The keys that go with a kind of a later version (`per`, `between`) are part of the same cause.
            others = [pair for pair in others if pair[0].text in keys.OUTPUT or pair[0] in later[:1]]
        self.silent |= {(*at, "kind"), (*at, "of")} if len(found) != 1 or later else set()
        if len(found) > 1:
            first, second = found[0].text, found[1].text
            self.add("SPC106", found[1].place, path, name=short(name.text), first=first, second=second)
            others = [pair for pair in others if pair[0] not in later]
        elif not found and not any(
            nearest(key.text, keys.OUTPUT_KINDS) for key, _ in node if key.text not in allowed
        ):
            self.add(
                "SPC102",
                name.place,
                path,
                section=f"Output `{short(name.text)}`",
                key="`attrition` or `count`",
            )
        shapes: dict[str, _Shape] = {"by": self._names}
        rest = self._fields(MapNode(tuple(others), node.place), at, path, keys.OUTPUT, shapes, later="output")
        assert isinstance(rest, dict)
        values: dict[str, object] = {"name": name, **rest}
        if len(kinds) == 1:
            key, value = kinds[0]
            self.spot((*at, "of"), key, value, key.text, f"{path}.{key.text}", key.text)
            self.is_empty(key, value, path)
            values |= {"kind": key.text, "of": value}
        return values

    # Shapes that return everywhere

    def _fields(
        self,
        node: Node,
        at: Location,
        path: str,
        fields: Mapping[str, str],
        shapes: Mapping[str, _Shape] | None = None,
        *,
        later: str = "",
    ) -> object:
        """Shape a mapping with fixed keys."""
        if not isinstance(node, MapNode):
            return node
        values: dict[str, object] = {}
        for key, value in node:
            inside = f"{path}.{key.text}" if path else key.text
            field = fields.get(key.text)
            kind = keys.LATER.get(later, {}).get(key.text)
            if kind:
                self.add("SPC105", key.place, inside, kind=kind, key=key.text, version=keys.VERSION)
                continue
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

    def _named(self, node: Node, at: Location, path: str, shape: _NamedShape) -> object:
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

    def _pairs(self, node: Node, at: Location, path: str, *, named: bool = False) -> object:
        """Shape a mapping from names to texts."""
        if not isinstance(node, MapNode):
            return node
        pairs: list[tuple[ScalarNode, Node]] = []
        for key, value in node:
            inside = f"{path}.{key.text}"
            if named:
                self.check_name(key, inside)
            self.is_empty(key, value, inside)
            self.spot((*at, len(pairs), 1), key, value, key.text, inside, key.text)
            pairs.append((key, value))
        return tuple(pairs)

    def _names(self, node: Node, at: Location, path: str) -> object:
        def name(item: Node, where: Location, _number: int) -> object:
            self.item(where, item, path.rpartition(".")[2], path, "item", {})
            return item

        return self._list(node, at, name)

    def _list(self, node: Node, at: Location, shape: Callable[[Node, Location, int], object]) -> object:
        if not isinstance(node, ListNode):
            return node
        return tuple(shape(item, (*at, index), index + 1) for index, item in enumerate(node.items))
