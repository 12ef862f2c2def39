"""Codelists: CSV files beside the spec, with the columns code and label, and further ones."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cohort.diagnostics import Diagnostics
from cohort.query.study import Codelist
from cohort.source import FileProblem, read_source
from cohort.source.nodes import ScalarNode

MOST_CODES = 20_000
"""A longer list is a whole classification, which can be said with prefixes of codes."""
LARGEST_FILE = 5_000_000
"""Bytes of a file beside the spec: a list of the most codes with long labels."""


def read_codelist(
    name: ScalarNode, file: ScalarNode, folder: Path, diagnostics: Diagnostics
) -> Codelist | None:
    """Read one codelist; codes are trimmed and upper-cased as the data's are. Reports its own problems."""

    def problem(sentence: str) -> None:
        diagnostics.add("COD402", file.place, at=f"codelists.{name.text}", name=name.text, problem=sentence)

    table = read_table(file, folder)
    if isinstance(table, str):
        problem(table)
        return None
    header, rows = table
    if not rows or not {"code", "label"} <= set(header):
        problem("it has no rows, or not the columns code and label")
        return None
    if len(rows) > MOST_CODES:
        problem(f"it holds more than {MOST_CODES:,} codes")
        return None
    place = {column: header.index(column) for column in header}
    codes: dict[str, str] = {}
    for row in rows:
        code = row[place["code"]].upper()
        if not code or code in codes:
            problem("a code is empty or stands in it twice")
            return None
        codes[code] = row[place["label"]]
    further = tuple(
        (column, tuple(row[place[column]] for row in rows))
        for column in header
        if column not in ("code", "label")
    )
    return Codelist(name.text, file.text, tuple(codes.items()), further)


def read_table(file: ScalarNode, folder: Path) -> tuple[list[str], list[list[str]]] | str:
    """Read a CSV file beside the spec: its header and its rows, trimmed; or what is wrong with it.

    Rows without any text are left out.
    """
    relative = Path(file.text)
    if relative.is_absolute() or ".." in relative.parts:
        return "its path must lie beside or below the spec"
    try:
        text = read_source(folder / relative, limit=LARGEST_FILE, name=file.text).text
    except FileProblem as found:
        return found.sentence.rstrip(".")
    try:
        lines = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), strict=True)]
    except csv.Error:
        return "it is not a CSV file"
    rows = [row for row in lines if any(row)]
    if not rows:
        return "it is empty"
    header, *body = rows
    if "" in header or len(header) != len(set(header)):
        return "its first line must name each column, each by a name of its own"
    if any(len(row) != len(header) for row in body):
        return "a row has more or fewer values than there are columns"
    return header, body
