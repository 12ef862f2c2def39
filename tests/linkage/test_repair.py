"""The repair of changed child codes: worked cases by hand, then the score against the truth."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from cohort.linkage import add_unified_ids, repair_codes, score_repair
from cohort.synthetic import SyntheticHoldings, generate
from tests.synthetic.conftest import INPUTS

MONDAY = date(2001, 1, 1)


def _child(hybrid: int, years: list[int], **facts: Any) -> dict[str, Any]:
    return {
        **{"hybrid": hybrid, "years": years, "wob": MONDAY, "gender": 1, "authority": 516, "ethnicity": "A1"},
        **{"start": date(2006, 5, 1), "end": None, "reason": "P", "legal": "C2", "placement": "F2"},
        **{"place": "W01000101", "home": "W01000102", "asylum": "0"},
        **facts,
    }


def _tables(*children: dict[str, Any]) -> dict[str, pl.DataFrame]:
    episodes, main, alf, derived = [], [], [], []
    for child in children:
        key = {"SYSTEM_ID_PE": child["hybrid"], "LOCAL_AUTHORITY_CODE": child["authority"]}
        hybrid = {"HYBRID_ID_PE": child["hybrid"]}
        for year in child["years"]:
            newest = year == child["years"][-1]
            episodes.append(
                {
                    **key,
                    **hybrid,
                    "YEAR_CODE": year,
                    "EPISODE_NUMBER": 1,
                    "EPISODE_START_DATE": child["start"],
                    "EPISODE_END_DATE": child["end"] if newest else None,
                    "REASON_EPISODE_STARTED_CODE": child["reason"],
                    "REASON_EPISODE_FINISHED_CODE": "E4" if child["end"] and newest else None,
                    "LEGAL_STATUS_CODE": child["legal"],
                    "PLACEMENT_TYPE_CODE": child["placement"],
                    "LSOA2011_PLACEMENT_POSTCODE": child["place"],
                }
            )
            main.append(
                {
                    **key,
                    **hybrid,
                    "YEAR_CODE": year,
                    "ASYLUM": child["asylum"],
                    "ETHNICITY": child["ethnicity"],
                    "LSOA2011_HOME_POSTCODE": child["home"],
                }
            )
        alf.append({**key, "WOB": child["wob"], "GNDR_CD": child["gender"]})
        derived.append(hybrid)
    types = {
        "EPISODE_START_DATE": pl.Date,
        "EPISODE_END_DATE": pl.Date,
        "LSOA2011_PLACEMENT_POSTCODE": pl.String,
    }
    return {
        "LACW_EPISODE_MAIN": pl.DataFrame(episodes, schema_overrides=types),
        "LACW_CHILD_MAIN": pl.DataFrame(main, schema_overrides={"LSOA2011_HOME_POSTCODE": pl.String}),
        "LACW_PUPIL_ALF": pl.DataFrame(alf, schema_overrides={"WOB": pl.Date}),
        "LACW_LAC_ALF_DERIVED": pl.DataFrame(derived),
    }


OLD, NEW = [200607, 200708], [200809, 200910]


def _links(*children: dict[str, Any]) -> dict[int, int]:
    repair = repair_codes(_tables(*children))
    return {old: new for old, new in repair.map.iter_rows() if old != new}


def test_a_code_that_ends_in_the_air_is_joined_to_the_one_that_goes_on() -> None:
    tables = _tables(_child(1, OLD), _child(2, NEW))
    repair = repair_codes(tables)
    assert repair.counts["linked"] == repair.counts["linked_by_score"] == 1
    assert (repair.counts["not_linked"], repair.counts["conflicting"]) == (0, 0)
    derived = add_unified_ids(tables, repair)["LACW_LAC_ALF_DERIVED"].sort("HYBRID_ID_PE")
    assert derived["UNIFIED_ID"].to_list() == [2, 2]
    assert derived["SYSID_CHANGES_TO"].to_list() == [2, None]
    assert derived["SYSID_CHANGED_FROM"].to_list() == [None, 1]
    assert derived["SYS_ID_CHANGES"].to_list() == [1, 1]


@pytest.mark.parametrize(
    ("name", "value"), [("start", date(2006, 5, 2)), ("authority", 518), ("legal", "V2"), ("gender", 2)]
)
def test_another_start_authority_status_or_gender_is_another_child(name: str, value: object) -> None:
    other = {"place": "W01000901", "home": "W01000902", "placement": "F2"}
    assert _links(_child(1, OLD), _child(2, NEW, **{name: value, **other})) == {}


def test_codes_are_compared_without_case_and_blanks() -> None:
    assert _links(_child(1, OLD, legal="c2", reason="p "), _child(2, NEW)) == {1: 2}


def test_an_ended_code_is_no_candidate() -> None:
    assert _links(_child(1, OLD, end=date(2007, 9, 1)), _child(2, NEW)) == {}


def test_six_agreements_are_not_enough_but_the_next_census_may_decide() -> None:
    """Only the six exact fields agree: below seven, so the census rule has to join them, and it does if alone."""
    changed = {"placement": "F3", "place": "W01000999", "home": "W01000999"}
    tables = _tables(_child(1, OLD), _child(2, NEW, **changed))
    assert repair_codes(tables).counts["linked_by_score"] == 0
    assert repair_codes(tables).counts["linked_by_census"] == 1
    later = [200910, 201011]
    assert _links(_child(1, OLD), _child(2, later, **changed)) == {}


def test_a_missing_week_of_birth_needs_the_same_area() -> None:
    tables = _tables(_child(1, OLD, wob=None), _child(2, NEW))
    assert repair_codes(tables).counts["linked_by_area"] == 1
    away = {"place": "W01000999", "home": "W01000998"}
    assert _links(_child(1, OLD, wob=None), _child(2, NEW, **away)) == {}


def test_missing_areas_never_agree() -> None:
    nowhere: dict[str, Any] = {"place": None, "home": None}
    assert _links(_child(1, OLD, wob=None, **nowhere), _child(2, NEW, **nowhere)) == {}


def test_twins_are_told_apart_by_ethnicity_or_stay_undecided() -> None:
    pair = _links(
        _child(1, OLD, ethnicity="B1"), _child(2, NEW), _child(3, OLD), _child(4, NEW, ethnicity="b1 ")
    )
    assert pair == {1: 4, 3: 2}


def test_fully_identical_children_are_taken_in_order() -> None:
    assert _links(_child(1, OLD), _child(2, NEW), _child(3, OLD), _child(4, NEW)) == {1: 2, 3: 4}
    repair = repair_codes(_tables(_child(1, OLD), _child(2, NEW), _child(3, OLD)))
    assert repair.counts["linked"] == 0
    assert repair.counts["conflicting"] == 2


def test_asylum_seekers_are_skipped() -> None:
    repair = repair_codes(_tables(_child(1, OLD, asylum="1"), _child(2, NEW, asylum="1")))
    assert repair.counts["skipped_asylum"] == 1
    assert repair.counts["linked"] == 0


def test_a_chain_of_codes_ends_at_the_latest() -> None:
    links = _links(_child(1, [200607]), _child(2, [200708]), _child(3, [200809, 202122]))
    # The middle code ends in the air too, so it is in the first pool and cannot be found as a continuation.
    assert set(links) <= {1, 2}


@pytest.fixture(scope="module")
def north() -> SyntheticHoldings:
    return generate(11, share=0.25, inputs=INPUTS)


def test_score_against_the_truth(north: SyntheticHoldings) -> None:
    repair = repair_codes(north.tables)
    score = score_repair(repair, north.truth["codes"])
    assert score.repairable > 100
    assert score.precision is not None
    assert score.sensitivity is not None
    assert score.precision > 0.98
    assert 0.93 < score.sensitivity <= 1.0
    assert score.recoded > score.repairable  # children who left and came back cannot be joined
    assert repair.counts["linked"] == score.links == len(repair.pairs)
    assert repair.counts["pool_x"] == sum(
        repair.counts[key] for key in ("linked", "not_linked", "conflicting")
    )


def test_the_score_can_fall(north: SyntheticHoldings) -> None:
    """A repair that joins wrong codes is scored as wrong."""
    repair = repair_codes(north.tables)
    wrong = repair.pairs.with_columns(pl.col("new").reverse())
    broken = type(repair)(repair.map, wrong, repair.counts)
    score = score_repair(broken, north.truth["codes"])
    assert score.precision is not None
    assert score.precision < 0.1


def test_unified_ids_are_always_filled_and_reach_every_code(north: SyntheticHoldings) -> None:
    repair = repair_codes(north.tables)
    tables = add_unified_ids(north.tables, repair)
    derived = tables["LACW_LAC_ALF_DERIVED"]
    assert derived["UNIFIED_ID"].null_count() == 0
    assert derived["UNIFIED_ID"].dtype == pl.Int64
    assert set(derived["UNIFIED_ID"]) <= set(derived["HYBRID_ID_PE"])
    unchanged = derived.filter(pl.col("SYSID_CHANGES_TO").is_null())
    assert (unchanged["UNIFIED_ID"] == unchanged["HYBRID_ID_PE"]).all()
    assert len(derived) == len(north.tables["LACW_LAC_ALF_DERIVED"])
    assert tables["LACW_EPISODE_MAIN"] is north.tables["LACW_EPISODE_MAIN"]
    assert repair_codes(tables).pairs.equals(repair.pairs)


def test_moves_between_authorities_are_not_unified(north: SyntheticHoldings) -> None:
    tables = add_unified_ids(north.tables, repair_codes(north.tables))
    unified = tables["LACW_LAC_ALF_DERIVED"].select("HYBRID_ID_PE", "UNIFIED_ID", "LOCAL_AUTHORITY_CODE")
    target = unified.select(UNIFIED_ID="HYBRID_ID_PE", other="LOCAL_AUTHORITY_CODE")
    joined = unified.join(target, on="UNIFIED_ID")
    assert (joined["LOCAL_AUTHORITY_CODE"] == joined["other"]).all()
