"""Row nodes: operations that take rows and give rows. Few, and each composes with all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from cohort.query.values import Column, InvalidQuery, Value
from cohort.types import BOOLEAN, DATE, Grain, Kind, ValueType

ROWS_UNTIL = "until"
"""Name of the first day outside a spell, which preparation gives every spell table."""
END_ASSUMED = "end_assumed"
"""Name of the flag of rows whose end was worked out because none is recorded."""


@dataclass(frozen=True)
class Shape:
    """What rows look like: columns with types in order, the key that orders ties, and the unit.

    ``unit`` is the column that holds the unit (None before rows are brought to a unit); ``one_per_unit`` says
    that no unit has more than one row, so that a column is a fact of the unit.
    """

    columns: tuple[tuple[str, ValueType], ...]
    key: tuple[str, ...]
    unit: str | None = None
    one_per_unit: bool = False

    @cached_property
    def types(self) -> dict[str, ValueType]:
        """Types by column name."""
        return dict(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(name for name, _ in self.columns)

    def column(self, name: str) -> Column:
        """Return a column as a value; an unknown name is our own fault."""
        if name not in self.types:
            raise InvalidQuery(f"no column {name}")
        return Column(name, self.types[name])


@dataclass(frozen=True)
class TableColumn:
    """A column of a held table: logical name, physical name (may hold ``{key}`` for the key suffix), type."""

    name: str
    physical: str
    type: ValueType


@dataclass(frozen=True)
class TableRows:
    """The rows of one held table under their logical names.

    Code columns are trimmed and upper-cased, and a code of blanks is missing.
    """

    table: str
    columns: tuple[TableColumn, ...]
    key: tuple[str, ...]

    @cached_property
    def shape(self) -> Shape:
        """Columns as the catalogue declares them; no unit yet."""
        return Shape(tuple((c.name, c.type) for c in self.columns), self.key)


@dataclass(frozen=True)
class NamedRows:
    """Rows that have a name: a prepared source or a definition of the study."""

    name: str
    shape: Shape


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
        return Shape(before.columns + new, before.key, before.unit, before.one_per_unit)


@dataclass(frozen=True)
class KeepOne:
    """The first (or last) row by one column for each combination of ``per``.

    Rows whose ordering value is missing are skipped; ties are broken by the key, in rising order of its
    columns with missing values last, whichever end is kept. Rows with the same key are told apart by their
    other columns in the same way. A missing value in ``per`` is a value like any other.
    """

    rows: Rows
    last: bool
    order: str
    per: tuple[str, ...]

    def __post_init__(self) -> None:
        if not {self.order, *self.per} <= set(self.rows.shape.names) or not self.per:
            raise InvalidQuery("keep_first and keep_last need columns of the rows")

    @cached_property
    def shape(self) -> Shape:
        """As before; one row for each unit if kept per unit."""
        before = self.rows.shape
        once = before.one_per_unit or (before.unit is not None and self.per == (before.unit,))
        return Shape(before.columns, before.key, before.unit, once)


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
        """The columns of which each combination keeps one row, the unit first."""
        unit = self.rows.shape.unit
        return tuple(dict.fromkeys(((unit,) if unit else ()) + self.columns))

    @cached_property
    def shape(self) -> Shape:
        """As before."""
        before = self.rows.shape
        once = before.one_per_unit or (before.unit is not None and self.per == (before.unit,))
        return Shape(before.columns, before.key, before.unit, once)


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

    @property
    def groups(self) -> tuple[str, ...]:
        """Within which columns spells are joined, the unit first."""
        unit = self.rows.shape.unit
        assert unit is not None
        return tuple(dict.fromkeys((unit, *self.per)))

    @cached_property
    def shape(self) -> Shape:
        """Unit, the columns of ``per``, start and until; the key is all but until."""
        types = self.rows.shape.types
        columns = tuple((name, types[name]) for name in self.groups)
        return Shape(
            (*columns, (self.start, DATE), (ROWS_UNTIL, DATE)),
            (*self.groups, self.start),
            self.rows.shape.unit,
        )


@dataclass(frozen=True)
class LinkUnit:
    """Rows brought to a unit through a map (key to unit): adds the column ``unit``.

    A key that the map does not hold is a unit of its own (the key itself); a key that the map gives several
    units takes the smallest. ``mapping`` has one row or more for each key; missing keys never match.
    """

    rows: Rows
    key: str
    mapping: Rows
    map_key: str
    map_unit: str
    unit: str

    def __post_init__(self) -> None:
        if self.key not in self.rows.shape.types or self.unit in self.rows.shape.types:
            raise InvalidQuery("link_unit needs a key of the rows and a new column")
        if not {self.map_key, self.map_unit} <= set(self.mapping.shape.names):
            raise InvalidQuery("link_unit needs columns of the map")

    @cached_property
    def shape(self) -> Shape:
        """The unit first, then the columns before."""
        before = self.rows.shape
        unit_type = before.types[self.key]
        return Shape(((self.unit, unit_type), *before.columns), before.key, self.unit)


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
        return Shape(
            (*before.columns, (ROWS_UNTIL, DATE), (END_ASSUMED, BOOLEAN)),
            before.key,
            before.unit,
            before.one_per_unit,
        )


Rows = TableRows | NamedRows | Where | Add | KeepOne | OnePer | JoinSpells | LinkUnit | CloseSpells


def inputs(rows: Rows) -> tuple[Rows, ...]:
    """Return the rows directly inside rows."""
    match rows:
        case TableRows() | NamedRows():
            return ()
        case LinkUnit():
            return (rows.rows, rows.mapping)
        case _:
            return (rows.rows,)


def with_input(rows: Rows, below: Rows) -> Rows:
    """Return the same operation on other rows."""
    match rows:
        case TableRows() | NamedRows():
            raise InvalidQuery("these rows have no input")
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
