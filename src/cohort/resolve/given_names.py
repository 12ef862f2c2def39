"""The names that a spec gives: none twice, and none that the language or the databases keep for themselves."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.query.outputs import INDEX_DATE_KNOWN, MATCHED, OBSERVED_TIME, OTHER
from cohort.resolve.labels import is_word_of_results
from cohort.resolve.names import why_reserved
from cohort.resolve.setting import Setting
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Step

FLOW_ROWS = (INDEX_DATE_KNOWN, OBSERVED_TIME, MATCHED)
"""Rows that a flow has of its own; the first, ``start``, is a word of the language anyway."""


def check_names(setting: Setting) -> None:
    """Report every name that a spec cannot give."""
    taken = dict.fromkeys(setting.catalogue.prepared, "a source of the catalogue")
    taken |= dict.fromkeys(setting.catalogue.relations, "a relation of the catalogue")
    for node, kind, section in _named(setting):
        at = f"{section}.{node.text}"
        reason = why_reserved(node.text, setting.unit.name)
        if reason is not None:
            setting.diagnostics.add("NAM108", node.place, at=at, name=node.text, reason=reason)
        elif node.text in taken:
            setting.diagnostics.add(
                "NAM102", node.place, at=at, name=node.text, first=taken[node.text], second=f"this {kind}"
            )
        else:
            taken[node.text] = f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    spec = setting.spec
    _check_groups(setting)
    _check_steps(setting, spec.population.steps, "population")
    _check_steps(setting, spec.peers.steps if spec.peers else (), "peers")


def _named(setting: Setting) -> Iterator[tuple[ScalarNode, str, str]]:
    """Yield every name that leads to a table or a column, with its kind and its section."""
    spec = setting.spec
    for table in spec.context:
        yield table.name, "context table", "context"
    for definition in spec.definitions:
        yield definition.name, "definition", "definitions"
    for variable in spec.variables:
        yield variable.name, "variable", "variables"
    for split in spec.person_time.split_by if spec.person_time else ():
        yield split.name, "split of person-time", "person_time"
    for outcome in spec.outcomes:
        yield outcome.name, "outcome", "outcomes"
    for output in spec.outputs:
        yield output.name, "output", "outputs"


def _check_groups(setting: Setting) -> None:
    """The names of the population and its peers are values in results."""
    spec = setting.spec
    groups = [
        ("population.name", spec.population.name),
        ("peers.name", spec.peers.name if spec.peers else None),
    ]
    for at, node in groups:
        if node is not None and (is_word_of_results(node.text) or node.text == OTHER.value):
            reason = "results give it a meaning of their own"
            setting.diagnostics.add("NAM108", node.place, at=at, name=node.text, reason=reason)


def _check_steps(setting: Setting, steps: tuple[Step, ...], section: str) -> None:
    """Steps are rows of a flow and columns of a table of their own: other parts may have their names."""
    for step in steps:
        name = step.id.text
        reason = (
            "it names a row of every flow" if name in FLOW_ROWS else why_reserved(name, setting.unit.name)
        )
        if reason is not None:
            at = f"{section}.{name}"
            setting.diagnostics.add("NAM108", step.id.place, at=at, name=name, reason=reason)
