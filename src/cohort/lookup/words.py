"""Words that several sheets use: years of a code, types of columns, and small helpers of statements."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from cohort.catalogue.landscape import Answer, Page
from cohort.catalogue.model import Code, Confidence, Fact, HeldColumn
from cohort.lookup.sheet import Listing, Ref, Row, Sort, Statement
from cohort.types import Kind

CONFIDENCES: tuple[tuple[Confidence, str], ...] = (
    ("certain", "seen in a source"),
    ("likely", "inferred from a source"),
    ("guess", "a weak inference, or a proposal of ours"),
    ("background", "general knowledge, for which no source was read"),
    ("unknown", "not known; a source would be needed"),
)
"""What each confidence means, from the surest on."""

_NO_GAPS = ("not applicable", "given as ")
"""How reasons begin by which a point has no fact although nothing is missing."""

DOUBTFUL: tuple[Confidence, ...] = ("guess", "background", "unknown")
NOT_RECORDED = "confidence not recorded"
SUFFIX_NOTE = "{key} stands for the suffix of a project's keys, E or PE."

ROUTES = {
    "welsh_government": "the Welsh Government, where it is wanted alone",
    "sail": "the SAIL Databank",
    "elsewhere": "another body than the Welsh Government and the SAIL Databank",
}


def of_facts(about: str, facts: Iterable[Fact]) -> Iterator[Statement]:
    """Return facts as statements about one point."""
    for fact in facts:
        yield Statement(about, fact.text, fact.confidence, fact.source)


def of_answer(about: str, answer: Answer) -> Iterator[Statement]:
    """Return the facts of an answer, or that there is none and why."""
    if answer.unknown:
        is_gap = not answer.unknown.startswith(_NO_GAPS)
        yield Statement(about, answer.unknown, "unknown" if is_gap else None, "")
    yield from of_facts(about, answer.facts)


def years_of(code: Code) -> str:
    """Return from when until when a code holds in words, empty where no bound is known."""
    return period(code.first_day, code.last_day)


def period(first: datetime.date | None, last: datetime.date | None) -> str:
    """Return a period in words, empty where no bound is known."""
    words = [f"from {first}"] if first else []
    words += [f"until {last}"] if last else []
    return " ".join(words)


def type_of(column: HeldColumn) -> str:
    """Return the type of a column in words, with its length and the type in the source's own words."""
    kind = column.type
    # A length nobody has stated is a guess of ours that says nothing to a reader.
    stated = kind.length is not None and column.length_confidence not in DOUBTFUL
    words = f"{kind.kind.value}, {characters(kind.length)}" if stated and kind.length else kind.kind.value
    if column.held_as:
        words += f" ({column.held_as})"
    if column.measured_in:
        words += f", in {column.measured_in}"
    return words


def characters(most: int) -> str:
    """Return the length of a text in words."""
    return f"at most {most} character{'s' if most > 1 else ''}"


def is_key(column: HeldColumn) -> bool:
    """Whether a column is an encrypted key."""
    return column.type.kind is Kind.KEY


def caveat_refs(names: Iterable[str]) -> tuple[Ref, ...]:
    """Return caveats as references."""
    return tuple(Ref(Sort.CAVEAT, name) for name in names)


def pages_listing(pages: Iterable[Page], no_page: str) -> Listing:
    """Return pages with the day on which a stored copy of each was read, or why there is none."""
    rows = tuple(Row((page.title, page.address, page.checked.isoformat())) for page in pages)
    heads = (("title", "Page"), ("address", "Address"), ("checked", "Stored copy read on"))
    return Listing("pages", "Pages", heads, rows, empty=no_page)


def physical_words(physical: str) -> str:
    """Return a physical name, or that none is public."""
    return physical or "not public"
