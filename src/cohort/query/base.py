"""What all value nodes rest on: plain values, the order of grains, and the refusal of invalid queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from cohort.types import Grain

Plain = int | Decimal | str | datetime.date | bool | None
"""A value outside any database."""

_ORDER = (Grain.CONSTANT, Grain.PERSON, Grain.ENTRY, Grain.ROW)


class InvalidQuery(Exception):
    """A query that breaks its own rules."""


def finest(grains: Iterable[Grain]) -> Grain:
    """Return the finest of some grains: a row with a person's fact is still one value a row."""
    return reduce(lambda a, b: a if _ORDER.index(a) >= _ORDER.index(b) else b, grains, Grain.CONSTANT)


def require(condition: bool, sentence: str) -> None:
    """Refuse an invalid query."""
    if not condition:
        raise InvalidQuery(sentence)
