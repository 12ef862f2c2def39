"""The shapes that a plan may have give the same rows: short lists as tables, and everything in a view or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given

from cohort.plan import build, codelists, views

from .harness import FEW, plan_of
from .member_strategies import held_tables, member_studies
from .study_strategies import Drawn, assert_same_study, studies
from .tables import Tables, tables


@given(drawn=studies(), held=tables())
@FEW
def test_lists_as_tables(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codelists, "LONG", 1)
        assert_same_study(drawn.study, held, plan_of(drawn.study))


@given(drawn=member_studies(), held=held_tables())
@FEW
def test_lists_as_tables_in_studies_of_members(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codelists, "LONG", 1)
        patch.setattr(views, "DEEPEST", 3)
        assert_same_study(drawn.study, held, plan_of(drawn.study))


@given(drawn=member_studies(), held=held_tables())
@FEW
def test_columns_and_values_as_the_study_has_them(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "STUDY_PASSES", ())
        assert_same_study(drawn.study, held, plan_of(drawn.study))
