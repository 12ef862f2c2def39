"""The catalogue as typed values. Preparation stays as positioned nodes, which the resolver types."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from cohort.source import Place
from cohort.source.nodes import MapNode
from cohort.types import ValueType


@dataclass(frozen=True)
class CodeList:
    """Codes with labels, in the order in which tables show them."""

    name: str
    label: str
    source: str
    codes: Mapping[str, str]


@dataclass(frozen=True)
class HeldColumn:
    """A column of a holding: logical and physical name (``{key}`` stands for the key suffix), type, sensitivity.

    ``confidence`` says how sure name and type are: certain, likely or guess.
    """

    name: str
    physical: str
    type: ValueType
    label: str
    sensitivity: str
    confidence: str
    means_death: bool = False
    """Whether it is a date of death, which is itself a day of follow-up."""


@dataclass(frozen=True)
class HeldTable:
    """A table of a holding. ``first_day`` and ``last_day`` bound what it holds, where that is known.

    ``returned`` is the column of the census year, where the table is a yearly return from 1 April to 31 March, and
    ``first_return`` the first census year that is held (200304 for the year to 31 March 2004).
    """

    name: str
    physical: str
    physical_confidence: str
    label: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[HeldColumn, ...]
    returned: str | None
    first_return: int | None
    dataset: str
    source: str
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None


@dataclass(frozen=True)
class Preparation:
    """One step of preparing a source: the operation as nodes, its words and its reason.

    ``only_for`` is the one unit for which the step is done (None: for all).
    """

    id: str
    operation: MapNode
    words: str
    why: str
    place: Place
    only_for: str | None = None


@dataclass(frozen=True)
class Relation:
    """How units are related to others: the prepared rows that pair them (unit, ``related``), and in words."""

    name: str
    rows: str
    label: str


@dataclass(frozen=True)
class Prepared:
    """A source as specs see it: a held table (or a union of prepared rows) with its documented clean-up.

    ``start`` names a held table, or other prepared rows; ``union`` names several prepared rows instead (then
    ``start`` is empty). ``units`` are the units that it can be brought to (empty: all).

    ``offered`` is false for helpers (maps) that specs cannot name; ``spell`` are the columns of start and
    first day outside where the rows are spells. Rows ``of_derived_links`` serve only studies that use improved links:
    others do without this part of a union, so that they do not ask for its table. ``seen_while`` names the prepared
    spells outside which the events of this source are not seen (empty: they always are).
    """

    name: str
    label: str
    grain: str
    start: str
    steps: tuple[Preparation, ...]
    offered: bool
    spell: tuple[str, str] | None
    dataset: str
    place: Place
    union: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    of_derived_links: bool = False
    seen_while: str = ""


@dataclass(frozen=True)
class Unit:
    """What a study counts: its word, the plural, and the fact that holds the week of birth (rows, column)."""

    name: str
    plural: str
    label: str
    birth: tuple[str, str]


@dataclass(frozen=True)
class Caveat:
    """A known limit of the data, with the condition under which it concerns a study.

    It concerns a study that uses one of ``uses`` (``table`` or ``table.column``), and, where set, whose dates
    span ``spans`` or begin before ``before``.
    """

    id: str
    uses: tuple[str, ...]
    spans: datetime.date | None
    before: datetime.date | None
    dimension: str
    text: str
    action: str
    source: str


@dataclass(frozen=True)
class Catalogue:
    """All that is known, by logical name."""

    tables: Mapping[str, HeldTable]
    prepared: Mapping[str, Prepared]
    code_lists: Mapping[str, CodeList]
    units: Mapping[str, Unit]
    caveats: tuple[Caveat, ...]
    relations: Mapping[str, Relation] = field(default_factory=dict)
