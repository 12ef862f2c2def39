"""Reads the pages of spec tests: Markdown with tiny tables, fragments of the language and expected rows.

A page is prose with fenced blocks. Blocks before the first ``##`` belong to every section; each section is a test.

- ``rows NAME`` (or ``rows NAME one-per-child``): a held table. The header gives columns and types (``child: key``);
  a star marks the columns of its key. A blank cell is missing; double quotes keep blanks.
- ``definition NAME``: the YAML of a definition. ``value on NAME``: an expression, as the column ``answer``.
  ``variable on NAME``: the YAML of a variable, as the column ``answer``.
- ``windows``: YAML of windows; ``codelist NAME``: lines ``code,label``. Both are for variables.
- ``expect``: what the fragment before gives, in any order; columns that are not listed are not compared.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

from cohort.engines.reference import Cell
from cohort.query.rows import TableColumn, TableRows
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

UNIT = "child"
TYPES = {
    "key": ValueType(Kind.KEY, bits=64),
    "whole": WHOLE,
    "decimal": DECIMAL,
    "text": ValueType(Kind.TEXT, length=40),
    "code": ValueType(Kind.CODE, length=8),
    "date": DATE,
    "yes_or_no": BOOLEAN,
}
_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block: its words (``rows``, ``events``) and its text."""

    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Section:
    """One test: the blocks of its page and its own, in order."""

    page: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class HeldRows:
    """A table of a page: what it looks like, its recorded rows, and whether no child has two."""

    table: TableRows
    records: list[dict[str, Cell]]
    one_per_unit: bool


def sections_of(path: Path) -> list[Section]:
    """Read a page."""
    text = path.read_text("utf-8")
    opening, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    shared = _blocks(opening)
    return [Section(path.stem, part.partition("\n")[0].strip(), (*shared, *_blocks(part))) for part in rest]


def _blocks(text: str) -> tuple[Block, ...]:
    found = tuple(Block(tuple(words.split()), body) for words, body in _FENCE.findall(text))
    assert len(found) * 2 == len(re.findall(r"^```", text, re.MULTILINE)), "a block is not closed"
    return found


def held_rows(block: Block) -> HeldRows:
    """Read a ``rows`` block."""
    _, name, *flags = block.words
    assert flags in ([], ["one-per-child"]), flags
    header, *lines = _lines(block.text)
    columns: list[TableColumn] = []
    key: list[str] = []
    for cell in header:
        title, _, kind = (part.strip() for part in cell.partition(":"))
        column = title.rstrip("*")
        key += [column] if title.endswith("*") else []
        columns.append(TableColumn(column, column.upper() + "_COL", TYPES[kind]))
    table = TableRows(name, tuple(columns), tuple(key or [columns[0].name]))
    records = [
        {column.name: cell_of(text, column.type) for column, text in zip(columns, line, strict=True)}
        for line in lines
    ]
    return HeldRows(table, records, bool(flags))


def expected_rows(block: Block, types: dict[str, ValueType]) -> list[dict[str, Cell]]:
    """Read an ``expect`` block; ``types`` are those of the rows it is about."""
    header, *lines = _lines(block.text)
    unknown = set(header) - set(types)
    assert not unknown, f"no such columns: {sorted(unknown)}"
    return [
        {name: cell_of(text, types[name]) for name, text in zip(header, line, strict=True)} for line in lines
    ]


def cell_of(text: str, type_: ValueType) -> Cell:
    """Read one cell; blank is missing."""
    if not text:
        return None
    if text.startswith('"'):
        assert text.endswith('"'), text
        text = text[1:-1]
    match type_.kind:
        case Kind.KEY | Kind.WHOLE:
            return int(text)
        case Kind.DECIMAL:
            return float(text)
        case Kind.TEXT | Kind.CODE:
            return text
        case Kind.DATE:
            return datetime.date.fromisoformat(text)
        case Kind.BOOLEAN:
            return {"yes": True, "no": False}[text]


def _lines(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
