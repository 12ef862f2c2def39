"""From the rows of the one long results table back to tables: for a run here, and for a file brought out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cohort.plan.build import LINKAGE, build_plan
from cohort.plan.model import CountLinks
from cohort.query.study import AttritionOutput, CountOutput, Study
from cohort.query.words import plain
from cohort.results.category import Category
from cohort.results.model import AttritionStep, AttritionTable, Axis, CountTable, Group, RawResults

MISSING = "missing"
"""Text of a missing value in results; the category appears only where it occurs."""
START = "start"
"""Id of the first row of a flow: everyone who may enter."""
OTHER = "other"
"""Text of all values that are outside a variable's list; the category appears only where it occurs."""
_FURTHER = ((OTHER, "any other value"), (MISSING, "missing"))
_LINKS = (
    Category("linked", "linked to one unit"),
    Category("conflicting", "linked to several units"),
    Category("not linked", "not linked"),
)


class WrongResults(Exception):
    """Rows that cannot be the results of this study; the message is one sentence without any value."""


@dataclass(frozen=True)
class ResultRow:
    """One row of the long table, without study and hash."""

    table: str
    row: str
    column: str
    statistic: str
    value: int


def collect(study: Study, rows: Iterable[ResultRow]) -> RawResults:
    """Return the raw results of a study.

    Raises ``WrongResults`` if a step of the flow is missing, a count is negative, or a table is unknown.
    """
    by_table: dict[str, list[ResultRow]] = {}
    for row in rows:
        if row.value < 0:
            raise WrongResults(f"the table {row.table} holds a negative count.")
        by_table.setdefault(row.table, []).append(row)
    tables: list[CountTable | AttritionTable] = []
    for output in study.outputs:
        found = by_table.pop(output.id, [])
        match output:
            case AttritionOutput():
                tables.append(_flow(study, output, found))
            case CountOutput():
                tables.append(_counts(study, output, found))
    for step in build_plan(study).results:
        if isinstance(step.step.relation, CountLinks):
            tables.append(_links(step.step.name, by_table.pop(step.step.name, [])))
    if by_table:
        raise WrongResults("the results hold a table that this study does not have.")
    return RawResults(study.id, study.spec_hash, tuple(tables))


def _flow(study: Study, output: AttritionOutput, rows: list[ResultRow]) -> AttritionTable:
    left = {row.row: row.value for row in rows}
    wanted = [START, *(step.id for step in study.population.steps)]
    if set(left) != set(wanted) or len(rows) != len(wanted):
        raise WrongResults(f"the flow {output.id} does not have the steps of this study.")
    first = AttritionStep(
        START, f"{study.units.capitalize()} with a {plain(study.population.start)}", "", left[START]
    )
    steps = [AttritionStep(step.id, step.words, step.why, left[step.id]) for step in study.population.steps]
    return AttritionTable(output.id, output.title, study.units, (first, *steps))


def _counts(study: Study, output: CountOutput, rows: list[ResultRow]) -> CountTable:
    known = [{c.value for c in study.variable[name].categories} | {MISSING} for name in output.by]
    counts: dict[tuple[str, ...], int] = {}
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        written = (row.row, row.column)[: len(output.by)]
        if written in seen:
            raise WrongResults(f"the table {output.id} holds a cell twice.")
        seen.add(written)
        # A code that the catalogue does not know is counted, but never shown: it is a value from the data.
        key = tuple(value if value in can else OTHER for value, can in zip(written, known, strict=True))
        counts[key] = counts.get(key, 0) + row.value
    axes = []
    for position, name in enumerate(output.by):
        variable = study.variable[name]
        occurring = {key[position] for key in counts}
        own = {category.value for category in variable.categories}
        further = [Category(value, label) for value, label in _FURTHER if value in occurring - own]
        axes.append(Axis(name, variable.label, (*variable.categories, *further)))
    if any(key in output.impossible and count for key, count in counts.items()):
        raise WrongResults(f"the table {output.id} counts a combination that cannot occur by definition.")
    group = Group(output.among_words, output.conditions, dict(output.fixed))
    return CountTable(output.id, output.title, study.units, tuple(axes), group, counts, output.impossible)


def _links(name: str, rows: list[ResultRow]) -> CountTable:
    source = plain(name.removeprefix(f"{LINKAGE}_"))
    counts: dict[tuple[str, ...], int] = {(row.row,): row.value for row in rows}
    # Codes are not children, so these counts share no total with the tables of the cohort.
    axis = Axis("link", "Link", _LINKS)
    title = f"Linkage: child codes of {source} and the unified child"
    return CountTable(name, title, f"child codes of {source}", (axis,), Group(""), counts)
