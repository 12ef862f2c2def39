"""Follow-up, person-time, outcomes and rates. Every expectation is worked out by hand from the words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cohort.engines.reference import ReferenceFault, StudyRun
from cohort.query.rows import Add, ForEachEntry, NamedRows, Where
from cohort.query.study import (
    GROUP,
    AgeSplit,
    AttritionOutput,
    CalendarSplit,
    Cover,
    FollowUp,
    FollowUpEnd,
    Outcome,
    Peers,
    Population,
    SpellSplit,
)
from cohort.query.summaries import RowsOf
from cohort.query.values import Compare, Fact, IndexDate, IsMissing, Literal, Value
from cohort.results.category import Category
from cohort.results.model import AttritionTable, RateCell, RateTable
from cohort.types import DATE

from .studies import CODE, HERE, Held, day, definition, rates, run, steps, study, variable

END = Literal(day("2004-12-31"), DATE)
SEX, DIED, MOVED = (
    Fact("people", name, type_) for name, type_ in (("sex", CODE), ("died", DATE), ("moved", DATE))
)
NO_SPELLS = Held("home", "child number start until", spell=("start", "until"))
NO_EVENTS = Held("events", "child number date code")


def people(*lines: str) -> Held:
    return Held("people", "child number sex born entered died moved", *lines)


def ends(*further: tuple[str, Value, bool, str | None]) -> tuple[FollowUpEnd, ...]:
    made = [FollowUpEnd(name, value, included, group, "", HERE) for name, value, included, group in further]
    return (*made, FollowUpEnd("data", END, True, None, "", HERE))


def follow_up(*further: tuple[str, Value, bool, str | None], covers: tuple[Held, ...] = ()) -> FollowUp:
    return FollowUp(
        IndexDate(), ends(*further), tuple(Cover(c.all, ("start", "until")) for c in covers), HERE
    )


def observe(held: Held, *others: Held, follow: FollowUp | None = None, **parts: Any) -> StudyRun:
    whole = study(
        held,
        *others,
        population=Population("people", held.column("entered"), (), HERE),
        follow_up=follow or follow_up(),
        **({"variables": (variable("sex", SEX, "F", "M"),)} | parts),
    )
    return run(whole, held, *others)


def pieces(found: StudyRun) -> list[tuple[Any, ...]]:
    return [
        (
            piece.member.unit,
            piece.start.isoformat(),
            piece.until.isoformat(),
            *dict(piece.categories).values(),
        )
        for piece in found.pieces
    ]


ONE = people("1 1 F 2000-01-01 2004-12-01 - -")


def test_follow_up_reaches_from_its_start_through_the_end_of_the_data() -> None:
    assert pieces(observe(ONE)) == [(1, "2004-12-01", "2005-01-01")]


def test_the_earliest_end_counts_and_takes_its_day_in_only_if_it_says_so() -> None:
    held = people(
        "1 1 F - 2004-12-01 2004-12-10 -",  # death: the day itself is followed
        "2 2 F - 2004-12-01 - 2004-12-10",  # a planned end: it is not
        "3 3 F - 2004-12-01 2004-12-10 2004-12-11",  # both end on the same night
        "4 4 F - 2004-12-01 2004-12-20 2004-12-10",
        "5 5 F - 2004-12-01 2005-12-01 2006-01-01",  # the data end first
        "6 6 F - 2004-12-01 2004-12-01 -",  # one day
        "7 7 F - 2004-12-01 - 2004-12-01",  # none
        "8 8 F - 2004-12-01 2004-11-01 -",  # none
        "9 9 F - 2005-01-01 - -",  # after the data: none
    )
    follow = follow_up(("death", DIED, True, None), ("moved", MOVED, False, None))
    found = observe(held, follow=follow)
    assert pieces(found) == [
        (1, "2004-12-01", "2004-12-11"),
        (2, "2004-12-01", "2004-12-10"),
        (3, "2004-12-01", "2004-12-11"),
        (4, "2004-12-01", "2004-12-10"),
        (5, "2004-12-01", "2005-01-01"),
        (6, "2004-12-01", "2004-12-02"),
    ]
    assert [member.unit for member in found.cohort] == [1, 2, 3, 4, 5, 6]
    flow = found.flow(AttritionOutput("flow", "Flow", HERE))
    assert isinstance(flow, AttritionTable)
    assert [(step.id, step.remaining) for step in flow.steps] == [("start", 9), ("observed_time", 6)]


def test_whoever_has_no_start_is_not_followed() -> None:
    held = people("1 1 F - 2004-12-01 2004-12-05 -", "2 2 F - 2004-12-01 - -")
    assert pieces(observe(held, follow=replace(follow_up(), start=DIED))) == [(1, "2004-12-05", "2005-01-01")]


def test_an_end_of_the_calendar_is_later_than_the_data() -> None:
    held = people("1 1 F - 2004-12-01 9999-12-31 -")
    assert pieces(observe(held, follow=follow_up(("death", DIED, True, None)))) == [
        (1, "2004-12-01", "2005-01-01")
    ]


def test_a_follow_up_without_any_known_end_has_no_meaning() -> None:
    endless = FollowUp(IndexDate(), (FollowUpEnd("death", DIED, True, None, "", HERE),), (), HERE)
    with pytest.raises(ReferenceFault, match="without any known end"):
        pieces(observe(ONE, follow=endless))


def test_only_covered_days_are_followed_and_people_can_come_back() -> None:
    home = Held(
        "home",
        "child number start until",
        "1 1 2004-01-01 2004-12-05",
        "1 2 2004-12-08 2004-12-10",
        "1 3 2004-12-10 2004-12-12",  # touches: one piece
        "1 4 2004-12-20 -",
        "2 5 2004-01-01 2006-01-01",
        "- 6 2004-01-01 2006-01-01",
    )
    gp = Held("gp", "child number start until", "1 1 2004-12-03 2004-12-09", "1 2 2004-12-11 2009-01-01")
    found = observe(ONE, home, gp, follow=follow_up(covers=(home,)))
    assert pieces(found) == [(1, "2004-12-01", "2004-12-05"), (1, "2004-12-08", "2004-12-12")]
    found = observe(ONE, home, gp, follow=follow_up(covers=(home, gp)))
    assert pieces(found) == [
        (1, "2004-12-03", "2004-12-05"),
        (1, "2004-12-08", "2004-12-09"),
        (1, "2004-12-11", "2004-12-12"),
    ]
    assert observe(people("3 1 F - 2004-12-01 - -"), home, gp, follow=follow_up(covers=(home,))).cohort == ()


def test_covers_can_be_rows_of_entries() -> None:
    home = Held("home", "child number start until", "1 1 2004-01-01 2009-12-05", "1 2 2004-12-08 2004-12-10")
    late = Where(ForEachEntry(NamedRows("home", home.shape)), Compare(">", home.column("start"), IndexDate()))
    cover = Cover(RowsOf("late", True, late.shape.order), ("start", "until"))
    follow = replace(follow_up(), covers=(cover,))
    found = observe(ONE, home, follow=follow, definitions=(definition("late", late),))
    assert pieces(found) == [(1, "2004-12-08", "2004-12-10")]


def test_some_ends_are_for_one_group_only() -> None:
    held = people("1 1 F - 2004-12-01 - 2004-12-05", "2 2 F - - - 2004-12-09")
    peers = Peers("peers", "people", (), (("sex", SEX),), None, 1, False, 1, HERE)
    for group, expected in (
        ("peers", [(1, "2005-01-01"), (2, "2004-12-09")]),
        ("cases", [(1, "2004-12-05"), (2, "2005-01-01")]),
        (None, [(1, "2004-12-05"), (2, "2004-12-09")]),
    ):
        found = observe(held, follow=follow_up(("moved", MOVED, False, group)), peers=peers)
        assert [(piece.member.unit, piece.until.isoformat()) for piece in found.pieces] == expected


def categories(*values: str) -> tuple[Category, ...]:
    return tuple(Category(value, value) for value in values)


AGE = AgeSplit("age", "Age", Fact("people", "born", DATE), (3, 4, 5), categories("3", "4"), HERE)


def test_age_changes_on_birthdays() -> None:
    held = people(
        "1 1 F 2000-12-10 2004-12-08 - -",  # 4 on 10 December
        "2 2 F 1999-12-10 2004-12-08 - -",  # 5 on 10 December: past the last band
        "3 3 F 2001-12-10 2004-12-08 - -",  # 3 on 10 December: before the first band
        "4 4 F 2000-12-08 2004-12-08 - -",  # 4 on the first day
        "5 5 F - 2004-12-30 - -",
    )
    assert pieces(observe(held, splits=(AGE,))) == [
        (1, "2004-12-08", "2004-12-10", "3"),
        (1, "2004-12-10", "2005-01-01", "4"),
        (2, "2004-12-08", "2004-12-10", "4"),
        (2, "2004-12-10", "2005-01-01", "other"),
        (3, "2004-12-08", "2004-12-10", "other"),
        (3, "2004-12-10", "2005-01-01", "3"),
        (4, "2004-12-08", "2005-01-01", "4"),
        (5, "2004-12-30", "2005-01-01", "missing"),
    ]


def test_a_birthday_of_29_february_is_1_march_in_common_years() -> None:
    held = people("1 1 F 2000-02-29 2003-02-27 - -")
    follow = follow_up(("short", Literal(day("2003-03-03"), DATE), False, None))
    assert pieces(observe(held, splits=(AGE,), follow=follow)) == [
        (1, "2003-02-27", "2003-03-01", "other"),
        (1, "2003-03-01", "2003-03-03", "3"),
    ]


CALENDAR = CalendarSplit(
    "month",
    "Month",
    (("2004-11", day("2004-11-01"), day("2004-12-01")), ("2004-12", day("2004-12-01"), day("2004-12-31"))),
    categories("2004-11", "2004-12"),
    HERE,
)


def test_stretches_of_the_calendar() -> None:
    held = people("1 1 F - 2004-10-31 - -", "2 2 F - 2004-12-01 2004-12-02 -")
    assert pieces(observe(held, splits=(CALENDAR,), follow=follow_up(("death", DIED, True, None)))) == [
        (1, "2004-10-31", "2004-11-01", "other"),
        (1, "2004-11-01", "2004-12-01", "2004-11"),
        (1, "2004-12-01", "2004-12-31", "2004-12"),
        (1, "2004-12-31", "2005-01-01", "other"),
        (2, "2004-12-01", "2004-12-03", "2004-12"),
    ]


def place_split(held: Held, *priority: str) -> SpellSplit:
    return SpellSplit(
        "place",
        "Place",
        held.all,
        ("start", "until"),
        "code",
        CODE,
        "none",
        priority,
        categories("A", "B", "none"),
        HERE,
    )


def places(*lines: str) -> Held:
    return Held("places", "child number start until code", *lines)


def test_the_value_of_a_spell_on_each_day() -> None:
    held = places(
        "1 1 2004-11-01 2004-12-05 A",
        "1 2 2004-12-05 2004-12-08 A",  # touches with the same value: one piece
        "1 3 2004-12-10 2004-12-12 B",
        "1 4 2004-12-12 2004-12-14 -",
        "1 5 2004-12-20 2004-12-21 Z",  # outside the list
        "1 6 2004-12-25 - A",
        "1 7 2004-12-28 2004-12-28 A",
        "1 8 2004-12-30 2004-12-29 A",
        "2 9 2004-11-01 2005-12-05 B",
    )
    assert pieces(observe(ONE, held, splits=(place_split(held),))) == [
        (1, "2004-12-01", "2004-12-08", "A"),
        (1, "2004-12-08", "2004-12-10", "none"),
        (1, "2004-12-10", "2004-12-12", "B"),
        (1, "2004-12-12", "2004-12-14", "missing"),
        (1, "2004-12-14", "2004-12-20", "none"),
        (1, "2004-12-20", "2004-12-21", "other"),
        (1, "2004-12-21", "2005-01-01", "none"),
    ]


@pytest.mark.parametrize(
    ("lines", "priority", "expected"),
    [
        # The value that comes first in the priority, whenever it started.
        (("1 1 2004-12-01 2006-01-01 A", "1 2 2004-12-01 2006-01-01 B"), ("B", "A"), "B"),
        (("1 1 2004-12-01 2006-01-01 A", "1 2 2004-11-01 2006-01-01 B"), ("B", "A"), "B"),
        # Values that are not listed come after all listed ones, missing ones last.
        (("1 1 2004-12-01 2006-01-01 A", "1 2 2004-11-01 2006-01-01 B"), ("B",), "B"),
        (("1 1 2004-12-01 2006-01-01 -", "1 2 2004-11-01 2006-01-01 B"), ("A",), "B"),
        (("1 1 2004-12-01 2006-01-01 -", "1 2 2004-11-01 2006-01-01 B"), ("B",), "B"),
        # Then the one that started later.
        (("1 1 2004-11-01 2006-01-01 A", "1 2 2004-12-01 2006-01-01 B"), (), "B"),
        (("1 1 2004-12-01 2006-01-01 A", "1 2 2004-11-01 2006-01-01 B"), (), "A"),
        # Then the key.
        (("1 2 2004-12-01 2006-01-01 A", "1 1 2004-12-01 2006-01-01 B"), (), "B"),
        (("1 1 2004-12-01 2006-01-01 A", "1 2 2004-12-01 2006-01-01 B"), (), "A"),
    ],
)
def test_where_spells_overlap_one_counts(
    lines: tuple[str, ...], priority: tuple[str, ...], expected: str
) -> None:
    held = places(*lines)
    found = pieces(observe(ONE, held, splits=(place_split(held, *priority),)))
    assert found == [(1, "2004-12-01", "2005-01-01", expected)]


def test_splits_cut_each_other_and_pieces_add_up() -> None:
    held = people("1 1 F 2000-12-10 2004-11-20 - -")
    where = places("1 1 2004-12-05 2004-12-20 A")
    found = observe(held, where, splits=(AGE, CALENDAR, place_split(where)))
    assert pieces(found) == [
        (1, "2004-11-20", "2004-12-01", "3", "2004-11", "none"),
        (1, "2004-12-01", "2004-12-05", "3", "2004-12", "none"),
        (1, "2004-12-05", "2004-12-10", "3", "2004-12", "A"),
        (1, "2004-12-10", "2004-12-20", "4", "2004-12", "A"),
        (1, "2004-12-20", "2004-12-31", "4", "2004-12", "none"),
        (1, "2004-12-31", "2005-01-01", "4", "other", "none"),
    ]
    assert sum(piece.days for piece in found.pieces) == 42


def events(*lines: str) -> Held:
    return Held("events", "child number date code", *lines)


def outcome(held: Held, *, first_only: bool = False, washout_days: int = 0) -> Outcome:
    return Outcome("injury", "Injury", held.all, "date", first_only, washout_days, HERE)


def rate_of(found: StudyRun) -> RateTable:
    (table,) = found.tables()
    assert isinstance(table, RateTable)
    return table


def total_of(*lines: str, **kind: Any) -> tuple[int, int]:
    """Events and days of child 1, who is followed from 1 until 31 December."""
    held = events(*lines)
    found = observe(ONE, held, outcomes=(outcome(held, **kind),), outputs=(rates(),))
    cell = rate_of(found).cells[()]
    return cell.events, cell.person_days


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), 0),
        (("1 1 2004-11-30 A", "1 2 2005-01-01 A"), 0),
        (("1 1 2004-12-01 A", "1 2 2004-12-31 A"), 2),
        (("1 1 2004-12-05 A", "1 2 2004-12-05 A", "1 2 2004-12-05 A"), 3),  # rows, even equal ones
        (("1 1 - A", "2 2 2004-12-05 A", "- 3 2004-12-05 A"), 0),
    ],
)
def test_all_events_on_days_of_follow_up_count(lines: tuple[str, ...], expected: int) -> None:
    assert total_of(*lines) == (expected, 31)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("1 1 2004-12-05 A", "1 2 2004-12-09 A"), 1),  # 4 days later: washed out
        (("1 1 2004-12-05 A", "1 2 2004-12-10 A"), 2),  # 5 days later: counts
        (("1 1 2004-12-05 A", "1 2 2004-12-06 A"), 1),  # the next day
        (("1 1 2004-12-05 A", "1 2 2004-12-05 A"), 2),  # the same day: both count
        (("1 1 2004-11-29 A", "1 2 2004-12-02 A"), 0),  # an event before follow-up washes out too
        # An event that is washed out itself washes out the next.
        (("1 1 2004-12-05 A", "1 2 2004-12-08 A", "1 3 2004-12-11 A"), 1),
        (("1 1 - A", "1 2 2004-12-02 A", "2 3 2004-12-01 A"), 1),
    ],
)
def test_washout(lines: tuple[str, ...], expected: int) -> None:
    assert total_of(*lines, washout_days=4) == (expected, 31)


def test_only_the_first_event_counts_and_ends_the_time() -> None:
    assert total_of("1 1 2004-12-10 A", "1 2 2004-12-05 A", "1 3 2004-11-05 A", first_only=True) == (1, 5)
    assert total_of("1 1 2004-12-01 A", first_only=True) == (1, 1)
    assert total_of("1 1 2004-12-31 A", first_only=True) == (1, 31)
    assert total_of("1 1 2005-01-01 A", first_only=True) == (0, 31)
    # The event of 3 December is washed out by that of November, so that of the 20th is the first.
    lines = ("1 1 2004-11-30 A", "1 2 2004-12-03 A", "1 3 2004-12-20 A")
    assert total_of(*lines, first_only=True, washout_days=10) == (1, 20)


def test_the_first_of_several_on_one_day_is_that_of_the_key() -> None:
    held = events("1 2 2004-12-05 A", "1 1 2004-12-05 B", "1 0 2004-12-06 A")
    output = rates(events_by="code", events=("A", "B"))
    found = observe(ONE, held, outcomes=(outcome(held, first_only=True),), outputs=(output,))
    assert rate_of(found).cells == {(): RateCell(1, 5, 1, 1, {"B": (1, 1)})}


def test_rates_by_variables_and_splits() -> None:
    held = people(
        "1 1 F 2000-12-10 2004-12-01 - -",
        "2 2 F 2000-01-01 2004-12-22 - -",
        "3 3 M 2000-01-01 2004-12-22 - -",
        "4 4 - 2000-01-01 2004-12-30 - -",
    )
    happened = events(
        "1 1 2004-12-09 A", "1 2 2004-12-10 B", "1 3 2004-12-11 -", "2 4 2004-12-25 Z", "3 5 2004-01-01 A"
    )
    output = rates("sex", "age", events_by="code", events=("A", "B"))
    found = observe(held, happened, outcomes=(outcome(happened),), splits=(AGE,), outputs=(output,))
    table = rate_of(found)
    assert table.cells == {
        ("F", "3"): RateCell(1, 9, 1, 1, {"A": (1, 1)}),
        ("F", "4"): RateCell(2, 22 + 10, 3, 2, {"B": (1, 1), "missing": (1, 1), "other": (1, 1)}),
        ("M", "4"): RateCell(1, 10, 0, 0, {}),
        ("missing", "4"): RateCell(1, 2, 0, 0, {}),
    }
    assert [[c.value for c in axis.categories] for axis in table.axes] == [["F", "M", "missing"], ["3", "4"]]
    assert table.events_axis is not None
    assert (table.events_axis.variable, table.events_axis.label) == ("code", "Code")
    assert [c.value for c in table.events_axis.categories] == ["A", "B", "other", "missing"]
    assert (table.outcome, table.outcome_label, table.years, table.counted) == (
        "injury",
        "Injury",
        1000,
        "children",
    )


def test_rates_among_some() -> None:
    held = people("1 1 F - 2004-12-22 - -", "2 2 M - 2004-12-22 - -", "3 3 - - 2004-12-22 - -")
    happened = events("1 1 2004-12-25 A", "2 2 2004-12-25 A")
    output = rates("sex", among=Compare("=", SEX, Literal("F", CODE)))
    found = observe(held, happened, outcomes=(outcome(happened),), outputs=(output,))
    table = rate_of(found)
    assert table.cells == {("F",): RateCell(1, 10, 1, 1)}
    assert table.events_axis is None
    assert [c.value for c in table.axes[0].categories] == ["F", "M"]


def test_time_after_the_first_event_is_left_out_of_later_cells() -> None:
    held = people("1 1 F 2000-12-10 2004-12-01 - -")
    happened = events("1 1 2004-12-05 A")
    found = observe(
        held, happened, outcomes=(outcome(happened, first_only=True),), splits=(AGE,), outputs=(rates("age"),)
    )
    assert rate_of(found).cells == {("3",): RateCell(1, 5, 1, 1)}
    # An event on the last day of a band leaves nothing of the next one, not even somebody without a day.
    happened = events("1 1 2004-12-09 A")
    first = outcome(happened, first_only=True)
    found = observe(held, happened, outcomes=(first,), splits=(AGE,), outputs=(rates("age"),))
    assert rate_of(found).cells == {("3",): RateCell(1, 9, 1, 1)}
    # Follow-up itself goes on: it belongs to all outcomes.
    assert [piece.days for piece in found.pieces] == [9, 22]


def test_two_memberships_have_two_times_and_one_person() -> None:
    held = people("1 1 F - 2004-12-22 - -", "2 2 F - 2004-12-22 - -", "3 3 F - - - -")
    happened = events("3 1 2004-12-25 A")
    peers = Peers(
        "peers",
        "people",
        steps(free=IsMissing(Fact("people", "entered", DATE))),
        (("sex", SEX),),
        None,
        1,
        True,
        1,
        HERE,
    )
    found = observe(held, happened, outcomes=(outcome(happened),), outputs=(rates(GROUP),), peers=peers)
    table, _ = found.tables()
    assert isinstance(table, RateTable)
    assert table.cells == {("cases",): RateCell(2, 20, 0, 0), ("peers",): RateCell(1, 20, 2, 1)}


def test_events_can_be_rows_of_entries() -> None:
    held = events("1 1 2004-12-05 A", "1 2 2004-12-06 B")
    each = ForEachEntry(NamedRows("events", held.shape))
    marked = Add(each, (("entered", IndexDate()),))
    of_entries = RowsOf("marked", True, marked.shape.order)
    kind = replace(outcome(held), events=of_entries)
    found = observe(
        ONE, held, outcomes=(kind,), outputs=(rates(),), definitions=(definition("marked", marked),)
    )
    assert rate_of(found).cells[()].events == 2


def test_a_study_in_which_nobody_is_followed() -> None:
    held = people("1 1 F - 2005-12-22 - -")
    found = observe(held, NO_EVENTS, outcomes=(outcome(NO_EVENTS),), outputs=(rates("sex"),))
    assert rate_of(found).cells == {}
    assert found.cohort == ()
