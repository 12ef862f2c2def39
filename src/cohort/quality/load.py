"""Reads how years are told and which published series can be compared. A fault in these files is ours, so it raises."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.model import Catalogue
from cohort.catalogue.nodes import (
    fault,
    items,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
    whole_of,
)
from cohort.quality.description import Figure, Measure, YearKind
from cohort.source import Source
from cohort.source.nodes import MapNode, Node, ScalarNode
from cohort.types import Kind

_MEASURE = {"table", "words", "counted_words", "counted", "on_day", "month", "leave_out", "note"}
_KINDS = {
    YearKind.YEAR: Kind.WHOLE,
    YearKind.YEAR_AND_MONTH: Kind.WHOLE,
    YearKind.DAY: Kind.DATE,
}


@dataclass(frozen=True)
class Knowledge:
    """How the year of a row is told by table (kind, column), columns that stand for people, measures to compare."""

    years: Mapping[str, tuple[YearKind, str]]
    people: tuple[str, ...]
    measures: tuple[Measure, ...]


@cache
def load_knowledge() -> Knowledge:
    """Return what is shipped, not yet held against a catalogue."""
    return read_knowledge(_source("years.yaml"), _source("measures.yaml"), _text("published.csv"))


def read_knowledge(years: Source, measures: Source, published: str) -> Knowledge:
    """Return what two data files and a table of published figures say; a fault raises ``CatalogueFault``."""
    figures: dict[str, list[Figure]] = {}
    for row in csv.DictReader(published.splitlines()):
        figures.setdefault(row["measure"], []).append(_figure(row))
    root = read_map(measures)
    only(root, {"measures"})
    found = tuple(_measure(key, map_of(node), figures) for key, node in items(root, "measures"))
    strange = sorted(set(figures) - {measure.id for measure in found})
    if strange:
        raise fault(root, f"there are published figures of no measure: {', '.join(strange)}")
    by_table = read_map(years)
    only(by_table, {"years", "people"})
    return Knowledge(
        {key.text: _year(node) for key, node in items(by_table, "years")}, texts_of(by_table, "people"), found
    )


def problems_of(knowledge: Knowledge, catalogue: Catalogue) -> tuple[str, ...]:
    """Return what does not fit the catalogue, one sentence each: the tests want none."""
    found = []
    for name, (kind, column) in knowledge.years.items():
        held = catalogue.tables.get(name)
        columns = {} if held is None else {one.name: one for one in held.columns}
        if held is None or column not in columns:
            found.append(f"years: there is no column {name}.{column}.")
        elif columns[column].type.kind is not _KINDS[kind]:
            found.append(f"years: {name}.{column} is no {kind.value}.")
        elif held.returned or held.spell:
            found.append(f"years: the year of {name} is told by the catalogue.")
    keys = {
        one.name for held in catalogue.tables.values() for one in held.columns if one.type.kind is Kind.KEY
    }
    found += [
        f"people: no column of keys has the name {name}." for name in knowledge.people if name not in keys
    ]
    for measure in knowledge.measures:
        held = catalogue.tables.get(measure.table)
        names = set() if held is None else {one.name for one in held.columns}
        needed = {name for way in measure.counted for name in way} | {name for name, _ in measure.leave_out}
        if held is None or not needed <= names:
            found.append(f"measures: {measure.id} needs columns that {measure.table} does not have.")
        elif measure.on_day is not None and (held.spell is None or held.returned is None):
            found.append(f"measures: {measure.id} needs a yearly return of spells.")
        if not measure.figures:
            found.append(f"measures: {measure.id} has no published figure.")
    return tuple(found)


def _source(name: str) -> Source:
    return Source(f"quality/{name}", _text(name))


def _text(name: str) -> str:
    return files("cohort.quality").joinpath("data", name).read_text("utf-8")


def _year(node: Node) -> tuple[YearKind, str]:
    told = [(kind, column) for kind in _KINDS if (column := optional(map_of(node), kind.value))]
    if len(told) != 1:
        raise fault(node, "a year is told by one column")
    return told[0]


def _measure(key: ScalarNode, node: MapNode, figures: Mapping[str, list[Figure]]) -> Measure:
    only(node, _MEASURE)
    day = optional(node, "on_day")
    left = node.get("leave_out")
    return Measure(
        key.text,
        text_of(node, "table"),
        text_of(node, "words"),
        text_of(node, "counted_words"),
        tuple(tuple(way.split()) for way in texts_of(node, "counted", needed=False)),
        None if day is None else (int(day[:2]), int(day[3:])),
        whole_of(node, "month"),
        tuple((name.text, text_of(left, name.text)) for name, _ in left) if isinstance(left, MapNode) else (),
        text_of(node, "note"),
        tuple(figures.get(key.text, ())),
    )


def _figure(row: Mapping[str, str]) -> Figure:
    return Figure(
        row["period"],
        int(row["value"]),
        int(row["rounding"]),
        row["grade"],
        row["definition"],
        row["note"],
        row["source_title"],
        row["publisher"],
        int(row["pub_year"]),
        row["url"],
    )
