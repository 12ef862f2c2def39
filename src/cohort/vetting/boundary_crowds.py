"""What no search finds by chance: every code of a long list, and a crowd that competes for the same peers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from cohort.query.study import ROUNDS, Peers
from cohort.vetting.boundary_pools import Pools
from cohort.vetting.boundary_units import Cell, Line, Unit

_LONG = 6
"""From how many codes on a list is spread evenly."""


def with_all_codes(units: Sequence[Unit], pools: Pools) -> list[Unit]:
    """Return units in which the codes of long lists stand equally often, those of the first units first.

    Only codes that the study asks for change, each into another that it asks for.
    """
    long = {
        held: tuple(code for code in values.meant if isinstance(code, str))
        for held, values in pools.values.items()
        if len([code for code in values.meant if isinstance(code, str)]) >= _LONG
    }
    turn = dict.fromkeys(long, 0)
    made: list[Unit] = []
    for unit in units:
        lines: list[Line] = []
        for line in unit.lines:
            cells: dict[str, Cell] = dict(line.cells)
            for name, cell in line.cells.items():
                codes = long.get((line.table, name), ())
                if cell in codes:
                    cells[name] = codes[_place(turn[line.table, name], len(codes))]
                    turn[line.table, name] += 1
            lines.append(replace(line, cells=cells))
        made.append(Unit(tuple(lines)))
    return made


def _place(turn: int, codes: int) -> int:
    # One further in each round, or a code would always stand in the same kind of row.
    return (turn + turn // codes) % codes


def crowd(case: Unit, candidate: Unit, peers: Peers, births: frozenset[str], lead: int) -> list[Unit]:
    """Return copies of a case and of a candidate for its peers such that matching needs all its rounds.

    Cases come in threes, born on the same day; each three is a day younger than the one before, and all candidates are
    younger still, in threes too: every case proposes to the same ones, and the youngest wins them. Of three units in a
    row matching takes the keys of two for the same, so that in each round all that decides is needed. ``lead`` cases
    alone are younger than all threes: with another number it is another round in which equals compete.
    """
    born, day = _birth(case, births), datetime.timedelta(days=1)
    threes = ROUNDS // 3 + 1
    cases, most = 3 * threes + lead, min(peers.per_case, 4)
    first = born + (threes + lead) * day
    return [
        *(_born(case, born + n // 3 * day, births) for n in range(3 * threes)),
        *(_born(candidate, first + n // 3 * day, births) for n in range(cases * most + -cases * most % 3)),
        *(_born(case, born + (threes + n) * day, births) for n in range(lead)),
    ]


def part_crowd(case: Unit, candidate: Unit, peers: Peers, births: frozenset[str]) -> list[Unit]:
    """Return a crowd in which cases have all peers but one after the first round, and get that in one round each."""
    born, day, cases = _birth(case, births), datetime.timedelta(days=1), ROUNDS + 1
    own = min(peers.per_case, 4) - 1
    made = [_born(unit, born + n * day, births) for n in range(cases) for unit in (case, *[candidate] * own)]
    return [*made, *(_born(candidate, born + (cases + n) * day, births) for n in range(2 * cases))]


def at_distances(case: Unit, candidate: Unit, peers: Peers, births: frozenset[str]) -> list[Unit]:
    """Return a case and candidates that differ from it by the tolerance, or a day more or less, both ways."""
    if peers.nearest is None:
        return []
    born, most = _birth(case, births), peers.nearest.tolerance
    days = (sign * (most + more) for sign in (-1, 1) for more in (-1, 0, 1))
    return [case, *(_born(candidate, born + datetime.timedelta(days=each), births) for each in days)]


def moved_birth(unit: Unit, years: int, births: frozenset[str]) -> Unit:
    """Return a unit born so many years later, all else as it is."""
    return _born(unit, _birth(unit, births) + datetime.timedelta(days=364 * years), births) if years else unit


def _birth(unit: Unit, births: frozenset[str]) -> datetime.date:
    found = (cell for line in unit.lines for name, cell in line.cells.items() if name in births)
    return next((cell for cell in found if isinstance(cell, datetime.date)), datetime.date(2005, 10, 3))


def _born(unit: Unit, day: datetime.date, births: frozenset[str]) -> Unit:
    lines = []
    for line in unit.lines:
        cells = {
            name: day if name in births and isinstance(cell, datetime.date) else cell
            for name, cell in line.cells.items()
        }
        lines.append(replace(line, cells=cells))
    return Unit(tuple(lines))
