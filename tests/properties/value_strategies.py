"""Strategies for values: one for every node class, closed under composition, full of boundaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps

from hypothesis import strategies as st

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
from cohort.types import DATE, DECIMAL, WHOLE, Kind

from .tables import CODE, DAYS, TEXT

Strategy = st.SearchStrategy[Value]
_UNITS = {"day": 800, "week": 60, "month": 30, "year": 12}


@dataclass(frozen=True)
class Leaves:
    """The values that an expression can start from: columns, facts, the index date and variables."""

    values: tuple[Value, ...]

    def of(self, *kinds: Kind) -> Strategy:
        """Those of some kinds, or nothing."""
        found = [value for value in self.values if value.type.kind in kinds]
        return st.sampled_from(found) if found else st.nothing()

    def of_class(self, *classes: type) -> Strategy:
        """Those of some node classes."""
        return st.sampled_from([value for value in self.values if isinstance(value, classes)])


def _once(build: Callable[[Leaves, int], Strategy]) -> Callable[[Leaves, int], Strategy]:
    """Make each strategy once for the same leaves: built anew at every use they would grow with each depth."""
    made: dict[tuple[int, int], tuple[Leaves, Strategy]] = {}

    @wraps(build)
    def strategy(leaves: Leaves, depth: int) -> Strategy:
        key = (id(leaves), depth)
        if key not in made:
            # The leaves are kept as well, so that nothing else can take their identity.
            made[key] = (leaves, build(leaves, depth))
        return made[key][1]

    return strategy


DATE_LITERALS: Strategy = st.builds(Literal, DAYS, st.just(DATE))
WHOLE_LITERALS: Strategy = st.builds(Literal, st.integers(-5, 15), st.just(WHOLE))
DECIMAL_LITERALS: Strategy = st.builds(
    Literal,
    st.sampled_from([Decimal(text) for text in ("0.1", "0.2", "-1.5", "4.0", "0.0", "33.3")]),
    st.just(DECIMAL),
)
CODE_LITERALS = st.builds(Literal, st.sampled_from(["V2", "E1", "S", "F", "M"]), st.just(CODE))
TEXT_LITERALS = st.builds(
    Literal, st.sampled_from(["Cardiff", "cardiff", "", "O'Neill", "100%", "a:b", "Ynys Môn"]), st.just(TEXT)
)
ZEROS = (Literal(0, WHOLE), Literal(Decimal("0.0"), DECIMAL), Literal(None, WHOLE))
MISSING = {kind.kind: Literal(None, kind) for kind in (DATE, WHOLE, DECIMAL, TEXT, CODE)}


@_once
def dates(leaves: Leaves, depth: int) -> Strategy:
    """Dates."""
    simple = st.one_of(leaves.of(Kind.DATE), leaves.of(Kind.DATE), DATE_LITERALS, st.just(MISSING[Kind.DATE]))
    if depth <= 0:
        return simple
    return st.one_of(simple, shifted(leaves, depth - 1), extremes(leaves, depth - 1))


@_once
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
    )


@_once
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
    )


@_once
def numbers(leaves: Leaves, depth: int) -> Strategy:
    """Whole and decimal numbers."""
    return st.one_of(wholes(leaves, depth), decimals(leaves, depth))


@_once
def texts(leaves: Leaves, depth: int) -> Strategy:
    """Text and codes."""
    simple = st.one_of(
        leaves.of(Kind.TEXT, Kind.CODE), TEXT_LITERALS, CODE_LITERALS, st.just(MISSING[Kind.TEXT])
    )
    if depth <= 0:
        return simple
    return st.one_of(simple, choices(leaves, depth - 1), banded(leaves, depth - 1))


@_once
def conditions(leaves: Leaves, depth: int) -> Strategy:
    """Conditions."""
    simple = st.one_of(compared(leaves, max(depth - 1, 0)), leaves.of(Kind.BOOLEAN))
    if depth <= 0:
        return simple
    return st.one_of(
        simple,
        during(leaves, depth - 1),
        members(leaves, depth - 1),
        is_missing(leaves, depth - 1),
        st.builds(Not, conditions(leaves, depth - 1)),
        st.builds(And, st.lists(conditions(leaves, depth - 1), min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(conditions(leaves, depth - 1), min_size=1, max_size=3).map(tuple)),
    )


@_once
def values(leaves: Leaves, depth: int) -> Strategy:
    """Any value."""
    return st.one_of(
        dates(leaves, depth), numbers(leaves, depth), texts(leaves, depth), conditions(leaves, depth)
    )


@_once
def literals(leaves: Leaves, depth: int) -> Strategy:
    return st.one_of(
        DATE_LITERALS,
        WHOLE_LITERALS,
        DECIMAL_LITERALS,
        CODE_LITERALS,
        TEXT_LITERALS,
        st.sampled_from(list(MISSING.values())),
    )


@_once
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


@_once
def during(leaves: Leaves, depth: int) -> Strategy:
    @st.composite
    def build(draw: st.DrawFn) -> Value:
        part = draw(dates(leaves, depth))
        # A bound made from the date itself, moved by a day or not at all, lies exactly on the boundary.
        near = st.builds(ShiftDate, st.just(part), st.integers(-1, 1), st.just("day"))
        bound = st.one_of(near, dates(leaves, depth))
        return During(part, draw(bound), draw(bound), draw(st.booleans()))

    return build()


@_once
def members(leaves: Leaves, depth: int) -> Strategy:
    def in_set(part: Strategy, literal: Strategy) -> Strategy:
        present = literal.filter(lambda value: isinstance(value, Literal) and value.value is not None)
        return st.builds(InSet, part, st.lists(present, max_size=4).map(tuple))

    return st.one_of(
        in_set(texts(leaves, depth), st.one_of(CODE_LITERALS, TEXT_LITERALS)),
        in_set(numbers(leaves, depth), st.one_of(WHOLE_LITERALS, DECIMAL_LITERALS)),
        in_set(dates(leaves, depth), DATE_LITERALS),
    )


@_once
def is_missing(leaves: Leaves, depth: int) -> Strategy:
    parts = st.one_of(
        dates(leaves, depth), numbers(leaves, depth), texts(leaves, depth), compared(leaves, depth)
    )
    return st.builds(IsMissing, parts)


@_once
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


@_once
def extremes(leaves: Leaves, depth: int) -> Strategy:
    parts = st.lists(dates(leaves, depth), min_size=2, max_size=4).map(tuple)
    return st.builds(Extreme, st.booleans(), st.booleans(), parts)


@_once
def days_between(leaves: Leaves, depth: int) -> Strategy:
    return st.builds(DaysBetween, dates(leaves, depth), dates(leaves, depth))


@_once
def ages(leaves: Leaves, depth: int) -> Strategy:
    @st.composite
    def build(draw: st.DrawFn) -> Value:
        birth = draw(dates(leaves, depth))
        # Dates around a birthday: some years on, a day before, on it, a day after.
        birthday = ShiftDate(birth, draw(st.integers(-2, 5)), "year")
        near = st.builds(ShiftDate, st.just(birthday), st.integers(-1, 2), st.just("day"))
        return AgeOn(birth, draw(st.one_of(near, dates(leaves, depth))))

    return build()


@_once
def years(leaves: Leaves, depth: int) -> Strategy:
    return st.builds(YearTo31March, dates(leaves, depth))


@_once
def choices(leaves: Leaves, depth: int) -> Strategy:
    labels = st.builds(
        Literal, st.sampled_from(["early", "late", "none", "13 weeks to 2 years"]), st.just(TEXT)
    )
    case = st.tuples(conditions(leaves, depth), labels)
    return st.builds(Choose, st.lists(case, min_size=1, max_size=4).map(tuple), labels, st.just(TEXT))


@_once
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


@_once
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
}
"""For every node class a strategy of values with that node outermost."""
