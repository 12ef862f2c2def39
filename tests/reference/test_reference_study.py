"""A whole study on the reference engine, with a flow and tables counted by hand."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from cohort.engines.reference import ReferenceFault, run_study
from cohort.query.rows import ForEachEntry, KeepOne, LinkUnit, NamedRows, Rows, TableColumn, TableRows, Where
from cohort.query.study import (
    AttritionOutput,
    CountOutput,
    Definition,
    NamedStep,
    Origin,
    Population,
    Step,
    Study,
    Variable,
)
from cohort.query.values import (
    Band,
    Compare,
    DaysBetween,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.results.category import Category
from cohort.results.model import AttritionTable, CountTable
from cohort.types import DATE, WHOLE, Kind, ValueType

TEXT = ValueType(Kind.TEXT, length=20)
CODE = ValueType(Kind.CODE, length=4)
KEY = ValueType(Kind.KEY, bits=64)
HERE = Origin("study.yaml", 1)

EPISODES = TableRows(
    "episodes",
    (
        TableColumn("code", "CODE", KEY),
        TableColumn("number", "NUMBER", WHOLE),
        TableColumn("start", "START", DATE),
        TableColumn("status", "STATUS", CODE),
    ),
    ("number",),
)
LINKS = TableRows("links", (TableColumn("code", "CODE", KEY), TableColumn("unit", "UNIT", KEY)), ("code",))
CARE = LinkUnit(EPISODES, "code", LINKS, "code", "unit", "child")
SHAPE = CARE.shape


def definition(name: str, *operations: Rows) -> Definition:
    return Definition(name, tuple(NamedStep("s", rows, "", HERE) for rows in operations), False, "", HERE)


def variable(name: str, value: Value, *categories: str) -> Variable:
    return Variable(name, name.title(), value, tuple(Category(c, c.lower()) for c in categories), HERE)


def count(id_: str, *by: str, among: Value | None = None) -> CountOutput:
    return CountOutput(id_, id_.title(), by, among, "words", frozenset(), (), frozenset(), HERE)


def study() -> Study:
    episodes = NamedRows("care", SHAPE)
    first_start = Fact("first", "start", DATE)
    age = VariableValue("days_to_second", WHOLE)
    beside_entries = ForEachEntry(episodes)
    later = Where(beside_entries, Compare(">", episodes.shape.column("start"), IndexDate()))
    return Study(
        id="demo",
        title="Demo",
        question="",
        unit="child",
        units="children",
        data_from=datetime.date(2003, 4, 1),
        data_until=datetime.date(2005, 3, 31),
        sources=(),
        codelists=(),
        # Out of order on purpose: what is needed is worked out first.
        definitions=(
            definition("second", later, KeepOne(later, last=False, order="start", per=later.shape.owner)),
            definition("first", KeepOne(episodes, last=False, order="start", per=("child",))),
            definition("care", CARE),
        ),
        population=Population(
            "first",
            first_start,
            (
                Step(
                    "not_s",
                    Compare("!=", Fact("first", "status", CODE), Literal("S", CODE)),
                    "Not S",
                    "w",
                    HERE,
                ),
                Step(
                    "new",
                    Compare(">=", IndexDate(), Literal(datetime.date(2003, 4, 1), DATE)),
                    "New",
                    "",
                    HERE,
                ),
            ),
            HERE,
        ),
        variables=(
            variable("band", Band(age, ((0, "soon"), (30, "late")), TEXT), "soon", "late"),
            variable(
                "days_to_second", DaysBetween(IndexDate(), Fact("second", "start", DATE, per_entry=True))
            ),
            variable("year", YearTo31March(IndexDate()), "2004", "2005"),
            variable("status", Fact("first", "status", CODE), "V2", "E1"),
        ),
        outputs=(
            AttritionOutput("flow", "Flow", HERE),
            count("by_year", "year"),
            count("by_band", "year", "band"),
            count("by_status", "status"),
            count("few", "status", "year", among=Not(IsMissing(age))),
        ),
        policy="sail",
        accepted=(),
        spec_file="study.yaml",
        spec_hash="abc",
    )


def episode(child: int | None, number: int, start: str | None, status: str | None) -> dict[str, object]:
    date = None if start is None else datetime.date.fromisoformat(start)
    return {"code": child, "number": number, "start": date, "status": status}


RECORDED = [
    episode(1, 1, "2003-05-01", " v2"),  # in; second after 29 days: soon
    episode(1, 2, "2003-05-30", "E1"),
    episode(2, 3, "2004-03-31", "e1"),  # in; second after 30 days: late
    episode(2, 4, "2004-04-30", "E1"),
    episode(3, 5, "2004-04-01", "X9"),  # in, year 2005; no second; status outside the categories
    episode(4, 6, "2004-06-01", "S"),  # stopped by the first step
    episode(5, 7, "2004-06-01", "  "),  # missing status: stopped by the first step
    episode(6, 8, "2003-03-31", "V2"),  # stopped by the second step
    episode(7, 9, None, "V2"),  # no index date: never enters
    episode(None, 10, "2004-06-01", "V2"),  # nobody
]


def test_flow_and_tables() -> None:
    results = run_study(study(), {"episodes": RECORDED, "links": []})
    assert (results.study, results.spec_hash) == ("demo", "abc")
    flow, by_year, by_band, by_status, few = results.tables
    assert isinstance(flow, AttritionTable)
    assert [(step.id, step.words, step.why, step.remaining) for step in flow.steps[1:]] == [
        ("not_s", "Not S", "w", 4),
        ("new", "New", "", 3),
    ]
    assert flow.steps[0].words == "Children with a first"
    assert (flow.steps[0].id, flow.steps[0].remaining, flow.counted) == ("start", 6, "children")
    assert isinstance(by_year, CountTable)
    assert isinstance(by_band, CountTable)
    assert isinstance(few, CountTable)
    assert by_year.counts == {("2004",): 2, ("2005",): 1}
    assert [c.value for c in by_year.axes[0].categories] == ["2004", "2005"]
    assert by_band.counts == {("2004", "soon"): 1, ("2004", "late"): 1, ("2005", "missing"): 1}
    assert [c.value for c in by_band.axes[1].categories] == ["soon", "late", "missing"]
    # X9 is no category of the status; nobody of the cohort has a missing one.
    assert isinstance(by_status, CountTable)
    assert by_status.counts == {("V2",): 1, ("E1",): 1, ("other",): 1}
    assert [c.value for c in by_status.axes[0].categories] == ["V2", "E1", "other"]
    assert few.counts == {("V2", "2004"): 1, ("E1", "2004"): 1}
    assert [c.value for c in few.axes[0].categories] == ["V2", "E1"]
    assert few.group.words == "words"


def test_a_study_on_empty_tables() -> None:
    flow, by_year, *_ = run_study(study(), {"episodes": [], "links": []}).tables
    assert isinstance(flow, AttritionTable)
    assert [step.remaining for step in flow.steps] == [0, 0, 0]
    assert isinstance(by_year, CountTable)
    assert by_year.counts == {}


def test_definitions_that_need_each_other_have_no_meaning() -> None:
    circle = NamedRows("care", SHAPE)
    broken = replace(
        study(), definitions=(definition("first", circle), definition("care", NamedRows("first", SHAPE)))
    )
    with pytest.raises(ReferenceFault, match="first needs care needs first"):
        run_study(broken, {})
