"""The functions of single values as SQL: one line of a table for each of ``query.functions.SCALARS``.

Every function is missing if a part is; no intermediate leaves the calendar where the result exists.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression

from cohort.sql.constructs import (
    DateLiteral,
    DayOfYear,
    DaysFrom,
    Expression,
    FlooredDivision,
    Furthest,
    MissingLiteral,
    MovedDate,
    NumberLiteral,
    ShiftedDate,
    WholeDivision,
    as_double,
    fixed_number,
    sum_of,
    two_valued,
)

_FIRST_DAY = datetime.date.min
_COMMON_YEAR = 2001
"""Any year without a 29 February."""
_DAYS_OF_EVERY_MONTH = 28
_LEAP_DAY = 229
"""29 February as a month and day."""
_END_OF_SCHOOL_YEAR = datetime.date(2000, 8, 31)
_TENS = tuple(10**places for places in range(7))


def age_in_years(birth: Expression, date: Expression) -> Expression:
    """Whole birthdays: 28 February comes before a birthday of 29 February, 1 March does not."""
    return year(date) - year(birth) - two_valued(month_and_day(date) < month_and_day(birth))


def year_to_31_march(date: Expression) -> Expression:
    """The calendar year in which the year to 31 March of a date ends."""
    return year(date) + two_valued(sa.func.month(date) >= NumberLiteral(4))


def year(date: Expression) -> Expression:
    """The calendar year of a date."""
    return sa.func.year(date, type_=sa.Integer())


def month_and_day(date: Expression) -> Expression:
    """The day within the year as one number: 229 for 29 February."""
    return _month(date) * NumberLiteral(100) + _day(date)


def _month(date: Expression) -> Expression:
    return sa.func.month(date, type_=sa.Integer())


def _day(date: Expression) -> Expression:
    return sa.func.day(date, type_=sa.Integer())


def _moved(date: Expression, amount: Expression, unit: str) -> Expression:
    fixed = fixed_number(amount)
    return MovedDate(date, amount, unit) if fixed is None else ShiftedDate(date, fixed, unit)


def _birthday(birth: Expression, number: Expression) -> Expression:
    # The day after 28 February is 29 February in leap years and 1 March in others.
    eve = _moved(ShiftedDate(birth, -1, "day"), number, "year")
    of_leap_day = month_and_day(birth) == NumberLiteral(_LEAP_DAY)
    return sa.case((of_leap_day, ShiftedDate(eve, 1, "day")), else_=_moved(birth, number, "year"))


def _clipped_date(years: Expression, month: Expression, day: Expression) -> Expression:
    """The day of a month of a calendar year, or the month's last day where it has fewer."""
    written, fixed = _day_of_every_year(month, day), fixed_number(day)
    if written is not None:
        return DayOfYear(written, years)
    # A day of January, which has 31, moved by months is clipped where the month has fewer.
    if fixed is not None and fixed in range(1, 32):
        start: Expression = DateLiteral(_FIRST_DAY.replace(day=fixed))
    else:
        start = MovedDate(DateLiteral(_FIRST_DAY), sum_of(day, NumberLiteral(-1)), "day")
    if isinstance(years.type, sa.SmallInteger):
        # DuckDB multiplies 16 bits by a small number in 16 bits.
        years = sa.cast(years, sa.Integer())
    return MovedDate(start, sum_of(years * NumberLiteral(12), month, NumberLiteral(-13)), "month")


def _date_of(years: Expression, month: Expression, day: Expression) -> Expression:
    parts = ((years, datetime.MAXYEAR), (month, 12), (day, 31))
    written = [(fixed_number(part), last) for part, last in parts]
    if any(number is not None and not 1 <= number <= last for number, last in written):
        return MissingLiteral(sa.Date())
    inside = [
        between for part, last in parts if fixed_number(part) is None for between in _from_1_to(last, part)
    ]
    found = _clipped_date(_known_positive(years), month, day)
    fixed = fixed_number(day)
    if _day_of_every_year(month, day) is None and (fixed is None or fixed > _DAYS_OF_EVERY_MONTH):
        # A CASE of its own, so that nothing leaves the calendar: a condition's parts may be worked out in any order.
        found = sa.case((_day(found) == day, found))
    return sa.case((sa.and_(*inside), found)) if inside else found


def _from_1_to(last: int, number: Expression) -> tuple[Expression, Expression]:
    """Whether a number is neither under 1 nor over the last."""
    divided = _divided(number)
    if divided is None:
        return number >= NumberLiteral(1), number <= NumberLiteral(last)
    # What is divided is looked at, so that nothing has to be divided to know.
    whole, by, further = divided
    most = (last - further) * by + by - 1
    return whole >= NumberLiteral((1 - further) * by), whole <= NumberLiteral(most)


def _known_positive(number: Expression) -> Expression:
    """Return a number that is known to be over 0 without the care that is taken of a division of negative ones."""
    divided = _divided(number)
    if divided is None:
        return number
    whole, by, further = divided
    return sum_of(WholeDivision(whole, NumberLiteral(by)), NumberLiteral(further))


def _divided(number: Expression) -> tuple[Expression, int, int] | None:
    """Return of ``x // 100 + 1`` x, 100 and 1: of such numbers that are over 0 only if x is not negative."""
    further = 0
    if isinstance(number, BinaryExpression) and number.operator is operators.add:
        further = fixed_number(number.right) or 0
        number = number.left if further else number
    if not isinstance(number, FlooredDivision) or further not in (0, 1):
        return None
    by = fixed_number(number.by) or 0
    return (number.number, by, further) if by > 0 else None


def _day_of_every_year(month: Expression, day: Expression) -> datetime.date | None:
    """A written month and day in a common year, if every year has that day."""
    fixed_month, fixed_day = fixed_number(month), fixed_number(day)
    if fixed_month is None or fixed_day is None:
        return None
    try:
        return datetime.date(_COMMON_YEAR, fixed_month, fixed_day)
    except ValueError:
        return None


def _school_year_day(birth: Expression, number: Expression, month: Expression, day: Expression) -> Expression:
    fixed = fixed_number(month)
    next_year = two_valued(month < NumberLiteral(9)) if fixed is None else NumberLiteral(int(fixed < 9))
    years = sum_of(_of_first_september(birth), number, NumberLiteral(4), next_year)
    return _clipped_date(years, month, day)


def _school_year_end(birth: Expression, number: Expression) -> Expression:
    return DayOfYear(_END_OF_SCHOOL_YEAR, _of_first_september(birth), number, NumberLiteral(5))


def _of_first_september(birth: Expression) -> Expression:
    """The year of the first 1 September after a birth."""
    return year(birth) + two_valued(_month(birth) >= NumberLiteral(9))


def _is_last_of_month(date: Expression) -> Expression:
    return _day(ShiftedDate(date, 1, "day")) == NumberLiteral(1)


def _months_between(first: Expression, second: Expression) -> Expression:
    months = (year(second) - year(first)) * NumberLiteral(12) + (_month(second) - _month(first))
    not_yet = sa.case(
        (_day(first) <= _day(second), NumberLiteral(0)),
        # 31 January moved by a month is the last day of February. No 31 December comes here.
        (_is_last_of_month(second), NumberLiteral(0)),
        else_=NumberLiteral(1),
    )
    return months - not_yet


def _years_between(first: Expression, second: Expression) -> Expression:
    before, after = month_and_day(first), month_and_day(second)
    not_yet = sa.case(
        (before <= after, NumberLiteral(0)),
        (after != NumberLiteral(_LEAP_DAY - 1), NumberLiteral(1)),
        # 29 February moved by years is 28 February in common years.
        (before > NumberLiteral(_LEAP_DAY), NumberLiteral(1)),
        (_is_last_of_month(second), NumberLiteral(0)),
        else_=NumberLiteral(1),
    )
    return year(second) - year(first) - not_yet


def _overlap_in_days(*bounds: Expression) -> Expression:
    start, until, other_start, other_until = bounds
    days = DaysFrom(
        Furthest(True, False, start, other_start, sure=True),
        Furthest(False, False, until, other_until, sure=True),
    )
    known = sa.and_(*(bound.is_not(sa.null()) for bound in bounds))
    return sa.case((known, Furthest(True, False, NumberLiteral(0), days, sure=True)))


def _round(number: Expression, places: Expression) -> Expression:
    exact, tens = as_double(number), _power_of_ten(places)

    def nearest(size: Expression) -> Expression:
        return sa.func.floor(size * tens + NumberLiteral(0.5), type_=sa.Double()) / tens

    # Taken from 0 rather than with a minus sign, so that no rounding gives a negative zero.
    zero = NumberLiteral(0.0)
    return sa.case((exact < zero, zero - nearest(zero - exact)), else_=nearest(exact))


def _power_of_ten(places: Expression) -> Expression:
    if isinstance(places, NumberLiteral) and places.value in range(len(_TENS)):
        return NumberLiteral(float(_TENS[int(places.value)]))
    powers = ((places == NumberLiteral(n), NumberLiteral(float(ten))) for n, ten in enumerate(_TENS))
    return sa.case(*powers)


def _whole(number: Expression) -> Expression:
    return sa.cast(number, sa.BigInteger())


def _round_down(number: Expression) -> Expression:
    return _whole(sa.func.floor(number))


def _round_up(number: Expression) -> Expression:
    return _whole(sa.func.ceil(number))


def _truncate(number: Expression) -> Expression:
    return sa.case((number < NumberLiteral(0), _round_up(number)), else_=_round_down(number))


def _modulo(number: Expression, by: Expression) -> Expression:
    # MOD has the sign of its first part on both databases, and is an error or missing for zero.
    divisor = _divisor(by)
    rest = sa.func.mod(_whole(number), divisor, type_=sa.BigInteger())
    return sa.func.mod(rest + divisor, divisor, type_=sa.BigInteger())


def _whole_division(number: Expression, by: Expression) -> Expression:
    return FlooredDivision(_whole(number), _divisor(by), _whole(number) - _modulo(number, by))


def _divisor(by: Expression) -> Expression:
    return by if fixed_number(by) else sa.func.nullif(_whole(by), NumberLiteral(0), type_=sa.BigInteger())


FUNCTIONS: dict[str, Callable[..., Expression]] = {
    "birthday": _birthday,
    "academic_year": lambda date: year(date) - two_valued(_month(date) < NumberLiteral(9)),
    "financial_year": lambda date: year(date) - two_valued(_month(date) < NumberLiteral(4)),
    "calendar_year": year,
    "calendar_month": _month,
    "month_start": lambda date: MovedDate(date, NumberLiteral(1) - _day(date), "day"),
    "date_of": _date_of,
    "school_year_day": _school_year_day,
    "school_year_end": _school_year_end,
    "months_between": _months_between,
    "years_between": _years_between,
    "overlap_in_days": _overlap_in_days,
    "round": _round,
    "round_down": _round_down,
    "round_up": _round_up,
    "truncate": _truncate,
    "absolute": lambda number: sa.func.abs(as_double(number), type_=sa.Double()),
    "whole_division": _whole_division,
    "modulo": _modulo,
}
"""How each function is written, from its parts."""

OF_WHOLE_NUMBERS_ITSELF = frozenset({"round_down", "round_up", "truncate"})
"""Functions that give a whole number itself."""

COPIES: dict[str, tuple[int, ...]] = {
    "birthday": (4, 2),
    "date_of": (4, 4, 5),
    "school_year_day": (2, 1, 2, 1),
    "school_year_end": (2, 1),
    "months_between": (3, 4),
    "years_between": (4, 6),
    "overlap_in_days": (2, 2, 2, 2),
    "round": (3, 4),
    "truncate": (3,),
    "whole_division": (2, 6),
    "modulo": (1, 3),
    "academic_year": (2,),
    "financial_year": (2,),
    "month_start": (2,),
}
"""How often SQL repeats each part of a function; others are written once."""
