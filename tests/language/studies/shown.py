"""Tables of results and person-time as lines of text, as the pages of studies write them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from cohort.results.model import (
    ALL,
    AttritionTable,
    CountTable,
    RateTable,
    RawTable,
    SummaryTable,
)

Line = dict[str, str]


def shown(cell: object) -> str:
    """Return a value as pages write it: missing is blank, and a decimal without decimal places a whole number."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float():
            return str(int(cell)) if cell.is_integer() else str(cell)
        case _:
            return str(cell)


def lines_of_table(table: RawTable) -> list[Line]:
    """Return a line for each step of a flow, or for each cell of a table that anyone is in."""
    match table:
        case AttritionTable():
            return [
                {
                    "step": step.id,
                    "remaining": str(step.remaining),
                    "children": shown(step.units),
                    "without step": shown(step.without_step),
                    "children without step": shown(step.units_without_step),
                }
                for step in table.steps
            ]
        case CountTable():
            names = [axis.variable for axis in table.axes]
            return [
                {
                    **dict(zip(names, cell, strict=True)),
                    "count": str(count),
                    "children": shown(table.behind.get(cell)),
                    **_residents(table, cell),
                }
                for cell, count in table.counts.items()
                if count
            ]
        case RateTable():
            return _rates(table)
        case SummaryTable():
            return [line for variable in table.variables for line in _summarised(table, variable.name)]


def _residents(table: CountTable, cell: tuple[str, ...]) -> Line:
    """Return how many residents the count of a cell is divided by."""
    found = table.denominators
    if found is None:
        return {}
    residents = dict(found.figures)[tuple(cell[position] for position in found.by)]
    return {"residents": str(residents)}


def _rates(table: RateTable) -> list[Line]:
    names = [axis.variable for axis in table.axes]
    kinds = [] if table.events_axis is None else [c.value for c in table.events_axis.categories]
    lines = []
    for cell, held in table.cells.items():
        line = dict(zip(names, cell, strict=True))
        line |= {"people": str(held.people), "days": str(held.person_days), "events": str(held.events)}
        line["people with events"] = str(held.people_with_events)
        line |= {kind: str(held.events_by.get(kind, (0, 0))[0]) for kind in kinds}
        lines.append(line)
    return lines


def _summarised(table: SummaryTable, name: str) -> list[Line]:
    variable = next(variable for variable in table.variables if variable.name == name)
    lines: list[Line] = []
    for (group, category), count in variable.counts.items():
        if count:
            lines.append(_statistic(group, name, category, count))
    for group, number in variable.numbers.items():
        statistics: dict[str, object] = {
            "known": number.known,
            "missing": number.missing,
            "total": number.total,
            "squares": number.squares,
        }
        statistics |= {str(per_cent): value for per_cent, value in number.quantiles}
        lines += [_statistic(group, name, statistic, value) for statistic, value in statistics.items()]
    return lines


def _statistic(group: str, variable: str, statistic: str, value: object) -> Line:
    whose = "" if group == ALL else group
    return {"group": whose, "variable": variable, "statistic": statistic, "value": shown(value)}


def touching_joined(pieces: Iterable[Mapping[str, object]]) -> list[Line]:
    """Return person-time without cuts at which nothing changes, for engines may cut where they like."""
    found: list[dict[str, object]] = []
    for piece in sorted(pieces, key=lambda piece: [str(cell) for cell in (*_whose(piece), piece["from"])]):
        if found and _whose(found[-1]) == _whose(piece) and found[-1]["until"] == piece["from"]:
            found[-1] = {**found[-1], "until": piece["until"]}
        else:
            found.append(dict(piece))
    for piece in found:
        first, until = piece["from"], piece["until"]
        assert isinstance(first, datetime.date)
        assert isinstance(until, datetime.date)
        assert first < until, "a piece without any day"
    return [{name: shown(cell) for name, cell in piece.items()} for piece in found]


def _whose(piece: Mapping[str, object]) -> list[object]:
    return [cell for name, cell in piece.items() if name not in ("from", "until")]
