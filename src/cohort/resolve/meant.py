"""What was most likely meant by something that cannot stand at its place: offered ready to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cohort.diagnostics.nearest import nearest
from cohort.language.tree import BinaryTree, CallTree, InTree, NameTree, NumberTree, Tree
from cohort.query.values import Value
from cohort.resolve.codes import meant_code
from cohort.resolve.functions import FUNCTIONS
from cohort.types import Kind, ValueType

if TYPE_CHECKING:
    from cohort.resolve.values import ValueResolver

_YES = {"yes": True, "no": False}
FUNCTIONS_ELSEWHERE = {
    "abs": "absolute",
    "age": "age_on",
    "average": "mean",
    "avg": "mean",
    "case": "when … then … otherwise …",
    "ceil": "round_up",
    "datediff": "days_between",
    "exists": "any",
    "floor": "round_down",
    "if": "when … then … otherwise …",
    "iif": "when … then … otherwise …",
    "len": "count",
    "length": "count",
    "max": "largest",
    "min": "smallest",
    "mod": "modulo",
    "month": "calendar_month",
    "number": "count",
    "sum": "total",
    "year": "calendar_year",
}
"""Functions that other languages have, and what does the same here."""


def meant_function(name: str) -> str | None:
    """Return what an unknown function is called here, or the function whose name is nearest."""
    return FUNCTIONS_ELSEWHERE.get(name.lower()) or nearest(name, FUNCTIONS)


def is_unknown_word(resolver: ValueResolver, tree: Tree) -> bool:
    """Whether a tree is a single word that means nothing at its place."""
    scope = resolver.scope
    if not isinstance(tree, NameTree) or len(tree.parts) != 1 or tree.text in ("index_date", "this"):
        return False
    return tree.text not in scope.rows_names and tree.text not in scope.visible


def instead_of_word(
    resolver: ValueResolver, op: str, word: str, other: ValueType, beside: Tree
) -> str | None:
    """Return what may stand for a word, or a text, that is compared with something of a type."""
    said = _YES.get(word.lower())
    if other.kind is Kind.BOOLEAN and said is not None and op in ("=", "!="):
        holds = said is (op == "=")
        return _alone(beside) if holds else f"not {_alone(beside)}"
    if word in other.values:
        return f'"{word}"'
    return meant_code(resolver, word, other)


def during_window(resolver: ValueResolver, tree: InTree, part: Value) -> str | None:
    """Return ``date during window`` where ``date in window`` is written."""
    if part.type.kind is not Kind.DATE or not isinstance(tree.members, NameTree):
        return None
    if tree.members.text not in resolver.scope.windows:
        return None
    inside = f"{_alone(tree.operand)} during {tree.members.text}"
    return f"not {inside}" if tree.negated else inside


def in_days(tree: BinaryTree, left: Value, right: Value) -> str | None:
    """Return a date plus or minus days where a bare number is added to it or taken from it."""
    date, number = tree.left, tree.right
    if tree.op == "+" and right.type.kind is Kind.DATE:
        date, number, left = tree.right, tree.left, right
    if tree.op not in ("+", "-") or left.type.kind is not Kind.DATE:
        return None
    if not isinstance(number, NumberTree) or not isinstance(number.value, int):
        return None
    return f"{_alone(date)} {tree.op} {number.value} {'day' if number.value == 1 else 'days'}"


def _alone(tree: Tree) -> str:
    """Return an expression as written, in brackets where something beside it could take a part of it."""
    text = " ".join(tree.place.text.split())
    return text if isinstance(tree, NameTree | CallTree) else f"({text})"
