"""Checks names in the files of entities and links against the catalogue, with place and nearest name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cohort.catalogue.model import Catalogue, HeldTable
from cohort.catalogue.nodes import CatalogueFault, fault, list_of, text_of
from cohort.diagnostics.nearest import nearest
from cohort.source.nodes import MapNode, Node, ScalarNode


@dataclass(frozen=True)
class Names:
    """The names that files may use: the catalogue's, the ids of known limits, and the studies that count conflicts."""

    catalogue: Catalogue
    limits: frozenset[str]
    counts: frozenset[str]

    def table(self, node: MapNode, key: str) -> HeldTable:
        """Return the table that a text names."""
        return self.catalogue.tables[self.one_of(node, key, "table", self.catalogue.tables)]

    def columns(self, node: MapNode, key: str, table: HeldTable) -> tuple[str, ...]:
        """Return the columns of a table that a list names."""
        return self.each_of(node, key, f"column of {table.name}", [column.name for column in table.columns])

    def steps(self, node: MapNode, key: str) -> tuple[str, ...]:
        """Return the steps of preparation that a list names, each as ``rows.step``."""
        known = [f"{rows.name}.{step.id}" for rows in self.catalogue.prepared.values() for step in rows.steps]
        return self.each_of(node, key, "step of preparation", known)

    def one_of(self, node: MapNode, key: str, what: str, known: Collection[str]) -> str:
        """Return the text under a key, which must be one of the names."""
        text = text_of(node, key)
        if text not in known:
            raise unknown(node.get(key) or node, what, text, known)
        return text

    def each_of(self, node: MapNode, key: str, what: str, known: Collection[str]) -> tuple[str, ...]:
        """Return the texts of the list under a key, each of which must be one of the names; none without the key."""
        found = []
        for item in list_of(node, key, needed=False):
            if not isinstance(item, ScalarNode) or item.text not in known:
                text = item.text if isinstance(item, ScalarNode) else "such a thing"
                raise unknown(item, what, text, known)
            found.append(item.text)
        return tuple(found)


def unknown(node: Node, what: str, text: str, known: Iterable[str]) -> CatalogueFault:
    """Return the fault that a name is not known, with the nearest one."""
    near = nearest(text, known)
    return fault(node, f"there is no {what} {text}" + (f"; the nearest is {near}" if near else ""))
