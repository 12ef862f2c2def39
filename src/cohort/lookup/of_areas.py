"""The sheets of kinds of areas, of areas and small areas, and of tables of published figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.catalogue.geography import (
    Area,
    AreaCode,
    FiguresTable,
    Level,
    Membership,
    NewerSmallArea,
    SmallArea,
)
from cohort.catalogue.geography.figures import hash_of
from cohort.catalogue.geography.model import AUTHORITIES
from cohort.catalogue.geography.versions import NEWEST, OLDEST
from cohort.lookup.known import Known
from cohort.lookup.sheet import Listing, Ref, Row, Sheet, Sort, Statement
from cohort.lookup.words import of_facts, period

_SYSTEMS = {
    "national": "national code",
    "social_care": "code in social care returns",
    "education": "code in education returns",
    "nhs": "number in the health service",
}

_NOT_COMPARED = "no: taken from the published files that this project was given"


def sheet_of_level(known: Known, level: Level) -> Sheet:
    """Return the sheet of a kind of area: how many there are, since when, its areas, and what is not known."""
    say = [Statement("how many", str(level.count), level.confidence, level.source)]
    if level.first_day is not None:
        words = f"since {level.first_day}, without gap or overlap"
        say.append(Statement("cover Wales", words, level.days_confidence, level.days_source))
    if level.code_pattern:
        words = level.code_pattern.replace("[0-9]{6}", " and six digits")
        say.append(Statement("national codes", words, None, ""))
    say += of_facts("known", level.known)
    say += _not_known(level.not_known)
    areas = known.geography.of_level(level.name)
    rows = tuple(
        Row(
            (
                area.name,
                area.code.code if area.code else "",
                area.title,
                ", ".join(f"{_SYSTEMS[code.system]} {code.code}" for code in area.codes),
                period(area.first_day, area.last_day),
                area.confidence,
                area.source,
            ),
            ref_of_area(area),
        )
        for area in areas
    )
    heads = (
        *(("name", "Name"), ("code", "National code"), ("title", "Title"), ("codes", "Other codes")),
        *(("valid", "Valid"), ("sure", "Confidence"), ("source", "Source")),
    )
    empty = "They stand with their authorities." if level.listed else "Their list is not in this catalogue."
    return Sheet(
        Ref(Sort.GEOGRAPHY, level.name),
        level.title,
        tuple(say),
        (Listing("areas", "Areas", heads, rows, empty=empty),),
    )


def sheet_of_area(known: Known, area: Area) -> Sheet:
    """Return the sheet of an area: its codes and days, what it is part of or made of, and its small areas."""
    level = known.geography.levels[area.level]
    say = [
        Statement("is a", level.one, area.confidence, area.source, (Ref(Sort.GEOGRAPHY, level.name),)),
        Statement("valid", period(area.first_day, area.last_day), area.days_confidence, area.days_source),
        *_codes((*([area.code] if area.code else []), *area.codes)),
        *of_facts("known", area.known),
    ]
    if area.level == AUTHORITIES:
        parts = known.geography.parts[area.name]
        listings: tuple[Listing, ...] = (
            _belongs_to(known, parts),
            _small_areas(known.geography.small_areas_of(area.name)),
            _newer_small_areas(known.geography.newer_small_areas_of(area.name)),
        )
    else:
        listings = (_members(known, area),)
    return Sheet(ref_of_area(area), f"{area.title} ({level.one})", tuple(say), listings)


def sheet_of_small_area(known: Known, code: str) -> Sheet | None:
    """Return the sheet of a small area by its code, whatever the case; None if no version has the code."""
    code = code.strip().upper()
    geography = known.geography
    small, newer = geography.small_areas.get(code), geography.small_areas_2021.get(code)
    older = geography.small_areas_2001.get(code)
    named = small.authority if small else newer.authority if newer else older
    if named is None:
        return None
    authority = geography.areas[named]
    of_2011, of_2021 = geography.levels["small_areas_2011"], geography.levels[NEWEST]
    say: list[Statement] = []
    held = ((OLDEST, older is not None), ("small_areas_2011", small is not None), (NEWEST, newer is not None))
    versions = [geography.levels[name] for name, holds in held if holds]
    for level in versions:
        ref = Ref(Sort.GEOGRAPHY, level.name)
        say.append(Statement("is a", level.one, level.confidence, level.source, (ref,)))
    best = max(versions, key=lambda level: level.confidence == "certain")
    say.append(
        Statement("authority", authority.title, best.confidence, best.source, (ref_of_area(authority),))
    )
    if small is not None:
        say += _ranked("2019", of_2011, small)
    if newer is not None:
        say += _ranked("2025", of_2021, newer)
        words = (
            "yes: among the 50 most deprived in every index from 2005 to 2025" if newer.deep_rooted else "no"
        )
        say.append(Statement("in deep-rooted deprivation", words, of_2021.confidence, of_2021.source))
    *firsts, last = (level.name.removeprefix("small_areas_") for level in versions)
    years = f"{', '.join(firsts)} and {last}" if firsts else last
    parts = geography.parts[authority.name]
    return Sheet(None, f"Small area of {years} {code}", tuple(say), (_belongs_to(known, parts),))


def _ranked(year: str, level: Level, small: SmallArea | NewerSmallArea) -> Iterator[Statement]:
    sure, index = level.confidence, level.source
    words = f"{small.rank} of {level.count}, 1 the most deprived"
    yield Statement(f"rank by WIMD {year}", words, sure, index)
    yield Statement(f"tenth by WIMD {year}", str(small.tenth), sure, index)
    yield Statement(f"fifth by WIMD {year}", str(small.fifth), sure, index)


def sheet_of_figures(table: FiguresTable) -> Sheet:
    """Return the sheet of a table of figures: its columns, keys, source, licence, and how a study brings it."""
    checked = table.checked.isoformat() if table.checked else _NOT_COMPARED
    time = f"{table.time}, a {table.time_is}" if table.time else "none"
    say = [
        Statement("holds", table.title, table.confidence, table.source),
        Statement("rows", str(table.rows), table.confidence, table.source),
        Statement("keys", ", ".join(table.keys), table.confidence, table.source),
        Statement("time", time, table.confidence, table.source),
        Statement("published", str(table.published), "likely", table.source),
        Statement("address", table.address, None, ""),
        Statement("licence", table.licence, None, ""),
        Statement("compared with a stored copy of its source", checked, None, ""),
        Statement("hash", hash_of(table), None, ""),
        Statement("written by", f"cohort catalogue figures {table.name} --out FILE", None, ""),
        *of_facts("known", table.known),
        *_not_known(table.not_known),
    ]
    rows = tuple(
        Row((name, "key" if name in table.keys else "figure", holds)) for name, holds in table.columns
    )
    heads = (("name", "Column"), ("role", "Is a"), ("label", "Holds"))
    return Sheet(
        Ref(Sort.FIGURES, table.name), table.title, tuple(say), (Listing("figures", "Columns", heads, rows),)
    )


def ref_of_area(area: Area) -> Ref:
    """Return an area as a reference."""
    return Ref(Sort.AREA, area.name)


def _codes(codes: Iterable[AreaCode]) -> Iterator[Statement]:
    for code in codes:
        yield Statement(_SYSTEMS[code.system], code.code, code.confidence, code.source)


def _not_known(points: Iterable[str]) -> Iterator[Statement]:
    for point in points:
        yield Statement("not known", point, "unknown", "")


def _belongs_to(known: Known, parts: Iterable[tuple[Area, Membership]]) -> Listing:
    heads = (
        *(("name", "Area"), ("kind", "Kind"), ("title", "Title"), ("valid", "Valid")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    rows = tuple(
        Row(
            (
                area.name,
                known.geography.levels[area.level].one,
                area.title,
                period(part.first_day, part.last_day),
                part.confidence,
                part.source,
            ),
            ref_of_area(area),
        )
        for area, part in parts
    )
    return Listing("belongs_to", "Is part of", heads, rows, empty="No larger area is listed.")


def _members(known: Known, area: Area) -> Listing:
    heads = (
        *(("name", "Authority"), ("title", "Title"), ("valid", "Valid")),
        *(("sure", "Confidence"), ("source", "Source")),
    )
    rows = tuple(
        Row(
            (
                part.authority,
                known.geography.areas[part.authority].title,
                period(part.first_day, part.last_day),
                part.confidence,
                part.source,
            ),
            Ref(Sort.AREA, part.authority),
        )
        for part in area.members
    )
    return Listing("members", "Authorities", heads, rows)


def _small_areas(small_areas: Iterable[SmallArea]) -> Listing:
    heads = (("code", "Code"), ("rank", "Rank"), ("tenth", "Tenth"), ("fifth", "Fifth"))
    rows = tuple(Row((small.code, small.rank, small.tenth, small.fifth)) for small in small_areas)
    return Listing(
        "small_areas",
        "Small areas of 2011 with rank, tenth and fifth by WIMD 2019",
        heads,
        rows,
        note="1 is the most deprived.",
    )


def _newer_small_areas(small_areas: Iterable[NewerSmallArea]) -> Listing:
    heads = (
        *(("code", "Code"), ("rank", "Rank"), ("tenth", "Tenth"), ("fifth", "Fifth")),
        ("deep_rooted", "Deep-rooted"),
    )
    rows = tuple(
        Row((small.code, small.rank, small.tenth, small.fifth, "yes" if small.deep_rooted else ""))
        for small in small_areas
    )
    return Listing(
        "small_areas_2021",
        "Small areas of 2021 with rank, tenth and fifth by WIMD 2025",
        heads,
        rows,
        note="1 is the most deprived. Deep-rooted: among the 50 most deprived in every index from 2005 to 2025.",
    )
