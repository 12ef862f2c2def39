"""Studies with many entries, peers, follow-up, splits, outcomes and every kind of table, over fitting small tables."""

from __future__ import annotations

import datetime
from dataclasses import replace

from hypothesis import strategies as st

from cohort.query.rows import ForEachEntry, JoinSpells, KeepOne, NamedRows, Rows, Where
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AgeSplit,
    AttritionOutput,
    CalendarSplit,
    CountOutput,
    Cover,
    FollowUp,
    FollowUpEnd,
    Nearest,
    Outcome,
    Output,
    Peers,
    Population,
    RateOutput,
    SpellSplit,
    Split,
    Step,
    Style,
    SummaryOutput,
)
from cohort.query.summaries import Covered, RowsOf, Summary
from cohort.query.values import (
    Band,
    Column,
    Compare,
    Extreme,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Or,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.results.category import Category
from cohort.types import DATE, DECIMAL, WHOLE

from .harness import HERE
from .leaves import Leaves
from .row_strategies import PERSON
from .study_strategies import BIRTH, EVENTS, INDEX, Drawn, base_study, facts
from .tables import CODE, NEAR_DAYS, TEXT, Records, Tables, or_missing
from .value_strategies import conditions

CODES = st.integers(1, 9)
ONE_DAY = datetime.timedelta(days=1)
DAY_ONE = datetime.date(2004, 2, 20)
DAYS = st.one_of(NEAR_DAYS, st.integers(0, 60).map(lambda n: DAY_ONE + n * ONE_DAY))
"""Days within two months around a 29 February, so that entries, spells and events meet."""


def lines() -> st.SearchStrategy[Records]:
    """Rows of ``events`` of up to nine children with entries on few days."""
    columns = st.fixed_dictionaries(
        {
            "local_code": or_missing(CODES, 12),
            "section": or_missing(st.integers(1, 2)),
            "start_date": or_missing(DAYS, 12),
            "end_date": or_missing(DAYS, 6),
            "returned": st.just(200304),
            "status": or_missing(st.sampled_from(["V2", "E1", "S", "QQ"]), 6),
            "place": or_missing(st.sampled_from(["Cardiff", "Ynys Môn"]), 6),
            "score": or_missing(st.integers(-2, 3)),
            "amount": or_missing(st.sampled_from([0.0, 0.1, 0.25, 1.5, -2.0005, 1e6])),
        }
    )
    return st.lists(columns, min_size=12, max_size=24).map(
        lambda rows: [row | {"number": len(rows) - index} for index, row in enumerate(rows)]
    )


@st.composite
def held_tables(draw: st.DrawFn) -> Tables:
    """Tables in which most children have a line of their own, so that peers are found."""
    births = [datetime.date(1988, 2, 29), datetime.date(1988, 3, 1), datetime.date(1999, 12, 31)]
    person = st.fixed_dictionaries(
        {
            "birth": or_missing(
                st.one_of(st.sampled_from(births), DAYS.map(lambda d: d.replace(year=1992))), 8
            ),
            "sex": or_missing(st.sampled_from(["M", "F"]), 8),
            "weight": or_missing(st.sampled_from([0.5, 1.0, 1.25, 3.0]), 6),
        }
    )
    people = [
        draw(person) | {"local_code": code, "line": code} for code in range(1, 10) if draw(st.integers(0, 9))
    ]
    links = [
        {"local_code": 2, "unified": 3},
        {"local_code": 9, "unified": -5},
        {"local_code": 8, "unified": 2**40},
    ]
    return {"events": draw(lines()), "people": people, "links": links}


# Named rows -------------------------------------------------------------------------------------------------

DATED = Where(EVENTS, Not(IsMissing(EVENTS.shape.column("start_date"))))
COVERED_TIME = JoinSpells(EVENTS, "start_date", "end_date", 2)
AFTER = Where(ForEachEntry(EVENTS), Compare(">=", EVENTS.shape.column("start_date"), IndexDate()))
NEAR_SCORE = Where(
    NamedRows("events_after", AFTER.shape),
    Compare("<=", AFTER.shape.column("start_date"), VariableValue("soon", DATE)),
)
COVER_AFTER = JoinSpells(NamedRows("near_score", NEAR_SCORE.shape), "start_date", "end_date", 30)
FIRST_AFTER = KeepOne(NamedRows("events_after", AFTER.shape), False, "score", AFTER.shape.owner, 2)
ROWS: tuple[tuple[str, Rows], ...] = (
    ("dated", DATED),
    ("covered_time", COVERED_TIME),
    ("events_after", AFTER),
    ("near_score", NEAR_SCORE),
    ("cover_after", COVER_AFTER),
    ("first_after", FIRST_AFTER),
)
SHAPES = {name: rows.shape for name, rows in ROWS} | {"events_of_child": EVENTS.shape}


def rows_of(name: str) -> RowsOf:
    """Named rows as summaries, covers, splits and outcomes read them."""
    shape = SHAPES[name]
    return RowsOf(name, shape.per_entry, shape.order)


COUNT = Summary("count", rows_of("events_of_child"), None, None, None, WHOLE)
VARIABLES: tuple[tuple[str, Value], ...] = (
    ("born", BIRTH),
    ("soon", ShiftDate(IndexDate(), 20, "day")),
    ("events_ever", COUNT),
    ("events_near", Summary("count", rows_of("near_score"), None, None, None, WHOLE)),
    ("twice", Compare(">=", COUNT, Literal(2, WHOLE))),
    (
        "days_covered",
        Covered(
            "days_covered",
            rows_of("covered_time"),
            ("start_date", "until"),
            IndexDate(),
            VariableValue("soon", DATE),
        ),
    ),
    ("score_after", Fact("first_after", "score", WHOLE, per_entry=True)),
    ("mean_amount", Summary("mean", rows_of("dated"), None, Column("amount", DECIMAL), None, DECIMAL)),
    ("status_after", Fact("first_after", "status", CODE, per_entry=True)),
    ("sex", Fact("person", "sex", next(f.type for f in facts("person", PERSON) if f.column == "sex"))),
    ("weight", Fact("person", "weight", DECIMAL)),
    ("entry_year", YearTo31March(IndexDate())),
    ("many_events", Band(VariableValue("events_ever", WHOLE), ((1, "one"), (2, "more")), TEXT)),
)
CATEGORIES = {
    "sex": ("M", "F"),
    "status_after": ("V2", "E1"),
    "entry_year": ("2004",),
    "many_events": ("one", "more"),
    "twice": ("1", "0"),
}
LEAVES = Leaves(
    (
        IndexDate(),
        *facts("person", PERSON),
        *(Fact("first_after", name, type_, per_entry=True) for name, type_ in FIRST_AFTER.shape.columns),
        *(VariableValue(name, value.type) for name, value in VARIABLES),
    )
)
COUNTED = tuple(CATEGORIES)
NUMBERS = ("events_ever", "events_near", "days_covered", "mean_amount", "weight", "score_after")


def some_conditions() -> st.SearchStrategy[Value]:
    """A condition that usually leaves some people."""
    values: list[Value] = [BIRTH, *(VariableValue(name, value.type) for name, value in VARIABLES)]
    known = st.sampled_from(values)
    return st.one_of(
        st.just(Compare(">", COUNT, Literal(0, WHOLE))),
        known.map(lambda value: Not(IsMissing(value))),
        st.just(Compare(">=", VariableValue("events_ever", WHOLE), Literal(2, WHOLE))),
        conditions(LEAVES, 1).map(lambda condition: Or((condition, IsMissing(condition)))),
    )


def steps(most: int, begin: str) -> st.SearchStrategy[tuple[Step, ...]]:
    """Some steps of a flow."""
    return st.lists(some_conditions(), max_size=most).map(
        lambda kept: tuple(Step(f"{begin}_{n}", keep, "words", "", HERE) for n, keep in enumerate(kept, 1))
    )


# Parts of a study -------------------------------------------------------------------------------------------


@st.composite
def populations(draw: st.DrawFn) -> Population:
    """One or several entries for a unit; the index date may rest on a variable of the person."""
    many = draw(st.sampled_from([False, True]))
    date: Value = Column("start_date", DATE) if many else INDEX
    born = VariableValue("born", DATE, of_person=True)
    late = Extreme(True, draw(st.booleans()), (date, ShiftDate(born, 12, "year")))
    index = draw(st.sampled_from([date, date, late, ShiftDate(date, 1, "day")]))
    start = draw(st.sampled_from(["dated", "events_of_child"])) if many else "first"
    return Population(start, index, draw(steps(1, "step")), HERE, many, "cases", draw(st.booleans()))


@st.composite
def some_peers(draw: st.DrawFn) -> Peers:
    """Peers matched on nothing, something or much."""
    sex: tuple[str, Value] = ("sex", VariableValue("sex", CODE))
    status: tuple[str, Value] = ("status", Fact("first_after", "status", CODE, per_entry=True))
    nearest = [
        Nearest(BIRTH, draw(st.sampled_from([0, 1, 40, 9999])), ""),
        Nearest(Fact("person", "weight", DECIMAL), 1, ""),
        Nearest(VariableValue("events_ever", WHOLE), 2, ""),
    ]
    return Peers(
        name="peers",
        pool=draw(st.sampled_from(["person", "events_of_child"])),
        steps=draw(steps(1, "pool")),
        exact=draw(st.sampled_from([(), (sex,), (sex,), (status,), (sex, status)])),
        nearest=draw(st.sampled_from([None, *nearest])),
        per_case=draw(st.sampled_from([1, 2, 3])),
        reuse=draw(st.sampled_from([False, True])),
        seed=draw(st.integers(0, 2**31 - 2)),
        origin=HERE,
    )


@st.composite
def follow_ups(draw: st.DrawFn, *, grouped: bool) -> FollowUp:
    """Ends that may be missing and covers of units and of entries."""
    possible: list[Value] = [
        Fact("person", "birth", DATE),
        Fact("first_after", "start_date", DATE, per_entry=True),
        ShiftDate(IndexDate(), draw(st.sampled_from([30, 1, 0, 12])), "day"),
    ]
    dates = [
        *draw(st.lists(st.sampled_from(possible), max_size=2)),
        Literal(datetime.date(2004, 4, 10), DATE),
    ]
    groups = [None, "cases", "peers"] if grouped else [None]
    ends = [
        FollowUpEnd(
            f"end_{n}",
            date,
            draw(st.booleans()),
            None if n == len(dates) else draw(st.sampled_from(groups)),
            "",
            HERE,
        )
        for n, date in enumerate(dates, 1)
    ]
    covers = [
        Cover(rows_of("covered_time"), ("start_date", "until")),
        Cover(rows_of("cover_after"), ("start_date", "until")),
        Cover(rows_of("dated"), ("start_date", "end_date")),
    ]
    starts: list[Value] = [
        IndexDate(),
        IndexDate(),
        VariableValue("soon", DATE),
        ShiftDate(IndexDate(), -9, "day"),
    ]
    chosen = draw(st.lists(st.sampled_from(covers), max_size=2, unique=True))
    return FollowUp(draw(st.sampled_from(starts)), tuple(ends), tuple(chosen), HERE)


@st.composite
def some_splits(draw: st.DrawFn) -> tuple[Split, ...]:
    """Splits by age, by calendar and by two tables of spells."""
    ages = draw(st.sampled_from([(11, 12), (0, 12, 16), (12,)]))
    march, middle, april = (datetime.date(2004, 3, 1), datetime.date(2004, 3, 15), datetime.date(2004, 4, 1))
    stretches = draw(
        st.sampled_from(
            [
                (("early", march, middle), ("late", middle, april)),
                (("late", middle, april),),
                (("early", DAY_ONE, march), ("late", middle, april)),
            ]
        )
    )
    spells = draw(st.sampled_from(["events_of_child", "near_score"]))
    column = draw(st.sampled_from(["status", "score"]))
    priority = draw(st.sampled_from([(), ("E1", "V2"), ("2", "-1")]))
    return (
        AgeSplit("age_band", "Age", BIRTH, ages, categories([str(age) for age in ages[:-1]]), HERE),
        CalendarSplit("time_of_year", "Time", stretches, categories(["early", "late"]), HERE),
        SpellSplit(
            "kind_of_care",
            "Care",
            rows_of(spells),
            ("start_date", "end_date"),
            column,
            dict(EVENTS.shape.columns)[column],
            "no care",
            priority,
            categories(["no care", "V2", "S", "1", "-1"]),
            HERE,
        ),
    )


def categories(values: list[str]) -> tuple[Category, ...]:
    """Categories whose labels are their values."""
    return tuple(Category(value, value) for value in values)


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Outcome, ...]:
    """Two outcomes, of rows of units and of entries."""
    found = []
    for number, name in enumerate(("events_of_child", "near_score"), 1):
        washout = draw(st.sampled_from([0, 1, 5]))
        date = draw(st.sampled_from(["start_date", "end_date"]))
        found.append(
            Outcome(f"outcome_{number}", "Outcome", rows_of(name), date, draw(st.booleans()), washout, HERE)
        )
    return tuple(found)


@st.composite
def outputs(draw: st.DrawFn, *, peers: bool, followed: bool) -> tuple[Output, ...]:
    """At least one table of every kind that the study can have."""
    groups = (GROUP,) if peers else ()
    names = st.sampled_from((*COUNTED, *groups))
    among = st.one_of(st.none(), some_conditions())
    found: list[Output] = [AttritionOutput("flow", "Flow", HERE)]
    by = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    rest = ("", frozenset[str](), (), HERE)
    found.append(_count("counts", tuple(by), draw(among)))
    found.append(
        _count(
            "in_three_ways",
            ("sex", "twice", draw(names.filter(lambda name: name not in ("sex", "twice")))),
            None,
        )
    )
    for number, style in enumerate(Style, 1):
        listed = draw(
            st.lists(st.sampled_from((*NUMBERS, "sex", "twice")), min_size=1, max_size=2, unique=True)
        )
        group = draw(st.one_of(st.none(), names))
        found.append(
            SummaryOutput(f"summary_{number}", "Table", style, tuple(listed), group, draw(among), *rest)
        )
    if peers:
        found.append(AttritionOutput("flow_of_peers", "Flow", HERE, of_peers=True))
        found.append(replace(_count("sets", (PEERS_FOUND,), draw(among)), of_sets=True))
    for number in (1, 2) if followed else ():
        # Splits more often than what is the same for all of a member's time.
        names_of_time = st.sampled_from(
            ("age_band", "time_of_year", *("kind_of_care",) * 3, *COUNTED, *groups)
        )
        of_time = draw(st.lists(names_of_time, min_size=number - 1, max_size=2, unique=True))
        events_by = draw(st.sampled_from([None, "status", "place"]))
        found.append(
            RateOutput(
                f"rates_{number}",
                "Rates",
                f"outcome_{number}",
                1,
                tuple(of_time),
                events_by,
                categories(["V2", "S", "Cardiff"]) if events_by else (),
                draw(among),
                *rest,
            )
        )
    return tuple(found)


def _count(id_: str, by: tuple[str, ...], among: Value | None) -> CountOutput:
    return CountOutput(id_, "Table", by, among, "", frozenset(), (), frozenset(), HERE)


@st.composite
def member_studies(draw: st.DrawFn, *, matched: bool = False) -> Drawn:
    """Studies with several entries or peers or follow-up, or all of these; with ``matched`` always with peers."""
    peers = draw(some_peers()) if matched or draw(st.sampled_from([True, False, True])) else None
    followed = draw(st.sampled_from([True, False, True]))
    study = base_study(index=INDEX, variables=VARIABLES, further=ROWS)
    variables = tuple(
        replace(v, categories=categories(list(CATEGORIES.get(v.name, ())))) for v in study.variables
    )
    return Drawn(
        replace(
            study,
            population=draw(populations()),
            variables=variables,
            outputs=draw(outputs(peers=peers is not None, followed=followed)),
            peers=peers,
            follow_up=draw(follow_ups(grouped=peers is not None)) if followed else None,
            splits=draw(some_splits()) if followed else (),
            outcomes=draw(outcomes()) if followed else (),
        )
    )
