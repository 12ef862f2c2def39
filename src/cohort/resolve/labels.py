"""Labels that a study gives to values: which words results keep for themselves."""

from __future__ import annotations

from collections.abc import Iterable

from cohort.diagnostics import Diagnostics
from cohort.source.nodes import ScalarNode

RESULT_WORDS = ("all", "missing")
"""Texts that stand for a total and for a missing value in results."""


def is_word_of_results(label: str) -> bool:
    """Whether a label is a word that results give a meaning of their own."""
    return label.strip().lower() in RESULT_WORDS


def labels_are_free(labels: Iterable[ScalarNode], name: str, diagnostics: Diagnostics, at: str) -> bool:
    """Whether no label is a word of results; reports those that are."""
    taken = [label for label in labels if is_word_of_results(label.text)]
    for label in taken:
        diagnostics.add("TYP212", label.place, at=at, name=name, label=label.text)
    return not taken
