"""Results of a study: raw (true counts, never shown) and safe (after disclosure control).

Raw results come from the engine, or later from a file that an analyst brings out; safe results are what the
writers of files receive, and hold no true value of a hidden cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cohort.results.category import Category

ALL = "all"
"""Value of the category that stands for a whole margin: the total row or column."""


@dataclass(frozen=True)
class Axis:
    """A variable that a table is counted by, with its categories in order (without the total)."""

    variable: str
    label: str
    categories: tuple[Category, ...]


@dataclass(frozen=True)
class Group:
    """Who is in the denominator of a table.

    ``conditions`` are the conditions of ``among`` as canonical texts; a group lies inside another when it has
    all conditions of the other (no conditions: the whole cohort). ``fixed`` says which variables have one
    value in the group by its definition, such as ``{"legal_status_at_entry": "V2"}``.
    """

    words: str
    conditions: frozenset[str] = frozenset()
    fixed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CountTable:
    """A raw table of counts by one or two variables.

    ``counts`` has one entry for each combination of category values (inner cells only, no totals; a
    combination that is absent counts 0). ``impossible`` lists combinations that cannot occur by definition
    (structural zeros): they print as "not applicable" and are never used as masks.
    """

    id: str
    title: str
    counted: str
    axes: tuple[Axis, ...]
    group: Group
    counts: Mapping[tuple[str, ...], int]
    impossible: frozenset[tuple[str, ...]] = frozenset()


@dataclass(frozen=True)
class AttritionStep:
    """One step of the flow: how many are left after it. The first step is the start (nobody excluded yet)."""

    id: str
    words: str
    why: str
    remaining: int


@dataclass(frozen=True)
class AttritionTable:
    """The raw flow of a cohort, in order. The last step's ``remaining`` is the size of the cohort."""

    id: str
    title: str
    counted: str
    steps: tuple[AttritionStep, ...]


@dataclass(frozen=True)
class RawResults:
    """All tables of one study from one run."""

    study: str
    spec_hash: str
    tables: tuple[CountTable | AttritionTable, ...]


class State(StrEnum):
    """What a reader sees in a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    IMPOSSIBLE = "not applicable"


@dataclass(frozen=True)
class SafeCell:
    """A cell after protection. ``count`` is None unless the state is shown; rounded if the policy rounds."""

    state: State
    count: int | None = None


@dataclass(frozen=True)
class SafeTable:
    """A protected table: inner cells and totals (``ALL``) of each axis, each in one of three states."""

    id: str
    title: str
    counted: str
    axes: tuple[Axis, ...]
    group_words: str
    cells: Mapping[tuple[str, ...], SafeCell]


@dataclass(frozen=True)
class SafeAttritionStep:
    """One step of a protected flow; ``excluded`` of the first step is not applicable."""

    id: str
    words: str
    why: str
    remaining: SafeCell
    excluded: SafeCell


@dataclass(frozen=True)
class SafeAttrition:
    """A protected flow."""

    id: str
    title: str
    counted: str
    steps: tuple[SafeAttritionStep, ...]


@dataclass(frozen=True)
class SafeResults:
    """Everything that may be written. ``synthetic`` says so on every page."""

    study: str
    spec_hash: str
    policy: str
    policy_words: tuple[str, ...]
    symbol: str
    synthetic: bool
    tables: tuple[SafeTable | SafeAttrition, ...]
    log: tuple[str, ...] = ()
