"""Which held columns a study reads: through new names, unions, summaries, figures and every section."""

from __future__ import annotations

import datetime
from dataclasses import replace

from cohort.query.calls import Apply
from cohort.query.parts import rows_of_study, used_rows
from cohort.query.rows import (
    Add,
    AsUnit,
    Rename,
    Rows,
    TableColumn,
    TableRows,
    Union,
    Where,
)
from cohort.query.study import (
    Cover,
    Definition,
    FollowUp,
    NamedStep,
    Origin,
    Outcome,
    Population,
    RateOutput,
    SpellSplit,
    Study,
    Variable,
)
from cohort.query.summaries import Covered, Outer, RowsOf, Summary
from cohort.query.values import Column, Compare, Fact, IndexDate, Value
from cohort.resolve.columns_used import columns_used
from cohort.resolve.minimise import minimised
from cohort.types import BOOLEAN, DATE, WHOLE, Kind, ValueType

HERE = Origin("study.yaml", 1)
KEY = ValueType(Kind.KEY, bits=64)
CODE = ValueType(Kind.CODE, length=4)


def _held(table: str, *columns: tuple[str, ValueType]) -> TableRows:
    return TableRows(
        table, tuple(TableColumn(name, name.upper(), type_) for name, type_ in columns), ("row",)
    )


EVENTS = AsUnit(
    Rename(
        _held(
            "events",
            ("row", WHOLE),
            ("person", KEY),
            ("day", DATE),
            ("code", CODE),
            ("kind", CODE),
            ("note", CODE),
        ),
        (("person", "child"), ("day", "seen"), ("note", "remark")),
    ),
    "child",
)
STAYS = AsUnit(
    _held(
        "stays",
        ("row", WHOLE),
        ("child", KEY),
        ("start", DATE),
        ("until", DATE),
        ("place", CODE),
        ("kind", CODE),
    ),
    "child",
    ("start", "until"),
)
PEOPLE = AsUnit(_held("people", ("row", WHOLE), ("child", KEY), ("birth", DATE), ("sex", WHOLE)), "child")


def _definition(name: str, rows: Rows) -> Definition:
    return Definition(name, (NamedStep(name, rows, "", HERE),), False, "", HERE)


def _study(*definitions: Definition, variables: tuple[Variable, ...] = ()) -> Study:
    start = _definition("people", PEOPLE)
    return Study(
        "s",
        "S",
        "",
        "child",
        "children",
        datetime.date(2004, 4, 1),
        datetime.date(2020, 3, 31),
        (),
        (),
        (start, *definitions),
        Population("people", Column("birth", DATE), (), HERE),
        variables,
        (),
        "sail",
        (),
        "study.yaml",
        "0" * 64,
    )


def _variable(name: str, value: Value) -> Variable:
    return Variable(name, name, value, (), HERE)


def _rows_of(name: str, rows: Rows) -> RowsOf:
    return RowsOf(name, False, rows.shape.order)


EVENTS_NAMED = _definition("events", EVENTS)
STAYS_NAMED = _definition("stays", STAYS)
BASE = {"people.birth", "people.child"}
EVENT_UNIT = {"events.person"}
STAY_UNIT = {"stays.child", "stays.start", "stays.until"}


def test_a_new_name_leads_to_the_held_column() -> None:
    asked = _definition(
        "asked", Where(EVENTS_NAMED.named, Compare("=", Column("seen", DATE), Column("seen", DATE)))
    )
    assert columns_used(_study(EVENTS_NAMED, asked)) == BASE | EVENT_UNIT | {"events.day"}


def test_a_column_that_only_passes_through_is_not_read() -> None:
    passed = _definition(
        "passed", Add(EVENTS_NAMED.named, (("year", Apply("calendar_year", (Column("seen", DATE),))),))
    )
    assert "events.code" not in columns_used(_study(EVENTS_NAMED, passed))


def test_a_column_of_a_union_is_one_of_each_part() -> None:
    renamed = _definition("other_stays", Rename(STAYS_NAMED.named, (("start", "seen"),)))
    both = Union((EVENTS_NAMED.named, renamed.named))
    asked = Where(both, Compare("=", Column("kind", CODE), Column("kind", CODE)))
    used = columns_used(_study(EVENTS_NAMED, STAYS_NAMED, renamed, _definition("both", asked)))
    assert {"events.kind", "stays.kind"} <= used
    assert not {"events.day", "events.code", "stays.place"} & used


def test_a_summary_reads_its_rows_and_the_row_outside() -> None:
    condition = Compare("<", Column("seen", DATE), Outer("start", DATE))
    summary = Summary("last", _rows_of("events", EVENTS), condition, Column("code", CODE), "seen", CODE)
    asked = _definition("asked", Add(STAYS_NAMED.named, (("before", summary),)))
    used = columns_used(_study(EVENTS_NAMED, STAYS_NAMED, asked))
    assert used == BASE | EVENT_UNIT | STAY_UNIT | {"events.day", "events.code"}


def test_covered_days_read_the_spells_and_bounds_of_the_row_at_hand() -> None:
    covered = Covered(
        "days_covered", _rows_of("stays", STAYS), ("start", "until"), Column("seen", DATE), IndexDate()
    )
    asked = _definition("asked", Add(EVENTS_NAMED.named, (("days", covered),)))
    assert columns_used(_study(EVENTS_NAMED, STAYS_NAMED, asked)) == BASE | EVENT_UNIT | STAY_UNIT | {
        "events.day"
    }


def test_every_section_counts() -> None:
    study = replace(
        _study(EVENTS_NAMED, STAYS_NAMED, variables=(_variable("sex", Fact("people", "sex", WHOLE)),)),
        follow_up=FollowUp(IndexDate(), (), (Cover(_rows_of("stays", STAYS), ("start", "until")),), HERE),
        splits=(
            SpellSplit(
                "place", "", _rows_of("stays", STAYS), ("start", "until"), "place", CODE, "none", (), (), HERE
            ),
        ),
        outcomes=(Outcome("event", "", _rows_of("events", EVENTS), "seen", False, 0, HERE),),
        outputs=(RateOutput("r", "", "event", 1, (), "kind", (), None, "", frozenset(), (), HERE),),
    )
    used = columns_used(study)
    assert used == BASE | EVENT_UNIT | STAY_UNIT | {
        "people.sex",
        "stays.place",
        "events.day",
        "events.kind",
    }
    assert rows_of_study(study) == {"people", "stays", "events"}


def test_what_repeats_the_form_of_rows_is_renewed() -> None:
    summary = Summary("count", _rows_of("events", EVENTS), None, None, None, WHOLE)
    inner = Summary("any", _rows_of("stays", STAYS), Compare(">", summary, summary), None, None, BOOLEAN)
    study = minimised(_study(EVENTS_NAMED, STAYS_NAMED, variables=(_variable("some", inner),)))
    events, stays = study.by_name["events"].rows.shape, study.by_name["stays"].rows.shape
    assert events.names == ("row", "child")
    assert stays.names == ("row", "child", "start", "until")
    value = study.variable["some"].value
    assert isinstance(value, Summary)
    assert value.rows.order == stays.order
    assert isinstance(value.condition, Compare)
    assert isinstance(value.condition.left, Summary)
    assert value.condition.left.rows.order == events.order
    assert minimised(study) == study


def test_rows_under_rows_that_are_used_are_used() -> None:
    asked = _definition(
        "asked", Where(EVENTS_NAMED.named, Compare("=", Column("code", CODE), Column("code", CODE)))
    )
    count = Summary("count", _rows_of("asked", asked.rows), None, None, None, WHOLE)
    study = _study(EVENTS_NAMED, STAYS_NAMED, asked, variables=(_variable("number", count),))
    assert used_rows(study) == {"people", "asked", "events"}
