"""Rules of study design: faults that no syntax shows. Each is a warning that a spec may accept with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import combinations

from cohort.diagnostics import Diagnostics
from cohort.query.rows import KeepOne, Where, walk_rows
from cohort.query.study import CountOutput, Definition, Study
from cohort.query.values import (
    Column,
    Compare,
    During,
    Fact,
    IndexDate,
    InSet,
    IsMissing,
    Not,
    ShiftDate,
    Value,
    VariableValue,
    walk,
)
from cohort.resolve.categories import Knowledge, shift_months
from cohort.resolve.outputs import base_of
from cohort.source import Place
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Spec


def check_design(study: Study, spec: Spec, policies: tuple[str, ...], diagnostics: Diagnostics) -> None:
    """Report design faults of a study that resolved. ``policies`` are the names of known disclosure policies."""
    found = Diagnostics()
    for check in (_steps_look_ahead, _look_back, _outcomes_past_the_data, _missing_dropped, _unused):
        check(study, spec, found)
    _disclosure(study, spec, policies, found)
    _accept(spec, found, diagnostics)


def _accept(spec: Spec, found: Diagnostics, diagnostics: Diagnostics) -> None:
    """Pass on all but accepted warnings; an acceptance of nothing is itself a mistake."""
    accepted = {(a.rule.text, a.at.text): a for a in spec.accept}
    met: set[tuple[str, str]] = set()
    for item in found:
        key = (item.rule.code, item.at)
        if key in accepted and item.rule.severity == "warning":
            met.add(key)
            continue
        diagnostics.add(item.rule.code, item.place, at=item.at, suggestion=item.suggestion, **dict(item.data))
    for key, acceptance in accepted.items():
        if key not in met:
            name = f"{key[0]} at {key[1]}"
            diagnostics.add("NAM112", acceptance.rule.place, at=f"accept.{key[0]}", name=name)


# What depends on the future -------------------------------------------------------------------------------


def _ahead_of_index(definition: Definition) -> bool:
    """Whether a definition asks for rows after the index date."""
    return any(_asks_after_index(part) for condition in _conditions(definition) for part in walk(condition))


def _asks_after_index(value: Value) -> bool:
    match value:
        case Compare(op, Column(), right) if op in (">", ">="):
            return isinstance(right, IndexDate) or (isinstance(right, ShiftDate) and right.amount > 0)
        case Compare(op, left, Column()) if op in ("<", "<="):
            return isinstance(left, IndexDate)
        case During(_, _, end):
            return isinstance(end, ShiftDate) and isinstance(end.date, IndexDate) and end.amount > 0
        case _:
            return False


def _conditions(definition: Definition) -> Iterator[Value]:
    for node in walk_rows(definition.rows):
        if isinstance(node, Where):
            yield node.condition


def _facts(value: Value, study: Study) -> set[str]:
    """Names of the definitions that a value rests on, through variables and other definitions."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        for part in walk(waiting.pop()):
            if isinstance(part, VariableValue):
                waiting.append(study.variable[part.name].value)
            elif isinstance(part, Fact) and part.rows not in found:
                found.add(part.rows)
                names = [part.rows]
                while names:
                    definition = study.by_name.get(names.pop())
                    for name in definition.uses if definition else ():
                        if name not in found:
                            found.add(name)
                            names.append(name)
    return found


def _steps_look_ahead(study: Study, spec: Spec, found: Diagnostics) -> None:
    for step, written in zip(study.population.steps, spec.population.steps, strict=True):
        if any(_ahead_of_index(study.by_name[name]) for name in _facts(step.keep, study)):
            found.add("TIM701", written.id.place, at=f"population.{step.id}", step=step.id)


def _look_back(study: Study, spec: Spec, found: Diagnostics) -> None:
    """The first row ever, in data that begin when the entries begin, may not be the first."""
    conditions = [step.keep for step in study.population.steps]
    knowledge = _knowledge(study)
    first_entry = knowledge.narrowing(conditions).first_day.get(IndexDate(), study.data_from)
    if first_entry >= shift_months(study.data_from, 12):
        return
    places = {written.name.text: written.name.place for written in spec.definitions}
    for name in _facts(study.population.index_date, study):
        definition = study.by_name[name]
        rows = definition.rows
        if definition.prepared or not isinstance(rows, KeepOne) or rows.last:
            continue
        found.add(
            "TIM703",
            places.get(name),
            at=f"definitions.{name}",
            name=name,
            data_from=study.data_from,
            entries_from=first_entry,
        )


def _knowledge(study: Study) -> Knowledge:
    values = {variable.name: variable.value for variable in study.variables}
    return Knowledge(values, study.population.index_date, {}, study.data_from, study.data_until)


def _outcomes_past_the_data(study: Study, spec: Spec, found: Diagnostics) -> None:
    """A table that counts what happens within some time must count only those whose data reach that far."""
    knowledge = _knowledge(study)
    places = {output.name.text: output.name.place for output in spec.outputs}
    for output in study.outputs:
        if not isinstance(output, CountOutput):
            continue
        conditions = [step.keep for step in study.population.steps]
        conditions += [] if output.among is None else [output.among]
        last = knowledge.narrowing(conditions).last_day.get(IndexDate(), study.data_until)
        for variable in output.by:
            ahead = _furthest(study, study.variable[variable].value)
            if ahead is None or _shifted(last, ahead) <= study.data_until:
                continue
            amount = f"{ahead.amount} {ahead.unit}{'s' if ahead.amount != 1 else ''}"
            name = output.id if output.id in places else output.id.partition("_by_")[0]
            found.add(
                "TIM702",
                places.get(name),
                at=f"outputs.{name}",
                variable=variable,
                ahead=amount,
                output=name,
            )


def _furthest(study: Study, value: Value) -> ShiftDate | None:
    """The longest time after the index date that a value's definitions ask for."""
    shifts = [
        part
        for name in _facts(value, study)
        for condition in _conditions(study.by_name[name])
        for inner in walk(condition)
        for part in (inner.end if isinstance(inner, During) else inner,)
        if isinstance(part, ShiftDate) and isinstance(part.date, IndexDate) and part.amount > 0
    ]
    base = datetime.date(2001, 1, 1)
    return max(shifts, key=lambda shift: _shifted(base, shift), default=None)


def _shifted(date: datetime.date, shift: ShiftDate) -> datetime.date:
    months = {"month": 1, "year": 12}.get(shift.unit)
    if months is not None:
        return shift_months(date, shift.amount * months)
    return date + datetime.timedelta(days=shift.amount * {"day": 1, "week": 7}[shift.unit])


# What is lost or not needed -------------------------------------------------------------------------------


def _missing_dropped(study: Study, spec: Spec, found: Diagnostics) -> None:
    """``!=`` and ``not`` leave out rows with missing values, which readers seldom mean."""
    written = {d.name.text: d for d in spec.definitions}
    for definition in study.definitions:
        if definition.prepared:
            continue
        wheres = [
            op.value for op in written[definition.name].operations if op.key.text == "where" and op.value
        ]
        stages = [stage.rows for stage in definition.stages if isinstance(stage.rows, Where)]
        for node, rows in zip(wheres, stages, strict=True):
            _drop_report(rows.condition, node, f"definitions.{definition.name}", found)
    for step, step_written in zip(study.population.steps, spec.population.steps, strict=True):
        _drop_report(step.keep, step_written.keep, f"population.{step.id}", found)


def _drop_report(condition: Value, node: ScalarNode, at: str, found: Diagnostics) -> None:
    tested = {part.part for part in walk(condition) if isinstance(part, IsMissing)}
    for part in walk(condition):
        match part:
            case Compare("!=", left, _):
                subject: Value = left
            case Not(InSet(inner)) | Not(Compare(_, inner, _)):
                subject = inner
            case _:
                continue
        if subject in tested or not isinstance(subject, Column | Fact):
            continue
        name = subject.name if isinstance(subject, Column) else f"{subject.rows}.{subject.column}"
        found.add("TYP210", _place_in(node, name), at=at, name=name)


def _place_in(node: ScalarNode, name: str) -> Place:
    start = node.raw.find(name)
    if start < 0:
        return node.place
    span = type(node.place.span)(node.raw_offset + start, node.raw_offset + start + len(name))
    return Place(node.place.source, span)


def _unused(study: Study, spec: Spec, found: Diagnostics) -> None:
    tops = [study.population.index_date, *(step.keep for step in study.population.steps)]
    tops += [variable.value for variable in study.variables]
    used_rows = {study.population.start}
    used_variables = {name for o in study.outputs if isinstance(o, CountOutput) for name in o.by}
    tops += [o.among for o in study.outputs if isinstance(o, CountOutput) and o.among is not None]
    for top in tops:
        used_rows |= _facts(top, study)
        used_variables |= {part.name for part in walk(top) if isinstance(part, VariableValue)}
    for name in list(used_rows):
        waiting = [name]
        while waiting:
            definition = study.by_name.get(waiting.pop())
            for other in definition.uses if definition else ():
                if other not in used_rows:
                    used_rows.add(other)
                    waiting.append(other)
    for source, _ in spec.sources:
        if source.text not in used_rows:
            found.add("GOV801", source.place, at=f"sources.{source.text}", name=source.text)
    for written in spec.definitions:
        if written.name.text not in used_rows:
            at = f"definitions.{written.name.text}"
            found.add("GOV802", written.name.place, at=at, name=written.name.text)
    for variable in spec.variables:
        if variable.name.text not in used_variables:
            found.add(
                "GOV802", variable.name.place, at=f"variables.{variable.name.text}", name=variable.name.text
            )


# What cannot be protected ---------------------------------------------------------------------------------


def _disclosure(study: Study, spec: Spec, policies: tuple[str, ...], found: Diagnostics) -> None:
    if study.policy not in policies:
        place = spec.disclosure.place
        found.add("DIS901", place, at="disclosure", name=study.policy, policies=", ".join(policies))
    places = {output.name.text: output.name.place for output in spec.outputs}
    counts = [output for output in study.outputs if isinstance(output, CountOutput)]
    for first, second in combinations(counts, 2):
        nested = first.conditions <= second.conditions or second.conditions <= first.conditions
        if not nested:
            found.add(
                "DIS902", places.get(second.id), at=f"outputs.{second.id}", first=first.id, second=second.id
            )
    values = {variable.name: variable.value for variable in study.variables}
    grouped = dict.fromkeys(name for output in counts for name in output.by)
    for one, other in combinations(grouped, 2):
        if base_of(values[one], values) == base_of(values[other], values):
            place = next(v.name.place for v in spec.variables if v.name.text == other)
            found.add("DIS903", place, at=f"variables.{other}", first=one, second=other)
