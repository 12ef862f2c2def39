"""The functions of single values: one table, which every engine, the words and the manual share.

Each is missing if any of its parts is missing. Decimal numbers are 64-bit floating point.
"""

from __future__ import annotations

from dataclasses import dataclass

from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

_DATE = frozenset({Kind.DATE})
_WHOLE = frozenset({Kind.WHOLE})
_NUMBER = frozenset({Kind.WHOLE, Kind.DECIMAL})
_WHOLE_64 = ValueType(Kind.WHOLE, bits=64)


@dataclass(frozen=True)
class Scalar:
    """A function: the kinds that each part may have, the type it gives, and its meaning in one sentence."""

    takes: tuple[frozenset[Kind], ...]
    gives: ValueType
    meaning: str


SCALARS = {
    "birthday": Scalar(
        (_DATE, _WHOLE),
        DATE,
        "The n-th birthday from a date of birth; one of 29 February falls on 1 March in common years.",
    ),
    "academic_year": Scalar(
        (_DATE,),
        WHOLE,
        "The calendar year in which the academic year (1 September to 31 August) of a date begins.",
    ),
    "financial_year": Scalar(
        (_DATE,),
        WHOLE,
        "The calendar year in which the financial year (1 April to 31 March) of a date begins.",
    ),
    "calendar_year": Scalar((_DATE,), WHOLE, "The calendar year of a date."),
    "calendar_month": Scalar((_DATE,), WHOLE, "The month of a date, 1 to 12."),
    "month_start": Scalar((_DATE,), DATE, "The first day of the month of a date."),
    "date_of": Scalar(
        (_WHOLE, _WHOLE, _WHOLE),
        DATE,
        "The day with a year (1 to 9999), a month (1 to 12) and a day of the month; missing if there is no such day.",
    ),
    "school_year_day": Scalar(
        (_DATE, _WHOLE, _WHOLE, _WHOLE),
        DATE,
        "A day (month, day) of school year n (1 to 13) of a child with a date of birth. Year n is the academic year "
        "(1 September to 31 August) in which the child turns n + 5: it begins n + 4 years after the first 1 September "
        "after the birth. Months 9 to 12 lie in its first calendar year; a day that a month lacks is its last day.",
    ),
    "school_year_end": Scalar(
        (_DATE, _WHOLE), DATE, "31 August of school year n of a child with a date of birth."
    ),
    "months_between": Scalar(
        (_DATE, _DATE),
        WHOLE,
        "Whole months from the first date to the second: the largest n such that the first date moved by n months "
        "(clipped to the month's end) is on or before the second; negative if the second is earlier.",
    ),
    "years_between": Scalar(
        (_DATE, _DATE),
        WHOLE,
        "Whole years from the first date to the second: the largest n such that the first date moved by n years "
        "(29 February becomes 28 February in common years) is on or before the second.",
    ),
    "overlap_in_days": Scalar(
        (_DATE, _DATE, _DATE, _DATE),
        WHOLE,
        "The number of days in both of two periods, each given by its first day and its first day outside; 0 if "
        "they do not meet or one is empty or reversed.",
    ),
    "round": Scalar(
        (_NUMBER, _WHOLE),
        DECIMAL,
        "A number rounded to n decimal places (0 to 6), halves away from zero: the nearest whole number of the "
        "number times 10 to the n, divided by 10 to the n, in floating point.",
    ),
    "round_down": Scalar((_NUMBER,), _WHOLE_64, "The largest whole number that is not more than a number."),
    "round_up": Scalar((_NUMBER,), _WHOLE_64, "The smallest whole number that is not less than a number."),
    "truncate": Scalar((_NUMBER,), _WHOLE_64, "A number without its decimal places, towards zero."),
    "absolute": Scalar((_NUMBER,), DECIMAL, "A number without its sign."),
    "whole_division": Scalar(
        (_WHOLE, _WHOLE),
        _WHOLE_64,
        "A whole number divided by another, rounded down; missing for a division by zero.",
    ),
    "modulo": Scalar(
        (_WHOLE, _WHOLE),
        _WHOLE_64,
        "What a whole division leaves: a - b * whole_division(a, b), which has the sign of b; missing for zero.",
    ),
}
"""Functions of single values by name. ``birthday`` and the school functions take the unit's birth first."""
