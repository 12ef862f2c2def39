"""Which columns are never missing, and which joins find a row, or the same row, for every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .blocks import NAME, closing_of, results, split
from .model import Block, Facts, Source


def known_names(block: Block, facts: Mapping[str, Facts]) -> frozenset[tuple[str, str]]:
    """Return the columns (alias, column) that are missing in no row that passes the joins and WHERE."""
    found: set[tuple[str, str]] = set()
    for number, source in enumerate(block.sources):
        before = replace(block, sources=block.sources[:number], where=())
        if not source.left or always_matched(
            replace(before, sources=(*before.sources, source)), source, facts
        ):
            found |= {(source.alias, column) for column in facts.get(source.name, Facts()).known}
            for own, alias, column in source.equal:
                found |= {(source.alias, own), (alias, column)}
        if not source.left:
            for words in source.terms:
                if is_strict_comparison(words):
                    found |= _places(words, block, facts)
    if block.where_is_and:
        for words in block.where:
            if len(words) == 4 and words[1:] == ("IS", "NOT", "NULL"):
                names: tuple[str, ...] = words[:1]
            elif len(words) == 3 and words[1] in ("=", "<>", "<", "<=", ">", ">="):
                names = (words[0], words[2])
            elif len(words) > 2 and words[1] == "IN":
                names = words[:1]
            elif is_strict_comparison(words) or is_likeness(words):
                names = tuple(word for word in words if NAME.fullmatch(word))
            else:
                continue
            for name in names:
                where = block.source_of(name, facts)
                if where is not None and name[0].isalpha():
                    found.add((where[0].alias, where[1]))
    return frozenset(found)


def _places(words: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> set[tuple[str, str]]:
    found = [block.source_of(word, facts) for word in words if NAME.fullmatch(word)]
    return {(each[0].alias, each[1]) for each in found if each is not None}


def is_likeness(words: Sequence[str]) -> bool:
    """Whether it is LIKE of one column, or several with OR: never true of a missing one."""
    names = {word for word in words if NAME.fullmatch(word)}
    rest = {word for word in words if word not in names and not word.startswith("'")}
    return len(names) == 1 and "LIKE" in rest and rest <= {"(", ")", "LIKE", "OR"}


def is_strict_comparison(words: tuple[str, ...]) -> bool:
    """Whether it compares values that are missing wherever a column in them is."""
    lacks = {"CASE", "COALESCE", "NULLIF", "IS", "SELECT", "OR", "NOT", "LIKE", "IN", "OVER", "COUNT"}
    depth, signs = 0, 0
    for word in words:
        depth += (word == "(") - (word == ")")
        signs += depth == 0 and word in ("=", "<>", "<", "<=", ">", ">=")
    return signs == 1 and not lacks & set(words)


def always_matched(block: Block, source: Source, facts: Mapping[str, Facts]) -> bool:
    """Whether every row before a join finds a row of the joined table."""
    if not source.only_equal or not source.equal:
        return False
    others = {alias for _, alias, _ in source.equal}
    if len(others) != 1:
        return False
    (alias,) = others
    other = next((each for each in block.sources if each.alias == alias), None)
    if other is None or other.left:
        return False
    before = block.sources[: block.sources.index(source)]
    known = known_names(replace(block, sources=before), facts)
    if not all((alias, column) in known for _, _, column in source.equal):
        return False
    pairs = [(own, column) for own, _, column in source.equal]
    held, joined = facts.get(other.name, Facts()), facts.get(source.name, Facts())
    for name, here in [*held.within, (full(other.name, facts), tuple((n, n) for n in held.names))]:
        for again, there in [
            *joined.covers,
            (full(source.name, facts), tuple((n, n) for n in joined.names)),
        ]:
            if name == again and all(
                any((base, column) in here and (base, own) in there for base in dict(there))
                for own, column in pairs
            ):
                return True
    return False


def same_row(
    block: Block, source: Source, facts: Mapping[str, Facts], left_out: tuple[str, str, str]
) -> bool:
    """Whether the other equalities of a join already make the one left out true."""
    rest = [each for each in source.equal if each != left_out and each[1] == left_out[1]]
    other = next((each for each in block.sources if each.alias == left_out[1]), None)
    if other is None or not rest:
        return False
    held, joined = facts.get(other.name, Facts()), facts.get(source.name, Facts())
    for name, here in [*held.within, (full(other.name, facts), tuple((n, n) for n in held.names))]:
        for again, there in [
            *joined.within,
            (full(source.name, facts), tuple((n, n) for n in joined.names)),
        ]:
            if name != again:
                continue
            bases = {
                base
                for own, _, column in rest
                for base in dict(here)
                if (base, column) in here and (base, own) in there
            }
            same = any((base, left_out[2]) in here and (base, left_out[0]) in there for base in dict(here))
            if same and _named(name, facts).tells_apart(bases):
                return True
    return False


def _named(full: str, facts: Mapping[str, Facts]) -> Facts:
    return facts.get(full.rpartition(":")[2], Facts())


def full(name: str, facts: Mapping[str, Facts]) -> str:
    return (facts[name].own_name or name) if name in facts else name


def at_most_one(source: Source, facts: Mapping[str, Facts]) -> bool:
    """Return whether a join finds at most one row for each row before it."""
    held = facts.get(source.name, Facts())
    own = frozenset(source.one_for)
    first = any(
        words[1:] == ("=", "1") and held.ranks.get(words[0].rpartition(".")[2], own | {""}) <= own
        for words in source.terms
        if words[0].startswith(f"{source.alias}.")
    )
    return first or held.tells_apart(own)


def never_missing(
    words: tuple[str, ...], block: Block, facts: Mapping[str, Facts], known: frozenset[tuple[str, str]]
) -> bool:
    if len(words) == 1:
        if words[0][0].isdigit() or words[0].startswith("'"):
            return True
        found = block.source_of(words[0], facts)
        return found is not None and (found[0].alias, found[1]) in known
    if words[0] in ("ROW_NUMBER", "COUNT"):
        return True
    # Without GROUP BY there is a row even where no row is read.
    if words[0] in ("MIN", "MAX") and len(words) == 4 and block.group:
        return never_missing(words[2:3], block, facts, known)
    if words[0] == "DATE" and len(words) == 4:
        return True
    if words[0] in ("LEAST", "GREATEST") and words[-1] == ")" and closing_of(words, 1) == len(words) - 1:
        parts = split(words, 2, len(words) - 1, (",",))
        return all(never_missing(part, block, facts, known) for part in parts)
    if words[0] == "COALESCE" and words[-1] == ")" and closing_of(words, 1) == len(words) - 1:
        if any(never_missing(part, block, facts, known) for part in split(words, 2, len(words) - 1, (",",))):
            return True
        return words[-2].startswith("'") or words[-2].isdigit() or words[-5:-3] == ("DATE", "(")
    if _is_total(words):
        names = [word for word in words if NAME.fullmatch(word)]
        places = [block.source_of(name, facts) for name in names]
        if names and all(place is not None and (place[0].alias, place[1]) in known for place in places):
            return True
    if words[0] == "CASE":
        given = results(words)
        return bool(given) and all(never_missing(part, block, facts, known) for part in given)
    return False


def _is_total(words: tuple[str, ...]) -> bool:
    """Whether an expression gives a value wherever all its columns have one."""
    lacks = {"NULL", "NULLIF", "/", "OVER", "SELECT", "MOD", "MIN", "MAX", "SUM", "AVG"}
    return not lacks & set(words) and words.count("CASE") == words.count("ELSE")
