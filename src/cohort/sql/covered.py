"""Days covered by spells as SQL: spells clipped to a period, days that are new in each, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from cohort.plan.names import INDEX_DATE
from cohort.query.summaries import Covered
from cohort.query.values import IndexDate, Literal, ShiftDate, Value
from cohort.sql.constructs import DaysFrom, Expression, MovedDate, NumberLiteral, ShiftedDate, rising
from cohort.sql.pieces import Pieces
from cohort.sql.scope import INDEX_DATE_COLUMN, AtHand, Columns, Scope, column_of, select_columns
from cohort.sql.values import scalar
from cohort.types import DATE, WHOLE

_FROM, _UNTIL = "covered_from", "covered_until"
"""Columns of the bounds of the period."""
_START, _END, _BEFORE = "spell_start", "spell_until", "until_before"
"""Columns of a spell within the period, and how far the earlier ones reach."""
_FIRST, _DAYS, _REACHED = "first_new_day", "new_days", "days_so_far"
"""Columns of the days that a spell adds to the earlier ones."""
_ANSWER = "answer"


def covered(value: Covered, scope: Scope, pieces: Pieces) -> Callable[[Scope], Expression]:
    """Add the SELECTs of covered days; returns how to get the value in a scope of the same rows at hand."""
    names = scope.names
    bounds = _bounds(value, scope)
    owner: Columns = ((names.unit, dict(scope.at_hand.columns)[scope.at_hand.owner[0]]),)
    selected = [scope.unit.label(names.unit)]
    if value.rows.per_entry:
        owner = (*owner, INDEX_DATE_COLUMN)
        selected.append(scope.index_date().label(INDEX_DATE))
    keys: Columns = (*owner, *((name, DATE) for name in bounds))
    key = (_values(value), value.rows.per_entry)
    if key not in scope.shared:
        labelled = (bound.label(name) for name, bound in bounds.items())
        select = sa.select(*selected, *labelled).select_from(scope.rows).distinct()
        scope.shared[key] = pieces.add("periods", "the periods to look at, each once", select, keys)
    periods = scope.shared[key]
    spells = _clipped(value, keys, pieces.beside(value.rows.name, periods, owner), pieces)
    answer = _answer(value, keys, spells, pieces)

    def joined(later: Scope) -> Expression:
        bounds = _bounds(value, later)

        def on(source: sa.FromClause) -> Expression:
            same = (column_of(source, name) == bound for name, bound in bounds.items())
            return sa.and_(later.same_owner(source, by_entry=value.rows.per_entry), *same)

        found = column_of(later.join(value, answer, on), _ANSWER)
        if value.function != "days_covered":
            return found
        # No covered day is 0 days, unless it is not known where to look.
        nothing: Expression = sa.func.coalesce(found, NumberLiteral(0))
        uncertain = [bounds[name] for name, bound in _values(value) if not _never_missing(bound)]
        if not uncertain:
            return nothing
        return sa.case((sa.and_(*(bound.is_not(sa.null()) for bound in uncertain)), nothing))

    return joined


def _values(value: Covered) -> tuple[tuple[str, Value], ...]:
    start = (_FROM, value.start)
    return (start,) if value.end is None else (start, (_UNTIL, value.end))


def _bounds(value: Covered, scope: Scope) -> dict[str, Expression]:
    return {name: scalar(bound, scope) for name, bound in _values(value)}


def _never_missing(value: Value) -> bool:
    match value:
        case Literal():
            return value.value is not None
        case IndexDate():
            return True
        case ShiftDate():
            return _never_missing(value.date)
        case _:
            return False


def _clipped(value: Covered, keys: Columns, beside: AtHand, pieces: Pieces) -> sa.FromClause:
    """The spells of each period that lie in it at least in part, cut at its bounds."""
    start, until = (column_of(beside.source, name) for name in value.spell)
    first = beside.beside(_FROM)
    inside = [start < until, first < until]
    begins = sa.case((start > first, start), else_=first)
    ends: Expression = until
    if value.end is not None:
        last = beside.beside(_UNTIL)
        if value.end_included:
            inside += [start <= last, first <= last]
            # The day after the end is worked out only where a day after it is in the calendar.
            ends = sa.case((until <= last, until), else_=ShiftedDate(last, 1, "day"))
        else:
            inside += [start < last, first < last]
            ends = sa.case((until < last, until), else_=last)
    return pieces.add(
        f"{value.function}_spells",
        f"the days of {value.rows.name} within each period",
        sa.select(*(beside.beside(name) for name, _ in keys), begins.label(_START), ends.label(_END))
        .select_from(beside.from_clause)
        .where(*inside),
        (*keys, (_START, DATE), (_END, DATE)),
    )


def _answer(value: Covered, keys: Columns, spells: sa.FromClause, pieces: Pieces) -> str:
    """Add the SELECT with the answer for each period that has a covered day; returns its name."""
    per = select_columns(keys, spells)
    columns = (*keys, (_ANSWER, value.type))
    if value.function == "first_day_covered":
        select = (
            sa.select(*per, sa.func.min(spells.c[_START]).label(_ANSWER)).select_from(spells).group_by(*per)
        )
        return pieces.add_named(value.function, "the first covered day of each period", select, columns)
    new = _new_days(value, keys, spells, pieces)
    per = select_columns(keys, new)
    if value.function == "days_covered":
        days = sa.cast(sa.func.sum(new.c[_DAYS]), sa.Integer())
        select = sa.select(*per, days.label(_ANSWER)).select_from(new).group_by(*per)
        return pieces.add_named(value.function, "how many days of each period are covered", select, columns)
    so_far = sa.func.sum(new.c[_DAYS]).over(
        partition_by=per, order_by=[rising(new.c[_FIRST])], rows=(None, 0)
    )
    reached = pieces.add(
        f"{value.function}_so_far",
        "how many days are covered up to the end of each spell",
        sa.select(*per, new.c[_FIRST], new.c[_DAYS], so_far.label(_REACHED)).select_from(new),
        (*keys, (_FIRST, DATE), (_DAYS, WHOLE), (_REACHED, WHOLE)),
    )
    wanted = NumberLiteral(value.days)
    before = reached.c[_REACHED] - reached.c[_DAYS]
    day = MovedDate(reached.c[_FIRST], NumberLiteral(value.days - 1) - before, "day")
    select = (
        sa.select(*select_columns(keys, reached), day.label(_ANSWER))
        .select_from(reached)
        .where(before < wanted, wanted <= reached.c[_REACHED])
    )
    return pieces.add_named(value.function, f"the covered day that is number {value.days}", select, columns)


def _new_days(value: Covered, keys: Columns, spells: sa.FromClause, pieces: Pieces) -> sa.FromClause:
    """The days that each spell adds to those that started earlier, with the first of them."""
    earlier = sa.func.max(spells.c[_END]).over(
        partition_by=select_columns(keys, spells),
        order_by=[rising(spells.c[_START]), rising(spells.c[_END])],
        rows=(None, -1),
    )
    reach = pieces.add(
        f"{value.function}_reach",
        "how far the spells that started earlier reach",
        sa.select(
            *select_columns(keys, spells), spells.c[_START], spells.c[_END], earlier.label(_BEFORE)
        ).select_from(spells),
        (*keys, (_START, DATE), (_END, DATE), (_BEFORE, DATE)),
    )
    start, end, before = (reach.c[name] for name in (_START, _END, _BEFORE))
    first = sa.case((before > start, before), else_=start)
    return pieces.add(
        f"{value.function}_new",
        "the days of each spell that no earlier one covers",
        sa.select(*select_columns(keys, reach), first.label(_FIRST), DaysFrom(first, end).label(_DAYS))
        .select_from(reach)
        .where(sa.or_(before.is_(sa.null()), before < end)),
        (*keys, (_FIRST, DATE), (_DAYS, WHOLE)),
    )
