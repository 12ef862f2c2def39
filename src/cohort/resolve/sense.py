"""Conditions and periods that make no sense: never true, never false, empty, or about an age that nobody has.

Only what the condition itself shows is found: comparisons of one value with constants, and of a value with itself. What
is said here is always so; what is not said may still be nonsense.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from cohort.query.base import Plain
from cohort.query.calls import Apply
from cohort.query.values import (
    AgeOn,
    And,
    Compare,
    During,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
)
from cohort.resolve.dates import moved
from cohort.source import Place
from cohort.types import Kind

if TYPE_CHECKING:
    from cohort.resolve.values import ValueResolver

OLDEST = 120
"""The greatest age in years that makes sense."""
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_HOLDS: dict[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}
_REFERENCES = tuple(
    datetime.date(*day) for day in ((2001, 1, 31), (2001, 2, 28), (2003, 7, 31), (2004, 2, 29))
)
"""Days on which dates that are moved differently are compared: what holds on all of them holds on all days."""


# Single comparisons and periods ---------------------------------------------------------------------------


def check_comparison(resolver: ValueResolver, value: Compare, places: tuple[Place, Place, Place]) -> bool:
    """Report a comparison that is the same for everyone; false if it is about an age that nobody has.

    ``places`` are those of the left side, the right side and the whole.
    """
    for side, other, place in ((value.left, value.right, places[1]), (value.right, value.left, places[0])):
        if not _possible_age(side, other):
            resolver.report("TYP216", place, text=place.text, oldest=OLDEST)
            return False
    always = _always(value)
    if always is not None:
        code = "TYP218" if always else "TYP217"
        resolver.report(code, places[2], reason=f"`{_flat(places[2])}` is the same for everyone")
    return True


def check_membership(resolver: ValueResolver, value: InSet, places: Sequence[Place], place: Place) -> bool:
    """Report a test for membership that is never true; false if it is about an age that nobody has."""
    for member, written in zip(value.members, places, strict=False):
        if not _possible_age(value.part, member):
            resolver.report("TYP216", written, text=written.text, oldest=OLDEST)
            return False
    if not value.members and value.codelist is None:
        resolver.report("TYP217", place, reason="nothing is in an empty list")
    return True


def is_empty(start: Value, end: Value, *, end_included: bool) -> bool:
    """Whether surely no day lies in a period."""
    signs = _signs(start, end)
    return signs is not None and all(sign > 0 if end_included else sign >= 0 for sign in signs)


def _possible_age(age: Value, other: Value) -> bool:
    if not isinstance(age, AgeOn) or not isinstance(other, Literal):
        return True
    plain = other.value
    return not isinstance(plain, int | Decimal) or 0 <= plain <= OLDEST


def _always(value: Compare) -> bool | None:
    """Whether a comparison always or never holds where its sides are known; None if it depends."""
    signs = _signs(value.left, value.right)
    if signs is None:
        return None
    held = {_HOLDS[value.op](sign) for sign in signs}
    return held.pop() if len(held) == 1 else None


def _signs(left: Value, right: Value) -> tuple[int, ...] | None:
    """Return which side is greater (1 the left, -1 the right, 0 none) on the days of reference, if that can be told."""
    if left == right:
        return (0,)
    if isinstance(left, Literal) and isinstance(right, Literal):
        a, b = left.value, right.value
        if isinstance(a, datetime.date) or isinstance(b, datetime.date) or a is None or b is None:
            pass
        elif isinstance(a, str) or isinstance(b, str):
            return (0,) if a == b else None
        else:
            return ((a > b) - (a < b),)
    one, other = _moments(left), _moments(right)
    if one is None or other is None or one[0] != other[0]:
        return None
    return tuple((a > b) - (a < b) for a, b in zip(one[1], other[1], strict=True))


def _moments(value: Value) -> tuple[object, tuple[datetime.date, ...]] | None:
    """Return what a date rests on (None: nothing), and what it is on the days of reference of that."""
    try:
        match value:
            case Literal(datetime.date() as date):
                return None, (date,) * len(_REFERENCES)
            case ShiftDate():
                inner = _moments(value.date)
                if inner is None:
                    return None
                return inner[0], tuple(moved(day, value.amount, value.unit) for day in inner[1])
            case Apply("birthday", (birth, Literal(int() as age))):
                return ("birthday", birth), tuple(moved(day, age, "year") for day in _REFERENCES)
            case _:
                return value, _REFERENCES
    except (OverflowError, ValueError):
        # The calendar ends before the date; nothing is said about it.
        return None


# Several conditions together ------------------------------------------------------------------------------


def check_logic(resolver: ValueResolver, value: And | Or, places: Sequence[Place]) -> None:
    """Report parts of ``and`` that exclude each other, and parts of ``or`` of which one always holds.

    ``places`` are those of the parts.
    """
    all_must_hold = isinstance(value, And)
    before: dict[Value, list[tuple[_Demand, Place]]] = {}
    together: dict[Value, _Together] = {}
    for part, place in zip(value.parts, places, strict=True):
        for atom in _atoms(part, And if all_must_hold else Or):
            demand = _demand(atom, wanted=all_must_hold)
            if demand is None:
                continue
            known = before.setdefault(demand.subject, [])
            if not together.setdefault(demand.subject, _Together()).can_meet(demand):
                other = next((p for d, p in known if not _both_possible(d, demand)), None)
                _report(resolver, place, other, all_must_hold=all_must_hold)
                return
            known.append((demand, place))


def _report(resolver: ValueResolver, place: Place, other: Place | None, *, all_must_hold: bool) -> None:
    this = f"`{_flat(place)}`"
    that = "the conditions before it" if other is None else f"`{_flat(other)}`"
    if all_must_hold:
        resolver.report("TYP217", place, reason=f"{this} cannot hold together with {that}")
    else:
        resolver.report("TYP218", place, reason=f"{this} holds wherever {that} does not")


def _flat(place: Place) -> str:
    return " ".join(place.text.split())


def _atoms(value: Value, kind: type[And] | type[Or]) -> list[Value]:
    if isinstance(value, kind):
        return [atom for part in value.parts for atom in _atoms(part, kind)]
    return [value]


@dataclass(frozen=True)
class _Demand:
    """What a condition demands of one value: bounds (bound, itself left out), members, or that it is (not) missing."""

    subject: Value
    least: tuple[Decimal, bool] | None = None
    most: tuple[Decimal, bool] | None = None
    allowed: frozenset[Plain] | None = None
    excluded: frozenset[Plain] = frozenset()
    missing: bool = False


def _demand(atom: Value, *, wanted: bool) -> _Demand | None:
    """Return what must be so for a condition to be true (or, not ``wanted``, false); None if that is not simple."""
    match atom:
        case Not(part):
            return _demand(part, wanted=not wanted)
        case Compare(op, part, Literal() as bound) if not isinstance(part, Literal):
            return _compared(op if wanted else _OPPOSITE[op], part, bound)
        case Compare(op, Literal() as bound, part) if not isinstance(part, Literal):
            return _compared(_FLIPPED[op if wanted else _OPPOSITE[op]], part, bound)
        case InSet(part, members) if members:
            plain = frozenset(member.value for member in members)
            return _Demand(part, allowed=plain) if wanted else _Demand(part, excluded=plain)
        case IsMissing(part):
            return _Demand(part, missing=wanted)
        case During(part, start, end, included) if wanted:
            least = _number(start.value) if isinstance(start, Literal) else None
            most = _number(end.value) if isinstance(end, Literal) else None
            return _Demand(
                part,
                least=None if least is None else (least, False),
                most=None if most is None else (most, not included),
            )
        case Literal() | InSet():
            return None
        case _:
            return _Demand(atom, allowed=frozenset({wanted}))


def _compared(op: str, subject: Value, bound: Literal) -> _Demand | None:
    number = _number(bound.value)
    match op:
        case "=" if number is not None:
            return _Demand(subject, (number, False), (number, False), frozenset({bound.value}))
        case "=":
            return _Demand(subject, allowed=frozenset({bound.value}))
        case "!=":
            return _Demand(subject, excluded=frozenset({bound.value}))
        case ">" | ">=" if number is not None:
            return _Demand(subject, least=(number, op == ">"))
        case "<" | "<=" if number is not None:
            return _Demand(subject, most=(number, op == "<"))
        case _:
            return None


def _number(plain: Plain) -> Decimal | None:
    match plain:
        case bool() | str() | None:
            return None
        case datetime.date():
            return Decimal(plain.toordinal())
        case _:
            return Decimal(plain)


@dataclass
class _Together:
    """What several demands leave possible for one value."""

    least: tuple[Decimal, bool] | None = None
    most: tuple[Decimal, bool] | None = None
    allowed: frozenset[Plain] | None = None
    excluded: set[Plain] = field(default_factory=set)
    missing: bool | None = None

    def can_meet(self, demand: _Demand) -> bool:
        """Take in one more demand; whether some value still meets all of them."""
        if self.missing is not None and self.missing != demand.missing:
            return False
        self.missing = demand.missing
        if demand.least is not None:
            self.least = max(self.least or demand.least, demand.least)
        if demand.most is not None:
            # Of two equal bounds the one that is itself left out is the lower.
            self.most = min(self.most or demand.most, demand.most, key=lambda most: (most[0], not most[1]))
        if demand.allowed is not None:
            self.allowed = demand.allowed & (demand.allowed if self.allowed is None else self.allowed)
        self.excluded |= demand.excluded
        some_allowed = self.allowed is None or not self.allowed <= self.excluded
        return some_allowed and self._bounds_leave_some(demand.subject)

    def _bounds_leave_some(self, subject: Value) -> bool:
        if self.least is None or self.most is None:
            return True
        (first, first_out), (last, last_out) = self.least, self.most
        if subject.type.kind in (Kind.WHOLE, Kind.DATE):
            # Between two whole numbers, and between two days, there is nothing.
            first = first + 1 if first_out and first == int(first) else first
            last = last - 1 if last_out and last == int(last) else last
            return first <= last
        return first < last or (first == last and not first_out and not last_out)


def _both_possible(one: _Demand, other: _Demand) -> bool:
    together = _Together()
    return together.can_meet(one) and together.can_meet(other)
