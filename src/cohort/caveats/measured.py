"""What the results of a study are: counts, rates, times, entries, trends; and what they are broken down by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.caveats.lineage import Held, Lineage, Scope, Worked, plain
from cohort.query.outputs import is_summarised_as_number
from cohort.query.rows import JoinSpells, KeepOne, NamedRows, Rows, inputs, walk_rows
from cohort.query.study import (
    AgeSplit,
    AttritionOutput,
    CalendarSplit,
    CountOutput,
    RateOutput,
    SpellSplit,
    Study,
    Style,
    SummaryOutput,
)
from cohort.query.values import (
    Apply,
    Covered,
    DaysBetween,
    Fact,
    IndexDate,
    Summary,
    Value,
    VariableValue,
    YearTo31March,
)

EPISODES = "lacw_episodes"
"""The table of which every row is an episode: a count of its rows is a count of changes."""
_CALENDAR = ("academic_year", "calendar_month", "calendar_year", "financial_year", "month_start")
_LENGTHS = ("months_between", "overlap_in_days", "years_between")
Grouped = tuple[frozenset[Held], bool, bool]
"""Columns behind what a result is broken down by; whether its categories are a column's own; whether it is crossed."""


class Measured:
    """Reads the outputs of one study. ``birth`` is the fact (rows, column) of the week of birth."""

    def __init__(self, study: Study, lineage: Lineage, birth: tuple[str, str]) -> None:
        self.study, self.lineage, self.birth = study, lineage, birth
        self.shown = tuple(dict.fromkeys(name for output in study.outputs for name in _names(output)))
        """Variables and splits that outputs show, in order."""

    def measures(self) -> frozenset[str]:
        """Return the kinds of results, in the words of conditions."""
        found = set(self._of_outputs()) | set(self._of_population())
        for name in self.shown:
            if name in self.study.variable:
                found |= set(self._of_value(self.study.variable[name].value))
        counted = {outcome.name for outcome in self.study.outcomes if self._are_episodes(outcome.events.name)}
        if any(isinstance(o, RateOutput) and o.outcome in counted for o in self.study.outputs):
            found.add("placement_moves")
        if "trend" in found and found & {"first_entry", "re_entry"}:
            found.add("flow")
        return frozenset(found)

    def groups(self) -> Iterator[Grouped]:
        """Yield what results are broken down by."""
        splits, crossed = {split.name: split for split in self.study.splits}, self._crossed()
        for name in self.shown:
            split = splits.get(name)
            if name in self.study.variable and not is_summarised_as_number(self.study.variable[name]):
                value = self.study.variable[name].value
                own = self.lineage.itself(value, Scope())
                yield own or self.lineage.behind(value, Scope()), bool(own), name in crossed
            elif isinstance(split, AgeSplit):
                yield self.lineage.behind(split.birth, Scope()), False, name in crossed
            elif isinstance(split, SpellSplit):
                yield *self._column(split.rows.name, split.value), name in crossed
        events = {outcome.name: outcome.events.name for outcome in self.study.outcomes}
        for output in self.study.outputs:
            if isinstance(output, RateOutput) and output.events_by is not None:
                yield *self._column(events[output.outcome], output.events_by), bool(output.by)

    def _crossed(self) -> frozenset[str]:
        """Return the variables that a result sets beside another one."""
        found: set[str] = set()
        for output in self.study.outputs:
            beside = isinstance(output, SummaryOutput) and output.by is not None
            if beside or (isinstance(output, CountOutput | RateOutput) and len(output.by) > 1):
                found |= set(_names(output))
        return frozenset(found)

    def _column(self, name: str, column: str) -> tuple[frozenset[Held], bool]:
        rows = self.lineage.rows_named(name)
        own = frozenset(o for o in self.lineage.origins(rows, column) if not isinstance(o, Worked))
        return own or self.lineage.behind_column(rows, column), bool(own)

    def _of_outputs(self) -> Iterator[str]:
        for output in self.study.outputs:
            match output:
                case AttritionOutput():
                    yield "count"
                case CountOutput():
                    yield "count"
                    if output.denominators is not None:
                        yield "rate"
                case SummaryOutput():
                    yield from ("count", "proportion") if output.style is Style.TABLE_ONE else ()
                    numbers = (
                        is_summarised_as_number(self.study.variable[name]) for name in output.variables
                    )
                    if output.style is not Style.BALANCE and any(numbers):
                        yield "amount"
                case RateOutput():
                    yield from ("rate", "incidence")
        for split in self.study.splits:
            if split.name in self.shown and isinstance(split, CalendarSplit):
                yield "trend"
            if split.name in self.shown and isinstance(split, SpellSplit):
                # The time at risk in each state is as long as its spells.
                yield "duration"

    def _of_population(self) -> Iterator[str]:
        index = plain(self.study, self.study.population.index_date)
        start = self.lineage.rows_named(self.study.population.start)
        if isinstance(index, Fact) and start is not None:
            for node in self._own_operations(index.rows):
                if isinstance(node, KeepOne) and not node.last and node.order == index.column:
                    yield "first_entry" if node.number == 1 else "re_entry"
        if self.study.population.many and start is not None and start.shape.spell is not None:
            yield "re_entry"
        yield from self._ends((self.study.population.index_date,))
        for outcome in self.study.outcomes:
            rows = self.lineage.rows_named(outcome.events.name)
            if rows is not None and rows.shape.spell is not None and rows.shape.spell[1] == outcome.date:
                yield "exit"

    def _own_operations(self, name: str) -> Iterator[Rows]:
        """Yield the operations behind rows, through names, as far as the spec defines them."""
        definition = self.study.by_name.get(name)
        if definition is None or definition.prepared:
            return
        for node in walk_rows(definition.rows):
            yield node
            if isinstance(node, NamedRows):
                yield from self._own_operations(node.name)

    def _of_value(self, value: Value) -> Iterator[str]:
        """Yield the kinds of measure that a shown variable is."""
        for part, _ in self.lineage.parts(value, Scope()):
            match part:
                case VariableValue():
                    yield from self._of_value(self.study.variable[part.name].value)
                case Covered() if part.function == "days_covered":
                    yield "duration"
                case DaysBetween():
                    yield from self._length(part.start, part.end)
                case Apply() if part.function in _LENGTHS:
                    yield from self._length(*part.parts[:2])
                case Apply() if part.function in _CALENDAR:
                    yield "trend"
                case YearTo31March():
                    yield "trend"
                case Summary() if part.function in ("count", "count_distinct"):
                    if self._are_episodes(part.rows.name):
                        yield "placement_moves"
                case _:
                    continue

    def _length(self, start: Value, end: Value) -> Iterator[str]:
        """Yield what the time between two dates measures: an age is none."""
        bounds = (plain(self.study, start), plain(self.study, end))
        if any(isinstance(bound, Fact) and (bound.rows, bound.column) == self.birth for bound in bounds):
            return
        yield "duration"
        index = plain(self.study, IndexDate())
        if any(bound == index for bound in bounds) and any(
            isinstance(bound, Fact | Summary) for bound in bounds
        ):
            yield "time_to_event"
        yield from self._ends(bounds)

    def _ends(self, dates: Iterable[Value]) -> Iterator[str]:
        for date in (plain(self.study, date) for date in dates):
            rows = self.lineage.rows_named(date.rows) if isinstance(date, Fact) else None
            spell = None if rows is None else rows.shape.spell
            if spell is not None and isinstance(date, Fact) and date.column == spell[1]:
                yield "exit"

    def _are_episodes(self, name: str) -> bool:
        """Whether rows are episodes of care as returned, not joined into periods."""
        rows = self.lineage.rows_named(name)
        if rows is None or EPISODES not in self.lineage.tables(rows):
            return False
        while rows is not None and not isinstance(rows, JoinSpells):
            below = inputs(rows)
            rows = (
                self.lineage.rows_named(rows.name) if isinstance(rows, NamedRows) else next(iter(below), None)
            )
        return rows is None


def _names(output: AttritionOutput | CountOutput | SummaryOutput | RateOutput) -> tuple[str, ...]:
    match output:
        case AttritionOutput():
            return ()
        case CountOutput() | RateOutput():
            return output.by
        case SummaryOutput():
            return (*output.variables, *(() if output.by is None else (output.by,)))
