"""From the parser's tree to the syntax tree of ``tree.py``; loops, never calls itself."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lark import Token
from lark.visitors import Transformer_NonRecursive

from cohort.diagnostics import Diagnostics
from cohort.language.tree import (
    BinaryTree,
    CallTree,
    DateTree,
    DurationTree,
    DuringTree,
    InTree,
    ListTree,
    MissingTree,
    NameTree,
    NotTree,
    NumberTree,
    PeriodTree,
    RowsTree,
    TextTree,
    Tree,
    WhenTree,
)
from cohort.source import Place, Span
from cohort.source.nodes import ScalarNode

MOST_DIGITS = 15
"""Numbers of more digits are not exact on every engine."""

LONGEST_DURATION = 99_999
"""Units of time; more leaves the calendar."""


class Builder(Transformer_NonRecursive[Token, Any]):
    """Makes the syntax tree of one scalar, with places in its file."""

    def __init__(self, scalar: ScalarNode, diagnostics: Diagnostics, at: str) -> None:
        super().__init__()
        self.scalar = scalar
        self.diagnostics = diagnostics
        self.at = at

    def place(self, start: int, end: int) -> Place:
        """Return the place in the file of a stretch of ``raw``.

        If ``raw`` is not the file's own text (a quoted text with escapes), the place is only near, but never
        outside the scalar.
        """
        whole = self.scalar.place
        offset = self.scalar.raw_offset
        limit = max(whole.span.end, offset)
        return Place(whole.source, Span(min(offset + start, limit), min(offset + end, limit)))

    def _token(self, token: Token) -> Place:
        return self.place(_start(token), _end(token))

    def _across(self, first: Tree | Token, last: Tree | Token) -> Place:
        start = self._token(first) if isinstance(first, Token) else first.place
        end = self._token(last) if isinstance(last, Token) else last.place
        return Place(start.source, start.span.to(end.span))

    def _refuse(self, code: str, token: Token, **data: str) -> None:
        self.diagnostics.add(code, self._token(token), at=self.at, **data)

    def binary(self, parts: list[Any]) -> Tree:
        """``left op right``."""
        left, op, right = parts
        return BinaryTree(str(op), left, right, self._token(op), self._across(left, right))

    def row(self, parts: list[Any]) -> Tree:
        """``a and b and c``, leaning to the left."""
        tree: Tree = parts[0]
        for op, right in zip(parts[1::2], parts[2::2], strict=True):
            tree = self.binary([tree, op, right])
        return tree

    def when(self, parts: list[Any]) -> Tree:
        """``when condition then value otherwise value``."""
        return WhenTree(parts[1], parts[3], parts[5], self._across(parts[0], parts[5]))

    def negation(self, parts: list[Any]) -> Tree:
        """``not x``."""
        return NotTree(parts[1], self._across(parts[0], parts[1]))

    def missing(self, parts: list[Any]) -> Tree:
        """``x is missing``, ``x is not missing``."""
        return MissingTree(parts[0], len(parts) == 4, self._across(parts[0], parts[-1]))

    def member(self, parts: list[Any]) -> Tree:
        """``x in set``, ``x not in set``."""
        return InTree(parts[0], parts[-1], len(parts) == 4, self._across(parts[0], parts[-1]))

    def during(self, parts: list[Any]) -> Tree:
        """``x during period``."""
        return DuringTree(parts[0], parts[2], self._across(parts[0], parts[2]))

    def period(self, parts: list[Any]) -> Tree:
        """``from a until b``, ``from a through b``."""
        opening, start, closing, end = parts
        return PeriodTree(start, end, closing.type == "THROUGH", self._across(opening, end))

    def call(self, parts: list[Any]) -> Tree:
        """``function(argument, …)``."""
        arguments = tuple(part for part in parts[1:] if not isinstance(part, Token))
        return CallTree(parts[0], arguments, self._across(parts[0], parts[-1]))

    def rows(self, parts: list[Any]) -> Tree:
        """``rows where condition``, ``value of rows by column where condition``."""
        # Words and what follows each; what stands before the first word is the value, or the rows themselves.
        after = {word.type: part for word, part in zip(parts[1::2], parts[2::2], strict=True)}
        of = parts[0] if "OF" in after else None
        rows = after.get("OF", parts[0])
        return RowsTree(rows, of, after.get("BY"), after.get("WHERE"), self._across(parts[0], parts[-1]))

    def group(self, parts: list[Any]) -> Tree:
        """``( x )``: the place takes the brackets in, so that an underlined part is balanced."""
        inner: Tree = parts[1]
        return replace(inner, place=self._across(parts[0], parts[2]))

    def literals(self, parts: list[Any]) -> Tree:
        """``[ literal, … ]``."""
        items = tuple(part for part in parts if not isinstance(part, Token))
        return ListTree(items, self._across(parts[0], parts[-1]))

    def number(self, parts: list[Token]) -> Tree:
        """A number with or without a sign."""
        text = str(parts[-1])
        if len(text.replace(".", "")) > MOST_DIGITS:
            self._refuse("EXP127", parts[-1], digits=str(MOST_DIGITS))
            text = "0"
        value = Decimal(text) if "." in text else int(text)
        return NumberTree(-value if len(parts) == 2 else value, self._across(parts[0], parts[-1]))

    def text(self, parts: list[Token]) -> Tree:
        """Text in double quotes."""
        return TextTree(str(parts[0])[1:-1], self._token(parts[0]))

    def date(self, parts: list[Token]) -> Tree:
        """A date; one that the calendar does not have is refused."""
        try:
            value = datetime.date.fromisoformat(str(parts[0]))
        except ValueError:
            self._refuse("EXP115", parts[0], date=str(parts[0]))
            value = datetime.date(2000, 1, 1)
        return DateTree(value, self._token(parts[0]))

    def duration(self, parts: list[Token]) -> Tree:
        """A whole number of days, weeks, months or years."""
        digits, unit = str(parts[0]).split()
        amount = int(digits) if len(digits) <= MOST_DIGITS else LONGEST_DURATION + 1
        if amount > LONGEST_DURATION:
            self._refuse("EXP128", parts[0], most=f"{LONGEST_DURATION:,}")
            amount = 0
        return DurationTree(amount, unit.removesuffix("s"), self._token(parts[0]))

    def name(self, parts: list[Token]) -> Tree:
        """A dotted name."""
        return NameTree(tuple(str(parts[0]).split(".")), self._token(parts[0]))


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos or 0
