"""Each predicate on profiles made by hand: when it is true, when not, and when it cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from cohort.catalogue.conditions import parse_condition
from cohort.caveats import Answer, fires, undecided_by
from cohort.caveats.answer import all_of, any_of, opposite
from tests.caveats.made import by_hand

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
EPISODES: dict[str, Any] = {"reads": ["LACW_EPISODE_MAIN.LEGAL_STATUS_CODE"]}


def test_answers_combine_as_three_valued_logic_does() -> None:
    assert [all_of((YES, one)) for one in (YES, NO, UNKNOWN)] == [YES, NO, UNKNOWN]
    assert all_of((NO, UNKNOWN)) is NO
    assert [any_of((NO, one)) for one in (YES, NO, UNKNOWN)] == [YES, NO, UNKNOWN]
    assert any_of((YES, UNKNOWN)) is YES
    assert [opposite(one) for one in (YES, NO, UNKNOWN)] == [NO, YES, UNKNOWN]


@pytest.mark.parametrize(
    ("condition", "example", "answer"),
    [
        # uses: data sets, tables, columns, wildcards, classes of columns, published series
        ("uses(lacw)", EPISODES, YES),
        ("uses(crcs)", EPISODES, NO),
        ("uses(crcs, lacw)", EPISODES, YES),
        ("uses(LACW_EPISODE_MAIN)", EPISODES, YES),
        ("uses(LACW_EPISODE)", EPISODES, NO),
        ("uses(LACW_*)", EPISODES, YES),
        ("uses(LEGAL_STATUS_CODE)", EPISODES, YES),
        ("uses(*.LEGAL_*)", EPISODES, YES),
        ("uses(LACW_CHILD_MAIN.LEGAL_STATUS_CODE)", EPISODES, NO),
        ("uses(coded diagnosis)", {"reads": ["PEDW_DIAG.DIAG_CD"]}, YES),
        ("uses(coded diagnosis)", {"reads": ["PEDW_DIAG.DIAG_NUM"]}, NO),
        ("uses(two LSOA versions)", {"reads": ["A_B.LSOA2001_CD", "A_B.LSOA2011_CD"]}, YES),
        ("uses(two LSOA versions)", {"reads": ["A_B.LSOA2011_CD"]}, NO),
        ("uses(two LSOA versions)", {"reads": ["A_B.LSOA2011_CD"], "figures": True}, UNKNOWN),
        ("uses(column with missing values)", EPISODES, UNKNOWN),
        ("uses(column without documented values)", {"undocumented": ["A_B.C"]}, YES),
        ("uses(agg-da-*)", {"series": ["agg-da-csew"]}, YES),
        ("uses(agg-da-*)", {"series": ["agg-cla"], "figures": True}, NO),
        ("uses(agg-da-*)", {"figures": True}, UNKNOWN),
        ("uses(agg-da-*)", {}, NO),
        # years and spans: both ends count, and only where the data are used
        ("years(lacw, 2017, 2018)", EPISODES | {"from": "2015-04-01", "until": "2016-04-01"}, YES),
        ("years(lacw, 2017, 2018)", EPISODES | {"from": "2015-04-01", "until": "2016-03-31"}, NO),
        ("years(lacw, 2017, 2018)", EPISODES | {"from": "2018-03-31"}, YES),
        ("years(lacw, 2017, 2018)", EPISODES | {"from": "2018-04-01"}, NO),
        ("years(crcs, 2017, 2018)", EPISODES | {"from": "2018-03-31"}, NO),
        ("years(study, 2020, *)", {"until": "2020-01-01"}, YES),
        ("years(study, 2020, *)", {"until": "2019-12-31"}, NO),
        ("years(study, 2019/20, *)", {"until": "2019-09-01"}, YES),
        ("years(study, *, 2017/18)", {"from": "2018-08-31"}, YES),
        ("years(study, *, 2017/18)", {"from": "2018-09-01"}, NO),
        ("spans(lacw, 2018-04-02)", EPISODES, YES),
        ("spans(lacw, 2018-04-01)", EPISODES, NO),
        ("spans(lacw, 2019-03-31)", EPISODES, YES),
        ("spans(lacw, 2019-04-01)", EPISODES, NO),
        ("spans(lacw+crcs, 2019-01-01)", EPISODES, NO),
        ("spans(lacw+crcs, 2019-01-01)", {"reads": ["lacw", "crcs"]}, YES),
        ("spans(study, coding revision)", {}, UNKNOWN),
        ("spans(study, coding revision)", {"tags": ["crosses_a_coding_revision"]}, YES),
        ("spans(study, coding revision)", {"not": ["crosses_a_coding_revision"]}, NO),
        # links: only where the unit is the person
        ("links(lacw, wlgp)", {"unit": "person", "reads": ["lacw", "wlgp"]}, YES),
        ("links(lacw, wlgp)", {"unit": "child", "reads": ["lacw", "wlgp"]}, NO),
        ("links(lacw, wlgp)", {"unit": "person", "reads": ["lacw", "pedw"]}, NO),
        ("links(lacw, any)", {"unit": "person", "reads": ["lacw"]}, YES),
        ("links(any, any)", {"unit": "person", "reads": ["lacw"]}, NO),
        ("links(any, any)", {"unit": "person", "reads": ["lacw", "eduw"]}, YES),
        ("links(agg-*, any)", {"unit": "person", "reads": ["lacw"], "series": ["agg-cla"]}, UNKNOWN),
        # joins
        ("joins(lacw, wdsd)", {"reads": ["lacw", "wdsd"]}, YES),
        ("joins(lacw, wdsd)", {"reads": ["lacw"]}, NO),
        ("joins(PEDW_SPELL, any)", {"reads": ["PEDW_SPELL"]}, YES),
        ("joins(A_B, C_D, inner)", {"joins": [["A_B", "C_D", "inner"]]}, YES),
        ("joins(A_B, C_D, inner)", {"joins": [["A_B", "C_D", "left"]]}, NO),
        ("joins(study, wdsd residence)", {"reads": ["WDSD_CLEAN_ADD_WALES"]}, YES),
        ("joins(study, wdsd residence)", {"reads": ["WDSD_AR_PERS"]}, NO),
        ("joins(project, other project)", {}, UNKNOWN),
        # compares
        ("compares(cinw, crcs)", {"reads": ["cinw", "crcs"]}, YES),
        ("compares(cinw, crcs)", {"reads": ["cinw"]}, NO),
        ("compares(wales, england)", {"tags": ["compares_with_england"]}, YES),
        ("compares(wales, england)", {"series": ["eng-903"]}, YES),
        ("compares(wales, uk nation)", {"tags": ["compares_with_scotland"]}, YES),
        ("compares(study, agg-cla)", {}, UNKNOWN),
        ("compares(study, agg-cla)", {"series": ["agg-cla"]}, UNKNOWN),
        (
            "compares(study, agg-cla)",
            {"series": ["agg-cla"], "tags": ["compares_with_published_figures"]},
            YES,
        ),
        (
            "compares(study, agg-cla)",
            {"series": ["agg-crcs"], "tags": ["compares_with_published_figures"]},
            NO,
        ),
        ("compares(study, agg-cla)", {"not": ["compares_with_published_figures"]}, NO),
        ("compares(variable, variable)", {"crossed_by": ["A_B.LEA"]}, YES),
        ("compares(variable, variable)", {"by": ["A_B.LEA"]}, NO),
        # groups: a column's own values, values worked out of it, or a tag
        ("groups(LA)", {"by": ["A_B.LOCAL_AUTHORITY_CODE"]}, YES),
        ("groups(LA)", {"derived_by": ["A_B.LOCAL_AUTHORITY_CODE"]}, UNKNOWN),
        ("groups(LA)", {"by": ["A_B.GNDR_CD"]}, NO),
        ("groups(LA)", {"derived_by": ["A_B.LEA"], "not": ["by_local_authority"]}, NO),
        ("groups(LSOA / LA)", {"by": ["A_B.LSOA2011_CD"]}, YES),
        ("groups(industry)", {}, UNKNOWN),
        # measures
        ("measures(rate, count)", {"measures": ["count"]}, YES),
        ("measures(rate)", {"measures": ["count"]}, NO),
        ("measures(rank_change)", {}, UNKNOWN),
        ("measures(rank_change)", {"not": ["change_of_rank"]}, NO),
        ("measures(lifetime_care)", {"reads": ["lacw"], "measures": ["duration"]}, UNKNOWN),
        ("measures(lifetime_care)", {"reads": ["lacw"], "measures": ["count"]}, NO),
        # population: ages that meet, people by where the cohort comes from, filters, tags
        ("population(age < 5)", {}, YES),
        ("population(age < 5)", {"ages": [4, 8]}, YES),
        ("population(age < 5)", {"ages": [5, 8]}, NO),
        ("population(age 16..20)", {"ages": [None, 16]}, NO),
        ("population(age 16..20)", {"ages": [20, 30]}, YES),
        ("population(age 16..20)", {"ages": [21, 30]}, NO),
        ("population(uasc)", {"start": ["LACW_EPISODE_MAIN"]}, YES),
        ("population(uasc)", {"start": ["LACW_EPISODE_MAIN"], "tests": ["LACW_CHILD_MAIN.ASYLUM = 0"]}, NO),
        ("population(uasc)", {"start": ["CRCS_MAIN_CRCS"]}, NO),
        ("population(care leavers)", {"start": ["LACW_EPISODE_MAIN"]}, UNKNOWN),
        ("population(care leavers)", {"start": ["LACW_EPISODE_MAIN"], "ages": [0, 5]}, NO),
        ("population(rural / uasc)", {"tags": ["of_rural_areas"]}, YES),
        # filters
        ("filters(ALF_STS_CD)", {"tests": ["A_B.ALF_STS_CD in 1 4"]}, YES),
        ("filters(ALF_STS_CD)", {"tests": ["not A_B.ALF_STS_CD missing"]}, NO),
        ("filters(ALF_STS_CD includes 35)", {"tests": ["A_B.ALF_STS_CD in 1 35"]}, YES),
        ("filters(ALF_STS_CD includes 35)", {"tests": ["not A_B.ALF_STS_CD in 1 35"]}, NO),
        ("filters(DISABILITY_CODE <> 2)", {"tests": ["not A_B.DISABILITY_CODE = 2"]}, YES),
        ("filters(DISABILITY_CODE <> 2)", {"tests": ["A_B.DISABILITY_CODE in 0 1"]}, YES),
        ("filters(DISABILITY_CODE <> 2)", {"tests": ["A_B.DISABILITY_CODE in 1 2"]}, NO),
        ("filters(DEATH_DT_VALID = Valid)", {"tests": ["A_B.DEATH_DT_VALID = VALID"]}, YES),
        ("filters(LSOA like W%)", {"tests": ["A_B.LSOA2011_CD starts W0"]}, YES),
        ("filters(LSOA like W%)", {"tests": ["A_B.LSOA2011_CD starts E0"]}, NO),
        ("filters(keys not null)", {"tests": ["not A_B.HYBRID_ID missing"]}, YES),
        ("filters(keys not null)", {"tests": ["A_B.HYBRID_ID missing"]}, NO),
        ("filters(status of derived links)", {"tests": ["LACW_LAC_ALF_DERIVED.ALF_STS_CD in 1 4"]}, YES),
        (
            "filters(status of derived links)",
            {"tests": ["LACW_LAC_ALF_DERIVED.ALF_STS_CD in 1 or missing"]},
            NO,
        ),
        ("filters(status of derived links)", {"tests": ["LACW_ALF.ALF_STS_CD in 1 4"]}, NO),
        (
            "filters(EVENT_DT in 1990-01-01..today and >= WOB)",
            {"tests": ["A_B.EVENT_DT+C_D.WOB >="], "steps": ["gp_events.possible_dates"]},
            YES,
        ),
        ("filters(EVENT_DT in 1990-01-01..today and >= WOB)", {"steps": ["gp_events.possible_dates"]}, NO),
        ("filters(age gate)", {"ages": [10, 18]}, YES),
        ("filters(age gate)", {"ages": [5, 18]}, UNKNOWN),
        ("filters(age gate)", {"ages": [3, 18]}, NO),
        # keys, dedupes, normalises
        ("keys(UNIFIED_ID)", {"keys": ["A_B.UNIFIED_ID"]}, YES),
        ("keys(UNIFIED_ID)", {"reads": ["A_B.UNIFIED_ID"]}, NO),
        ("keys(NCCH CHILD_ID)", {"keys": ["NCCH_IMM.CHILD_ID"]}, YES),
        ("keys(NCCH CHILD_ID)", {"keys": ["CRCS_MAIN_CRCS.CHILD_ID"]}, NO),
        ("dedupes(child)", {"entries": "many"}, NO),
        ("dedupes(child)", {}, YES),
        (
            "dedupes(child + EPISODE_START_DATE)",
            {"kept": ["LACW_EPISODE_MAIN: unit EPISODE_START_DATE"]},
            YES,
        ),
        ("dedupes(child + EPISODE_START_DATE)", {"kept": ["LACW_EPISODE_MAIN: EPISODE_START_DATE"]}, NO),
        ("normalises(codes)", {}, YES),
        ("normalises(sex)", {"derived_by": ["NCCH_CHILD_BIRTHS.GNDR_CD"]}, YES),
        ("normalises(sex)", {"by": ["NCCH_CHILD_BIRTHS.GNDR_CD"]}, NO),
        # role
        ("role(wlgp, outcome)", {"reads": ["WLGP_E.EVENT_CD"], "outcomes": ["WLGP_E.EVENT_CD"]}, YES),
        ("role(wlgp, outcome)", {"reads": ["WLGP_E.EVENT_CD"]}, UNKNOWN),
        ("role(wlgp, outcome)", {"reads": ["PEDW_DIAG.DIAG_CD"]}, NO),
        ("role(wlgp, exposure)", {"reads": ["wlgp"], "tags": ["gp_records_as_exposure"]}, YES),
        ("role(lacw, entry)", {"reads": ["lacw"], "start": ["LACW_EPISODE_MAIN"]}, YES),
        ("role(lacw, entry)", {"reads": ["lacw"], "start": ["CRCS_MAIN_CRCS"]}, NO),
        ("role(need, any)", {"tags": ["need_from_use"]}, YES),
        ("role(need, any)", {}, UNKNOWN),
        ("role(substance misuse, any)", {"reads": ["CRCS_MAIN_CRCS.HEALTH_SUBSTANCE_MISUSE"]}, YES),
        ("role(substance misuse, any)", {"reads": ["PEDW_DIAG.DIAG_CD"]}, UNKNOWN),
        ("role(substance misuse, any)", {"reads": ["lacw"]}, NO),
        ("always", {}, YES),
    ],
)
def test_a_predicate_is_decided(condition: str, example: dict[str, Any], answer: Answer) -> None:
    assert fires(parse_condition(condition), by_hand(example)) is answer


def test_the_years_of_a_study_are_counted_as_the_limit_counts_them() -> None:
    condition, profile = (
        parse_condition("years(study, 2017, *)"),
        by_hand({"until": "2016-04-01", "from": "2010-04-01"}),
    )
    assert fires(condition, profile, "social_care") is YES
    assert fires(condition, profile) is NO


def test_a_tag_that_says_yes_outweighs_another_that_says_no() -> None:
    condition = parse_condition("compares(wales, uk nation)")
    both = by_hand({"tags": ["compares_with_scotland"], "not": ["compares_with_england"]})
    assert fires(condition, both) is YES
    assert fires(condition, by_hand({"not": ["compares_with_england"]})) is UNKNOWN


def test_what_cannot_be_told_names_the_tags_that_would_tell() -> None:
    linked = by_hand({"unit": "person", "reads": ["lacw", "WLGP_E.EVENT_CD"]})
    condition = parse_condition("uses(lacw) AND (role(wlgp, exposure) OR spans(study, coding revision))")
    assert fires(condition, linked) is UNKNOWN
    assert undecided_by(condition, linked) == ("gp_records_as_exposure", "crosses_a_coding_revision")
    closed = parse_condition("(uses(crcs) AND role(wlgp, exposure)) OR spans(study, coding revision)")
    assert undecided_by(closed, linked) == ("crosses_a_coding_revision",)
    assert undecided_by(parse_condition("NOT uses(lacw)"), linked) == ()
    courts = by_hand({"reads": ["cafw"], "from": "2009-01-01"})
    assert undecided_by(parse_condition("years(cafw public, *, 2010)"), courts) == ("public_law",)
    figures = by_hand({"figures": True})
    assert undecided_by(parse_condition("uses(agg-cla)"), figures) == ("agg-cla",)
    assert undecided_by(parse_condition("compares(study, agg-cla)"), figures) == (
        "agg-cla",
        "compares_with_published_figures",
    )
