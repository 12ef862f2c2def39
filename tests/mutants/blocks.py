"""Reads the SELECTs of a statement: their items, tables, joins and conditions, from the tokens alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from .model import Block, Source

NAME = re.compile(r"[a-z][\w.]*")


def item_at(texts: Sequence[str], block: Block, at: int) -> tuple[int, int] | None:
    """Return where the value of a SELECT begins and ends that a token is part of, without its label."""
    depth, start = 0, block.first + 1
    for place in range(start, block.end):
        if depth == 0 and texts[place] in (",", "FROM"):
            if start <= at < place:
                end = place - 2 if texts[place - 2] == "AS" else place
                return (start, end) if at < end else None
            if texts[place] == "FROM":
                return None
            start = place + 1
        depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
    return None


def results(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what a CASE gives, branch by branch; nothing if it has no ELSE or is not all of the value."""
    depth, marks = 0, []
    for place, word in enumerate(words):
        depth += (word in ("CASE", "(")) - (word in ("END", ")"))
        if depth == 1 and word in ("WHEN", "THEN", "ELSE"):
            marks.append(place)
        if depth == 0:
            marks.append(place)
            break
    if marks[-1] != len(words) - 1 or len(marks) < 2 or words[marks[-2]] != "ELSE":
        return []
    return [words[one + 1 : other] for one, other in pairwise(marks) if words[one] in ("THEN", "ELSE")]


def queries(texts: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the common table expressions of an INSERT by name, and last the query itself without one."""
    place = closing_of(texts, texts.index("(")) + 1
    if texts[place] == "WITH":
        place += 1
        while True:
            opening = place + 2
            end = closing_of(texts, opening)
            yield texts[place], opening + 1, end
            place = end + 1
            if texts[place] != ",":
                break
            place += 1
    yield "", place, len(texts)


def branches(texts: Sequence[str], first: int, end: int) -> Iterator[tuple[int, int]]:
    depth, start = 0, first
    for place in range(first, end):
        depth += (texts[place] == "(") - (texts[place] == ")")
        if depth == 0 and texts[place] == "UNION":
            yield start, place
            start = place + 2
    yield start, end


def read_block(texts: Sequence[str], first: int, end: int) -> Block:
    """Read one SELECT without UNION."""
    at: dict[str, int] = {}
    depth = 0
    for place in range(first, end):
        depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
        if depth == 0 and texts[place] in ("FROM", "WHERE", "GROUP"):
            at.setdefault(texts[place], place)
    after_from = at.get("WHERE", at.get("GROUP", end))
    distinct = texts[first + 1] == "DISTINCT"
    begin = first + 2 if distinct else first + 1
    items = tuple(_labelled(part) for part in split(texts, begin, at.get("FROM", end), (",",)))
    sources = tuple(_sources(texts, at["FROM"] + 1, after_from)) if "FROM" in at else ()
    stop = at.get("GROUP", end)
    where = list(split(texts, at["WHERE"] + 1, stop, ("AND", "OR"))) if "WHERE" in at else []
    is_and = "WHERE" in at and not has_or(texts, at["WHERE"] + 1, stop)
    group = [part[0] for part in split(texts, at["GROUP"] + 2, end, (",",))] if "GROUP" in at else []
    return Block(first, end, items, sources, tuple(where), is_and, tuple(group), distinct=distinct)


def clause_of(texts: Sequence[str], block: Block, at: int) -> str:
    """Return WHERE or ON if a token stands in it outside brackets; else nothing."""
    depth, found = 0, ""
    for place in range(block.first, min(at + 1, block.end)):
        if depth == 0 and texts[place] in ("FROM", "WHERE", "ON", "JOIN", "GROUP"):
            found = texts[place]
        if place < at:
            depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
    return found if depth == 0 and found in ("WHERE", "ON") else ""


def has_or(texts: Sequence[str], first: int, end: int) -> bool:
    depth = 0
    for place in range(first, end):
        depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
        if depth == 0 and texts[place] == "OR":
            return True
    return False


def split(texts: Sequence[str], first: int, end: int, signs: Sequence[str]) -> Iterator[tuple[str, ...]]:
    depth, start = 0, first
    for place in range(first, end):
        if depth == 0 and texts[place] in signs:
            yield tuple(texts[start:place])
            start = place + 1
        depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
    if start < end:
        yield tuple(texts[start:end])


def _labelled(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    if len(words) > 2 and words[-2] == "AS":
        return words[:-2], words[-1]
    return words, words[-1].rpartition(".")[2]


def _sources(texts: Sequence[str], first: int, end: int) -> Iterator[Source]:
    place, left = first, False
    while place < end:
        if texts[place] in ("LEFT", "JOIN"):
            left = texts[place] == "LEFT"
            start = place
            place += 2 if left else 1
        else:
            left, start = False, place
        name = texts[place]
        if name == "(":
            return
        alias = name.rpartition(".")[2]
        place += 1
        if place < end and texts[place] == "AS":
            alias = texts[place + 1]
            place += 2
        equal: tuple[tuple[str, str, str], ...] = ()
        terms: tuple[tuple[str, ...], ...] = ()
        only = True
        if place < end and texts[place] == "ON":
            stop = _end_of_on(texts, place + 1, end)
            equal, only = _equalities(texts, place + 1, stop, alias)
            if not has_or(texts, place + 1, stop):
                terms = tuple(split(texts, place + 1, stop, ("AND",)))
            place = stop
        yield Source(alias, name, left, start, equal, only, tuple(_fixed(terms, alias)), terms)
        if place < end and texts[place] not in ("LEFT", "JOIN"):
            return


def _end_of_on(texts: Sequence[str], place: int, end: int) -> int:
    depth = 0
    while place < end:
        if depth == 0 and (texts[place] == "JOIN" or (texts[place] == "LEFT" and texts[place + 1] == "JOIN")):
            return place
        depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
        place += 1
    return place


def _equalities(
    texts: Sequence[str], first: int, end: int, alias: str
) -> tuple[tuple[tuple[str, str, str], ...], bool]:
    """Return the equalities of plain columns in ON, and whether it holds nothing else."""
    found: list[tuple[str, str, str]] = []
    only = not has_or(texts, first, end)
    for words in split(texts, first, end, ("AND", "OR")):
        pair = equality(words, alias)
        if pair is None:
            only = False
        else:
            found.append(pair)
    return (tuple(found) if not has_or(texts, first, end) else ()), only


def _fixed(terms: Iterable[tuple[str, ...]], alias: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each own column that a term of ON makes equal to more than a column, with the columns of that."""
    for words in terms:
        own, sign, rest = words[0], words[1:2], words[2:]
        names = tuple(word for word in rest if NAME.fullmatch(word))
        plain = own.startswith(f"{alias}.") and sign == ("=",) and len(rest) > 1
        if plain and names and not any(name.startswith(f"{alias}.") or "." not in name for name in names):
            yield own.rpartition(".")[2], names


def equality(words: tuple[str, ...], alias: str) -> tuple[str, str, str] | None:
    """Return (own column, other alias, other column) for ``a.x = b.y``; None for anything else."""
    if len(words) != 3 or words[1] != "=" or "." not in words[0] or "." not in words[2]:
        return None
    one, other = words[0].rpartition("."), words[2].rpartition(".")
    if one[0] == alias:
        return one[2], other[0], other[2]
    return (other[2], one[0], one[2]) if other[0] == alias else None


def closing_of(texts: Sequence[str], opening: int) -> int:
    """Return where a bracket is closed."""
    depth = 0
    for place in range(opening, len(texts)):
        depth += (texts[place] == "(") - (texts[place] == ")")
        if depth == 0:
            return place
    raise ValueError("a bracket is never closed")


def listed(words: Sequence[str], first: int) -> tuple[str, ...]:
    """Return the plain names of a list that ends with ORDER, ROWS or a bracket."""
    found = []
    for word in words[first:]:
        if word in ("ORDER", "ROWS", ")"):
            break
        if word != ",":
            found.append(word)
    return tuple(found)
