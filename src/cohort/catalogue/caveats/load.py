"""Reads the known limits and their vocabulary. A fault in the files is ours, so it raises ``CatalogueFault``."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TypeVar

from cohort.catalogue.caveats.model import (
    Decided,
    Dimension,
    HeldAs,
    KnownLimit,
    Severity,
    Sign,
    SignKind,
    Signs,
    Tag,
    Vocabulary,
    Word,
)
from cohort.catalogue.conditions import ConditionFault, parse_condition, parse_predicate
from cohort.catalogue.nodes import (
    confidence_of,
    fault,
    flag_of,
    items,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
)
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode

Choice = TypeVar("Choice", bound=StrEnum)
VOCABULARY = "vocabulary.yaml"
_FIELDS = {field.name for field in fields(KnownLimit)} - {"id", "section", "condition_text"}
_YEARS = ("calendar", "social_care")


@cache
def load_limits() -> tuple[KnownLimit, ...]:
    """Return all known limits, file by file in the order of their names."""
    folder = files("cohort.catalogue").joinpath("caveats")
    found: list[KnownLimit] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml") and entry.name != VOCABULARY:
            found += read_limits(Source(f"catalogue/caveats/{entry.name}", entry.read_text("utf-8")))
    return tuple(found)


@cache
def load_vocabulary() -> Vocabulary:
    """Return the words of conditions and the tags of studies."""
    entry = files("cohort.catalogue").joinpath("caveats").joinpath(VOCABULARY)
    return read_vocabulary(Source(f"catalogue/caveats/{VOCABULARY}", entry.read_text("utf-8")))


def read_limits(source: Source) -> tuple[KnownLimit, ...]:
    """Return the known limits of one file."""
    root = read_map(source)
    section = _needed(root, "section")
    return tuple(_limit(key.text, map_of(node), section) for key, node in items(root, "caveats"))


def read_vocabulary(source: Source) -> Vocabulary:
    """Return the vocabulary of a file."""
    root = read_map(source)
    words = {
        (predicate.text, key.text): _word(map_of(node))
        for predicate, group in items(root, "words")
        for key, node in map_of(group)
    }
    return Vocabulary(
        {key.text: _scalar(node) for key, node in items(root, "aliases")},
        {key.text: _held_as(map_of(node)) for key, node in items(root, "datasets")},
        texts_of(root, "social_care_series", needed=False),
        texts_of(root, "discontinued_series", needed=False),
        words,
        {key.text: _tag(key.text, map_of(node)) for key, node in items(root, "tags")},
    )


def _limit(name: str, node: MapNode, section: str) -> KnownLimit:
    only(node, _FIELDS)
    text = _needed(node, "condition")
    read_as = optional(node, "read_as")
    why = _words_of(node, "read_as_why")
    if (read_as is None) != (not why):
        raise fault(node, f"{name}: read_as and read_as_why belong together")
    years = optional(node, "study_years") or "calendar"
    if years not in _YEARS:
        raise fault(node, f"{name}: study_years is one of {', '.join(_YEARS)}")
    try:
        condition = parse_condition(text)
        decided_as = condition if read_as is None else parse_condition(read_as)
    except ConditionFault as wrong:
        raise fault(node, f"{name}: {wrong}") from None
    return KnownLimit(
        name,
        section,
        _needed(node, "applies_to"),
        text,
        condition,
        decided_as,
        why,
        _one_of(Dimension, node, "dimension"),
        _one_of(Severity, node, "severity"),
        _one_of(Decided, node, "decided"),
        texts_of(node, "tags", needed=False),
        texts_of(node, "handled_by", needed=False),
        _words_of(node, "no_study"),
        years,
        _needed(node, "message"),
        _needed(node, "source"),
        confidence_of(node, "confidence"),
        _words_of(node, "doubt"),
    )


def _word(node: MapNode) -> Word:
    only(node, {"shown", "possible", "open", "reading", "why"})
    reading = flag_of(node, "reading", otherwise=False)
    shown, possible = _signs(node, "shown"), _signs(node, "possible")
    if reading and (shown or possible):
        raise fault(node, "what nothing can show has no signs")
    is_open = flag_of(node, "open", otherwise=False)
    return Word(shown, possible, is_open, reading, _words_of(node, "why"))


def _signs(node: MapNode, name: str) -> Signs:
    value = node.get(name)
    if value is None:
        return ()
    if not isinstance(value, ListNode):
        raise fault(node, f"{name} is a list of alternatives")
    return tuple(tuple(_sign(key, part) for key, part in map_of(item)) for item in value.items)


def _sign(key: ScalarNode, node: Node) -> Sign:
    kind = re.sub(r"_\d+$", "", key.text)
    if kind not in [one.value for one in SignKind]:
        raise fault(key, f"there is no sign {key.text}")
    return Sign(SignKind(kind), _scalar(node))


def _tag(name: str, node: MapNode) -> Tag:
    try:
        states = tuple(parse_predicate(text) for text in texts_of(node, "states"))
    except ConditionFault as wrong:
        raise fault(node, f"{name}: {wrong}") from None
    if not states:
        raise fault(node, f"{name} states nothing")
    return Tag(name, _needed(node, "says"), states)


def _held_as(node: MapNode) -> HeldAs:
    years = _needed(node, "years")
    if years not in _YEARS:
        raise fault(node, f"years is one of {', '.join(_YEARS)}")
    return HeldAs(texts_of(node, "held_as"), years)


def _scalar(node: Node) -> str:
    if not isinstance(node, ScalarNode):
        raise fault(node, "a text is needed")
    return node.text


def _words_of(node: MapNode, name: str) -> str:
    """Return the text under a name on one line, or nothing."""
    return " ".join((optional(node, name) or "").split())


def _needed(node: MapNode, name: str) -> str:
    """Return the text under a name on one line, which must be there."""
    return " ".join(text_of(node, name).split())


def _one_of(choices: type[Choice], node: MapNode, name: str) -> Choice:
    text = _needed(node, name)
    if text not in [choice.value for choice in choices]:
        raise fault(node, f"{name} is one of {', '.join(choices)}, not {text}")
    return choices(text)
