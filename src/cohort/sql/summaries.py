"""Summaries as SQL: the rows of each unit or entry, aggregated in a SELECT of their own and joined back.

``scope_over`` is the one way to a scope: it adds the SELECTs that values need before they can be worked out in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from cohort.plan.fusing import TOGETHER
from cohort.plan.names import INDEX_DATE
from cohort.query.summaries import Covered, Outer, Summary
from cohort.query.values import And, Column, Compare, Fact, IndexDate, Value, VariableValue, children, walk
from cohort.sql.aggregates import (
    ANSWER,
    PLACE,
    REPEATED,
    Keys,
    aggregated,
    aggregated_together,
)
from cohort.sql.constructs import Expression, NumberLiteral, same
from cohort.sql.covered import covered
from cohort.sql.pieces import Pieces
from cohort.sql.repeated import costly_parts
from cohort.sql.scope import (
    INDEX_DATE_COLUMN,
    AtHand,
    Columns,
    Held,
    Scope,
    column_of,
    free_name,
    select_columns,
)
from cohort.sql.values import scalar
from cohort.types import ValueType

_MOST_JOINED = 100
"""How many summaries are joined in one SELECT."""
_WHEN_NONE = {"any": 0, "none": 1, "count": 0, "count_distinct": 0, "total": 0}
"""What a summary of no rows is; others are missing."""
_EACH = "each_row"
"""What the rows outside go by where the rows inside are the same."""


def scope_over(
    pieces: Pieces, at_hand: AtHand, values: Iterable[Value], repeated: Iterable[Value] = ()
) -> Scope:
    """Return a scope in which each of some values can be worked out.

    Adds a SELECT for each different summary, and for parts of values that SQL would otherwise repeat too often;
    ``repeated`` are those of the values that will be asked for several times.
    """
    wanted = tuple(values)
    levels = costly_parts(wanted, repeated)
    if at_hand.frame is not None and (levels or any(_summaries_in(wanted))):
        at_hand = _settled(at_hand, pieces)
    scope = Scope(pieces.names, at_hand)
    for parts in (*levels, *_batches(wanted)):
        _make_summaries(parts, scope, pieces)
        scope = _worked_out(parts, scope, pieces)
    _make_summaries(wanted, scope, pieces)
    return scope


def _batches(values: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    """Yield the summaries of values in batches, if they are too many to join in one SELECT."""
    found = tuple(dict.fromkeys(_summaries_in(values)))
    if len(found) > _MOST_JOINED:
        for start in range(0, len(found), _MOST_JOINED):
            yield found[start : start + _MOST_JOINED]


def _summaries_in(values: Iterable[Value]) -> Iterator[Summary | Covered]:
    """Yield the summaries that values hold, inner bounds before the periods they bound, and none inside another."""
    for value in values:
        if not isinstance(value, Summary):
            yield from _summaries_in(children(value))
        if isinstance(value, Summary | Covered):
            yield value


def _make_summaries(values: tuple[Value, ...], scope: Scope, pieces: Pieces) -> None:
    found = dict.fromkeys(value for value in _summaries_in(values) if value not in scope.made)
    together = _of_the_same_rows(found, scope) if scope.names.fused else {}
    for value in found:
        if value in scope.made:
            continue
        if isinstance(value, Covered):
            scope.made[value] = covered(value, scope, pieces)
        else:
            several = together.get(value, (value,))
            made = _summaries(several, scope, pieces)
            scope.made |= dict(zip(several, made, strict=True))


def _of_the_same_rows(
    found: Iterable[Summary | Covered], scope: Scope
) -> Mapping[Value, tuple[Summary, ...]]:
    """Return for each summary that one pass can work out with others all those of the same rows and owner."""
    groups: dict[object, list[Summary]] = {}
    for summary in found:
        if isinstance(summary, Summary) and summary.function in TOGETHER:
            plain, matched = _matched(summary, scope)
            inside = _inside(plain)
            keys = (plain.rows, _is_dated(plain, scope), _from_outside(inside, scope), matched)
            groups.setdefault(keys, []).append(summary)
    return {summary: tuple(group) for group in groups.values() for summary in group}


def _worked_out(parts: tuple[Value, ...], scope: Scope, pieces: Pieces) -> Scope:
    """Return the scope of the same rows with some values as further columns."""
    columns = scope.at_hand.columns
    selected = select_columns(columns, scope.at_hand.source)
    made = dict(scope.made)
    for part in parts:
        name = free_name("worked_out_1", columns)
        columns = (*columns, (name, part.type))
        selected.append(scalar(part, scope).label(name))
        made[part] = partial(Scope.column, name=name)
    words = "values that are needed more than once in what follows"
    source = pieces.add("worked_out", words, sa.select(*selected).select_from(scope.rows), columns)
    return Scope(scope.names, replace(scope.at_hand, source=source, columns=columns), made)


def _settled(at_hand: AtHand, pieces: Pieces) -> AtHand:
    """Return rows beside a frame as one SELECT, which holds what values need of the frame as columns."""
    columns = at_hand.columns
    selected = select_columns(columns, at_hand.source)
    for name in at_hand.owner:
        if name not in dict(columns):
            columns = (*columns, INDEX_DATE_COLUMN)
            selected.append(at_hand.beside(name))
    moved = []
    for held in at_hand.held:
        name = free_name(held.column, columns)
        columns = (*columns, (name, held.type))
        selected.append(at_hand.beside(held.column).label(name))
        moved.append(replace(held, column=name))
    select = sa.select(*selected).select_from(at_hand.from_clause)
    source = pieces.add("beside", f"the rows of {at_hand.name} of each owner", select, columns)
    return AtHand(source, columns, at_hand.owner, at_hand.name, held=tuple(moved))


def _summaries(
    asked: tuple[Summary, ...], scope: Scope, pieces: Pieces
) -> list[Callable[[Scope], Expression]]:
    """Add the SELECTs of summaries of the same rows; returns how to get each value in a scope of the rows at hand."""
    found = [_matched(summary, scope) for summary in asked]
    summaries, matched = [summary for summary, _ in found], found[0][1]
    rows, outside = _rows_inside(summaries[0], scope, pieces)
    inside = tuple(value for summary in summaries for value in _inside(summary))
    repeated = [s.of for s in summaries if s.of is not None and s.function in REPEATED]
    inner = scope_over(pieces, rows, inside, repeated)
    per: Keys = [(name, type_, inner.at_hand.beside(name)) for name, type_ in _owner_columns(rows, scope)]
    for held in outside:
        column = inner.at_hand.held_column(held.kind, held.name)
        assert column is not None
        per.append((held.column, held.type, column))
    per += [(name, column.type, inner.column(column.name)) for name, column, _ in matched]
    if len(summaries) > 1:
        name, answers = aggregated_together(summaries, inner, per, pieces)
    else:
        name, answers = aggregated(summaries[0], inner, per, pieces), (ANSWER,)
    by_entry = INDEX_DATE in rows.owner
    key = (tuple(summaries), tuple((name, outer) for name, _, outer in matched))

    def joined(later: Scope, summary: Summary, answer: str) -> Expression:
        def on(source: sa.FromClause) -> Expression:
            conditions = [later.same_owner(source, by_entry=by_entry)]
            conditions += [same(column_of(source, h.column), _outside(h, later)) for h in outside]
            conditions += [column_of(source, name) == later.column(outer.name) for name, _, outer in matched]
            if summary.order is not None:
                conditions.append(column_of(source, PLACE) == NumberLiteral(1))
            return sa.and_(*conditions)

        found = column_of(later.join(key, name, on), answer)
        none = _WHEN_NONE.get(summary.function)
        return found if none is None else sa.func.coalesce(found, NumberLiteral(none))

    return [partial(joined, summary=s, answer=a) for s, a in zip(summaries, answers, strict=True)]


_Matched = tuple[str, Column, Outer]
"""A column of rows inside that is the same as one of the row outside, and what it goes by."""


def _matched(summary: Summary, scope: Scope) -> tuple[Summary, tuple[_Matched, ...]]:
    """Return a summary without the conditions *column = this.column*, and the columns of these.

    It is then worked out for each value of those columns, and joined by them: a missing value matches nothing, as in
    the condition. If it needs more than that from outside, it is returned as it is.
    """
    parts = summary.condition.parts if isinstance(summary.condition, And) else (summary.condition,)
    matched: dict[str, _Matched] = {}
    rest: list[Value] = []
    taken = {scope.names.unit, INDEX_DATE, ANSWER, PLACE}
    for part in parts:
        match part:
            case Compare("=", Column() as column, Outer() as outer) | Compare(
                "=", Outer() as outer, Column() as column
            ) if column.name not in matched and column.name not in taken:
                matched[column.name] = (column.name, column, outer)
            case None:
                pass
            case _:
                rest.append(part)
    condition = None if not rest else rest[0] if len(rest) == 1 else And(tuple(rest))
    without = replace(summary, condition=condition)
    dated = _is_dated(without, scope)
    if not matched or _from_outside(_inside(without), scope) or dated != summary.rows.per_entry:
        return summary, ()
    return without, tuple(matched.values())


def _inside(summary: Summary) -> tuple[Value, ...]:
    return tuple(value for value in (summary.condition, summary.of) if value is not None)


def _is_dated(summary: Summary, scope: Scope) -> bool:
    """Whether a summary is one of entries rather than of units."""
    return summary.rows.per_entry or any(_is_of_entry(value, scope) for value in _inside(summary))


def _rows_inside(summary: Summary, scope: Scope, pieces: Pieces) -> tuple[AtHand, tuple[Held, ...]]:
    """Return the rows to summarise, and what tells rows outside apart beside their owner.

    They stand beside a frame of the rows outside if their values need something from there that they do not have.
    """
    names, outside = scope.names, scope.at_hand
    name, columns = summary.rows.name, scope.names.columns(summary.rows.name)
    needed, dated = _from_outside(_inside(summary), scope), _is_dated(summary, scope)
    source = names.source(name)
    owner = (names.unit, INDEX_DATE) if dated else (names.unit,)
    if not needed and dated == summary.rows.per_entry:
        return AtHand(source, columns, owner, name), ()
    if dated:
        scope.index_date()
    if outside.once and outside.frame is None and outside.owner[:1] == (names.unit,):
        # Each owner has one row outside, which is its own frame.
        same_name = getattr(source, "name", None) == getattr(outside.source, "name", None)
        frame = outside.source.alias(_EACH) if same_name else outside.source
        held = tuple(Held(node.kind, node.name, _outside(node, scope).name, node.type) for node in needed)
        return AtHand(source, columns, outside.owner, name, frame=frame, held=held), ()
    frame_columns: Columns = tuple((column, _type_of_owner(column, scope)) for column in owner)
    selected = [scope.unit.label(names.unit), *([scope.index_date()] if dated else [])]
    kept = []
    for node in needed:
        wanted = f"this_{node.name}" if node.kind == "this" else node.name
        column = free_name(wanted, (*columns, *frame_columns))
        frame_columns = (*frame_columns, (column, node.type))
        selected.append(_outside(node, scope).label(column))
        kept.append(replace(node, column=column))
    key = (frame_columns, tuple((node.kind, node.name) for node in needed))
    if key not in scope.shared:
        select = sa.select(*selected).select_from(outside.from_clause).distinct()
        words = "what rows are looked up for, each once"
        scope.shared[key] = pieces.add("looked_up", words, select, frame_columns)
    frame = scope.shared[key]
    return AtHand(source, columns, owner, name, frame=frame, held=tuple(kept)), tuple(kept)


def _from_outside(inside: tuple[Value, ...], scope: Scope) -> tuple[Held, ...]:
    """What values inside a summary take from the row outside: its columns, and variables that are columns of it."""
    found: dict[tuple[str, str], Held] = {}
    for node in (node for value in inside for node in _of_one_level(value)):
        if isinstance(node, Outer):
            found[("this", node.name)] = Held("this", node.name, node.name, node.type)
    for node in (node for value in inside for node in walk(value)):
        if isinstance(node, VariableValue) and scope.at_hand.held_column("variable", node.name) is not None:
            found[("variable", node.name)] = Held("variable", node.name, node.name, node.type)
    return tuple(found.values())


def _of_one_level(value: Value) -> Iterator[Value]:
    """Yield a value and what is in it, but nothing from inside a summary: there the row outside is another."""
    yield value
    if not isinstance(value, Summary):
        for child in children(value):
            yield from _of_one_level(child)


def _is_of_entry(value: Value, scope: Scope) -> bool:
    """Whether a value inside a summary needs the index date to be worked out."""
    for node in walk(value):
        match node:
            case IndexDate() | Fact(per_entry=True):
                return True
            case Summary() | Covered() if node.rows.per_entry:
                return True
            case VariableValue() if scope.at_hand.held_column("variable", node.name) is None:
                if scope.names.is_dated(node.name):
                    return True
            case _:
                continue
    return False


def _outside(held: Held, scope: Scope) -> Expression:
    """What is held, where it comes from: in the scope of the rows outside."""
    if held.kind == "this":
        return scope.column(held.name)
    column = scope.at_hand.held_column("variable", held.name)
    assert column is not None
    return column


def _type_of_owner(column: str, scope: Scope) -> ValueType:
    at_hand = scope.at_hand
    return INDEX_DATE_COLUMN[1] if column == INDEX_DATE else dict(at_hand.columns)[at_hand.owner[0]]


def _owner_columns(rows: AtHand, scope: Scope) -> Columns:
    return tuple((column, _type_of_owner(column, scope)) for column in rows.owner)
