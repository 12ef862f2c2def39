"""Units with further periods in each way that periods can lie: apart, touching, overlapping, within one another."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_units import NEWEST, OLDEST, Date, Line, Unit

Period = tuple[Date, Date]
_DAY = datetime.timedelta(days=1)
_Relation = tuple[int, int, int, int]
"""Where a second period starts and ends, from the start of the first: halves of its length and days, for either."""
_RELATIONS: tuple[_Relation, ...] = (
    (-2, 0, 0, 0),
    (0, 0, 2, 1),
    (0, -1, 2, 0),
    (0, 1, 2, -1),
    (0, -1, 2, 1),
    (1, 0, 3, 0),
    (-1, 0, 1, 0),
    (2, -1, 4, 0),
    (0, 0, 0, 0),
)
_WITHIN: _Relation = (0, 1, 0, 2)
_ONE_YEAR = 366
_LATER, _LONG = datetime.timedelta(days=100), datetime.timedelta(days=2000)
_LIFE = datetime.timedelta(days=9000)


def related(unit: Unit, maker: Maker) -> list[Unit]:
    """Return copies of a unit in which each row of a period has another beside it, in each way that it can lie.

    Gaps are those of the study's durations in days, and one day less and more. Half of the copies have a third row, of
    one day, within the first.
    """
    relations = (*((2, gap, 4, gap) for gap in _gaps(maker)), *_RELATIONS)
    return [
        Unit((*unit.lines, *rows, *third))
        for relation in relations
        if (rows := list(_rows(unit, maker, relation)))
        for third in ((), tuple(_rows(unit, maker, _WITHIN)))
    ]


def followed(unit: Unit, maker: Maker) -> list[Unit]:
    """Return a unit with a further row long after each period, and one with a further row before each."""
    gap = _gaps(maker)[-1]
    both = (tuple(_rows(unit, maker, relation)) for relation in ((2, gap, 4, gap), (-2, 0, 0, 0)))
    return [Unit((*unit.lines, *rows)) for rows in both if rows]


def short_periods(unit: Unit, maker: Maker) -> list[Unit]:
    """Return copies of a unit whose periods are cut to the study's durations in days, or a day less, at its ages.

    Each is followed by another, in each of a few ways, and by a long one after that.
    """
    born = maker.birth_of(unit)
    if born is None:
        return []
    ages = [maker.apart(born, number, kind) for number, kind in maker.pools.amounts if kind == "year"]
    lengths = sorted(
        {n - less for n, kind in maker.pools.amounts if kind == "day" for less in (0, 1) if 7 < n < _ONE_YEAR}
    )
    return [
        _replaced(unit, maker, age + 10 * _DAY, length * _DAY, second)
        for age in ages
        for length in lengths
        for second in (length * _DAY, length * _DAY + _DAY, length * _DAY // 2, 2 * _DAY)
        if OLDEST < age < NEWEST
    ]


def parted_periods(unit: Unit, maker: Maker) -> list[Unit]:
    """Return copies of a unit with parted periods in one table, at each age, and long ones in all other tables."""
    born = maker.birth_of(unit)
    if born is None:
        return []
    ages = [maker.apart(born, number, kind) for number, kind in maker.pools.amounts if kind == "year"]
    length = _gaps(maker)[-1] * _DAY
    tables = dict.fromkeys(line.table for line in unit.lines if _names(line, maker))
    wide = _periods(unit, maker, ((born, born + _LIFE),), list(tables))
    return [
        _replaced(wide, maker, age + 10 * _DAY, length, second, table)
        for table in tables
        for age in ages
        for second in (length + _DAY, length // 2)
    ]


def _replaced(
    unit: Unit,
    maker: Maker,
    first: Date,
    length: datetime.timedelta,
    second: datetime.timedelta,
    table: str = "",
) -> Unit:
    """Return a unit with three periods for each (of a table): the second starts so long after the first."""
    periods = (
        (first, first + length),
        (first + second, first + second + length // 3),
        (first + second + length + _LATER, first + second + length + _LONG),
    )
    return _periods(unit, maker, periods, [table] if table else [line.table for line in unit.lines])


def _periods(unit: Unit, maker: Maker, periods: Sequence[Period], tables: Sequence[str]) -> Unit:
    """Return a unit with the same periods for each row of a period of some tables."""
    lines: list[Line] = []
    for line in unit.lines:
        names = _names(line, maker) if line.table in tables else []
        many = [
            replace(line, cells={**line.cells, **dict(zip(names, each, strict=True))})
            for each in periods
            if names
        ]
        lines += many or [line]
    return Unit(tuple(lines))


def _rows(unit: Unit, maker: Maker, relation: _Relation) -> Iterator[Line]:
    for line in unit.lines:
        names = _names(line, maker)
        start, end = (line.cells[name] for name in names) if names else (None, None)
        if isinstance(start, Date) and isinstance(end, Date) and OLDEST < start < end < NEWEST:
            places = zip(relation[::2], relation[1::2], strict=True)
            period = (start + (end - start) * halves // 2 + days * _DAY for halves, days in places)
            yield replace(line, cells={**line.cells, **dict(zip(names, period, strict=True))})


def _names(line: Line, maker: Maker) -> list[str]:
    """Return the columns of the first and the last day of a row of a period; none of other rows."""
    names = [
        name
        for name in maker.dates_of(line)
        if name not in maker.births and not maker.columns[line.table][name].means_death
    ]
    return names[:2] if len(names) > 1 else []


def _gaps(maker: Maker) -> list[int]:
    """Return no day, the study's durations in days, and one day less and more than each."""
    days = {
        n + more for n, kind in maker.pools.amounts if kind == "day" and n < _ONE_YEAR for more in (-1, 0, 1)
    }
    return sorted({0, *days})
