"""Row nodes that bring rows together: those of several names, of each entry, of related units, of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from cohort.query.base import InvalidQuery, Plain
from cohort.query.shape import INDEX_DATE, PART, NamedRows, Shape
from cohort.types import DATE, WHOLE, ValueType

if TYPE_CHECKING:
    from cohort.query.rows import Rows

RELATED, TOGETHER_FROM, TOGETHER_UNTIL = "related", "together_from", "together_until"
"""Columns of rows of related units."""


@dataclass(frozen=True)
class Union:
    """The rows of several named rows one below the other, equal rows kept apart.

    Keeps the columns that all parts have, in the order of the first, and adds ``part_number``, the number of the part
    (1 for the first). The key is ``part_number`` and then the first part's key as far as its columns are common.
    Common columns are of one kind. Parts are all rows of units or all rows of entries.
    """

    parts: tuple[NamedRows, ...]

    def __post_init__(self) -> None:
        shapes = [part.shape for part in self.parts]
        if len(shapes) < 2 or len({(s.unit, s.per_entry) for s in shapes}) != 1 or not self._common:
            raise InvalidQuery("a union is of two or more rows of the same unit with common columns")
        if any(len({s.types[name].kind for s in shapes}) != 1 for name in self._common):
            raise InvalidQuery("common columns of a union are of one kind")
        if any(PART in s.types for s in shapes):
            raise InvalidQuery("a part of a union has no column of that name yet")

    @property
    def _common(self) -> tuple[str, ...]:
        first, *others = (part.shape for part in self.parts)
        return tuple(name for name in first.names if all(name in other.types for other in others))

    @cached_property
    def shape(self) -> Shape:
        """The common columns and ``part_number``."""
        shapes = [part.shape for part in self.parts]
        first = shapes[0]
        columns = tuple((name, widest([s.types[name] for s in shapes])) for name in self._common)
        spells = {s.spell for s in shapes}
        spell = first.spell if len(spells) == 1 and set(first.spell or ()) <= set(self._common) else None
        key = (PART, *(name for name in first.key if name in self._common))
        return Shape((*columns, (PART, WHOLE)), key, first.unit, per_entry=first.per_entry, spell=spell)


@dataclass(frozen=True)
class ForEachEntry:
    """The rows of a unit beside each of its entries: adds ``index_date``. Rows of units that never enter are left out.

    An operation that needs the index date or a variable works on such rows.
    """

    rows: Rows

    def __post_init__(self) -> None:
        before = self.rows.shape
        if before.unit is None or before.per_entry or INDEX_DATE in before.types:
            raise InvalidQuery("only rows of a unit can be set beside its entries")

    @cached_property
    def shape(self) -> Shape:
        """The columns before and the index date; the key begins with nothing new, for it orders within an entry."""
        before = self.rows.shape
        return replace(before, columns=(*before.columns, (INDEX_DATE, DATE)), per_entry=True)


@dataclass(frozen=True)
class OfRelated:
    """Rows of related units (brothers and sisters, people of the same household) as rows of the unit.

    ``relation`` has one row for each pair of different units: its unit, ``other`` (a unit), and for relations that
    hold for a time the spell ``together`` (start, first day outside). The result has the unit, ``related`` (the other
    unit), ``together_from`` and ``together_until`` where the relation holds for a time, and the rows' columns without
    their own unit. The key is (related, together_from, the rows' key).
    """

    rows: Rows
    relation: NamedRows
    other: str

    def __post_init__(self) -> None:
        rows, relation = self.rows.shape, self.relation.shape
        if rows.unit is None or rows.unit != relation.unit or rows.per_entry or relation.per_entry:
            raise InvalidQuery("related rows need rows and a relation of the same unit")
        if {RELATED, TOGETHER_FROM, TOGETHER_UNTIL} & set(rows.names) or self.other not in relation.types:
            raise InvalidQuery("a column of that name exists")

    @cached_property
    def shape(self) -> Shape:
        """The unit, the related unit, the time together, and the rows' other columns."""
        before, relation = self.rows.shape, self.relation.shape
        assert before.unit is not None
        unit_type = before.types[before.unit]
        together = ((TOGETHER_FROM, DATE), (TOGETHER_UNTIL, DATE)) if relation.spell else ()
        own = tuple((name, type_) for name, type_ in before.columns if name != before.unit)
        key = (RELATED, *(name for name, _ in together[:1]), *(k for k in before.key if k != before.unit))
        columns = ((before.unit, unit_type), (RELATED, unit_type), *together, *own)
        return Shape(columns, key, before.unit, spell=before.spell)


@dataclass(frozen=True)
class PairUnits:
    """Each two different units that share a value: the same mother, or the same dwelling at the same time.

    Gives the unit, ``related`` and, with ``spell``, ``together_from`` and ``together_until``: the days (at least one)
    that both rows cover; rows without a full spell pair with nothing. Missing values are shared by nobody. Without
    ``spell`` there is one row for each pair; with it one for each pair of rows that overlap.
    """

    rows: Rows
    same: str
    spell: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        before = self.rows.shape
        if before.unit is None or not {self.same, *(self.spell or ())} <= set(before.names):
            raise InvalidQuery("pairs need a unit and columns of the rows")

    @cached_property
    def shape(self) -> Shape:
        """The unit, the related unit, and the time together."""
        before = self.rows.shape
        assert before.unit is not None
        unit_type = before.types[before.unit]
        units = ((before.unit, unit_type), (RELATED, unit_type))
        if self.spell is None:
            return Shape(units, (before.unit, RELATED), before.unit)
        columns = (*units, (TOGETHER_FROM, DATE), (TOGETHER_UNTIL, DATE))
        spell = (TOGETHER_FROM, TOGETHER_UNTIL)
        return Shape(columns, (before.unit, RELATED, TOGETHER_FROM), before.unit, spell=spell)


@dataclass(frozen=True)
class LiteralRows:
    """Rows that the study brings itself: a context table of figures by place and time. No unit."""

    name: str
    columns: tuple[tuple[str, ValueType], ...]
    key: tuple[str, ...]
    rows_held: tuple[tuple[Plain, ...], ...]

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows_held) or not self.columns:
            raise InvalidQuery("each row has a value for each column")

    @cached_property
    def shape(self) -> Shape:
        """The columns as declared."""
        return Shape(self.columns, self.key)


def widest(types: Sequence[ValueType]) -> ValueType:
    """Return a type of the same kind that holds the values of all."""
    first = types[0]
    lengths = [type_.length for type_ in types]
    lists = {type_.code_list for type_ in types}
    finite = all(type_.values for type_ in types)
    return ValueType(
        first.kind,
        None if None in lengths else max(length for length in lengths if length is not None),
        max(type_.bits for type_ in types),
        first.code_list if len(lists) == 1 else None,
        tuple(dict.fromkeys(value for type_ in types for value in type_.values)) if finite else (),
        first.code_system if len({type_.code_system for type_ in types}) == 1 else None,
    )
