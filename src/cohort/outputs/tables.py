"""Tables as rows: tidy CSV text for other programs, and polars frames for Python."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cohort.outputs.words import (
    category_labels,
    check_results,
    column_names,
    combinations_of,
    one_line,
    symbols_of,
)
from cohort.results.model import (
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
    SafeTable,
    State,
)

if TYPE_CHECKING:
    import polars

_CSV_COLUMNS = frozenset({"count", "note", "data"})
_FRAME_COLUMNS = frozenset({"count", "state", "data"})


def kind_of_data(safe: SafeResults) -> str:
    """Return the value of the column ``data``: a file stays marked when it is taken out of its folder."""
    return "synthetic" if safe.synthetic else "as given"


def table_csv(table: SafeTable, safe: SafeResults) -> bytes:
    """Return a table as tidy CSV: a row for each cell and total; axes' labels, count, note, data."""
    symbols = symbols_of(safe)
    labels = [category_labels(axis) for axis in table.axes]
    header = [*column_names(table, _CSV_COLUMNS), "count", "note", "data"]
    rows = (
        [
            *(_guarded(by_value[value]) for by_value, value in zip(labels, combination, strict=True)),
            symbols.text(table.cells[combination]),
            table.cells[combination].state.value,
            kind_of_data(safe),
        ]
        for combination in combinations_of(table)
    )
    return _csv_bytes(header, rows)


def attrition_csv(attrition: SafeAttrition, safe: SafeResults) -> bytes:
    """Return a flow as CSV: a row for each step; step, words, why, remaining, excluded, note, data."""
    symbols = symbols_of(safe)
    header = ["step", "words", "why", "remaining", "excluded", "note", "data"]
    rows = (
        [
            _guarded(one_line(step.id)),
            _guarded(one_line(step.words)),
            _guarded(one_line(step.why)),
            symbols.text(step.remaining),
            symbols.text(step.excluded),
            _note_of_step(step),
            kind_of_data(safe),
        ]
        for step in attrition.steps
    )
    return _csv_bytes(header, rows)


def _note_of_step(step: SafeAttritionStep) -> str:
    """Say which of a step's two numbers is not a number, and why."""
    notes = [
        f"{name} {cell.state.value}"
        for name, cell in (("remaining", step.remaining), ("excluded", step.excluded))
        if cell.state is not State.SHOWN
    ]
    return "; ".join(notes) or State.SHOWN.value


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

    Tables: one text column for each axis (labels, ``All`` for totals), ``count`` (whole number, null unless
    shown), ``state`` (shown, hidden, not applicable) and ``data`` (synthetic, or as given). Flows: ``step``,
    ``words``, ``why``, ``remaining``, ``remaining_state``, ``excluded``, ``excluded_state``, ``data``.
    """
    check_results(safe)
    return {
        table.id: _table_frame(table, safe) if isinstance(table, SafeTable) else _flow_frame(table, safe)
        for table in safe.tables
    }


def _table_frame(table: SafeTable, safe: SafeResults) -> polars.DataFrame:
    import polars

    labels = [category_labels(axis) for axis in table.axes]
    combinations = combinations_of(table)
    cells = [table.cells[combination] for combination in combinations]
    columns = [
        polars.Series(name, [by_value[key[i]] for key in combinations], dtype=polars.String)
        for i, (name, by_value) in enumerate(zip(column_names(table, _FRAME_COLUMNS), labels, strict=True))
    ]
    return polars.DataFrame(
        [*columns, *_cell_columns("count", "state", cells), _data_column(safe, len(cells))]
    )


def _flow_frame(attrition: SafeAttrition, safe: SafeResults) -> polars.DataFrame:
    import polars

    steps = attrition.steps
    return polars.DataFrame(
        [
            polars.Series("step", [step.id for step in steps], dtype=polars.String),
            polars.Series("words", [one_line(step.words) for step in steps], dtype=polars.String),
            polars.Series("why", [one_line(step.why) for step in steps], dtype=polars.String),
            *_cell_columns("remaining", "remaining_state", [step.remaining for step in steps]),
            *_cell_columns("excluded", "excluded_state", [step.excluded for step in steps]),
            _data_column(safe, len(steps)),
        ]
    )


def _cell_columns(count: str, state: str, cells: Sequence[SafeCell]) -> tuple[polars.Series, polars.Series]:
    import polars

    # The state decides, not the presence of a number: a hidden cell is null whatever it may hold.
    numbers = [cell.count if cell.state is State.SHOWN else None for cell in cells]
    return (
        polars.Series(count, numbers, dtype=polars.Int64),
        polars.Series(state, [cell.state.value for cell in cells], dtype=polars.String),
    )


def _data_column(safe: SafeResults, length: int) -> polars.Series:
    import polars

    return polars.Series("data", [kind_of_data(safe)] * length, dtype=polars.String)
