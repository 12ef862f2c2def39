"""The days that the years of a condition stand for."""

from __future__ import annotations

import datetime

from cohort.catalogue.predicates import Year

FIRST, LAST = datetime.date.min, datetime.date.max


def first_day(year: Year | None, counted: str) -> datetime.date:
    """Return the first day of a year. ``counted`` is ``calendar`` or ``social_care`` (2016: the year to 31 March)."""
    if year is None:
        return FIRST
    if year.academic:
        return datetime.date(year.number, 9, 1)
    if counted == "social_care":
        return datetime.date(year.number - 1, 4, 1)
    return datetime.date(year.number, 1, 1)


def last_day(year: Year | None, counted: str) -> datetime.date:
    """Return the last day of a year, counted in the same way."""
    if year is None:
        return LAST
    if year.academic:
        return datetime.date(year.number + 1, 8, 31)
    if counted == "social_care":
        return datetime.date(year.number, 3, 31)
    return datetime.date(year.number, 12, 31)
