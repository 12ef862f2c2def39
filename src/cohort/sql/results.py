"""Rows of the one long table of results: what they have in common, and how values become text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.of_results import Key
from cohort.query.outputs import MISSING, OTHER
from cohort.sql.constructs import Expression, IsoText, MissingLiteral, NumberLiteral, OneOf, TextLiteral
from cohort.sql.model import CannotCompile
from cohort.sql.scope import Columns
from cohort.types import DECIMAL, Kind, ValueType

_NAME = ValueType(Kind.CODE, length=128)
_VALUE = ValueType(Kind.CODE, length=1000)
COUNT = ValueType(Kind.WHOLE, bits=64)
"""Type of counts."""
RESULT_COLUMNS: Columns = (
    ("study", _NAME),
    ("spec_hash", _NAME),
    ("table_name", _NAME),
    ("row_value", _VALUE),
    ("column_value", _VALUE),
    ("layer_value", _VALUE),
    ("statistic", ValueType(Kind.CODE, length=40)),
    ("value", COUNT),
    ("number", DECIMAL),
)
"""Columns of the one long table of results."""
_TEXT_OF_WHOLE = 20
NOTHING = TextLiteral("")
"""Stands where a table has no further variable."""


@dataclass(frozen=True)
class Written:
    """What every row of results says of the study."""

    study: str
    spec_hash: str

    def counted(
        self, table: str, values: Sequence[Expression], statistic: str, count: Expression, source: FromClause
    ) -> sa.Select[Any]:
        """Return the SELECT of rows with a count; ``values`` are those of up to three variables."""
        return self._select(table, values, statistic, count, MissingLiteral(sa.Double()), source)

    def measured(
        self, table: str, values: Sequence[Expression], statistic: str, number: Expression, source: FromClause
    ) -> sa.Select[Any]:
        """Return the SELECT of rows with a number that is no count."""
        return self._select(table, values, statistic, MissingLiteral(sa.BigInteger()), number, source)

    def _select(
        self,
        table: str,
        values: Sequence[Expression],
        statistic: str,
        value: Expression,
        number: Expression,
        source: FromClause,
    ) -> sa.Select[Any]:
        texts = [TextLiteral(text) for text in (self.study, self.spec_hash, table)]
        places = [*values, NOTHING, NOTHING, NOTHING][:3]
        selected = [*texts, *places, TextLiteral(statistic), value, number]
        labelled = (item.label(name) for item, (name, _) in zip(selected, RESULT_COLUMNS, strict=True))
        return sa.select(*labelled).select_from(source)


def category(column: Expression, key: Key) -> Expression:
    """Return a value as the text by which results name its category."""
    text = _text(column, key.type)
    if key.known is None:
        return sa.func.coalesce(text, TextLiteral(MISSING.value))
    known = OneOf(text, tuple(TextLiteral(value) for value in key.known))
    missing = TextLiteral(MISSING.value)
    # A value that no category names is from the data. Text that says so itself is missing, too.
    return sa.case(
        (known, text),
        (sa.or_(text.is_(sa.null()), text == missing), missing),
        else_=TextLiteral(OTHER.value),
    )


def _text(column: Expression, type_: ValueType) -> Expression:
    match type_.kind:
        case Kind.TEXT | Kind.CODE:
            return column
        case Kind.WHOLE | Kind.KEY:
            return sa.cast(column, sa.String(_TEXT_OF_WHOLE))
        case Kind.DATE:
            return IsoText(column)
        case Kind.BOOLEAN:
            yes = (column == NumberLiteral(1), TextLiteral("1"))
            no = (column == NumberLiteral(0), TextLiteral("0"))
            return sa.case(yes, no)
        case Kind.DECIMAL:
            raise CannotCompile("A decimal number names no category; a table cannot be counted by it.")
        case _:
            assert_never(type_.kind)
