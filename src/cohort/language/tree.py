"""The syntax tree of expressions: what was written, with places, before names and types are known."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from cohort.source import Place


@dataclass(frozen=True)
class NameTree:
    """A dotted name: ``start_date``, ``first_episode.start_date``, ``codelists.compulsory``."""

    parts: tuple[str, ...]
    place: Place

    @property
    def text(self) -> str:
        """The name as written."""
        return ".".join(self.parts)


@dataclass(frozen=True)
class NumberTree:
    """A number; whole numbers have no decimal point."""

    value: int | Decimal
    place: Place


@dataclass(frozen=True)
class TextTree:
    """Text in double quotes."""

    value: str
    place: Place


@dataclass(frozen=True)
class DateTree:
    """A date as YYYY-MM-DD."""

    value: datetime.date
    place: Place


@dataclass(frozen=True)
class DurationTree:
    """A whole number of calendar units; ``unit`` is one of day, week, month, year (singular)."""

    amount: int
    unit: str
    place: Place


@dataclass(frozen=True)
class ListTree:
    """A list of literals in square brackets."""

    items: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True)
class PeriodTree:
    """``from a until b`` (b left out) or ``from a through b`` (b taken in)."""

    start: Tree
    end: Tree
    end_included: bool
    place: Place


@dataclass(frozen=True)
class BinaryTree:
    """Two operands. ``op`` is one of ``and or = != < <= > >= + - * /``; ``op_place`` underlines it."""

    op: str
    left: Tree
    right: Tree
    op_place: Place
    place: Place


@dataclass(frozen=True)
class NotTree:
    """``not x``."""

    operand: Tree
    place: Place


@dataclass(frozen=True)
class MissingTree:
    """``x is missing`` or ``x is not missing``."""

    operand: Tree
    negated: bool
    place: Place


@dataclass(frozen=True)
class InTree:
    """``x in set`` or ``x not in set``; the set is a list or the name of a codelist."""

    operand: Tree
    members: ListTree | NameTree
    negated: bool
    place: Place


@dataclass(frozen=True)
class DuringTree:
    """``x during period``; the period is written out or is the name of a window."""

    operand: Tree
    period: PeriodTree | NameTree
    place: Place


@dataclass(frozen=True)
class CallTree:
    """``function(argument, …)``."""

    name: NameTree
    arguments: tuple[Tree, ...]
    place: Place


Tree = (
    NameTree
    | NumberTree
    | TextTree
    | DateTree
    | DurationTree
    | ListTree
    | PeriodTree
    | BinaryTree
    | NotTree
    | MissingTree
    | InTree
    | DuringTree
    | CallTree
)
