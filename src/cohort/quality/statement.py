"""The data-quality statement as a model: safe counts beside what the catalogue knows, by the dimensions of quality.

Counts come in from disclosure control only. Shares are worked out from counts that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cohort.catalogue import Dimension, Entry, Fact, KnownLimit
from cohort.catalogue.model import Catalogue, CodeList, HeldColumn
from cohort.caveats import Found
from cohort.quality.collect import KEY_STATES, SPELL_STATES
from cohort.quality.describe import year_of
from cohort.quality.description import (
    Check,
    Comparison,
    CountedTable,
    Description,
    Figure,
    NotCompared,
    State,
    special_values,
    states_of,
    table_id,
)
from cohort.results.model import ALL, SafeCell, SafeResults, SafeTable

SMALLEST_WHOLE = 10
"""The least shown count that a share is taken of, as in tables of results."""


@dataclass(frozen=True)
class YearOfColumn:
    """The safe counts of one column in one year (or of the whole table), by what is found; ``rows`` is their total."""

    year: str
    rows: SafeCell
    states: Mapping[State, SafeCell]


@dataclass(frozen=True)
class ColumnQuality:
    """What is found in one column. ``listed`` is the list of codes that it is held against (None: no list)."""

    column: HeldColumn
    listed: CodeList | None
    special: tuple[tuple[str, str], ...]
    states: tuple[State, ...]
    years: tuple[YearOfColumn, ...]
    together: YearOfColumn


@dataclass(frozen=True)
class TableQuality:
    """All safe counts of one held table; ``key`` and ``spells`` are None where they are not counted."""

    table: CountedTable
    columns: tuple[ColumnQuality, ...]
    key: YearOfColumn | None
    spells: tuple[YearOfColumn, ...] | None
    lag: tuple[Fact, ...]
    lag_unknown: str

    @property
    def rows_by_year(self) -> tuple[tuple[str, SafeCell], ...]:
        """The rows of each year, the same in every column's counts."""
        first = self.columns[0]
        return tuple((year.year, year.rows) for year in (*first.years, first.together))


@dataclass(frozen=True)
class Compared:
    """A safe count of a year beside the published figures for it, the newest publication first."""

    year: str
    count: SafeCell
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class ComparisonMade:
    """A published series beside the counts of it."""

    comparison: Comparison
    years: tuple[Compared, ...]


@dataclass(frozen=True)
class Linked:
    """A link report of the study's own plan: keys of a source by how they are linked, as the study's results show."""

    title: str
    counted: str
    states: tuple[tuple[str, SafeCell], ...]
    total: SafeCell


@dataclass(frozen=True)
class Statement:
    """The whole statement. ``links`` is None where the study's own run was not at hand."""

    description: Description
    policy: str
    policy_words: tuple[str, ...]
    symbol: str
    synthetic: bool
    tables: tuple[TableQuality, ...]
    comparisons: tuple[ComparisonMade, ...]
    not_compared: tuple[NotCompared, ...]
    links: tuple[Linked, ...] | None
    limits: Mapping[Dimension, tuple[KnownLimit, ...]]
    undecided: int
    log: tuple[str, ...]


def state_study(
    description: Description,
    safe: SafeResults,
    links: Sequence[SafeTable] | None,
    limits: Found,
    catalogue: Catalogue,
    entries: Mapping[str, Entry],
) -> Statement:
    """Put a statement together. ``links`` are the link reports among the study's safe results."""
    tables = {table.id: table for table in safe.tables if isinstance(table, SafeTable)}
    return Statement(
        description,
        safe.policy,
        safe.policy_words,
        safe.symbol,
        safe.synthetic,
        tuple(_table(table, tables, catalogue, entries) for table in description.tables),
        tuple(_comparison(comparison, tables) for comparison in description.comparisons),
        description.not_compared,
        None if links is None else tuple(map(_linked, links)),
        {
            dimension: tuple(limit for limit in limits.concerning if limit.dimension is dimension)
            for dimension in Dimension
        },
        len(limits.undecided),
        safe.log,
    )


def share(part: SafeCell, whole: SafeCell) -> int | None:
    """Return whole per cents, from shown counts only; None if either is hidden or the whole is under 10."""
    if part.count is None or whole.count is None or whole.count < SMALLEST_WHOLE:
        return None
    return min(100, round(100 * part.count / whole.count))


def _table(
    table: CountedTable, tables: Mapping[str, SafeTable], catalogue: Catalogue, entries: Mapping[str, Entry]
) -> TableQuality:
    columns = []
    for column in table.columns:
        safe = tables[table_id(Check.COLUMN, table.name, column.name)]
        listed = catalogue.code_lists.get(column.type.code_list or "")
        states = states_of(column, listed, dated=table.years is not None)
        years = _years(safe, states)
        columns.append(ColumnQuality(column, listed, special_values(column), states, years[:-1], years[-1]))
    key = None
    if table.key:
        found = tables[table_id(Check.KEY, table.name)]
        states_of_key = {state: found.cells[(state.value,)] for state in KEY_STATES}
        key = YearOfColumn(ALL, found.cells[(ALL,)], states_of_key)
    spells = None
    if table.start is not None:
        spells = _years(tables[table_id(Check.SPELL, table.name)], SPELL_STATES)
    entry = entries.get(table.held.listed_as) or entries.get(table.held.dataset)
    lag = None if entry is None else entry.about.lag
    return TableQuality(
        table,
        tuple(columns),
        key,
        spells,
        () if lag is None else lag.facts,
        "the catalogue has no entry on it" if lag is None else lag.unknown,
    )


def _years(safe: SafeTable, states: Sequence[State]) -> tuple[YearOfColumn, ...]:
    """The counts by year, all years together last."""
    values = [(category.value, category.label) for category in safe.axes[0].categories]
    return tuple(
        YearOfColumn(
            label,
            safe.cells[value, ALL],
            {state: safe.cells[value, state.value] for state in states},
        )
        for value, label in (*values, (ALL, ALL))
    )


def _comparison(comparison: Comparison, tables: Mapping[str, SafeTable]) -> ComparisonMade:
    safe = tables[table_id(Check.COMPARISON, comparison.measure.id)]
    years = comparison.table.years
    assert years is not None
    found = []
    for year in comparison.years:
        figures = [figure for figure in comparison.measure.figures if year_of(figure, years) == year]
        figures.sort(key=lambda figure: -figure.published)
        found.append(Compared(years.label(str(year)), safe.cells[(str(year),)], tuple(figures)))
    return ComparisonMade(comparison, tuple(found))


def _linked(safe: SafeTable) -> Linked:
    states = tuple((one.label, safe.cells[(one.value,)]) for one in safe.axes[0].categories)
    return Linked(safe.title, safe.counted, states, safe.cells[(ALL,)])
