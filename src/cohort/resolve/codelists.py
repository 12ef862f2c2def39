"""Codelists: CSV files beside the spec, with the columns code and label, further ones, and a head if they have one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

from cohort.catalogue.codelist_file import LARGEST_FILE, MOST_CODES, read_codelist_file
from cohort.diagnostics import Diagnostics
from cohort.query.study import Codelist
from cohort.source import FileProblem, Source, read_source
from cohort.source.csv_table import csv_table
from cohort.source.nodes import ScalarNode

__all__ = ["LARGEST_FILE", "MOST_CODES", "read_codelist", "read_table"]


def read_codelist(
    name: ScalarNode,
    file: ScalarNode,
    folder: Path,
    lists: Mapping[str, Collection[str]],
    diagnostics: Diagnostics,
) -> Codelist | None:
    """Read one codelist; codes are cleaned as the data's are. Reports its own problems.

    ``lists`` are the catalogue's lists of codes by name: a codelist can name one as its code system.
    """
    at = f"codelists.{name.text}"
    source = _source(file, folder)
    read = source if isinstance(source, str) else read_codelist_file(source, lists, diagnostics, at)
    if isinstance(read, str):
        diagnostics.add("COD402", file.place, at=at, name=name.text, problem=read)
        return None
    if read is None:
        return None
    head = read.head
    about = (head.system, head.compared, head.words) if head else ("", "", "")
    return Codelist(name.text, file.text, read.codes, read.further, *about)


def read_table(file: ScalarNode, folder: Path) -> tuple[list[str], list[list[str]]] | str:
    """Read a CSV file beside the spec: its header and its rows, trimmed; or what is wrong with it.

    Rows without any text are left out.
    """
    source = _source(file, folder)
    table = source if isinstance(source, str) else csv_table(source.text)
    return table if isinstance(table, str) else (list(table.header), [list(row) for row in table.rows])


def _source(file: ScalarNode, folder: Path) -> Source | str:
    """Open a file beside the spec, named as seen from where the spec is named; or say what is wrong."""
    relative = Path(file.text)
    if relative.is_absolute() or ".." in relative.parts:
        return "its path must lie beside or below the spec"
    shown = PurePosixPath(file.place.source.name).parent / relative.as_posix()
    try:
        return read_source(folder / relative, limit=LARGEST_FILE, name=str(shown))
    except FileProblem as found:
        return found.sentence.rstrip(".")
