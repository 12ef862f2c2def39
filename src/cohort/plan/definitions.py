"""Tables of named rows: each operation is a step of its own that refers to the one before by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cohort.plan.model import PlanStep, PlanTable
from cohort.query.rows import (
    Add,
    AsUnit,
    KeepOne,
    LinkUnit,
    NamedRows,
    OnePer,
    Rename,
    Rows,
    Shape,
    Where,
    inputs,
    with_input,
)
from cohort.query.study import ContextTable, Definition, NamedStep
from cohort.types import Kind


def context_table(context: ContextTable) -> PlanTable:
    """Return the table of figures that the study brings. It has no unit, and is spread by its first column."""
    words = f"figures of {context.source}, {context.licence}"
    step = PlanStep(context.name, words, context.why, context.origin, context.rows)
    columns = context.rows.columns
    return PlanTable(context.name, columns, columns[0][0], (step,))


def early_tables(definition: Definition) -> list[PlanTable]:
    """Return the tables of what does not depend on any entry: all of the rows of units, the beginning of others.

    Each step of a preparation that can leave rows out is a table, so that they are counted; the operations of the
    spec's own definitions are steps of one table.
    """
    tables: list[PlanTable] = []
    steps: list[PlanStep] = []
    previous: tuple[str, Rows] | None = None
    parts = _parts(definition)
    for place, part in enumerate(parts):
        later = parts[place + 1 :]
        steps.append(replace(_step(definition, part.number, part.stage, previous), name=part.name))
        previous = (part.name, part.becomes)
        # The first stage only gives what is held its logical names: a table of it would be a copy.
        if not later or (definition.prepared and part.number > 1 and _is_counted(part, later)):
            shape = part.becomes.shape
            steps[-1] = _told(steps)
            tables.append(PlanTable(part.name, shape.columns, spread_by(shape), tuple(steps)))
            steps = []
    return tables


@dataclass(frozen=True)
class _Part:
    """A step of a definition under its number and name, and the rows that come of it."""

    number: int
    name: str
    stage: NamedStep
    becomes: Rows


def _parts(definition: Definition) -> list[_Part]:
    """Return the early steps of a definition. Which column is the unit is said of rows that there are already."""
    stages = definition.stages[: _early_stages(definition)]
    parts: list[_Part] = []
    for number, stage in enumerate(stages, start=1):
        name = step_name(definition, number, stage)
        if parts and isinstance(stage.rows, AsUnit):
            name = name if number == len(stages) else parts[-1].name
            parts[-1] = replace(parts[-1], name=name, becomes=stage.rows)
        else:
            parts.append(_Part(number, name, stage, stage.rows))
    return parts


def _is_counted(part: _Part, later: list[_Part]) -> bool:
    """Whether rows are to be counted before later steps: some were left out, or their keys are about to be linked."""
    changes = not _keeps_all(part.stage.rows) or isinstance(later[0].stage.rows, LinkUnit)
    return changes and not all(_keeps_all(other.stage.rows) for other in later)


def late_table(definition: Definition, name: str, reads: Mapping[str, str], frame: str) -> PlanTable:
    """Return the table of rows of entries, worked out for a frame under a name; its early part is a table already."""
    steps: list[PlanStep] = []
    previous: tuple[str, Rows] | None = None
    for number, stage in enumerate(definition.stages, start=1):
        if number > _early_stages(definition) and not (previous is None and _is_name(stage)):
            steps.append(_step(definition, number, stage, previous))
        if not _is_name(stage):
            previous = (step_name(definition, number, stage), stage.rows)
    shape = definition.rows.shape
    unit = spread_by(shape)
    return PlanTable(name, shape.columns, unit, tuple(steps), tuple(reads.items()), frame)


def spread_by(shape: Shape) -> str:
    """Return the unit, or before it is known a key: other columns have few and uneven values and load one server."""
    keys = (name for name, type_ in shape.columns if type_.kind is Kind.KEY)
    return shape.unit or next(keys, shape.names[0])


def _told(steps: list[PlanStep]) -> PlanStep:
    """Return the last of some steps; if it keeps all rows, it first says which rows those are."""
    last = steps[-1]
    if not isinstance(last.relation, Add | Rename):
        return last
    chosen = [s.words for s in steps if isinstance(s.relation, Where | KeepOne | OnePer | LinkUnit)]
    if not chosen:
        return last
    return replace(last, words=f"{chosen[-1].rstrip('.')}. {last.words[:1].upper()}{last.words[1:]}")


def _keeps_all(rows: Rows) -> bool:
    """Whether an operation has a row for each row that it reads: a table of its own would be a copy."""
    return isinstance(rows, Add | Rename | AsUnit)


def _early_stages(definition: Definition) -> int:
    """How many of the first operations are worked out once, whatever the entries are."""
    if not definition.per_entry:
        return len(definition.stages)
    early = [stage for stage in definition.stages if not stage.rows.shape.per_entry]
    # Rows that are only named so far need no table.
    return 0 if all(_is_name(stage) for stage in early) else len(early)


def _is_name(stage: NamedStep) -> bool:
    return isinstance(stage.rows, NamedRows)


def step_name(definition: Definition, number: int, stage: NamedStep) -> str:
    """Return the name of a definition's step: that of the definition for the last, else with number and operation."""
    return definition.name if number == len(definition.stages) else f"{definition.name}_{number}_{stage.id}"


def _step(
    definition: Definition, number: int, stage: NamedStep, previous: tuple[str, Rows] | None
) -> PlanStep:
    rows = stage.rows if previous is None else _on_top(stage.rows, *previous)
    ends = number == len(definition.stages) and not definition.prepared
    return PlanStep(
        step_name(definition, number, stage), stage.why, definition.note if ends else "", stage.origin, rows
    )


def _on_top(rows: Rows, name: str, below: Rows) -> Rows:
    """Return operations whose input, the rows of the step before, is replaced by that step's name."""
    if rows == below:
        return NamedRows(name, below.shape)
    if not inputs(rows):
        raise ValueError(f"{name} is not what the next operation works on")
    return with_input(rows, _on_top(inputs(rows)[0], name, below))
