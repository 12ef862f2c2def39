"""Clauses of a study and whether the cases meet them both ways: true for some, and not true for others.

A clause is the condition of a step, of a ``where``, of a ``when`` or of an ``among``, and each part of it that ``and``
or ``or`` joins. A step's clauses are looked at for those who reach the step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cohort.cases.model import Unmet
from cohort.catalogue import Catalogue
from cohort.engines.reference import Context, Entry, Row, StudyRun, evaluate_rows, evaluate_value
from cohort.engines.reference.entries import Entries
from cohort.engines.reference.world import context_of
from cohort.query.calls import Pick
from cohort.query.rows import NamedRows, Where, inputs, values_of
from cohort.query.study import AttritionOutput, Definition, Origin, Step
from cohort.query.summaries import Summary
from cohort.query.values import And, Choose, Not, Or, Value, children, walk
from cohort.query.words import Words

_LACKS = {
    frozenset(): "no case reaches it",
    frozenset({True}): "it is true wherever a case reaches it",
    frozenset({False}): "it is true nowhere",
}
_BOTH = frozenset({True, False})
_Look = Callable[[Value, Row, Context], None]


@dataclass(frozen=True)
class Clause:
    """A condition and where it is written."""

    path: str
    value: Value
    origin: Origin


@dataclass
class Observed:
    """Which ways each clause was met, by clause, in the order of the study."""

    ways: dict[Clause, set[bool]] = field(default_factory=dict)

    def note(self, clause: Clause, way: bool | None) -> None:
        """Note a way in which a clause was met; None only says that the clause is there."""
        self.ways.setdefault(clause, set())
        if way is not None:
            self.ways[clause].add(way)


def observed_clauses(run: StudyRun) -> Mapping[Clause, set[bool]]:
    """Return for each clause of the study whether some case made it true, and whether some did not."""
    study, found = run.study, Observed()
    frames = [run.population] if study.peers is None else [run.population, run.pool]
    for definition in study.definitions:
        if not definition.prepared:
            _definition(definition, frames, found)
    _steps("population", study.population.steps, run.population, run.remaining, found)
    if study.peers is not None:
        _steps("peers", study.peers.steps, run.pool, run.remaining_candidates, found)
    for variable in study.variables:
        run.variable(variable.name)
        see = _Seer(f"variables.{variable.name}", variable.origin, found)
        see.declare_inside(variable.value)
        _for_entries(see.inside, variable.value, run.population, run.entries)
    for output in study.outputs:
        among = None if isinstance(output, AttritionOutput) else output.among
        if among is not None:
            see = _Seer(f"outputs.{output.id}", output.origin, found)
            see.declare(among)
            see.declare_inside(among)
            for member in run.cohort:
                run.analysis.prepare(among)
                world = run.analysis.world
                see.condition(among, {}, Context(world, member.unit, member.index_date, group=member.group))
    return found.ways


def unmet_clauses(observed: Mapping[Clause, set[bool]], catalogue: Catalogue) -> tuple[Unmet, ...]:
    """Return the clauses that are not met both ways."""
    lists = catalogue.code_lists
    words = Words(lambda name, code: lists[name].codes.get(code) if name in lists else None)
    return tuple(
        Unmet(clause.path, words.value(clause.value), clause.origin, _LACKS[frozenset(ways)])
        for clause, ways in observed.items()
        if ways != _BOTH
    )


def _steps(
    section: str,
    steps: Iterable[Step],
    entries: Entries,
    left: Iterable[tuple[Entry, ...]],
    found: Observed,
) -> None:
    for step, reached in zip(steps, left, strict=False):
        see = _Seer(f"{section}.{step.id}", step.origin, found)
        see.declare(step.keep)
        see.declare_inside(step.keep)
        _for_entries(see.condition, step.keep, entries, reached)


def _for_entries(look: _Look, value: Value, entries: Entries, reached: Iterable[Entry]) -> None:
    entries.prepare(value)
    for unit, date in reached:
        look(value, {}, Context(entries.world, unit, date))


def _definition(definition: Definition, frames: Iterable[Entries], found: Observed) -> None:
    see = _Seer(f"definitions.{definition.name}", definition.origin, found)
    for entries in frames:
        entries.named(definition.name)
        rows = definition.rows
        waiting = [rows]
        while waiting:
            node = waiting.pop()
            if isinstance(node, NamedRows):
                continue
            waiting += inputs(node)
            values = values_of(node)
            if not values:
                continue
            (below,) = inputs(node)
            if isinstance(node, Where):
                see.declare(node.condition)
            for value in values:
                see.declare_inside(value)
            for row in evaluate_rows(below, entries.world):
                context = context_of(row, below.shape, entries.world)
                for value in values:
                    (see.condition if isinstance(node, Where) else see.inside)(value, row, context)


class _Seer:
    """Looks at the clauses of one part of the study while values are worked out."""

    def __init__(self, path: str, origin: Origin, found: Observed) -> None:
        self._path, self._origin, self._found = path, origin, found

    def declare(self, condition: Value) -> None:
        """Say that a condition is there, in case nobody reaches it."""
        for part in _parts(condition):
            self._found.note(Clause(self._path, part, self._origin), None)

    def declare_inside(self, value: Value) -> None:
        """Say of every condition inside a value that it is there."""
        for part in walk(value):
            match part:
                case Choose():
                    for condition, _ in part.cases:
                        self.declare(condition)
                case Pick():
                    self.declare(part.condition)
                case Summary(condition=condition) if condition is not None:
                    self.declare(condition)
                case _:
                    continue

    def condition(self, value: Value, row: Row, context: Context) -> None:
        """Look at a condition, its parts, and what is inside them."""
        for part in _parts(value):
            way = evaluate_value(part, row, context) is True
            self._found.note(Clause(self._path, part, self._origin), way)
        self.inside(value, row, context)

    def inside(self, value: Value, row: Row, context: Context) -> None:
        """Look at the conditions inside a value: of choices, and of summaries for each of their rows."""
        match value:
            case Choose():
                for condition, _ in value.cases:
                    self.condition(condition, row, context)
                    if evaluate_value(condition, row, context) is True:
                        break
            case Pick():
                self.condition(value.condition, row, context)
                chosen = evaluate_value(value.condition, row, context) is True
                self.inside(value.then if chosen else value.otherwise, row, context)
            case Summary():
                self._summary(value, row, context)
            case _:
                for part in children(value):
                    self.inside(part, row, context)

    def _summary(self, value: Summary, row: Row, context: Context) -> None:
        inner = replace(context, outer=row)
        for inside in context.world.result(value.rows.name).of(context.unit, context.index_date):
            if value.condition is not None:
                self.condition(value.condition, inside, inner)
            if value.of is not None:
                self.inside(value.of, inside, inner)


def _parts(condition: Value) -> Iterator[Value]:
    """Yield a condition and each part of it that ``and`` or ``or`` joins, also below ``not``."""
    yield condition
    match condition:
        case And() | Or():
            for part in condition.parts:
                yield from _parts(part)
        case Not() if isinstance(condition.part, And | Or):
            yield from _parts(condition.part)
        case _:
            return
