"""Tables of summaries on the reference engine, with numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cohort.engines.reference.statistics import number_summary
from cohort.query.study import GROUP, Peers, Population, Style
from cohort.query.values import Arithmetic, Fact, Literal
from cohort.results.denominators import Denominators
from cohort.results.model import ALL, CountTable, NumberSummary, SummaryTable
from cohort.types import DECIMAL, WHOLE

from .studies import CODE, HERE, Held, count, run, study, summaries, variable

PEOPLE = Held(
    "people",
    "child number start code score size",
    "1 1 2004-01-01 A 4 0.5",
    "2 2 2004-01-01 A 1 1.5",
    "3 3 2004-01-01 A - 0.0004",
    "4 4 2004-01-01 B 10 -",
    "5 5 2004-01-01 - 7 -2.0004",
    "6 6 2004-01-01 Z 7 -",
)
VARIABLES = (
    variable("code", Fact("people", "code", CODE), "A", "B"),
    variable("score", Fact("people", "score", WHOLE)),
    variable("size", Fact("people", "size", DECIMAL)),
)
POPULATION = Population("people", PEOPLE.column("start"), (), HERE)


def table_of(
    *names: str, by: str | None = None, style: Style = Style.TABLE_ONE, **parts: Any
) -> SummaryTable:
    output = summaries(*names, by=by, style=style)
    whole = study(PEOPLE, population=POPULATION, variables=VARIABLES, outputs=(output,), **parts)
    table = run(whole, PEOPLE).tables()[0]
    assert isinstance(table, SummaryTable)
    return table


def test_categories_and_numbers_of_all_together() -> None:
    table = table_of("code", "score")
    assert (table.style, table.counted, table.by) == ("table one", "children", None)
    code, score = table.variables
    assert code.counts == {(ALL, "A"): 3, (ALL, "B"): 1, (ALL, "missing"): 1, (ALL, "other"): 1}
    assert code.axis is not None
    assert [category.value for category in code.axis.categories] == ["A", "B", "other", "missing"]
    assert (code.numbers, code.behind, score.counts, score.axis) == ({}, {}, {}, None)
    # Known: 1, 4, 7, 7, 10. A quarter of five is 1.25 people, so the second; half the third; three quarters the fourth.
    assert score.numbers == {ALL: NumberSummary(5, 1, 29.0, 215.0, ((25, 4.0), (50, 7.0), (75, 7.0)))}


def test_numbers_by_group() -> None:
    table = table_of("score", "size", by="code")
    assert table.by is not None
    assert [category.value for category in table.by.categories] == ["A", "B", "other", "missing"]
    score, size = table.variables
    assert score.numbers == {
        "A": NumberSummary(2, 1, 5.0, 17.0, ((25, 1.0), (50, 1.0), (75, 4.0))),
        "B": NumberSummary(1, 0, 10.0, 100.0, ((25, 10.0), (50, 10.0), (75, 10.0))),
        "missing": NumberSummary(1, 0, 7.0, 49.0, ((25, 7.0), (50, 7.0), (75, 7.0))),
        "other": NumberSummary(1, 0, 7.0, 49.0, ((25, 7.0), (50, 7.0), (75, 7.0))),
    }
    # Thousandths: 500, 1500 and 0 (0.4 rounded down); -2000.4 is rounded to -2000.
    assert size.numbers["A"] == NumberSummary(3, 0, 2.0, 2.5, ((25, 0.0004), (50, 0.5), (75, 1.5)))
    assert size.numbers["B"] == NumberSummary(0, 1, 0.0, 0.0, ())
    assert size.numbers["missing"].total == -2.0


@pytest.mark.parametrize(
    ("style", "per_cents"),
    [
        (Style.TABLE_ONE, (25, 50, 75)),
        (Style.BALANCE, (25, 50, 75)),
        (Style.DISTRIBUTION, (5, 25, 50, 75, 95)),
    ],
)
def test_quantiles_of_each_style(style: Style, per_cents: tuple[int, ...]) -> None:
    table = table_of("score", style=style)
    assert table.style == style.value
    assert tuple(per_cent for per_cent, _ in table.variables[0].numbers[ALL].quantiles) == per_cents


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ((5, 1.0), (25, 1.0), (50, 1.0), (95, 1.0))),
        (4, ((5, 1.0), (25, 1.0), (50, 2.0), (95, 4.0))),
        (20, ((5, 1.0), (25, 5.0), (50, 10.0), (95, 19.0))),
        (21, ((5, 2.0), (25, 6.0), (50, 11.0), (95, 20.0))),
        (100, ((5, 5.0), (25, 25.0), (50, 50.0), (95, 95.0))),
        (200, ((5, 10.0), (25, 50.0), (50, 100.0), (95, 190.0))),
    ],
)
def test_a_quantile_is_the_smallest_value_that_enough_do_not_exceed(
    number: int, expected: tuple[tuple[int, float], ...]
) -> None:
    values = [*range(number, 0, -1), None]
    assert number_summary(values, (5, 25, 50, 95)).quantiles == expected


def test_totals_do_not_depend_on_the_order() -> None:
    values = [0.1] * 10 + [1e9, -1e9]
    assert number_summary(values, ()) == number_summary(values[::-1], ())
    assert number_summary([0.1] * 10, ()).total == 1.0
    assert number_summary([0.0005], ()).total == 0.001


def test_many_entries_and_peers_say_how_many_people_are_behind() -> None:
    held = Held(
        "people",
        "child number start code score",
        "1 1 2004-01-01 A 4",
        "1 2 2004-02-01 A -",
        "2 3 2004-01-01 A 5",
    )
    score = Arithmetic("+", Literal(1, WHOLE), Literal(2, WHOLE))
    whole = study(
        held,
        population=Population("people", held.column("start"), (), HERE, many=True),
        variables=(variable("score", score), variable("code", Literal("A", CODE), "A")),
        outputs=(summaries("score", "code"),),
    )
    (table,) = run(whole, held).tables()
    assert isinstance(table, SummaryTable)
    number, code = table.variables
    assert table.counted == "entries"
    assert (number.numbers[ALL].known, number.behind) == (3, {(ALL, "known"): 2})
    assert (code.counts, code.behind) == ({(ALL, "A"): 3}, {(ALL, "A"): 2})


def test_the_balance_between_cases_and_peers() -> None:
    exact = (("code", Fact("people", "code", CODE)),)
    peers = Peers("peers", "people", (), exact, None, 1, True, 1, HERE)
    table = table_of("score", "code", by=GROUP, style=Style.BALANCE, peers=peers)
    assert table.by is not None
    assert (table.by.variable, [c.value for c in table.by.categories]) == (GROUP, ["cases", "peers"])
    score, code = table.variables
    # All six are cases; only the three with code A have somebody like them.
    assert (score.numbers["cases"].known, score.numbers["cases"].missing) == (5, 1)
    assert code.counts[("peers", "A")] == 3
    assert sum(code.counts.values()) == 9
    assert code.behind[("cases", "A")] == 3
    assert score.behind[("cases", "missing")] == 1


def test_counts_pass_denominators_on() -> None:
    figures = Denominators(10000, "Residents", "Office", (0,), ((("A",), 500),))
    output = replace(count("code"), denominators=figures)
    whole = study(PEOPLE, population=POPULATION, variables=VARIABLES, outputs=(output,))
    (table,) = run(whole, PEOPLE).tables()
    assert isinstance(table, CountTable)
    assert table.denominators is figures
    assert table.behind == {}
