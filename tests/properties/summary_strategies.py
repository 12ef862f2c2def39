"""Strategies for summaries of rows and for days covered by spells, each inside others as far as one likes."""

from __future__ import annotations

from hypothesis import strategies as st

from cohort.query.rows import NamedRows
from cohort.query.summaries import COVERED, FUNCTIONS, Covered, Outer, RowsOf, Summary, summary_type
from cohort.query.values import Column, ShiftDate, Value
from cohort.types import Kind, ValueType

from . import value_strategies as of
from .leaves import FIGURES, Leaves, Strategy, once, once_for_kind


def rows_of(rows: NamedRows) -> RowsOf:
    """Named rows as a summary reads them."""
    return RowsOf(rows.name, rows.shape.per_entry, rows.shape.order)


def summary(leaves: Leaves, depth: int, name: str, rows: NamedRows) -> Strategy:
    inside = leaves.inside(rows)
    condition = st.one_of(st.none(), of.conditions(inside, depth))
    value_of: Strategy | st.SearchStrategy[None] = st.none()
    if name == "share":
        value_of = of.conditions(inside, depth)
    elif name in ("total", "mean", "median"):
        # Whatever is added stays far below what 64-bit floating point holds exactly.
        value_of = st.one_of(of.wholes(inside, depth), of.decimals(inside, 0))
    elif FUNCTIONS[name]:
        value_of = st.one_of(inside.of_class(Column), of.values(inside, depth))
    order = st.sampled_from(rows.shape.names) if name in ("first", "last") else st.none()

    def build(kept: Value | None, value: Value | None, by: str | None) -> Value:
        type_ = summary_type(name, None if value is None else value.type)
        return Summary(name, rows_of(rows), kept, value, by, type_)

    return st.builds(build, condition, value_of, order)


@once_for_kind
def summarised(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """A summary of rows that gives a kind."""
    given: dict[Kind, tuple[str, ...]] = {
        Kind.BOOLEAN: ("any", "none"),
        Kind.WHOLE: ("count", "count_distinct"),
        Kind.DECIMAL: ("mean", "median", "share"),
    }
    by_type = ("first", "last", "smallest", "largest", *(("total",) if kind in _NUMBERS else ()))
    found = []
    for rows in leaves.rows:
        if rows.name == FIGURES.name:
            continue
        found += [summary(leaves, depth, name, rows) for name in given.get(kind, ())]
        typed = [c for c in rows.shape.columns if c[1].kind is kind]
        found += [_of_column(leaves, depth, name, rows, typed) for name in by_type if typed]
    return st.one_of(*found) if found else st.nothing()


_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)


def _of_column(
    leaves: Leaves, depth: int, name: str, rows: NamedRows, columns: list[tuple[str, ValueType]]
) -> Strategy:
    """A summary of a column, so that its type is known."""
    condition = st.one_of(st.none(), of.conditions(leaves.inside(rows), depth))
    order = st.sampled_from(rows.shape.names) if name in ("first", "last") else st.none()
    return st.builds(
        lambda kept, column, by: Summary(
            name, rows_of(rows), kept, Column(*column), by, summary_type(name, column[1])
        ),
        condition,
        st.sampled_from(columns),
        order,
    )


@once_for_kind
def covered(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """Covered days of the spells of any two date columns."""
    names = [name for name, type_ in COVERED.items() if type_.kind is kind]
    found = []
    for rows in leaves.rows:
        days = [name for name, type_ in rows.shape.columns if type_.kind is Kind.DATE]
        if rows.name != FIGURES.name and len(days) > 1:
            spell = st.just((days[0], days[1]))
            found += [_covered(leaves, depth, name, rows_of(rows), spell) for name in names]
    return st.one_of(*found) if found else st.nothing()


def _covered(
    leaves: Leaves, depth: int, name: str, rows: RowsOf, spell: st.SearchStrategy[tuple[str, str]]
) -> Strategy:
    @st.composite
    def build(draw: st.DrawFn) -> Value:
        start, columns = draw(of.dates(leaves, depth)), draw(spell)
        if name == "day_reached":
            return Covered(name, rows, columns, start, None, days=draw(st.integers(1, 9)))
        near = st.builds(ShiftDate, st.just(start), st.integers(-2, 9), st.just("day"))
        end = draw(st.one_of(near, of.dates(leaves, depth)))
        return Covered(name, rows, columns, start, end, draw(st.booleans()))

    return build()


@once
def outer_inside(leaves: Leaves, depth: int) -> Strategy:
    """Columns of the row outside, which have a place inside a summary only."""
    return st.one_of(*(leaves.inside(rows).of_class(Outer) for rows in leaves.rows))
