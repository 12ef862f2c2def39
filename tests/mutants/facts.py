"""What the text of a script shows about its own tables.

Which columns are never missing, which tell all rows apart, and whose rows a table holds: read from the finished SQL
alone, one SELECT after the other. What is not seen is not held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

from cohort.sql.layout import tokens
from cohort.sql.model import Script, StatementKind

_OR_MISSING = ("(", "@", "IS", "NULL", "OR")
"""How a condition begins that missing values meet too: it also holds of rows that a LEFT JOIN does not find."""
_NAME = re.compile(r"[a-z][\w.]*")
Columns = frozenset[str]
Map = tuple[tuple[str, str], ...]
"""Columns of one table and the columns of another that hold the same values of the same rows."""


@dataclass(frozen=True)
class Facts:
    """What is known of the rows of a table.

    ``known`` are columns without missing values; ``unique`` sets of columns in which no two rows agree; ``ranks`` are
    places in order, each with the columns within which it counts from 1. Every row is one of each table of ``within``;
    every row of a table of ``covers`` is here. Both say which columns are the same.
    """

    names: tuple[str, ...] = ()
    known: Columns = frozenset()
    unique: frozenset[Columns] = frozenset()
    ranks: Mapping[str, Columns] = field(default_factory=dict)
    within: frozenset[tuple[str, Map]] = frozenset()
    covers: frozenset[tuple[str, Map]] = frozenset()
    own_name: str = ""
    holds: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    """Conditions that every row meets, each about one column, which stands in it as ``@``."""

    def tells_apart(self, columns: Iterable[str]) -> bool:
        """Whether no two rows agree in these columns."""
        given = frozenset(columns)
        return any(unique <= given for unique in self.unique)


@dataclass(frozen=True)
class Source:
    """One table of FROM: its alias, its name, how it is joined, and which columns (own, other alias, other column)."""

    alias: str
    name: str
    left: bool
    place: int
    equal: tuple[tuple[str, str, str], ...] = ()
    only_equal: bool = True


@dataclass(frozen=True)
class Block:
    """One SELECT: where its tokens begin and end, its items (tokens, label), sources, terms of WHERE, and GROUP BY."""

    first: int
    end: int
    items: tuple[tuple[tuple[str, ...], str], ...]
    sources: tuple[Source, ...]
    where: tuple[tuple[str, ...], ...]
    where_is_and: bool
    group: tuple[str, ...]
    step: str = ""
    distinct: bool = False

    def source_of(self, name: str, facts: Mapping[str, Facts]) -> tuple[Source, str] | None:
        """Return the source and the column that a name stands for; None if the text does not say."""
        alias, _, column = name.rpartition(".")
        for source in self.sources:
            held = facts.get(source.name)
            if alias == source.alias or (
                not alias and (len(self.sources) == 1 or (held and column in held.names))
            ):
                return source, column
        return None


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
        for name, first, end in _queries(texts):
            found: list[Facts] = []
            for start, stop in _branches(texts, first, end):
                block = replace(read_block(texts, start, stop), step=name)
                blocks.append(block)
                found.append(facts_of(block, known))
            facts = found[0] if len(found) == 1 else _together(found)
            if name:
                # Another statement may have a step of the same name, which is another table.
                known[name] = replace(facts, own_name=f"{part}/{place}:{name}")
            elif texts[2] not in self.facts:
                self.facts[texts[2]] = facts
        self.blocks[part, place] = blocks
        self.steps[part, place] = known


def facts_of(block: Block, facts: Mapping[str, Facts]) -> Facts:
    """Return what is known of the rows that a SELECT gives."""
    if not block.sources:
        return Facts(tuple(label for _, label in block.items))
    known = known_names(block, facts)
    labels: dict[str, list[str]] = {}
    plain: dict[tuple[str, str], str] = {}
    for words, label in block.items:
        if len(words) == 1:
            found = block.source_of(words[0], facts)
            if found is not None:
                plain.setdefault((found[0].alias, found[1]), label)
                labels.setdefault(f"{found[0].alias}.{found[1]}", []).append(label)
    # Columns that an inner join makes equal stand for each other.
    for source in block.sources[1:]:
        for named_here, alias, column in source.equal if not source.left else ():
            pair = ((source.alias, named_here), (alias, column))
            for one, other in (pair, pair[::-1]):
                if one in plain:
                    plain.setdefault(other, plain[one])
    never_missing = {label for words, label in block.items if _never_missing(words, block, facts, known)}
    base = block.sources[0]
    held = facts.get(base.name, Facts())
    one_each = all(_at_most_one(source, facts) for source in block.sources[1:])
    unique: set[Columns] = set()
    if block.group:
        grouped = [label for words, label in block.items if len(words) == 1 and words[0] in block.group]
        if len(grouped) == len(block.group):
            unique.add(frozenset(grouped))
        elif block.group[-1].rpartition(".")[2] == "joined_number" and len(grouped) == len(block.group) - 1:
            # Joined spells: runs of rows in order of their start, so that each begins on another day.
            starts = [label for words, label in block.items if words[:2] == ("MIN", "(")]
            unique.add(frozenset((*grouped, *starts)))
    elif one_each:
        sets = set(held.unique)
        for words in block.where if block.where_is_and else ():
            if len(words) == 3 and words[1:] == ("=", "1"):
                column = words[0].rpartition(".")[2]
                if column in held.ranks:
                    sets.add(held.ranks[column])
        for columns in sets:
            named = [plain.get((base.alias, column)) for column in columns]
            if all(named):
                unique.add(frozenset(name for name in named if name))
    else:
        # A row is told apart by what tells apart the rows that it is made of.
        for chosen in product(*(_keys(source, base, facts) for source in block.sources)):
            named = [plain.get(pair) for part in chosen for pair in part]
            if all(named):
                unique.add(frozenset(name for name in named if name))
    if block.distinct:
        unique.add(frozenset(label for _, label in block.items))
    ranks: dict[str, Columns] = {}
    for words, label in block.items:
        if words[:1] == ("ROW_NUMBER",) and "PARTITION" in words and len(block.sources) == 1:
            partition = _listed(words, words.index("PARTITION") + 2)
            named = [plain.get((base.alias, name.rpartition(".")[2])) for name in partition]
            if all(named):
                ranks[label] = frozenset(name for name in named if name)
    within: set[tuple[str, Map]] = set()
    for source in block.sources:
        if source is base or not source.left:
            own = tuple(
                sorted((column, label) for (alias, column), label in plain.items() if alias == source.alias)
            )
            within.update(_through(_full(source.name, facts), own, facts.get(source.name, Facts()).within))
    for words in block.where if block.where_is_and else ():
        # Rows of units that another table holds: its rows under this column.
        if words[1:4] == ("IN", "(", "SELECT") and words[5:6] == ("FROM",) and "WHERE" not in words:
            found = block.source_of(words[0], facts)
            here = None if found is None else plain.get((found[0].alias, found[1]))
            if here is not None:
                within.add((_full(words[6], facts), ((words[4].rpartition(".")[2], here),)))
    covers: set[tuple[str, Map]] = set()
    if not block.where and all(s.left or always_matched(block, s, facts) for s in block.sources[1:]):
        own = tuple(
            sorted((column, label) for (alias, column), label in plain.items() if alias == base.alias)
        )
        covers.update(_through(_full(base.name, facts), own, held.covers))
    return Facts(
        tuple(label for _, label in block.items),
        frozenset(never_missing),
        frozenset(unique),
        ranks,
        frozenset(within),
        frozenset(covers),
        holds=frozenset(_conditions(block, plain, facts)),
    )


def _keys(source: Source, base: Source, facts: Mapping[str, Facts]) -> list[tuple[tuple[str, str], ...]]:
    if source is not base and _at_most_one(source, facts):
        return [()]
    unique = sorted(facts.get(source.name, Facts()).unique, key=sorted)[:6]
    return [tuple((source.alias, column) for column in sorted(columns)) for columns in unique]


def _conditions(
    block: Block, plain: Mapping[tuple[str, str], str], facts: Mapping[str, Facts]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for source in block.sources:
        if source is block.sources[0] or not source.left:
            for column, words in facts.get(source.name, Facts()).holds:
                if (source.alias, column) in plain:
                    yield plain[source.alias, column], words
        else:
            for column, words in facts.get(source.name, Facts()).holds:
                if (source.alias, column) in plain and words[: len(_OR_MISSING)] == _OR_MISSING:
                    yield plain[source.alias, column], words
    for words, label in block.items:
        values = _numbers_given(words)
        if values:
            listed = [part for value in sorted(values) for part in (",", value)][1:]
            yield label, (*_OR_MISSING, "@", "IN", "(", *listed, ")", ")")
    for words in block.where if block.where_is_and else ():
        names = {word for word in words if _NAME.fullmatch(word)}
        found = (
            block.source_of(next(iter(names)), facts) if len(names) == 1 and "SELECT" not in words else None
        )
        if found is not None and (found[0].alias, found[1]) in plain:
            yield plain[found[0].alias, found[1]], tuple("@" if word in names else word for word in words)


def _numbers_given(words: tuple[str, ...]) -> frozenset[str]:
    """Return the numbers that a CASE gives, if it gives nothing else."""
    if words[:1] != ("CASE",) or words[-1] != "END" or words.count("CASE") != 1:
        return frozenset()
    given = [(words[n + 1], words[n + 2]) for n, word in enumerate(words) if word in ("THEN", "ELSE")]
    plain = all(value.isdigit() and after in ("WHEN", "ELSE", "END") for value, after in given)
    return frozenset(value for value, _ in given) if plain else frozenset()


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
    if block.where_is_and:
        for words in block.where:
            if len(words) == 4 and words[1:] == ("IS", "NOT", "NULL"):
                names: tuple[str, ...] = words[:1]
            elif len(words) == 3 and words[1] in ("=", "<>", "<", "<=", ">", ">="):
                names = (words[0], words[2])
            elif len(words) > 2 and words[1] == "IN":
                names = words[:1]
            elif _is_strict_comparison(words):
                names = tuple(word for word in words if _NAME.fullmatch(word))
            else:
                continue
            for name in names:
                where = block.source_of(name, facts)
                if where is not None and name[0].isalpha():
                    found.add((where[0].alias, where[1]))
    return frozenset(found)


def _is_strict_comparison(words: tuple[str, ...]) -> bool:
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
    for name, here in [*held.within, (_full(other.name, facts), tuple((n, n) for n in held.names))]:
        for again, there in [
            *joined.covers,
            (_full(source.name, facts), tuple((n, n) for n in joined.names)),
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
    for name, here in [*held.within, (_full(other.name, facts), tuple((n, n) for n in held.names))]:
        for again, there in [
            *joined.within,
            (_full(source.name, facts), tuple((n, n) for n in joined.names)),
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


def _full(name: str, facts: Mapping[str, Facts]) -> str:
    return (facts[name].own_name or name) if name in facts else name


def _at_most_one(source: Source, facts: Mapping[str, Facts]) -> bool:
    return facts.get(source.name, Facts()).tells_apart(own for own, _, _ in source.equal)


def _never_missing(
    words: tuple[str, ...], block: Block, facts: Mapping[str, Facts], known: frozenset[tuple[str, str]]
) -> bool:
    if len(words) == 1:
        if words[0][0].isdigit() or words[0].startswith("'"):
            return True
        found = block.source_of(words[0], facts)
        return found is not None and (found[0].alias, found[1]) in known
    if words[0] in ("ROW_NUMBER", "COUNT"):
        return True
    if words[0] in ("MIN", "MAX") and len(words) == 4 and "OVER" not in words:
        return _never_missing(words[2:3], block, facts, known)
    if words[0] == "DATE" and len(words) == 4:
        return True
    if words[0] == "COALESCE" and words[-1] == ")" and closing_of(words, 1) == len(words) - 1:
        if any(
            _never_missing(part, block, facts, known) for part in _split(words, 2, len(words) - 1, (",",))
        ):
            return True
        return words[-2].startswith("'") or words[-2].isdigit() or words[-5:-3] == ("DATE", "(")
    if _is_total(words):
        names = [word for word in words if _NAME.fullmatch(word)]
        places = [block.source_of(name, facts) for name in names]
        if all(place is not None and (place[0].alias, place[1]) in known for place in places):
            return True
    if words[0] == "CASE" and words.count("CASE") > 1:
        results = _results(words)
        return bool(results) and all(_never_missing(part, block, facts, known) for part in results)
    if words[0] == "CASE" and words.count("CASE") == 1 and words[-1] == "END" and words[-3] == "ELSE":
        after = [words[n + 1] for n, word in enumerate(words) if word in ("THEN", "ELSE")]
        ends = [words[n + 2] for n, word in enumerate(words) if word in ("THEN", "ELSE")]
        plain = all(end in ("WHEN", "ELSE", "END") for end in ends)
        return (
            plain
            and all(_never_missing((word,), block, facts, known) for word in after if word != "NULL")
            and ("NULL" not in after)
        )
    return False


def _results(words: tuple[str, ...]) -> list[tuple[str, ...]]:
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


def _is_total(words: tuple[str, ...]) -> bool:
    """Whether an expression gives a value wherever all its columns have one."""
    lacks = {"NULL", "NULLIF", "/", "OVER", "SELECT", "MOD", "MIN", "MAX", "SUM", "AVG"}
    return not lacks & set(words) and words.count("CASE") == words.count("ELSE")


def _through(name: str, own: Map, further: Iterable[tuple[str, Map]]) -> Iterator[tuple[str, Map]]:
    """Yield a table with its columns here, and all tables behind it with theirs."""
    yield name, own
    here = dict(own)
    for other, columns in further:
        yield other, tuple(sorted((base, here[column]) for base, column in columns if column in here))


def _together(found: Sequence[Facts]) -> Facts:
    names = found[0].names
    known = frozenset(
        name
        for place, name in enumerate(names)
        if all(f.names[place : place + 1] and f.names[place] in f.known for f in found)
    )
    return Facts(names, known)


# Reading SQL -------------------------------------------------------------------------------------------------------


def _queries(texts: Sequence[str]) -> Iterator[tuple[str, int, int]]:
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


def _branches(texts: Sequence[str], first: int, end: int) -> Iterator[tuple[int, int]]:
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
    items = tuple(_labelled(part) for part in _split(texts, begin, at.get("FROM", end), (",",)))
    sources = tuple(_sources(texts, at["FROM"] + 1, after_from)) if "FROM" in at else ()
    stop = at.get("GROUP", end)
    where = list(_split(texts, at["WHERE"] + 1, stop, ("AND", "OR"))) if "WHERE" in at else []
    is_and = "WHERE" in at and not _has_or(texts, at["WHERE"] + 1, stop)
    group = [part[0] for part in _split(texts, at["GROUP"] + 2, end, (",",))] if "GROUP" in at else []
    return Block(first, end, items, sources, tuple(where), is_and, tuple(group), distinct=distinct)


def _has_or(texts: Sequence[str], first: int, end: int) -> bool:
    depth = 0
    for place in range(first, end):
        depth += (texts[place] in ("(", "CASE")) - (texts[place] in (")", "END"))
        if depth == 0 and texts[place] == "OR":
            return True
    return False


def _split(texts: Sequence[str], first: int, end: int, signs: Sequence[str]) -> Iterator[tuple[str, ...]]:
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
        only = True
        if place < end and texts[place] == "ON":
            stop = _end_of_on(texts, place + 1, end)
            equal, only = _equalities(texts, place + 1, stop, alias)
            place = stop
        yield Source(alias, name, left, start, equal, only)
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
    only = not _has_or(texts, first, end)
    for words in _split(texts, first, end, ("AND", "OR")):
        pair = equality(words, alias)
        if pair is None:
            only = False
        else:
            found.append(pair)
    return (tuple(found) if not _has_or(texts, first, end) else ()), only


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


def _listed(words: Sequence[str], first: int) -> tuple[str, ...]:
    """Return the plain names of a list that ends with ORDER, ROWS or a bracket."""
    found = []
    for word in words[first:]:
        if word in ("ORDER", "ROWS", ")"):
            break
        if word != ",":
            found.append(word)
    return tuple(found)
