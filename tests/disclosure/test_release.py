"""Tables that count different things, released together."""

from __future__ import annotations

import pytest

from cohort.disclosure.policy import load_policy
from cohort.disclosure.release import protect_release
from cohort.results.category import Category
from cohort.results.model import ALL, Axis, CountTable, Group, RawResults, SafeTable, State


def _table(name: str, counted: str, first: int, second: int) -> CountTable:
    axis = Axis(f"axis_of_{name}", name, (Category("a", "a"), Category("b", "b")))
    return CountTable(name, name, counted, (axis,), Group(""), {("a",): first, ("b",): second})


def _protected(codes: tuple[int, int], policy: str = "sail") -> SafeTable:
    raw = RawResults(
        "s", "0", (_table("children", "children", 100, 200), _table("codes", "child codes", *codes))
    )
    safe = protect_release(raw, load_policy(policy), synthetic=True)
    assert [table.id for table in safe.tables] == ["children", "codes"]
    table = safe.tables[1]
    assert isinstance(table, SafeTable)
    return table


def test_a_table_of_another_kind_far_from_the_first_is_shown() -> None:
    assert _protected((150, 260)).cells[ALL,].count == 410


@pytest.mark.parametrize("codes", [(103, 200), (150, 157), (295, 400)])
def test_a_small_difference_between_kinds_hides_the_second_whole(codes: tuple[int, int]) -> None:
    assert {cell.state for cell in _protected(codes).cells.values()} == {State.HIDDEN}


def test_equal_counts_are_near_too_so_that_being_hidden_tells_nothing() -> None:
    assert _protected((100, 200)).cells[ALL,].state is State.HIDDEN


def test_the_log_does_not_say_why_a_table_is_hidden_whole() -> None:
    raw = RawResults(
        "s", "0", (_table("children", "children", 100, 200), _table("codes", "child codes", 103, 200))
    )
    lines = [
        line for line in protect_release(raw, load_policy("sail"), synthetic=True).log if "codes" in line
    ]
    assert lines == ["table codes: all counts hidden"]


def test_rounded_counts_are_near_within_their_windows() -> None:
    assert _protected((104, 200), "welsh_government").cells[ALL,].state is State.HIDDEN


def test_one_kind_alone_is_protected_as_ever() -> None:
    raw = RawResults("s", "0", (_table("children", "children", 100, 3),))
    safe = protect_release(raw, load_policy("sail"), synthetic=True)
    assert isinstance(safe.tables[0], SafeTable)
    assert safe.tables[0].cells["b",].state is State.HIDDEN
