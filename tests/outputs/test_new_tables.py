"""Summaries, rates, rates of residents and flows of entries in every kind of file."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import polars
import pytest

from cohort.outputs import console_summary, frames
from cohort.outputs.flow_chart import draw_flow_chart
from cohort.outputs.tables import table_csv
from cohort.outputs.words import Symbols, figure
from cohort.outputs.write import contents
from cohort.results.denominators import Denominators
from cohort.results.model import (
    ALL,
    SafeAnyTable,
    SafeNumber,
    SafeRate,
    SafeRateCell,
    SafeResults,
    SafeSummarised,
    SafeSummary,
    State,
)

from .results_for_outputs import FLOW, HIDDEN, IMPOSSIBLE, ONE_AXIS, SAFE, STATUS, TWO_AXES, YEAR, shown
from .test_files import Page

NOT_SHOWN = SafeNumber(State.HIDDEN)
NOT_GIVEN = SafeNumber(State.IMPOSSIBLE)


def number(value: float) -> SafeNumber:
    return SafeNumber(State.SHOWN, value)


GROUPS = replace(YEAR, variable="group", label="Group")
NUMBER = SafeSummarised(
    "age",
    "Age at entry",
    None,
    {(g, what): shown(n) for g in ("2004", "2005", ALL) for what, n in (("known", 400), ("missing", 20))},
    {
        ("2004", "mean"): number(16.4),
        ("2004", "standard deviation"): number(0.07),
        ("2004", "50"): NOT_SHOWN,
        ("2005", "mean"): number(1234567.0),
        ("2005", "standard deviation"): number(12.0),
        ("2005", "50"): number(16.0),
    },
    {ALL: number(-0.004)},
)
CATEGORIES = SafeSummarised(
    "status",
    "Legal status",
    STATUS,
    {
        (g, c): HIDDEN if c == "C1" else IMPOSSIBLE if c == "missing" else shown(105)
        for g in ("2004", "2005", ALL)
        for c in ("V2", "C1", "missing")
    },
    {},
    {"V2": number(0.25), "C1": NOT_SHOWN, "missing": NOT_GIVEN},
)
SUMMARY = SafeSummary(
    "characteristics",
    "Characteristics",
    "table one",
    "children",
    GROUPS,
    (50,),
    {"2004": shown(420), "2005": shown(420), ALL: shown(840)},
    (NUMBER, CATEGORIES),
    "all children",
)
SHOWN_RATE = SafeRateCell(number(12.5), number(9.08), number(16.8))
NO_RATE = SafeRateCell(NOT_GIVEN, NOT_GIVEN, NOT_GIVEN)
HIDDEN_RATE = SafeRateCell(NOT_SHOWN, NOT_SHOWN, NOT_SHOWN)
RATE = SafeRate(
    "rates",
    "Rates",
    "self-harm",
    1000,
    "young people",
    (YEAR,),
    STATUS,
    "all young people",
    {(y, s): HIDDEN if s == "C1" else shown(45) for y in ("2004", "2005", ALL) for s in ("V2", "C1", "missing", ALL)},
    {("2004",): number(3600.0), ("2005",): number(0.0), (ALL,): number(7210.0)},
    {
        (y, s): HIDDEN_RATE if s == "C1" else NO_RATE if y == "2005" else SHOWN_RATE
        for y in ("2004", "2005", ALL)
        for s in ("V2", "C1", "missing", ALL)
    },
)  # fmt: skip
RESIDENTS = replace(
    TWO_AXES,
    id="by_residents",
    denominators=Denominators(10000, "Children under 18", "a publication", (0,), ()),
    rates={
        key: number(3.25) if cell.state is State.SHOWN else SafeNumber(cell.state)
        for key, cell in TWO_AXES.cells.items()
    },
)
ENTRIES = replace(
    FLOW,
    id="entries",
    counted="entries",
    steps=tuple(
        replace(step, units=HIDDEN if at == 2 else shown(4321 - at)) for at, step in enumerate(FLOW.steps)
    ),
)
EVERY: tuple[SafeAnyTable, ...] = (SUMMARY, RATE, RESIDENTS, ENTRIES, ONE_AXIS)


def results(*tables: SafeAnyTable) -> SafeResults:
    return replace(SAFE, tables=tables or EVERY)


def read(table: SafeAnyTable) -> polars.DataFrame:
    return polars.read_csv(io.BytesIO(table_csv(table, results())), infer_schema_length=0)


def cells_of(table: SafeAnyTable) -> list[str]:
    page = Page(contents(results(table), title="T", texts={}, version="0")["report.html"].decode())
    return [" ".join(cell.split()) for cell in page.cells]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (0.0664, "0.0664"), (0.5, "0.500"), (9.99, "9.99"), (12.0, "12.0"), (100.0, "100"),
        (1280.0, "1,280"), (1234567.0, "1,234,567"), (-0.25, "-0.250"), (0.000012, "0.0000120"),
    ],
)  # fmt: skip
def test_numbers_have_three_figures(value: float, text: str) -> None:
    assert figure(value, thousands=True) == text


def test_a_difference_has_two_decimals_and_nothing_has_no_sign() -> None:
    assert [figure(value, decimals=2) for value in (-0.004, 0.25, -1.5)] == ["0.00", "0.25", "-1.50"]


def test_a_summary_on_the_page() -> None:
    cells = cells_of(SUMMARY)
    at = cells.index("Mean")
    assert cells[at : at + 5] == ["Mean", "16.4", "1,234,567", "z", "0.00"]
    at = cells.index("Median")
    assert cells[at : at + 5] == ["Median", "*", "16.0", "z", "z"]
    at = cells.index("Voluntary (section 76)")
    assert cells[at + 1 : at + 5] == ["105 (25%)", "105 (25%)", "105 (13%)", "0.25"]
    at = cells.index("Interim care order")
    assert cells[at + 1 : at + 5] == ["*", "*", "*", "*"]
    assert "" not in cells


def test_a_balance_has_the_differences_alone() -> None:
    cells = cells_of(replace(SUMMARY, style="balance"))
    assert "Standardised difference" in cells
    assert "Mean" not in cells
    assert cells[cells.index("Age at entry") + 1] == "0.00"
    assert "420" not in cells


def test_a_summary_as_rows() -> None:
    table = read(SUMMARY)
    assert table.columns == ["variable", "category", "group", "statistic", "value", "note", "data"]
    found = {tuple(row[:4]): (row[4], row[5]) for row in table.rows()}
    assert found["age", "known", "2004", "mean"] == ("16.4", "shown")
    assert found["age", "known", "2004", "percentile 50"] == ("*", "hidden")
    assert found["age", "known", "between groups", "standardised difference"] == ("0.00", "shown")
    assert found["status", "Interim care order", "All", "count"] == ("*", "hidden")
    assert found["All", "All", "All", "count"] == ("840", "shown")
    frame = frames(results())["characteristics"]
    assert frame.schema["value"] == polars.Float64
    unseen = frame.filter(polars.col("state") != "shown")["value"]
    assert unseen.null_count() == len(unseen) > 0


def test_rates_in_every_file() -> None:
    cells = cells_of(RATE)
    assert "Rate per 1,000 person-years" in cells
    at = cells.index("Voluntary (section 76)")
    assert cells[at + 1 : at + 6] == ["45", "3,600", "12.5", "9.08", "16.8"]
    table = read(RATE)
    assert table.columns == [
        "year", "legal_status", "per_person_years", "events", "person_years", "rate", "rate_lower", "rate_upper",
        "note", "data",
    ]  # fmt: skip
    assert table.row(0) == (
        "2004", "Voluntary (section 76)", "1000", "45", "3600", "12.5", "9.08", "16.8", "shown", "synthetic",
    )  # fmt: skip
    note = "events hidden; rate hidden; rate_lower hidden; rate_upper hidden"
    assert table.row(1)[3:9] == ("*", "3600", "*", "*", "*", note)
    frame = frames(results())["rates"]
    assert frame.schema["events"] == polars.Int64
    assert frame.schema["rate"] == polars.Float64
    assert set(frame["rate_state"]) == {"shown", "hidden", "not applicable"}
    assert frame.filter(polars.col("rate_state") != "shown")["rate"].to_list() == [None] * 6


def test_rates_of_residents_stand_beside_their_counts() -> None:
    cells = cells_of(RESIDENTS)
    assert "Rate per 10,000" in cells
    at = cells.index("Voluntary (section 76)")
    assert cells[at + 1 : at + 3] == ["1,215", "3.25"]
    table = read(RESIDENTS)
    assert table.columns == ["year", "legal_status", "per", "count", "rate", "note", "data"]
    assert table.row(2)[3:6] == ("z", "z", "count not applicable; rate not applicable")
    with pytest.raises(ValueError, match="no cell"):
        frames(results(replace(RESIDENTS, rates={})))


def test_different_people_are_beside_entries_in_flows() -> None:
    table = read(ENTRIES)
    assert table.columns[3:6] == ["remaining", "excluded", "units"]
    assert table["units"].to_list() == ["4321", "4320", "*", "4318", "4317"]
    assert "Different people remaining" in cells_of(ENTRIES)
    chart = draw_flow_chart(ENTRIES, symbols=Symbols("*", "z"), policy="sail", synthetic=True)
    words = " ".join(ElementTree.fromstring(chart.svg).itertext())
    assert "different people: 4,321" in words
    assert "different people: *" in words
    plain = draw_flow_chart(FLOW, symbols=Symbols("*", "z"), policy="sail", synthetic=True)
    assert "different people" not in plain.svg.decode()


def test_who_remains_without_a_step_is_beside_the_flow() -> None:
    numbers = (IMPOSSIBLE, *(shown(7301 + at) for at in range(len(ENTRIES.steps) - 2)), HIDDEN)
    steps = zip(ENTRIES.steps, numbers, strict=True)
    told = replace(
        ENTRIES,
        steps=tuple(replace(step, without_step=n, units_without_step=n) for step, n in steps),
    )
    table = read(told)
    assert table.columns[3:8] == ["remaining", "excluded", "units", "without_step", "units_without_step"]
    assert table["without_step"].to_list() == ["z", "7301", "7302", "7303", "*"]
    assert table["note"][4].endswith("without_step hidden; units_without_step hidden")
    cells = cells_of(told)
    assert {"Remaining without this step", "Different people without this step", "7,303"} <= set(cells)
    chart = draw_flow_chart(told, symbols=Symbols("*", "z"), policy="sail", synthetic=True)
    assert "7,303" not in chart.svg.decode(), "the picture shows the flow as it runs"


def test_every_kind_is_marked_and_explained_everywhere() -> None:
    files = contents(results(), title="T", texts={}, version="0")
    assert {"characteristics.csv", "rates.csv", "by_residents.csv", "attrition.csv", "by_status.csv"} <= set(
        files
    )
    for name, content in files.items():
        if not name.endswith(".png"):
            assert b"synthetic" in content.lower(), name
    text = console_summary(results())
    assert text.startswith("Synthetic data")
    assert "* = hidden" in text
    assert max(map(len, text.splitlines())) <= 100
    for words in ("Mean", "Rate per 1,000", "Standardised", "Upper limit", "Different"):
        assert words in text
    assert files == contents(results(), title="T", texts={}, version="0")


def test_hidden_numbers_are_never_given_away() -> None:
    secret = SafeNumber(State.HIDDEN, 918273.0)
    cell = SafeRateCell(secret, secret, secret)
    rate = replace(
        RATE, rates=dict.fromkeys(RATE.rates, cell), person_years=dict.fromkeys(RATE.person_years, secret)
    )
    hidden = replace(NUMBER, numbers=dict.fromkeys(NUMBER.numbers, secret), differences={ALL: secret})
    safe = results(rate, replace(SUMMARY, variables=(hidden,)))
    for name, content in contents(safe, title="T", texts={}, version="0").items():
        assert b"918" not in content, name
    assert "918" not in console_summary(safe)
    for frame in frames(safe).values():
        assert "918" not in frame.write_csv()
    broken = replace(NUMBER, differences={ALL: SafeNumber(State.SHOWN)})
    with pytest.raises(ValueError, match="no value"):
        console_summary(results(replace(SUMMARY, variables=(broken,))))
