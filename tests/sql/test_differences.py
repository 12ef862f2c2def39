"""What two scripts do differently is told word by word, and alike changes are told once."""

from __future__ import annotations

import dataclasses

import pytest

from cohort.query.rows import Add
from cohort.query.values import Arithmetic, Column, DaysBetween, ShiftDate
from cohort.sql import DialectName, Script, compile_steps
from cohort.sql.differences import differences
from cohort.types import DATE

from .plans import BINDING, day, held, plan, table, whole

FIRST, LAST = Column("first_day", DATE), Column("last_day", DATE)


def scripts(*names: DialectName, study: str = "example_study") -> list[Script]:
    rows, _ = held(("first_day", DATE), ("last_day", DATE))
    added = Add(
        rows,
        (
            ("days_there", DaysBetween(FIRST, LAST)),
            ("days_back", DaysBetween(LAST, FIRST)),
            ("later", ShiftDate(FIRST, 2, "month")),
            ("fixed", DaysBetween(FIRST, day("2020-01-31"))),
        ),
    )
    made = dataclasses.replace(plan(table("same", rows), table("found", added)), study=study)
    return [compile_steps(made, name, BINDING) for name in names]


def test_alike_changes_are_told_once_with_how_often() -> None:
    told = differences(*scripts(DialectName.DB2, DialectName.DUCKDB))
    assert "| `(DAYS(a) - DAYS(b))` | `date_diff('…', b, a)` | 2 |" in told
    assert "| `(a + … MONTHS)` | `CAST(a + to_months(…) AS DATE)` | 1 |" in told
    assert "| `DATE('…')` | `DATE '…'` | 1 |" in told
    assert "Of 2 queries, 1 are the same word for word." in told
    assert "| counts of rows and units after a table | 2 | 0 |" in told


def test_words_that_one_script_has_and_the_other_lacks() -> None:
    rows, _ = held(("first_day", DATE), ("last_day", DATE))
    weeks = Add(rows, (("weeks", Arithmetic("/", DaysBetween(FIRST, LAST), whole(7))),))
    pair = (DialectName.DB2, DialectName.POSTGRESQL)
    one, other = (compile_steps(plan(table("found", weeks)), name, BINDING) for name in pair)
    assert "| (nothing) | `PRECISION` |" in differences(one, other)
    assert "| `PRECISION` | (nothing) |" in differences(other, one)


def test_a_script_and_itself() -> None:
    one, other = scripts(DialectName.DB2, DialectName.DB2)
    told = differences(one, other)
    assert "Of 2 queries, 2 are the same word for word." in told
    assert told.endswith("|---|---|---:|\n")


def test_scripts_of_two_studies_are_not_compared() -> None:
    (one,) = scripts(DialectName.DB2)
    (other,) = scripts(DialectName.DUCKDB, study="another_study")
    with pytest.raises(ValueError, match="different studies"):
        differences(one, other)
