"""A small CSV text as a table: names of columns, trimmed rows, and the line on which each row ends."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass


@dataclass(frozen=True)
class CsvTable:
    """Columns and rows of a CSV text. ``lines`` are the lines of the text on which the rows end, counted from 1."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]


def csv_table(text: str) -> CsvTable | str:
    """Read a CSV text whose first row names the columns; or say what is wrong with it.

    Values are trimmed, and rows without any text are left out.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    found: list[tuple[tuple[str, ...], int]] = []
    try:
        for cells in reader:
            row = tuple(cell.strip() for cell in cells)
            if any(row):
                found.append((row, reader.line_num))
    except csv.Error:
        return "it is not a CSV file"
    if not found:
        return "it is empty"
    (header, _), *body = found
    if "" in header or len(header) != len(set(header)):
        return "its first line must name each column, each by a name of its own"
    if any(len(row) != len(header) for row, _ in body):
        return "a row has more or fewer values than there are columns"
    return CsvTable(header, tuple(row for row, _ in body), tuple(line for _, line in body))


def csv_text(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    r"""Return columns and rows as CSV with ``\n``; values are quoted only where they need it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
