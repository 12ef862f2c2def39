"""Codelists and code systems as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cohort.catalogue.code_systems import code_systems
from cohort.catalogue.codelist_file import CodelistFile
from cohort.catalogue.codelist_head import KEYS
from cohort.diagnostics.render import printable


def listing(found: Mapping[str, CodelistFile], *, as_json: bool) -> str:
    """Return codelists one a line: name, system, number of codes, confidence, and what they are of."""
    if as_json:
        return _json(
            [{"codelist": name, **_head(read), "codes": len(read.rows)} for name, read in found.items()]
        )
    rows = [
        (name, read.head.system, _counted(len(read.rows)), read.head.confidence, read.head.name)
        for name, read in found.items()
        if read.head is not None
    ]
    return (
        _aligned(rows)
        + "\nA list is shown by its name, and copied by `cohort codelist new PATH --from NAME`.\n"
    )


def one(name: str, read: CodelistFile, *, as_json: bool) -> str:
    """Return one codelist: its head, then its codes with labels and further columns."""
    if as_json:
        codes = [dict(zip(read.header, row, strict=True)) for row in read.rows]
        return _json({"codelist": name, **_head(read), "codes": codes})
    head = [(f"{key}:", value) for key, value in _head(read).items()] or [("head:", "none")]
    others = [at for at, column in enumerate(read.header) if column not in ("code", "label")]
    rows = [
        (code, label, *(row[at] for at in others))
        for (code, label), row in zip(read.codes, read.rows, strict=True)
    ]
    columns = ("code", "label", *(read.header[at] for at in others))
    return f"{printable(name)}\n\n{_aligned(head)}\n{_aligned([columns, *rows])}"


def systems(*, as_json: bool) -> str:
    """Return the known code systems with what they are, their other spellings, and how their codes are written."""
    known = code_systems().values()
    if as_json:
        return _json(
            [
                {
                    "system": system.name,
                    "label": system.label,
                    "also": list(system.also),
                    "form": system.form_words,
                    "confidence": system.confidence,
                    "source": system.source,
                }
                for system in known
            ]
        )
    rows = [(system.name, system.label, system.form_words) for system in known]
    return (
        _aligned(rows)
        + "\nA code list of the catalogue is a code system too: `cohort catalogue codes` lists them.\n"
    )


def _counted(codes: int) -> str:
    return f"{codes:,} code{'s' if codes > 1 else ''}"


def _head(read: CodelistFile) -> dict[str, str]:
    head = read.head
    if head is None:
        return {}
    values = {key: str(getattr(head, key)) for key in KEYS[1:]}
    return {key: value for key, value in values.items() if value}


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Return rows as columns two blanks apart; the last column is as long as it is."""
    shown = [tuple(printable(cell) for cell in row) for row in rows]
    widths = [max(len(row[at]) for row in shown) for at in range(max(map(len, shown)) - 1)]
    lines = []
    for row in shown:
        cells = [cell.ljust(widths[at]) for at, cell in enumerate(row[:-1])]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines) + "\n"


def _json(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
