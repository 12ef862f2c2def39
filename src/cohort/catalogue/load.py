"""Reads the catalogue's data files. A fault in them is ours, so it raises; the tests read every file."""

from __future__ import annotations

import datetime
from functools import cache
from importlib.resources import files

from cohort.catalogue.model import (
    Catalogue,
    Caveat,
    CodeList,
    HeldColumn,
    HeldTable,
    Preparation,
    Prepared,
    Relation,
    Unit,
)
from cohort.diagnostics import Diagnostics
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.types import DATE, DECIMAL, Kind, ValueType

_DETAILS = {"id", "words", "why", "only_for"}


class CatalogueFault(Exception):
    """A data file of the catalogue is wrong."""


@cache
def load_catalogue() -> Catalogue:
    """Return the shipped catalogue."""
    folder = files("cohort.catalogue").joinpath("data")
    datasets = [
        _read_map(Source(f"catalogue/{entry.name}", entry.read_text("utf-8")))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    ]
    tables: dict[str, HeldTable] = {}
    prepared: dict[str, Prepared] = {}
    code_lists: dict[str, CodeList] = {}
    units: dict[str, Unit] = {}
    caveats: list[Caveat] = []
    relations: dict[str, Relation] = {}
    for root in datasets:
        dataset = _text(root, "dataset")
        code_lists |= {key.text: _code_list(key.text, _map(node)) for key, node in _items(root, "code_lists")}
        first = _optional(root, "first_return")
        for key, node in _items(root, "tables"):
            tables[key.text] = _table(key.text, _map(node), dataset, int(first) if first else None)
        prepared |= {key.text: _prepared(key, _map(node), dataset) for key, node in _items(root, "prepared")}
        units |= {key.text: _unit(key.text, _map(node)) for key, node in _items(root, "units")}
        relations |= {key.text: _relation(key.text, _map(node)) for key, node in _items(root, "relations")}
        caveats += [_caveat(key.text, _map(node)) for key, node in _items(root, "caveats")]
    return Catalogue(tables, prepared, code_lists, units, tuple(caveats), relations)


def _read_map(source: Source) -> MapNode:
    diagnostics = Diagnostics()
    root = read_nodes(source, diagnostics)
    if root is None or diagnostics.has_errors:
        first = next(iter(diagnostics), None)
        raise CatalogueFault(f"{source.name}: {first.headline if first else 'empty'}")
    return root


def _map(node: Node) -> MapNode:
    if not isinstance(node, MapNode):
        raise CatalogueFault(f"{node.place.source.name}:{node.place.line}: a mapping is needed")
    return node


def _items(root: MapNode, name: str) -> list[tuple[ScalarNode, Node]]:
    node = root.get(name)
    return [] if node is None else list(_map(node))


def _optional(node: MapNode, name: str) -> str | None:
    value = node.get(name)
    return value.text if isinstance(value, ScalarNode) else None


def _text(node: MapNode, name: str) -> str:
    value = _optional(node, name)
    if value is None:
        raise CatalogueFault(f"{node.place.source.name}:{node.place.line}: {name} is missing")
    return value


def _list(node: MapNode, name: str, *, optional: bool = False) -> tuple[str, ...]:
    value = node.get(name)
    if value is None and optional:
        return ()
    if not isinstance(value, ListNode):
        raise CatalogueFault(f"{node.place.source.name}:{node.place.line}: {name} must be a list")
    return tuple(item.text for item in value.items if isinstance(item, ScalarNode))


def _date(node: MapNode, name: str) -> datetime.date | None:
    text = _optional(node, name)
    return datetime.date.fromisoformat(text) if text else None


def _code_list(name: str, node: MapNode) -> CodeList:
    codes = {key.text: value.text for key, value in _items(node, "codes") if isinstance(value, ScalarNode)}
    return CodeList(name, _text(node, "label"), _text(node, "source"), codes)


def _type(node: MapNode) -> ValueType:
    kind = _text(node, "type")
    bits = int(_optional(node, "bits") or 32)
    code_list = _optional(node, "list")
    match kind:
        case "key":
            return ValueType(Kind.KEY, bits=64)
        case "whole":
            return ValueType(Kind.WHOLE, bits=bits, code_list=code_list)
        case "decimal":
            return DECIMAL
        case "date":
            return DATE
        case "code":
            return ValueType(Kind.CODE, length=int(_text(node, "length")), code_list=code_list)
        case "text":
            return ValueType(Kind.TEXT, length=int(_text(node, "length")))
        case _:
            raise CatalogueFault(f"{node.place.source.name}:{node.place.line}: no type {kind}")


def _table(name: str, node: MapNode, dataset: str, first_return: int | None) -> HeldTable:
    columns = tuple(
        HeldColumn(
            key.text,
            _text(_map(column), "physical"),
            _type(_map(column)),
            _text(_map(column), "label"),
            _text(_map(column), "sensitivity"),
            _text(_map(column), "confidence"),
            _optional(_map(column), "means_death") == "true",
        )
        for key, column in _items(node, "columns")
    )
    return HeldTable(
        name,
        _text(node, "physical"),
        _text(node, "physical_confidence"),
        _text(node, "label"),
        _text(node, "grain"),
        _list(node, "key"),
        columns,
        _optional(node, "returned"),
        first_return if node.get("returned") is not None else None,
        dataset,
        _text(node, "source"),
        _date(node, "first_day"),
        _date(node, "last_day"),
    )


def _prepared(key: ScalarNode, node: MapNode, dataset: str) -> Prepared:
    steps = node.get("steps")
    if not isinstance(steps, ListNode):
        raise CatalogueFault(f"{key.text}: steps must be a list")
    union = _list(node, "union", optional=True)
    start = _optional(node, "from")
    if (start is None) == (not union):
        raise CatalogueFault(f"{key.text}: either from or union is needed")
    spell = node.get("spell")
    return Prepared(
        key.text,
        _text(node, "label"),
        _text(node, "grain"),
        start or "",
        tuple(_preparation(_map(step)) for step in steps.items),
        _text(node, "offered") == "true",
        (_text(spell, "start"), _text(spell, "until")) if isinstance(spell, MapNode) else None,
        dataset,
        key.place,
        union,
        _list(node, "units", optional=True),
        _optional(node, "of_derived_links") == "true",
        _optional(node, "seen_while") or "",
    )


def _preparation(node: MapNode) -> Preparation:
    operation = MapNode(tuple((k, v) for k, v in node if k.text not in _DETAILS), node.place)
    return Preparation(
        _text(node, "id"),
        operation,
        _text(node, "words"),
        _text(node, "why"),
        node.place,
        _optional(node, "only_for"),
    )


def _relation(name: str, node: MapNode) -> Relation:
    return Relation(name, _text(node, "rows"), _text(node, "label"))


def _unit(name: str, node: MapNode) -> Unit:
    rows, _, column = _text(node, "birth").partition(".")
    return Unit(name, _text(node, "plural"), _text(node, "label"), (rows, column))


def _caveat(name: str, node: MapNode) -> Caveat:
    return Caveat(
        name,
        _list(node, "uses"),
        _date(node, "spans"),
        _date(node, "before"),
        _text(node, "dimension"),
        _text(node, "text"),
        _text(node, "do"),
        _text(node, "source"),
    )
