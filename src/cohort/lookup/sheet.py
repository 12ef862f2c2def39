"""How a thing of the catalogue is shown, whatever it is: statements with their confidence and source, and lists.

A terminal, JSON and the pages of the site are made from the same sheets, so that none can say more than another.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cohort.catalogue.model import Confidence

Sure = Confidence | None
"""How sure a statement is; None where no source was asked how sure it is."""


class Sort(StrEnum):
    """The sorts of things that have a name of their own, in the order in which equals are listed."""

    DATASET = "dataset"
    SOURCE = "source"
    TABLE = "table"
    CODES = "code list"
    COLUMN = "column"
    CODE = "code"
    CAVEAT = "caveat"
    SERIES = "series"
    THEME = "theme"
    PUBLISHER = "publisher"
    ENTITY = "entity"
    LINK = "link"
    GEOGRAPHY = "geography"
    AREA = "area"
    FIGURES = "figures"
    CODELIST = "codelist"


@dataclass(frozen=True)
class Ref:
    """A thing by its sort and name; a column is named ``table.column`` and a code ``list.code``."""

    sort: Sort
    name: str

    @property
    def of(self) -> Ref:
        """The thing on whose sheet this one stands: the table of a column, the list of a code, or itself."""
        if self.sort is Sort.COLUMN:
            return Ref(Sort.TABLE, self.name.partition(".")[0])
        if self.sort is Sort.CODE:
            return Ref(Sort.CODES, self.name.partition(".")[0])
        return self


@dataclass(frozen=True)
class Statement:
    """One thing that is said, about what, how sure, and from which source (empty: none is recorded)."""

    about: str
    text: str
    sure: Sure
    source: str
    refs: tuple[Ref, ...] = ()


Cell = str | int | tuple[Ref, ...]
"""A text, a number, or things by their names."""


@dataclass(frozen=True)
class Row:
    """A row of a list; ``ref`` is what the row is about, where that has a name."""

    cells: tuple[Cell, ...]
    ref: Ref | None = None


@dataclass(frozen=True)
class Listing:
    """A list: its key in JSON, its title, key and heading of each column, rows, and words for an empty list.

    The keys of columns that hold a confidence are ``sure`` or end in ``_sure``.
    """

    key: str
    title: str
    heads: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = ""
    counted: bool = True
    """Whether the number of rows tells anything."""


@dataclass(frozen=True)
class Sheet:
    """All that is shown of one thing, or of one question: ``ref`` is None for a list of many things."""

    ref: Ref | None
    title: str
    statements: tuple[Statement, ...] = ()
    listings: tuple[Listing, ...] = ()
    note: str = ""


def text_of_cell(cell: Cell) -> str:
    """Return the words of a cell."""
    return ", ".join(ref.name for ref in cell) if isinstance(cell, tuple) else str(cell)
