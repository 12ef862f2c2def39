"""Entries, index dates, rows of entries and the flow. Every expectation is worked out by hand from the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cohort.engines.reference import ReferenceFault
from cohort.query.calls import Figure
from cohort.query.rows import Add, ForEachEntry, KeepOne, LiteralRows, NamedRows, Where
from cohort.query.study import AttritionOutput, ContextTable, Population, Study
from cohort.query.summaries import RowsOf, Summary
from cohort.query.values import (
    Compare,
    Extreme,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    ShiftDate,
    Value,
    VariableValue,
    YearTo31March,
)
from cohort.results.model import AttritionTable
from cohort.types import BOOLEAN, DATE, WHOLE

from .studies import CODE, HERE, Held, count, day, definition, entries_of, run, steps, study, variable

CARE = Held(
    "care",
    "child number start code",
    "1 1 2004-01-01 A",
    "1 2 2004-01-01 B",  # the same index date: one entry
    "1 3 2004-06-01 A",
    "2 4 2004-02-01 -",
    "2 5 - A",
    "3 6 - A",  # no index date: never enters
    "- 7 2004-01-01 A",  # nobody
)
START = CARE.column("start")
MANY = Population("care", START, (), HERE, many=True)
FLOW = AttritionOutput("flow", "Flow", HERE)


def flow_of(study: Study, *held: Held, of_peers: bool = False) -> list[tuple[str, int, int | None]]:
    table = run(study, *held).flow(replace(FLOW, of_peers=of_peers))
    assert isinstance(table, AttritionTable)
    return [(step.id, step.remaining, step.units) for step in table.steps]


def test_a_unit_can_have_several_entries() -> None:
    found = run(study(CARE, population=MANY), CARE)
    assert entries_of(found.entries) == [(1, "2004-01-01"), (1, "2004-06-01"), (2, "2004-02-01")]


def test_without_many_entries_a_unit_has_one_row() -> None:
    with pytest.raises(ReferenceFault, match="at most one row"):
        run(study(CARE, population=replace(MANY, many=False)), CARE).entries  # noqa: B018


def test_the_flow_of_many_entries_counts_units_too() -> None:
    early = steps(early=Compare("<", IndexDate(), Literal(day("2004-06-01"), DATE)), first=YES_IF_FIRST)
    whole = study(CARE, population=replace(MANY, steps=early), outputs=(FLOW,))
    assert flow_of(whole, CARE) == [("start", 3, 2), ("early", 2, 2), ("first", 1, 1)]
    table = run(whole, CARE).flow(FLOW)
    assert (table.counted, table.is_cohort, table.ends_in) == ("entries", True, ())
    assert [(step.words, step.why) for step in table.steps] == [
        ("Children with a care", ""),
        ("Early", "why"),
        ("First", "why"),
    ]
    assert entries_of(run(whole, CARE).cases) == [(1, "2004-01-01")]


YES_IF_FIRST = Compare("=", IndexDate(), Literal(day("2004-01-01"), DATE))


def test_where_the_index_date_may_be_missing_the_flow_says_for_how_many() -> None:
    maybe = replace(MANY, index_may_be_missing=True, steps=steps(first=YES_IF_FIRST))
    # Children 1, 2 and 3 have a row; three entries have a date; one is of 1 January.
    assert flow_of(study(CARE, population=maybe), CARE) == [
        ("start", 3, 3),
        ("index_date_known", 3, 2),
        ("first", 1, 1),
    ]


def test_one_entry_each_counts_no_units() -> None:
    once = Held("once", "child number start", "1 1 2004-01-01", "2 2 -", "3 3 2004-05-01", "- 4 2004-01-01")
    population = Population("once", once.column("start"), steps(first=YES_IF_FIRST), HERE)
    assert flow_of(study(once, population=population), once) == [("start", 2, None), ("first", 1, None)]
    maybe = replace(population, index_may_be_missing=True)
    assert flow_of(study(once, population=maybe), once) == [
        ("start", 3, None),
        ("index_date_known", 2, None),
        ("first", 1, None),
    ]


def test_the_index_date_can_use_variables_of_the_person() -> None:
    people = Held("people", "child number born", "1 1 2000-02-29", "2 2 2001-01-01", "3 3 -")
    care = Held("care", "child number start", "1 1 2005-03-05", "2 2 2001-06-01", "3 3 2001-01-01")
    first = definition("first_care", KeepOne(NamedRows("care", care.shape), False, "start", ("child",)))
    fifth = variable("fifth_birthday", ShiftDate(Fact("people", "born", DATE), 5, "year"))
    latest = Extreme(
        True,
        False,
        (Fact("first_care", "start", DATE), VariableValue("fifth_birthday", DATE, of_person=True)),
    )
    whole = study(
        people,
        care,
        definitions=(first,),
        population=Population("people", VariableValue("qualified", DATE, of_person=True), (), HERE),
        variables=(variable("qualified", latest), fifth),
    )
    found = run(whole, people, care)
    # Child 1: care on 5 March 2005 is after 28 February 2005. Child 2: 1 January 2006. Child 3: unknown.
    assert entries_of(found.entries) == [(1, "2005-03-05"), (2, "2006-01-01")]
    assert found.variable("fifth_birthday") == {
        (1, day("2005-03-05")): day("2005-02-28"),
        (2, day("2006-01-01")): day("2006-01-01"),
    }


def test_an_index_date_cannot_rest_on_entries() -> None:
    population = replace(MANY, index_date=VariableValue("later", DATE))
    later = variable("later", ShiftDate(IndexDate(), 1, "day"))
    with pytest.raises(ReferenceFault, match="entries"):
        run(study(CARE, population=population, variables=(later,)), CARE).entries  # noqa: B018


def test_definitions_and_variables_rest_on_each_other_entry_by_entry() -> None:
    """The latest earlier care of each entry, its date as a variable, and the rows after that date."""
    care = NamedRows("care", CARE.shape)
    before = Where(ForEachEntry(care), Compare("<", START, IndexDate()))
    previous = KeepOne(before, True, "start", before.shape.owner)
    since = Where(ForEachEntry(care), Compare(">=", START, VariableValue("previous_start", DATE)))
    whole = study(
        CARE,
        population=MANY,
        definitions=(definition("since", since), definition("previous", previous)),
        variables=(
            variable("rows_since", _count_of("since", since)),
            variable("previous_start", Fact("previous", "start", DATE, per_entry=True)),
        ),
    )
    found = run(whole, CARE)
    assert found.variable("previous_start") == {
        (1, day("2004-01-01")): None,
        (1, day("2004-06-01")): day("2004-01-01"),
        (2, day("2004-02-01")): None,
    }
    # Only the second entry of child 1 has an earlier start: its three dated rows are on or after it.
    assert found.variable("rows_since") == {
        (1, day("2004-01-01")): 0,
        (1, day("2004-06-01")): 3,
        (2, day("2004-02-01")): 0,
    }


def _count_of(name: str, rows: Where) -> Summary:
    return Summary("count", RowsOf(name, True, rows.shape.order), None, None, None, WHOLE)


def test_variables_that_need_each_other_have_no_meaning() -> None:
    one, two = VariableValue("one", DATE), VariableValue("two", DATE)
    whole = study(CARE, population=MANY, variables=(variable("one", two), variable("two", one)))
    with pytest.raises(ReferenceFault, match="one needs two needs one"):
        run(whole, CARE).variable("one")


def test_variables_of_persons_that_need_each_other_have_no_meaning() -> None:
    one, two = VariableValue("one", DATE, True), VariableValue("two", DATE, True)
    whole = study(
        CARE, population=replace(MANY, index_date=one), variables=(variable("one", two), variable("two", one))
    )
    with pytest.raises(ReferenceFault, match="one needs two needs one"):
        run(whole, CARE).entries  # noqa: B018


def test_counts_of_many_entries_say_how_many_people_are_behind_them() -> None:
    whole = study(
        CARE,
        population=MANY,
        variables=(
            variable("year", YearTo31March(IndexDate()), "2004", "2005"),
            variable("late", Compare(">", IndexDate(), Literal(day("2004-01-15"), DATE)), "1", "0"),
        ),
        outputs=(count("year"), count("year", "late")),
    )
    by_year, by_both = run(whole, CARE).tables()
    assert by_year.counts == {("2004",): 2, ("2005",): 1}  # type: ignore[union-attr]
    assert by_year.behind == {("2004",): 2, ("2005",): 1}  # type: ignore[union-attr]
    assert by_year.counted == "entries"
    assert by_both.counts == {("2004", "0"): 1, ("2004", "1"): 1, ("2005", "1"): 1}  # type: ignore[union-attr]
    twice = replace(
        whole, outputs=(count("constant"),), variables=(variable("constant", Literal("A", CODE), "A"),)
    )
    (table,) = run(twice, CARE).tables()
    assert (table.counts, table.behind) == ({("A",): 3}, {("A",): 2})  # type: ignore[union-attr]


def test_three_variables_make_one_table() -> None:
    names = ("a", "b", "c")
    values: tuple[Value, ...] = (Literal("X", CODE), YES_IF_FIRST, IsMissing(IndexDate()))
    made = tuple(variable(n, v, "X", "0", "1") for n, v in zip(names, values, strict=True))
    whole = study(
        CARE, population=MANY, variables=made, outputs=(count(*names, among=Not(YES_IF_FIRST)), count(*names))
    )
    some, everyone = run(whole, CARE).tables()
    assert some.counts == {("X", "0", "0"): 2}  # type: ignore[union-attr]
    assert everyone.counts == {("X", "1", "0"): 1, ("X", "0", "0"): 2}  # type: ignore[union-attr]
    assert [axis.variable for axis in everyone.axes] == ["a", "b", "c"]  # type: ignore[union-attr]


def test_figures_of_context_tables_are_found_by_name() -> None:
    rows = LiteralRows("residents", (("year", WHOLE), ("people", WHOLE)), ("year",), ((2004, 100),))
    context = ContextTable("residents", "", "", "", "", rows, None, "year", "", "", HERE)
    figure = Figure("residents", "people", (("year", YearTo31March(IndexDate())),), WHOLE)
    whole = study(CARE, population=MANY, context=(context,), variables=(variable("people", figure),))
    assert run(whole, CARE).variable("people") == {
        (1, day("2004-01-01")): 100,
        (1, day("2004-06-01")): None,
        (2, day("2004-02-01")): 100,
    }


def test_added_columns_of_definitions_can_be_summarised_for_each_row() -> None:
    """A definition may be read by a variable through a summary and hold a summary itself."""
    care = NamedRows("care", CARE.shape)
    number_of_rows = Summary("count", CARE.all, None, None, None, WHOLE)
    with_number = Add(care, (("rows", number_of_rows),))
    total = Summary(
        "largest",
        RowsOf("counted", False, with_number.shape.order),
        None,
        with_number.shape.column("rows"),
        None,
        WHOLE,
    )
    whole = study(
        CARE,
        population=MANY,
        definitions=(definition("counted", with_number),),
        variables=(variable("most", total),),
    )
    assert set(run(whole, CARE).variable("most").items()) == {
        ((1, day("2004-01-01")), 3),
        ((1, day("2004-06-01")), 3),
        ((2, day("2004-02-01")), 2),
    }


def test_a_study_without_rows() -> None:
    nothing = Held("care", "child number start code")
    whole = study(
        nothing, population=replace(MANY, steps=steps(any=Literal(True, BOOLEAN))), outputs=(count("x"),)
    )
    whole = replace(whole, variables=(variable("x", IndexDate(), "2004"),))
    assert flow_of(whole, nothing) == [("start", 0, 0), ("any", 0, 0)]
    (table,) = run(whole, nothing).tables()
    assert table.counts == {}  # type: ignore[union-attr]
