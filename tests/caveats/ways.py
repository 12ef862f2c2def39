"""By what a condition can be decided at all, worked out from its words alone, to compare with what the data say."""

from __future__ import annotations

from itertools import product

from cohort.catalogue.caveats import Decided, Vocabulary
from cohort.catalogue.conditions import And, Condition, Not, Or, Predicate, predicates_in
from cohort.catalogue.predicates import (
    Compares,
    Filters,
    Population,
    Role,
    Spans,
    Uses,
    Years,
    is_held_name,
)
from cohort.caveats.answer import Answer, all_of, any_of, opposite
from cohort.caveats.decide import PUBLISHED, alternatives
from cohort.caveats.names import is_series

Answers = frozenset[Answer]
YES_OR_NO: Answers = frozenset({Answer.YES, Answer.NO})
NO: Answers = frozenset({Answer.NO})
UNKNOWN: Answers = frozenset({Answer.UNKNOWN})


def way_of(condition: Condition, vocabulary: Vocabulary) -> Decided:
    """Return ``spec`` if a spec without tags can meet the condition, ``tag`` if one with tags can, else ``reading``."""
    if Answer.YES in _answers(condition, vocabulary, tagged=False):
        return Decided.SPEC
    return Decided.TAG if Answer.YES in _answers(condition, vocabulary, tagged=True) else Decided.READING


def tags_of(condition: Condition, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the tags that can bear on a condition, series among them, in the order of the condition."""
    found: list[str] = []
    for predicate in predicates_in(condition):
        for part in alternatives(predicate):
            found += [tag.name for tag in vocabulary.tags_stating(part)]
            for name in _names(part):
                found += [tag.name for tag in vocabulary.tags_stating(Uses((name,)))]
                found += [name] if is_series(name) else _series_of(("uses", name), vocabulary)
            found += _series_of(key_of(part), vocabulary)
            if isinstance(part, Compares) and part.left == "study":
                found += [tag.name for tag in vocabulary.tags_stating(PUBLISHED)]
    return tuple(dict.fromkeys(found))


def _series_of(key: tuple[str, str] | None, vocabulary: Vocabulary) -> list[str]:
    """Return the published series by which a word is shown."""
    word = None if key is None else vocabulary.words.get(key)
    signs = [] if word is None else [sign for part in word.shown for sign in part]
    found = [sign.text for sign in signs if sign.kind == "series"]
    return found + [
        name for sign in signs if sign.kind == "discontinued" for name in vocabulary.discontinued_series
    ]


def key_of(predicate: Predicate) -> tuple[str, str] | None:
    """Return the entry of the vocabulary that a predicate of one alternative would have."""
    match predicate:
        case Uses():
            return "uses", predicate.names[0]
        case Spans() if isinstance(predicate.day, str):
            return "spans", predicate.day
        case Population() if isinstance(predicate.groups[0], str):
            return "population", predicate.groups[0]
        case Filters() if isinstance(predicate.test, str):
            return "filters", predicate.test
        case Role():
            return "role", f"{predicate.of}, {predicate.role}"
        case _:
            name = type(predicate).__name__.lower()
            fields = ("left", "right", "by", "kinds", "key", "per", "what")
            parts = [getattr(predicate, field) for field in fields if hasattr(predicate, field)]
            texts = [" + ".join(part) if isinstance(part, tuple) else part for part in parts]
            return (name, ", ".join(texts)) if texts else None


def _names(predicate: Predicate) -> tuple[str, ...]:
    match predicate:
        case Uses():
            return predicate.names
        case Years():
            return (predicate.of,)
        case Spans():
            return predicate.of
        case Compares():
            return (predicate.left, predicate.right)
        case _:
            return ()


def _answers(condition: Condition, vocabulary: Vocabulary, *, tagged: bool) -> Answers:
    match condition:
        case And():
            parts = [_answers(part, vocabulary, tagged=tagged) for part in condition.parts]
            return frozenset(all_of(case) for case in product(*parts))
        case Or():
            parts = [_answers(part, vocabulary, tagged=tagged) for part in condition.parts]
            return frozenset(any_of(case) for case in product(*parts))
        case Not():
            return frozenset(opposite(case) for case in _answers(condition.part, vocabulary, tagged=tagged))
        case _:
            found = [_of_predicate(part, vocabulary, tagged=tagged) for part in alternatives(condition)]
            return frozenset(any_of(case) for case in product(*found))


def _of_predicate(predicate: Predicate, vocabulary: Vocabulary, *, tagged: bool) -> Answers:
    has_tag = bool(vocabulary.tags_stating(predicate))
    key = key_of(predicate)
    word = None if key is None else vocabulary.words.get(key)
    if tagged and has_tag:
        return YES_OR_NO
    if word is not None:
        series_only = all(
            any(sign.kind in ("series", "discontinued") for sign in part) for part in word.shown
        )
        if word.reading:
            return UNKNOWN
        answers: set[Answer] = set() if has_tag and not word.shown and not word.possible else {Answer.NO}
        answers |= {Answer.YES} if word.shown and (tagged or not series_only) else set()
        answers |= {Answer.UNKNOWN} if word.possible or word.open or (has_tag and not word.shown) else set()
        return frozenset(answers)
    if isinstance(predicate, Role):
        held = is_held_name(predicate.of) or predicate.of in vocabulary.datasets
        if predicate.role == "entry" and held:
            return YES_OR_NO
        if predicate.role == "outcome" and held:
            return YES_OR_NO | UNKNOWN
        return UNKNOWN if has_tag else NO
    if isinstance(predicate, Compares) and predicate.left == "study":
        return YES_OR_NO if tagged else UNKNOWN
    if any(is_series(name) for name in _names(predicate)):
        return YES_OR_NO if tagged else NO
    return YES_OR_NO
