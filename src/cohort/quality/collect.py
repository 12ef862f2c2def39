"""From rows of counts to raw tables, which only disclosure control may look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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
    states_of,
    table_id,
)
from cohort.results.category import Category
from cohort.results.model import ALL, Axis, CountTable, Group, RawResults

KEY_STATES = (State.ALONE, State.AGAIN)
_Cells = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Block:
    """What is found in one column (or the key) of one table in one year: a table of states, which adds up to the rows.

    ``year`` is a category of the years of the table's rows, or ``ALL`` for the whole table.
    """

    table: str
    check: str
    year: str
    counts: CountTable


@dataclass(frozen=True)
class RawCounts:
    """True counts: rows by year and what is compared with published figures, and the blocks that divide the rows."""

    rows: RawResults
    blocks: tuple[Block, ...]


def collect(
    description: Description, code_lists: Mapping[str, CodeList], rows: Iterable[ResultRow]
) -> RawCounts:
    """Return the raw counts of a description, in its order.

    Raises ``WrongResults`` if a count is negative or comes twice, a category is none of the description's, people are
    more than rows, states do not add up to the rows, or a table is not of this description.
    """
    held = _Held(rows)
    tables: list[CountTable] = []
    blocks: list[Block] = []
    for table in description.tables:
        name = table_id(Check.ROWS, table.name)
        counts, people = held.take(name, with_people=table.unit is not None)
        by_year = {year: count for (year, _), count in counts.items() if count}
        behind = {year: people[year, ""] for year in by_year} if people else {}
        axis = _years(table, by_year)
        _check(name, by_year, axis)
        tables.append(_one_axis(name, f"rows of {table.name}", axis, by_year, behind))
        for column in table.checked:
            listed = code_lists.get(column.type.code_list or "")
            states = states_of(table, column, listed)
            check = table_id(Check.COLUMN, table.name, column.name)
            blocks += _blocks(table, check, held, states, by_year, behind)
        if table.key:
            blocks += _blocks(
                table, table_id(Check.KEY, table.name), held, KEY_STATES, {ALL: sum(by_year.values())}, {}
            )
    for comparison in description.comparisons:
        name = table_id(Check.COMPARISON, comparison.measure.id)
        counts, _ = held.take(name, with_people=False)
        axis = _years_of_comparison(comparison)
        compared = {year: count for (year, _), count in counts.items() if count}
        _check(name, compared, axis)
        tables.append(_one_axis(name, comparison.measure.words, axis, compared, {}))
    held.done()
    return RawCounts(RawResults(description.study, description.spec_hash, tuple(tables)), tuple(blocks))


class _Held:
    """The rows of counts, by table."""

    def __init__(self, rows: Iterable[ResultRow]) -> None:
        self._counts: dict[str, _Cells] = {}
        self._people: dict[str, _Cells] = {}
        for row in rows:
            if row.value is None or row.value < 0 or row.statistic not in (COUNTED, UNITS):
                raise WrongResults(f"a row of the table {row.table} is no count.")
            of_rows = row.statistic == COUNTED
            found = (self._counts if of_rows else self._people).setdefault(row.table, {})
            if (row.row, row.column) in found:
                raise WrongResults(f"the table {row.table} holds a cell twice.")
            found[row.row, row.column] = row.value

    def take(self, name: str, *, with_people: bool) -> tuple[_Cells, _Cells]:
        """Return the counts of a table, and the people behind each (none without an identifier)."""
        counts, people = self._counts.pop(name, {}), self._people.pop(name, {})
        if not with_people:
            return counts, {}
        if any(people.get(cell, 0) > count for cell, count in counts.items()):
            raise WrongResults(f"the table {name} has more people than rows.")
        # Rows without the identifier may all be of one person.
        return counts, {cell: max(1, people.get(cell, 0)) for cell, count in counts.items() if count}

    def done(self) -> None:
        """Raise ``WrongResults`` if there is anything left."""
        if self._counts or self._people:
            raise WrongResults("the results hold a table that this statement does not have.")


def _blocks(
    table: CountedTable,
    check: str,
    held: _Held,
    states: tuple[State, ...],
    by_year: Mapping[str, int],
    behind: Mapping[str, int],
) -> Iterator[Block]:
    counts, people = held.take(check, with_people=table.unit is not None)
    of_key = set(by_year) <= {ALL}
    known = {state.value for state in states}
    for year, rows in by_year.items():
        # The counts of keys have their states in the first place, because they have no years.
        own = {
            (place[0] if of_key else place[1]): count
            for place, count in counts.items()
            if count and (of_key or place[0] == year)
        }
        if not set(own) <= known:
            raise WrongResults(f"the table {check} holds a category that it does not have.")
        if sum(own.values()) != rows:
            raise WrongResults(f"the counts of the table {check} do not add up to the rows.")
        units = {
            (place[0] if of_key else place[1]): number
            for place, number in people.items()
            if of_key or place[0] == year
        }
        axis = Axis(check, "Found", tuple(Category(state.value, state.value) for state in states))
        if units and year in behind:
            units[ALL] = behind[year]
        made = _one_axis(check, f"rows of {table.name}", axis, own, units)
        yield Block(table.name, check, year, made)
    if not of_key and {year for (year, _), count in counts.items() if count} - set(by_year):
        raise WrongResults(f"the table {check} holds a year that the rows do not have.")


def _one_axis(
    name: str, counted: str, axis: Axis, counts: Mapping[str, int], people: Mapping[str, int]
) -> CountTable:
    return CountTable(
        name,
        counted,
        counted,
        (axis,),
        Group(f"all {counted}"),
        {(value,): count for value, count in counts.items()},
        behind={(value,): number for value, number in people.items()},
    )


def _check(name: str, counts: Mapping[str, int], axis: Axis) -> None:
    if not set(counts) <= {category.value for category in axis.categories}:
        raise WrongResults(f"the table {name} holds a category that it does not have.")


def _years(table: CountedTable, found: Mapping[str, int]) -> Axis:
    years = table.years
    if years is None:
        return Axis("year", "Year", (Category(TOGETHER, TOGETHER),))
    # Rows outside the study's years have a category only where there are such.
    before = [EARLIER] if EARLIER in found else []
    after = [value for value in (LATER, NO_YEAR) if value in found]
    values = [*before, *map(str, years.each), *after]
    return Axis("year", "Year", tuple(Category(value, years.label(value)) for value in values))


def _years_of_comparison(comparison: Comparison) -> Axis:
    years = comparison.table.years
    assert years is not None
    values = tuple(Category(str(year), years.label(str(year))) for year in comparison.years)
    return Axis("year", "Year", values)
