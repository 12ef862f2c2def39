"""Studies with peers whose flow is not shown, matched on rows in a window: rows out of reach change nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cohort.plan.build import build_plan
from cohort.plan.model import Plan, WithinReach
from cohort.query.rows import Add, ForEachEntry, KeepOne, NamedRows, OnePer, Rows, Where
from cohort.query.study import AttritionOutput, Study
from cohort.query.summaries import Outer, RowsOf, Summary
from cohort.query.values import And, Column, Compare, During, Fact, IndexDate, ShiftDate, Value
from cohort.types import DATE, WHOLE
from tests.sql.studies import full_study

from .harness import HERE, MORE
from .member_strategies import ROWS, VARIABLES, held_tables, member_studies
from .study_strategies import EVENTS, INDEX, Drawn, assert_same_study, base_study
from .tables import CODE, Tables

DAY_AFTER = Column("day_after", DATE)
DATED_ROWS = Add(EVENTS, (("day_after", ShiftDate(Column("start_date", DATE), 1, "day")),))
SAME_DAY = Compare("=", Column("start_date", DATE), Outer("start_date", DATE))


def rows_by_day(condition: Value | None) -> tuple[tuple[str, Rows], ...]:
    """Rows for each day, with the largest score of the rows of the unit for which a condition is true."""
    order = DATED_ROWS.shape.order
    largest = Summary(
        "largest", RowsOf("dated_rows", False, order), condition, Column("score", WHOLE), None, WHOLE
    )
    facts = Add(NamedRows("dated_rows", DATED_ROWS.shape), (("largest_score", largest),))
    by_day = OnePer(NamedRows("facts_of_day", facts.shape), ("start_date",))
    return ("dated_rows", DATED_ROWS), ("facts_of_day", facts), ("by_day", by_day)


BY_DAY = dict(rows_by_day(SAME_DAY))["by_day"].shape


@st.composite
def windows(draw: st.DrawFn) -> Value:
    """A window around the index date on a column of dates that is worked out."""
    days = st.sampled_from([-9, -1, 0, 1, 5, 40])
    start, end = (ShiftDate(IndexDate(), draw(days), "day") for _ in range(2))
    month = ShiftDate(IndexDate(), -1, "month")
    possible: list[Value] = [
        During(DAY_AFTER, start, end, draw(st.booleans())),
        During(DAY_AFTER, month, IndexDate(), False),
        Compare("<=", DAY_AFTER, end),
        Compare("<", start, DAY_AFTER),
        And((Compare(">=", DAY_AFTER, month), Compare("<", DAY_AFTER, IndexDate()))),
    ]
    return draw(st.sampled_from(possible))


STATUS, LARGEST = (
    (name, Fact("record", name, type_, per_entry=True))
    for name, type_ in (("status", CODE), ("largest_score", WHOLE))
)


def matched_by_window(
    drawn: Study, condition: Value | None, window: Value, exact: tuple[tuple[str, Value], ...], pool: str
) -> Study:
    """A study like another whose peers are matched on the last row of days in a window, without a flow of them."""
    inside = Where(ForEachEntry(NamedRows("by_day", BY_DAY)), window)
    record = KeepOne(inside, True, "day_after", inside.shape.owner)
    rows = (*ROWS, *rows_by_day(condition), ("record", record))
    definitions = base_study(index=INDEX, variables=VARIABLES, further=rows).definitions
    assert drawn.peers is not None
    return replace(
        drawn,
        definitions=definitions,
        peers=replace(drawn.peers, pool=pool, exact=exact),
        outputs=tuple(o for o in drawn.outputs if not (isinstance(o, AttritionOutput) and o.of_peers)),
    )


@st.composite
def studies(draw: st.DrawFn) -> Drawn:
    """Studies whose peers come from rows of days or from elsewhere, and are matched on the last of them in a window."""
    exact = draw(st.sampled_from([(STATUS,), (LARGEST,), (STATUS, LARGEST)]))
    pool = draw(st.sampled_from(["by_day", "by_day", "dated_rows", "person"]))
    condition = draw(st.sampled_from([SAME_DAY, SAME_DAY, None]))
    drawn = draw(member_studies(matched=True)).study
    return Drawn(matched_by_window(drawn, condition, draw(windows()), exact, pool))


MATCHED_BY_WINDOW = During(DAY_AFTER, ShiftDate(IndexDate(), -9, "day"), IndexDate(), False)


@given(drawn=studies(), held=held_tables())
@MORE
def test_rows_out_of_reach_change_nothing(drawn: Drawn, held: Tables) -> None:
    assert_same_study(drawn.study, held)


def test_rows_are_restricted_as_early_as_all_who_read_them_allow() -> None:
    study = matched_by_window(full_study(), SAME_DAY, MATCHED_BY_WINDOW, (STATUS, LARGEST), "by_day")
    assert restricted(build_plan(study)) == {"dated_rows"}
    # A summary of all rows of the unit needs them all, and so does a pool of whoever has any row.
    of_all = matched_by_window(full_study(), None, MATCHED_BY_WINDOW, (STATUS, LARGEST), "by_day")
    assert restricted(build_plan(of_all)) == {"facts_of_day"}
    other_pool = matched_by_window(full_study(), SAME_DAY, MATCHED_BY_WINDOW, (STATUS, LARGEST), "dated_rows")
    assert restricted(build_plan(other_pool)) == {"facts_of_day"}
    shown = replace(study, outputs=(*study.outputs, AttritionOutput("peers", "Flow", HERE, of_peers=True)))
    assert restricted(build_plan(shown)) == set()


def restricted(plan: Plan) -> set[str]:
    """The tables with rows that are restricted to what index dates can reach."""
    return {t.name for t in plan.tables if any(isinstance(step.relation, WithinReach) for step in t.steps)}
