"""A rewrite that changes no result: values that several variables share are worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from cohort.plan.frames import OF_CANDIDATES, OF_MEMBERS, POPULATION
from cohort.query.calls import Lookup, StartsWith
from cohort.query.study import FollowUp, Peers, Study, Variable
from cohort.query.summaries import Covered, Summary
from cohort.query.values import (
    InSet,
    Value,
    VariableValue,
    children,
)
from cohort.types import Grain

_FRAMES = (POPULATION, OF_CANDIDATES, OF_MEMBERS)
LONG = 50
"""From how many members on a list is worth being looked through only once."""

_Held = TypeVar("_Held")


def share_values(study: Study) -> Study:
    """Give costly values that stand in several places a variable of their own, so that each is worked out once.

    Costly are summaries, covered days and long lists. The index date is left alone: it comes before all variables.
    """
    counts: Counter[Value] = Counter()
    for value in _entry_values(study):
        for found in _costly(value, counts):
            counts[found] += 1
    names = _free_names(study)
    origin = study.population.origin
    shared: dict[Value, Variable] = {
        value: Variable(next(names), "used by several variables or steps", value, (), origin)
        for value, number in counts.items()
        if number > 1
    }
    if not shared:
        return study
    references = {
        value: VariableValue(v.name, v.type, value.grain in (Grain.CONSTANT, Grain.PERSON))
        for value, v in shared.items()
    }

    def exchange(value: Value) -> Value:
        return _exchanged(value, references)

    # What is inside a shared value and shared itself is referred to there as well.
    further = tuple(replace(v, value=_inside(v.value, references)) for v in shared.values())
    variables = tuple(replace(v, value=exchange(v.value)) for v in study.variables)
    steps = tuple(replace(step, keep=exchange(step.keep)) for step in study.population.steps)
    return replace(
        study,
        variables=(*variables, *further),
        population=replace(study.population, steps=steps),
        peers=None if study.peers is None else _of_peers(study.peers, exchange),
        follow_up=None if study.follow_up is None else _of_follow_up(study.follow_up, exchange),
    )


def _entry_values(study: Study) -> Iterator[Value]:
    """Yield the values that are worked out for entries, as far as variables can be exchanged in them."""
    yield from (variable.value for variable in study.variables)
    yield from (step.keep for step in study.population.steps)
    if study.peers is not None:
        yield from (step.keep for step in study.peers.steps)
        yield from (value for _, value in study.peers.exact)
        if study.peers.nearest is not None:
            yield study.peers.nearest.value
    if study.follow_up is not None:
        yield study.follow_up.start
        yield from (end.date for end in study.follow_up.ends)


def _of_peers(peers: Peers, exchange: Callable[[Value], Value]) -> Peers:
    nearest = peers.nearest
    return replace(
        peers,
        steps=tuple(replace(step, keep=exchange(step.keep)) for step in peers.steps),
        exact=tuple((name, exchange(value)) for name, value in peers.exact),
        nearest=None if nearest is None else replace(nearest, value=exchange(nearest.value)),
    )


def _of_follow_up(follow_up: FollowUp, exchange: Callable[[Value], Value]) -> FollowUp:
    ends = tuple(replace(end, date=exchange(end.date)) for end in follow_up.ends)
    return replace(follow_up, start=exchange(follow_up.start), ends=ends)


def _costly(value: Value, known: Counter[Value]) -> Iterator[Value]:
    """Yield costly values, outermost first. Inside one that was met before, nothing is new."""
    if _is_costly(value):
        yield value
        if known[value] > 1:
            return
    if not isinstance(value, Summary | Covered):
        for child in children(value):
            yield from _costly(child, known)


def _is_costly(value: Value) -> bool:
    match value:
        case Summary() | Covered():
            return True
        case InSet():
            return len(value.members) >= LONG
        case StartsWith():
            return len(value.prefixes) >= LONG
        case Lookup():
            return len(value.pairs) >= LONG
        case _:
            return False


def _exchanged(value: Value, references: dict[Value, VariableValue]) -> Value:
    if _is_costly(value) and value in references:
        return references[value]
    return _inside(value, references)


def _inside(value: Value, references: dict[Value, VariableValue]) -> Value:
    """Exchange what is inside a value; inside summaries other rows are at hand, so they stay whole."""
    if isinstance(value, Summary | Covered) or not children(value):
        return value
    return _rebuilt(value, lambda child: _exchanged(child, references))


def _rebuilt(value: _Held, change: Callable[[Value], Value]) -> _Held:
    """Return a value with changed children, whatever its fields are called."""

    def changed(held: Any) -> Any:
        if isinstance(held, tuple):
            return tuple(changed(part) for part in held)
        return change(held) if hasattr(held, "grain") else held

    values: Any = value
    # The checker does not know that a copy of a dataclass is of the same class.
    return replace(values, **{f.name: changed(getattr(values, f.name)) for f in fields(values)})  # type: ignore[no-any-return]


def _free_names(study: Study) -> Iterator[str]:
    taken = {d.name for d in study.definitions} | {v.name for v in study.variables}
    taken |= {context.name for context in study.context}
    number = 0
    while True:
        number += 1
        if f"shared_{number}" not in taken:
            yield f"shared_{number}"
