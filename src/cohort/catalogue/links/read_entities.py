"""Reads the entities, and what of names within one dataset is no link."""

from __future__ import annotations

from dataclasses import dataclass

from cohort.catalogue.links.model import Entity, KeyForm
from cohort.catalogue.links.names import Names
from cohort.catalogue.nodes import (
    confidence_of,
    facts_of,
    fault,
    flag_of,
    items,
    list_of,
    map_of,
    only,
    optional,
    text_of,
    texts_of,
)
from cohort.source.nodes import MapNode

_ENTITY = {"title", "says", "unit", "by", "confidence", "source", "known"}
_FORM = {"physical", "column", "datasets", "tables", "with", "within_dataset"}


@dataclass(frozen=True)
class OfEntities:
    """What the file of entities holds."""

    entities: dict[str, Entity]
    mentioned: frozenset[str]
    never_alone: frozenset[str]
    stands_for: dict[tuple[str, str], str]


def read_entities(root: MapNode, names: Names) -> OfEntities:
    """Return the entities of a file; a fault raises ``CatalogueFault`` with file and line."""
    only(root, {"entities", "mentioned", "never_alone", "stands_for"})
    entities = {key.text: _entity(key.text, map_of(node), names) for key, node in items(root, "entities")}
    stands_for: dict[tuple[str, str], str] = {}
    for item in list_of(root, "stands_for", needed=False):
        written = map_of(item)
        only(written, {"table", "columns", "holds"})
        table = names.table(written, "table")
        for column in names.columns(written, "columns", table):
            stands_for[table.name, column] = text_of(written, "holds")
    return OfEntities(
        entities, frozenset(texts_of(root, "mentioned")), frozenset(texts_of(root, "never_alone")), stands_for
    )


def _entity(name: str, node: MapNode, names: Names) -> Entity:
    only(node, _ENTITY)
    unit = names.one_of(node, "unit", "unit", names.catalogue.units) if node.get("unit") else ""
    return Entity(
        name,
        text_of(node, "title"),
        text_of(node, "says"),
        unit,
        tuple(_form(map_of(item), names) for item in list_of(node, "by")),
        confidence_of(node, "confidence"),
        text_of(node, "source"),
        facts_of(node, "known"),
    )


def _form(node: MapNode, names: Names) -> KeyForm:
    only(node, _FORM)
    physical, column = optional(node, "physical") or "", optional(node, "column") or ""
    if bool(physical) == bool(column):
        raise fault(node, "either physical or column is needed")
    form = KeyForm(
        physical,
        column,
        names.each_of(node, "datasets", "dataset", names.catalogue.holdings),
        names.each_of(node, "tables", "table", names.catalogue.tables),
        optional(node, "with") or "",
        not flag_of(node, "within_dataset", otherwise=False),
    )
    meant = [table for table in names.catalogue.tables.values() if form.columns_in(table)]
    without = {*form.datasets} - {table.dataset for table in meant}
    without |= {*form.tables} - {table.name for table in meant}
    if not meant or without:
        where = f" in {', '.join(sorted(without))}" if without else ""
        raise fault(node, f"no table has a column of this form{where}")
    return form
