"""Who remains without a step is who remains when the study is run again without it, on the reference engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hypothesis import given

from cohort.engines.reference import StudyRun, World
from cohort.query.study import AttritionOutput, Step, Study
from cohort.results.model import AttritionTable

from .harness import HERE, MORE
from .member_strategies import held_tables, member_studies
from .member_strategies import steps as some_steps
from .study_strategies import Drawn
from .tables import Tables


def without_each(steps: tuple[Step, ...]) -> Iterator[tuple[str, tuple[Step, ...]]]:
    for step in steps:
        yield step.id, tuple(other for other in steps if other is not step)


def numbers(flow: AttritionTable) -> dict[str, tuple[int | None, int | None]]:
    return {row.id: (row.without_step, row.units_without_step) for row in flow.steps}


def counted(study: Study, left: Sequence[tuple[object, object]]) -> tuple[int, int | None]:
    return len(left), len({unit for unit, _ in left}) if study.population.many else None


def assert_same_as_run_again(study: Study, held: Tables) -> None:
    run = StudyRun(study, World(held))
    flow = numbers(run.flow(AttritionOutput("flow", "Flow", HERE)))
    steps = study.population.steps
    for name, others in without_each(steps):
        again = StudyRun(replace(study, population=replace(study.population, steps=others)), World(held))
        assert flow.pop(name) == counted(study, again.cases)
    assert set(flow.values()) <= {(None, None)}, "rows that are no steps have no such number"
    if study.peers is None:
        return
    flow = numbers(run.flow(AttritionOutput("flow", "Flow", HERE, of_peers=True)))
    for name, others in without_each(study.peers.steps):
        again = StudyRun(replace(study, peers=replace(study.peers, steps=others)), World(held))
        assert flow.pop(name) == counted(study, again.remaining_candidates[-1])
    assert set(flow.values()) <= {(None, None)}


@given(drawn=member_studies(), chosen=some_steps(3, "chosen"), held=held_tables())
@MORE
def test_of_entries(drawn: Drawn, chosen: tuple[Step, ...], held: Tables) -> None:
    population = replace(drawn.study.population, steps=chosen)
    assert_same_as_run_again(replace(drawn.study, population=population), held)


@given(drawn=member_studies(matched=True), held=held_tables())
@MORE
def test_of_candidates_for_peers(drawn: Drawn, held: Tables) -> None:
    assert_same_as_run_again(drawn.study, held)
