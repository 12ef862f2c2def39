"""The sheets of datasets, published series, themes and publishers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.catalogue.landscape import POINTS, Answer, Entry, Outlet, Theme
from cohort.catalogue.model import Holding
from cohort.lookup.known import Known
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort, Statement
from cohort.lookup.words import ROUTES, caveat_refs, of_answer, of_facts, pages_listing

_ABOUT = {"level": "level", "themes": "themes", "type": "sort of data", "uses": "use"}
_NAMED = (("name", "Name"), ("label", "Holds"))


def sheet_of_dataset(known: Known, name: str) -> Sheet:
    """Return the sheet of a dataset: what the landscape and its tables say of it, its tables and caveats."""
    entry, holding = known.landscape.entries.get(name), known.catalogue.holdings.get(name)
    say: list[Statement] = []
    if entry is not None:
        say += _of_entry(known, entry)
    if holding is not None:
        say += _of_holding(holding, alone=entry is None)
    listings = [_tables(known, name), _sources(known, name)]
    if entry is not None:
        listings += [_caveats(known, entry), pages_listing(entry.pages, entry.no_page)]
    return Sheet(Ref(Sort.DATASET, name), known.title_of(name), tuple(say), tuple(listings))


def sheet_of_series(known: Known, entry: Entry) -> Sheet:
    """Return the sheet of a published series."""
    return Sheet(
        Ref(Sort.SERIES, entry.id),
        entry.title.text,
        tuple(_of_entry(known, entry)),
        (_caveats(known, entry), pages_listing(entry.pages, entry.no_page)),
    )


def sheet_of_theme(known: Known, theme: Theme) -> Sheet:
    """Return the sheet of a theme: its remarks, datasets and series, and what no public dataset holds."""
    say = [
        Statement("number in the report", str(theme.number), None, ""),
        *of_answer("remarks", theme.remarks),
    ]
    for gap in known.landscape.gaps:
        if theme.id in gap.themes:
            say += of_facts("nobody publishes", (gap.fact,))
    entries = [
        entry
        for entry in known.landscape.entries.values()
        if theme.id in {fact.text for fact in entry.about.themes.facts}
    ]
    return Sheet(Ref(Sort.THEME, theme.id), theme.title, tuple(say), (entries_listing(entries),))


def sheet_of_publisher(known: Known, outlet: Outlet) -> Sheet:
    """Return the sheet of a place that publishes series."""
    say = [*of_answer("run by", outlet.host), *of_answer("offers", outlet.offers)]
    entries = [
        entry
        for entry in known.landscape.entries.values()
        if outlet.name in {fact.text for fact in entry.about.outlets.facts}
    ]
    listings = (entries_listing(entries), pages_listing(outlet.pages, outlet.no_page))
    return Sheet(Ref(Sort.PUBLISHER, outlet.name), outlet.name, tuple(say), listings)


def ref_of_entry(entry: Entry) -> Ref:
    """Return an entry of the landscape as a reference."""
    return Ref(Sort.SERIES if entry.published else Sort.DATASET, entry.id)


def entries_listing(entries: Iterable[Entry]) -> Listing:
    """Return entries of the landscape with the points that tell them apart."""
    heads = (
        *(("name", "Name"), ("title", "Title"), ("kind", "Level"), ("owner", "Owner")),
        *(("frequency", "Frequency"), ("status", "Status"), ("use", "Use"), ("sure", "Entry is")),
    )
    rows = tuple(
        Row(
            (
                entry.id,
                entry.title.text,
                entry.kind,
                _short(entry.about.owner),
                _short(entry.about.frequency),
                _short(entry.about.status),
                _short(entry.about.uses),
                entry.confidence,
            ),
            ref_of_entry(entry),
        )
        for entry in entries
    )
    note = "Entry is: how sure it is that there is such a dataset or series. Its owner and status can be less sure."
    return Listing("entries", "Datasets and published series", heads, rows, note, empty="None is listed.")


def _short(answer: Answer) -> str:
    """Return an answer in a few words; why there is none stands on the entry's own sheet."""
    return answer.text if answer.facts else "not known"


def _of_entry(known: Known, entry: Entry) -> Iterator[Statement]:
    yield Statement("title", entry.title.text, entry.title.confidence, entry.title.source)
    if entry.other_names:
        yield Statement("other names", ", ".join(entry.other_names), entry.confidence, entry.source)
    yield Statement(
        "in SAIL", "yes" if entry.in_sail else "not as this series or dataset", entry.confidence, entry.source
    )
    for point in POINTS:
        about = _ABOUT.get(point, point.replace("_", " "))
        answer: Answer = getattr(entry.about, point)
        for said in of_answer(about, answer):
            refs: tuple[Ref, ...] = ()
            if answer.facts and point == "themes":
                refs = (Ref(Sort.THEME, said.text),)
            yield Statement(about, said.text, said.sure, said.source, refs)
    if entry.comparator_of:
        refs = tuple(ref_of_entry(known.landscape.entries[name]) for name in entry.comparator_of)
        yield Statement("stands beside", ", ".join(entry.comparator_of), entry.confidence, entry.source, refs)


def _of_holding(holding: Holding, *, alone: bool) -> Iterator[Statement]:
    if alone:
        yield Statement("owner", holding.owner, holding.owner_confidence, holding.source)
        yield Statement("holds", holding.holds, None, holding.source)
        yield Statement("where to ask", ROUTES[holding.route], None, holding.source)
    yield from of_facts("known", holding.known)
    for point in holding.not_known:
        yield Statement("not known", point, "unknown", "")


def _tables(known: Known, name: str) -> Listing:
    heads = (
        *(("name", "Name"), ("physical", "Physical name"), ("name_sure", "Name is")),
        *(("label", "Holds"), ("grain", "One row is"), ("grain_sure", "Row is"), ("columns", "Columns")),
    )
    rows = [
        Row(
            (
                table.name,
                table.physical or "not public",
                table.physical_confidence,
                table.label,
                table.grain,
                table.grain_confidence,
                len(table.columns),
            ),
            Ref(Sort.TABLE, table.name),
        )
        for table in known.tables_of(name)
    ]
    rows += [
        Row(
            (
                outline.name,
                outline.physical or "not public",
                outline.physical_confidence,
                outline.label,
                outline.grain,
                outline.grain_confidence,
                0,
            ),
            Ref(Sort.TABLE, outline.name),
        )
        for outline in known.catalogue.outlines.values()
        if name in (outline.dataset, outline.listed_as)
    ]
    return Listing("tables", "Tables", heads, tuple(rows), empty="No table is publicly known.")


def _sources(known: Known, name: str) -> Listing:
    rows = tuple(
        Row((prepared.name, prepared.label), Ref(Sort.SOURCE, prepared.name))
        for prepared in known.catalogue.prepared.values()
        if prepared.dataset == name and prepared.offered
    )
    empty = "No source of study files is prepared from it yet."
    return Listing("sources", "Sources for study files", _NAMED, rows, empty=empty)


def _caveats(known: Known, entry: Entry) -> Listing:
    """All caveats that can concern an entry: its own, and those that it shares with others."""
    heads = (
        *(("name", "Caveat"), ("dimension", "Dimension"), ("shared", "Shared")),
        *(("message", "Says"), ("sure", "Confidence"), ("source", "Source")),
    )
    rows = []
    for ref in caveat_refs(known.landscape.caveats_of(entry)):
        limit = known.limits_by_id[ref.name]
        shared = "" if limit.id in entry.caveats else "with other datasets"
        rows.append(
            Row((limit.id, limit.dimension.value, shared, limit.message, limit.confidence, limit.source), ref)
        )
    return Listing("caveats", "Caveats", heads, tuple(rows), empty="No caveat is recorded.")
