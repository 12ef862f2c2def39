"""The way to the data of a study: whom to ask, why, who is involved, and what fewer sources would change.

Decided from what the catalogue and public guidance say, by pure functions. Where sources disagree, both are given.
"""

from __future__ import annotations

from collections.abc import Iterable

from cohort.catalogue.model import Catalogue, Holding
from cohort.catalogue.route_types import (
    Asked,
    AskedDataset,
    AskedSource,
    AskedTable,
    Guidance,
    LinkedUnit,
    Reading,
    Route,
    Way,
    Without,
)
from cohort.diagnostics.listed import listed

_SOCIAL_SERVICES, _ELSEWHERE = "welsh_government", "elsewhere"

_ADVICE_OF = {
    Way.WELSH_GOVERNMENT: "welsh_government",
    Way.ASK_FIRST: "disagree",
    Way.SAIL: "sail",
    Way.UNKNOWN: "unknown",
}


def decide(asked: Asked, catalogue: Catalogue, guidance: Guidance) -> Route:
    """Return the way to the data of a study, by what the catalogue and the guidance say."""
    datasets = _datasets(asked.sources, catalogue)
    linked = next((unit for unit in guidance.linked_units if unit.unit == asked.unit), None)
    way = way_of(datasets, linked is not None, guidance)
    unlinked = way_of(datasets, False, guidance)
    social = tuple(dataset for dataset in datasets if dataset.route == _SOCIAL_SERVICES)
    only_social = bool(social) and len(social) == len(datasets)
    made = tuple(
        table
        for table in guidance.made_in_sail
        if way is not Way.SAIL and any(table.table in source.tables for source in asked.sources)
    )
    # The two readings matter where social-services data stand alone, or could.
    readings = guidance.readings if only_social else ()
    facts = [*(table.fact for table in made), *((linked.fact,) if linked else ())]
    if asked.published:
        facts += guidance.facts.get("published", ())
    owners = {dataset.owner for dataset in datasets}
    # A study of persons in social-services data alone could be asked of the Welsh Government but for its links.
    advice = [guidance.advice[_ADVICE_OF[way] if linked is None or not only_social else "linked"]]
    if way is Way.SAIL and unlinked is Way.ASK_FIRST:
        advice.append(guidance.advice["disagree"])
    under = Way.WELSH_GOVERNMENT if way is Way.ASK_FIRST else way
    return Route(
        asked.study,
        way,
        unlinked,
        _reasons(datasets, social, linked, way, readings),
        tuple(facts),
        readings,
        unlinked is Way.ASK_FIRST,
        " ".join(advice),
        tuple(table.ask for table in made),
        datasets,
        tuple(
            step
            for step in guidance.steps.get(under, ())
            if not step.only_with_owner or step.only_with_owner in owners
        ),
        guidance.not_known.get(under, ()),
        _smaller(asked, way, catalogue, guidance),
        _social_services_only(asked, datasets, catalogue, guidance),
        linked.instead if linked else "",
        asked.published,
    )


def way_of(datasets: Iterable[AskedDataset], linked: bool, guidance: Guidance) -> Way:
    """Return the way for datasets, and whether people must be told apart by a linking field.

    Anything but social-services data, or a linking field, goes through SAIL. Social-services data alone go to the Welsh
    Government where every reading agrees, and are asked about first where one does not.
    """
    found = tuple(datasets)
    if not found or any(dataset.route == _ELSEWHERE for dataset in found):
        return Way.UNKNOWN
    if linked or any(dataset.route != _SOCIAL_SERVICES for dataset in found):
        return Way.SAIL
    agreed = all(reading.several for reading in guidance.readings)
    return Way.WELSH_GOVERNMENT if len(found) == 1 or agreed else Way.ASK_FIRST


def _datasets(sources: Iterable[AskedSource], catalogue: Catalogue) -> tuple[AskedDataset, ...]:
    """Return the datasets that sources read, in the catalogue's order."""
    readers: dict[str, list[str]] = {}
    read: set[str] = set()
    for source in sources:
        read |= source.tables
        for dataset in sorted({catalogue.tables[table].dataset for table in source.tables}):
            readers.setdefault(dataset, []).append(source.name)
    return tuple(
        _dataset(
            holding,
            tuple(readers[name]),
            tuple(
                AskedTable(table.name, table.physical, table.physical_confidence)
                for table in catalogue.tables.values()
                if table.name in read and table.dataset == name
            ),
        )
        for name, holding in catalogue.holdings.items()
        if name in readers
    )


def _dataset(holding: Holding, sources: tuple[str, ...], tables: tuple[AskedTable, ...]) -> AskedDataset:
    return AskedDataset(
        holding.name,
        holding.title,
        holding.owner,
        holding.owner_confidence,
        holding.route,
        sources,
        tables,
        holding.source,
    )


def _reasons(
    datasets: tuple[AskedDataset, ...],
    social: tuple[AskedDataset, ...],
    linked: LinkedUnit | None,
    way: Way,
    readings: tuple[Reading, ...],
) -> tuple[str, ...]:
    found = []
    others = tuple(dataset for dataset in datasets if dataset.route != _SOCIAL_SERVICES)
    if others:
        beside = " beside social-services data" if social else ""
        found.append(f"The study reads {_titles(others)}{beside}, and that is asked for at SAIL.")
    if linked is not None:
        found.append(f"The unit is {linked.unit}, so records are tied together by a linking field.")
    if way is Way.WELSH_GOVERNMENT:
        found.append(f"The study reads {_titles(social)} and nothing else, and links it to no other data.")
    if way is Way.ASK_FIRST:
        narrow = next(reading for reading in readings if not reading.several)
        wide = next(reading for reading in readings if reading.several)
        found.append(
            f"The study reads {len(social)} datasets, {_titles(social)}. All are social-services data, and sources "
            f"disagree whether that is enough: one says {narrow.short}, another {wide.short}."
        )
    if way is Way.UNKNOWN:
        found.append("No public source says where the data of this study are asked for.")
    return tuple(found)


def _titles(datasets: tuple[AskedDataset, ...]) -> str:
    return listed([dataset.title for dataset in datasets])


# Fewer sources -------------------------------------------------------------------------------------------------


def _smaller(
    asked: Asked,
    way: Way,
    catalogue: Catalogue,
    guidance: Guidance,
) -> tuple[Without, ...]:
    """Return what would change without one source, or without all sources of one dataset.

    Only what changes the datasets or the way is there, each group of sources once.
    """
    by_name = {source.name: source for source in asked.sources}
    groups: list[tuple[str, ...]] = [(source.name,) for source in asked.sources]
    groups += [dataset.sources for dataset in _datasets(asked.sources, catalogue)]
    found = (
        _without(asked, tuple(by_name[name] for name in group), catalogue, guidance)
        for group in dict.fromkeys(groups)
    )
    return tuple(one for one in found if one is not None and (one.datasets or one.way is not way))


def _social_services_only(
    asked: Asked,
    datasets: tuple[AskedDataset, ...],
    catalogue: Catalogue,
    guidance: Guidance,
) -> Without | None:
    """Return what goes with every source that reads other data than those of social services."""
    social = {dataset.name for dataset in datasets if dataset.route == _SOCIAL_SERVICES}
    others = tuple(
        source
        for source in asked.sources
        if any(catalogue.tables[table].dataset not in social for table in source.tables)
    )
    return None if not others or not social else _without(asked, others, catalogue, guidance)


def _without(
    asked: Asked, left_out: tuple[AskedSource, ...], catalogue: Catalogue, guidance: Guidance
) -> Without | None:
    """Return what would change without some sources; None if none would be left."""
    rest = tuple(source for source in asked.sources if source not in left_out)
    if not rest:
        return None
    before, after = (_datasets(sources, catalogue) for sources in (asked.sources, rest))
    linked = any(unit.unit == asked.unit for unit in guidance.linked_units)
    names = {dataset.name for dataset in after}
    owners = {dataset.owner for dataset in after}
    return Without(
        tuple(source.name for source in left_out),
        tuple(dict.fromkeys(part for source in left_out for part in source.used_by)),
        way_of(after, linked, guidance),
        way_of(after, False, guidance),
        tuple(dataset.title for dataset in before if dataset.name not in names),
        tuple(dict.fromkeys(dataset.owner for dataset in before if dataset.owner not in owners)),
    )
