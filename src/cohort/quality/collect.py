"""From rows of counts to raw tables, which only disclosure control may look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cohort.catalogue.model import CodeList
from cohort.plan.collect import ResultRow, WrongResults
from cohort.quality.counting import COUNTED, UNITS
from cohort.quality.description import (
    EARLIER,
    LATER,
    NO_YEAR,
    TOGETHER,
    Check,
    Comparison,
    CountedTable,
    Description,
    State,
    Years,
    states_of,
    table_id,
)
from cohort.results.category import Category
from cohort.results.model import Axis, CountTable, Group, RawResults

KEY_STATES = (State.ONCE, State.AGAIN, State.NO_KEY)
SPELL_STATES = (State.IN_ORDER, State.OPEN, State.REVERSED, State.NO_START)
_Counts = dict[tuple[str, ...], int]


def collect(
    description: Description, code_lists: Mapping[str, CodeList], rows: Iterable[ResultRow]
) -> RawResults:
    """Return the raw tables of a description, one for each check, in its order.

    Raises ``WrongResults`` if a count is negative or comes twice, a category is none of the description's, people are
    more than rows, or a table is not of this description.
    """
    counts: dict[str, _Counts] = {}
    people: dict[str, _Counts] = {}
    for row in rows:
        if row.value is None or row.value < 0 or row.statistic not in (COUNTED, UNITS):
            raise WrongResults(f"a row of the table {row.table} is no count.")
        found = (counts if row.statistic == COUNTED else people).setdefault(row.table, {})
        if (row.row, row.column) in found:
            raise WrongResults(f"the table {row.table} holds a cell twice.")
        found[row.row, row.column] = row.value
    tables: list[CountTable] = []

    def take(name: str, counted: str, title: str, axes: tuple[Axis, ...], *, with_people: bool) -> None:
        own, behind = counts.pop(name, {}), people.pop(name, {})
        known = [{category.value for category in axis.categories} for axis in axes]
        cells = {key[: len(axes)]: value for key, value in own.items()}
        if any(value not in can for key in cells for value, can in zip(key, known, strict=True)):
            raise WrongResults(f"the table {name} holds a category that it does not have.")
        units = {key[: len(axes)]: value for key, value in behind.items()}
        if with_people and any(units.get(key, 0) > value for key, value in cells.items()):
            raise WrongResults(f"the table {name} has more people than rows.")
        # Rows without the identifier may all be of one person.
        at_least_one = {key: max(1, units.get(key, 0)) for key, value in cells.items() if value}
        tables.append(
            CountTable(
                name,
                title,
                counted,
                axes,
                Group(f"all {counted}"),
                {key: value for key, value in cells.items() if value},
                behind=at_least_one if with_people else {},
            )
        )

    for table in description.tables:
        known_years = _years_found(table, counts)
        for column in table.columns:
            listed = code_lists.get(column.type.code_list or "")
            states = states_of(column, listed, dated=table.years is not None)
            axis = _axis(f"{table.name}.{column.name}", column.label, states)
            name = table_id(Check.COLUMN, table.name, column.name)
            axes = (_axis_of_years(table, known_years), axis)
            take(name, _rows_of(table), column.label, axes, with_people=table.unit is not None)
        if table.start is not None:
            name = table_id(Check.SPELL, table.name)
            axes = (_axis_of_years(table, known_years), _axis(f"{table.name} spell", "Spell", SPELL_STATES))
            take(name, _rows_of(table), "Spells", axes, with_people=table.unit is not None)
        if table.key:
            name = table_id(Check.KEY, table.name)
            axes = (_axis(f"{table.name} key", "Key", KEY_STATES),)
            take(name, _rows_of(table), "Keys", axes, with_people=table.unit is not None)
    for comparison in description.comparisons:
        name = table_id(Check.COMPARISON, comparison.measure.id)
        # Rows are of one unit each where a measure counts units, and taken for that where it counts rows.
        axes = (_axis_of_comparison(comparison),)
        take(name, comparison.measure.words, comparison.measure.words, axes, with_people=False)
    if counts or people:
        raise WrongResults("the results hold a table that this statement does not have.")
    return RawResults(description.study, description.spec_hash, tuple(tables))


def _rows_of(table: CountedTable) -> str:
    return f"rows of {table.name}"


def _axis(variable: str, label: str, states: Iterable[State]) -> Axis:
    return Axis(variable, label, tuple(Category(state.value, state.value) for state in states))


def _years_found(table: CountedTable, counts: Mapping[str, _Counts]) -> frozenset[str]:
    """All categories of years that some count of a table has."""
    names = {table_id(Check.COLUMN, table.name, column.name) for column in table.columns}
    names.add(table_id(Check.SPELL, table.name))
    return frozenset(key[0] for name in names for key in counts.get(name, {}))


def _axis_of_years(table: CountedTable, found: frozenset[str]) -> Axis:
    years = table.years
    if years is None:
        return Axis(f"{table.name} year", "Year", (Category(TOGETHER, TOGETHER),))
    values = [str(year) for year in years.each]
    # Rows outside the study's years have a category only where there are such.
    before = [EARLIER] if EARLIER in found else []
    after = [value for value in (LATER, NO_YEAR) if value in found]
    return Axis(f"{table.name} year", "Year", _labelled(years, [*before, *values, *after]))


def _axis_of_comparison(comparison: Comparison) -> Axis:
    years = comparison.table.years
    assert years is not None
    return Axis(
        f"{comparison.measure.id} year", "Year", _labelled(years, [str(year) for year in comparison.years])
    )


def _labelled(years: Years, values: Iterable[str]) -> tuple[Category, ...]:
    return tuple(Category(value, years.label(value)) for value in values)
