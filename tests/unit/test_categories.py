"""What values a variable can have, worked out from conditions."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from cohort.query.calls import Apply, Lookup, Pick
from cohort.query.values import (
    AgeOn,
    And,
    Band,
    Compare,
    During,
    Fact,
    IndexDate,
    InSet,
    Literal,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.resolve.categories import Knowledge, narrowing_of, year_to_31_march
from cohort.resolve.dates import moved
from cohort.types import DATE, WHOLE, Kind, ValueType

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
    value = ShiftDate(IndexDate(), amount, unit)
    last = narrowing_of([Compare("<=", value, Literal(bound, DATE))]).last_day[IndexDate()]
    assert (moved(date, amount, unit) <= bound) == (date <= last)
    first = narrowing_of([Compare(">=", value, Literal(bound, DATE))]).first_day[IndexDate()]
    assert (moved(date, amount, unit) >= bound) == (date >= first)


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


AGE = AgeOn(Fact("children", "week_of_birth", DATE), IndexDate())
TEXT = ValueType(Kind.TEXT, length=10)


def _whole(number: int) -> Literal:
    return Literal(number, WHOLE)


def _categories(value: Value, *conditions: Value) -> list[tuple[str, str]] | None:
    knowledge = _knowledge()
    found = knowledge.categories(value, knowledge.narrowing(conditions))
    return None if found is None else [(category.value, category.label) for category in found]


def test_bands_that_nobody_can_lie_in_are_left_out() -> None:
    bands = Band(AGE, ((0, "under 5"), (5, "5 to 9"), (10, "10 to 15"), (16, "16 and more")), TEXT)
    limits = (Compare(">", AGE, _whole(4)), Compare(">", _whole(16), AGE))
    assert [value for value, _ in _categories(bands, *limits) or []] == ["5 to 9", "10 to 15"]
    assert len(_categories(bands) or []) == 4


@given(
    st.integers(0, 30), st.integers(0, 30), st.sampled_from(["<", "<=", ">", ">=", "="]), st.integers(0, 30)
)
def test_no_number_that_meets_the_conditions_is_left_out(least: int, most: int, op: str, bound: int) -> None:
    limits = [
        Compare(">=", AGE, _whole(least)),
        Compare("<=", AGE, _whole(most)),
        Compare(op, AGE, _whole(bound)),
    ]
    compare = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__, "=": int.__eq__}[op]
    expected = [str(age) for age in range(least, most + 1) if compare(age, bound)]
    assert [value for value, _ in _categories(AGE, *limits) or []] == expected


def test_numbers_without_both_bounds_have_no_list() -> None:
    assert _categories(AGE, Compare(">=", AGE, _whole(0))) is None
    assert _categories(AGE, Compare(">=", AGE, _whole(0)), Compare("<", AGE, _whole(10_000))) is None


@given(
    DAYS,
    DAYS,
    st.sampled_from(["calendar_year", "financial_year", "academic_year", "month_start"]),
    st.data(),
)
def test_a_day_of_the_window_is_in_one_of_its_times(
    one: datetime.date, other: datetime.date, function: str, data: st.DataObject
) -> None:
    start, end = sorted((one, other))
    window = During(IndexDate(), Literal(start, DATE), Literal(end, DATE), end_included=True)
    found = [value for value, _ in _categories(Apply(function, (IndexDate(),)), window) or []]
    day = data.draw(st.dates(start, end))
    expected = {
        "calendar_year": str(day.year),
        "financial_year": str(day.year - (day < datetime.date(day.year, 4, 1))),
        "academic_year": str(day.year - (day < datetime.date(day.year, 9, 1))),
        "month_start": datetime.date(day.year, day.month, 1).isoformat(),
    }[function]
    assert expected in found
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    assert len(found) <= (months if function == "month_start" else months // 12 + 2)


def test_years_that_span_two_calendar_years_say_so() -> None:
    window = During(
        IndexDate(), Literal(datetime.date(2008, 9, 1), DATE), Literal(datetime.date(2009, 9, 1), DATE), True
    )
    found = _categories(Apply("academic_year", (IndexDate(),)), window)
    assert found == [("2008", "2008/09"), ("2009", "2009/10")]
    assert _categories(Apply("month_start", (IndexDate(),)), window)[1] == ("2008-10-01", "2008-10")  # type: ignore[index]


def test_texts_with_a_fixed_list_have_it_as_categories() -> None:
    grouped = ValueType(Kind.TEXT, length=10, values=("foster", "home"))
    lookup = Lookup(STATUS, (("C1", "foster"), ("C2", "home")), "codelists.x", grouped)
    assert _categories(lookup) == [("foster", "foster"), ("home", "home")]
    assert _categories(Fact("contacts", "setting", grouped)) == [("foster", "foster"), ("home", "home")]
    assert _categories(Fact("contacts", "words", TEXT)) is None


def test_what_is_one_of_two_values_has_the_categories_of_both() -> None:
    young = Compare("<", AGE, _whole(10))
    texts = Pick(young, Literal("young", TEXT), Literal("old", TEXT), TEXT)
    assert _categories(texts) == [("young", "young"), ("old", "old")]
    mixed = Pick(young, _whole(1), AGE, WHOLE)
    assert _categories(mixed) is None


def test_a_variable_is_narrowed_by_what_it_stands_for() -> None:
    knowledge = Knowledge(
        {"age": AGE}, IndexDate(), {}, datetime.date(2003, 4, 1), datetime.date(2021, 3, 31)
    )
    age = VariableValue("age", WHOLE)
    narrowing = knowledge.narrowing([Compare(">=", age, _whole(3)), Compare("<", AGE, _whole(5))])
    assert [c.value for c in knowledge.categories(age, narrowing) or ()] == ["3", "4"]
