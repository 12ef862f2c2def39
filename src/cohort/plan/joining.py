"""Variables that are a column of other rows are joined to the entries at once, without a step of their own.

A step for each would join the entries to the rows, and then the entries to the step: twice as many joins for the
database, and twice as many lines for who reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cohort.plan.model import Detail, EntryValues, JoinVariables, Plan, PlanTable, WorkOut
from cohort.query.study import Study
from cohort.query.values import Fact, Value, VariableValue, walk


def join_facts(plan: Plan, _study: Study) -> Plan:
    """Make variables that are facts, and that no other step of their table needs, columns of its last step."""
    return replace(plan, tables=tuple(_joined(table) for table in plan.tables))


def _joined(table: PlanTable) -> PlanTable:
    return at_once(
        table, {name: value for name, value in unreferred(table).items() if isinstance(value, Fact)}
    )


def unreferred(table: PlanTable) -> dict[str, Value]:
    """Return the values of the variables of a table that no other step of it needs, if its last step joins them."""
    if not isinstance(table.steps[-1].relation, JoinVariables):
        return {}
    worked_out = {s.name: s.relation.value for s in table.steps if isinstance(s.relation, WorkOut)}
    # A step of the table can only refer to what is a step before it.
    referred = {
        part.name for value in worked_out.values() for part in walk(value) if isinstance(part, VariableValue)
    }
    return {name: value for name, value in worked_out.items() if name not in referred}


def at_once(table: PlanTable, moved: Mapping[str, Value]) -> PlanTable:
    """Return a table that works out some of its variables in its last step, without a step of their own."""
    last = table.steps[-1]
    if not moved or not isinstance(last.relation, JoinVariables):
        return table
    # Whether a variable is one of the person shows in the table that it leads to.
    values = tuple(
        (name, moved[name] if name in moved else VariableValue(name, type_, of_person=True))
        for name, type_ in last.relation.variables
    )
    details = tuple(
        Detail(step.name, step.words, step.why, step.origin) for step in table.steps if step.name in moved
    )
    steps = tuple(step for step in table.steps[:-1] if step.name not in moved)
    relation = EntryValues(table.frame, values)
    return replace(table, steps=(*steps, replace(last, relation=relation, details=details)))
