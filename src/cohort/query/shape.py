"""What rows look like, and the rows that every operation begins with: those of a held table or of a name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cohort.query.base import InvalidQuery
from cohort.query.values import Column
from cohort.types import Grain, ValueType

ROWS_UNTIL = "until"
"""Name of the first day outside a spell, which preparation gives every spell table."""
INDEX_DATE = "index_date"
"""Name of the column of the index date."""
PART = "part_number"
"""Name of the column of a union that numbers the part which a row is from."""
END_ASSUMED = "end_assumed"
"""Name of the flag of rows whose end was worked out because none is recorded."""


@dataclass(frozen=True)
class Shape:
    """What rows look like: columns with types in order, the key that orders ties, and the unit.

    ``unit`` is the column that holds the unit (None before rows are brought to a unit). With ``per_entry`` the rows
    belong to entries (unit and index date), because what they are depends on the index date; they then have the column
    ``index_date``. ``one_per_unit`` says that no unit (no entry, with ``per_entry``) has more than one row, so that a
    column is a fact of it. ``spell`` are the columns of start and first day outside, where the rows are spells.
    """

    columns: tuple[tuple[str, ValueType], ...]
    key: tuple[str, ...]
    unit: str | None = None
    one_per_unit: bool = False
    per_entry: bool = False
    spell: tuple[str, str] | None = None

    @property
    def owner(self) -> tuple[str, ...]:
        """The columns that say whose a row is: the unit, and the index date for rows of entries."""
        unit = () if self.unit is None else (self.unit,)
        return (*unit, INDEX_DATE) if self.per_entry else unit

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that break ties: the key, then all others in order."""
        return tuple(dict.fromkeys((*self.key, *self.names)))

    @property
    def grain(self) -> Grain:
        """For what there is one row: each person, entry or spell, or just each row."""
        if self.one_per_unit and self.unit is not None:
            return Grain.ENTRY if self.per_entry else Grain.PERSON
        return Grain.ROW if self.spell is None else Grain.SPELL

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
