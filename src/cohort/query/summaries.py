"""Value nodes that reduce many rows to one value: for each row, entry or person outside, over its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohort.query.base import finest, require
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Grain, Kind, ValueType

if TYPE_CHECKING:
    from cohort.query.values import Value

WHOLE_64 = ValueType(Kind.WHOLE, bits=64)


@dataclass(frozen=True)
class Outer:
    """``this.column``: inside a summary, a column of the row outside it."""

    name: str
    type: ValueType

    @property
    def grain(self) -> Grain:
        """One value for each row outside."""
        return Grain.ROW


@dataclass(frozen=True)
class RowsOf:
    """The named rows that a summary reads: those of the unit at hand, or with ``per_entry`` of the entry at hand.

    ``order`` are the columns that break ties: the key and then all others.
    """

    name: str
    per_entry: bool
    order: tuple[str, ...]


FUNCTIONS = {
    "any": False,
    "none": False,
    "count": False,
    "count_distinct": True,
    "total": True,
    "mean": True,
    "median": True,
    "smallest": True,
    "largest": True,
    "first": True,
    "last": True,
    "share": True,
}
"""Summaries, and whether each is of a value."""


@dataclass(frozen=True)
class Summary:
    """One value from the rows of the unit (or entry) at hand for which ``condition`` is true.

    ``condition`` and ``of`` see the columns of the summarised rows (``Column``), the row outside (``Outer``), the
    index date, variables and facts. Missing values of ``of`` are skipped by all functions but ``first`` and
    ``last``. Of no rows: ``count``, ``count_distinct`` and ``total`` are 0, ``any`` is false, ``none`` is true, and
    every other function is missing.

    - ``count_distinct``: different values; ``share``: of the rows in which ``of`` (a condition) is not missing, the
      share in which it is true.
    - ``total`` and ``mean`` of decimal numbers add them in millionths, each rounded half up, so that no order of
      adding matters. ``median`` of an even number is the mean of the two in the middle.
    - ``first`` and ``last``: the value of ``of`` in the row that is first or last by the column ``order``; rows in
      which ``order`` is missing are skipped; ties are broken by ``rows.order``, rising, missing last, whichever
      end is taken.
    """

    function: str
    rows: RowsOf
    condition: Value | None
    of: Value | None
    order: str | None
    type: ValueType

    def __post_init__(self) -> None:
        require(self.function in FUNCTIONS, self.function)
        require((self.of is not None) == FUNCTIONS[self.function], f"{self.function} and its value")
        require(
            (self.order is not None) == (self.function in ("first", "last")), "first and last need an order"
        )
        require(self.condition is None or self.condition.type.kind is Kind.BOOLEAN, "where needs a condition")
        require(
            self.of is None or self.type == summary_type(self.function, self.of.type), "type of the summary"
        )

    @property
    def grain(self) -> Grain:
        """The finest of what it needs from outside the rows that it summarises."""
        outside = [Grain.ENTRY if self.rows.per_entry else Grain.PERSON]
        for part in (self.condition, self.of):
            outside += [] if part is None else list(_from_outside(part))
        return finest(outside)


def summary_type(function: str, of: ValueType | None) -> ValueType:
    """Return the type of a summary of values of a type (None for those of rows alone)."""
    match function:
        case "any" | "none":
            return BOOLEAN
        case "count" | "count_distinct":
            return WHOLE
        case "mean" | "median" | "share":
            return DECIMAL
        case "total":
            return DECIMAL if of is None or of.kind is Kind.DECIMAL else WHOLE_64
        case "smallest" | "largest" | "first" | "last" if of is not None:
            return of
        case _:
            raise KeyError(function)


def _from_outside(value: Value) -> Iterator[Grain]:
    """Yield the grains of what a value inside a summary takes from outside."""
    from cohort.query.values import Column, children

    match value:
        case Column():
            return
        case Outer():
            yield Grain.ROW
        case Summary() | Covered():
            # `this` inside is the row of the summary around it; index date, variables and entries come from outside.
            inner = [Grain.ENTRY if value.rows.per_entry else Grain.PERSON]
            for part in children(value):
                inner += [grain for grain in _from_outside(part) if grain is not Grain.ROW]
            yield finest(inner)
        case _ if children(value):
            for part in children(value):
                yield from _from_outside(part)
        case _:
            yield value.grain


@dataclass(frozen=True)
class Covered:
    """Days covered by the spells of the unit (or entry) at hand. Overlapping spells count a day once.

    ``spell`` are the columns of start and first day outside of ``rows``; rows in which one is missing, empty and
    reversed spells are left out. Only days from ``start`` on count, and until ``end`` (through it if
    ``end_included``) where there is one. ``start`` and ``end`` are values of the row or entry outside: ``Column`` in
    them is a column of the row outside.

    - ``days_covered``: how many days (0 if none); missing if a bound is missing.
    - ``first_day_covered``: the first such day; missing if there is none.
    - ``day_reached``: the day that is the ``days``-th covered one; missing if there are fewer. It has no ``end``.
    """

    function: str
    rows: RowsOf
    spell: tuple[str, str]
    start: Value
    end: Value | None
    end_included: bool = False
    days: int = 0

    def __post_init__(self) -> None:
        require(self.function in COVERED, self.function)
        require((self.days >= 1) == (self.function == "day_reached"), "day_reached needs a number of days")
        require((self.end is None) == (self.function == "day_reached"), "a period has an end")
        bounds = (self.start,) if self.end is None else (self.start, self.end)
        require(all(bound.type.kind is Kind.DATE for bound in bounds), "bounds are dates")

    @property
    def type(self) -> ValueType:
        """A number of days, or a date."""
        return COVERED[self.function]

    @property
    def grain(self) -> Grain:
        """The finest of bounds and rows."""
        own = Grain.ENTRY if self.rows.per_entry else Grain.PERSON
        return finest((own, self.start.grain, *(() if self.end is None else (self.end.grain,))))


COVERED = {"days_covered": WHOLE, "first_day_covered": DATE, "day_reached": DATE}
"""Functions over covered days and what they give."""
