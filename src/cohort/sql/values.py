"""Values of the query model as SQL expressions.

Yes and no live in columns as 1, 0 and NULL. ``condition`` gives a truth value for WHERE, ON and CASE; ``scalar``
gives what can be selected, compared and stored.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, assert_never

import sqlalchemy as sa

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
from cohort.sql.constructs import (
    DateLiteral,
    DaysFrom,
    Expression,
    Furthest,
    MissingLiteral,
    NumberLiteral,
    OneOf,
    ShiftedDate,
    TextLiteral,
    age_in_years,
    division,
    three_valued,
    year_to_31_march,
)
from cohort.sql.scope import Scope
from cohort.sql.types import sql_type
from cohort.types import Kind, ValueType


def scalar(value: Value, scope: Scope) -> Expression:
    """Return a value as an expression that can be selected; conditions become 1, 0 or NULL."""
    match value:
        case Literal():
            return literal(value.value, value.type)
        case Column():
            return scope.column(value.name)
        case Fact():
            return scope.fact(value.rows, value.column)
        case IndexDate():
            return scope.index_date()
        case VariableValue():
            return scope.variable(value.name)
        case Not():
            return three_valued(condition(value.part, scope), true=0, false=1)
        case Compare() | And() | Or() | IsMissing() | InSet() | During():
            return three_valued(condition(value, scope))
        case Arithmetic():
            return _arithmetic(value, scope)
        case ShiftDate():
            return ShiftedDate(scalar(value.date, scope), value.amount, value.unit)
        case DaysBetween():
            return DaysFrom(scalar(value.start, scope), scalar(value.end, scope))
        case AgeOn():
            return age_in_years(scalar(value.birth, scope), scalar(value.date, scope))
        case YearTo31March():
            return year_to_31_march(scalar(value.date, scope))
        case Extreme():
            return Furthest(value.latest, value.known, *(scalar(part, scope) for part in value.parts))
        case Choose():
            cases = [(condition(when, scope), scalar(then, scope)) for when, then in value.cases]
            return sa.case(*cases, else_=scalar(value.otherwise, scope))
        case Band():
            part = scalar(value.part, scope)
            # From the highest bound down: a missing number reaches none of them.
            falling = sorted(value.bands, reverse=True)
            return sa.case(*((part >= NumberLiteral(lower), TextLiteral(label)) for lower, label in falling))
        case _:
            assert_never(value)


def condition(value: Value, scope: Scope) -> Expression:
    """Return a condition as a truth value, which may be unknown."""
    match value:
        case Compare():
            return _compare(value.op, scalar(value.left, scope), scalar(value.right, scope))
        case And():
            return sa.and_(*(condition(part, scope) for part in value.parts))
        case Or():
            return sa.or_(*(condition(part, scope) for part in value.parts))
        case Not():
            return sa.not_(condition(value.part, scope))
        case IsMissing():
            return scalar(value.part, scope).is_(sa.null())
        case InSet():
            return OneOf(scalar(value.part, scope), tuple(scalar(member, scope) for member in value.members))
        case During():
            date = scalar(value.part, scope)
            end = scalar(value.end, scope)
            return sa.and_(
                scalar(value.start, scope) <= date, date <= end if value.end_included else date < end
            )
        case _:
            # A column or a choice that holds yes or no.
            return scalar(value, scope) == NumberLiteral(1)


def literal(value: object, type_: ValueType) -> Expression:
    """Return a literal of a type; None is a missing value of that type."""
    match value:
        case None:
            return MissingLiteral(sql_type(type_))
        case bool():
            return NumberLiteral(int(value))
        case int() if type_.kind is Kind.DECIMAL:
            return NumberLiteral(Decimal(value))
        case int() | Decimal():
            return NumberLiteral(value)
        case datetime.date():
            return DateLiteral(value)
        case str():
            return TextLiteral(value)
        case _:
            raise TypeError(f"no literal can be written for a {type(value).__name__}")


def _compare(op: str, left: Expression, right: Expression) -> Expression:
    result: Any
    match op:
        case "=":
            result = left == right
        case "!=":
            result = left != right
        case "<":
            result = left < right
        case "<=":
            result = left <= right
        case ">":
            result = left > right
        case ">=":
            result = left >= right
        case _:
            raise ValueError(f"no comparison {op}")
    compared: Expression = result
    return compared


def _arithmetic(value: Arithmetic, scope: Scope) -> Expression:
    left, right = _number(value.left, scope), _number(value.right, scope)
    result: Any
    match value.op:
        case "+":
            result = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case "/":
            divisor = value.right
            result = division(left, right, safe=isinstance(divisor, Literal) and bool(divisor.value))
        case _:
            raise ValueError(f"no arithmetic {value.op}")
    worked_out: Expression = result
    return worked_out


def _number(value: Value, scope: Scope) -> Expression:
    number = scalar(value, scope)
    # 16 bits are soon too few for a sum, and DuckDB (unlike Db2) does not widen by itself.
    small = value.type.kind is Kind.WHOLE and value.type.bits == 16 and not isinstance(value, Literal)
    return sa.cast(number, sa.Integer()) if small else number
