"""How each summary is written: the SELECT that aggregates the rows of each owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from cohort.query.summaries import Summary
from cohort.query.values import And, Value
from cohort.sql.constructs import (
    CountDistinct,
    Expression,
    NumberLiteral,
    as_double,
    division,
    exact_total,
    falling,
    rising,
)
from cohort.sql.pieces import Pieces
from cohort.sql.scope import Columns, Scope, free_name, select_columns
from cohort.sql.values import condition, kept_by, scalar
from cohort.types import DECIMAL, WHOLE, Kind, ValueType

ANSWER, PLACE = "answer", "place_in_order"
"""Columns of the value of a summary, and of the place of a row where the rows are in order: 1 is the one wanted."""
_KNOWN = "known_values"
Keys = list[tuple[str, ValueType, Expression]]
"""What a summary is worked out for: names, types and columns."""
_WORDS = {
    "any": "those who have {}",
    "none": "those who have {}",
    "count": "how many there are of {}",
    "count_distinct": "how many different values {} have",
    "total": "the total of {}",
    "mean": "the mean of {}",
    "median": "the middle of the values of {}",
    "smallest": "the smallest value of {}",
    "largest": "the largest value of {}",
    "first": "{} in order",
    "last": "{} in order, the last first",
    "share": "the share among {}",
}
"""What the SELECT of each function does."""
REPEATED = ("mean", "share", "median")
"""Functions that write their value several times."""


def aggregated(summary: Summary, inner: Scope, per: Keys, pieces: Pieces) -> str:
    """Add the SELECT of a summary, which gives ``ANSWER`` for each combination of keys; returns its name."""
    return _ANSWERS.get(summary.function, _grouped)(summary, inner, per, pieces)


def aggregated_together(
    summaries: Sequence[Summary], inner: Scope, per: Keys, pieces: Pieces
) -> tuple[str, tuple[str, ...]]:
    """Add one SELECT for several summaries of the same rows, all of functions in ``plan.fusing.TOGETHER``.

    What all of them ask of a row is asked once, and what one of them asks beside that is asked of each row for its
    value. Returns the name of the SELECT, which has a row for each combination of keys, and the column of each summary.
    """
    asked = [_parts(summary.condition) for summary in summaries]
    common = tuple(part for part in asked[0] if all(part in parts for parts in asked))
    columns = _columns(per)
    selected = _selected(per)
    answers: list[str] = []
    for number, (summary, parts) in enumerate(zip(summaries, asked, strict=True), start=1):
        own = tuple(part for part in parts if part not in common)
        name = free_name(f"{summary.function}_{number}", columns)
        columns = (*columns, (name, summary.type))
        selected.append(_aggregate(summary, inner, _all(own)).label(name))
        answers.append(name)
    shared = replace(summaries[0], condition=_all(common))
    select = _where(shared, inner, selected).group_by(*(column for _, _, column in per))
    words = f"{len(summaries)} values from one pass over {_rows(shared)}"
    return pieces.add_named("together", words, select, columns), tuple(answers)


def _parts(asked: Value | None) -> tuple[Value, ...]:
    """Return conditions of which each is asked of a row: together they are the one given."""
    if isinstance(asked, And):
        return tuple(part for inner in asked.parts for part in _parts(inner))
    return () if asked is None else (asked,)


def _all(parts: tuple[Value, ...]) -> Value | None:
    return None if not parts else parts[0] if len(parts) == 1 else And(parts)


def _grouped(summary: Summary, inner: Scope, per: Keys, pieces: Pieces) -> str:
    """One line for each owner that has such a row."""
    answer = _aggregate(summary, inner).label(ANSWER)
    select = _where(summary, inner, _selected(per), answer).group_by(*(column for _, _, column in per))
    words = _words(summary)
    return pieces.add_named(summary.function, words, select, (*_columns(per), (ANSWER, summary.type)))


def _aggregate(summary: Summary, inner: Scope, asked: Value | None = None) -> Expression:
    """Return the aggregate of a summary, of those rows for which a further condition is true."""

    def such(value: Expression) -> Expression:
        return value if asked is None else sa.case((condition(asked, inner), value))

    if summary.of is None:
        return _of_rows(summary.function, such, every=asked is None)
    value = such(scalar(summary.of, inner))
    decimal = summary.of.type.kind is Kind.DECIMAL
    match summary.function:
        case "count_distinct":
            return CountDistinct(value)
        case "smallest":
            return sa.func.min(value)
        case "largest":
            return sa.func.max(value)
        case "total":
            total = exact_total(value, decimal=decimal)
            return total if decimal else sa.cast(total, sa.BigInteger())
        case "mean":
            total = exact_total(value, decimal=decimal)
            return division(total, sa.cast(sa.func.count(value), sa.Double()))
        case "share":
            return division(sa.func.sum(value), sa.func.count(value))
        case _:
            raise ValueError(f"no summary {summary.function}")


def _of_rows(function: str, such: Callable[[Expression], Expression], *, every: bool) -> Expression:
    """Return the aggregate of rows alone. An owner without such a row has a missing one, but for the count."""
    match function:
        case "count":
            return sa.func.count() if every else sa.func.count(such(NumberLiteral(1)))
        case "any" | "none":
            answer = NumberLiteral(int(function == "any"))
            return answer if every else sa.func.max(such(answer))
        case _:
            raise ValueError(f"no summary {function}")


def _in_order(summary: Summary, inner: Scope, per: Keys, pieces: Pieces) -> str:
    """One line for each row, numbered in order; the one wanted is number 1."""
    assert summary.of is not None
    assert summary.order is not None
    order = inner.column(summary.order)
    # Rows that are put in order are the same in what they are worked out for.
    same = {summary.order, *(name for name, _, _ in per)}
    ties = [rising(inner.column(name)) for name in summary.rows.order if name not in same]
    first = falling(order) if summary.function == "last" else rising(order)
    place = sa.func.row_number().over(partition_by=[column for _, _, column in per], order_by=[first, *ties])
    answer = scalar(summary.of, inner).label(ANSWER)
    select = _where(summary, inner, _selected(per), answer, place.label(PLACE)).where(order.is_not(sa.null()))
    words = _words(summary)
    columns = (*_columns(per), (ANSWER, summary.type), (PLACE, WHOLE))
    return pieces.add_named(summary.function, words, select, columns)


def _median(summary: Summary, inner: Scope, per: Keys, pieces: Pieces) -> str:
    """The mean of the one or two values in the middle of each owner's values in order."""
    assert summary.of is not None
    value = scalar(summary.of, inner)
    partition = [column for _, _, column in per]
    place = sa.func.row_number().over(partition_by=partition, order_by=[rising(value)]).label(PLACE)
    known = sa.func.count().over(partition_by=partition).label(_KNOWN)
    ordered = pieces.add(
        "median_in_order",
        f"the values of {_rows(summary)} in order",
        _where(summary, inner, _selected(per), as_double(value).label(ANSWER), place, known).where(
            value.is_not(sa.null())
        ),
        (*_columns(per), (ANSWER, DECIMAL), (PLACE, WHOLE), (_KNOWN, WHOLE)),
    )
    keys = select_columns(_columns(per), ordered)
    # Place 2 of 3, or 2 and 3 of 4: twice the place is 0 to 2 more than the number of values.
    beyond = ordered.c[PLACE] * NumberLiteral(2) - ordered.c[_KNOWN]
    mean = division(sa.func.sum(ordered.c[ANSWER]), sa.func.count(ordered.c[ANSWER]))
    select = (
        sa.select(*keys, mean.label(ANSWER))
        .select_from(ordered)
        .where(beyond >= NumberLiteral(0), beyond <= NumberLiteral(2))
        .group_by(*keys)
    )
    words = _words(summary)
    return pieces.add_named("median", words, select, (*_columns(per), (ANSWER, DECIMAL)))


_ANSWERS = {"first": _in_order, "last": _in_order, "median": _median}
"""Functions that a GROUP BY alone cannot give."""


def _where(summary: Summary, inner: Scope, *columns: Any) -> sa.Select[Any]:
    kept = None if summary.condition is None else kept_by(summary.condition, inner)
    flat = [part for column in columns for part in (column if isinstance(column, list) else [column])]
    select = sa.select(*flat).select_from(inner.rows)
    return select if kept is None else select.where(kept)


def _rows(summary: Summary) -> str:
    return f"{'the' if summary.condition is None else 'such'} rows of {summary.rows.name}"


def _words(summary: Summary) -> str:
    return _WORDS[summary.function].format(_rows(summary))


def _selected(per: Keys) -> list[Expression]:
    return [column.label(name) for name, _, column in per]


def _columns(per: Keys) -> Columns:
    return tuple((name, type_) for name, type_, _ in per)
