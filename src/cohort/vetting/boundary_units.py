"""Invented units that stand on the lines of a study: how one is made, and how one is moved a little."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import TypeVar

from cohort.catalogue import Catalogue, HeldColumn
from cohort.types import Kind
from cohort.vetting.boundary_pools import Pools, Values

_T = TypeVar("_T")
Date = datetime.date
_NO_VALUES = Values()
_FAR = Date(9999, 1, 1)
_OLDEST, _NEWEST = Date(1900, 1, 1), Date(2200, 1, 1)


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


class Maker:
    """Makes units, and moves them a little. The same random numbers give the same units."""

    def __init__(self, pools: Pools, catalogue: Catalogue, random: Random) -> None:
        self.pools, self.random = pools, random
        self.columns: dict[str, dict[str, HeldColumn]] = {
            table: {column.name: column for column in catalogue.tables[table].columns if column.name in names}
            for table, names in pools.tables.items()
        }
        self.returned = {table: catalogue.tables[table].returned for table in pools.tables}
        self._lists = {name: tuple(found.codes) for name, found in catalogue.code_lists.items()}
        self._births = {column for _, column in pools.births}
        self._shared = {
            name for table, name in pools.linked if any(agreeing == table for agreeing, _ in pools.agree)
        }

    # A new unit ------------------------------------------------------------------------------------------------

    def unit(self) -> Unit:
        """Return a new unit: a birth, a day on which something begins, and rows around them."""
        first = self._near(self._one(self._study_days)) if self._now(0.4) else self._some_day()
        years = [n for n, unit in self.pools.amounts if unit == "year"] or [1]
        born = self._moved(first, -self._one(years), "year") if self._now(0.5) else first
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
        if column.name in self._births:
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
                return _FAR
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
        meant, near, further = self._choices[held]
        if meant and self._now(0.75):
            return self._one(meant)
        if near and self._now(0.5):
            return self._one(near)
        return self._one(further or near or meant)

    @cached_property
    def _choices(self) -> dict[tuple[str, str], tuple[list[int | str], list[int | str], list[int | str]]]:
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
        around = self._moved(around, self._one((0, 0, 0, 1, -1)), "year")
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

    # Moved a little --------------------------------------------------------------------------------------------

    def moved(self, unit: Unit, other: Unit, days: Sequence[Date] = ()) -> Unit:
        """Return a unit that differs in one or two places, mostly by a date that moves onto or beside a line.

        Sometimes all its rows of one table are those of another unit, moved in time to its own birth. ``days`` are
        those of its entries: if there are some, mostly one row moves beside one of them, or rows of the other unit are
        added there, and all else stays.
        """
        if days and unit.lines and self._now(0.75):
            return self._grafted(unit, other, days) if self._now(0.4) else self._aimed(unit, days)
        if self._now(0.3):
            unit = self._crossed(unit, other)
        for _ in range(self._weighted((0, 60, 30, 10))):
            change = self._one(_CHANGES)
            if unit.lines:
                unit = change(self, unit)
        return unit

    def leaping(self, unit: Unit, beside: int) -> Unit:
        """Return a unit moved in time so that its birth is on (or as many days beside) the nearest 29 February."""
        born = self._birth_of(unit)
        if born is None or not 1900 < born.year < 2100:
            return unit
        leaps = (Date(year, 2, 29) for year in range(born.year - 4, born.year + 5) if calendar.isleap(year))
        nearest = min(leaps, key=lambda day: (abs(day - born), day))
        by = nearest - born + datetime.timedelta(days=beside)
        return Unit(tuple(self._shifted_line(line, by, round(by.days / 365.25)) for line in unit.lines))

    def _aimed(self, unit: Unit, days: Sequence[Date]) -> Unit:
        """Move one date, or all of one row, onto a day that lies a duration of the study from a day of an entry."""
        spots = [
            (place, name)
            for place, line in enumerate(unit.lines)
            for name, cell in line.cells.items()
            if isinstance(cell, Date) and _OLDEST < cell < _NEWEST
        ]
        if not spots or self._now(0.15):
            return self._change_value(unit) if self._now(0.6) else self._repeat_line(unit)
        place, name = self._one(spots)
        if name in self._births or self._now(0.1):
            return self._aimed_birth(unit, days)
        born = self._birth_of(unit)
        target = self._target(days if born is None or self._now(0.6) else [born])
        if self._now(0.5):
            return _with(unit, place, name, target)
        old = unit.lines[place].cells[name]
        by = target - old if isinstance(old, Date) else datetime.timedelta()
        line = self._shifted_line(unit.lines[place], by, round(by.days / 365.25))
        again = self._now(0.4) and len(unit.lines) < 40
        return Unit((*unit.lines, line) if again else (*unit.lines[:place], line, *unit.lines[place + 1 :]))

    def _aimed_birth(self, unit: Unit, days: Sequence[Date]) -> Unit:
        """Move the birth so that an age of the study is reached on a day of an entry, or a day beside that."""
        years = [0, *(n for n, kind in self.pools.amounts if kind == "year")]
        born = self._moved(self._one(days), -self._one(years), "year")
        born = _shifted(born, datetime.timedelta(days=self._one((-1, 0, 0, 1, 7))))
        if self._now(0.15):
            born = Date(born.year - born.year % 4 or 4, 2, 28) + datetime.timedelta(
                days=self._one((0, 1, 1, 2))
            )
        lines = [
            replace(
                line,
                cells={n: born if n in self._births and c is not None else c for n, c in line.cells.items()},
            )
            for line in unit.lines
        ]
        return Unit(tuple(lines))

    def twinned(self, unit: Unit, turn: int) -> Unit:
        """Return a unit with one row of each table twice, once with another value in the column whose turn it is."""
        lines = list(unit.lines)
        for table, columns in self.columns.items():
            mine = [line for line in unit.lines if line.table == table]
            if not mine or self._is_link(table) or len(lines) >= 40:
                continue
            line, name = self._one(mine), list(columns)[turn % len(columns)]
            cell = line.cells[name]
            other: Cell = cell
            if isinstance(cell, Date):
                other = _shifted(cell, datetime.timedelta(days=1))
            elif isinstance(cell, Own | Kin):
                other = replace(cell, number=(cell.number + 1) % 8) if cell != Own("") else cell
            elif columns[name].type.kind not in (Kind.DATE, Kind.KEY):
                other = self._value(table, columns[name], self._some_day())
            lines.append(replace(line, cells={**line.cells, name: other}))
        return Unit(tuple(lines))

    def _grafted(self, unit: Unit, other: Unit, days: Sequence[Date]) -> Unit:
        """Add rows of another unit, of all tables that share a key, moved in time beside a day of an entry."""
        tables = self._one(self._groups)
        lines = [line for line in other.lines if line.table in tables]
        if not lines or len(unit.lines) + len(lines) > 40:
            return unit
        dates = [day for day in Unit(tuple(lines)).dates if _OLDEST < day < _NEWEST]
        by = self._target(days) - self._one(dates) if dates else datetime.timedelta()
        years = round(by.days / 365.25) if dates else self._one((-2, -1, 1, 2))
        lines = [self._shifted_line(line, by, years) for line in lines]
        linked = any(self._is_link(table) for table in tables)
        if linked and self._now(0.5):
            return Unit((*(line for line in unit.lines if line.table not in tables), *lines))
        if linked:
            lines = [line for line in lines if not self._is_link(line.table)]
        else:
            used = {
                c.number for line in unit.lines for c in line.cells.values() if isinstance(c, Own) and c.name
            }
            by_number = min(max(used, default=-1) + 1, 5)
            lines = [_renumbered(line, by_number) for line in lines]
        return Unit((*unit.lines, *lines))

    @cached_property
    def _groups(self) -> list[frozenset[str]]:
        """The held tables in groups that share keys other than the unit's; the tables of births left out."""
        groups: list[set[str]] = []
        for table in self.columns:
            if any(table == of for of, _ in self.pools.births):
                continue
            keys = {name for of, name in self.pools.linked if of == table}
            near = [
                group
                for group in groups
                if any(name in keys for of, name in self.pools.linked if of in group)
            ]
            groups = [group for group in groups if group not in near] + [{table}.union(*near)]
        return [frozenset(group) for group in groups]

    def _target(self, days: Sequence[Date]) -> Date:
        if self._now(0.25):
            first, last = min(days), max(days)
            return first + datetime.timedelta(days=self.random.randrange(0, (last - first).days + 300))
        return self._placed(days, days[0]) if self._now(0.6) else self._near(self._one(days))

    def _crossed(self, unit: Unit, other: Unit) -> Unit:
        table = self._one(list(self.columns))
        born, theirs = self._birth_of(unit), self._birth_of(other)
        by = born - theirs if born is not None and theirs is not None else datetime.timedelta()
        years = round(by.days / 365.25)
        taken = [self._shifted_line(line, by, years) for line in other.lines if line.table == table]
        return Unit((*(line for line in unit.lines if line.table != table), *taken))

    def _birth_of(self, unit: Unit) -> Date | None:
        births = (c for line in unit.lines for n, c in line.cells.items() if n in self._births)
        return next((cell for cell in births if isinstance(cell, Date)), None)

    def _shifted_line(self, line: Line, by: datetime.timedelta, years: int) -> Line:
        cells = {
            name: _shifted(cell, by)
            if isinstance(cell, Date)
            else self._year_moved(line.table, name, cell, years)
            for name, cell in line.cells.items()
        }
        return Line(line.table, cells)

    def _move_date(self, unit: Unit) -> Unit:
        spots = [
            (place, name)
            for place, line in enumerate(unit.lines)
            for name in line.cells
            if self.columns[line.table][name].type.kind is Kind.DATE
        ]
        if not spots:
            return unit
        place, name = self._one(spots)
        days = [*unit.dates, *self._days_of_years(unit)]
        known = [day for day in self._values(unit.lines[place].table, name).meant if isinstance(day, Date)]
        anchors = days if self._now(0.75) else [*self._study_days, *known]
        far = bool(known) and max(known).year >= 9000
        if far and self._now(0.1):
            return _with(unit, place, name, _FAR)
        day = None if self._now(0.05) else self._placed(anchors, self._some_day())
        if self._now(0.25) and unit.dates:
            day = self._later(self._one(unit.dates))
        # A far day stands for an open end, and only where the study knows it.
        return unit if day is not None and day.year > 2200 and not far else _with(unit, place, name, day)

    def _move_birth(self, unit: Unit) -> Unit:
        old = [
            cell
            for line in unit.lines
            for name, cell in line.cells.items()
            if name in self._births and isinstance(cell, Date)
        ]
        if not old:
            return unit
        years = [n for n, kind in self.pools.amounts if kind == "year"] or [1]
        day = self._one([*(day for day in unit.dates if day.year < 2200), *self._study_days])
        born = self._near(self._moved(day, -self._one([0, *years]), "year"))
        if self._now(0.5):
            born = self._placed([day], day)
        if self._now(0.2):
            leap = born.year - born.year % 4
            born = Date(leap, 2, 29) if calendar.isleap(leap) else born
        lines = [
            replace(
                line,
                cells={n: born if n in self._births and c == old[0] else c for n, c in line.cells.items()},
            )
            for line in unit.lines
        ]
        return Unit(tuple(lines))

    def _move_all(self, unit: Unit) -> Unit:
        """Move the whole unit in time so that one of its dates is on or beside a day that the study names."""
        days = [day for day in unit.dates if 1900 < day.year < 2200]
        if not days:
            return unit
        target = (
            self._placed(self._study_days, days[0])
            if self._now(0.6)
            else self._near(self._one(self._study_days))
        )
        by = target - self._one(days)
        years = round(by.days / 365.25)
        return Unit(tuple(self._shifted_line(line, by, years) for line in unit.lines))

    def _change_value(self, unit: Unit) -> Unit:
        place = self.random.randrange(len(unit.lines))
        line = unit.lines[place]
        name = self._one(list(line.cells))
        column = self.columns[line.table][name]
        if column.type.kind is Kind.DATE:
            return self._move_date(unit)
        if column.type.kind is Kind.KEY:
            return _with(unit, place, name, self._key(line.table, name, self._weighted((60, 30, 10))))
        days = [*unit.dates, *self._study_days]
        return _with(unit, place, name, self._value(line.table, column, self._one(days)))

    def _repeat_line(self, unit: Unit) -> Unit:
        line = self._one(unit.lines)
        again = Unit((line,))
        changed = self._one((_same, Maker._change_value, Maker._change_value, Maker._move_date))(self, again)
        return Unit((*unit.lines, *changed.lines)) if len(unit.lines) < 40 else unit

    def _follow_on(self, unit: Unit) -> Unit:
        """Add a row that begins where another of the table ends, or a few days later."""
        lines = [line for line in unit.lines if len(self._dates_of(line)) > 1]
        if not lines or len(unit.lines) >= 40:
            return unit
        line = self._one(lines)
        names = self._dates_of(line)
        end = line.cells[names[1]]
        if not isinstance(end, Date) or end.year >= 9000:
            return unit
        start = self._placed([end], end) if self._now(0.6) else _shifted(end, datetime.timedelta(days=1))
        cells = {**line.cells, names[0]: start, names[1]: self._later(start)}
        return Unit((*unit.lines, Line(line.table, cells)))

    def _drop_line(self, unit: Unit) -> Unit:
        place = self.random.randrange(len(unit.lines))
        return Unit(unit.lines[:place] + unit.lines[place + 1 :])

    def _dates_of(self, line: Line) -> list[str]:
        return [n for n in line.cells if self.columns[line.table][n].type.kind is Kind.DATE]

    def _days_of_years(self, unit: Unit) -> list[Date]:
        """Return days of the year that the study names: in a year of the unit, and in those that its numbers name."""
        days = unit.dates or [self._some_day()]
        year = min(self._one(days).year + self._one((-1, 0, 1)), 2100)
        found = [_day(year, *self._one(self.pools.days_of_year))]
        for line in unit.lines:
            for name, cell in line.cells.items():
                if isinstance(cell, int) and self._is_year(line.table, name):
                    found.append(_day(_calendar_year(cell), *self._one(self.pools.days_of_year)))
        return found

    def _year_moved(self, table: str, name: str, cell: Cell, years: int) -> Cell:
        if not isinstance(cell, int) or not self._is_year(table, name):
            return cell
        return cell + years * (1 if cell < 10000 else 101 if name == self.returned[table] else 100)

    # Chance ----------------------------------------------------------------------------------------------------

    def _is_link(self, table: str) -> bool:
        columns = self.columns[table].values()
        dated = any(
            c.type.kind is Kind.DATE and c.name not in self._births and not c.means_death for c in columns
        )
        timed = dated or any(self._is_year(table, c.name) for c in columns)
        return not timed and any(table == of for of, _ in self.pools.units)

    def _is_year(self, table: str, name: str) -> bool:
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
        return _shifted(day, datetime.timedelta(days=self.random.choice((0, 1, 20, 200, 900, 2500))))

    def _placed(self, anchors: Sequence[Date], otherwise: Date) -> Date:
        """Return a day that lies a duration of the study from an anchor, or a day beside that."""
        day = self._one(anchors) if anchors else otherwise
        if self._now(0.65):
            number, unit = self._one(self.pools.amounts or ((1, "day"),))
            day = self._moved(day, number * self._one((-1, 1)), unit)
        return self._near(day)

    def _near(self, day: Date) -> Date:
        return _shifted(day, datetime.timedelta(days=self._one((-1, 0, 0, 0, 1, 1, 2, -2))))

    def _moved(self, day: Date, number: int, unit: str) -> Date:
        if unit == "day":
            return _shifted(day, datetime.timedelta(days=number))
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


_CHANGES = (
    Maker._move_date,
    Maker._move_date,
    Maker._move_date,
    Maker._move_date,
    Maker._move_birth,
    Maker._move_all,
    Maker._change_value,
    Maker._change_value,
    Maker._repeat_line,
    Maker._follow_on,
    Maker._drop_line,
)


def _renumbered(line: Line, by: int) -> Line:
    cells = {
        name: replace(cell, number=min(cell.number + by, 7)) if isinstance(cell, Own) and cell.name else cell
        for name, cell in line.cells.items()
    }
    return replace(line, cells=cells)


def _same(_maker: Maker, unit: Unit) -> Unit:
    return unit


def _with(unit: Unit, place: int, name: str, cell: Cell) -> Unit:
    line = unit.lines[place]
    changed = replace(line, cells={**line.cells, name: cell})
    return Unit((*unit.lines[:place], changed, *unit.lines[place + 1 :]))


def _day(year: int, month: int, day: int) -> Date:
    year = min(max(year, 1), 9999)
    return Date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _shifted(day: Date, by: datetime.timedelta) -> Date:
    # Days that stand for no day (0001-01-01, 9999-01-01) stay, but those beside a line so far away are days.
    if day < _OLDEST or (day.year > 2200 and (abs(by.days) > 2 or day > Date(9000, 6, 1))):
        return day
    return Date.fromordinal(min(max(day.toordinal() + by.days, 1), Date.max.toordinal()))


def _calendar_year(number: int) -> int:
    return number if number < 10000 else number // 100


def _fits(value: int | str, column: HeldColumn) -> bool:
    if isinstance(value, int):
        return column.type.kind is Kind.WHOLE
    return column.type.kind in (Kind.CODE, Kind.TEXT) and len(value) <= (column.type.length or len(value))
