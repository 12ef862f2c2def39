"""Every fact of the catalogue has its confidence and a source that says something; what has neither is named here.

The catalogue is walked as the values that it is made of, so that a kind of fact that is added later is found too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from importlib.resources import files
from typing import Any, get_args

import pytest

from cohort.catalogue import load_catalogue
from cohort.catalogue.caveats import load_limits, read_limits
from cohort.catalogue.code_systems import code_systems, read_systems
from cohort.catalogue.codelist_file import CodelistFile, read_codelist_file
from cohort.catalogue.codelist_shipped import shipped_codelists
from cohort.catalogue.disagreements import read_disagreements
from cohort.catalogue.geography.figures import read_figures
from cohort.catalogue.geography.load import SMALL_AREAS, read_geography
from cohort.catalogue.links.load import read_links
from cohort.catalogue.load import read_catalogue
from cohort.catalogue.load_grounds import read_grounds
from cohort.catalogue.load_landscape import read_landscape
from cohort.catalogue.load_route import load_guidance, read_guidance
from cohort.catalogue.model import Confidence, Fact
from cohort.catalogue.nodes import CatalogueFault
from cohort.diagnostics import Diagnostics
from cohort.lookup.doubts import doubts_sheet
from cohort.lookup.facts import KnownFact, counts_of_facts, every_fact
from cohort.lookup.known import load_known
from cohort.lookup.words import CONFIDENCES
from cohort.source import Source

KNOWN = load_known()
FACTS = tuple(every_fact(KNOWN))
ANY = set(get_args(Confidence))

SAYS_NOTHING = re.compile(
    r"[\W_]*|n/?a|none|nil|todo|tbc|tbd|unknown|not (stated|known|recorded)"
    r"|(a |the |our |own )?(source|sources|web|internet)"
    r"|various|several|many|see (above|below|notes?)|same|ditto|reference|general|misc|named by each entry",
    re.IGNORECASE,
)
"""Phrases in the place of a source that name nobody."""

WITHOUT = {
    "Catalogue": "holds others",
    "Known": "holds others",
    "Landscape": "holds others",
    "EntityLinks": "holds others",
    "Geography": "holds others",
    "Guidance": "holds others",
    "CodelistFile": "its head has them",
    "Particulars": "holds answers",
    "Answer": "facts, or the reason for which there is none",
    "Theme": "the number and title of a theme; its remarks are facts",
    "Outlet": "a name; what it is are facts",
    "Gap": "its fact has them",
    "Page": "a page is itself a source",
    "ValueType": "a part of a column, which says how sure its type is",
    "KeyForm": "a part of an entity",
    "Counted": "where this package counts; a count is no fact about data",
    "Unit": "a unit of studies: part of the language",
    "Relation": "a relation of studies: part of the language",
    "Prepared": "a source of studies: made here; each of its steps has a ground",
    "Preparation": "its ground stands in a file of its own",
    "SmallArea": "a row of a table of figures, whose source stands with the kind of area",
    "NewerSmallArea": "a row of a table of figures, whose source stands with the kind of area",
    "LinkedUnit": "its fact has them",
    "MadeInSail": "its fact has them",
    "Reading": "its fact has them",
    "StepToTake": "its fact has them",
    "Said": "what a source says, with the source; how sure the answer is stands with what is taken",
}
"""Kinds of values that carry no confidence, and why."""

NO_FACTS = {
    ("CodeList", "confidence"): "what its codes have that say nothing else",
    ("Entry", "confidence"): "what its facts have that say nothing else",
}
"""Confidences that are no fact of their own, but what others take."""

OPAQUE = {"Place", "Source", "Span", "MapNode", "ListNode", "ScalarNode"}
"""Where something is written."""
LANGUAGE = {"cohort.catalogue.predicates", "cohort.catalogue.conditions"}
"""Modules of which values are conditions: the form of a caveat, whose source is that of the caveat."""


def walk(value: object) -> Iterator[Any]:
    """Yield every value of a dataclass within a value, itself first."""
    if is_dataclass(value) and not isinstance(value, type):
        if type(value).__name__ in OPAQUE or type(value).__module__ in LANGUAGE:
            return
        yield value
        for field in fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from walk(part)
    elif isinstance(value, Collection) and not isinstance(value, (str, bytes, Enum)):
        for part in value:
            yield from walk(part)


def codelists() -> list[CodelistFile]:
    lists = {name: found.codes for name, found in KNOWN.catalogue.code_lists.items()}
    read = [read_codelist_file(source, lists, Diagnostics()) for source in shipped_codelists().values()]
    return [one for one in read if isinstance(one, CodelistFile)]


EVERYTHING = [
    *walk(KNOWN),
    *walk(KNOWN.grounds),
    *walk(load_guidance()),
    *walk(KNOWN.disagreements),
    *walk(codelists()),
    *walk(tuple(code_systems().values())),
]


def confidences_of(value: object) -> dict[str, str]:
    """Return the fields of a value that say how sure something is; those that do not apply are left out."""
    found = {f.name: getattr(value, f.name) for f in fields(value) if f.name.endswith("confidence")}  # type: ignore[arg-type]
    match type(value).__name__:
        case "HeldTable":
            if not (value.first_day or value.last_day):  # type: ignore[attr-defined]
                del found["days_confidence"]
            if value.first_return is None:  # type: ignore[attr-defined]
                del found["first_return_confidence"]
        case "HeldColumn" if not value.type.is_text:  # type: ignore[attr-defined]
            del found["length_confidence"]
        case "Level" if value.first_day is None:  # type: ignore[attr-defined]
            del found["days_confidence"]
    return {name: sure for name, sure in found.items() if (type(value).__name__, name) not in NO_FACTS}


def wanting(facts: Collection[KnownFact]) -> list[str]:
    """Return the facts that lack a confidence or a source that says something."""
    return [
        f"{fact.kind}: {fact.about}"
        for fact in facts
        if fact.confidence not in ANY or SAYS_NOTHING.fullmatch(fact.source.strip()) is not None
    ]


# What is there --------------------------------------------------------------------------------------------------


def test_every_fact_has_a_confidence_and_a_source_that_says_something() -> None:
    assert wanting(FACTS) == []


def test_every_value_has_confidences_or_is_of_a_kind_that_needs_none() -> None:
    kinds = {type(value).__name__ for value in EVERYTHING if not confidences_of(value)}
    with_some = {type(value).__name__ for value in EVERYTHING if confidences_of(value)}
    assert kinds - with_some - {"CodeList", "Entry"} <= set(WITHOUT)
    assert set(WITHOUT) & with_some == set()
    assert set(WITHOUT) <= kinds | {"Known"}, "a kind that is not there any more"


def test_every_confidence_within_the_catalogue_is_counted_as_a_fact() -> None:
    """The list of facts leaves nothing out: it has as many as there are confidences in the values, by confidence."""
    within = Counter(sure for value in EVERYTHING for sure in confidences_of(value).values())
    listed = Counter(
        fact.confidence if fact.kind != "whether ends are in the spells" else "spell" for fact in FACTS
    )
    # A spell of which nobody says whether the end is in it is counted as unknown, whatever is sure of its columns.
    for table in KNOWN.catalogue.tables.values():
        if table.spell is not None:
            within[table.spell.confidence] -= 1
            within["spell"] += 1
    assert +within == listed


def test_where_a_dataset_is_asked_for_rests_on_facts_that_say_so() -> None:
    """The word that ``cohort route`` decides by has no confidence of its own: the facts on access have it."""
    asked = {"welsh_government": "Welsh Government", "sail": "SAIL Databank"}
    for holding in KNOWN.catalogue.holdings.values():
        said = KNOWN.landscape.entries[holding.name].about.access.facts
        assert said[0].text.startswith(asked[holding.route]), holding.name
        assert said[0].confidence == "certain", holding.name
    assert {holding.route for holding in KNOWN.catalogue.holdings.values()} == set(asked)


def test_every_fact_stands_once_in_the_counts() -> None:
    rows = {str(row.cells[0]): [int(str(cell)) for cell in row.cells[1:]] for row in counts_of_facts(KNOWN)}
    total = rows.pop("all facts")
    assert total == [sum(column) for column in zip(*rows.values(), strict=True)]
    assert sum(total) == len(FACTS) > 6000
    assert all(sum(row) for row in rows.values())


def test_background_knowledge_is_never_called_anything_else() -> None:
    wrong = [
        f"{fact.kind}: {fact.about}"
        for fact in FACTS
        if re.match(r"(general |our )?background( knowledge)?( \(.*\))?$", fact.source.strip())
        and fact.confidence not in ("background", "guess", "unknown")
    ]
    assert wrong == []


def test_every_confidence_is_explained_from_the_surest_on() -> None:
    assert tuple(name for name, _ in CONFIDENCES) == get_args(Confidence)


def test_every_doubtful_fact_is_among_the_doubts() -> None:
    """One row for each fact in words; columns and codes of one table or list stand together in a row."""
    of_columns = re.compile(
        r"(names|types) of columns|lengths of|physical names|grain|first and last|first returns|whether ends|owners|"
        r"codes with|labels of codes"
    )
    tables, steps, words, _ = doubts_sheet(KNOWN).listings
    doubtful = [fact for fact in FACTS if fact.confidence not in ("certain", "likely")]
    listed = Counter(
        (str(row.cells[3]), str(row.cells[4]))
        for row in (*steps.rows, *words.rows)
        if row.cells[1] != "part of a caveat"
    )
    assert listed == Counter((f.confidence, f.source) for f in doubtful if not of_columns.match(f.kind))
    named = {(str(row.cells[0]), part) for row in tables.rows for part in str(row.cells[2]).split(", ")}
    for fact in doubtful:
        if of_columns.match(fact.kind):
            thing, _, part = fact.about.partition(".")
            assert (thing, part) in named, fact


# That it would be found -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    ["", " ", "-", "?", "n/a", "Unknown", "not stated", "source", "TBC", "various", "see above", "…"],
)
def test_a_source_that_names_nobody_is_found(source: str) -> None:
    assert wanting([replace(FACTS[0], source=source)])


@pytest.mark.parametrize(
    "source", ["StatsWales", "this package", "CRCS dataset page", "sources of StatsWales"]
)
def test_a_source_that_names_somebody_is_one(source: str) -> None:
    assert wanting([replace(FACTS[0], source=source)]) == []


def test_a_fact_without_a_source_anywhere_in_the_catalogue_is_found() -> None:
    """Each sort of thing in turn loses the source of one of its facts."""
    table = KNOWN.catalogue.tables["eduw_schools"]
    bare = replace(table, coverage=(Fact("It is so.", "certain", ""),))
    catalogue = replace(KNOWN.catalogue, tables={**KNOWN.catalogue.tables, table.name: bare})
    assert wanting(tuple(every_fact(replace(KNOWN, catalogue=catalogue)))) == [
        "facts in words of datasets and tables: eduw_schools"
    ]
    area = next(iter(KNOWN.geography.areas.values()))
    geography = replace(KNOWN.geography, areas={area.name: replace(area, source="?")})
    assert wanting(tuple(every_fact(replace(KNOWN, geography=geography)))) == [f"areas: {area.name}"]
    limits = (replace(KNOWN.limits[0], source="not known"), *KNOWN.limits[1:])
    assert wanting(tuple(every_fact(replace(KNOWN, limits=limits)))) == [f"caveats: {limits[0].id}"]


FOLDER = files("cohort.catalogue")


def text_of(path: str) -> str:
    return FOLDER.joinpath(*path.split("/")).read_text("utf-8")


def names_in(folder: str) -> list[str]:
    return sorted(f"{folder}/{e.name}" for e in FOLDER.joinpath(folder).iterdir() if e.name.endswith(".yaml"))


def _area_file(source: Source) -> object:
    return read_geography(source, *(Source(name, text_of(f"geography/{name}")) for name in SMALL_AREAS))


def _entry_file(source: Source) -> object:
    others = [n for n in names_in("landscape") if "shared" not in n and n != source.name]
    sources = [source, *(Source(name, text_of(name)) for name in others)]
    return read_landscape(Source("shared.yaml", text_of("landscape/shared.yaml")), sources)


def _shared_file(source: Source) -> object:
    return read_landscape(source, [])


def _of_links(entities: Source, links: Source) -> object:
    return read_links(entities, links, load_catalogue(), frozenset(limit.id for limit in load_limits()))


def _entities_file(source: Source) -> object:
    return _of_links(source, Source("links.yaml", text_of("links/links.yaml")))


def _links_file(source: Source) -> object:
    return _of_links(Source("entities.yaml", text_of("links/entities.yaml")), source)


READERS: dict[str, Callable[[Source], object]] = {
    **dict.fromkeys(names_in("data"), lambda source: read_catalogue([source])),
    **dict.fromkeys(names_in("grounds"), lambda source: read_grounds([source])),
    **dict.fromkeys((n for n in names_in("caveats") if "vocabulary" not in n), read_limits),
    "guidance/route.yaml": read_guidance,
    "guidance/disagreements.yaml": read_disagreements,
    "links/entities.yaml": _entities_file,
    "links/links.yaml": _links_file,
    "landscape/shared.yaml": _shared_file,
    **dict.fromkeys((n for n in names_in("landscape") if "shared" not in n), _entry_file),
    "geography/areas.yaml": _area_file,
    "geography/figures.yaml": read_figures,
    "codelists/systems.yaml": read_systems,
}


def removals(path: str) -> Iterator[tuple[int, str, str]]:
    """Yield versions of a file that lack one confidence or source that nothing else gives: line, key, and text.

    The first of each key at each depth is taken: on a line of its own, or within a fact in words or the ground of a
    step. Facts of the landscape take theirs from what they stand in, so that there only whole lines are taken.
    """
    lines = text_of(path).split("\n")
    seen: set[tuple[int, str]] = set()
    for number, line in enumerate(lines):
        for key in ("confidence", "source"):
            depth = len(line) - len(line.lstrip(" -"))
            changed = "" if re.fullmatch(rf" *{key}: \S.*", line) else line
            if "landscape/" not in path and ("says:" in line or "grounds/" in path):
                changed = re.sub(rf', {key}: ("[^"]*"|[^,}}]*)(?=[,}}])', "", line)
                changed = re.sub(rf'\{{{key}: ("[^"]*"|[^,}}]*), ', "{", changed)
            if changed != line and (depth, key) not in seen:
                seen.add((depth, key))
                yield number + 1, key, "\n".join([*lines[:number], changed, *lines[number + 1 :]])


@pytest.mark.parametrize("path", READERS)
def test_a_file_that_lacks_a_confidence_or_a_source_is_refused(path: str) -> None:
    READERS[path](Source(path, text_of(path)))
    tried = 0
    for line, key, text in removals(path):
        assert key in refusal(path, text), f"{path}:{line} can do without its {key}"
        tried += 1
    assert tried


def refusal(path: str, text: str) -> str:
    """Return what is said against a file, or nothing where it is read."""
    try:
        READERS[path](Source(path, text))
    except CatalogueFault as fault:
        return str(fault)
    return ""
