"""The sheets of shipped codelists: from where the codes are, which columns can hold them, and each code."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.catalogue.code_systems import may_stand_in
from cohort.catalogue.codelist_file import CodelistFile
from cohort.catalogue.codelist_head import CodelistHead
from cohort.catalogue.model import Confidence, HeldColumn
from cohort.lookup.known import Known
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort, Statement
from cohort.lookup.words import CONFIDENCES

_COMPARED = {
    "whole": "with whole codes",
    "beginnings": "with the beginnings of codes",
    "": "as the study decides",
}
_OWN = ("code", "label", "source")
"""Columns of a codelist that have a column of their own here."""


def sheet_of_codelist(known: Known, name: str) -> Sheet:
    """Return the sheet of a shipped codelist by its name."""
    read = known.codelists[name]
    ref = Ref(Sort.CODELIST, name)
    assert read.head is not None, "a shipped codelist has a head"
    listings = (_codes(read, read.head), _columns(known, read.head))
    note = f"`cohort codelist new PATH --from {name}` copies it to a study."
    return Sheet(ref, read.head.name, tuple(_statements(known, read.head)), listings, note)


def sureness(head: CodelistHead) -> Confidence:
    """Return the confidence of a codelist; one that says none is not known to be right."""
    return next((sure for sure, _ in CONFIDENCES if sure == head.confidence), "unknown")


def codelists_of(known: Known, system: str) -> tuple[Ref, ...]:
    """Return the shipped codelists whose codes can occur where codes of a system (or of a code list) stand."""
    return tuple(
        Ref(Sort.CODELIST, name)
        for name, read in known.codelists.items()
        if read.head is not None and may_stand_in(read.head.system, system)
    )


def _statements(known: Known, head: CodelistHead) -> Iterator[Statement]:
    is_list = head.system in known.catalogue.code_lists
    yield Statement("holds", head.name, sureness(head), head.source)
    refs = (Ref(Sort.CODES, head.system),) if is_list else ()
    yield Statement("code system", head.system, None, "", refs)
    yield Statement("version", head.version, None, "")
    yield Statement("compared", _COMPARED[head.compared], None, "")
    if head.note:
        yield Statement("note", head.note, None, "")
    yield Statement("licence", head.licence, None, "")
    yield Statement("taken from its source on", head.retrieved.isoformat(), None, "")
    if head.address:
        yield Statement("address", head.address, None, "")
    if head.sha256:
        yield Statement("hash (SHA-256)", head.sha256, None, "")


def _codes(read: CodelistFile, head: CodelistHead) -> Listing:
    further = [place for place, column in enumerate(read.header) if column not in _OWN]
    source = read.header.index("source") if "source" in read.header else None
    rows = tuple(
        Row(
            (
                code,
                label,
                "; ".join(f"{read.header[place]}: {row[place]}" for place in further),
                head.source if source is None else row[source],
            )
        )
        for (code, label), row in zip(read.codes, read.rows, strict=True)
    )
    heads = (("code", "Code"), ("label", "Label"), ("further", "Further columns"), ("source", "Source"))
    return Listing("codelist", "Codes", heads, rows)


def _columns(known: Known, head: CodelistHead) -> Listing:
    rows = tuple(
        Row((f"{table.name}.{column.name}", column.physical), Ref(Sort.COLUMN, f"{table.name}.{column.name}"))
        for table in known.catalogue.tables.values()
        for column in table.columns
        if _can_hold(column, head)
    )
    heads = (("name", "Column"), ("physical", "Physical name"))
    return Listing(
        "columns", "Columns that can hold them", heads, rows, empty="No column is known to hold them."
    )


def _can_hold(column: HeldColumn, head: CodelistHead) -> bool:
    system = column.type.code_list or column.code_system
    return bool(system) and may_stand_in(head.system, system)
