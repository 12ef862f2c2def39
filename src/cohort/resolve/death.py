"""Whether a date is a day of death, which is itself a day of follow-up: told by the columns that it comes from."""

from __future__ import annotations

from cohort.query.rows import Add, NamedRows, OfRelated, Rename, Rows, TableRows, Union, inputs
from cohort.query.values import Column, Extreme, Fact, Literal, Pick, Value, VariableValue
from cohort.resolve.definitions import Names


def is_death(value: Value, names: Names, rows: Rows | None = None) -> bool:
    """Whether a value is a recorded date of death. ``rows`` are the rows whose columns it sees."""
    match value:
        case Column(name) if rows is not None:
            return _column_is_death(rows, name, names)
        case Fact(name, column):
            definition = names.definitions.get(name)
            return definition is not None and _column_is_death(definition.rows, column, names)
        case VariableValue(name):
            inner = names.values.get(name)
            return inner is not None and is_death(inner, names, rows)
        case Pick():
            return _all_are((value.then, value.otherwise), names, rows)
        case Extreme():
            return _all_are(value.parts, names, rows)
        case _:
            return False


def _all_are(parts: tuple[Value, ...], names: Names, rows: Rows | None) -> bool:
    """Whether all parts are dates of death, but for those that are missing anyway."""
    dates = [part for part in parts if not (isinstance(part, Literal) and part.value is None)]
    return bool(dates) and all(is_death(part, names, rows) for part in dates)


def _column_is_death(rows: Rows, column: str, names: Names) -> bool:
    match rows:
        case TableRows(table):
            held = names.setting.catalogue.tables[table].columns
            return any(c.name == column and c.means_death for c in held)
        case NamedRows(name):
            definition = names.definitions.get(name)
            return definition is not None and _column_is_death(definition.rows, column, names)
        case Add() if column in dict(rows.added):
            return is_death(dict(rows.added)[column], names, rows.rows)
        case Rename():
            before = {new: old for old, new in rows.renamed}.get(column, column)
            return _column_is_death(rows.rows, before, names)
        case Union():
            return all(_column_is_death(part, column, names) for part in rows.parts)
        case OfRelated():
            # The death of a brother or sister ends nobody else's time.
            return False
        case _:
            below = inputs(rows)
            return bool(below) and _column_is_death(below[0], column, names)
