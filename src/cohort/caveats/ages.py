"""Which ages a cohort can have at the index date, as far as the spec bounds them by birthdays and ages."""

from __future__ import annotations

from cohort.caveats.lineage import plain
from cohort.caveats.profile import AgeRange
from cohort.query.study import Study
from cohort.query.values import (
    AgeOn,
    And,
    Apply,
    Compare,
    Covered,
    DaysBetween,
    Extreme,
    Fact,
    Literal,
    ShiftDate,
    Value,
)

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_DAYS = {"day": 1, "week": 7}


def ages_of(study: Study, birth: tuple[str, str]) -> AgeRange:
    """Return the ages at the index date in whole years; ``birth`` is the fact (rows, column) of the week of birth."""
    reader = _Ages(study, birth)
    found = reader.at(study.population.index_date)
    for step in study.population.steps:
        for part in _conjuncts(step.keep):
            found = _both(found, reader.bound_by(part))
    return found


def _conjuncts(value: Value) -> tuple[Value, ...]:
    return tuple(c for part in value.parts for c in _conjuncts(part)) if isinstance(value, And) else (value,)


def _both(one: AgeRange, other: AgeRange) -> AgeRange:
    lows = [age for age in (one.lowest, other.lowest) if age is not None]
    tops = [age for age in (one.below, other.below) if age is not None]
    return AgeRange(max(lows, default=None), min(tops, default=None))


class _Ages:
    """Bounds of the age at a date, and of the index date by a condition."""

    def __init__(self, study: Study, birth: tuple[str, str]) -> None:
        self.study, self.birth = study, birth
        self.index = plain(self.study, study.population.index_date)

    def at(self, value: Value) -> AgeRange:
        """Return the ages that somebody can have at a date."""
        value = plain(self.study, value)
        match value:
            case Fact() if (value.rows, value.column) == self.birth:
                return AgeRange(0, 1)
            case Apply() if value.function == "birthday" and isinstance(value.parts[1], Literal):
                age = value.parts[1].value
                return AgeRange(age, age + 1) if isinstance(age, int) else AgeRange()
            case ShiftDate() if self._is_birth(value.date) and value.amount >= 0:
                return _after(value.amount, value.unit)
            case Covered() if value.function != "days_covered":
                return AgeRange(self.at(value.start).lowest, self._before(value.end, value.end_included))
            case Extreme():
                return _extreme(value, [self.at(part) for part in value.parts])
            case _:
                return AgeRange()

    def bound_by(self, condition: Value) -> AgeRange:
        """Return the ages at the index date for which a condition can be true."""
        condition = plain(self.study, condition)
        if not isinstance(condition, Compare):
            return AgeRange()
        left, right, op = plain(self.study, condition.left), plain(self.study, condition.right), condition.op
        if isinstance(left, Literal) or right == self.index:
            left, right, op = right, left, _MIRRORED[op]
        if isinstance(right, Literal) and isinstance(right.value, int):
            return self._number(left, op, right.value)
        age = self.at(right)
        if left != self.index or age.lowest is None:
            return AgeRange()
        match op:
            case "<" | "<=":
                return AgeRange(None, self._before(right, included=op == "<="))
            case ">" | ">=":
                return AgeRange(age.lowest)
            case "=":
                return age
            case _:
                return AgeRange()

    def _before(self, date: Value | None, included: bool) -> int | None:
        """Return below which age everybody is on days before a date (or also on it); None if that is not known."""
        if date is None:
            return None
        age = self.at(date)
        # Before a birthday everybody is younger; on other days of the year after it somebody can be of that age.
        return age.lowest if isinstance(plain(self.study, date), Apply) and not included else age.below

    def _number(self, left: Value, op: str, number: int) -> AgeRange:
        """Return the ages for which an age in years, or in days since birth, compares so with a number."""
        if isinstance(left, AgeOn) and plain(self.study, left.date) == self.index:
            least, most = number + (op == ">"), number - (op == "<")
        elif self._is_days_of_age(left):
            least, most = number // 366, number // 365
        else:
            return AgeRange()
        match op:
            case "<" | "<=":
                return AgeRange(None, most + 1)
            case ">" | ">=":
                return AgeRange(least)
            case "=":
                return AgeRange(least, most + 1)
            case _:
                return AgeRange()

    def _is_days_of_age(self, value: Value) -> bool:
        if not isinstance(value, DaysBetween) or not self._is_birth(value.start):
            return False
        return plain(self.study, value.end) == self.index

    def _is_birth(self, value: Value) -> bool:
        value = plain(self.study, value)
        return isinstance(value, Fact) and (value.rows, value.column) == self.birth


def _after(amount: int, unit: str) -> AgeRange:
    if unit == "year":
        return AgeRange(amount, amount + 1)
    if unit == "month":
        return AgeRange(amount // 12, amount // 12 + 1)
    days = amount * _DAYS[unit]
    return AgeRange(days // 366, days // 365 + 1)


def _extreme(value: Extreme, ages: list[AgeRange]) -> AgeRange:
    lows = [age.lowest for age in ages if age.lowest is not None]
    tops = [age.below for age in ages if age.below is not None]
    all_low, all_top = len(lows) == len(ages), len(tops) == len(ages)
    if value.latest and not value.known:
        return AgeRange(max(lows, default=None), max(tops) if all_top else None)
    if not value.latest and not value.known:
        return AgeRange(min(lows) if all_low else None, min(tops, default=None))
    return AgeRange(min(lows) if all_low else None, max(tops) if all_top else None)
