"""Units with another value in one place, and units with rows that are alike but for one column."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cohort.types import Kind
from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_trial import Trial
from cohort.vetting.boundary_units import Cell, Date, Kin, Line, Own, Place, Unit, shifted

_MOST = 16
"""So many values of a column are tried, evenly taken."""
_NUMBERS = 8
_Change = Callable[[Maker, Line, str], Cell]
_FURTHEST_YEARS = (-1, 0, 1, 2, 9998, 9999, 10000)


def other_values(units: Sequence[Unit], trial: Trial, maker: Maker) -> list[Unit]:
    """Return copies of units with another value in one cell, or none, where that changes their way through the study.

    Of values of one cell with which a unit goes the same way there is one.
    """
    made = [
        ((at, place, name), _with(unit, place, name, cell))
        for at, unit in enumerate(units)
        for place, line in enumerate(unit.lines)
        for name in line.cells
        for cell in _others(maker, line, name)
    ]
    own = trial.outlines(units)
    found: dict[object, Unit] = {}
    for ((at, place, name), each), outline in zip(
        made, trial.outlines([each for _, each in made]), strict=True
    ):
        if outline != own[at]:
            rows = tuple(sorted(outline.rows.items()))
            found.setdefault((units[at].lines[place].table, name, rows), each)
    return list(found.values())


def twins(unit: Unit, maker: Maker) -> list[Unit]:
    """Return copies of a unit in which all rows with a column stand twice, alike but for that column and one other.

    There the second has the next value, the one before, another, or none. Keys of all tables change together, so that
    the unit has a second life under the other key. What decides between such rows is seen in the other column. Each
    table that leads from keys to units leads from one key to two.
    """
    names = dict.fromkeys(name for line in unit.lines for name in line.cells)
    found: list[Unit] = []
    for name in names:
        with_it = [line for line in unit.lines if name in line.cells]
        others = dict.fromkeys(other for line in with_it for other in line.cells if other != name)
        for change in (_next, _before, _another, _missing):
            changed = [_changed(maker, line, name, change) for line in with_it]
            if changed != with_it:
                found.append(Unit((*unit.lines, *changed)))
                for other in others if change in (_next, _before) else ():
                    for further in (_next, _before, _missing):
                        both = [_changed(maker, line, other, further) for line in changed]
                        if both != changed:
                            found.append(Unit((*unit.lines, *both)))
    for table in dict.fromkeys(line.table for line in unit.lines):
        led = [each for line in unit.lines if line.table == table for each in _of_another(line)]
        found += [Unit((*unit.lines, *led))] if led else []
    far = [each for line in unit.lines for each in _far_years(maker, line)]
    return [*found, Unit((*unit.lines, *far))] if far else found


def _changed(maker: Maker, line: Line, name: str, change: _Change) -> Line:
    return (
        replace(line, cells={**line.cells, name: change(maker, line, name)}) if name in line.cells else line
    )


def _of_another(line: Line) -> Iterator[Line]:
    """Yield a copy of a row that leads from a key to the unit, as one that leads from the same key to the next unit."""
    if any(isinstance(cell, Own) and cell.name for cell in line.cells.values()):
        moved = {name: Own("", 1) if cell == Own("") else cell for name, cell in line.cells.items()}
        if moved != line.cells:
            yield replace(line, cells=moved)


def _others(maker: Maker, line: Line, name: str) -> Iterator[Cell]:
    """Yield other values for a cell: none, those that the study asks for, and those beside them."""
    column = maker.columns[line.table][name]
    cell = line.cells[name]
    if cell is not None:
        yield None
    match column.type.kind:
        case Kind.DATE:
            known = [day for day in maker.known(line.table, name) if isinstance(day, Date)]
            if column.means_death or any(day.year >= 9000 for day in known):
                yield from (*known, Date.max, Date.max - datetime.timedelta(days=1))
        case Kind.KEY:
            if isinstance(cell, Own | Kin):
                yield replace(cell, number=(cell.number + 1) % _NUMBERS)
        case _:
            if isinstance(cell, Place):
                yield replace(cell, number=1)
            if isinstance(cell, int) and maker.is_year(line.table, name):
                yield from (maker.years_on(line.table, name, cell, years) for years in (-2, -1, 1, 2))
            for choices in maker.choices[line.table, name]:
                step = max(len(choices) // _MOST, 1)
                yield from choices[::step]
            if column.type.kind is Kind.CODE:
                yield " " * (column.type.length or 1)


def _next(maker: Maker, line: Line, name: str) -> Cell:
    return _beside(maker, line, name, 1)


def _before(maker: Maker, line: Line, name: str) -> Cell:
    return _beside(maker, line, name, -1)


def _beside(maker: Maker, line: Line, name: str, by: int) -> Cell:
    """Return the value after (or before) that of a cell: of codes, the next that the study asks for as well."""
    match line.cells[name]:
        case datetime.date() as day:
            return shifted(day, datetime.timedelta(days=by))
        case Own(name="") as cell:
            return cell
        case Own() | Kin() | Place() as cell:
            return replace(cell, number=(cell.number + by) % (3 if isinstance(cell, Place) else _NUMBERS))
        case int() as number if maker.is_year(line.table, name):
            return maker.years_on(line.table, name, number, by)
        case None:
            return _another(maker, line, name)
        case value:
            meant = sorted(
                {*maker.choices[line.table, name][0], value}, key=lambda each: (str(type(each)), each)
            )
            return meant[(meant.index(value) + by) % len(meant)]


def _another(maker: Maker, line: Line, name: str) -> Cell:
    cell = line.cells[name]
    if maker.columns[line.table][name].type.kind in (Kind.DATE, Kind.KEY):
        return cell
    if isinstance(cell, int) and maker.is_year(line.table, name):
        return cell + 1
    meant, near, further = maker.choices[line.table, name]
    return next((each for each in (*further, *near, *meant) if each != cell), cell)


def _missing(_maker: Maker, _line: Line, _name: str) -> Cell:
    return None


def _far_years(maker: Maker, line: Line) -> Iterator[Line]:
    """Yield copies of a row with the first and last years of the calendar, and those just outside it."""
    for name, cell in line.cells.items():
        if isinstance(cell, int) and maker.is_calendar_year(line.table, name):
            for year in _FURTHEST_YEARS:
                number = year * 100 + cell % 100 if cell >= 10000 else year
                yield replace(line, cells={**line.cells, name: number})


def _with(unit: Unit, place: int, name: str, cell: Cell) -> Unit:
    line = unit.lines[place]
    changed = replace(line, cells={**line.cells, name: cell})
    return Unit((*unit.lines[:place], changed, *unit.lines[place + 1 :]))
