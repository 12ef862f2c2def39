"""Relations of the plan as SELECTs: one place that leads to each of them, and those of entries."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce

import sqlalchemy as sa

from cohort.plan.model import (
    EntryValues,
    Flags,
    JoinVariables,
    KeyMap,
    OfFrame,
    Relation,
    StartPopulation,
    StartUnits,
    WithinReach,
    WorkOut,
)
from cohort.plan.names import INDEX_DATE, STEPS_FAILED, STOPPED_AT
from cohort.plan.of_members import (
    Alike,
    Candidates,
    ClipToCover,
    Concerned,
    CutByAges,
    CutBySpells,
    CutByStretches,
    EventsInFollowUp,
    FollowUpBounds,
    JoinMembers,
    ListMembers,
    MatchRound,
    MemberFrame,
    PairUp,
    PassAll,
    PeersFound,
)
from cohort.plan.of_results import (
    CountCells,
    CountFlow,
    CountLinks,
    CountRates,
    SummariseCategories,
    SummariseNumbers,
)
from cohort.query.values import Value, VariableValue
from cohort.sql import matching, members, person_time, rates, statistics
from cohort.sql.constructs import Expression, NumberLiteral, two_valued
from cohort.sql.members import entry_columns
from cohort.sql.names import own_name
from cohort.sql.pieces import AnySelect, Pieces
from cohort.sql.reach import within_reach
from cohort.sql.results import Written
from cohort.sql.rows import key_map, select_rows
from cohort.sql.scope import INDEX_DATE_COLUMN, AtHand, Columns, column_of, select_columns
from cohort.sql.summaries import scope_over
from cohort.sql.values import condition, kept_by, scalar
from cohort.types import BOOLEAN, WHOLE


def select_relation(relation: Relation, pieces: Pieces, written: Written) -> tuple[AnySelect, Columns]:
    """Return the SELECT of a relation and its columns; what it needs on the way is added to ``pieces``.

    Results have no columns of their own: they are those of the table of results.
    """
    names = pieces.names
    match relation:
        case StartUnits():
            return _start_units(relation, pieces)
        case StartPopulation():
            return _start(relation, pieces)
        case OfFrame():
            return _of_frame(relation, pieces)
        case WithinReach():
            return within_reach(relation, pieces)
        case KeyMap():
            return key_map(relation, pieces)
        case WorkOut():
            entries = pieces.table(names.frame, once=True)
            return _beside(
                entries, entry_columns(names, names.frame), [(relation.name, relation.value)], pieces
            )
        case JoinVariables():
            return _join_variables(relation, pieces)
        case EntryValues():
            return _entry_values(relation, pieces)
        case Flags():
            return _flags(relation, pieces)
        case PassAll() | Candidates() | Alike() | Concerned() | PairUp() | MatchRound() | PeersFound():
            return matching.select(relation, pieces)
        case ListMembers() | MemberFrame() | JoinMembers():
            return members.select(relation, pieces)
        case FollowUpBounds() | ClipToCover() | CutByAges() | CutByStretches() | CutBySpells():
            return person_time.select(relation, pieces)
        case EventsInFollowUp():
            return person_time.select_events(relation, pieces)
        case CountFlow() | CountCells() | SummariseCategories() | SummariseNumbers() | CountLinks():
            return statistics.select(relation, pieces, written), ()
        case CountRates():
            return rates.select(relation, pieces, written), ()
        case _:
            return select_rows(relation, pieces), relation.shape.columns


def _start_units(relation: StartUnits, pieces: Pieces) -> tuple[AnySelect, Columns]:
    name = relation.start.name
    source = pieces.names.source(name)
    columns = entry_columns(pieces.names, name)[:1]
    (unit,) = select_columns(columns, source)
    return sa.select(unit).select_from(source).where(unit.is_not(sa.null())).group_by(unit), columns


def _start(relation: StartPopulation, pieces: Pieces) -> tuple[AnySelect, Columns]:
    # A unit without an index date never enters, and rows without a unit are nobody's.
    scope = scope_over(pieces, pieces.table(relation.start.name), (relation.index_date,))
    date = scalar(relation.index_date, scope)
    columns = (*entry_columns(pieces.names, relation.start.name)[:1], INDEX_DATE_COLUMN)
    select = (
        sa.select(scope.unit, date.label(INDEX_DATE))
        .select_from(scope.rows)
        .where(scope.unit.is_not(sa.null()), date.is_not(sa.null()))
    )
    if not relation.many:
        return select, columns
    dated = pieces.add("dated", "each row with its index date", select, columns)
    once = select_columns(columns, dated)
    return sa.select(*once).select_from(dated).group_by(*once), columns


def _of_frame(relation: OfFrame, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    source, frame = names.source(relation.rows.name), names.source(names.frame)
    columns = relation.rows.shape.columns
    units = sa.select(column_of(frame, names.unit)).select_from(frame)
    of_frame = column_of(source, relation.unit).in_(units)
    if relation.keep is None:
        return sa.select(*select_columns(columns, source)).select_from(source).where(of_frame), columns
    scope = scope_over(pieces, AtHand(source, columns, ()), (relation.keep,))
    kept = kept_by(relation.keep, scope)
    select = sa.select(*select_columns(columns, scope.at_hand.source)).select_from(scope.rows)
    return select.where(of_frame, kept), columns


def _beside(
    at_hand: AtHand, owner: Columns, values: Sequence[tuple[str, Value]], pieces: Pieces
) -> tuple[AnySelect, Columns]:
    """Return values beside the owner of each of some rows."""
    scope = scope_over(pieces, at_hand, [value for _, value in values])
    worked_out = [scalar(value, scope).label(own_name(name)) for name, value in values]
    select = sa.select(*(scope.column(name) for name, _ in owner), *worked_out).select_from(scope.rows)
    return select, (*owner, *((name, value.type) for name, value in values))


def _join_variables(relation: JoinVariables, pieces: Pieces) -> tuple[AnySelect, Columns]:
    names = pieces.names
    owner = entry_columns(names, names.frame)
    # Whether a variable is one of the person shows in the table that it leads to.
    values = [(name, VariableValue(name, type_, of_person=True)) for name, type_ in relation.variables]
    return _beside(pieces.table(names.frame, once=True), owner, values, pieces)


def _entry_values(relation: EntryValues, pieces: Pieces) -> tuple[AnySelect, Columns]:
    owner = entry_columns(pieces.names, relation.entries)
    at_hand = pieces.table(relation.entries, once=True, variables_are_columns=True)
    return _beside(at_hand, owner, relation.values, pieces)


def _flags(relation: Flags, pieces: Pieces) -> tuple[AnySelect, Columns]:
    owner = entry_columns(pieces.names, relation.entries)
    at_hand = pieces.table(relation.entries, once=True, variables_are_columns=True)
    scope = scope_over(pieces, at_hand, [keep for _, keep in relation.steps])
    flags = [two_valued(condition(keep, scope)).label(own_name(name)) for name, keep in relation.steps]
    columns: Columns = (*owner, *((name, BOOLEAN) for name, _ in relation.steps))
    flagged = pieces.add(
        "flagged",
        "1 where the condition of a step is true, else 0",
        sa.select(*(scope.column(name) for name, _ in owner), *flags).select_from(scope.rows),
        columns,
    )
    stops = [
        (column_of(flagged, name) == NumberLiteral(0), NumberLiteral(number))
        for number, (name, _) in enumerate(relation.steps, start=1)
    ]
    stopped = sa.case(*stops, else_=NumberLiteral(0)) if stops else NumberLiteral(0)
    failed: Expression = NumberLiteral(len(relation.steps))
    if relation.steps:
        failed = failed - reduce(operator.add, (column_of(flagged, name) for name, _ in relation.steps))
    select = sa.select(
        *select_columns(columns, flagged), stopped.label(STOPPED_AT), failed.label(STEPS_FAILED)
    ).select_from(flagged)
    return select, (*columns, (STOPPED_AT, WHOLE), (STEPS_FAILED, WHOLE))
