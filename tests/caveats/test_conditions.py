"""The language of conditions: what it takes, what it refuses and where, and what binds more tightly."""

from __future__ import annotations

import datetime

import pytest

from cohort.catalogue.conditions import (
    And,
    ConditionFault,
    Not,
    Or,
    parse_condition,
    parse_predicate,
    predicates_in,
)
from cohort.catalogue.predicates import (
    Ages,
    Always,
    ColumnTest,
    Compares,
    Dedupes,
    Filters,
    Groups,
    Joins,
    Keys,
    Links,
    Measures,
    Normalises,
    Population,
    Predicate,
    Role,
    Spans,
    Uses,
    Year,
    Years,
)


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("always", Always()),
        ("uses(cinw, *.SEX, coded diagnosis)", Uses(("cinw", "*.SEX", "coded diagnosis"))),
        ("years(lacw, *, 2006)", Years("lacw", None, Year(2006, academic=False))),
        (
            "years(EDUW_PUPIL, 2019/20, 2021/22)",
            Years("EDUW_PUPIL", Year(2019, academic=True), Year(2021, academic=True)),
        ),
        ("years(study, 1999/00, *)", Years("study", Year(1999, academic=True), None)),
        ("spans(cinw+crcs, 2016-04-01)", Spans(("cinw", "crcs"), datetime.date(2016, 4, 1))),
        ("spans(study, coding revision)", Spans(("study",), "coding revision")),
        ("links(lacw, any)", Links("lacw", "any")),
        ("joins(A_B, C_D, inner)", Joins("A_B", "C_D", "inner")),
        ("joins(lacw, wdsd)", Joins("lacw", "wdsd", None)),
        ("compares(wales, uk nation)", Compares("wales", "uk nation")),
        ("groups(LA / LSOA / small group)", Groups(("LA", "LSOA", "small group"))),
        ("measures(count, rate)", Measures(("count", "rate"))),
        ("population(age < 5)", Population((Ages(0, 5),))),
        ("population(age 16..20)", Population((Ages(16, 21),))),
        ("population(rural / uasc)", Population(("rural", "uasc"))),
        ("filters(ALF_STS_CD)", Filters(ColumnTest("ALF_STS_CD", "", ()))),
        ("filters(LEGAL_STATUS_CODE <> V1)", Filters(ColumnTest("LEGAL_STATUS_CODE", "<>", ("V1",)))),
        ("filters(CODE in N2 N8)", Filters(ColumnTest("CODE", "in", ("N2", "N8")))),
        ("filters(LSOA like W%)", Filters(ColumnTest("LSOA", "like", ("W%",)))),
        ("filters(YEAR month)", Filters("YEAR month")),
        (
            "filters(EVENT_DT in 1990-01-01..today and >= WOB)",
            Filters("EVENT_DT in 1990-01-01..today and >= WOB"),
        ),
        ("keys(UNIFIED_ID)", Keys("UNIFIED_ID")),
        ("dedupes(child + EPISODE_START_DATE)", Dedupes(("child", "EPISODE_START_DATE"))),
        ("normalises(codes)", Normalises("codes")),
        ("role(wlgp, outcome)", Role("wlgp", "outcome")),
        ("role(FSMELIGIBLE, proxy for deprivation)", Role("FSMELIGIBLE", "proxy for deprivation")),
    ],
)
def test_predicates_are_typed(text: str, predicate: Predicate) -> None:
    assert parse_predicate(text) == predicate


def test_and_binds_more_tightly_than_or_and_brackets_more_than_both() -> None:
    a, b, c = Keys("A"), Keys("B"), Keys("C")
    assert parse_condition("keys(A) OR keys(B) AND keys(C)") == Or((a, And((b, c))))
    assert parse_condition("(keys(A) OR keys(B)) AND keys(C)") == And((Or((a, b)), c))
    assert parse_condition("NOT keys(A) AND NOT (keys(B) OR keys(C))") == And((Not(a), Not(Or((b, c)))))
    assert parse_condition(" NOT NOT keys(A) ") == Not(Not(a))


def test_predicates_come_in_the_order_in_which_they_are_written() -> None:
    condition = parse_condition("keys(A) AND (NOT keys(B) OR keys(C))")
    assert list(predicates_in(condition)) == [Keys("A"), Keys("B"), Keys("C")]


@pytest.mark.parametrize(
    ("text", "at", "wrong"),
    [
        ("", 0, "a predicate is missing"),
        ("uses(a) AND", 11, "a predicate is missing"),
        ("AND uses(a)", 0, "a predicate is missing before AND"),
        ("uses(a) uses(b)", 8, "AND or OR is expected"),
        ("uses(a))", 7, "a closing bracket too many"),
        ("(uses(a)", 0, "this bracket is not closed"),
        ("NOT uses(a, (b)", 8, "this bracket is not closed"),
        ("use(a)", 0, "there is no predicate use; known are compares, dedupes"),
        ("uses", 0, "uses needs arguments in brackets"),
        ("always(a)", 0, "always has no arguments"),
        ("uses(a,)", 0, "an argument of uses is empty"),
        ("uses()", 0, "an argument of uses is empty"),
        ("links(a)", 0, "links takes 2 arguments, and 1 are given"),
        ("keys(a, b)", 0, "keys takes 1 argument, and 2 are given"),
        ("joins(a)", 0, "joins takes 2 to 3 arguments"),
        ("joins(a, b, outer)", 0, "there is no join outer"),
        ("years(a, 16, *)", 0, "16 is no year"),
        ("years(a, 2019/21, *)", 0, "2019/21 is no year"),
        ("years(a, *, *)", 0, "years needs a first or a last year"),
        ("years(a, 2017, 2016)", 0, "the first year is after the last"),
        ("years(a, 2016, 2016/17)", 0, "both years are calendar years or both are academic"),
        ("spans(a, 2016-02-30)", 0, "2016-02-30 is no day"),
        ("measures(sum)", 0, "there is no measure sum"),
        ("population(age under 5)", 0, "no range of ages"),
        ("filters(CODE =)", 0, "a value is missing after ="),
        ("filters(CODE = A B)", 0, "= takes one value"),
        ("role(a, cause)", 0, "there is no role cause"),
        ("uses(a) OR use(b)", 11, "there is no predicate use"),
    ],
)
def test_faults_say_what_is_wrong_and_where(text: str, at: int, wrong: str) -> None:
    with pytest.raises(ConditionFault) as caught:
        parse_condition(text)
    assert wrong in caught.value.wrong
    assert caught.value.at == at
    assert str(caught.value).endswith(" " * (at + 2) + "^")


def test_a_tag_states_one_predicate() -> None:
    with pytest.raises(ConditionFault, match="one predicate is expected"):
        parse_predicate("keys(A) AND keys(B)")
