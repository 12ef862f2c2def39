"""Which terms of a condition are true of every row, because an earlier step or a join asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .blocks import NAME, clause_of
from .determined import Pair
from .harness import Site
from .known import known_names
from .model import Block, Facts

_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
_WEAKER = {"<": "<=", ">": ">="}
_SAID = {"<=": "<", ">=": ">"}
WHY = "the term is true of every row: an earlier step or a join asks for it"


def always_true(
    words: tuple[str, ...], block: Block, facts: Mapping[str, Facts], known: frozenset[Pair]
) -> bool:
    """Whether a term is true of all rows that reach a SELECT; ``known`` are its columns that are never missing."""
    if words[1:] == ("IS", "NOT", "NULL"):
        found = block.source_of(words[0], facts)
        return found is not None and (found[0].alias, found[1]) in known
    for source in block.sources:
        if source.left:
            continue
        held = facts.get(source.name, Facts())
        own = _own(words, source.alias, block, facts)
        if own is None:
            continue
        names = {word for word in own if NAME.fullmatch(word)}
        single = [
            tuple(next(iter(names)) if word == "@" else word for word in condition)
            for column, condition in held.holds
            if names == {column}
        ]
        for each in (*held.terms, *single):
            if own in _same_or_weaker(each):
                return True
    return False


def _own(
    words: Sequence[str], alias: str, block: Block, facts: Mapping[str, Facts]
) -> tuple[str, ...] | None:
    """Return a term with the names that its columns have in one table; None if it speaks of others too."""
    found: list[str] = []
    for word in words:
        if NAME.fullmatch(word):
            of = block.source_of(word, facts)
            if of is None or of[0].alias != alias:
                return None
            found.append(of[1])
        else:
            found.append(word)
    return tuple(found)


def _same_or_weaker(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Return a term, turned round if it compares two values, and as one that it implies."""
    found = {words}
    if len(words) == 3 and words[1] in _TURNED:
        one, sign, other = words
        for each in (sign, _WEAKER.get(sign, sign)):
            found |= {(one, each, other), (other, _TURNED[each], one)}
    return found


def shown_true(
    site: Site, term: tuple[str, ...], texts: Sequence[str], block: Block, facts: Mapping[str, Facts]
) -> str | None:
    """Return why a mutant of a term means the same: it is true of every row before and after."""
    clause = clause_of(texts, block, site.mutant.at)
    bare = replace(block, where=())
    known = known_names(bare, facts)
    if site.mutant.kind == "dropped term" and clause and _is_term(term, block, clause):
        return WHY if always_true(term, bare, facts, known) else None
    if clause != "WHERE" or not block.where_is_and:
        return None
    if site.mutant.kind == "comparison":
        words = tuple(texts[site.mutant.at - 1 : site.mutant.at + 2])
        changed = (words[0], site.mutant.after.strip(), words[-1])
        if words in block.where and _SAID.get(words[1]) == changed[1]:
            turned = (changed[2], _TURNED[changed[1]], changed[0])
            if changed in block.where or turned in block.where:
                return "another term says the same"
        weaker = _WEAKER.get(site.mutant.before) == site.mutant.after.strip()
        if weaker and words in block.where and always_true(words, bare, facts, known):
            return WHY
    every = all(always_true(words, bare, facts, known) for words in block.where)
    return WHY if site.mutant.kind == "and or" and every else None


def _is_term(term: tuple[str, ...], block: Block, clause: str) -> bool:
    if clause == "WHERE":
        return block.where_is_and and term in block.where
    return any(term in source.terms for source in block.sources if not source.left)
