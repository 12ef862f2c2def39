"""The relations of the catalogue: brothers and sisters by the mother, and people of one dwelling at one time."""

from __future__ import annotations

import pytest

from cohort.results.model import CountTable
from tests.study.held import ENGINES, raw_results

NAME = "siblings_and_households"


@pytest.mark.parametrize("engine", ENGINES)
def test_care_of_relatives(engine: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Born with one sure mother are 501, 502 and 508 (mother 900), 503 and 506 (mother 901; a match status of babies).

    Left out: 504 (two mothers), 505 (the mother is the child), 507 and 509 (match status of child and mother), 510 (no
    mother). 508 is recorded twice and is one child.

    In care were 502 (twice), 506 and 508. In the dwelling 7001 lived 501 until 2012, 502 from June 2012 on and 506 from
    2013 on: 501 and 502 together in 2012, 502 and 506 from 2013, 501 and 506 never. Unknown dwellings are not shared.

    - 501: two siblings, three episodes; with 502 in July 2012
    - 502: one sibling (508), one episode; with 506 on the first day together
    - 503: one sibling (506), one episode; alone
    - 506: 503 was never in care; with 502 in May 2013, not in July 2012
    - 508: one sibling (502), two episodes; alone
    """
    raw = raw_results(NAME, engine, tmp_path_factory.mktemp(NAME) / "data")
    table = raw.tables[0]
    assert isinstance(table, CountTable)
    assert {key: count for key, count in table.counts.items() if count} == {
        ("two or more", "three or more", "one or more"): 1,
        ("one", "one", "one or more"): 1,
        ("one", "one", "none"): 1,
        ("none", "none", "one or more"): 1,
        ("one", "two", "none"): 1,
    }
