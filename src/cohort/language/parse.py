"""From the text of a scalar to its syntax tree, or to diagnostics that say what stands wrong."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import cast

import lark
from lark.exceptions import UnexpectedInput

from cohort.diagnostics import Diagnostics
from cohort.language.build import Builder
from cohort.language.explain import explain_failure
from cohort.language.slips import RESERVED_WORDS, report_slips
from cohort.language.tree import PeriodTree, Tree
from cohort.source.nodes import ScalarNode

__all__ = ["RESERVED_WORDS", "parse_expression", "parse_period"]

LONGEST_EXPRESSION = 200_000
"""Characters: enough for a list of 10,000 codes."""

DEEPEST_EXPRESSION = 60
"""Levels of the syntax tree above its names and values. Later stages call themselves for each level, so it must stay
small. A row of ``and`` or ``or`` is one level however long it is, and brackets are none."""

_LEAVES = frozenset({"name", "number", "text", "date", "duration"})


def parse_expression(scalar: ScalarNode, diagnostics: Diagnostics, *, at: str) -> Tree | None:
    """Parse an expression; None if something is wrong, which is then in ``diagnostics``.

    ``at`` is the path in the spec, for the diagnostics. Places in the tree are places in the file.
    """
    return _parse(scalar, diagnostics, at, "expression")


def parse_period(scalar: ScalarNode, diagnostics: Diagnostics, *, at: str) -> PeriodTree | None:
    """Parse ``from … until …`` or ``from … through …``; None if something is wrong."""
    return cast(PeriodTree | None, _parse(scalar, diagnostics, at, "period"))


@cache
def _parser(*starts: str) -> lark.Lark:
    """Build a parser, once and only when an expression is read: it takes about 30 ms for each start.

    The basic lexer and not the contextual one: only with it a keyword is reserved at every place.
    """
    grammar = files("cohort.language").joinpath("grammar.lark").read_text("utf-8")
    return lark.Lark(
        grammar,
        parser="lalr",
        lexer="basic",
        start=list(starts),
        maybe_placeholders=False,
        keep_all_tokens=True,
    )


def _parsed(raw: str, start: str) -> lark.ParseTree:
    """Parse with the one parser for everything; only text that does not fit needs the exact one, for its message."""
    try:
        parsed = _parser("anything").parse(raw)
        if (parsed.data == "period") == (start == "period"):
            return parsed
    except UnexpectedInput:
        pass
    return _parser("expression", "period").parse(raw, start=start)


def _parse(scalar: ScalarNode, diagnostics: Diagnostics, at: str, start: str) -> Tree | None:
    builder = Builder(scalar, diagnostics, at)
    before = len(diagnostics)
    raw = scalar.raw
    if len(raw) > LONGEST_EXPRESSION:
        diagnostics.add("EXP118", scalar.place, at=at, most=f"{LONGEST_EXPRESSION:,}")
        return None
    if report_slips(builder):
        return None
    try:
        parsed = _parsed(raw, start)
    except UnexpectedInput as problem:
        exact = _parser("expression", "period")
        explain_failure(problem, exact, list(exact.lex(raw)), builder, start)
        return None
    if _height(parsed) > DEEPEST_EXPRESSION:
        diagnostics.add("EXP119", scalar.place, at=at, levels=DEEPEST_EXPRESSION)
        return None
    tree = cast(Tree, builder.transform(parsed))
    return tree if len(diagnostics) == before else None


def _height(parsed: lark.ParseTree) -> int:
    """Return how many levels a tree has above its leaves; inner trees come first in the walk."""
    heights: dict[int, int] = {}
    for tree in parsed.iter_subtrees():
        inner = (heights[id(child)] for child in tree.children if isinstance(child, lark.Tree))
        own = 0 if tree.data in _LEAVES or tree.data == "group" else 1
        heights[id(tree)] = own + max(inner, default=0)
    return heights[id(parsed)]
