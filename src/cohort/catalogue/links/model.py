"""Entities and the links between them as typed values: keys, tables, match statuses, conflicts and their counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cohort.catalogue.model import Confidence, Fact, HeldColumn, HeldTable

Kept = Literal["all", "some", "none", "not stated"]
"""How many of the links of one source a filter on the match status keeps."""


@dataclass(frozen=True)
class KeyForm:
    """One form in which tables hold the key of an entity.

    Either ``physical`` (with ``{key}`` for the suffix of a project's keys) or the logical ``column`` is given, the
    other is empty. ``datasets`` are those in which it is meant (empty: all), ``tables`` likewise. ``beside`` is the
    column that it needs beside it (empty: none). Only forms with ``across`` are the same in another dataset.
    """

    physical: str
    column: str
    datasets: tuple[str, ...]
    tables: tuple[str, ...]
    beside: str
    across: bool

    def columns_in(self, table: HeldTable) -> tuple[tuple[str, ...], ...]:
        """Return the columns of a table that are of this form, each with what it needs beside it."""
        if (self.datasets and table.dataset not in self.datasets) or (
            self.tables and table.name not in self.tables
        ):
            return ()
        if self.beside and self.beside not in {column.name for column in table.columns}:
            return ()
        own = [column.name for column in table.columns if self._is(column)]
        return tuple((name, self.beside) if self.beside else (name,) for name in own)

    def _is(self, column: HeldColumn) -> bool:
        return column.physical == self.physical if self.physical else column.name == self.column


@dataclass(frozen=True)
class Entity:
    """Somebody or something that records are about. ``unit`` is the unit of studies that counts it (empty: none)."""

    id: str
    title: str
    says: str
    unit: str
    forms: tuple[KeyForm, ...]
    confidence: Confidence
    source: str
    known: tuple[Fact, ...]

    def columns_in(self, table: HeldTable, *, across: bool = False) -> tuple[tuple[str, ...], ...]:
        """Return the columns of a table that stand for the entity, each with what it needs beside it.

        A table can have several: the linking field of a child and that of its mother are two people. With ``across``
        only those that are the same in other datasets.
        """
        forms = (form for form in self.forms if form.across or not across)
        return tuple(columns for form in forms for columns in form.columns_in(table))


@dataclass(frozen=True)
class Way:
    """Where a link stands: a table, and its columns for the one entity and the other.

    ``to_table`` is another table whose columns ``to`` are the same (empty: both are columns of ``table``).
    """

    table: str
    start: tuple[str, ...]
    to_table: str
    to: tuple[str, ...]
    says: str
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class StatusOf:
    """Which match statuses the links from one source carry: ``missing`` means none; no ``values``, that nobody says."""

    code: str
    values: tuple[str, ...]
    missing: bool
    confidence: Confidence
    source: str

    def kept_by(self, accepted: tuple[str, ...]) -> Kept:
        """Return how many of these links a filter on some statuses keeps. A missing status passes no filter."""
        if self.missing:
            return "none"
        if not self.values:
            return "not stated"
        kept = sum(value in accepted for value in self.values)
        return "all" if kept == len(self.values) else "some" if kept else "none"


@dataclass(frozen=True)
class StatusFilter:
    """What a filter on the match status does to links that come from several sources.

    ``column`` holds the status and ``by`` the source of the link, both in ``table``; ``usual`` are the statuses that
    analysts usually accept.
    """

    table: str
    column: str
    by: str
    usual: tuple[str, ...]
    says: str
    confidence: Confidence
    source: str
    of: tuple[StatusOf, ...]

    def lost(self, kept: Kept) -> tuple[str, ...]:
        """Return the sources of links of which the usual filter keeps so many."""
        return tuple(one.code for one in self.of if one.kept_by(self.usual) == kept)


@dataclass(frozen=True)
class Counted:
    """Where the number of a conflict appears.

    Either ``report`` names prepared rows: the report on their links has the row ``conflicting``, in studies of
    ``unit``. Or ``study`` names a study that comes with the catalogue, and ``output`` its table.
    """

    report: str
    unit: str
    study: str
    output: str
    says: str


@dataclass(frozen=True)
class Conflict:
    """A contradiction between links: what it is, the rule by which preparation settles it, and where it is counted.

    ``done_by`` are steps of preparation as ``rows.step`` (empty: none does anything, which ``rule`` then says).
    ``others`` is what others do about it. ``not_counted`` says why nothing counts it (empty: something does).
    """

    id: str
    says: str
    rule: str
    done_by: tuple[str, ...]
    confidence: Confidence
    source: str
    others: tuple[Fact, ...]
    counted: tuple[Counted, ...]
    not_counted: str


@dataclass(frozen=True)
class EntityLink:
    """How two entities are linked: where, through which preparation, how sure, and what can contradict.

    ``prepared`` are the rows of the language that use it; where there are none, ``not_prepared`` says why. ``caveats``
    are ids of known limits.
    """

    id: str
    title: str
    between: tuple[str, str]
    says: str
    confidence: Confidence
    source: str
    ways: tuple[Way, ...]
    prepared: tuple[str, ...]
    not_prepared: str
    known: tuple[Fact, ...]
    statuses: StatusFilter | None
    conflicts: tuple[Conflict, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class EntityLinks:
    """All entities and links, and what of names within one dataset is no link.

    ``mentioned`` are keys that link nothing, ``never_alone`` columns that alone link nothing, and ``stands_for`` has
    for ``(table, column)`` the name that its content has in the other tables of its dataset.
    """

    entities: Mapping[str, Entity]
    links: Mapping[str, EntityLink]
    mentioned: frozenset[str]
    never_alone: frozenset[str]
    stands_for: Mapping[tuple[str, str], str]

    def name_of(self, table: HeldTable, column: HeldColumn) -> str:
        """Return the name that a column has within its dataset."""
        return self.stands_for.get((table.name, column.name), column.name)

    def of_entity(self, name: str) -> tuple[EntityLink, ...]:
        """Return the links in which an entity takes part."""
        return tuple(link for link in self.links.values() if name in link.between)

    def through(self, table: str) -> tuple[tuple[EntityLink, Way], ...]:
        """Return the links that stand in a table, each with how."""
        return tuple(
            (link, way)
            for link in self.links.values()
            for way in link.ways
            if table in (way.table, way.to_table)
        )
