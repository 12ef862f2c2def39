"""The trees of a spec as text: what the YAML, the spec, the types and the plan were understood to be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, assert_never

from cohort.query.rows import Shape
from cohort.query.study import Study
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.types import Grain, Kind, ValueType

if TYPE_CHECKING:
    from cohort.pipeline import Checked
    from cohort.plan.model import Plan, PlanStep

_STEP = "  "
_WIDTH = 28


def show(checked: Checked, tree: str) -> str:
    """Return a tree of a sound spec: ``nodes``, ``spec``, ``types`` or ``plan``."""
    return "".join(f"{line.rstrip()}\n" for line in TREES[tree](checked))


def _nodes(checked: Checked) -> Iterator[str]:
    """Each key and each item with the line and the column at which it begins."""
    assert checked.nodes is not None
    yield from _of_node(checked.nodes, "")


def _of_node(node: Node, indent: str) -> Iterator[str]:
    match node:
        case MapNode():
            for key, value in node:
                yield f"{_place(key)}{indent}{key.text}:{_text(value)}"
                yield from _of_node(value, indent + _STEP)
        case ListNode():
            for item in node.items:
                yield f"{_place(item)}{indent}-{_text(item)}"
                yield from _of_node(item, indent + _STEP)
        case ScalarNode():
            return
        case _:
            assert_never(node)


def _place(node: Node) -> str:
    position = node.place.position
    return f"{position.line}:{position.column}".ljust(9)


def _text(node: Node) -> str:
    """Return a text on one line; line breaks and quotes are written as in JSON."""
    if not isinstance(node, ScalarNode):
        return ""
    whole = "\n" not in node.text and node.text
    return f" {node.text if whole else json.dumps(node.text, ensure_ascii=False)}"


def _spec(checked: Checked) -> Iterator[str]:
    """The sections as they were read; parts that are not given are left out."""
    yield from _of_part(checked.spec, "")


def _of_part(part: object, indent: str) -> Iterator[str]:
    fields = getattr(type(part), "model_fields", {})
    for name in fields:
        value = getattr(part, name)
        if value is None or value == ():
            continue
        if isinstance(value, tuple):
            yield f"{indent}{name}:"
            for item in value:
                yield from _of_item(item, indent + _STEP)
        else:
            yield f"{indent}{name}:{_text(value) if isinstance(value, ScalarNode) else _word(value)}"
            yield from _of_part(value, indent + _STEP)


def _word(value: object) -> str:
    return f" {value}" if isinstance(value, str) else ""


def _of_item(item: object, indent: str) -> Iterator[str]:
    if isinstance(item, ScalarNode):
        yield f"{indent}-{_text(item)}"
    elif isinstance(item, tuple):
        yield f"{indent}- {':'.join(_text(part) if isinstance(part, ScalarNode) else '' for part in item).strip()}"
    else:
        inside = list(_of_part(item, indent + _STEP))
        yield f"{indent}- {inside[0].strip()}" if inside else f"{indent}-"
        yield from inside[1:]


def _types(checked: Checked) -> Iterator[str]:
    """Each name with its type, and for what it has one value or one row."""
    study = checked.study
    assert study is not None
    for title, prepared in (("sources", True), ("definitions", False)):
        yield f"{title}:"
        for definition in study.definitions:
            if definition.prepared is prepared:
                shape = definition.rows.shape
                yield f"{_STEP}{definition.name}: {_rows(shape, study)}"
                yield from (f"{_STEP * 2}{name.ljust(_WIDTH)} {_type(kind)}" for name, kind in shape.columns)
    if study.context:
        yield "context:"
    for table in study.context:
        yield f"{_STEP}{table.name}: one row for {' and '.join(table.rows.key) or 'the study'}"
        yield from (f"{_STEP * 2}{name.ljust(_WIDTH)} {_type(kind)}" for name, kind in table.rows.columns)
    yield "variables:"
    for variable in study.variables:
        grain = _each(variable.value.grain, study)
        yield f"{_STEP}{variable.name.ljust(_WIDTH)} {_type(variable.type)}; one value for {grain}"
    if study.splits:
        yield "person_time:"
    for split in study.splits:
        values = ", ".join(category.value for category in split.categories)
        yield f"{_STEP}{split.name.ljust(_WIDTH)} one of {values}; one value for {Grain.PERSON_TIME}"


def _rows(shape: Shape, study: Study) -> str:
    if shape.grain in (Grain.PERSON, Grain.ENTRY):
        return f"one row for {_each(shape.grain, study)}"
    kind = "spells" if shape.spell is not None else "rows"
    if shape.unit is None:
        return f"{kind} of no unit"
    return f"{kind} of each entry" if shape.per_entry else f"{kind} of each {study.unit}"


def _each(grain: Grain, study: Study) -> str:
    """Return the words of a grain; persons are called by the unit of the study."""
    return f"each {study.unit}" if grain is Grain.PERSON else str(grain)


def _type(kind: ValueType) -> str:
    if kind.values:
        return f"{kind.human}: one of {', '.join(kind.values)}"
    listed = f" (codes of {kind.code_list})" if kind.code_list else ""
    long = " of 64 bits" if kind.kind is Kind.WHOLE and kind.bits == 64 else ""
    return f"{kind.human}{listed}{long}"


def _plan(checked: Checked) -> Iterator[str]:
    """The tables in order, each with its steps, and then what is added to the results."""
    from cohort.plan.build import build_plan

    assert checked.study is not None
    plan: Plan = build_plan(checked.study)
    for number, table in enumerate(plan.tables, start=1):
        yield f"{number}. table {table.name} ({', '.join(name for name, _ in table.columns)})"
        for step in table.steps:
            yield from _of_step(step)
    for number, result in enumerate(plan.results, start=len(plan.tables) + 1):
        yield f"{number}. results"
        yield from _of_step(result.step)


def _of_step(step: PlanStep) -> Iterator[str]:
    yield f"{_STEP}{step.name} [{type(step.relation).__name__}] {step.origin}"
    for words in (step.words, step.why, *(f"{part.name}: {part.words}" for part in step.details)):
        if words:
            yield f"{_STEP * 2}{' '.join(words.split())}"


TREES: dict[str, Callable[[Checked], Iterator[str]]] = {
    "nodes": _nodes,
    "spec": _spec,
    "types": _types,
    "plan": _plan,
}
"""The trees that can be shown."""
