"""Value nodes: one value for each row, entry, person or for the study.

Each node knows its type and grain and refuses to be built wrong (``InvalidQuery``); the resolver checks first
and explains in the user's words, so that ``InvalidQuery`` always means a fault of ours. Logic is three-valued:
a missing operand makes a comparison missing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Grain, Kind, ValueType

Plain = int | Decimal | str | datetime.date | bool | None
"""A value outside any database."""

_ORDER = (Grain.CONSTANT, Grain.PERSON, Grain.ENTRY, Grain.ROW)


class InvalidQuery(Exception):
    """A query that breaks its own rules."""


def finest(grains: Iterator[Grain] | tuple[Grain, ...]) -> Grain:
    """Return the finest of some grains: a row with a person's fact is still one value a row."""
    return reduce(lambda a, b: a if _ORDER.index(a) >= _ORDER.index(b) else b, grains, Grain.CONSTANT)


def _require(condition: bool, sentence: str) -> None:
    if not condition:
        raise InvalidQuery(sentence)


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
    """A column of named rows that hold at most one row for each unit; missing where a unit has none."""

    rows: str
    column: str
    type: ValueType

    @property
    def grain(self) -> Grain:
        """One value for each person."""
        return Grain.PERSON


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
    """The value of a variable of the study."""

    name: str
    type: ValueType

    @property
    def grain(self) -> Grain:
        """One value for each entry."""
        return Grain.ENTRY


@dataclass(frozen=True)
class Compare:
    """``left op right`` with ``op`` one of ``= != < <= > >=``; missing if either side is."""

    op: str
    left: Value
    right: Value

    def __post_init__(self) -> None:
        _require(self.op in ("=", "!=", "<", "<=", ">", ">="), self.op)
        _require(self.left.type.comparable_with(self.right.type), "types cannot be compared")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finer of both sides."""
        return finest((self.left.grain, self.right.grain))


@dataclass(frozen=True)
class And:
    """True if all are; false if any is false; else missing."""

    parts: tuple[Value, ...]

    def __post_init__(self) -> None:
        _require(
            len(self.parts) >= 1 and all(p.type.kind is Kind.BOOLEAN for p in self.parts), "and of conditions"
        )

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finest of the parts."""
        return finest(tuple(p.grain for p in self.parts))


@dataclass(frozen=True)
class Or:
    """True if any is; false if all are false; else missing."""

    parts: tuple[Value, ...]

    def __post_init__(self) -> None:
        _require(
            len(self.parts) >= 1 and all(p.type.kind is Kind.BOOLEAN for p in self.parts), "or of conditions"
        )

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finest of the parts."""
        return finest(tuple(p.grain for p in self.parts))


@dataclass(frozen=True)
class Not:
    """The opposite; missing stays missing."""

    part: Value

    def __post_init__(self) -> None:
        _require(self.part.type.kind is Kind.BOOLEAN, "not of a condition")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the part."""
        return self.part.grain


@dataclass(frozen=True)
class IsMissing:
    """Whether a value is missing; never missing itself."""

    part: Value

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the part."""
        return self.part.grain


@dataclass(frozen=True)
class InSet:
    """Whether a value is one of some literals. In an empty set nothing is; a missing value gives missing otherwise.

    ``codelist`` names where the members come from, for words and comments.
    """

    part: Value
    members: tuple[Literal, ...]
    codelist: str | None = None

    def __post_init__(self) -> None:
        _require(all(self.part.type.comparable_with(m.type) for m in self.members), "members of another type")
        _require(all(m.value is not None for m in self.members), "missing is no member")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the part."""
        return self.part.grain


@dataclass(frozen=True)
class During:
    """Whether a date lies in ``start`` until (or, ``end_included``, through) ``end``; missing if any is missing.

    The same as ``start <= date and date < end`` (or ``<=``), so a date that is surely outside is false even if
    the other bound is missing.
    """

    part: Value
    start: Value
    end: Value
    end_included: bool
    window: str | None = None

    def __post_init__(self) -> None:
        _require(
            all(v.type.kind is Kind.DATE for v in (self.part, self.start, self.end)),
            "during needs three dates",
        )

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finest of date and bounds."""
        return finest((self.part.grain, self.start.grain, self.end.grain))


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
        """Decimal for ``/`` or where a side is decimal, else whole."""
        whole = self.left.type.kind is Kind.WHOLE and self.right.type.kind is Kind.WHOLE
        return WHOLE if whole and self.op != "/" else DECIMAL

    @property
    def grain(self) -> Grain:
        """The finer of both sides."""
        return finest((self.left.grain, self.right.grain))


@dataclass(frozen=True)
class ShiftDate:
    """A date moved by ``amount`` (may be negative) days, weeks, months or years, clipped to the month's end."""

    date: Value
    amount: int
    unit: str

    def __post_init__(self) -> None:
        _require(self.date.type.kind is Kind.DATE, "only a date can be moved")
        _require(self.unit in ("day", "week", "month", "year"), self.unit)

    @property
    def type(self) -> ValueType:
        """A date."""
        return DATE

    @property
    def grain(self) -> Grain:
        """That of the date."""
        return self.date.grain


@dataclass(frozen=True)
class DaysBetween:
    """Whole days from ``start`` to ``end``; negative if ``end`` is earlier."""

    start: Value
    end: Value

    def __post_init__(self) -> None:
        _require(self.start.type.kind is Kind.DATE and self.end.type.kind is Kind.DATE, "needs two dates")

    @property
    def type(self) -> ValueType:
        """A whole number of days."""
        return WHOLE

    @property
    def grain(self) -> Grain:
        """The finer of both."""
        return finest((self.start.grain, self.end.grain))


@dataclass(frozen=True)
class AgeOn:
    """Whole birthdays from ``birth`` (the week of birth) to ``date``.

    A birthday of 29 February falls on 1 March in common years. Negative before birth.
    """

    birth: Value
    date: Value

    def __post_init__(self) -> None:
        _require(self.birth.type.kind is Kind.DATE and self.date.type.kind is Kind.DATE, "needs two dates")

    @property
    def type(self) -> ValueType:
        """A whole number of years."""
        return WHOLE

    @property
    def grain(self) -> Grain:
        """The finer of both."""
        return finest((self.birth.grain, self.date.grain))


@dataclass(frozen=True)
class YearTo31March:
    """The calendar year in which the year to 31 March of a date ends: 2004 for 1 April 2003 to 31 March 2004."""

    date: Value

    def __post_init__(self) -> None:
        _require(self.date.type.kind is Kind.DATE, "needs a date")

    @property
    def type(self) -> ValueType:
        """A whole number."""
        return WHOLE

    @property
    def grain(self) -> Grain:
        """That of the date."""
        return self.date.grain


@dataclass(frozen=True)
class Extreme:
    """The latest or earliest of some dates: missing if any is missing, or with ``known`` skipping missing ones."""

    latest: bool
    known: bool
    parts: tuple[Value, ...]

    def __post_init__(self) -> None:
        _require(len(self.parts) >= 2 and all(p.type.kind is Kind.DATE for p in self.parts), "needs dates")

    @property
    def type(self) -> ValueType:
        """A date."""
        return DATE

    @property
    def grain(self) -> Grain:
        """The finest of the parts."""
        return finest(tuple(p.grain for p in self.parts))


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
)


def children(value: Value) -> tuple[Value, ...]:
    """Return the values directly inside a value."""
    match value:
        case Literal() | Column() | Fact() | IndexDate() | VariableValue():
            return ()
        case Compare() | Arithmetic():
            return (value.left, value.right)
        case And() | Or() | Extreme():
            return value.parts
        case Not() | IsMissing() | InSet() | Band():
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


def walk(value: Value) -> Iterator[Value]:
    """Yield a value and all values inside it, outermost first."""
    yield value
    for child in children(value):
        yield from walk(child)
