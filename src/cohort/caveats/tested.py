"""The tests that filters make: which columns, which values, and whether the rows that pass stay or go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from cohort.caveats.lineage import Held, Lineage, Scope, Worked
from cohort.caveats.profile import HeldName, Test
from cohort.query.rows import Where, walk_rows
from cohort.query.study import CountOutput, RateOutput, Study, SummaryOutput
from cohort.query.values import (
    And,
    Column,
    Compare,
    During,
    Fact,
    InSet,
    IsMissing,
    Literal,
    Not,
    Or,
    StartsWith,
    Summary,
    Value,
    VariableValue,
)

Name = Callable[[frozenset[Held]], frozenset[HeldName]]
"""Brings logical names of held columns to the names of a profile."""


def tests_of(study: Study, used: frozenset[str], lineage: Lineage, name: Name) -> Iterator[Test]:
    """Yield the tests of all filters: of definitions (preparation included), steps, and who is in a table."""

    def at(path: str, found: Iterator[Test]) -> Iterator[Test]:
        yield from (replace(test, at=path) for test in found)

    for definition in sorted(used):
        if definition in study.by_name:
            section = "sources" if study.by_name[definition].prepared else "definitions"
            path = f"{section}.{definition}"
            for node in walk_rows(study.by_name[definition].rows):
                if isinstance(node, Where):
                    yield from at(path, _tests(node.condition, Scope(node.rows), lineage, name))
    for group, steps in (
        ("population", study.population.steps),
        ("peers", study.peers.steps if study.peers is not None else ()),
    ):
        for step in steps:
            yield from at(f"{group}.{step.id}", _tests(step.keep, Scope(), lineage, name))
    for output in study.outputs:
        if isinstance(output, CountOutput | SummaryOutput | RateOutput) and output.among is not None:
            yield from at(f"outputs.{output.id}", _tests(output.among, Scope(), lineage, name))


def _tests(value: Value, scope: Scope, lineage: Lineage, name: Name, negated: bool = False) -> Iterator[Test]:
    def of(*parts: Value) -> frozenset[HeldName]:
        return name(frozenset().union(*(lineage.behind(part, scope) for part in parts)))

    match value:
        case And():
            for part in value.parts:
                yield from _tests(part, scope, lineage, name, negated)
        case Or():
            inner = [test for part in value.parts for test in _tests(part, scope, lineage, name, negated)]
            missing = {test.columns for test in inner if test.sign == "missing" and not test.negated}
            yield from (replace(test, keeps_missing=test.columns in missing) for test in inner)
        case Not():
            yield from _tests(value.part, scope, lineage, name, not negated)
        case IsMissing():
            yield Test(of(value.part), "missing", negated=negated)
        case InSet():
            values = frozenset(_text(member) for member in value.members)
            yield Test(of(value.part), _sign("in", value.part, scope, lineage), values, negated)
        case StartsWith():
            values = frozenset(prefix.upper() for prefix in value.prefixes)
            yield Test(of(value.part), "starts", values, negated)
        case During():
            yield Test(of(value.part, value.start, value.end), "during", negated=negated)
        case Compare():
            yield from _compared(value, scope, lineage, of(value.left, value.right), negated)
        case Summary() if value.function in ("any", "none") and value.condition is not None:
            rows = lineage.rows_named(value.rows.name)
            opposite = negated != (value.function == "none")
            yield from _tests(value.condition, Scope(rows, scope.here), lineage, name, opposite)
        case Column() | Fact() | VariableValue():
            yield from _flag(value, scope, lineage, name, negated)
        case _:
            yield Test(of(value), "of", negated=negated)


def _compared(
    value: Compare, scope: Scope, lineage: Lineage, columns: frozenset[HeldName], negated: bool
) -> Iterator[Test]:
    left, right = value.left, value.right
    if isinstance(left, Literal):
        left, right = right, left
    values = frozenset({_text(right)}) if isinstance(right, Literal) else frozenset()
    sign = "=" if value.op == "!=" else value.op
    yield Test(columns, _sign(sign, left, scope, lineage), values, negated != (value.op == "!="))


def _sign(sign: str, part: Value, scope: Scope, lineage: Lineage) -> str:
    """The sign itself where a column's own value is tested, ``of`` where something worked out of it is."""
    return sign if lineage.itself(part, scope) or not lineage.behind(part, scope) else "of"


def _flag(
    value: Column | Fact | VariableValue, scope: Scope, lineage: Lineage, name: Name, negated: bool
) -> Iterator[Test]:
    """Yield the tests behind a yes-or-no column: those of what it was worked out of."""
    match value:
        case VariableValue():
            yield from _tests(lineage.study.variable[value.name].value, Scope(), lineage, name, negated)
            return
        case Column():
            origins = lineage.origins(scope.here, value.name)
        case Fact():
            origins = lineage.origins(lineage.rows_named(value.rows), value.column)
    for origin in origins:
        if isinstance(origin, Worked):
            yield from _tests(origin.value, Scope(origin.rows), lineage, name, negated)
        else:
            yield Test(name(frozenset({origin})), "=", frozenset({"1"}), negated)


def _text(literal: Literal) -> str:
    return str(literal.value).strip().upper()
