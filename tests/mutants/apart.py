"""What tells the rows of a SELECT apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from .blocks import listed
from .determined import Pair
from .known import at_most_one
from .model import Block, Columns, Facts, Source

_UP_TO_HERE = ("ROWS", "BETWEEN", "UNBOUNDED", "PRECEDING", "AND", "CURRENT", "ROW")


def unique_sets(block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]) -> Iterator[Columns]:
    """Yield sets of columns in which no two rows of a SELECT agree."""
    base = block.sources[0]
    held = facts.get(base.name, Facts())
    if block.group:
        grouped = [label for words, label in block.items if len(words) == 1 and words[0] in block.group]
        if len(grouped) == len(block.group):
            yield frozenset(grouped)
        elif block.group[-1].rpartition(".")[2] == "joined_number" and len(grouped) == len(block.group) - 1:
            # Joined spells: runs of rows in order of their start, so that each begins on another day.
            starts = [label for words, label in block.items if words[:2] == ("MIN", "(")]
            yield frozenset((*grouped, *starts))
    elif all(at_most_one(source, facts) for source in block.sources[1:]):
        sets = set(held.unique)
        for words in block.where if block.where_is_and else ():
            if len(words) == 3 and words[1:] == ("=", "1"):
                column = words[0].rpartition(".")[2]
                if column in held.ranks:
                    sets.add(held.ranks[column])
        for sum_, (added, within) in held.sums.items():
            # The one row in which a running sum of numbers that are none below nought reaches a number.
            edges = [words[-1] for words in block.where if words[:-1] == (sum_, "-", added, "<")]
            if block.where_is_and and any((edge, "<=", sum_) in block.where for edge in edges):
                sets.add(within)
        for columns in sets:
            named = [plain.get((base.alias, column)) for column in columns]
            if all(named):
                yield frozenset(name for name in named if name)
    else:
        # A row is told apart by what tells apart the rows that it is made of.
        for chosen in product(*(_keys(source, base, facts) for source in block.sources)):
            named = [plain.get(pair) for part in chosen for pair in part]
            if all(named):
                yield frozenset(name for name in named if name)
    if block.distinct:
        yield frozenset(label for _, label in block.items)


def _keys(source: Source, base: Source, facts: Mapping[str, Facts]) -> list[tuple[Pair, ...]]:
    if source is not base and at_most_one(source, facts):
        return [()]
    unique = sorted(facts.get(source.name, Facts()).unique, key=sorted)[:6]
    return [tuple((source.alias, column) for column in sorted(columns)) for columns in unique]


def ranks_of(block: Block, plain: Mapping[Pair, str]) -> Iterator[tuple[str, Columns]]:
    """Yield places in order, each with the columns within which it counts from 1."""
    for words, label in block.items:
        if words[:1] == ("ROW_NUMBER",) and "PARTITION" in words and len(block.sources) == 1:
            partition = listed(words, words.index("PARTITION") + 2)
            named = [plain.get((block.sources[0].alias, name.rpartition(".")[2])) for name in partition]
            if all(named):
                yield label, frozenset(name for name in named if name)


def sums_of(block: Block, plain: Mapping[Pair, str]) -> Iterator[tuple[str, tuple[str, Columns]]]:
    """Yield running sums, each with what it adds up and the columns within which it starts afresh."""
    for words, label in block.items:
        if words[:2] == ("SUM", "(") and words[3:6] == (")", "OVER", "(") and len(block.sources) == 1:
            partition = listed(words, words.index("PARTITION") + 2) if "PARTITION" in words else ()
            alias = block.sources[0].alias
            named = [plain.get((alias, name.rpartition(".")[2])) for name in (words[2], *partition)]
            if all(named) and words[-8:-1] == _UP_TO_HERE:
                yield label, (named[0] or "", frozenset(name for name in named[1:] if name))
