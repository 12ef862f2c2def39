"""Parental substance misuse and injury: cases, matched peers, follow-up and events worked out by hand.

The files are in tests/data/crcs_substance_misuse_injury. Cases are 201 to 213, the other pupils 301 to 331.
"""

from __future__ import annotations

import pytest

from cohort.query.rows import TableRows, walk_rows
from cohort.results.model import AttritionTable, CountTable, RateTable, RawResults, SummaryTable
from tests.study.held import ENGINES, example, raw_results

NAME = "crcs_substance_misuse_injury"


@pytest.fixture(scope="module", params=ENGINES)
def raw(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RawResults:
    return raw_results(NAME, request.param, tmp_path_factory.mktemp(NAME) / "data")


def _rate(raw: RawResults, table: str) -> dict[str, tuple[int, int, int, int]]:
    """People, days, events and people with events by group."""
    found = next(item for item in raw.tables if item.id == table)
    assert isinstance(found, RateTable)
    return {
        group: (cell.people, cell.person_days, cell.events, cell.people_with_events)
        for (group,), cell in found.cells.items()
    }


def test_the_table_of_improved_links_is_not_asked_for() -> None:
    # The study declares no improved links.
    definitions = example(NAME).definitions
    read = {node.table for d in definitions for node in walk_rows(d.rows) if isinstance(node, TableRows)}
    assert "lacw_alf" in read
    assert "lacw_derived_alf" not in read


def test_the_flow_of_cases(raw: RawResults) -> None:
    """Not at the start: 210 (the factor is missing) and 211 (not linked; 201 has the same code in another authority).

    Then go 212 (counted in 2021), 206 (aged 4) and 207 (16), 208 (last in a school census two years before), 209
    (left Wales), and 204 (counted in 2020, so that two years end after the data). 213 is exactly 5; 205 has exactly
    two years. 202 was counted in 2017 without the factor and is a case of 2018.
    """
    flow = raw.tables[0]
    assert isinstance(flow, AttritionTable)
    assert [(step.id, step.remaining) for step in flow.steps] == [
        ("start", 11),
        ("counted_in_study_years", 10),
        ("school_age", 8),
        ("in_school_census", 7),
        ("lives_in_wales", 6),
        ("two_years_of_data", 5),
        ("observed_time", 5),
    ]


def test_the_matched_sets(raw: RawResults) -> None:
    """Peers by distance in days from the case's week of birth; no distances of one case are decided by the hash.

    On 31 March 2017, boys of year 5 in authority 660. Case 201 is nearest to 301 (7), 302 (7), 311 (14), 205 (21),
    then 303 (175) and 304 (182); case 203 to 303 (21), 304 (28), 302 (147), 301 (161), 311 (168), 205 (175). In the
    first round each proposes to four; 301 and 302 take 201, which is nearer. So 201 has 301, 302, 311 and 205, who
    is a case himself two years later, and 203 has 303 and 304; nobody is left for a second round.

    Not candidates: 306 (girl), 307 (authority 661), 308 (sex missing), 309 (had been looked after), 310 (counted on
    the day), 312 (left Wales), 313 (no week of birth, so no year group), and all who were counted themselves.

    On 31 March 2018, girls of year 5: 202 has 321 (0), 322 (91) and 323 (182, exactly 26 weeks); 324 is 189 days
    away. On 31 March 2019, boys of year 7: 205 has 331 (7); 301 (14) is in the census too, but is a peer already.
    213 is alone in reception in authority 661.
    """
    sets = next(item for item in raw.tables if item.id == "matched_sets")
    assert isinstance(sets, CountTable)
    assert {key: count for key, count in sets.counts.items() if count} == {
        ("0",): 1,
        ("1",): 1,
        ("2",): 1,
        ("3",): 1,
        ("4",): 1,
    }


def test_rates_of_all_admissions(raw: RawResults) -> None:
    """Days of cases: 3,108.

    - 201: two years from 31 March 2017: 730
    - 202: from 31 March 2018 until she left Wales on 1 January 2019, 276; back from 1 July 2019 until 31 March
      2020, 274
    - 203: died on 31 March 2018, which is a day of follow-up: 366
    - 205 and 213: two years from 31 March 2019, with 29 February 2020: 731 each. 20 days between two addresses of 213
      are bridged

    Events of cases: 201 two (the day before and the day after the end are none, nor are an elective admission and
    one for pneumonia with an injury beside it), 202 one on the day she is back (none while away), 203 one on the
    day of death, 205 one on the last day.

    Days of peers: 5,390. 301 and 302: 730; 311 is counted on 31 March 2018: 365; 205 is counted on 31 March 2019:
    730; 303 enters care on 1 October 2017: 184; 304 leaves Wales on 1 July 2018: 457; 321, 322 and 331: 731 each;
    323 died on the first day: 1.

    Events of peers: 301 one on the first day, 205 one, 321 two on one day. None: 303 on the day of care, 304 on the
    first day outside Wales, 322 by match status 35, 302 without a method and without a diagnosis.
    """
    assert _rate(raw, "injury_rates") == {"cases": (5, 3108, 5, 4), "peers": (10, 5390, 4, 3)}


def test_rates_of_first_admissions(raw: RawResults) -> None:
    """Time ends with the day of the first event.

    Cases: 201 on 1 June 2017, 63 days; 202 276 + 1; 203 366; 205 731 (the event is on the last day); 213 731:
    2,168. Peers: 301 1; 302 730; 311 365; 205 on 5 May 2018, 401; 303 184; 304 457; 321 on 1 April 2018, 2; 322
    731; 323 1; 331 731: 3,603.
    """
    assert _rate(raw, "first_injury_rates") == {"cases": (5, 2168, 4, 4), "peers": (10, 3603, 3, 3)}


def test_cases_and_peers_compared(raw: RawResults) -> None:
    table = next(item for item in raw.tables if item.id == "match_quality")
    assert isinstance(table, SummaryTable)
    variables = {variable.name: variable for variable in table.variables}
    # Ages of cases: 10, 10, 10, 12 and 5; of peers: 10 eight times, 9 (323) and 11 (331).
    ages = variables["age_at_index"].numbers
    assert {
        group: (found.known, found.missing, found.total) for group, found in ages.items() if found.known
    } == {
        "cases": (5, 0, 47),
        "peers": (10, 0, 100),
    }

    def counts(name: str) -> dict[tuple[str, str], int]:
        return {key: count for key, count in variables[name].counts.items() if count}

    # Boys among the cases: 201, 203, 205 and 213; girls among the peers: 321, 322 and 323.
    assert counts("sex") == {("cases", "1"): 4, ("cases", "2"): 1, ("peers", "1"): 7, ("peers", "2"): 3}
    # 205 has meals in 2019, as a case, and not in 2017, as a peer; 203 is missing.
    assert counts("free_school_meals") == {
        ("cases", "1"): 2,
        ("cases", "0"): 2,
        ("cases", "missing"): 1,
        ("peers", "1"): 1,
        ("peers", "0"): 9,
    }
    # 201 on 30 March 2017; 205 on 5 May 2018, which is before his time as a case and in his time as a peer.
    assert counts("injured_in_year_before") == {("cases", "1"): 2, ("cases", "0"): 3, ("peers", "0"): 10}
