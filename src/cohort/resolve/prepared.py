"""Sources of the catalogue without a study: for their pages, and for trying their preparation on rows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from cohort.catalogue import Catalogue, Prepared
from cohort.diagnostics import Diagnostics
from cohort.query.study import Definition
from cohort.resolve.definitions import Names
from cohort.resolve.setting import read_setting
from cohort.source import Source
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.read import read_spec


@dataclass(frozen=True)
class Asked:
    """What a study would say that preparation depends on: its dates, and which links are good enough.

    ``derived`` are the sources of improved links; with none of them only routine links are used.
    """

    data_from: datetime.date = datetime.date(2003, 4, 1)
    data_until: datetime.date = datetime.date(2021, 3, 31)
    accept_status: tuple[int, ...] = (1, 4, 39)
    derived: tuple[str, ...] = ("CRCS", "CINW", "EDUW")


def units_of(prepared: Prepared, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the units that a source can be brought to, in the order of the catalogue."""
    return tuple(unit for unit in catalogue.units if unit in (prepared.units or tuple(catalogue.units)))


def prepared_for(
    catalogue: Catalogue, name: str, unit: str, asked: Asked | None = None
) -> tuple[Definition, ...]:
    """Return a source prepared for a unit, the last, after all prepared rows that it rests on, each after its own.

    Raises ``ValueError`` for a source that cannot be brought to the unit, and for a fault of the catalogue.
    """
    prepared = catalogue.prepared[name]
    if unit not in units_of(prepared, catalogue):
        raise ValueError(f"{name} cannot be brought to the unit {unit}")
    source = Source("preparation.yaml", _text(unit, asked or Asked()))
    diagnostics = Diagnostics()
    nodes = read_nodes(source, diagnostics)
    spec = None if nodes is None else read_spec(nodes, diagnostics)
    setting = None if spec is None else read_setting(spec, source, catalogue, Path(), diagnostics)
    if setting is None or diagnostics.has_errors:
        raise ValueError("; ".join(item.headline for item in diagnostics))
    names = Names(setting)
    names.sources.prepared(prepared)
    known = {key: found for key, found in names.definitions.items() if found is not None}
    ordered: dict[str, Definition] = {}
    _with_what_it_rests_on(name, known, ordered)
    return tuple(ordered.values())


def _with_what_it_rests_on(name: str, known: dict[str, Definition], ordered: dict[str, Definition]) -> None:
    for other in sorted(known[name].uses):
        if other not in ordered:
            _with_what_it_rests_on(other, known, ordered)
    ordered[name] = known[name]


def _text(unit: str, asked: Asked) -> str:
    """Return the least study that says what is asked. Nothing in it is worked out."""
    statuses = ", ".join(str(status) for status in asked.accept_status)
    derived = f"[{', '.join(asked.derived)}]" if asked.derived else "false"
    return (
        f"cohort_spec: 1\nstudy: {{id: preparation, title: t, question: q, unit: {unit}, "
        f"data_from: {asked.data_from}, data_until: {asked.data_until}}}\n"
        f"linkage: {{accept_status: [{statuses}], derived_alf: {derived}, why: w}}\n"
        "sources: {children: r}\npopulation: {from: children, index_date: data_from}\n"
        "outputs: {flow: {attrition: population}}\ndisclosure: sail\n"
    )
