"""Where identifiers go: the columns of every table that hold an identifier or anything worked out from one.

Read off the finished text, statement by statement: a column is marked if the expression that gives it names a marked
column, outside of counts, of conditions and of the order of a window. Keys of held tables are marked to begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from cohort.sql.model import ReadTable
from cohort.types import Kind
from cohort.vetting.text import statements, token_texts

Marked = frozenset[str]
"""Columns of one table that hold identifiers."""

_COUNTED = frozenset({"COUNT", "OVER", "EXISTS", "IN"})


def marked_columns(text: str, reads: Iterable[ReadTable]) -> dict[str, Marked]:
    """Return the marked columns of each table that a script reads or fills, by the table's name in capitals."""
    marked = {
        read.physical.upper(): frozenset(
            column.physical.upper() for column in read.columns if column.type.kind is Kind.KEY
        )
        for read in reads
    }
    for statement in statements(text):
        found = token_texts(statement)
        if found[:2] != ("INSERT", "INTO") or "(" not in found:
            continue
        table, start = found[2].upper(), 3
        end = _closing(found, start)
        columns = [name for name in found[start + 1 : end] if name != ","]
        given = _query(found[end + 1 :], marked)
        new = {name.upper() for name, (_, hot) in zip(columns, given, strict=False) if hot}
        marked[table] = marked.get(table, frozenset()) | new
    return marked


def _query(found: Sequence[str], known: Mapping[str, Marked]) -> list[tuple[str, bool]]:
    """Return the columns that a query gives, each with whether it is marked."""
    known = dict(known)
    position = 0
    if found and found[0] == "WITH":
        position = 1
        while found[position + 1 : position + 3] == ("AS", "("):
            end = _closing(found, position + 2)
            inner = _query(found[position + 3 : end], known)
            known[found[position].upper()] = frozenset(name.upper() for name, hot in inner if hot)
            position = end + 1
            if position < len(found) and found[position] == ",":
                position += 1
    given: list[tuple[str, bool]] = []
    for block in _cut(found[position:], "UNION"):
        further = _block(block[1:] if block[:1] == ("ALL",) else block, known)
        pairs = zip_longest(given, further, fillvalue=("", False))
        given = [(one[0] or other[0], one[1] or other[1]) for one, other in pairs]
    return given


def _block(found: Sequence[str], known: Mapping[str, Marked]) -> list[tuple[str, bool]]:
    """Return the columns of one SELECT without UNION."""
    if not found or found[0] != "SELECT":
        return []
    parts = _cut(found[1:], "FROM")
    sources = _sources(("FROM", *[word for part in parts[1:] for word in ("FROM", *part)][1:]), known)
    return [
        (item[-1].rpartition(".")[2], _carries(item[:-2] if "AS" in item[-2:-1] else item, sources, known))
        for item in _cut(parts[0], ",")
        if item
    ]


def _sources(found: Sequence[str], known: Mapping[str, Marked]) -> dict[str, Marked]:
    """Return the marked columns of each table that a SELECT reads, by alias."""
    sources: dict[str, Marked] = {}
    depth = 0
    for number, word in enumerate(found):
        if depth == 0 and word in ("FROM", "JOIN") and number + 1 < len(found):
            name, at = found[number + 1], number + 2
            hot = known.get(name.upper(), frozenset())
            if name == "(":
                end = _closing(found, number + 1)
                inner = _query(found[number + 2 : end], known)
                hot, at = frozenset(column.upper() for column, is_hot in inner if is_hot), end + 1
            alias = found[at + 1] if at + 1 < len(found) and found[at] == "AS" else name
            sources[alias.upper()] = hot
        depth += (word == "(") - (word == ")")
    return sources


def _carries(item: Sequence[str], sources: Mapping[str, Marked], known: Mapping[str, Marked]) -> bool:
    """Whether the value of an expression comes from a marked column."""
    everywhere = frozenset(column for hot in sources.values() for column in hot)
    position, condition, depth_of_case = 0, [False], 0
    while position < len(item):
        word = item[position]
        following = item[position + 1] if position + 1 < len(item) else ""
        if word in _COUNTED and following == "(":
            position = _closing(item, position + 1) + 1
            continue
        if word == "(" and following == "SELECT":
            end = _closing(item, position)
            if any(hot for _, hot in _query(item[position + 1 : end], known)):
                return True
            position = end + 1
            continue
        match word:
            case "CASE":
                condition.append(False)
                depth_of_case += 1
            case "END" if depth_of_case:
                condition.pop()
                depth_of_case -= 1
            case "WHEN":
                condition[-1] = True
            case "THEN" | "ELSE":
                condition[-1] = False
            case _ if word[0].isalpha() and not any(condition):
                qualifier, _, name = word.upper().rpartition(".")
                if name in (sources.get(qualifier, frozenset()) if qualifier else everywhere):
                    return True
        position += 1
    return False


def _cut(found: Sequence[str], word: str) -> list[tuple[str, ...]]:
    """Cut at a word outside brackets."""
    parts: list[list[str]] = [[]]
    depth = 0
    for each in found:
        depth += (each == "(") - (each == ")")
        if each == word and depth == 0:
            parts.append([])
        else:
            parts[-1].append(each)
    return [tuple(part) for part in parts]


def _closing(found: Sequence[str], start: int) -> int:
    """Where the bracket that opens at a place closes."""
    depth = 0
    for number in range(start, len(found)):
        depth += (found[number] == "(") - (found[number] == ")")
        if depth == 0:
            return number
    return len(found) - 1
