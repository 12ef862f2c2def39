"""Which mutants mean the same as the script on any data, shown from the text of the script itself."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cohort.sql.layout import tokens

from .facts import (
    Block,
    Facts,
    Reading,
    always_matched,
    closing_of,
    equality,
    item_at,
    known_names,
    same_row,
)
from .harness import Site

_SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_NOT_STRICT = frozenset({"CASE", "COALESCE", "IS", "NULLIF", "COUNT", "LEAST", "GREATEST", "OVER"})


def shown(site: Site, statement: str, reading: Reading) -> str | None:
    """Return why a mutant of a statement means the same; None if that is not shown."""
    texts = [token.text for token in tokens(statement)]
    where = (site.part, site.place)
    block = next((b for b in reading.blocks[where] if b.first <= site.mutant.at < b.end), None)
    if block is None:
        return None
    facts = reading.steps[where]
    rules: dict[str, Callable[[Site, Sequence[str], Block, Mapping[str, Facts]], str | None]] = {
        "join": _join,
        "dropped term": _dropped_term,
        "and or": _and_or,
        "order": _order,
        "coalesce": _coalesce,
        "extreme": _extreme,
        "text": _replacement,
        "number": _constant,
        "comparison": _constant,
    }
    rule = rules.get(site.mutant.kind)
    found = None if rule is None else rule(site, texts, block, facts)
    found = found or _last_step(site, texts) or _compared_replacement(site, texts)
    found = found or _never_used(site, texts, block, reading.blocks[where])
    if found is None and site.mutant.kind == "join" and site.mutant.before == "LEFT JOIN":
        found = _only_looked_up(site, texts, block, reading.blocks[where])
    return found


def _last_step(site: Site, texts: Sequence[str]) -> str | None:
    """``OR stopped_at > 5`` in the last row of a flow of five steps: nobody stopped later."""
    steps = [int(texts[n + 2]) for n in range(len(texts) - 2) if texts[n : n + 2] == ["stopped_at", ">"]]
    later = {
        "number": site.mutant.at - 2,
        "comparison": site.mutant.at - 1,
        "dropped term": site.mutant.at + 1,
    }
    place = later.get(site.mutant.kind, -1)
    if texts[place : place + 2] != ["stopped_at", ">"] or int(texts[place + 2]) < max(steps):
        return None
    widened = site.mutant.kind == "number" and int(site.mutant.after) > max(steps)
    dropped = site.mutant.kind == "dropped term" and texts[place - 1] == "OR"
    return "nobody stops after the last step" if widened or dropped else None


def _compared_replacement(site: Site, texts: Sequence[str]) -> str | None:
    """``COALESCE(x, 0) = 1`` alone after WHEN: where x is missing it is not true, whatever untrue stands there."""
    at = site.mutant.at
    opening = at + 1 if site.mutant.kind == "coalesce" else at - 1
    while opening > 0 and not (texts[opening] == "(" and texts[opening - 1] == "COALESCE"):
        opening -= 1
    closing = closing_of(texts, opening) if opening else 0
    after = texts[closing + 1 : closing + 4]
    if not opening or closing < at or texts[opening - 2] != "WHEN" or len(after) < 3:
        return None
    sign, number, then = after
    first = _first_argument(texts, opening)
    replacement = texts[opening + 2 + len(first) : closing]
    known = sign in _SIGNS and number.lstrip("-").isdigit() and then == "THEN" and len(replacement) == 1
    if not known or not replacement[0].isdigit():
        return None
    truth = _SIGNS[sign](int(replacement[0]), int(number))
    if site.mutant.kind == "coalesce" and site.mutant.after.split() == first and not truth:
        return "where it is missing the condition is not true either way"
    changed = site.mutant.kind == "number" and at == closing - 1
    if changed and _SIGNS[sign](int(site.mutant.after), int(number)) == truth:
        return "where it is missing the condition is as true as before"
    return None


def _never_used(site: Site, texts: Sequence[str], block: Block, blocks: Sequence[Block]) -> str | None:
    """A column of a step that nothing reads."""
    found = item_at(texts, block, site.mutant.at)
    if not block.step or found is None or block.distinct or site.mutant.kind in ("join", "dropped term"):
        return None
    label = texts[found[1] + 1] if texts[found[1]] == "AS" else ""
    others = [n for n in range(len(texts)) if not found[0] <= n <= found[1] + 1]
    read = any(texts[n] == label or texts[n].endswith(f".{label}") for n in others)
    return None if read or not label else "nothing reads the column"


def _join(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    source = next((each for each in block.sources if each.place == site.mutant.at), None)
    if source is None:
        return None
    if always_matched(block, source, facts):
        return (
            "every row finds a row of the joined table, which holds all rows that the other side comes from"
        )
    if block.where_is_and:
        for words in block.where:
            plain = (len(words) == 3 and words[1] in _SIGNS) or words[1:] == ("IS", "NOT", "NULL")
            if plain and any(word.startswith(f"{source.alias}.") for word in words):
                return "WHERE compares a column of the joined table, so that rows without a match are dropped anyway"
    return None


def _dropped_term(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    words = tuple(token.text for token in tokens(site.mutant.before))
    if words[0] in ("AND", "WHERE"):
        words = words[1:]
    elif words[-1] == "AND":
        words = words[:-1]
    else:
        return None
    if _is_constant(words):
        return "the term is true of constants"
    if words[1:] == ("IS", "NOT", "NULL") and words in block.where and block.where_is_and:
        others = replace(block, where=tuple(each for each in block.where if each != words))
        found = block.source_of(words[0], facts)
        if found is not None and (found[0].alias, found[1]) in known_names(others, facts):
            return "the column is never missing: an earlier step, a join or another term leaves such rows out"
    if block.where_is_and and words in block.where and _implied(words, block):
        return "another term says more"
    for source in block.sources:
        pair = equality(words, source.alias)
        if pair is not None and pair in source.equal and same_row(block, source, facts, pair):
            return "the other columns of the join already lead to the same row, which has this column too"
    return None


def _implied(words: tuple[str, ...], block: Block) -> bool:
    """Whether a term a <= b stands beside a < b, either way round."""
    if len(words) != 3 or words[1] not in ("<=", ">="):
        return False
    one, other = (words[0], words[2]) if words[1] == "<=" else (words[2], words[0])
    return (one, "<", other) in block.where or (other, ">", one) in block.where


def _and_or(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    if not block.where_is_and or texts[site.mutant.at] != "AND":
        return None
    known = known_names(replace(block, where=()), facts)
    for words in block.where:
        found = block.source_of(words[0], facts) if words[1:] == ("IS", "NOT", "NULL") else None
        if found is None or (found[0].alias, found[1]) not in known:
            return None
    in_where = any(
        texts[n] == "WHERE" and block.first <= n < site.mutant.at for n in range(block.first, site.mutant.at)
    )
    return "each term is true of every row: the columns are never missing" if in_where else None


def _order(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    opening, depth = site.mutant.at, 0
    while opening > block.first and not (depth == 0 and texts[opening] == "("):
        depth += (texts[opening] == ")") - (texts[opening] == "(" and depth > 0)
        opening -= 1
    inside = texts[opening + 1 : site.mutant.at]
    if "ORDER" not in inside or texts[opening - 1] != "OVER":
        return None
    start = inside.index("ORDER")
    partition = [word for word in inside[2:start] if word != ","] if inside[:1] == ["PARTITION"] else []
    ordered = [
        word for word in inside[start + 2 :] if word not in (",", "ASC", "DESC", "NULLS", "LAST", "FIRST")
    ]
    earlier = ordered[:-1]
    if ordered[-1] in partition or ordered[-1] in earlier:
        return "the column is the same within the rows that are put in order"
    base = block.sources[0]
    one_each = all(
        facts.get(source.name, Facts()).tells_apart(own for own, _, _ in source.equal)
        for source in block.sources[1:]
    )
    found = [block.source_of(name, facts) for name in (*partition, *earlier)]
    columns = [each[1] for each in found if each is not None and each[0] is base]
    if one_each and facts.get(base.name, Facts()).tells_apart(columns):
        return "the columns before it already tell all rows apart"
    return None


def _coalesce(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    opening = site.mutant.at + 1
    first = _first_argument(texts, opening)
    kept = [token.text for token in tokens(site.mutant.after)]
    if kept != first:
        return None
    if first[0] == "DATE" or _is_known(first, block, facts):
        return "the first part is never missing"
    return None


def _extreme(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    if texts[site.mutant.at] not in ("MIN", "MAX") or not block.group or len(block.sources) != 1:
        return None
    columns = [name.rpartition(".")[2] for name in block.group]
    one_row = facts.get(block.sources[0].name, Facts()).tells_apart(columns)
    return "each group is one row, whose value is the least and the greatest" if one_row else None


def _replacement(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    """The value of COALESCE that is taken where the first part is missing."""
    at = site.mutant.at
    for opening in range(at - 1, block.first, -1):
        if (
            texts[opening] == "("
            and texts[opening - 1] == "COALESCE"
            and closing_of(texts, opening) == at + 1
        ):
            first = _first_argument(texts, opening)
            if _is_known(first, block, facts):
                return "the first part is never missing, so that this one is never taken"
    return None


def _constant(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    at = site.mutant.at
    for first in (at, at - 1, at - 2):
        words = tuple(texts[first : first + 3])
        if _is_comparison_of_numbers(words) and texts[first - 1] in ("AND", "OR", "(", "WHEN", "WHERE"):
            changed = list(words)
            changed[at - first] = site.mutant.after.strip()
            if _is_comparison_of_numbers(tuple(changed)) and _truth(words) == _truth(tuple(changed)):
                return "it is a comparison of constants, as true as before"
    return None


def _only_looked_up(site: Site, texts: Sequence[str], block: Block, blocks: Sequence[Block]) -> str | None:
    """A step that is only looked up by others: a row of it that says nothing is the same as none."""
    source = next((each for each in block.sources if each.place == site.mutant.at), None)
    if source is None or not block.step or block.where or block.group:
        return None
    values = [(words, label) for words, label in block.items if not _is_of(words, block.sources[0].alias)]
    strict = all(
        any(word.startswith(f"{source.alias}.") for word in words) and not _NOT_STRICT & set(words)
        for words, _ in values
    )
    keys = {label for words, label in block.items if _is_of(words, block.sources[0].alias)}
    for other in blocks:
        for each in other.sources:
            if each.name != block.step:
                continue
            read = {word for words, _ in other.items for word in words}
            if not each.left or read & {f"{each.alias}.{key}" for key in keys} or other.where:
                return None
    return (
        "where nothing is joined the step says nothing, and others look it up with LEFT JOIN"
        if strict
        else None
    )


def _is_of(words: tuple[str, ...], alias: str) -> bool:
    return len(words) == 1 and words[0].startswith(f"{alias}.")


def _is_known(words: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> bool:
    names = words[2:3] if words[:2] == ["CAST", "("] and words[3:4] == ["AS"] else words[:1]
    if len(words) > 1 and names == words[:1]:
        return False
    found = block.source_of(names[0], facts)
    return found is not None and (found[0].alias, found[1]) in known_names(block, facts)


def _first_argument(texts: Sequence[str], opening: int) -> list[str]:
    depth, place = 0, opening + 1
    while depth or texts[place] not in (",", ")"):
        depth += (texts[place] == "(") - (texts[place] == ")")
        place += 1
    return list(texts[opening + 1 : place])


def _is_comparison_of_numbers(words: tuple[str, ...]) -> bool:
    return (
        len(words) == 3
        and words[1] in _SIGNS
        and all(word.lstrip("-").isdigit() for word in (words[0], words[2]))
    )


def _truth(words: tuple[str, ...]) -> bool:
    return _SIGNS[words[1]](int(words[0]), int(words[2]))


def _is_constant(words: tuple[str, ...]) -> bool:
    return _is_comparison_of_numbers(words) and _truth(words)
