"""Stretches of the calendar: months and the four kinds of year, as splits, series and their categories name them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cohort.query.values import Apply, Value, YearTo31March
from cohort.results.category import Category


@dataclass(frozen=True)
class Stretches:
    """One kind of stretch: how many months long, in which month one begins, and which of them a date lies in."""

    months: int
    first_month: int
    of: Callable[[Value], Value]
    value: Callable[[datetime.date], str]
    """The value of the stretch that begins on a date, as ``of`` gives it."""
    label: Callable[[datetime.date], str]

    def start(self, date: datetime.date) -> datetime.date:
        """Return the first day of the stretch that a date lies in."""
        passed = (date.month - self.first_month) % self.months
        return _months_later(datetime.date(date.year, date.month, 1), -passed)

    def between(
        self, first: datetime.date, last: datetime.date
    ) -> Iterator[tuple[Category, datetime.date, datetime.date]]:
        """Yield the stretches from one date to another: category, first day, first day outside."""
        start = self.start(first)
        while start <= last:
            until = _months_later(start, self.months)
            yield Category(self.value(start), self.label(start)), start, until
            start = until


def _months_later(first_of_month: datetime.date, months: int) -> datetime.date:
    year, month = divmod(first_of_month.year * 12 + first_of_month.month - 1 + months, 12)
    return datetime.date(year, month + 1, 1)


def _year(start: datetime.date) -> str:
    return str(start.year)


def _next_year(start: datetime.date) -> str:
    return str(start.year + 1)


def _two_years(start: datetime.date) -> str:
    return f"{start.year}/{(start.year + 1) % 100:02}"


def _month(start: datetime.date) -> str:
    return start.isoformat()[:7]


def _of(function: str) -> Callable[[Value], Value]:
    return lambda date: Apply(function, (date,))


STRETCHES = {
    "month": Stretches(1, 1, _of("month_start"), datetime.date.isoformat, _month),
    "calendar year": Stretches(12, 1, _of("calendar_year"), _year, _year),
    "academic year": Stretches(12, 9, _of("academic_year"), _year, _two_years),
    "financial year": Stretches(12, 4, _of("financial_year"), _year, _two_years),
    "year to 31 March": Stretches(12, 4, YearTo31March, _next_year, _next_year),
}
"""The kinds of stretch by the words that a spec has for them."""
