"""Every fact of the catalogue with its confidence and source, one by one, so that they can be counted and checked.

What has no confidence of its own is not here: names, order, and how parts hang together (the key of a table, which
list a column has), which are as sure as the fact that they belong to; open questions, which say that nothing is known;
and titles and remarks of ours. ``tests/catalogue/test_every_fact.py`` names those kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cohort.catalogue.code_systems import code_systems
from cohort.catalogue.landscape import Answer
from cohort.catalogue.load_route import load_guidance
from cohort.catalogue.model import Catalogue, Confidence, Fact, HeldTable
from cohort.catalogue.nodes import CatalogueFault
from cohort.lookup.known import Known
from cohort.lookup.of_codelists import sureness
from cohort.lookup.sheet import Row
from cohort.lookup.words import CONFIDENCES


@dataclass(frozen=True)
class KnownFact:
    """One fact: its kind, the name of what it is about, how sure it is, who says so, and in words where it has any."""

    kind: str
    about: str
    confidence: Confidence
    source: str
    says: str = ""


def every_fact(known: Known) -> Iterator[KnownFact]:
    """Yield every fact, kind by kind, in the order of the catalogue."""
    yield from _of_holdings(known.catalogue)
    for table in known.catalogue.tables.values():
        yield from _of_table(table)
    yield from _of_outlines(known.catalogue)
    for codes in known.catalogue.code_lists.values():
        for code in codes.entries:
            name = f"{codes.name}.{code.code}"
            yield KnownFact("codes with each meaning", name, code.confidence, codes.source)
            yield KnownFact("labels of codes", name, code.label_confidence, codes.source)
    yield from _of_codelists(known)
    yield from _of_links(known)
    words = {(p.name, step.id): step.words for p in known.catalogue.prepared.values() for step in p.steps}
    for (rows, step), ground in known.grounds.items():
        says = words.get((rows, step), "")
        yield KnownFact("steps of preparation", f"{rows}.{step}", ground.confidence, ground.source, says)
    for limit in known.limits:
        yield KnownFact("caveats", limit.id, limit.confidence, limit.source)
    for one in known.disagreements:
        kind = "what is taken where sources disagree"
        yield KnownFact(kind, one.id, one.confidence, one.sources, one.taken)
    yield from _of_landscape(known)
    yield from _of_areas(known)
    yield from _of_route()


def counts_of_facts(known: Known) -> tuple[Row, ...]:
    """Return rows of the numbers of facts by confidence: one for each kind, and one for all."""
    counts: dict[str, Counter[Confidence]] = {}
    for fact in every_fact(known):
        counts.setdefault(fact.kind, Counter())[fact.confidence] += 1
    counts["all facts"] = sum(counts.values(), Counter())
    return tuple(Row((kind, *(found[name] for name, _ in CONFIDENCES))) for kind, found in counts.items())


def _words(kind: str, about: str, facts: Iterable[Fact]) -> Iterator[KnownFact]:
    for fact in facts:
        yield KnownFact(kind, about, fact.confidence, fact.source, fact.text)


def _of_holdings(catalogue: Catalogue) -> Iterator[KnownFact]:
    for holding in catalogue.holdings.values():
        yield KnownFact("owners of datasets", holding.name, holding.owner_confidence, holding.source)
        yield from _words("facts in words of datasets and tables", holding.name, holding.known)


def _of_table(table: HeldTable) -> Iterator[KnownFact]:
    name, source = table.name, table.source
    yield KnownFact("physical names of tables", name, table.physical_confidence, source)
    yield KnownFact("grain and key of tables", name, table.grain_confidence, source)
    if table.first_day or table.last_day:
        yield KnownFact("first and last days of tables", name, table.days_confidence, table.days_source)
    if table.first_return is not None:
        yield KnownFact(
            "first returns of tables", name, table.first_return_confidence, table.first_return_source
        )
    if table.spell is not None:
        sure: Confidence = "unknown" if table.spell.end_day == "unknown" else table.spell.confidence
        yield KnownFact("whether ends are in the spells", name, sure, table.spell.source)
    for column in table.columns:
        about, said_by = f"{name}.{column.name}", column.source or source
        yield KnownFact("names of columns", about, column.confidence, said_by)
        yield KnownFact("types of columns", about, column.type_confidence, said_by)
        if column.type.is_text:
            yield KnownFact("lengths of codes and texts", about, column.length_confidence, said_by)
    yield from _words("facts in words of datasets and tables", name, (*table.coverage, *table.also_holds))


def _of_outlines(catalogue: Catalogue) -> Iterator[KnownFact]:
    """Tables of which no column is known."""
    for outline in catalogue.outlines.values():
        name, source = outline.name, outline.source
        yield KnownFact("physical names of tables without columns", name, outline.physical_confidence, source)
        yield KnownFact("grain of tables without columns", name, outline.grain_confidence, source)
        yield from _words("facts in words of datasets and tables", name, outline.also_holds)


def _of_codelists(known: Known) -> Iterator[KnownFact]:
    for system in code_systems().values():
        yield KnownFact("code systems", system.name, system.confidence, system.source, system.label)
    for name, read in known.codelists.items():
        if read.head is None:
            raise CatalogueFault(f"{name}: a shipped codelist needs a head")
        yield KnownFact("shipped codelists", name, sureness(read.head), read.head.source, read.head.name)


def _of_links(known: Known) -> Iterator[KnownFact]:
    for entity in known.linked.entities.values():
        yield KnownFact("entities", entity.id, entity.confidence, entity.source)
        yield from _words("facts in words of entities and links", entity.id, entity.known)
    for link in known.linked.links.values():
        yield KnownFact("links between entities", link.id, link.confidence, link.source)
        for way in link.ways:
            yield KnownFact("where links stand", f"{link.id}: {way.table}", way.confidence, way.source)
        if link.statuses is not None:
            statuses = link.statuses
            yield KnownFact("match statuses of links", link.id, statuses.confidence, statuses.source)
            for one in statuses.of:
                yield KnownFact(
                    "match statuses of links", f"{link.id}: {one.code}", one.confidence, one.source
                )
        for conflict in link.conflicts:
            about = f"{link.id}.{conflict.id}"
            yield KnownFact("contradictions of links", about, conflict.confidence, conflict.source)
            yield from _words("facts in words of entities and links", about, conflict.others)
        yield from _words("facts in words of entities and links", link.id, link.known)


def _of_landscape(known: Known) -> Iterator[KnownFact]:
    landscape = known.landscape
    for entry in landscape.entries.values():
        yield from _words("facts of the landscape", entry.id, (fact for _, fact in entry.facts))
    said: list[tuple[str, Answer]] = [(theme.id, theme.remarks) for theme in landscape.themes.values()]
    for outlet in landscape.outlets.values():
        said += [(outlet.name, outlet.host), (outlet.name, outlet.offers)]
    for about, answer in said:
        yield from _words("themes, and places that publish", about, answer.facts)
    for gap in landscape.gaps:
        yield from _words("things that nobody publishes", ", ".join(gap.themes), (gap.fact,))


def _of_areas(known: Known) -> Iterator[KnownFact]:
    for level in known.geography.levels.values():
        yield KnownFact("kinds of areas", level.name, level.confidence, level.source)
        if level.first_day is not None:
            about = f"{level.name}: first day"
            yield KnownFact("days of areas", about, level.days_confidence, level.days_source)
        yield from _words("facts in words of areas and figures", level.name, level.known)
    for area in known.geography.areas.values():
        yield KnownFact("areas", area.name, area.confidence, area.source)
        yield KnownFact("days of areas", area.name, area.days_confidence, area.days_source)
        for code in (*((area.code,) if area.code else ()), *area.codes):
            yield KnownFact("codes of areas", f"{area.name}: {code.code}", code.confidence, code.source)
        for part in area.members:
            about = f"{area.name}: {part.authority}"
            yield KnownFact("authorities of larger areas", about, part.confidence, part.source)
        yield from _words("facts in words of areas and figures", area.name, area.known)
    for table in known.figures.values():
        yield KnownFact(
            "tables of published figures", table.name, table.confidence, table.source, table.title
        )
        yield from _words("facts in words of areas and figures", table.name, table.known)


def _of_route() -> Iterator[KnownFact]:
    guidance = load_guidance()
    kind = "the way to the data"
    for unit in guidance.linked_units:
        yield from _words(kind, unit.unit, (unit.fact,))
    for made in guidance.made_in_sail:
        yield from _words(kind, made.table, (made.fact,))
    for reading in guidance.readings:
        yield from _words(kind, reading.id, (reading.fact,))
    for steps in guidance.steps.values():
        for step in steps:
            yield from _words(kind, step.id, (step.fact,))
    for way, facts in guidance.facts.items():
        yield from _words(kind, way, facts)
