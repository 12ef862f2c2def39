"""Reads the pages of spec tests: Markdown with tiny tables, fragments of the language and expected rows.

A page is prose with fenced blocks. Blocks before the first ``##`` belong to every section; each section is a test.

What there is:

- ``rows NAME``: a held table. The header gives columns and types (``child: key``); a star marks the columns of its key.
  A blank cell is missing; double quotes keep blanks. ``rows NAME one-per-child`` says that no child has two rows,
  ``rows NAME spells`` that the columns ``start_date`` and ``until`` are a spell.
- ``entries``: a table ``child | index_date``, the entries for which everything else is worked out.
- ``codelist NAME``: lines ``code,label``, or a CSV file with a header, whose further columns can be looked up.
  ``codelist NAME generated N``: the codes ``K00001``, ``K00002`` and so on, N of them, in place of lines.
- ``figures NAME``: a context table, written like ``rows``: the columns with a star are its keys. ``figures NAME
  area=A time=T time_is=year-to-31-March`` says which of them are place and time.
- ``windows``: the YAML of windows.

What is worked out, each under its name:

- ``definition NAME``: the YAML of a definition (``from`` or ``union``, and operations, those of preparation included).
  ``of`` names the definition that pairs units.
- ``variable NAME``: the YAML of a variable, one value for each entry; later blocks can name it.
- ``value``: an expression for each entry, as the column ``answer``.
- ``value on NAME`` and ``variable on NAME``: the same for each row of NAME.

What is expected of the block before:

- ``expect``: its rows, in any order; columns that are not listed are not compared.
- ``expect error CODE``: that it is refused by this rule; the text is the headline of the message.

The table ``children`` with the column ``week_of_birth``, where there is one, gives the births.
"""

from __future__ import annotations

import csv
import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cohort.engines.reference import Cell
from cohort.query.base import Plain
from cohort.query.rows import LiteralRows, TableColumn, TableRows
from cohort.query.study import Codelist, ContextTable, Origin
from cohort.types import BOOLEAN, DATE, DECIMAL, WHOLE, Kind, ValueType

UNIT = "child"
TYPES = {
    "key": ValueType(Kind.KEY, bits=64),
    "whole": WHOLE,
    "large": ValueType(Kind.WHOLE, bits=64),
    "decimal": DECIMAL,
    "text": ValueType(Kind.TEXT, length=40),
    "code": ValueType(Kind.CODE, length=8),
    "date": DATE,
    "yes_or_no": BOOLEAN,
}
FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


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
    """A table of a page: what it looks like, its recorded rows, whether no child has two, whether they are spells."""

    table: TableRows
    records: list[dict[str, Cell]]
    one_per_unit: bool
    spell: tuple[str, str] | None


def sections_of(path: Path) -> list[Section]:
    """Read a page."""
    text = path.read_text("utf-8")
    opening, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    shared = _blocks(opening)
    return [Section(path.stem, part.partition("\n")[0].strip(), (*shared, *_blocks(part))) for part in rest]


def _blocks(text: str) -> tuple[Block, ...]:
    found = tuple(Block(tuple(words.split()), body) for words, body in FENCE.findall(text))
    assert len(found) * 2 == len(re.findall(r"^```", text, re.MULTILINE)), "a block is not closed"
    return found


def held_rows(block: Block) -> HeldRows:
    """Read a ``rows`` or ``entries`` block."""
    if block.words == ("entries",):
        words: tuple[str, ...] = ("rows", "index_dates", "one-per-child")
        text = "child*: key | index_date*: date\n" + block.text.partition("\n")[2]
        assert block.text.startswith("child | index_date\n"), "entries have a child and an index date"
        block = Block(words, text)
    _, name, *flags = block.words
    assert set(flags) <= {"one-per-child", "spells"}, flags
    columns, key, lines = _table(block.text)
    table = TableRows(
        name, tuple(TableColumn(column, column.upper() + "_COL", kind) for column, kind in columns), key
    )
    records = [
        {column: cell_of(text, kind) for (column, kind), text in zip(columns, line, strict=True)}
        for line in lines
    ]
    spell = ("start_date", "until") if "spells" in flags else None
    return HeldRows(table, records, "one-per-child" in flags, spell)


def context_table(block: Block) -> ContextTable:
    """Read a ``figures`` block."""
    _, name, *settings = block.words
    given = dict(setting.split("=") for setting in settings)
    assert set(given) <= {"area", "time", "time_is"}, given
    columns, key, lines = _table(block.text)
    held = tuple(
        tuple(_written(text, kind) for (_, kind), text in zip(columns, line, strict=True)) for line in lines
    )
    rows = LiteralRows(name, columns, key, held)
    time_is = given.get("time_is", "").replace("-", " ")
    here = Origin("page.md", 1)
    return ContextTable(
        name, "page.csv", "", "", "", rows, given.get("area"), given.get("time"), time_is, "", here
    )


def codelist(block: Block) -> Codelist:
    """Read a ``codelist`` block."""
    if block.words[2:3] == ("generated",):
        _, name, _, number = block.words
        assert not block.text, "a generated codelist has no lines"
        block = Block(block.words[:2], "".join(f"{code},Code {code}\n" for code in _generated(int(number))))
    _, name = block.words
    lines = list(csv.reader(block.text.splitlines()))
    further: list[str] = []
    if lines[0][:2] == ["code", "label"]:
        further = lines.pop(0)[2:]
    columns = tuple(
        (title, tuple(line[2 + number] for line in lines)) for number, title in enumerate(further)
    )
    return Codelist(name, "page.csv", tuple((line[0], line[1]) for line in lines), columns)


def _generated(number: int) -> list[str]:
    return [f"K{position:05}" for position in range(1, number + 1)]


def _table(text: str) -> tuple[tuple[tuple[str, ValueType], ...], tuple[str, ...], list[list[str]]]:
    """Return columns with types, the key, and the lines of a table with a typed header."""
    header, *lines = _lines(text)
    columns: list[tuple[str, ValueType]] = []
    key: list[str] = []
    for cell in header:
        title, _, kind = (part.strip() for part in cell.partition(":"))
        column = title.rstrip("*")
        key += [column] if title.endswith("*") else []
        columns.append((column, TYPES[kind]))
    return tuple(columns), tuple(key or [columns[0][0]]), lines


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


def _written(text: str, type_: ValueType) -> Plain:
    """Read one cell as a value of a study, whose decimal numbers are exact."""
    cell = cell_of(text, type_)
    return Decimal(text) if isinstance(cell, float) else cell


def _lines(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
