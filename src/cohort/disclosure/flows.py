"""The counts of flows, and how they hang together with one another and with the tables.

Who remains after a step and who is left out there were together before it. Where a unit can have several entries, a
reader who sees both counts also knows how many entries there are beyond one for each unit, and that each unit that
leaves takes an entry with it; these counts are unknowns of the system too. Who passes all other steps, whatever one of
them says, are those who pass all, and those whom this step alone stops; the others whom it stops, a later step would
stop too. Both are unknowns, and with those who pass all steps they are all who start, once each. The last row of the
cohort's flow is the cohort, or the cases in it; that of the peers' flow is the peers in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cohort.disclosure.structure import Cell
from cohort.query.outputs import INDEX_DATE_KNOWN, OBSERVED_TIME
from cohort.query.study import GROUP
from cohort.results.model import AttritionTable, CountTable

OTHERS = "\0others"
"""The part of a cohort that is not the one in which its flow ends, where no table names it."""

WITHOUT_STEP = ("without_step", "units_without_step")
"""What a flow prints of those who remain without a step."""
TOLD_WITHOUT_STEP = (
    "alone",
    "later_too",
    "joining",
    "beyond_without_step",
    "further_alone",
    "leaving_otherwise",
)
"""What a reader can work out from it and from the rest of the flow, where nothing is hidden."""


@dataclass(frozen=True)
class FlowCounts:
    """Cells of one flow by their places, the lines among them, and the ranks of those that are printed."""

    places: dict[tuple[str, ...], Cell]
    lines: tuple[tuple[Cell, tuple[Cell, ...]], ...]
    ranks: dict[Cell, int]


def starts_with_units(flow: AttritionTable) -> bool:
    """Whether the first row counts units that have several entries each: nobody is left out between the two."""
    return knows_index_dates(flow) and flow.steps[0].units is not None


def knows_index_dates(flow: AttritionTable) -> bool:
    """Whether the second row counts those whose index date is known: it is no step of the population."""
    return len(flow.steps) > 1 and flow.steps[1].id == INDEX_DATE_KNOWN


def steps_of(flow: AttritionTable) -> list[int]:
    """Return the places of the rows that are steps of the population, where the flow says who remains without them."""
    return [place for place, step in enumerate(flow.steps) if step.without_step is not None]


def end_of(flow: AttritionTable, flows: list[AttritionTable], tables: list[CountTable]) -> Cell:
    """Return the cell that the last row of a flow is."""
    if flow.ends_in or flow.is_cohort:
        return Cell(0, tuple(sorted(flow.ends_in)))
    _, peers = _names_of_groups(flows, tables)
    return Cell(0, ((GROUP, peers),))


def _names_of_groups(flows: list[AttritionTable], tables: list[CountTable]) -> tuple[str, str]:
    """Return the values by which cases and peers are told apart, cases first."""
    named = [axis for table in tables for axis in table.axes if axis.variable == GROUP]
    values = (
        [category.value for category in max(named, key=lambda a: len(a.categories)).categories]
        if named
        else []
    )
    for flow in flows:
        for name, value in flow.ends_in:
            if name == GROUP and flow.is_cohort:
                return value, next((other for other in values if other != value), OTHERS)
    if len(values) > 1:
        return values[0], values[1]
    return "", OTHERS


def counts_of_flow(flow: AttritionTable, end: Cell) -> FlowCounts:
    """Return the cells of one flow; its last row is ``end``."""
    prefix = "" if flow.is_cohort else "peers "
    last = len(flow.steps) - 1
    with_units = flow.steps[0].units is not None
    by_units = starts_with_units(flow)

    def cell(what: str, step: int) -> Cell:
        if what == "remaining" and step == last:
            return end
        if what == "remaining" and step == 0 and by_units:
            what = "units"
        return Cell(0, part=(f"{prefix}{what}", step))

    places: dict[tuple[str, ...], Cell] = {}
    ranks: dict[Cell, int] = {}
    lines: list[tuple[Cell, tuple[Cell, ...]]] = []
    for step in range(len(flow.steps)):
        remaining = cell("remaining", step)
        places["remaining", str(step)] = remaining
        ranks[remaining] = 3 if step == last else 2
        excludes = step > 0 and not (by_units and step == 1)
        if excludes:
            excluded = cell("excluded", step)
            places["excluded", str(step)] = excluded
            ranks[excluded] = 1
            lines.append((cell("remaining", step - 1), (remaining, excluded)))
        if with_units:
            units = cell("units", step)
            places["units", str(step)] = units
            ranks[units] = max(1, ranks.get(units, 0))
            if units != remaining:
                beyond = cell("entries beyond one for each unit", step)
                places["beyond", str(step)] = beyond
                lines.append((remaining, (units, beyond)))
            if step:
                leaving = cell("units that leave", step)
                places["leaving", str(step)] = leaving
                lines.append((cell("units", step - 1), (units, leaving)))
                if excludes:
                    further = cell("entries beyond one for each unit that leaves", step)
                    places["further", str(step)] = further
                    lines.append((excluded, (leaving, further)))
    *others, final = steps_of(flow) or [0]
    for step in others:
        named, told = _without_step(cell, step, final, with_units=with_units)
        places |= {(what, str(step)): named_cell for what, named_cell in named.items()}
        lines += told
        ranks |= {named[what]: 1 for what in WITHOUT_STEP if what in named}
    if steps_of(flow):
        # Whom only the last step stops remain after the step before it.
        places["without_step", str(final)] = cell("remaining", final - 1)
        if with_units:
            places["units_without_step", str(final)] = cell("units", final - 1)
    return FlowCounts(places, tuple(lines), ranks)


def _without_step(
    cell: Callable[[str, int], Cell], step: int, final: int, *, with_units: bool
) -> tuple[dict[str, Cell], list[tuple[Cell, tuple[Cell, ...]]]]:
    """Return the cells of those who remain without a step, and the lines among them; ``final`` is the last step."""
    names = ["without_step", "alone", "later_too"]
    if with_units:
        names += [
            "units_without_step",
            "joining",
            "beyond_without_step",
            "further_alone",
            "leaving_otherwise",
        ]
    named = {name: cell(name.replace("_", " "), step) for name in names}
    lines: list[tuple[Cell, tuple[Cell, ...]]] = [
        (named["without_step"], (cell("remaining", final), named["alone"])),
        (cell("excluded", step), (named["alone"], named["later_too"])),
    ]
    if with_units:
        units = named["units_without_step"]
        lines += [
            (units, (cell("units", final), named["joining"])),
            (cell("units", step - 1), (units, named["leaving_otherwise"])),
            (named["without_step"], (units, named["beyond_without_step"])),
            (named["alone"], (named["joining"], named["further_alone"])),
        ]
    return named, lines


def lines_of_ends(
    flows: list[AttritionTable], tables: list[CountTable], of_cohort: set[Cell], ends: set[Cell]
) -> Iterator[tuple[Cell, tuple[Cell, ...]]]:
    """Yield that cases and peers make up the cohort, where no table says so by its own totals.

    ``of_cohort`` are the cells of tables of the whole cohort, ``ends`` the last rows of flows.
    """
    whole = Cell(0)
    cases, peers = (Cell(0, ((GROUP, name),)) for name in _names_of_groups(flows, tables))
    if {cases, peers} & ends and whole in of_cohort and not {cases, peers} <= of_cohort:
        yield whole, (cases, peers)


def sets_total(
    flows: list[AttritionTable], tables: list[CountTable], printed: set[Cell]
) -> tuple[Cell, Cell | None]:
    """Return the number of matched sets, and the cell of the cases followed, if that can be fewer.

    Each case that passes all steps has a set; those without a day of follow-up are left out after that.
    """
    for flow in flows:
        if flow.is_cohort:
            before = [step for step, row in enumerate(flow.steps) if row.id != OBSERVED_TIME]
            if before:
                return counts_of_flow(flow, end_of(flow, flows, tables)).places[
                    "remaining", str(before[-1])
                ], None
    cases = Cell(0, ((GROUP, _names_of_groups(flows, tables)[0]),))
    return Cell(0, part=("sets", 0)), cases if cases in printed else None
