"""Three answers to whether a condition holds, and how they combine."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Answer(Enum):
    """Yes, no, or cannot be told from the spec and its tags."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "cannot be told"


def yes_if(true: bool) -> Answer:
    """Return yes or no."""
    return Answer.YES if true else Answer.NO


def all_of(answers: Iterable[Answer]) -> Answer:
    """Return no if any is no, else cannot be told if any cannot, else yes."""
    found = list(answers)
    if Answer.NO in found:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """Return yes if any is yes, else cannot be told if any cannot, else no."""
    found = list(answers)
    if Answer.YES in found:
        return Answer.YES
    return Answer.UNKNOWN if Answer.UNKNOWN in found else Answer.NO


def opposite(answer: Answer) -> Answer:
    """Return no for yes and yes for no; what cannot be told stays so."""
    match answer:
        case Answer.YES:
            return Answer.NO
        case Answer.NO:
            return Answer.YES
        case Answer.UNKNOWN:
            return Answer.UNKNOWN
