"""Codelists as files: CSV with the columns ``code`` and ``label``, and further ones, with or without a head."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from cohort.catalogue.code_systems import CodeSystem, system_named
from cohort.catalogue.codelist_head import CodelistHead, hash_of, head_text, read_head
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.source import Place, Source, Span
from cohort.source.csv_table import CsvTable, csv_table, csv_text

MOST_CODES = 20_000
"""A longer list is a whole classification, which can be said with prefixes of codes."""
LARGEST_FILE = 5_000_000
"""Bytes of a file beside the spec: a list of the most codes with long labels."""

_MOST_PROBLEMS = 10
"""Codes of one file that are reported: who has more of them has chosen the wrong system."""
_CODES_SHOWN = 12
_SEPARATORS = {";": "semicolons", "\t": "tabs"}
"""What spreadsheets write in place of commas."""


@dataclass(frozen=True)
class CodelistFile:
    """A codelist as read: its head (None: a plain file), the names of its columns, and its rows.

    Codes are trimmed, and in capitals if the head names a system that does not tell small letters apart. Those of a
    plain file are as written: the column that they are compared with decides.
    """

    head: CodelistHead | None
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Codes with labels, in the order of the file."""
        code, label = self.header.index("code"), self.header.index("label")
        return tuple((row[code], row[label]) for row in self.rows)

    @property
    def further(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Further columns by name, one text for each code."""
        return tuple(
            (name, tuple(row[at] for row in self.rows))
            for at, name in enumerate(self.header)
            if name not in ("code", "label")
        )

    @property
    def text(self) -> str:
        r"""The file as text, with ``\n`` at the ends of lines; the head says the hash that it was read with."""
        return (head_text(self.head) if self.head else "") + csv_text(self.header, self.rows)

    @property
    def pinned(self) -> CodelistFile:
        """The file with its hash in its head; a file without a head as it is."""
        if self.head is None:
            return self
        bare = replace(self, head=replace(self.head, sha256=""))
        return replace(self, head=replace(self.head, sha256=hash_of(bare.text)))


def read_codelist_file(
    source: Source, lists: Mapping[str, Collection[str]], diagnostics: Diagnostics, at: str = ""
) -> CodelistFile | str | None:
    """Read a codelist. Returns what is wrong with the table in words, or None where the problems are reported.

    ``lists`` are the catalogue's lists of codes by name, which can be the system of a codelist. ``at`` is the path in
    the spec of what names the file.
    """
    found = read_head(source, lists, diagnostics, at)
    if found.broken:
        return None
    body = source.text[found.end :]
    if found.head is None and body.startswith("#"):
        return "it begins with a comment that is no head: a head begins with `# cohort_codelist: 1`"
    table = csv_table(body)
    if isinstance(table, str):
        return table
    if not table.rows or not {"code", "label"} <= set(table.header):
        separator = next((name for sign, name in _SEPARATORS.items() if sign in table.header[0]), "")
        if separator:
            return f"its values are separated by {separator}, and commas are needed"
        return "it has no rows, or not the columns code and label"
    if len(table.rows) > MOST_CODES:
        return f"it holds more than {MOST_CODES:,} codes"
    system = system_named(found.head.system) if found.head else None
    above = source.text.count("\n", 0, found.end)
    rows = _rows(table, system, above)
    if isinstance(rows, str):
        return rows
    read = CodelistFile(found.head, table.header, rows)
    lines = tuple(above + line for line in table.lines)
    if found.head and not _codes_fit(read, lines, source, lists.get(found.head.system), diagnostics, at):
        return None
    return read


def _rows(table: CsvTable, system: CodeSystem | None, above: int) -> tuple[tuple[str, ...], ...] | str:
    """Return rows with their codes trimmed, and as their system has them, or what is wrong with a code."""
    at = table.header.index("code")
    seen: dict[str, int] = {}
    rows: list[tuple[str, ...]] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        code = system.as_read(row[at]) if system else row[at].strip()
        if not code:
            return f"line {above + line} of it has no code"
        if code in seen:
            return f"a code stands in it twice, in lines {above + seen[code]} and {above + line}"
        seen[code] = line
        rows.append((*row[:at], code, *row[at + 1 :]))
    return tuple(rows)


def _codes_fit(
    read: CodelistFile,
    lines: tuple[int, ...],
    source: Source,
    listed: Collection[str] | None,
    diagnostics: Diagnostics,
    at: str,
) -> bool:
    """Whether all codes are written as those of the system; reports the first of those that are not."""
    assert read.head is not None
    name = read.head.system
    system = system_named(name)
    faults = 0
    for (code, _), line in zip(read.codes, lines, strict=True):
        why, suggestion = "", None
        if listed is not None:
            beginning = read.head.compared == "beginnings"
            if code not in listed and not (beginning and any(known.startswith(code) for known in listed)):
                shown = ", ".join(list(listed)[:_CODES_SHOWN])
                why = f"its codes are {shown}{', …' if len(listed) > _CODES_SHOWN else ''}"
                suggestion = nearest(code, listed)
        elif system is not None and not system.is_formed(code):
            why = f"such a code is {system.form_words}"
            held = system.as_held(code)
            if held != code and system.is_formed(held):
                extra = (
                    "its dot" if "." in code and system.dots_removed else "the characters of a term after it"
                )
                why, suggestion = f"the data hold it without {extra}", held
        if why:
            faults += 1
            if faults <= _MOST_PROBLEMS:
                place = _line(source, line)
                diagnostics.add(
                    "COD412", place, at=at, suggestion=suggestion, code=code, system=name, why=why
                )
    return faults == 0


def _line(source: Source, line: int) -> Place:
    start = 0
    for _ in range(line - 1):
        start = source.text.index("\n", start) + 1
    return Place(source, Span(start, start + len(source.line_text(line))))
