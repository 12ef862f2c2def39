"""Which constants, or which days of the year, the values of a SELECT can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .blocks import closing_of, results, split
from .known import known_names
from .model import Block, Facts

Values = frozenset[str]


def constants(words: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> Values | None:
    """Return all constants that a value can be, missing ones aside; None if it can be another."""
    words = _bare(words)
    if len(words) == 1 and (words[0].isdigit() or words[0].startswith("'")):
        return frozenset(words)
    if words[:2] == ("DATE", "(") and len(words) == 4:
        return frozenset({f"DATE({words[2]})"})
    if words[:5] == ("COUNT", "(", "DISTINCT", words[3] if len(words) > 3 else "", ")") and len(words) == 5:
        columns = [name.rpartition(".")[2] for name in block.group]
        one = len(block.sources) == 1 and facts.get(block.sources[0].name, Facts()).tells_apart(columns)
        found = block.source_of(words[3], facts)
        counted = found is not None and (found[0].alias, found[1]) in known_names(block, facts)
        return frozenset({"1"} if counted else {"0", "1"}) if one and block.group else None
    return _of_parts(words, block, facts, constants, lambda held: held.constants)


def days_of_year(words: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> Values | None:
    """Return the days of the year, as month and day, that a date can be; None if it can be another, or the 29th of
    February."""
    words = _bare(words)
    if words[:2] == ("DATE", "(") and len(words) == 4:
        day = words[2].strip("'")[5:]
        return None if day == "02-29" else frozenset({day})
    if words and words[-1] == "YEARS":
        first = next(split(words, 0, len(words), ("+", "-")))
        return days_of_year(first, block, facts)
    return _of_parts(words, block, facts, days_of_year, lambda held: held.days)


def _of_parts(
    words: tuple[str, ...],
    block: Block,
    facts: Mapping[str, Facts],
    read: Callable[[Sequence[str], Block, Mapping[str, Facts]], Values | None],
    known: Callable[[Facts], Mapping[str, Values]],
) -> Values | None:
    if words == ("NULL",) or words[:3] == ("CAST", "(", "NULL"):
        return frozenset()
    if len(words) == 1:
        found = block.source_of(words[0], facts)
        return None if found is None else known(facts.get(found[0].name, Facts())).get(found[1])
    if words and words[0] == "CASE":
        # A CASE without ELSE is missing where no condition is true.
        given = _given(words)
    elif words[1:2] == ("(",) and closing_of(words, 1) == len(words) - 1 and words[0] in _OF_ARGUMENTS:
        given = [(part, frozenset()) for part in split(words, 2, len(words) - 1, (",",))]
    else:
        return None
    all_: set[str] = set()
    for part, listed in given:
        values = listed or read(part, block, facts)
        if values is None:
            return None
        all_ |= values
    return frozenset(all_) if given else None


_OF_ARGUMENTS = frozenset({"COALESCE", "MIN", "MAX", "LEAST", "GREATEST"})


def _given(words: tuple[str, ...]) -> list[tuple[tuple[str, ...], Values]]:
    """Return what a CASE gives; for ``WHEN x IN (..) THEN x`` with the list."""
    ends = words if _has_else(words) else (*words[:-1], "ELSE", "NULL", "END")
    given = results(tuple(ends))
    found: list[tuple[tuple[str, ...], Values]] = []
    for part in given:
        listed: Values = frozenset()
        for place in range(len(words) - len(part)):
            if words[place] == "WHEN" and words[place + 1 : place + 1 + len(part)] == part:
                at = place + 1 + len(part)
                if words[at : at + 2] == ("IN", "(") and "SELECT" not in words:
                    closing = closing_of(words, at + 1)
                    then = words[closing + 1 : closing + 2 + len(part)]
                    if then == ("THEN", *part) and words.count("IN") == 1:
                        listed = frozenset(word for word in words[at + 2 : closing] if word != ",")
        found.append((part, listed))
    return found


def _has_else(words: tuple[str, ...]) -> bool:
    depth = 0
    for word in words:
        depth += (word in ("CASE", "(")) - (word in ("END", ")"))
        if depth == 1 and word == "ELSE":
            return True
    return False


def _bare(words: Sequence[str]) -> tuple[str, ...]:
    while words and words[0] == "(" and closing_of(words, 0) == len(words) - 1:
        words = words[1:-1]
    return tuple(words)
