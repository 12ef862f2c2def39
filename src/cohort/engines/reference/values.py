"""The meaning of value nodes: one value for one row or entry, with three-valued logic."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, assert_never

from cohort.engines.reference.cells import as_cell, as_condition, as_date
from cohort.engines.reference.functions import age_on, apply, shift_date
from cohort.engines.reference.spells import spells_of
from cohort.engines.reference.summaries import covered, summarise
from cohort.engines.reference.world import Cell, Context, ReferenceFault, Row
from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
from cohort.query.study import GROUP
from cohort.query.summaries import Covered, Outer, Summary
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
    """Return the value of a node for one row (empty for an entry) of the unit and index date in ``context``."""

    def of(part: Value) -> Cell:
        return evaluate_value(part, row, context)

    match value:
        case Literal():
            return as_cell(value.value, value.type)
        case Column():
            return row[value.name]
        case Outer():
            if context.outer is None:
                raise ReferenceFault("there is no row outside")
            return context.outer[value.name]
        case Fact():
            found = context.world.result(value.rows).only(context.unit, context.index_date)
            return None if found is None else found[value.column]
        case IndexDate():
            return context.index_date
        case VariableValue():
            return _variable(value, context)
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
                    return as_cell(of(result), value.type)
            return as_cell(of(value.otherwise), value.type)
        case Pick():
            chosen = value.then if of(value.condition) is True else value.otherwise
            return as_cell(of(chosen), value.type)
        case Band():
            number: Any = of(value.part)
            reached = [label for lower, label in value.bands if number is not None and number >= lower]
            return reached[-1] if reached else None
        case Apply():
            return apply(value.function, [of(part) for part in value.parts])
        case Lookup():
            return _looked_up(value, of(value.part))
        case StartsWith():
            # As in a set: with no prefixes nothing begins with one, whatever the code.
            return any_of(_starts_with(of(value.part), prefix) for prefix in value.prefixes)
        case Figure():
            return _figure(value, [of(part) for _, part in value.keys], context)
        case Summary():
            rows, inside = _rows_inside(value, row, context)
            if value.condition is not None:
                rows = [r for r in rows if evaluate_value(value.condition, r, inside) is True]
            values = [] if value.of is None else [evaluate_value(value.of, r, inside) for r in rows]
            return summarise(value, rows, values)
        case Covered():
            rows, _ = _rows_inside(value, row, context)
            end_date = None if value.end is None else as_date(of(value.end))
            return covered(value, spells_of(rows, value.spell), as_date(of(value.start)), end_date)
        case _:
            assert_never(value)


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


def extreme(latest: bool, known: bool, dates: list[datetime.date | None]) -> datetime.date | None:
    """Return the latest or earliest date; ``known`` skips missing ones instead of giving missing."""
    present = [date for date in dates if date is not None]
    if not present or (len(present) < len(dates) and not known):
        return None
    return max(present) if latest else min(present)


def _variable(value: VariableValue, context: Context) -> Cell:
    if value.name == GROUP:
        return context.group
    if value.of_person:
        if value.name not in context.world.of_persons:
            raise ReferenceFault(f"no variable {value.name} yet")
        # It depends on the unit alone, so it is worked out for the unit without an index date.
        person = Context(context.world, context.unit)
        return evaluate_value(context.world.of_persons[value.name], {}, person)
    return context.world.variable(value.name, context.unit, context.index_date)


def _rows_inside(value: Summary | Covered, row: Row, context: Context) -> tuple[list[Row], Context]:
    """Return the rows of the unit or entry at hand, and what values inside see as the row outside."""
    rows = context.world.result(value.rows.name).of(context.unit, context.index_date)
    return rows, replace(context, outer=row)


def _looked_up(value: Lookup, code: Cell) -> Cell:
    # Codelists are text; a column of whole numbers is looked up by the number that the text writes.
    by_number = value.part.type.kind is Kind.WHOLE
    texts: dict[Cell, str] = {int(written) if by_number else written: text for written, text in value.pairs}
    return texts.get(code)


def _starts_with(code: Cell, prefix: str) -> bool | None:
    if code is None:
        return None
    if not isinstance(code, str):
        raise ReferenceFault("a code was expected")
    return code.startswith(prefix)


def _figure(value: Figure, wanted: list[Cell], context: Context) -> Cell:
    if None in wanted:
        return None
    columns = [column for column, _ in value.keys]
    lines = [
        line
        for line in context.world.result(value.rows).rows
        if [line[column] for column in columns] == wanted
    ]
    if len(lines) > 1:
        raise ReferenceFault("a context table has one line for each key")
    return lines[0][value.column] if lines else None
