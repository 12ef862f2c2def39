"""Whether names of conditions match what a study reads: patterns, data sets, published series."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from re import Pattern, compile, escape

from cohort.catalogue.predicates import ColumnTest
from cohort.caveats.profile import HeldName, Profile, Test

SERIES = ("agg-", "eng-")
"""How ids of published series begin."""


@cache
def _pattern(text: str) -> Pattern[str]:
    return compile(".*".join(escape(part) for part in text.split("*")))


def matches(pattern: str, name: str) -> bool:
    """Whether a whole name matches a pattern in which ``*`` stands for any text."""
    return _pattern(pattern).fullmatch(name) is not None


def is_column(pattern: str, name: HeldName) -> bool:
    """Whether ``TABLE.COLUMN`` (or a column alone) is the name of a held column."""
    table, dot, column = pattern.partition(".")
    if not dot:
        table, column = "*", pattern
    return bool(name.column) and matches(table, name.table) and matches(column, name.column)


def any_column(pattern: str, names: Iterable[HeldName]) -> bool:
    """Whether one of the names matches."""
    return any(is_column(pattern, name) for name in names)


def is_series(name: str) -> bool:
    """Whether a name (or pattern) is one of published series."""
    return name.startswith(SERIES)


def reads_held(pattern: str, profile: Profile) -> bool:
    """Whether a table or column by its physical name is read. A name without a dot can be either."""
    if "." in pattern:
        return any_column(pattern, profile.columns)
    return any(matches(pattern, table.table) for table in profile.tables) or any_column(
        pattern, profile.columns
    )


def test_made(text: str, tests: Iterable[Test]) -> bool:
    """Whether a filter makes a test, written as in vocabularies.

    ``COLUMN`` is any test of its value, ``COLUMN known`` one that it is not missing, ``COLUMN drops missing`` one that
    loses rows in which it is missing; else a sign and values follow.
    """
    column, _, rest = text.partition(" ")
    of_column = [test for test in tests if any_column(column, test.columns)]
    match rest:
        case "known":
            return any(test.sign == "missing" and test.negated for test in of_column)
        case "drops missing":
            return any(test.sign != "missing" and not test.keeps_missing for test in of_column)
        case _:
            sign, *values = rest.split() or [""]
            return column_tested(ColumnTest(column, sign, tuple(values)), of_column)


def column_tested(wanted: ColumnTest, tests: Iterable[Test]) -> bool:
    """Whether one of the tests is the one that a condition names."""
    return any(
        any_column(wanted.column, test.columns) and _same_test(wanted, test)
        for test in tests
        if test.sign != "missing"
    )


def _same_test(wanted: ColumnTest, test: Test) -> bool:
    listed = test.sign in ("=", "in")
    values = frozenset(value.upper() for value in wanted.values)
    match wanted.sign:
        case "":
            return True
        case "=" | "in" | "includes":
            return listed and not test.negated and bool(values & test.values)
        case "<>":
            return listed and test.negated == bool(values & test.values)
        case "like":
            prefix = wanted.values[0].rstrip("%").upper()
            known = test.sign == "starts" or listed
            return known and not test.negated and all(value.startswith(prefix) for value in test.values)
        case _:
            raise AssertionError(wanted.sign)
