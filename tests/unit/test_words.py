"""Every function has words, and every phrase can be filled in."""

from __future__ import annotations

import string

from cohort.query.functions import SCALARS
from cohort.query.phrases import PHRASES
from cohort.query.summaries import COVERED, FUNCTIONS


def test_every_function_has_a_phrase() -> None:
    assert {*SCALARS, *FUNCTIONS, *COVERED} <= set(PHRASES)


def test_a_phrase_of_a_function_names_each_of_its_parts() -> None:
    """Else a change of that part would not be seen in the words."""
    for name, function in SCALARS.items():
        parts = {field for _, field, _, _ in string.Formatter().parse(PHRASES[name]) if field}
        assert parts == {str(number) for number in range(len(function.takes))}, name
