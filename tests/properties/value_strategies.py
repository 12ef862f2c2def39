"""Strategies for values: one for every node class, closed under composition, full of boundaries."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps

from hypothesis import strategies as st

from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
from cohort.query.functions import SCALARS
from cohort.query.rows import LiteralRows, NamedRows
from cohort.query.summaries import COVERED, FUNCTIONS, Covered, Outer, RowsOf, Summary, summary_type
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
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

from .tables import CODE, DAYS, TEXT

Strategy = st.SearchStrategy[Value]
_UNITS = {"day": 800, "week": 60, "month": 30, "year": 12}


@dataclass(frozen=True)
class Leaves:
    """The values that an expression can start from: columns, facts, the index date and variables.

    ``rows`` are named rows that can be summarised, whose unit is the unit at hand.
    """

    values: tuple[Value, ...]
    rows: tuple[NamedRows, ...] = ()

    def of(self, *kinds: Kind) -> Strategy:
        """Those of some kinds, or nothing."""
        found = [value for value in self.values if value.type.kind in kinds]
        return st.sampled_from(found) if found else st.nothing()

    def of_class(self, *classes: type) -> Strategy:
        """Those of some node classes."""
        return st.sampled_from([value for value in self.values if isinstance(value, classes)])

    def inside(self, rows: NamedRows) -> Leaves:
        """What expressions inside a summary of rows can start from."""
        key = (id(self), rows.name)
        if key not in _INSIDE:
            own = tuple(rows.shape.column(name) for name in rows.shape.names)
            outer = tuple(Outer(v.name, v.type) for v in self.values if isinstance(v, Column))
            others = tuple(v for v in self.values if not isinstance(v, Column | Outer))
            # Kept with these leaves, so that nothing else can take their identity.
            _INSIDE[key] = self, Leaves((*own, *outer, *others), self.rows)
        return _INSIDE[key][1]


_INSIDE: dict[tuple[int, str], tuple[Leaves, Leaves]] = {}


def _once(build: Callable[[Leaves, int], Strategy]) -> Callable[[Leaves, int], Strategy]:
    """Make each strategy once for the same leaves: built anew at every use they would grow with each depth."""
    made: dict[tuple[int, int], tuple[Leaves, Strategy]] = {}

    @wraps(build)
    def strategy(leaves: Leaves, depth: int) -> Strategy:
        key = (id(leaves), depth)
        if key not in made:
            # The leaves are kept as well, so that nothing else can take their identity.
            # Deferred, so that what it is made of is neither built nor written out before it is drawn from.
            made[key] = (leaves, st.deferred(lambda: build(leaves, depth)))
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
FIGURES = LiteralRows(
    "figures",
    (
        ("status", CODE),
        ("census_year", WHOLE),
        ("residents", ValueType(Kind.WHOLE, bits=64)),
        ("rate", DECIMAL),
        ("since", DATE),
    ),
    ("status", "census_year"),
    (
        ("V2", 0, 4000, Decimal("0.25"), datetime.date(2004, 2, 29)),
        ("V2", 1, 2**40, None, None),
        ("E1", 0, None, Decimal("-1.5"), datetime.date(9999, 12, 31)),
        ("O'N", 1, 7, Decimal("1E-9"), datetime.date(1, 1, 1)),
        (None, 2, 8, Decimal("2"), None),
    ),
)
"""A context table; one line has no code, and is found by nobody."""
MISSING = {kind.kind: Literal(None, kind) for kind in (DATE, WHOLE, DECIMAL, TEXT, CODE)}


@_once
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
        picked(leaves, depth - 1, Kind.WHOLE),
        applied(leaves, depth - 1, Kind.WHOLE),
        summarised(leaves, depth - 1, Kind.WHOLE),
        covered(leaves, depth - 1, Kind.WHOLE),
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
        picked(leaves, depth - 1, Kind.DECIMAL),
        applied(leaves, depth - 1, Kind.DECIMAL),
        summarised(leaves, depth - 1, Kind.DECIMAL),
        figures(leaves, depth - 1),
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
    return st.one_of(
        simple,
        choices(leaves, depth - 1),
        banded(leaves, depth - 1),
        looked_up(leaves, depth - 1),
        picked(leaves, depth - 1, Kind.TEXT),
        summarised(leaves, depth - 1, Kind.TEXT),
    )


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
        starting(leaves, depth - 1),
        is_missing(leaves, depth - 1),
        picked(leaves, depth - 1, Kind.BOOLEAN),
        summarised(leaves, depth - 1, Kind.BOOLEAN),
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


def _once_for_kind(
    build: Callable[[Leaves, int, Kind], Strategy],
) -> Callable[[Leaves, int, Kind], Strategy]:
    made: dict[Kind, Callable[[Leaves, int], Strategy]] = {}

    @wraps(build)
    def strategy(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
        if kind not in made:
            made[kind] = _once(lambda found, down: build(found, down, kind))
        return made[kind](leaves, depth)

    return strategy


@_once_for_kind
def picked(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """One of two values by a condition."""
    side = of_kind(leaves, depth, kind)
    other = st.one_of(side, wholes(leaves, depth)) if kind is Kind.DECIMAL else side
    return st.builds(Pick, conditions(leaves, depth), side, other, st.just(_TYPES[kind]))


def _few(most: int, least: int = 0) -> Strategy:
    return st.builds(Literal, st.integers(least, most), st.just(WHOLE))


def function(leaves: Leaves, depth: int, name: str) -> Strategy:
    """A function of the table, of parts for which it has a result."""
    date, number = dates(leaves, depth), wholes(leaves, 0)
    few = st.one_of(_few(13, 1), st.builds(_within, number, st.just(1), st.just(13)))
    day = st.one_of(st.sampled_from([1, 28, 29, 30, 31]).map(lambda n: Literal(n, WHOLE)), few)
    parts: dict[str, tuple[Strategy, ...]] = {
        "birthday": (date, st.one_of(_few(20, -3), few)),
        "school_year_day": (
            date,
            few,
            st.one_of(_few(12, 1), st.builds(_within, few, st.just(1), st.just(12))),
            day,
        ),
        "school_year_end": (date, few),
        "date_of": (st.one_of(_few(2009, 1999), _few(10001, -1), number), _few(13), day),
        "round": (numbers(leaves, 0), st.one_of(_few(6), st.builds(_within, number, st.just(0), st.just(6)))),
        "whole_division": (wholes(leaves, depth), st.one_of(number, wholes(leaves, depth))),
        "modulo": (wholes(leaves, depth), st.one_of(number, wholes(leaves, depth))),
        "absolute": (numbers(leaves, depth),),
        "months_between": (date, st.one_of(date, _month_later(date))),
        "years_between": (date, st.one_of(date, _month_later(date))),
    }
    usual = tuple(
        date if Kind.DATE in kinds else numbers(leaves, 0) if Kind.DECIMAL in kinds else number
        for kinds in SCALARS[name].takes
    )
    return st.builds(Apply, st.just(name), st.tuples(*parts.get(name, usual)))


def _month_later(date: Strategy) -> Strategy:
    return st.builds(ShiftDate, date, st.integers(-13, 13), st.sampled_from(["month", "year"]))


def _within(number: Value, least: int, most: int) -> Value:
    """A worked-out number that lies within bounds."""
    size = Literal(most - least + 1, WHOLE)
    return Arithmetic("+", Apply("modulo", (number, size)), Literal(least, WHOLE))


@_once_for_kind
def applied(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """Any function that gives a kind."""
    names = [name for name, scalar in SCALARS.items() if scalar.gives.kind is kind]
    return st.one_of(*(function(leaves, depth, name) for name in names))


@_once
def looked_up(leaves: Leaves, depth: int) -> Strategy:
    codes = st.sampled_from(["V2", "E1", "S", "F", "Cardiff", "100%", "O'Neill"])
    some_texts = st.sampled_from(["voluntary", "order", "it's", "100%"])
    numbers_as_codes = st.integers(-3, 6).map(str)

    def look(part: Strategy, code: Strategy) -> Strategy:
        pairs = st.dictionaries(code, some_texts, max_size=4).map(lambda found: tuple(found.items()))
        return st.builds(Lookup, part, pairs, st.just("list"), st.just(TEXT))

    return st.one_of(look(texts(leaves, depth), codes), look(wholes(leaves, depth), numbers_as_codes))


@_once
def starting(leaves: Leaves, depth: int) -> Strategy:
    prefix = st.sampled_from(
        ["V", "V2", "E", "C", "Card", "1", "100%", "100_", "%", "_", "!", "O'", " ", "a"]
    )
    return st.builds(StartsWith, texts(leaves, depth), st.lists(prefix, max_size=3).map(tuple))


@_once
def figures(leaves: Leaves, depth: int) -> Strategy:
    if FIGURES.name not in {rows.name for rows in leaves.rows}:
        return st.nothing()
    columns = dict(FIGURES.columns)
    keys = st.tuples(
        st.tuples(st.just("status"), texts(leaves, depth)),
        st.tuples(st.just("census_year"), wholes(leaves, depth)),
    )
    return st.one_of(
        *(
            st.builds(Figure, st.just(FIGURES.name), st.just(name), keys, st.just(columns[name]))
            for name in ("rate", "residents", "since")
        )
    )


def rows_of(rows: NamedRows) -> RowsOf:
    """Named rows as a summary reads them."""
    return RowsOf(rows.name, rows.shape.per_entry, rows.shape.order)


def _summary(leaves: Leaves, depth: int, name: str, rows: NamedRows) -> Strategy:
    inside = leaves.inside(rows)
    condition = st.one_of(st.none(), conditions(inside, depth))
    of: Strategy | st.SearchStrategy[None] = st.none()
    if name == "share":
        of = conditions(inside, depth)
    elif name in ("total", "mean", "median"):
        # Whatever is added stays far below what 64-bit floating point holds exactly.
        of = st.one_of(wholes(inside, depth), decimals(inside, 0))
    elif FUNCTIONS[name]:
        of = st.one_of(inside.of_class(Column), values(inside, depth))
    order = st.sampled_from(rows.shape.names) if name in ("first", "last") else st.none()

    def build(kept: Value | None, value: Value | None, by: str | None) -> Value:
        type_ = summary_type(name, None if value is None else value.type)
        return Summary(name, rows_of(rows), kept, value, by, type_)

    return st.builds(build, condition, of, order)


@_once_for_kind
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
        found += [_summary(leaves, depth, name, rows) for name in given.get(kind, ())]
        typed = [c for c in rows.shape.columns if c[1].kind is kind]
        found += [_of_column(leaves, depth, name, rows, typed) for name in by_type if typed]
    return st.one_of(*found) if found else st.nothing()


_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)


def _of_column(
    leaves: Leaves, depth: int, name: str, rows: NamedRows, columns: list[tuple[str, ValueType]]
) -> Strategy:
    """A summary of a column, so that its type is known."""
    condition = st.one_of(st.none(), conditions(leaves.inside(rows), depth))
    order = st.sampled_from(rows.shape.names) if name in ("first", "last") else st.none()
    return st.builds(
        lambda kept, column, by: Summary(
            name, rows_of(rows), kept, Column(*column), by, summary_type(name, column[1])
        ),
        condition,
        st.sampled_from(columns),
        order,
    )


@_once_for_kind
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
        start, columns = draw(dates(leaves, depth)), draw(spell)
        if name == "day_reached":
            return Covered(name, rows, columns, start, None, days=draw(st.integers(1, 9)))
        near = st.builds(ShiftDate, st.just(start), st.integers(-2, 9), st.just("day"))
        end = draw(st.one_of(near, dates(leaves, depth)))
        return Covered(name, rows, columns, start, end, draw(st.booleans()))

    return build()


@_once
def outer_inside(leaves: Leaves, depth: int) -> Strategy:
    """Columns of the row outside, which have a place inside a summary only."""
    return st.one_of(*(leaves.inside(rows).of_class(Outer) for rows in leaves.rows))


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
            _summary(leaves, depth, name, rows)
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
