"""Rows of the long results table back to tables: what does not belong to the study is refused, never used."""

from __future__ import annotations

import pytest

from cohort.pipeline import Checked
from cohort.plan.collect import ResultRow, WrongResults, collect
from cohort.query.study import Study
from cohort.results.model import CountTable

FLOW = "flow_of_infants"


@pytest.fixture
def study(demo_checked: Checked) -> Study:
    assert demo_checked.study is not None
    return demo_checked.study


def _flow(study: Study) -> list[ResultRow]:
    names = ["start", *(step.id for step in study.population.steps)]
    return [ResultRow(FLOW, name, "", "", "remaining", 100 - n) for n, name in enumerate(names)]


def test_cells_that_do_not_occur_count_nobody(study: Study) -> None:
    raw = collect(study, _flow(study))
    tables = [table for table in raw.tables if isinstance(table, CountTable)]
    assert len(tables) == 6
    assert not any(any(table.counts.values()) for table in tables)


def test_a_code_outside_the_list_is_counted_and_not_shown(study: Study) -> None:
    rows = [*_flow(study)]
    name = "entry_characteristics_by_category_of_need"
    rows += [ResultRow(name, "N1", "", "", "count", 20), ResultRow(name, "QQ", "", "", "count", 3)]
    rows += [ResultRow(name, "QZ", "", "", "count", 4), ResultRow(name, "missing", "", "", "count", 5)]
    raw = collect(study, rows)
    table = next(table for table in raw.tables if table.id == name)
    assert isinstance(table, CountTable)
    assert table.counts == {("N1",): 20, ("other",): 7, ("missing",): 5}
    assert [c.value for c in table.axes[0].categories][-2:] == ["other", "missing"]
    assert "Q" not in repr(table)


@pytest.mark.parametrize(
    "wrong",
    [
        ResultRow(FLOW, "another_step", "", "", "remaining", 5),
        ResultRow("another_table", "a", "", "", "count", 5),
        ResultRow("age_by_legal_status", "newborn (under 2 weeks)", "V2", "", "count", -5),
        ResultRow("conversion_by_year", "2021", "within 4 weeks", "", "count", 5),
    ],
)
def test_rows_of_another_study_are_refused(study: Study, wrong: ResultRow) -> None:
    with pytest.raises(WrongResults) as problem:
        collect(study, [*_flow(study), wrong])
    assert "5" not in str(problem.value), "a message never holds a count"


def test_a_cell_twice_is_refused(study: Study) -> None:
    row = ResultRow("age_by_legal_status", "newborn (under 2 weeks)", "V2", "", "count", 5)
    with pytest.raises(WrongResults):
        collect(study, [*_flow(study), row, row])


def test_a_missing_step_is_refused(study: Study) -> None:
    with pytest.raises(WrongResults):
        collect(study, _flow(study)[:-1])
