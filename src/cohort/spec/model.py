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


class Operation(Section):
    """One operation of a definition, in the order of the file; ``key`` is the operation's word.

    ``value`` is set for operations with one scalar (where, keep_first, keep_last); ``values`` for
    those with a list or a mapping: one_per (list: names are the items), add (name: expression) and
    join_spells (start, end, gap, per). In ``values`` each pair is (key node, value node); for lists the two
    are the same node.
    """

    key: ScalarNode
    value: ScalarNode | None = None
    values: tuple[tuple[ScalarNode, ScalarNode], ...] = ()


class Definition(Section):
    """``definitions``: named rows made from other rows by few operations."""

    name: ScalarNode
    start: ScalarNode
    """The name after ``from``."""
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
    """``outputs``: a table that comes out. Kinds in this version: ``attrition`` and ``count``.

    ``of`` is the value after the kind's key (``attrition: population``, ``count: children``).
    """

    name: ScalarNode
    kind: Literal["attrition", "count"]
    of: ScalarNode
    title: ScalarNode | None = None
    by: tuple[ScalarNode, ...] = ()
    among: ScalarNode | None = None
    layout: ScalarNode | None = None


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
    codelists: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    windows: tuple[tuple[ScalarNode, ScalarNode], ...] = ()
    definitions: tuple[Definition, ...] = ()
    population: Population
    variables: tuple[Variable, ...] = ()
    outputs: tuple[Output, ...]
    disclosure: ScalarNode
    accept: tuple[Acceptance, ...] = ()
