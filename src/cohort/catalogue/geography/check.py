"""What must hold of areas: whole coverage without gap or overlap in every year, well-formed codes, complete lists."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from cohort.catalogue.geography.model import AUTHORITIES, Area, Level, SmallArea
from cohort.catalogue.nodes import CatalogueFault, fault
from cohort.source.nodes import Node

_DAY = datetime.timedelta(days=1)
SMALL = "small_areas_2011"


def check_areas(levels: Mapping[str, Level], areas: Mapping[str, Area], nodes: Mapping[str, Node]) -> None:
    """Raise ``CatalogueFault`` at the first area that breaks a rule.

    An area's last day is not before its first; codes of one system are used once at any time; members are authorities;
    every authority is in exactly one area of each kind on every day since the kind's first; each kind has its count.
    """
    authorities = {name: area for name, area in areas.items() if area.level == AUTHORITIES}
    for name, area in areas.items():
        if area.last_day is not None and area.last_day < area.first_day:
            raise fault(nodes[name], f"{name} ends before it begins")
        _check_codes(area, areas, nodes[name])
        twice = len({member.authority for member in area.members}) < len(area.members)
        unknown = [member.authority for member in area.members if member.authority not in authorities]
        if unknown or twice:
            wrong = f"{unknown[0]} is no authority" if unknown else "an authority is named twice"
            raise fault(nodes[name], f"{name}: {wrong}")
        if (area.level == AUTHORITIES) == bool(area.members):
            raise fault(nodes[name], f"{name} must be either an authority or made of authorities")
    for level in levels.values():
        listed = [area for area in areas.values() if area.level == level.name]
        if not listed:
            continue
        _check_count(level, listed, nodes)
        if level.name != AUTHORITIES:
            for authority in authorities:
                _check_coverage(level, authority, listed, nodes)


def _check_codes(area: Area, areas: Mapping[str, Area], node: Node) -> None:
    own = {(code.system, code.code) for code in (*area.codes, *([area.code] if area.code else []))}
    for other in areas.values():
        if other.name == area.name or other.level != area.level or not _meet(area, other):
            continue
        shared = own & {(c.system, c.code) for c in (*other.codes, *([other.code] if other.code else []))}
        if shared:
            raise fault(node, f"{area.name} and {other.name} have the code {min(shared)[1]} at the same time")


def _meet(one: Area, other: Area) -> bool:
    """Whether two areas exist on the same day."""
    ends = [area.last_day for area in (one, other) if area.last_day is not None]
    return max(one.first_day, other.first_day) <= min(ends, default=datetime.date.max)


def _check_count(level: Level, listed: list[Area], nodes: Mapping[str, Node]) -> None:
    """Check the number of areas on each day on which one begins."""
    for day in sorted({area.first_day for area in listed}):
        there = [
            area
            for area in listed
            if area.first_day <= day and (area.last_day is None or day <= area.last_day)
        ]
        if len(there) != level.count:
            raise fault(
                nodes[there[-1].name],
                f"{level.name}: {len(there)} areas on {day}, but {level.count} are known",
            )


def _check_coverage(level: Level, authority: str, listed: list[Area], nodes: Mapping[str, Node]) -> None:
    """Check that an authority's memberships follow each other from the kind's first day without gap or overlap."""
    spells = sorted(
        ((member, area) for area in listed for member in area.members if member.authority == authority),
        key=lambda pair: pair[0].first_day,
    )
    if not spells:
        raise fault(nodes[listed[0].name], f"{authority} is in none of the {level.name}")
    wanted: datetime.date | None = level.first_day
    for member, area in spells:
        if wanted is None:
            raise fault(
                nodes[area.name], f"{authority} is in two of the {level.name} from {member.first_day}"
            )
        if member.first_day != wanted:
            words = "two" if member.first_day < wanted else "none"
            first = min(member.first_day, wanted)
            raise fault(nodes[area.name], f"{authority} is in {words} of the {level.name} from {first}")
        wanted = member.last_day + _DAY if member.last_day is not None else None
    if wanted is not None:
        raise fault(nodes[spells[-1][1].name], f"{authority} is in none of the {level.name} from {wanted}")


def check_small_areas(
    levels: Mapping[str, Level],
    found: Mapping[str, SmallArea],
    tenths: tuple[int, ...],
    fifths: tuple[int, ...],
    file: str,
) -> None:
    """Raise ``CatalogueFault`` unless the list is whole: each code well formed, each rank once, and the known count."""
    if SMALL not in levels:
        raise CatalogueFault(f"{file}: no kind of area is named {SMALL}")
    level = levels[SMALL]
    # The header is the first line.
    for line, code in enumerate(found, start=2):
        if not re.fullmatch(level.code_pattern, code):
            raise CatalogueFault(f"{file}:{line}: {code} is no code of a {level.one}")
    if len(found) != level.count:
        raise CatalogueFault(f"{file}: {len(found)} areas, but {level.count} are known")
    if sorted(area.rank for area in found.values()) != list(range(1, level.count + 1)):
        raise CatalogueFault(f"{file}: the ranks must be each of 1 to {level.count} once")
    if {tenths[-1], fifths[-1]} != {level.count}:
        raise CatalogueFault(f"{file}: the last group must end with the rank {level.count}")
