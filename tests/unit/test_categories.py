"""What values a variable can have, worked out from conditions."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from cohort.query.values import (
    And,
    Compare,
    During,
    Fact,
    IndexDate,
    InSet,
    Literal,
    ShiftDate,
    YearTo31March,
)
from cohort.resolve.categories import Knowledge, narrowing_of, shift_months, year_to_31_march
from cohort.types import DATE, Kind, ValueType

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31))
CODE = ValueType(Kind.CODE, length=2, code_list="legal_status")
STATUS = Fact("first_episode", "legal_status", CODE)


def _knowledge() -> Knowledge:
    lists = {"legal_status": {"C1": "interim", "C2": "full", "V2": "voluntary"}}
    start = Fact("first_episode", "start_date", DATE)
    return Knowledge({}, start, lists, datetime.date(2003, 4, 1), datetime.date(2021, 3, 31))


@given(DAYS, st.integers(-5, 5), st.sampled_from(["day", "week", "month", "year"]), DAYS)
def test_a_bound_on_a_shifted_date_is_the_bound_on_the_date_itself(
    bound: datetime.date, amount: int, unit: str, date: datetime.date
) -> None:
    """For every date: the condition is true exactly on the side that the narrowing gives."""

    def shifted(day: datetime.date) -> datetime.date:
        if unit in ("month", "year"):
            return shift_months(day, amount * (12 if unit == "year" else 1))
        return day + datetime.timedelta(days=amount * (7 if unit == "week" else 1))

    value = ShiftDate(IndexDate(), amount, unit)
    last = narrowing_of([Compare("<=", value, Literal(bound, DATE))]).last_day[IndexDate()]
    assert (shifted(date) <= bound) == (date <= last)
    first = narrowing_of([Compare(">=", value, Literal(bound, DATE))]).first_day[IndexDate()]
    assert (shifted(date) >= bound) == (date >= first)


@given(DAYS, DAYS, st.booleans())
def test_years_of_a_window_are_exactly_those_that_some_day_of_it_has(
    one: datetime.date, other: datetime.date, included: bool
) -> None:
    start, end = sorted((one, other))
    window = During(IndexDate(), Literal(start, DATE), Literal(end, DATE), included)
    knowledge = _knowledge()
    found = knowledge.categories(YearTo31March(IndexDate()), knowledge.narrowing([window]))
    last = end if included else end - datetime.timedelta(days=1)
    expected = (
        [str(year) for year in range(year_to_31_march(start), year_to_31_march(last) + 1)]
        if start <= last
        else []
    )
    assert [category.value for category in found or ()] == expected


def test_codes_are_narrowed_by_every_condition_that_must_hold() -> None:
    knowledge = _knowledge()
    in_set = InSet(STATUS, (Literal("C1", CODE), Literal("V2", CODE)))
    equal = Compare("=", STATUS, Literal("V2", CODE))

    def left(*conditions: InSet | Compare | And) -> list[str]:
        return [c.value for c in knowledge.categories(STATUS, knowledge.narrowing(conditions)) or ()]

    assert left() == ["C1", "C2", "V2"]
    assert left(in_set) == ["C1", "V2"]
    assert left(And((in_set, equal))) == ["V2"]


def test_a_condition_on_another_value_narrows_nothing() -> None:
    knowledge = _knowledge()
    other = Compare("=", Fact("last_episode", "legal_status", CODE), Literal("V2", CODE))
    assert len(knowledge.categories(STATUS, knowledge.narrowing([other])) or ()) == 3
