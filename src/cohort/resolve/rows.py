"""Operations of a definition from the file to typed row nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.language import parse_expression
from cohort.language.tree import DurationTree, Tree
from cohort.query.rows import (
    PART,
    RELATED,
    ROWS_UNTIL,
    TOGETHER_FROM,
    TOGETHER_UNTIL,
    Add,
    ForEachEntry,
    JoinSpells,
    KeepOne,
    NamedRows,
    OfRelated,
    OnePer,
    Rows,
    Union,
    Where,
    inputs,
)
from cohort.query.summaries import Covered, Summary
from cohort.query.values import Fact, IndexDate, Literal, Value, VariableValue, walk
from cohort.resolve.dates import DAYS
from cohort.resolve.labels import labels_are_free
from cohort.resolve.names import Scope, why_reserved
from cohort.resolve.preparation import PREPARATION, operation_of, prepared_rows
from cohort.resolve.values import ValueResolver
from cohort.source import Place
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Operation
from cohort.types import Kind, ValueType

__all__ = ["DAYS", "RowsResolver", "needs_entry", "operation_of", "operations_between"]

_EXAMPLES = {
    "keep_first": "keep_first: {by: start_date, number: 2}",
    "keep_last": "keep_last: {by: start_date, number: 2}",
    "one_per": "one_per: [start_date]",
    "join_spells": "join_spells: {start: start_date, end: until, gap: 0 days}",
    "mark": "mark: {setting: hospital}",
    "of": "of: siblings",
    "union": "union: [first_source, second_source]",
}


def needs_entry(value: Value) -> bool:
    """Whether a value depends on the index date: on it itself, on an entry's variable, or on rows of entries."""
    for part in walk(value):
        match part:
            case IndexDate() | VariableValue(of_person=False) | Fact(per_entry=True):
                return True
            case Summary() | Covered() if part.rows.per_entry:
                return True
            case _:
                continue
    return False


def operations_between(before: Rows, after: Rows) -> tuple[Rows, ...]:
    """Return the operations that lead from rows to later rows, first to last: each one's rows contain the one before.

    One operation of a spec is two where the rows had to be set beside the entries first (``ForEachEntry``).
    """
    found: list[Rows] = []
    while after != before:
        found.insert(0, after)
        after = inputs(after)[0]
    return tuple(found)


@lru_cache(maxsize=4096)
def _parsed(node: ScalarNode) -> Tree | None:
    """Return the tree of an expression without mistakes; the catalogue's are the same in every study."""
    return parse_expression(node, Diagnostics(), at="")


def _beside_nothing(_rows: NamedRows) -> NamedRows:
    raise ValueError("no rows can be set beside entries here")


@dataclass(frozen=True)
class RowsResolver:
    """Applies operations one by one. Methods return None after having reported a problem.

    ``scope`` is what expressions see beside the columns of the rows, ``name`` what the rows are called. Preparation
    needs two more things: ``mapping`` finds the rows of a map, and ``closing`` holds the study's constants
    ``newest_return`` and ``open_until``.

    What an operation needs of an entry makes its rows rows of entries: ``apply`` then puts ``ForEachEntry`` below it,
    and ``operations_between`` gives the two apart. A union sets whole named rows beside the entries where
    another part is of entries: ``beside_entries`` makes a definition of its own of them and returns its rows.
    """

    scope: Scope
    diagnostics: Diagnostics
    at: str
    name: str
    mapping: Callable[[str], NamedRows]
    closing: Mapping[str, Literal]
    beside_entries: Callable[[NamedRows], NamedRows] = _beside_nothing

    def union(self, parts: Sequence[tuple[NamedRows, Place]]) -> Rows | None:
        """Return the union of named rows, each with the place where it is named; one part alone stays as it is."""
        if len(parts) == 1:
            return parts[0][0]
        first, first_place = parts[0]
        for part, place in parts:
            if PART in part.shape.types:
                problem = f"`{part.name}` is a union itself; name its parts here instead"
                return self._shape_problem("union", place, problem)
        for part, place in parts[1:]:
            for column, kind in part.shape.columns:
                known = first.shape.types.get(column)
                if known is not None and known.kind is not kind.kind:
                    problem = (
                        f"`{column}` is {known.human} in `{first.name}` and {kind.human} in `{part.name}`"
                    )
                    return self._shape_problem("union", place, problem)
            if part.shape.unit != first.shape.unit:
                problem = f"`{first.name}` and `{part.name}` are rows of different units"
                return self._shape_problem("union", first_place, problem)
        rows = [part for part, _ in parts]
        if any(part.shape.per_entry for part in rows):
            rows = [part if part.shape.per_entry else self.beside_entries(part) for part in rows]
        return Union(tuple(rows))

    def apply(self, rows: Rows, operation: Operation) -> Rows | None:
        """Apply one operation to rows."""
        match operation.key.text:
            case "where":
                return self._where(rows, operation)
            case "add":
                return self._add(rows, operation)
            case "mark":
                return self._mark(rows, operation)
            case "keep_first" | "keep_last":
                return self._keep(rows, operation)
            case "one_per":
                return self._one_per(rows, operation)
            case "join_spells":
                return self._join_spells(rows, operation)
            case "of":
                return self._of(rows, operation)
            case preparation if preparation in PREPARATION:
                return prepared_rows(rows, operation, self.scope.unit, self.mapping, self.closing)
            case other:
                raise ValueError(f"no operation {other}")

    # What they share ---------------------------------------------------------------------------------------

    def _resolver(self, rows: Rows) -> ValueResolver:
        scope = self.scope.on(rows.shape, _plain_start(rows) or self.name)
        return ValueResolver(scope, self.diagnostics, self.at)

    def _tree(self, node: ScalarNode) -> Tree | None:
        return _parsed(node) or parse_expression(node, self.diagnostics, at=self.at)

    def _shape_problem(self, operation: str, place: Place, problem: str) -> Rows | None:
        """Report an operation that is not written as it must be; there are no rows then."""
        self.diagnostics.add(
            "TYP214", place, at=self.at, operation=operation, problem=problem, example=_EXAMPLES[operation]
        )
        return None

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

    def _columns(self, rows: Rows, nodes: Iterable[ScalarNode]) -> tuple[str, ...] | None:
        found = [self._column(rows, node) for node in nodes]
        known = tuple(name for name in found if name is not None)
        return known if len(known) == len(found) else None

    def _name_is_free(self, rows: Rows, key: ScalarNode) -> bool:
        """Whether a new column can have a name. The catalogue's preparation gives the language's own columns."""
        if key.text in rows.shape.types:
            self.diagnostics.add(
                "NAM102",
                key.place,
                at=self.at,
                name=key.text,
                first=f"a column of {self.name}",
                second="this new column",
            )
            return False
        reason = why_reserved(key.text, self.scope.unit) if self.scope.index_date else None
        if reason is not None:
            self.diagnostics.add("NAM108", key.place, at=self.at, name=key.text, reason=reason)
        return reason is None

    # Operations --------------------------------------------------------------------------------------------

    def _where(self, rows: Rows, operation: Operation) -> Rows | None:
        assert operation.value is not None
        tree = self._tree(operation.value)
        condition = None if tree is None else self._resolver(rows).condition(tree)
        return None if condition is None else Where(_beside(rows, [condition]), condition)

    def _add(self, rows: Rows, operation: Operation) -> Rows | None:
        added = []
        for key, node in operation.values:
            tree = self._tree(node) if self._name_is_free(rows, key) else None
            value = None if tree is None else self._resolver(rows).value(tree)
            if value is None:
                return None
            added.append((key.text, value))
        return Add(_beside(rows, [value for _, value in added]), tuple(added))

    def _mark(self, rows: Rows, operation: Operation) -> Rows | None:
        added: list[tuple[str, Value]] = []
        for key, node in operation.values:
            free = self._name_is_free(rows, key)
            if not free or not labels_are_free([node], key.text, self.diagnostics, self.at):
                return None
            text = ValueType(Kind.TEXT, length=len(node.text.encode()), values=(node.text,))
            added.append((key.text, Literal(node.text, text)))
        return Add(rows, tuple(added))

    def _keep(self, rows: Rows, operation: Operation) -> Rows | None:
        word = operation.key.text
        given = {key.text: node for key, node in operation.values if key.text != "per"}
        by = operation.value or given.get("by")
        if by is None:
            return self._shape_problem(word, operation.key.place, "`by` is missing")
        order = self._column(rows, by)
        per = self._columns(rows, (node for key, node in operation.values if key.text == "per"))
        if order is None or per is None:
            return None
        number = given.get("number")
        if number is not None and not (number.text.isascii() and number.text.isdigit() and int(number.text)):
            return self._shape_problem(word, number.place, "`number` must be a whole number from 1 on")
        owner = rows.shape.owner
        if not per and not owner:
            raise ValueError(f"{self.name}: rows without a unit need `per`")
        if rows.shape.per_entry:
            per = tuple(dict.fromkeys((*owner, *per)))
        return KeepOne(rows, word == "keep_last", order, per or owner, int(number.text) if number else 1)

    def _one_per(self, rows: Rows, operation: Operation) -> Rows | None:
        columns = self._columns(rows, (node for _, node in operation.values))
        if columns is None:
            return None
        if not columns:
            return self._shape_problem("one_per", operation.key.place, "it names no column")
        return OnePer(rows, columns)

    def _join_spells(self, rows: Rows, operation: Operation) -> Rows | None:
        given = {key.text: node for key, node in operation.values if key.text != "per"}
        missing = [name for name in ("start", "end", "gap") if name not in given]
        if missing:
            return self._shape_problem("join_spells", operation.key.place, f"`{missing[0]}` is missing")
        start = self._column(rows, given["start"], kind=Kind.DATE)
        until = self._column(rows, given["end"], kind=Kind.DATE)
        tree = self._tree(given["gap"])
        per = self._columns(rows, (node for key, node in operation.values if key.text == "per"))
        if start is None or until is None or tree is None or per is None:
            return None
        if ROWS_UNTIL in rows.shape.types and until != ROWS_UNTIL:
            self.diagnostics.add("TYP215", given["end"].place, at=self.at, name=until, suggestion=ROWS_UNTIL)
            return None
        if not isinstance(tree, DurationTree) or tree.unit not in DAYS:
            problem = "`gap` must be a number of days or weeks"
            return self._shape_problem("join_spells", given["gap"].place, problem)
        if start in per or ROWS_UNTIL in (start, *per):
            problem = "`start`, `end` and `per` must be different columns"
            return self._shape_problem("join_spells", operation.key.place, problem)
        return JoinSpells(rows, start, until, tree.amount * DAYS[tree.unit], per)

    def _of(self, rows: Rows, operation: Operation) -> Rows | None:
        assert operation.value is not None
        node = operation.value
        relation = self.scope.relations(node.text, node.place)
        if relation is None:
            return None
        if rows.shape.per_entry:
            problem = "its rows depend on the index date; write `of` before the operation that asks for it"
            return self._shape_problem("of", node.place, problem)
        taken = {RELATED, TOGETHER_FROM, TOGETHER_UNTIL} & set(rows.shape.names)
        if taken:
            return self._shape_problem("of", node.place, f"its rows have a column `{min(taken)}` already")
        return OfRelated(rows, relation, RELATED)


def _beside(rows: Rows, values: Iterable[Value]) -> Rows:
    """Set rows beside the entries if an operation needs the entry."""
    if rows.shape.per_entry or not any(needs_entry(value) for value in values):
        return rows
    return ForEachEntry(rows)


def _plain_start(rows: Rows) -> str | None:
    """The name of the rows that these are a part of, so that ``name.column`` can only mean a column of theirs."""
    for node in _chain(rows):
        match node:
            case NamedRows():
                return node.name
            case Where() | Add() | KeepOne() | OnePer() | ForEachEntry():
                continue
            case _:
                return None
    return None


def _chain(rows: Rows) -> Iterator[Rows]:
    yield rows
    while below := inputs(rows):
        rows = below[0]
        yield rows
