"""The one did-you-mean: the nearest of the names that may stand at a place, if it is near enough."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST_WORD = 80
"""Longer words are no slip of the finger, and comparing them costs time."""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice with the fewest changed letters, or None if none is near.

    Near means at most one change in three letters. Among equals the first in alphabetical order is taken,
    so that a message is the same on every run.
    """
    if not 2 <= len(word) <= LONGEST_WORD:
        return None
    lowered = word.lower().replace("-", "_").replace(" ", "_")
    best: tuple[int, str] | None = None
    for choice in sorted(set(choices)):
        allowed = max(len(lowered), len(choice)) // 3
        if abs(len(lowered) - len(choice)) > allowed:
            continue
        steps = distance(lowered, choice.lower())
        if steps <= allowed and (best is None or steps < best[0]):
            best = (steps, choice)
    return best[1] if best else None


def distance(left: str, right: str) -> int:
    """Return how many letters must be put in, left out, changed or swapped with the next one."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, start=1):
        current = [row]
        for column, b in enumerate(right, start=1):
            cost = min(
                previous[column] + 1,
                current[column - 1] + 1,
                previous[column - 1] + (a != b),
            )
            swapped = row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, previous = previous, current
    return previous[-1]
