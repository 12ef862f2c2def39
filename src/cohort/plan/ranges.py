"""By which windows around the index date rows are asked for, from those who read them back to what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cohort.plan.model import Range
from cohort.plan.reads import all_of
from cohort.query.rows import (
    Add,
    AsUnit,
    ForEachEntry,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rename,
    Rows,
    Where,
    inputs,
    values_of,
)
from cohort.query.summaries import Covered, Outer, Summary
from cohort.query.values import (
    And,
    Column,
    Compare,
    During,
    Fact,
    Figure,
    IndexDate,
    Literal,
    ShiftDate,
    Value,
    VariableValue,
    children,
    walk,
)
from cohort.types import Kind

Asked = frozenset[Range] | None
"""What is asked of rows: those in one of some ranges, or (None) all of them."""
Origins = Mapping[str, frozenset[str]]
"""For an added column of rows that is worked out from other columns of its row alone: which those are."""


@dataclass(frozen=True)
class Known:
    """What is known of named rows: the origins of their columns, and the named rows of which they are some."""

    origins: dict[str, Origins] = field(default_factory=dict)
    among: dict[str, str] = field(default_factory=dict)

    def learn(self, name: str, rows: Rows) -> None:
        """Add what operations on rows that are known already say of the rows of a name."""
        self.origins[name] = origins_of(rows, self.origins)
        below = _named(rows)
        if below is not None:
            self.among[name] = below


MOST = 4
"""From how many different ranges on rows are no longer restricted."""
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ELSEWHERE = (Summary, Covered, Fact, Figure, VariableValue, IndexDate, Outer)


def merged(first: Asked, second: Asked) -> Asked:
    """Return what two readers ask for together."""
    if first is None or second is None or len(first | second) > MOST:
        return None
    return first | second


def range_of(condition: Value | None) -> Range | None:
    """Return a window that a condition on rows of entries demands of one column, if it demands one."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    for part in parts:
        match part:
            case And():
                inside = range_of(part)
                if inside is not None:
                    return inside
            case During(part=Column(name=name)) if _is_bound(part.start) and _is_bound(part.end):
                return Range(name, part.start, part.end, part.end_included)
            case Compare(left=Column(name=name), right=right) if part.op in _TURNED and _is_bound(right):
                return _compared(name, part.op, right)
            case Compare(left=left, right=Column(name=name)) if part.op in _TURNED and _is_bound(left):
                return _compared(name, _TURNED[part.op], left)
            case _:
                pass
    return None


def origins_of(rows: Rows, known: Mapping[str, Origins]) -> Origins:
    """Return which added columns of rows are worked out from which others of the same row."""
    match rows:
        case NamedRows():
            return known.get(rows.name, {})
        case Add():
            pure = {
                name: frozenset(part.name for part in walk(value) if isinstance(part, Column))
                for name, value in rows.added
                if not any(isinstance(part, _ELSEWHERE) for part in walk(value))
            }
            return {**origins_of(rows.rows, known), **pure}
        case Rename():
            new = dict(rows.renamed)
            before = origins_of(rows.rows, known)
            return {
                new.get(name, name): frozenset(new.get(c, c) for c in columns)
                for name, columns in before.items()
            }
        case Where() | AsUnit() | KeepOne() | OnePer() | ForEachEntry() | LinkUnit():
            return origins_of(rows.rows, known)
        case _:
            return {}


def ranges_of_rows(rows: Rows, asked: Asked, known: Known) -> Iterator[tuple[str, Asked]]:
    """Yield the names that rows read and what they ask of each, first what they begin with.

    ``asked`` is what is asked of the rows themselves, ``known`` what is known of named rows.
    """
    match rows:
        case NamedRows():
            yield rows.name, asked
            return
        case Where():
            own = range_of(rows.condition) if rows.shape.per_entry else None
            yield from ranges_of_rows(rows.rows, asked if own is None else frozenset((own,)), known)
        case Add():
            # A column that is added here can be looked at from here on only.
            yield from ranges_of_rows(rows.rows, _on(asked, rows.rows.shape.names), known)
        case Rename():
            old = {new: name for name, new in rows.renamed}
            before = asked and frozenset(
                replace(one, column=old.get(one.column, one.column)) for one in asked
            )
            yield from ranges_of_rows(rows.rows, before, known)
        case AsUnit() | ForEachEntry():
            yield from ranges_of_rows(rows.rows, asked, known)
        case KeepOne() | OnePer():
            # A row may be left out only together with all the rows that it is compared with.
            fixed = _fixed_by(rows.per, origins_of(rows.rows, known.origins))
            yield from ranges_of_rows(rows.rows, _on(asked, (*rows.per, *fixed)), known)
        case LinkUnit():
            yield from ranges_of_rows(rows.rows, _on(asked, rows.rows.shape.names), known)
            yield from ((name, None) for name, _ in ranges_of_rows(rows.mapping, None, known))
        case _:
            yield from ((read.name, None) for read in all_of(rows))
            return
    for value in values_of(rows):
        yield from _of_value_beside(value, rows, asked, known)


def ranges_of_value(value: Value, per_entry: bool = True) -> Iterator[tuple[str, Asked]]:
    """Yield the names that a value reads and what it asks of each; ``per_entry``: the index date is at hand."""
    match value:
        case Summary():
            own = range_of(value.condition) if per_entry else None
            yield value.rows.name, None if own is None else frozenset((own,))
        case Covered():
            yield value.rows.name, None
        case Fact() | Figure():
            yield value.rows, None
        case _:
            pass
    for child in children(value):
        yield from ranges_of_value(child, per_entry)


def _of_value_beside(value: Value, rows: Rows, asked: Asked, known: Known) -> Iterator[tuple[str, Asked]]:
    """Yield what a value of a row asks of what it reads: of the table of the row itself it may need like rows only."""
    per_entry = rows.shape.per_entry
    for name, wanted in ranges_of_value(value, per_entry):
        if wanted is not None or asked is None or not _is_among(inputs(rows)[0], name, known):
            yield name, wanted
            continue
        shared = [
            _shared(part.condition) if isinstance(part, Summary) else set()
            for part in walk(value)
            if isinstance(part, Summary | Covered) and part.rows.name == name
        ]
        of_table = known.origins.get(name, {})
        fixed: set[str] = set.intersection(*({*own, *_fixed_by(tuple(own), of_table)} for own in shared))
        # Rows that are looked up have the column as the row itself does, so they are in the same range.
        yield name, _on(asked, tuple(fixed))


def _shared(condition: Value | None) -> set[str]:
    """Return the columns that rows of a summary have in common with the row outside."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    return {
        part.left.name
        for part in parts
        if isinstance(part, Compare)
        and part.op == "="
        and isinstance(part.left, Column)
        and isinstance(part.right, Outer)
        and part.left.name == part.right.name
    }


def _is_among(rows: Rows, name: str, known: Known) -> bool:
    """Whether rows are some of the rows of a name, with nothing changed in their columns."""
    below = _named(rows)
    while below is not None and below != name:
        below = known.among.get(below)
    return below == name


def _named(rows: Rows) -> str | None:
    while isinstance(rows, Where | AsUnit):
        rows = rows.rows
    return rows.name if isinstance(rows, NamedRows) else None


def _fixed_by(columns: tuple[str, ...], origins: Origins) -> tuple[str, ...]:
    """Return the added columns that are the same wherever some columns are."""
    return tuple(name for name, of in origins.items() if of and of <= set(columns))


def _on(asked: Asked, columns: tuple[str, ...]) -> Asked:
    """Return what is asked if all of it is about some columns, else everything."""
    return asked if asked is not None and all(one.column in columns for one in asked) else None


def _compared(name: str, op: str, bound: Value) -> Range:
    if op in (">", ">="):
        return Range(name, bound, None, False)
    return Range(name, None, bound, op == "<=")


def _is_bound(value: Value) -> bool:
    """Whether a bound moves with the index date, and never the other way."""
    match value:
        case IndexDate():
            return True
        case ShiftDate():
            return _is_bound(value.date)
        case Literal():
            return value.type.kind is Kind.DATE and value.value is not None
        case _:
            return False
