"""Pages that list all things of one sort, and what nobody publishes."""

from __future__ import annotations

from cohort.lookup.known import Known, Named
from cohort.lookup.of_codelists import sureness
from cohort.lookup.sheet import Cell, Listing, Ref, Row, Sheet, Sort

_TABLE_HEADS = (
    *(("name", "Name"), ("dataset", "Dataset"), ("physical", "Physical name"), ("name_sure", "Name is")),
    *(("label", "Holds"), ("grain", "One row is"), ("grain_sure", "Row is")),
)

_CODELIST_HEADS = (
    *(("name", "Name"), ("title", "Of"), ("system", "Code system"), ("codes", "Codes")),
    *(("sure", "Confidence"), ("source", "Source")),
)


def shelf(known: Known, sort: Sort, title: str) -> Sheet:
    """Return the list of all things of a sort."""
    things = [thing for thing in known.named if thing.ref.sort is sort]
    if sort is Sort.TABLE:
        rows = tuple(Row(_table(known, thing), thing.ref) for thing in things)
        return Sheet(None, title, (), (Listing("tables", title, _TABLE_HEADS, rows),))
    if sort is Sort.CODELIST:
        rows = tuple(Row(_codelist(known, thing), thing.ref) for thing in things)
        return Sheet(None, title, (), (Listing("codelists", title, _CODELIST_HEADS, rows),))
    heads = (("name", "Name"), ("title", "Title"))
    rows = tuple(Row((thing.ref.name, thing.title), thing.ref) for thing in things)
    return Sheet(None, title, (), (Listing("things", title, heads, rows),))


def _table(known: Known, thing: Named) -> tuple[Cell, ...]:
    name = thing.ref.name
    held = known.catalogue.tables.get(name) or known.catalogue.outlines[name]
    return (
        name,
        (Ref(Sort.DATASET, held.dataset),),
        held.physical or "not public",
        held.physical_confidence,
        held.label,
        held.grain,
        held.grain_confidence,
    )


def _codelist(known: Known, thing: Named) -> tuple[Cell, ...]:
    read = known.codelists[thing.ref.name]
    assert read.head is not None, "a shipped codelist has a head"
    return (
        thing.ref.name,
        thing.title,
        read.head.system,
        len(read.rows),
        sureness(read.head),
        read.head.source,
    )


def gaps_sheet(known: Known) -> Sheet:
    """Return what no public dataset holds, with the themes that lack it."""
    rows = tuple(
        Row(
            (
                gap.fact.text,
                tuple(Ref(Sort.THEME, theme) for theme in gap.themes),
                gap.fact.confidence,
                gap.fact.source,
            )
        )
        for gap in known.landscape.gaps
    )
    heads = (("says", "Nobody publishes"), ("themes", "Themes"), ("sure", "Confidence"), ("source", "Source"))
    return Sheet(None, "Gaps", (), (Listing("gaps", "What nobody publishes", heads, rows),))
