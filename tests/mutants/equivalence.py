"""Which mutants mean the same as the script on any data, shown from the text of the script itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cohort.sql.layout import tokens

from .blocks import closing_of, equality, item_at
from .compared import SIGNS, compared_replacement, constant, first_argument, is_constant, last_step
from .determined import following
from .facts import Reading
from .harness import Site
from .known import always_matched, at_most_one, known_names, same_row
from .model import Block, Facts
from .steps import (
    before_list,
    dropped_later,
    joins_nothing,
    not_read,
    order_not_seen,
    ordered_before,
    swapped_alike,
    term_of,
)
from .terms import shown_true

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
        "number": _number,
        "comparison": _comparison,
    }
    rule = rules.get(site.mutant.kind)
    blocks = reading.blocks[where]
    found = None if rule is None else rule(site, texts, block, facts)
    found = found or last_step(site, texts) or compared_replacement(site, texts)
    found = found or not_read(site, texts, item_at(texts, block, site.mutant.at), block, blocks)
    found = found or shown_true(site, term_of(site), texts, block, facts)
    found = found or swapped_alike(site, block, facts) or dropped_later(site, block, blocks, facts)
    found = found or order_not_seen(site, texts, block, blocks, facts)
    found = found or before_list(site, texts, block, blocks)
    found = found or joins_nothing(site, texts, block, blocks, facts)
    if found is None and site.mutant.kind == "join" and site.mutant.before == "LEFT JOIN":
        found = _only_looked_up(site, texts, block, reading.blocks[where])
    return found


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
            plain = (len(words) == 3 and words[1] in SIGNS) or words[1:] == ("IS", "NOT", "NULL")
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
    if is_constant(words):
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
    ordered = ordered_before(site, texts, block)
    if ordered is None or len(ordered[1]) != 1:
        return None
    earlier, (last,) = ordered
    if last in earlier:
        return "the column is the same within the rows that are put in order"
    named = [block.source_of(name, facts) for name in earlier]
    given = {(each[0].alias, each[1]) for each in named if each is not None}
    after = following(block, facts, given)
    here = block.source_of(last, facts)
    if here is not None and (here[0].alias, here[1]) in after:
        return "the column follows from those before it and from those that the rows have in common"
    base = block.sources[0]
    one_each = all(at_most_one(source, facts) for source in block.sources[1:])
    columns = [column for alias, column in after if alias == base.alias]
    if one_each and facts.get(base.name, Facts()).tells_apart(columns):
        return "the columns before it already tell all rows apart"
    return None


def _coalesce(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    opening = site.mutant.at + 1
    first = first_argument(texts, opening)
    kept = [token.text for token in tokens(site.mutant.after)]
    closing = closing_of(texts, opening)
    if texts[closing + 1 : closing + 4] == ["IS", "NOT", "NULL"] and _is_known(kept, block, facts):
        return "it is asked only whether a part is known, and this one always is"
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
            first = first_argument(texts, opening)
            if _is_known(first, block, facts):
                return "the first part is never missing, so that this one is never taken"
    return None


def _number(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    return constant(site, texts, block, facts) or _replacement(site, texts, block, facts)


def _comparison(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    """``CASE WHEN a < b THEN a ELSE b END``: where they are equal either is taken."""
    at = site.mutant.at
    strict = {site.mutant.before, site.mutant.after.strip()} in ({"<", "<="}, {">", ">="})
    words = texts[at - 3 : at + 7]
    plain = len(words) == 10 and [*words[:2], *words[5::2]] == ["CASE", "WHEN", "THEN", "ELSE", "END"]
    if strict and plain and {words[2], words[4]} == {words[6], words[8]}:
        return "either is taken where the two are equal"
    return constant(site, texts, block, facts)


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
