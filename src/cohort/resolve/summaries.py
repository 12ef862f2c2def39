"""Calls that reduce rows to one value: summaries, and days that spells cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cohort.diagnostics.nearest import nearest
from cohort.language.tree import CallTree, DurationTree, NameTree, RowsTree, Tree
from cohort.query.rows import Shape
from cohort.query.summaries import FUNCTIONS as SUMMARIES
from cohort.query.summaries import Covered, RowsOf, Summary, summary_type
from cohort.query.values import Value
from cohort.resolve.dates import DAYS
from cohort.resolve.functions import Function
from cohort.types import Kind

if TYPE_CHECKING:
    from cohort.resolve.values import ValueResolver

_TAKES = {
    "total": ({Kind.WHOLE, Kind.DECIMAL}, "a number"),
    "mean": ({Kind.WHOLE, Kind.DECIMAL}, "a number"),
    "median": ({Kind.WHOLE, Kind.DECIMAL}, "a number"),
    "smallest": ({Kind.WHOLE, Kind.DECIMAL, Kind.DATE}, "a number or a date"),
    "largest": ({Kind.WHOLE, Kind.DECIMAL, Kind.DATE}, "a number or a date"),
    "share": ({Kind.BOOLEAN}, "a condition"),
}
"""What the value of a summary must be, where it may not be anything."""


def summary(resolver: ValueResolver, function: Function, tree: CallTree) -> Value | None:
    """Resolve a summary."""
    name = function.name
    rows = _rows_tree(tree.arguments[0])
    if rows is None:
        resolver.wrong_argument(name, tree.arguments[0], f"{function.expected}, as in `{function.example}`")
        return None
    shape = resolver.shape_of(rows.rows)
    if shape is None:
        return None
    problem = _problem(name, rows, shape)
    if problem is not None:
        resolver.report("TYP214", tree.place, operation=name, problem=problem, example=_example(name, rows))
        return None
    inside = resolver.inside(shape, rows.rows.text)
    order = _order(resolver, name, rows, shape)
    condition = None if rows.condition is None else inside.condition(rows.condition)
    of = None if rows.of is None else inside.value(rows.of)
    failed = (
        (condition is None and rows.condition is not None)
        or (of is None and rows.of is not None)
        or (order is None and name in ("first", "last"))
    )
    if failed:
        return None
    if of is not None and name in _TAKES and of.type.kind not in _TAKES[name][0]:
        place = rows.of.place if rows.of is not None else tree.place
        resolver.report("TYP202", place, function=name, expected=_TAKES[name][1], found=of.type.human)
        return None
    type_ = summary_type(name, None if of is None else of.type)
    return Summary(name, _rows_of(rows.rows.text, shape), condition, of, order, type_)


def covered(resolver: ValueResolver, function: Function, tree: CallTree) -> Value | None:
    """Resolve a function of the days that spells cover."""
    name = function.name
    rows = tree.arguments[0]
    if not isinstance(rows, NameTree) or len(rows.parts) != 1:
        expected = f"the name of rows; keep some of them in a definition first, as in `{function.example}`"
        resolver.wrong_argument(name, rows, expected)
        return None
    shape = resolver.shape_of(rows)
    if shape is None:
        return None
    if shape.spell is None:
        resolver.report("TYP220", rows.place, function=name, rows=f"`{rows.text}` are none")
        return None
    of = _rows_of(rows.text, shape)
    if name != "day_reached":
        period = resolver.period_argument(name, tree.arguments[1])
        if period is None:
            return None
        return Covered(name, of, shape.spell, period.start, period.end, period.end_included)
    _, duration, start = tree.arguments
    if not isinstance(duration, DurationTree) or duration.unit not in DAYS or duration.amount < 1:
        resolver.wrong_argument(name, duration, "a number of days or weeks, at least 1")
        return None
    since = resolver.date(start)
    if since is None:
        return None
    return Covered(name, of, shape.spell, since, None, days=duration.amount * DAYS[duration.unit])


def _rows_of(name: str, shape: Shape) -> RowsOf:
    return RowsOf(name, shape.per_entry, shape.order)


def _rows_tree(tree: Tree) -> RowsTree | None:
    match tree:
        case RowsTree():
            return tree
        case NameTree() if len(tree.parts) == 1:
            return RowsTree(tree, None, None, None, tree.place)
        case _:
            return None


def _problem(name: str, rows: RowsTree, shape: Shape) -> str | None:
    """Say what is wrong with the form of a summary."""
    if SUMMARIES[name] and rows.of is None:
        return f"it needs a value of the rows, before `of {rows.rows.text}`"
    if not SUMMARIES[name] and rows.of is not None:
        return "it is of rows, not of a value of theirs"
    if rows.by is not None and name not in ("first", "last"):
        return "only `first` and `last` need an order (`by`)"
    if name in ("first", "last") and rows.by is None and shape.spell is None:
        return f"`{rows.rows.text}` are not spells, so that the order must be named with `by`"
    return None


def _example(name: str, rows: RowsTree) -> str:
    """The summary as it could be meant, from what was written."""
    value = rows.of.place.text if rows.of is not None else "column"
    of = f"{value} of " if SUMMARIES[name] else ""
    where = rows.condition
    if not SUMMARIES[name] and where is None and rows.of is not None:
        where = rows.of
    by = f" by {rows.by.text if rows.by else 'column'}" if name in ("first", "last") else ""
    return f"{name}({of}{rows.rows.text}{by}{f' where {where.place.text}' if where else ''})"


def _order(resolver: ValueResolver, name: str, rows: RowsTree, shape: Shape) -> str | None:
    if name not in ("first", "last"):
        return None
    if rows.by is None:
        return shape.spell[0] if shape.spell is not None else None
    if rows.by.text in shape.types:
        return rows.by.text
    resolver.report(
        "NAM104",
        rows.by.place,
        rows=rows.rows.text,
        name=rows.by.text,
        columns=", ".join(shape.names),
        suggestion=nearest(rows.by.text, shape.names),
    )
    return None
