"""Categories of a variable: what tables are counted by. Apart from the tables, since a check needs no tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    """One value of a variable as the database holds it, and its label for readers.

    Category values are text in results: ``"2004"``, ``"V2"``, ``"missing"``; ``ALL`` is reserved for totals.
    """

    value: str
    label: str
