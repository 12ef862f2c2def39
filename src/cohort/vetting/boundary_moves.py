"""How invented units are moved a little: onto the lines of a study, beside them, and into one another."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from cohort.types import Kind
from cohort.vetting.boundary_units import (
    FAR,
    NEWEST,
    OLDEST,
    Beginning,
    Cell,
    Date,
    Kin,
    Line,
    Own,
    Unit,
    shifted,
)


class Maker(Beginning):
    """Makes units and moves them."""

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
        born = self.birth_of(unit)
        if born is None or not 1900 < born.year < 2100:
            return unit
        leaps = (Date(year, 2, 29) for year in range(born.year - 4, born.year + 5) if calendar.isleap(year))
        nearest = min(leaps, key=lambda day: (abs(day - born), day))
        return self.shifted_unit(unit, nearest - born + datetime.timedelta(days=beside))

    def shifted_unit(self, unit: Unit, by: datetime.timedelta) -> Unit:
        """Return a unit moved in time, with the years that its numbers name."""
        return Unit(tuple(self.shifted_line(line, by) for line in unit.lines))

    def _aimed(self, unit: Unit, days: Sequence[Date]) -> Unit:
        """Move one date, or all of one row, onto a day that lies a duration of the study from a day of an entry."""
        spots = [
            (place, name)
            for place, line in enumerate(unit.lines)
            for name, cell in line.cells.items()
            if isinstance(cell, Date) and OLDEST < cell < NEWEST
        ]
        if not spots or self._now(0.15):
            return self._change_value(unit) if self._now(0.6) else self._repeat_line(unit)
        place, name = self._one(spots)
        if name in self.births or self._now(0.1):
            return self._aimed_birth(unit, days)
        born = self.birth_of(unit)
        target = self._target(days if born is None or self._now(0.6) else [born])
        if self._now(0.5):
            return _with(unit, place, name, target)
        old = unit.lines[place].cells[name]
        by = target - old if isinstance(old, Date) else datetime.timedelta()
        line = self.shifted_line(unit.lines[place], by, round(by.days / 365.25))
        again = self._now(0.4) and len(unit.lines) < 40
        return Unit((*unit.lines, line) if again else (*unit.lines[:place], line, *unit.lines[place + 1 :]))

    def _aimed_birth(self, unit: Unit, days: Sequence[Date]) -> Unit:
        """Move the birth so that an age of the study is reached on a day of an entry, or a day beside that."""
        years = [0, *(n for n, kind in self.pools.amounts if kind == "year")]
        born = self.apart(self._one(days), -self._one(years), "year")
        born = shifted(born, datetime.timedelta(days=self._one((-1, 0, 0, 1, 7))))
        if self._now(0.15):
            born = Date(born.year - born.year % 4 or 4, 2, 28) + datetime.timedelta(
                days=self._one((0, 1, 1, 2))
            )
        lines = [
            replace(
                line,
                cells={n: born if n in self.births and c is not None else c for n, c in line.cells.items()},
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
                other = shifted(cell, datetime.timedelta(days=1))
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
        dates = [day for day in Unit(tuple(lines)).dates if OLDEST < day < NEWEST]
        by = self._target(days) - self._one(dates) if dates else datetime.timedelta()
        years = round(by.days / 365.25) if dates else self._one((-2, -1, 1, 2))
        lines = [self.shifted_line(line, by, years) for line in lines]
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
        born, theirs = self.birth_of(unit), self.birth_of(other)
        by = born - theirs if born is not None and theirs is not None else datetime.timedelta()
        years = round(by.days / 365.25)
        taken = [self.shifted_line(line, by, years) for line in other.lines if line.table == table]
        return Unit((*(line for line in unit.lines if line.table != table), *taken))

    def birth_of(self, unit: Unit) -> Date | None:
        """Return the first date of birth in the rows of a unit."""
        births = (c for line in unit.lines for n, c in line.cells.items() if n in self.births)
        return next((cell for cell in births if isinstance(cell, Date)), None)

    def shifted_line(self, line: Line, by: datetime.timedelta, years: int | None = None) -> Line:
        """Return a row moved in time; the years that its numbers name move by ``years``, or as its dates do."""
        years = round(by.days / 365.25) if years is None else years
        cells = {
            name: shifted(cell, by)
            if isinstance(cell, Date)
            else self.years_on(line.table, name, cell, years)
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
            return _with(unit, place, name, FAR)
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
            if name in self.births and isinstance(cell, Date)
        ]
        if not old:
            return unit
        years = [n for n, kind in self.pools.amounts if kind == "year"] or [1]
        day = self._one([*(day for day in unit.dates if day.year < 2200), *self._study_days])
        born = self._near(self.apart(day, -self._one([0, *years]), "year"))
        if self._now(0.5):
            born = self._placed([day], day)
        if self._now(0.2):
            leap = born.year - born.year % 4
            born = Date(leap, 2, 29) if calendar.isleap(leap) else born
        lines = [
            replace(
                line,
                cells={n: born if n in self.births and c == old[0] else c for n, c in line.cells.items()},
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
        return Unit(tuple(self.shifted_line(line, by, years) for line in unit.lines))

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
        lines = [line for line in unit.lines if len(self.dates_of(line)) > 1]
        if not lines or len(unit.lines) >= 40:
            return unit
        line = self._one(lines)
        names = self.dates_of(line)
        end = line.cells[names[1]]
        if not isinstance(end, Date) or end.year >= 9000:
            return unit
        start = self._placed([end], end) if self._now(0.6) else shifted(end, datetime.timedelta(days=1))
        cells = {**line.cells, names[0]: start, names[1]: self._later(start)}
        return Unit((*unit.lines, Line(line.table, cells)))

    def _drop_line(self, unit: Unit) -> Unit:
        place = self.random.randrange(len(unit.lines))
        return Unit(unit.lines[:place] + unit.lines[place + 1 :])


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
