"""Which values a variable can have in a table, worked out from its expression and from who is in the cohort.

Tables show every category, also those that nobody is in, so that an empty category is no news. Categories
that cannot occur by definition (structural zeros) are found from conditions with constants: a code that a
step excludes, a year outside the window of entries, an age that nobody in the cohort has.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from cohort.query.calls import Apply, Pick
from cohort.query.phrases import MONTHS
from cohort.query.values import (
    And,
    Band,
    Choose,
    Compare,
    During,
    IndexDate,
    InSet,
    Literal,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.resolve.dates import DAYS, shift_months
from cohort.results.category import Category
from cohort.types import Kind

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ONE_DAY = datetime.timedelta(days=1)
MOST_NUMBERS = 150
"""Whole numbers that make a list of categories; more need bands."""


def conjuncts(value: Value) -> tuple[Value, ...]:
    """Return the conditions that must all be true for a condition to be true."""
    if isinstance(value, And):
        return tuple(inner for part in value.parts for inner in conjuncts(part))
    return (value,)


@dataclass(frozen=True)
class Narrowing:
    """What conditions say about values: only these codes, no day and no number below or above these."""

    codes: Mapping[Value, frozenset[str]] = field(default_factory=dict)
    first_day: Mapping[Value, datetime.date] = field(default_factory=dict)
    last_day: Mapping[Value, datetime.date] = field(default_factory=dict)
    least: Mapping[Value, int] = field(default_factory=dict)
    most: Mapping[Value, int] = field(default_factory=dict)

    def allows(self, value: Value, text: str) -> bool:
        """Whether a value can have this text."""
        return value not in self.codes or text in self.codes[value]


def narrowing_of(conditions: Iterable[Value]) -> Narrowing:
    """Work out what conditions that all hold say about the values in them."""
    found = Narrowing()
    for condition in conditions:
        for part in conjuncts(condition):
            found = _narrowed(found, part)
    return found


def _narrowed(before: Narrowing, condition: Value) -> Narrowing:
    match condition:
        case InSet(part, members):
            return _only(before, part, frozenset(str(member.value) for member in members))
        case Compare("=", left, Literal(str() as text)):
            return _only(before, left, frozenset({text}))
        case Compare("=", Literal(str() as text), right):
            return _only(before, right, frozenset({text}))
        case Compare(op, left, Literal(int() as number)):
            return _numbered(before, left, op, number)
        case Compare(op, Literal(int() as number), right):
            return _numbered(before, right, _FLIPPED[op], number)
        case Compare(op, left, Literal(datetime.date() as bound)):
            return _bounded(before, left, op, bound)
        case Compare(op, Literal(datetime.date() as bound), right):
            return _bounded(before, right, _FLIPPED[op], bound)
        case During(part, start, end):
            after = before
            if isinstance(start, Literal) and isinstance(start.value, datetime.date):
                after = _bounded(after, part, ">=", start.value)
            if isinstance(end, Literal) and isinstance(end.value, datetime.date):
                after = _bounded(after, part, "<=" if condition.end_included else "<", end.value)
            return after
        case _:
            return before


def _only(before: Narrowing, value: Value, texts: frozenset[str]) -> Narrowing:
    kept = before.codes.get(value, texts) & texts
    return replace(before, codes={**before.codes, value: kept})


def _numbered(before: Narrowing, value: Value, op: str, bound: int) -> Narrowing:
    """Take in ``value op bound`` for a number; between whole numbers there is nothing."""
    if op == "=":
        before = _only(before, value, frozenset({str(bound)}))
    beside = 1 if value.type.kind is Kind.WHOLE else 0
    least = {">=": bound, ">": bound + beside, "=": bound}.get(op)
    most = {"<=": bound, "<": bound - beside, "=": bound}.get(op)
    if least is not None:
        before = replace(before, least={**before.least, value: max(before.least.get(value, least), least)})
    if most is not None:
        before = replace(before, most={**before.most, value: min(before.most.get(value, most), most)})
    return before


def _bounded(before: Narrowing, value: Value, op: str, bound: datetime.date) -> Narrowing:
    """Take in ``value op bound``. A shifted date is brought back by searching, since clipping has no inverse."""
    first = {">=": bound, ">": bound + _ONE_DAY, "=": bound}.get(op)
    last = {"<=": bound, "<": bound - _ONE_DAY, "=": bound}.get(op)
    if isinstance(value, ShiftDate):
        first = None if first is None else _back(value, first, at_least=True)
        last = None if last is None else _back(value, last, at_least=False)
        value = value.date
    after = before
    if first is not None:
        known = before.first_day.get(value, first)
        after = replace(after, first_day={**after.first_day, value: max(known, first)})
    if last is not None:
        known = before.last_day.get(value, last)
        after = replace(after, last_day={**after.last_day, value: min(known, last)})
    return after


def _back(value: ShiftDate, bound: datetime.date, *, at_least: bool) -> datetime.date:
    """Return the first day that shifted is at least ``bound``, or the last that shifted is at most it."""
    months = {"month": 1, "year": 12}.get(value.unit)
    if months is None:
        days = value.amount * DAYS[value.unit]
        return bound - datetime.timedelta(days=days)
    guess = shift_months(bound, -value.amount * months)
    near = [guess + datetime.timedelta(days=offset) for offset in range(-4, 5)]
    shifted = {d: shift_months(d, value.amount * months) for d in near}
    reached = [d for d in near if (shifted[d] >= bound if at_least else shifted[d] <= bound)]
    return min(reached) if at_least else max(reached)


def inlined(value: Value, variables: Mapping[str, Value], index: Value) -> Value:
    """Replace a bare reference to a variable by its expression, and the index date's expression by the index date."""
    if isinstance(value, VariableValue) and value.name in variables:
        return inlined(variables[value.name], variables, index)
    return IndexDate() if value == index else value


@dataclass(frozen=True)
class Knowledge:
    """Everything needed to list categories."""

    variables: Mapping[str, Value]
    index: Value
    code_lists: Mapping[str, Mapping[str, str]]
    data_from: datetime.date
    data_until: datetime.date

    def plain(self, value: Value) -> Value:
        """Return a value with references resolved, as narrowing keys have them."""
        return inlined(value, self.variables, self.index)

    def narrowing(self, conditions: Iterable[Value]) -> Narrowing:
        """Narrowing by conditions, with references resolved in what they are about."""
        return narrowing_of(self._resolved(part) for whole in conditions for part in conjuncts(whole))

    def _resolved(self, condition: Value) -> Value:
        match condition:
            case VariableValue():
                resolved = self.plain(condition)
                inner = tuple(self._resolved(part) for part in conjuncts(resolved))
                return resolved if resolved == condition else And(inner)
            case InSet():
                return replace(condition, part=self.plain(condition.part))
            case Compare():
                return replace(
                    condition, left=self._shifted(condition.left), right=self._shifted(condition.right)
                )
            case During():
                return replace(condition, part=self._shifted(condition.part))
            case _:
                return condition

    def _shifted(self, value: Value) -> Value:
        if isinstance(value, ShiftDate):
            return replace(value, date=self.plain(value.date))
        return self.plain(value)

    def categories(self, value: Value, narrowing: Narrowing) -> tuple[Category, ...] | None:
        """Return the categories of a value in order, or None if it has no fixed list."""
        value = self.plain(value)
        match value:
            case Band(part):
                found = self._bands(value, self.plain(part), narrowing)
            case Choose():
                labels = dict.fromkeys([str(r.value) for _, r in value.cases] + [str(value.otherwise.value)])
                found = tuple(Category(label, label) for label in labels)
            case YearTo31March(date):
                found = self._times(date, narrowing, _YEARS["year_to_31_march"])
            case Apply(function, (date,)) if function in _YEARS:
                found = self._times(date, narrowing, _YEARS[function])
            case Apply("month_start", (date,)):
                found = self._months(date, narrowing)
            case Apply("calendar_month"):
                found = tuple(Category(str(number), name) for number, name in enumerate(MONTHS, start=1))
            case Pick():
                sides = [self.categories(side, narrowing) for side in (value.then, value.otherwise)]
                if sides[0] is None or sides[1] is None:
                    return None
                found = tuple(dict.fromkeys((*sides[0], *sides[1])))
            case Literal(int() | str() as plain) if value.type.kind in (Kind.WHOLE, Kind.TEXT):
                found = (Category(str(plain), str(plain)),)
            case _ if value.type.kind is Kind.BOOLEAN:
                found = (Category("1", "yes"), Category("0", "no"))
            case _ if value.type.code_list is not None:
                codes = self.code_lists[value.type.code_list]
                found = tuple(Category(code, label) for code, label in codes.items())
            case _ if value.type.values:
                found = tuple(Category(text, text) for text in value.type.values)
            case _ if value.type.kind is Kind.WHOLE and value in narrowing.least and value in narrowing.most:
                numbers = range(narrowing.least[value], narrowing.most[value] + 1)
                if len(numbers) > MOST_NUMBERS:
                    return None
                found = tuple(Category(str(number), str(number)) for number in numbers)
            case _:
                return None
        return tuple(category for category in found if narrowing.allows(value, category.value))

    def _bands(self, value: Band, part: Value, narrowing: Narrowing) -> tuple[Category, ...]:
        """The bands that a number can lie in."""
        least, most = narrowing.least.get(part), narrowing.most.get(part)
        following = [lower for lower, _ in value.bands[1:]] + [None]
        return tuple(
            Category(label, label)
            for (lower, label), upper in zip(value.bands, following, strict=True)
            if (most is None or lower <= most) and (least is None or upper is None or least < upper)
        )

    def _days(self, date: Value, narrowing: Narrowing) -> tuple[datetime.date, datetime.date]:
        date = self.plain(date)
        return narrowing.first_day.get(date, self.data_from), narrowing.last_day.get(date, self.data_until)

    def _times(
        self, date: Value, narrowing: Narrowing, year: tuple[Callable[[datetime.date], int], bool]
    ) -> tuple[Category, ...]:
        """The years that a date can lie in: how a year is counted, and whether it spans two calendar years."""
        first, last = self._days(date, narrowing)
        year_of, spans = year
        years = range(year_of(first), year_of(last) + 1) if first <= last else ()
        return tuple(
            Category(str(number), f"{number}/{(number + 1) % 100:02d}" if spans else str(number))
            for number in years
        )

    def _months(self, date: Value, narrowing: Narrowing) -> tuple[Category, ...]:
        first, last = self._days(date, narrowing)
        found, month = [], first.replace(day=1)
        while month <= last and first <= last:
            found.append(Category(month.isoformat(), month.isoformat()[:7]))
            month = shift_months(month, 1)
        return tuple(found)


def year_to_31_march(date: datetime.date) -> int:
    """Return the year in which the year to 31 March of a date ends."""
    return date.year + (date.month >= 4)


_YEARS: dict[str, tuple[Callable[[datetime.date], int], bool]] = {
    "year_to_31_march": (year_to_31_march, False),
    "calendar_year": (lambda date: date.year, False),
    "financial_year": (lambda date: year_to_31_march(date) - 1, True),
    "academic_year": (lambda date: date.year - (date.month < 9), True),
}
"""Years by function: the year of a date, and whether its label names two calendar years (2008/09)."""
