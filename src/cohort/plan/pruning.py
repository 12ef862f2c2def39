"""A rewrite that changes no result: columns that rows work out and nothing looks at are not worked out.

Preparation adds every column that a study may ask for, and some are costly. One is left out if its name stands nowhere
in the study, whatever it stands for there. Nor is it missed where ties are broken by all columns: it is worked out from
the other columns of its row, so it tells no two rows apart that they do not. That is not so for the parts of a union,
which keeps the common columns only, so these count as looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from cohort.query.rows import Add, NamedRows, Rows, Union
from cohort.query.shape import Shape
from cohort.query.study import Definition, Study
from cohort.query.summaries import RowsOf


def prune_columns(study: Study) -> Study:
    """Leave out added columns that nothing names, until there are none."""
    while True:
        named = frozenset(_named(study))
        if all(name in named for name in _added(study)):
            return study
        study = _without(study, named)


def _added(study: Study) -> Iterator[str]:
    for definition in study.definitions:
        for stage in definition.stages:
            if isinstance(stage.rows, Add):
                yield from (name for name, _ in stage.rows.added)


def _named(node: Any) -> Iterator[str]:
    """Yield every text that may be the name of a column, except where rows merely list the columns that they have."""
    match node:
        case str():
            yield node
        case tuple() | frozenset():
            for part in node:
                yield from _named(part)
        case Shape():
            yield from _named((node.key, node.unit, node.spell))
        case RowsOf():
            yield node.name
        case Definition():
            # The last operation holds all those before.
            yield from _named(node.rows)
        case Add():
            yield from _named(node.rows)
            for _, value in node.added:
                yield from _named(value)
        case Union():
            yield from _named(node.parts)
            yield from node.shape.names
        case _ if is_dataclass(node):
            for field in fields(node):
                yield from _named(getattr(node, field.name))
        case _:
            return


def _without(study: Study, named: frozenset[str]) -> Study:
    shapes: dict[str, Shape] = {}
    definitions = []
    for definition in study.definitions:
        stages = tuple(
            replace(stage, rows=_rebuilt(stage.rows, shapes, named)) for stage in definition.stages
        )
        definitions.append(replace(definition, stages=stages))
        shapes[definition.name] = definitions[-1].rows.shape
    others = {
        field.name: _rebuilt(getattr(study, field.name), shapes, named)
        for field in fields(study)
        if field.name not in ("definitions", "context")
    }
    return replace(study, definitions=tuple(definitions), **others)


def _rebuilt(node: Any, shapes: Mapping[str, Shape], named: frozenset[str]) -> Any:
    """Return a part of a study in which rows have the columns that they have now."""
    match node:
        case NamedRows():
            return NamedRows(node.name, shapes.get(node.name, node.shape))
        case RowsOf():
            known = shapes.get(node.name)
            listed = None if known is None else known.types
            order = tuple(name for name in node.order if listed is None or name in listed)
            return replace(node, order=order)
        case Add():
            below: Rows = _rebuilt(node.rows, shapes, named)
            added = tuple(
                (name, _rebuilt(value, shapes, named)) for name, value in node.added if name in named
            )
            return Add(below, added)
        case tuple():
            return tuple(_rebuilt(part, shapes, named) for part in node)
        case _ if is_dataclass(node) and not isinstance(node, type):
            found = {field.name: getattr(node, field.name) for field in fields(node)}
            changed = {name: _rebuilt(value, shapes, named) for name, value in found.items()}
            same = all(changed[name] is value or changed[name] == value for name, value in found.items())
            return node if same else replace(node, **changed)
        case _:
            return node
