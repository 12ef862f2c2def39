"""Flows, counts, summaries and links as SELECTs that give rows of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.names import STEPS_FAILED, STOPPED_AT
from cohort.plan.of_results import (
    CountCells,
    CountFlow,
    CountLinks,
    Key,
    SummariseCategories,
    SummariseNumbers,
)
from cohort.query.outputs import INDEX_DATE_KNOWN, KNOWN, MISSING, START
from cohort.query.study import GROUP
from cohort.query.values import Value
from cohort.results.model import ALL
from cohort.sql.constructs import (
    CountDistinct,
    Expression,
    NumberLiteral,
    TextLiteral,
    WholeDivision,
    Wide,
    as_double,
    rising,
)
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.results import NOTHING, Written, category
from cohort.sql.rows import reduced_map, source_of
from cohort.sql.scope import Columns, column_of
from cohort.sql.summaries import scope_over
from cohort.sql.values import condition
from cohort.types import DECIMAL, WHOLE, Kind, ValueType

TEXT = ValueType(Kind.TEXT, length=250)
"""Type of the text of a category on the way."""
_UNIT, _NUMBER, _GROUP_VALUE = "unit_counted", "number_known", "key_1"

Selects = list[sa.Select[Any]]


def select(
    relation: CountFlow | CountCells | SummariseCategories | SummariseNumbers | CountLinks,
    pieces: Pieces,
    written: Written,
) -> AnySelect:
    """Return the SELECT of some results; what it needs on the way is added to ``pieces``."""
    selects: Selects
    match relation:
        case CountFlow():
            selects = _flow(relation, pieces, written)
        case CountCells():
            selects = _cells(relation, pieces, written)
        case SummariseCategories():
            selects = _categories(relation, pieces, written)
        case SummariseNumbers():
            selects = _numbers(relation, pieces, written)
        case CountLinks():
            selects = _links(relation, pieces, written)
        case _:
            assert_never(relation)
    return together(selects)


def together(selects: Selects) -> AnySelect:
    """Return the rows of several SELECTs."""
    return sa.union_all(*selects) if len(selects) > 1 else selects[0]


class Source:
    """The rows that a table is about: those of a table of the plan for which a condition is true."""

    def __init__(self, table: str, among: Value | None, pieces: Pieces) -> None:
        at_hand = pieces.table(table, variables_are_columns=True)
        self.scope = scope_over(pieces, at_hand, () if among is None else (among,))
        # Worked out first: what it needs is joined to the rows that are selected from.
        self._where = None if among is None else condition(among, self.scope)

    def column(self, name: str) -> Expression:
        """Return a column of the rows."""
        return self.scope.column(name)

    @property
    def rows(self) -> FromClause:
        """The rows, and what the condition needs."""
        return self.scope.rows

    def limit(self, select: sa.Select[Any]) -> sa.Select[Any]:
        """Return a SELECT of the rows for which the condition is true."""
        return select if self._where is None else select.where(self._where)


def _flow(relation: CountFlow, pieces: Pieces, written: Written) -> Selects:
    names = pieces.names
    flags = names.source(relation.flags)
    stopped, failed = column_of(flags, STOPPED_AT), column_of(flags, STEPS_FAILED)
    found: Selects = []

    def add(
        step: str,
        source: FromClause,
        entries: Expression,
        where: Expression | None = None,
        statistics: tuple[str, str] = ("remaining", "units"),
    ) -> None:
        counts = [entries]
        if relation.with_units:
            counts.append(CountDistinct(column_of(source, names.unit)))
        for statistic, count in zip(statistics, counts, strict=False):
            made = written.counted(relation.table, [TextLiteral(step)], statistic, count, source)
            found.append(made if where is None else made.where(where))

    if relation.units_of is not None:
        start = source_of(relation.units_of, pieces)
        add(START, start, CountDistinct(column_of(start, names.unit)))
    add(START if relation.units_of is None else INDEX_DATE_KNOWN, flags, sa.func.count())
    for number, step in enumerate(relation.steps, start=1):
        passed = sa.or_(stopped == NumberLiteral(0), stopped > NumberLiteral(number))
        add(step, flags, sa.func.count(), passed)
    for number, step in enumerate(relation.steps, start=1):
        this_alone = sa.and_(stopped == NumberLiteral(number), failed == NumberLiteral(1))
        others_passed = sa.or_(stopped == NumberLiteral(0), this_alone)
        add(step, flags, sa.func.count(), others_passed, ("without_step", "units_without_step"))
    for row in relation.further:
        source = names.source(row.table)
        own = None if row.group is None else column_of(source, GROUP) == TextLiteral(row.group)
        add(row.id, source, sa.func.count(), own)
    return found


def _cells(relation: CountCells, pieces: Pieces, written: Written) -> Selects:
    if relation.with_units:
        cells = _counted_rows(relation.source, relation.by, relation.among, pieces)
        return _by_keys(relation.table, cells, len(relation.by), (), written, with_units=True)
    source = Source(relation.source, relation.among, pieces)
    by = [source.column(key.column) for key in relation.by]
    texts = [category(column, key) for column, key in zip(by, relation.by, strict=True)]
    made = written.counted(relation.table, texts, "count", sa.func.count(), source.rows)
    return [source.limit(made).group_by(*by)]


def _counted_rows(table: str, keys: Sequence[Key | None], among: Value | None, pieces: Pieces) -> FromClause:
    """Return unit and categories of each row that is counted; None stands for all together."""
    source = Source(table, among, pieces)
    labelled = [_category(source, key).label(f"key_{number}") for number, key in enumerate(keys, start=1)]
    columns: Columns = (_unit(table, pieces), *((f"key_{n}", TEXT) for n in range(1, len(keys) + 1)))
    made = sa.select(source.scope.unit.label(_UNIT), *labelled).select_from(source.rows)
    return pieces.add("counted", "each row that is counted, with its categories", source.limit(made), columns)


def _category(source: Source, key: Key | None) -> Expression:
    return TextLiteral(ALL) if key is None else category(source.column(key.column), key)


def _unit(table: str, pieces: Pieces) -> tuple[str, ValueType]:
    return (_UNIT, dict(pieces.names.columns(table))[pieces.names.unit])


def _by_keys(
    table: str,
    cells: FromClause,
    number: int,
    further: tuple[Expression, ...],
    written: Written,
    *,
    with_units: bool,
) -> Selects:
    keys = [column_of(cells, f"key_{n}") for n in range(1, number + 1)]
    counts: list[tuple[str, Expression]] = [("count", sa.func.count())]
    if with_units:
        counts.append(("units", CountDistinct(column_of(cells, _UNIT))))
    return [
        written.counted(table, [*keys, *further], statistic, count, cells).group_by(*keys)
        for statistic, count in counts
    ]


def _categories(relation: SummariseCategories, pieces: Pieces, written: Written) -> Selects:
    cells = _counted_rows(relation.source, (relation.by, relation.key), relation.among, pieces)
    variable = (TextLiteral(relation.variable),)
    return _by_keys(relation.table, cells, 2, variable, written, with_units=relation.with_units)


def _numbers(relation: SummariseNumbers, pieces: Pieces, written: Written) -> Selects:
    source = Source(relation.source, relation.among, pieces)
    made = sa.select(
        source.scope.unit.label(_UNIT),
        _category(source, relation.by).label(_GROUP_VALUE),
        as_double(source.column(relation.variable)).label(_NUMBER),
    ).select_from(source.rows)
    columns: Columns = (_unit(relation.source, pieces), (_GROUP_VALUE, TEXT), (_NUMBER, DECIMAL))
    rows = pieces.add("summarised", "each row that is summarised", source.limit(made), columns)
    known = column_of(rows, _NUMBER).is_not(sa.null())
    found: Selects = []

    def add(statistic: str, value: Expression, source: FromClause, where: Expression, *, count: bool) -> None:
        by = column_of(source, _GROUP_VALUE)
        places = [by, NOTHING, TextLiteral(relation.variable)]
        make = written.counted if count else written.measured
        found.append(make(relation.table, places, statistic, value, source).where(where).group_by(by))

    for statistic, which in ((KNOWN, known), (MISSING.value, sa.not_(known))):
        add(statistic, sa.func.count(), rows, which, count=True)
        if relation.with_units:
            add(f"units_{statistic}", CountDistinct(column_of(rows, _UNIT)), rows, which, count=True)
    thousandths = Wide(sa.func.floor(column_of(rows, _NUMBER) * NumberLiteral(1000.0) + NumberLiteral(0.5)))
    add("total", _sum(thousandths, 1e3), rows, known, count=False)
    add("squares", _sum(thousandths * thousandths, 1e6), rows, known, count=False)
    placed = _placed(rows, known, pieces)
    for per_cent in relation.quantiles:
        # The place is p * n / 100, rounded up.
        # A count has 32 bits in Db2, which hundredths of many rows would leave.
        number = sa.cast(column_of(placed, "number_of_them"), sa.BigInteger())
        times = number * NumberLiteral(per_cent) + NumberLiteral(99)
        here = column_of(placed, "place_in_order") == WholeDivision(times, NumberLiteral(100))
        add(f"quantile_{per_cent}", sa.func.min(column_of(placed, _NUMBER)), placed, here, count=False)
    return found


def _sum(number: Expression, scale: float) -> Expression:
    return sa.cast(sa.func.sum(number), sa.Double()) / NumberLiteral(scale)


def _placed(rows: FromClause, known: Expression, pieces: Pieces) -> FromClause:
    group, number = column_of(rows, _GROUP_VALUE), column_of(rows, _NUMBER)
    place = sa.func.row_number().over(partition_by=[group], order_by=[rising(number)])
    made = sa.select(
        group,
        number,
        place.label("place_in_order"),
        sa.func.count().over(partition_by=[group]).label("number_of_them"),
    ).select_from(rows)
    columns: Columns = (
        (_GROUP_VALUE, TEXT),
        (_NUMBER, DECIMAL),
        ("place_in_order", WHOLE),
        ("number_of_them", WHOLE),
    )
    return pieces.add("in_order", "known numbers in order", made.where(known), columns)


def _links(relation: CountLinks, pieces: Pieces, written: Written) -> Selects:
    source = source_of(relation.rows, pieces)
    types = relation.rows.shape.types
    key, *further = (column_of(source, name) for name in (relation.key, *relation.also))
    known = (column.is_not(sa.null()) for column in (key, *further))
    selected = sa.select(key.label("key_of_rows"), *further).select_from(source)
    keys = pieces.add(
        "keys",
        "every key once",
        selected.where(*known).group_by(key, *further),
        (("key_of_rows", types[relation.key]), *((name, types[name]) for name in relation.also)),
    )
    reduced = reduced_map(
        relation.mapping, relation.map_key, relation.map_unit, pieces, also=relation.also, count=True
    )
    each, mapping = keys.alias("each_key"), reduced.alias("unit_map")
    units = mapping.c["units_of_map"]
    kinds: tuple[tuple[str, Expression], ...] = (
        ("linked", units == NumberLiteral(1)),
        ("conflicting", units > NumberLiteral(1)),
        ("not linked", units.is_(sa.null())),
    )
    same = (mapping.c[name] == each.c[name] for name in relation.also)
    joined = each.outerjoin(mapping, sa.and_(mapping.c["key_of_map"] == each.c["key_of_rows"], *same))
    return [
        written.counted(relation.table, [TextLiteral(kind)], "count", sa.func.count(), joined).where(which)
        for kind, which in kinds
    ]
