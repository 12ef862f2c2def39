"""The sheets of entities and of the links between them, with what filters lose and where contradictions are counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.catalogue.links import Conflict, Entity, EntityLink, StatusFilter
from cohort.catalogue.model import HeldTable
from cohort.diagnostics.listed import listed
from cohort.lookup.known import Known
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort, Statement
from cohort.lookup.words import SUFFIX_NOTE, caveat_refs, of_facts

KEPT = {
    "all": "yes",
    "some": "in part",
    "none": "no: they are lost",
    "not stated": "not known",
}
"""Whether the usual filter keeps the links of a source, in words."""


def sheet_of_entity(known: Known, entity: Entity) -> Sheet:
    """Return the sheet of an entity: what it is, the columns that stand for it, and its links."""
    say = [Statement("is", entity.says, entity.confidence, entity.source)]
    unit = f"studies count it with `unit: {entity.unit}`" if entity.unit else "no study counts it"
    say += [Statement("unit", unit, None, ""), *of_facts("known", entity.known)]
    rows = []
    for table in known.catalogue.tables.values():
        across = entity.columns_in(table, across=True)
        for columns in entity.columns_in(table):
            where = "yes" if columns in across else "no, in its dataset only"
            rows.append(Row((table.name, ", ".join(columns), where), Ref(Sort.TABLE, table.name)))
    heads = (("name", "Table"), ("by", "Columns"), ("across", "The same in other datasets"))
    keys = Listing("keys", "Columns that stand for it", heads, tuple(rows), empty="None is known.")
    listing = _links_listing(known.linked.of_entity(entity.id))
    note = SUFFIX_NOTE if any("{key}" in form.physical for form in entity.forms) else ""
    return Sheet(Ref(Sort.ENTITY, entity.id), entity.title, tuple(say), (keys, listing), note)


def sheet_of_link(known: Known, link: EntityLink) -> Sheet:
    """Return the sheet of a link between entities."""
    return Sheet(
        Ref(Sort.LINK, link.id),
        link.title,
        tuple(_of_link(known, link)),
        (*_listings(link), _conflicts(link), _caveats(known, link)),
    )


def links_sheet(known: Known) -> Sheet:
    """Return all entities, and all links between them."""
    rows = tuple(
        Row(
            (entity.id, entity.title, entity.unit, entity.says, entity.confidence, entity.source),
            Ref(Sort.ENTITY, entity.id),
        )
        for entity in known.linked.entities.values()
    )
    heads = (
        *(("name", "Entity"), ("title", "Title"), ("unit", "Unit of studies"), ("says", "Says")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    entities = Listing("entities", "Entities", heads, rows)
    note = (
        "`cohort catalogue show NAME` shows one of them, with the rule and the count of each contradiction."
    )
    links = _links_listing(tuple(known.linked.links.values()))
    return Sheet(None, "Entities and links", (), (entities, links), note)


def filter_words(filter_: StatusFilter) -> str:
    """Return in one sentence what the usual filter on the match status does to the links of each source."""
    usual = listed(filter_.usual)
    words = [f"A filter on match status {usual}"]
    lost, some = filter_.lost("none"), filter_.lost("some")
    if lost:
        words.append(f"silently drops all links found through {listed(lost)}, which carry no status")
    if some:
        odd = dict.fromkeys(
            value
            for one in filter_.of
            if one.code in some
            for value in one.values
            if value not in filter_.usual
        )
        also = ", and " if lost else " "
        words.append(f"{also}drops those of status {listed(tuple(odd))} found through {listed(some)}")
    text = words[0] + " " + "".join(words[1:]) if lost or some else f"{words[0]} drops no link"
    return f"{text}."


def filter_statements(known: Known, table: HeldTable, column: str = "") -> Iterator[Statement]:
    """Return what filters lose in a table (or where a column of it is shown, only if it is the status or source)."""
    for link in known.linked.links.values():
        found = link.statuses
        if found is None or found.table != table.name or column not in ("", found.column, found.by):
            continue
        yield Statement("status filter", filter_words(found), found.confidence, found.source)
        yield Statement("choose links", f"{found.says} Use {found.by}.", found.confidence, found.source)
        yield Statement("see", link.id, None, "", (Ref(Sort.LINK, link.id),))


def links_through(known: Known, table: HeldTable) -> Listing:
    """Return the links between entities that stand in a table."""
    rows = tuple(
        Row(
            (
                link.id,
                _between(link),
                ", ".join(way.start if table.name == way.table else way.to),
                ", ".join(way.to if table.name == way.table else way.start),
                way.confidence,
                way.source,
            ),
            Ref(Sort.LINK, link.id),
        )
        for link, way in known.linked.through(table.name)
    )
    heads = (
        *(("name", "Link"), ("between", "Between"), ("by", "By"), ("to", "To")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    return Listing("entity_links", "Links between entities", heads, rows, empty="None is declared for it.")


def counted_words(conflict: Conflict) -> str:
    """Return where a contradiction is counted, or why it is not."""
    words = []
    for counted in conflict.counted:
        if counted.report:
            where = f"row conflicting of linkage_of_{counted.report}, unit {counted.unit}"
        else:
            where = f"table {counted.output} of the study {counted.study}"
        words.append(f"{counted.says.removesuffix('.')}: {where}.")
    return " ".join(words) if words else f"Not counted. {conflict.not_counted}"


def _links_listing(links: Iterable[EntityLink]) -> Listing:
    rows = tuple(
        Row((link.id, link.title, _between(link), link.says), Ref(Sort.LINK, link.id)) for link in links
    )
    heads = (("name", "Link"), ("title", "Title"), ("between", "Between"), ("says", "Says"))
    return Listing("entity_links", "Links between entities", heads, rows, empty="None is declared.")


def _of_link(known: Known, link: EntityLink) -> Iterator[Statement]:
    for name in link.between:
        yield Statement("between", name, None, "", (Ref(Sort.ENTITY, name),))
    yield Statement("is", link.says, link.confidence, link.source)
    if link.statuses is not None:
        table = known.catalogue.tables[link.statuses.table]
        yield from (said for said in filter_statements(known, table) if said.about != "see")
    for name in link.prepared:
        yield Statement("used by", name, None, "", (Ref(Sort.SOURCE, name),))
    if link.not_prepared:
        yield Statement("not used", link.not_prepared, None, "")
    yield from of_facts("known", link.known)


def _between(link: EntityLink) -> str:
    return " and ".join(name.replace("_", " ") for name in link.between)


def _listings(link: EntityLink) -> Iterator[Listing]:
    rows = tuple(
        Row(
            (
                way.table,
                ", ".join(way.start),
                f"{way.to_table}: {', '.join(way.to)}" if way.to_table else ", ".join(way.to),
                way.says,
                way.confidence,
                way.source,
            ),
            Ref(Sort.TABLE, way.table),
        )
        for way in link.ways
    )
    heads = (
        *(("name", "Table"), ("by", "From"), ("to", "To"), ("says", "Says")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    yield Listing("ways", "Where it stands", heads, rows)
    if link.statuses is None:
        return
    usual = link.statuses
    listed_sources = tuple(
        Row(
            (
                one.code,
                "none: missing" if one.missing else ", ".join(one.values) or "not stated",
                KEPT[one.kept_by(usual.usual)],
                one.confidence,
                one.source,
            )
        )
        for one in usual.of
    )
    of_sources = (
        *(("name", "Found through"), ("statuses", "Match statuses")),
        *(("kept", f"Kept by {listed(usual.usual)}"), ("sure", "Confidence"), ("source", "Source")),
    )
    yield Listing("statuses", "What the usual filter on the match status keeps", of_sources, listed_sources)


def _conflicts(link: EntityLink) -> Listing:
    rows = tuple(
        Row(
            (
                conflict.id,
                conflict.says,
                conflict.rule,
                ", ".join(conflict.done_by),
                counted_words(conflict),
                " ".join(fact.text for fact in conflict.others),
                conflict.confidence,
                conflict.source,
            )
        )
        for conflict in link.conflicts
    )
    heads = (
        *(("name", "Contradiction"), ("says", "Says"), ("rule", "Rule"), ("done_by", "Done by")),
        *(
            ("counted", "Counted in"),
            ("others", "What others do"),
            ("sure", "Confidence"),
            ("source", "Source"),
        ),
    )
    return Listing("conflicts", "Contradictions", heads, rows, empty="None is known.")


def _caveats(known: Known, link: EntityLink) -> Listing:
    rows = tuple(
        Row((ref.name, limit.dimension.value, limit.message), ref)
        for ref in caveat_refs(link.caveats)
        for limit in [known.limits_by_id[ref.name]]
    )
    heads = (("name", "Caveat"), ("dimension", "Dimension"), ("message", "Says"))
    return Listing("caveats", "Caveats of the link", heads, rows, empty="None is recorded for it.")
