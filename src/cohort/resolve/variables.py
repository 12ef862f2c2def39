"""Variables from the file to values: an expression, bands over one, or a choice."""

from __future__ import annotations

from cohort.diagnostics import Diagnostics
from cohort.language import parse_expression
from cohort.query.values import Band, Choose, Literal, Value
from cohort.resolve.labels import labels_are_free
from cohort.resolve.names import Scope
from cohort.resolve.values import ValueResolver
from cohort.source.nodes import ScalarNode
from cohort.spec.model import Variable
from cohort.types import Kind, ValueType


def variable_value(written: Variable, scope: Scope, diagnostics: Diagnostics) -> Value | None:
    """Return the value of a variable, or None after having reported a problem."""
    name = written.name.text
    at = f"variables.{name}"
    resolver = ValueResolver(scope, diagnostics, at)
    if written.choose:
        return _choose(written, resolver, at)
    # That there is a value or a choice, and not both, is a matter of the file's shape.
    assert written.value is not None
    tree = parse_expression(written.value, diagnostics, at=at)
    if tree is None:
        return None
    if not written.bands:
        return resolver.value(tree)
    number = resolver.number(tree)
    bands = _bands(written, diagnostics, at)
    if number is None or bands is None:
        return None
    return Band(number, bands, _text_type([label for _, label in bands]))


def _bands(written: Variable, diagnostics: Diagnostics, at: str) -> tuple[tuple[int, str], ...] | None:
    # That bounds are whole numbers and rise is a matter of the file's shape, and has been checked with it.
    labels = [label.text for _, label in written.bands]
    if not labels_are_free([label for _, label in written.bands], written.name.text, diagnostics, at):
        return None
    for position, (_, label) in enumerate(written.bands):
        if label.text in labels[:position]:
            diagnostics.add("TYP206", label.place, at=at, name=written.name.text, label=label.text)
            return None
    return tuple((int(lower.text), label.text) for lower, label in written.bands)


def _choose(written: Variable, resolver: ValueResolver, at: str) -> Value | None:
    *cases, last = written.choose
    complete = last.otherwise is not None and last.when is None and last.then is None and cases
    if not complete or any(c.when is None or c.then is None or c.otherwise is not None for c in cases):
        resolver.diagnostics.add("TYP211", written.name.place, at=at, name=written.name.text)
        return None
    nodes = [node for case in written.choose for node in (case.then, case.otherwise) if node]
    if not labels_are_free(nodes, written.name.text, resolver.diagnostics, at):
        return None
    labels = [node.text for node in nodes]
    kind = _text_type(labels)
    resolved: list[tuple[Value, Literal]] = []
    failed = False
    for case in cases:
        condition = _condition(case.when, resolver, at)
        if condition is None or case.then is None:
            failed = True
            continue
        resolved.append((condition, Literal(case.then.text, kind)))
    if failed or last.otherwise is None:
        return None
    return Choose(tuple(resolved), Literal(last.otherwise.text, kind), kind)


def _condition(node: ScalarNode | None, resolver: ValueResolver, at: str) -> Value | None:
    if node is None:
        return None
    tree = parse_expression(node, resolver.diagnostics, at=at)
    return None if tree is None else resolver.condition(tree)


def _text_type(labels: list[str]) -> ValueType:
    length = max(len(label.encode()) for label in labels)
    return ValueType(Kind.TEXT, length=length, values=tuple(dict.fromkeys(labels)))
