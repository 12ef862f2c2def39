"""The codes of the looked-after return that the generator uses, and how they are numbered inside.

Only the lists live here; labels and sources are in the catalogue. Inside the simulation every code is a
small whole number, the position in the tuple, so that whole populations move as arrays.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEGAL: Final = ("C1", "C2", "D1", "E1", "J1", "J2", "J3", "L1", "L2", "L3", "V1", "V2", "W1")
LEGAL_INDEX: Final = {code: number for number, code in enumerate(LEGAL)}

GROUPS: Final = (
    "FOSTER",
    "KIN",
    "PARENTS",
    "RESIDENTIAL",
    "SEMI",
    "SECURE",
    "OTHER",
    "ADOPTION",
)
GROUP_INDEX: Final = {name: number for number, name in enumerate(GROUPS)}

PLACEMENT: Final = (
    *("F1", "F2", "F3", "F4", "F5", "F6"),
    *("A1", "A2", "A3", "A4", "A5", "A6", "A8"),
    *("P1", "P2", "P3"),
    *("H1", "H2", "H21", "H22", "H3", "H4", "H5"),
    *("R1", "R2", "R3", "R4", "R5", "S1", "M1", "M2", "M3", "Z1"),
)
PLACEMENT_INDEX: Final = {code: number for number, code in enumerate(PLACEMENT)}

INSIDE: Final = frozenset({"F1", "F2", "F3", "H1", "H3"})
OUTSIDE: Final = frozenset({"F4", "F5", "F6", "H2", "H21", "H22", "H4"})
SAME_CARER: Final = frozenset({"A2", "A3", "A5"})

START: Final = ("S", "L", "P", "B")
FINISH: Final = (
    *("X1", "E1", "E11", "E12", "E2", "E3", "E4", "E43", "E44"),
    *("E5", "E6", "E7", "E8", "E9", "E10"),
)
FINISH_INDEX: Final = {code: number for number, code in enumerate(FINISH)}

NEED: Final = ("N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9")

EPOCH: Final = date(1970, 1, 1)
WEEKDAY_OF_EPOCH: Final = 3  # 1 January 1970 was a Thursday; Monday is 0


def day_number(day: date | str) -> int:
    """Give the number of days from 1 January 1970 to a day (a date, or text as 2005-12-30)."""
    value = date.fromisoformat(day) if isinstance(day, str) else day
    return (value - EPOCH).days


def year_start(year: int) -> int:
    """Give the day number of 1 April that begins the census year ending in ``year``."""
    return day_number(date(year - 1, 4, 1))


def census_year(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for day numbers the calendar year in which their census year (April to March) ends."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months - 3) // 12 + 1971


def monday_on_or_before(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the day number of the Monday on or before each day: the week of birth."""
    return days - (days + WEEKDAY_OF_EPOCH) % 7


def birthday(birth: NDArray[np.int64], age: NDArray[np.int64] | int) -> NDArray[np.int64]:
    """Give the day number of a birthday; a birth on 29 February has its birthday on 1 March in common years.

    Parameters: day numbers of birth and whole ages in years (shape of ``birth`` or one number).
    """
    dates = birth.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day_of_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    moved = months.astype(np.int64) + 12 * np.asarray(age)
    result: NDArray[np.int64] = (
        moved.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day_of_month
    )
    return result
