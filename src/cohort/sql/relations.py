"""Relations of the plan as SELECTs: index dates, staged events, variables, flags, the cohort and the counts."""

from __future__ import annotations

from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.sql.selectable import FromClause

from cohort.plan.model import (
    ANALYSIS,
    ENTRIES,
    INDEX_DATES,
    POPULATION_STEPS,
    STOPPED_AT,
    CountCells,
    CountFlow,
    CountLinks,
    Flags,
    JoinVariables,
    KeepCohort,
    OfPopulation,
    Relation,
    StartPopulation,
    WorkOut,
)
from cohort.query.rows import (
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    TableRows,
    Where,
)
from cohort.sql.constructs import CountDistinct, Expression, IsoText, NumberLiteral, TextLiteral, two_valued
from cohort.sql.model import CannotCompile
from cohort.sql.names import own_name
from cohort.sql.rows import AnySelect, Pieces, reduced_map, select_rows
from cohort.sql.scope import INDEX_DATE_COLUMN, Columns, Scope, select_columns
from cohort.sql.values import condition, scalar
from cohort.types import WHOLE, Kind, ValueType

MISSING = "missing"
"""The category of a missing value in results."""
START = "start"
"""The name of the start in the rows of a flow."""
_TEXT_OF_WHOLE = 20
_FLAG = ValueType(Kind.BOOLEAN)


class Study:
    """What every row of results says of the study, and the unit that is counted."""

    def __init__(self, study: str, spec_hash: str, unit: tuple[str, ValueType]) -> None:
        self.study = study
        self.spec_hash = spec_hash
        self.unit = unit


def select_relation(relation: Relation, pieces: Pieces, study: Study) -> tuple[AnySelect, Columns]:
    """Return the SELECT of a relation and its columns; what it needs on the way is added to ``pieces``."""
    unit = study.unit
    match relation:
        case (
            TableRows() | NamedRows() | Where() | Add() | KeepOne() | OnePer() | JoinSpells() | LinkUnit()
        ) | CloseSpells():
            return select_rows(relation, pieces), relation.shape.columns
        case StartPopulation():
            return _start(relation, pieces), (unit, INDEX_DATE_COLUMN)
        case OfPopulation():
            return _of_population(relation, pieces), relation.rows.shape.columns
        case WorkOut():
            return _work_out(relation, pieces)
        case JoinVariables():
            columns = (unit, INDEX_DATE_COLUMN, *relation.variables)
            return _join_variables(relation, pieces), columns
        case Flags():
            return _flags(relation, pieces, unit)
        case KeepCohort():
            columns = (unit, INDEX_DATE_COLUMN, *relation.variables)
            return _keep_cohort(columns, pieces), columns
        case CountFlow():
            return _count_flow(relation, pieces, study), ()
        case CountCells():
            return _count_cells(relation, pieces, study), ()
        case CountLinks():
            return _count_links(relation, pieces, study), ()
        case _:
            assert_never(relation)


def _start(relation: StartPopulation, pieces: Pieces) -> AnySelect:
    # A unit without an index date never enters, and rows without a unit are nobody's.
    source, name = pieces.source(relation.start)
    scope = Scope(pieces.names, source, name)
    date = scalar(relation.index_date, scope)
    return (
        sa.select(scope.unit, date.label(INDEX_DATE_COLUMN[0]))
        .select_from(scope.rows)
        .where(scope.unit.is_not(sa.null()), date.is_not(sa.null()))
    )


def _of_population(relation: OfPopulation, pieces: Pieces) -> AnySelect:
    source, _ = pieces.source(relation.rows)
    unit = pieces.names.unit
    population = pieces.names.source(INDEX_DATES)
    return (
        sa.select(*select_columns(relation.rows.shape.columns, source))
        .select_from(source)
        .where(source.c[unit].in_(sa.select(population.c[unit]).select_from(population)))
    )


def _work_out(relation: WorkOut, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    scope = Scope(names, names.source(INDEX_DATES), INDEX_DATES, entries=True)
    value = scalar(relation.value, scope).label(own_name(relation.name))
    unit = next(column for column in names.columns(INDEX_DATES) if column[0] == names.unit)
    columns = (unit, (relation.name, relation.value.type))
    return sa.select(scope.unit, value).select_from(scope.rows), columns


def _join_variables(relation: JoinVariables, pieces: Pieces) -> AnySelect:
    names = pieces.names
    scope = Scope(names, names.source(INDEX_DATES), INDEX_DATES, entries=True)
    columns = [scope.variable(name) for name, _ in relation.variables]
    return sa.select(scope.unit, scope.index_date(), *columns).select_from(scope.rows)


def _flags(relation: Flags, pieces: Pieces, unit: tuple[str, ValueType]) -> tuple[AnySelect, Columns]:
    scope = _entries(pieces, ENTRIES)
    flags = [two_valued(condition(keep, scope)).label(own_name(name)) for name, keep in relation.steps]
    columns: Columns = (unit, INDEX_DATE_COLUMN, *((name, _FLAG) for name, _ in relation.steps))
    flagged = pieces.add(
        "flagged",
        "1 where the condition of a step is true, else 0",
        sa.select(scope.unit, scope.index_date(), *flags).select_from(scope.rows),
        columns,
    )
    stops = [
        (flagged.c[name] == NumberLiteral(0), NumberLiteral(number))
        for number, (name, _) in enumerate(relation.steps, start=1)
    ]
    stopped = sa.case(*stops, else_=NumberLiteral(0)) if stops else NumberLiteral(0)
    select = sa.select(*select_columns(columns, flagged), stopped.label(STOPPED_AT)).select_from(flagged)
    return select, (*columns, (STOPPED_AT, WHOLE))


def _keep_cohort(columns: Columns, pieces: Pieces) -> AnySelect:
    names = pieces.names
    entries, steps = names.source(ENTRIES), names.source(POPULATION_STEPS)
    same = steps.c[names.unit] == entries.c[names.unit]
    return (
        sa.select(*select_columns(columns, entries))
        .select_from(entries.join(steps, same))
        .where(steps.c[STOPPED_AT] == NumberLiteral(0))
    )


def _entries(pieces: Pieces, table: str) -> Scope:
    source = pieces.names.source(table)
    return Scope(pieces.names, source, table, entries=True, variables_are_columns=True)


def _result(
    study: Study, table: str, row: Expression, column: Expression, statistic: str
) -> list[Expression]:
    texts = (("study", study.study), ("spec_hash", study.spec_hash), ("table_name", table))
    return [
        *(TextLiteral(text).label(name) for name, text in texts),
        row.label("row_value"),
        column.label("column_value"),
        TextLiteral(statistic).label("statistic"),
    ]


def _count_flow(relation: CountFlow, pieces: Pieces, study: Study) -> AnySelect:
    selects = []
    for number, step in enumerate((START, *relation.steps)):
        source = pieces.names.source(POPULATION_STEPS)
        stopped = source.c[STOPPED_AT]
        unit = source.c[pieces.names.unit]
        columns = _result(study, relation.table, TextLiteral(step), TextLiteral(""), "remaining")
        select = sa.select(*columns, CountDistinct(unit).label("value")).select_from(source)
        if number:
            passed = sa.or_(stopped == NumberLiteral(0), stopped > NumberLiteral(number))
            select = select.where(passed)
        selects.append(select)
    return sa.union_all(*selects) if len(selects) > 1 else selects[0]


def _count_cells(relation: CountCells, pieces: Pieces, study: Study) -> AnySelect:
    if not 1 <= len(relation.by) <= 2:
        raise CannotCompile("A table of counts has one or two variables.")
    scope = _entries(pieces, ANALYSIS)
    by = [scope.column(name) for name, _ in relation.by]
    texts = [_category(column, type_) for column, (_, type_) in zip(by, relation.by, strict=True)] + [
        TextLiteral("")
    ]
    among = None if relation.among is None else condition(relation.among, scope)
    columns = _result(study, relation.table, texts[0], texts[1], "count")
    select = sa.select(*columns, sa.func.count().label("value")).select_from(scope.rows)
    return (select if among is None else select.where(among)).group_by(*by)


def _category(column: Expression, type_: ValueType) -> Expression:
    """A value as the text by which results name its category."""
    text: Expression
    match type_.kind:
        case Kind.TEXT | Kind.CODE:
            text = column
        case Kind.WHOLE | Kind.KEY:
            text = sa.cast(column, sa.String(_TEXT_OF_WHOLE))
        case Kind.DATE:
            text = IsoText(column)
        case Kind.BOOLEAN:
            yes, no = (
                (column == NumberLiteral(1), TextLiteral("1")),
                (column == NumberLiteral(0), TextLiteral("0")),
            )
            return sa.case(yes, no, else_=TextLiteral(MISSING))
        case Kind.DECIMAL:
            raise CannotCompile("A decimal number names no category; a table cannot be counted by it.")
        case _:
            assert_never(type_.kind)
    return sa.func.coalesce(text, TextLiteral(MISSING))


def _count_links(relation: CountLinks, pieces: Pieces, study: Study) -> AnySelect:
    source, _ = pieces.source(relation.rows)
    key = source.c[relation.key]
    key_type = relation.rows.shape.types[relation.key]
    keys = pieces.add(
        "keys",
        "every key once",
        sa.select(key.label("key_of_rows")).select_from(source).where(key.is_not(sa.null())).group_by(key),
        (("key_of_rows", key_type),),
    )
    reduced = reduced_map(relation.mapping, relation.map_key, relation.map_unit, pieces, count=True)
    keys, mapping = keys.alias("each_key"), reduced.alias("unit_map")
    units = mapping.c["units_of_map"]
    kinds: tuple[tuple[str, Expression], ...] = (
        ("linked", units == NumberLiteral(1)),
        ("conflicting", units > NumberLiteral(1)),
        ("not linked", units.is_(sa.null())),
    )
    joined: FromClause = keys.outerjoin(mapping, mapping.c["key_of_map"] == keys.c["key_of_rows"])
    selects: list[sa.Select[Any]] = [
        sa.select(
            *_result(study, relation.table, TextLiteral(kind), TextLiteral(""), "count"),
            sa.func.count().label("value"),
        )
        .select_from(joined)
        .where(which)
        for kind, which in kinds
    ]
    return sa.union_all(*selects)
