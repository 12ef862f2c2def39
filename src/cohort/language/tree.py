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
    """Two operands. ``op`` is one of ``and or = != < <= > >= + - * /``; ``op_place`` underlines it.

    A row of ``and`` (or of ``or``) leans to the left and may have thousands of parts, far more than the levels that
    an expression may have. Nothing may call itself along it: ``operands`` gives its parts.
    """

    op: str
    left: Tree
    right: Tree
    op_place: Place
    place: Place


def operands(tree: BinaryTree) -> tuple[Tree, ...]:
    """Return the parts of a row of one ``and`` or ``or`` from left to right: ``a and b and c`` has three."""
    found: list[Tree] = [tree.right]
    left = tree.left
    while isinstance(left, BinaryTree) and left.op == tree.op:
        found.append(left.right)
        left = left.left
    return (left, *reversed(found))


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
class WhenTree:
    """``when condition then value otherwise value``; ``otherwise`` may be another one."""

    condition: Tree
    then: Tree
    otherwise: Tree
    place: Place


@dataclass(frozen=True)
class RowsTree:
    """What a summary is of: ``rows``, ``rows where condition``, ``value of rows by column where condition``.

    Stands only as the argument of a call. A bare name as argument is a ``NameTree``; whether it names rows is known
    later.
    """

    rows: NameTree
    of: Tree | None
    by: NameTree | None
    condition: Tree | None
    place: Place


@dataclass(frozen=True)
class CallTree:
    """``function(argument, …)``. Arguments are expressions, periods, and for summaries rows."""

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
    | WhenTree
    | RowsTree
    | CallTree
)
