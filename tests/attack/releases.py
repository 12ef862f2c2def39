"""Hand-made results folders in the format of the real ones."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from tests.attack.printed import ALL, Release, read_release

HIDDEN = "[c]"


def write_grid(folder: Path, table: str, rows: str, columns: str, grid: str) -> None:
    """Write a table by two variables. First line: column labels; others: row label, counts; ``|`` between.

    The last column and the last row are totals. What is no number is hidden.
    """
    head, *lines = [[text.strip() for text in line.split("|")] for line in grid.strip().splitlines()]
    cells = []
    for label, *counts in lines:
        for column, count in zip(head[1:], counts, strict=True):
            cells.append([_label(label), _label(column), count])
    _write(folder / f"{table}.csv", [rows, columns], cells)


def write_column(folder: Path, table: str, variable: str, counts: Sequence[str]) -> None:
    """Write a table by one variable, the last count being the total; labels are a, b, c and so on."""
    labels = [*(chr(ord("a") + i) for i in range(len(counts) - 1)), ALL]
    _write(folder / f"{table}.csv", [variable], [list(row) for row in zip(labels, counts, strict=True)])


def write_flow(folder: Path, steps: Sequence[tuple[str, ...]]) -> None:
    """Write a flow: for each step what remains and what is excluded, and perhaps what remains without it.

    The first row excludes nobody, and is no step.
    """
    names = ("remaining", "excluded", "without_step")[: len(steps[0])]
    rows = []
    for i, counts in enumerate(steps):
        printed = [
            count if i or name == "remaining" else "[z]" for name, count in zip(names, counts, strict=True)
        ]
        notes = [
            f"{name} {'not applicable' if count == '[z]' else _note(count)}"
            for name, count in zip(names, printed, strict=True)
        ]
        notes = [note for note in notes if not note.endswith("shown")] or ["shown"]
        rows.append([f"step_{i}", f"Step {i}", "", *printed, "; ".join(notes), "real"])
    with (folder / "attrition.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["step", "words", "why", *names, "note", "data"], *rows]
        )


def read_grid(folder: Path, grid: str) -> Release:
    """Write one table and read it back."""
    write_grid(folder, "table", "age", "place", grid)
    return read_release(folder)


def read_column(folder: Path, *counts: str) -> Release:
    """Write one table by one variable and read it back."""
    write_column(folder, "table", "place", counts)
    return read_release(folder)


def _label(text: str) -> str:
    return ALL if text == "all" else text


def _note(count: str) -> str:
    return "shown" if count.isdigit() else "hidden"


def _write(path: Path, variables: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    rows = [[*cell, _note(cell[-1]), "real"] for cell in cells]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([[*variables, "count", "note", "data"], *rows])
