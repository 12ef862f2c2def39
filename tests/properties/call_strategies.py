"""Strategies for functions of single values, lookups, prefixes and figures of context tables."""

from __future__ import annotations

from hypothesis import strategies as st

from cohort.query.calls import Apply, Figure, Lookup, StartsWith
from cohort.query.functions import SCALARS
from cohort.query.values import Arithmetic, Literal, ShiftDate, Value
from cohort.types import WHOLE, Kind

from . import value_strategies as of
from .leaves import FIGURES, Leaves, Strategy, once, once_for_kind
from .tables import TEXT


def _few(most: int, least: int = 0) -> Strategy:
    return st.builds(Literal, st.integers(least, most), st.just(WHOLE))


def function(leaves: Leaves, depth: int, name: str) -> Strategy:
    """A function of the table, of parts for which it has a result."""
    date, number = of.dates(leaves, depth), of.wholes(leaves, 0)
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
        "round": (
            of.numbers(leaves, 0),
            st.one_of(_few(6), st.builds(_within, number, st.just(0), st.just(6))),
        ),
        "whole_division": (of.wholes(leaves, depth), st.one_of(number, of.wholes(leaves, depth))),
        "modulo": (of.wholes(leaves, depth), st.one_of(number, of.wholes(leaves, depth))),
        "absolute": (of.numbers(leaves, depth),),
        "months_between": (date, st.one_of(date, _month_later(date))),
        "years_between": (date, st.one_of(date, _month_later(date))),
    }
    usual = tuple(
        date if Kind.DATE in kinds else of.numbers(leaves, 0) if Kind.DECIMAL in kinds else number
        for kinds in SCALARS[name].takes
    )
    return st.builds(Apply, st.just(name), st.tuples(*parts.get(name, usual)))


def _month_later(date: Strategy) -> Strategy:
    return st.builds(ShiftDate, date, st.integers(-13, 13), st.sampled_from(["month", "year"]))


def _within(number: Value, least: int, most: int) -> Value:
    """A worked-out number that lies within bounds."""
    size = Literal(most - least + 1, WHOLE)
    return Arithmetic("+", Apply("modulo", (number, size)), Literal(least, WHOLE))


@once_for_kind
def applied(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
    """Any function that gives a kind."""
    names = [name for name, scalar in SCALARS.items() if scalar.gives.kind is kind]
    return st.one_of(*(function(leaves, depth, name) for name in names))


@once
def looked_up(leaves: Leaves, depth: int) -> Strategy:
    codes = st.sampled_from(["V2", "E1", "S", "F", "Cardiff", "100%", "O'Neill"])
    some_texts = st.sampled_from(["voluntary", "order", "it's", "100%"])
    numbers_as_codes = st.integers(-3, 6).map(str)

    def look(part: Strategy, code: st.SearchStrategy[str]) -> Strategy:
        pairs = st.dictionaries(code, some_texts, max_size=4).map(lambda found: tuple(found.items()))
        return st.builds(Lookup, part, pairs, st.just("list"), st.just(TEXT))

    return st.one_of(look(of.texts(leaves, depth), codes), look(of.wholes(leaves, depth), numbers_as_codes))


@once
def starting(leaves: Leaves, depth: int) -> Strategy:
    prefix = st.sampled_from(
        ["V", "V2", "E", "C", "Card", "1", "100%", "100_", "%", "_", "!", "O'", " ", "a"]
    )
    return st.builds(StartsWith, of.texts(leaves, depth), st.lists(prefix, max_size=3).map(tuple))


@once
def figures(leaves: Leaves, depth: int) -> Strategy:
    if FIGURES.name not in {rows.name for rows in leaves.rows}:
        return st.nothing()
    columns = dict(FIGURES.columns)
    keys = st.tuples(
        st.tuples(st.just("status"), of.texts(leaves, depth)),
        st.tuples(st.just("census_year"), of.wholes(leaves, depth)),
    )
    return st.one_of(
        *(
            st.builds(Figure, st.just(FIGURES.name), st.just(name), keys, st.just(columns[name]))
            for name in ("rate", "residents", "since")
        )
    )
