"""Which columns of a SELECT follow from others: the same values there always stand beside the same values here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from .blocks import NAME
from .known import at_most_one
from .model import Block, Facts

Pair = tuple[str, str]
"""The alias of a table of FROM, and a column of it."""
_NOT_OF_ITS_ROW = frozenset({"OVER", "SELECT", "MIN", "MAX", "SUM", "COUNT", "AVG"})
_MANY = 12
"""So many columns are tried two by two; the others of a wide table are seldom keys."""


def following(block: Block, facts: Mapping[str, Facts], given: Iterable[Pair]) -> frozenset[Pair]:
    """Return all columns that follow from those given, which are among them."""
    found = set(given)
    for words in block.where if block.where_is_and else ():
        if len(words) == 3 and words[1] == "=" and _is_constant(words[2]):
            of = block.source_of(words[0], facts)
            if of is not None:
                found.add((of[0].alias, of[1]))
    for source in block.sources:
        for column, words in facts.get(source.name, Facts()).holds:
            if not source.left and len(words) == 3 and words[:2] == ("@", "=") and _is_constant(words[2]):
                found.add((source.alias, column))
    before = -1
    while before != len(found):
        before = len(found)
        for source in block.sources:
            held = facts.get(source.name, Facts())
            here = {column for alias, column in found if alias == source.alias}
            # Rows that a LEFT JOIN does not find are told by a column that is else never missing.
            told = not source.left or bool(here & held.known)
            for columns, label in held.determined if told else ():
                if columns <= here and (not source.left or columns & held.known):
                    found.add((source.alias, label))
            if source.left and told:
                found |= {
                    (source.alias, own) for own, alias, column in source.equal if (alias, column) in found
                }
            if not source.left:
                for own, alias, column in source.equal:
                    if (source.alias, own) in found or (alias, column) in found:
                        found |= {(source.alias, own), (alias, column)}
                if held.tells_apart(here):
                    found |= {(source.alias, name) for name in held.names}
            constant = sum(
                len(words) == 3 and words[0].startswith(f"{source.alias}.") and _is_constant(words[2])
                for words in source.terms
            )
            whole = len(source.terms) == len(source.one_for) + constant or not source.left
            others = {(alias, column) for _, alias, column in source.equal}
            others |= {
                (name.rpartition(".")[0], name.rpartition(".")[2])
                for _, names in source.fixed
                for name in names
            }
            if whole and source.one_for and at_most_one(source, facts) and others <= found:
                found |= {(source.alias, name) for name in held.names}
    return frozenset(found)


def determined(
    block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]
) -> frozenset[tuple[frozenset[str], str]]:
    """Return columns that a SELECT gives, each with one or two others that it follows from."""
    needed: dict[str, frozenset[Pair]] = {}
    for words, label in block.items:
        names = [word for word in words if NAME.fullmatch(word)]
        places = [block.source_of(name, facts) for name in names]
        # The columns of held tables are in capitals and not read here.
        read = bool(names) or (len(words) == 1 and _is_constant(words[0]))
        here = not _NOT_OF_ITS_ROW & set(words) and (not block.group or len(words) == 1)
        if read and here and all(places):
            needed[label] = frozenset((each[0].alias, each[1]) for each in places if each is not None)
    keys = sorted({pair for pair in _keys(block, facts) if pair in plain})[:_MANY]
    found: set[tuple[frozenset[str], str]] = set()
    for number in (0, 1, 2):
        for chosen in combinations(keys, number):
            columns = frozenset(plain[pair] for pair in chosen)
            there = following(block, facts, chosen)
            for label, pairs in needed.items():
                shorter = any(label == other and less < columns for less, other in found)
                if label not in columns and not shorter and pairs <= there:
                    found.add((columns, label))
    return frozenset(found)


def _keys(block: Block, facts: Mapping[str, Facts]) -> Iterator[Pair]:
    """Yield columns that others may follow from."""
    for source in block.sources:
        held = facts.get(source.name, Facts())
        for own, alias, column in source.equal:
            yield source.alias, own
            yield alias, column
        for columns in (*held.unique, *(each for each, _ in held.determined)):
            yield from ((source.alias, column) for column in columns)
    given = [words for words, _ in block.items]
    for words in given:
        names = {word for word in words if NAME.fullmatch(word)}
        if len(names) == 1 and (len(words) > 1 or given.count(words) > 1):
            found = block.source_of(next(iter(names)), facts)
            if found is not None:
                yield found[0].alias, found[1]


def _is_constant(word: str) -> bool:
    return word.isdigit() or word.startswith("'")
