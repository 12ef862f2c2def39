"""Each known limit fires on its example and not on its nearest miss."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cohort.catalogue.caveats import Decided, KnownLimit, load_limits
from cohort.catalogue.conditions import And, Condition, Not, Or, Predicate, predicates_in
from cohort.caveats import Answer, fires
from cohort.caveats.answer import all_of, any_of, opposite
from tests.caveats.made import is_study, made

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    name: {**example, "file": path.stem}
    for path in sorted((Path(__file__).parent / "examples").glob("*.yaml"))
    for name, example in yaml.safe_load(path.read_text("utf-8")).items()
}
LIMITS = {limit.id: limit for limit in load_limits()}


def _answer(limit: KnownLimit, example: Mapping[str, Any]) -> Answer:
    return fires(limit.read_as, made(example), limit.study_years)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_limit_fires_on_its_example_and_not_on_its_nearest_miss(name: str) -> None:
    limit, example = LIMITS[name], EXAMPLES[name]
    if "fires" in example:
        assert _answer(limit, example["fires"]) is Answer.YES
    if "listed" in example:
        assert limit.decided is Decided.READING
        assert _answer(limit, example["listed"]) is Answer.UNKNOWN
    if "misses" in example:
        assert _answer(limit, example["misses"]) is Answer.NO


def test_every_limit_has_its_example_and_its_nearest_miss() -> None:
    assert set(EXAMPLES) == set(LIMITS)
    for name, example in EXAMPLES.items():
        assert set(example) & {"fires", "listed", "never"}, name
        only = LIMITS[name].condition_text == "always" or LIMITS[name].decided is Decided.READING
        assert only or "misses" in example, name


def test_a_limit_that_a_study_can_meet_has_a_study_as_its_example_and_the_others_say_why_not() -> None:
    by_hand = {
        name
        for name, example in EXAMPLES.items()
        if "listed" not in example and not is_study(example.get("fires", {}))
    }
    assert {limit.id for limit in LIMITS.values() if limit.no_study} == by_hand
    assert all(limit.no_study.endswith(".") for limit in LIMITS.values() if limit.no_study)


@pytest.mark.parametrize(
    "name", sorted(name for name in EXAMPLES if {"fires", "misses"} <= set(EXAMPLES[name]))
)
def test_a_nearest_miss_is_one_difference_away_from_its_example(name: str) -> None:
    """With one of the differences taken back the limit fires again; others may only follow from it."""
    limit = LIMITS[name]
    near, far = made(EXAMPLES[name]["fires"]), made(EXAMPLES[name]["misses"])
    shown = {one: fires(one, near, limit.study_years) for one in predicates_in(limit.read_as)}
    missed = {one: fires(one, far, limit.study_years) for one in shown}
    changed = [one for one in shown if {shown[one], missed[one]} == {Answer.YES, Answer.NO}]
    back = (_with(limit.read_as, {**missed, one: shown[one]}) for one in changed)
    assert Answer.YES in back, changed


def _with(condition: Condition, answers: Mapping[Predicate, Answer]) -> Answer:
    match condition:
        case And():
            return all_of(_with(part, answers) for part in condition.parts)
        case Or():
            return any_of(_with(part, answers) for part in condition.parts)
        case Not():
            return opposite(_with(condition.part, answers))
        case _:
            return answers[condition]
