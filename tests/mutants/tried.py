"""Tries a changed expression on every value that its columns can have, where these are few enough.

Dates are all days of two centuries and of the first and last years of the calendar, whole numbers a wide range, texts
those that earlier steps can give. Values that earlier steps leave out by a condition are left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cohort.sql.layout import tokens
from cohort.vetting import postgres
from cohort.vetting.model import Refused

from .blocks import NAME, closing_of, item_at
from .known import known_names
from .model import Block, Facts

if TYPE_CHECKING:
    import psycopg

    from .facts import Reading
    from .harness import Site

NUMBERS = (-30_000, 1_100_000)
"""The range of whole numbers that is wide enough for years, days and years with months."""
FAR_NUMBERS = (-2_000_000_000, -1_000_000, 10_000_000, 2_000_000_000)
DAYS = (("0001-01-01", "0003-12-31"), ("1900-01-01", "2100-12-31"), ("9997-01-01", "9999-12-31"))
"""The ranges of days that are wide enough for births and events, and for the ends of the calendar."""
ONE_YEAR = (("2000-01-01", "2000-12-31"),)
"""All days of the year."""
WHY = "the value is the same for all days, numbers or texts that can stand there"
_MOST = 5_000_000
"""So many pairs of values are tried."""
_NEVER = frozenset({"SELECT", "FROM", "OVER", "MIN", "MAX", "SUM", "COUNT", "AVG", "VALUES", "UNION", "WITH"})
_EDGES = frozenset({"AND", "OR", "WHEN", "THEN", "ELSE", "WHERE", "ON", "HAVING", ","})
_BEFORE_TERM = frozenset({"WHEN", "AND", "OR", "WHERE", "ON"})
_OF_NO_VALUE = frozenset(
    {"IN", "AND", "OR", "OVER", "AS", "VALUES", "WHEN", "THEN", "ELSE", "ON", "WHERE", "BY"}
)


@dataclass(frozen=True)
class _Domain:
    """The values that are tried for one column, as a query that gives them under the name ``v``."""

    query: str
    many: int


class Trial:
    """A database in which expressions of one study are tried."""

    def __init__(self, connection: psycopg.Connection[Any], kinds: Mapping[str, str]) -> None:
        self._connection, self._kinds = connection, kinds
        self._tables: dict[str, tuple[str, int]] = {}

    def same(self, site: Site, reading: Reading, statement: str) -> str | None:
        """Return why a mutant means the same: an expression around the change has the same value for all values of its
        columns. None if that is not so, or if there are too many values to try."""
        texts = [token.text for token in tokens(statement)]
        changed = [token.text for token in tokens(site.mutant.text)]
        first, end = _difference(texts, changed)
        where = (site.part, site.place)
        block = next((b for b in reading.blocks[where] if b.first <= first and end <= b.end), None)
        if block is None:
            return None
        in_item = item_at(texts, block, first) is not None
        for start, stop in _around(texts, first, end, block):
            before, after = texts[start:stop], changed[start : stop + len(changed) - len(texts)]
            names = sorted({word for word in before if NAME.fullmatch(word)})
            others = {word for word in after if NAME.fullmatch(word)}
            if len(names) > 2 or not others <= set(names):
                return None
            if _reaches_further(before, after):
                return None
            # Of a term only its truth matters: what is neither true nor false is as good as false.
            truth = texts[start - 1] in _BEFORE_TERM
            if names and self._is_same(before, after, names, block, reading.steps[where], in_item, truth):
                return WHY
        return None

    def _is_same(
        self,
        before: Sequence[str],
        after: Sequence[str],
        names: Sequence[str],
        block: Block,
        facts: Mapping[str, Facts],
        in_item: bool,
        truth: bool,
    ) -> bool:
        import psycopg

        try:
            found = [self._domain(name, (*before, *after), block, facts, in_item) for name in names]
            many = 1
            for each in found:
                many *= each.many if each is not None else _MOST + 1
            if many > _MOST:
                return False
            columns = {name: f"tried_{number}" for number, name in enumerate(names)}
            one, other = (" ".join(columns.get(word, word) for word in words) for words in (before, after))
            tried = " CROSS JOIN ".join(
                f"(SELECT v AS {column} FROM {each.query}) AS of_{column}"
                for each, column in zip(found, columns.values(), strict=True)
                if each is not None
            )
            if truth:
                one, other = f"({one}) IS TRUE", f"({other}) IS TRUE"
            asked = f"SELECT 1 FROM {tried} WHERE ({one}) IS DISTINCT FROM ({other}) LIMIT 1"
            row = self._connection.execute(postgres.for_postgres(asked).encode()).fetchone()
        except (psycopg.Error, Refused):
            return False
        return row is None

    def _domain(
        self, name: str, words: Sequence[str], block: Block, facts: Mapping[str, Facts], in_item: bool
    ) -> _Domain | None:
        """Return the values of a column that reach an expression; None if they are too many or not known."""
        found = block.source_of(name, facts)
        if found is None:
            return None
        source, column = found
        held = facts.get(source.name, Facts())
        values = _values(column, words, name, held, self._kinds.get(column, ""))
        if values is None:
            return None
        conditions = [f"({' '.join(each)})" for own, each in sorted(held.holds) if own == column]
        if in_item and block.where_is_and:
            conditions += [
                f"({' '.join('@' if word == name else word for word in each)})"
                for each in block.where
                if {word for word in each if NAME.fullmatch(word)} == {name} and "SELECT" not in each
            ]
        if column in held.days:
            listed = ", ".join(str(int(day[:2]) * 100 + int(day[3:])) for day in sorted(held.days[column]))
            conditions.append(f"(@ IS NULL OR MONTH(@) * 100 + DAY(@) IN ({listed}))")
        query = f"({values}) AS t"
        here = " AND ".join(conditions).replace("@", "v") or "1 = 1"
        text = f"SELECT v FROM {query} WHERE {here}"
        before = block if in_item else _before_joins(block)
        if (source.alias, column) in known_names(before, facts):
            text += " AND v IS NOT NULL"
        elif source.left:
            text += " UNION ALL SELECT NULL"
        if text not in self._tables:
            table = f"values_tried_{len(self._tables)}"
            made = f"CREATE TEMPORARY TABLE {table} AS SELECT DISTINCT v FROM ({text}) AS t"
            self._connection.execute(postgres.for_postgres(made).encode())
            row = self._connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
            self._tables[text] = (table, row[0] if row else 0)
        return _Domain(*self._tables[text])


def _values(column: str, words: Sequence[str], name: str, held: Facts, kind: str) -> str | None:
    """Return a query that gives the values of a column before any condition."""
    if column in held.constants:
        constants = held.constants[column]
        types = {"DATE": bool(constants) and all(value.startswith("DATE(") for value in constants)}
        types["INTEGER"] = all(value.isdigit() for value in constants)
        type_ = next((name for name, fits in types.items() if fits), "VARCHAR(200)")
        listed = " UNION ALL ".join(f"SELECT CAST({value} AS {type_})" for value in sorted(constants))
        none = f"SELECT CAST(NULL AS {type_}) AS v"
        return f"{none} UNION ALL {listed}" if listed else none
    if kind == "DATE":
        of_year = all(words[n - 2] in ("MONTH", "DAY") for n, word in enumerate(words) if word == name)
        spans = " UNION ALL ".join(
            "SELECT CAST(s.d AS DATE) FROM generate_series("
            f"CAST('{first}' AS timestamp), CAST('{last}' AS timestamp), INTERVAL '1 day') AS s (d)"
            for first, last in (ONE_YEAR if of_year else DAYS)
        )
        return f"SELECT CAST(NULL AS DATE) AS v UNION ALL {spans}"
    casts = [
        list(words[n - 2 : n]) == ["CAST", "("] and list(words[n + 1 : n + 3]) == ["AS", "BIGINT"]
        for n, word in enumerate(words)
        if word == name
    ]
    small = all(int(word) < NUMBERS[1] for word in words if word.isdigit())
    if (kind == "WHOLE" or (not kind and all(casts))) and small:
        far = " ".join(f"UNION ALL SELECT CAST({number} AS INTEGER)" for number in FAR_NUMBERS)
        return (
            f"SELECT CAST(NULL AS INTEGER) AS v {far} UNION ALL "
            f"SELECT CAST(s.n AS INTEGER) FROM generate_series({NUMBERS[0]}, {NUMBERS[1]}) AS s (n)"
        )
    return None


def _reaches_further(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a change lets years after 9999 become dates, which Db2 refuses and PostgreSQL does not."""
    return "YEARS" in before and "9999" in before and "9999" not in after and "9998" not in after


def _before_joins(block: Block) -> Block:
    """Return a SELECT whose conditions leave nothing out: they are what is looked at."""
    return replace(block, where=(), sources=tuple(replace(each, equal=()) for each in block.sources))


def _difference(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return where the tokens that differ begin and end, in the first."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and before[-1 - last] == after[-1 - last]:
        last += 1
    return first, len(before) - last


def _around(texts: Sequence[str], first: int, end: int, block: Block) -> Iterator[tuple[int, int]]:
    """Yield where expressions begin and end that hold a change, the shortest first."""
    found = {*_terms(texts, first, end, block), *_brackets(texts, first, end, block)}
    item = item_at(texts, block, first)
    if item is not None:
        found.add(item)
    for start, stop in sorted(found, key=lambda each: (each[1] - each[0], each)):
        if start <= first and end <= stop and not _NEVER & set(texts[start:stop]):
            yield start, stop


def _brackets(texts: Sequence[str], first: int, end: int, block: Block) -> Iterator[tuple[int, int]]:
    for place in range(block.first, min(first + 1, block.end)):
        if texts[place] == "(":
            closing = closing_of(texts, place)
            before = texts[place - 1]
            function = re.fullmatch(r"[A-Z][A-Z0-9_]*", before) and before not in _OF_NO_VALUE
            if closing >= end and before != "IN" and texts[closing + 1 : closing + 2] != ["OVER"]:
                yield (place - 1 if function else place), closing + 1
        if texts[place] == "CASE":
            depth = 0
            for stop in range(place, block.end):
                depth += (texts[stop] == "CASE") - (texts[stop] == "END")
                if depth == 0:
                    if stop >= end:
                        yield place, stop + 1
                    break


def _terms(texts: Sequence[str], first: int, end: int, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the parts between AND, OR, WHEN and their like that hold a change, at each depth of brackets."""
    place, depth = first - 1, 0
    lowest = 0
    while place > block.first:
        word = texts[place]
        if depth == lowest and (word in _EDGES or word in ("(", "CASE")):
            stop = _end_of_term(texts, place + 1, block)
            if word in ("WHEN", "AND", "OR", "WHERE", "ON", "(") and stop >= end:
                yield place + 1, stop
        depth += (word in (")", "END")) - (word in ("(", "CASE"))
        lowest = min(lowest, depth)
        place -= 1


def _end_of_term(texts: Sequence[str], place: int, block: Block) -> int:
    depth = 0
    while place < block.end:
        word = texts[place]
        if depth == 0 and (
            word in _EDGES
            or word in (")", "END", "GROUP", "ORDER", "UNION", "JOIN", "AS")
            or (word == "LEFT" and texts[place + 1] == "JOIN")
        ):
            return place
        depth += (word in ("(", "CASE")) - (word in (")", "END"))
        place += 1
    return place
