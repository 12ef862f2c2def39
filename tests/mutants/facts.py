"""What the text of a script shows about its own tables.

Which columns are never missing, which tell all rows apart, and whose rows a table holds: read from the finished SQL
alone, one SELECT after the other. What is not seen is not held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from cohort.sql.layout import tokens
from cohort.sql.model import Script, StatementKind

from .apart import ranks_of, sums_of, unique_sets
from .blocks import NAME, branches, closing_of, queries, read_block, split
from .determined import Pair, determined
from .known import always_matched, full, known_names, never_missing
from .model import Block, Facts, Map, Source
from .values import constants, days_of_year


class Reading:
    """The facts of all tables and steps of a script, and the SELECTs of each statement."""

    def __init__(self, script: Script) -> None:
        self.facts: dict[str, Facts] = {}
        self.blocks: dict[tuple[str, int], list[Block]] = {}
        self.steps: dict[tuple[str, int], dict[str, Facts]] = {}
        for part in script.parts:
            for place, statement in enumerate(part.statements):
                if statement.kind in (StatementKind.FILL, StatementKind.RESULT):
                    self._read(part.name, place, [token.text for token in tokens(statement.text)])

    def _read(self, part: str, place: int, texts: Sequence[str]) -> None:
        known = dict(self.facts)
        blocks: list[Block] = []
        for name, first, end in queries(texts):
            found: list[Facts] = []
            for start, stop in branches(texts, first, end):
                block = replace(read_block(texts, start, stop), step=name)
                blocks.append(block)
                found.append(_listed(texts, block) or facts_of(block, known))
            facts = found[0] if len(found) == 1 else _together(found)
            if name:
                # Another statement may have a step of the same name, which is another table.
                known[name] = replace(facts, own_name=f"{part}/{place}:{name}")
            elif texts[2] not in self.facts:
                self.facts[texts[2]] = facts
        self.blocks[part, place] = blocks
        self.steps[part, place] = known


def _listed(texts: Sequence[str], block: Block) -> Facts | None:
    """Return what is known of rows that are written out: ``SELECT a, b FROM (VALUES ('x', 'y')) AS t (a, b)``."""
    if "VALUES" not in texts[block.first : block.end]:
        return None
    place = list(texts).index("VALUES", block.first) + 1
    rows: list[tuple[tuple[str, ...], ...]] = []
    while texts[place] == "(":
        closing = closing_of(texts, place)
        rows.append(tuple(split(texts, place + 1, closing, (",",))))
        place = closing + 1 + (texts[closing + 1] == ",")
    opening = list(texts).index("(", place)
    names = [part[0] for part in split(texts, opening + 1, closing_of(texts, opening), (",",))]
    values = {
        name: frozenset(row[number][0] for row in rows)
        for number, name in enumerate(names)
        if all(len(row[number]) == 1 and row[number][0] != "NULL" for row in rows)
    }
    labels = [(words[0], label) for words, label in block.items if len(words) == 1 and words[0] in values]
    return Facts(
        tuple(label for _, label in block.items),
        frozenset(label for _, label in labels),
        constants={label: values[name] for name, label in labels},
    )


def facts_of(block: Block, facts: Mapping[str, Facts]) -> Facts:
    """Return what is known of the rows that a SELECT gives."""
    known = known_names(block, facts)
    plain = _plain(block, facts)
    listed_values = {label: constants(words, block, facts) for words, label in block.items}
    days = {label: days_of_year(words, block, facts) for words, label in block.items}
    found = Facts(
        tuple(label for _, label in block.items),
        frozenset(label for words, label in block.items if never_missing(words, block, facts, known)),
        constants={label: values for label, values in listed_values.items() if values is not None},
        days={label: values for label, values in days.items() if values is not None},
    )
    if not block.sources:
        return found
    return replace(
        found,
        unique=frozenset(unique_sets(block, facts, plain)),
        ranks=dict(ranks_of(block, plain)),
        sums=dict(sums_of(block, plain)),
        alike=alike_columns(block, facts),
        terms=frozenset(_terms(block, facts, plain)),
        within=frozenset(_within(block, facts, plain)),
        covers=frozenset(_covers(block, facts, plain)),
        holds=frozenset(_conditions(block, facts, plain)),
        determined=determined(block, facts, plain),
    )


def _plain(block: Block, facts: Mapping[str, Facts]) -> dict[Pair, str]:
    """Return the columns that a SELECT gives as they are, by table and column."""
    plain: dict[Pair, str] = {}
    for words, label in block.items:
        found = block.source_of(words[0], facts) if len(words) == 1 else None
        if found is not None:
            plain.setdefault((found[0].alias, found[1]), label)
    # Columns that an inner join makes equal stand for each other.
    for source in block.sources[1:]:
        for named_here, alias, column in source.equal if not source.left else ():
            pair = ((source.alias, named_here), (alias, column))
            for one, other in (pair, pair[::-1]):
                if one in plain:
                    plain.setdefault(other, plain[one])
    return plain


def alike_columns(block: Block, facts: Mapping[str, Facts]) -> frozenset[frozenset[str]]:
    """Return pairs of columns that a SELECT gives the same value."""
    return frozenset(_alike(block, facts))


def _alike(block: Block, facts: Mapping[str, Facts]) -> Iterator[frozenset[str]]:
    groups: list[set[Pair]] = []
    pairs = [
        {(source.alias, own), (alias, column)}
        for source in block.sources
        if not source.left
        for own, alias, column in source.equal
    ]
    pairs += [
        {(source.alias, column) for column in columns}
        for source in block.sources
        for columns in facts.get(source.name, Facts()).alike
    ]
    for pair in pairs:
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [pair.union(*touched)]
    plain = [(block.source_of(words[0], facts), label) for words, label in block.items if len(words) == 1]
    given = [((found[0].alias, found[1]), label) for found, label in plain if found is not None]
    for (one, label), (other, again) in combinations(given, 2):
        if one == other or any({one, other} <= group for group in groups):
            yield frozenset({label, again})


def _terms(block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]) -> Iterator[tuple[str, ...]]:
    """Yield conditions of several columns that hold of all rows, in the names that the columns have here."""
    given: list[tuple[str, ...]] = list(block.where) if block.where_is_and else []
    for source in block.sources:
        if not source.left:
            given += source.terms
            for words in facts.get(source.name, Facts()).terms:
                given.append(tuple(f"{source.alias}.{w}" if NAME.fullmatch(w) else w for w in words))
    for words in given:
        here = in_labels(words, block, facts, plain)
        if here is not None and "SELECT" not in words:
            yield here


def in_labels(
    words: Sequence[str], block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]
) -> tuple[str, ...] | None:
    """Return an expression with other names of its columns; None if one has none."""
    found: list[str] = []
    for word in words:
        if NAME.fullmatch(word):
            of = block.source_of(word, facts)
            label = None if of is None else plain.get((of[0].alias, of[1]))
            if label is None:
                return None
            found.append(label)
        else:
            found.append(word)
    return tuple(found)


def _within(block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]) -> Iterator[tuple[str, Map]]:
    for source in block.sources:
        if source is block.sources[0] or not source.left:
            behind = facts.get(source.name, Facts()).within
            yield from _through(full(source.name, facts), _columns_of(source, plain), behind)
    for words in block.where if block.where_is_and else ():
        # Rows of units that another table holds: its rows under this column.
        if words[1:4] == ("IN", "(", "SELECT") and words[5:6] == ("FROM",) and "WHERE" not in words:
            found = block.source_of(words[0], facts)
            here = None if found is None else plain.get((found[0].alias, found[1]))
            if here is not None:
                yield full(words[6], facts), ((words[4].rpartition(".")[2], here),)


def _covers(block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]) -> Iterator[tuple[str, Map]]:
    base = block.sources[0]
    bare = replace(block, where=())
    known = known_names(bare, facts)
    where = [block.source_of(words[0], facts) for words in block.where if words[1:] == ("IS", "NOT", "NULL")]
    all_known = all(found is not None and (found[0].alias, found[1]) in known for found in where)
    all_rows = len(where) == len(block.where) and all_known and (block.where_is_and or not block.where)
    if all_rows and all(s.left or always_matched(bare, s, facts) for s in block.sources[1:]):
        held = facts.get(base.name, Facts())
        yield from _through(full(base.name, facts), _columns_of(base, plain), held.covers)


def _columns_of(source: Source, plain: Mapping[Pair, str]) -> Map:
    return tuple(sorted((column, label) for (alias, column), label in plain.items() if alias == source.alias))


def _through(name: str, own: Map, further: Iterable[tuple[str, Map]]) -> Iterator[tuple[str, Map]]:
    """Yield a table with its columns here, and all tables behind it with theirs."""
    yield name, own
    here = dict(own)
    for other, columns in further:
        yield other, tuple(sorted((base, here[column]) for base, column in columns if column in here))


def _conditions(
    block: Block, facts: Mapping[str, Facts], plain: Mapping[Pair, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for source in block.sources:
        if source is block.sources[0] or not source.left:
            for column, words in facts.get(source.name, Facts()).holds:
                if (source.alias, column) in plain:
                    yield plain[source.alias, column], words
    for words in block.where if block.where_is_and else ():
        names = {word for word in words if NAME.fullmatch(word)}
        if len(names) != 1 or "SELECT" in words:
            continue
        found = block.source_of(next(iter(names)), facts)
        if found is not None and (found[0].alias, found[1]) in plain:
            yield plain[found[0].alias, found[1]], tuple("@" if word in names else word for word in words)


def _together(found: Sequence[Facts]) -> Facts:
    """Return what is known of the rows of several SELECTs; columns have the names of the first."""
    first = found[0]
    if any(len(each.names) != len(first.names) for each in found):
        return Facts(first.names)
    renamed = [dict(zip(each.names, first.names, strict=True)) for each in found]
    known = [{to[name] for name in each.known} for each, to in zip(found, renamed, strict=True)]
    behind: list[dict[str, set[tuple[str, str]]]] = []
    for each, to in zip(found, renamed, strict=True):
        tables: dict[str, set[tuple[str, str]]] = {}
        for name, columns in each.within:
            # A table may stand behind the rows in two ways; what holds in one of them is enough.
            here = {(base, to[column]) for base, column in columns}
            tables[name] = max(tables.get(name, set()), here, key=lambda pairs: (len(pairs), sorted(pairs)))
        behind.append(tables)
    common = set(behind[0]).intersection(*behind[1:])
    within = {(name, tuple(sorted(set.intersection(*(each[name] for each in behind))))) for name in common}
    return Facts(
        first.names,
        frozenset(set.intersection(*known)),
        within=frozenset(each for each in within if each[1]),
        constants=_all_of(
            [{to[n]: v for n, v in f.constants.items()} for f, to in zip(found, renamed, strict=True)]
        ),
        days=_all_of([{to[n]: v for n, v in f.days.items()} for f, to in zip(found, renamed, strict=True)]),
    )


def _all_of(found: Sequence[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    common = set(found[0]).intersection(*found[1:])
    return {name: frozenset().union(*(each[name] for each in found)) for name in sorted(common)}
