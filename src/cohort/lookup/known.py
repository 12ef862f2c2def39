"""All that can be looked up, in one place: the tables, the landscape and the known limits, and every name in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from cohort.catalogue.caveats import KnownLimit, load_limits
from cohort.catalogue.codelist_file import CodelistFile
from cohort.catalogue.codelist_shipped import read_shipped
from cohort.catalogue.disagreements import Disagreement, load_disagreements
from cohort.catalogue.geography import FiguresTable, Geography, load_figures, load_geography
from cohort.catalogue.landscape import Entry, Landscape
from cohort.catalogue.links import EntityLinks, load_links
from cohort.catalogue.load import load_catalogue
from cohort.catalogue.load_grounds import Grounds, load_grounds
from cohort.catalogue.load_landscape import load_landscape
from cohort.catalogue.model import Catalogue, CodeList, HeldColumn, HeldTable
from cohort.lookup.sheet import Ref, Sort


@dataclass(frozen=True)
class Named:
    """A thing with its name, its physical name (empty: none) and its title."""

    ref: Ref
    physical: str
    title: str


@dataclass(frozen=True)
class Known:
    """The catalogue, the landscape, the known limits, links, areas, and the tables of published figures."""

    catalogue: Catalogue
    landscape: Landscape
    limits: tuple[KnownLimit, ...]
    linked: EntityLinks = field(default_factory=load_links)
    geography: Geography = field(default_factory=load_geography)
    figures: Mapping[str, FiguresTable] = field(default_factory=load_figures)

    @cached_property
    def grounds(self) -> Grounds:
        """Who says that each step of preparation is done."""
        return load_grounds()

    @cached_property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """The questions on which sources differ."""
        return load_disagreements()

    @cached_property
    def codelists(self) -> Mapping[str, CodelistFile]:
        """The shipped codelists by name."""
        return read_shipped({name: held.codes for name, held in self.catalogue.code_lists.items()})

    @cached_property
    def limits_by_id(self) -> dict[str, KnownLimit]:
        """The known limits by their ids."""
        return {limit.id: limit for limit in self.limits}

    @cached_property
    def datasets(self) -> tuple[str, ...]:
        """The datasets of people, first those whose tables are known, each in alphabetical order."""
        of_people = {entry.id for entry in self.landscape.entries.values() if not entry.published}
        return (*sorted(self.catalogue.holdings), *sorted(of_people - set(self.catalogue.holdings)))

    @cached_property
    def series(self) -> tuple[Entry, ...]:
        """The published series, in the order of the landscape."""
        return tuple(entry for entry in self.landscape.entries.values() if entry.published)

    @cached_property
    def named(self) -> tuple[Named, ...]:
        """Everything that has a name, in the order of its sort and then of the catalogue."""
        return tuple(_named(self))

    @cached_property
    def by_ref(self) -> dict[Ref, Named]:
        """Everything that has a name, by sort and name."""
        return {found.ref: found for found in self.named}

    def title_of(self, dataset: str) -> str:
        """Return the title of a dataset, which the landscape may have, or only its tables."""
        entry = self.landscape.entries.get(dataset)
        return entry.title.text if entry is not None else self.catalogue.holdings[dataset].title

    def tables_of(self, dataset: str) -> tuple[HeldTable, ...]:
        """Return the tables of a dataset, also those that the list of datasets has under an id of their own."""
        tables = self.catalogue.tables.values()
        return tuple(table for table in tables if dataset in (table.dataset, table.listed_as))

    def columns_with(self, codes: CodeList) -> tuple[tuple[HeldTable, HeldColumn], ...]:
        """Return the columns whose values are of a list of codes."""
        return tuple(
            (table, column)
            for table in self.catalogue.tables.values()
            for column in table.columns
            if column.type.code_list == codes.name
        )


@cache
def load_known() -> Known:
    """Return all that the package knows; a fault in a data file raises ``CatalogueFault``."""
    limits = load_limits()
    landscape = load_landscape(frozenset(limit.id for limit in limits))
    return Known(load_catalogue(), landscape, limits)


def _named(known: Known) -> Iterator[Named]:
    catalogue, landscape = known.catalogue, known.landscape
    for dataset in known.datasets:
        yield Named(Ref(Sort.DATASET, dataset), "", known.title_of(dataset))
    for prepared in catalogue.prepared.values():
        yield Named(Ref(Sort.SOURCE, prepared.name), "", prepared.label)
    for table in catalogue.tables.values():
        yield Named(Ref(Sort.TABLE, table.name), table.physical, table.label)
    for outline in catalogue.outlines.values():
        yield Named(Ref(Sort.TABLE, outline.name), outline.physical, outline.label)
    for codes in catalogue.code_lists.values():
        yield Named(Ref(Sort.CODES, codes.name), "", codes.label)
    for table in catalogue.tables.values():
        for column in table.columns:
            yield Named(Ref(Sort.COLUMN, f"{table.name}.{column.name}"), column.physical, column.label)
    for codes in catalogue.code_lists.values():
        for code in dict.fromkeys(entry.code for entry in codes.entries):
            labels = dict.fromkeys(entry.label for entry in codes.entries if entry.code == code)
            yield Named(Ref(Sort.CODE, f"{codes.name}.{code}"), "", "; ".join(labels))
    for limit in known.limits:
        yield Named(Ref(Sort.CAVEAT, limit.id), "", limit.message)
    for entry in known.series:
        yield Named(Ref(Sort.SERIES, entry.id), "", entry.title.text)
    for theme in landscape.themes.values():
        yield Named(Ref(Sort.THEME, theme.id), "", theme.title)
    for outlet in landscape.outlets.values():
        yield Named(Ref(Sort.PUBLISHER, outlet.name), "", outlet.offers.text)
    for entity in known.linked.entities.values():
        yield Named(Ref(Sort.ENTITY, entity.id), "", entity.says)
    for link in known.linked.links.values():
        yield Named(Ref(Sort.LINK, link.id), "", link.title)
    for level in known.geography.levels.values():
        yield Named(Ref(Sort.GEOGRAPHY, level.name), "", level.title)
    for area in known.geography.areas.values():
        title = f"{area.title} ({known.geography.levels[area.level].one})"
        yield Named(Ref(Sort.AREA, area.name), area.code.code if area.code else "", title)
    for figures in known.figures.values():
        yield Named(Ref(Sort.FIGURES, figures.name), "", figures.title)
    for name, read in known.codelists.items():
        yield Named(Ref(Sort.CODELIST, name), "", read.head.name if read.head is not None else name)
