"""``linkage``: which links to people are good enough, as the lists that the catalogue's preparation asks."""

from __future__ import annotations

from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.query.study import Codelist, Linkage, Origin
from cohort.resolve.written import flat
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Linkage as Written

STATUSES = "match_status"
"""The catalogue's list of match statuses."""
SOURCES = "alf_source"
"""The catalogue's list of sources of links."""
ROUTINE = "DHCW"
"""The source of routine matching, which is not a derived one."""

EXAMPLE = "linkage: {accept_status: [1, 4, 39], derived_alf: false, why: the usual statuses of good matches}"


def read_linkage(written: Written, catalogue: Catalogue, origin: Origin, diagnostics: Diagnostics) -> Linkage:
    """Read the section; what is wrong in it is reported and left out."""
    statuses = _codes(written.accept_status, STATUSES, catalogue, diagnostics, "linkage.accept_status")
    derived = [code for code in _listed(SOURCES, catalogue) if code != ROUTINE]
    match [node.text for node in written.derived_alf]:
        case ["true"]:
            sources = tuple(derived)
        case ["false"]:
            sources = ()
        case _:
            sources = _codes(written.derived_alf, SOURCES, catalogue, diagnostics, "linkage.derived_alf")
    return Linkage(tuple(int(status) for status in statuses), sources, flat(written.why), origin)


def linkage_lists(linkage: Linkage | None) -> dict[str, Codelist]:
    """Return the lists that preparation may ask for, empty without the section."""
    statuses = () if linkage is None else linkage.accept_status
    derived = () if linkage is None else linkage.derived
    lists = {
        "linkage.accept_status": [str(status) for status in statuses],
        "linkage.derived_sources": derived,
    }
    return {name: Codelist(name, "", tuple((code, "") for code in codes)) for name, codes in lists.items()}


def _listed(name: str, catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(catalogue.code_lists[name].codes) if name in catalogue.code_lists else ()


def _codes(
    nodes: tuple[ScalarNode, ...], name: str, catalogue: Catalogue, diagnostics: Diagnostics, at: str
) -> tuple[str, ...]:
    """Read codes of one of the catalogue's lists."""
    known = _listed(name, catalogue)
    found = []
    for node in nodes:
        code = node.text.upper()
        if code in known:
            found.append(code)
            continue
        diagnostics.add(
            "COD401",
            node.place,
            at=at,
            suggestion=nearest(code, known),
            code=node.text,
            list=name.replace("_", " "),
            codes=", ".join(known),
        )
    return tuple(dict.fromkeys(found))
