"""What a study asks for: its sources, the held tables that each reads, and the parts of the study that use it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from cohort.catalogue import Catalogue
from cohort.catalogue.route_types import Asked, AskedSource
from cohort.query.rows import NamedRows, TableRows, walk_rows
from cohort.query.study import Origin, Study
from cohort.query.summaries import RowsOf
from cohort.query.values import Fact, VariableValue
from cohort.types import ValueType


def asked_of(study: Study, catalogue: Catalogue) -> Asked:
    """Return what a study asks for; parts are named as in the spec, such as ``variables.age_at_entry``."""
    reads = {name: _closure(study, {name}) for name in study.by_name}
    parts = [
        (label, frozenset().union(*(reads.get(rows, frozenset()) for rows in _rows_of(study, part))))
        for label, part in _parts(study)
    ]
    sources = []
    for source in study.sources:
        tables = frozenset(
            node.table
            for name in reads.get(source.name, frozenset())
            for node in walk_rows(study.by_name[name].rows)
            if isinstance(node, TableRows) and node.table in catalogue.tables
        )
        used_by = tuple(label for label, read in parts if source.name in read)
        sources.append(AskedSource(source.name, " ".join(source.why.split()), tables, used_by))
    return Asked(study.id, study.unit, tuple(sources), tuple(table.name for table in study.context))


def _parts(study: Study) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a study that a researcher could leave out, with their names."""
    yield "population.from", (study.population.index_date, NamedStart(study.population.start))
    for step in study.population.steps:
        yield f"population.{step.id}", step.keep
    if study.peers is not None:
        yield "peers", (study.peers, NamedStart(study.peers.pool))
    if study.follow_up is not None:
        yield "follow_up", study.follow_up
    for group, items in (
        ("variables", study.variables),
        ("person_time", study.splits),
        ("outcomes", study.outcomes),
    ):
        for item in items:
            yield f"{group}.{item.name}", item


class NamedStart(str):
    """The name of the rows that a part begins with."""

    __slots__ = ()


def _rows_of(study: Study, part: Any) -> frozenset[str]:
    """Return the names of all rows that a part reads, those of the variables that it names too."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting: list[Any] = [part]
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, (ValueType, Origin)):
            continue
        seen.add(id(node))
        match node:
            case NamedStart():
                found.add(str(node))
            case NamedRows() | RowsOf():
                found.add(node.name)
            case Fact():
                found.add(node.rows)
            case VariableValue() if node.name in study.variable:
                waiting.append(study.variable[node.name].value)
            case _:
                pass
        if isinstance(node, tuple | list):
            waiting += node
        elif is_dataclass(node):
            waiting += [getattr(node, one.name) for one in fields(node)]
    return frozenset(found)


def _closure(study: Study, names: set[str]) -> frozenset[str]:
    """Return rows with all rows that they are made from."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        definition = study.by_name.get(name)
        if name in found or definition is None:
            continue
        found.add(name)
        waiting += definition.uses
        for variable in definition.uses_variables:
            waiting += _rows_of(study, study.variable[variable].value)
    return frozenset(found)
