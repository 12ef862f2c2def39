"""The lines that a study draws, found one by one: dates of a unit are moved until its way through the study changes.

The last day before each change and the first one after it are kept: a unit stands on either side of each line.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_trial import Outline, Trial
from cohort.vetting.boundary_units import NEWEST, OLDEST, Date, Unit

_DAY = datetime.timedelta(days=1)
_ALL, _BIRTHS = -2, -1
_EACH = 4
"""So many times each line is kept."""
_Seen = dict[Date, Outline]


@dataclass(frozen=True)
class Spot:
    """Dates of a unit that are moved together: a column of one row, the births of all rows, or all dates of the unit.

    ``unit`` is the place of the unit, ``place`` that of the row. With ``whole`` the other dates of the row move too.
    """

    unit: int
    place: int
    name: str
    whole: bool = False


def lean(units: Sequence[Unit], trial: Trial) -> list[Unit]:
    """Return units without the rows that they do not need to have rows in the same tables of the plan."""
    found = list(units)
    goals = [each.tables for each in trial.outlines(found)]
    waiting = [range(len(unit.lines) - 1, -1, -1) for unit in found]
    while any(waiting):
        # The last rows are left out, as many as can be; the one before them is needed, and stays.
        fewer = [
            [_without(unit, places[:number]) for number in range(len(places) + 1)]
            for unit, places in zip(found, waiting, strict=True)
        ]
        outlines = iter(trial.outlines([unit for made in fewer for unit in made]))
        for at, made in enumerate(fewer):
            enough = [next(outlines).tables >= goals[at] for _ in made]
            left_out = next((n for n, each in enumerate(enough) if not each), len(enough)) - 1
            found[at] = made[left_out]
            waiting[at] = waiting[at][left_out + 1 :]
    return found


def crossings(units: Sequence[Unit], trial: Trial, maker: Maker) -> list[Unit]:
    """Return copies of units with dates on either side of each line that the study draws for them."""
    spots = [spot for at, unit in enumerate(units) for spot in _spots(at, unit, maker)]
    seen: dict[Spot, _Seen] = {spot: {} for spot in spots}
    days = {spot: _targets(units[spot.unit], spot, maker) for spot in spots}
    while any(days.values()):
        _sweep(units, days, seen, trial, maker)
        # Each change is looked for in the middle of the days between which it lies.
        days = {
            spot: [a + (b - a) // _DAY // 2 * _DAY for a, b in _changes(seen[spot]) if b - a > _DAY]
            for spot in spots
        }
    found: dict[tuple[Spot, Date], None] = {}
    times: Counter[object] = Counter()
    for spot in spots:
        unit = units[spot.unit]
        row = "" if spot.place < 0 else unit.lines[spot.place].table
        for one, other in _changes(seen[spot]):
            # Lines that the same column crosses with the same effect are one, birthdays left aside.
            effect = seen[spot][one].changed(seen[spot][other])
            line = (
                row,
                min(spot.place, 0),
                spot.name,
                spot.whole,
                effect,
                _birthday(_moved(unit, spot, other, maker), one, other, maker),
            )
            times[line] += 1
            if times[line] <= _EACH:
                found |= {(spot, one): None, (spot, other): None}
    return [_moved(units[spot.unit], spot, day, maker) for spot, day in found]


def _birthday(unit: Unit, one: Date, other: Date, maker: Maker) -> int:
    """Tell days of a birthday (1), of one after a birth on 29 February (2), and all others (0) apart."""
    born = maker.birth_of(unit)
    if born is None:
        return 0
    on = any((day.month, day.day) == (born.month, born.day) for day in (one, other, one - _DAY))
    leap = (born.month, born.day) == (2, 29)
    return 2 if leap and (on or {one.month, other.month} & {2, 3}) else int(on)


def _changes(seen: _Seen) -> Iterator[tuple[Date, Date]]:
    """Yield neighbouring days with which a unit does not go the same way."""
    days = sorted(seen)
    for one, other in pairwise(days):
        if seen[one] != seen[other]:
            yield one, other


def _sweep(
    units: Sequence[Unit],
    days: Mapping[Spot, Sequence[Date]],
    seen: Mapping[Spot, _Seen],
    trial: Trial,
    maker: Maker,
) -> None:
    made = [(spot, day) for spot, found in days.items() for day in found]
    outlines = trial.outlines([_moved(units[spot.unit], spot, day, maker) for spot, day in made])
    for (spot, day), each in zip(made, outlines, strict=True):
        seen[spot][day] = each


def _spots(at: int, unit: Unit, maker: Maker) -> Iterator[Spot]:
    births = sorted({n for line in unit.lines for n, c in line.cells.items() if n in maker.births and c})
    for name in births:
        yield Spot(at, _ALL, name)
        yield Spot(at, _BIRTHS, name)
    for place, line in enumerate(unit.lines):
        names = [name for name in maker.dates_of(line) if name not in maker.births]
        known = [name for name in names if isinstance(cell := line.cells[name], Date) and _usual(cell)]
        yield from (Spot(at, place, name) for name in names)
        if len(known) > 1:
            yield from (Spot(at, place, name, whole=True) for name in known)


def _targets(unit: Unit, spot: Spot, maker: Maker) -> list[Date]:
    """Return days that lie a duration of the study from a day of the unit, and days that the study names."""
    near, named = (
        [day for day in unit.dates if _usual(day)],
        [day for day in maker.pools.dates if _usual(day)],
    )
    if spot.place == _ALL:
        born = _births(unit, spot.name)[0]
        return sorted({born + (day - own) for day in named for own in near})
    own = {*near, *named}
    sign = -1 if spot.place == _BIRTHS else 1
    found = set(own)
    for number, kind in maker.pools.amounts:
        for day in own:
            found.add(maker.apart(day, sign * number, kind))
            if kind == "day":
                found.add(maker.apart(day, -sign * number, kind))
    return sorted(day for day in found if _usual(day))


def _moved(unit: Unit, spot: Spot, day: Date, maker: Maker) -> Unit:
    if spot.place == _ALL:
        return maker.shifted_unit(unit, day - _births(unit, spot.name)[0])
    if spot.whole:
        line = unit.lines[spot.place]
        old = line.cells[spot.name]
        by = day - old if isinstance(old, Date) else datetime.timedelta()
        return Unit((*unit.lines[: spot.place], maker.shifted_line(line, by), *unit.lines[spot.place + 1 :]))
    lines = [
        replace(line, cells={**line.cells, spot.name: day})
        if spot.name in line.cells
        and (place == spot.place or (spot.place == _BIRTHS and line.cells[spot.name]))
        else line
        for place, line in enumerate(unit.lines)
    ]
    return Unit(tuple(lines))


def _births(unit: Unit, name: str) -> list[Date]:
    return [
        cell for line in unit.lines for n, cell in line.cells.items() if n == name and isinstance(cell, Date)
    ]


def _usual(day: Date) -> bool:
    return OLDEST < day < NEWEST


def _without(unit: Unit, places: Sequence[int]) -> Unit:
    return Unit(tuple(line for at, line in enumerate(unit.lines) if at not in places))
