"""Days that spells cover, as the engine counts them: days by number, so that no day lies outside the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cohort.engines.reference.cells import as_date
from cohort.engines.reference.world import Cell, Row

Spell = tuple[int, int]
"""First day and first day outside, each as the number of the day."""


def spells_of(rows: Iterable[Row], columns: tuple[str, str]) -> list[Spell]:
    """Return the spells of rows. Those without start or end, empty and reversed ones cover nothing."""
    found = []
    for row in rows:
        spell = spell_of(row[columns[0]], row[columns[1]])
        if spell is not None:
            found.append(spell)
    return found


def spell_of(start: Cell, until: Cell) -> Spell | None:
    """Return one spell, or None if it covers no day."""
    first, outside = as_date(start), as_date(until)
    if first is None or outside is None or first >= outside:
        return None
    return first.toordinal(), outside.toordinal()


def joined(spells: Iterable[Spell], gap: int = 0) -> list[Spell]:
    """Join spells that overlap, touch, or lie no more than a number of days apart."""
    periods: list[Spell] = []
    for start, until in sorted(spells):
        if periods and start - periods[-1][1] <= gap:
            periods[-1] = (periods[-1][0], max(periods[-1][1], until))
        else:
            periods.append((start, until))
    return periods


def clipped(spells: Iterable[Spell], within: Spell) -> list[Spell]:
    """Return what of the spells lies within a period."""
    both = ((max(start, within[0]), min(until, within[1])) for start, until in spells)
    return [(start, until) for start, until in both if start < until]


def in_both(spells: Sequence[Spell], others: Sequence[Spell]) -> list[Spell]:
    """Return the days that both cover, each of which covers no day twice."""
    return sorted(part for other in others for part in clipped(spells, other))
