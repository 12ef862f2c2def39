"""Boundary data notice nearly every one-token mistake in the Db2 text.

All mutants are tried by ``python -m tests.mutants --write``, which records what became of them; here the record must be
of the statements as they are, and a sample of mutants must be as it says.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cohort.vetting.model import CannotRun
from cohort.vetting.postgres import Server, private_server

from .harness import STUDIES, bench, sites
from .survey import Fate, data_hash, key_of, known, rate, sample, statements_hash, survey

pytestmark = pytest.mark.xdist_group("boundary")

SAMPLE = {"infants_entering_care": 100}
"""How many mutants are tried here, by study: making the data of another takes longer than trying its mutants."""
ENOUGH = 0.95
"""The share of the mutants of each study, those shown to mean the same left aside, that must be killed."""
ENOUGH_OF_SAMPLE = 0.75
"""A sample may have bad luck."""


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
    for name, number in SAMPLE.items():
        with bench(server, name) as made:
            found[name] = list(survey(made, name, sample(list(sites(name)), number)))
    return found


def test_nearly_all_mutants_were_killed() -> None:
    totals, _ = known()
    assert set(SAMPLE) <= totals.keys() <= set(STUDIES)
    for total in totals.values():
        assert total.killed + total.equivalent + total.surviving == total.mutants
    assert {name: total.rate for name, total in totals.items() if total.rate < ENOUGH} == {}


def test_no_mutant_that_is_said_to_mean_the_same_was_killed() -> None:
    assert {name: total.contradicted for name, total in known()[0].items() if total.contradicted} == {}


def test_the_record_is_of_the_statements_as_they_are() -> None:
    stale = [name for name, total in known()[0].items() if total.statements != statements_hash(name)]
    assert stale == [], "`python -m tests.mutants --write` tries them again"


def test_the_record_lists_each_survivor_that_it_counts() -> None:
    totals, listed = known()
    for name, total in totals.items():
        # Two mutants may read the same where a statement says a thing twice.
        assert sum(study == name for study, _, _ in listed) >= total.surviving // 2
        assert bool(total.surviving) <= any(study == name for study, _, _ in listed)


@pytest.mark.parametrize("study", SAMPLE)
def test_the_record_is_of_the_boundary_data_as_they_are(study: str) -> None:
    assert known()[0][study].data == data_hash(study), "`python -m tests.mutants --write` tries them again"


@pytest.mark.parametrize("study", SAMPLE)
def test_a_sample_is_as_the_record_says(fates: dict[str, list[Fate]], study: str) -> None:
    _, listed = known()
    assert not [key_of(fate.site) for fate in fates[study] if fate.contradicted]
    left = [fate for fate in fates[study] if not fate.killed and not fate.by_rule]
    assert not [key_of(fate.site) for fate in left if key_of(fate.site) not in listed]
    assert rate(fates[study]) >= ENOUGH_OF_SAMPLE
