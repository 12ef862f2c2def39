"""Mutants of comparisons with numbers that are as true as before."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence

from .blocks import closing_of
from .harness import Site
from .model import Block, Facts

SIGNS: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


def last_step(site: Site, texts: Sequence[str]) -> str | None:
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


def compared_replacement(site: Site, texts: Sequence[str]) -> str | None:
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
    first = first_argument(texts, opening)
    replacement = texts[opening + 2 + len(first) : closing]
    known = sign in SIGNS and number.lstrip("-").isdigit() and then == "THEN" and len(replacement) == 1
    if not known or not replacement[0].isdigit():
        return None
    truth = SIGNS[sign](int(replacement[0]), int(number))
    if site.mutant.kind == "coalesce" and site.mutant.after.split() == first and not truth:
        return "where it is missing the condition is not true either way"
    changed = site.mutant.kind == "number" and at == closing - 1
    if changed and SIGNS[sign](int(site.mutant.after), int(number)) == truth:
        return "where it is missing the condition is as true as before"
    return None


def constant(site: Site, texts: Sequence[str], block: Block, facts: Mapping[str, Facts]) -> str | None:
    at = site.mutant.at
    for first in (at, at - 1, at - 2):
        words = tuple(texts[first : first + 3])
        if _is_comparison_of_numbers(words) and texts[first - 1] in ("AND", "OR", "(", "WHEN", "WHERE"):
            changed = list(words)
            changed[at - first] = site.mutant.after.strip()
            if _is_comparison_of_numbers(tuple(changed)) and _truth(words) == _truth(tuple(changed)):
                return "it is a comparison of constants, as true as before"
    return None


def _is_comparison_of_numbers(words: tuple[str, ...]) -> bool:
    return (
        len(words) == 3
        and words[1] in SIGNS
        and all(word.lstrip("-").isdigit() for word in (words[0], words[2]))
    )


def _truth(words: tuple[str, ...]) -> bool:
    return SIGNS[words[1]](int(words[0]), int(words[2]))


def is_constant(words: tuple[str, ...]) -> bool:
    return _is_comparison_of_numbers(words) and _truth(words)


def first_argument(texts: Sequence[str], opening: int) -> list[str]:
    depth, place = 0, opening + 1
    while depth or texts[place] not in (",", ")"):
        depth += (texts[place] == "(") - (texts[place] == ")")
        place += 1
    return list(texts[opening + 1 : place])
