"""The spec as read from its file: sections and scalars with places, nothing resolved yet.

Every scalar is a ``ScalarNode`` so that later stages can underline it. Expressions stay text here; the
language layer parses ``raw`` at ``raw_offset``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from cohort.source.nodes import ScalarNode


class Section(BaseModel):
    """Base of all parts: frozen, no unknown keys, scalars kept as positioned nodes."""

    # Schemas are built when first used, so that nested ones are built once, as parts of the whole.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


class StudySection(Section):
    """``study``: what is asked, of whom, and between which dates the data are used."""

    id: ScalarNode
    title: ScalarNode
    question: ScalarNode
    unit: ScalarNode
    data_from: ScalarNode
    data_until: ScalarNode
    tags: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    """What the study says of itself: pairs of tag and ``true`` or ``false``; in a list the two are the same node."""


class Operation(Section):
    """One operation of a definition, in the order of the file; ``key`` is the operation's word.

    ``value`` is set for operations with one scalar (where, keep_first, keep_last, of); ``values`` for those with a
    list or a mapping: one_per (list: names are the items), add (name: expression), mark (name: text),
    keep_first and keep_last written long (by, number) and join_spells (start, end, gap, per; ``per`` once for each
    column). In ``values`` each pair is (key node, value node); for lists the two are the same node.
    """

    key: ScalarNode
    value: ScalarNode | None = None
    values: tuple[tuple[ScalarNode, ScalarNode], ...] = ()


class Definition(Section):
    """``definitions``: named rows made from other rows by few operations."""

    name: ScalarNode
    start: ScalarNode | None = None
    """The name after ``from``."""
    union: tuple[ScalarNode, ...] = ()
    """The names after ``union``; a definition has this or ``from``."""
    operations: tuple[Operation, ...] = ()
    note: ScalarNode | None = None


class Step(Section):
    """One step of the population: who is kept, and why."""

    id: ScalarNode
    keep: ScalarNode
    why: ScalarNode | None = None


class Population(Section):
    """``population``: where the cohort comes from, its index date, and the steps in order."""

    start: ScalarNode
    """The name after ``from``."""
    index_date: ScalarNode
    entries: ScalarNode | None = None
    steps: tuple[Step, ...] = ()
    name: ScalarNode | None = None


class Linkage(Section):
    """``linkage``: which links to people are good enough. ``derived_alf`` is true, false or a list of sources."""

    accept_status: tuple[ScalarNode, ...]
    derived_alf: tuple[ScalarNode, ...]
    """One scalar ``true`` or ``false``, or the names of sources."""
    why: ScalarNode


class ContextTable(Section):
    """``context``: a file of figures by area and time. ``by`` are further key columns; the others are figures."""

    name: ScalarNode
    file: ScalarNode
    source: ScalarNode
    licence: ScalarNode
    sha256: ScalarNode
    why: ScalarNode
    area: ScalarNode | None = None
    time: ScalarNode | None = None
    time_is: ScalarNode | None = None
    by: tuple[ScalarNode, ...] = ()


class Match(Section):
    """``peers.match``: how candidates are matched. ``nearest`` has one pair (expression, tolerance) at most."""

    index_date: ScalarNode
    exact: tuple[ScalarNode, ...] = ()
    nearest: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    peers_per_case: ScalarNode
    reuse_peers: ScalarNode | None = None
    seed: ScalarNode


class Peers(Section):
    """``peers``: who the cases are compared with."""

    name: ScalarNode
    pool: ScalarNode
    steps: tuple[Step, ...] = ()
    match: Match


class End(Section):
    """One end of follow-up, written short (``name: expression``) or long with ``date`` and ``only_for``."""

    name: ScalarNode
    date: ScalarNode
    only_for: ScalarNode | None = None


class FollowUp(Section):
    """``follow_up``: from when, until when, and while what covers."""

    starts: ScalarNode
    ends: tuple[End, ...] = ()
    only_while: tuple[ScalarNode, ...] = ()


class Split(Section):
    """One split of person-time: by ``ages``, by ``calendar``, or by the ``value`` of ``spells`` (and ``otherwise``)."""

    name: ScalarNode
    label: ScalarNode | None = None
    ages: tuple[ScalarNode, ...] = ()
    calendar: ScalarNode | None = None
    spells: ScalarNode | None = None
    value: ScalarNode | None = None
    otherwise: ScalarNode | None = None
    priority: tuple[ScalarNode, ...] = ()


class PersonTime(Section):
    """``person_time``: what follow-up is split by."""

    split_by: tuple[Split, ...]


class Outcome(Section):
    """``outcomes``: events that are counted in follow-up; ``count`` is ``all`` or ``first in follow-up``."""

    name: ScalarNode
    events: ScalarNode
    date: ScalarNode
    count: ScalarNode
    washout: ScalarNode | None = None
    label: ScalarNode | None = None


class Choice(Section):
    """One case of ``choose``: ``when`` a condition ``then`` a label; the last may be ``otherwise``."""

    when: ScalarNode | None = None
    then: ScalarNode | None = None
    otherwise: ScalarNode | None = None


class Variable(Section):
    """``variables``: one value for each entry.

    Written short (``name: expression``) or long with ``label`` and one of ``value`` or ``choose``;
    ``bands`` maps the lower bound of each band to its label, in rising order.
    """

    name: ScalarNode
    label: ScalarNode | None = None
    value: ScalarNode | None = None
    bands: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    choose: tuple[Choice, ...] = ()


class Output(Section):
    """``outputs``: a table that comes out.

    ``of`` is the value after the kind's key: ``attrition: population`` (or the peers' name), ``count: children`` (or
    ``entries``, ``matched sets``), ``rate: outcome`` (or the unit's plural, per residents), ``series: date``; for
    ``table_one``, ``balance`` and ``distribution``, which name variables, it is None and ``variables`` are set.
    """

    name: ScalarNode
    kind: Literal["attrition", "count", "table_one", "balance", "distribution", "rate", "series"]
    of: ScalarNode | None = None
    variables: tuple[ScalarNode, ...] = ()
    title: ScalarNode | None = None
    by: tuple[ScalarNode, ...] = ()
    among: ScalarNode | None = None
    layout: ScalarNode | None = None
    per: ScalarNode | None = None
    """``1000 person-years`` or ``10000 residents``."""
    figures: ScalarNode | None = None
    """The column of a context table (``population.residents``) that counts are divided by; key ``residents``."""
    events_by: tuple[ScalarNode, ...] = ()
    between: tuple[ScalarNode, ...] = ()
    every: ScalarNode | None = None
    """Of a series: month, calendar year, academic year, financial year or year to 31 March."""
    split_at: ScalarNode | None = None
    """Of a series: the date (an expression) on and after which it is ``after``."""


class Acceptance(Section):
    """``accept``: a warning that the study lives with, and the reason; it becomes a known limitation."""

    rule: ScalarNode
    at: ScalarNode
    why: ScalarNode


class Spec(Section):
    """One whole spec file."""

    cohort_spec: ScalarNode
    study: StudySection
    sources: tuple[tuple[ScalarNode, ScalarNode], ...]
    linkage: Linkage | None = None
    context: tuple[ContextTable, ...] = ()
    codelists: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    windows: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    definitions: tuple[Definition, ...] = ()
    population: Population
    peers: Peers | None = None
    follow_up: FollowUp | None = None
    variables: tuple[Variable, ...] = ()
    person_time: PersonTime | None = None
    outcomes: tuple[Outcome, ...] = ()
    outputs: tuple[Output, ...]
    disclosure: ScalarNode
    accept: tuple[Acceptance, ...] = ()
