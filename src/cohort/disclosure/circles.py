"""Do the tables of a release overlap in a circle?

Tables whose variables form an acyclic hypergraph tell together no more than their shared margins do (Dobra and
Fienberg, PNAS 97, 2000: bounds in decomposable tables). Whether they do is found by the reduction of Graham, Yu
and Özsoyoğlu: take away what stands in one table only, and tables inside others, until nothing changes.
"""

from __future__ import annotations

Edge = tuple[int, frozenset[str]]
"""A table: its group's place in the chain, and the variables that it tells about."""


def circle_of(tables: list[Edge]) -> Edge | None:
    """Return the narrowest group and the variables of all circles together, or None if there is none.

    Being in a narrower group is a variable too. A table of a narrower group tells about those inside only, so the
    reduction is made for the whole cohort alone, then with each narrower group; and with one variable for "how
    far inside" as well as with one for each group, because either way of counting can miss a circle.
    """
    narrowest, variables = -1, frozenset[str]()
    for last in sorted({place for place, _ in tables}):
        for one_for_all in (True, False):
            edges = {
                (place, names | {_level(place, one_for_all)} if place else names)
                for place, names in tables
                if place <= last
            }
            left = _reduced(edges)
            if left:
                narrowest = max(narrowest, *(place for place, _ in left))
                variables = variables.union(*(names for _, names in left))
    if narrowest < 0:
        return None
    return narrowest, frozenset(name for name in variables if not name.startswith(_LEVEL))


_LEVEL = "\0inside"


def _level(place: int, one_for_all: bool) -> str:
    return _LEVEL if one_for_all else f"{_LEVEL}{place}"


def _reduced(edges: set[Edge]) -> set[Edge]:
    """Return what is left of the tables when nothing more can be taken away."""
    left = set(edges)
    while True:
        for edge in sorted(left, key=lambda e: (e[0], sorted(e[1]))):
            place, names = edge
            others = left - {edge}
            if any(names <= other for _, other in others):
                left = others
                break
            shared = frozenset(name for name in names if any(name in other for _, other in others))
            if shared != names:
                left = others | {(place, shared)} if shared else others
                break
        else:
            return left
