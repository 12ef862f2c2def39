"""Lists over everything: the overview with its counts, the datasets, the published series, and the caveats."""

from __future__ import annotations

from cohort.lookup.facts import counts_of_facts
from cohort.lookup.known import Known
from cohort.lookup.of_codes import caveats_listing
from cohort.lookup.of_datasets import entries_listing
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort
from cohort.lookup.words import CONFIDENCES


def overview_sheet(known: Known) -> Sheet:
    """Return what there is, counted, and how sure it is."""
    catalogue, landscape = known.catalogue, known.landscape
    tables = catalogue.tables.values()
    columns = [column for table in tables for column in table.columns]
    entries = [code for codes in catalogue.code_lists.values() for code in codes.entries]
    offered = sum(prepared.offered for prepared in catalogue.prepared.values())
    counted = (
        ("datasets of people", len(known.datasets), "datasets"),
        ("tables", len(catalogue.tables), "show NAME"),
        ("tables of which no column is known", len(catalogue.outlines), "show NAME"),
        ("columns", len(columns), "show TABLE.COLUMN"),
        ("code lists", len(catalogue.code_lists), "codes COLUMN"),
        ("meanings of codes", len(entries), "codes COLUMN"),
        ("codelists for studies", len(known.codelists), "show NAME"),
        ("sources for study files", offered, "show NAME"),
        ("caveats", len(known.limits), "caveats"),
        ("disagreements between sources", len(known.disagreements), "disagreements"),
        ("published series", len(known.series), "datasets --published"),
        ("themes", len(landscape.themes), "show NAME"),
        ("places that publish", len(landscape.outlets), "show NAME"),
        ("entities", len(known.linked.entities), "show NAME"),
        ("links between entities", len(known.linked.links), "links"),
        ("things that nobody publishes", len(landscape.gaps), "show THEME"),
        ("kinds of areas", len(known.geography.levels), "areas"),
        ("areas", len(known.geography.areas), "areas"),
        ("small areas of 2011 with their deprivation", len(known.geography.small_areas), "show CODE"),
        ("small areas of 2021 with their deprivation", len(known.geography.small_areas_2021), "show CODE"),
        ("tables of published figures", len(known.figures), "figures"),
    )
    counts = Listing(
        "counts",
        "What there is",
        (("what", "What"), ("number", "Number"), ("command", "Shown by")),
        tuple(Row((what, number, f"cohort catalogue {command}")) for what, number, command in counted),
        counted=False,
    )
    confidence = Listing(
        "confidence",
        "How sure it is",
        (("what", "What"), *((name, name) for name, _ in CONFIDENCES)),
        counts_of_facts(known),
        note="; ".join(f"{name}: {meaning}" for name, meaning in CONFIDENCES) + ".",
        counted=False,
    )
    return Sheet(None, "The catalogue of Welsh holdings", (), (counts, confidence))


def datasets_sheet(known: Known, *, published: bool = False, theme: str = "") -> Sheet:
    """Return the datasets of people, or the published series; of one theme where that is named."""
    wanted = [
        entry
        for entry in known.landscape.entries.values()
        if entry.published == published and (not theme or theme in _themes(known, entry.id))
    ]
    listings = [entries_listing(wanted)]
    if not published and not theme:
        listings.append(_not_in_landscape(known))
    title = "Published series" if published else "Datasets of people"
    if theme:
        title += f": {known.landscape.themes[theme].title}"
    return Sheet(None, title, (), tuple(listings))


def _themes(known: Known, name: str) -> set[str]:
    return {fact.text for fact in known.landscape.entries[name].about.themes.facts}


def _not_in_landscape(known: Known) -> Listing:
    """Holdings for which the list of datasets has no entry of their own."""
    rows = tuple(
        Row((name, holding.title, holding.owner, holding.owner_confidence), Ref(Sort.DATASET, name))
        for name, holding in sorted(known.catalogue.holdings.items())
        if name not in known.landscape.entries
    )
    heads = (("name", "Name"), ("title", "Title"), ("owner", "Owner"), ("sure", "Owner is"))
    return Listing(
        "holdings", "Holdings without an entry in the list of datasets", heads, rows, empty="None."
    )


def caveats_sheet(known: Known, *, dataset: str = "", dimension: str = "", severity: str = "") -> Sheet:
    """Return the caveats, of one dataset or series (also those that it shares), dimension or severity if named."""
    limits = known.limits
    if dataset:
        entry = known.landscape.entries.get(dataset)
        names = known.landscape.caveats_of(entry) if entry is not None else ()
        limits = tuple(known.limits_by_id[name] for name in names)
    limits = tuple(
        limit
        for limit in limits
        if dimension in ("", limit.dimension.value) and severity in ("", limit.severity.value)
    )
    words = "caveat" if len(limits) == 1 else "caveats"
    return Sheet(None, "Caveats", (), (caveats_listing(limits),), f"{len(limits)} {words}.")
