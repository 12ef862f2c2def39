"""Every kind of table as rows and columns of printed cells: what the report and the terminal lay out alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from cohort.outputs.words import (
    TOTAL,
    Symbols,
    axes_of_events,
    category_labels,
    cells_of_step,
    combinations_of,
    groups_of,
    numbers_of_flow,
    one_line,
    rate_words,
    share,
    step_label,
)
from cohort.results.model import (
    ALL,
    Axis,
    SafeAnyTable,
    SafeAttrition,
    SafeCell,
    SafeNumber,
    SafeRate,
    SafeSummarised,
    SafeSummary,
    SafeTable,
    State,
)

DIFFERENCE = "Standardised difference"
Key = tuple[str, ...]
_NOT_GIVEN = SafeNumber(State.IMPOSSIBLE)
_STATISTICS = {"mean": "Mean", "standard deviation": "Standard deviation", "50": "Median"}
_COUNTS_OF_NUMBERS = {"known": "Known", "missing": "Missing"}
_BALANCE = "balance"


@dataclass(frozen=True)
class PageCell:
    """A cell as the page prints it; ``spoken`` says in words what a symbol stands for.

    ``beside_shares`` keeps room for a percentage, so that numbers of one column stand under one another.
    """

    text: str
    spoken: str
    share: str | None
    total: bool
    beside_shares: bool = False


@dataclass(frozen=True)
class PageRow:
    """A row with its label; ``why`` is the reason of a step. A row without cells is the heading of a block."""

    label: str
    cells: tuple[PageCell, ...]
    why: str = ""
    total: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table as the page prints it. ``across`` names the variable whose categories are the columns."""

    id: str
    title: str
    notes: tuple[str, ...]
    corner: str
    across: str
    columns: tuple[str, ...]
    rows: tuple[PageRow, ...]
    chart: str = ""


def page_table(table: SafeAnyTable, symbols: Symbols) -> PageTable:
    """Return any table as a page prints it."""
    match table:
        case SafeTable():
            return _counts(table, symbols)
        case SafeAttrition():
            return _flow(table, symbols)
        case SafeSummary():
            return _summary(table, symbols)
        case SafeRate():
            return _rates(table, symbols)
        case _:
            assert_never(table)


# ---- flows --------------------------------------------------------------------------------------------------

_NUMBERS_OF_FLOW = {
    "remaining": "Remaining",
    "excluded": "Excluded",
    "units": "Different people remaining",
    "without_step": "Remaining without this step",
    "units_without_step": "Different people without this step",
}


def _flow(flow: SafeAttrition, symbols: Symbols) -> PageTable:
    numbers = numbers_of_flow(flow)
    return PageTable(
        id=flow.id,
        title=one_line(flow.title),
        notes=(f"Counted: {one_line(flow.counted)}.",),
        corner="Step",
        across="",
        columns=tuple(_NUMBERS_OF_FLOW[name] for name in numbers),
        rows=tuple(
            PageRow(
                step_label(step),
                tuple(_cell(number, symbols) for number in cells_of_step(step, numbers)),
                why=one_line(f"{step.words}. {step.why}" if step.words != step_label(step) else step.why),
            )
            for step in flow.steps
        ),
    )


# ---- counts -------------------------------------------------------------------------------------------------


def _counts(table: SafeTable, symbols: Symbols) -> PageTable:
    notes = [f"Counted: {one_line(table.counted)}.", *_of(table.group_words)]
    title = one_line(table.title)
    if table.denominators is not None:
        per, source = table.denominators.per, one_line(table.denominators.source)
        notes.append(f"Rates are per {per:,} of: {one_line(table.denominators.label)} ({source}).")
        columns: tuple[str, ...] = ("Count", f"Rate per {per:,}")
        rows = _in_blocks(table.axes, lambda key: _count_and_rate(table, key, symbols))
        return PageTable(table.id, title, tuple(notes), _corner(table), "", columns, rows)
    if len(table.axes) < 2:
        rows = _list_rows(table, symbols)
        columns = ("Count",)
        corner, across, of = _corner(table), "", "of all"
    else:
        rows = _cross_rows(table, symbols)
        columns = tuple(category_labels(table.axes[-1]).values())
        corner = ", ".join(one_line(axis.label) for axis in table.axes[:-1])
        across, of = one_line(table.axes[-1].label), "of the row's total"
    if any(cell.share for row in rows for cell in row.cells):
        notes.append(f"In brackets: per cent {of}, from the printed counts.")
    return PageTable(table.id, title, tuple(notes), corner, across, columns, with_room_for_shares(rows))


def _of(group_words: str) -> list[str]:
    return [f"Of: {one_line(group_words)}."] if group_words else []


def _corner(table: SafeTable | SafeRate) -> str:
    axes = axes_of_events(table) if isinstance(table, SafeRate) else table.axes
    return ", ".join(one_line(axis.label) for axis in axes)


def _in_blocks(axes: tuple[Axis, ...], cells: Callable[[Key], tuple[PageCell, ...]]) -> tuple[PageRow, ...]:
    """Return a row for each combination; from two variables on in blocks, one for each category of the first."""
    if len(axes) < 2:
        labels = category_labels(axes[0]) if axes else {}
        return tuple(
            PageRow(labels[key[0]] if key else TOTAL, cells(key), total=ALL in key or not key)
            for key in combinations_of(axes)
        )
    first, *others = (category_labels(axis) for axis in axes)
    rows: list[PageRow] = []
    for value, heading in first.items():
        rows.append(PageRow(heading, ()))
        for key in combinations_of(axes[1:]):
            label = ", ".join(by[part] for by, part in zip(others, key, strict=True))
            rows.append(PageRow(label, cells((value, *key)), total=set(key) == {ALL}))
    return tuple(rows)


def _cross_rows(table: SafeTable, symbols: Symbols) -> tuple[PageRow, ...]:
    """Return rows by columns, each cell with its share of the row's total; the last variable goes across."""
    across = category_labels(table.axes[-1])

    def cells(key: Key) -> tuple[PageCell, ...]:
        whole = table.cells[(*key, ALL)]
        return tuple(
            _cell(
                table.cells[(*key, value)],
                symbols,
                None if value == ALL else whole,
                total=value == ALL or ALL in key,
            )
            for value in across
        )

    return _in_blocks(table.axes[:-1], cells)


def _list_rows(table: SafeTable, symbols: Symbols) -> tuple[PageRow, ...]:
    """Return a row for each category, with its share of the whole."""

    def cells(key: Key) -> tuple[PageCell, ...]:
        whole = table.cells[(ALL,)] if key and ALL not in key else None
        return (_cell(table.cells[key], symbols, whole, total=whole is None),)

    return _in_blocks(table.axes, cells)


def _count_and_rate(table: SafeTable, key: Key, symbols: Symbols) -> tuple[PageCell, ...]:
    total = ALL in key
    return (
        _cell(table.cells[key], symbols, total=total),
        _number(table.rates[key], symbols, total=total),
    )


# ---- summaries ----------------------------------------------------------------------------------------------


def _summary(table: SafeSummary, symbols: Symbols) -> PageTable:
    groups = groups_of(table)
    compared = any(variable.differences for variable in table.variables)
    columns = () if table.style == _BALANCE else tuple(groups.values())
    rows: list[PageRow] = []
    if table.style != _BALANCE:
        sizes = [_cell(table.sizes[group], symbols, total=True) for group in groups]
        beside = [_number(_NOT_GIVEN, symbols)] if compared else []
        rows.append(PageRow(TOTAL, (*sizes, *beside), total=True))
    for variable in table.variables:
        rows += _of_variable(table, variable, groups, compared, symbols)
    notes = [f"Counted: {one_line(table.counted)}.", *_of(table.group_words)]
    if any(cell.share for row in rows for cell in row.cells):
        notes.append("In brackets: per cent of the column's group, from the printed counts.")
    if compared:
        notes.append("Standardised differences are those of the first two groups, from the printed numbers.")
    return PageTable(
        id=table.id,
        title=one_line(table.title),
        notes=tuple(notes),
        corner="Variable",
        across="" if table.by is None or not columns else one_line(table.by.label),
        columns=(*columns, DIFFERENCE) if compared or not columns else columns,
        rows=with_room_for_shares(tuple(rows)),
    )


def _of_variable(
    table: SafeSummary, variable: SafeSummarised, groups: dict[str, str], compared: bool, symbols: Symbols
) -> list[PageRow]:
    """Return the rows of one variable: its heading, then categories with shares, or statistics."""
    label = one_line(variable.label)
    if table.style == _BALANCE:
        if variable.axis is None:
            return [PageRow(label, (_difference(variable, ALL, symbols),))]
        names = category_labels(variable.axis)
        values = [value for value in names if value != ALL]
        return [
            PageRow(label, ()),
            *(PageRow(names[value], (_difference(variable, value, symbols),)) for value in values),
        ]
    names = _COUNTS_OF_NUMBERS if variable.axis is None else category_labels(variable.axis)
    rows = [PageRow(label, ())]
    for value, name in names.items():
        if any((group, value) not in variable.counts for group in groups):
            continue
        cells = [
            _cell(variable.counts[group, value], symbols, table.sizes[group], total=group == ALL)
            for group in groups
        ]
        beside = [_difference(variable, value, symbols)] if compared else []
        rows.append(PageRow(name, (*cells, *beside)))
    for statistic in statistics_of(table) if variable.axis is None else ():
        cells = [
            _number(variable.numbers.get((group, statistic), _NOT_GIVEN), symbols, total=group == ALL)
            for group in groups
        ]
        own = variable.differences.get(ALL, _NOT_GIVEN) if statistic == "mean" else _NOT_GIVEN
        beside = [_number(own, symbols, decimals=2)] if compared else []
        rows.append(PageRow(statistic_label(statistic), (*cells, *beside)))
    return rows


def statistics_of(table: SafeSummary) -> tuple[str, ...]:
    """Return the statistics of numbers in the order of rows."""
    return ("mean", "standard deviation", *map(str, table.quantiles))


def statistic_label(statistic: str) -> str:
    """Return what a statistic is called: ``Median``, ``25th percentile``."""
    return _STATISTICS.get(statistic, f"{statistic}th percentile")


def _difference(variable: SafeSummarised, value: str, symbols: Symbols) -> PageCell:
    return _number(variable.differences.get(value, _NOT_GIVEN), symbols, decimals=2)


# ---- rates --------------------------------------------------------------------------------------------------


def _rates(table: SafeRate, symbols: Symbols) -> PageTable:
    def cells(key: Key) -> tuple[PageCell, ...]:
        total, rate = ALL in key, table.rates[key]
        return (
            _cell(table.events[key], symbols, total=total),
            _number(table.person_years[key[: len(table.axes)]], symbols, total=total, decimals=0),
            *(_number(number, symbols, total=total) for number in (rate.rate, rate.lower, rate.upper)),
        )

    return PageTable(
        id=table.id,
        title=one_line(table.title),
        notes=(
            f"Counted: events, {one_line(table.outcome_label)}, of {one_line(table.counted)}.",
            *_of(table.group_words),
            "Person-years and rates have three significant figures; limits are 95 per cent, Poisson.",
        ),
        corner=_corner(table),
        across="",
        columns=("Events", "Person-years", rate_words(table.years), "Lower limit", "Upper limit"),
        rows=_in_blocks(axes_of_events(table), cells),
    )


# ---- cells --------------------------------------------------------------------------------------------------


def _cell(
    cell: SafeCell, symbols: Symbols, whole: SafeCell | None = None, *, total: bool = False
) -> PageCell:
    return PageCell(
        text=symbols.text(cell, thousands=True),
        spoken="" if cell.state is State.SHOWN else cell.state.value,
        share=share(cell, whole) if whole is not None else None,
        total=total,
    )


def _number(
    number: SafeNumber, symbols: Symbols, *, total: bool = False, decimals: int | None = None
) -> PageCell:
    return PageCell(
        text=symbols.number(number, thousands=True, decimals=decimals),
        spoken="" if number.state is State.SHOWN else number.state.value,
        share=None,
        total=total,
    )


def with_room_for_shares(rows: tuple[PageRow, ...]) -> tuple[PageRow, ...]:
    """Return rows whose cells keep room for percentages in the columns that have some."""
    full = [row.cells for row in rows if row.cells]
    columns = [any(cell.share for cell in column) for column in zip(*full, strict=True)]
    return tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, beside_shares=beside)
                for cell, beside in zip(row.cells, columns, strict=bool(row.cells))
            ),
        )
        for row in rows
    )
