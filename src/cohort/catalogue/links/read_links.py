"""Reads the links between entities: where they stand, what filters lose, and what can contradict."""

from __future__ import annotations

from collections.abc import Mapping

from cohort.catalogue.links.model import Conflict, Counted, Entity, EntityLink, StatusFilter, StatusOf, Way
from cohort.catalogue.links.names import Names, unknown
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
)
from cohort.source.nodes import MapNode

_LINK = {
    *("title", "between", "says", "confidence", "source", "ways", "prepared", "not_prepared", "known"),
    *("statuses", "conflicts", "caveats"),
}
_WAY = {"table", "from", "to_table", "to", "says", "confidence", "source"}
_FILTER = {"table", "column", "by", "usual", "says", "confidence", "source", "of"}
_CONFLICT = {"says", "rule", "done_by", "confidence", "source", "others", "counted", "not_counted"}


def read_entity_links(root: MapNode, names: Names, entities: Mapping[str, Entity]) -> dict[str, EntityLink]:
    """Return the links of a file; a fault raises ``CatalogueFault`` with file and line."""
    return {key.text: _link(key.text, map_of(node), names, entities) for key, node in items(root, "links")}


def _link(name: str, node: MapNode, names: Names, entities: Mapping[str, Entity]) -> EntityLink:
    only(node, _LINK)
    between = names.each_of(node, "between", "entity", entities)
    if len(between) != 2:
        raise fault(node, "a link is between two entities")
    confidence, source = confidence_of(node, "confidence"), text_of(node, "source")
    ways = tuple(_way(map_of(item), node, names) for item in list_of(node, "ways"))
    if not ways:
        raise fault(node, "a link stands in at least one table")
    prepared = names.each_of(node, "prepared", "source", names.catalogue.prepared)
    not_prepared = optional(node, "not_prepared") or ""
    if bool(prepared) == bool(not_prepared):
        raise fault(node, "either prepared or not_prepared is needed")
    statuses = node.get("statuses")
    return EntityLink(
        name,
        text_of(node, "title"),
        (between[0], between[1]),
        text_of(node, "says"),
        confidence,
        source,
        ways,
        prepared,
        not_prepared,
        facts_of(node, "known"),
        None if statuses is None else _filter(map_of(statuses), names),
        tuple(_conflict(key.text, map_of(one), names) for key, one in items(node, "conflicts")),
        names.each_of(node, "caveats", "caveat", names.limits),
    )


def _way(node: MapNode, link: MapNode, names: Names) -> Way:
    only(node, _WAY)
    table = names.table(node, "table")
    other = names.table(node, "to_table") if node.get("to_table") else None
    start, to = names.columns(node, "from", table), names.columns(node, "to", other or table)
    if not start or not to:
        raise fault(node, "columns of both sides are needed, under from and to")
    if other is not None and len(start) != len(to):
        raise fault(node, "columns of two tables are compared one with one")
    return Way(
        table.name,
        start,
        "" if other is None else other.name,
        to,
        optional(node, "says") or "",
        confidence_of(node, "confidence", confidence_of(link, "confidence")),
        optional(node, "source") or text_of(link, "source"),
    )


def _filter(node: MapNode, names: Names) -> StatusFilter:
    only(node, _FILTER)
    table = names.table(node, "table")
    held = {column.name: column for column in table.columns}
    column = names.one_of(node, "column", f"column of {table.name}", held)
    by = names.one_of(node, "by", f"column of {table.name}", held)
    lists = names.catalogue.code_lists
    listed = {one: lists[held[one].type.code_list or ""].codes for one in (column, by)}
    confidence, source = confidence_of(node, "confidence"), text_of(node, "source")
    of: list[StatusOf] = []
    for key, item in items(node, "of"):
        if key.text not in listed[by]:
            raise unknown(key, f"code of {by}", key.text, listed[by])
        written = map_of(item)
        only(written, {"values", "missing", "confidence", "source"})
        values = names.each_of(written, "values", f"code of {column}", listed[column])
        missing = flag_of(written, "missing", otherwise=False)
        if missing and values:
            raise fault(written, "statuses are missing or have values, not both")
        of.append(
            StatusOf(
                key.text,
                values,
                missing,
                confidence_of(written, "confidence", confidence),
                optional(written, "source") or source,
            )
        )
    lacking = [code for code in listed[by] if code not in {one.code for one in of}]
    if lacking:
        raise fault(node, f"nothing is said of {', '.join(lacking)}")
    usual = names.each_of(node, "usual", f"code of {column}", listed[column])
    return StatusFilter(table.name, column, by, usual, text_of(node, "says"), confidence, source, tuple(of))


def _conflict(name: str, node: MapNode, names: Names) -> Conflict:
    only(node, _CONFLICT)
    counted = tuple(_counted(map_of(item), names) for item in list_of(node, "counted", needed=False))
    not_counted = optional(node, "not_counted") or ""
    if bool(counted) == bool(not_counted):
        raise fault(node, "either counted or not_counted is needed")
    return Conflict(
        name,
        text_of(node, "says"),
        text_of(node, "rule"),
        names.steps(node, "done_by"),
        confidence_of(node, "confidence"),
        text_of(node, "source"),
        facts_of(node, "others"),
        counted,
        not_counted,
    )


def _counted(node: MapNode, names: Names) -> Counted:
    only(node, {"report", "unit", "study", "output", "says"})
    if (node.get("report") is None) == (node.get("study") is None):
        raise fault(node, "either a report or a study counts")
    if node.get("report") is not None:
        report = names.one_of(node, "report", "source", names.catalogue.prepared)
        unit = names.one_of(node, "unit", "unit", names.catalogue.units)
        return Counted(report, unit, "", "", text_of(node, "says"))
    study = names.one_of(node, "study", "study that counts", names.counts)
    return Counted("", "", study, text_of(node, "output"), text_of(node, "says"))
