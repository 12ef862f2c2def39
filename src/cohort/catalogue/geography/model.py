"""What is known of areas: kinds of areas, the areas of each with codes and days, and small areas with their ranks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from cohort.catalogue.model import Confidence, Fact

AUTHORITIES = "local_authorities"
"""The kind of area that all larger areas are made of."""


@dataclass(frozen=True)
class Level:
    """A kind of area. ``count`` is how many there are at any time.

    From ``first_day`` on (None: the days are not recorded) its areas together are Wales, without gap or overlap.
    ``code_pattern`` is the form of the national codes, empty where none is known; ``listed`` says whether each area is
    in this catalogue.
    """

    name: str
    title: str
    one: str
    count: int
    listed: bool
    code_pattern: str
    confidence: Confidence
    source: str
    first_day: datetime.date | None
    days_confidence: Confidence
    days_source: str
    known: tuple[Fact, ...] = ()
    not_known: tuple[str, ...] = ()


@dataclass(frozen=True)
class AreaCode:
    """A code of an area in one system of codes, such as the numbers of education returns."""

    system: str
    code: str
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class Membership:
    """An authority that is part of a larger area from a first to a last day (None: still)."""

    authority: str
    first_day: datetime.date
    last_day: datetime.date | None
    confidence: Confidence
    source: str

    def holds_on(self, day: datetime.date) -> bool:
        """Whether the authority is part of the area on a day."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Area:
    """An area: its national code (None: none is known), further codes, days, and the authorities that it is made of."""

    name: str
    level: str
    title: str
    code: AreaCode | None
    codes: tuple[AreaCode, ...]
    first_day: datetime.date
    last_day: datetime.date | None
    days_confidence: Confidence
    days_source: str
    members: tuple[Membership, ...]
    known: tuple[Fact, ...]
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class SmallArea:
    """A small area of 2011 with its authority, its rank by WIMD 2019 (1 is the most deprived), and its residents.

    ``residents`` are those at the ages 0-15, 0-17 and 0-25 in the middle of 2020.
    """

    code: str
    authority: str
    rank: int
    tenth: int
    fifth: int
    residents: tuple[int, int, int]


@dataclass(frozen=True)
class NewerSmallArea:
    """A small area of 2021 with its authority and its rank by WIMD 2025 (1 is the most deprived).

    ``deep_rooted``: it was among the 50 most deprived in every index from 2005 to 2025.
    """

    code: str
    authority: str
    rank: int
    tenth: int
    fifth: int
    deep_rooted: bool


@dataclass(frozen=True)
class Geography:
    """All that is known of areas.

    ``small_areas`` are those of 2011, ``small_areas_2001`` the authority of each small area of 2001. A code that is in
    two versions is one area that did not change between them.
    """

    levels: Mapping[str, Level]
    areas: Mapping[str, Area]
    small_areas: Mapping[str, SmallArea]
    tenths: tuple[int, ...]
    fifths: tuple[int, ...]
    """The last rank of each tenth and fifth by WIMD 2019."""
    small_areas_2001: Mapping[str, str]
    small_areas_2021: Mapping[str, NewerSmallArea]

    @cached_property
    def authorities(self) -> tuple[Area, ...]:
        """The authorities, in the order of their codes in social care returns."""
        return self.of_level(AUTHORITIES)

    @cached_property
    def parts(self) -> Mapping[str, tuple[tuple[Area, Membership], ...]]:
        """For each authority the larger areas that it is or was part of, in the order of the file."""
        found: dict[str, list[tuple[Area, Membership]]] = {area.name: [] for area in self.authorities}
        for area in self.areas.values():
            for member in area.members:
                found[member.authority].append((area, member))
        return {name: tuple(parts) for name, parts in found.items()}

    def of_level(self, level: str) -> tuple[Area, ...]:
        """Return the areas of a kind, in the order of the file."""
        return tuple(area for area in self.areas.values() if area.level == level)

    def area_of(self, authority: str, level: str, day: datetime.date) -> Area | None:
        """Return the area of a kind that an authority is part of on a day; None before the kind's first day."""
        parts = self.parts[authority]
        return next((area for area, part in parts if area.level == level and part.holds_on(day)), None)

    def small_areas_of(self, authority: str) -> tuple[SmallArea, ...]:
        """Return the small areas of an authority, in the order of their codes."""
        return tuple(area for area in self.small_areas.values() if area.authority == authority)

    def newer_small_areas_of(self, authority: str) -> tuple[NewerSmallArea, ...]:
        """Return the small areas of 2021 of an authority, in the order of their codes."""
        return tuple(area for area in self.small_areas_2021.values() if area.authority == authority)


def group_of(rank: int, bounds: tuple[int, ...]) -> int:
    """Return the number of the group that a rank is in, from 1; ``bounds`` are the last ranks of the groups."""
    return next(number for number, last in enumerate(bounds, start=1) if rank <= last)
