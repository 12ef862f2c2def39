"""The meaning of summaries: many rows reduced to one value."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import Any

from cohort.engines.reference.cells import in_order_of
from cohort.engines.reference.spells import Spell, clipped, joined
from cohort.engines.reference.world import Cell, ReferenceFault, Row
from cohort.query.summaries import Covered, Summary
from cohort.types import Kind

_MILLION = 1e6


def summarise(summary: Summary, rows: Sequence[Row], values: Sequence[Cell]) -> Cell:
    """Return the summary of rows for which the condition is true; ``values`` are those of ``of``, row by row."""
    # The query model lets only values of the right kinds come here, which the type of a cell cannot say.
    known: list[Any] = [value for value in values if value is not None]
    match summary.function:
        case "any":
            return len(rows) > 0
        case "none":
            return len(rows) == 0
        case "count":
            return len(rows)
        case "count_distinct":
            return len(set(known))
        case "total":
            return _total(summary, known)
        case "first" | "last":
            return _at_the_end(summary, rows, values)
        case _ if not known:
            return None
        case "mean":
            return _total(summary, known) / len(known)
        case "median":
            middle = sorted(known)[(len(known) - 1) // 2 : len(known) // 2 + 1]
            return float(sum(middle) / len(middle))
        case "smallest":
            # Values of one kind can be compared, which the type of a cell cannot say.
            return min(known)  # type: ignore[no-any-return]
        case "largest":
            return max(known)  # type: ignore[no-any-return]
        case "share":
            return known.count(True) / len(known)
        case _:
            raise ReferenceFault(f"no summary {summary.function}")


def _total(summary: Summary, known: list[Any]) -> int | float:
    """Add numbers: whole ones exactly, decimal ones as whole millionths, so that no order of adding matters."""
    if summary.of is not None and summary.of.type.kind is Kind.DECIMAL:
        millionths: list[int] = [math.floor(number * _MILLION + 0.5) for number in known]
        return sum(millionths) / _MILLION
    total: int = sum(known)
    return total


def _at_the_end(summary: Summary, rows: Sequence[Row], values: Sequence[Cell]) -> Cell:
    """Return the value of the first or last row; ties go to the first by the key, whichever end is taken."""
    order = summary.order
    assert order is not None
    ordered: list[Any] = [row[order] for row in rows if row[order] is not None]
    if not ordered:
        return None
    end = max(ordered) if summary.function == "last" else min(ordered)
    ties = [(row, value) for row, value in zip(rows, values, strict=True) if row[order] == end]
    return min(ties, key=lambda tie: in_order_of(tie[0], summary.rows.order))[1]


def covered(
    value: Covered, spells: list[Spell], start: datetime.date | None, end: datetime.date | None
) -> Cell:
    """Return what days from ``start`` to ``end`` the spells cover: how many, the first, or the n-th."""
    if start is None or (value.end is not None and end is None):
        return None
    # Without an end all days count: no spell reaches past the last day that a date can name.
    outside = datetime.date.max.toordinal()
    if end is not None:
        outside = end.toordinal() + (1 if value.end_included else 0)
    periods = joined(clipped(spells, (start.toordinal(), outside)))
    match value.function:
        case "days_covered":
            return sum(until - first for first, until in periods)
        case "first_day_covered":
            return datetime.date.fromordinal(periods[0][0]) if periods else None
        case "day_reached":
            wanted = value.days
            for first, until in periods:
                if wanted <= until - first:
                    return datetime.date.fromordinal(first + wanted - 1)
                wanted -= until - first
            return None
        case _:
            raise ReferenceFault(f"no function {value.function} of covered days")
