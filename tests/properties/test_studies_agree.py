"""Whole small studies give the same entries, cohort, flow and tables on the reference engine and on DuckDB."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cohort.query.study import CountOutput, Study
from cohort.query.values import Choose, Literal, Not, VariableValue
from cohort.types import BOOLEAN

from .harness import FEW, HERE, MORE
from .study_strategies import assert_same_study, base_study, studies
from .tables import TEXT, Tables, tables


@given(study=studies(), held=tables())
@MORE
def test_studies(study: Study, held: Tables) -> None:
    assert_same_study(study, held)


@given(held=tables(), labels=st.permutations(["other", "missing", "first"]))
@FEW
def test_labels_that_are_words_of_results(held: Tables, labels: list[str]) -> None:
    """A study's own label may be ``other`` or ``missing``; it is one category of the table all the same."""
    old = VariableValue("is_old", BOOLEAN)
    first, second, otherwise = (Literal(label, TEXT) for label in labels)
    choice = Choose(((old, first), (Not(old), second)), otherwise, TEXT)
    output = CountOutput("by_choice", "Table", ("choice",), None, "", frozenset(), (), frozenset(), HERE)
    assert_same_study(base_study(variables=(("choice", choice),), outputs=(output,)), held)
