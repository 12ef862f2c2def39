"""Placement moves and GCSE results: 24 invented children whose way through the study was worked out by hand.

The files are in tests/data/first_care_entry_gcse; children are numbered 101 to 125 by their linking field. Who they
are, in the order of the flow:

- not at the start: 112 (short breaks only), 115 (match status 35, not accepted)
- 102 entered on 31 March 2008, 105 on 1 April 2018: one day outside the study years; 103 and 104 one day inside
- 106 entered on the 16th birthday; 114 has no week of birth, and an episode without a legal status
- 107 entered the day before the 16th birthday, but after the exams; 108 exactly one year before them
- 109 takes exams in May 2020, after the data end
- 110 moved out of Wales before the exams, 111 has no address at all; 104's address ends on the very day of the exams
"""

from __future__ import annotations

import pytest

from cohort.results.model import AttritionTable, CountTable, RawResults
from tests.study.held import ENGINES, raw_results

NAME = "first_care_entry_gcse"


@pytest.fixture(scope="module", params=ENGINES)
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RawResults:
    return raw_results(NAME, request.param, tmp_path_factory.mktemp(NAME) / "data")


def _counts(raw: RawResults, table: str) -> dict[tuple[str, ...], int]:
    found = next(item for item in raw.tables if item.id == table)
    assert isinstance(found, CountTable)
    return {key: count for key, count in found.counts.items() if count}


def test_the_flow(raw: RawResults) -> None:
    flow = raw.tables[0]
    assert isinstance(flow, AttritionTable)
    # 25 children less 112 and 115; then without 102 and 105; 106 and 114; 107; 109; 110 and 111.
    assert [(step.id, step.remaining) for step in flow.steps] == [
        ("start", 23),
        ("entered_in_study_years", 21),
        ("under_16", 19),
        ("exams_after_first_year", 18),
        ("old_enough_for_results", 17),
        ("in_wales_for_results", 15),
    ]


def test_results_by_moves(raw: RawResults) -> None:
    """Stayed the year (1 or 0), moves in the first year, result.

    Stayed, that is in care on each of 365 or 366 days:

    - 101: two episodes that follow on, the second a placement change: one move; achieved
    - 103: one episode, returned in two years: no move; not achieved
    - 104: one episode, open in the newest return: lasts until 1 April 2019; achieved
    - 113: B, P and P count, L does not: three moves. The end that is missing is the next start. A resit in 2017 is a
      later result: not achieved
    - 118: starts with reason P (not a move), hands over on the last day, and moves exactly one year after entry
      (not in the year): no move; achieved
    - 119: moved from one authority to another, where the code is new: two codes, one person, no P or B; not achieved
    - 121: one move. The second pupil number, of another week of birth, is not theirs: not achieved
    - 122: until the last day of a leap year (366 days); achieved
    - 124: held twice, once with a later week of birth, which would make the exams those of 2017; not achieved

    Did not stay:

    - 108: P and B after 61 and 80 days: two moves. The pupil number with the result is linked by status 35 only
    - 116: linked by an improved link of GP records, without a match status; B: one move; achieved
    - 117: a day between two periods. The result is held, but not the measure: no result recorded
    - 120: shares the code 9001 with 119, of another authority; the episode that ends before it starts is no move;
      achieved
    - 123: one day less than 122: 365 of 366 days; achieved
    - 125: the end is missing, and there are no later returns of the child: until 31 March 2014, 351 days; not
      achieved
    """
    assert _counts(raw, "gcse_by_moves") == {
        ("1", "one", "achieved"): 1,
        ("1", "none", "not achieved"): 3,
        ("1", "none", "achieved"): 3,
        ("1", "three or more", "not achieved"): 1,
        ("1", "one", "not achieved"): 1,
        ("0", "two", "no result recorded"): 1,
        ("0", "one", "achieved"): 1,
        ("0", "none", "no result recorded"): 1,
        ("0", "none", "achieved"): 2,
        ("0", "none", "not achieved"): 1,
    }


def test_age_and_sex(raw: RawResults) -> None:
    # 103 was 8 and 113 was 9. Girls are 103, 108, 116, 118, 121 and 123.
    assert _counts(raw, "entry_characteristics_by_age_at_entry") == {("under 10",): 2, ("10 to 15",): 13}
    assert _counts(raw, "entry_characteristics_by_sex") == {("1",): 9, ("2",): 6}


def test_what_schools_recorded_before_entry(raw: RawResults) -> None:
    """Of the last January in the two years before entry.

    - 101: January 2012 (1, A), not January 2011 (0, N), and not the return of June 2012 (0, S)
    - 104: January 2018 (0, N)
    - 108: January 2015 has no meals recorded, so it is missing, although January 2014 had 1; P in lower case
    - 113: at two schools in January 2010: 0 and N, 1 and S; so 1 and S
    - 118: the census of January 2012 is after entry on 2 January; 120: the one of 2012 is over two years before
    - 121: 0, and a blank code is missing; the other pupil number (1, S) is not theirs
    """
    assert _counts(raw, "entry_characteristics_by_free_school_meals") == {
        ("1",): 2,
        ("0",): 2,
        ("missing",): 11,
    }
    assert _counts(raw, "entry_characteristics_by_special_needs") == {
        ("A",): 1,
        ("N",): 1,
        ("P",): 1,
        ("S",): 1,
        ("missing",): 11,
    }
