"""Self-harm among care leavers: person-time by age and placement, and contacts, worked out by hand.

The files are in tests/data/care_leavers_self_harm; young people are 401 to 412 (420 was never in care).
"""

from __future__ import annotations

import pytest

from cohort.results.model import AttritionTable, RateTable, RawResults
from tests.study.held import ENGINES, raw_results

NAME = "care_leavers_self_harm"


@pytest.fixture(scope="module", params=ENGINES)
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RawResults:
    return raw_results(NAME, request.param, tmp_path_factory.mktemp(NAME) / "data")


def _cells(raw: RawResults, table: str) -> dict[tuple[str, ...], tuple[int, int, dict[str, tuple[int, int]]]]:
    """People, days, and (events, people with such events) by setting."""
    found = next(item for item in raw.tables if item.id == table)
    assert isinstance(found, RateTable)
    return {
        key: (
            cell.people,
            cell.person_days,
            {setting: pair for setting, pair in cell.events_by.items() if pair[0]},
        )
        for key, cell in found.cells.items()
        if cell.person_days
    }


def test_the_flow(raw: RawResults) -> None:
    """At the start: in care on a day between the 16th and the 18th birthday.

    Not there: 404 (care ended the day before the 16th birthday), 405 (short breaks), 409 (linked through GP records
    only, which the study leaves out), 420. 403 has 90 days of care, one too few, so no index date. 406 turned 16 in
    March 2010. 408 reaches the 91st day on the 18th birthday. 407 is with a practice that supplies no data, so is
    never observed.
    """
    flow = raw.tables[0]
    assert isinstance(flow, AttritionTable)
    assert [(step.id, step.remaining) for step in flow.steps] == [
        ("start", 9),
        ("index_date_known", 8),
        ("turned_16_in_study_years", 7),
        ("qualified_before_18", 6),
        ("observed_time", 5),
    ]


def test_rates_by_age_and_living_arrangement(raw: RawResults) -> None:
    """Follow-up of the five who are left.

    - 401 qualifies on the 16th birthday, 5 January 2014, and is followed until the 21st. At 16: kinship until 1
      July 2014 (177 days), other foster care until 2015 (184), a home until 2016 (365), left care (4); at 18: left
      care (1,096). 3 March 2014: two GP codes are one contact, and one in hospital is another. 1 May 2015:
      hospital, second position. 5 January 2016, the 18th birthday: GP. Not: the day before and the 21st birthday, a
      code in lower case (another code), one without a date, one by match status 35.
    - 402 reaches the 91st day on 5 April 2015. Other foster care until 1 July (87 days), then left care. Registered
      with a supplying practice until 4 April 2016 (279 days) and again from 2017: 59 days at 16, and 436 at 18
      until her death on 10 May 2018, a day of follow-up with a GP contact. Not seen: GP and hospital contacts of
      2016.
    - 410 (linked by an improved link through schools) is in other foster care: 731 days at 16 and 85 at 18, to the
      end of the data, 31 March 2021, with a hospital contact on that day.
    - 411 lives where no placement is recorded for 181 days: missing, not left care. Then left care: 549 at 16 and
      821 at 18. Thirty days between two registrations are bridged.
    - 412: two episodes overlap in March 2015; the one that started later counts, with the GP contact of 15 March.
      Other foster care 175 days, residential care 306, left care 182 until the registration ends.
    """
    assert _cells(raw, "rates_by_living_arrangement") == {
        ("16", "kinship foster care"): (1, 177, {"GP": (1, 1), "hospital": (1, 1)}),
        ("16", "other foster care"): (4, 184 + 87 + 731 + 175, {}),
        ("16", "residential care"): (2, 365 + 306, {"GP": (1, 1), "hospital": (1, 1)}),
        ("16", "left care"): (4, 4 + 279 + 59 + 549 + 182, {}),
        ("16", "missing"): (1, 181, {}),
        ("18", "left care"): (3, 1096 + 436 + 821, {"GP": (2, 2)}),
        ("18", "other foster care"): (1, 85, {"hospital": (1, 1)}),
    }


def test_rates_by_sex(raw: RawResults) -> None:
    # 401 and 411 are boys, 402, 410 and 412 girls.
    assert _cells(raw, "rates_by_sex") == {
        ("1", "kinship foster care"): (1, 177, {"GP": (1, 1), "hospital": (1, 1)}),
        ("1", "other foster care"): (1, 184, {}),
        ("1", "residential care"): (1, 365, {"hospital": (1, 1)}),
        ("1", "left care"): (2, 4 + 1096 + 549 + 821, {"GP": (1, 1)}),
        ("1", "missing"): (1, 181, {}),
        ("2", "other foster care"): (3, 87 + 731 + 85 + 175, {"hospital": (1, 1)}),
        ("2", "residential care"): (1, 306, {"GP": (1, 1)}),
        ("2", "left care"): (2, 279 + 59 + 436 + 182, {"GP": (1, 1)}),
    }
