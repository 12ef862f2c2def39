"""Protected rates: from the printed counts of events and the printed person-time, so that they tell nothing new."""

from __future__ import annotations

from cohort.disclosure.figures import poisson_limits, significant
from cohort.results.denominators import Denominators
from cohort.results.model import (
    ALL,
    CountTable,
    RateTable,
    SafeCell,
    SafeNumber,
    SafeRate,
    SafeRateCell,
    SafeTable,
    State,
)

DAYS_OF_YEAR = 365.25
HIDDEN = SafeNumber(State.HIDDEN)
IMPOSSIBLE = SafeNumber(State.IMPOSSIBLE)


def safe_rate(table: RateTable, events: SafeTable, time: SafeTable) -> SafeRate:
    """Return a protected table of rates from the protected events and days of person-time."""
    years = {key: _years(cell) for key, cell in time.cells.items()}
    return SafeRate(
        id=table.id,
        title=table.title,
        outcome_label=table.outcome_label,
        years=table.years,
        counted=table.counted,
        axes=table.axes,
        events_axis=table.events_axis,
        group_words=table.group.words,
        events=events.cells,
        person_years=years,
        rates={
            key: _rate(cell, years[key[: len(table.axes)]], table.years) for key, cell in events.cells.items()
        },
    )


def _years(days: SafeCell) -> SafeNumber:
    if days.count is None:
        return SafeNumber(days.state)
    return SafeNumber(State.SHOWN, significant(round(days.count / DAYS_OF_YEAR)))


def _rate(events: SafeCell, years: SafeNumber, per: int) -> SafeRateCell:
    """Return a rate with its limits; it is hidden with its events and with its person-time."""
    if events.count is None or years.value is None:
        hidden = State.HIDDEN in (events.state, years.state)
        number = HIDDEN if hidden else IMPOSSIBLE
        return SafeRateCell(number, number, number)
    if years.value == 0:
        return SafeRateCell(IMPOSSIBLE, IMPOSSIBLE, IMPOSSIBLE)
    numbers = (events.count, *poisson_limits(events.count))
    time = years.value
    return SafeRateCell(*(SafeNumber(State.SHOWN, significant(number * per / time)) for number in numbers))


def rates_of_residents(
    table: CountTable, safe: SafeTable, denominators: Denominators
) -> dict[tuple[str, ...], SafeNumber]:
    """Return rates per so many residents of the printed counts; not applicable where there is no figure.

    A total is divided by the sum of the figures of its categories, if each of them has one.
    """
    figures = dict(denominators.figures)
    for position, axis_at in enumerate(denominators.by):
        values = [category.value for category in table.axes[axis_at].categories]
        for key in {key[:position] + key[position + 1 :] for key in figures}:
            parts = [figures.get((*key[:position], value, *key[position:])) for value in values]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts):
                figures[(*key[:position], ALL, *key[position:])] = sum(known)
    found = {}
    for key, cell in safe.cells.items():
        residents = figures.get(tuple(key[position] for position in denominators.by))
        if cell.state is State.HIDDEN:
            found[key] = HIDDEN
        elif cell.count is None or not residents:
            found[key] = IMPOSSIBLE
        else:
            found[key] = SafeNumber(State.SHOWN, significant(cell.count * denominators.per / residents))
    return found
