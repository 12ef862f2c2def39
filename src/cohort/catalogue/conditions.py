"""The language of caveat conditions: when a known limit of the data concerns a study, as a typed tree.

``AND``, ``OR``, ``NOT`` and brackets join predicates; a predicate is a word with arguments in brackets, separated by
commas (``uses(lacw, crcs)``), or ``always``. ``*`` in a name stands for any text, `` / `` inside an argument separates
alternatives, and ``any`` matches everything. A condition says nothing of how it is decided: see ``cohort.caveats``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cohort.catalogue.predicate_arguments import predicate_of
from cohort.catalogue.predicates import (
    Always,
    Compares,
    ConditionFault,
    Dedupes,
    Filters,
    Groups,
    Joins,
    Keys,
    Links,
    Measures,
    Normalises,
    Population,
    Predicate,
    Role,
    Spans,
    Uses,
    Years,
)

__all__ = [
    "Always",
    "And",
    "Compares",
    "Condition",
    "ConditionFault",
    "Dedupes",
    "Filters",
    "Groups",
    "Joins",
    "Keys",
    "Links",
    "Measures",
    "Normalises",
    "Not",
    "Or",
    "Population",
    "Predicate",
    "Role",
    "Spans",
    "Uses",
    "Years",
    "parse_condition",
    "parse_predicate",
    "predicates_in",
]


@dataclass(frozen=True)
class And:
    """All of two or more parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Or:
    """At least one of two or more parts."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """The opposite of a part."""

    part: Condition


Condition = And | Or | Not | Predicate


def parse_condition(text: str) -> Condition:
    """Return the tree of a condition. ``AND`` binds more tightly than ``OR``; raises ``ConditionFault``."""
    reader = _Reader(text)
    condition = reader.either()
    reader.end()
    return condition


def parse_predicate(text: str) -> Predicate:
    """Return a single predicate, as tags state them. Raises ``ConditionFault`` for anything else."""
    condition = parse_condition(text)
    if isinstance(condition, And | Or | Not):
        raise ConditionFault(text, 0, "one predicate is expected here, without AND, OR or NOT")
    return condition


def predicates_in(condition: Condition) -> Iterator[Predicate]:
    """Yield the predicates of a condition in the order in which they are written."""
    match condition:
        case And() | Or():
            for part in condition.parts:
                yield from predicates_in(part)
        case Not():
            yield from predicates_in(condition.part)
        case _:
            yield condition


class _Reader:
    """Reads one condition from left to right; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def either(self) -> Condition:
        parts = [self._all()]
        while self._keyword("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def end(self) -> None:
        self._blanks()
        if self.at < len(self.text):
            found = (
                "a closing bracket too many" if self.text[self.at] == ")" else "AND or OR is expected here"
            )
            raise ConditionFault(self.text, self.at, found)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._keyword("AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Condition:
        if self._keyword("NOT"):
            return Not(self._one())
        self._blanks()
        start = self.at
        if self.text[start : start + 1] == "(":
            self.at += 1
            inner = self.either()
            self._blanks()
            if self.text[self.at : self.at + 1] != ")":
                raise ConditionFault(self.text, start, "this bracket is not closed")
            self.at += 1
            return inner
        name = self._word()
        if not name:
            raise ConditionFault(self.text, start, "a predicate is missing here")
        if name in ("AND", "OR"):
            raise ConditionFault(self.text, start, f"a predicate is missing before {name}")
        return predicate_of(name, self._arguments(), self.text, start)

    def _word(self) -> str:
        start = self.at
        while self.at < len(self.text) and (self.text[self.at].isalnum() or self.text[self.at] == "_"):
            self.at += 1
        return self.text[start : self.at]

    def _arguments(self) -> tuple[str, ...] | None:
        """Return the texts between commas of the brackets that follow, or None where no bracket follows."""
        if self.text[self.at : self.at + 1] != "(":
            return None
        opened, depth, found, begin = self.at, 0, [], self.at + 1
        while self.at < len(self.text):
            letter = self.text[self.at]
            depth += (letter == "(") - (letter == ")")
            if depth == 0 or (letter == "," and depth == 1):
                found.append(self.text[begin : self.at].strip())
                begin = self.at + 1
            self.at += 1
            if depth == 0:
                return tuple(found)
        raise ConditionFault(self.text, opened, "this bracket is not closed")

    def _keyword(self, word: str) -> bool:
        self._blanks()
        end = self.at + len(word)
        if self.text[self.at : end] != word or self.text[end : end + 1] not in ("", " ", "("):
            return False
        self.at = end
        return True

    def _blanks(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1
