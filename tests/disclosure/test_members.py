"""Tables of every kind, released together: people behind counts, flows, summaries, rates."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from scipy.stats import chi2

from cohort.disclosure import CannotProtect, load_policy, protect, protect_release
from cohort.disclosure.figures import poisson_limits, significant
from cohort.query.outputs import OBSERVED_TIME, SETS
from cohort.results.category import Category
from cohort.results.denominators import Denominators
from cohort.results.model import (
    ALL,
    AttritionStep,
    AttritionTable,
    Axis,
    CountTable,
    Group,
    RateCell,
    RateTable,
    RawResults,
    RawTable,
    SafeAnyTable,
    SafeAttrition,
    SafeNumber,
    SafeRate,
    SafeSummary,
    SafeTable,
    State,
    SummarisedVariable,
    SummaryTable,
)

from .members import axis, counts, flow, number_of, people, rate, sets, summary

SAIL = load_policy("sail")
WELSH = load_policy("welsh_government")
EVERYONE = Group("everyone")
HIDDEN = SafeNumber(State.HIDDEN)
GROUP = axis("member_group", ["cases", "peers"])


def released(*tables: RawTable, policy: str = "sail") -> dict[str, SafeAnyTable]:
    safe = protect_release(RawResults("s", "h", tables), load_policy(policy), synthetic=True)
    assert [table.id for table in safe.tables] == [table.id for table in tables]
    return {table.id: table for table in safe.tables}


def shown(table: SafeAnyTable) -> dict[tuple[str, ...], int | None]:
    match table:
        case SafeTable():
            return {key: cell.count for key, cell in table.cells.items()}
        case SafeAttrition():
            return {
                (step.id, name): cell.count
                for step in table.steps
                for name, cell in (
                    ("remaining", step.remaining),
                    ("excluded", step.excluded),
                    ("units", step.units),
                )
                if cell is not None
            }
        case SafeRate():
            return {key: cell.count for key, cell in table.events.items()}
        case SafeSummary():
            raise AssertionError("a summary is no single table")


Inner = dict[tuple[str, ...], int]


def table_of(name: str, values: dict[str, int], people_behind: dict[str, int], total: int = 0) -> CountTable:
    inner: Inner = {(value,): number for value, number in values.items()}
    behind: Inner = {(value,): number for value, number in people_behind.items()}
    if total:
        behind[ALL,] = total
    return CountTable(name, name, "entries", (axis("area", list(values)),), EVERYONE, inner, behind=behind)


# ---- people behind counts -----------------------------------------------------------------------------------


def test_many_entries_of_few_people_are_hidden_like_a_small_count() -> None:
    table = table_of("t", {"a": 40, "b": 50, "c": 60}, {"a": 3, "b": 45, "c": 44})
    found = shown(released(table)["t"])
    assert found["a",] is None
    assert list(found.values()).count(None) >= 2, "a total gives a single hidden count away"
    everyone = table_of("t", {"a": 40, "b": 50, "c": 60}, {"a": 30, "b": 45, "c": 44})
    assert None not in shown(released(everyone)["t"]).values()


def test_people_behind_a_total_are_known_or_at_least_those_of_one_part() -> None:
    parts = {"a": 12, "b": 12}
    few = {"a": 6, "b": 6}
    assert set(shown(released(table_of("t", parts, few))["t"]).values()) == {None}
    assert shown(released(table_of("t", parts, few, total=12))["t"])[ALL,] == 24


def test_a_person_alone_behind_many_entries_learns_of_no_one_else() -> None:
    alone = table_of("t", {"a": 25, "b": 4, "c": 90}, {"a": 1, "b": 4, "c": 80})
    found = shown(released(alone)["t"])
    assert found["a",] is None
    assert found["b",] is None
    assert found["c",] is None or found[ALL,] is None, "the total less one's own entries would tell b"


def test_more_people_than_entries_is_a_contradiction() -> None:
    with pytest.raises(CannotProtect, match="behind a count"):
        released(table_of("t", {"a": 40}, {"a": 41}))
    with pytest.raises(CannotProtect, match="behind a count"):
        released(table_of("t", {"a": 40}, {"b": 41}))


# ---- three variables ----------------------------------------------------------------------------------------


def test_a_table_by_three_variables_has_all_its_margins() -> None:
    members = people(900, 4)
    table = released(counts("t", members, ["sex", "area", "kind"]))["t"]
    assert isinstance(table, SafeTable)
    assert len(table.cells) == 3 * 4 * 3
    for key, cell in table.cells.items():
        true = sum(
            all(want in (ALL, member.values[v]) for v, want in zip(["sex", "area", "kind"], key, strict=True))
            for member in members
        )
        assert cell.count in (None, true)
        assert cell.count is None or cell.count >= 10
    assert table.cells[ALL, ALL, ALL].state is State.SHOWN


# ---- flows --------------------------------------------------------------------------------------------------


def steps(*left: tuple[str, int] | tuple[str, int, int]) -> tuple[AttritionStep, ...]:
    return tuple(AttritionStep(row[0], row[0], "", row[1], *row[2:]) for row in left)


def test_the_flow_of_cases_ends_in_the_cases_of_the_tables() -> None:
    cases = AttritionTable(
        "cases", "cases", "people", steps(("start", 300), ("end", 120)), (("member_group", "cases"),)
    )
    groups = CountTable("groups", "groups", "people", (GROUP,), EVERYONE, {("cases",): 120, ("peers",): 240})
    assert None not in shown(released(cases, groups)["groups"]).values()
    with pytest.raises(CannotProtect, match="contradicts"):
        released(replace(cases, steps=steps(("start", 300), ("end", 119))), groups)
    # Eight peers are hidden, so the cases or the size of the cohort must be, in the flow as in the tables.
    few = replace(groups, counts={("cases",): 120, ("peers",): 8})
    both = released(cases, few)
    found = shown(both["groups"])
    assert found["peers",] is None
    assert None in (found["cases",], found[ALL,])
    assert shown(both["cases"])["end", "remaining"] == found["cases",]


@pytest.mark.parametrize("named", [(), (("member_group", "peers"),)])
@pytest.mark.parametrize("with_cases", [True, False])
def test_the_flow_of_peers_ends_in_the_peers(named: tuple[tuple[str, str], ...], with_cases: bool) -> None:
    cases = AttritionTable(
        "cases", "cases", "people", steps(("start", 300), ("end", 120)), (("member_group", "cases"),)
    )
    pool = AttritionTable(
        "pool", "pool", "pairs", steps(("start", 5000), ("matched", 8)), named, is_cohort=False
    )
    members = CountTable("sex", "sex", "people", (axis("sex", "fm"),), EVERYONE, {("f",): 60, ("m",): 68})
    found = released(*((cases,) if with_cases else ()), pool, members)
    assert shown(found["pool"])["matched", "remaining"] is None
    if with_cases:
        assert None in (shown(found["cases"])["end", "remaining"], shown(found["sex"])[ALL,])
    groups = replace(members, id="groups", axes=(GROUP,), counts={("cases",): 120, ("peers",): 8})
    both = released(pool, groups)
    assert shown(both["pool"])["matched", "remaining"] is shown(both["groups"])["peers",] is None


def test_units_are_shown_beside_entries_unless_they_tell_of_few() -> None:
    plain = AttritionTable("f", "f", "entries", steps(("a", 500, 400), ("b", 420, 340), ("c", 420, 340)))
    found = shown(released(plain)["f"])
    assert None not in {count for (step, what), count in found.items() if (step, what) != ("a", "excluded")}
    # 345 entries of 340 people: five further entries.
    near = AttritionTable("f", "f", "entries", steps(("a", 500, 400), ("b", 345, 340)))
    found = shown(released(near)["f"])
    assert None in (found["b", "remaining"], found["b", "units"])
    # Three people leave with their fifty entries.
    leaving = AttritionTable("f", "f", "entries", steps(("a", 500, 400), ("b", 450, 397)))
    found = shown(released(leaving)["f"])
    assert None in (found["a", "units"], found["b", "units"])
    assert found["b", "excluded"] is None


def test_units_are_at_most_the_entries() -> None:
    with pytest.raises(CannotProtect, match="more people after a step"):
        released(AttritionTable("f", "f", "entries", steps(("a", 500, 400), ("b", 345, 350))))
    with pytest.raises(CannotProtect, match="some of its steps"):
        released(AttritionTable("f", "f", "entries", steps(("a", 500, 400), ("b", 345))))


def test_a_flow_that_starts_with_people_excludes_nobody_when_entries_are_counted() -> None:
    members = people(400, 3, again=0.6)
    table = flow("f", members, members, members[:500], units=True, by_units=True)
    safe = released(table)["f"]
    assert isinstance(safe, SafeAttrition)
    assert [step.excluded.state for step in safe.steps] == [State.IMPOSSIBLE, State.IMPOSSIBLE, State.SHOWN]
    assert safe.steps[0].remaining.count == 400
    assert safe.steps[1].remaining.count == len(members) > 500


def test_there_is_a_matched_set_for_each_case() -> None:
    rows = steps(("start", 300), ("passed", 125), (OBSERVED_TIME, 100))
    cases = AttritionTable("cases", "cases", "people", rows, (("member_group", "cases"),))
    found = released(cases, sets("sets", [1] * 15 + [2] * 110))
    assert shown(found["sets"])[ALL,] == shown(found["cases"])["passed", "remaining"] == 125
    few = released(cases, sets("sets", [0] * 3 + [2] * 122))
    numbers = shown(few["sets"])
    assert numbers["0",] is None
    assert None in (numbers["2",], numbers[ALL,])
    assert numbers[ALL,] == shown(few["cases"])["passed", "remaining"]
    with pytest.raises(CannotProtect, match="contradicts"):
        released(cases, sets("sets", [2] * 126))
    groups = CountTable("g", "g", "people", (GROUP,), EVERYONE, {("cases",): 100, ("peers",): 200})
    lost = released(groups, sets("sets", [2] * 104))
    both = (shown(lost["sets"])[ALL,], shown(lost["g"])["cases",])
    assert None in both, "four cases have no day of follow-up"


def test_sets_of_a_part_of_the_cases_are_a_kind_of_their_own() -> None:
    some = replace(sets("sets", [2] * 126), group=Group("girls", frozenset({"girl"})))
    cases = AttritionTable("cases", "cases", "people", steps(("start", 300)), (("member_group", "cases"),))
    assert some.counted == SETS
    assert shown(released(cases, some)["sets"])[ALL,] == 126
    near = replace(sets("sets", [2] * 295), group=some.group)
    assert shown(released(cases, near)["sets"])[ALL,] is None


# ---- summaries ----------------------------------------------------------------------------------------------


def numbers(values: dict[str, list[float | None]], by: Axis | None, **more: object) -> SummaryTable:
    variable = SummarisedVariable(
        "score", "Score", None, {}, {group: number_of(own) for group, own in values.items()}
    )
    table = SummaryTable("n", "n", "table one", "people", by, (variable,), EVERYONE)
    # What is changed differs from test to test, so the checker cannot know its types.
    return replace(table, **more)  # type: ignore[arg-type]


def statistics(table: SafeAnyTable) -> dict[tuple[str, str], float | None]:
    assert isinstance(table, SafeSummary)
    return {key: number.value for key, number in table.variables[0].numbers.items()}


def spread(size: int) -> list[float | None]:
    return [float(number) for number in range(1, size + 1)]


def test_statistics_are_those_of_the_known_values_with_three_figures() -> None:
    found = statistics(released(numbers({ALL: spread(1000)}, None))["n"])
    assert found[ALL, "mean"] == 500.0
    assert found[ALL, "standard deviation"] == significant(math.sqrt(1000 * 1001 / 12)) == 289.0
    assert [found[ALL, str(p)] for p in (5, 25, 50, 75, 95)] == [50, 250, 500, 750, 950]


@pytest.mark.parametrize(
    ("size", "quantiles"),
    [
        (9, ()),
        (19, ()),
        (20, ("50",)),
        (40, ("25", "50", "75")),
        (199, ("25", "50", "75")),
        (200, ("5", "95")),
    ],
)
def test_enough_people_lie_on_each_side_of_a_quantile(size: int, quantiles: tuple[str, ...]) -> None:
    found = statistics(released(numbers({ALL: spread(size)}, None))["n"])
    given = {statistic for (_, statistic), value in found.items() if value is not None}
    assert ("mean" in given) == (size >= 10)
    assert given - {"mean", "standard deviation"} >= set(quantiles)
    assert size >= 200 or not given & {"5", "95"}
    assert size >= 40 or not given & {"25", "75"}


@pytest.mark.parametrize(
    "values",
    [[4.0] * 300, [0.0] * 295 + [1.0] * 5, [1.0] * 291 + [0.0] * 5 + [2.0] * 4, [0.0] * 299 + [7.0]],
    ids=["all equal", "five ones", "nine others", "one other"],
)
def test_a_mean_that_counts_the_few_who_differ_is_hidden(values: list[float | None]) -> None:
    assert set(statistics(released(numbers({ALL: values}, None))["n"]).values()) == {None}


def test_where_enough_differ_the_mean_is_shown() -> None:
    found = statistics(released(numbers({ALL: [*[0.0] * 280, *[1.0] * 20]}, None))["n"])
    assert found[ALL, "mean"] == 0.0667


def test_the_rest_of_a_whole_is_nobody_or_enough() -> None:
    by = axis("area", ["a", "b", "c"])
    values = {"a": spread(5), "b": spread(60), "c": spread(90)}
    whole = numbers({ALL: spread(155)}, None, id="whole")
    found = released(numbers(values, by), whole)
    groups = statistics(found["n"])
    assert groups["a", "mean"] is None
    assert groups["b", "mean"] is None, "five people would be what is left of the whole"
    table = found["n"]
    assert isinstance(table, SafeSummary)
    assert {group for group, _ in table.variables[0].numbers} == {"a", "b", "c"}, "no statistics of totals"


def test_a_group_that_is_nearly_the_whole_has_no_statistics() -> None:
    inside = Group("inside", frozenset({"condition"}))
    found = released(
        numbers({ALL: spread(100)}, None), numbers({ALL: spread(96)}, None, id="inner", group=inside)
    )
    assert statistics(found["n"])[ALL, "mean"] is not None
    assert statistics(found["inner"])[ALL, "mean"] is None
    apart = released(
        numbers({ALL: spread(100)}, None), numbers({ALL: spread(50)}, None, id="inner", group=inside)
    )
    assert statistics(apart["inner"])[ALL, "mean"] is not None


def test_statistics_of_many_entries_of_few_people_are_hidden() -> None:
    table = numbers({ALL: spread(50)}, None)
    few = replace(table.variables[0], behind={(ALL, "known"): 4})
    safe = released(replace(table, variables=(few,)))["n"]
    assert set(statistics(safe).values()) == {None}


def test_known_numbers_are_the_sum_of_their_categories() -> None:
    """A count of all known values beside counts of each of them: one hidden category is not given away."""
    age = Axis("score", "score", tuple(Category(v, v) for v in ("1", "2", "missing")))
    table = CountTable("by_score", "t", "people", (age,), EVERYONE, {("1",): 4, ("2",): 96, ("missing",): 30})
    values: list[float | None] = [1.0] * 4 + [2.0] * 96 + [None] * 30
    found = released(table, numbers({ALL: values}, None))
    cells = shown(found["by_score"])
    assert cells["1",] is None
    summary_ = found["n"]
    assert isinstance(summary_, SafeSummary)
    known = summary_.variables[0].counts[ALL, "known"].count
    assert known is None or cells["2",] is None
    assert summary_.variables[0].counts[ALL, "missing"].count == cells["missing",]


def test_categories_of_a_summary_share_cells_with_tables() -> None:
    members = people(500, 8)
    both = released(counts("t", members, ["sex", "area"]), summary("s", members, "sex"))
    table, safe = both["t"], both["s"]
    assert isinstance(table, SafeTable)
    assert isinstance(safe, SafeSummary)
    for (group, value), cell in safe.variables[0].counts.items():
        assert table.cells[group, value] == cell
    for group, cell in safe.sizes.items():
        assert table.cells[group, ALL] == cell


def test_standardised_differences_follow_from_what_is_printed() -> None:
    by = axis("group", ["cases", "peers"])
    area = axis("area", ["a", "b"])
    split = {("cases", "a"): 30, ("cases", "b"): 70, ("peers", "a"): 50, ("peers", "b"): 50}
    variable = SummarisedVariable("area", "area", area, split, {})
    table = numbers({"cases": spread(100), "peers": spread(100)}, by)
    safe = released(replace(table, variables=(*table.variables, variable)))["n"]
    assert isinstance(safe, SafeSummary)
    score, areas = safe.variables
    assert score.differences == {ALL: SafeNumber(State.SHOWN, 0.0)}
    expected = round((0.3 - 0.5) / math.sqrt((0.3 * 0.7 + 0.25) / 2), 2)
    assert areas.differences["a"] == SafeNumber(State.SHOWN, expected) == SafeNumber(State.SHOWN, -0.42)
    few = {**split, ("cases", "a"): 3, ("cases", "b"): 97}
    hidden = released(replace(table, variables=(SummarisedVariable("area", "area", area, few, {}),)))["n"]
    assert isinstance(hidden, SafeSummary)
    assert hidden.variables[0].differences["a"] == HIDDEN
    three = numbers(dict.fromkeys("abc", spread(100)), axis("group", "abc"))
    safe = released(three)["n"]
    assert isinstance(safe, SafeSummary)
    assert safe.variables[0].differences == {}


# ---- rates --------------------------------------------------------------------------------------------------


def rates_of(
    cells: dict[str, RateCell], years: int = 1000, name: str = "r", outcome: str = "contact"
) -> RateTable:
    own = axis("area", list(cells))
    inner: dict[tuple[str, ...], RateCell] = {(value,): cell for value, cell in cells.items()}
    return RateTable(name, name, outcome, outcome, years, "people", (own,), None, EVERYONE, inner)


def safe_rate(table: SafeAnyTable) -> SafeRate:
    assert isinstance(table, SafeRate)
    return table


def test_a_rate_is_events_by_person_years_with_exact_limits() -> None:
    safe = safe_rate(
        released(rates_of({"a": RateCell(500, 365250, 50, 40), "b": RateCell(400, 365250, 20, 20)}))["r"]
    )
    assert safe.person_years["a",].value == 1000
    cell = safe.rates["a",]
    assert cell.rate.value == 50
    assert cell.lower.value == significant(float(chi2.ppf(0.025, 100) / 2))
    assert cell.upper.value == significant(float(chi2.ppf(0.975, 102) / 2))
    assert safe.rates[ALL,].rate.value == 35


def test_a_rate_is_hidden_with_its_events_and_with_its_person_time() -> None:
    many = RateCell(500, 365250, 50, 40)
    few_events = safe_rate(released(rates_of({"a": RateCell(300, 200000, 4, 4), "b": many, "c": many}))["r"])
    assert few_events.events["a",].state is few_events.rates["a",].rate.state is State.HIDDEN
    assert few_events.person_years["a",].state is State.SHOWN
    few_people = safe_rate(released(rates_of({"a": RateCell(6, 9000, 30, 6), "b": many, "c": many}))["r"])
    assert few_people.person_years["a",].state is few_people.rates["a",].rate.state is State.HIDDEN
    states = [number.state for number in few_people.person_years.values()]
    assert states.count(State.HIDDEN) >= 2, "a total gives a single hidden number away"
    for safe in (few_events, few_people):
        for key, rate_cell in safe.rates.items():
            both = safe.events[key].state is safe.person_years[key].state is State.SHOWN
            assert (rate_cell.rate.state is State.SHOWN) == both


def test_no_event_is_shown_only_where_zeros_are() -> None:
    cells = {"a": RateCell(300, 200000, 0, 0), "b": RateCell(500, 365250, 50, 40)}
    assert safe_rate(released(rates_of(cells))["r"]).events["a",].state is State.HIDDEN
    safe = safe_rate(released(rates_of(cells), policy="welsh_government")["r"])
    assert safe.events["a",].count == 0
    assert (safe.rates["a",].rate.value, safe.rates["a",].lower.value) == (0, 0)
    assert (safe.rates["a",].upper.value or 0) > 0


def test_events_of_few_people_are_hidden() -> None:
    cells = {
        "a": RateCell(300, 200000, 40, 3),
        "b": RateCell(500, 365250, 50, 40),
        "c": RateCell(500, 365250, 55, 40),
    }
    assert safe_rate(released(rates_of(cells))["r"]).events["a",].state is State.HIDDEN


def test_events_of_nearly_everyone_are_hidden() -> None:
    many = RateCell(500, 365250, 50, 40)
    cells = {"a": RateCell(300, 200000, 295, 295), "b": many, "c": many}
    assert safe_rate(released(rates_of(cells))["r"]).events["a",].state is State.HIDDEN


def test_first_events_near_the_size_of_the_cohort_are_hidden() -> None:
    cells = {"a": RateCell(150, 50000, 48, 48), "b": RateCell(150, 50000, 47, 47)}
    size = CountTable("t", "t", "people", (axis("sex", "fm"),), EVERYONE, {("f",): 50, ("m",): 50})
    assert safe_rate(released(rates_of(cells), size)["r"]).events[ALL,].state is State.HIDDEN
    larger = replace(size, counts={("f",): 90, ("m",): 90})
    assert safe_rate(released(rates_of(cells), larger)["r"]).events[ALL,].state is State.SHOWN


def test_first_events_beside_all_events_do_not_tell_few_later_ones() -> None:
    every = rates_of({"a": RateCell(300, 200000, 50, 45), "b": RateCell(500, 365250, 90, 60)})
    first = rates_of(
        {"a": RateCell(300, 190000, 45, 45), "b": RateCell(500, 345250, 60, 60)}, name="f", outcome="first"
    )
    found = released(every, first)
    all_events, first_events = shown(found["r"]), shown(found["f"])
    assert None in (all_events["a",], first_events["a",]), "five later events"
    separate = replace(
        first, cells={("a",): RateCell(300, 190000, 30, 30), ("b",): RateCell(500, 345250, 60, 60)}
    )
    assert None not in shown(released(every, separate)["f"]).values()


def test_events_by_their_own_variable_add_up() -> None:
    members = people(800, 5)
    table = rate("r", members, ["sex"], by_setting=True)
    safe = safe_rate(released(table)["r"])
    assert set(safe.rates) == {(s, e) for s in ("f", "m", ALL) for e in ("ward", "practice", ALL)}
    assert safe.rates["f", "ward"].rate.value == pytest.approx(
        (safe.events["f", "ward"].count or 0) / (safe.person_years["f",].value or 1), rel=0.01
    )
    cells = {key: replace(cell, events=cell.events + 1) for key, cell in table.cells.items()}
    with pytest.raises(CannotProtect, match="do not add up"):
        released(replace(table, cells=cells))


def test_person_time_is_the_same_number_in_all_tables() -> None:
    members = people(300, 6)
    tables = [
        rate("one", members, ["age", "area"]),
        rate("two", members, ["sex", "area"]),
        rate("three", members, ["area"], outcome="first", events_of=lambda member: member.first),
    ]
    found = released(*tables)
    one, two, three = (safe_rate(found[name]).person_years for name in ("one", "two", "three"))
    for area in ("north", "south", "west", ALL):
        assert one[ALL, area] == two[ALL, area] == three[area,]


@pytest.mark.parametrize("events", [0, 1, 7, 10, 95, 1234, 9999, 10_000, 98_765, 3_000_000])
def test_poisson_limits_are_those_of_chi_square(events: int) -> None:
    lower, upper = poisson_limits(events)
    assert lower == pytest.approx(chi2.ppf(0.025, 2 * events) / 2 if events else 0.0)
    assert upper == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2)


# ---- residents ----------------------------------------------------------------------------------------------


def test_rates_of_residents_are_of_the_printed_counts() -> None:
    residents = Denominators(
        10000, "Children under 18", "a source", (0,), ((("a",), 20000), (("b",), 41000), (("c",), 0))
    )
    table = CountTable(
        "t", "t", "people", (axis("area", "abc"), axis("sex", "fm")), EVERYONE,
        {("a", "f"): 30, ("a", "m"): 50, ("b", "f"): 4, ("b", "m"): 88, ("c", "f"): 60, ("c", "m"): 20},
        denominators=residents,
    )  # fmt: skip
    safe = released(table)["t"]
    assert isinstance(safe, SafeTable)
    assert safe.denominators == residents
    assert safe.rates["a", "m"].value == 25.0
    assert safe.rates["b", "f"].state is State.HIDDEN
    assert safe.rates["c", ALL].state is State.IMPOSSIBLE, "there are no residents"
    assert safe.rates[ALL, ALL].value == significant(252 * 10000 / 61000)
    unknown = replace(residents, figures=residents.figures[:2])
    safe = released(replace(table, denominators=unknown))["t"]
    assert isinstance(safe, SafeTable)
    assert safe.rates[ALL, ALL].state is State.IMPOSSIBLE, "a part of the total has no figure"


# ---- all together -------------------------------------------------------------------------------------------


def test_one_system_takes_counts_and_flows_only() -> None:
    with pytest.raises(CannotProtect, match="whole release"):
        protect(RawResults("s", "h", (rates_of({"a": RateCell(1, 1, 0, 0)}),)), SAIL, synthetic=True)


@pytest.mark.parametrize("policy", [SAIL, WELSH])
@pytest.mark.parametrize("seed", range(6))
def test_any_release_has_a_result_or_a_reason(seed: int, policy: object) -> None:
    size = [0, 1, 6, 30, 120, 400][seed]
    members = people(size, seed, again=0.3 * (seed % 2))
    tables = (
        flow("flow", members, members, units=True),
        counts("three", members, ["sex", "area", "kind"]),
        summary("sexes", members, "sex"),
        summary("all", members, None),
        rate("ages", members, ["age", "area"], by_setting=True),
        rate("first", members, ["sex"], outcome="first", events_of=lambda member: member.first),
    )
    raw = RawResults("s", "h", tables)
    refusal = ""
    try:
        one = protect_release(raw, policy, synthetic=True)  # type: ignore[arg-type]
    except CannotProtect as refused:
        refusal = re.sub("`[^`]*`", "", str(refused))
    if refusal:
        assert size < 200
        assert not re.search(r"\d", refusal), "a refusal tells no count"
        return
    assert one == protect_release(raw, policy, synthetic=True)  # type: ignore[arg-type]
    assert all(f"table {name}:" in "\n".join(one.log) for name in ("flow", "three", "sexes: area", "first"))
