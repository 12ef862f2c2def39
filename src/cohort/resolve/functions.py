"""The functions of the language: one table, from which messages and the manual are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cohort.query.values import AgeOn, DaysBetween, Extreme, Value, YearTo31March


@dataclass(frozen=True)
class Function:
    """A function: how many arguments (all dates in this version), an example, and what it gives in words."""

    name: str
    least: int
    most: int | None
    expected: str
    example: str
    gives: str


_ALL = (
    Function(
        "age_on", 1, 1, "one date", "age_on(index_date)", "whole birthdays from the week of birth to the date"
    ),
    Function(
        "days_between",
        2,
        2,
        "two dates",
        "days_between(children.week_of_birth, index_date)",
        "days from the first date to the second, negative if the second is earlier",
    ),
    Function(
        "year_to_31_march",
        1,
        1,
        "one date",
        "year_to_31_march(index_date)",
        "the calendar year in which the year to 31 March of the date ends",
    ),
    Function(
        "latest", 2, None, "two dates or more", "latest(a, b)", "the latest date, missing if any is missing"
    ),
    Function(
        "earliest",
        2,
        None,
        "two dates or more",
        "earliest(a, b)",
        "the earliest date, missing if any is missing",
    ),
    Function(
        "latest_known",
        2,
        None,
        "two dates or more",
        "latest_known(a, b)",
        "the latest date that is not missing",
    ),
    Function(
        "earliest_known",
        2,
        None,
        "two dates or more",
        "earliest_known(a, b)",
        "the earliest date that is not missing",
    ),
)
FUNCTIONS = {function.name: function for function in _ALL}


def build_call(
    function: Function, arguments: tuple[Value, ...], birth: Callable[[], Value | None]
) -> Value | None:
    """Return the value of a call whose arguments are dates; ``birth`` finds the unit's week of birth."""
    match function.name:
        case "age_on":
            born = birth()
            return None if born is None else AgeOn(born, arguments[0])
        case "days_between":
            return DaysBetween(arguments[0], arguments[1])
        case "year_to_31_march":
            return YearTo31March(arguments[0])
        case "latest" | "earliest" | "latest_known" | "earliest_known":
            which, _, known = function.name.partition("_")
            return Extreme(which == "latest", bool(known), arguments)
        case _:
            raise KeyError(function.name)
