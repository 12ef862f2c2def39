"""An optional rewrite that changes no result: plain aggregates over the same rows are asked for in one place.

A database that pays for each pass over the rows and for each join then works them out in one of either. Three parts: of
the study, summaries of rows that are only picked out of other rows become summaries of those; of the plan, variables
that are made of such summaries alone become columns of their table's last step instead of steps of their own, and
tables of lists may be views.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from cohort.plan.joining import at_once, unreferred
from cohort.plan.model import Plan, PlanTable
from cohort.plan.reads import all_of
from cohort.query.rows import NamedRows, Rows, Where
from cohort.query.study import Definition, Study
from cohort.query.summaries import Covered, Outer, RowsOf, Summary
from cohort.query.values import And, Fact, Figure, IndexDate, Value, VariableValue, walk

TOGETHER = frozenset(
    ("any", "none", "count", "count_distinct", "total", "mean", "smallest", "largest", "share")
)
"""Functions that one pass over the rows can work out beside others: those that look at no order of rows."""
_ELSEWHERE = (Summary, Covered, Outer, Fact, Figure, IndexDate, VariableValue)
"""What a condition on a row needs more for than the row."""


def fuse_rows(study: Study) -> Study:
    """Ask the rows below instead of those that are picked out of them by what each row itself says.

    Done where the rows below are then asked for several summaries. Definitions that nothing names any more go.
    """
    picked = _picked(study.definitions)
    values = [*(v.value for v in study.variables), *(step.keep for step in study.population.steps)]
    below = Counter(
        picked[s.rows.name][0].name if s.rows.name in picked else s.rows.name for s in _fusable(values)
    )
    chosen = {name: found for name, found in picked.items() if below[found[0].name] > 1}
    if not chosen:
        return study
    changed = replace(
        study,
        variables=tuple(replace(v, value=_on_rows_below(v.value, chosen)) for v in study.variables),
        population=replace(
            study.population,
            steps=tuple(
                replace(step, keep=_on_rows_below(step.keep, chosen)) for step in study.population.steps
            ),
        ),
    )
    return _without_idle(changed, frozenset(chosen))


def fuse_steps(plan: Plan, _study: Study) -> Plan:
    """Make variables of which several ask the same rows columns of the last step of their table."""
    return replace(plan, tables=tuple(_fused(table) for table in plan.tables))


def show_lists(plan: Plan, _study: Study) -> Plan:
    """Let lists be views, however often they are read: where each table is a job of its own, short rows cost less."""
    lists = {name for _, name in plan.lists}
    return replace(
        plan, tables=tuple(replace(t, read_once=True) if t.name in lists else t for t in plan.tables)
    )


_Picked = tuple[RowsOf, tuple[Value, ...]]
"""Rows, and the conditions that others of their rows are picked out by."""


def _picked(definitions: Iterable[Definition]) -> dict[str, _Picked]:
    """Return of definitions of the spec that only leave rows out the rows that these are of, and the conditions."""
    found: dict[str, _Picked] = {}
    for definition in definitions:
        rows: Rows = definition.rows
        conditions: list[Value] = []
        while isinstance(rows, Where):
            conditions.append(rows.condition)
            rows = rows.rows
        alone = not any(isinstance(part, _ELSEWHERE) for value in conditions for part in walk(value))
        if definition.prepared or not conditions or not alone or not isinstance(rows, NamedRows):
            continue
        shape = rows.shape
        lowest, further = found.get(rows.name, (RowsOf(rows.name, shape.per_entry, shape.order), ()))
        found[definition.name] = lowest, (*further, *reversed(conditions))
    return found


def _fusable(values: Iterable[Value]) -> Iterator[Summary]:
    for value in values:
        for part in walk(value):
            if isinstance(part, Summary) and part.function in TOGETHER:
                yield part


def _on_rows_below(node: Any, picked: Mapping[str, _Picked]) -> Any:
    """Return a value in which summaries ask the rows below for what is true of the rows picked out of them."""
    if isinstance(node, tuple):
        return tuple(_on_rows_below(part, picked) for part in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    found = {field.name: getattr(node, field.name) for field in fields(node)}
    changed = {name: _on_rows_below(held, picked) for name, held in found.items()}
    if any(changed[name] is not held and changed[name] != held for name, held in found.items()):
        node = replace(node, **changed)
    if isinstance(node, Summary) and node.function in TOGETHER and node.rows.name in picked:
        rows, conditions = picked[node.rows.name]
        parts = (*conditions, *(() if node.condition is None else (node.condition,)))
        return replace(node, rows=rows, condition=parts[0] if len(parts) == 1 else And(parts))
    return node


def _without_idle(study: Study, names: frozenset[str]) -> Study:
    """Return a study without those definitions of some names that nothing refers to."""
    while True:
        others = [getattr(study, field.name) for field in fields(study) if field.name != "definitions"]
        read = Counter(read.name for part in others for read in all_of(part))
        for definition in study.definitions:
            read.update(definition.uses)
        kept = tuple(d for d in study.definitions if d.name not in names or read[d.name])
        if len(kept) == len(study.definitions):
            return study
        study = replace(study, definitions=kept)


def _fused(table: PlanTable) -> PlanTable:
    plain = {name: value for name, value in unreferred(table).items() if _is_plain(value)}
    asked = Counter(rows for value in plain.values() for rows in _rows_asked(value))
    moved = {
        name: value for name, value in plain.items() if any(asked[rows] > 1 for rows in _rows_asked(value))
    }
    return table if len(moved) < 2 else at_once(table, moved)


def _is_plain(value: Value) -> bool:
    """Whether all that a value takes from many rows can be worked out beside others."""
    many = [part for part in walk(value) if isinstance(part, Summary | Covered)]
    return bool(many) and all(isinstance(part, Summary) and part.function in TOGETHER for part in many)


def _rows_asked(value: Value) -> frozenset[str]:
    return frozenset(summary.rows.name for summary in _fusable((value,)))
