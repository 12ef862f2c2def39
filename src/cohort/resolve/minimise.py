"""Data minimisation: a study reads only the columns that it uses, in every engine and in every document."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Any

from cohort.query.calls import Lookup
from cohort.query.rows import LiteralRows, NamedRows, Rename, TableRows
from cohort.query.study import Codelist, Definition, Origin, Study
from cohort.query.summaries import RowsOf
from cohort.query.values import InSet, Literal
from cohort.resolve.columns_used import columns_used
from cohort.results.category import Category
from cohort.types import ValueType

_LEAVES = (str, int, Literal, ValueType, Origin, Category, Codelist, LiteralRows)
"""What repeats nothing of what rows look like."""


def minimised(study: Study) -> Study:
    """Return the same study with held tables cut down to the columns it uses and their keys.

    The key stays because it orders ties. Columns that a study does not name cannot change its results. Whatever
    repeats what rows look like (a reference to rows, the order of a summary's rows) is renewed with them.
    """
    renewal = _Renewal(columns_used(study))
    for definition in study.definitions:
        renewal.done[definition.name] = renewal.of(definition)
    parts = {name: renewal.of(getattr(study, name)) for name in _names(Study) if name != "definitions"}
    return replace(study, definitions=tuple(renewal.done.values()), **parts)


@dataclass
class _Renewal:
    """Renews all parts of a study. Definitions come after those whose rows they read, as in the study."""

    used: frozenset[str]
    done: dict[str, Definition] = field(default_factory=dict)
    _seen: dict[int, Any] = field(default_factory=dict)

    def of(self, node: Any) -> Any:
        """Return a part as it is over the columns that stay; the same object where nothing changes."""
        match node:
            case None | tuple(()):
                return node
            case _ if isinstance(node, _LEAVES):
                return node
            case tuple():
                items = tuple(self.of(item) for item in node)
                return node if all(a is b for a, b in zip(items, node, strict=True)) else items
            case TableRows():
                kept = (
                    c for c in node.columns if f"{node.table}.{c.name}" in self.used or c.name in node.key
                )
                return replace(node, columns=tuple(kept))
            case NamedRows():
                return self.done[node.name].named if node.name in self.done else node
            case RowsOf():
                return replace(node, order=self.done[node.name].rows.shape.order)
            case InSet() | Lookup():
                return self._with(node, part=self.of(node.part))
            case Rename():
                below = self.of(node.rows)
                kept_names = tuple(pair for pair in node.renamed if pair[0] in below.shape.types)
                return self._with(node, rows=below, renamed=kept_names)
            case _ if is_dataclass(node) and not isinstance(node, type):
                # Each stage of a definition holds all stages before it, which are renewed once.
                if id(node) not in self._seen:
                    changed = {name: self.of(getattr(node, name)) for name in _names(type(node))}
                    self._seen[id(node)] = self._with(node, **changed)
                return self._seen[id(node)]
            case _:
                return node

    def _with(self, node: Any, **parts: Any) -> Any:
        changed = {name: part for name, part in parts.items() if part is not getattr(node, name)}
        return replace(node, **changed) if changed else node


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))
