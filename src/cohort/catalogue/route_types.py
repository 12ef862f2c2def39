"""What the way to the data of a study is made of: guidance, what a study asks for, and what is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cohort.catalogue.model import Confidence, Fact


class Way(StrEnum):
    """Where to ask: the Welsh Government alone, the same but sources disagree, SAIL, or nobody says where."""

    WELSH_GOVERNMENT = "welsh_government"
    ASK_FIRST = "ask_welsh_government_first"
    SAIL = "sail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reading:
    """What one source says that the Welsh Government gives alone; ``several``: several social-services datasets too."""

    id: str
    fact: Fact
    short: str
    several: bool


@dataclass(frozen=True)
class LinkedUnit:
    """A unit that is told apart by a linking field, and what would do without one."""

    unit: str
    fact: Fact
    instead: str


@dataclass(frozen=True)
class MadeInSail:
    """A held table that is made in SAIL, and what to ask an owner outside who does not have it."""

    table: str
    fact: Fact
    ask: str


@dataclass(frozen=True)
class StepToTake:
    """A step of an application; ``only_with_owner`` is the owner whose data it depends on (empty: always)."""

    id: str
    fact: Fact
    only_with_owner: str = ""


@dataclass(frozen=True)
class Guidance:
    """What public sources say about the way to the data. ``advice``, ``steps``, ``facts``, ``not_known`` by way."""

    linked_units: tuple[LinkedUnit, ...]
    made_in_sail: tuple[MadeInSail, ...]
    readings: tuple[Reading, ...]
    advice: Mapping[str, str]
    steps: Mapping[str, tuple[StepToTake, ...]]
    facts: Mapping[str, tuple[Fact, ...]]
    not_known: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class AskedSource:
    """A source of a study: why it is needed, the held tables that it reads, and the parts of the study that use it."""

    name: str
    why: str
    tables: frozenset[str]
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a study asks for. ``published`` are the names of the tables of published figures that it brings."""

    study: str
    unit: str
    sources: tuple[AskedSource, ...]
    published: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskedTable:
    """A held table that the SQL of a study reads: its logical and its physical name, and how sure the latter is."""

    name: str
    physical: str
    physical_confidence: Confidence


@dataclass(frozen=True)
class AskedDataset:
    """A dataset that a study reads: its owner, where it is asked for alone, and the sources that read it.

    ``tables`` are all that its SQL reads, those too that preparation rests on and the spec does not name.
    """

    name: str
    title: str
    owner: str
    owner_confidence: Confidence
    route: str
    sources: tuple[str, ...]
    tables: tuple[AskedTable, ...]
    source: str


@dataclass(frozen=True)
class Without:
    """What would change if the study did without some sources: the way, and the datasets and owners that fall away.

    ``unlinked`` is the way if, besides, no linking field were needed.
    """

    sources: tuple[str, ...]
    used_by: tuple[str, ...]
    way: Way
    unlinked: Way
    datasets: tuple[str, ...]
    owners: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """The way to the data of one study.

    ``reasons`` are sentences of ours; ``facts`` what they rest on, with confidence and source. ``readings`` are what
    sources say of social-services data that stand alone; ``disagree`` whether they come to different ways here.
    ``to_ask`` are questions for the one who is asked. ``smaller`` is what would change without a source or a dataset,
    and ``social_services_only`` what would have to go for the Welsh Government to be enough (None if nothing has to,
    or nothing would be left). ``unlinked`` is the way if no linking field were needed, and ``instead`` what would do
    without one (empty if none is needed).
    """

    study: str
    way: Way
    unlinked: Way
    reasons: tuple[str, ...]
    facts: tuple[Fact, ...]
    readings: tuple[Reading, ...]
    disagree: bool
    advice: str
    to_ask: tuple[str, ...]
    datasets: tuple[AskedDataset, ...]
    steps: tuple[StepToTake, ...]
    not_known: tuple[str, ...]
    smaller: tuple[Without, ...]
    social_services_only: Without | None
    instead: str
    published: tuple[str, ...]
