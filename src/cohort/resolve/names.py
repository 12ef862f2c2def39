"""What names mean at a place, and which names a study cannot give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cohort.language.tree import PeriodTree
from cohort.query.rows import (
    ROWS_UNTIL,
    NamedRows,
    Shape,
)
from cohort.query.study import Codelist, ContextTable
from cohort.query.values import Literal, Value, VariableValue
from cohort.source import Place
from cohort.types import ValueType
from cohort.types.reserved import RESERVED


@dataclass(frozen=True)
class Scope:
    """The names that an expression can see.

    ``columns`` are those of the rows at hand (None where there are no rows: one value for each entry or person), and
    ``spell`` their start and first day outside, where they are spells. ``called`` is the name of the rows at hand:
    their columns may also be written ``called.column``. ``outer`` are the columns of the row outside a summary, which
    are written ``this.column`` (None where no row is outside).

    ``shape_of`` finds named rows, ``variable`` variables and ``relations`` relations; each reports its own problem when
    there is none (and then returns None). ``variable`` is None where variables cannot be seen. Without ``index_date``
    neither the index date nor anything that depends on it can be seen.

    ``codelists`` are the study's by name. The catalogue's own preparation has further ones under dotted names, which
    are written as they are (``linkage.accept_status``). ``code_lists`` are the catalogue's: codes with labels.
    """

    unit: str
    columns: Mapping[str, ValueType] | None = None
    spell: tuple[str, str] | None = None
    called: str | None = None
    outer: Mapping[str, ValueType] | None = None
    shape_of: Callable[[str, Place], Shape | None] = lambda _name, _place: None
    rows_names: frozenset[str] = frozenset()
    variable_names: frozenset[str] = frozenset()
    variable: Callable[[str, Place], VariableValue | None] | None = None
    index_date: bool = False
    constants: Mapping[str, Literal] = field(default_factory=dict)
    windows: Mapping[str, PeriodTree] = field(default_factory=dict)
    codelists: Mapping[str, Codelist] = field(default_factory=dict)
    code_lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    birth: Callable[[Place], Value | None] = lambda _place: None
    context: Mapping[str, ContextTable] = field(default_factory=dict)
    relations: Callable[[str, Place], NamedRows | None] = lambda _name, _place: None

    @property
    def visible(self) -> tuple[str, ...]:
        """All names of one part that can stand here, for suggestions."""
        here: set[str] = set(self.columns or ()) | set(self.constants)
        here |= {"index_date"} if self.index_date else set()
        here |= self.variable_names if self.variable is not None else frozenset()
        return tuple(sorted(here))

    def on(self, shape: Shape, called: str) -> Scope:
        """Return the scope of an operation on rows, which messages call by a name."""
        return replace(self, columns=shape.types, spell=shape.spell, called=called, outer=None)

    def inside(self, shape: Shape, called: str) -> Scope:
        """Return the scope inside a summary of rows: their columns, and the row at hand as the row outside."""
        return replace(self, columns=shape.types, spell=shape.spell, called=called, outer=self.columns)

    @property
    def without_rows(self) -> Scope:
        """Return the scope of what is the same for all rows: the bounds of a window."""
        return replace(self, columns=None, spell=None, called=None, outer=None)


_WORDS_OF_LANGUAGE = {
    "index_date": "it is the date on which an entry starts",
    "this": "it is the word for the row outside a summary",
    "data_from": "it is the first date of the study's data",
    "data_until": "it is the last date of the study's data",
    "population": "it names the population",
    "context": "it is a section of the file",
    "codelists": "it is a section of the file",
    "linkage": "it is a section of the file",
    "group": "it tells the population from its peers",
    "member_group": "it tells the population from its peers",
    "set_unit": "it is a column of every study with peers",
    "peers_found": "it says how many peers a case has",
    "results": "it names the table of results",
    "entries": "it names a table of every study",
    "index_dates": "it names a table of every study",
    "unit_values": "it names a table of every study",
    "population_steps": "it names a table of every study",
    "analysis": "it names a table of every study",
    "flow_counts": "it names a table of every study",
    "follow_up": "it names a table of every study",
    "candidates": "it names a table of every study with peers",
    "cases": "it names a table of every study with peers",
    "matched_sets": "it names a table of every study with peers",
    "members_frame": "it names a table of every study with peers",
    "stopped_at": "it names a column of every study",
    "steps_failed": "it names a column of every study",
    "missing": "it is a word of the language",
    "start": "it names the first row of every flow",
    ROWS_UNTIL: "it is the first day outside a spell",
    "part_number": "it is the column of a union that numbers its parts",
    "related": "it is the column of the related unit",
    "together_from": "it is a column of rows of related units",
    "together_until": "it is a column of rows of related units",
    "end_assumed": "it is a column of every table of spells",
}
_FORMS_OF_TABLES = ("linkage_of_", "member_", "matched_", "candidate_", "list_of_", "keys_of_")
_ENDS_OF_TABLES = ("_of_population", "_of_everybody")


def why_reserved(name: str, unit: str) -> str | None:
    """Say why a study cannot give a name, or None if it can."""
    if name == unit:
        return "it is the unit's own column"
    if name in _WORDS_OF_LANGUAGE:
        return _WORDS_OF_LANGUAGE[name]
    if name.startswith(_FORMS_OF_TABLES) or name.endswith(_ENDS_OF_TABLES):
        return "names of that form are given to tables of every study"
    return "databases read it as a word of SQL" if name in RESERVED else None
