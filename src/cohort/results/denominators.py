"""Figures by which counts are divided to give rates. Apart from the tables, since a check needs no tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Denominators:
    """Public figures for combinations of category values (of some of a table's variables), ``per`` residents.

    ``by`` are the positions of the table's variables that the figures depend on; ``label`` and ``source`` say what
    they are and where they are from.
    """

    per: int
    label: str
    source: str
    by: tuple[int, ...]
    figures: tuple[tuple[tuple[str, ...], int], ...]
