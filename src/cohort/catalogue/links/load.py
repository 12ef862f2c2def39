"""The shipped entities and links, read and checked once, and the studies that count conflicts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from cohort.catalogue.caveats import load_limits
from cohort.catalogue.links.model import EntityLinks
from cohort.catalogue.links.names import Names
from cohort.catalogue.links.read_entities import read_entities
from cohort.catalogue.links.read_links import read_entity_links
from cohort.catalogue.load import load_catalogue
from cohort.catalogue.model import Catalogue
from cohort.catalogue.nodes import only, read_map
from cohort.source import Source

_FOLDER = "cohort.catalogue.links"


@cache
def load_links() -> EntityLinks:
    """Return the shipped entities and links; a fault in a file raises ``CatalogueFault`` with file and line."""
    limits = frozenset(limit.id for limit in load_limits())
    return read_links(_source("entities.yaml"), _source("links.yaml"), load_catalogue(), limits)


def read_links(
    entities: Source, links: Source, catalogue: Catalogue, limits: frozenset[str] = frozenset()
) -> EntityLinks:
    """Return the entities and links of two files, every name in them checked against the catalogue.

    ``limits`` are the ids of the known limits. A fault raises ``CatalogueFault`` with file and line.
    """
    names = Names(catalogue, limits, frozenset(_counts()))
    root, of_links = read_map(entities), read_map(links)
    only(of_links, {"links"})
    found = read_entities(root, names)
    return EntityLinks(
        found.entities,
        read_entity_links(of_links, names, found.entities),
        found.mentioned,
        found.never_alone,
        found.stands_for,
    )


def studies_that_count() -> tuple[str, ...]:
    """Return the names of the studies that count conflicts."""
    return tuple(_counts())


def text_of_count(study: str) -> str:
    """Return the study file that counts a conflict, as text; ``KeyError`` if there is none of the name."""
    return _counts()[study]


@cache
def _counts() -> dict[str, str]:
    """Return the studies that count conflicts, by name."""
    folder = files(_FOLDER).joinpath("counts")
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".yaml"): entry.read_text("utf-8") for entry in entries}


def _source(name: str) -> Source:
    return Source(f"catalogue/links/{name}", files(_FOLDER).joinpath(name).read_text("utf-8"))
