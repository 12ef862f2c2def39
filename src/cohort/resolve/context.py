"""Context tables: files of figures by area and time beside the spec, with their hash, types and keys checked."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
from cohort.query.base import Plain
from cohort.query.rows import LiteralRows
from cohort.query.study import ContextTable, Origin
from cohort.resolve.codelists import read_table
from cohort.resolve.names import why_reserved
from cohort.resolve.written import Reader, flat
from cohort.source import Place
from cohort.source.nodes import ScalarNode
from cohort.spec.model import ContextTable as WrittenTable
from cohort.types import DATE, DECIMAL, Kind, ValueType

MOST_ROWS = 20_000
"""Figures are written into the script; more of them belong in a table of the database."""
TIMES = ("year to 31 March", "calendar year", "academic year")
"""How a time can be written: by the year in which it ends, in which it lies, or in which it begins."""

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,10})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")

Problem = Callable[[Place, str], None]


def read_context(
    written: WrittenTable,
    folder: Path,
    catalogue: Catalogue,
    unit: str,
    origin: Origin,
    diagnostics: Diagnostics,
) -> ContextTable | None:
    """Read one context table. Reports its own problems."""
    name, at = written.name.text, f"context.{written.name.text}"

    def problem(place: Place, sentence: str) -> None:
        diagnostics.add("COD410", place, at=at, name=name, problem=sentence)

    table = read_table(written.file, folder)
    if isinstance(table, str):
        problem(written.file.place, table)
        return None
    found = hashlib.sha256((folder / written.file.text).read_bytes()).hexdigest()
    if written.sha256.text.lower() != found:
        diagnostics.add("COD411", written.sha256.place, at=at, name=name, file=written.file.text, hash=found)
        return None
    time_is = _time_is(written, Reader(diagnostics, at))
    header, body = table
    key = tuple(node.text for node in (written.area, written.time, *written.by) if node)
    if time_is is None or not _columns_fit(written, header, body, unit, problem):
        return None
    columns, values = [], []
    for position, column in enumerate(header):
        typed = _typed(column, [row[position] for row in body], catalogue)
        if isinstance(typed, str):
            problem(written.file.place, typed)
            return None
        columns.append((column, typed[0]))
        values.append(typed[1])
    held = tuple(zip(*values, strict=True))
    keys = [tuple(row[header.index(part)] for part in key) for row in held]
    if any(None in of_row for of_row in keys):
        problem(written.file.place, f"a row has no {' or no '.join(key)}")
        return None
    if len(set(keys)) < len(keys):
        problem(written.file.place, f"two rows are for the same {' and '.join(key)}")
        return None
    if not _time_fits(written, dict(columns), problem):
        return None
    return ContextTable(
        name=name,
        file=written.file.text,
        source=flat(written.source),
        licence=flat(written.licence),
        sha256=found,
        rows=LiteralRows(name, tuple(columns), key, held),
        area=written.area.text if written.area else None,
        time=written.time.text if written.time else None,
        time_is=time_is,
        why=flat(written.why),
        origin=origin,
    )


def _time_is(written: WrittenTable, reader: Reader) -> str | None:
    """Return how a time is written, empty for a table without times; None after a problem."""
    if written.time is None:
        return ""
    if written.time_is is None:
        example = f"time_is: {TIMES[0]}"
        reader.wrong(written.time, "time", "written together with `time_is`", example)
        return None
    return reader.word(written.time_is, "time_is", TIMES)


def _columns_fit(
    written: WrittenTable, header: list[str], body: list[list[str]], unit: str, problem: Problem
) -> bool:
    keys: list[ScalarNode] = [node for node in (written.area, written.time, *written.by) if node]
    if not keys:
        problem(written.name.place, "it has neither `area` nor `time` nor `by`")
        return False
    for node in keys:
        if node.text not in header:
            problem(node.place, f"the file has no column `{node.text}`")
            return False
    if len({node.text for node in keys}) < len(keys) or len(keys) == len(header):
        problem(written.name.place, "its columns must be keys, each once, and one figure or more")
        return False
    for column in header:
        reason = "it is not written in small letters, digits and _" if not _NAME.fullmatch(column) else None
        reason = reason or why_reserved(column, unit)
        if reason is not None:
            problem(written.file.place, f"its column `{column}` needs another name, because {reason}")
            return False
    if not body or len(body) > MOST_ROWS:
        problem(written.file.place, f"it must hold from 1 to {MOST_ROWS:,} rows")
        return False
    return True


def _time_fits(written: WrittenTable, types: Mapping[str, ValueType], problem: Problem) -> bool:
    if written.time is None or types[written.time.text].kind is Kind.WHOLE:
        return True
    problem(written.time.place, f"`{written.time.text}` must hold whole numbers of years, such as 2021")
    return False


def _typed(column: str, texts: list[str], catalogue: Catalogue) -> tuple[ValueType, list[Plain]] | str:
    """Return type and values of a column, or what is wrong. A blank is missing.

    A column with the name of a code list of the catalogue holds its codes. Any other column has the first of these
    kinds that all its values have: whole number, decimal number, date, text.
    """
    codes = catalogue.code_lists.get(column)
    if codes is not None:
        unknown = sum(bool(text) and text.upper() not in codes.codes for text in texts)
        if unknown:
            label = codes.label[:1].lower() + codes.label[1:]
            return f"{unknown:,} of the values of `{column}` are no code of the list {label}"
        type_ = _type_of_list(column, catalogue)
        whole = type_.kind is Kind.WHOLE
        return type_, [None if not text else int(text) if whole else text.upper() for text in texts]
    known = [text for text in texts if text]
    if not known:
        return f"the column `{column}` is empty"
    if all(_WHOLE.fullmatch(text) for text in known):
        numbers = [int(text) if text else None for text in texts]
        bits = 32 if all(abs(number) < 2**31 for number in numbers if number is not None) else 64
        return ValueType(Kind.WHOLE, bits=bits), list(numbers)
    if all(_DECIMAL.fullmatch(text) for text in known):
        return DECIMAL, [Decimal(text) if text else None for text in texts]
    if all(_is_date(text) for text in known):
        return DATE, [datetime.date.fromisoformat(text) if text else None for text in texts]
    longest = max(len(text.encode()) for text in known)
    return ValueType(Kind.TEXT, length=longest), [text or None for text in texts]


def _type_of_list(name: str, catalogue: Catalogue) -> ValueType:
    """Return the type that columns of the catalogue with this code list have."""
    types = [column.type for table in catalogue.tables.values() for column in table.columns]
    return next(type_ for type_ in types if type_.code_list == name)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATE.fullmatch(text) and datetime.date.fromisoformat(text))
    except ValueError:
        return False
