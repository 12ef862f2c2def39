"""Db2 text of every operation on rows, every function and every summary: the grammar reads it. Nothing ran on Db2."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from cohort.plan.names import INDEX_DATES
from cohort.query.calls import Apply, Figure, Lookup, Pick, StartsWith
from cohort.query.functions import SCALARS
from cohort.query.rows import (
    Add,
    AsUnit,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    LinkUnit,
    LiteralRows,
    NamedRows,
    OfRelated,
    OnePer,
    PairUnits,
    Rename,
    Rows,
    Union,
    Where,
    walk_rows,
)
from cohort.query.summaries import COVERED, FUNCTIONS, Covered, Outer, RowsOf, Summary, summary_type
from cohort.query.values import And, Compare, Extreme, IndexDate, InSet, Literal, Value
from cohort.sql import DialectName, compile_steps
from cohort.sql.functions import FUNCTIONS as WRITTEN
from cohort.types import DATE, DECIMAL, WHOLE, Kind

from .db2_grammar import unparsable
from .plans import CODE, KEY, RETURNED, SAIL, TEXT, code, day, held, missing, plan, table, whole

PEOPLE, _ = held(
    ("child", KEY),
    ("number", WHOLE),
    ("amount", DECIMAL),
    ("status", CODE),
    ("returned", RETURNED),
    ("start_date", DATE),
    ("end_date", DATE),
    key=("number",),
)
MOVES = AsUnit(PEOPLE, "child", ("start_date", "end_date"))
NAMED = NamedRows("moves", MOVES.shape)
FIGURES = LiteralRows(
    "figures",
    (("area", TEXT), ("residents", WHOLE), ("since", DATE)),
    ("area",),
    (("it's", 1, None), (None, -2, day("2020-02-29").value)),
)
PAIRS = PairUnits(NAMED, "number", ("start_date", "end_date"))
BESIDE = ForEachEntry(NAMED)
FRAME = LiteralRows(INDEX_DATES, (("child", KEY), ("index_date", DATE)), ("child",), ())
OF = RowsOf("moves", False, MOVES.shape.order)
START, END, NUMBER, AMOUNT, STATUS = (
    MOVES.shape.column(name) for name in ("start_date", "end_date", "number", "amount", "status")
)
EARLIER = And((Compare("<", START, Outer("start_date", DATE)), Compare("<", START, IndexDate())))


def statements(rows: Rows) -> list[str]:
    """All statements of a plan with these rows last."""
    named: dict[str, Rows] = {
        INDEX_DATES: FRAME,
        "moves": MOVES,
        "figures": FIGURES,
        "pairs": PAIRS,
        "found": rows,
    }
    tables = [table(name, made, made.shape.unit or made.shape.names[0]) for name, made in named.items()]
    script = compile_steps(plan(*tables), DialectName.DB2, SAIL)
    return [statement.text for statement in script.statements if statement.kind == "fill"]


def read(rows: Rows) -> str:
    """Check that the grammar reads the statement of some rows, and return it on one line."""
    text = statements(rows)[-1]
    assert unparsable(text) == []
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", text))


ROWS: tuple[Rows, ...] = (
    PEOPLE,
    NAMED,
    FIGURES,
    Where(NAMED, Compare("=", NUMBER, whole(1))),
    Add(NAMED, (("further", NUMBER),)),
    Rename(NAMED, (("amount", "money"),)),
    MOVES,
    KeepOne(BESIDE, True, "start_date", ("child", "index_date"), 2),
    OnePer(NAMED, ("status",)),
    JoinSpells(NAMED, "start_date", "end_date", 1, ("status",)),
    Union((NAMED, NAMED)),
    BESIDE,
    OfRelated(NAMED, NamedRows("pairs", PAIRS.shape), "related"),
    PAIRS,
    PairUnits(NAMED, "status"),
    LinkUnit(PEOPLE, "number", PEOPLE, "number", "child", "person", drop_unlinked=True),
    CloseSpells(NAMED, "start_date", "end_date", "returned", whole(202021), day("2021-04-01")),
)


def test_every_operation_is_among_them() -> None:
    assert {type(node) for rows in ROWS for node in walk_rows(rows)} == set(get_args(Rows))


@pytest.mark.parametrize("rows", ROWS, ids=lambda rows: type(rows).__name__)
def test_every_operation_is_read(rows: Rows) -> None:
    read(rows)


_PARTS: dict[Kind, Value] = {Kind.DATE: START, Kind.WHOLE: NUMBER, Kind.DECIMAL: AMOUNT}


def test_every_function_is_read() -> None:
    values = []
    for name, function in SCALARS.items():
        kinds = [Kind.DECIMAL if Kind.DECIMAL in kinds else min(kinds) for kinds in function.takes]
        values.append((f"with_{name}", Apply(name, tuple(_PARTS[kind] for kind in kinds))))
    assert {name.removeprefix("with_") for name, _ in values} == set(WRITTEN)
    read(Add(NAMED, tuple(values)))


def test_every_summary_is_read() -> None:
    condition = Compare(">", AMOUNT, whole(0))
    values: list[tuple[str, Value]] = []
    for function, has_value in FUNCTIONS.items():
        of = condition if function == "share" else AMOUNT if has_value else None
        order = "start_date" if function in ("first", "last") else None
        type_ = summary_type(function, None if of is None else of.type)
        values.append((f"with_{function}", Summary(function, OF, EARLIER, of, order, type_)))
    for function in COVERED:
        reached = function == "day_reached"
        end = None if reached else IndexDate()
        value = Covered(
            function, OF, ("start_date", "end_date"), START, end, not reached, 9 if reached else 0
        )
        values.append((f"with_{function}", value))
    read(Add(BESIDE, tuple(values)))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (StartsWith(STATUS, ("A%", "B")), "(status LIKE 'A!%%' ESCAPE '!' OR status LIKE 'B%')"),
        (
            Lookup(STATUS, (("A", "it's"), ("B", "it's"), ("C", "c")), "list", TEXT),
            "CASE WHEN status IN ('A', 'B') THEN 'it''s' WHEN status IN ('C') THEN 'c' END",
        ),
        (
            Pick(Compare("=", NUMBER, whole(1)), whole(2), AMOUNT, DECIMAL),
            "THEN CAST(2 AS DOUBLE) ELSE amount END",
        ),
        (InSet(STATUS, (code("A"),)), "CASE WHEN status IN ('A') THEN 1 WHEN status IS NOT NULL THEN 0 END"),
        (Apply("school_year_end", (START, whole(11))), "DATE('2000-08-31') + ("),
        (Apply("modulo", (NUMBER, whole(7))), "MOD(MOD(CAST(number AS BIGINT), 7) + 7, 7)"),
        (
            Extreme(True, True, (START, END)),
            "GREATEST(COALESCE(start_date, end_date), COALESCE(end_date, start_date))",
        ),
        (
            Extreme(False, True, (START, END, day("2020-01-01"))),
            "COALESCE(start_date, DATE('9999-12-31')), COALESCE(end_date, DATE('9999-12-31')), ",
        ),
        (
            Summary("total", OF, None, AMOUNT, None, DECIMAL),
            "CAST( SUM(CAST(FLOOR(amount * 1000000.0E0 + 0.5E0) AS DECIMAL(31, 0))) AS DOUBLE ) / 1000000.0E0",
        ),
        (
            Figure("figures", "residents", (("area", missing(TEXT)),), WHOLE),
            "LEFT JOIN SAILW9999V.example_study_figures AS figures ON figures.area = CAST(NULL AS VARCHAR(80))",
        ),
        (Literal(None, KEY), "CAST(NULL AS BIGINT)"),
    ],
)
def test_what_is_written(value: Value, expected: str) -> None:
    text = read(Add(NAMED, (("answer", value),)))
    # Where lines are broken, blanks stand inside brackets.
    assert expected.replace(" ", "") in text.replace(" ", "")


def test_rows_brought_by_a_study_are_typed() -> None:
    text = re.sub(r"\s+", " ", statements(NAMED)[2])
    assert "VALUES ('it''s', 1, CAST(NULL AS DATE))" in text
    assert (
        "(CAST(NULL AS VARCHAR(80)), (-2), DATE('2020-02-29'))) AS given_rows (area, residents, since)"
        in text
    )
    assert "FROM SYSIBM.SYSDUMMY1 WHERE 0 = 1" in re.sub(r"\s+", " ", statements(NAMED)[0])
