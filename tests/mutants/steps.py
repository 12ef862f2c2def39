"""Which mutants mean the same because of how the steps of a statement are read by later ones.

A step is a common table expression. What it gives too much is dropped, and what nothing reads does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cohort.sql.layout import tokens

from .blocks import NAME, clause_of, closing_of, results, split
from .determined import following
from .facts import alike_columns
from .harness import Site
from .known import is_likeness, is_strict_comparison, known_names
from .model import Block, Facts, Source
from .terms import always_true

_STRICT_NOT = frozenset({"COALESCE", "IS", "NULLIF", "COUNT", "OVER", "SELECT", "ROW_NUMBER", "SUM"})


def readers(block: Block, blocks: Sequence[Block]) -> list[tuple[Block, Source]] | None:
    """Return the SELECTs that read a step, each with how; None if it is no step or is made by several SELECTs."""
    if not block.step or sum(each.step == block.step for each in blocks) > 1:
        return None
    return [(each, source) for each in blocks for source in each.sources if source.name == block.step]


def swapped_alike(site: Site, block: Block, facts: Mapping[str, Facts]) -> str | None:
    """Two columns that give each other's value, and always hold the same."""
    labels = _swapped(site)
    if labels and frozenset(labels) in alike_columns(block, facts):
        return "both columns hold the same value in every row"
    return None


def not_read(
    site: Site, texts: Sequence[str], found: tuple[int, int] | None, block: Block, blocks: Sequence[Block]
) -> str | None:
    """Columns of a step that nothing reads: the value of one is changed, or two are swapped."""
    reading = readers(block, blocks)
    labels: tuple[str, ...] | None = _swapped(site)
    if labels is None and found is not None and texts[found[1]] == "AS":
        labels = (texts[found[1] + 1],)
    if reading is None or not labels or block.distinct or site.mutant.kind in ("join", "dropped term"):
        return None
    for other, _ in reading:
        for place in range(other.first, other.end):
            name = texts[place].rpartition(".")[2]
            if (name in labels and texts[place - 1] != "AS") or texts[place] == "*":
                return None
    return "nothing reads the column"


def order_not_seen(
    site: Site, texts: Sequence[str], block: Block, blocks: Sequence[Block], facts: Mapping[str, Facts]
) -> str | None:
    """A later column of an order: rows that agree in those before it agree in all that is read of the first row."""
    ordered = ordered_before(site, texts, block)
    reading = readers(block, blocks)
    rank = next((label for words, label in block.items if words[:1] == ("ROW_NUMBER",)), "")
    if ordered is None or not reading or sum("OVER" in words for words, _ in block.items) != 1:
        return None
    earlier, _ = ordered
    named = [block.source_of(name, facts) for name in earlier]
    after = following(block, facts, {(each[0].alias, each[1]) for each in named if each is not None})
    for words, label in block.items:
        if label == rank or not any(_reads(other, label) for other, _ in reading):
            continue
        places = [block.source_of(word, facts) for word in words if NAME.fullmatch(word)]
        if not places or any(each is None or (each[0].alias, each[1]) not in after for each in places):
            return None
    first_only = all(
        any(
            words[0].rpartition(".")[2] == rank and words[1:] == ("=", "1") for words in _terms(other, source)
        )
        for other, source in reading
    )
    return (
        "rows that agree in the columns before it agree in all that is read of the first"
        if first_only
        else None
    )


def ordered_before(
    site: Site, texts: Sequence[str], block: Block
) -> tuple[list[str], tuple[str, ...]] | None:
    """Return the columns in common or in the order before a changed ASC or DESC, and what that one orders."""
    opening, depth = site.mutant.at, 0
    while opening > block.first and not (depth == 0 and texts[opening] == "("):
        depth += (texts[opening] == ")") - (texts[opening] == "(" and depth > 0)
        opening -= 1
    inside = texts[opening + 1 : site.mutant.at]
    if site.mutant.kind != "order" or "ORDER" not in inside or texts[opening - 1] != "OVER":
        return None
    start = inside.index("ORDER")
    partition = [word for word in inside[2:start] if word != ","] if inside[:1] == ["PARTITION"] else []
    parts = [
        tuple(word for word in part if word not in ("ASC", "DESC", "NULLS", "LAST", "FIRST"))
        for part in split(inside, start + 2, len(inside), (",",))
    ]
    return [*partition, *(part[0] for part in parts[:-1] if len(part) == 1)], parts[-1]


def _terms(other: Block, source: Source) -> tuple[tuple[str, ...], ...]:
    return (*source.terms, *(other.where if other.where_is_and else ()))


def _reads(other: Block, label: str) -> bool:
    words = (word for words, _ in other.items for word in words)
    conditions = (
        word for terms in (other.where, *(each.terms for each in other.sources)) for t in terms for word in t
    )
    return any(word.rpartition(".")[2] == label for word in (*words, *conditions, *other.group))


def dropped_later(
    site: Site, block: Block, blocks: Sequence[Block], facts: Mapping[str, Facts]
) -> str | None:
    """``JOIN`` as ``LEFT JOIN`` in a step whose rows without a match are dropped where it is read."""
    source = next((each for each in block.sources if each.place == site.mutant.at), None)
    reading = readers(block, blocks)
    if site.mutant.before != "JOIN" or source is None or not reading or block.group or block.distinct:
        return None
    if any("OVER" in words for words, _ in block.items):
        return None
    missing = {label for words, label in block.items if _is_missing_with(words, source.alias)}
    if all(_needs(other, each, missing) for other, each in reading):
        return "what reads the step drops rows in which a column of the joined table is missing"
    return None


def before_list(site: Site, texts: Sequence[str], block: Block, blocks: Sequence[Block]) -> str | None:
    """The text of ``NULLIF(code, '')`` in a step that is read with a list of other codes."""
    at = site.mutant.at
    reading = readers(block, blocks)
    label = texts[at + 3] if texts[at + 1 : at + 3] == [")", "AS"] else ""
    whole = next((words for words, own in block.items if own == label and words[:1] == ("NULLIF",)), None)
    if site.mutant.kind != "text" or not reading or whole is None or whole[-2] != texts[at]:
        return None
    neither = (texts[at].strip("'"), site.mutant.after.strip("'"))
    for other, source in reading:
        names = {label, f"{source.alias}.{label}"}
        if not other.where_is_and or not any(_is_of_none(words, names, neither) for words in other.where):
            return None
    return "what reads the step keeps codes of a list only, of which neither text is one"


def joins_nothing(
    site: Site, texts: Sequence[str], block: Block, blocks: Sequence[Block], facts: Mapping[str, Facts]
) -> str | None:
    """``key IS NOT NULL`` in a step with one row for each key, which is joined by equality of the keys."""
    reading = readers(block, blocks)
    in_where = clause_of(texts, block, site.mutant.at) == "WHERE" and block.where_is_and
    if not reading or not in_where or len(block.sources) != 1:
        return None
    labels = {words[0]: label for words, label in block.items if len(words) == 1 and words[0] in block.group}

    def is_key(words: tuple[str, ...]) -> bool:
        label = labels.get(words[0])
        return (
            words[1:] == ("IS", "NOT", "NULL")
            and label is not None
            and all(any(own == label for own, _, _ in each.equal) for _, each in reading)
        )

    if site.mutant.kind == "dropped term":
        words = term_of(site)
        if words in block.where and is_key(words):
            return "a row of the step with a missing key joins nothing"
    if site.mutant.kind == "and or":
        bare = replace(block, where=())
        known = known_names(bare, facts)
        if all(is_key(words) or always_true(words, bare, facts, known) for words in block.where):
            return "a row of the step with a missing key joins nothing, and the other terms are always true"
    return None


def term_of(site: Site) -> tuple[str, ...]:
    """Return the term that a mutant drops, without the word that joins it."""
    words = tuple(token.text for token in tokens(site.mutant.before))
    if words[:1] in (("AND",), ("WHERE",), ("OR",)):
        return words[1:]
    return words[:-1] if words[-1:] in (("AND",), ("OR",)) else words


def _swapped(site: Site) -> tuple[str, str] | None:
    if site.mutant.kind != "swapped columns":
        return None
    words = [token.text for token in tokens(site.mutant.before)]
    first = words[: words.index(",")]
    last = words[len(words) - words[::-1].index(",") :]
    return first[-1].rpartition(".")[2], last[-1].rpartition(".")[2]


def _is_missing_with(words: tuple[str, ...], alias: str) -> bool:
    """Whether a value is missing where a joined table has no row."""
    if words[:1] == ("CASE",):
        given = results(words)
        return bool(given) and all(_is_missing_with(part, alias) for part in given)
    return not _STRICT_NOT & set(words) and any(word.startswith(f"{alias}.") for word in words)


def _needs(other: Block, source: Source, missing: set[str]) -> bool:
    """Whether a SELECT drops rows of a step in which all of these columns are missing."""

    def named(words: tuple[str, ...]) -> bool:
        names = {word for word in words if NAME.fullmatch(word)}
        return any(
            word == f"{source.alias}.{label}" or (word == label and len(other.sources) == 1)
            for word in names
            for label in missing
        )

    terms: list[tuple[str, ...]] = list(other.where) if other.where_is_and else []
    base = source is other.sources[0]
    for each in other.sources:
        if each is source or (base and not each.left):
            terms += each.terms
    return any(
        (named(words[:1]) and words[1:2] == ("IN",))
        or (named(words) and (is_strict_comparison(words) or is_likeness(words)))
        or (named(words[:1]) and words[1:] == ("IS", "NOT", "NULL"))
        for words in terms
    )


def _is_of_none(words: tuple[str, ...], names: set[str], neither: Sequence[str]) -> bool:
    """Whether a condition is true of neither of two texts: a list of codes, or of their beginnings."""
    if words[0] in names and words[1:3] == ("IN", "(") and closing_of(words, 2) == len(words) - 1:
        listed = [word.strip("'") for word in words[3:-1] if word != ","]
        return not {text.rstrip() for text in listed} & set(neither)
    if is_likeness(words) and {word for word in words if NAME.fullmatch(word)} <= names:
        begins = [word.strip("'").rstrip("%") for word in _texts(words)]
        return all(begin and not any(text.startswith(begin) for text in neither) for begin in begins)
    return False


def _texts(words: Sequence[str]) -> Iterator[str]:
    yield from (word for word in words if word.startswith("'"))
