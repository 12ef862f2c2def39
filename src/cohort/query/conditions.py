"""Value nodes that are conditions: yes, no, or missing where an operand is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cohort.query.base import finest
from cohort.query.base import require as _require
from cohort.types import BOOLEAN, Grain, Kind, ValueType

if TYPE_CHECKING:
    from cohort.query.values import Literal, Value


@dataclass(frozen=True)
class Compare:
    """``left op right`` with ``op`` one of ``= != < <= > >=``; missing if either side is."""

    op: str
    left: Value
    right: Value

    def __post_init__(self) -> None:
        _require(self.op in ("=", "!=", "<", "<=", ">", ">="), self.op)
        _require(self.left.type.comparable_with(self.right.type), "types cannot be compared")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finer of both sides."""
        return finest((self.left.grain, self.right.grain))


@dataclass(frozen=True)
class And:
    """True if all are; false if any is false; else missing."""

    parts: tuple[Value, ...]

    def __post_init__(self) -> None:
        _require(
            len(self.parts) >= 1 and all(p.type.kind is Kind.BOOLEAN for p in self.parts), "and of conditions"
        )

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finest of the parts."""
        return finest(tuple(p.grain for p in self.parts))


@dataclass(frozen=True)
class Or:
    """True if any is; false if all are false; else missing."""

    parts: tuple[Value, ...]

    def __post_init__(self) -> None:
        _require(
            len(self.parts) >= 1 and all(p.type.kind is Kind.BOOLEAN for p in self.parts), "or of conditions"
        )

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finest of the parts."""
        return finest(tuple(p.grain for p in self.parts))


@dataclass(frozen=True)
class Not:
    """The opposite; missing stays missing."""

    part: Value

    def __post_init__(self) -> None:
        _require(self.part.type.kind is Kind.BOOLEAN, "not of a condition")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the part."""
        return self.part.grain


@dataclass(frozen=True)
class IsMissing:
    """Whether a value is missing; never missing itself."""

    part: Value

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the part."""
        return self.part.grain


@dataclass(frozen=True)
class InSet:
    """Whether a value is one of some literals. In an empty set nothing is; a missing value gives missing otherwise.

    ``codelist`` names where the members come from, for words and comments.
    """

    part: Value
    members: tuple[Literal, ...]
    codelist: str | None = None

    def __post_init__(self) -> None:
        _require(all(self.part.type.comparable_with(m.type) for m in self.members), "members of another type")
        _require(all(m.value is not None for m in self.members), "missing is no member")

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """That of the part."""
        return self.part.grain


@dataclass(frozen=True)
class During:
    """Whether a date lies in ``start`` until (or, ``end_included``, through) ``end``; missing if any is missing.

    The same as ``start <= date and date < end`` (or ``<=``), so a date that is surely outside is false even if
    the other bound is missing.
    """

    part: Value
    start: Value
    end: Value
    end_included: bool
    window: str | None = None

    def __post_init__(self) -> None:
        _require(
            all(v.type.kind is Kind.DATE for v in (self.part, self.start, self.end)),
            "during needs three dates",
        )

    @property
    def type(self) -> ValueType:
        """Yes or no."""
        return BOOLEAN

    @property
    def grain(self) -> Grain:
        """The finest of date and bounds."""
        return finest((self.part.grain, self.start.grain, self.end.grain))
