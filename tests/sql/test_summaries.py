"""Summaries on DuckDB, worked by hand: no rows, missing values, ties, the row outside, entries; and their text."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from cohort.plan.names import INDEX_DATES
from cohort.query.calls import Apply
from cohort.query.rows import Add, AsUnit, ForEachEntry, LiteralRows, NamedRows, Rows, Where
from cohort.query.summaries import Covered, Outer, RowsOf, Summary, summary_type
from cohort.query.values import (
    And,
    Arithmetic,
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
)
from cohort.sql import DialectName, compile_steps
from cohort.sql.model import CannotCompile
from cohort.sql.pieces import Pieces
from cohort.sql.scope import Namespace
from cohort.sql.statements import MadeFrom, compiled
from cohort.sql.summaries import scope_over
from cohort.sql.values import scalar
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE

from .plans import BINDING, KEY, database, day, plan, run, table, whole


def date(text: str | None) -> datetime.date | None:
    return None if text is None else datetime.date.fromisoformat(text)


def rows(*lines: tuple[Any, ...]) -> Rows:
    """Spells of children with a number, an amount, a start and the first day outside."""
    columns = (("child", KEY), ("number", WHOLE), ("amount", DECIMAL), ("start_date", DATE), ("until", DATE))
    held = tuple(
        (child, number, None if amount is None else Decimal(amount), date(start), date(until))
        for child, number, amount, start, until in lines
    )
    given = LiteralRows("moves", columns, ("number",), held)
    return AsUnit(given, "child", ("start_date", "until"))


MOVES = rows(
    (1, 1, "0.1", "2020-01-01", "2020-01-11"),
    (1, 2, "0.2", "2020-01-06", "2020-01-16"),
    (1, 3, None, "2020-01-06", "2020-01-06"),
    (1, 4, "0.7", "2020-02-01", "2020-02-11"),
    (1, 5, "-5.0", "2020-03-01", "2020-02-01"),
    (2, 1, None, None, "2020-01-11"),
    (None, 1, "9.5", "2020-01-01", "2020-01-11"),
)
NAMED = NamedRows("moves", MOVES.shape)
OF = RowsOf("moves", False, MOVES.shape.order)
ENTRIES = LiteralRows(
    INDEX_DATES,
    (("child", KEY), ("index_date", DATE)),
    ("child", "index_date"),
    tuple(
        (child, date(text))
        for child, text in ((1, "2020-01-06"), (1, "2020-02-05"), (2, "2020-01-06"), (3, "2020-01-06"))
    ),
)
AT_ENTRIES = ForEachEntry(NAMED)
NUMBER, AMOUNT, START, UNTIL = (MOVES.shape.column(n) for n in ("number", "amount", "start_date", "until"))


def of_moves(
    function: str, condition: Value | None = None, of: Value | None = None, order: str | None = None
) -> Summary:
    return Summary(function, OF, condition, of, order, summary_type(function, of.type if of else None))


def found(outside: Rows, *values: Value, **named: Rows) -> list[tuple[Any, ...]]:
    """What values are for each of the rows outside, in the order of those rows."""
    before = {INDEX_DATES: ENTRIES, "moves": MOVES, **named}
    tables = [table(name, rows, rows.shape.unit or "child") for name, rows in before.items()]
    added = Add(outside, tuple((f"answer_{n}", value) for n, value in enumerate(values)))
    script = compile_steps(plan(*tables, table("found", added)), DialectName.DUCKDB, BINDING)
    names = ", ".join(f"answer_{n}" for n in range(len(values)))
    order = ", ".join(f"{name} NULLS LAST" for name in outside.shape.owner + outside.shape.key)
    with database() as connection:
        run(script, connection)
        return connection.execute(f"SELECT {names} FROM found ORDER BY {order}").fetchall()


CHILDREN = AsUnit(
    LiteralRows(
        "children",
        (("child", KEY), ("born", DATE)),
        ("child",),
        ((1, date("2019-12-27")), (2, None), (3, None)),
    ),
    "child",
)

NOBODY = Compare(">", NUMBER, whole(99))


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (of_moves("count"), [5, 1, 0]),
        (of_moves("count", NOBODY), [0, 0, 0]),
        (of_moves("any"), [1, 1, 0]),
        (of_moves("none"), [0, 0, 1]),
        (of_moves("any", Compare("=", AMOUNT, Literal(Decimal("0.7"), DECIMAL))), [1, 0, 0]),
        (of_moves("none", Compare("=", AMOUNT, Literal(Decimal("0.7"), DECIMAL))), [0, 1, 1]),
        (of_moves("count_distinct", None, START), [4, 0, 0]),
        (of_moves("total", None, NUMBER), [15, 1, 0]),
        (of_moves("total", None, AMOUNT), [-4.0, 0.0, 0.0]),
        (
            of_moves("total", None, Arithmetic("*", NUMBER, whole(2**31 - 1))),
            [15 * (2**31 - 1), 2**31 - 1, 0],
        ),
        (of_moves("mean", None, NUMBER), [3.0, 1.0, None]),
        (of_moves("mean", None, AMOUNT), [-1.0, None, None]),
        (of_moves("mean", NOBODY, NUMBER), [None, None, None]),
        # 0.1 and 0.2 lie in the middle of four; of five numbers the third.
        (of_moves("median", None, AMOUNT), [(0.1 + 0.2) / 2, None, None]),
        (of_moves("median", None, NUMBER), [3.0, 1.0, None]),
        (of_moves("median", Compare("<", NUMBER, whole(3)), NUMBER), [1.5, 1.0, None]),
        (of_moves("smallest", None, AMOUNT), [-5.0, None, None]),
        (of_moves("largest", None, START), [date("2020-03-01"), None, None]),
        # Amounts of four of five rows are known, and one of them is below nought.
        (of_moves("share", None, Compare("<", AMOUNT, whole(0))), [0.25, None, None]),
        (of_moves("share", NOBODY, Compare("<", AMOUNT, whole(0))), [None, None, None]),
        (of_moves("first", None, NUMBER, "start_date"), [1, None, None]),
        (of_moves("last", None, NUMBER, "start_date"), [5, None, None]),
        # Two rows begin on one day: the key decides, whichever end is taken. A missing value is a value here.
        (of_moves("first", Compare("=", START, day("2020-01-06")), NUMBER, "start_date"), [2, None, None]),
        (of_moves("last", Compare("=", START, day("2020-01-06")), NUMBER, "start_date"), [2, None, None]),
        (of_moves("first", Compare("=", NUMBER, whole(3)), AMOUNT, "start_date"), [None, None, None]),
        (of_moves("last", None, START, "until"), [date("2020-02-01"), None, None]),
    ],
)
def test_summaries_of_rows_and_of_no_rows(summary: Summary, expected: list[Any]) -> None:
    assert [line[0] for line in found(CHILDREN, summary)] == expected


def test_order_of_adding_does_not_matter() -> None:
    """Added as they are, these numbers would give another sum in another order."""
    numbers = ["1000000000.1", "-1000000000.1", "0.1", "0.2", "0.3", "1E-7"]
    for turn in (numbers, numbers[::-1], numbers[3:] + numbers[:3]):
        held = rows(*((1, n, amount, None, None) for n, amount in enumerate(turn)))
        assert found(CHILDREN, of_moves("total", None, AMOUNT), moves=held)[0] == (0.6,)


EARLIER = Compare("<", START, Outer("start_date", DATE))


def test_the_row_outside() -> None:
    before = of_moves("count", EARLIER)
    same_day = of_moves("count", Compare("=", START, Outer("start_date", DATE)))
    of_outside = of_moves("largest", EARLIER, Outer("number", WHOLE))
    lines = found(NAMED, before, same_day, of_outside)
    # Rows 2 and 3 begin on one day; the child without a start and the row of nobody find nothing.
    assert lines == [(0, 1, None), (1, 2, 2), (1, 2, 3), (3, 1, 4), (4, 1, 5), (0, 0, None), (0, 0, None)]


def test_a_summary_inside_a_summary_sees_the_row_around_it() -> None:
    """How many rows have two or more rows of the same child before them."""
    two_before = Compare(">=", of_moves("count", EARLIER), whole(2))
    assert [line[0] for line in found(CHILDREN, of_moves("count", two_before))] == [2, 0, 0]
    beside = And((two_before, Compare("<=", START, Outer("born", DATE))))
    assert [line[0] for line in found(CHILDREN, of_moves("count", beside))] == [0, 0, 0]


def test_rows_up_to_the_index_date_of_each_entry() -> None:
    until_then = of_moves("count", Compare("<=", START, IndexDate()))
    entries = NamedRows(INDEX_DATES, replace(AT_ENTRIES.shape, columns=ENTRIES.columns, key=("index_date",)))
    assert [line[0] for line in found(entries, until_then)] == [3, 4, 0, 0]
    # The same for each row beside each entry; this child's two entries have five rows each.
    assert [line[0] for line in found(AT_ENTRIES, until_then)] == [*[3] * 5, *[4] * 5, 0]


def test_rows_of_entries_belong_to_one_entry() -> None:
    soon = Where(AT_ENTRIES, Compare("<=", START, IndexDate()))
    of_entry = Summary("count", RowsOf("soon", True, soon.shape.order), None, None, None, WHOLE)
    entries = NamedRows(INDEX_DATES, replace(AT_ENTRIES.shape, columns=ENTRIES.columns, key=("index_date",)))
    assert [line[0] for line in found(entries, of_entry, soon=soon)] == [3, 4, 0, 0]
    with pytest.raises(CannotCompile, match="index date"):
        found(CHILDREN, of_entry, soon=soon)


def test_facts_inside_a_summary() -> None:
    born = Fact("children", "born", DATE)
    later = of_moves("count", Compare(">", START, ShiftDate(born, 10, "day")))
    children = replace(CHILDREN.shape, one_per_unit=True)
    assert [line[0] for line in found(NamedRows("children", children), later, children=CHILDREN)] == [2, 0, 0]


def covered(function: str, start: Value, end: Value | None = None, **further: Any) -> Covered:
    return Covered(function, OF, ("start_date", "until"), start, end, **further)


FIRST = day("2020-01-01")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Spells from the 1st until the 16th of January, and ten days of February; one is empty, one reversed.
        (covered("days_covered", FIRST, day("2021-01-01")), [25, 0, 0]),
        (covered("days_covered", day("2020-01-10"), day("2020-02-02")), [7, 0, 0]),
        (covered("days_covered", day("2020-01-10"), day("2020-02-02"), end_included=True), [8, 0, 0]),
        (covered("days_covered", day("2020-02-02"), day("2020-01-10")), [0, 0, 0]),
        (covered("days_covered", day("2020-01-10"), day("2020-01-10"), end_included=True), [1, 0, 0]),
        (covered("days_covered", FIRST, Literal(None, DATE)), [None, None, None]),
        (covered("days_covered", day("0001-01-01"), day("9999-12-31"), end_included=True), [25, 0, 0]),
        (covered("days_covered", Fact("children", "born", DATE), day("2021-01-01")), [25, None, None]),
        (
            covered("first_day_covered", day("2020-01-16"), day("2021-01-01")),
            [date("2020-02-01"), None, None],
        ),
        (
            covered("first_day_covered", day("2020-01-15"), day("2021-01-01")),
            [date("2020-01-15"), None, None],
        ),
        (covered("first_day_covered", day("2020-01-16"), day("2020-02-01")), [None, None, None]),
        (covered("day_reached", FIRST, days=1), [date("2020-01-01"), None, None]),
        (covered("day_reached", FIRST, days=15), [date("2020-01-15"), None, None]),
        (covered("day_reached", FIRST, days=16), [date("2020-02-01"), None, None]),
        (covered("day_reached", FIRST, days=25), [date("2020-02-10"), None, None]),
        (covered("day_reached", FIRST, days=26), [None, None, None]),
        (covered("day_reached", day("2020-01-15"), days=2), [date("2020-02-01"), None, None]),
    ],
)
def test_covered_days(value: Covered, expected: list[Any]) -> None:
    children = NamedRows("children", replace(CHILDREN.shape, one_per_unit=True))
    assert [line[0] for line in found(children, value, children=CHILDREN)] == expected


def test_periods_of_each_row() -> None:
    """Each row asks for the ten days from its own start; nobody's row covers nothing, a missing start is missing."""
    ten = covered("days_covered", START, ShiftDate(START, 10, "day"))
    assert [line[0] for line in found(NAMED, ten)] == [10, 10, 10, 10, 0, None, 0]


def test_rows_with_one_row_for_each_unit_summarise_themselves() -> None:
    once = NamedRows("children", replace(CHILDREN.shape, one_per_unit=True))
    same_birth = Compare("=", CHILDREN.shape.column("born"), Outer("born", DATE))
    of_children = RowsOf("children", False, CHILDREN.shape.order)
    value = Summary("count", of_children, same_birth, None, None, WHOLE)
    assert found(once, value, children=CHILDREN) == [(1,), (0,), (0,)]


@pytest.mark.parametrize("once", [True, False])
def test_variables_that_are_columns_of_the_rows_outside(once: bool) -> None:
    """A step of the population asks for rows by a variable, also from inside a summary in a summary."""
    limit = VariableValue("number_of", WHOLE)
    few = of_moves("count", Compare("<=", NUMBER, limit))
    # Rows that have at most two rows of the child, up to the limit, before them.
    before = And((EARLIER, Compare("<=", NUMBER, limit)))
    deep = of_moves("count", Compare("<=", of_moves("count", before), whole(1)))
    names = Namespace(BINDING, "child", "")
    names.add_table("entries", (("child", KEY), ("index_date", DATE), ("number_of", WHOLE)))
    names.add_table("moves", MOVES.shape.columns)
    pieces = Pieces(names, "found")
    scope = scope_over(pieces, pieces.table("entries", once=once, variables_are_columns=True), (few, deep))
    answers = [scalar(value, scope).label(name) for name, value in (("few", few), ("deep", deep))]
    select = sa.select(scope.unit, scope.variable(limit).label("up_to"), *answers).select_from(scope.rows)
    columns = (("child", KEY), ("up_to", WHOLE), ("few", WHOLE), ("deep", WHOLE))
    text = compiled(MadeFrom("found", columns, tuple(pieces.done), select), DialectName.DUCKDB)
    moves = compile_steps(plan(table("moves", MOVES)), DialectName.DUCKDB, BINDING)
    with database() as connection:
        run(moves, connection)
        connection.execute("CREATE TABLE entries (child BIGINT, index_date DATE, number_of INTEGER)")
        connection.execute(
            "INSERT INTO entries VALUES (1, '2020-01-01', 2), (1, '2020-01-02', 4), (2, '2020-01-01', NULL)"
        )
        connection.execute(text)
        lines = connection.execute("SELECT * FROM found ORDER BY ALL NULLS LAST").fetchall()
    assert lines == [(1, 2, 2, 3), (1, 4, 4, 3), (2, None, 0, 1)]


# How they are written -----------------------------------------------------------------------------------------


def text(outside: Rows, *values: Value) -> str:
    before = {INDEX_DATES: ENTRIES, "moves": MOVES}
    tables = [table(name, rows, "child") for name, rows in before.items()]
    added = Add(outside, tuple((f"answer_{n}", value) for n, value in enumerate(values)))
    script = compile_steps(plan(*tables, table("found", added)), DialectName.DUCKDB, BINDING)
    return script.parts[-1].text


def test_the_same_summary_is_worked_out_once() -> None:
    twice = of_moves("count", EARLIER)
    once = text(NAMED, twice)
    assert text(NAMED, twice, Arithmetic("+", twice, whole(1))).count("COUNT(*) AS answer") == 1
    other = of_moves("total", EARLIER, NUMBER)
    # What two summaries are looked up for is one SELECT as well.
    assert text(NAMED, twice, other).count("SELECT DISTINCT") == once.count("SELECT DISTINCT") == 1


def test_a_summary_of_the_unit_alone_needs_no_list_of_units() -> None:
    assert "SELECT DISTINCT" not in text(NAMED, of_moves("count", Compare(">", START, FIRST)))


def test_many_summaries_are_joined_in_batches() -> None:
    many = tuple(of_moves("count", Compare(">", NUMBER, whole(n))) for n in range(450))
    written = text(NAMED, *many)
    assert max(part.count("LEFT JOIN") for part in written.split("SELECT")) <= 100
    assert written.count("COUNT(*) AS answer") == 450


def test_a_row_outside_is_needed_for_its_columns() -> None:
    with pytest.raises(CannotCompile, match="outside"):
        text(NAMED, Compare("=", START, Outer("start_date", DATE)))


def test_a_variable_needs_an_index_date_unless_it_is_the_persons() -> None:
    unknown = VariableValue("moves", DATE)
    with pytest.raises(CannotCompile, match="without an index date"):
        text(NAMED, IsMissing(Not(Compare("=", unknown, START))))


# Depth --------------------------------------------------------------------------------------------------------


def nested(levels: int, kind: str) -> Value:
    """A value of many levels, each of which SQL could only write by repeating the level below."""
    value: Value = NUMBER if kind in ("condition", "modulo", "sum", "summary") else START
    yes: Value = Compare("=", NUMBER, whole(1))
    for _ in range(levels):
        match kind:
            case "condition":
                yes = Compare("=", yes, Literal(True, BOOLEAN))
            case "logic":
                yes = Not(And((yes, Compare("=", NUMBER, whole(2)))))
            case "summary":
                value = of_moves("count", Compare(">", value, whole(0)))
            case "sum":
                value = Arithmetic("-", whole(1), value)
            case "modulo":
                value = Apply("modulo", (whole(7), value))
            case "latest":
                value = Extreme(True, True, (value, START))
            case "covered":
                value = covered("first_day_covered", value, day("2021-01-01"))
            case _:
                raise AssertionError(kind)
    return yes if kind in ("condition", "logic") else value


@pytest.mark.parametrize("kind", ["condition", "logic", "summary", "sum", "modulo", "latest", "covered"])
def test_sixty_levels_are_a_text_of_bearable_length(kind: str) -> None:
    short, long = (len("".join(text(NAMED, nested(levels, kind)).split())) for levels in (30, 60))
    assert long < 2.5 * short
    assert len(found(NAMED, nested(60, kind))) == 7
