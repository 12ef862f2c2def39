"""Rates: events per person-time, and counts per residents of areas."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product

from cohort.diagnostics.nearest import nearest
from cohort.query.base import Plain
from cohort.query.rows import Shape
from cohort.query.study import ContextTable, CountOutput, Outcome, Output, RateOutput
from cohort.query.values import Column, Literal
from cohort.resolve.axes import Axes
from cohort.resolve.categories import Narrowing
from cohort.resolve.periods import STRETCHES
from cohort.resolve.tables import Among, read_by, title
from cohort.resolve.written import Reader, flat
from cohort.results.category import Category
from cohort.results.denominators import Denominators
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Output as Written
from cohort.types import DATE, Kind

MOST_OF_A_RATE = 2
"""Variables that a rate is worked out by; its events may have one more of their own."""
LARGEST_PER = 1_000_000

_YEARS = re.compile(r"([1-9]\d{0,6}) person-years?")
_RESIDENTS = re.compile(r"([1-9]\d{0,6}) residents")


def _per(axes: Axes, written: Written, form: re.Pattern[str], wanted: str, example: str) -> int | None:
    """Read ``per: 1000 person-years``."""
    assert written.per is not None
    found = form.fullmatch(flat(written.per))
    if found is not None and int(found[1]) <= LARGEST_PER:
        return int(found[1])
    Reader(axes.names.diagnostics, f"outputs.{written.name.text}").wrong(written.per, "per", wanted, example)
    return None


# Events per person-time -----------------------------------------------------------------------------------


def per_person_years(axes: Axes, written: Written, among: Among) -> list[Output]:
    """Return the table of events of an outcome per person-time. Reports its own problems."""
    assert written.of is not None
    diagnostics, at = axes.names.diagnostics, f"outputs.{written.name.text}"
    outcome = axes.outcomes.get(written.of.text)
    if outcome is None:
        words = [*axes.outcomes, axes.names.setting.unit.plural]
        suggestion = nearest(written.of.text, words)
        known = ", ".join(f"`{name}`" for name in axes.outcomes) or "none"
        diagnostics.add(
            "NAM121",
            written.of.place,
            at=at,
            suggestion=suggestion,
            kind="outcome",
            name=flat(written.of),
            known=known,
        )
        return []
    years = _per(axes, written, _YEARS, "a number of person-years", "per: 1000 person-years")
    if written.figures is not None:
        wanted = "left out, because this rate is per person-time"
        Reader(diagnostics, at).wrong(written.figures, "residents", wanted, "per: 1000 person-years")
    by = read_by(axes, written, MOST_OF_A_RATE, least=0, splits=True)
    events = _events_by(axes, written, _shape_of(axes, outcome), at)
    if years is None or by is None or events is None:
        return []
    events_by, categories = events
    return [
        RateOutput(
            id=written.name.text,
            title=title(written),
            outcome=outcome.name,
            years=years,
            by=by,
            events_by=events_by,
            event_categories=categories,
            origin=axes.names.setting.origin(written.name.place),
            **vars(among),
        )
    ]


def _shape_of(axes: Axes, outcome: Outcome) -> Shape:
    events = axes.names.definitions[outcome.events.name]
    assert events is not None
    return events.rows.shape


def _events_by(
    axes: Axes, written: Written, events: Shape, at: str
) -> tuple[str | None, tuple[Category, ...]] | None:
    """Read the column of the events that they are counted by."""
    if not written.events_by:
        return None, ()
    reader = Reader(axes.names.diagnostics, at)
    node, *others = written.events_by
    if others:
        reader.wrong(others[0], "events_by", "one column of the events", "events_by: [setting]")
        return None
    column = reader.column(node, axes.outcomes[flat(written.of)].events.name, events.types)
    if column is None:
        return None
    categories = axes.knowledge.categories(Column(column, events.types[column]), Narrowing())
    if categories is None:
        human = events.types[column].human
        axes.names.diagnostics.add("TYP242", node.place, at=at, name=column, found=human)
        return None
    return column, categories


# Counts per residents -------------------------------------------------------------------------------------


def per_residents(axes: Axes, written: Written, table: CountOutput) -> CountOutput:
    """Return a table of counts with the residents that each count is divided by. Reports its own problems."""
    at = f"outputs.{written.name.text}"
    per = _per(axes, written, _RESIDENTS, "a number of residents", "per: 10000 residents")
    if written.figures is None:
        wanted = "written together with `residents`, the column of a context table"
        assert written.per is not None
        Reader(axes.names.diagnostics, at).wrong(
            written.per, "per", wanted, "residents: population.residents"
        )
        return table
    found = _figures(axes, written.figures, at)
    if per is None or found is None:
        return table
    context, column = found
    problem, by = _keys_in(axes, context, table.by)
    if problem is None:
        problem, figures = _figures_of(axes, context, column, [table.by[position] for position in by])
    if problem is not None:
        place, figure = written.figures.place, flat(written.figures)
        axes.names.diagnostics.add("TYP245", place, at=at, figure=figure, problem=problem)
        return table
    label = column.replace("_", " ")
    return replace(table, denominators=Denominators(per, label, context.source, by, figures))


def _figures(axes: Axes, node: ScalarNode, at: str) -> tuple[ContextTable, str] | None:
    """Find a column of whole numbers of a context table."""
    tables = axes.names.setting.context
    name, _, column = flat(node).partition(".")
    if name not in tables:
        known = ", ".join(f"`{table}`" for table in tables) or "none"
        suggestion = nearest(name, tables)
        axes.names.diagnostics.add(
            "NAM121",
            node.place,
            at=at,
            suggestion=suggestion and f"{suggestion}.{column}",
            kind="context table",
            name=name,
            known=known,
        )
        return None
    types = tables[name].rows.shape.types
    if column not in types or column in tables[name].rows.key or types[column].kind is not Kind.WHOLE:
        figures = [c for c in types if c not in tables[name].rows.key and types[c].kind is Kind.WHOLE]
        axes.names.diagnostics.add(
            "NAM104",
            node.place,
            at=at,
            suggestion=(near := nearest(column, figures)) and f"{name}.{near}",
            rows=name,
            name=column,
            columns=", ".join(figures) or "none of them holds whole numbers",
        )
        return None
    return tables[name], column


def _keys_in(axes: Axes, context: ContextTable, by: tuple[str, ...]) -> tuple[str | None, tuple[int, ...]]:
    """Find for each key of a context table the variable of ``by`` that is the same thing."""
    found: list[int] = []
    for key in context.rows.key:
        fits = [at for at, name in enumerate(by) if at not in found and _is_key(axes, context, key, name)]
        if not fits:
            time = f", the {context.time_is}" if key == context.time else ""
            return f"no variable of `by` has the values of its column `{key}`{time}", ()
        found.append(fits[0])
    return None, tuple(found)


def _is_key(axes: Axes, context: ContextTable, key: str, name: str) -> bool:
    """Whether a variable is what a key of a context table is: the same kind of year, or codes of the same list.

    Years are all numbers: those in which a school year begins would fit a table of years to 31 March, and be wrong.
    """
    if name not in axes.values:
        return False
    value = axes.knowledge.plain(axes.values[name])
    if key == context.time:
        year = STRETCHES[context.time_is].of(Literal(None, DATE))
        return type(value) is type(year) and getattr(value, "function", None) == getattr(
            year, "function", None
        )
    listed = context.rows.shape.types[key].code_list
    if listed is not None:
        return value.type.code_list == listed
    held = {str(part) for part in _column(context, key)}
    return any(category.value in held for category in axes.categories(name) or ())


def _figures_of(
    axes: Axes, context: ContextTable, column: str, by: list[str]
) -> tuple[str | None, tuple[tuple[tuple[str, ...], int], ...]]:
    """Return the figure of each combination of categories, which must all be there."""
    keys = zip(*(_column(context, key) for key in context.rows.key), strict=True)
    held = {
        tuple(str(part) for part in key): figure
        for key, figure in zip(keys, _column(context, column), strict=True)
        if isinstance(figure, int) and figure > 0
    }
    wanted = list(product(*([category.value for category in axes.categories(name) or ()] for name in by)))
    lacking = [key for key in wanted if key not in held]
    if not lacking:
        return None, tuple((key, held[key]) for key in wanted)
    example = " and ".join(
        f"`{part}` of `{name}`" for part, name in zip(lacking[0], context.rows.key, strict=True)
    )
    return f"{len(lacking):,} of {len(wanted):,} figures are not in it, such as that for {example}", ()


def _column(context: ContextTable, name: str) -> list[Plain]:
    position = context.rows.shape.names.index(name)
    return [row[position] for row in context.rows.rows_held]
