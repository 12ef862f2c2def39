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


def crowd(case: Unit, candidate: Unit, peers: Peers, births: frozenset[str]) -> list[Unit]:
    """Return copies of a case and of a candidate for its peers such that matching needs all its rounds.

    Each case is a day younger than the one before, and all candidates are younger still: every case proposes to the
    same ones, and the youngest case wins them.
    """
    cases = ROUNDS + 1
    born = _birth(case, births)
    made = [_born(case, born + datetime.timedelta(days=n), births) for n in range(cases)]
    later = (born + datetime.timedelta(days=cases + n) for n in range(cases * min(peers.per_case, 4)))
    return [*made, *(_born(candidate, day, births) for day in later)]


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
