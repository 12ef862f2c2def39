"""What relations of the plan read, and how: what later passes may leave out of a table depends on it.

A relation reads other rows in one of two ways. It may look at them unit by unit: then rows of units that nobody asks
about may be left out, and with them those that it drops itself. Or it may need all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from cohort.plan.model import EntryValues, Flags, OfFrame, Relation, WithinReach, WorkOut
from cohort.plan.of_members import ClipToCover, CutBySpells, EventsInFollowUp
from cohort.plan.wanted import Filter, filter_of, on_columns, renamed
from cohort.query.rows import (
    Add,
    AsUnit,
    CloseSpells,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    NamedRows,
    OnePer,
    Rename,
    Rows,
    Union,
    Where,
)
from cohort.query.summaries import Covered, RowsOf, Summary
from cohort.query.values import Fact, Figure, Value, VariableValue, children


@dataclass(frozen=True)
class Read:
    """One reading of named rows.

    ``unit`` is the column by which rows of units that nobody asks about may be left out of what is read (None: rows of
    all units are needed), ``kept`` what the reader drops rows by. A ``fact`` of a unit is looked up in rows with one
    row for each unit.
    """

    name: str
    unit: str | None = None
    kept: Filter = ()
    fact: bool = False


def reads_of_rows(
    rows: Rows, unit: str | None, kept: Filter, of_unit: str, *, own: bool = True
) -> Iterator[Read]:
    """Yield what rows read, first what they begin with.

    ``unit`` is their column of the units that somebody asks about (None: all rows are wanted), ``kept`` what their
    readers drop rows by, and ``of_unit`` the unit of the study, whose column summaries and facts are joined by. With
    ``own`` what the rows themselves are filtered by is added to ``kept``.
    """
    match rows:
        case NamedRows():
            yield Read(rows.name, unit, kept)
            return
        case Where():
            both = tuple(dict.fromkeys((*filter_of(rows.condition), *kept))) if own else kept
            yield from reads_of_rows(rows.rows, unit, both, of_unit, own=own)
            yield from _reads_of_values(rows, (rows.condition,), unit, of_unit)
            return
        case Add():
            before = rows.rows.shape.names
            below = unit if unit in before else None
            yield from reads_of_rows(rows.rows, below, on_columns(kept, before), of_unit, own=own)
            yield from _reads_of_values(rows, tuple(value for _, value in rows.added), unit, of_unit)
            return
        case Rename():
            old = {new: name for name, new in rows.renamed}
            yield from reads_of_rows(rows.rows, _old(unit, old), renamed(kept, old), of_unit, own=own)
            return
        case AsUnit():
            yield from reads_of_rows(rows.rows, unit, kept, of_unit, own=own)
            return
        case KeepOne() | OnePer():
            # A row may be left out only together with all the rows that it is compared with.
            per = rows.per
            yield from reads_of_rows(
                rows.rows, unit if unit in per else None, on_columns(kept, per), of_unit, own=own
            )
            return
        case JoinSpells():
            inside = unit if unit in rows.groups else None
            yield from reads_of_rows(rows.rows, inside, on_columns(kept, rows.groups), of_unit, own=own)
            return
        case CloseSpells():
            yield from reads_of_rows(
                rows.rows, unit if unit == rows.shape.unit else None, (), of_unit, own=own
            )
            return
        case Union():
            for part in rows.parts:
                yield from reads_of_rows(part, unit, on_columns(kept, part.shape.names), of_unit, own=own)
            return
        case ForEachEntry():
            yield from reads_of_rows(
                rows.rows, rows.rows.shape.unit, on_columns(kept, rows.rows.shape.names), of_unit, own=own
            )
            return
        case _:
            yield from all_of(rows)


def reads_for_frame(relation: Relation, kept: Filter, of_unit: str) -> Iterator[Read]:
    """Yield what a relation reads that is worked out for the units of a frame; ``kept`` is what its readers drop by."""
    match relation:
        case WorkOut():
            yield from reads_of_value(relation.value, of_unit)
        case Flags():
            for _, value in relation.steps:
                yield from reads_of_value(value, of_unit)
        case EntryValues():
            for _, value in relation.values:
                yield from reads_of_value(value, of_unit)
        case ClipToCover():
            yield Read(relation.cover, of_unit)
        case CutBySpells():
            yield Read(relation.split.rows.name, of_unit)
        case EventsInFollowUp():
            yield Read(relation.events.name, of_unit)
        case OfFrame():
            yield Read(relation.rows.name, relation.unit, filter_of(relation.keep))
        case WithinReach():
            yield Read(relation.rows.name, None, kept)
        case _ if isinstance(relation, Rows):
            unit = relation.shape.unit if relation.shape.per_entry else None
            yield from reads_of_rows(relation, unit, kept, of_unit)
        case _:
            yield from all_of(relation)


def reads_of_value(value: Value, unit: str) -> Iterator[Read]:
    """Yield what a value reads that is worked out for a unit, whose column is ``unit``."""
    match value:
        case Fact():
            yield Read(value.rows, unit, fact=True)
        case Figure():
            yield Read(value.rows)
        case Summary():
            yield Read(value.rows.name, unit, filter_of(value.condition))
        case Covered():
            yield Read(value.rows.name, unit)
        case _:
            pass
    for child in children(value):
        yield from reads_of_value(child, unit)


def all_of(relation: object) -> Iterator[Read]:
    """Yield every name that a relation may refer to, as rows that are needed whole."""
    yield from (Read(name) for name in dict.fromkeys(_texts(relation)))


def _reads_of_values(rows: Rows, values: tuple[Value, ...], unit: str | None, of_unit: str) -> Iterator[Read]:
    """What the values of row operations read: of the same unit, if the rows say whose they are."""
    own = unit is not None and rows.shape.unit == unit
    for value in values:
        if own:
            yield from reads_of_value(value, of_unit)
        else:
            yield from (replace(read, unit=None) for read in reads_of_value(value, of_unit))


def _old(name: str | None, old_names: dict[str, str]) -> str | None:
    return None if name is None else old_names.get(name, name)


def _texts(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield node
        case tuple() | frozenset():
            for part in node:
                yield from _texts(part)
        case NamedRows() | RowsOf() | VariableValue():
            yield node.name
        case _ if is_dataclass(node):
            for field in fields(node):
                yield from _texts(getattr(node, field.name))
        case _:
            return
