"""Resolves the fragments of a page: definitions and expressions, and whole variables with their surroundings."""

from __future__ import annotations

from collections.abc import Mapping

from cohort.diagnostics import Diagnostics
from cohort.language import parse_period
from cohort.language.tree import PeriodTree
from cohort.query.rows import Shape
from cohort.query.values import Value
from cohort.resolve.names import Scope
from cohort.resolve.variables import variable_value
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.model import Choice, Variable

from .pages import UNIT


def resolve_variable(
    text: str,
    on: Shape,
    tables: Mapping[str, Shape],
    windows: str,
    codelists: Mapping[str, tuple[tuple[str, str], ...]],
) -> Value:
    """Resolve the YAML of a variable whose names are the columns of rows; ``week_of_birth`` is the birth."""
    diagnostics = Diagnostics()
    scope = Scope(
        unit=UNIT,
        columns=on.types,
        shape_of=lambda name, _place: tables.get(name),
        rows_names=frozenset(tables),
        windows=_windows(windows, diagnostics),
        codelists=codelists,
        birth=lambda _place: on.column("week_of_birth"),
    )
    root = _read(text, diagnostics)
    name = root.entries[0][0]
    value = variable_value(_written(name, root), scope, diagnostics)
    assert value is not None, [item.headline for item in diagnostics]
    return value


def _written(name: ScalarNode, root: MapNode) -> Variable:
    bands, cases = root.get("bands"), root.get("choose")
    return Variable(
        name=name,
        value=_scalar(root.get("value")),
        bands=tuple((lower, _text(label)) for lower, label in bands) if isinstance(bands, MapNode) else (),
        choose=tuple(_choice(item) for item in cases.items) if isinstance(cases, ListNode) else (),
    )


def _choice(node: Node) -> Choice:
    assert isinstance(node, MapNode)
    words = {name: _scalar(node.get(name)) for name in ("when", "then", "otherwise")}
    return Choice(when=words["when"], then=words["then"], otherwise=words["otherwise"])


def _windows(text: str, diagnostics: Diagnostics) -> dict[str, PeriodTree]:
    if not text:
        return {}
    found = {}
    for name, node in _read(text, diagnostics):
        period = parse_period(_text(node), diagnostics, at="windows")
        assert period is not None, [item.headline for item in diagnostics]
        found[name.text] = period
    return found


def _read(text: str, diagnostics: Diagnostics) -> MapNode:
    root = read_nodes(Source("fragment", text), diagnostics)
    assert root is not None, [item.headline for item in diagnostics]
    return root


def _scalar(node: Node | None) -> ScalarNode | None:
    return None if node is None else _text(node)


def _text(node: Node) -> ScalarNode:
    assert isinstance(node, ScalarNode)
    return node
