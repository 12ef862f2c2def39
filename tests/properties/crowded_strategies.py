"""Studies of what chance alone would seldom make: cases that compete for peers, and spells that overlap."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from cohort.query.study import (
    AttritionOutput,
    FollowUp,
    FollowUpEnd,
    Nearest,
    Peers,
    Population,
    RateOutput,
    SpellSplit,
    Step,
)
from cohort.query.values import Compare, Fact, IndexDate, Literal, ShiftDate, VariableValue
from cohort.types import DECIMAL, WHOLE

from .harness import HERE
from .member_strategies import (
    DAY_ONE,
    DAYS,
    ONE_DAY,
    ROWS,
    VARIABLES,
    categories,
    outcomes,
    rows_of,
    some_splits,
)
from .study_strategies import BIRTH, INDEX, Drawn, base_study
from .tables import CODE, Tables, or_missing

# Crowds: more cases than candidates ---------------------------------------------------------------------------


@st.composite
def crowds(draw: st.DrawFn) -> Tables:
    """One event and one line for each of twenty children, half of them cases, with few dates and distances."""
    codes = range(1, 21)
    dates = st.sampled_from([DAY_ONE, DAY_ONE, DAY_ONE + ONE_DAY])
    given = {"section": 1, "end_date": None, "returned": 200304, "place": None, "amount": None}
    events = [
        {
            **given,
            "local_code": code,
            "number": code,
            "start_date": draw(dates),
            "status": draw(st.sampled_from(["V2", "E1"])),
            "score": draw(st.sampled_from([0, 1])),
        }
        for code in codes
    ]
    people = [
        {
            "local_code": code,
            "line": code,
            "birth": draw(DAYS),
            "sex": draw(st.sampled_from(["M", "M", "F"])),
            "weight": draw(st.sampled_from([0.5, 1.0, 1.5])),
        }
        for code in codes
    ]
    # Keys beyond 32 bits and below zero, on both sides.
    links = [
        {"local_code": 3, "unified": 2**40},
        {"local_code": 4, "unified": -7},
        {"local_code": 5, "unified": -(2**35)},
    ]
    return {"events": events, "people": people, "links": links}


@st.composite
def crowded_studies(draw: st.DrawFn) -> Drawn:
    """Cases that compete for peers, with distances that are often the same or exactly the tolerance."""
    score = Fact("first", "score", WHOLE)
    case, other = (Compare("=", score, Literal(number, WHOLE)) for number in (1, 0))
    nearest = [Nearest(Fact("person", "weight", DECIMAL), 1, ""), Nearest(BIRTH, 3, ""), None]
    exact = [("sex", VariableValue("sex", CODE))]
    peers = Peers(
        name="peers",
        pool="person",
        steps=(Step("others", other, "words", "", HERE),),
        exact=tuple(draw(st.sampled_from([exact, []]))),
        nearest=draw(st.sampled_from(nearest)),
        per_case=draw(st.sampled_from([2, 1, 3])),
        reuse=draw(st.sampled_from([False, False, True])),
        seed=draw(st.integers(0, 2**31 - 2)),
        origin=HERE,
    )
    population = Population("first", INDEX, (Step("is_case", case, "words", "", HERE),), HERE)
    study = base_study(index=INDEX, variables=VARIABLES, further=ROWS)
    found = replace(study, population=population, peers=peers)
    return Drawn(replace(found, outputs=(AttritionOutput("flow_of_peers", "Flow", HERE, of_peers=True),)))


# Spells of few children that overlap on most days -------------------------------------------------------------


@st.composite
def overlapping(draw: st.DrawFn) -> Tables:
    """Ten spells of two children within few days; values are often missing, outside the list, or tied."""
    spell = st.tuples(st.integers(0, 6), st.integers(1, 6))
    events = []
    for number in range(10):
        start, days = draw(spell)
        events.append(
            {
                "local_code": draw(st.sampled_from([1, 2])),
                "section": draw(or_missing(st.integers(1, 2))),
                "number": 10 - number,
                "start_date": DAY_ONE + start * ONE_DAY,
                "end_date": DAY_ONE + (start + days) * ONE_DAY,
                "returned": 200304,
                "status": draw(or_missing(st.sampled_from(["V2", "E1", "S", "QQ"]), 3)),
                "place": None,
                "score": draw(or_missing(st.sampled_from([1, 2, -1]), 3)),
                "amount": None,
            }
        )
    return {"events": events, "people": [], "links": []}


@st.composite
def studies_of_overlaps(draw: st.DrawFn) -> Drawn:
    """Person-time by one table of spells, events of which are counted with every washout."""
    (split,) = [split for split in draw(some_splits()) if isinstance(split, SpellSplit)]
    split = replace(split, rows=rows_of("events_of_child"))
    end = FollowUpEnd("end", ShiftDate(IndexDate(), 14, "day"), draw(st.booleans()), None, "", HERE)
    rates = RateOutput(
        "rates",
        "Rates",
        "outcome_1",
        1,
        ("kind_of_care",),
        "status",
        categories(["V2"]),
        None,
        "",
        frozenset(),
        (),
        HERE,
    )
    study = base_study(index=INDEX, variables=VARIABLES, further=ROWS, outputs=(rates,))
    follow_up = FollowUp(IndexDate(), (end,), (), HERE)
    return Drawn(replace(study, follow_up=follow_up, splits=(split,), outcomes=draw(outcomes())))
