"""The time that sources hold: yearly returns are used whole, other sources between their first and last day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from cohort.catalogue import Catalogue, HeldTable, Prepared
from cohort.diagnostics import Diagnostics
from cohort.query.words import day
from cohort.resolve.categories import year_to_31_march
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Spec


def return_of(date: datetime.date) -> int:
    """Return the census year (200304) of the return that a date falls in."""
    year = year_to_31_march(date)
    return (year - 1) * 100 + year % 100


def newest_return(data_until: datetime.date) -> int:
    """Return the census year (200304) of the last return on or before a date: its 31 March counts."""
    year = data_until.year if (data_until.month, data_until.day) >= (3, 31) else data_until.year - 1
    return (year - 1) * 100 + year % 100


def last_day_held(catalogue: Catalogue, table: str, data_until: datetime.date) -> datetime.date | None:
    """Return the last day that a study sees of a table; None if the catalogue does not know it."""
    held = catalogue.tables[table]
    days = [] if held.last_day is None else [held.last_day]
    if held.returned is not None:
        days.append(datetime.date(newest_return(data_until) // 100 + 1, 3, 31))
    return min(days, default=None)


def check_years(
    spec: Spec,
    catalogue: Catalogue,
    data_from: datetime.date,
    data_until: datetime.date,
    diagnostics: Diagnostics,
) -> None:
    """Report dates that would use a part of a return, or time that no source holds."""
    declared = [catalogue.prepared[name.text] for name, _ in spec.sources if name.text in catalogue.prepared]
    tables = {table.name: table for source in declared for table in _tables(source, catalogue)}
    yearly = {table.dataset for table in tables.values() if table.returned is not None}
    if yearly and all(table.dataset in yearly for table in tables.values()):
        _check_returns(spec, list(tables.values()), data_from, data_until, diagnostics)
    else:
        _check_days(spec, list(tables.values()), data_from, data_until, diagnostics)


def _tables(source: Prepared, catalogue: Catalogue) -> Iterator[HeldTable]:
    """Yield the held tables that a source is prepared from."""
    for name in source.union or (source.start,):
        if name in catalogue.tables and not source.union:
            yield catalogue.tables[name]
        else:
            yield from _tables(catalogue.prepared[name], catalogue)


def _check_returns(
    spec: Spec,
    tables: list[HeldTable],
    data_from: datetime.date,
    data_until: datetime.date,
    diagnostics: Diagnostics,
) -> None:
    def not_a_year(section: str, node: ScalarNode, date: datetime.date, last: str) -> None:
        year = year_to_31_march(date)
        offer = f"{year - 1}-{last} or {year}-{last}"
        at = f"study.{section}"
        diagnostics.add("TIM602", node.place, at=at, section=section, date=date, offer=offer)

    first_returns = [table.first_return for table in tables if table.first_return is not None]
    if (data_from.month, data_from.day) != (4, 1):
        not_a_year("data_from", spec.study.data_from, data_from, "04-01")
    elif first_returns and return_of(data_from) < min(first_returns):
        first = datetime.date(min(first_returns) // 100, 4, 1)
        diagnostics.add(
            "TIM603", spec.study.data_from.place, at="study.data_from", date=data_from, first=first
        )
    if (data_until.month, data_until.day) != (3, 31):
        not_a_year("data_until", spec.study.data_until, data_until, "03-31")


def _check_days(
    spec: Spec,
    tables: list[HeldTable],
    data_from: datetime.date,
    data_until: datetime.date,
    diagnostics: Diagnostics,
) -> None:
    """Report dates outside what the sources together hold, where the catalogue knows it of all of them."""
    firsts = [_first_day(table) for table in tables]
    lasts = [table.last_day for table in tables]
    first = min((date for date in firsts if date is not None), default=None) if None not in firsts else None
    last = max((date for date in lasts if date is not None), default=None) if None not in lasts else None
    if first is not None and data_from < first:
        _outside(spec.study.data_from, "data_from", data_from, f"begin on {day(first)}", first, diagnostics)
    if last is not None and data_until > last:
        _outside(spec.study.data_until, "data_until", data_until, f"end on {day(last)}", last, diagnostics)


def _first_day(table: HeldTable) -> datetime.date | None:
    if table.first_day is None and table.first_return is not None:
        return datetime.date(table.first_return // 100, 4, 1)
    return table.first_day


def _outside(
    node: ScalarNode,
    section: str,
    date: datetime.date,
    held: str,
    offer: datetime.date,
    diagnostics: Diagnostics,
) -> None:
    diagnostics.add(
        "TIM610", node.place, at=f"study.{section}", section=section, date=date, held=held, offer=offer
    )
