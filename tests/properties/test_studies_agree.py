"""Whole small studies give the same entries, cohort, flow and tables on the reference engine and on DuckDB."""

from __future__ import annotations

from hypothesis import given

from cohort.query.study import Study

from .harness import MORE
from .study_strategies import assert_same_study, studies
from .tables import Tables, tables


@given(study=studies(), held=tables())
@MORE
def test_studies(study: Study, held: Tables) -> None:
    assert_same_study(study, held)
