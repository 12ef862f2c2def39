"""What a listing says of the facts that the catalogue is not certain of.

A listing confirms or contradicts a type or a length. A name it can confirm; where the name is not listed, it may be
wrong, or the project may not have been given it, and the listing leaves that open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cohort.catalogue.binding_types import agrees_in_kind
from cohort.catalogue.listing import ListedColumn
from cohort.catalogue.model import Confidence, HeldColumn, HeldTable


class Verdict(StrEnum):
    """What a listing says of a doubt."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_LISTED = "not listed"


@dataclass(frozen=True)
class Settled:
    """A fact that the catalogue is not certain of, and what a listing says of it.

    ``column`` is empty where it is about the table. ``about`` is ``name``, ``type`` or ``length``; ``catalogue`` and
    ``listed`` are the two sides in words (``listed`` is empty where nothing of that name is listed).
    """

    table: str
    column: str
    about: str
    confidence: Confidence
    verdict: Verdict
    catalogue: str
    listed: str


def of_table_name(table: HeldTable, *, is_listed: bool) -> Iterator[Settled]:
    """Yield what a listing says of a table's name, if that is in doubt."""
    if table.physical_confidence != "certain":
        yield _of_name(table.name, "", table.physical_confidence, table.physical, is_listed=is_listed)


def of_column_name(table: HeldTable, column: HeldColumn, name: str, *, is_listed: bool) -> Iterator[Settled]:
    """Yield what a listing says of a column's name, if that is in doubt."""
    if column.confidence != "certain":
        yield _of_name(table.name, column.name, column.confidence, name, is_listed=is_listed)


def of_type(table: HeldTable, column: HeldColumn, found: ListedColumn) -> Iterator[Settled]:
    """Yield what a listing says of a column's type, and of its length where the type is right."""
    if not found.type_name:
        return
    if column.type_confidence != "certain":
        agrees = agrees_in_kind(found, column.type)
        confidence, words = column.type_confidence, column.type.human
        yield Settled(table.name, column.name, "type", confidence, _verdict(agrees), words, found.words)
        if not agrees:
            return
    length = column.type.length
    if column.type.is_text and length and found.length and column.length_confidence != "certain":
        verdict, words = _verdict(found.length == length), f"{length} characters"
        yield Settled(
            table.name, column.name, "length", column.length_confidence, verdict, words, found.words
        )


def _of_name(table: str, column: str, confidence: Confidence, name: str, *, is_listed: bool) -> Settled:
    verdict = Verdict.CONFIRMED if is_listed else Verdict.NOT_LISTED
    return Settled(table, column, "name", confidence, verdict, name, name if is_listed else "")


def _verdict(agrees: bool) -> Verdict:
    return Verdict.CONFIRMED if agrees else Verdict.CONTRADICTED
