"""Invented units that stand on the lines of a study: how one is made."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import TypeVar

from cohort.catalogue import Catalogue, HeldColumn
from cohort.query.base import Plain
from cohort.types import Kind
from cohort.vetting.boundary_pools import Pools, Values

_T = TypeVar("_T")
Date = datetime.date
_NO_VALUES = Values()
FAR = Date(9999, 1, 1)
OLDEST, NEWEST = Date(1900, 1, 1), Date(2200, 1, 1)


@dataclass(frozen=True)
class Own:
    """A key of the unit itself: its ``number``-th of that name. ``shared`` codes are used by the next unit too."""

    name: str
    number: int = 0
    shared: bool = False


@dataclass(frozen=True)
class Kin:
    """A key that a few units share: a mother, a dwelling, a school."""

    name: str
    number: int = 0


@dataclass(frozen=True)
class Place:
    """A value that must agree beside a key; it differs between units that share a code."""

    values: tuple[int | str, ...]
    number: int = 0


Cell = int | float | str | Date | Own | Kin | Place | None
Cells = Mapping[str, Cell]


@dataclass(frozen=True)
class Line:
    """One row of a held table, under logical column names."""

    table: str
    cells: Cells


@dataclass(frozen=True)
class Unit:
    """The rows of one invented unit."""

    lines: tuple[Line, ...]

    @property
    def dates(self) -> list[Date]:
        """All dates in the unit's rows, in order of rows and columns."""
        return [cell for line in self.lines for cell in line.cells.values() if isinstance(cell, Date)]


class Beginning:
    """Makes units. The same random numbers give the same units."""

    def __init__(self, pools: Pools, catalogue: Catalogue, random: Random) -> None:
        self.pools, self.random = pools, random
        self.columns: dict[str, dict[str, HeldColumn]] = {
            table: {column.name: column for column in catalogue.tables[table].columns if column.name in names}
            for table, names in pools.tables.items()
        }
        self.returned = {table: catalogue.tables[table].returned for table in pools.tables}
        self._lists = {name: tuple(found.codes) for name, found in catalogue.code_lists.items()}
        self.births = {column for _, column in pools.births}
        self._shared = {
            name for table, name in pools.linked if any(agreeing == table for agreeing, _ in pools.agree)
        }

    # A new unit ------------------------------------------------------------------------------------------------

    def unit(self) -> Unit:
        """Return a new unit: a birth, a day on which something begins, and rows around them."""
        first = self._near(self._one(self._study_days)) if self._now(0.4) else self._some_day()
        years = [n for n, unit in self.pools.amounts if unit == "year"] or [1]
        born = self.apart(first, -self._one(years), "year") if self._now(0.5) else first
        born = self._near(born) - datetime.timedelta(
            days=self.random.randrange(0, 400 if self._now(0.6) else 6000)
        )
        lines: list[Line] = []
        for table in self.columns:
            lines += self._lines(table, first, born)
        return Unit(tuple(lines))

    def _lines(self, table: str, first: Date, born: Date) -> list[Line]:
        links = self._is_link(table)
        number = self._weighted((3, 82, 15) if links else (8, 40, 26, 16, 10))
        made: list[Line] = []
        before = first
        for place in range(number):
            line = self._line(table, place, before, born)
            made.append(line)
            ends = [cell for cell in line.cells.values() if isinstance(cell, Date) and cell.year < 9000]
            before = self._placed(ends, max(ends)) if ends and self._now(0.5) else first
            if self.returned[table] and self._now(0.4):
                made.append(self._returned_again(line))
        return made

    def _line(self, table: str, place: int, around: Date, born: Date) -> Line:
        cells: dict[str, Cell] = {}
        first: Date | None = None
        for name, column in self.columns[table].items():
            if column.type.kind is Kind.DATE:
                cells[name] = self._date(table, column, around, born, first)
                found = cells[name]
                first = first or (found if isinstance(found, Date) else None)
            elif column.type.kind is Kind.KEY:
                cells[name] = self._key(table, name, place)
            else:
                cells[name] = None
        for name, column in self.columns[table].items():
            if column.type.kind not in (Kind.DATE, Kind.KEY):
                cells[name] = self._value(table, column, first or around)
        return Line(table, cells)

    def _returned_again(self, line: Line) -> Line:
        """Return the row as the next year's return has it."""
        name = self.returned[line.table] or ""
        year = line.cells.get(name)
        return replace(line, cells={**line.cells, name: year + 101 if isinstance(year, int) else year})

    # Values ----------------------------------------------------------------------------------------------------

    def _date(
        self, table: str, column: HeldColumn, around: Date, born: Date, first: Date | None
    ) -> Date | None:
        if column.name in self.births:
            return born if self._now(0.93) else self._placed([born], born) if self._now(0.6) else None
        if column.means_death and self._now(0.6):
            return None if self._now(0.95) else self._one((Date.max, Date.max - datetime.timedelta(days=1)))
        if self._now(0.04 if first is None else 0.15):
            return None
        known = [day for day in self._values(table, column.name).meant if isinstance(day, Date)]
        if known and self._now(0.15):
            return self._near(self._one(known))
        if first is not None:
            if known and max(known).year >= 9000 and self._now(0.4):
                return FAR
            return self._placed([around, first, born], first) if self._now(0.6) else self._later(first)
        if self._now(0.2):
            return born
        return around if self._now(0.35) else self._placed([around, born, *self._study_days], around)

    def _value(self, table: str, column: HeldColumn, around: Date) -> int | float | str | Place | None:
        held = (table, column.name)
        if held in self.pools.agree:
            if self._now(0.04):
                blank = column.type.kind is Kind.CODE and self._now(0.5)
                return " " * (column.type.length or 1) if blank else None
            return Place(self._places(column), 0 if self._now(0.93) else 1)
        if self._now(0.04):
            return None
        if column.type.kind is Kind.DECIMAL:
            return self.random.randrange(0, 9) / 8
        if column.type.kind is Kind.WHOLE and (
            held in self.pools.year_months or held in self.pools.years or column.name == self.returned[table]
        ):
            return self._year(table, column.name, around)
        if column.type.kind is Kind.CODE and self._now(0.03):
            return " " * (column.type.length or 1)
        meant, near, further = self.choices[held]
        if meant and self._now(0.75):
            return self._one(meant)
        if near and self._now(0.5):
            return self._one(near)
        return self._one(further or near or meant)

    @cached_property
    def choices(self) -> dict[tuple[str, str], tuple[list[int | str], list[int | str], list[int | str]]]:
        """Values of each column that are no dates: those that the study asks for, those beside them, and others."""
        found = {}
        for table, columns in self.columns.items():
            for name, column in columns.items():
                values = self._values(table, name)
                meant = [each for each in values.meant if isinstance(each, int | str) and _fits(each, column)]
                near = [each for each in values.near if isinstance(each, int | str) and _fits(each, column)]
                found[table, name] = (meant, near, self._further(column))
        return found

    def _year(self, table: str, name: str, around: Date) -> int:
        # Far days stand for open ends, not for years that a column of years could hold.
        around = around if 1900 < around.year < 2200 else self._some_day()
        if (table, name) in self.pools.years and self._now(0.03):
            return self._one((0, 1, 9999, 10000))
        around = self.apart(around, self._one((0, 0, 0, 1, -1)), "year")
        held = (table, name)
        known = [each for each in self._values(*held).meant if isinstance(each, int)]
        if name == self.returned[table]:
            if known and self._now(0.15):
                return self._one(known) + self._one((-101, -1, 0, 1, 101))
            last = around.year + (1 if (around.month, around.day) >= (4, 1) else 0)
            return (last - 1) * 100 + last % 100
        if held in self.pools.year_months:
            months = self.pools.year_months[held]
            month = self._one(months) if months and self._now(0.85) else self._one((1, 2, 9, around.month))
            if self._now(0.03):
                return self._one((0, 1, 9999, 10000)) * 100 + month
            return around.year * 100 + month
        return around.year

    def _further(self, column: HeldColumn) -> list[int | str]:
        """Return a few values that the study does not ask for by name."""
        codes = self._lists.get(column.type.code_list or "", ())[:4]
        if column.type.kind is Kind.WHOLE:
            return [int(code) for code in codes] or [0, 1, 2, 3]
        length = column.type.length or 5
        texts = [*codes, *(f"{code.lower()} " for code in codes[:1])] or ["A1", "B2", "b2 ", "C3"]
        return [text[:length] for text in texts if text[:length].strip()]

    def _places(self, column: HeldColumn) -> tuple[int | str, ...]:
        return tuple(self._further(column)[:3])

    def _key(self, table: str, name: str, place: int) -> Own | Kin | None:
        held = (table, name)
        if self._now(0.02):
            return None
        if held in self.pools.units:
            return Own("", 0 if self._now(0.97) else 1)
        if held in self.pools.linked:
            leads = any(table == other for other, _ in self.pools.units)
            number = place if leads and self._now(0.9) else self._weighted((75, 18, 7))
            return Own(name, number, name in self._shared)
        return Own("", 0) if self._now(0.03) else Kin(name, self._weighted((75, 25)))

    def dates_of(self, line: Line) -> list[str]:
        """Return the columns of a row that hold dates."""
        return [n for n in line.cells if self.columns[line.table][n].type.kind is Kind.DATE]

    def _days_of_years(self, unit: Unit) -> list[Date]:
        """Return days of the year that the study names: in a year of the unit, and in those that its numbers name."""
        days = unit.dates or [self._some_day()]
        year = min(self._one(days).year + self._one((-1, 0, 1)), 2100)
        found = [_day(year, *self._one(self.pools.days_of_year))]
        for line in unit.lines:
            for name, cell in line.cells.items():
                if isinstance(cell, int) and self.is_year(line.table, name):
                    found.append(_day(_calendar_year(cell), *self._one(self.pools.days_of_year)))
        return found

    def years_on(self, table: str, name: str, cell: Cell, years: int) -> Cell:
        """Return a value as it is so many years later, if its column names a year."""
        if not isinstance(cell, int) or not self.is_year(table, name):
            return cell
        return cell + years * (1 if cell < 10000 else 101 if name == self.returned[table] else 100)

    # Chance ----------------------------------------------------------------------------------------------------

    def _is_link(self, table: str) -> bool:
        columns = self.columns[table].values()
        dated = any(
            c.type.kind is Kind.DATE and c.name not in self.births and not c.means_death for c in columns
        )
        timed = dated or any(self.is_year(table, c.name) for c in columns)
        return not timed and any(table == of for of, _ in self.pools.units)

    def known(self, table: str, name: str) -> tuple[Plain, ...]:
        """Return the values of a column that the study asks for."""
        return self._values(table, name).meant

    def is_calendar_year(self, table: str, name: str) -> bool:
        """Whether a column of whole numbers holds years from which the study works out days."""
        return (table, name) in self.pools.year_months or (table, name) in self.pools.years

    def is_year(self, table: str, name: str) -> bool:
        """Whether a column of whole numbers names a year, on its own, with a month, or of a return."""
        held = (table, name)
        return held in self.pools.year_months or held in self.pools.years or name == self.returned[table]

    def _values(self, table: str, name: str) -> Values:
        return self.pools.values.get((table, name), _NO_VALUES)

    @cached_property
    def _study_days(self) -> list[Date]:
        return [day for day in self.pools.dates if 1900 < day.year < 2100]

    def _some_day(self) -> Date:
        first, last = min(self._study_days), max(self._study_days)
        return first + datetime.timedelta(days=self.random.randrange(-400, max((last - first).days, 1) + 400))

    def _later(self, day: Date) -> Date:
        return shifted(day, datetime.timedelta(days=self.random.choice((0, 1, 20, 200, 900, 2500))))

    def _placed(self, anchors: Sequence[Date], otherwise: Date) -> Date:
        """Return a day that lies a duration of the study from an anchor, or a day beside that."""
        day = self._one(anchors) if anchors else otherwise
        if self._now(0.65):
            number, unit = self._one(self.pools.amounts or ((1, "day"),))
            day = self.apart(day, number * self._one((-1, 1)), unit)
        return self._near(day)

    def _near(self, day: Date) -> Date:
        return shifted(day, datetime.timedelta(days=self._one((-1, 0, 0, 0, 1, 1, 2, -2))))

    def apart(self, day: Date, number: int, unit: str) -> Date:
        """Return the day so many days, months or years later."""
        if unit == "day":
            return shifted(day, datetime.timedelta(days=number))
        months = day.year * 12 + day.month - 1 + number * (12 if unit == "year" else 1)
        return _day(min(max(months // 12, 1), 9999), months % 12 + 1, day.day)

    def _now(self, chance: float) -> bool:
        return self.random.random() < chance

    def _one(self, found: Sequence[_T]) -> _T:
        return found[self.random.randrange(len(found))]

    def _weighted(self, weights: Sequence[int]) -> int:
        at = self.random.randrange(sum(weights))
        for place, weight in enumerate(weights):
            at -= weight
            if at < 0:
                return place
        raise AssertionError("the weights add up")


def _day(year: int, month: int, day: int) -> Date:
    year = min(max(year, 1), 9999)
    return Date(year, month, min(day, calendar.monthrange(year, month)[1]))


def shifted(day: Date, by: datetime.timedelta) -> Date:
    """A day moved, if it stands for a day and stays in the calendar."""
    # Days that stand for no day (0001-01-01, 9999-01-01) stay, but those beside a line so far away are days.
    if day < OLDEST or (day.year > 2200 and (abs(by.days) > 2 or day > Date(9000, 6, 1))):
        return day
    return Date.fromordinal(min(max(day.toordinal() + by.days, 1), Date.max.toordinal()))


def _calendar_year(number: int) -> int:
    return number if number < 10000 else number // 100


def _fits(value: int | str, column: HeldColumn) -> bool:
    if isinstance(value, int):
        return column.type.kind is Kind.WHOLE
    return column.type.kind in (Kind.CODE, Kind.TEXT) and len(value) <= (column.type.length or len(value))
