"""What is read from a script: its SELECTs, and what is known of the rows that they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Columns = frozenset[str]
Map = tuple[tuple[str, str], ...]
"""Columns of one table and the columns of another that hold the same values of the same rows."""


@dataclass(frozen=True)
class Facts:
    """What is known of the rows of a table.

    ``known`` are columns without missing values; ``unique`` sets of columns in which no two rows agree; ``ranks`` are
    places in order, each with the columns within which it counts from 1. Every row is one of each table of ``within``;
    every row of a table of ``covers`` is here. Both say which columns are the same.
    """

    names: tuple[str, ...] = ()
    known: Columns = frozenset()
    unique: frozenset[Columns] = frozenset()
    ranks: Mapping[str, Columns] = field(default_factory=dict)
    within: frozenset[tuple[str, Map]] = frozenset()
    covers: frozenset[tuple[str, Map]] = frozenset()
    own_name: str = ""
    holds: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    """Conditions that every row meets, each about one column, which stands in it as ``@``."""
    constants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Columns that are missing or one of these constants."""
    days: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Columns that are missing or fall on one of these days of the year, as month and day."""
    determined: frozenset[tuple[Columns, str]] = frozenset()
    """Columns that follow from others: rows that agree in those agree in these."""
    sums: Mapping[str, tuple[str, Columns]] = field(default_factory=dict)
    """Running sums, each with the column that it adds up and the columns within which it starts afresh."""
    alike: frozenset[frozenset[str]] = frozenset()
    """Pairs of columns that hold the same values."""
    terms: frozenset[tuple[str, ...]] = frozenset()
    """Conditions that every row meets, with the names of columns in them."""

    def tells_apart(self, columns: Iterable[str]) -> bool:
        """Whether no two rows agree in these columns."""
        given = frozenset(columns)
        return any(unique <= given for unique in self.unique)


@dataclass(frozen=True)
class Source:
    """One table of FROM: its alias, its name, how it is joined, and which columns (own, other alias, other column).

    ``fixed`` are own columns that are equal to a value of the tables before, with the columns that this is made of;
    ``terms`` are all terms of ON, if AND joins them.
    """

    alias: str
    name: str
    left: bool
    place: int
    equal: tuple[tuple[str, str, str], ...] = ()
    only_equal: bool = True
    fixed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    terms: tuple[tuple[str, ...], ...] = ()

    @property
    def one_for(self) -> tuple[str, ...]:
        """Return the own columns that a row of the tables before gives a value for."""
        return (*(own for own, _, _ in self.equal), *(own for own, _ in self.fixed))


@dataclass(frozen=True)
class Block:
    """One SELECT: where its tokens begin and end, its items (tokens, label), sources, terms of WHERE, and GROUP BY."""

    first: int
    end: int
    items: tuple[tuple[tuple[str, ...], str], ...]
    sources: tuple[Source, ...]
    where: tuple[tuple[str, ...], ...]
    where_is_and: bool
    group: tuple[str, ...]
    step: str = ""
    distinct: bool = False

    def source_of(self, name: str, facts: Mapping[str, Facts]) -> tuple[Source, str] | None:
        """Return the source and the column that a name stands for; None if the text does not say."""
        alias, _, column = name.rpartition(".")
        for source in self.sources:
            held = facts.get(source.name)
            if alias == source.alias or (
                not alias and (len(self.sources) == 1 or (held and column in held.names))
            ):
                return source, column
        return None
