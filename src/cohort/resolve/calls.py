"""Calls of functions that take single values: arguments checked one by one, then the node that means it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cohort.diagnostics.nearest import nearest
from cohort.language.tree import CallTree, NameTree, Tree
from cohort.query.calls import Apply, Figure
from cohort.query.functions import SCALARS
from cohort.query.study import ContextTable
from cohort.query.summaries import COVERED
from cohort.query.summaries import FUNCTIONS as SUMMARIES
from cohort.query.values import (
    AgeOn,
    DaysBetween,
    During,
    Extreme,
    Literal,
    ShiftDate,
    Value,
    YearTo31March,
)
from cohort.resolve import codes
from cohort.resolve.functions import FUNCTIONS
from cohort.resolve.meant import meant_function
from cohort.resolve.sense import OLDEST
from cohort.resolve.summaries import covered, summary
from cohort.types import WHOLE, Kind

if TYPE_CHECKING:
    from cohort.resolve.values import ValueResolver

_WORDS_OF_KINDS = {
    frozenset({Kind.DATE}): "a date",
    frozenset({Kind.WHOLE}): "a whole number",
    frozenset({Kind.WHOLE, Kind.DECIMAL}): "a number",
}
_LIMITS = {
    "school_year_day": {1: (1, 13, "a school year"), 2: (1, 12, "a month"), 3: (1, 31, "a day of a month")},
    "school_year_end": {1: (1, 13, "a school year")},
    "round": {1: (0, 6, "a number of decimal places")},
}
"""Arguments that must be written as numbers: by position, least, most and what they are."""


def call(resolver: ValueResolver, tree: CallTree) -> Value | None:
    """Resolve a call."""
    name = tree.name.text
    function = FUNCTIONS.get(name)
    if function is None:
        resolver.report(
            "NAM106",
            tree.name.place,
            name=name,
            functions=", ".join(FUNCTIONS),
            suggestion=meant_function(name),
        )
        return None
    given = len(tree.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        resolver.wrong_number(tree, function)
        return None
    if name in SUMMARIES:
        return summary(resolver, function, tree)
    if name in COVERED:
        return covered(resolver, function, tree)
    match name:
        case "lookup" | "starts_with":
            part = resolver.value(tree.arguments[0])
            if part is None:
                return None
            build = codes.lookup if name == "lookup" else codes.starts_with
            return build(resolver, part, tree.arguments[1], function.example)
        case "figure":
            return _figure(resolver, tree)
        case "overlap_in_days":
            return _overlap(resolver, tree)
        case "current_on":
            return _current_on(resolver, tree)
        case "birthday":
            return _birthday(resolver, tree)
        case _ if name in SCALARS:
            return _scalar(resolver, tree)
        case _:
            return _of_dates(resolver, tree)


def argument(resolver: ValueResolver, name: str, tree: Tree, kinds: frozenset[Kind]) -> Value | None:
    """Resolve one argument that must be of some kinds."""
    words = _WORDS_OF_KINDS[kinds]
    if resolver.is_no_value(tree):
        resolver.wrong_argument(name, tree, words)
        return None
    value = resolver.value(tree)
    if value is not None and value.type.kind not in kinds:
        resolver.report("TYP202", tree.place, function=name, expected=words, found=value.type.human)
        return None
    return value


def _arguments(
    resolver: ValueResolver, name: str, trees: Sequence[Tree], kinds: Sequence[frozenset[Kind]]
) -> tuple[Value, ...] | None:
    found = [argument(resolver, name, tree, kind) for tree, kind in zip(trees, kinds, strict=True)]
    known = tuple(value for value in found if value is not None)
    return known if len(known) == len(found) else None


def _of_dates(resolver: ValueResolver, tree: CallTree) -> Value | None:
    name = tree.name.text
    dates = _arguments(resolver, name, tree.arguments, [frozenset({Kind.DATE})] * len(tree.arguments))
    if dates is None:
        return None
    match name:
        case "age_on":
            born = resolver.scope.birth(tree.place)
            return None if born is None else AgeOn(born, dates[0])
        case "days_between":
            return DaysBetween(dates[0], dates[1])
        case "year_to_31_march":
            return YearTo31March(dates[0])
        case "latest" | "earliest" | "latest_known" | "earliest_known":
            which, _, known = name.partition("_")
            return Extreme(which == "latest", bool(known), dates)
        case _:
            raise KeyError(name)


def _scalar(resolver: ValueResolver, tree: CallTree) -> Value | None:
    """A function of the table of scalars, whose arguments are those of the call."""
    name = tree.name.text
    takes = SCALARS[name].takes
    parts = _arguments(resolver, name, tree.arguments, takes[: len(tree.arguments)])
    if parts is None:
        return None
    for position, (least, most, words) in _LIMITS.get(name, {}).items():
        if position < len(parts):
            value = parts[position]
            plain = value.value if isinstance(value, Literal) else None
            if not isinstance(plain, int) or not least <= plain <= most:
                expected = f"{words} from {least} to {most}, written as a number"
                found = f"`{tree.arguments[position].place.text}`"
                resolver.report(
                    "TYP202", tree.arguments[position].place, function=name, expected=expected, found=found
                )
                return None
    if len(parts) < len(takes):
        # Only `round` may leave its last argument out: no decimal places.
        parts = (*parts, Literal(0, WHOLE))
    return Apply(name, parts)


def _birthday(resolver: ValueResolver, tree: CallTree) -> Value | None:
    (written,) = tree.arguments
    age = argument(resolver, "birthday", written, frozenset({Kind.WHOLE}))
    if age is None:
        return None
    if isinstance(age, Literal) and isinstance(age.value, int) and not 0 <= age.value <= OLDEST:
        resolver.report("TYP216", written.place, text=written.place.text, oldest=OLDEST)
        return None
    born = resolver.scope.birth(tree.place)
    return None if born is None else Apply("birthday", (born, age))


def _overlap(resolver: ValueResolver, tree: CallTree) -> Value | None:
    bounds: list[Value] = []
    for written in tree.arguments:
        period = resolver.period_argument("overlap_in_days", written)
        if period is None:
            return None
        end = ShiftDate(period.end, 1, "day") if period.end_included else period.end
        bounds += [period.start, end]
    return Apply("overlap_in_days", tuple(bounds))


def _current_on(resolver: ValueResolver, tree: CallTree) -> Value | None:
    scope = resolver.scope
    date = argument(resolver, "current_on", tree.arguments[0], frozenset({Kind.DATE}))
    if scope.columns is None or scope.spell is None:
        rows = "there are no rows at hand" if scope.columns is None else f"`{scope.called}` are none"
        resolver.report("TYP220", tree.name.place, function="current_on", rows=rows)
        return None
    if date is None:
        return None
    start, until = (resolver.column(name) for name in scope.spell)
    return During(date, start, until, end_included=False)


# Figures of context tables --------------------------------------------------------------------------------

_TIMES: dict[str, Callable[[Value], Value]] = {
    "year to 31 March": YearTo31March,
    "calendar year": lambda date: Apply("calendar_year", (date,)),
    "academic year": lambda date: Apply("academic_year", (date,)),
    "financial year": lambda date: Apply("financial_year", (date,)),
}
"""How a date becomes the time of a context table."""


def _figure(resolver: ValueResolver, tree: CallTree) -> Value | None:
    named, *written = tree.arguments
    context = resolver.scope.context
    if not isinstance(named, NameTree) or len(named.parts) != 2 or named.parts[0] not in context:
        name = named.parts[0] if isinstance(named, NameTree) else named.place.text
        resolver.report("NAM103", named.place, name=name, suggestion=nearest(name, context))
        return None
    table, column = context[named.parts[0]], named.parts[1]
    types = table.rows.shape.types
    keys = keys_of(table)
    figures = [name for name in types if name not in keys]
    if column not in figures:
        near = nearest(column, figures)
        resolver.report(
            "NAM104",
            named.place,
            rows=table.name,
            name=column,
            columns=", ".join(figures),
            suggestion=near and f"{table.name}.{near}",
        )
        return None
    if len(written) != len(keys):
        example = f"figure({named.text}, {', '.join(keys)})"
        resolver.report(
            "TYP204",
            tree.place,
            function="figure",
            expected=f"a column of `{table.name}` and its {', '.join(keys)}",
            found=len(tree.arguments),
            example=example,
        )
        return None
    found: list[tuple[str, Value]] = []
    for key, part in zip(keys, written, strict=True):
        value = resolver.value(part)
        if value is None:
            return None
        wanted = types[key]
        if key == table.time and value.type.kind is Kind.DATE and wanted.kind is not Kind.DATE:
            value = _TIMES[table.time_is](value)
        if not value.type.comparable_with(wanted):
            resolver.cannot_compare(part.place, value.type.human, wanted.human)
            return None
        like = codes.literal_like(resolver, value, wanted, part.place)
        if like is None:
            return None
        found.append((key, like))
    return Figure(table.name, column, tuple(found), types[column])


def keys_of(table: ContextTable) -> tuple[str, ...]:
    """Return the columns that say which figure is meant, in the order of arguments: area, time, the others."""
    named = [name for name in (table.area, table.time) if name is not None]
    return tuple(dict.fromkeys((*named, *table.rows.key)))
