"""Small vectorised ways of drawing: weighted choice, choice that drifts over years, whole numbers from rates.

Every function takes its generator; none keeps state, so the order of calls alone fixes the outcome.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def choose(rng: np.random.Generator, weights: NDArray[np.float64], size: int) -> NDArray[np.int64]:
    """Draw ``size`` positions of ``weights`` with chance in proportion to them."""
    cumulative = np.cumsum(weights)
    drawn = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    result: NDArray[np.int64] = np.minimum(drawn, len(weights) - 1).astype(np.int64)
    return result


def choose_rows(rng: np.random.Generator, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw one column for each row of ``weights`` (rows, columns); a row of zeros gives the last column."""
    cumulative = np.cumsum(weights, axis=1)
    level = rng.random(len(weights)) * cumulative[:, -1]
    drawn = (cumulative <= level[:, None]).sum(axis=1)
    result: NDArray[np.int64] = np.minimum(drawn, weights.shape[1] - 1).astype(np.int64)
    return result


def drifting(
    rows: Sequence[Sequence[float]], years: NDArray[np.int64], first: int = 2004, last: int = 2022
) -> NDArray[np.float64]:
    """Give weights (years, options) that move straight from the first to the last census year, flat outside.

    ``rows`` holds [code, weight in the first year, weight in the last year].
    """
    part = np.clip((years - first) / (last - first), 0.0, 1.0)[:, None]
    early = np.array([row[1] for row in rows], dtype=np.float64)
    late = np.array([row[2] for row in rows], dtype=np.float64)
    return early * (1.0 - part) + late * part


def whole_numbers(rng: np.random.Generator, expected: NDArray[np.float64]) -> NDArray[np.int64]:
    """Turn expected counts into whole counts whose running sum never strays by one (systematic sampling).

    The cells are taken in the order given, so neighbouring cells share their roundings: the total of any run
    of cells is its expectation rounded up or down.
    """
    running = np.cumsum(expected.ravel()) + rng.random()
    counts = np.diff(np.floor(running), prepend=0.0)
    return counts.astype(np.int64).reshape(expected.shape)


def permute(values: NDArray[np.int64], seed: int, bits: int = 52) -> NDArray[np.int64]:
    """Map whole numbers one to one onto opaque-looking ones below 2**bits (four Feistel rounds).

    Parameters: numbers of 0 to 2**bits - 1, an even number of ``bits``. The same seed is the same map.
    """
    half = np.uint64(bits // 2)
    mask = np.uint64((1 << (bits // 2)) - 1)
    keys = np.random.Generator(np.random.PCG64(seed)).integers(1, 2**62, size=4, dtype=np.uint64)
    left = (values.astype(np.uint64) >> half) & mask
    right = values.astype(np.uint64) & mask
    for key in keys:
        mixed = (right + key) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        left, right = right, left ^ ((mixed >> np.uint64(31)) & mask)
    return ((left << half) | right).astype(np.int64)
