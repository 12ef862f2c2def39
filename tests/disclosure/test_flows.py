"""Which flows can be protected: where an index date may be missing, the row that counts it is no step."""

from __future__ import annotations

import pytest

from cohort.disclosure import CannotProtect
from cohort.disclosure.checks import check_tables
from cohort.query.outputs import INDEX_DATE_KNOWN
from cohort.results.model import AttritionStep, AttritionTable


def flow(*rows: tuple[str, int | None], units: int | None = None) -> AttritionTable:
    steps = (AttritionStep(name, name, "", 500, units, without, units and without) for name, without in rows)
    return AttritionTable("flow", "Flow", "children", tuple(steps))


START, KNOWN = ("start", None), (INDEX_DATE_KNOWN, None)


@pytest.mark.parametrize("units", [None, 400])
def test_steps_may_come_after_the_index_date(units: int | None) -> None:
    check_tables([], [flow(START, ("one", 510), ("two", 520), units=units)])
    check_tables([], [flow(START, KNOWN, ("one", 510), ("two", 520), units=units)])


def test_a_step_that_says_nothing_between_others_is_refused() -> None:
    with pytest.raises(CannotProtect, match="at some of its steps only"):
        check_tables([], [flow(START, KNOWN, ("one", None), ("two", 520))])
    with pytest.raises(CannotProtect, match="at some of its steps only"):
        check_tables([], [flow(START, ("one", 510), ("two", None), ("three", 520))])
