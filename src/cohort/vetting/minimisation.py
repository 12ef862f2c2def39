"""Data minimisation, checked on the finished text: what a script reads, why it may, and where identifiers end up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from cohort.catalogue import Catalogue
from cohort.plan.names import RESULTS
from cohort.query.rows import NamedRows, TableRows, values_of, walk_rows
from cohort.query.study import Study
from cohort.query.values import rows_named
from cohort.resolve.columns_used import columns_used
from cohort.sql.compile import FLOW_COUNTS
from cohort.sql.model import Script
from cohort.vetting.allow_list import FUNCTIONS, names_of
from cohort.vetting.identifiers import marked_columns
from cohort.vetting.model import Outcome, outcome
from cohort.vetting.text import statements, token_texts


@dataclass(frozen=True)
class Reading:
    """A held table that a script reads: its names, the columns it uses, and the declared sources it is read for."""

    logical: str
    physical: str
    columns: tuple[str, ...]
    sources: tuple[str, ...]


def check_minimisation(
    text: str, script: Script, study: Study, catalogue: Catalogue
) -> tuple[Outcome, tuple[Reading, ...]]:
    """Check that a Db2 text reads only what the study declares, and that no identifier goes into what leaves.

    Returns the outcome, and what is read with the sources of the spec that need it.
    """
    readings = tuple(_readings(text, script, study))
    findings = [
        *_of_claims(script, study, catalogue),
        *_of_text(text, script, catalogue),
        *_of_identifiers(text, script),
        *(
            f"No source of the spec needs the table {reading.logical}."
            for reading in readings
            if not reading.sources
        ),
    ]
    facts = {"tables": len(readings), "columns": sum(len(reading.columns) for reading in readings)}
    words = "only catalogued tables and columns that the spec's sources need are read; no identifier is in the results"
    return outcome("minimisation", words, tuple(findings), facts), readings


def _of_claims(script: Script, study: Study, catalogue: Catalogue) -> Iterator[str]:
    """Each table and column that the script says it reads is catalogued, and used by the study or part of a key."""
    used = columns_used(study)
    keys = {
        f"{node.table}.{name}"
        for definition in study.definitions
        for node in walk_rows(definition.rows)
        if isinstance(node, TableRows)
        for name in node.key
    }
    for read in script.reads:
        held = catalogue.tables.get(read.logical)
        if held is None:
            yield f"The table {read.logical} is not in the catalogue."
            continue
        logical = {
            column.physical.replace("{key}", suffix): column.name
            for column in held.columns
            for suffix in ("E", "PE")
        }
        for column in read.columns:
            # A binding can give a column another name; what it stands for is the catalogue's column.
            name = logical.get(column.template.replace("{key}", "PE") or column.physical)
            if name is None:
                yield f"The column {column.physical} of {read.logical} is not in the catalogue."
            elif f"{read.logical}.{name}" not in used | keys:
                yield f"The column {read.logical}.{name} is read, but the study does not use it."


def _of_text(text: str, script: Script, catalogue: Catalogue) -> Iterator[str]:
    """The text names no held table and no held column beyond what the script says it reads."""
    by_physical = {read.physical: read for read in script.reads}
    schemas = {read.physical.rpartition(".")[0] for read in script.reads} - {""}
    every_column = {
        column.physical.replace("{key}", suffix)
        for held in catalogue.tables.values()
        for column in held.columns
        for suffix in ("E", "PE")
    }
    made = set(script.tables.values())
    found = statements(text)
    own = names_of(found, (), ()).own
    for number, statement in enumerate(found, 1):
        words = token_texts(statement)
        read_here = {word for word in words if word in by_physical}
        allowed = {column.physical for name in read_here for column in by_physical[name].columns}
        calls = {word for word, following in pairwise(words) if following == "(" and word in FUNCTIONS}
        for word in dict.fromkeys(words):
            qualifier, _, name = word.rpartition(".")
            if word in calls - allowed:
                continue
            if qualifier in schemas and word not in by_physical and word not in made:
                yield f"Statement {number} reads the table {word}, which the study does not use."
            elif name in every_column and name not in allowed and name not in own:
                yield f"Statement {number} reads the column {name}, which the study does not use there."


def _of_identifiers(text: str, script: Script) -> Iterator[str]:
    marked = marked_columns(text, script.reads)
    for table in (RESULTS, FLOW_COUNTS):
        if table in script.tables:
            for column in sorted(marked.get(script.tables[table].upper(), frozenset())):
                yield f"An identifier goes into the column {column.lower()} of {table}."


def _readings(text: str, script: Script, study: Study) -> Iterator[Reading]:
    words = {word.rpartition(".")[2] for statement in statements(text) for word in token_texts(statement)}
    needing = _needing(study)
    for read in script.reads:
        columns = tuple(column.physical for column in read.columns if column.physical in words)
        yield Reading(read.logical, read.physical, columns, needing.get(read.logical, ()))


def _needing(study: Study) -> Mapping[str, tuple[str, ...]]:
    """Return for each held table the declared sources whose prepared rows, links included, rest on it."""
    needing: dict[str, list[str]] = {}
    for source in study.sources:
        seen: set[str] = set()
        asked = [source.name]
        while asked:
            name = asked.pop()
            if name in seen or name not in study.by_name:
                continue
            seen.add(name)
            for node in walk_rows(study.by_name[name].rows):
                if isinstance(node, NamedRows):
                    asked.append(node.name)
                if isinstance(node, TableRows) and source.name not in needing.setdefault(node.table, []):
                    needing[node.table].append(source.name)
                asked += [other for value in values_of(node) for other in rows_named(value)]
    return {table: tuple(names) for table, names in needing.items()}
