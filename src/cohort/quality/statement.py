"""The data-quality statement as a model: safe counts beside what the catalogue knows, by the dimensions of quality.

Counts come in from disclosure control only. Shares are worked out from counts that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cohort.catalogue import Dimension, Entry, Fact, KnownLimit
from cohort.catalogue.model import Catalogue, CodeList, HeldColumn
from cohort.caveats import Found
from cohort.quality.bounds import Most
from cohort.quality.collect import KEY_STATES
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
from cohort.quality.protect import SafeCounts
from cohort.results.model import ALL, SafeCell, SafeTable

SMALLEST_WHOLE = 10
"""The least shown count that a share is taken of, as in tables of results."""


@dataclass(frozen=True)
class YearOfColumn:
    """The safe counts of one column in one year (or of the whole table), by what is found; ``rows`` is their total.

    ``most`` is the state that at least so many per cent of the rows have, where that may be told (else None).
    """

    year: str
    rows: SafeCell
    states: Mapping[State, SafeCell]
    most: Most | None = None


@dataclass(frozen=True)
class ColumnQuality:
    """What is found in one column. ``listed`` is the list of codes that it is held against (None: no list)."""

    column: HeldColumn
    listed: CodeList | None
    special: tuple[tuple[str, str], ...]
    states: tuple[State, ...]
    years: tuple[YearOfColumn, ...]


@dataclass(frozen=True)
class TableQuality:
    """All safe counts of one held table: rows by year (``ALL`` last), columns, and the key (None if not counted)."""

    table: CountedTable
    columns: tuple[ColumnQuality, ...]
    rows_by_year: tuple[tuple[str, SafeCell], ...]
    key: YearOfColumn | None
    lag: tuple[Fact, ...]
    lag_unknown: str


@dataclass(frozen=True)
class Compared:
    """A safe count of a year beside the published figures for it, the newest publication first.

    ``near``: the count is hidden because it differs from one of them by less than the threshold.
    """

    year: str
    count: SafeCell
    figures: tuple[Figure, ...]
    near: bool = False


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
    """The whole statement. ``links`` are words where the study's own results are not at hand: why not.

    Only with them was the statement held against the study's own release.
    """

    description: Description
    policy: str
    policy_words: tuple[str, ...]
    symbol: str
    threshold: int
    synthetic: bool
    tables: tuple[TableQuality, ...]
    comparisons: tuple[ComparisonMade, ...]
    not_compared: tuple[NotCompared, ...]
    links: tuple[Linked, ...] | str
    limits: Mapping[Dimension, tuple[KnownLimit, ...]]
    undecided: int
    log: tuple[str, ...]


def state_study(
    description: Description,
    safe: SafeCounts,
    links: Sequence[SafeTable] | str,
    limits: Found,
    catalogue: Catalogue,
    entries: Mapping[str, Entry],
) -> Statement:
    """Put a statement together. ``links`` are the link reports among the study's safe results, or why
    there are none."""
    tables = {table.id: table for table in safe.rows.tables if isinstance(table, SafeTable)}
    return Statement(
        description,
        safe.rows.policy,
        safe.rows.policy_words,
        safe.rows.symbol,
        safe.threshold,
        safe.rows.synthetic,
        tuple(_table(table, safe, tables, catalogue, entries) for table in description.tables),
        tuple(_comparison(comparison, tables, safe) for comparison in description.comparisons),
        description.not_compared,
        links if isinstance(links, str) else tuple(map(_linked, links)),
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


def difference(one: Compared) -> int | None:
    """Return the shown count less the newest published figure; None if the count is hidden."""
    return None if one.count.count is None else one.count.count - one.figures[0].value


def _table(
    table: CountedTable,
    safe: SafeCounts,
    tables: Mapping[str, SafeTable],
    catalogue: Catalogue,
    entries: Mapping[str, Entry],
) -> TableQuality:
    rows = tables[table_id(Check.ROWS, table.name)]
    years = [(category.value, category.label) for category in rows.axes[0].categories]
    columns = []
    for column in table.checked:
        listed = catalogue.code_lists.get(column.type.code_list or "")
        states = states_of(table, column, listed)
        check = table_id(Check.COLUMN, table.name, column.name)
        by_year = tuple(
            YearOfColumn(
                label,
                rows.cells[(value,)],
                {state: safe.cell(check, value, state.value, rows.cells[(value,)]) for state in states},
                safe.most.get((check, value)),
            )
            for value, label in years
        )
        columns.append(ColumnQuality(column, listed, special_values(column), states, by_year))
    key = None
    if table.key:
        check = table_id(Check.KEY, table.name)
        total = rows.cells[(ALL,)]
        key = YearOfColumn(
            ALL,
            total,
            {state: safe.cell(check, ALL, state.value, total) for state in KEY_STATES},
            safe.most.get((check, ALL)),
        )
    entry = entries.get(table.held.listed_as) or entries.get(table.held.dataset)
    lag = None if entry is None else entry.about.lag
    return TableQuality(
        table,
        tuple(columns),
        tuple((label, rows.cells[(value,)]) for value, label in (*years, (ALL, ALL))),
        key,
        () if lag is None else lag.facts,
        "the catalogue has no entry on it" if lag is None else lag.unknown,
    )


def _comparison(comparison: Comparison, tables: Mapping[str, SafeTable], safe: SafeCounts) -> ComparisonMade:
    name = table_id(Check.COMPARISON, comparison.measure.id)
    years = comparison.table.years
    assert years is not None
    found = []
    for year in comparison.years:
        figures = [figure for figure in comparison.measure.figures if year_of(figure, years) == year]
        figures.sort(key=lambda figure: -figure.published)
        near = (name, str(year)) in safe.near
        found.append(Compared(years.label(str(year)), tables[name].cells[(str(year),)], tuple(figures), near))
    return ComparisonMade(comparison, tuple(found))


def _linked(safe: SafeTable) -> Linked:
    states = tuple((one.label, safe.cells[(one.value,)]) for one in safe.axes[0].categories)
    return Linked(safe.title, safe.counted, states, safe.cells[(ALL,)])
