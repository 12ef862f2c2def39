"""Bindings: how one project, or the synthetic data, names the tables of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from cohort.source import FileProblem, Place, Source, read_source
from cohort.types import Kind, ValueType

STATUS_ENDING = "ALF_STS_CD"
"""How the physical name of every column of match statuses ends."""

_STATUS_KINDS = {"number": Kind.WHOLE, "text": Kind.CODE}
_LONGEST_STATUS = 2


@dataclass(frozen=True)
class BoundColumn:
    """What a project says of one column: another name (empty: the catalogue's), and how it is held, if otherwise.

    ``held_as`` is ``WHOLE`` for a column of codes or text that the project holds as numbers, ``CODE`` for numbers with
    a list of codes that it holds as text. ``is_timestamp`` is for a day that it holds as a timestamp. ``codes`` has the
    catalogue's code for each code that the project writes otherwise, in capitals; None stands for missing, which is
    also what a code of the catalogue is that the project writes otherwise and does not name again.
    """

    name: str = ""
    held_as: Kind | None = None
    is_timestamp: bool = False
    codes: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class EngineNames:
    """What is otherwise on one engine; None and missing tables are as for the project."""

    schema: str | None = None
    workspace: str | None = None
    tables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    """Names of one project: read-only schema, writable workspace, key suffix (E or PE), and a view for each table.

    ``schema`` and ``workspace`` are empty for the synthetic data. ``tables`` gives the physical name of each logical
    table, with its date, and with its schema where that is another than ``schema``. ``columns`` has what the project
    holds otherwise than the catalogue, by table and by the column's name in the catalogue. ``status_type`` is
    ``catalogue``, ``number`` or ``text``. ``places`` are the places of the file that messages point to, by path.
    """

    name: str
    title: str
    schema: str
    workspace: str
    key_suffix: str
    tables: Mapping[str, str]
    columns: Mapping[tuple[str, str], BoundColumn] = field(default_factory=dict)
    status_type: str = "catalogue"
    view_date: str = ""
    engines: Mapping[str, EngineNames] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    def table(self, logical: str) -> str:
        """Return the qualified physical name of a table."""
        if logical not in self.tables:
            raise FileProblem(
                self.name, f"the binding does not name the table `{logical}`, which the study reads."
            )
        physical = self.tables[logical]
        return f"{self.schema}.{physical}" if self.schema and "." not in physical else physical

    def column(self, template: str, table: str = "") -> str:
        """Return the physical name of a column: the project's own for this table, or with its key suffix."""
        bound = self.columns.get((table, template))
        return bound.name if bound and bound.name else template.replace("{key}", self.key_suffix)

    def held_type(self, template: str, table: str, type_: ValueType) -> ValueType:
        """Return the type in which a project holds a column: the catalogue's, unless the binding says otherwise."""
        bound = self.columns.get((table, template))
        kind = bound.held_as if bound else None
        if kind is None and template.endswith(STATUS_ENDING):
            kind = _STATUS_KINDS.get(self.status_type)
        if kind is None or kind is type_.kind:
            return type_
        if kind is Kind.WHOLE:
            return ValueType(Kind.WHOLE, bits=16 if template.endswith(STATUS_ENDING) else 32)
        return ValueType(Kind.CODE, length=_LONGEST_STATUS if template.endswith(STATUS_ENDING) else None)

    def held_codes(self, template: str, table: str) -> Mapping[str, str | None]:
        """Return the catalogue's code for each code that a project writes otherwise; None stands for missing."""
        bound = self.columns.get((table, template))
        return bound.codes if bound else {}

    def is_timestamp(self, template: str, table: str) -> bool:
        """Whether a project holds a day as a timestamp."""
        bound = self.columns.get((table, template))
        return bound is not None and bound.is_timestamp

    def for_engine(self, engine: str) -> Binding:
        """Return the same binding with the names of one engine (``db2``, ``duckdb``, ``spark``, ``postgresql``)."""
        other = self.engines.get(engine)
        if other is None:
            return replace(self, engines={})
        return replace(
            self,
            schema=self.schema if other.schema is None else other.schema,
            workspace=self.workspace if other.workspace is None else other.workspace,
            tables={**self.tables, **other.tables},
            engines={},
            places={
                **self.places,
                **{
                    path.removeprefix(f"engines.{engine}."): place
                    for path, place in self.places.items()
                    if path.startswith(f"engines.{engine}.")
                },
            },
        )


def shipped_binding(name: str) -> Binding:
    """Return a binding that comes with the package: ``synthetic`` or ``sail9999``."""
    text = files("cohort.catalogue").joinpath("bindings", f"{name}.yaml").read_text("utf-8")
    return _sound(Source(f"{name}.yaml", text))


def read_binding(path: Path) -> Binding:
    """Read a project's binding; a fault raises ``FileProblem`` with one sentence and its line."""
    return _sound(read_source(path))


def _sound(source: Source) -> Binding:
    from cohort.catalogue.binding_read import binding_of
    from cohort.diagnostics import Diagnostics

    diagnostics = Diagnostics()
    found = binding_of(source, diagnostics)
    if found is None:
        first = next(iter(diagnostics))
        where = "" if first.place is None else f":{first.place.line}"
        more = f" {first.help}" if first.suggestion else ""
        raise FileProblem(f"{source.name}{where}", f"this is no sound binding: {first.headline}{more}")
    return found
