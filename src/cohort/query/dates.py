"""Value nodes that take dates: moved, compared, counted in days and birthdays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohort.query.base import finest
from cohort.query.base import require as _require
from cohort.types import DATE, WHOLE, Grain, Kind, ValueType

if TYPE_CHECKING:
    from cohort.query.values import Value


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
