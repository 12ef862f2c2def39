"""The meaning of value nodes: one value for one row or entry, with three-valued logic."""

from __future__ import annotations

import calendar
import datetime
import operator
from collections.abc import Callable, Iterable
from typing import Any, assert_never

from cohort.engines.reference.world import Cell, Context, ReferenceFault, Row
from cohort.query.values import (
    AgeOn,
    And,
    Arithmetic,
    Band,
    Choose,
    Column,
    Compare,
    DaysBetween,
    During,
    Extreme,
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.types import Kind, ValueType

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CALCULATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def evaluate_value(value: Value, row: Row, context: Context) -> Cell:
    """Return the value of a node for one row (empty for an entry) of the unit in ``context``."""

    def of(part: Value) -> Cell:
        return evaluate_value(part, row, context)

    match value:
        case Literal():
            return as_cell(value.value, value.type)
        case Column():
            return row[value.name]
        case Fact():
            return context.world.fact(value.rows, value.column, context.unit)
        case IndexDate():
            return context.world.index_dates.get(context.unit)
        case VariableValue():
            return context.world.variable(value.name, context.unit)
        case Compare():
            return compare(value.op, of(value.left), of(value.right))
        case And():
            return all_of(as_condition(of(part)) for part in value.parts)
        case Or():
            return any_of(as_condition(of(part)) for part in value.parts)
        case Not():
            return opposite(as_condition(of(value.part)))
        case IsMissing():
            return of(value.part) is None
        case InSet():
            # An empty set holds nothing, whatever the value; otherwise a missing value may or may not be in it.
            return any_of(compare("=", of(value.part), of(member)) for member in value.members)
        case During():
            date, end = of(value.part), of(value.end)
            before_end = compare("<=" if value.end_included else "<", date, end)
            return all_of((compare("<=", of(value.start), date), before_end))
        case Arithmetic():
            return calculate(value.op, of(value.left), of(value.right), value.type)
        case ShiftDate():
            date = as_date(of(value.date))
            return None if date is None else shift_date(date, value.amount, value.unit)
        case DaysBetween():
            first, second = as_date(of(value.start)), as_date(of(value.end))
            return None if first is None or second is None else (second - first).days
        case AgeOn():
            birth, date = as_date(of(value.birth)), as_date(of(value.date))
            return None if birth is None or date is None else age_on(birth, date)
        case YearTo31March():
            date = as_date(of(value.date))
            return None if date is None else date.year + (1 if date.month >= 4 else 0)
        case Extreme():
            return extreme(value.latest, value.known, [as_date(of(part)) for part in value.parts])
        case Choose():
            for condition, result in value.cases:
                if of(condition) is True:
                    return of(result)
            return of(value.otherwise)
        case Band():
            number: Any = of(value.part)
            reached = [label for lower, label in value.bands if number is not None and number >= lower]
            return reached[-1] if reached else None
        case _:
            assert_never(value)


def as_cell(recorded: object, kind: ValueType) -> Cell:
    """Return a recorded or written value as the engine holds it: decimal numbers as floating point."""
    if recorded is None:
        return None
    if kind.kind is Kind.DECIMAL:
        # A decimal column holds numbers; anything else raises, which is what a wrong test table deserves.
        return float(recorded)  # type: ignore[arg-type]
    if not isinstance(recorded, int | str | datetime.date):
        raise ReferenceFault(f"{type(recorded).__name__} is no value of {kind.kind}")
    return recorded


def as_condition(cell: Cell) -> bool | None:
    """Return a cell as a truth value; a 0 or 1 that came through as a number is a fault."""
    if cell is None or isinstance(cell, bool):
        return cell
    raise ReferenceFault("a condition gave something else than yes or no")


def as_date(cell: Cell) -> datetime.date | None:
    """Return a cell as a date or missing."""
    if cell is None or isinstance(cell, datetime.date):
        return cell
    raise ReferenceFault("a date was expected")


def compare(op: str, left: Cell, right: Cell) -> bool | None:
    """Compare two values; missing if either is."""
    if left is None or right is None:
        return None
    return _COMPARE[op](left, right)


def all_of(conditions: Iterable[bool | None]) -> bool | None:
    """Return false if any is false, else missing if any is missing, else true."""
    found = list(conditions)
    if any(condition is False for condition in found):
        return False
    return None if any(condition is None for condition in found) else True


def any_of(conditions: Iterable[bool | None]) -> bool | None:
    """Return true if any is true, else missing if any is missing, else false."""
    found = list(conditions)
    if any(condition is True for condition in found):
        return True
    return None if any(condition is None for condition in found) else False


def opposite(condition: bool | None) -> bool | None:
    """Return the opposite; missing stays missing."""
    return None if condition is None else not condition


def calculate(op: str, left: Cell, right: Cell, kind: ValueType) -> Cell:
    """Work out ``left op right``; both sides become decimal first if the result is decimal."""
    if left is None or right is None:
        return None
    # The query model lets numbers alone come here, which the type of a cell cannot say.
    if kind.kind is Kind.DECIMAL:
        left, right = float(left), float(right)  # type: ignore[arg-type]
    if op == "/":
        return None if right == 0 else float(left) / float(right)  # type: ignore[arg-type]
    result: int | float = _CALCULATE[op](left, right)
    return result


def shift_date(date: datetime.date, amount: int, unit: str) -> datetime.date:
    """Move a date; months and years that lack the day end on their last day."""
    match unit:
        case "day":
            return date + datetime.timedelta(days=amount)
        case "week":
            return date + datetime.timedelta(weeks=amount)
        case "month" | "year":
            months = date.year * 12 + (date.month - 1) + amount * (12 if unit == "year" else 1)
            year, month = months // 12, months % 12 + 1
            return datetime.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))
        case _:
            raise ReferenceFault(f"no calendar unit {unit}")


def age_on(birth: datetime.date, date: datetime.date) -> int:
    """Count whole birthdays. 28 February comes before a birthday of 29 February, 1 March does not."""
    had_birthday = (date.month, date.day) >= (birth.month, birth.day)
    return date.year - birth.year - (0 if had_birthday else 1)


def extreme(latest: bool, known: bool, dates: list[datetime.date | None]) -> datetime.date | None:
    """Return the latest or earliest date; ``known`` skips missing ones instead of giving missing."""
    present = [date for date in dates if date is not None]
    if not present or (len(present) < len(dates) and not known):
        return None
    return max(present) if latest else min(present)
