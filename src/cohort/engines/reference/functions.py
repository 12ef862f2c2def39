"""The meaning of the functions of single values: what each gives for parts that are all known."""

from __future__ import annotations

import calendar
import datetime
import math
from collections.abc import Callable
from typing import Any

from cohort.engines.reference.world import Cell, ReferenceFault


def shift_date(date: datetime.date, amount: int, unit: str) -> datetime.date:
    """Move a date; months and years that lack the day end on their last day."""
    match unit:
        case "day":
            return date + datetime.timedelta(days=amount)
        case "week":
            return date + datetime.timedelta(weeks=amount)
        case "month" | "year":
            months = date.year * 12 + (date.month - 1) + amount * (12 if unit == "year" else 1)
            return _clipped(months // 12, months % 12 + 1, date.day)
        case _:
            raise ReferenceFault(f"no calendar unit {unit}")


def age_on(birth: datetime.date, date: datetime.date) -> int:
    """Count whole birthdays. 28 February comes before a birthday of 29 February, 1 March does not."""
    had_birthday = (date.month, date.day) >= (birth.month, birth.day)
    return date.year - birth.year - (0 if had_birthday else 1)


def birthday(birth: datetime.date, number: int) -> datetime.date:
    """Return the n-th birthday. Whoever was born on 29 February has it on 1 March in common years."""
    year = birth.year + number
    if (birth.month, birth.day) == (2, 29) and not calendar.isleap(year):
        return datetime.date(year, 3, 1)
    return birth.replace(year=year)


def date_of(year: int, month: int, day: int) -> datetime.date | None:
    """Return the day with a year, month and day of the month, or missing if there is no such day."""
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def school_year_day(birth: datetime.date, number: int, month: int, day: int) -> datetime.date:
    """Return a day of a child's school year: year 1 begins five years after the first 1 September after birth."""
    # Whoever is born on 1 September waits a whole year for the first one after the birth.
    first_september = birth.year if birth.month < 9 else birth.year + 1
    begins = first_september + number + 4
    return _clipped(begins if month >= 9 else begins + 1, month, day)


def months_between(first: datetime.date, second: datetime.date) -> int:
    """Count whole months from one date to another."""
    months = (second.year - first.year) * 12 + second.month - first.month
    return months if shift_date(first, months, "month") <= second else months - 1


def years_between(first: datetime.date, second: datetime.date) -> int:
    """Count whole years from one date to another."""
    years = second.year - first.year
    return years if shift_date(first, years, "year") <= second else years - 1


def overlap_in_days(
    start: datetime.date, until: datetime.date, other_start: datetime.date, other_until: datetime.date
) -> int:
    """Count the days in both of two periods."""
    return max(0, (min(until, other_until) - max(start, other_start)).days)


def round_half_away(number: float, places: int) -> float:
    """Round to decimal places, halves away from zero, in floating point."""
    sign = -1 if number < 0 else 1
    times = float(10**places)
    return sign * math.floor(abs(number) * times + 0.5) / times


def _clipped(year: int, month: int, day: int) -> datetime.date:
    return datetime.date(year, month, min(day, calendar.monthrange(year, month)[1]))


APPLY: dict[str, Callable[..., Any]] = {
    "birthday": birthday,
    "academic_year": lambda date: date.year if date.month >= 9 else date.year - 1,
    "financial_year": lambda date: date.year if date.month >= 4 else date.year - 1,
    "calendar_year": lambda date: date.year,
    "calendar_month": lambda date: date.month,
    "month_start": lambda date: date.replace(day=1),
    "date_of": date_of,
    "school_year_day": school_year_day,
    "school_year_end": lambda birth, number: school_year_day(birth, number, 8, 31),
    "months_between": months_between,
    "years_between": years_between,
    "overlap_in_days": overlap_in_days,
    "round": lambda number, places: round_half_away(float(number), places),
    "round_down": math.floor,
    "round_up": math.ceil,
    "truncate": math.trunc,
    "absolute": lambda number: abs(float(number)),
    "whole_division": lambda number, by: None if by == 0 else number // by,
    "modulo": lambda number, by: None if by == 0 else number % by,
}
"""What each function of the table ``SCALARS`` gives for known parts."""


def apply(function: str, parts: list[Cell]) -> Cell:
    """Apply a function to its parts; missing if any of them is."""
    if any(part is None for part in parts):
        return None
    # The query model lets only parts of the right kinds come here, which the type of a cell cannot say.
    result: Cell = APPLY[function](*parts)
    return result
