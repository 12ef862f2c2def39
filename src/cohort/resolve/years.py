"""Years of returns: yearly returns are used whole, so a study's dates are the ends of years of returns."""

from __future__ import annotations

import datetime

from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
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


def check_years(
    spec: Spec,
    catalogue: Catalogue,
    data_from: datetime.date,
    data_until: datetime.date,
    diagnostics: Diagnostics,
) -> None:
    """Report dates that would use a part of a return, or returns that are not held."""
    declared = [catalogue.prepared.get(name.text) for name, _ in spec.sources]
    held = [catalogue.tables[prepared.start] for prepared in declared if prepared is not None]
    first_returns = [table.first_return for table in held if table.first_return is not None]
    if not first_returns:
        return

    def not_a_year(section: str, node: ScalarNode, date: datetime.date, day: str) -> None:
        year = year_to_31_march(date)
        offer = f"{year - 1}-{day} or {year}-{day}"
        at = f"study.{section}"
        diagnostics.add("TIM602", node.place, at=at, section=section, date=date, offer=offer)

    if (data_from.month, data_from.day) != (4, 1):
        not_a_year("data_from", spec.study.data_from, data_from, "04-01")
    elif return_of(data_from) < max(first_returns):
        first = datetime.date(max(first_returns) // 100, 4, 1)
        diagnostics.add(
            "TIM603", spec.study.data_from.place, at="study.data_from", date=data_from, first=first
        )
    if (data_until.month, data_until.day) != (3, 31):
        not_a_year("data_until", spec.study.data_until, data_until, "03-31")
