"""Single definitions and expressions without a study, for the spec tests and for trying things out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cohort.catalogue import load_catalogue
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_period
from cohort.language.tree import PeriodTree
from cohort.query.rows import NamedRows, Rows, Shape
from cohort.query.study import Codelist, ContextTable
from cohort.query.values import Fact, Literal, Value, VariableValue
from cohort.resolve.names import Scope
from cohort.resolve.preparation import operation_of
from cohort.resolve.rows import RowsResolver
from cohort.resolve.variables import variable_value
from cohort.source import Place, Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.spec.model import Choice, Variable
from cohort.types import DATE, WHOLE, ValueType


class FragmentProblem(Exception):
    """A fragment that does not resolve: the code and the headline of the first diagnostic."""

    def __init__(self, code: str, headline: str) -> None:
        super().__init__(f"{code}: {headline}")
        self.code = code
        self.headline = headline


@dataclass(frozen=True)
class Surroundings:
    """What a fragment sees: named rows, codelists, windows, figures, variables, and the fact that holds the birth.

    ``variables`` are types by name: one value for each entry. ``relations`` name rows that pair units. Without
    ``index_date`` the index date cannot be seen. ``newest_return`` and ``open_until`` close spells.
    """

    unit: str
    tables: Mapping[str, Shape]
    windows: str = ""
    codelists: Mapping[str, Codelist] = field(default_factory=dict)
    context: Mapping[str, ContextTable] = field(default_factory=dict)
    variables: Mapping[str, ValueType] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    birth: tuple[str, str] | None = None
    index_date: bool = True
    newest_return: int = 202122
    open_until: datetime.date = datetime.date(2022, 4, 1)

    def scope(self, diagnostics: Diagnostics) -> Scope:
        """Return the scope of an expression that has no rows at hand."""

        def shape_of(name: str, place: Place) -> Shape | None:
            if name not in self.tables:
                diagnostics.add("NAM103", place, name=name, suggestion=nearest(name, self.tables))
            return self.tables.get(name)

        def relation(name: str, place: Place) -> NamedRows | None:
            rows = self.relations.get(name, name)
            shape = shape_of(rows, place)
            return None if shape is None else NamedRows(rows, shape)

        def birth(place: Place) -> Value | None:
            if self.birth is None:
                diagnostics.add("NAM103", place, name="children")
                return None
            rows, column = self.birth
            return Fact(rows, column, self.tables[rows].types[column])

        return Scope(
            unit=self.unit,
            shape_of=shape_of,
            rows_names=frozenset(self.tables),
            variable_names=frozenset(self.variables),
            variable=lambda name, _place: VariableValue(name, self.variables[name]),
            index_date=self.index_date,
            windows=_windows(self.windows, diagnostics),
            codelists=self.codelists,
            code_lists={name: found.codes for name, found in load_catalogue().code_lists.items()},
            birth=birth,
            context=self.context,
            relations=relation,
        )


def resolve_rows(
    text: str, name: str, around: Surroundings, beside_entries: Callable[[NamedRows], NamedRows]
) -> Rows:
    """Resolve a definition's YAML (``from`` or ``union``, and operations, preparation included) over given rows.

    ``beside_entries`` is that of ``RowsResolver``.
    """
    diagnostics = Diagnostics()
    root = _read(text, diagnostics)
    closing = {
        "newest_return": Literal(around.newest_return, WHOLE),
        "open_until": Literal(around.open_until, DATE),
    }

    def named(rows: str) -> NamedRows:
        return NamedRows(rows, around.tables[rows])

    scope = around.scope(diagnostics)
    resolver = RowsResolver(scope, diagnostics, "fragment", name, named, closing, beside_entries)
    start = root.get("from") or root.get("union")
    nodes = start.items if isinstance(start, ListNode) else (start,)
    parts = [(named(n.text), n.place) for n in nodes if isinstance(n, ScalarNode) and n.text in around.tables]
    if len(parts) != len(nodes):
        raise FragmentProblem("NAM103", "`from` or `union` names no rows")
    rows = resolver.union(parts)
    entries = [entry for entry in root if entry[0].text not in ("from", "union", "per")]
    per = [entry for entry in root if entry[0].text == "per"]
    for position, (key, value) in enumerate(entries):
        further = tuple(per) if position == 0 else ()
        _raise_first(diagnostics)
        assert rows is not None
        rows = resolver.apply(rows, operation_of(MapNode(((key, value), *further), key.place)))
    _raise_first(diagnostics)
    assert rows is not None
    return rows


def resolve_value(text: str, on: Shape | None, around: Surroundings, rows: str = "rows") -> Value:
    """Resolve an expression over the columns of rows, or (without rows) for each entry."""
    return resolve_variable(
        f"value: |\n  {text.strip().replace(chr(10), chr(10) + '  ')}\n", on, around, rows
    )


def resolve_variable(text: str, on: Shape | None, around: Surroundings, rows: str = "rows") -> Value:
    """Resolve the YAML of a variable (``value``, ``bands``, ``choose``) over the columns of rows, or for each entry."""
    diagnostics = Diagnostics()
    scope = around.scope(diagnostics)
    if on is not None:
        scope = replace(scope, columns=on.types, spell=on.spell, called=rows)
    root = _read(text, diagnostics)
    written = _written(root.entries[0][0], root)
    _raise_first(diagnostics)
    value = variable_value(written, scope, diagnostics)
    _raise_first(diagnostics)
    assert value is not None
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
    found = {}
    for name, node in _read(text, diagnostics) if text else ():
        period = parse_period(_text(node), diagnostics, at="windows")
        if period is not None:
            found[name.text] = period
    return found


def _read(text: str, diagnostics: Diagnostics) -> MapNode:
    root = read_nodes(Source("fragment", text), diagnostics)
    _raise_first(diagnostics)
    if root is None:
        raise FragmentProblem("", "the fragment is empty")
    return root


def _raise_first(diagnostics: Diagnostics) -> None:
    for item in diagnostics:
        if item.rule.severity == "error":
            raise FragmentProblem(item.rule.code, item.headline)


def _scalar(node: Node | None) -> ScalarNode | None:
    return None if node is None else _text(node)


def _text(node: Node) -> ScalarNode:
    assert isinstance(node, ScalarNode)
    return node
