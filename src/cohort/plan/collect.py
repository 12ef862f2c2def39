"""From the rows of the one long results table back to tables: for a run here, and for a file brought out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar, assert_never

from cohort.plan.names import LINKAGE
from cohort.plan.results import linked_sources
from cohort.query.outputs import (
    KNOWN,
    MATCHED_SETS,
    MATCHED_SETS_TITLE,
    MISSING,
    OTHER,
    SETS,
    counted,
    events_axis,
    flow_rows,
    group_axis,
    is_summarised_as_number,
    peers_found_axis,
    quantiles_of,
    units_repeat,
    with_further,
)
from cohort.query.study import (
    GROUP,
    PEERS_FOUND,
    AttritionOutput,
    CountOutput,
    RateOutput,
    Study,
    SummaryOutput,
)
from cohort.query.words import plain
from cohort.results.category import Category
from cohort.results.model import (
    ALL,
    AttritionStep,
    AttritionTable,
    Axis,
    CountTable,
    Group,
    NumberSummary,
    RateCell,
    RateTable,
    RawResults,
    RawTable,
    SummarisedVariable,
    SummaryTable,
)

_LINKS = (
    Category("linked", "linked to one unit"),
    Category("conflicting", "linked to several units"),
    Category("not linked", "not linked"),
)
_UNITS = "units"
_Number = TypeVar("_Number", int, float)

Cell = tuple[str, ...]


class WrongResults(Exception):
    """Rows that cannot be the results of this study; the message is one sentence without any value."""


@dataclass(frozen=True)
class ResultRow:
    """One row of the long table, without study and hash. A count has a value, a measure a number."""

    table: str
    row: str
    column: str
    layer: str
    statistic: str
    value: int | None
    number: float | None = None


def collect(study: Study, rows: Iterable[ResultRow]) -> RawResults:
    """Return the raw results of a study.

    Raises ``WrongResults`` if a step of the flow is missing, a count is negative, a cell comes twice, or a table or
    statistic is unknown.
    """
    by_table: dict[str, list[ResultRow]] = {}
    for row in rows:
        if row.value is not None and row.value < 0:
            raise WrongResults(f"the table {row.table} holds a negative count.")
        if (row.value is None) == (row.number is None):
            raise WrongResults(f"a row of the table {row.table} does not hold one count or one number.")
        by_table.setdefault(row.table, []).append(row)
    tables: list[RawTable] = []
    for output in study.outputs:
        held = _Held(output.id, by_table.pop(output.id, []))
        match output:
            case AttritionOutput():
                tables.append(_flow(study, output, held))
            case CountOutput():
                tables.append(_counts(study, output, held))
            case SummaryOutput():
                tables.append(_summary(study, output, held))
            case RateOutput():
                tables.append(_rates(study, output, held))
            case _:
                assert_never(output)
    if study.peers is not None:
        tables.append(_counts(study, _all_sets(study), _Held(MATCHED_SETS, by_table.pop(MATCHED_SETS, []))))
    for name in linked_sources(study):
        tables.append(_links(study, name, _Held(name, by_table.pop(name, []))))
    if by_table:
        raise WrongResults("the results hold a table that this study does not have.")
    return RawResults(study.id, study.spec_hash, tuple(tables))


class _Held:
    """The rows of one table, by statistic and cell."""

    def __init__(self, table: str, rows: Iterable[ResultRow]) -> None:
        self.table = table
        self._rows: dict[str, dict[tuple[str, str, str], ResultRow]] = {}
        for row in rows:
            cells = self._rows.setdefault(row.statistic, {})
            cell = (row.row, row.column, row.layer)
            if cell in cells:
                raise WrongResults(f"the table {table} holds a cell twice.")
            cells[cell] = row

    def counts(self, statistic: str) -> dict[tuple[str, str, str], int]:
        """Return the counts of a statistic by row, column and layer."""
        return {cell: row.value for cell, row in self._of(statistic) if row.value is not None}

    def numbers(self, statistic: str) -> dict[tuple[str, str, str], float]:
        """Return the numbers of a statistic by row, column and layer."""
        return {cell: row.number for cell, row in self._of(statistic) if row.number is not None}

    def _of(self, statistic: str) -> Iterable[tuple[tuple[str, str, str], ResultRow]]:
        return self._rows.pop(statistic, {}).items()

    def done(self) -> None:
        """Refuse what nobody asked for."""
        if self._rows:
            raise WrongResults(f"the table {self.table} holds a statistic that it does not have.")


def _flow(study: Study, output: AttritionOutput, held: _Held) -> AttritionTable:
    rows = flow_rows(study, of_peers=output.of_peers)
    own = (
        (study.peers.steps if study.peers is not None else ()) if output.of_peers else study.population.steps
    )
    every = {(row.id, "", "") for row in rows}
    of_steps = {(step.id, "", "") for step in own}
    wanted = {"remaining": every, "without_step": of_steps}
    if study.population.many:
        wanted |= {_UNITS: every, "units_without_step": of_steps}
    found = {name: held.counts(name) for name in ("remaining", _UNITS, "without_step", "units_without_step")}
    held.done()
    if any(set(counts) != wanted.get(name, set()) for name, counts in found.items()):
        raise WrongResults(f"the flow {output.id} does not have the steps of this study.")
    left, units, without, units_without = found.values()
    steps = tuple(
        AttritionStep(
            row.id,
            row.words,
            row.why,
            left[place],
            units.get(place),
            without.get(place),
            units_without.get(place),
        )
        for row in rows
        for place in [(row.id, "", "")]
    )
    beside_peers = study.peers is not None and not output.of_peers
    ends_in = ((GROUP, study.population.name),) if beside_peers else ()
    return AttritionTable(
        output.id, output.title, counted(study), steps, ends_in, is_cohort=not output.of_peers
    )


def _counts(study: Study, output: CountOutput, held: _Held) -> CountTable:
    axes = tuple(_axis(study, name) for name in output.by)
    number = len(axes)
    what = SETS if output.of_sets else counted(study)
    counts = _folded(held.counts("count"), axes, number)
    # Different units cannot be added up; where they are counted, the database has put values outside together.
    behind = _folded(held.counts(_UNITS), axes, number)
    held.done()
    if units_repeat(study) and set(behind) != set(counts):
        raise WrongResults(
            f"the table {output.id} does not say how many different units are behind its counts."
        )
    if any(key in output.impossible and count for key, count in counts.items()):
        raise WrongResults(f"the table {output.id} counts a combination that cannot occur by definition.")
    return CountTable(
        id=output.id,
        title=output.title,
        counted=what,
        axes=_with_further(axes, counts),
        group=_group(output),
        counts=counts,
        impossible=output.impossible,
        behind=behind,
        denominators=output.denominators,
    )


def _all_sets(study: Study) -> CountOutput:
    """The table of sets that every study with peers has."""
    assert study.peers is not None
    return CountOutput(
        id=MATCHED_SETS,
        title=MATCHED_SETS_TITLE,
        by=(PEERS_FOUND,),
        among=None,
        among_words="",
        conditions=frozenset(),
        fixed=(),
        impossible=frozenset(),
        origin=study.peers.origin,
        of_sets=True,
    )


def _summary(study: Study, output: SummaryOutput, held: _Held) -> SummaryTable:
    by = None if output.by is None else _axis(study, output.by)
    names = (*(("count", _UNITS)), KNOWN, MISSING.value, f"units_{KNOWN}", f"units_{MISSING.value}")
    found = {name: held.counts(name) for name in names}
    per_cents = quantiles_of(output.style)
    measures = {name: held.numbers(name) for name in ("total", "squares", *(_quantile(p) for p in per_cents))}
    held.done()
    groups = {_fold(row, by) for counts in found.values() for row, _, _ in counts}
    variables = []
    for name in output.variables:
        counts = {kind: _of_variable(values, name) for kind, values in found.items()}
        numbers = {kind: _of_variable(values, name) for kind, values in measures.items()}
        variables.append(_summarised(study, name, by, counts, numbers, per_cents))
    return SummaryTable(
        output.id,
        output.title,
        output.style.value,
        counted(study),
        None if by is None else with_further(by, frozenset(groups)),
        tuple(variables),
        _group(output),
    )


def _summarised(
    study: Study,
    name: str,
    by: Axis | None,
    counts: Mapping[str, Mapping[tuple[str, str], int]],
    numbers: Mapping[str, Mapping[tuple[str, str], float]],
    per_cents: tuple[int, ...],
) -> SummarisedVariable:
    variable = study.variable[name]
    if not is_summarised_as_number(variable):
        axes = (by or Axis("", "", (Category(ALL, ""),)), _axis(study, name))
        of_cells = _folded({(*cell, ""): n for cell, n in counts["count"].items()}, axes, 2)
        behind = _folded({(*cell, ""): n for cell, n in counts[_UNITS].items()}, axes, 2)
        axis = with_further(axes[1], frozenset(category for _, category in of_cells))
        return SummarisedVariable(name, variable.label, axis, _pairs(of_cells), {}, _pairs(behind))
    known, missing = counts[KNOWN], counts[MISSING.value]
    summaries: dict[str, NumberSummary] = {}
    for group in dict.fromkeys(cell[0] for cell in (*known, *missing)):
        cell = (group, "")
        quantiles = tuple(
            (per_cent, numbers[_quantile(per_cent)][cell])
            for per_cent in per_cents
            if cell in numbers[_quantile(per_cent)]
        )
        summaries[_fold(group, by)] = NumberSummary(
            known.get(cell, 0),
            missing.get(cell, 0),
            numbers["total"].get(cell, 0.0),
            numbers["squares"].get(cell, 0.0),
            quantiles,
        )
    units = {
        (_fold(group, by), kind): number
        for kind in (KNOWN, MISSING.value)
        for (group, _), number in counts[f"units_{kind}"].items()
    }
    return SummarisedVariable(name, variable.label, None, {}, summaries, units)


def _rates(study: Study, output: RateOutput, held: _Held) -> RateTable:
    outcome = next(outcome for outcome in study.outcomes if outcome.name == output.outcome)
    axes = tuple(_axis(study, name) for name in output.by)
    number = len(axes)
    people, days, events, people_with = (
        _folded(held.counts(name), axes, number)
        for name in ("people", "person_days", "events", "people_with_events")
    )
    own = events_axis(output)
    by_value = held.counts("events_of")
    people_by_value = held.counts("people_with_events_of")
    held.done()
    if set(people) != set(days) or set(events) != set(people_with) or not set(events) <= set(people):
        raise WrongResults(f"the table {output.id} has events without person-time, or half a cell.")
    if set(by_value) != set(people_by_value) or not {cell[:number] for cell in by_value} <= set(events):
        raise WrongResults(f"the table {output.id} has events of a kind in a cell without events.")
    of_cell: dict[Cell, dict[str, tuple[int, int]]] = {}
    for cell, count in by_value.items():
        of_cell.setdefault(cell[:number], {})[cell[2]] = (count, people_by_value[cell])
    cells = {
        cell: RateCell(
            people[cell], days[cell], events.get(cell, 0), people_with.get(cell, 0), of_cell.get(cell, {})
        )
        for cell in people
    }
    kinds = frozenset(kind for values in of_cell.values() for kind in values)
    return RateTable(
        id=output.id,
        title=output.title,
        outcome=outcome.name,
        outcome_label=outcome.label,
        years=output.years,
        counted=study.units,
        axes=_with_further(axes, people),
        events_axis=None if own is None else with_further(own, kinds),
        group=_group(output),
        cells=cells,
    )


def _links(study: Study, name: str, held: _Held) -> CountTable:
    source = plain(name.removeprefix(f"{LINKAGE}_"))
    counts: dict[Cell, int] = {(row,): count for (row, _, _), count in held.counts("count").items()}
    held.done()
    # Codes are not children, so these counts share no total with the tables of the cohort.
    axis = Axis("link", "Link", _LINKS)
    return CountTable(
        name,
        f"Linkage: keys of {source} and the {study.unit}",
        f"keys of {source}",
        (axis,),
        Group(""),
        counts,
    )


def _axis(study: Study, name: str) -> Axis:
    """Return the categories of a variable, a split or a built-in variable."""
    if name == GROUP:
        return group_axis(study)
    if name == PEERS_FOUND:
        return peers_found_axis(study)
    splits = {split.name: split for split in study.splits}
    own = splits[name] if name in splits else study.variable[name]
    return Axis(name, own.label, own.categories)


def _fold(value: str, axis: Axis | None) -> str:
    """Return the category of a value. A code that no category names comes from the data: it is counted, never shown."""
    if axis is None or value == MISSING.value or any(value == category.value for category in axis.categories):
        return value
    return OTHER.value


def _folded(
    counts: Mapping[tuple[str, str, str], int], axes: tuple[Axis, ...], number: int
) -> dict[Cell, int]:
    """Add up counts by the categories of up to three axes."""
    known = [{category.value for category in axis.categories} | {MISSING.value} for axis in axes]
    found: dict[Cell, int] = {}
    for cell, count in counts.items():
        key = tuple(
            value if value in can else OTHER.value for value, can in zip(cell[:number], known, strict=True)
        )
        found[key] = found.get(key, 0) + count
    return found


def _with_further(axes: tuple[Axis, ...], cells: Iterable[Cell]) -> tuple[Axis, ...]:
    occurring = [frozenset(cell[position] for cell in cells) for position in range(len(axes))]
    return tuple(with_further(axis, values) for axis, values in zip(axes, occurring, strict=True))


def _of_variable(values: Mapping[tuple[str, str, str], _Number], name: str) -> dict[tuple[str, str], _Number]:
    return {(row, column): value for (row, column, layer), value in values.items() if layer == name}


def _pairs(cells: Mapping[Cell, int]) -> dict[tuple[str, str], int]:
    return {(cell[0], cell[1]): count for cell, count in cells.items()}


def _quantile(per_cent: int) -> str:
    return f"quantile_{per_cent}"


def _group(output: CountOutput | SummaryOutput | RateOutput) -> Group:
    return Group(output.among_words, output.conditions, dict(output.fixed))
