"""One study with everything: several entries, peers, follow-up, each kind of split, of outcome and of table."""

from __future__ import annotations

import datetime
from dataclasses import replace

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
    Peers,
    Population,
    RateOutput,
    SpellSplit,
    Step,
    Study,
    Style,
    SummaryOutput,
)
from cohort.query.values import (
    Column,
    Compare,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Value,
    VariableValue,
)
from cohort.results.category import Category
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE
from tests.properties.harness import HERE
from tests.properties.member_strategies import CATEGORIES, COUNT, ROWS, VARIABLES, rows_of
from tests.properties.study_strategies import BIRTH, EVENTS, INDEX, base_study
from tests.properties.tables import CODE


def categories(*values: str) -> tuple[Category, ...]:
    """Categories whose labels are their values."""
    return tuple(Category(value, value) for value in values)


def step(name: str, keep: Value) -> Step:
    """One step of a flow."""
    return Step(name, keep, "words", "", HERE)


def full_study() -> Study:
    """Return the study."""
    study = base_study(index=INDEX, variables=VARIABLES, further=ROWS)
    twice = Compare("=", VariableValue("twice", BOOLEAN), Literal(True, BOOLEAN))
    of_table = (None, "", frozenset[str](), (), HERE)
    status = Fact("first_after", "status", CODE, per_entry=True)
    return replace(
        study,
        variables=tuple(
            replace(v, categories=categories(*CATEGORIES.get(v.name, ()))) for v in study.variables
        ),
        population=Population(
            "dated",
            Column("start_date", DATE),
            (step("twice_seen", twice), step("with_events", Compare(">", COUNT, Literal(0, WHOLE)))),
            HERE,
            many=True,
            index_may_be_missing=True,
        ),
        peers=Peers(
            name="peers",
            pool="person",
            steps=(step("known_birth", Not(IsMissing(BIRTH))),),
            exact=(("sex", VariableValue("sex", CODE)), ("status", status)),
            nearest=Nearest(Fact("person", "weight", DECIMAL), 1, "weight"),
            per_case=2,
            reuse=False,
            seed=7,
            origin=HERE,
        ),
        follow_up=FollowUp(
            IndexDate(),
            (
                FollowUpEnd("death", Fact("person", "birth", DATE), True, "peers", "death", HERE),
                FollowUpEnd("data_end", Literal(datetime.date(2004, 12, 31), DATE), True, None, "", HERE),
            ),
            (
                Cover(rows_of("covered_time"), ("start_date", "until")),
                Cover(rows_of("dated"), ("start_date", "end_date")),
            ),
            HERE,
        ),
        splits=(
            AgeSplit("age_band", "Age", BIRTH, (11, 12, 16), categories("11", "12"), HERE),
            CalendarSplit(
                "time_of_year",
                "Time",
                (("2004", datetime.date(2004, 1, 1), datetime.date(2005, 1, 1)),),
                categories("2004"),
                HERE,
            ),
            SpellSplit(
                "kind_of_care",
                "Care",
                rows_of("near_score"),
                ("start_date", "end_date"),
                "status",
                dict(EVENTS.shape.columns)["status"],
                "no care",
                ("E1", "V2"),
                categories("no care", "E1", "V2"),
                HERE,
            ),
        ),
        outcomes=(
            Outcome("any_event", "Any event", rows_of("events_of_child"), "start_date", False, 5, HERE),
            Outcome("first_event", "First event", rows_of("near_score"), "end_date", True, 0, HERE),
        ),
        outputs=(
            AttritionOutput("flow", "Flow", HERE),
            AttritionOutput("flow_of_peers", "Flow", HERE, of_peers=True),
            CountOutput("cells", "T", ("sex", "twice", GROUP), twice, "", frozenset(), (), frozenset(), HERE),
            replace(CountOutput("sets", "T", (PEERS_FOUND,), *of_table[:4], frozenset(), HERE), of_sets=True),
            SummaryOutput("first_table", "T", Style.TABLE_ONE, ("sex", "weight"), GROUP, *of_table),
            SummaryOutput("spread", "T", Style.DISTRIBUTION, ("days_covered",), None, *of_table),
            RateOutput(
                "rates",
                "T",
                "any_event",
                1,
                ("age_band", "kind_of_care"),
                "status",
                categories("V2", "E1"),
                *of_table,
            ),
            RateOutput("first_rates", "T", "first_event", 1000, ("time_of_year",), None, (), *of_table),
        ),
    )
