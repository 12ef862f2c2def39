"""The words and symbols that every writer shares, so that a cell looks alike wherever it is printed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import assert_never

from cohort.results.model import (
    ALL,
    Axis,
    SafeAnyTable,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeNumber,
    SafeRate,
    SafeResults,
    SafeSummary,
    SafeTable,
    State,
)

SYNTHETIC_SENTENCE = "Synthetic data: no real person is counted in these results."
TOTAL = "All"

SMALLEST_DENOMINATOR = 10
"""Least printed count that a percentage may be taken of: the strictest of the known policies. Safe results do
not carry their policy's threshold, and a stricter rule is always allowed."""


@dataclass(frozen=True)
class Symbols:
    """What is printed in place of a number: never 0 and never blank."""

    hidden: str
    impossible: str

    def text(self, cell: SafeCell, *, thousands: bool = False) -> str:
        """Return the cell as a reader sees it; ``thousands`` groups digits (for pages, not for data)."""
        match cell.state:
            case State.SHOWN:
                if cell.count is None:
                    raise ValueError("a shown cell has no count")
                return f"{cell.count:,}" if thousands else str(cell.count)
            case State.HIDDEN:
                return self.hidden
            case State.IMPOSSIBLE:
                return self.impossible
        raise AssertionError(cell.state)  # pragma: no cover

    def number(self, number: SafeNumber, *, thousands: bool = False, decimals: int | None = None) -> str:
        """Return a number that is no count as a reader sees it, by default with three significant figures."""
        match number.state:
            case State.SHOWN:
                if number.value is None:
                    raise ValueError("a shown number has no value")
                return figure(number.value, thousands=thousands, decimals=decimals)
            case State.HIDDEN:
                return self.hidden
            case State.IMPOSSIBLE:
                return self.impossible
        # All states are above; the checker does not see it through the property.
        raise AssertionError(number.state)  # pragma: no cover


FIGURES = 3
"""Significant figures of means, rates and person-time."""


def figure(value: float, *, thousands: bool = False, decimals: int | None = None) -> str:
    """Return a number with so many decimals, or with as many as make three significant figures: 0.0664, 1,280."""
    if decimals is None:
        magnitude = math.floor(math.log10(abs(value))) if value else FIGURES - 1
        decimals = max(0, FIGURES - 1 - magnitude)
    text = f"{value:,.{decimals}f}" if thousands else f"{value:.{decimals}f}"
    # What is rounded to nothing has no sign.
    return text.removeprefix("-") if not re.search("[1-9]", text) else text


def symbols_of(safe: SafeResults) -> Symbols:
    """Return the symbols of a set of results; "not applicable" follows the style of the policy's symbol."""
    hidden = safe.symbol.strip()
    if not hidden or any(character.isdigit() for character in hidden):
        raise ValueError("the symbol for hidden cells must be there and must not look like a number")
    return Symbols(hidden, "[z]" if hidden.startswith("[") or hidden == "z" else "z")


def numbers_of_flow(flow: SafeAttrition) -> tuple[str, ...]:
    """Return the names of the numbers that each step of a flow has, in the order of columns."""
    further = ("units", "without_step", "units_without_step")
    found = (name for name in further if any(getattr(step, name) is not None for step in flow.steps))
    return ("remaining", "excluded", *found)


def cells_of_step(step: SafeAttritionStep, names: tuple[str, ...]) -> tuple[SafeCell, ...]:
    """Return the numbers of a step with these names."""
    cells = (getattr(step, name) for name in names)
    return tuple(cell for cell in cells if isinstance(cell, SafeCell))


def parts_of(table: SafeAnyTable) -> Iterator[SafeCell | SafeNumber]:
    """Yield everything in a table that has a state."""
    match table:
        case SafeTable():
            yield from table.cells.values()
            yield from table.rates.values()
        case SafeAttrition():
            for step in table.steps:
                yield from cells_of_step(step, numbers_of_flow(table))
        case SafeSummary():
            yield from table.sizes.values()
            for variable in table.variables:
                yield from variable.counts.values()
                yield from variable.numbers.values()
                yield from variable.differences.values()
        case SafeRate():
            yield from table.events.values()
            yield from table.person_years.values()
            for cell in table.rates.values():
                yield from (cell.rate, cell.lower, cell.upper)
        case _:
            assert_never(table)


def states_in(table: SafeAnyTable) -> frozenset[State]:
    """Return the states that readers meet in a table, so that a legend explains what is there."""
    found = frozenset(part.state for part in parts_of(table))
    # Statistics are not given for all groups together.
    return found | {State.IMPOSSIBLE} if isinstance(table, SafeSummary) and table.by is not None else found


def legend(safe: SafeResults) -> tuple[tuple[str, str], ...]:
    """Return each symbol with its meaning; both always, because a reader may hold only one of the files."""
    symbols = symbols_of(safe)
    return (
        (symbols.hidden, hidden_meaning(safe.policy)),
        (symbols.impossible, "not applicable: cannot occur by definition, or is not given here"),
    )


def hidden_meaning(policy: str) -> str:
    """Return what the symbol for a hidden cell stands for."""
    return f"hidden by disclosure control (policy {one_line(policy)}); it does not mean zero"


def one_line(text: str) -> str:
    """Return a text on one line, without characters that steer a terminal, a page or a reader's eye.

    Labels may come from a stranger's study: control and direction characters become spaces.
    """
    return re.sub(" +", " ", "".join(c if c.isprintable() else " " for c in text)).strip()


def step_label(step: SafeAttritionStep) -> str:
    """Return the short name of a step of the flow; the start, which excludes nobody, has only its words."""
    if step.excluded.state is State.IMPOSSIBLE:
        return one_line(step.words)
    label = one_line(step.id.replace("_", " "))
    return label[:1].upper() + label[1:]


def category_labels(axis: Axis) -> dict[str, str]:
    """Return a label for each category value in order, the total last; equal labels get their value added."""
    plain = {category.value: one_line(category.label) or category.value for category in axis.categories}
    uses = Counter([*plain.values(), TOTAL])
    labels = {
        value: label if uses[label] == 1 else f"{label} ({one_line(value)})" for value, label in plain.items()
    }
    return {**labels, ALL: TOTAL}


def column_names(axes: tuple[Axis, ...], taken: frozenset[str]) -> tuple[str, ...]:
    """Return a column name for each axis: the variable's name, kept apart from the ``taken`` ones."""
    names: list[str] = []
    for axis in axes:
        name = one_line(axis.variable)
        while name in taken or name in names:
            name = f"by_{name}"
        names.append(name)
    return tuple(names)


def share(part: SafeCell, whole: SafeCell) -> str | None:
    """Return a whole per cent of two printed counts, or None where it may not or cannot be told.

    A percentage says nothing new only if both of its counts are on the page, as printed (rounded). Parts that
    are rounded on their own may be larger than their total: no percentage then.
    """
    if part.state is not State.SHOWN or whole.state is not State.SHOWN:
        return None
    if part.count is None or whole.count is None:
        return None
    if whole.count < SMALLEST_DENOMINATOR or not 0 <= part.count <= whole.count:
        return None
    per_cent = (200 * part.count + whole.count) // (2 * whole.count)
    if per_cent == 0 and part.count > 0:
        return "<1%"
    return f"{per_cent}%"


def check_results(safe: SafeResults) -> None:
    """Raise ``ValueError`` for results that no writer could print whole: a fault of ours, not of the user."""
    symbols = symbols_of(safe)
    identifiers = [table.id for table in safe.tables]
    if len(set(identifiers)) != len(identifiers):
        raise ValueError("two tables have one name")
    for table in safe.tables:
        for part in parts_of(table):
            if isinstance(part, SafeCell):
                symbols.text(part)
            else:
                symbols.number(part)
        for combination in _missing_keys(table):
            raise ValueError(f"table {table.id} has no cell for {combination}")


def _missing_keys(table: SafeAnyTable) -> Iterator[tuple[str, ...]]:
    """Yield the keys of cells that a table should have and has not."""
    match table:
        case SafeTable():
            wanted = combinations_of(table.axes)
            yield from (key for key in wanted if key not in table.cells)
            yield from (key for key in wanted if table.denominators is not None and key not in table.rates)
        case SafeRate():
            yield from (key for key in combinations_of(table.axes) if key not in table.person_years)
            wanted = combinations_of(axes_of_events(table))
            yield from (key for key in wanted if key not in table.events or key not in table.rates)
        case SafeSummary():
            groups = groups_of(table)
            yield from ((group,) for group in groups if group not in table.sizes)
        case SafeAttrition():
            pass
        case _:
            assert_never(table)


def axes_of_events(table: SafeRate) -> tuple[Axis, ...]:
    """Return the axes that events and rates are by."""
    return table.axes if table.events_axis is None else (*table.axes, table.events_axis)


def groups_of(table: SafeSummary) -> dict[str, str]:
    """Return the groups of a summary with their labels, all together last."""
    return {ALL: TOTAL} if table.by is None else category_labels(table.by)


def combinations_of(axes: tuple[Axis, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the keys of all cells in reading order: categories as declared, totals last on each axis."""
    return tuple(product(*([*(category.value for category in axis.categories), ALL] for axis in axes)))


def rate_words(per: int) -> str:
    """Return the heading of rates: ``Rate per 1,000 person-years``."""
    return f"Rate per {per:,} person-years" if per > 1 else "Rate per person-year"
