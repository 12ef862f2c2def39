"""What a table is linked to, and by which columns.

Within a dataset two tables are linked by keys of the same name, together with what else tells rows apart in both;
across datasets by the keys of entities alone. The former are read off names; no source declares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cohort.catalogue.links import EntityLinks, load_links
from cohort.catalogue.model import Catalogue, Confidence, HeldColumn, HeldTable
from cohort.types import Kind

READING = "our reading of names that both tables have"


@dataclass(frozen=True)
class Link:
    """Tables that a table is linked to by the same columns.

    ``columns`` are the columns of the table itself; ``field`` is the title of the entity where the link goes to other
    datasets (empty: within the dataset); ``tables`` are the logical names of the others.
    """

    columns: tuple[str, ...]
    field: str
    tables: tuple[str, ...]
    says: str
    confidence: Confidence
    source: str


def links_of(table: HeldTable, catalogue: Catalogue) -> tuple[Link, ...]:
    """Return the links of a table: first within its dataset, by the columns shared, then to other datasets."""
    known = load_links()
    return (*_within(table, catalogue, known), *_across(table, catalogue, known))


def _within(table: HeldTable, catalogue: Catalogue, known: EntityLinks) -> Iterator[Link]:
    by_columns: dict[tuple[str, ...], list[str]] = {}
    for other in catalogue.tables.values():
        if other.dataset != table.dataset or other.name == table.name:
            continue
        shared = _shared(table, other, known)
        if shared:
            by_columns.setdefault(shared, []).append(other.name)
    for columns, tables in by_columns.items():
        yield Link(columns, "", tuple(tables), "Both tables have columns of these names.", "likely", READING)


def _shared(table: HeldTable, other: HeldTable, known: EntityLinks) -> tuple[str, ...]:
    """Return the columns that both have and that are a key of their own, or tell rows apart in both."""
    theirs: dict[str, HeldColumn] = {}
    for column in other.columns:
        theirs.setdefault(known.name_of(other, column), column)
    shared = []
    for column in table.columns:
        twin = theirs.get(known.name_of(table, column))
        if twin is None or column.name in known.mentioned:
            continue
        is_key = column.type.kind is Kind.KEY and twin.type.kind is Kind.KEY
        if is_key or (column.name in table.key and twin.name in other.key):
            shared.append(column.name)
    return tuple(shared) if set(shared) - known.never_alone else ()


def _across(table: HeldTable, catalogue: Catalogue, known: EntityLinks) -> Iterator[Link]:
    for entity in known.entities.values():
        own = entity.columns_in(table, across=True)
        # Most tables hold few entities, and only for those are all other tables asked.
        others = [
            other.name
            for other in (catalogue.tables.values() if own else ())
            if other.dataset != table.dataset and entity.columns_in(other, across=True)
        ]
        for columns in own if others else ():
            yield Link(
                columns,
                entity.title,
                tuple(others),
                entity.says,
                entity.confidence,
                entity.source,
            )
