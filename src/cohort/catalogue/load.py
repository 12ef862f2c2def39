"""Reads the catalogue's data files. A fault in them is ours, so it raises; the tests read every file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

from cohort.catalogue.load_held import (
    read_code_list,
    read_first_return,
    read_holding,
    read_outline,
    read_table,
)
from cohort.catalogue.model import (
    Catalogue,
    CodeList,
    HeldTable,
    Holding,
    Preparation,
    Prepared,
    Relation,
    TableOutline,
    Unit,
)
from cohort.catalogue.nodes import (
    CatalogueFault,
    fault,
    items,
    list_of,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
)
from cohort.source import Source
from cohort.source.nodes import MapNode, ScalarNode

__all__ = ["CatalogueFault", "load_catalogue", "read_catalogue"]

_DETAILS = {"id", "words", "why", "only_for"}
_FILE = {
    *("dataset", "title", "owner", "owner_confidence", "holds", "route", "source", "known", "not_known"),
    *("first_return", "code_lists", "tables", "outlines", "units", "prepared", "relations"),
}
_Found = TypeVar("_Found")


@cache
def load_catalogue() -> Catalogue:
    """Return the shipped catalogue."""
    folder = files("cohort.catalogue").joinpath("data")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=lambda entry: entry.name)
    return read_catalogue([Source(f"catalogue/{e.name}", e.read_text("utf-8")) for e in entries])


def read_catalogue(sources: Sequence[Source]) -> Catalogue:
    """Return the catalogue that data files make together; a fault in one raises ``CatalogueFault``."""
    holdings: dict[str, Holding] = {}
    tables: dict[str, HeldTable] = {}
    outlines: dict[str, TableOutline] = {}
    prepared: dict[str, Prepared] = {}
    code_lists: dict[str, CodeList] = {}
    units: dict[str, Unit] = {}
    relations: dict[str, Relation] = {}
    for root in map(read_map, sources):
        only(root, _FILE)
        holding, first = read_holding(root), read_first_return(root)
        dataset = holding.name
        _add(holdings, root.key("dataset"), dataset, holding)
        for key, node in items(root, "code_lists"):
            _add(code_lists, key, key.text, read_code_list(key.text, map_of(node)))
        for key, node in items(root, "tables"):
            _add(tables, key, key.text, read_table(key.text, map_of(node), dataset, first))
        for key, node in items(root, "outlines"):
            _add(outlines, key, key.text, read_outline(key.text, map_of(node), dataset))
        for key, node in items(root, "prepared"):
            _add(prepared, key, key.text, _prepared(key, map_of(node), dataset))
        for key, node in items(root, "units"):
            _add(units, key, key.text, _unit(key.text, map_of(node)))
        for key, node in items(root, "relations"):
            _add(relations, key, key.text, _relation(key.text, map_of(node)))
    return Catalogue(tables, prepared, code_lists, units, relations, holdings, outlines)


def _add(found: dict[str, _Found], key: ScalarNode | None, name: str, value: _Found) -> None:
    if name in found and key is not None:
        raise fault(key, f"there are two of {name}")
    found[name] = value


def _prepared(key: ScalarNode, node: MapNode, dataset: str) -> Prepared:
    union = texts_of(node, "union", needed=False)
    start = optional(node, "from")
    if (start is None) == (not union):
        raise fault(key, "either from or union is needed")
    spell = node.get("spell")
    return Prepared(
        key.text,
        text_of(node, "label"),
        text_of(node, "grain"),
        start or "",
        tuple(_preparation(map_of(step)) for step in list_of(node, "steps")),
        text_of(node, "offered") == "true",
        (text_of(spell, "start"), text_of(spell, "until")) if isinstance(spell, MapNode) else None,
        dataset,
        key.place,
        union,
        texts_of(node, "units", needed=False),
        optional(node, "of_derived_links") == "true",
        optional(node, "seen_while") or "",
    )


def _preparation(node: MapNode) -> Preparation:
    operation = MapNode(tuple((k, v) for k, v in node if k.text not in _DETAILS), node.place)
    return Preparation(
        text_of(node, "id"),
        operation,
        text_of(node, "words"),
        text_of(node, "why"),
        node.place,
        optional(node, "only_for"),
    )


def _relation(name: str, node: MapNode) -> Relation:
    return Relation(name, text_of(node, "rows"), text_of(node, "label"))


def _unit(name: str, node: MapNode) -> Unit:
    rows, _, column = text_of(node, "birth").partition(".")
    return Unit(name, text_of(node, "plural"), text_of(node, "label"), (rows, column))
