"""What names mean at a place: the scope of an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cohort.language.tree import PeriodTree
from cohort.query.rows import Shape
from cohort.query.values import Literal, Value
from cohort.source import Place
from cohort.types import ValueType


@dataclass(frozen=True)
class Scope:
    """The names that an expression can see.

    ``columns`` are those of the rows at hand (None where there are no rows: one value for each entry).
    ``shape_of`` finds named rows and reports its own problem when there are none (it then returns None).
    ``variable_type`` does the same for variables and is None where variables cannot be seen.
    """

    unit: str
    columns: Mapping[str, ValueType] | None = None
    shape_of: Callable[[str, Place], Shape | None] = lambda _name, _place: None
    rows_names: frozenset[str] = frozenset()
    variable_names: frozenset[str] = frozenset()
    variable_type: Callable[[str, Place], ValueType | None] | None = None
    index_date: bool = False
    constants: Mapping[str, Literal] = field(default_factory=dict)
    windows: Mapping[str, PeriodTree] = field(default_factory=dict)
    codelists: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    code_lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    birth: Callable[[Place], Value | None] = lambda _place: None

    @property
    def visible(self) -> tuple[str, ...]:
        """All names of one part that can stand here, for suggestions."""
        here: set[str] = set(self.columns or ()) | set(self.constants)
        here |= {"index_date"} if self.index_date else set()
        here |= self.variable_names if self.variable_type is not None else frozenset()
        return tuple(sorted(here))
