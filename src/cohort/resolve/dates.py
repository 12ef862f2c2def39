"""Dates moved by days, weeks, months and years, as ``ShiftDate`` means it."""

from __future__ import annotations

import datetime

DAYS = {"day": 1, "week": 7}
"""Units of time that are a number of days wherever they begin."""
_ONE_DAY = datetime.timedelta(days=1)


def moved(date: datetime.date, amount: int, unit: str) -> datetime.date:
    """Return a date moved by an amount of a unit (day, week, month, year), clipped to the month's end."""
    months = {"month": 1, "year": 12}.get(unit)
    if months is not None:
        return shift_months(date, amount * months)
    return date + datetime.timedelta(days=amount * DAYS[unit])


def shift_months(date: datetime.date, months: int) -> datetime.date:
    """Return a date moved by months, clipped to the month's end."""
    index = date.year * 12 + date.month - 1 + months
    year, month = divmod(index, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(date.day, (following - _ONE_DAY).day))
