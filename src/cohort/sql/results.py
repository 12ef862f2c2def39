"""Rows of the one long table of results: what they have in common, and how values become text."""

from __future__ import annotations

import re
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
RESULT_WORDS = {
    "study": "name of the study",
    "spec_hash": "SHA-256 of the spec that the script was made from",
    "table_name": "the output of the spec that the row belongs to",
    "row_value": "step of a flow, kind of link, or value of the first variable of a table",
    "column_value": "value of the second variable, or category of a summarised variable (empty for none)",
    "layer_value": "value of the third variable, or name of a summarised variable (empty for none)",
    "statistic": "what is counted or measured (see below)",
    "value": "the count, missing for a number that is no count",
    "number": "the number that is no count, missing for a count",
}
"""What each column of the table of results holds."""
_STATISTICS = {
    "remaining": "entries left after a step of the flow",
    "without_step": "entries that pass all other steps of the flow, whatever this step says",
    "units_without_step": "different units behind without_step",
    "count": "entries, sets or links in a cell",
    "units": "different units behind the count of a cell or step",
    "known": "entries with a known number",
    "missing": "entries without a known number",
    "units_known": "different units with a known number",
    "units_missing": "different units without a known number",
    "total": "sum of the known numbers",
    "squares": "sum of the squares of the known numbers",
    "people": "different units under observation",
    "person_days": "days of follow-up",
    "events": "events in follow-up",
    "people_with_events": "different units with such an event",
    "events_of": "events in follow-up by the value of the event (layer_value)",
    "people_with_events_of": "different units with an event of that value",
}
_QUANTILE = re.compile(r"quantile_(\d+)")
_TEXT_OF_WHOLE = 20
NOTHING = TextLiteral("")
"""Stands where a table has no further variable."""


def statistic_words(statistic: str) -> str:
    """Return what a statistic of the results says. Raises ``CannotCompile`` for one that nobody has described."""
    quantile = _QUANTILE.fullmatch(statistic)
    if quantile:
        return f"the least number that at least {quantile[1]} per cent of the known numbers do not exceed"
    if statistic not in _STATISTICS:
        raise CannotCompile(f"The statistic {statistic!r} is not described.")
    return _STATISTICS[statistic]


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
    text = as_text(column, key.type)
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


def as_text(column: Expression, type_: ValueType) -> Expression:
    """Return a value that is no decimal number as text. Raises ``CannotCompile`` for a decimal one."""
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
