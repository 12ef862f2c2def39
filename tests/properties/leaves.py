"""What expressions of the property tests can start from: columns, facts, variables, rows to summarise, literals."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import wraps

from hypothesis import strategies as st

from cohort.query.rows import LiteralRows, NamedRows
from cohort.query.summaries import Outer
from cohort.query.values import Column, Literal, Value
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

from .tables import CODE, DAYS, TEXT

Strategy = st.SearchStrategy[Value]


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


def once(build: Callable[[Leaves, int], Strategy]) -> Callable[[Leaves, int], Strategy]:
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


def once_for_kind(
    build: Callable[[Leaves, int, Kind], Strategy],
) -> Callable[[Leaves, int, Kind], Strategy]:
    made: dict[Kind, Callable[[Leaves, int], Strategy]] = {}

    @wraps(build)
    def strategy(leaves: Leaves, depth: int, kind: Kind) -> Strategy:
        if kind not in made:
            made[kind] = once(lambda found, down: build(found, down, kind))
        return made[kind](leaves, depth)

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
