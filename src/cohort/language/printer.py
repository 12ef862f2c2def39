"""From the syntax tree back to text: one way of writing each expression, with no bracket that is not needed.

What is written parses to the same tree, places set aside. Brackets of the source that changed nothing are gone.
"""

from __future__ import annotations

from typing import assert_never

from cohort.language.tree import (
    BinaryTree,
    CallTree,
    DateTree,
    DurationTree,
    DuringTree,
    InTree,
    ListTree,
    MissingTree,
    NameTree,
    NotTree,
    NumberTree,
    PeriodTree,
    RowsTree,
    TextTree,
    Tree,
    WhenTree,
    operands,
)

# How strongly the parts of an expression hold together; the grammar has one rule for each.
_ANY, _OR, _AND, _NOT, _COMPARISON, _SUM, _PRODUCT, _ATOM = range(8)

_STRENGTHS = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def print_expression(tree: Tree) -> str:
    """Write an expression or a period."""
    return _written(tree, _ANY)


def _written(tree: Tree, least: int) -> str:
    """Write a tree for a place that takes what holds together at least so strongly; brackets do it if it does not."""
    text, strength = _parts(tree)
    return text if strength >= least else f"({text})"


def _parts(tree: Tree) -> tuple[str, int]:
    """Return the text of a tree without brackets around it, and how strongly it holds together."""
    match tree:
        case NameTree():
            return tree.text, _ATOM
        case NumberTree():
            return format(tree.value, "d" if isinstance(tree.value, int) else "f"), _ATOM
        case TextTree():
            return f'"{tree.value}"', _ATOM
        case DateTree():
            return tree.value.isoformat(), _ATOM
        case DurationTree():
            return f"{tree.amount} {tree.unit}{'' if tree.amount == 1 else 's'}", _ATOM
        case ListTree():
            return f"[{', '.join(_written(item, _ATOM) for item in tree.items)}]", _ATOM
        case CallTree():
            return f"{tree.name.text}({', '.join(_written(part, _ANY) for part in tree.arguments)})", _ATOM
        case BinaryTree(op="and" | "or"):
            strength = _STRENGTHS[tree.op]
            return f" {tree.op} ".join(_written(part, strength + 1) for part in operands(tree)), strength
        case BinaryTree():
            strength = _STRENGTHS.get(tree.op, _COMPARISON)
            # Sums and products lean to the left; a comparison stands inside no other.
            left = strength if strength > _COMPARISON else _SUM
            return f"{_written(tree.left, left)} {tree.op} {_written(tree.right, strength + 1)}", strength
        case NotTree():
            return f"not {_written(tree.operand, _NOT)}", _NOT
        case MissingTree():
            return f"{_written(tree.operand, _SUM)} is {'not ' if tree.negated else ''}missing", _COMPARISON
        case InTree():
            word = "not in" if tree.negated else "in"
            return f"{_written(tree.operand, _SUM)} {word} {_written(tree.members, _ATOM)}", _COMPARISON
        case DuringTree():
            return f"{_written(tree.operand, _SUM)} during {_written(tree.period, _ANY)}", _COMPARISON
        case PeriodTree():
            word = "through" if tree.end_included else "until"
            return f"from {_written(tree.start, _SUM)} {word} {_written(tree.end, _SUM)}", _ANY
        case WhenTree():
            parts = (_written(part, _ANY) for part in (tree.condition, tree.then, tree.otherwise))
            return "when {} then {} otherwise {}".format(*parts), _ANY
        case RowsTree():
            return _rows(tree), _ANY
        case _:  # pragma: no cover - the cases above are all there are
            assert_never(tree)


def _rows(tree: RowsTree) -> str:
    parts = [tree.rows.text] if tree.of is None else [f"{_written(tree.of, _ANY)} of {tree.rows.text}"]
    if tree.by is not None:
        parts.append(f"by {tree.by.text}")
    if tree.condition is not None:
        parts.append(f"where {_written(tree.condition, _ANY)}")
    return " ".join(parts)
