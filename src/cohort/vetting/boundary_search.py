"""Looks for units that stand on the lines of a study: many are tried, and those that show most stay.

What no search finds by chance is put beside them: see the modules on crowds, leaps, lines and twins.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from cohort.catalogue import Catalogue
from cohort.plan.names import MATCHED
from cohort.query.study import ROUNDS, Peers, Study
from cohort.vetting.boundary_beside import beside
from cohort.vetting.boundary_crowds import at_distances, crowd, moved_birth, part_crowd, with_all_codes
from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_pools import Pools
from cohort.vetting.boundary_trial import Shown, Trial
from cohort.vetting.boundary_units import Unit


@dataclass(frozen=True)
class Searched:
    """Units that were tried, the places of those that come far in the study, and of those that show most besides."""

    units: tuple[Unit, ...]
    far: tuple[int, ...]
    wide: tuple[int, ...]


def searched(trial: Trial, maker: Maker, units: int, rounds: int) -> Searched:
    """Return what some rounds of moving units show, twice as many as asked for being tried in each."""
    kept = [maker.unit() for _ in range(2 * units)]
    shown, days = trial.shown(kept), trial.days
    for number in range(rounds):
        # First those that come far in the study; then those that show what nobody shows yet.
        parents = chosen(shown, trial.tables, units, widely=number > rounds // 2)
        moved = []
        for _ in range(units):
            # Those that show most come first, and are moved most often.
            one, other = (parents[int(len(parents) * maker.random.random() ** 3)] for _ in range(2))
            moved.append(maker.moved(kept[one], kept[other], days[one]))
        kept = [*(kept[place] for place in parents), *moved]
        shown = [*(shown[place] for place in parents), *trial.shown(moved)]
        days = [*(days[place] for place in parents), *trial.days]
    far = chosen(shown, trial.tables, units // 2, widely=False)
    wide = chosen(shown, trial.tables, len(shown), widely=True)
    return Searched(tuple(kept), tuple(far), tuple(wide))


def search(
    study: Study, catalogue: Catalogue, pools: Pools, maker: Maker, units: int, rounds: int
) -> list[Unit]:
    """Return as many units as asked for, those that show most of what was seen, and others made beside them."""
    trial = Trial(study, catalogue, pools)
    found = searched(trial, maker, units, rounds)
    return placed(found, trial, study, pools, maker, units)


def placed(found: Searched, trial: Trial, study: Study, pools: Pools, maker: Maker, units: int) -> list[Unit]:
    """Return units that were found, those that come far and those that show most, and what is made beside them."""
    kept, far = found.units, found.far
    crowds = _crowds(trial, study, [kept[place] for place in far], maker)
    # Birthdays of 29 February fall on another day in most years; few units come far with one by chance.
    made = [maker.leaping(kept[place], days) for place in far[: units // 20] for days in (0, 1)]
    made += [maker.twinned(kept[place], turn) for turn, place in enumerate(far[: units // 10])]
    first = [kept[place] for place in _first(far, found.wide, units - len(made) - len(crowds))]
    further = beside([kept[place] for place in far], trial, maker, max(units // 200, 1))
    return [*crowds, *with_all_codes(first, pools), *made, *further]


def _crowds(trial: Trial, study: Study, units: Sequence[Unit], maker: Maker) -> list[Unit]:
    """Return crowds for matching, made of a case and a candidate who match; nothing without peers or such a pair."""
    if study.peers is None:
        return []
    births = frozenset(name for _, name in maker.pools.births)
    best: tuple[int, int, int] = (0, 0, 0)
    for case, candidate in trial.matched(units)[:_TRIED]:
        made = crowd(units[case], units[candidate], study.peers, births, 0)
        best = max(best, (_worth(trial, made), case, candidate), key=lambda each: each[0])
    worth, case, candidate = best
    found: list[Unit] = []
    years = iter(_YEARS)
    kinds: tuple[Callable[[Unit, Unit, Peers, frozenset[str]], list[Unit]], ...] = (
        *(partial(crowd, lead=lead) for lead in range(3)),
        part_crowd,
        at_distances,
    )
    for kind in kinds if worth else ():
        # In different years, or one crowd would be peers for the other.
        for year in years:
            one, other = (moved_birth(units[place], year, births) for place in (case, candidate))
            made = kind(one, other, study.peers, births)
            if year == 0 or _worth(trial, made, 1 if kind is at_distances else ROUNDS):
                # Matching takes two of three in a row for the same, if the first is no. 0, 3, 6, ...
                found += [*made, *made[-1:] * (-len(made) % 6)]
                break
    return found


def _worth(trial: Trial, made: Sequence[Unit], rounds: int = ROUNDS) -> int:
    """Return how many peers a round of matching adds."""
    first = trial.rows(f"{MATCHED}{rounds - 1}", made) if rounds > 1 else 0
    return trial.rows(f"{MATCHED}{rounds}", made) - first


def _first(far: Sequence[int], wide: Sequence[int], units: int) -> list[int]:
    """Return places of units, half of them those that come far, the others those that show most besides."""
    return list(dict.fromkeys((*far, *wide)))[:units]


def chosen(shown: Sequence[Shown], tables: Sequence[str], number: int, *, widely: bool) -> list[int]:
    """Return the places of units that together show most, the most telling first.

    A thing counts less the more often it is shown already, and more the fewer units have a row in its table. ``widely``
    makes a thing that nobody shows yet count most of all.
    """
    with_rows = Counter(table for each in shown for table in {tables[thing] for thing in each})
    first = {table: _WORTH * min(max(len(shown) // count, 1), _RAREST) for table, count in with_rows.items()}
    usual = np.array([first.get(table, 0) for table in tables], dtype=np.int64)
    weight = np.full_like(usual, _NEW) if widely else usual.copy()
    things = [np.array(sorted(each), dtype=np.int64) for each in shown]
    waiting = [(-int(weight[each].sum()), place) for place, each in enumerate(things)]
    heapq.heapify(waiting)
    found: list[int] = []
    while waiting and len(found) < number:
        _, place = heapq.heappop(waiting)
        worth = int(weight[things[place]].sum())
        if waiting and -worth > waiting[0][0]:
            heapq.heappush(waiting, (-worth, place))
            continue
        found.append(place)
        old = weight[things[place]]
        weight[things[place]] = np.where(old == _NEW, usual[things[place]], old * 15 // 16)
    return found


_WORTH = 1 << 10
_RAREST = 256
_TRIED = 6
_YEARS = (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5)
_NEW = 1024 * _WORTH
