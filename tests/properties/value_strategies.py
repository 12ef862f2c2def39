"""Strategies for values: one for every node class, closed under composition, full of boundaries."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
from cohort.query.functions import SCALARS
from cohort.query.summaries import FUNCTIONS, Covered, Outer, Summary
from cohort.query.values import (
    AgeOn,
    And,
    Arithmetic,
    Band,
    Choose,
    Column,
    Compare,
    DaysBetween,
    During,
    Extreme,
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind

from .call_strategies import applied, figures, function, looked_up, starting
from .leaves import (
    CODE_LITERALS,
    DATE_LITERALS,
    DECIMAL_LITERALS,
    FIGURES,
    MISSING,
    TEXT_LITERALS,
    WHOLE_LITERALS,
    ZEROS,
    Leaves,
    Strategy,
    once,
    once_for_kind,
)
from .summary_strategies import covered, outer_inside, summarised, summary
from .tables import TEXT

_UNITS = {"day": 800, "week": 60, "month": 30, "year": 12}


@once
def dates(leaves: Leaves, depth: int) -> Strategy:
    """Dates."""
    simple = st.one_of(leaves.of(Kind.DATE), leaves.of(Kind.DATE), DATE_LITERALS, st.just(MISSING[Kind.DATE]))
    if depth <= 0:
        return simple
    return st.one_of(
        simple,
        shifted(leaves, depth - 1),
        extremes(leaves, depth - 1),
        picked(leaves, depth - 1, Kind.DATE),
        applied(leaves, depth - 1, Kind.DATE),
        summarised(leaves, depth - 1, Kind.DATE),
        covered(leaves, depth - 1, Kind.DATE),
    )


@once
def wholes(leaves: Leaves, depth: int) -> Strategy:
    """Whole numbers that stay well inside 32 bits."""
    simple = st.one_of(
        leaves.of(Kind.WHOLE), leaves.of(Kind.WHOLE), WHOLE_LITERALS, st.just(MISSING[Kind.WHOLE])
    )
    if depth <= 0:
        return simple
    inner = wholes(leaves, depth - 1)
    small = wholes(leaves, 0)
    return st.one_of(
        simple,
        st.builds(Arithmetic, st.sampled_from(["+", "-"]), inner, inner),
        st.builds(Arithmetic, st.just("*"), small, small),
        days_between(leaves, depth - 1),
        ages(leaves, depth - 1),
        years(leaves, depth - 1),
        picked(leaves, depth - 1, Kind.WHOLE),
        applied(leaves, depth - 1, Kind.WHOLE),
        summarised(leaves, depth - 1, Kind.WHOLE),
        covered(leaves, depth - 1, Kind.WHOLE),
    )


@once
def decimals(leaves: Leaves, depth: int) -> Strategy:
    """Decimal numbers."""
    simple = st.one_of(leaves.of(Kind.DECIMAL), DECIMAL_LITERALS, st.just(MISSING[Kind.DECIMAL]))
    if depth <= 0:
        return simple
    number = st.one_of(wholes(leaves, depth - 1), decimals(leaves, depth - 1))
    return st.one_of(
        simple,
        st.builds(Arithmetic, st.just("/"), number, number),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*"]), number, decimals(leaves, depth - 1)),
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*"]), decimals(leaves, depth - 1), number),
        picked(leaves, depth - 1, Kind.DECIMAL),
        applied(leaves, depth - 1, Kind.DECIMAL),
        summarised(leaves, depth - 1, Kind.DECIMAL),
        figures(leaves, depth - 1).filter(lambda figure: figure.type.is_number),
    )


@once
def numbers(leaves: Leaves, depth: int) -> Strategy:
    """Whole and decimal numbers."""
    return st.one_of(wholes(leaves, depth), decimals(leaves, depth))


@once
def texts(leaves: Leaves, depth: int) -> Strategy:
    """Text and codes."""
    simple = st.one_of(
        leaves.of(Kind.TEXT, Kind.CODE), TEXT_LITERALS, CODE_LITERALS, st.just(MISSING[Kind.TEXT])
    )
    if depth <= 0:
        return simple
    return st.one_of(
        simple,
        choices(leaves, depth - 1),
        banded(leaves, depth - 1),
        looked_up(leaves, depth - 1),
        picked(leaves, depth - 1, Kind.TEXT),
        summarised(leaves, depth - 1, Kind.TEXT),
    )


@once
def conditions(leaves: Leaves, depth: int) -> Strategy:
    """Conditions."""
    simple = st.one_of(compared(leaves, max(depth - 1, 0)), leaves.of(Kind.BOOLEAN))
    if depth <= 0:
        return simple
    return st.one_of(
        simple,
        during(leaves, depth - 1),
        members(leaves, depth - 1),
        starting(leaves, depth - 1),
        is_missing(leaves, depth - 1),
        picked(leaves, depth - 1, Kind.BOOLEAN),
        summarised(leaves, depth - 1, Kind.BOOLEAN),
        st.builds(Not, conditions(leaves, depth - 1)),
        st.builds(And, st.lists(conditions(leaves, depth - 1), min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(conditions(leaves, depth - 1), min_size=1, max_size=3).map(tuple)),
    )


@once
def values(leaves: Leaves, depth: int) -> Strategy:
    """Any value."""
    return st.one_of(
        dates(leaves, depth), numbers(leaves, depth), texts(leaves, depth), conditions(leaves, depth)
    )


@once
def literals(leaves: Leaves, depth: int) -> Strategy:
    return st.one_of(
        DATE_LITERALS,
        WHOLE_LITERALS,
        DECIMAL_LITERALS,
        CODE_LITERALS,
        TEXT_LITERALS,
        st.sampled_from(list(MISSING.values())),
    )


@once
def compared(leaves: Leaves, depth: int) -> Strategy:
    def pair(left: Strategy, right: Strategy) -> Strategy:
        return st.builds(Compare, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), left, right)

    keys = leaves.of(Kind.KEY)
    return st.one_of(
        pair(dates(leaves, depth), dates(leaves, depth)),
        pair(numbers(leaves, depth), numbers(leaves, depth)),
        pair(texts(leaves, depth), texts(leaves, depth)),
        *([] if keys.is_empty else [pair(keys, keys)]),
    )


@once
def during(leaves: Leaves, depth: int) -> Strategy:
    @st.composite
    def build(draw: st.DrawFn) -> Value:
        part = draw(dates(leaves, depth))
        # A bound made from the date itself, moved by a day or not at all, lies exactly on the boundary.
        near = st.builds(ShiftDate, st.just(part), st.integers(-1, 1), st.just("day"))
        bound = st.one_of(near, dates(leaves, depth))
        return During(part, draw(bound), draw(bound), draw(st.booleans()))

    return build()


@once
def members(leaves: Leaves, depth: int) -> Strategy:
    def in_set(part: Strategy, literal: Strategy) -> Strategy:
        present = literal.filter(lambda value: isinstance(value, Literal) and value.value is not None)
        return st.builds(InSet, part, st.lists(present, max_size=4).map(tuple))

    return st.one_of(
        in_set(texts(leaves, depth), st.one_of(CODE_LITERALS, TEXT_LITERALS)),
        in_set(numbers(leaves, depth), st.one_of(WHOLE_LITERALS, DECIMAL_LITERALS)),
        in_set(dates(leaves, depth), DATE_LITERALS),
    )


@once
def is_missing(leaves: Leaves, depth: int) -> Strategy:
    parts = st.one_of(
        dates(leaves, depth), numbers(leaves, depth), texts(leaves, depth), compared(leaves, depth)
    )
    return st.builds(IsMissing, parts)


@once
def shifted(leaves: Leaves, depth: int) -> Strategy:
    return st.one_of(
        *(
            st.builds(
                ShiftDate,
                dates(leaves, min(depth, 1)),
                st.one_of(st.integers(-2, 2), st.integers(-n, n)),
                st.just(u),
            )
            for u, n in _UNITS.items()
        )
    )


@once
def extremes(leaves: Leaves, depth: int) -> Strategy:
    parts = st.lists(dates(leaves, depth), min_size=2, max_size=4).map(tuple)
    return st.builds(Extreme, st.booleans(), st.booleans(), parts)


@once
def days_between(leaves: Leaves, depth: int) -> Strategy:
    return st.builds(DaysBetween, dates(leaves, depth), dates(leaves, depth))


@once
def ages(leaves: Leaves, depth: int) -> Strategy:
    @st.composite
    def build(draw: st.DrawFn) -> Value:
        birth = draw(dates(leaves, depth))
        # Dates around a birthday: some years on, a day before, on it, a day after.
        birthday = ShiftDate(birth, draw(st.integers(-2, 5)), "year")
        near = st.builds(ShiftDate, st.just(birthday), st.integers(-1, 2), st.just("day"))
        return AgeOn(birth, draw(st.one_of(near, dates(leaves, depth))))

    return build()


@once
def years(leaves: Leaves, depth: int) -> Strategy:
    return st.builds(YearTo31March, dates(leaves, depth))


@once
def choices(leaves: Leaves, depth: int) -> Strategy:
    labels = st.builds(
        Literal, st.sampled_from(["early", "late", "none", "13 weeks to 2 years"]), st.just(TEXT)
    )
    case = st.tuples(conditions(leaves, depth), labels)
    return st.builds(Choose, st.lists(case, min_size=1, max_size=4).map(tuple), labels, st.just(TEXT))


@once
def banded(leaves: Leaves, depth: int) -> Strategy:
    # Bounds among the values that the columns have, so that numbers lie exactly on them.
    bounds = st.lists(
        st.one_of(st.integers(-3, 4), st.integers(-4, 20)), min_size=1, max_size=4, unique=True
    ).map(sorted)
    bands = bounds.map(lambda found: tuple((bound, f"from {bound}") for bound in found))
    part = st.one_of(leaves.of(Kind.WHOLE), numbers(leaves, depth))
    return st.builds(Band, part, bands, st.just(TEXT))


def _flags(build: Callable[..., Value]) -> Callable[[Leaves, int], Strategy]:
    def strategy(leaves: Leaves, depth: int) -> Strategy:
        parts = st.lists(conditions(leaves, depth), min_size=1, max_size=3).map(tuple)
        return st.builds(build, parts)

    return strategy


@once
def arithmetic(leaves: Leaves, depth: int) -> Strategy:
    small = wholes(leaves, 0)
    op = st.sampled_from(["+", "-", "*", "/"])
    number = numbers(leaves, depth)
    return st.one_of(
        st.builds(Arithmetic, op, small, small),
        st.builds(Arithmetic, st.just("/"), numbers(leaves, 0), st.sampled_from(ZEROS)),
        st.builds(Arithmetic, op, decimals(leaves, 0), number),
        st.builds(Arithmetic, st.just("/"), number, number),
    )


def of_kind(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """Values of one kind (of text, codes as well)."""
    match kind:
        case Kind.DATE:
            return dates(leaves, depth)
        case Kind.WHOLE:
            return wholes(leaves, depth)
        case Kind.DECIMAL:
            return decimals(leaves, depth)
        case Kind.BOOLEAN:
            return conditions(leaves, depth)
        case _:
            return texts(leaves, depth)


_TYPES = {Kind.DATE: DATE, Kind.WHOLE: WHOLE, Kind.DECIMAL: DECIMAL, Kind.BOOLEAN: BOOLEAN, Kind.TEXT: TEXT}


@once_for_kind
def picked(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """One of two values by a condition."""
    side = of_kind(leaves, depth, kind)
    other = st.one_of(side, wholes(leaves, depth)) if kind is Kind.DECIMAL else side
    return st.builds(Pick, conditions(leaves, depth), side, other, st.just(_TYPES[kind]))


NODES: dict[type, Callable[[Leaves, int], Strategy]] = {
    Literal: literals,
    Column: lambda leaves, depth: leaves.of_class(Column),
    Fact: lambda leaves, depth: leaves.of_class(Fact),
    IndexDate: lambda leaves, depth: leaves.of_class(IndexDate),
    VariableValue: lambda leaves, depth: leaves.of_class(VariableValue),
    Compare: compared,
    And: _flags(And),
    Or: _flags(Or),
    Not: lambda leaves, depth: st.builds(Not, conditions(leaves, depth)),
    IsMissing: is_missing,
    InSet: members,
    During: during,
    Arithmetic: arithmetic,
    ShiftDate: shifted,
    DaysBetween: days_between,
    AgeOn: ages,
    YearTo31March: years,
    Extreme: extremes,
    Choose: choices,
    Band: banded,
    Pick: lambda leaves, depth: st.one_of(*(picked(leaves, depth, kind) for kind in _TYPES)),
    Apply: lambda leaves, depth: st.one_of(*(function(leaves, depth, name) for name in SCALARS)),
    Lookup: looked_up,
    StartsWith: starting,
    Figure: figures,
    Outer: outer_inside,
    Summary: lambda leaves, depth: st.one_of(
        *(
            summary(leaves, depth, name, rows)
            for name in FUNCTIONS
            for rows in leaves.rows
            if rows.name != FIGURES.name
        )
    ),
    Covered: lambda leaves, depth: st.one_of(
        *(covered(leaves, depth, kind) for kind in (Kind.WHOLE, Kind.DATE))
    ),
}
"""For every node class a strategy of values with that node outermost."""
