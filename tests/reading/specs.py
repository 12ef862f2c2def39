"""Specs for the tests of reading, and short ways to read them."""

from __future__ import annotations

from pathlib import Path

from cohort.diagnostics import Diagnostics
from cohort.language import parse_expression, parse_period
from cohort.language.tree import PeriodTree, Tree
from cohort.source import Place, Source, Span
from cohort.source.nodes import MapNode, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec import read_spec
from cohort.spec.model import Spec

ROOT = Path(__file__).parents[2]
STUDY = (ROOT / "specs" / "infants_entering_care.yaml").read_text("utf-8")


def nodes(text: str) -> tuple[MapNode | None, list[str]]:
    """Read a text as nodes; return the root and the codes of the problems."""
    diagnostics = Diagnostics()
    root = read_nodes(Source("study.yaml", text), diagnostics)
    assert (root is None) == diagnostics.has_errors
    return root, [item.rule.code for item in diagnostics]


def spec(text: str) -> tuple[Spec | None, Diagnostics]:
    """Read a text as a spec."""
    diagnostics = Diagnostics()
    root = read_nodes(Source("study.yaml", text), diagnostics)
    return (read_spec(root, diagnostics) if root else None), diagnostics


def scalar(text: str) -> ScalarNode:
    """A scalar that is a whole file."""
    return ScalarNode(text, Place(Source("study.yaml", text), Span(0, len(text))), text, 0)


def expression(text: str) -> tuple[Tree | None, Diagnostics]:
    """Parse a text as an expression."""
    diagnostics = Diagnostics()
    return parse_expression(scalar(text), diagnostics, at="here"), diagnostics


def period(text: str) -> tuple[PeriodTree | None, Diagnostics]:
    """Parse a text as a period."""
    diagnostics = Diagnostics()
    return parse_period(scalar(text), diagnostics, at="here"), diagnostics


def marked(diagnostics: Diagnostics) -> list[tuple[str, str]]:
    """Return code and underlined text of each problem."""
    return [(item.rule.code, item.place.text if item.place else "") for item in diagnostics]


def expressions_of(read: Spec) -> list[ScalarNode]:
    """Return every expression of a spec, without windows."""
    found: list[ScalarNode | None] = [read.population.index_date]
    found += [step.keep for step in read.population.steps]
    for definition in read.definitions:
        found += [operation.value for operation in definition.operations]
    for variable in read.variables:
        found += [variable.value, *(case.when for case in variable.choose)]
    found += [output.among for output in read.outputs]
    if read.peers is not None:
        found += [step.keep for step in read.peers.steps]
        found += [*read.peers.match.exact, *(value for value, _ in read.peers.match.nearest)]
    if read.follow_up is not None:
        found += [read.follow_up.starts, *(end.date for end in read.follow_up.ends)]
    return [one for one in found if one is not None]
