"""Which parts of values must be worked out once, before a value that SQL can only write by repeating them.

Without that a value of sixty levels, each of which repeats its part twice, would be a text without end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.query.calls import Apply, Lookup, Pick, StartsWith
from cohort.query.summaries import Covered, Summary
from cohort.query.values import (
    AgeOn,
    And,
    Band,
    Choose,
    Compare,
    During,
    Extreme,
    InSet,
    IsMissing,
    Not,
    Or,
    Value,
    YearTo31March,
    children,
)
from cohort.sql.functions import COPIES

COSTLY = 40
"""How many values and members of lists a part may hold that is written several times."""

_LOGIC = (Compare, And, Or, Not, IsMissing, InSet, During, StartsWith)


def costly_parts(values: Iterable[Value], repeated: Iterable[Value] = ()) -> list[tuple[Value, ...]]:
    """Return the parts to work out first, in levels: parts of a level may hold parts of the levels before.

    ``values`` are written once each, ``repeated`` several times. What is inside a summary is not looked at: it is
    worked out where its rows are.
    """
    search = _Search()
    for value in values:
        search.size(value, as_condition=False)
    for value in repeated:
        search.consider(value, False, 2)
    levels: dict[int, list[Value]] = {}
    for value, level in search.level.items():
        levels.setdefault(level, []).append(value)
    return [tuple(levels[level]) for level in sorted(levels)]


class _Search:
    """One search; ``level`` holds the parts found so far and how many levels of others each holds."""

    def __init__(self) -> None:
        self.level: dict[Value, int] = {}
        self._sizes: dict[tuple[int, bool], tuple[int, int]] = {}

    def size(self, value: Value, *, as_condition: bool) -> tuple[int, int]:
        """Return how long the text of a value is, in values, and how many levels of costly parts it holds."""
        if value in self.level:
            return 1, self.level[value]
        key = (id(value), as_condition)
        if key not in self._sizes:
            size, level = 1 + _members(value), 0
            for part, is_condition, copies in _parts(value, as_condition):
                length, below = self.consider(part, is_condition, copies)
                size, level = size + length * copies, max(level, below)
            self._sizes[key] = size, level
        return self._sizes[key]

    def consider(self, part: Value, as_condition: bool, copies: int) -> tuple[int, int]:
        """Return the size and level of a part that is written so many times; a costly one is named."""
        length, below = self.size(part, as_condition=as_condition)
        if copies > 1 and length > COSTLY and part not in self.level:
            self.level[part] = below + 1
            return 1, below + 1
        return length, below


def _members(value: Value) -> int:
    match value:
        case InSet():
            return len(value.members)
        case StartsWith():
            return len(value.prefixes)
        case Lookup():
            return len(value.pairs)
        case Band():
            return len(value.bands)
        case _:
            return 0


def _parts(value: Value, as_condition: bool) -> Iterator[tuple[Value, bool, int]]:
    """Yield the parts of a value, whether each is written as a condition, and how many times."""
    # A condition that is selected is written once for yes and once for no.
    times = 1 if as_condition or not isinstance(value, _LOGIC) else 2
    match value:
        case Summary():
            return
        case And() | Or() | Not():
            for part in children(value):
                yield part, True, times
        case InSet():
            yield value.part, False, 2
        case StartsWith():
            yield value.part, False, max(2, len(value.prefixes))
        case IsMissing():
            yield value.part, False, 1
        case During():
            yield value.part, False, 2 * times
            yield value.start, False, times
            yield value.end, False, times
        case AgeOn():
            yield value.birth, False, 3
            yield value.date, False, 3
        case YearTo31March():
            yield value.date, False, 2
        case Extreme():
            for part in value.parts:
                yield part, False, 2
        case Choose():
            for condition, _ in value.cases:
                yield condition, True, 1
        case Pick():
            yield value.condition, True, 1
            yield value.then, False, 1
            yield value.otherwise, False, 1
        case Band():
            yield value.part, False, len(value.bands)
        case Lookup():
            yield value.part, False, len({text for _, text in value.pairs})
        case Covered():
            for bound in children(value):
                yield bound, False, 3
        case Apply():
            copies = COPIES.get(value.function, (1,) * len(value.parts))
            for part, times in zip(value.parts, copies, strict=True):
                yield part, False, times
        case _:
            for part in children(value):
                yield part, False, times
