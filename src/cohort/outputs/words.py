"""The words and symbols that every writer shares, so that a cell looks alike wherever it is printed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from cohort.results.model import (
    ALL,
    Axis,
    SafeAttrition,
    SafeAttritionStep,
    SafeCell,
    SafeResults,
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


def symbols_of(safe: SafeResults) -> Symbols:
    """Return the symbols of a set of results; "not applicable" follows the style of the policy's symbol."""
    hidden = safe.symbol.strip()
    if not hidden or any(character.isdigit() for character in hidden):
        raise ValueError("the symbol for hidden cells must be there and must not look like a number")
    return Symbols(hidden, "[z]" if hidden.startswith("[") or hidden == "z" else "z")


def states_in(table: SafeTable | SafeAttrition) -> frozenset[State]:
    """Return the states that readers meet in a table, so that a legend explains what is there."""
    match table:
        case SafeTable():
            return frozenset(cell.state for cell in table.cells.values())
        case SafeAttrition():
            return frozenset(cell.state for step in table.steps for cell in (step.remaining, step.excluded))


def legend(safe: SafeResults) -> tuple[tuple[str, str], ...]:
    """Return each symbol with its meaning; both always, because a reader may hold only one of the files."""
    symbols = symbols_of(safe)
    return (
        (symbols.hidden, hidden_meaning(safe.policy)),
        (symbols.impossible, "not applicable: cannot occur by definition"),
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


def column_names(table: SafeTable, taken: frozenset[str]) -> tuple[str, ...]:
    """Return a column name for each axis: the variable's name, kept apart from the ``taken`` ones."""
    names: list[str] = []
    for axis in table.axes:
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
        if isinstance(table, SafeTable):
            for cell in table.cells.values():
                symbols.text(cell)
            for combination in combinations_of(table):
                if combination not in table.cells:
                    raise ValueError(f"table {table.id} has no cell for {combination}")


def combinations_of(table: SafeTable) -> tuple[tuple[str, ...], ...]:
    """Return the keys of all cells in reading order: categories as declared, totals last on each axis."""
    found: list[tuple[str, ...]] = [()]
    for axis in table.axes:
        values = [*(category.value for category in axis.categories), ALL]
        found = [(*start, value) for start in found for value in values]
    return tuple(found)
