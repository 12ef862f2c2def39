"""Rounding and limits of numbers that are no counts."""

from __future__ import annotations

import math
from collections.abc import Callable

SIGNIFICANT = 3
"""How many figures a mean, a rate or person-time is printed with."""
MANY = 10_000
"""From so many events on, limits are taken from an approximation that is far closer than three figures."""
_TAIL = 0.025
_NORMAL = 1.959963984540054
"""The normal deviate that 2.5 per cent lie above."""


def significant(value: float) -> float:
    """Return a number rounded to three significant figures."""
    return float(f"{value:.{SIGNIFICANT}g}")


def poisson_limits(events: int) -> tuple[float, float]:
    """Return the exact 95 per cent limits of the mean of a Poisson count.

    The lower limit is the mean under which as many events or more have a chance of 2.5 per cent, the upper limit that
    under which as many or fewer have (Garwood, Biometrika 28, 1936).
    """
    if events >= MANY:
        return _by_cube_root(events, -_NORMAL), _by_cube_root(events + 1, _NORMAL)
    far = 10 + 10 * math.sqrt(events + 1)
    near = max(0.0, events - far)
    lower = 0.0 if events == 0 else _crossing(lambda mean: _at_least(events, mean), near, float(events))
    return lower, _crossing(lambda mean: -_at_most(events, mean), float(events), events + far)


def _by_cube_root(events: int, deviate: float) -> float:
    """Return a limit for many events, where the cube root is as good as normal (Wilson and Hilferty, PNAS 17, 1931)."""
    return float(events * (1 - 1 / (9 * events) + deviate / (3 * math.sqrt(events))) ** 3)


def _crossing(chance: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising chance passes 2.5 per cent (a falling one is given with its sign turned)."""
    target = _TAIL if chance(high) > 0 else -_TAIL
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle) < target else (low, middle)
    return (low + high) / 2


def _chance(events: int, mean: float) -> float:
    return (
        math.exp(events * math.log(mean) - mean - math.lgamma(events + 1)) if mean > 0 else float(events == 0)
    )


def _at_least(events: int, mean: float) -> float:
    """Return the chance of so many events or more, for a mean of no more than that."""
    term = total = _chance(events, mean)
    while term > total * 1e-12:
        events += 1
        term *= mean / events
        total += term
    return total


def _at_most(events: int, mean: float) -> float:
    """Return the chance of so many events or fewer, for a mean of no less than that."""
    term = total = _chance(events, mean)
    while events > 0 and term > total * 1e-12:
        term *= events / mean
        events -= 1
        total += term
    return total
