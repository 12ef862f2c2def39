"""The data-quality statement as Markdown, by the six dimensions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cohort.catalogue import Dimension
from cohort.quality.collapse import cells_for_all_years, stretches
from cohort.quality.description import EARLIER, LATER, NO_YEAR, State
from cohort.quality.forms import form_of
from cohort.quality.markdown_compared import comparison_lines, link_lines
from cohort.quality.markdown_end import not_counted, protection
from cohort.quality.markdown_parts import (
    bullets,
    cell_of,
    facts,
    from_to,
    line,
    sentence,
    span,
    sub,
    table_of,
    year_label,
    years_together,
)
from cohort.quality.statement import (
    ColumnQuality,
    Statement,
    TableQuality,
    YearOfColumn,
    share,
)
from cohort.results.model import State as CellState
from cohort.version import __version__

SYNTHETIC = "**Synthetic data: no real person is counted in this statement.**"
SYNTHETIC_PART = "*Synthetic data.*"
TITLE = "# Data quality: "


def statement_markdown(statement: Statement) -> str:
    """Return a statement as Markdown; the same statement gives the same bytes."""
    return "\n".join(_Writer(statement).lines()).rstrip() + "\n"


class _Writer:
    """One statement being written."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement

    def lines(self) -> Iterator[str]:
        yield from self._head()
        yield from self._not_held()
        yield from self._coverage()
        yield from self._completeness()
        yield from self._consistency()
        yield from self._accuracy()
        yield from self._timeliness()
        yield from self._relevance()
        yield from self._heading("What is not counted")
        yield from not_counted(self.statement)
        yield from self._heading("How counts are protected")
        yield from protection(self.statement)

    def _head(self) -> Iterator[str]:
        description = self.statement.description
        yield f"{TITLE}{line(description.title)}"
        yield ""
        if self.statement.synthetic:
            yield SYNTHETIC
            yield ""
        yield from bullets(
            [
                f"Study: `{description.study}`, spec hash `{description.spec_hash}`",
                f"Time of the study: {description.data_from} to {description.data_until}",
                f"Made by Carfan {__version__}",
                "Counts are of rows of whole tables, not of the cohort, unless a heading says otherwise.",
                f"`{self.statement.symbol}` stands for a count that is not shown: it is small or nothing, or would "
                "give another such count away. *At least 99%* beside it says that at least so many of the rows of the "
                "year are found so, *at most 1%* that all other hidden counts together are at most so many.",
                f"Rows of years outside the study's stand together as *{EARLIER}* and *{LATER}*, rows without "
                f"a year as *{NO_YEAR}*.",
            ]
        )

    def _not_held(self) -> Iterator[str]:
        not_held = self.statement.description.not_held
        if not not_held:
            return
        yield from self._heading("Not held")
        if self.statement.synthetic:
            yield "The study reads more than these synthetic data hold: not every source has synthetic data yet."
        else:
            yield "The study reads more than these data hold."
        yield "Nothing below is about what is listed here."
        yield ""
        for left in not_held:
            names = ", ".join(f"`{column.name}`" for column in left.columns)
            what = f"the columns {names}" if names else "the whole table"
            yield f"- {left.held.name} ({line(left.held.label)}): {what}"
        yield ""

    def _coverage(self) -> Iterator[str]:
        yield from self._heading("Coverage")
        for table in self.statement.tables:
            held = table.table.held
            yield from sub(f"{held.name}: {held.label}")
            yield f"{sentence(held.grain)} ({held.grain_confidence}). {self._of_year(table)}"
            yield ""
            lines = [
                (year_label(year), [cell_of(cell, self.statement.symbol)])
                for year, cell in table.rows_by_year
            ]
            yield from table_of(("Year", "Rows"), [(label, *cells) for label, cells in years_together(lines)])
            yield from bullets(facts(held.coverage))
        for made in self.statement.comparisons:
            yield from comparison_lines(self.statement, made)
        yield from link_lines(self.statement)
        yield from self._limits(Dimension.COVERAGE)

    def _of_year(self, table: TableQuality) -> str:
        if table.table.years is None:
            return f"Rows are counted together: {table.table.no_years_why}."
        return f"The year is {table.table.years.words}."

    def _completeness(self) -> Iterator[str]:
        yield from self._heading("Completeness")
        yield "Missing values of each column that the study reads: count, and share of the rows of the year. Text of"
        yield "blanks alone is missing."
        yield ""
        for table in self.statement.tables:
            yield from sub(table.table.name)
            yield from self._by_year(table.columns, State.MISSING)
            special = [column for column in table.columns if column.special]
            if special:
                yield "Values that are not what they say:"
                yield ""
                yield from self._by_year(special, State.SPECIAL)
                yield from bullets(
                    f"`{column.column.name}`: {value} is *{line(words)}*"
                    for column in special
                    for value, words in column.special
                )
        yield from self._limits(Dimension.COMPLETENESS)

    def _by_year(self, columns: Sequence[ColumnQuality], state: State) -> Iterator[str]:
        """One row for each column, one column for each year, cut where pages would be too wide.

        Columns of which every year says the same come first, in one table without years.
        """
        texts = {
            column.column.name: [self._with_share(year, state) for year in column.years] for column in columns
        }
        same, other = cells_for_all_years(texts)
        if same:
            rows = [(", ".join(f"`{name}`" for name in names), text) for text, names in same.items()]
            yield from table_of(("Columns", "In each year" if len(columns[0].years) > 1 else "Rows"), rows)
        years = [year.year for year in columns[0].years] if other else []
        for start in range(0, len(years), 8):
            part = range(start, min(start + 8, len(years)))
            heads = ("Column", *(year_label(years[number]) for number in part))
            yield from table_of(
                heads, [(f"`{name}`", *(cells[n] for n in part)) for name, cells in other.items()]
            )

    def _with_share(self, year: YearOfColumn, state: State) -> str:
        cell = year.states[state]
        found = share(cell, year.rows)
        if found is None or not cell.count:
            return self._state(year, state)
        return f"{self._state(year, state)} ({f'{found}%' if found else 'under 1%'})"

    def _consistency(self) -> Iterator[str]:
        yield from self._heading("Consistency")
        for table in self.statement.tables:
            counted = table.table
            if table.key is not None:
                names = ", ".join(f"`{column.name}`" for column in counted.key)
                yield f"{counted.name}: rows by the declared key ({names}; {counted.held.grain_confidence})."
                if counted.further:
                    further = ", ".join(f"`{column.name}`" for column in counted.further)
                    yield f"The study itself does not read {further}."
                yield ""
                yield from self._states([table.key])
            elif counted.no_key_why:
                yield f"{counted.name}: keys are not counted, because {counted.no_key_why}."
                yield ""
            ends = [column for column in table.columns if State.REVERSED in column.states]
            if ends and counted.start is not None:
                yield f"{counted.name}: spells from `{counted.start.name}`, by `{ends[0].column.name}`."
                yield ""
                yield from self._states(ends[0].years)
        yield from self._limits(Dimension.CONSISTENCY)

    def _states(self, years: Sequence[YearOfColumn]) -> Iterator[str]:
        """One row for each year; years that follow one another and say the same are one row, without their rows."""
        states = tuple(years[0].states)
        lines = [(year_label(year.year), [self._state(year, state) for state in states]) for year in years]
        rows = []
        for first, last, cells in stretches(lines):
            of_year = (
                cell_of(years[first].rows, self.statement.symbol) if first == last else "as under coverage"
            )
            rows.append((from_to(lines[first][0], lines[last][0]), *cells, of_year))
        yield from table_of(("Year", *(state.value for state in states), "Rows"), rows)

    def _accuracy(self) -> Iterator[str]:
        yield from self._heading("Accuracy")
        yield "Codes held against the catalogue's lists. A code is *outside its years* if it was not in use at any"
        yield "time of the row: its year, or its spell. What the codes are is not told. Where the catalogue has no"
        yield "list, codes of some systems are held against the form in which they are written."
        yield ""
        for table in self.statement.tables:
            for column in table.columns:
                if column.listed is not None:
                    yield from self._codes(table, column)
                elif form_of(column.column) is not None:
                    yield from self._forms(table, column)
        yield from self._limits(Dimension.ACCURACY)

    def _codes(self, table: TableQuality, column: ColumnQuality) -> Iterator[str]:
        listed = column.listed
        assert listed is not None
        yield from sub(f"{table.table.name}: {column.column.label}")
        complete = "" if listed.complete else ", known to be incomplete: other codes may be right"
        yield (
            f"`{column.column.name}` against the list `{listed.name}` of {len(listed.codes)} codes "
            f"({listed.confidence}{complete}). Source: {line(listed.source)}."
        )
        yield ""
        yield from self._states(column.years)

    def _forms(self, table: TableQuality, column: ColumnQuality) -> Iterator[str]:
        form = form_of(column.column)
        assert form is not None
        yield from sub(f"{table.table.name}: {column.column.label}")
        yield (
            f"`{column.column.name}` against the form of {form.system} ({form.confidence}): {form.words}. Found is "
            f"what cannot be such a code. Not found: {form.misses}. Source: {line(form.source)}."
        )
        yield ""
        yield from self._states(column.years)

    def _timeliness(self) -> Iterator[str]:
        yield from self._heading("Timeliness")
        yield "The lag until data can be used, in the words of its sources. It is not measured; where a source does"
        yield "not say from which day it runs, that is not known. The newest year with rows stands under coverage."
        yield ""
        told: dict[str, list[str]] = {}
        for table in self.statement.tables:
            told.setdefault(table.table.held.listed_as or table.table.held.dataset, []).append(
                table.table.name
            )
        first = {table.table.name: table for table in self.statement.tables}
        for dataset, names in told.items():
            table = first[names[0]]
            yield f"{dataset} ({', '.join(names)}), lag:"
            yield ""
            lag = list(facts(table.lag)) or [f"not known ({line(table.lag_unknown)})"]
            yield from bullets(lag)
        days = [
            f"{table.table.name}: {span(table)} ({table.table.held.days_confidence})"
            for table in self.statement.tables
            if table.table.held.first_day or table.table.held.last_day
        ]
        if days:
            yield "First and last days held:"
            yield ""
            yield from bullets(days)
        yield from self._limits(Dimension.TIMELINESS)

    def _relevance(self) -> Iterator[str]:
        yield from self._heading("Relevance")
        names = ", ".join(table.table.name for table in self.statement.tables)
        yield f"The study reads {names}; which columns, the tables above say."
        yield ""
        yield from self._limits(Dimension.RELEVANCE)

    def _limits(self, dimension: Dimension) -> Iterator[str]:
        limits = self.statement.limits[dimension]
        if limits:
            yield f"Known limits that concern the study ({dimension.value}):"
            yield ""
            yield from bullets(
                f"{line(limit.message)} [{limit.confidence}: {line(limit.source)}]" for limit in limits
            )

    def _heading(self, title: str) -> Iterator[str]:
        yield ""
        yield f"## {title}"
        yield ""
        if self.statement.synthetic:
            # Parts are copied and printed apart from the top.
            yield SYNTHETIC_PART
            yield ""

    def _state(self, year: YearOfColumn, state: State) -> str:
        """A count, or beside a hidden one how many of the rows it is at least or at most, if that may be told."""
        cell = year.states[state]
        if cell.state is CellState.SHOWN or year.most is None:
            return cell_of(cell, self.statement.symbol)
        most = year.most
        told = f"at least {most.per_cent}%" if state == most.state else f"at most {100 - most.per_cent}%"
        return f"{self.statement.symbol} ({told})"
