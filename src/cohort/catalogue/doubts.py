"""What the catalogue is not sure of: names, types, codes and meanings that a study's author should ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cohort.catalogue.model import Catalogue, CodeList, Confidence, HeldColumn, HeldTable, TableOutline

_DOUBTFUL: tuple[Confidence, ...] = ("guess", "background", "unknown")


@dataclass(frozen=True)
class Doubt:
    """Facts of one kind about a table, a list of codes or a holding that are not sure.

    ``subject`` is the logical name of what they belong to; ``dataset`` that of its holding (empty for a list of codes,
    which several holdings may use); ``names`` are the columns or codes concerned, none where it is the subject itself.
    """

    subject: str
    dataset: str
    kind: str
    confidence: Confidence
    names: tuple[str, ...]
    source: str


def doubts(catalogue: Catalogue) -> tuple[Doubt, ...]:
    """Return everything that is guessed, general knowledge without a source, or not known, in the catalogue's order.

    Facts in words (``known``, ``coverage``, ``also_holds``) are not repeated here: each shows its confidence itself.
    """
    found: list[Doubt] = []
    for holding in catalogue.holdings.values():
        name = holding.name
        found += _itself(name, name, "owner", holding.owner_confidence, holding.source)
    for table in catalogue.tables.values():
        found += _of_table(table)
    for outline in catalogue.outlines.values():
        found += _of_outline(outline)
    for codes in catalogue.code_lists.values():
        found += _of_codes(codes)
    return tuple(found)


def _of_table(table: HeldTable) -> Iterator[Doubt]:
    name, dataset, source = table.name, table.dataset, table.source
    yield from _itself(name, dataset, "physical name", table.physical_confidence, source)
    yield from _itself(name, dataset, "grain and key", table.grain_confidence, source)
    if table.first_day or table.last_day:
        yield from _itself(name, dataset, "first and last day", table.days_confidence, table.days_source)
    if table.first_return is not None:
        yield from _itself(
            name, dataset, "first return", table.first_return_confidence, table.first_return_source
        )
    if table.spell and table.spell.end_day == "unknown":
        yield from _itself(name, dataset, "whether the end is in the spell", "unknown", table.spell.source)
    elif table.spell:
        yield from _itself(
            name, dataset, "whether the end is in the spell", table.spell.confidence, table.spell.source
        )
    yield from _of_columns(table, "names of columns", lambda column: column.confidence)
    yield from _of_columns(table, "types of columns", lambda column: column.type_confidence)
    # Where the type itself is doubtful its length goes without saying.
    sure = [c for c in table.columns if c.type.is_text and c.type_confidence not in _DOUBTFUL]
    yield from _of_columns(table, "lengths of columns", lambda c: c.length_confidence, sure)


def _of_columns(
    table: HeldTable,
    kind: str,
    confidence_of: Callable[[HeldColumn], Confidence],
    columns: list[HeldColumn] | None = None,
) -> Iterator[Doubt]:
    chosen = list(table.columns) if columns is None else columns
    for confidence in _DOUBTFUL:
        by_source: dict[str, list[str]] = {}
        for column in chosen:
            if confidence_of(column) == confidence:
                by_source.setdefault(column.source or table.source, []).append(column.name)
        for source, names in by_source.items():
            yield Doubt(table.name, table.dataset, kind, confidence, tuple(names), source)


def _of_outline(outline: TableOutline) -> Iterator[Doubt]:
    name, dataset, source = outline.name, outline.dataset, outline.source
    yield from _itself(name, dataset, "physical name", outline.physical_confidence, source)
    yield from _itself(name, dataset, "grain", outline.grain_confidence, source)
    yield Doubt(name, dataset, "names of columns", "unknown", (), source)


def _of_codes(codes: CodeList) -> Iterator[Doubt]:
    for confidence in _DOUBTFUL:
        names = tuple(dict.fromkeys(e.code for e in codes.entries if e.confidence == confidence))
        if names:
            yield Doubt(codes.name, "", "codes and their years", confidence, names, codes.source)
    for confidence in _DOUBTFUL:
        names = tuple(dict.fromkeys(e.code for e in codes.entries if e.label_confidence == confidence))
        if names:
            yield Doubt(codes.name, "", "labels of codes", confidence, names, codes.source)
    if not codes.complete:
        yield Doubt(codes.name, "", "further codes", "unknown", (), codes.source)


def _itself(subject: str, dataset: str, kind: str, confidence: Confidence, source: str) -> tuple[Doubt, ...]:
    return (Doubt(subject, dataset, kind, confidence, (), source),) if confidence in _DOUBTFUL else ()
