"""Whole small studies give the same entries, cohort, flow and tables on the reference engine and on DuckDB."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cohort.query.study import CountOutput
from cohort.query.values import Choose, Literal, Not, VariableValue
from cohort.types import BOOLEAN

from .harness import FEW, HERE, MORE
from .study_strategies import Drawn, assert_same_study, base_study, studies
from .tables import TEXT, Tables, tables


@given(drawn=studies(), held=tables())
@MORE
def test_studies(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held)


@given(held=tables(), labels=st.permutations(["other", "missing", "first"]))
@FEW
def test_labels_that_are_words_of_results(held: Tables, labels: list[str]) -> None:
    """A study's own label may be ``other`` or ``missing``; it is one category of the table all the same."""
    old = VariableValue("is_old", BOOLEAN)
    first, second, otherwise = (Literal(label, TEXT) for label in labels)
    choice = Choose(((old, first), (Not(old), second)), otherwise, TEXT)
    output = CountOutput("by_choice", "Table", ("choice",), None, "", frozenset(), (), frozenset(), HERE)
    assert_same_study(base_study(variables=(("choice", choice),), outputs=(output,)), held)


@given(held=tables())
@FEW
def test_tables_by_yes_or_no(held: Tables) -> None:
    outputs = tuple(
        CountOutput(f"by_{by[0]}_{len(by)}", "Table", by, None, "", frozenset(), (), frozenset(), HERE)
        for by in (("is_old",), ("age_group", "is_old"))
    )
    assert_same_study(base_study(outputs=outputs), held)
