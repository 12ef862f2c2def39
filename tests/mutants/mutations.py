"""One-token mutants of a statement that fills a table: the smallest mistakes that a compiler could make.

Lengths of types, labels of columns and names of tables are left as they are: a changed one is an error at once, or
changes nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cohort.sql.layout import Token, tokens
from cohort.vetting.text import joined

_FLIPS = {
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "=": ("<>",),
    "<>": ("=",),
}
_OTHER = {
    "AND": ("and or", "OR"),
    "OR": ("and or", "AND"),
    "MIN": ("extreme", "MAX"),
    "MAX": ("extreme", "MIN"),
    "LEAST": ("extreme", "GREATEST"),
    "GREATEST": ("extreme", "LEAST"),
    "LEAD": ("extreme", "LAG"),
    "LAG": ("extreme", "LEAD"),
    "ASC": ("order", "DESC"),
    "DESC": ("order", "ASC"),
    "+": ("arithmetic", "-"),
    "-": ("arithmetic", "+"),
    "*": ("arithmetic", "+"),
    "/": ("arithmetic", "*"),
}
_TYPES = frozenset({"VARCHAR", "CHAR", "DECIMAL"})
_BEFORE_CONDITION = frozenset({"WHERE", "ON", "WHEN", "HAVING"})
_AFTER_CONDITION = frozenset(
    {"THEN", "GROUP", "ORDER", "UNION", "JOIN", "LEFT", "WHERE", "ELSE", "END", ",", "HAVING", "ON", "WHEN"}
)
_DATE = re.compile(r"'\d{4}-\d{2}-\d{2}'")
_NUMBER = re.compile(r"(\d+)(\.\d+(?:E\d+)?)?")
_PLAIN = re.compile(r"[a-z][\w.]*")
_CONTEXT = 5


@dataclass(frozen=True)
class Mutant:
    """A changed statement: the kind of change, what stood there and what stands there now, with words around it."""

    kind: str
    before: str
    after: str
    around: str
    text: str
    at: int


@dataclass(frozen=True)
class _Found:
    """The tokens of a statement, and for each the brackets and CASE that it stands in, as a number of its own."""

    tokens: tuple[Token, ...]
    level: tuple[int, ...]
    closing: Mapping[int, int]

    def text(self, place: int) -> str:
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""


def mutants(statement: str, kinds: Mapping[str, str]) -> Iterator[Mutant]:
    """Yield all mutants of a statement, each text once. ``kinds`` are the kinds of columns by name, for swaps."""
    found = _read(statement)
    start = _start_of_query(found)
    seen = {joined(found.tokens)}
    for kind, first, end, after in _changes(found, start, kinds):
        put = tuple(
            Token(text, number > 0 or found.tokens[first].spaced) for number, text in enumerate(after)
        )
        text = joined((*found.tokens[:first], *put, *found.tokens[end:]))
        if text not in seen:
            seen.add(text)
            before = joined(found.tokens[first:end]).strip()
            around = joined(found.tokens[max(start, first - _CONTEXT) : end + _CONTEXT]).strip()
            yield Mutant(kind, before, " ".join(after), around, text, first)


_Change = tuple[str, int, int, Sequence[str]]


def _changes(found: _Found, start: int, kinds: Mapping[str, str]) -> Iterator[_Change]:
    yield from _single_tokens(found, start)
    yield from _dropped_terms(found, start)
    yield from _dropped_branches(found, start)
    yield from _arguments(found, start)
    yield from _swapped_columns(found, start, kinds)
    yield from _swapped_results(found, start)


def _single_tokens(found: _Found, start: int) -> Iterator[_Change]:
    for place in range(start, len(found.tokens)):
        text = found.text(place)
        before, after = found.text(place - 1), found.text(place + 1)
        if text in _FLIPS:
            yield from (("comparison", place, place + 1, (sign,)) for sign in _FLIPS[text])
        elif text in _OTHER and not _is_of_frame(found, place) and not (text == "*" and before == "("):
            kind, other = _OTHER[text]
            if kind != "extreme" or after == "(":
                yield kind, place, place + 1, (other,)
        elif text == "IS":
            there = after == "NOT"
            yield "missing", place, place + 2 if there else place + 1, ("IS",) if there else ("IS", "NOT")
        elif (number := _NUMBER.fullmatch(text)) and not _is_of_type(found, place):
            beside = (str(int(number[1]) + by) + (number[2] or "") for by in (1, -1))
            yield from (("number", place, place + 1, (each,)) for each in beside)
        elif _DATE.fullmatch(text) and before == "(" and found.text(place - 2) == "DATE":
            yield from (("date", place, place + 1, (day,)) for day in _days_beside(text))
        elif text.startswith("'"):
            yield "text", place, place + 1, (f"{text[:-2]}~'" if len(text) > 2 else "'~'",)
        elif text == "LEFT" and after == "JOIN":
            yield "join", place, place + 2, ("JOIN",)
        elif text == "JOIN" and before != "LEFT":
            yield "join", place, place + 1, ("LEFT", "JOIN")


def _dropped_terms(found: _Found, start: int) -> Iterator[_Change]:
    """Drop each term of conditions that AND or OR joins, and each WHERE of one term."""
    for place in range(start, len(found.tokens)):
        if found.text(place) == "WHERE":
            end = _end_of_condition(found, place + 1, found.level[place])
            if not any(_joins(found, n, found.level[place]) for n in range(place + 1, end)):
                yield "dropped term", place, end, ()
        if not _joins(found, place, found.level[place]):
            continue
        level = found.level[place]
        end = _end_of_term(found, place + 1, level)
        yield "dropped term", place, end, ()
        first = _start_of_term(found, place - 1, level, start)
        if found.text(first - 1) not in ("AND", "OR") or found.level[first - 1] != level:
            yield "dropped term", first, place + 1, ()


def _dropped_branches(found: _Found, start: int) -> Iterator[_Change]:
    """Drop each branch of a UNION ALL."""
    for place in range(start, len(found.tokens) - 1):
        if found.text(place) == "UNION" and found.text(place + 1) == "ALL":
            level = found.level[place]
            end = place + 2
            while end < len(found.tokens) and not _ends_branch(found, end, level):
                end += 1
            yield "dropped branch", place, end, ()
            first = place
            while (
                first > start
                and found.level[first - 1] >= level
                and not (
                    found.level[first - 1] == level
                    and found.text(first - 1) in ("ALL", ")")
                    and _begins(found, first)
                )
            ):
                first -= 1
            if _begins(found, first):
                yield "dropped branch", first, place + 2, ()


def _arguments(found: _Found, start: int) -> Iterator[_Change]:
    """Give one argument of COALESCE alone, and leave out one member of a list."""
    for place in range(start, len(found.tokens) - 1):
        if found.text(place + 1) != "(":
            continue
        if found.text(place) == "COALESCE":
            for first, end in _parts(found, place + 1):
                yield "coalesce", place, found.closing[place + 1] + 1, _texts(found, first, end)
        elif found.text(place) == "IN" and found.text(place + 2) not in ("SELECT", "VALUES"):
            parts = _parts(found, place + 1)
            for number, (first, end) in enumerate(parts):
                if len(parts) > 1:
                    yield "dropped member", *((first - 1, end) if number else (first, end + 1)), ()
        elif found.text(place) == "VALUES" or (
            found.text(place) == "(" and found.text(place - 1) == "VALUES"
        ):
            yield from _dropped_rows(found, place)


def _dropped_rows(found: _Found, place: int) -> Iterator[_Change]:
    """Leave out one row of VALUES."""
    if found.text(place) != "VALUES":
        return
    rows = [place + 1]
    while found.text(found.closing[rows[-1]] + 1) == "," and found.text(found.closing[rows[-1]] + 2) == "(":
        rows.append(found.closing[rows[-1]] + 2)
    for number, first in enumerate(rows):
        if len(rows) > 1:
            end = found.closing[first] + 1
            yield "dropped member", *((first - 1, end) if number else (first, end + 1)), ()


def _swapped_columns(found: _Found, start: int, kinds: Mapping[str, str]) -> Iterator[_Change]:
    """Give each two neighbouring plain columns of one kind in a SELECT each other's value."""
    for place in range(start, len(found.tokens)):
        if found.text(place) != "SELECT":
            continue
        items = [item for item in _items(found, place) if item is not None]
        by_kind: dict[str, list[tuple[int, int, str, str]]] = {}
        for first, end, column, label in items:
            kind = kinds.get(column.rpartition(".")[2], "")
            if kind:
                by_kind.setdefault(kind, []).append((first, end, column, label))
        for alike in by_kind.values():
            for one, other in pairwise(alike):
                between = _texts(found, one[1], other[0])
                swapped = (other[2], "AS", one[3], *between, one[2], "AS", other[3])
                yield "swapped columns", one[0], other[1], swapped


def _swapped_results(found: _Found, start: int) -> Iterator[_Change]:
    """Let neighbouring branches of a CASE give each other's result."""
    for place in range(start, len(found.tokens)):
        if found.text(place) != "CASE":
            continue
        inside = place + 1
        level = found.level[inside]
        marks = [n for n in range(inside, len(found.tokens)) if found.level[n] == level]
        results: list[tuple[int, int]] = []
        for number, mark in enumerate(marks):
            if found.text(mark) in ("THEN", "ELSE"):
                stops = (n for n in marks[number + 1 :] if found.text(n) in ("WHEN", "ELSE"))
                end = next(stops, found.closing[place])
                results.append((mark + 1, end))
        for one, other in pairwise(results):
            first, second = _texts(found, *one), _texts(found, *other)
            if first != second:
                yield "swapped results", one[0], other[1], (*second, *_texts(found, one[1], other[0]), *first)


# Reading ---------------------------------------------------------------------------------------------------------


def _read(statement: str) -> _Found:
    found = tokens(statement)
    levels: list[int] = []
    closing: dict[int, int] = {}
    stack: list[tuple[int, int]] = [(0, -1)]
    newest = 0
    for place, token in enumerate(found):
        if token.text in (")", "END"):
            _, opened = stack.pop()
            closing[opened] = place
        levels.append(stack[-1][0])
        if token.text in ("(", "CASE"):
            newest += 1
            stack.append((newest, place))
    return _Found(found, tuple(levels), closing)


def _start_of_query(found: _Found) -> int:
    return next(n for n in range(len(found.tokens)) if found.text(n) in ("WITH", "SELECT"))


def _is_of_frame(found: _Found, place: int) -> bool:
    before = found.text(place - 1)
    return found.text(place) == "AND" and before in ("PRECEDING", "FOLLOWING", "ROW")


def _is_of_type(found: _Found, place: int) -> bool:
    """Whether a number is a length of a type: VARCHAR(2), DECIMAL(12, 4)."""
    back = place
    while back > place - 4 and found.text(back) != "(":
        back -= 1
    return found.text(back - 1) in _TYPES


def _days_beside(text: str) -> tuple[str, ...]:
    day = datetime.date.fromisoformat(text.strip("'"))
    beside = []
    for by in (-1, 1):
        number = day.toordinal() + by
        if 1 <= number <= datetime.date.max.toordinal():
            beside.append(f"'{datetime.date.fromordinal(number).isoformat()}'")
    return tuple(beside)


def _joins(found: _Found, place: int, level: int) -> bool:
    return (
        found.text(place) in ("AND", "OR") and found.level[place] == level and not _is_of_frame(found, place)
    )


def _end_of_term(found: _Found, place: int, level: int) -> int:
    while place < len(found.tokens):
        text = found.text(place)
        if found.level[place] < level and text in (")", "END"):
            return place
        joins = text in ("AND", "OR") and not _is_of_frame(found, place)
        # LEFT is also a function.
        after = text in _AFTER_CONDITION and (text != "LEFT" or found.text(place + 1) == "JOIN")
        if found.level[place] == level and (joins or after):
            return place
        place += 1
    return place


def _end_of_condition(found: _Found, place: int, level: int) -> int:
    end = _end_of_term(found, place, level)
    while end < len(found.tokens) and found.text(end) in ("AND", "OR") and found.level[end] == level:
        end = _end_of_term(found, end + 1, level)
    return end


def _start_of_term(found: _Found, place: int, level: int, start: int) -> int:
    """Return where the term begins that ends at a place: after AND, OR, the word before the condition, or a bracket."""
    while place > start:
        text = found.text(place)
        if found.level[place] == level and (
            (text in ("AND", "OR") and not _is_of_frame(found, place)) or text in _BEFORE_CONDITION
        ):
            return place + 1
        if text == "(" and found.level[place] < level and found.level[place + 1] == level:
            return place + 1
        place -= 1
    return place


def _ends_branch(found: _Found, place: int, level: int) -> bool:
    text = found.text(place)
    return (text == ")" and found.level[place] < level) or (found.level[place] == level and text == "UNION")


def _begins(found: _Found, place: int) -> bool:
    return found.text(place) == "SELECT"


def _parts(found: _Found, opening: int) -> list[tuple[int, int]]:
    """Return where each argument in brackets begins and ends."""
    level = found.level[opening + 1]
    commas = [
        n
        for n in range(opening + 1, found.closing[opening])
        if found.text(n) == "," and found.level[n] == level
    ]
    edges = [opening, *commas, found.closing[opening]]
    return [(first + 1, end) for first, end in pairwise(edges)]


def _items(found: _Found, select: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield the plain columns of a SELECT: where each begins and ends, its name, and its label."""
    level = found.level[select]
    first = select + 1
    place = first
    while place <= len(found.tokens):
        text = found.text(place)
        at_end = place == len(found.tokens) or (found.level[place] <= level and text in ("FROM", ")"))
        if at_end or (text == "," and found.level[place] == level):
            words = _texts(found, first, place)
            if (
                words
                and _PLAIN.fullmatch(words[0])
                and (len(words) == 1 or (len(words) == 3 and words[1] == "AS"))
            ):
                yield first, place, words[0], words[-1].rpartition(".")[2]
            first = place + 1
        if at_end:
            return
        place += 1


def _texts(found: _Found, first: int, end: int) -> tuple[str, ...]:
    return tuple(token.text for token in found.tokens[first:end])
