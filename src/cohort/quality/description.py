"""What a data-quality statement counts: tables, columns, years, keys and comparisons. Nothing here looks at data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from cohort.catalogue.model import CodeList, HeldColumn, HeldTable
from cohort.quality.forms import form_of

EARLIER, LATER, NO_YEAR = "earlier", "later", "not known"
"""Categories of rows outside the study's years, and of rows whose year is missing or is no year."""
TOGETHER = "whole table"
"""The one category of a table whose rows have no year."""


class YearKind(StrEnum):
    """How the year of a row is told: 200304, 2010, 201001 (year and month), or a date."""

    RETURN = "return"
    YEAR = "year"
    YEAR_AND_MONTH = "year_and_month"
    DAY = "day"


class State(StrEnum):
    """What is found in a column of one row, or in its key."""

    KNOWN = "known"
    VALID = "valid"
    FORMED = "in the form of a code"
    SPECIAL = "special"
    OUTSIDE = "outside its years"
    UNLISTED = "not in the list"
    UNFORMED = "not in the form of a code"
    MISSING = "missing"
    AGAIN = "one of several rows with one key"
    ALONE = "any other row"
    REVERSED = "ends before it begins"


class Check(StrEnum):
    """What one group of counts is about."""

    ROWS = "rows"
    COLUMN = "column"
    KEY = "key"
    COMPARISON = "comparison"


@dataclass(frozen=True)
class Years:
    """The column that a row's year is read from, and the study's first and last year in the form of that column.

    For ``RETURN`` the years are such as 200304 (the year to 31 March 2004), otherwise calendar years.
    """

    kind: YearKind
    column: HeldColumn
    first: int
    last: int

    @property
    def each(self) -> tuple[int, ...]:
        """All years from the first to the last."""
        if self.kind is not YearKind.RETURN:
            return tuple(range(self.first, self.last + 1))
        return tuple(as_return(year) for year in range(self.first // 100 + 1, self.last // 100 + 2))

    def label(self, value: str) -> str:
        """Return a category of years in words."""
        if self.kind is YearKind.RETURN and value.isdigit():
            return f"{value[:4]}-{value[4:]}"
        return value

    @property
    def words(self) -> str:
        """How the year of a row is told, in words."""
        match self.kind:
            case YearKind.RETURN:
                return f"the return that a row is in (`{self.column.name}`), from 1 April to 31 March"
            case YearKind.YEAR:
                return f"the year in `{self.column.name}`"
            case YearKind.YEAR_AND_MONTH:
                return f"the calendar year in `{self.column.name}`"
            case YearKind.DAY:
                return f"the calendar year of `{self.column.name}`"


def as_return(year: int) -> int:
    """Return the census year (200304) of the return for the year to 31 March of a calendar year (2004)."""
    return (year - 1) * 100 + year % 100


@dataclass(frozen=True)
class CodePeriod:
    """A stretch of days in which a code is in use; None where no bound is known."""

    first: datetime.date | None
    last: datetime.date | None


@dataclass(frozen=True)
class CountedTable:
    """A held table whose quality is counted.

    ``columns`` are those that the study reads, in the catalogue's order. ``years`` is None where rows have no year.
    ``unit`` is the identifier whose different values are the people behind a count: empty where the study reads none.
    ``key`` is the declared key; ``further`` are the columns of it that the study itself does not read.
    ``start`` and ``end`` are the ends of a spell, where the study reads both. Without a key ``no_key_why`` says why.
    """

    held: HeldTable
    columns: tuple[HeldColumn, ...]
    years: Years | None
    no_years_why: str
    unit: HeldColumn | None
    key: tuple[HeldColumn, ...]
    further: tuple[HeldColumn, ...]
    start: HeldColumn | None = None
    end: HeldColumn | None = None
    no_key_why: str = ""

    @property
    def name(self) -> str:
        """The logical name of the table."""
        return self.held.name

    @property
    def reversed_in(self) -> HeldColumn | None:
        """The column of which an end before the beginning is a state: the start, unless that tells the year.

        Ends are often missing, which would have to be hidden together with the few that are reversed.
        """
        return self.start if self.start in self.checked else self.end

    @property
    def checked(self) -> tuple[HeldColumn, ...]:
        """The columns that are looked into: not the one that tells the year, of which the years tell all there is."""
        told = None if self.years is None else self.years.column.name
        return tuple(column for column in self.columns if column.name != told)


@dataclass(frozen=True)
class Figure:
    """A published figure. ``grade`` is A (the publisher's own page) to D; ``rounding`` 0 for none."""

    period: str
    value: int
    rounding: int
    grade: str
    definition: str
    note: str
    title: str
    publisher: str
    published: int
    address: str


@dataclass(frozen=True)
class Measure:
    """How a published series is counted in a held table.

    ``counted`` are ways to tell the counted units apart (names of columns), the first of which the study reads is
    taken. Rows are those with ``equal`` values, without ``leave_out`` values (a missing value stays), and, with
    ``on_day`` (month, day), those of spells that hold on this day of their year. ``month`` is that of a year and month.
    """

    id: str
    table: str
    words: str
    counted_words: str
    counted: tuple[tuple[str, ...], ...]
    on_day: tuple[int, int] | None
    month: int | None
    leave_out: tuple[tuple[str, str], ...]
    note: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Comparison:
    """A measure as it is counted for one study: the columns that tell units apart, and the years (with figures)."""

    measure: Measure
    table: CountedTable
    units: tuple[HeldColumn, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class NotCompared:
    """A measure of a table that the study reads, which is not counted, and why."""

    measure: Measure
    why: str


@dataclass(frozen=True)
class NotHeld:
    """A table that the study reads and the data do not hold, or (with ``columns``) hold without these columns."""

    held: HeldTable
    columns: tuple[HeldColumn, ...] = ()


@dataclass(frozen=True)
class Description:
    """All that is counted for one study. ``not_held`` is what is left out because the data do not have it."""

    study: str
    title: str
    spec_file: str
    spec_hash: str
    data_from: datetime.date
    data_until: datetime.date
    tables: tuple[CountedTable, ...]
    comparisons: tuple[Comparison, ...]
    not_compared: tuple[NotCompared, ...]
    not_held: tuple[NotHeld, ...] = ()


def table_id(check: Check, table: str, part: str = "") -> str:
    """Return the name of a group of counts in the results."""
    return " ".join(word for word in (check.value, table, part) if word)


def states_of(table: CountedTable, column: HeldColumn, listed: CodeList | None) -> tuple[State, ...]:
    """Return what can be found in a column, in the order of tables.

    Every row is in one state. An end before the beginning is a state of a column, not a check of its own, for otherwise
    hidden counts of one could be worked out from the other.
    """
    dated = table.years is not None
    form = form_of(column) if listed is None else None
    found = [State.FORMED if form else State.KNOWN] if listed is None else [State.VALID]
    if column == table.reversed_in:
        found.append(State.REVERSED)
    if special_values(column):
        found.append(State.SPECIAL)
    if listed is not None:
        if dated and any(periods for periods in periods_of(listed).values()):
            found.append(State.OUTSIDE)
        found.append(State.UNLISTED)
    if form is not None:
        found.append(State.UNFORMED)
    return (*found, State.MISSING)


def special_values(column: HeldColumn) -> tuple[tuple[str, str], ...]:
    """Return the values of a column that are not what they say, each with what it means; ``missing`` is no value."""
    return tuple((value, words) for value, words in column.special if value != "missing")


def periods_of(listed: CodeList) -> dict[str, tuple[CodePeriod, ...]]:
    """Return the codes of a list with the stretches in which they are in use; none where they always are.

    The stretches of several meanings are joined where one follows the other.
    """
    by_code: dict[str, list[CodePeriod]] = {code: [] for code in listed.codes}
    for entry in listed.entries:
        by_code.setdefault(entry.code, []).append(CodePeriod(entry.first_day, entry.last_day))
    return {code: _joined(periods) for code, periods in by_code.items()}


def _joined(periods: list[CodePeriod]) -> tuple[CodePeriod, ...]:
    done: list[CodePeriod] = []
    for period in sorted(periods, key=lambda one: one.first or datetime.date.min):
        before = done[-1] if done else None
        if before is not None and _follows(before, period):
            ends = [end for end in (before.last, period.last) if end is not None]
            last = max(ends) if len(ends) == 2 else None
            done[-1] = CodePeriod(before.first, last)
        else:
            done.append(period)
    return () if any(one.first is None and one.last is None for one in done) else tuple(done)


def _follows(before: CodePeriod, after: CodePeriod) -> bool:
    return (
        before.last is None or after.first is None or after.first <= before.last + datetime.timedelta(days=1)
    )
