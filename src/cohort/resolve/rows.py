"""Operations from the file to typed row nodes, for definitions of a spec and preparation steps alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_expression
from cohort.language.tree import DurationTree, Tree
from cohort.query.rows import (
    ROWS_UNTIL,
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rows,
    Where,
)
from cohort.query.values import Literal
from cohort.resolve.names import Scope
from cohort.resolve.values import ValueResolver
from cohort.source.nodes import ListNode, MapNode, ScalarNode
from cohort.spec.model import Operation
from cohort.types import Kind

_DAYS = {"day": 1, "week": 7}
_SPELL_EXAMPLE = "join_spells: {start: start_date, end: until, gap: 0 days}"


@dataclass(frozen=True)
class RowsResolver:
    """Applies operations one by one. Methods return None after having reported a problem.

    ``scope`` is what expressions see beside the columns of the rows; ``mapping`` finds the rows of a map, and
    ``newest_return`` and ``open_until`` are the study's constants for closing spells (preparation only).
    """

    scope: Scope
    diagnostics: Diagnostics
    at: str
    name: str
    mapping: Callable[[str], NamedRows]
    closing: Mapping[str, Literal]

    def apply(self, rows: Rows, operation: Operation) -> Rows | None:
        """Apply one operation to rows."""
        match operation.key.text:
            case "where":
                return self._where(rows, operation)
            case "add":
                return self._add(rows, operation)
            case "keep_first" | "keep_last":
                return self._keep(rows, operation)
            case "one_per":
                return self._one_per(rows, operation)
            case "join_spells":
                return self._join_spells(rows, operation)
            case "link_unit":
                return self._link_unit(rows, operation)
            case "close_spells":
                return self._close_spells(rows, operation)
            case other:
                raise ValueError(f"no operation {other}")

    def _resolver(self, rows: Rows) -> ValueResolver:
        return ValueResolver(replace(self.scope, columns=rows.shape.types), self.diagnostics, self.at)

    def _tree(self, node: ScalarNode) -> Tree | None:
        return parse_expression(node, self.diagnostics, at=self.at)

    def _shape_problem(self, operation: Operation, problem: str, example: str) -> None:
        self.diagnostics.add(
            "TYP214",
            operation.key.place,
            at=self.at,
            operation=operation.key.text,
            problem=problem,
            example=example,
        )

    def _column(self, rows: Rows, node: ScalarNode, *, kind: Kind | None = None) -> str | None:
        types = rows.shape.types
        if node.text not in types:
            self.diagnostics.add(
                "NAM104",
                node.place,
                at=self.at,
                suggestion=nearest(node.text, types),
                rows=self.name,
                name=node.text,
                columns=", ".join(types),
            )
            return None
        if kind is Kind.DATE and types[node.text].kind is not Kind.DATE:
            self.diagnostics.add("TYP205", node.place, at=self.at, found=types[node.text].human)
            return None
        return node.text

    def _where(self, rows: Rows, operation: Operation) -> Rows | None:
        assert operation.value is not None
        tree = self._tree(operation.value)
        condition = None if tree is None else self._resolver(rows).condition(tree)
        return None if condition is None else Where(rows, condition)

    def _add(self, rows: Rows, operation: Operation) -> Rows | None:
        added = []
        for key, node in operation.values:
            if key.text in rows.shape.types:
                self.diagnostics.add(
                    "NAM102",
                    key.place,
                    at=self.at,
                    name=key.text,
                    first=f"a column of {self.name}",
                    second="this new column",
                )
                return None
            tree = self._tree(node)
            value = None if tree is None else self._resolver(rows).value(tree)
            if value is None:
                return None
            added.append((key.text, value))
        return Add(rows, tuple(added))

    def _keep(self, rows: Rows, operation: Operation) -> Rows | None:
        assert operation.value is not None
        order = self._column(rows, operation.value)
        unit = rows.shape.unit
        named = [node for _, node in operation.values]
        per = tuple(column for node in named if (column := self._column(rows, node)) is not None)
        if order is None or len(per) < len(named):
            return None
        if not per and unit is None:
            raise ValueError(f"{self.name}: rows without a unit need `per`")
        return KeepOne(rows, operation.key.text == "keep_last", order, per or (unit or "",))

    def _one_per(self, rows: Rows, operation: Operation) -> Rows | None:
        columns = tuple(
            column for _, node in operation.values if (column := self._column(rows, node)) is not None
        )
        if len(columns) < len(operation.values):
            return None
        if not columns:
            self._shape_problem(operation, "it names no column", "one_per: [start_date]")
            return None
        return OnePer(rows, columns)

    def _join_spells(self, rows: Rows, operation: Operation) -> Rows | None:
        given = {key.text: node for key, node in operation.values if key.text != "per"}
        missing = [name for name in ("start", "end", "gap") if name not in given]
        if missing:
            self._shape_problem(operation, f"`{missing[0]}` is missing", _SPELL_EXAMPLE)
            return None
        start = self._column(rows, given["start"], kind=Kind.DATE)
        until = self._column(rows, given["end"], kind=Kind.DATE)
        tree = self._tree(given["gap"])
        if start is None or until is None or tree is None:
            return None
        if ROWS_UNTIL in rows.shape.types and until != ROWS_UNTIL:
            self.diagnostics.add("TYP215", given["end"].place, at=self.at, name=until, suggestion=ROWS_UNTIL)
            return None
        if not isinstance(tree, DurationTree) or tree.unit not in _DAYS:
            self._shape_problem(operation, "`gap` must be a number of days or weeks", _SPELL_EXAMPLE)
            return None
        per_nodes = [node for key, node in operation.values if key.text == "per"]
        per = tuple(column for node in per_nodes if (column := self._column(rows, node)) is not None)
        if len(per) < len(per_nodes):
            return None
        return JoinSpells(rows, start, until, tree.amount * _DAYS[tree.unit], per)

    def _link_unit(self, rows: Rows, operation: Operation) -> Rows:
        given = {key.text: node.text for key, node in operation.values}
        mapping = self.mapping(given["map"])
        return LinkUnit(rows, given["key"], mapping, given["map_key"], given["map_unit"], self.scope.unit)

    def _close_spells(self, rows: Rows, operation: Operation) -> Rows:
        given = {key.text: node.text for key, node in operation.values}
        return CloseSpells(
            rows,
            given["start"],
            given["end"],
            given["returned"],
            self.closing["newest_return"],
            self.closing["open_until"],
        )


def operation_of(node: MapNode) -> Operation:
    """Return a preparation step's node as an operation; ``per`` beside the operation goes into its values."""
    (key, value), *rest = node.entries
    pairs: list[tuple[ScalarNode, ScalarNode]] = []
    single: ScalarNode | None = None
    match value:
        case ScalarNode():
            single = value
        case ListNode():
            pairs += [(item, item) for item in value.items if isinstance(item, ScalarNode)]
        case MapNode():
            pairs += [(name, item) for name, item in value if isinstance(item, ScalarNode)]
    for further, listed in rest:
        if isinstance(listed, ListNode):
            pairs += [(further, item) for item in listed.items if isinstance(item, ScalarNode)]
    return Operation(key=key, value=single, values=tuple(pairs))
