"""Every operation on rows, alone and in chains, gives the same rows on the reference engine and on DuckDB."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.query.rows import CloseSpells, JoinSpells, KeepOne, Rows

from .harness import FEW, MORE, assert_same_rows
from .row_strategies import EVENTS_OF_UNIT, NAMED, NODES, chains, close_spells
from .tables import DAYS, NEAR_DAYS, tables

BASE: dict[str, Rows] = NAMED


@pytest.mark.parametrize("node", get_args(Rows), ids=lambda node: node.__name__)
@given(data=st.data())
@FEW
def test_every_operation(node: type, data: st.DataObject) -> None:
    rows = data.draw(NODES[node](EVENTS_OF_UNIT))
    assert isinstance(rows, node)
    assert_same_rows({**BASE, "found": rows}, data.draw(tables()))


@given(rows=chains(), held=tables())
@MORE
def test_chains_of_operations(rows: Rows, held: dict[str, list[dict[str, object]]]) -> None:
    assert_same_rows({**BASE, "found": rows}, held)


@given(data=st.data())
@FEW
def test_spells_closed_and_joined(data: st.DataObject) -> None:
    closed = data.draw(close_spells(EVENTS_OF_UNIT))
    gap = data.draw(st.integers(0, 5))
    joined = JoinSpells(closed, "start_date", "until", gap)
    named = {**BASE, "closed": closed, "joined": joined}
    assert_same_rows(named, data.draw(tables(complete_starts=True)))


@given(data=st.data(), gap=st.integers(0, 3))
@MORE
def test_spells_that_lie_exactly_a_gap_apart(data: st.DataObject, gap: int) -> None:
    """All within few days and of two children, so that gaps of just that length are the rule."""
    codes, days = st.sampled_from([1, 1, 2]), st.lists(NEAR_DAYS, min_size=2, max_size=2).map(sorted)
    drawn = data.draw(tables())
    events = [
        {**row, "local_code": data.draw(codes), "start_date": start, "end_date": end}
        for row in drawn["events"]
        for start, end in [data.draw(days)]
    ]
    joined = JoinSpells(EVENTS_OF_UNIT, "start_date", "end_date", gap)
    assert_same_rows({**BASE, "found": joined}, {**drawn, "events": events})


@given(data=st.data())
@FEW
def test_ties_of_dates(data: st.DataObject) -> None:
    """Where all rows share one date, the key alone decides."""
    drawn = data.draw(tables())
    day = data.draw(DAYS)
    held = {**drawn, "events": [{**row, "start_date": day} for row in drawn["events"]]}
    last = data.draw(st.booleans())
    assert_same_rows({**BASE, "found": KeepOne(EVENTS_OF_UNIT, last, "start_date", ("child",))}, held)


def test_every_operation_has_a_strategy() -> None:
    assert set(NODES) == set(get_args(Rows))
    assert CloseSpells in NODES
