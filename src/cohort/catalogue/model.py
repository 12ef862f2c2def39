"""The catalogue as typed values. Preparation stays as positioned nodes, which the resolver types."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from cohort.source import Place
from cohort.source.nodes import MapNode
from cohort.types import ValueType

Confidence = Literal["certain", "likely", "guess", "background", "unknown"]
"""How sure a fact is: seen in a source, inferred from one, a guess, general knowledge without a source, not known."""
ALL_CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)

EndDay = Literal["in", "outside", "unknown"]
"""Whether the recorded end of a spell is its last day, the first day outside, or nobody says."""


@dataclass(frozen=True)
class Fact:
    """Something that is known of a holding or a table, in one sentence, with its source."""

    text: str
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class Code:
    """A code with what it means for what begins in the years that it holds (None: no bound is known).

    ``confidence`` says how sure the code is, ``label_confidence`` how sure its meaning. Where a source gives a year
    only, ``first_day`` and ``last_day`` are the first and last day of that year.
    """

    code: str
    label: str
    confidence: Confidence
    label_confidence: Confidence
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True)
class CodeList:
    """Codes with labels, in the order in which tables show them.

    ``entries`` has every code once for each meaning that it has had. Other codes may occur where the list is not
    ``complete``.
    """

    name: str
    label: str
    source: str
    codes: Mapping[str, str]
    entries: tuple[Code, ...] = ()
    confidence: Confidence = "certain"
    complete: bool = True


@dataclass(frozen=True)
class HeldColumn:
    """A column of a holding: logical and physical name (``{key}`` stands for the key suffix), type, sensitivity.

    ``confidence`` says how sure the name is, ``type_confidence`` the kind of value, ``length_confidence`` the length
    of text and codes. ``held_as`` is the type in the source's own words, where one is stated; ``measured_in`` the unit
    of a number; ``code_system`` the system that codes without a list come from; ``special`` pairs values that are
    not what they say with what they mean.
    """

    name: str
    physical: str
    type: ValueType
    label: str
    sensitivity: str
    confidence: Confidence
    means_death: bool = False
    """Whether it is a date of death, which is itself a day of follow-up."""
    type_confidence: Confidence = "guess"
    length_confidence: Confidence = "guess"
    source: str = ""
    held_as: str = ""
    measured_in: str = ""
    code_system: str = ""
    special: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HeldSpell:
    """The columns between which a row of a table lasts, and whether the recorded end is a day in the spell."""

    start: str
    end: str
    end_day: EndDay
    confidence: Confidence
    source: str


@dataclass(frozen=True)
class HeldTable:
    """A table of a holding. ``first_day`` and ``last_day`` bound what it holds, where that is known.

    ``returned`` is the column of the census year, where the table is a yearly return from 1 April to 31 March, and
    ``first_return`` the first census year that is held (200304 for the year to 31 March 2004), with its own
    confidence and source.

    ``physical`` is empty where nobody has published the name (``physical_confidence`` is then ``unknown``): a binding
    must give it. ``grain_confidence`` is that of grain and key, ``days_confidence`` that of first and last day,
    whose source is ``days_source``: code that reads a table seldom says when it begins.
    ``also_holds`` are contents for which no column name is known; ``listed_as`` is the dataset's id in the list of
    datasets, where that is not the id of the holding. ``columns_published`` counts the columns in published metadata.
    """

    name: str
    physical: str
    physical_confidence: Confidence
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
    grain_confidence: Confidence = "guess"
    days_confidence: Confidence = "unknown"
    spell: HeldSpell | None = None
    coverage: tuple[Fact, ...] = ()
    also_holds: tuple[Fact, ...] = ()
    listed_as: str = ""
    columns_published: int | None = None
    days_source: str = ""
    first_return_confidence: Confidence = "unknown"
    first_return_source: str = ""


@dataclass(frozen=True)
class TableOutline:
    """A table that is known to exist, and none of whose columns is known, so that no study can read it.

    ``physical`` is empty where its name is not known either.
    """

    name: str
    physical: str
    physical_confidence: Confidence
    label: str
    grain: str
    grain_confidence: Confidence
    dataset: str
    source: str
    also_holds: tuple[Fact, ...] = ()
    listed_as: str = ""


@dataclass(frozen=True)
class Holding:
    """A dataset at the level of persons: who owns it, what it holds, and what is known and not known of it.

    ``route`` is where to ask for it alone: ``welsh_government`` or ``sail``, or ``elsewhere``.
    """

    name: str
    title: str
    owner: str
    owner_confidence: Confidence
    holds: str
    route: str
    source: str
    known: tuple[Fact, ...] = ()
    not_known: tuple[str, ...] = ()


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
class Catalogue:
    """All that is known, by logical name."""

    tables: Mapping[str, HeldTable]
    prepared: Mapping[str, Prepared]
    code_lists: Mapping[str, CodeList]
    units: Mapping[str, Unit]
    relations: Mapping[str, Relation] = field(default_factory=dict)
    holdings: Mapping[str, Holding] = field(default_factory=dict)
    outlines: Mapping[str, TableOutline] = field(default_factory=dict)
