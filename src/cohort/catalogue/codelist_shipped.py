"""The codelists that come with the catalogue, as sources: each has a head with a cited source, and is pinned."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cohort.catalogue.code_systems import FOLDER
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
