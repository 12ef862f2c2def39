"""Where on the site each thing stands. All files lie in one folder, so an address is a file name with a place in it."""

from __future__ import annotations

import re

from cohort.lookup.sheet import Ref, Sort

_PREFIX = {
    Sort.DATASET: "dataset",
    Sort.SOURCE: "source",
    Sort.TABLE: "table",
    Sort.CODES: "codes",
    Sort.CAVEAT: "caveat",
    Sort.SERIES: "series",
    Sort.THEME: "theme",
    Sort.PUBLISHER: "publisher",
    Sort.ENTITY: "entity",
    Sort.LINK: "link",
    Sort.GEOGRAPHY: "geography",
    Sort.AREA: "area",
    Sort.FIGURES: "figures",
    Sort.CODELIST: "codelist",
}


def slug(name: str) -> str:
    """Return a name as file names and anchors take it; the names of one sort stay different (a test sees to it)."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-")


def file_of(ref: Ref) -> str:
    """Return the file on which a thing stands; columns stand with their table, codes with their list."""
    above = ref.of
    return f"{_PREFIX[above.sort]}-{slug(above.name)}.html"


def anchor_of(ref: Ref) -> str:
    """Return the place of a thing within its file; empty where it is the whole file."""
    if ref.of == ref:
        return ""
    kind = "column" if ref.sort is Sort.COLUMN else "code"
    return f"{kind}-{slug(ref.name.partition('.')[2])}"


def address_of(ref: Ref) -> str:
    """Return the address of a thing as seen from any other file of the site."""
    anchor = anchor_of(ref)
    return f"{file_of(ref)}#{anchor}" if anchor else file_of(ref)
