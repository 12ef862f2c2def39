"""The meaning of tables: whom they count, by which categories, and how numbers and rates are worked out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from cohort.engines.reference.cells import as_text
from cohort.engines.reference.entries import Entries
from cohort.engines.reference.follow_up import Member, Piece, at_risk, events_of
from cohort.engines.reference.world import Cell
from cohort.query.outputs import (
    KNOWN,
    MISSING,
    OTHER,
    counted,
    events_axis,
    group_axis,
    is_summarised_as_number,
    quantiles_of,
    units_repeat,
    with_further,
)
from cohort.query.study import GROUP, CountOutput, Outcome, RateOutput, SummaryOutput
from cohort.results.model import (
    ALL,
    Axis,
    CountTable,
    Group,
    NumberSummary,
    RateCell,
    RateTable,
    SummarisedVariable,
    SummaryTable,
)

Key = TypeVar("Key")
Cells = tuple[str, ...]
"""The values of the categories that one cell of a table stands for."""


@dataclass(frozen=True)
class Statistics:
    """Makes the tables of a study from its cohort: the members with any follow-up, and their pieces of it."""

    entries: Entries
    cohort: Sequence[Member]
    pieces: Sequence[Piece]

    def counts(self, output: CountOutput) -> CountTable:
        """Count members by the categories of variables."""
        members = self._among(output)
        columns = [[self._category(name, member) for member in members] for name in output.by]
        axes = (self._axis(name, column) for name, column in zip(output.by, columns, strict=True))
        return count_table(output, counted(self.entries.study), tuple(axes), columns, self._behind(members))

    def summaries(self, output: SummaryOutput) -> SummaryTable:
        """Summarise variables for each group."""
        members = self._among(output)
        groups = [ALL if output.by is None else self._category(output.by, member) for member in members]
        by = None if output.by is None else self._axis(output.by, groups)
        variables = tuple(self._summarised(name, output, members, groups) for name in output.variables)
        return SummaryTable(
            output.id,
            output.title,
            output.style.value,
            counted(self.entries.study),
            by,
            variables,
            _group(output),
        )

    def rates(self, output: RateOutput) -> RateTable:
        """Add up person-time and events by cell."""
        study = self.entries.study
        outcome = next(outcome for outcome in study.outcomes if outcome.name == output.outcome)
        time, events = self._time_and_events(output, outcome)
        by_cell: dict[Cells, RateCell] = {}
        for cell in dict.fromkeys(cell for cell, _ in time):
            pieces = [piece for where, piece in time if where == cell]
            happened = [(unit, kind) for where, unit, kind in events if where == cell]
            by_cell[cell] = RateCell(
                people=len({piece.member.unit for piece in pieces}),
                person_days=sum(piece.days for piece in pieces),
                events=len(happened),
                people_with_events=len({unit for unit, _ in happened}),
                events_by={
                    kind: (
                        sum(other == kind for _, other in happened),
                        len({unit for unit, other in happened if other == kind}),
                    )
                    for kind in dict.fromkeys(kind for _, kind in happened if kind is not None)
                },
            )
        axes = tuple(self._axis(name, [cell[at] for cell in by_cell]) for at, name in enumerate(output.by))
        own = events_axis(output)
        return RateTable(
            id=output.id,
            title=output.title,
            outcome=outcome.name,
            outcome_label=outcome.label,
            years=output.years,
            counted=study.units,
            axes=axes,
            events_axis=own
            and with_further(own, frozenset(kind for _, _, kind in events if kind is not None)),
            group=_group(output),
            cells=by_cell,
        )

    def _time_and_events(
        self, output: RateOutput, outcome: Outcome
    ) -> tuple[list[tuple[Cells, Piece]], list[tuple[Cells, Cell, str | None]]]:
        """Return pieces of person-time with their cells, and events with cell, unit and own category."""
        known = {category.value for category in output.event_categories}
        time: list[tuple[Cells, Piece]] = []
        events: list[tuple[Cells, Cell, str | None]] = []
        for member in self._among(output):
            own = [piece for piece in self.pieces if piece.member == member]
            happened = events_of(outcome, member, own, self.entries)
            for piece in at_risk(outcome, own, happened):
                split = dict(piece.categories)
                cell = tuple(
                    split[name] if name in split else self._category(name, member) for name in output.by
                )
                time.append((cell, piece))
                for date, row in happened:
                    if piece.holds(date):
                        kind = None if output.events_by is None else _listed(row[output.events_by], known)
                        events.append((cell, member.unit, kind))
        return time, events

    def _summarised(
        self, name: str, output: SummaryOutput, members: Sequence[Member], groups: Sequence[str]
    ) -> SummarisedVariable:
        variable = self.entries.study.variable[name]
        behind = self._behind(members)
        if not is_summarised_as_number(variable):
            column = [self._category(name, member) for member in members]
            cells = list(zip(groups, column, strict=True))
            return SummarisedVariable(
                name,
                variable.label,
                self._axis(name, column),
                Counter(cells),
                {},
                people_behind(cells, behind),
            )
        values = [self.entries.variable(name)[member.entry] for member in members]
        numbers = {
            group: number_summary(
                [value for value, own in zip(values, groups, strict=True) if own == group],
                quantiles_of(output.style),
            )
            for group in dict.fromkeys(groups)
        }
        cells = [
            (group, MISSING.value if value is None else KNOWN)
            for group, value in zip(groups, values, strict=True)
        ]
        return SummarisedVariable(name, variable.label, None, {}, numbers, people_behind(cells, behind))

    def _among(self, output: CountOutput | SummaryOutput | RateOutput) -> list[Member]:
        """Return the members that a table is about."""
        among = output.among
        if among is None:
            return list(self.cohort)
        return [m for m in self.cohort if self.entries.value(among, m.entry, m.group) is True]

    def _behind(self, members: Iterable[Member]) -> list[Cell] | None:
        """Return whom each member is, where a unit can be several members."""
        return [member.unit for member in members] if units_repeat(self.entries.study) else None

    def _category(self, name: str, member: Member) -> str:
        if name == GROUP:
            return member.group
        categories = self.entries.study.variable[name].categories
        return _listed(self.entries.variable(name)[member.entry], {category.value for category in categories})

    def _axis(self, name: str, occurring: Iterable[str]) -> Axis:
        study = self.entries.study
        splits = {split.name: split for split in study.splits}
        if name == GROUP:
            return group_axis(study)
        own = splits[name] if name in splits else study.variable[name]
        return with_further(Axis(name, own.label, own.categories), frozenset(occurring))


def count_table(
    output: CountOutput,
    what: str,
    axes: tuple[Axis, ...],
    columns: Sequence[Sequence[str]],
    behind: Sequence[Cell] | None,
) -> CountTable:
    """Count combinations of categories, and the different people behind each."""
    cells = list(zip(*columns, strict=True))
    return CountTable(
        id=output.id,
        title=output.title,
        counted=what,
        axes=axes,
        group=_group(output),
        counts=dict(Counter(cells)),
        impossible=output.impossible,
        behind=people_behind(cells, behind),
        denominators=output.denominators,
    )


def people_behind(cells: Sequence[Key], units: Sequence[Cell] | None) -> dict[Key, int]:
    """Count the different units of each cell; nothing where every unit is counted once."""
    if units is None:
        return {}
    return dict(Counter(cell for cell, _ in set(zip(cells, units, strict=True))))


def number_summary(values: Sequence[Any], per_cents: Iterable[int]) -> NumberSummary:
    """Add up known numbers and their squares in whole thousandths, and find their quantiles."""
    known = sorted(value for value in values if value is not None)
    thousandths = [math.floor(value * 1000 + 0.5) for value in known]
    return NumberSummary(
        known=len(known),
        missing=len(values) - len(known),
        total=sum(thousandths) / 1000,
        squares=sum(number * number for number in thousandths) / 1e6,
        # The smallest value that at least so many per cent of the known ones do not exceed.
        quantiles=tuple(
            (per_cent, float(known[math.ceil(per_cent * len(known) / 100) - 1]))
            for per_cent in per_cents
            if known
        ),
    )


def _listed(value: Cell, known: set[str]) -> str:
    """Return the category of a value: one that is not listed comes from the data, so it is never shown."""
    text = as_text(value)
    return text if text in known or text == MISSING.value else OTHER.value


def _group(output: CountOutput | SummaryOutput | RateOutput) -> Group:
    return Group(output.among_words, output.conditions, dict(output.fixed))
