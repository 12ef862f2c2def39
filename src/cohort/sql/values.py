"""Values of the query model as SQL expressions.

Yes and no live in columns as 1, 0 and NULL. ``condition`` gives a truth value for WHERE, ON and CASE; ``scalar``
gives what can be selected, compared and stored.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.codelists import CODE, MEANING
from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
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
from cohort.sql.constructs import (
    BeginsWith,
    DateLiteral,
    DaysFrom,
    Expression,
    Furthest,
    MissingLiteral,
    NumberLiteral,
    OneOf,
    ShiftedDate,
    TextLiteral,
    as_double,
    division,
    three_valued,
    two_valued,
)
from cohort.sql.functions import FUNCTIONS, OF_WHOLE_NUMBERS_ITSELF, age_in_years, year_to_31_march
from cohort.sql.model import CannotCompile
from cohort.sql.scope import Scope, column_of
from cohort.sql.types import sql_type
from cohort.types import Kind, ValueType


def scalar(value: Value, scope: Scope) -> Expression:
    """Return a value as an expression that can be selected; conditions become 1, 0 or NULL.

    The scope must have been made for this value, or for one that holds it.
    """
    if scope.made and value in scope.made:
        return scope.made[value](scope)
    match value:
        case Literal():
            return literal(value.value, value.type)
        case Column():
            return scope.column(value.name)
        case Outer():
            return scope.this(value.name)
        case Fact():
            return scope.fact(value)
        case IndexDate():
            return scope.index_date()
        case VariableValue():
            return scope.variable(value)
        case Not():
            return three_valued(condition(value.part, scope), true=0, false=1)
        case IsMissing():
            return two_valued(condition(value, scope))
        case InSet(members=members) if members in scope.names.lists:
            part = scalar(value.part, scope)
            return _in_or_out(part, _listed(value.members, value.part, CODE, scope).is_not(sa.null()))
        case InSet(members=members) if members:
            return _in_or_out(scalar(value.part, scope), condition(value, scope))
        case StartsWith(prefixes=prefixes) if prefixes:
            return _in_or_out(scalar(value.part, scope), condition(value, scope))
        case InSet() | StartsWith():
            return NumberLiteral(0)
        case Compare() | And() | Or() | During():
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
            cases = [(condition(when, scope), _typed(then, value.type, scope)) for when, then in value.cases]
            return sa.case(*cases, else_=_typed(value.otherwise, value.type, scope))
        case Pick():
            then, otherwise = (_typed(part, value.type, scope) for part in (value.then, value.otherwise))
            return sa.case((condition(value.condition, scope), then), else_=otherwise)
        case Band():
            part = scalar(value.part, scope)
            # From the highest bound down: a missing number reaches none of them.
            falling = sorted(value.bands, reverse=True)
            return sa.case(*((part >= NumberLiteral(lower), TextLiteral(label)) for lower, label in falling))
        case Apply():
            return _apply(value, scope)
        case Lookup():
            return _lookup(value, scope)
        case Figure():
            return _figure(value, scope)
        case Summary() | Covered():
            raise CannotCompile("A summary was not worked out before the SELECT that uses it.")
        case _:
            assert_never(value)


def condition(value: Value, scope: Scope) -> Expression:
    """Return a condition as a truth value, which may be unknown."""
    if scope.made and value in scope.made:
        return scope.made[value](scope) == NumberLiteral(1)
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
        case InSet(members=members) if members in scope.names.lists:
            return scalar(value, scope) == NumberLiteral(1)
        case InSet():
            return OneOf(scalar(value.part, scope), tuple(scalar(member, scope) for member in value.members))
        case StartsWith():
            return BeginsWith(scalar(value.part, scope), value.prefixes)
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


def _in_or_out(part: Expression, inside: Expression) -> Expression:
    """1 if something is in a list, 0 if it is not, missing if it is missing: the list is written once."""
    return sa.case((inside, NumberLiteral(1)), (part.is_not(sa.null()), NumberLiteral(0)))


def _typed(value: Value, type_: ValueType, scope: Scope) -> Expression:
    """A value as one of a type: a whole number where decimal ones are meant becomes one."""
    expression = scalar(value, scope)
    return as_double(expression) if type_.kind is Kind.DECIMAL else expression


def _apply(value: Apply, scope: Scope) -> Expression:
    parts = [scalar(part, scope) for part in value.parts]
    whole = all(part.type.kind is Kind.WHOLE for part in value.parts)
    if whole and value.function in OF_WHOLE_NUMBERS_ITSELF:
        return parts[0]
    return FUNCTIONS[value.function](*parts)


def kept_by(value: Value, scope: Scope) -> Expression:
    """Return a condition for a WHERE, which drops rows for which it is unknown as well.

    Membership in a list that is a table is looked up there without joining the list to the rows.
    """
    match value:
        case And():
            return sa.and_(*(kept_by(part, scope) for part in value.parts))
        case InSet(members=members) if members in scope.names.lists and value not in scope.made:
            codes = scope.names.source(scope.names.lists[members])
            listed = sa.select(column_of(codes, CODE)).select_from(codes)
            return scalar(value.part, scope).in_(listed)
        case _:
            return condition(value, scope)


def _listed(members: tuple[object, ...], part: Value, name: str, scope: Scope) -> Expression:
    """Return a column of the line of a list that a code is found in; missing if there is none."""
    code = scalar(part, scope)

    def on(source: FromClause) -> Expression:
        return column_of(source, CODE) == code

    return column_of(scope.join((members, part), scope.names.lists[members], on), name)


def _lookup(value: Lookup, scope: Scope) -> Expression:
    if value.pairs in scope.names.lists:
        return _listed(value.pairs, value.part, MEANING, scope)
    part = scalar(value.part, scope)
    groups: dict[str, list[Expression]] = {}
    for code, text in value.pairs:
        member = NumberLiteral(int(code)) if value.part.type.kind is Kind.WHOLE else TextLiteral(code)
        groups.setdefault(text, []).append(member)
    if not groups:
        return MissingLiteral(sql_type(value.type))
    return sa.case(*((OneOf(part, tuple(codes)), TextLiteral(text)) for text, codes in groups.items()))


def _figure(value: Figure, scope: Scope) -> Expression:
    keys = [(column, scalar(part, scope)) for column, part in value.keys]

    def on(source: FromClause) -> Expression:
        return sa.and_(*(column_of(source, column) == part for column, part in keys))

    return column_of(scope.join((value.rows, value.keys), value.rows, on), value.column)


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
    left, right = scalar(value.left, scope), scalar(value.right, scope)
    if value.type.kind is Kind.WHOLE and not isinstance(left.type, sa.BigInteger):
        # 32 bits are soon too few, and neither database widens by itself: one wide side makes the result wide.
        left = sa.cast(left, sa.BigInteger())
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
