"""The codelists that come with the catalogue, as sources: each has a head with a cited source, and is pinned."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from cohort.catalogue.code_systems import FOLDER
from cohort.catalogue.codelist_file import CodelistFile, read_codelist_file
from cohort.catalogue.nodes import CatalogueFault
from cohort.diagnostics import Diagnostics
from cohort.source import Source


@cache
def shipped_codelists() -> Mapping[str, Source]:
    """Return the shipped codelists by name, in the order of their names."""
    folder = files("cohort.catalogue").joinpath(FOLDER)
    entries = sorted((e for e in folder.iterdir() if e.name.endswith(".csv")), key=lambda entry: entry.name)
    return {
        e.name.removesuffix(".csv"): Source(f"catalogue/{FOLDER}/{e.name}", e.read_text("utf-8"))
        for e in entries
    }


def read_shipped(lists: Mapping[str, Collection[str]]) -> dict[str, CodelistFile]:
    """Return the shipped codelists as read, by name; a fault in one is ours, so it raises ``CatalogueFault``.

    ``lists`` are the catalogue's lists of codes by name, which can be the system of a codelist.
    """
    read: dict[str, CodelistFile] = {}
    for name, source in shipped_codelists().items():
        diagnostics = Diagnostics()
        found = read_codelist_file(source, lists, diagnostics)
        if not isinstance(found, CodelistFile) or found.head is None or diagnostics.has_errors:
            first = next((one.headline for one in diagnostics), "it has no head")
            raise CatalogueFault(f"{source.name}: {found if isinstance(found, str) else first}")
        read[name] = found
    return read
