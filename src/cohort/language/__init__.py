"""The expression language: from text with places to a syntax tree with places. Knows no names and no types."""

from cohort.diagnostics import Diagnostics
from cohort.language.parse import RESERVED_WORDS, parse_expression, parse_period
from cohort.language.printer import print_expression
from cohort.source.nodes import ScalarNode

__all__ = ["RESERVED_WORDS", "parse_expression", "parse_period", "print_expression", "rewrite"]


def rewrite(scalar: ScalarNode, is_period: bool) -> str | None:
    """Write an expression (or a period) of a file in its one way; None if it is none."""
    parse = parse_period if is_period else parse_expression
    tree = parse(scalar, Diagnostics(), at="")
    return None if tree is None else print_expression(tree)
