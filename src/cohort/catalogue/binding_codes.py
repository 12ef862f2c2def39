"""Reads the codes that a project writes otherwise than the catalogue: ``codes`` of a column in a binding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cohort.catalogue.model import Catalogue, HeldColumn
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.types import Kind

MISSING = "missing"
"""The word that stands for no value, where a project has a code for it."""
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_LONGEST = 50


def codes_of(
    node: Node, key: str, column: HeldColumn, catalogue: Catalogue, diagnostics: Diagnostics
) -> Mapping[str, str | None]:
    """Return the catalogue's code for each code that the project writes, in capitals; None stands for missing.

    A code of the catalogue that is written otherwise, and is not itself named as a project's code, is missing. ``key``
    is the column as the file writes it. Faults are in ``diagnostics``, each at its place.
    """
    at = f"columns.{key}"
    if not isinstance(node, MapNode):
        form = "a mapping of the catalogue's codes to the project's"
        diagnostics.add("BND107", node.place, at=at, key="codes", form=form)
        return {}
    known = catalogued_codes(column, catalogue)
    if not known:
        diagnostics.add("BND111", node.place, at=at, column=key)
        return {}
    found: dict[str, str | None] = {}
    places: list[tuple[str, ScalarNode]] = []
    written: set[str] = set()
    for code, value in node:
        wanted = None if code.text == MISSING else known.get(code.text.upper())
        if wanted is None and code.text != MISSING:
            near = nearest(code.text, known)
            diagnostics.add("BND112", code.place, at=at, suggestion=near, code=code.text, column=key)
            continue
        if wanted is not None:
            written.add(wanted.upper())
        for scalar in _scalars(value, code.text, at, diagnostics):
            held = scalar.text.strip().upper()
            if held in found and found[held] != wanted:
                diagnostics.add("BND113", scalar.place, at=at, code=scalar.text.strip(), column=key)
            found[held] = wanted
            places.append((held, scalar))
    for held, scalar in places:
        if held in known and held not in written and found[held] != known[held]:
            diagnostics.add("BND113", scalar.place, at=at, code=scalar.text.strip(), column=key)
    return {**dict.fromkeys(sorted(written - found.keys()), None), **found}


def not_numbers(node: Node, codes: Mapping[str, str | None]) -> Iterator[ScalarNode]:
    """Yield the project's codes that are no whole number, for a column that it holds as numbers."""
    for _, value in node if isinstance(node, MapNode) else ():
        for scalar in value.items if isinstance(value, ListNode) else (value,):
            if not isinstance(scalar, ScalarNode) or scalar.text.strip().upper() not in codes:
                continue
            if not _NUMBER.fullmatch(scalar.text.strip()):
                yield scalar


def catalogued_codes(column: HeldColumn, catalogue: Catalogue) -> Mapping[str, str]:
    """Return the codes of a column's list, with what is not a code but stands for something, by their capitals."""
    if column.type.kind not in (Kind.CODE, Kind.WHOLE):
        return {}
    listed = catalogue.code_lists.get(column.type.code_list or "")
    if listed is None:
        return {}
    special = (value for value, _ in column.special if value != MISSING)
    return {code.upper(): code for code in (*listed.codes, *special)}


def _scalars(value: Node, code: str, at: str, diagnostics: Diagnostics) -> Iterator[ScalarNode]:
    items = value.items if isinstance(value, ListNode) else (value,)
    for item in items:
        if isinstance(item, ScalarNode) and 0 < len(item.text.strip()) <= _LONGEST:
            yield item
        else:
            form = f"a code of at most {_LONGEST} characters, or a list of codes"
            diagnostics.add("BND107", item.place, at=at, key=code, form=form)
    if not items:
        diagnostics.add("BND107", value.place, at=at, key=code, form="a code, or a list of codes")
