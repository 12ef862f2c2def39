"""Flows, counts, summaries and links as SELECTs that give rows of results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.model import FIRST_UNIT, LAST_UNIT
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
from cohort.sql.results import COUNT, NOTHING, Written, category
from cohort.sql.rows import keys_of_map, source_of
from cohort.sql.scope import Columns, column_of, select_columns
from cohort.sql.summaries import scope_over
from cohort.sql.values import condition
from cohort.types import DECIMAL, Kind, ValueType

TEXT = ValueType(Kind.TEXT, length=250)
"""Type of the text of a category on the way."""
_UNIT, _NUMBER, _GROUP_VALUE = "unit_counted", "number_known", "key_1"
_NAMED: Columns = (("summarised_variable", TEXT),)
"""The column that says which variable a row is about."""
_OF_VARIABLE: Columns = ((_GROUP_VALUE, TEXT), *_NAMED)
_TIMES, _REACHED, _OF_ALL = "times_found", "numbers_up_to_here", "numbers_in_all"

Selects = list[sa.Select[Any]]
_Summarised = TypeVar("_Summarised")


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
    for step in relation.steps:
        # What an entry does not pass is this step or nothing.
        others_passed = failed == NumberLiteral(1) - column_of(flags, step)
        add(step, flags, sa.func.count(), others_passed, ("without_step", "units_without_step"))
    for row in relation.further:
        source = names.source(row.table)
        own = None if row.group is None else column_of(source, GROUP) == TextLiteral(row.group)
        add(row.id, source, sa.func.count(), own)
    return found


def _cells(relation: CountCells, pieces: Pieces, written: Written) -> Selects:
    if relation.with_units:
        cells = _counted_rows(relation.source, relation.by, relation.among, pieces)
        columns = tuple((f"key_{number}", TEXT) for number in range(1, len(relation.by) + 1))
        return _by_keys(relation.table, cells, columns, written, with_units=True)
    source = Source(relation.source, relation.among, pieces)
    by = [source.column(key.column) for key in relation.by]
    texts = [category(column, key) for column, key in zip(by, relation.by, strict=True)]
    made = written.counted(relation.table, texts, "count", sa.func.count(), source.rows)
    return [source.limit(made).group_by(*by)]


def _counted_rows(table: str, keys: Sequence[Key], among: Value | None, pieces: Pieces) -> FromClause:
    """Return unit and categories of each row that is counted."""
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
    table: str, cells: FromClause, columns: Columns, written: Written, *, with_units: bool
) -> Selects:
    keys = select_columns(columns, cells)
    counts: list[tuple[str, Expression]] = [("count", sa.func.count())]
    if with_units:
        counts.append(("units", CountDistinct(column_of(cells, _UNIT))))
    return [
        written.counted(table, keys, statistic, count, cells).group_by(*keys) for statistic, count in counts
    ]


def _categories(relation: SummariseCategories, pieces: Pieces, written: Written) -> Selects:
    columns: Columns = ((_GROUP_VALUE, TEXT), ("key_2", TEXT), *_NAMED)

    def values(source: Source, key: Key) -> tuple[str, list[Expression]]:
        return key.column, [_category(source, key).label("key_2")]

    cells = _each_variable(relation, relation.keys, values, columns, pieces)
    return _by_keys(relation.table, cells, columns, written, with_units=relation.with_units)


def _each_variable(
    relation: SummariseCategories | SummariseNumbers,
    variables: Sequence[_Summarised],
    values: Callable[[Source, _Summarised], tuple[str, list[Expression]]],
    columns: Columns,
    pieces: Pieces,
) -> FromClause:
    """Return a row for each variable of each row that is summarised: unit, group, value and the variable's name."""
    source = Source(relation.source, relation.among, pieces)
    selects: Selects = []
    for variable in variables:
        name, selected = values(source, variable)
        made = sa.select(
            source.scope.unit.label(_UNIT),
            _category(source, relation.by).label(_GROUP_VALUE),
            *selected,
            TextLiteral(name).label(_NAMED[0][0]),
        )
        selects.append(source.limit(made.select_from(source.rows)))
    columns = (_unit(relation.source, pieces), *columns)
    return pieces.add("summarised", "each variable of each row", together(selects), columns)


def _numbers(relation: SummariseNumbers, pieces: Pieces, written: Written) -> Selects:
    def values(source: Source, name: str) -> tuple[str, list[Expression]]:
        return name, [as_double(source.column(name)).label(_NUMBER)]

    columns: Columns = ((_GROUP_VALUE, TEXT), (_NUMBER, DECIMAL), *_NAMED)
    rows = _each_variable(relation, relation.variables, values, columns, pieces)
    measures = _measures(relation, rows, pieces)
    quantiles = _quantiles(relation, rows, pieces)
    found: Selects = []

    def add(statistic: str, source: FromClause, which: str | None, *, count: bool) -> None:
        places = [column_of(source, _GROUP_VALUE), NOTHING, column_of(source, _NAMED[0][0])]
        make = written.counted if count else written.measured
        made = make(relation.table, places, statistic, column_of(source, statistic), source)
        found.append(made if which is None else made.where(column_of(source, which) > NumberLiteral(0)))

    for which in (KNOWN, MISSING.value):
        add(which, measures, which, count=True)
        if relation.with_units:
            add(f"units_{which}", measures, which, count=True)
    add("total", measures, KNOWN, count=False)
    add("squares", measures, KNOWN, count=False)
    for per_cent in relation.quantiles:
        add(f"quantile_{per_cent}", quantiles, None, count=False)
    return found


def _measures(relation: SummariseNumbers, rows: FromClause, pieces: Pieces) -> FromClause:
    """Return a row for each variable and group: how many numbers, and their sums."""
    by, number = select_columns(_OF_VARIABLE, rows), column_of(rows, _NUMBER)
    thousandths = Wide(sa.func.floor(number * NumberLiteral(1000.0) + NumberLiteral(0.5)))
    measures: list[tuple[str, ValueType, Expression]] = []
    for statistic, which in ((KNOWN, number.is_not(sa.null())), (MISSING.value, number.is_(sa.null()))):
        one = sa.case((which, NumberLiteral(1)), else_=NumberLiteral(0))
        measures.append((statistic, COUNT, sa.func.sum(one)))
        if relation.with_units:
            unit = sa.case((which, column_of(rows, _UNIT)))
            measures.append((f"units_{statistic}", COUNT, CountDistinct(unit)))
    measures.append(("total", DECIMAL, _sum(thousandths, 1e3)))
    measures.append(("squares", DECIMAL, _sum(thousandths * thousandths, 1e6)))
    made = sa.select(*by, *(value.label(name) for name, _, value in measures)).select_from(rows).group_by(*by)
    columns: Columns = (*_OF_VARIABLE, *((name, type_) for name, type_, _ in measures))
    return pieces.add("measures", "how many numbers are known, and their sums", made, columns)


def _sum(number: Expression, scale: float) -> Expression:
    return sa.cast(sa.func.sum(number), sa.Double()) / NumberLiteral(scale)


def _quantiles(relation: SummariseNumbers, rows: FromClause, pieces: Pieces) -> FromClause:
    """Return a row for each variable and group with the numbers at the places that are asked for."""
    by, number = select_columns(_OF_VARIABLE, rows), column_of(rows, _NUMBER)
    known = number.is_not(sa.null())
    made = sa.select(*by, number, sa.func.count().label(_TIMES)).select_from(rows).where(known)
    columns: Columns = (*_OF_VARIABLE, (_NUMBER, DECIMAL), (_TIMES, COUNT))
    found = pieces.add("different", "each known number once", made.group_by(*by, number), columns)
    by, number = select_columns(_OF_VARIABLE, found), column_of(found, _NUMBER)
    times = sa.cast(column_of(found, _TIMES), sa.BigInteger())
    reached = sa.func.sum(times).over(partition_by=by, order_by=[rising(number)], rows=(None, 0))
    of_all = sa.func.sum(times).over(partition_by=by)
    made = sa.select(*by, number, reached.label(_REACHED), of_all.label(_OF_ALL)).select_from(found)
    columns = (*_OF_VARIABLE, (_NUMBER, DECIMAL), (_REACHED, COUNT), (_OF_ALL, COUNT))
    placed = pieces.add("in_order", "and how many are not above it", made, columns)
    by, number = select_columns(_OF_VARIABLE, placed), column_of(placed, _NUMBER)
    here, count = (sa.cast(column_of(placed, name), sa.BigInteger()) for name in (_REACHED, _OF_ALL))
    quantiles = []
    for per_cent in relation.quantiles:
        # The place is p * n / 100, rounded up.
        place = WholeDivision(count * NumberLiteral(per_cent) + NumberLiteral(99), NumberLiteral(100))
        least = sa.func.min(sa.case((here >= place, number)))
        quantiles.append(least.label(f"quantile_{per_cent}"))
    made = sa.select(*by, *quantiles).select_from(placed).group_by(*by)
    columns = (*_OF_VARIABLE, *((f"quantile_{per_cent}", DECIMAL) for per_cent in relation.quantiles))
    return pieces.add("quantiles", "the numbers at the places that are asked for", made, columns)


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
    each, mapping = keys.alias("each_key"), keys_of_map(relation, pieces).alias("unit_map")
    same = (mapping.c[name] == each.c[name] for name in relation.also)
    joined = each.outerjoin(mapping, sa.and_(mapping.c[relation.map_key] == each.c["key_of_rows"], *same))
    unit = relation.mapping.shape.types[relation.map_unit]
    found = pieces.add(
        "found",
        "the units that the map gives each key of the rows, missing where it gives none",
        sa.select(mapping.c[FIRST_UNIT], mapping.c[LAST_UNIT]).select_from(joined),
        ((FIRST_UNIT, unit), (LAST_UNIT, unit)),
    )
    first, last = found.c[FIRST_UNIT], found.c[LAST_UNIT]
    kinds: tuple[tuple[str, Expression], ...] = (
        ("linked", first == last),
        ("conflicting", first != last),
        ("not linked", first.is_(sa.null())),
    )
    return [
        written.counted(relation.table, [TextLiteral(kind)], "count", sa.func.count(), found).where(which)
        for kind, which in kinds
    ]
