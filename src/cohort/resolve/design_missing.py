"""Design rule about missing values that are silently left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cohort.query.rows import (
    Add,
    CloseSpells,
    JoinSpells,
    KeepOne,
    LinkUnit,
    NamedRows,
    OfRelated,
    Rename,
    Rows,
    TableRows,
    Union,
    Where,
    inputs,
)
from cohort.query.study import AttritionOutput, Study
from cohort.query.values import (
    And,
    Choose,
    Column,
    Compare,
    Covered,
    Fact,
    IndexDate,
    IsMissing,
    Literal,
    Not,
    Or,
    Outer,
    Summary,
    Value,
    VariableValue,
    children,
    walk,
)
from cohort.resolve.design_parts import Design, place_in
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Variable

NEVER_MISSING = ("any", "none", "count", "count_distinct", "total")


# Missing values -------------------------------------------------------------------------------------------


def missing_dropped(design: Design) -> None:
    """``!=`` and ``not`` leave out rows with missing values, which readers seldom mean (TYP210)."""
    study, spec = design.study, design.spec
    written = {d.name.text: d for d in spec.definitions}
    for definition in study.definitions:
        if definition.prepared or definition.name not in written:
            continue
        asked = [
            op.value for op in written[definition.name].operations if op.key.text == "where" and op.value
        ]
        kept = [stage.rows for stage in definition.stages if isinstance(stage.rows, Where)]
        at = f"definitions.{definition.name}"
        for node, rows in zip(asked, kept, strict=True):
            _report(design, rows.condition, [node], at, rows.rows)
        added = [
            node
            for op in written[definition.name].operations
            if op.key.text == "add"
            for _, node in op.values
        ]
        for value in (v for s in definition.stages if isinstance(s.rows, Add) for _, v in s.rows.added):
            _report_summaries(design, value, added, at)
    settled: set[Value] = set()
    sections = [("population", study.population.steps, spec.population.steps)]
    if study.peers is not None and spec.peers is not None:
        sections.append(("peers", study.peers.steps, spec.peers.steps))
    for section, steps, nodes in sections:
        for step, step_written in zip(steps, nodes, strict=True):
            _report(design, step.keep, [step_written.keep], f"{section}.{step.id}", None, settled)
            settled |= _tested(step.keep) if section == "population" else set()
    for variable in spec.variables:
        value = study.variable[variable.name.text].value
        _report_summaries(design, value, _nodes(variable), f"variables.{variable.name.text}")
    # Tables of one output have the same `among`.
    among = {design.output_of(o.id): o.among for o in study.outputs if not isinstance(o, AttritionOutput)}
    for output in spec.outputs:
        value_of_output = among.get(output.name.text)
        if output.among is not None and value_of_output is not None:
            at = f"outputs.{output.name.text}"
            _report(design, value_of_output, [output.among], at, None, settled)


def _nodes(variable: Variable) -> list[ScalarNode]:
    nodes = [variable.value, *(choice.when for choice in variable.choose)]
    return [node for node in nodes if node is not None]


def _report(
    design: Design,
    condition: Value,
    nodes: list[ScalarNode],
    at: str,
    rows: Rows | None,
    settled: Iterable[Value] = (),
) -> None:
    """Report a condition that decides who or what stays, and the conditions of summaries in it."""
    tested = _tested(condition) | set(settled)
    for leaf in _left_out(condition):
        if leaf in tested or not _can_be_missing(leaf, rows, design.study):
            continue
        name = _name(leaf)
        node = next((node for node in nodes if name in node.raw), nodes[0])
        design.add("TYP210", at, place_in(node, name), name=name)
    _report_summaries(design, condition, nodes, at)


def _report_summaries(design: Design, value: Value, nodes: list[ScalarNode], at: str) -> None:
    for part in walk(value):
        if isinstance(part, Summary) and part.condition is not None:
            inner = part.condition
            rows = design.study.by_name[part.rows.name].rows
            tested = _tested(inner)
            for leaf in _left_out(inner):
                if leaf not in tested and _can_be_missing(leaf, rows, design.study):
                    name = _name(leaf)
                    node = next((node for node in nodes if name in node.raw), nodes[0])
                    design.add("TYP210", at, place_in(node, name), name=name)


def _left_out(condition: Value) -> Iterator[Value]:
    """Yield for each negation in a condition the first value whose missing makes it miss."""
    match condition:
        case And() | Or():
            for part in condition.parts:
                yield from _left_out(part)
        case Compare("!=", left, right):
            yield from [*_leaves(left), *_leaves(right)][:1]
        case Not(IsMissing()):
            return
        case Not(part):
            yield from list(_leaves(part))[:1]
        case _:
            return


def _leaves(value: Value) -> Iterator[Value]:
    """Yield the columns, facts and variables in a value whose missing makes it miss."""
    match value:
        case Column() | Fact() | VariableValue():
            yield value
        case IsMissing() | Summary() | Covered() | Choose() | Outer():
            return
        case _:
            for part in children(value):
                yield from _leaves(part)


def _tested(condition: Value) -> set[Value]:
    parts = (part.part for part in walk(condition) if isinstance(part, IsMissing))
    return {leaf for part in parts for leaf in _leaves(part)}


def _name(leaf: Value) -> str:
    match leaf:
        case Fact():
            return f"{leaf.rows}.{leaf.column}"
        case Column() | VariableValue():
            return leaf.name
        case _:
            raise AssertionError(leaf)


def _can_be_missing(value: Value, rows: Rows | None, study: Study) -> bool:
    """Whether a value can be missing; ``rows`` are those whose columns it sees."""
    match value:
        case Column(name):
            return rows is None or _column_can_be_missing(rows, name, study)
        case VariableValue(name):
            return _can_be_missing(study.variable[name].value, None, study)
        case Literal():
            return value.value is None
        case IsMissing() | IndexDate() | Choose():
            return False
        case Summary():
            return value.function not in NEVER_MISSING
        case Fact() | Outer():
            return True
        case _ if children(value):
            return any(_can_be_missing(part, rows, study) for part in children(value))
        case _:
            return True


def _column_can_be_missing(rows: Rows, column: str, study: Study) -> bool:
    while True:
        match rows:
            case Add() if column in dict(rows.added):
                return _can_be_missing(dict(rows.added)[column], rows.rows, study)
            case JoinSpells(start=start) if column != start:
                if column not in rows.per:
                    return False
                rows = rows.rows
            case JoinSpells():
                return False
            case KeepOne(order=order) | CloseSpells(start=order) if column == order:
                return False
            case NamedRows(name) if name in study.by_name:
                rows = study.by_name[name].rows
            case Rename():
                column = {new: old for old, new in rows.renamed}.get(column, column)
                rows = rows.rows
            case TableRows() | Union() | OfRelated() | LinkUnit():
                return True
            case _ if len(inputs(rows)) == 1 and column in inputs(rows)[0].shape.types:
                rows = inputs(rows)[0]
            case _:
                return True
