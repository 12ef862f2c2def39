"""Boundary data notice nearly every one-token mistake in the Db2 text.

A sample is tried here, all mutants by ``python -m tests.mutants``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cohort.vetting.model import CannotRun
from cohort.vetting.postgres import Server, private_server

from .harness import STUDIES, bench, sites
from .survey import Fate, key_of, known_survivors, rate, sample, survey

SAMPLE = 400
"""How many mutants of each study are tried."""
ENOUGH = 0.95


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        with private_server() as found:
            yield found
    except CannotRun as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="module")
def fates(server: Server) -> dict[str, list[Fate]]:
    found: dict[str, list[Fate]] = {}
    for name in STUDIES:
        with bench(server, name) as made:
            found[name] = list(survey(made, name, sample(list(sites(name)), SAMPLE)))
    return found


def test_nearly_all_mutants_are_killed(fates: dict[str, list[Fate]]) -> None:
    assert rate([fate for each in fates.values() for fate in each]) >= ENOUGH


@pytest.mark.parametrize("study", STUDIES)
def test_every_survivor_is_listed_with_its_reason(fates: dict[str, list[Fate]], study: str) -> None:
    listed = known_survivors()
    new = [key_of(fate.site) for fate in fates[study] if not fate.killed and key_of(fate.site) not in listed]
    assert not new
