"""Single values: how a recorded one is held, what kind of value is wanted, and how values are put in order."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, assert_never

from cohort.engines.reference.world import Cell, ReferenceFault
from cohort.query.outputs import MISSING
from cohort.types import Kind, ValueType


def as_cell(recorded: object, kind: ValueType) -> Cell:
    """Return a recorded or written value as the engine holds it: decimal numbers as floating point."""
    if recorded is None:
        return None
    if kind.kind is Kind.DECIMAL:
        # A decimal column holds numbers; anything else raises, which is what a wrong test table deserves.
        return float(recorded)  # type: ignore[arg-type]
    if not isinstance(recorded, int | str | datetime.date):
        raise ReferenceFault(f"{type(recorded).__name__} is no value of {kind.kind}")
    return recorded


def as_condition(cell: Cell) -> bool | None:
    """Return a cell as a truth value; a 0 or 1 that came through as a number is a fault."""
    if cell is None or isinstance(cell, bool):
        return cell
    raise ReferenceFault("a condition gave something else than yes or no")


def as_date(cell: Cell) -> datetime.date | None:
    """Return a cell as a date or missing."""
    if cell is None or isinstance(cell, datetime.date):
        return cell
    raise ReferenceFault("a date was expected")


def as_text(cell: Cell) -> str:
    """Return a value as the text by which results name its category."""
    match cell:
        case None:
            return MISSING.value
        case bool():
            return "1" if cell else "0"
        case int() | str():
            return str(cell)
        case datetime.date():
            return cell.isoformat()
        case float():
            raise ReferenceFault("a decimal number names no category")
        case _:
            assert_never(cell)


def in_order_of(row: Mapping[str, Cell], columns: Iterable[str]) -> tuple[Any, ...]:
    """Return what sorts rows by columns, rising, missing values last."""
    return tuple((True,) if row[name] is None else (False, row[name]) for name in columns)
