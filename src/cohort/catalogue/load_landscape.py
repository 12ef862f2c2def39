"""Reads the landscape's data files. A fault in them is ours, so it raises; the tests read every file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files

from cohort.catalogue.landscape import (
    KINDS,
    POINTS,
    STATUSES,
    USES,
    Answer,
    Entry,
    Gap,
    Landscape,
    Outlet,
    Page,
    Particulars,
    Theme,
    unknown_caveats,
)
from cohort.catalogue.model import Confidence, Fact
from cohort.catalogue.nodes import (
    CatalogueFault,
    confidence_of,
    day_of,
    fault,
    flag_of,
    items,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
)
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode

_SHARED = "shared.yaml"
_WORDS = {"uses": USES, "status": STATUSES}
"""Points whose facts are words of a fixed list."""


@cache
def load_landscape(known_caveats: frozenset[str] | None = None) -> Landscape:
    """Return the shipped landscape; a fault in its files raises ``CatalogueFault``.

    With ``known_caveats`` (ids) a caveat that is none of them is such a fault.
    """
    folder = files("cohort.catalogue").joinpath("landscape")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".yaml"))
    sources = {name: Source(f"landscape/{name}", folder.joinpath(name).read_text("utf-8")) for name in names}
    landscape = read_landscape(sources[_SHARED], [sources[name] for name in names if name != _SHARED])
    strange = unknown_caveats(landscape, known_caveats) if known_caveats is not None else ()
    if strange:
        raise CatalogueFault(f"landscape: there is no caveat {', '.join(strange)}")
    return landscape


@cache
def comparable_series() -> tuple[str, ...]:
    """Return the ids of what a study's figures can be set beside: the published series, and what England has."""
    entries = load_landscape().entries.items()
    return tuple(name for name, entry in entries if entry.published or entry.comparator_of)


def read_landscape(shared: Source, groups: Collection[Source]) -> Landscape:
    """Read the shared file and the files of entries; a fault raises ``CatalogueFault`` with file and line."""
    root = read_map(shared)
    only(root, {"confidence", "source", "defaults", "caveats", "themes", "outlets", "gaps"})
    tags = (confidence_of(root, "confidence"), text_of(root, "source"))
    defaults = {key.text: map_of(node) for key, node in items(root, "defaults")}
    entries: dict[str, Entry] = {}
    for source in groups:
        group = read_map(source)
        only(group, {"group", "title", "defaults", "confidence", "source", "entries"})
        for key, node in items(group, "entries"):
            if key.text in entries:
                raise fault(key, f"{key.text} stands twice in the landscape")
            entries[key.text] = _entry(key, map_of(node), group, defaults)
    landscape = Landscape(
        entries,
        {key.text: _theme(key.text, map_of(node), tags) for key, node in items(root, "themes")},
        {key.text: _outlet(key.text, map_of(node), tags) for key, node in items(root, "outlets")},
        tuple(_gap(map_of(node)) for node in _listed(_needed(root, "gaps"))),
        {key.text: texts_of(map_of(_needed(root, "caveats")), key.text) for key, _ in items(root, "caveats")},
    )
    _names_hold(landscape)
    return landscape


def _names_hold(landscape: Landscape) -> None:
    for entry in landscape.entries.values():
        strange = {fact.text for fact in entry.about.themes.facts} - set(landscape.themes)
        strange |= set(entry.comparator_of) - set(landscape.entries)
        if strange:
            raise CatalogueFault(
                f"landscape: {entry.id} names {', '.join(sorted(strange))}, which is not there"
            )


_Tags = tuple[Confidence, str]
"""Confidence and source of a fact that does not carry its own."""

_OWN = {
    "title",
    "other_names",
    "kind",
    "in_sail",
    "comparator_of",
    "pages",
    "caveats",
    "confidence",
    "source",
}


def _entry(key: ScalarNode, node: MapNode, group: MapNode, defaults: Mapping[str, MapNode]) -> Entry:
    """Read an entry: what it says itself, else what its kind of file says for all."""
    only(node, _OWN | set(POINTS))
    default = defaults[text_of(group, "defaults")]
    both = MapNode((*node, *(pair for pair in default if node.get(pair[0].text) is None)), node.place)
    confidence = confidence_of(node, "confidence", confidence_of(group, "confidence"))
    source = optional(node, "source") or text_of(group, "source")
    by_point = {point.text: map_of(tags) for point, tags in items(default, "tags")}

    def answer(point: str) -> Answer:
        own = by_point.get(point)
        tags = (confidence_of(own, "confidence"), text_of(own, "source")) if own else (confidence, source)
        found = _answer(_needed(both, point), tags)
        if point in _WORDS and not {fact.text for fact in found.facts} <= set(_WORDS[point]):
            raise fault(key, f"{point} must be of {', '.join(_WORDS[point])}")
        return found

    kind = text_of(both, "kind")
    if kind not in KINDS:
        raise fault(key, f"kind must be of {', '.join(KINDS)}")
    pages, no_page = _pages(_needed(both, "pages"))
    return Entry(
        key.text,
        _fact(_needed(node, "title"), (confidence, source)),
        texts_of(both, "other_names"),
        text_of(group, "group"),
        text_of(group, "defaults") == "published",
        kind,
        flag_of(both, "in_sail", otherwise=False),
        texts_of(both, "comparator_of"),
        Particulars(**{point: answer(point) for point in POINTS}),
        pages,
        no_page,
        texts_of(node, "caveats"),
        confidence,
        source,
    )


def _answer(node: Node, tags: _Tags) -> Answer:
    """Read an answer: a text, a mapping (``says`` with its own tags, or ``unknown``), or a list of such."""
    if isinstance(node, MapNode) and node.get("unknown") is not None:
        only(node, {"unknown"})
        return Answer((), text_of(node, "unknown"))
    facts = tuple(_fact(item, tags) for item in (node.items if isinstance(node, ListNode) else (node,)))
    if not facts:
        raise fault(node, "an answer needs a fact, or `unknown` with the reason")
    return Answer(facts)


def _fact(node: Node, tags: _Tags) -> Fact:
    if isinstance(node, ScalarNode):
        if not node.text:
            raise fault(node, "a text is needed")
        return Fact(node.text, *tags)
    found = map_of(node)
    only(found, {"says", "confidence", "source"})
    return Fact(
        text_of(found, "says"),
        confidence_of(found, "confidence", tags[0]),
        optional(found, "source") or tags[1],
    )


def _pages(node: Node) -> tuple[tuple[Page, ...], str]:
    """Read pages, or the reason for there being none."""
    if isinstance(node, MapNode):
        return (), text_of(node, "unknown")
    return tuple(_page(map_of(item)) for item in _listed(node)), ""


def _page(node: MapNode) -> Page:
    only(node, {"title", "address", "checked"})
    checked = day_of(node, "checked")
    if checked is None:
        raise fault(node, "checked is missing")
    return Page(text_of(node, "title"), text_of(node, "address"), checked)


def _theme(name: str, node: MapNode, tags: _Tags) -> Theme:
    only(node, {"number", "title", "remarks"})
    return Theme(
        name, int(text_of(node, "number")), text_of(node, "title"), _answer(_needed(node, "remarks"), tags)
    )


def _outlet(name: str, node: MapNode, tags: _Tags) -> Outlet:
    only(node, {"host", "offers", "pages"})
    host, offers = (_answer(_needed(node, point), tags) for point in ("host", "offers"))
    return Outlet(name, host, offers, *_pages(_needed(node, "pages")))


def _gap(node: MapNode) -> Gap:
    only(node, {"says", "confidence", "source", "themes"})
    fact = Fact(text_of(node, "says"), confidence_of(node, "confidence"), text_of(node, "source"))
    return Gap(fact, texts_of(node, "themes"))


def _listed(node: Node) -> tuple[Node, ...]:
    if not isinstance(node, ListNode):
        raise fault(node, "a list is needed")
    return node.items


def _needed(node: MapNode, name: str) -> Node:
    found = node.get(name)
    if found is None:
        raise fault(node, f"{name} is missing")
    return found
