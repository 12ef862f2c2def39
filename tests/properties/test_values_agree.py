"""Every kind of value gives the same on the reference engine and on DuckDB, on rows and for entries."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.query.rows import Add, ForEachEntry, Rows
from cohort.query.summaries import Outer, Summary
from cohort.query.values import IndexDate, Value, VariableValue

from .harness import FEW, MORE, assert_same_rows
from .row_strategies import EVENTS_OF_UNIT, NAMED, leaves_of
from .study_strategies import ENTRY_LEAVES, assert_same_variables
from .summary_strategies import rows_of
from .tables import tables
from .value_strategies import NODES, values

BASE: dict[str, Rows] = NAMED
ROW_LEAVES = leaves_of(EVENTS_OF_UNIT)
BESIDE_ENTRIES = ForEachEntry(EVENTS_OF_UNIT)
OF_ENTRIES = (IndexDate, VariableValue)
ELSEWHERE = (*OF_ENTRIES, Outer)
"""Values that rows of units do not have; the row outside has its place inside a summary."""


@pytest.mark.parametrize("node", [n for n in get_args(Value) if n not in ELSEWHERE], ids=lambda n: n.__name__)
@given(data=st.data())
@FEW
def test_every_value_on_rows(node: type, data: st.DataObject) -> None:
    found = data.draw(st.lists(NODES[node](ROW_LEAVES, 1), min_size=1, max_size=4))
    assert all(isinstance(value, node) for value in found)
    added = Add(EVENTS_OF_UNIT, tuple((f"result_{n}", value) for n, value in enumerate(found)))
    assert_same_rows({**BASE, "found": added}, data.draw(tables()))


@given(data=st.data())
@MORE
def test_composed_values_on_rows(data: st.DataObject) -> None:
    found = data.draw(st.lists(values(ROW_LEAVES, 3), min_size=1, max_size=4))
    added = Add(EVENTS_OF_UNIT, tuple((f"result_{n}", value) for n, value in enumerate(found)))
    assert_same_rows({**BASE, "found": added}, data.draw(tables()))


@given(data=st.data())
@FEW
def test_columns_of_the_row_outside(data: st.DataObject) -> None:
    rows = ROW_LEAVES.rows[0]
    outside = data.draw(NODES[Outer](ROW_LEAVES, 0))
    first = Summary("first", rows_of(rows), None, outside, "number", outside.type)
    assert_same_rows({**BASE, "found": Add(EVENTS_OF_UNIT, (("seen_outside", first),))}, data.draw(tables()))


@given(data=st.data())
@MORE
def test_composed_values_on_rows_of_entries(data: st.DataObject) -> None:
    found = data.draw(st.lists(values(leaves_of(BESIDE_ENTRIES), 3), min_size=1, max_size=4))
    added = Add(BESIDE_ENTRIES, tuple((f"result_{n}", value) for n, value in enumerate(found)))
    assert_same_rows({**BASE, "found": added}, data.draw(tables()))


@pytest.mark.parametrize("node", OF_ENTRIES, ids=lambda n: n.__name__)
@given(data=st.data())
@FEW
def test_every_value_for_entries(node: type, data: st.DataObject) -> None:
    value = data.draw(NODES[node](ENTRY_LEAVES, 1))
    assert isinstance(value, node)
    assert_same_variables((("answer", value),), data.draw(tables()))


@given(data=st.data())
@MORE
def test_composed_values_for_entries(data: st.DataObject) -> None:
    found = data.draw(st.lists(values(ENTRY_LEAVES, 2), min_size=1, max_size=4))
    variables = tuple((f"result_{n}", value) for n, value in enumerate(found))
    assert_same_variables(variables, data.draw(tables()))


def test_every_value_has_a_strategy() -> None:
    assert set(NODES) == set(get_args(Value))
