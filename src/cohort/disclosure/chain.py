"""The groups of a release, from the whole cohort to the narrowest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from cohort.disclosure.errors import CannotProtect
from cohort.results.model import CountTable, Group


@dataclass(frozen=True)
class Chain:
    """Groups by place: 0 is the whole cohort, each later one lies inside all before it.

    ``fixed`` holds for each group the values that it, or a group around it, has by definition.
    """

    conditions: tuple[frozenset[str], ...]
    fixed: tuple[Mapping[str, str], ...]

    def place(self, group: Group) -> int:
        """Return the place of a group."""
        return self.conditions.index(group.conditions)


def chain_of_groups(tables: list[CountTable]) -> Chain:
    """Return the groups as a chain; raise ``CannotProtect`` if two of them only overlap or lie apart."""
    words = {table.group.conditions: table.group.words for table in tables}
    words.setdefault(frozenset(), "the whole cohort")
    ordered = sorted(words, key=lambda conditions: (len(conditions), sorted(conditions)))
    for wider, narrower in pairwise(ordered):
        if not wider < narrower:
            raise CannotProtect(
                f"`{words[wider]}` and `{words[narrower]}` are groups of which neither lies inside the other, "
                "and what they tell together cannot be audited yet"
            )
    fixed: list[Mapping[str, str]] = []
    known: dict[str, str] = {}
    for conditions in ordered:
        for table in tables:
            if table.group.conditions == conditions:
                for name, value in table.group.fixed.items():
                    if known.setdefault(name, value) != value:
                        raise CannotProtect(f"`{table.group.words}` gives `{name}` two values at once")
        fixed.append(dict(known))
    return Chain(tuple(ordered), tuple(fixed))
