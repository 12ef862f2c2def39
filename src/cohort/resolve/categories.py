"""Which values a variable can have in a table, worked out from its expression and from who is in the cohort.

Tables show every category, also those that nobody is in, so that an empty category is no news. Categories
that cannot occur by definition (structural zeros) are found from conditions with constants: a code that a
step excludes, a year outside the window of entries.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

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
from cohort.results.category import Category
from cohort.types import Kind

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_ONE_DAY = datetime.timedelta(days=1)


def conjuncts(value: Value) -> tuple[Value, ...]:
    """Return the conditions that must all be true for a condition to be true."""
    if isinstance(value, And):
        return tuple(inner for part in value.parts for inner in conjuncts(part))
    return (value,)


@dataclass(frozen=True)
class Narrowing:
    """What conditions say about values: only these codes, no day before or after these."""

    codes: Mapping[Value, frozenset[str]] = field(default_factory=dict)
    first_day: Mapping[Value, datetime.date] = field(default_factory=dict)
    last_day: Mapping[Value, datetime.date] = field(default_factory=dict)

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
        case Compare("=", left, Literal(plain)) if not isinstance(plain, datetime.date):
            return _only(before, left, frozenset({str(plain)}))
        case Compare("=", Literal(plain), right) if not isinstance(plain, datetime.date):
            return _only(before, right, frozenset({str(plain)}))
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
        days = value.amount * {"day": 1, "week": 7}[value.unit]
        return bound - datetime.timedelta(days=days)
    guess = shift_months(bound, -value.amount * months)
    near = [guess + datetime.timedelta(days=offset) for offset in range(-4, 5)]
    shifted = {d: shift_months(d, value.amount * months) for d in near}
    reached = [d for d in near if (shifted[d] >= bound if at_least else shifted[d] <= bound)]
    return min(reached) if at_least else max(reached)


def shift_months(date: datetime.date, months: int) -> datetime.date:
    """Return a date moved by months, clipped to the month's end."""
    index = date.year * 12 + date.month - 1 + months
    year, month = divmod(index, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return datetime.date(year, month + 1, min(date.day, (following - _ONE_DAY).day))


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
            case Band():
                found = tuple(Category(label, label) for _, label in value.bands)
            case Choose():
                labels = dict.fromkeys([str(r.value) for _, r in value.cases] + [str(value.otherwise.value)])
                found = tuple(Category(label, label) for label in labels)
            case YearTo31March(date):
                date = self.plain(date)
                first = narrowing.first_day.get(date, self.data_from)
                last = narrowing.last_day.get(date, self.data_until)
                if last < first:
                    return ()
                years = range(year_to_31_march(first), year_to_31_march(last) + 1)
                return tuple(Category(str(year), str(year)) for year in years)
            case _ if value.type.kind is Kind.BOOLEAN:
                found = (Category("1", "yes"), Category("0", "no"))
            case _ if value.type.code_list is not None:
                codes = self.code_lists[value.type.code_list]
                found = tuple(Category(code, label) for code, label in codes.items())
            case _:
                return None
        return tuple(category for category in found if narrowing.allows(value, category.value))


def year_to_31_march(date: datetime.date) -> int:
    """Return the year in which the year to 31 March of a date ends."""
    return date.year + (date.month >= 4)
