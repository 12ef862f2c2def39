"""The SELECTs of one step of the plan: each is named and may read those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.selectable import CompoundSelect, FromClause

from cohort.plan.names import INDEX_DATE
from cohort.sql.scope import AtHand, Columns, Namespace

AnySelect = sa.Select[Any] | CompoundSelect[Any]
"""A SELECT, or several put together."""

_LONGEST_STEP = 90
"""How much of a step's name the names of its SELECTs begin with; the rest of 128 characters is for their own."""


@dataclass(frozen=True)
class Piece:
    """One SELECT with a name and what it does in words; ``columns`` are its columns in order."""

    name: str
    words: str
    select: AnySelect
    columns: Columns


class Pieces:
    """The SELECTs of one step, in order; each may read those before it."""

    def __init__(self, names: Namespace, step: str) -> None:
        self.names = names
        self.step = step
        self.done: list[Piece] = []
        self._used: dict[str, int] = {}

    def add(self, suffix: str, words: str, select: AnySelect, columns: Columns) -> FromClause:
        """Add a SELECT on the way and return it as rows to select from."""
        return self.names.source(self.add_named(suffix, words, select, columns))

    def add_named(self, suffix: str, words: str, select: AnySelect, columns: Columns) -> str:
        """Add a SELECT on the way and return its name."""
        wanted = f"{self.step[:_LONGEST_STEP]}_{suffix}"
        name = wanted
        while self.names.is_taken(name):
            self._used[wanted] = self._used.get(wanted, 1) + 1
            name = f"{wanted}_{self._used[wanted]}"
        self.names.add_step(name, columns)
        self.done.append(Piece(name, words, select, columns))
        return name

    def table(self, name: str, *, once: bool = False, variables_are_columns: bool = False) -> AtHand:
        """Return a table or step by its name as the rows at hand.

        Its columns ``index_date`` and of the unit say whose a row is. ``once`` says that no owner has two rows.
        """
        columns = self.names.columns(name)
        owner = tuple(column for column in (self.names.unit, INDEX_DATE) if column in dict(columns))
        return AtHand(self.names.source(name), columns, owner, name, once, variables_are_columns)

    def beside(self, name: str, frame: FromClause, owner: Columns) -> AtHand:
        """Return named rows beside a frame of their owners, whose columns ``owner`` they are joined on."""
        source = self.names.source(name)
        if getattr(source, "name", None) == getattr(frame, "name", None):
            frame = frame.alias("each_row")
        return AtHand(
            source, self.names.columns(name), tuple(column for column, _ in owner), name, frame=frame
        )
