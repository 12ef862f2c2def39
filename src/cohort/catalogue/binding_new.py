"""A first binding for a project, as a commented file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cohort.catalogue.binding import STATUS_ENDING
from cohort.catalogue.model import Catalogue, HeldColumn, HeldTable, Holding

_WIDEST = 110
_ABOUT = (
    "A binding: where the tables of the catalogue are in one project. Lines that begin with # are comments."
)
_CONFIDENCE = {
    "certain": "",
    "likely": "the name is likely",
    "guess": "the name is a guess",
    "background": "the name is general knowledge without a source",
}
_DOUBTFUL = ("guess", "background")


@dataclass(frozen=True)
class BindingWishes:
    """What a new binding should say.

    ``view_date`` has eight digits, or is empty; ``status_type`` is ``catalogue``, ``number`` or ``text``; ``tables``
    are the logical tables to name.
    """

    name: str
    title: str
    schema: str
    workspace: str
    key_suffix: str
    view_date: str
    status_type: str
    tables: tuple[str, ...]


def new_binding_text(wishes: BindingWishes, catalogue: Catalogue) -> str:
    """Return a commented binding; it can be read as it stands, as far as the names of all its tables are known."""
    lines = [*_head(wishes), *_tables(wishes, catalogue), *_columns(wishes, catalogue), *_engines()]
    return "\n".join(lines) + "\n"


def _head(wishes: BindingWishes) -> Iterator[str]:
    yield f"# {_ABOUT}"
    yield "# Compare it with the project's own columns: `cohort binding query FILE` prints the query to run in the"
    yield "# database, and `cohort binding check FILE --columns LISTING.csv` compares what it gives."
    yield f"binding: {wishes.name}"
    yield f"title: {json.dumps(wishes.title, ensure_ascii=False)}"
    yield ""
    yield "# The schema with the project's views, which are only read, and the schema in which it may make tables."
    yield f"schema: {wishes.schema or _EMPTY}"
    yield f"workspace: {wishes.workspace or _EMPTY}"
    yield ""
    yield "# How the encrypted keys end: PE (encrypted for the project, as in ALF_PE) or E."
    yield f"key_suffix: {wishes.key_suffix}"
    yield ""
    yield "# The date at the end of the views' names. It is added to each name below that has no date of its own."
    yield f"view_date: {wishes.view_date}" if wishes.view_date else "# view_date: 20220329"
    yield ""
    yield f"# How {STATUS_ENDING} is held: number, text, or catalogue (in each table as the catalogue says)."
    yield f"status_type: {wishes.status_type}"
    yield ""


def _tables(wishes: BindingWishes, catalogue: Catalogue) -> Iterator[str]:
    yield "# Logical name: the project's view. Take out what the project does not have."
    yield "# For another date, none, or another schema:"
    yield "#   lacw_alf: {name: LACW_PUPIL_ALF, view_date: 20240626, schema: SAIL1234V}"
    yield "#   wdsd_persons: {name: WDSD_AR_PERS, view_date: none}"
    yield "tables:"
    holding: Holding | None = None
    for table in (table for table in catalogue.tables.values() if table.name in wishes.tables):
        if holding is None or holding.name != table.dataset:
            holding = catalogue.holdings[table.dataset]
            yield f"  # {holding.title}"
        yield from _table(table)
    yield ""


def _table(table: HeldTable) -> Iterator[str]:
    if not table.physical:
        yield f"  # {table.name}:  # nobody has published the name"
        return
    doubt = _CONFIDENCE[table.physical_confidence]
    yield f"  {table.name}: {table.physical}{f'  # {doubt}' if doubt else ''}"


def _columns(wishes: BindingWishes, catalogue: Catalogue) -> Iterator[str]:
    yield "# Columns that the project calls otherwise, holds otherwise (number, text, timestamp), or with other codes:"
    yield "# first the catalogue's code, then the project's, or a list of them."
    yield "# columns:"
    yield "#   lacw_alf.sex: GENDER_CODE"
    yield "#   crcs_alf.match_status: {held_as: text}"
    yield "#   lacw_episodes.placement_type: {codes: {F1: F01, missing: [Z9, XX]}}"
    doubtful = [
        f"{table.name}.{column.name} ({_physical(column, wishes.key_suffix)})"
        for table in catalogue.tables.values()
        if table.name in wishes.tables
        for column in table.columns
        if column.confidence in _DOUBTFUL
    ]
    if doubtful:
        yield "# The catalogue only guesses the names of these:"
        yield from _wrapped(doubtful)
    yield ""


def _physical(column: HeldColumn, suffix: str) -> str:
    return column.physical.replace("{key}", suffix)


def _engines() -> Iterator[str]:
    yield "# Where the tables are on another engine (db2, duckdb, spark, postgresql), if a copy of them is there."
    yield "# engines:"
    yield '#   duckdb: {schema: "", workspace: "", tables: {lacw_alf: LACW_PUPIL_ALF}}'


def _wrapped(items: Iterable[str]) -> Iterator[str]:
    line = "#  "
    for item in items:
        if len(line) + len(item) > _WIDEST:
            yield line.rstrip()
            line = "#  "
        line += f" {item},"
    yield line.rstrip(",")


_EMPTY = '""'
