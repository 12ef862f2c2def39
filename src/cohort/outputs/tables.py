"""Tables as rows: tidy CSV text for other programs, and polars frames for Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, assert_never

from cohort.outputs.pages import statistics_of
from cohort.outputs.words import (
    TOTAL,
    Symbols,
    axes_of_events,
    category_labels,
    cells_of_step,
    check_results,
    column_names,
    combinations_of,
    groups_of,
    numbers_of_flow,
    one_line,
    symbols_of,
)
from cohort.results.model import (
    ALL,
    Axis,
    SafeAnyTable,
    SafeAttrition,
    SafeCell,
    SafeNumber,
    SafeRate,
    SafeResults,
    SafeSummary,
    SafeTable,
    State,
)

if TYPE_CHECKING:
    import polars

_BETWEEN_GROUPS = "between groups"
_DIFFERENCE = "standardised difference"


@dataclass(frozen=True)
class Row:
    """One row: texts, then counts and other numbers; ``decimals`` of each as for ``Symbols.number``."""

    texts: tuple[str, ...]
    numbers: tuple[SafeCell | SafeNumber, ...]
    decimals: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Tidy:
    """A table with one row for each thing that is told, and the names of its columns."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: tuple[Row, ...]


def kind_of_data(safe: SafeResults) -> str:
    """Return the value of the column ``data``: a file stays marked when it is taken out of its folder."""
    return "synthetic" if safe.synthetic else "as given"


def table_csv(table: SafeAnyTable, safe: SafeResults) -> bytes:
    """Return any table as tidy CSV: texts, numbers, ``note`` (which of them are no numbers, and why), ``data``."""
    tidy = _tidy(table, frozenset({"note", "data"}))
    symbols = symbols_of(safe)
    rows = (
        [
            *(_guarded(text) for text in row.texts),
            *(
                _text(number, decimals, symbols)
                for number, decimals in zip_longest(row.numbers, row.decimals)
            ),
            _note(tidy.numbers, row.numbers),
            kind_of_data(safe),
        ]
        for row in tidy.rows
    )
    return _csv_bytes([*tidy.texts, *tidy.numbers, "note", "data"], rows)


def _text(number: SafeCell | SafeNumber, decimals: int | None, symbols: Symbols) -> str:
    if isinstance(number, SafeCell):
        return symbols.text(number)
    return symbols.number(number, decimals=decimals)


def _note(names: Sequence[str], numbers: Sequence[SafeCell | SafeNumber]) -> str:
    """Say which of a row's numbers are not numbers, and why."""
    if len(names) == 1:
        return numbers[0].state.value
    notes = [
        f"{name} {number.state.value}"
        for name, number in zip(names, numbers, strict=True)
        if number.state is not State.SHOWN
    ]
    return "; ".join(notes) or State.SHOWN.value


# ---- tables as rows -----------------------------------------------------------------------------------------


def _tidy(table: SafeAnyTable, taken: frozenset[str]) -> Tidy:
    """Return a table as rows; columns of axes are kept apart from the ``taken`` names."""
    match table:
        case SafeTable():
            return _tidy_counts(table, taken)
        case SafeAttrition():
            return _tidy_flow(table)
        case SafeSummary():
            return _tidy_summary(table, taken)
        case SafeRate():
            return _tidy_rates(table, taken)
        case _:
            assert_never(table)


def _tidy_counts(table: SafeTable, taken: frozenset[str]) -> Tidy:
    rates = table.denominators
    numbers = ("count",) if rates is None else ("count", "rate")
    names = column_names(table.axes, taken | {*numbers, "per"})
    rows = []
    for key, labels in _labelled(table.axes):
        if rates is None:
            rows.append(Row(labels, (table.cells[key],)))
        else:
            rows.append(Row((*labels, str(rates.per)), (table.cells[key], table.rates[key])))
    return Tidy(names if rates is None else (*names, "per"), numbers, tuple(rows))


def _tidy_flow(flow: SafeAttrition) -> Tidy:
    numbers = numbers_of_flow(flow)
    rows = (
        Row(
            (one_line(step.id), one_line(step.words), one_line(step.why)),
            cells_of_step(step, numbers),
        )
        for step in flow.steps
    )
    return Tidy(("step", "words", "why"), numbers, tuple(rows))


def _tidy_summary(table: SafeSummary, taken: frozenset[str]) -> Tidy:
    names = ("variable", "category", "statistic", "value")
    by = () if table.by is None else column_names((table.by,), taken | set(names))
    rows = (
        Row((variable, category, *((group,) if by else ()), statistic), (number,), (decimals,))
        for variable, category, group, statistic, number, decimals in _facts(table)
    )
    return Tidy(("variable", "category", *by, "statistic"), ("value",), tuple(rows))


Fact = tuple[str, str, str, str, SafeCell | SafeNumber, int | None]


def _facts(table: SafeSummary) -> Iterator[Fact]:
    """Yield variable, category, group, statistic, number and decimals of everything that a summary tells."""
    groups = groups_of(table)
    for group, label in groups.items():
        yield TOTAL, TOTAL, label, "count", table.sizes[group], None
    for variable in table.variables:
        name = one_line(variable.name)
        labels = {} if variable.axis is None else category_labels(variable.axis)
        for (group, value), cell in variable.counts.items():
            yield name, labels.get(value, value), groups[group], "count", cell, None
        for group, statistic in ((g, s) for g in groups for s in statistics_of(table)):
            if (group, statistic) in variable.numbers:
                words = f"percentile {statistic}" if statistic.isdigit() else statistic
                number = variable.numbers[group, statistic]
                yield name, "known", groups[group], words, number, None
        for value, number in variable.differences.items():
            category = "known" if value == ALL else labels[value]
            yield name, category, _BETWEEN_GROUPS, _DIFFERENCE, number, 2


def _tidy_rates(table: SafeRate, taken: frozenset[str]) -> Tidy:
    axes = axes_of_events(table)
    numbers = ("events", "person_years", "rate", "rate_lower", "rate_upper")
    names = column_names(axes, taken | {*numbers, "per_person_years"})
    rows = []
    for key, labels in _labelled(axes):
        rate = table.rates[key]
        years = table.person_years[key[: len(table.axes)]]
        told = (table.events[key], years, rate.rate, rate.lower, rate.upper)
        rows.append(Row((*labels, str(table.years)), told, (None, 0, None, None, None)))
    return Tidy((*names, "per_person_years"), numbers, tuple(rows))


def _labelled(axes: tuple[Axis, ...]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield the key of each cell with the labels of its values."""
    labels = [category_labels(axis) for axis in axes]
    for key in combinations_of(axes):
        yield key, tuple(by_value[value] for by_value, value in zip(labels, key, strict=True))


# ---- files and frames ---------------------------------------------------------------------------------------


def _guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: labels may come from a stranger's study."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV with ``\\n``; UTF-8, with a byte-order mark only where it is needed.

    A spreadsheet takes a file without the mark for an old 8-bit encoding, which garbles Welsh names; some
    other readers take the mark for a part of the first header. So plain ASCII files go without.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    text = buffer.getvalue()
    return text.encode("ascii" if text.isascii() else "utf-8-sig")


def frames(safe: SafeResults) -> dict[str, polars.DataFrame]:
    """Return the protected tables as polars frames, by table name.

    Texts (labels, ``All`` for totals) come first. A table with one number in each row has ``count`` or ``value`` (null
    unless shown) and ``state`` (shown, hidden, not applicable); one with several numbers has a state beside each, such
    as ``remaining`` and ``remaining_state``. Counts are whole numbers, all others decimal. The last column is
    ``data`` (synthetic, or as given).
    """
    check_results(safe)
    return {table.id: _frame(table, safe) for table in safe.tables}


def _frame(table: SafeAnyTable, safe: SafeResults) -> polars.DataFrame:
    import polars

    tidy = _tidy(table, frozenset({"state", "data"}))
    columns = [
        polars.Series(name, [row.texts[at] for row in tidy.rows], dtype=polars.String)
        for at, name in enumerate(tidy.texts)
    ]
    for at, name in enumerate(tidy.numbers):
        state = "state" if len(tidy.numbers) == 1 else f"{name}_state"
        columns += _number_columns(name, state, [row.numbers[at] for row in tidy.rows])
    columns.append(polars.Series("data", [kind_of_data(safe)] * len(tidy.rows), dtype=polars.String))
    return polars.DataFrame(columns)


def _number_columns(
    name: str, state: str, numbers: Sequence[SafeCell | SafeNumber]
) -> tuple[polars.Series, polars.Series]:
    import polars

    # The state decides, not the presence of a number: a hidden cell is null whatever it may hold.
    values = [_value(number) if number.state is State.SHOWN else None for number in numbers]
    whole = all(isinstance(number, SafeCell) for number in numbers)
    return (
        polars.Series(name, values, dtype=polars.Int64 if whole else polars.Float64),
        polars.Series(state, [number.state.value for number in numbers], dtype=polars.String),
    )


def _value(number: SafeCell | SafeNumber) -> float | None:
    return number.count if isinstance(number, SafeCell) else number.value
