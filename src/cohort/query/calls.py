"""Value nodes that apply one rule of a table: functions, lookups, prefixes, choices between values, figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohort.query.base import finest, require
from cohort.query.functions import SCALARS
from cohort.types import BOOLEAN, Grain, Kind, ValueType

if TYPE_CHECKING:
    from cohort.query.values import Value


@dataclass(frozen=True)
class Apply:
    """A function of the table ``SCALARS`` applied to values; missing if any part is missing."""

    function: str
    parts: tuple[Value, ...]

    def __post_init__(self) -> None:
        known = SCALARS.get(self.function)
        require(known is not None and len(known.takes) == len(self.parts), f"no function {self.function}")
        if known is not None:
            fits = all(part.type.kind in kinds for part, kinds in zip(self.parts, known.takes, strict=True))
            require(fits, f"{self.function} takes other kinds of values")

    @property
    def type(self) -> ValueType:
        """As the table says."""
        return SCALARS[self.function].gives

    @property
    def grain(self) -> Grain:
        """The finest of the parts."""
        return finest(part.grain for part in self.parts)


@dataclass(frozen=True)
class Lookup:
    """The text that a codelist gives for a code; missing if the code is missing or not in the list.

    ``pairs`` are (code, text); ``type.values`` are the texts in order of first appearance.
    """

    part: Value
    pairs: tuple[tuple[str, str], ...]
    codelist: str
    type: ValueType

    def __post_init__(self) -> None:
        codes = [code for code, _ in self.pairs]
        require(self.part.type.kind in (Kind.CODE, Kind.TEXT, Kind.WHOLE), "only codes can be looked up")
        require(
            len(codes) == len(set(codes)) and self.type.kind is Kind.TEXT, "a lookup gives one text a code"
        )

    @property
    def grain(self) -> Grain:
        """That of the code."""
        return self.part.grain


@dataclass(frozen=True)
class StartsWith:
    """Whether a code begins with one of some prefixes. With no prefixes none does; otherwise missing stays missing.

    ``codelist`` names where the prefixes come from, for words and comments.
    """

    part: Value
    prefixes: tuple[str, ...]
    codelist: str | None = None

    def __post_init__(self) -> None:
        require(self.part.type.is_text and all(self.prefixes), "only codes begin with something")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the code."""
        return self.part.grain


@dataclass(frozen=True)
class Pick:
    """``when condition then a otherwise b``: ``then`` if the condition is true, else ``otherwise``.

    Both sides have ``type``'s kind (a whole number beside a decimal one counts as decimal).
    """

    condition: Value
    then: Value
    otherwise: Value
    type: ValueType

    def __post_init__(self) -> None:
        require(self.condition.type.kind is Kind.BOOLEAN, "when needs a condition")
        require(self.then.type.comparable_with(self.otherwise.type), "both sides must be of one kind")
        require(self.type.comparable_with(self.then.type), "the type must be that of the sides")

    @property
    def grain(self) -> Grain:
        """The finest of all three."""
        return finest((self.condition.grain, self.then.grain, self.otherwise.grain))


@dataclass(frozen=True)
class Figure:
    """A figure of a context table for an area and a time: ``rows`` is the table, ``keys`` (its column, value).

    Missing if a key is missing or the table has no such line. Context tables have one line for each key.
    """

    rows: str
    column: str
    keys: tuple[tuple[str, Value], ...]
    type: ValueType

    def __post_init__(self) -> None:
        require(bool(self.keys), "a figure needs a place or a time")

    @property
    def grain(self) -> Grain:
        """The finest of place and time."""
        return finest(part.grain for _, part in self.keys)
