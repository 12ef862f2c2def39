"""Known limits of the data as typed values, and the words by which their conditions are seen in a study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from cohort.catalogue.conditions import Condition
from cohort.catalogue.model import Confidence
from cohort.catalogue.predicates import Predicate


class Dimension(StrEnum):
    """What a limit is about."""

    COVERAGE = "coverage"
    COMPLETENESS = "completeness"
    CONSISTENCY = "consistency"
    ACCURACY = "accuracy"
    TIMELINESS = "timeliness"
    RELEVANCE = "relevance"


class Severity(StrEnum):
    """A note is shown and belongs to the known limitations; a warning must be accepted with a reason."""

    NOTE = "note"
    WARNING = "warning"


class Decided(StrEnum):
    """How it is decided whether a limit concerns a study: by the spec, by its tags, or not at all (to be read)."""

    SPEC = "spec"
    TAG = "tag"
    READING = "reading"


@dataclass(frozen=True)
class KnownLimit:
    """A known limit of the data. ``condition`` is as its source writes it.

    ``read_as`` is the condition by which it is decided: the same, unless ``read_as_why`` says why not. ``tags`` are the
    tags under ``study`` that can decide it, and published series by their ids, which are tags too. ``handled_by`` are
    steps of preparation (``source.step``) that see to it, so that it does not concern studies of these sources.
    ``no_study`` says why no study that this package reads can meet the condition (empty: one can).
    ``study_years`` is how the years of the study as a whole are counted in the condition: ``calendar`` or
    ``social_care``. ``doubt`` says what is less sure than the rest.
    """

    id: str
    section: str
    applies_to: str
    condition_text: str
    condition: Condition
    read_as: Condition
    read_as_why: str
    dimension: Dimension
    severity: Severity
    decided: Decided
    tags: tuple[str, ...]
    handled_by: tuple[str, ...]
    no_study: str
    study_years: str
    message: str
    source: str
    confidence: Confidence
    doubt: str


class SignKind(StrEnum):
    """What a sign looks for in a study. Names may have ``*`` for any text; columns are ``TABLE.COLUMN``."""

    DATASET = "dataset"
    TABLE = "table"
    COLUMN = "column"
    """A column that is read."""
    RECORDED = "recorded"
    """A column that the study's own words take as it is recorded, not only what preparation works out of it."""
    GROUP = "group"
    """A column whose own values are the categories of a result."""
    DERIVED = "derived"
    """A column of which the categories of a result are worked out."""
    CROSSED = "crossed"
    """A column behind one of two variables of a result."""
    TEST = "test"
    """A test that a filter makes: ``COLUMN``, ``COLUMN known``, ``COLUMN drops missing``, ``COLUMN in A B``."""
    WITHOUT = "without"
    """A test that no filter makes."""
    COMPARED = "compared"
    """Columns in one test: ``COLUMN with COLUMN``."""
    STEP = "step"
    """A step of preparation: ``source.step``."""
    START = "start"
    """A table that the population comes from."""
    KEY = "key"
    """A column that rows are joined or counted by."""
    KEPT = "kept"
    """One row is kept for each: ``TABLE: unit COLUMN``."""
    SERIES = "series"
    """A published series that the tags name."""
    DISCONTINUED = "discontinued"
    """Such a series that has ended."""
    CURRENT = "current"
    """Such a series that has not."""
    FIGURES = "figures"
    """The study brings figures of its own."""
    MEASURE = "measure"
    """A kind of result."""
    AGES = "ages"
    """All of the cohort are of these ages: ``10..17``."""
    REACHES = "reaches"
    """Somebody in the cohort can be of this age or older."""
    UNIT = "unit"
    ENTRIES = "entries"
    """``one`` or ``many`` entries of a unit."""
    UNDOCUMENTED = "undocumented"
    """A column of codes is read whose values the catalogue does not know."""
    ALWAYS = "always"


@dataclass(frozen=True)
class Sign:
    """One sign of a word in a study: its kind, and what is looked for."""

    kind: SignKind
    text: str


Signs = tuple[tuple[Sign, ...], ...]
"""Alternatives; all signs of one must hold."""


@dataclass(frozen=True)
class Word:
    """What a word of a predicate means in a study.

    True if ``shown``, else cannot be told if ``possible``, else false. A word with neither is decided by a tag alone,
    and one that is ``open`` by a tag where it is not shown.
    ``reading`` says that nothing in a study can ever show it.
    """

    shown: Signs
    possible: Signs
    open: bool
    reading: bool
    why: str


@dataclass(frozen=True)
class Tag:
    """What a study can say of itself: a name, a sentence, and the predicates that are true then."""

    name: str
    says: str
    states: tuple[Predicate, ...]


@dataclass(frozen=True)
class HeldAs:
    """Under which names the catalogue holds a data set of conditions, and how conditions count its years."""

    names: tuple[str, ...]
    years: str


@dataclass(frozen=True)
class Vocabulary:
    """All words: by predicate and text."""

    aliases: Mapping[str, str]
    datasets: Mapping[str, HeldAs]
    social_care_series: tuple[str, ...]
    discontinued_series: tuple[str, ...]
    words: Mapping[tuple[str, str], Word]
    tags: Mapping[str, Tag]

    def table(self, physical: str) -> str:
        """Return the name by which conditions call a physical table."""
        return self.aliases.get(physical, physical)

    def tags_stating(self, predicate: Predicate) -> tuple[Tag, ...]:
        """Return the tags that state exactly this predicate."""
        return self._stating.get(predicate, ())

    @cached_property
    def _stating(self) -> dict[Predicate, tuple[Tag, ...]]:
        found: dict[Predicate, tuple[Tag, ...]] = {}
        for tag in self.tags.values():
            for state in tag.states:
                found[state] = (*found.get(state, ()), tag)
        return found
