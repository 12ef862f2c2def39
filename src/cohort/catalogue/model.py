"""The catalogue as typed values. Preparation stays as positioned nodes, which the resolver types."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class HeldTable:
    """A table of a holding.

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


@dataclass(frozen=True)
class Preparation:
    """One step of preparing a source: the operation as nodes, its words and its reason."""

    id: str
    operation: MapNode
    words: str
    why: str
    place: Place


@dataclass(frozen=True)
class Prepared:
    """A source as specs see it: a held table with its documented clean-up.

    ``offered`` is false for helpers (maps) that specs cannot name; ``spell`` are the columns of start and
    first day outside where the rows are spells.
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
