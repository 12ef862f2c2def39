"""Reads areas and small areas. A fault in the files is ours, so it raises ``CatalogueFault`` with file and line."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cohort.catalogue.geography.check import check_areas, check_small_areas
from cohort.catalogue.geography.model import (
    AUTHORITIES,
    Area,
    AreaCode,
    Geography,
    Level,
    Membership,
    SmallArea,
    group_of,
)
from cohort.catalogue.geography.versions import NEWEST, OLDEST, read_newest, read_oldest
from cohort.catalogue.model import Confidence, Fact
from cohort.catalogue.nodes import (
    CatalogueFault,
    confidence_of,
    day_of,
    facts_of,
    fault,
    flag_of,
    items,
    list_of,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
    whole_of,
)
from cohort.source import Source
from cohort.source.nodes import MapNode, ScalarNode

SMALL_AREAS = ("small_areas_2011.csv", "small_areas_2001.csv", "small_areas_2021.csv")
HEADER = (
    *("lsoa_2011", "local_authority", "wimd_2019_rank"),
    *("residents_0_15", "residents_0_17", "residents_0_25"),
)
SOCIAL_CARE = "social_care"
"""The system of codes by which the list of small areas names authorities."""
_FILE = {"checked", "sources", "wimd_2019", "wimd_2025", "levels", "areas"}
_LEVEL = {
    *(
        "title",
        "one",
        "count",
        "listed",
        "code_pattern",
        "from",
        "confidence",
        "source",
        "known",
        "not_known",
    ),
    *("days_confidence", "days_source"),
}
_AREA = {
    *("level", "title", "code", "code_confidence", "code_source", "codes", "from", "until", "confidence"),
    *("source", "known", "members", "members_confidence", "members_source"),
    *("days_confidence", "days_source"),
}


@cache
def load_geography() -> Geography:
    """Return the shipped areas."""
    folder = files("cohort.catalogue").joinpath("geography")
    areas, *small = (
        Source(f"catalogue/geography/{name}", folder.joinpath(name).read_text("utf-8"))
        for name in ("areas.yaml", *SMALL_AREAS)
    )
    return read_geography(areas, *small)


def read_geography(areas: Source, small_areas: Source, oldest: Source, newest: Source) -> Geography:
    """Return the areas that the files describe; a fault in one raises ``CatalogueFault``.

    ``small_areas`` is the list of those of 2011, ``oldest`` of 2001, ``newest`` of 2021.
    """
    root = read_map(areas)
    only(root, _FILE)
    sources = _sources(root)
    levels = {key.text: _level(key.text, map_of(node), sources) for key, node in items(root, "levels")}
    found: dict[str, Area] = {}
    nodes: dict[str, ScalarNode] = {}
    for key, node in items(root, "areas"):
        if key.text in found:
            raise fault(key, f"there are two of {key.text}")
        found[key.text] = _area(key.text, map_of(node), levels, sources)
        nodes[key.text] = key
    check_areas(levels, found, nodes)
    tenths, fifths = _groups(root, "wimd_2019", sources)
    newer_groups = _groups(root, "wimd_2025", sources)
    by_code = {
        code.code: area.name
        for area in found.values()
        if area.level == AUTHORITIES
        for code in area.codes
        if code.system == SOCIAL_CARE
    }
    small = _small_areas(small_areas, by_code, tenths, fifths)
    check_small_areas(levels, small, tenths, fifths, small_areas.name)
    for level in (OLDEST, NEWEST):
        if level not in levels:
            raise fault(root, f"no kind of area is named {level}")
    older = read_oldest(oldest, by_code, levels[OLDEST])
    newer = read_newest(newest, by_code, levels[NEWEST], *newer_groups)
    return Geography(levels, found, small, tenths, fifths, older, newer)


def _groups(root: MapNode, name: str, sources: Mapping[str, str]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the last ranks of the tenths and fifths of an index."""
    written = root.get(name)
    if written is None:
        raise fault(root, f"{name} is missing")
    index = map_of(written)
    only(index, {"source", "tenths", "fifths"})
    _cited(index, "source", sources)
    return _bounds(index, "tenths", 10), _bounds(index, "fifths", 5)


def _sources(root: MapNode) -> Mapping[str, str]:
    checked = day_of(root, "checked")
    if checked is None:
        raise fault(root, "checked is missing")
    found = {}
    for key, node in items(root, "sources"):
        if not isinstance(node, ScalarNode):
            raise fault(key, "a source must be a text")
        found[key.text] = f"{node.text} (stored copy read {checked})" if _was_read(node.text) else node.text
    return found


def _was_read(text: str) -> bool:
    return "http" in text and "not opened" not in text


def _cited(node: MapNode, name: str, sources: Mapping[str, str]) -> str:
    """Return the source under a name, which must be one of the file's sources."""
    key = text_of(node, name)
    if key not in sources:
        raise fault(node.get(name) or node, f"{key} is none of the sources of this file")
    return sources[key]


def _facts(node: MapNode, sources: Mapping[str, str]) -> tuple[Fact, ...]:
    for item in list_of(node, "known", needed=False):
        _cited(map_of(item), "source", sources)
    return tuple(Fact(f.text, f.confidence, sources[f.source]) for f in facts_of(node, "known"))


def _level(name: str, node: MapNode, sources: Mapping[str, str]) -> Level:
    only(node, _LEVEL)
    pattern = optional(node, "code_pattern") or ""
    try:
        re.compile(pattern)
    except re.error:
        raise fault(node.get("code_pattern") or node, "code_pattern is no regular expression") from None
    count = whole_of(node, "count")
    if not count:
        raise fault(node, "count is missing")
    return Level(
        name,
        text_of(node, "title"),
        text_of(node, "one"),
        count,
        flag_of(node, "listed", otherwise=False),
        pattern,
        confidence_of(node, "confidence"),
        _cited(node, "source", sources),
        day_of(node, "from"),
        *_days(node, sources),
        _facts(node, sources),
        texts_of(node, "not_known", needed=False),
    )


def _area(name: str, node: MapNode, levels: Mapping[str, Level], sources: Mapping[str, str]) -> Area:
    only(node, _AREA)
    level = text_of(node, "level")
    if level not in levels:
        raise fault(node.get("level") or node, f"{level} is no kind of area")
    first, last = _first(node, "from"), day_of(node, "until")
    national = optional(node, "code")
    code = None
    if national is not None:
        sure = confidence_of(node, "code_confidence")
        code = AreaCode("national", national, sure, _cited(node, "code_source", sources))
        if not levels[level].code_pattern or not re.fullmatch(levels[level].code_pattern, national):
            raise fault(node.get("code") or node, f"{national} is no code of a {levels[level].one}")
    members: tuple[Membership, ...] = ()
    if node.get("members") is not None:
        sure, source = confidence_of(node, "members_confidence"), _cited(node, "members_source", sources)
        members = tuple(Membership(one, first, last, sure, source) for one in texts_of(node, "members"))
    return Area(
        name,
        level,
        text_of(node, "title"),
        code,
        tuple(_code(key.text, map_of(one), sources) for key, one in items(node, "codes")),
        first,
        last,
        *_days(node, sources),
        members,
        _facts(node, sources),
        confidence_of(node, "confidence"),
        _cited(node, "source", sources),
    )


def _days(node: MapNode, sources: Mapping[str, str]) -> tuple[Confidence, str]:
    """Return how sure the days are and their source: those of the area itself where nothing else is said."""
    sure = confidence_of(node, "days_confidence", confidence_of(node, "confidence"))
    name = "days_source" if node.get("days_source") is not None else "source"
    return sure, _cited(node, name, sources)


def _first(node: MapNode, name: str) -> datetime.date:
    day = day_of(node, name)
    if day is None:
        raise fault(node, f"{name} is missing")
    return day


def _code(system: str, node: MapNode, sources: Mapping[str, str]) -> AreaCode:
    only(node, {"code", "confidence", "source"})
    return AreaCode(
        system, text_of(node, "code"), confidence_of(node, "confidence"), _cited(node, "source", sources)
    )


def _bounds(node: MapNode, name: str, count: int) -> tuple[int, ...]:
    texts = texts_of(node, name)
    if not all(text.isdecimal() for text in texts):
        raise fault(node.get(name) or node, f"{name} must be whole numbers")
    bounds = tuple(int(text) for text in texts)
    if len(bounds) != count or list(bounds) != sorted(set(bounds)):
        raise fault(node.get(name) or node, f"{name} must be {count} ranks, each larger than the one before")
    return bounds


def _small_areas(
    source: Source, authorities: Mapping[str, str], tenths: tuple[int, ...], fifths: tuple[int, ...]
) -> dict[str, SmallArea]:
    lines = csv.reader(io.StringIO(source.text), strict=True)
    found: dict[str, SmallArea] = {}
    for number, row in enumerate(lines, start=1):
        where = f"{source.name}:{number}"
        if number == 1:
            if tuple(row) != HEADER:
                raise CatalogueFault(f"{where}: the columns must be {', '.join(HEADER)}")
            continue
        if len(row) != len(HEADER) or not all(cell.isdecimal() for cell in row[2:]):
            raise CatalogueFault(f"{where}: {len(HEADER)} values are needed, whole numbers from the third on")
        code, authority = row[0], row[1]
        if authority not in authorities:
            raise CatalogueFault(f"{where}: {authority} is no authority")
        if code in found:
            raise CatalogueFault(f"{where}: there are two of {code}")
        rank, youngest, children, young = (int(cell) for cell in row[2:])
        if not 1 <= rank <= tenths[-1]:
            raise CatalogueFault(f"{where}: the rank must be from 1 to {tenths[-1]}")
        if not youngest <= children <= young:
            raise CatalogueFault(f"{where}: residents cannot become fewer with more ages")
        found[code] = SmallArea(
            code,
            authorities[authority],
            rank,
            group_of(rank, tenths),
            group_of(rank, fifths),
            (youngest, children, young),
        )
    return found
