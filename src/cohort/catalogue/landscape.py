"""The landscape: every dataset and published series that bears on children's social care, and what is known of it.

The tables of the catalogue say how a holding looks inside. The landscape says what exists at all: person-level
datasets with their access, published series by the sixteen themes of multi-agency data, the places that publish
them, and what nobody holds. Each fact carries its confidence and source; what no source states says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date

from cohort.catalogue.model import Confidence, Fact

KINDS = ("individual", "aggregate")
USES = ("need", "supply", "outcome")
STATUSES = ("current", "ended", "suspended")


@dataclass(frozen=True)
class Answer:
    """What is known on one point: facts, or else why there is none (``unknown``). Never both, never neither."""

    facts: tuple[Fact, ...]
    unknown: str = ""

    def __post_init__(self) -> None:
        if bool(self.facts) == bool(self.unknown):
            raise ValueError("an answer has either facts or a reason for having none")

    @property
    def text(self) -> str:
        """All facts as one line, or the reason for there being none."""
        return "; ".join(fact.text for fact in self.facts) or self.unknown


@dataclass(frozen=True)
class Particulars:
    """The points on which every entry has an answer, in the order in which they are shown.

    ``type`` is the sort of data; ``years`` what the sources say of the period, of which ``earliest`` and ``latest``
    are the ends; ``lag`` the time from the end of the period to the data; ``uses`` is need, supply or outcome;
    ``comparability`` says with what figures can and cannot be compared, and why.
    """

    owner: Answer
    holds: Answer
    level: Answer
    themes: Answer
    type: Answer
    frequency: Answer
    reporting_requirement: Answer
    lag: Answer
    geography: Answer
    years: Answer
    earliest: Answer
    latest: Answer
    status: Answer
    outlets: Answer
    access: Answer
    uses: Answer
    comparability: Answer
    quality: Answer


POINTS = tuple(point.name for point in fields(Particulars))
"""The names of the points."""


@dataclass(frozen=True)
class Page:
    """A page of a source; ``checked`` is the day on which a stored copy of it was read, not the live page."""

    title: str
    address: str
    checked: date


@dataclass(frozen=True)
class Entry:
    """A dataset or a published series.

    ``comparator_of`` names the Welsh entries that an entry from England stands beside. ``caveats`` are its own;
    ``Landscape.caveats_of`` adds the shared ones. ``no_page`` says why ``pages`` is empty. Facts without their own
    confidence and source have those of the entry.
    """

    id: str
    title: Fact
    other_names: tuple[str, ...]
    group: str
    published: bool
    kind: str
    in_sail: bool
    comparator_of: tuple[str, ...]
    about: Particulars
    pages: tuple[Page, ...]
    no_page: str
    caveats: tuple[str, ...]
    confidence: Confidence
    source: str

    @property
    def facts(self) -> tuple[tuple[str, Fact], ...]:
        """All facts with their points, the title first."""
        found: list[tuple[str, Fact]] = [("title", self.title)]
        for point in POINTS:
            answer: Answer = getattr(self.about, point)
            found += [(point, fact) for fact in answer.facts]
        return tuple(found)


@dataclass(frozen=True)
class Theme:
    """One of the sixteen themes, by its number in the report, with what the report says of the whole theme."""

    id: str
    number: int
    title: str
    remarks: Answer


@dataclass(frozen=True)
class Outlet:
    """A place where series are published: who runs it and what it offers."""

    name: str
    host: Answer
    offers: Answer
    pages: tuple[Page, ...]
    no_page: str


@dataclass(frozen=True)
class Gap:
    """Something that no public dataset holds, and the themes that lack it."""

    fact: Fact
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Landscape:
    """All entries by id, with themes, outlets and gaps, and the caveats that entries share.

    ``shared_caveats`` is keyed by the entries that they concern: ``all``, ``sail``, ``published`` or ``question``
    (these depend on the question that is asked and on no dataset).
    """

    entries: Mapping[str, Entry]
    themes: Mapping[str, Theme]
    outlets: Mapping[str, Outlet]
    gaps: tuple[Gap, ...]
    shared_caveats: Mapping[str, tuple[str, ...]]

    def caveats_of(self, entry: Entry) -> tuple[str, ...]:
        """Return all caveats that can concern an entry: its own first, each once."""
        found = [*entry.caveats, *self.shared_caveats["all"]]
        found += self.shared_caveats["sail"] if entry.in_sail else ()
        found += self.shared_caveats["published"] if entry.published else ()
        return tuple(dict.fromkeys(found))


def unknown_caveats(landscape: Landscape, known: Collection[str]) -> tuple[str, ...]:
    """Return the caveats that the landscape names and ``known`` does not have, in alphabetical order."""
    named = {caveat for entry in landscape.entries.values() for caveat in entry.caveats}
    named |= {caveat for group in landscape.shared_caveats.values() for caveat in group}
    return tuple(sorted(named - set(known)))
