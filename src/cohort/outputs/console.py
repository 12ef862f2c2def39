"""Protected results as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from cohort.outputs.pages import page_table
from cohort.outputs.words import SYNTHETIC_SENTENCE, check_results, legend, one_line, states_in, symbols_of
from cohort.results.model import SafeAnyTable, SafeResults, State

WIDTH = 100
_LABEL_WIDTH = 44
_COLUMN_WIDTH = 14


def console_summary(safe: SafeResults) -> str:
    """Return the flow and each table in short, at most ``WIDTH`` characters wide, ending in a line break."""
    check_results(safe)
    blocks: list[list[str]] = []
    if safe.synthetic:
        blocks.append([SYNTHETIC_SENTENCE])
    for table in safe.tables:
        blocks.append(_table(table, safe))
    met = frozenset[State]().union(*(states_in(table) for table in safe.tables))
    keys = [
        f"{symbol} = {meaning}"
        for (symbol, meaning), state in zip(legend(safe), (State.HIDDEN, State.IMPOSSIBLE), strict=True)
        if state in met
    ]
    if keys:
        blocks.append([line for key in keys for line in _wrapped(key, WIDTH)])
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks) + "\n"


def _table(table: SafeAnyTable, safe: SafeResults) -> list[str]:
    page = page_table(table, symbols_of(safe))
    corner = f"{page.corner} / {page.across}" if page.across else page.corner
    rows = [
        [row.label, *(cell.text for cell in row.cells)]
        if row.cells
        else [f"{row.label}:", *("" for _ in page.columns)]
        for row in page.rows
    ]
    # Shares and their notes are for pages, which have room for them.
    notes = [note for note in page.notes if not note.startswith("In brackets")]
    return [*_heading(page.title, " ".join(notes)), *_grid([corner, *page.columns], rows)]


def _heading(title: str, below: str) -> list[str]:
    lines = _wrapped(one_line(title), WIDTH)
    return [
        *lines,
        "-" * max(map(len, lines), default=0),
        *_wrapped(one_line(below), WIDTH),
        "",
    ]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _grid(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out a table: first column left, the others right; too many columns go into blocks underneath."""
    first = min(_LABEL_WIDTH, max(len(row[0]) for row in [header, *rows]))
    widths = [
        max(
            min(_COLUMN_WIDTH, len(header[column])),
            max((len(row[column]) for row in rows), default=0),
            max((len(part) for part in _wrapped(header[column], _COLUMN_WIDTH)), default=0),
        )
        for column in range(1, len(header))
    ]
    lines: list[str] = []
    start = 0
    while start < len(widths):
        end, used = start, first
        while end < len(widths) and (end == start or used + 2 + widths[end] <= WIDTH):
            used += 2 + widths[end]
            end += 1
        if lines:
            lines.append("")
        chosen = range(start, end)
        for row in [header, *rows]:
            lines += _grid_row(row, first, {column + 1: widths[column] for column in chosen})
        start = end
    return lines


def _grid_row(row: Sequence[str], first: int, widths: dict[int, int]) -> list[str]:
    """Lay out one row; words are wrapped and stand at the bottom line, next to nothing but their own cell."""
    cells = [_wrapped(row[0], first), *(_wrapped(row[column], width) for column, width in widths.items())]
    height = max(map(len, cells))
    padded = [[*cell, *[""] * (height - len(cell))] for cell in cells]
    return [
        "  ".join(
            [padded[0][line].ljust(first)]
            + [cell[line].rjust(width) for cell, width in zip(padded[1:], widths.values(), strict=True)]
        )
        for line in range(height)
    ]
