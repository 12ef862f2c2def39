"""What names mean at a place, and which names a study cannot give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cohort.language.tree import PeriodTree
from cohort.query.rows import Shape
from cohort.query.values import Literal, Value
from cohort.source import Place
from cohort.types import ValueType
from cohort.types.reserved import RESERVED


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


_WORDS_OF_LANGUAGE = {
    "index_date": "it is the date on which an entry starts",
    "data_from": "it is the first date of the study's data",
    "data_until": "it is the last date of the study's data",
    "population": "it names the population",
    "results": "it names the table of results",
    "entries": "it names a table of every study",
    "index_dates": "it names a table of every study",
    "population_steps": "it names a table of every study",
    "analysis": "it names a table of every study",
    "flow_counts": "it names a table of every study",
    "stopped_at": "it names a column of every study",
    "missing": "it is a word of the language",
    "start": "it names the first row of every flow",
    "until": "it is the first day outside a spell",
    "end_assumed": "it is a column of every table of spells",
}


def why_reserved(name: str, unit: str) -> str | None:
    """Say why a study cannot give a name, or None if it can."""
    if name == unit:
        return "it is the unit's own column"
    if name in _WORDS_OF_LANGUAGE:
        return _WORDS_OF_LANGUAGE[name]
    if name.startswith("linkage_of_") or name.endswith("_of_population"):
        return "names of that form are given to tables of every study"
    return "databases read it as a word of SQL" if name in RESERVED else None
