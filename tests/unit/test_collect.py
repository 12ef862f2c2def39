"""Rows of the long results table back to tables: what does not belong to the study is refused, never used."""

from __future__ import annotations

import pytest

from cohort.pipeline import Checked
from cohort.plan.collect import ResultRow, WrongResults, collect
from cohort.query.study import GROUP, Study
from cohort.results.model import (
    ALL,
    AttritionTable,
    CountTable,
    NumberSummary,
    RateCell,
    RateTable,
    SummaryTable,
)
from tests.sql.studies import full_study

FLOW = "flow_of_infants"


@pytest.fixture
def study(demo_checked: Checked) -> Study:
    assert demo_checked.study is not None
    return demo_checked.study


def _flow(study: Study) -> list[ResultRow]:
    names = ["start", *(step.id for step in study.population.steps)]
    left = [ResultRow(FLOW, name, "", "", "remaining", 100 - n) for n, name in enumerate(names)]
    return [*left, *(ResultRow(FLOW, name, "", "", "without_step", 99) for name in names[1:])]


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
        ResultRow(FLOW, "another_step", "", "", "without_step", 5),
        ResultRow(FLOW, "start", "", "", "without_step", 5),
        ResultRow(FLOW, "under_one_year", "", "", "units_without_step", 5),
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


@pytest.mark.parametrize("statistic", ["remaining", "without_step"])
def test_a_missing_step_is_refused(study: Study, statistic: str) -> None:
    rows = _flow(study)
    last = [row for row in rows if row.statistic == statistic][-1]
    with pytest.raises(WrongResults):
        collect(study, [row for row in rows if row is not last])


# A study with everything -------------------------------------------------------------------------------------


def row(table: str, cell: tuple[str, ...], statistic: str, value: float) -> ResultRow:
    """Return a row; a count is a whole number, a measure is none."""
    first, second, third = (*cell, "", "", "")[:3]
    if isinstance(value, int):
        return ResultRow(table, first, second, third, statistic, value)
    return ResultRow(table, first, second, third, statistic, None, value)


def flows() -> list[ResultRow]:
    """The rows of both flows: those of the population begin with the units that have a row."""
    ids = {
        "flow": ("start", "index_date_known", "twice_seen", "with_events", "observed_time"),
        "flow_of_peers": ("start", "known_birth", "matched", "observed_time"),
    }
    steps = {"flow": ids["flow"][2:4], "flow_of_peers": ids["flow_of_peers"][1:2]}
    remaining = [
        row(table, (name,), statistic, 50 - place)
        for table, names in ids.items()
        for place, name in enumerate(names)
        for statistic in ("remaining", "units")
    ]
    without = [
        row(table, (name,), statistic, 60 + place)
        for table, names in steps.items()
        for place, name in enumerate(names)
        for statistic in ("without_step", "units_without_step")
    ]
    return [*remaining, *without]


TABLES = [
    row("cells", ("M", "1", "cases"), "count", 7),
    row("cells", ("M", "1", "cases"), "units", 5),
    row("sets", ("0",), "count", 3),
    row("sets", ("0",), "units", 2),
    row("matched_sets", ("2",), "count", 4),
    row("matched_sets", ("2",), "units", 4),
    row("first_table", ("cases", "F", "sex"), "count", 6),
    row("first_table", ("cases", "F", "sex"), "units", 6),
    row("first_table", ("cases", "missing", "sex"), "count", 1),
    row("first_table", ("cases", "missing", "sex"), "units", 1),
    row("first_table", ("peers", "", "weight"), "known", 5),
    row("first_table", ("peers", "", "weight"), "units_known", 4),
    row("first_table", ("peers", "", "weight"), "missing", 2),
    row("first_table", ("peers", "", "weight"), "units_missing", 2),
    row("first_table", ("peers", "", "weight"), "total", 5.5),
    row("first_table", ("peers", "", "weight"), "squares", 8.25),
    row("first_table", ("peers", "", "weight"), "quantile_25", 0.5),
    row("first_table", ("peers", "", "weight"), "quantile_50", 1.0),
    row("first_table", ("peers", "", "weight"), "quantile_75", 1.5),
    row("spread", (ALL, "", "days_covered"), "missing", 9),
    row("spread", (ALL, "", "days_covered"), "units_missing", 9),
    row("rates", ("11", "E1"), "people", 8),
    row("rates", ("11", "E1"), "person_days", 800),
    row("rates", ("11", "E1"), "events", 5),
    row("rates", ("11", "E1"), "people_with_events", 3),
    row("rates", ("11", "E1", "V2"), "events_of", 4),
    row("rates", ("11", "E1", "V2"), "people_with_events_of", 3),
    row("rates", ("11", "E1", "other"), "events_of", 1),
    row("rates", ("11", "E1", "other"), "people_with_events_of", 1),
    row("rates", ("other", "no care"), "people", 2),
    row("rates", ("other", "no care"), "person_days", 20),
    row("first_rates", ("2004",), "people", 8),
    row("first_rates", ("2004",), "person_days", 790),
]


def test_tables_of_every_kind() -> None:
    tables = {table.id: table for table in collect(full_study(), [*flows(), *TABLES]).tables}
    flow, of_peers = tables["flow"], tables["flow_of_peers"]
    assert isinstance(flow, AttritionTable)
    assert isinstance(of_peers, AttritionTable)
    assert [(step.id, step.remaining, step.units) for step in flow.steps[:2]] == [
        ("start", 50, 50),
        ("index_date_known", 49, 49),
    ]
    assert [(step.without_step, step.units_without_step) for step in flow.steps] == [
        (None, None),
        (None, None),
        (60, 60),
        (61, 61),
        (None, None),
    ]
    assert (flow.counted, flow.ends_in, flow.is_cohort) == ("entries", ((GROUP, "cases"),), True)
    assert (of_peers.ends_in, of_peers.is_cohort) == ((), False)
    cells = tables["cells"]
    assert isinstance(cells, CountTable)
    assert (cells.counts, cells.behind) == ({("M", "1", "cases"): 7}, {("M", "1", "cases"): 5})
    assert [c.value for c in cells.axes[2].categories] == ["cases", "peers"]
    sets = tables["matched_sets"]
    assert isinstance(sets, CountTable)
    assert (sets.counted, sets.counts) == ("matched sets", {("2",): 4})
    assert [c.value for c in sets.axes[0].categories] == ["0", "1", "2"]
    first = tables["first_table"]
    assert isinstance(first, SummaryTable)
    sex, weight = first.variables
    assert sex.counts == {("cases", "F"): 6, ("cases", "missing"): 1}
    assert sex.axis is not None
    assert [c.value for c in sex.axis.categories] == ["M", "F", "missing"]
    assert weight.numbers == {"peers": NumberSummary(5, 2, 5.5, 8.25, ((25, 0.5), (50, 1.0), (75, 1.5)))}
    assert weight.behind == {("peers", "known"): 4, ("peers", "missing"): 2}
    spread = tables["spread"]
    assert isinstance(spread, SummaryTable)
    assert spread.variables[0].numbers == {ALL: NumberSummary(0, 9, 0.0, 0.0, ())}
    rates = tables["rates"]
    assert isinstance(rates, RateTable)
    assert rates.cells == {
        ("11", "E1"): RateCell(8, 800, 5, 3, {"V2": (4, 3), "other": (1, 1)}),
        ("other", "no care"): RateCell(2, 20, 0, 0),
    }
    assert rates.events_axis is not None
    assert [c.value for c in rates.events_axis.categories] == ["V2", "E1", "other"]
    assert [c.value for c in rates.axes[0].categories] == ["11", "12", "other"]
    first_rates = tables["first_rates"]
    assert isinstance(first_rates, RateTable)
    assert first_rates.cells == {("2004",): RateCell(8, 790, 0, 0)}


@pytest.mark.parametrize(
    "further",
    [
        row("cells", ("F", "1", "cases"), "count", 5),
        row("rates", ("12", "E1"), "events", 5),
        row("rates", ("12", "E1"), "people", 5),
        row("rates", ("12", "V2", "V2"), "events_of", 5),
        row("rates", ("11", "E1", "E1"), "events_of", 5),
        row("first_table", ("peers", "", "weight"), "mean", 5.0),
        row("flow_of_peers", ("step_of_nobody",), "remaining", 5),
        row("sets", ("1",), "units", -5),
        ResultRow("spread", ALL, "", "days_covered", "known", None),
        ResultRow("spread", ALL, "", "days_covered", "known", 5, 5.0),
    ],
)
def test_what_does_not_fit_is_refused(further: ResultRow) -> None:
    with pytest.raises(WrongResults) as problem:
        collect(full_study(), [*flows(), *TABLES, further])
    assert "5" not in str(problem.value), "a message never holds a count"


def test_a_flow_says_units_where_they_can_repeat() -> None:
    without = [found for found in [*flows(), *TABLES] if found != flows()[1]]
    with pytest.raises(WrongResults):
        collect(full_study(), without)
