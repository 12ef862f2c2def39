"""Row nodes: operations that take rows and give rows. Few, and each composes with all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from cohort.query.base import InvalidQuery, Plain
from cohort.query.related import (
    RELATED,
    TOGETHER_FROM,
    TOGETHER_UNTIL,
    ForEachEntry,
    LiteralRows,
    OfRelated,
    PairUnits,
    Union,
    widest,
)
from cohort.query.shape import (
    END_ASSUMED,
    INDEX_DATE,
    PART,
    ROWS_UNTIL,
    NamedRows,
    Shape,
    TableColumn,
    TableRows,
)
from cohort.query.values import Column, Value
from cohort.types import BOOLEAN, DATE, Grain, Kind

__all__ = [
    "END_ASSUMED",
    "INDEX_DATE",
    "PART",
    "RELATED",
    "ROWS_UNTIL",
    "TOGETHER_FROM",
    "TOGETHER_UNTIL",
    "Add",
    "AsUnit",
    "CloseSpells",
    "Column",
    "ForEachEntry",
    "InvalidQuery",
    "JoinSpells",
    "KeepOne",
    "LinkUnit",
    "LiteralRows",
    "NamedRows",
    "OfRelated",
    "OnePer",
    "PairUnits",
    "Plain",
    "Rename",
    "Rows",
    "Shape",
    "TableColumn",
    "TableRows",
    "Union",
    "Value",
    "Where",
    "inputs",
    "values_of",
    "walk_rows",
    "widest",
    "with_input",
]


@dataclass(frozen=True)
class Where:
    """Only rows for which the condition is true (false and missing go)."""

    rows: Rows
    condition: Value

    def __post_init__(self) -> None:
        if self.condition.type.kind is not Kind.BOOLEAN:
            raise InvalidQuery("where needs a condition")

    @property
    def shape(self) -> Shape:
        """As before."""
        return self.rows.shape


@dataclass(frozen=True)
class Add:
    """Further columns, worked out from the columns before this operation."""

    rows: Rows
    added: tuple[tuple[str, Value], ...]

    def __post_init__(self) -> None:
        if {name for name, _ in self.added} & set(self.rows.shape.names):
            raise InvalidQuery("a column of that name exists")

    @cached_property
    def shape(self) -> Shape:
        """The columns before and the new ones."""
        before = self.rows.shape
        new = tuple((name, value.type) for name, value in self.added)
        return replace(before, columns=before.columns + new)


@dataclass(frozen=True)
class KeepOne:
    """The first (or last, or with ``number`` the n-th from there) row by one column for each combination of ``per``.

    Rows whose ordering value is missing are skipped; ties are broken by the key, in rising order of its
    columns with missing values last, whichever end is kept. Rows with the same key are told apart by their
    other columns in the same way. A missing value in ``per`` is a value like any other.
    """

    rows: Rows
    last: bool
    order: str
    per: tuple[str, ...]
    number: int = 1

    def __post_init__(self) -> None:
        if not {self.order, *self.per} <= set(self.rows.shape.names) or not self.per or self.number < 1:
            raise InvalidQuery("keep_first and keep_last need columns of the rows")

    @cached_property
    def shape(self) -> Shape:
        """As before; one row for each unit if kept per unit."""
        before = self.rows.shape
        return replace(before, one_per_unit=before.one_per_unit or _once(before, self.per))


@dataclass(frozen=True)
class OnePer:
    """One row for each unit and combination of columns: the first by the key, then by the other columns.

    Rows in which one of the columns is missing are skipped.
    """

    rows: Rows
    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.columns or not set(self.columns) <= set(self.rows.shape.names):
            raise InvalidQuery("one_per needs columns of the rows")

    @property
    def per(self) -> tuple[str, ...]:
        """The columns of which each combination keeps one row, the owner first."""
        return tuple(dict.fromkeys((*self.rows.shape.owner, *self.columns)))

    @cached_property
    def shape(self) -> Shape:
        """As before."""
        before = self.rows.shape
        return replace(before, one_per_unit=before.one_per_unit or _once(before, self.per))


@dataclass(frozen=True)
class JoinSpells:
    """Spells of one unit (and one combination of ``per``) joined where the gap is at most ``gap_days``.

    Spells are [start, until); the next start minus the latest ``until`` so far may be at most ``gap_days``.
    Overlapping and touching spells join at gap 0. Rows with a missing start or until, empty (start = until)
    and reversed spells are left out. Gives the unit, ``per``, start and until (bridged days are covered).
    """

    rows: Rows
    start: str
    until: str
    gap_days: int
    per: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        types = self.rows.shape.types
        dates = all(name in types and types[name].kind is Kind.DATE for name in (self.start, self.until))
        if not dates or self.gap_days < 0 or self.rows.shape.unit is None:
            raise InvalidQuery("join_spells needs two dates of rows with a unit, and a gap of 0 days or more")
        if self.start in self.groups:
            raise InvalidQuery("spells are not joined within what they start on")

    @property
    def groups(self) -> tuple[str, ...]:
        """Within which columns spells are joined, the owner first."""
        return tuple(dict.fromkeys((*self.rows.shape.owner, *self.per)))

    @cached_property
    def shape(self) -> Shape:
        """Unit, the columns of ``per``, start and until; the key is all but until."""
        before = self.rows.shape
        columns = tuple((name, before.types[name]) for name in self.groups)
        return Shape(
            (*columns, (self.start, DATE), (ROWS_UNTIL, DATE)),
            (*self.groups, self.start),
            before.unit,
            per_entry=before.per_entry,
            spell=(self.start, ROWS_UNTIL),
        )


@dataclass(frozen=True)
class LinkUnit:
    """Rows brought to a unit through a map (key to unit): adds the column ``unit``.

    A key that the map does not hold is a unit of its own (the key itself), or with ``drop_unlinked`` its row is left
    out; a key that the map gives several units takes the smallest. ``mapping`` has one row or more for each key;
    missing keys never match. ``also`` are further columns, of the same names on both sides, that must agree too (a
    child code and its authority, a spell number and its hospital); missing ones never match either.
    """

    rows: Rows
    key: str
    mapping: Rows
    map_key: str
    map_unit: str
    unit: str
    drop_unlinked: bool = False
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not {self.key, *self.also} <= set(self.rows.shape.names) or self.unit in self.rows.shape.types:
            raise InvalidQuery("link_unit needs a key of the rows and a new column")
        if not {self.map_key, self.map_unit, *self.also} <= set(self.mapping.shape.names):
            raise InvalidQuery("link_unit needs columns of the map")

    @cached_property
    def shape(self) -> Shape:
        """The unit first, then the columns before."""
        before = self.rows.shape
        # Where unlinked rows stay, their key is their unit, so that both are of one type.
        mapped = self.mapping.shape.types[self.map_unit]
        unit_type = mapped if self.drop_unlinked else before.types[self.key]
        return replace(before, columns=((self.unit, unit_type), *before.columns), unit=self.unit)


@dataclass(frozen=True)
class CloseSpells:
    """Gives every row ``until``, the first day outside the spell, and ``end_assumed``.

    Rows need a start that is never missing and differs between the rows of one unit. The recorded end is a
    day in the spell. Then ``until`` is

    - end + 1 day; but the end itself if the next spell of the unit starts on that very day (hand-over);
    - if the end is missing: the next start of the unit; if there is none and the unit's last return is
      earlier than ``newest_return``, the day after 31 March of the unit's last return (assumed); otherwise
      the spell is open and is clipped at ``open_until``.

    ``end_assumed`` is true where a missing end was filled by the next start or by the last return.
    ``returned`` is the census year as YYYYYY (200304 is the year to 31 March 2004).
    """

    rows: Rows
    start: str
    end: str
    returned: str
    newest_return: Value
    open_until: Value

    def __post_init__(self) -> None:
        before = self.rows.shape
        names = {self.start, self.end, self.returned}
        if (
            before.unit is None
            or not names <= set(before.names)
            or {ROWS_UNTIL, END_ASSUMED} & set(before.names)
        ):
            raise InvalidQuery("close_spells needs a unit, start, end and return, and no until yet")
        if self.newest_return.grain is not Grain.CONSTANT or self.open_until.grain is not Grain.CONSTANT:
            raise InvalidQuery("close_spells needs constants of the study")

    @cached_property
    def shape(self) -> Shape:
        """The columns before, ``until`` and ``end_assumed``."""
        before = self.rows.shape
        return replace(
            before,
            columns=(*before.columns, (ROWS_UNTIL, DATE), (END_ASSUMED, BOOLEAN)),
            spell=(self.start, ROWS_UNTIL),
        )


@dataclass(frozen=True)
class AsUnit:
    """The same rows with a column declared to be the unit, or the rows declared to be spells: nothing is worked out.

    ``spell`` are the columns of start and first day outside; a table whose spells have ``until`` needs no closing.
    """

    rows: Rows
    unit: str | None
    spell: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        names = {*(() if self.unit is None else (self.unit,)), *(self.spell or ())}
        if not names <= set(self.rows.shape.names):
            raise InvalidQuery("the unit and the spell are columns of the rows")

    @cached_property
    def shape(self) -> Shape:
        """As before, with unit and spell."""
        before = self.rows.shape
        return replace(before, unit=self.unit or before.unit, spell=self.spell or before.spell)


@dataclass(frozen=True)
class Rename:
    """Columns under other names (old, new); the others stay."""

    rows: Rows
    renamed: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        names = self.rows.shape.names
        after = [dict(self.renamed).get(name, name) for name in names]
        if not {old for old, _ in self.renamed} <= set(names) or len(after) != len(set(after)):
            raise InvalidQuery("columns are renamed to free names")

    @cached_property
    def shape(self) -> Shape:
        """The same columns under their new names."""
        before, new = self.rows.shape, dict(self.renamed)
        return replace(
            before,
            columns=tuple((new.get(name, name), type_) for name, type_ in before.columns),
            key=tuple(new.get(name, name) for name in before.key),
            unit=None if before.unit is None else new.get(before.unit, before.unit),
            spell=None
            if before.spell is None
            else (new.get(before.spell[0], before.spell[0]), new.get(before.spell[1], before.spell[1])),
        )


def _once(before: Shape, per: tuple[str, ...]) -> bool:
    return before.unit is not None and set(per) == set(before.owner)


Rows = (
    TableRows
    | NamedRows
    | LiteralRows
    | Where
    | Add
    | Rename
    | AsUnit
    | KeepOne
    | OnePer
    | JoinSpells
    | Union
    | ForEachEntry
    | OfRelated
    | PairUnits
    | LinkUnit
    | CloseSpells
)


def inputs(rows: Rows) -> tuple[Rows, ...]:
    """Return the rows directly inside rows."""
    match rows:
        case TableRows() | NamedRows() | LiteralRows():
            return ()
        case Union():
            return rows.parts
        case LinkUnit():
            return (rows.rows, rows.mapping)
        case OfRelated():
            return (rows.rows, rows.relation)
        case _:
            return (rows.rows,)


def with_input(rows: Rows, below: Rows) -> Rows:
    """Return the same operation on other rows."""
    match rows:
        case TableRows() | NamedRows() | LiteralRows() | Union():
            raise InvalidQuery("these rows have no single input")
        case _:
            return replace(rows, rows=below)


def values_of(rows: Rows) -> tuple[Value, ...]:
    """Return the values that the outermost operation works out."""
    match rows:
        case Where():
            return (rows.condition,)
        case Add():
            return tuple(value for _, value in rows.added)
        case CloseSpells():
            return (rows.newest_return, rows.open_until)
        case _:
            return ()


def walk_rows(rows: Rows) -> Iterator[Rows]:
    """Yield rows and all rows inside them, outermost first."""
    yield rows
    for inner in inputs(rows):
        yield from walk_rows(inner)
