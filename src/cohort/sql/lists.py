"""The lists of what a database may be given. What is on no list cannot be compiled."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Date, Double, Integer, NullType, String

from cohort.sql.model import CannotCompile

_CLAUSES = """
    alias binary case cast clauselist column compound_select expression_clauselist frame_clause fromclause
    function grouping is_true_unary_operator is_false_unary_operator join label label_reference over select
    select_statement_grouping subquery table typeclause unary null order_by_list element_list
    """
CLAUSES = frozenset(_CLAUSES.split())
"""Constructs of SQLAlchemy that may be compiled; every other one raises ``CannotCompile``."""

OPERATORS = frozenset(
    {
        operators.eq,
        operators.ne,
        operators.lt,
        operators.le,
        operators.gt,
        operators.ge,
        operators.and_,
        operators.or_,
        operators.inv,
        operators.add,
        operators.sub,
        operators.mul,
        operators.truediv,
        operators.is_,
        operators.is_not,
        operators.asc_op,
        operators.desc_op,
        operators.nulls_last_op,
        operators.comma_op,
        operators.in_op,
        operators.is_true,
        operators.is_false,
    }
)
"""Operators that may be compiled."""

_ARITHMETIC = frozenset({operators.add, operators.sub, operators.mul, operators.truediv})
_COMPARISONS = frozenset(
    {operators.eq, operators.ne, operators.lt, operators.le, operators.gt, operators.ge, operators.in_op}
)

PARTS: Mapping[str, tuple[int, int]] = {
    "abs": (1, 1),
    "ceil": (1, 1),
    "coalesce": (2, 1000),
    "count": (0, 1),
    "day": (1, 1),
    "floor": (1, 1),
    "lead": (1, 1),
    "max": (1, 1),
    "min": (1, 1),
    "mod": (2, 2),
    "month": (1, 1),
    "nullif": (2, 2),
    "row_number": (0, 0),
    "sum": (1, 1),
    "trim": (1, 1),
    "upper": (1, 1),
    "year": (1, 1),
}
"""The fewest and the most parts of each function. MIN of two parts is not MIN in Db2, but its LEAST."""

COMMON_FUNCTIONS = frozenset(PARTS)
"""Functions that mean the same in all dialects.

LEAST and GREATEST are not among them: Db2's are missing if a part is.
"""

TYPES = frozenset({"BIGINT", "INTEGER", "SMALLINT", "DOUBLE", "VARCHAR", "DATE"})
"""Types that columns and casts may have, as SQLAlchemy names them."""

CASTS: frozenset[tuple[type[Any], type[Any]]] = frozenset(
    {(Integer, Integer), (Integer, Double), (Double, Double), (Integer, String)}
)
"""Casts that mean the same everywhere, from one family of types to another.

A decimal number becomes a whole one only after FLOOR or CEIL: Db2 and Spark cut it off, others round it. A date
becomes text by a construct, because a cast follows the settings of the connection.
"""

_FAMILIES: tuple[type[Any], ...] = (Integer, Double, String, Date)
_MADE_WHOLE = frozenset({"floor", "ceil"})


def is_made_whole(expression: ColumnElement[Any]) -> bool:
    """Whether FLOOR or CEIL has just made a number whole."""
    return isinstance(expression, FunctionElement) and getattr(expression, "name", "") in _MADE_WHOLE


def may_be_cast(expression: ColumnElement[Any], wanted: object) -> bool:
    """Whether a cast means the same everywhere."""
    family = next((kind for kind in _FAMILIES if isinstance(wanted, kind)), None)
    if family is Integer and is_made_whole(expression):
        return True
    return any(isinstance(expression.type, before) and family is after for before, after in CASTS)


def may_be_combined(operator: Any, left: object, right: object) -> bool:
    """Whether an operator means the same everywhere between two types.

    Numbers alone are reckoned with: what a date and a number, or two dates, give differs. Dates and texts are compared
    with their like, because casts that nobody wrote follow the settings of the connection. A type that SQLAlchemy does
    not know may be any.
    """
    kinds = [_family(type_) for type_ in (left, right)]
    if operator in _ARITHMETIC:
        return Date not in kinds and String not in kinds
    return operator not in _COMPARISONS or None in kinds or kinds[0] is kinds[1]


def _family(type_: object) -> type[Any] | None:
    """Dates, texts or numbers; None for a type that SQLAlchemy does not know."""
    if isinstance(type_, NullType):
        return None
    return next((kind for kind in (Date, String) if isinstance(type_, kind)), Integer)


def text_literal(value: str) -> str:
    """Return text as a literal. Quotes are doubled; a control character, line breaks included, is refused."""
    if any(unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Cs") for character in value):
        raise CannotCompile("A text with a control character cannot be written into SQL.")
    return "'" + value.replace("'", "''") + "'"
