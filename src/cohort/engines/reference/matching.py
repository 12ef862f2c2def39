"""The meaning of matching: who is offered to whom, in which order, and who is taken."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cohort.engines.reference.entries import Entries
from cohort.engines.reference.world import Cell, Entry, ReferenceFault
from cohort.query.study import ROUNDS, Nearest, Peers

_PRIME = 2147483647
_FIRST_DAY = datetime.date(2000, 1, 1)


@dataclass(frozen=True)
class Offer:
    """A candidate that matches a case, and by what the case and the candidate choose."""

    case: Entry
    candidate: Cell
    distance: float
    hash_of_pair: int
    hash_of_case: int

    @property
    def for_case(self) -> tuple[Any, ...]:
        """By what a case puts its candidates in order."""
        return (self.distance, self.hash_of_pair, self.candidate)

    @property
    def for_candidate(self) -> tuple[Any, ...]:
        """By what a candidate puts the cases that propose in order."""
        return (self.distance, self.hash_of_case, *self.case)


def candidates(population: Entries, peers: Peers, cases: Sequence[Entry]) -> list[Entry]:
    """Return each unit of the pool with each index date of a case, before the steps."""
    population.named(peers.pool)
    result = population.world.result(peers.pool)
    if result.shape.per_entry:
        raise ReferenceFault("a pool of candidates is rows of units")
    dates = sorted({date for _, date in cases})
    return [(unit, date) for (unit,) in result.by_owner for date in dates]


def match(
    peers: Peers, population: Entries, cases: Sequence[Entry], pool: Entries, passed: Sequence[Entry]
) -> dict[Entry, tuple[Cell, ...]]:
    """Return the peers of each case; ``passed`` are the candidates left after the steps."""
    wanted = _wanted(peers, population, cases)
    offered = _wanted(peers, pool, passed)
    offers = {case: list(_offers(peers, case, wanted[case], offered)) for case in cases}
    if peers.reuse:
        best = {case: sorted(found, key=lambda offer: offer.for_case) for case, found in offers.items()}
        return {case: tuple(o.candidate for o in found[: peers.per_case]) for case, found in best.items()}
    sets: dict[Entry, tuple[Cell, ...]] = dict.fromkeys(cases, ())
    taken: set[Cell] = set()
    for _ in range(ROUNDS):
        proposals: dict[Cell, list[Offer]] = {}
        for case in cases:
            free = [offer for offer in offers[case] if offer.candidate not in taken]
            free.sort(key=lambda offer: offer.for_case)
            for offer in free[: peers.per_case - len(sets[case])]:
                proposals.setdefault(offer.candidate, []).append(offer)
        for candidate, proposed in proposals.items():
            best_case = min(proposed, key=lambda offer: offer.for_candidate).case
            sets[best_case] = (*sets[best_case], candidate)
            taken.add(candidate)
    return sets


def _wanted(peers: Peers, entries: Entries, who: Sequence[Entry]) -> dict[Entry, tuple[list[Cell], Cell]]:
    """Return for each entry the values that must be the same, and the one that must be near."""
    return {
        entry: (
            [entries.value(value, entry) for _, value in peers.exact],
            None if peers.nearest is None else entries.value(peers.nearest.value, entry),
        )
        for entry in who
    }


def _offers(
    peers: Peers, case: Entry, wanted: tuple[list[Cell], Cell], offered: dict[Entry, tuple[list[Cell], Cell]]
) -> Iterator[Offer]:
    for (unit, date), (keys, near) in offered.items():
        if unit == case[0] or date != case[1] or None in keys or keys != wanted[0]:
            continue
        distance = 0 if peers.nearest is None else _distance(peers.nearest, wanted[1], near)
        if distance is not None:
            yield Offer(
                case, unit, distance, hash_of_pair(peers.seed, case, unit), hash_of_case(peers.seed, case)
            )


def _distance(nearest: Nearest, one: Any, other: Any) -> float | None:
    """Return how far two values are apart, or None if that is too far or one of them is missing."""
    if one is None or other is None:
        return None
    apart: float = abs((one - other).days if isinstance(one, datetime.date) else one - other)
    return apart if apart <= nearest.tolerance else None


def hash_of_case(seed: int, case: Entry) -> int:
    """Return what orders cases whose distances are the same."""
    unit, date = case
    return _fifth_power(_mix(_mix(_fifth_power(_key(seed)), _key(unit)), _key((date - _FIRST_DAY).days)))


def hash_of_pair(seed: int, case: Entry, candidate: Cell) -> int:
    """Return what orders the candidates of a case whose distances are the same."""
    return _fifth_power(_mix(hash_of_case(seed, case), _key(candidate)))


def _key(number: Cell) -> int:
    """Return a whole number from 0 up to the prime, which it leaves out."""
    if not isinstance(number, int):
        raise ReferenceFault("only units with whole numbers as keys can be matched")
    return (number % _PRIME + _PRIME) % _PRIME


def _mix(so_far: int, further: int) -> int:
    return (so_far * 48271 % _PRIME + further) % _PRIME


def _fifth_power(number: int) -> int:
    """One to one modulo this prime, and no straight line: else all cases would like candidates in one order."""
    return pow(number, 5, _PRIME)
