"""Which rows of a table the steps that read it can want at all: conditions on codes that all of them share.

A filter is what one reader asks of a row before anything else: conditions of which each is on one column, is of the
form *column in codelist* or *column begins with one of some prefixes*, and drops a row for which it is not true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cohort.query.calls import StartsWith
from cohort.query.values import And, Column, InSet, Literal, Or, Value, walk

Filter = tuple[Value, ...]
"""Conditions that a reader drops rows by; with none it wants all rows."""

MOST_ALTERNATIVES = 60
"""With how many different filters rows are no longer looked through before the steps that filter them."""


def filter_of(condition: Value | None) -> Filter:
    """Return the conditions on codes that a condition demands of a row."""
    if condition is None:
        return ()
    parts = condition.parts if isinstance(condition, And) else (condition,)
    found = [inner for part in parts for inner in (filter_of(part) if isinstance(part, And) else (part,))]
    return tuple(dict.fromkeys(part for part in found if _is_membership(part)))


def on_columns(kept: Filter, columns: Iterable[str]) -> Filter:
    """Return the conditions of a filter that only need some columns."""
    known = frozenset(columns)
    return tuple(part for part in kept if _column(part) in known)


def renamed(kept: Filter, old_names: Mapping[str, str]) -> Filter:
    """Return a filter of renamed columns (new name to old) on the columns before."""
    return tuple(_on(part, old_names.get(_column(part), _column(part))) for part in kept)


def any_of(filters: Sequence[Filter]) -> Value | None:
    """Return a condition that every row fulfils that some reader wants; None if one wants all, or all are too many.

    Filters that share a column become one condition on it, so that the text stays as short as the lists are.
    """
    different = tuple(dict.fromkeys(filters))
    if not all(different):
        return None
    if len(different) == 1:
        return _all(different[0])
    for column in dict.fromkeys(_column(part) for part in different[0]):
        found = [next((part for part in kept if _column(part) == column), None) for kept in different]
        parts = [part for part in found if part is not None]
        if len(parts) == len(found):
            return _together(parts)
    return Or(tuple(_all(kept) for kept in different)) if len(different) <= MOST_ALTERNATIVES else None


def _is_membership(value: Value) -> bool:
    match value:
        case InSet(part=Column()):
            return True
        case StartsWith(part=Column(), prefixes=prefixes):
            return bool(prefixes)
        case _:
            return False


def _column(value: Value) -> str:
    match value:
        case InSet(part=Column(name=name)) | StartsWith(part=Column(name=name)):
            return name
        case _:
            raise TypeError("not a condition on codes")


def _on(value: Value, name: str) -> Value:
    """Return the condition on a column of another name."""
    match value:
        case InSet(part=part):
            return InSet(Column(name, part.type), value.members, value.codelist)
        case StartsWith(part=part):
            return StartsWith(Column(name, part.type), value.prefixes, value.codelist)
        case _:
            raise TypeError("not a condition on codes")


def _all(kept: Filter) -> Value:
    return kept[0] if len(kept) == 1 else And(kept)


def _together(parts: Sequence[Value]) -> Value:
    """Return one condition for several on one column: one list of all members, one of all prefixes."""
    members: dict[Literal, None] = {}
    prefixes: dict[str, None] = {}
    column = next(node for node in walk(parts[0]) if isinstance(node, Column))
    for part in parts:
        match part:
            case InSet():
                members |= dict.fromkeys(part.members)
            case StartsWith():
                prefixes |= dict.fromkeys(part.prefixes)
            case _:
                raise TypeError("not a condition on codes")
    conditions: list[Value] = []
    # A list without members is in no codelist: nobody wants a row by it.
    if members:
        conditions.append(InSet(column, tuple(members)))
    if prefixes:
        conditions.append(StartsWith(column, tuple(prefixes)))
    if not conditions:
        return InSet(column, ())
    return conditions[0] if len(conditions) == 1 else Or(tuple(conditions))
