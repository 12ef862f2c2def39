"""The expression language: from text with places to a syntax tree with places. Knows no names and no types."""

from cohort.language.parse import RESERVED_WORDS, parse_expression, parse_period

__all__ = ["RESERVED_WORDS", "parse_expression", "parse_period"]
