"""Variables that are a column of other rows are joined to the entries at once, without a step of their own.

A step for each would join the entries to the rows, and then the entries to the step: twice as many joins for the
database, and twice as many lines for who reads them.
"""

from __future__ import annotations

from dataclasses import replace

from cohort.plan.model import Detail, EntryValues, JoinVariables, Plan, PlanTable, WorkOut
from cohort.query.study import Study
from cohort.query.values import Fact, VariableValue, walk


def join_facts(plan: Plan, _study: Study) -> Plan:
    """Make variables that are facts, and that no other step of their table needs, columns of its last step."""
    return replace(plan, tables=tuple(_joined(table) for table in plan.tables))


def _joined(table: PlanTable) -> PlanTable:
    last = table.steps[-1]
    if not isinstance(last.relation, JoinVariables):
        return table
    worked_out = {step.name: step.relation for step in table.steps if isinstance(step.relation, WorkOut)}
    referred = {
        part.name
        for relation in worked_out.values()
        for part in walk(relation.value)
        if isinstance(part, VariableValue)
    }
    facts = {
        name: relation.value
        for name, relation in worked_out.items()
        if isinstance(relation.value, Fact) and name not in referred
    }
    if not facts:
        return table
    # Whether a variable is one of the person shows in the table that it leads to.
    values = tuple(
        (name, facts[name] if name in facts else VariableValue(name, type_, of_person=True))
        for name, type_ in last.relation.variables
    )
    details = tuple(
        Detail(step.name, step.words, step.why, step.origin) for step in table.steps if step.name in facts
    )
    steps = tuple(step for step in table.steps[:-1] if step.name not in facts)
    relation = EntryValues(table.frame, values)
    return replace(table, steps=(*steps, replace(last, relation=relation, details=details)))
