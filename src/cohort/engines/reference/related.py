"""The meaning of row nodes between units: pairs of units that share something, and the rows of others."""

from __future__ import annotations

import datetime

from cohort.engines.reference.spells import Spell, clipped, spell_of
from cohort.engines.reference.world import Row
from cohort.query.rows import RELATED, TOGETHER_FROM, TOGETHER_UNTIL, OfRelated, PairUnits


def pair_units(pair: PairUnits, rows: list[Row]) -> list[Row]:
    """Pair each two different units that share a value: once, or with spells for each two rows that overlap."""
    unit = pair.shape.unit
    assert unit is not None
    found: list[Row] = []
    for row in rows:
        for other in rows:
            if row[unit] is None or other[unit] is None or row[unit] == other[unit]:
                continue
            if row[pair.same] is None or row[pair.same] != other[pair.same]:
                continue
            both: Row = {unit: row[unit], RELATED: other[unit]}
            if pair.spell is not None:
                spells = [spell_of(r[pair.spell[0]], r[pair.spell[1]]) for r in (row, other)]
                found += [both | _together(part) for part in _overlap(*spells)]
            elif both not in found:
                found.append(both)
    return found


def of_related(node: OfRelated, rows: list[Row], relation: list[Row]) -> list[Row]:
    """Give each unit the rows of the units that it is related to."""
    unit = node.shape.unit
    assert unit is not None
    spell = node.relation.shape.spell
    found: list[Row] = []
    for pair in relation:
        for row in rows:
            if row[unit] is None or row[unit] != pair[node.other]:
                continue
            together: Row = {}
            if spell is not None:
                together = {TOGETHER_FROM: pair[spell[0]], TOGETHER_UNTIL: pair[spell[1]]}
            own = {name: cell for name, cell in row.items() if name != unit}
            found.append({unit: pair[unit], RELATED: row[unit]} | together | own)
    return found


def _overlap(first: Spell | None, second: Spell | None) -> list[Spell]:
    return [] if first is None or second is None else clipped([first], second)


def _together(days: Spell) -> Row:
    start, until = (datetime.date.fromordinal(day) for day in days)
    return {TOGETHER_FROM: start, TOGETHER_UNTIL: until}
