"""The landscape of datasets and published series: whole, with confidence and source for every fact."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from importlib.resources import files

import pytest

from cohort.catalogue.landscape import KINDS, POINTS, STATUSES, USES, Answer, Entry, Page, unknown_caveats
from cohort.catalogue.load_landscape import load_landscape, read_landscape
from cohort.catalogue.model import Fact
from cohort.catalogue.nodes import CatalogueFault, items, map_of, read_map, text_of
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode

LANDSCAPE = load_landscape()
ENTRIES = LANDSCAPE.entries
CONFIDENCES = {"certain", "likely", "guess", "background"}
FOLDER = files("cohort.catalogue").joinpath("landscape")
FILES = sorted(item.name for item in FOLDER.iterdir())
PUBLISHERS = {
    "Cafcass",
    "Cafcass Cymru",
    "Department for Education",
    "Department for Work and Pensions",
    "Digital Health and Care Wales",
    "Home Office",
    "Ministry of Justice",
    "Office for National Statistics",
    "UCAS",
    "UK Government",
    "Welsh Government",
    "Welsh Government reports",
    "Youth Custody Service",
    "Youth Justice Board",
    "several dashboards",
}
"""Bodies that publish by themselves; every other outlet is described in the list of outlets."""


def answers(entry: Entry) -> dict[str, Answer]:
    return {point: getattr(entry.about, point) for point in POINTS}


def scalars(node: Node) -> Iterator[ScalarNode]:
    match node:
        case ScalarNode():
            yield node
        case ListNode():
            for item in node.items:
                yield from scalars(item)
        case MapNode():
            for key, value in node:
                yield key
                yield from scalars(value)


# --- what is there ------------------------------------------------------------------------------------------------


def test_all_datasets_and_series_are_there() -> None:
    counted = Counter((entry.published, entry.kind, entry.in_sail) for entry in ENTRIES.values())
    assert counted == {
        (False, "individual", True): 26,  # 23 of Wales, two of England and Wales, Cafcass of England
        (False, "individual", False): 2,  # the two returns of England
        (False, "aggregate", False): 1,  # OC2
        (True, "aggregate", False): 98,
    }


def test_the_comparators_stand_beside_welsh_entries_and_say_why_figures_differ() -> None:
    comparators = {name: entry.comparator_of for name, entry in ENTRIES.items() if entry.comparator_of}
    assert comparators == {
        "eng-cin": ("cinw", "crcs", "agg-cin", "agg-crcs"),
        "eng-903": ("lacw", "agg-cla"),
        "eng-cafcass": ("cafw", "agg-cafcass-cymru-s31"),
        "agg-cafcass-england": ("agg-cafcass-cymru-s31",),
        "agg-eng-lait": ("agg-cla", "agg-crcs"),
    }
    for name in comparators:
        assert ENTRIES[name].about.comparability.facts, name
    assert len(ENTRIES["eng-cin"].about.comparability.facts) >= 3
    assert len(ENTRIES["eng-903"].about.comparability.facts) >= 3


def test_the_sixteen_themes_hold_all_series() -> None:
    assert [theme.number for theme in LANDSCAPE.themes.values()] == list(range(1, 17))
    series = Counter(entry.group for entry in ENTRIES.values() if entry.published)
    assert set(series) == {*LANDSCAPE.themes, "cross_cutting"}
    assert list(series.values()) == [15, 7, 2, 11, 10, 9, 2, 6, 3, 4, 3, 9, 4, 5, 2, 3, 3]
    for entry in ENTRIES.values():
        themes = {fact.text for fact in entry.about.themes.facts}
        assert themes, entry.id
        assert not entry.published or entry.group in {*themes, "cross_cutting"}, entry.id


def test_outlets_and_gaps_are_there() -> None:
    assert len(LANDSCAPE.outlets) == 11
    named = {fact.text for entry in ENTRIES.values() for fact in entry.about.outlets.facts}
    assert named - set(LANDSCAPE.outlets) == PUBLISHERS
    assert len(LANDSCAPE.gaps) == 10
    assert all(gap.fact.confidence in CONFIDENCES and gap.fact.source for gap in LANDSCAPE.gaps)
    assert all(gap.themes and set(gap.themes) <= set(LANDSCAPE.themes) for gap in LANDSCAPE.gaps)


# --- what every entry says ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ENTRIES)
def test_every_entry_has_an_answer_to_every_point(name: str) -> None:
    entry = ENTRIES[name]
    assert re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", name)
    assert entry.published == name.startswith("agg-")
    assert entry.kind in KINDS
    assert entry.confidence in CONFIDENCES
    assert entry.source
    assert "owner" in answers(entry)
    for point, fact in entry.facts:
        assert fact.text == fact.text.strip(), point
        assert fact.text, point
        assert fact.confidence in CONFIDENCES, point
        assert fact.source, point
    for point, answer in answers(entry).items():
        assert answer.text, point
        assert len({fact.text for fact in answer.facts}) == len(answer.facts), point
    assert {fact.text for fact in entry.about.uses.facts} <= set(USES)
    assert {fact.text for fact in entry.about.status.facts} <= set(STATUSES)
    assert len(set(entry.caveats)) == len(entry.caveats)


@pytest.mark.parametrize("name", ENTRIES)
def test_what_an_entry_says_hangs_together(name: str) -> None:
    entry = ENTRIES[name]
    about = entry.about
    for point in (about.holds, about.level, about.type, about.access, about.uses):
        assert point.facts
    assert about.level.text.startswith(entry.kind)
    in_sail = "SAIL Databank" in " ".join(fact.text for fact in about.access.facts)
    assert entry.published or in_sail == entry.in_sail
    ended = about.status.text == "ended"
    assert not ended or about.latest.facts or name == "oc2"


@pytest.mark.parametrize("name", FILES)
def test_no_text_is_empty(name: str) -> None:
    root = read_map(Source(name, FOLDER.joinpath(name).read_text("utf-8")))
    assert [scalar.place.line for scalar in scalars(root) if not scalar.text.strip()] == []


def test_every_page_has_an_address_and_every_cited_page_is_listed() -> None:
    pages: set[Page] = {page for entry in ENTRIES.values() for page in entry.pages}
    pages |= {page for outlet in LANDSCAPE.outlets.values() for page in outlet.pages}
    titles = {page.title: page.address for page in pages}
    assert len(titles) == len({(page.title, page.address) for page in pages}) == len(set(titles.values()))
    for page in pages:
        assert re.fullmatch(r"https?://[^\s/]+/\S*", page.address), page
        assert page.checked >= datetime.date(2026, 1, 1), page
    for entry in ENTRIES.values():
        listed = {page.title for page in entry.pages}
        cited = {title for title in titles for _, fact in entry.facts if title in fact.source}
        assert cited <= listed, entry.id
        assert bool(entry.pages) != bool(entry.no_page), entry.id


def test_what_is_our_reading_is_never_called_certain() -> None:
    for entry in ENTRIES.values():
        for point, fact in entry.facts:
            assert fact.confidence != "certain" or "our reading" not in fact.source, (entry.id, point)
            assert fact.confidence == "background" or fact.source != "background knowledge", (entry.id, point)
        readings = {point for point, fact in entry.facts if "our reading" in fact.source}
        assert {"type", "uses"} <= readings, entry.id


# --- caveats ------------------------------------------------------------------------------------------------------


def test_shared_caveats_follow_the_sort_of_entry() -> None:
    shared = LANDSCAPE.shared_caveats
    assert {name: len(ids) for name, ids in shared.items()} == {
        "all": 8,
        "sail": 8,
        "published": 11,
        "question": 2,
    }
    lacw = LANDSCAPE.caveats_of(ENTRIES["lacw"])
    assert lacw[: len(ENTRIES["lacw"].caveats)] == ENTRIES["lacw"].caveats
    assert {"human-error", "project-keys"} <= set(lacw)
    assert "published-aggregate-only" not in lacw
    series = LANDSCAPE.caveats_of(ENTRIES["agg-cla"])
    assert {"human-error", "published-aggregate-only"} <= set(series)
    assert "project-keys" not in series
    assert len(set(series)) == len(series)
    assert "project-keys" not in LANDSCAPE.caveats_of(ENTRIES["eng-903"])


def test_a_caveat_that_is_not_there_is_a_fault() -> None:
    named = unknown_caveats(LANDSCAPE, ())
    assert load_landscape(frozenset(named)) == LANDSCAPE
    assert unknown_caveats(LANDSCAPE, named[1:]) == named[:1]
    with pytest.raises(CatalogueFault, match=f"there is no caveat {named[0]}$"):
        load_landscape(frozenset(named[1:]))


def limits() -> dict[str, MapNode]:
    """The known limits of the catalogue, by id, as they stand in their files."""
    folder = files("cohort.catalogue").joinpath("caveats")
    found: dict[str, MapNode] = {}
    for item in folder.iterdir():
        if item.name.endswith(".yaml"):
            root = read_map(Source(item.name, item.read_text("utf-8")))
            found |= {key.text: map_of(node) for key, node in items(root, "caveats")}
    return found


def test_every_caveat_that_the_landscape_names_is_in_the_catalogue() -> None:
    assert unknown_caveats(LANDSCAPE, limits()) == ()


def test_every_series_that_a_caveat_names_is_in_the_landscape() -> None:
    for name, limit in limits().items():
        for pattern in re.findall(r"(?:agg|eng)-[a-z0-9*-]+", text_of(limit, "condition")):
            assert any(fnmatchcase(entry, pattern) for entry in ENTRIES), (name, pattern)


# --- faults of the files ------------------------------------------------------------------------------------------

SHARED = """\
confidence: certain
source: a report
defaults:
  published:
    kind: aggregate
    in_sail: false
    other_names: []
    comparator_of: []
    tags: {uses: {confidence: likely, source: our reading}}
    pages: {unknown: no address}
""" + "".join(
    f"    {point}: {{unknown: not stated}}\n" for point in POINTS if point not in ("themes", "uses", "holds")
)
SHARED += """\
caveats: {all: [a], sail: [b], published: [c], question: []}
themes: {health: {number: 1, title: Health, remarks: {unknown: none}}}
outlets: {}
gaps: []
"""
GROUP = """\
group: health
title: Health
defaults: published
confidence: certain
source: the section on health
entries:
  agg-births:
    title: Births
    themes: [health]
    uses: [need]
    holds:
      - births
      - {says: by age of mother, confidence: guess, source: hearsay}
    caveats: [d]
"""


def read(group: str, *more: str) -> Entry:
    sources = [Source(f"{number}.yaml", text) for number, text in enumerate((group, *more))]
    return read_landscape(Source("shared.yaml", SHARED), sources).entries["agg-births"]


def test_a_fact_has_its_own_tags_or_those_of_its_point_or_entry() -> None:
    entry = read(GROUP)
    assert entry.about.holds == Answer(
        (Fact("births", "certain", "the section on health"), Fact("by age of mother", "guess", "hearsay"))
    )
    assert entry.about.holds.text == "births; by age of mother"
    assert entry.about.uses.facts == (Fact("need", "likely", "our reading"),)
    assert entry.about.owner == Answer((), "not stated")
    assert entry.about.owner.text == "not stated"
    assert entry.no_page == "no address"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    uses: [need]\n", "", "uses is missing"),
        ("[need]", "[wishes]", "uses must be of need, supply, outcome"),
        ("[need]", "[]", "an answer needs a fact"),
        ("title: Births", 'title: ""', "a text is needed"),
        ("    caveats: [d]\n", "", "caveats must be a list"),
        ("    caveats", "    owners: someone\n    caveats", "nothing reads owners"),
        ("confidence: guess", "confidence: sure", "confidence must be certain"),
        ("themes: [health]", "themes: [wealth]", "agg-births names wealth, which is not there"),
        (
            "    caveats",
            "    comparator_of: [agg-deaths]\n    caveats",
            "names agg-deaths, which is not there",
        ),
        ("    caveats", "    kind: person\n    caveats", "kind must be of individual, aggregate"),
        ("    caveats", "    status: ongoing\n    caveats", "status must be of current, ended, suspended"),
        ("    caveats", "    owner: {unknown: not stated, says: x}\n    caveats", "nothing reads says"),
        ("    caveats", "    pages: [{title: t, address: a}]\n    caveats", "checked is missing"),
    ],
)
def test_a_fault_of_a_file_is_told(old: str, new: str, message: str) -> None:
    assert old in GROUP
    with pytest.raises(CatalogueFault, match=message):
        read(GROUP.replace(old, new, 1))


def test_an_entry_stands_once() -> None:
    with pytest.raises(CatalogueFault, match=r"1\.yaml:7: agg-births stands twice"):
        read(GROUP, GROUP)


@pytest.mark.parametrize("facts", [(), (Fact("x", "certain", "y"),)])
def test_an_answer_has_facts_or_a_reason(facts: tuple[Fact, ...]) -> None:
    with pytest.raises(ValueError, match="either facts or a reason"):
        Answer(facts, "not stated" if facts else "")
