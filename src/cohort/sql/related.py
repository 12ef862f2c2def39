"""Row nodes that put several rows together: unions, entries and related units."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.query.rows import (
    INDEX_DATE,
    PART,
    RELATED,
    TOGETHER_FROM,
    TOGETHER_UNTIL,
    ForEachEntry,
    OfRelated,
    PairUnits,
    Union,
)
from cohort.sql.constructs import NumberLiteral
from cohort.sql.pieces import AnySelect
from cohort.sql.scope import Namespace, select_columns


def union(rows: Union, names: Namespace) -> AnySelect:
    """The rows of the parts one below the other, each with the number of its part."""
    common = rows.shape.columns[:-1]
    selects = []
    for number, part in enumerate(rows.parts, start=1):
        source = names.source(part.name)
        columns = select_columns(common, source)
        selects.append(sa.select(*columns, NumberLiteral(number).label(PART)).select_from(source))
    return sa.union_all(*selects)


def each_entry(rows: ForEachEntry, source: FromClause, names: Namespace) -> AnySelect:
    """The rows of a unit beside each of its entries."""
    unit = rows.rows.shape.unit
    assert unit is not None
    frame = names.source(names.frame)
    columns = select_columns(rows.rows.shape.columns, source)
    return sa.select(*columns, frame.c[INDEX_DATE]).select_from(
        source.join(frame, frame.c[names.unit] == source.c[unit])
    )


def of_related(rows: OfRelated, source: FromClause, names: Namespace) -> AnySelect:
    """The rows of the other unit of each pair."""
    unit, spell = rows.shape.unit, rows.relation.shape.spell
    assert unit is not None
    source, relation = source.alias("each_row"), names.source(rows.relation.name, "each_pair")
    together = [] if spell is None else [relation.c[name] for name in spell]
    labels = (TOGETHER_FROM, TOGETHER_UNTIL)
    own = tuple(column for column in rows.rows.shape.columns if column[0] != unit)
    return sa.select(
        relation.c[unit],
        relation.c[rows.other].label(RELATED),
        *(column.label(label) for column, label in zip(together, labels, strict=False)),
        *select_columns(own, source),
    ).select_from(relation.join(source, source.c[unit] == relation.c[rows.other]))


def pair_units(rows: PairUnits, source: FromClause) -> AnySelect:
    """Each two different units that share a value, at the same time where rows are spells."""
    unit = rows.shape.unit
    assert unit is not None
    first, second = source.alias("each_row"), source.alias("other_row")
    columns: list[Any] = [first.c[unit], second.c[unit].label(RELATED)]
    pairs = first.join(second, first.c[rows.same] == second.c[rows.same])
    different = first.c[unit] != second.c[unit]
    if rows.spell is None:
        return sa.select(*columns).select_from(pairs).where(different).distinct()
    (start, until), (other_start, other_until) = (
        tuple(side.c[name] for name in rows.spell) for side in (first, second)
    )
    begins = sa.case((start > other_start, start), else_=other_start)
    ends = sa.case((until < other_until, until), else_=other_until)
    columns += [begins.label(TOGETHER_FROM), ends.label(TOGETHER_UNTIL)]
    # Neither spell is empty, and each begins before the other ends; with a missing date nothing of this is true.
    overlap = (start < until, other_start < other_until, start < other_until, other_start < until)
    return sa.select(*columns).select_from(pairs).where(different, *overlap)
