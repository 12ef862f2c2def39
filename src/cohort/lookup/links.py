"""What a table is linked to, and by which columns.

Within a dataset two tables are linked by keys of the same name, together with what else tells rows apart in both;
across datasets by the fields of ``linking_fields.yaml`` alone. The former are read off names; no source declares them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.model import Catalogue, Confidence, HeldColumn, HeldTable
from cohort.catalogue.nodes import (
    confidence_of,
    items,
    list_of,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
)
from cohort.source import Source
from cohort.types import Kind

READING = "our reading of names that both tables have"


@dataclass(frozen=True)
class LinkingField:
    """A field that means the same in several datasets.

    ``by`` has for each form of it the physical name, the datasets in which it is meant (empty: all), and the column
    that it needs beside it (empty: none).
    """

    id: str
    title: str
    by: tuple[tuple[str, tuple[str, ...], str], ...]
    says: str
    confidence: Confidence
    source: str

    def columns_in(self, table: HeldTable) -> tuple[tuple[str, ...], ...]:
        """Return the columns of a table that are of this field, each with what it needs beside it.

        A table can have several: the linking field of a child and that of its mother are two people.
        """
        found: list[tuple[str, ...]] = []
        for physical, datasets, beside in self.by:
            if datasets and table.dataset not in datasets:
                continue
            names = {column.name for column in table.columns}
            if beside and beside not in names:
                continue
            own = [column.name for column in table.columns if column.physical == physical]
            found += [(name, beside) if beside else (name,) for name in own]
        return tuple(found)


@dataclass(frozen=True)
class LinkingFields:
    """All linking fields, the keys that link nothing, the columns that alone link nothing, and other names.

    ``stands_for`` has for ``(table, column)`` the name that its content has in the other tables of its dataset.
    """

    fields: tuple[LinkingField, ...]
    mentioned: frozenset[str]
    never_alone: frozenset[str]
    stands_for: Mapping[tuple[str, str], str]

    def name_of(self, table: HeldTable, column: HeldColumn) -> str:
        """Return the name that a column has within its dataset."""
        return self.stands_for.get((table.name, column.name), column.name)


@dataclass(frozen=True)
class Link:
    """Tables that a table is linked to by the same columns.

    ``columns`` are the columns of the table itself; ``field`` is the title of the linking field where the link goes to
    other datasets (empty: within the dataset); ``tables`` are the logical names of the others.
    """

    columns: tuple[str, ...]
    field: str
    tables: tuple[str, ...]
    says: str
    confidence: Confidence
    source: str


@cache
def load_linking_fields() -> LinkingFields:
    """Return the shipped linking fields; a fault in the file raises ``CatalogueFault``."""
    name = "linking_fields.yaml"
    return read_linking_fields(
        Source(f"lookup/{name}", files("cohort.lookup").joinpath(name).read_text("utf-8"))
    )


def read_linking_fields(source: Source) -> LinkingFields:
    """Return the linking fields of a file; a fault raises ``CatalogueFault`` with file and line."""
    root = read_map(source)
    only(root, {"fields", "mentioned", "never_alone", "stands_for"})
    found: list[LinkingField] = []
    for key, node in items(root, "fields"):
        written = map_of(node)
        only(written, {"title", "by", "says", "confidence", "source"})
        forms = []
        for item in list_of(written, "by"):
            form = map_of(item)
            only(form, {"physical", "datasets", "with"})
            datasets = texts_of(form, "datasets", needed=False)
            forms.append((text_of(form, "physical"), datasets, optional(form, "with") or ""))
        found.append(
            LinkingField(
                key.text,
                text_of(written, "title"),
                tuple(forms),
                text_of(written, "says"),
                confidence_of(written, "confidence"),
                text_of(written, "source"),
            )
        )
    stands_for: dict[tuple[str, str], str] = {}
    for item in list_of(root, "stands_for", needed=False):
        written = map_of(item)
        only(written, {"table", "columns", "holds"})
        for column in texts_of(written, "columns"):
            stands_for[text_of(written, "table"), column] = text_of(written, "holds")
    return LinkingFields(
        tuple(found),
        frozenset(texts_of(root, "mentioned")),
        frozenset(texts_of(root, "never_alone")),
        stands_for,
    )


def links_of(table: HeldTable, catalogue: Catalogue) -> tuple[Link, ...]:
    """Return the links of a table: first within its dataset, by the columns shared, then to other datasets."""
    known = load_linking_fields()
    return (*_within(table, catalogue, known), *_across(table, catalogue, known))


def _within(table: HeldTable, catalogue: Catalogue, known: LinkingFields) -> Iterator[Link]:
    by_columns: dict[tuple[str, ...], list[str]] = {}
    for other in catalogue.tables.values():
        if other.dataset != table.dataset or other.name == table.name:
            continue
        shared = _shared(table, other, known)
        if shared:
            by_columns.setdefault(shared, []).append(other.name)
    for columns, tables in by_columns.items():
        yield Link(columns, "", tuple(tables), "Both tables have columns of these names.", "likely", READING)


def _shared(table: HeldTable, other: HeldTable, known: LinkingFields) -> tuple[str, ...]:
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


def _across(table: HeldTable, catalogue: Catalogue, known: LinkingFields) -> Iterator[Link]:
    for linking in known.fields:
        others = [
            other.name
            for other in catalogue.tables.values()
            if other.dataset != table.dataset and linking.columns_in(other)
        ]
        for columns in linking.columns_in(table) if others else ():
            yield Link(
                columns,
                linking.title,
                tuple(others),
                linking.says,
                linking.confidence,
                linking.source,
            )
