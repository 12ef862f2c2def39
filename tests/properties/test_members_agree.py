"""Studies with many entries, peers, follow-up and all kinds of tables give the same on both engines."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given

from cohort.engines.reference import StudyRun, World
from cohort.plan import build

from .crowded_strategies import crowded_studies, crowds, overlapping, studies_of_overlaps
from .harness import FEW, MORE, plan_of
from .member_strategies import held_tables, member_studies
from .study_strategies import Drawn, assert_same_study
from .tables import Tables


@given(drawn=member_studies(), held=held_tables())
@MORE
def test_studies_of_members(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held)


@given(drawn=member_studies(matched=True), held=held_tables())
@MORE
def test_studies_with_peers(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held)


@given(drawn=crowded_studies(), held=crowds())
@MORE
def test_cases_that_compete_for_peers(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held)


@given(drawn=studies_of_overlaps(), held=overlapping())
@MORE
def test_spells_that_overlap(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held)


@given(drawn=crowded_studies(), held=crowds())
@MORE
def test_peers_are_as_asked_for(drawn: Drawn, held: Tables) -> None:
    """Nobody is a peer of themselves or, without reuse, of two cases; exact keys are the same."""
    run, peers = StudyRun(drawn.study, World(held)), drawn.study.peers
    assert peers is not None
    times: Counter[object] = Counter()
    for case, found in run.sets.items():
        assert case[0] not in found
        assert len(found) == len(set(found)) <= peers.per_case
        times.update(found)
        for unit in found:
            for _, value in peers.exact:
                wanted = run.population.value(value, case)
                assert wanted is not None
                assert run.pool.value(value, (unit, case[1])) == wanted
    assert peers.reuse or max(times.values(), default=0) <= 1


@given(drawn=member_studies(), held=held_tables())
@FEW
def test_passes_change_nothing(drawn: Drawn, held: Tables) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "STUDY_PASSES", ())
        patch.setattr(build, "PASSES", ())
        plain = plan_of(drawn.study)
    assert_same_study(drawn.study, held, plain)
