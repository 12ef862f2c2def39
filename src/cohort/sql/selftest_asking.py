"""The constants that the self-test asks about, and the ways of asking."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.sql.selectable import FromClause

from cohort.query.values import Value
from cohort.sql.constructs import Expression
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

CODE = ValueType(Kind.CODE, length=10)
TEXT = ValueType(Kind.TEXT, length=10)
LARGE = ValueType(Kind.WHOLE, bits=64)
ROW = "sample_row"
SAMPLE_COLUMNS = (
    (ROW, WHOLE),
    ("first_day", DATE),
    ("last_day", DATE),
    ("code", CODE),
    ("small_number", WHOLE),
    ("large_number", LARGE),
    ("ratio", DECIMAL),
)
"""Columns of the table of constants that the probes ask about."""
SampleLine = tuple[
    int, datetime.date, datetime.date | None, str | None, int | None, int | None, Decimal | None
]
SAMPLE: tuple[SampleLine, ...] = (
    (1, datetime.date(2020, 1, 31), datetime.date(2020, 2, 29), "a", 7, 2147483646, Decimal("2.5")),
    (2, datetime.date(2020, 2, 29), datetime.date(2021, 2, 28), "B", -7, 1000000007, Decimal("-2.5")),
    (3, datetime.date(2019, 2, 28), None, "1", None, None, None),
    (4, datetime.date(2008, 2, 29), datetime.date(2024, 2, 29), " e11 ", 2, 3, Decimal("0.1")),
    (5, datetime.date(2003, 4, 1), datetime.date(2003, 3, 31), "10%!_x", 0, 9007199254740993, Decimal("0.2")),
    (6, datetime.date(1, 1, 1), datetime.date(9999, 12, 31), None, 10, 9007199254740993, Decimal(1000)),
)
"""The constants: month ends, leap days, the ends of the calendar, missing values, signs and wide numbers."""


@dataclass(frozen=True)
class OfRow:
    """A value of the query model for one row of the constants."""

    row: int
    value: Value


@dataclass(frozen=True)
class OfRowInSql:
    """An expression for one row of the constants; for what no value of the query model asks."""

    row: int
    build: Callable[[FromClause], Expression]


@dataclass(frozen=True)
class OfRows:
    """An aggregate of all rows of the constants, as text."""

    build: Callable[[FromClause], Expression]


@dataclass(frozen=True)
class PlaceInOrder:
    """The row of the constants that is at a place when a window function numbers them."""

    order: Callable[[FromClause], tuple[Expression, ...]]
    place: int


@dataclass(frozen=True)
class Db2Text:
    """Db2's own text of one value, for a fact that only Db2's manual states; it reads no table of the project."""

    text: str


@dataclass(frozen=True)
class Probe:
    """One question: its name, what relies on it, the answer that is expected as text, and how it is asked."""

    name: str
    why: str
    expected: str
    asked: OfRow | OfRowInSql | OfRows | PlaceInOrder | Db2Text


MISSING = "missing"
"""How an answer that is missing is written."""
