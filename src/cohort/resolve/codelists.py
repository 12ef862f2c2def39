"""Codelists: CSV files beside the spec, with the columns code and label."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from cohort.diagnostics import Diagnostics
from cohort.query.study import Codelist
from cohort.source import FileProblem, read_source
from cohort.source.nodes import ScalarNode

MOST_CODES = 1000
"""A longer list needs a table in the database, which a later version makes."""


def read_codelist(
    name: ScalarNode, file: ScalarNode, folder: Path, diagnostics: Diagnostics
) -> Codelist | None:
    """Read one codelist; codes are trimmed and upper-cased as the data's are. Reports its own problems."""

    def problem(sentence: str) -> None:
        diagnostics.add("COD402", file.place, at=f"codelists.{name.text}", name=name.text, problem=sentence)

    relative = Path(file.text)
    if relative.is_absolute() or ".." in relative.parts:
        problem("its path must lie beside or below the spec")
        return None
    try:
        text = read_source(folder / relative, name=file.text).text
    except FileProblem as found:
        problem(found.sentence.rstrip("."))
        return None
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not {"code", "label"} <= set(rows[0]):
        problem("it has no rows, or not the columns code and label")
        return None
    codes: dict[str, str] = {}
    for row in rows:
        code = (row["code"] or "").strip().upper()
        if not code or code in codes:
            problem("a code is empty or stands in it twice")
            return None
        codes[code] = (row["label"] or "").strip()
    if len(codes) > MOST_CODES:
        problem(f"it holds more than {MOST_CODES:,} codes")
        return None
    return Codelist(name.text, file.text, tuple(codes.items()))
