"""``outcomes``: events that are counted in follow-up."""

from __future__ import annotations

from cohort.query.study import Outcome
from cohort.resolve.definitions import Names, rows_of
from cohort.resolve.written import Reader, flat, title_of
from cohort.spec.model import Outcome as Written
from cohort.types import Kind

ALL, FIRST = "all", "first in follow-up"
"""What can stand after ``count``."""


def read_outcome(names: Names, written: Written) -> Outcome | None:
    """Resolve one outcome. Reports its own problems."""
    at = f"outcomes.{written.name.text}"
    reader = Reader(names.diagnostics, at)
    count = reader.word(written.count, "count", (ALL, FIRST))
    washout = reader.days(written.washout, "washout", "washout: 28 days") if written.washout else 0
    events = names.rows(written.events)
    if events is None:
        return None
    types, date = events.rows.shape.types, written.date
    if reader.column(date, events.name, types) is None:
        return None
    if types[date.text].kind is not Kind.DATE:
        names.diagnostics.add("TYP205", date.place, at=at, found=types[date.text].human)
        return None
    if count is None or washout is None:
        return None
    return Outcome(
        name=written.name.text,
        label=flat(written.label) or title_of(written.name.text),
        events=rows_of(events),
        date=date.text,
        first_only=count == FIRST,
        washout_days=washout,
        origin=names.setting.origin(written.name.place),
    )
