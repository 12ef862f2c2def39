"""Every source is compared with polars: the sources come from the catalogue, what is compared from the tests."""

from __future__ import annotations

from functools import cache

import pytest

from cohort.catalogue import load_catalogue
from cohort.resolve.prepared import prepared_for, units_of

from .compared import compared

CATALOGUE = load_catalogue()
COMPARED = compared()
SOURCES = [
    (prepared.name, unit)
    for prepared in CATALOGUE.prepared.values()
    if prepared.offered
    for unit in units_of(prepared, CATALOGUE)
]
HELPERS = [prepared.name for prepared in CATALOGUE.prepared.values() if not prepared.offered]


@cache
def below_compared() -> frozenset[str]:
    """Return the prepared rows that the compared sources rest on, these themselves too."""
    return frozenset(
        found.name for source, unit in COMPARED for found in prepared_for(CATALOGUE, source, unit)
    )


@pytest.mark.parametrize(("name", "unit"), SOURCES)
def test_every_source_that_a_study_can_name_is_compared_for_each_unit(name: str, unit: str) -> None:
    assert (name, unit) in COMPARED


@pytest.mark.parametrize("name", HELPERS)
def test_every_helper_is_compared_or_stands_below_a_source_that_is(name: str) -> None:
    """Both engines must agree on every helper too, row by row, where a source that rests on it is compared."""
    assert name in below_compared()


def test_only_what_the_catalogue_has_is_compared() -> None:
    assert {name for name, _ in COMPARED} <= set(CATALOGUE.prepared)
