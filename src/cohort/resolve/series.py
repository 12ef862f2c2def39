"""Series: counts by stretches of the calendar, and before and after a date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import product

from cohort.query.study import Output, Variable
from cohort.query.values import Band, DaysBetween, Literal, Value
from cohort.query.words import day
from cohort.resolve.axes import Axes
from cohort.resolve.periods import STRETCHES
from cohort.resolve.tables import MOST_VARIABLES, Among, count_table, read_by
from cohort.resolve.written import Reader
from cohort.results.category import Category
from cohort.spec.model import Output as Written
from cohort.types import DATE, Kind, ValueType

LONG_BEFORE = -4_000_000
"""Days before a date: earlier than the calendar of any database begins."""


def read_series(axes: Axes, written: Written, among: Among) -> tuple[Sequence[Output], Sequence[Variable]]:
    """Return a series as a table of counts, and the variables that it is counted by. Reports its own problems."""
    assert written.of is not None
    assert written.every is not None
    names, name, at = axes.names, written.name.text, f"outputs.{written.name.text}"
    by = read_by(axes, written, MOST_VARIABLES - (2 if written.split_at else 1), least=0)
    word = Reader(names.diagnostics, at).word(written.every, "every", STRETCHES)
    date = names.date(written.of, at)
    at_date = _split(axes, written) if written.split_at else None
    if by is None or word is None or date is None or (written.split_at and at_date is None):
        return (), ()
    split = at_date.value if at_date is not None and isinstance(at_date.value, datetime.date) else None
    origin = names.setting.origin(written.name.place)
    time = STRETCHES[word].of(date)
    made = [(f"{name}_{word.replace(' ', '_').lower()}", f"{word[:1].upper()}{word[1:]}", time)]
    if split is not None:
        made.append((f"{name}_before_or_after", f"Before or after {day(split)}", _side(date, split)))
    taken = {*names.values, *(output.name.text for output in names.setting.spec.outputs)}
    for one, _, value in made:
        if one in taken:
            first, second = "a name of this spec", "the time of this series"
            names.diagnostics.add("NAM102", written.name.place, at=at, name=one, first=first, second=second)
            return (), ()
        axes.values[one] = value
    variables = tuple(
        Variable(one, label, value, axes.categories_of(value) or (), origin) for one, label, value in made
    )
    table = count_table(axes, written, name, (*(one for one, _, _ in made), *by), among)
    if split is not None:
        shown = {category.value for category in variables[0].categories}
        crossed = _cannot_meet(axes, word, split, shown, [axes.categories(one) or () for one in by])
        table = replace(table, impossible=table.impossible | crossed)
    return (table,), variables


def _split(axes: Axes, written: Written) -> Literal | None:
    """Read the date on and after which a series is another one."""
    assert written.split_at is not None
    at = f"outputs.{written.name.text}"
    date = axes.names.date(written.split_at, at)
    if date is None or isinstance(date, Literal):
        return date
    wanted = "one date, the same for everybody"
    Reader(axes.names.diagnostics, at).wrong(written.split_at, "split_at", wanted, "split_at: 2016-04-06")
    return None


def _sides(split: datetime.date) -> tuple[str, str]:
    return f"before {day(split)}", f"from {day(split)} on"


def _side(date: Value, split: datetime.date) -> Value:
    """Return on which side of a date another one lies; missing stays missing."""
    before, after = _sides(split)
    type_ = ValueType(Kind.TEXT, length=max(len(before), len(after)), values=(before, after))
    return Band(DaysBetween(Literal(split, DATE), date), ((LONG_BEFORE, before), (0, after)), type_)


def _cannot_meet(
    axes: Axes, word: str, split: datetime.date, shown: Set[str], others: list[tuple[Category, ...]]
) -> frozenset[tuple[str, ...]]:
    """Return the combinations of a stretch that is shown with a side of the date on which none of its days lies."""
    before, after = _sides(split)
    setting = axes.names.setting
    pairs = []
    for category, start, until in STRETCHES[word].between(setting.data_from, setting.data_until):
        if category.value not in shown:
            continue
        pairs += [(category.value, before)] if start >= split else []
        pairs += [(category.value, after)] if until <= split else []
    further = [[category.value for category in categories] for categories in others]
    return frozenset((*pair, *rest) for pair in pairs for rest in product(*further))
