"""Units made of those that come far in a study: on each side of its lines, with other values, and with further rows."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from cohort.vetting.boundary_lines import crossings, lean
from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_periods import followed, parted_periods, related, short_periods
from cohort.vetting.boundary_trial import Trial
from cohort.vetting.boundary_twins import other_values, twins
from cohort.vetting.boundary_units import OLDEST, Date, Unit

_FEWER = 2
"""Units with rows in as many tables fewer than others come as far."""
_APART = datetime.timedelta(days=300)
_TWINNED = 1


def beside(units: Sequence[Unit], trial: Trial, maker: Maker, number: int) -> list[Unit]:
    """Return units made of the first ``number`` that come furthest, each once."""
    bases = furthest(units, trial, maker, number)
    leapt = [maker.leaping(base, 0) for base in bases]
    contexts = [context for unit in (*bases, *leapt) for context in (unit, _opened(unit, maker))]
    contexts += [each for base in bases[:_TWINNED] for each in followed(base, maker)]
    found = [*contexts, *crossings(contexts, trial, maker), *other_values(bases, trial, maker)]
    for base in bases:
        found += [*related(base, maker), *short_periods(base, maker), *parted_periods(base, maker)]
    for base in bases[:_TWINNED]:
        found += twins(base, maker)
    return list({repr(unit): unit for unit in found}.values())


def furthest(units: Sequence[Unit], trial: Trial, maker: Maker, number: int) -> list[Unit]:
    """Return units that have rows in most tables, made lean, and born at different times."""
    tables = [len(each.tables) for each in trial.outlines(units)]
    found: list[Unit] = []
    born: list[Date] = []
    for unit, count in zip(units, tables, strict=True):
        birth = maker.birth_of(unit) or OLDEST
        if count >= max(tables) - _FEWER and all(abs(birth - other) > _APART for other in born):
            found.append(unit)
            born.append(birth)
    return lean(found[:number], trial)


def _opened(unit: Unit, maker: Maker) -> Unit:
    """Return a unit whose rows have no date but their first: ends hide the lines for starts that lie after them."""
    lines = [
        replace(line, cells={**line.cells, **dict.fromkeys(maker.dates_of(line)[1:])}) for line in unit.lines
    ]
    return Unit(tuple(lines))
