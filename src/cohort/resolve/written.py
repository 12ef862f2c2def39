"""What is written plainly in a spec: a word of a short list, a whole number, a duration, a date."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_expression
from cohort.language.tree import DurationTree, NumberTree, Tree
from cohort.resolve.rows import DAYS
from cohort.source.nodes import ScalarNode
from cohort.types import ValueType


def flat(node: ScalarNode | None) -> str:
    """Return a text in one line; nothing for none."""
    return " ".join(node.text.split()) if node else ""


def title_of(name: str) -> str:
    """Return a name as the title of what has none: ``year_of_entry`` is "Year of entry"."""
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Reader:
    """Reads plain settings of one part of a spec; each method returns None after having reported a problem."""

    diagnostics: Diagnostics
    at: str

    def tree(self, node: ScalarNode) -> Tree | None:
        """Parse an expression."""
        return parse_expression(node, self.diagnostics, at=self.at)

    def word(self, node: ScalarNode, key: str, choices: Iterable[str]) -> str | None:
        """Read one of some words."""
        known = tuple(choices)
        text = flat(node)
        if text in known:
            return text
        self.diagnostics.add(
            "NAM120",
            node.place,
            at=self.at,
            suggestion=nearest(text, known),
            key=key,
            text=text,
            choices=", ".join(f"`{choice}`" for choice in known),
        )
        return None

    def whole(self, node: ScalarNode, key: str, least: int, most: int) -> int | None:
        """Read a whole number between two others."""
        if re.fullmatch(r"\d{1,12}", node.text) and least <= int(node.text) <= most:
            return int(node.text)
        self.wrong(node, key, f"a whole number from {least:,} to {most:,}", str(least))
        return None

    def days(self, node: ScalarNode, key: str, example: str) -> int | None:
        """Read a duration in days or weeks."""
        match self.tree(node):
            case None:
                return None
            case DurationTree(amount, unit) if unit in DAYS and amount >= 0:
                return amount * DAYS[unit]
            case _:
                self.wrong(node, key, "a number of days or weeks", example)
                return None

    def tolerance(self, node: ScalarNode) -> tuple[int, bool] | None:
        """Read a tolerance: how much, and whether it is a time (then in days) or a plain number."""
        match self.tree(node):
            case None:
                return None
            case DurationTree(amount, unit) if unit in DAYS and amount >= 0:
                return amount * DAYS[unit], True
            case NumberTree(int() as amount) if amount >= 0:
                return amount, False
            case _:
                wanted = "a number of days or weeks for a date, or a whole number for a number"
                self.wrong(node, "nearest", wanted, "26 weeks")
                return None

    def date(self, node: ScalarNode, fallback: datetime.date) -> datetime.date:
        """Read a date of the form YYYY-MM-DD; the fallback after a problem."""
        try:
            if re.fullmatch(r"\d{4}-\d{2}-\d{2}", node.text):
                return datetime.date.fromisoformat(node.text)
        except ValueError:
            pass
        self.diagnostics.add("TYP213", node.place, at=self.at, text=node.text)
        return fallback

    def column(self, node: ScalarNode, rows: str, types: Mapping[str, ValueType]) -> str | None:
        """Read the name of a column of some rows."""
        if node.text in types:
            return node.text
        self.diagnostics.add(
            "NAM104",
            node.place,
            at=self.at,
            suggestion=nearest(node.text, types),
            rows=rows,
            name=node.text,
            columns=", ".join(types),
        )
        return None

    def wrong(self, node: ScalarNode, key: str, wanted: str, example: str) -> None:
        """Report a setting that is not what it must be."""
        self.diagnostics.add(
            "TYP240", node.place, at=self.at, key=key, wanted=wanted, text=flat(node), example=example
        )
