"""Single definitions and expressions without a study, for the spec tests and for trying things out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from cohort.catalogue import load_catalogue
from cohort.diagnostics import Diagnostics
from cohort.language import parse_expression
from cohort.query.rows import NamedRows, Rows, Shape
from cohort.query.values import Literal, Value
from cohort.resolve.names import Scope
from cohort.resolve.rows import RowsResolver, operation_of
from cohort.resolve.values import ValueResolver
from cohort.source import Place, Source
from cohort.source.nodes import MapNode, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.types import DATE, WHOLE


class FragmentProblem(Exception):
    """A fragment that does not resolve; the message is the first diagnostic's headline."""


def _raise_first(diagnostics: Diagnostics) -> None:
    for item in diagnostics:
        raise FragmentProblem(item.headline)


def _scope(unit: str, tables: Mapping[str, Shape]) -> Scope:
    def shape_of(name: str, _place: Place) -> Shape | None:
        return tables.get(name)

    return Scope(
        unit=unit,
        shape_of=shape_of,
        rows_names=frozenset(tables),
        code_lists={name: found.codes for name, found in load_catalogue().code_lists.items()},
    )


def resolve_rows(
    text: str,
    tables: Mapping[str, Shape],
    unit: str,
    *,
    newest_return: int = 202122,
    open_until: datetime.date = datetime.date(2022, 4, 1),
) -> Rows:
    """Resolve a definition's YAML (``from`` and operations, preparation operations included) over given rows."""
    diagnostics = Diagnostics()
    root = read_nodes(Source("fragment", text), diagnostics)
    _raise_first(diagnostics)
    if root is None:
        raise FragmentProblem("the fragment is empty")
    closing = {"newest_return": Literal(newest_return, WHOLE), "open_until": Literal(open_until, DATE)}
    scope = _scope(unit, tables)
    resolver = RowsResolver(
        scope, diagnostics, "fragment", "fragment", lambda name: NamedRows(name, tables[name]), closing
    )
    start = root.get("from")
    if not isinstance(start, ScalarNode) or start.text not in tables:
        raise FragmentProblem("`from` names no rows")
    rows: Rows = NamedRows(start.text, tables[start.text])
    entries = [entry for entry in root if entry[0].text not in ("from", "per")]
    per = [entry for entry in root if entry[0].text == "per"]
    for position, (key, value) in enumerate(entries):
        further = tuple(per) if position == 0 else ()
        applied = resolver.apply(rows, operation_of(MapNode(((key, value), *further), key.place)))
        _raise_first(diagnostics)
        assert applied is not None
        rows = applied
    return rows


def resolve_value(text: str, shape: Shape, unit: str) -> Value:
    """Resolve an expression over the columns of rows."""
    diagnostics = Diagnostics()
    source = Source("fragment", f"value: {text}\n")
    root = read_nodes(source, diagnostics)
    _raise_first(diagnostics)
    node = root.get("value") if root is not None else None
    if not isinstance(node, ScalarNode):
        raise FragmentProblem("the fragment is not an expression")
    tree = parse_expression(node, diagnostics, at="fragment")
    _raise_first(diagnostics)
    assert tree is not None
    scope = Scope(unit=unit, columns=shape.types, code_lists=_scope(unit, {}).code_lists)
    value = ValueResolver(scope, diagnostics).value(tree)
    _raise_first(diagnostics)
    assert value is not None
    return value
