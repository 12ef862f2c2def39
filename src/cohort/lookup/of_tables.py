"""The sheets of tables, of tables of which no column is known, and of single columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.catalogue.model import HeldColumn, HeldTable, TableOutline
from cohort.lookup.known import Known
from cohort.lookup.links import links_of
from cohort.lookup.of_codelists import codelists_of
from cohort.lookup.of_links import filter_statements, links_through
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort, Statement
from cohort.lookup.words import SUFFIX_NOTE, characters, of_facts, period, physical_words, type_of

_ENDS = {
    "in": "is the last day in the spell",
    "outside": "is the first day outside the spell",
    "unknown": "may be in the spell or outside; no source says",
}


def sheet_of_table(known: Known, table: HeldTable) -> Sheet:
    """Return the sheet of a table: what is known of it, its columns, its links, and the sources made from it."""
    return Sheet(
        Ref(Sort.TABLE, table.name),
        table.label,
        (*_statements(table), *filter_statements(known, table)),
        (
            _columns(table),
            links_listing(known, table),
            links_through(known, table),
            _read_by(known, table),
            _caveats(known, table),
        ),
        SUFFIX_NOTE if any("{key}" in column.physical for column in table.columns) else "",
    )


def sheet_of_outline(known: Known, outline: TableOutline) -> Sheet:
    """Return the sheet of a table of which no column is known."""
    say = [
        Statement("dataset", outline.dataset, None, "", (Ref(Sort.DATASET, outline.dataset),)),
        Statement(
            "physical name", physical_words(outline.physical), outline.physical_confidence, outline.source
        ),
        Statement("grain", outline.grain, outline.grain_confidence, outline.source),
        Statement("columns", "none is public, so no study can read this table", "unknown", outline.source),
        *of_facts("holds", outline.also_holds),
    ]
    return Sheet(
        Ref(Sort.TABLE, outline.name), outline.label, tuple(say), (_of_dataset(known, outline.dataset, ""),)
    )


def sheet_of_column(known: Known, table: HeldTable, column: HeldColumn) -> Sheet:
    """Return the sheet of one column."""
    source = column.source or table.source
    say = [
        Statement("table", table.label, None, "", (Ref(Sort.TABLE, table.name),)),
        Statement("physical name", column.physical, column.confidence, source),
        Statement("type", type_of(column), column.type_confidence, source),
        Statement("sensitivity", column.sensitivity, None, ""),
    ]
    if column.type.length is not None:
        words = characters(column.type.length)
        say.append(Statement("length", words, column.length_confidence, source))
    if column.type.code_list:
        listed = column.type.code_list
        say.append(Statement("codes", listed, None, "", (Ref(Sort.CODES, listed),)))
    if column.code_system:
        say.append(Statement("code system", column.code_system, column.type_confidence, source))
        lists = codelists_of(known, column.code_system)
        if lists:
            say.append(Statement("codelists for studies", "of this code system", None, "", lists))
    for value, meaning in column.special:
        say.append(Statement("special value", f"{value}: {meaning}", column.confidence, source))
    if column.name in table.key:
        say.append(Statement("key", "part of the key of its table", table.grain_confidence, table.source))
    for link in links_of(table, known.catalogue):
        if column.name in link.columns:
            refs = tuple(Ref(Sort.TABLE, name) for name in link.tables)
            where = f"the {link.field}, in other datasets" if link.field else "rows of the same dataset"
            say.append(Statement("links to", where, link.confidence, link.source, refs))
    say += filter_statements(known, table, column.name)
    note = SUFFIX_NOTE if "{key}" in column.physical else ""
    return Sheet(Ref(Sort.COLUMN, f"{table.name}.{column.name}"), column.label, tuple(say), (), note)


def links_listing(known: Known, table: HeldTable) -> Listing:
    """Return what a table is linked to, and by which of its columns."""
    rows = tuple(
        Row(
            (
                ", ".join(link.columns),
                link.field or "the same dataset",
                tuple(Ref(Sort.TABLE, name) for name in link.tables),
                link.says,
                link.confidence,
                link.source,
            )
        )
        for link in links_of(table, known.catalogue)
    )
    heads = (
        *(("by", "By"), ("of", "Of the same"), ("tables", "Tables"), ("says", "Meaning")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    return Listing("links", "Links", heads, rows, empty="No column is known to link it to another table.")


def columns_listing(known: Known, refs: Iterable[Ref]) -> Listing:
    """Return columns of several tables in one list."""
    heads = (
        *(("name", "Column"), ("physical", "Physical name"), ("label", "Holds")),
        *(("type", "Type"), ("type_sure", "Type is"), ("system", "Code system")),
    )
    rows = []
    for ref in refs:
        table, _, name = ref.name.partition(".")
        column = next(one for one in known.catalogue.tables[table].columns if one.name == name)
        cells = (ref.name, column.physical, column.label, type_of(column), column.type_confidence)
        rows.append(Row((*cells, column.code_system), ref))
    return Listing("columns", "Columns", heads, tuple(rows))


def _statements(table: HeldTable) -> Iterator[Statement]:
    source = table.source
    yield Statement("dataset", table.dataset, None, "", (Ref(Sort.DATASET, table.dataset),))
    yield Statement("physical name", physical_words(table.physical), table.physical_confidence, source)
    yield Statement("grain", table.grain, table.grain_confidence, source)
    yield Statement("key", ", ".join(table.key), table.grain_confidence, source)
    if table.first_day or table.last_day:
        days = period(table.first_day, table.last_day)
        yield Statement("holds days", days, table.days_confidence, table.days_source)
    else:
        yield Statement("holds days", "first and last day are not stated", "unknown", "")
    if table.returned:
        words = f"a yearly return; the column {table.returned} has the year"
        yield Statement("returned", words, table.grain_confidence, source)
    if table.first_return is not None:
        sure, said_by = table.first_return_confidence, table.first_return_source
        yield Statement("first return", str(table.first_return), sure, said_by)
    if table.spell is not None:
        spell = table.spell
        words = f"from {spell.start} to {spell.end}, which {_ENDS[spell.end_day]}"
        yield Statement(
            "spells", words, spell.confidence if spell.end_day != "unknown" else "unknown", spell.source
        )
    yield from of_facts("coverage", table.coverage)
    yield from of_facts("also holds", table.also_holds)
    if table.columns_published is not None:
        words = (
            f"{table.columns_published} columns in published metadata; {len(table.columns)} are listed here"
        )
        yield Statement("columns", words, None, source)


def _columns(table: HeldTable) -> Listing:
    heads = (
        *(
            ("name", "Name"),
            ("key", "Key"),
            ("physical", "Physical name"),
            ("name_sure", "Name is"),
            ("label", "Holds"),
        ),
        *(
            ("type", "Type"),
            ("type_sure", "Type is"),
            ("codes", "Codes"),
            ("system", "Code system"),
            ("special", "Special values"),
        ),
        *(("sensitivity", "Sensitivity"), ("source", "Source")),
    )
    rows = tuple(
        Row(
            (
                column.name,
                "yes" if column.name in table.key else "",
                column.physical,
                column.confidence,
                column.label,
                type_of(column),
                column.type_confidence,
                (Ref(Sort.CODES, column.type.code_list),) if column.type.code_list else (),
                column.code_system,
                "; ".join(f"{value}: {meaning}" for value, meaning in column.special),
                column.sensitivity,
                column.source or table.source,
            ),
            Ref(Sort.COLUMN, f"{table.name}.{column.name}"),
        )
        for column in table.columns
    )
    return Listing("columns", "Columns", heads, rows)


def _read_by(known: Known, table: HeldTable) -> Listing:
    rows = tuple(
        Row((prepared.name, prepared.label), Ref(Sort.SOURCE, prepared.name))
        for prepared in known.catalogue.prepared.values()
        if prepared.start == table.name
    )
    heads = (("name", "Source"), ("label", "Holds"))
    empty = "No source of study files is prepared from this table yet."
    return Listing("sources", "Sources made from it", heads, rows, empty=empty)


def _caveats(known: Known, table: HeldTable) -> Listing:
    return _of_dataset(known, table.dataset, table.listed_as)


def _of_dataset(known: Known, dataset: str, listed_as: str) -> Listing:
    entries = known.landscape.entries
    found = [entries[name] for name in dict.fromkeys((listed_as, dataset)) if name in entries]
    names = dict.fromkeys(caveat for entry in found for caveat in entry.caveats)
    rows = tuple(
        Row((name, limit.dimension.value, limit.message), Ref(Sort.CAVEAT, name))
        for name in names
        if (limit := known.limits_by_id.get(name)) is not None
    )
    heads = (("name", "Caveat"), ("dimension", "Dimension"), ("message", "Says"))
    return Listing(
        "caveats", "Caveats of its dataset", heads, rows, empty="No caveat is recorded for its dataset alone."
    )
