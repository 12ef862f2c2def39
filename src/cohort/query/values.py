"""Value nodes: one value for each row, entry, person or for the study.

Each node knows its type and grain and refuses to be built wrong (``InvalidQuery``); the resolver checks first
and explains in the user's words, so that ``InvalidQuery`` always means a fault of ours. Logic is three-valued:
a missing operand makes a comparison missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cohort.query.base import InvalidQuery, Plain, finest
from cohort.query.base import require as _require
from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
from cohort.query.conditions import And, Compare, During, InSet, IsMissing, Not, Or
from cohort.query.dates import AgeOn, DaysBetween, Extreme, ShiftDate, YearTo31March
from cohort.query.summaries import WHOLE_64, Covered, Outer, RowsOf, Summary
from cohort.types import DATE, DECIMAL, Grain, Kind, ValueType

__all__ = [
    "AgeOn",
    "And",
    "Apply",
    "Arithmetic",
    "Band",
    "Choose",
    "Column",
    "Compare",
    "Covered",
    "DaysBetween",
    "During",
    "Extreme",
    "Fact",
    "Figure",
    "InSet",
    "IndexDate",
    "InvalidQuery",
    "IsMissing",
    "Literal",
    "Lookup",
    "Not",
    "Or",
    "Outer",
    "Pick",
    "Plain",
    "RowsOf",
    "ShiftDate",
    "StartsWith",
    "Summary",
    "Value",
    "VariableValue",
    "YearTo31March",
    "children",
    "finest",
    "rows_named",
    "walk",
]


@dataclass(frozen=True)
class Literal:
    """A value written in the spec. ``None`` is missing."""

    value: Plain
    type: ValueType

    @property
    def grain(self) -> Grain:
        """A constant of the study."""
        return Grain.CONSTANT


@dataclass(frozen=True)
class Column:
    """A column of the rows at hand."""

    name: str
    type: ValueType

    @property
    def grain(self) -> Grain:
        """One value for each row."""
        return Grain.ROW


@dataclass(frozen=True)
class Fact:
    """A column of named rows that hold at most one row for each unit; missing where a unit has none.

    ``per_entry`` says that the rows hold at most one row for each entry instead, so that the value is the entry's.
    """

    rows: str
    column: str
    type: ValueType
    per_entry: bool = False

    @property
    def grain(self) -> Grain:
        """One value for each person, or for each entry."""
        return Grain.ENTRY if self.per_entry else Grain.PERSON


@dataclass(frozen=True)
class IndexDate:
    """The date on which an entry starts."""

    @property
    def type(self) -> ValueType:
        """A date."""
        return DATE

    @property
    def grain(self) -> Grain:
        """One value for each entry."""
        return Grain.ENTRY


@dataclass(frozen=True)
class VariableValue:
    """The value of a variable of the study; ``of_person`` if it does not depend on the index date."""

    name: str
    type: ValueType
    of_person: bool = False

    @property
    def grain(self) -> Grain:
        """One value for each entry, or for each person."""
        return Grain.PERSON if self.of_person else Grain.ENTRY


@dataclass(frozen=True)
class Arithmetic:
    """``left op right`` for numbers with ``op`` one of ``+ - * /``.

    ``/`` gives a decimal number, and missing for a division by zero; otherwise whole numbers stay whole.
    Decimal numbers are 64-bit floating point on every engine.
    """

    op: str
    left: Value
    right: Value

    def __post_init__(self) -> None:
        _require(self.op in ("+", "-", "*", "/"), self.op)
        _require(self.left.type.is_number and self.right.type.is_number, "arithmetic needs numbers")

    @property
    def type(self) -> ValueType:
        """Decimal for ``/`` or where a side is decimal, else a whole number of 64 bits."""
        whole = self.left.type.kind is Kind.WHOLE and self.right.type.kind is Kind.WHOLE
        return WHOLE_64 if whole and self.op != "/" else DECIMAL

    @property
    def grain(self) -> Grain:
        """The finer of both sides."""
        return finest((self.left.grain, self.right.grain))


@dataclass(frozen=True)
class Choose:
    """The result of the first case whose condition is true, else ``otherwise``."""

    cases: tuple[tuple[Value, Literal], ...]
    otherwise: Literal
    type: ValueType

    def __post_init__(self) -> None:
        _require(
            all(c.type.kind is Kind.BOOLEAN for c, _ in self.cases) and len(self.cases) > 0, "needs cases"
        )

    @property
    def grain(self) -> Grain:
        """The finest of the conditions."""
        return finest(tuple(c.grain for c, _ in self.cases))


@dataclass(frozen=True)
class Band:
    """The label of the band that a number lies in; bands are (lower bound, label) in rising order.

    A band reaches to the next lower bound, which it leaves out; the last has no end. Missing below the first.
    """

    part: Value
    bands: tuple[tuple[int, str], ...]
    type: ValueType

    def __post_init__(self) -> None:
        bounds = [lower for lower, _ in self.bands]
        _require(self.part.type.is_number and bounds == sorted(set(bounds)) and bool(bounds), "bands rise")

    @property
    def grain(self) -> Grain:
        """That of the number."""
        return self.part.grain


Value = (
    Literal
    | Column
    | Fact
    | IndexDate
    | VariableValue
    | Compare
    | And
    | Or
    | Not
    | IsMissing
    | InSet
    | During
    | Arithmetic
    | ShiftDate
    | DaysBetween
    | AgeOn
    | YearTo31March
    | Extreme
    | Choose
    | Band
    | Pick
    | Apply
    | Lookup
    | StartsWith
    | Figure
    | Outer
    | Summary
    | Covered
)


def children(value: Value) -> tuple[Value, ...]:
    """Return the values directly inside a value.

    What is inside a summary sees the rows that are summarised: its columns are theirs.
    """
    match value:
        case Literal() | Column() | Fact() | IndexDate() | VariableValue() | Outer():
            return ()
        case Compare() | Arithmetic():
            return (value.left, value.right)
        case And() | Or() | Extreme() | Apply():
            return value.parts
        case Not() | IsMissing() | InSet() | Band() | Lookup() | StartsWith():
            return (value.part,)
        case During():
            return (value.part, value.start, value.end)
        case ShiftDate() | YearTo31March():
            return (value.date,)
        case DaysBetween():
            return (value.start, value.end)
        case AgeOn():
            return (value.birth, value.date)
        case Choose():
            return tuple(condition for condition, _ in value.cases)
        case Pick():
            return (value.condition, value.then, value.otherwise)
        case Figure():
            return tuple(part for _, part in value.keys)
        case Summary():
            return tuple(part for part in (value.condition, value.of) if part is not None)
        case Covered():
            return (value.start,) if value.end is None else (value.start, value.end)


def walk(value: Value) -> Iterator[Value]:
    """Yield a value and all values inside it, outermost first, also those inside summaries."""
    yield value
    for child in children(value):
        yield from walk(child)


def rows_named(value: Value) -> frozenset[str]:
    """Return the names of all rows that a value reads: facts, summaries, covered days and figures."""
    found = set()
    for part in walk(value):
        match part:
            case Fact() | Figure():
                found.add(part.rows)
            case Summary() | Covered():
                found.add(part.rows.name)
            case _:
                continue
    return frozenset(found)
