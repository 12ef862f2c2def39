"""Expressions written back: what is printed parses to the same tree, and the way of writing is one."""

from __future__ import annotations

import datetime
from dataclasses import fields, is_dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.diagnostics import Diagnostics
from cohort.language import parse_period, print_expression
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
)
from cohort.source import Place, Source, Span

from .specs import expression, scalar

HERE = Place(Source("study.yaml", ""), Span(0, 0))


def bare(tree: object) -> object:
    """A tree as nested tuples without places, so that trees from different texts can be compared."""
    if is_dataclass(tree) and not isinstance(tree, Place):
        named = ((part.name, getattr(tree, part.name)) for part in fields(tree))
        return (type(tree).__name__, *(bare(value) for name, value in named if not name.endswith("place")))
    if isinstance(tree, tuple):
        return tuple(bare(part) for part in tree)
    # 1 and 1.0 are equal and are not the same number to the language.
    return (type(tree).__name__, tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "a"),
        ("((a))", "a"),
        ("a   =1", "a = 1"),
        ("(a and b) or c", "a and b or c"),
        ("a and (b or c)", "a and (b or c)"),
        ("a and (b and c)", "a and (b and c)"),
        ("(a and b) and c", "a and b and c"),
        ("not (a = 1)", "not a = 1"),
        ("not (a or b)", "not (a or b)"),
        ("not (not a)", "not not a"),
        ("(not a) and b", "not a and b"),
        ("(a = b) = c", "(a = b) = c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("(a * b) + c", "a * b + c"),
        ("(a + b) * c", "(a + b) * c"),
        ("a / (b / c)", "a / (b / c)"),
        ("a - -5", "a - -5"),
        ("a -5", "a - 5"),
        ("0.00000010 + 2.50", "0.00000010 + 2.50"),
        ("a + 1  years", "a + 1 year"),
        ("a + 2 year", "a + 2 years"),
        ('a in ["x" ,-1,2020-02-29]', 'a in ["x", -1, 2020-02-29]'),
        ("a not   in codelists.b", "a not in codelists.b"),
        ("(a + 1) is not missing", "a + 1 is not missing"),
        ("(a is missing) is missing", "(a is missing) is missing"),
        ("a during (b)", None),
        ("a during from (b + 1 day) until (c = d)", "a during from b + 1 day until (c = d)"),
        ("f( )", "f()"),
        ("f(from a through b,13 weeks)", "f(from a through b, 13 weeks)"),
        ("when (a) then (b) otherwise (when c then d otherwise e)",
         "when a then b otherwise when c then d otherwise e"),
        ("(when a then 1 otherwise 2) + 1", "(when a then 1 otherwise 2) + 1"),
        ("1 = (when a then 1 otherwise 2)", "1 = (when a then 1 otherwise 2)"),
        ("count(a where(b))", "count(a where b)"),
        ("first((a + this.b) of c by until where (d or e))",
         "first(a + this.b of c by until where d or e)"),
        ("total((when a then 1 otherwise 0) of b)", "total(when a then 1 otherwise 0 of b)"),
        ("a\n  and b", "a and b"),
    ],
)  # fmt: skip
def test_printed(text: str, expected: str | None) -> None:
    tree, _ = expression(text)
    assert (None if tree is None else print_expression(tree)) == expected


WORDS = st.sampled_from(["a", "b_2", "until", "index_date", "android"])
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(
    # `until` alone is a name; before a dot it is the word of a period.
    lambda parts: NameTree(
        ("a", *parts[1:]) if len(parts) > 1 and parts[0] == "until" else tuple(parts), HERE
    )
)
ONE_WORD = WORDS.map(lambda word: NameTree((word,), HERE))
LITERALS = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1).map(lambda value: NumberTree(value, HERE)),
    st.decimals(-9999, 9999, places=3).map(lambda value: NumberTree(value, HERE)),
    st.text(st.characters(exclude_characters='"\n'), max_size=5).map(lambda value: TextTree(value, HERE)),
    st.dates(datetime.date(1, 1, 1)).map(lambda value: DateTree(value, HERE)),
    st.tuples(st.integers(0, 99_999), st.sampled_from(["day", "week", "month", "year"])).map(
        lambda pair: DurationTree(*pair, HERE)
    ),
)


def periods(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[PeriodTree]:
    return st.builds(PeriodTree, inner, inner, st.booleans(), st.just(HERE))


def larger(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    here = st.just(HERE)
    operators = st.sampled_from(["and", "or", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"])
    lists = st.lists(LITERALS, max_size=3).map(lambda items: ListTree(tuple(items), HERE))
    valued = st.builds(RowsTree, NAMES, inner, st.none() | ONE_WORD, st.none() | inner, here)
    chosen = st.builds(RowsTree, NAMES, st.none(), st.none(), inner, here)
    arguments = st.lists(st.one_of(inner, periods(inner), valued, chosen), max_size=3).map(tuple)
    return st.one_of(
        st.builds(BinaryTree, operators, inner, inner, here, here),
        st.builds(NotTree, inner, here),
        st.builds(MissingTree, inner, st.booleans(), here),
        st.builds(InTree, inner, NAMES | lists, st.booleans(), here),
        st.builds(DuringTree, inner, NAMES | periods(inner), here),
        st.builds(WhenTree, inner, inner, inner, here),
        st.builds(CallTree, NAMES, arguments, here),
    )


TREES: st.SearchStrategy[Tree] = st.recursive(NAMES | LITERALS, larger, max_leaves=12)


@given(TREES)
def test_parse_undoes_print(tree: Tree) -> None:
    text = print_expression(tree)
    again, diagnostics = expression(text)
    assert again is not None, (text, [item.headline for item in diagnostics])
    assert bare(again) == bare(tree)
    assert print_expression(again) == text


@given(periods(TREES))
def test_parse_undoes_print_of_periods(tree: PeriodTree) -> None:
    again = parse_period(scalar(print_expression(tree)), Diagnostics(), at="")
    assert again is not None
    assert bare(again) == bare(tree)


@given(TREES)
def test_no_bracket_could_go(tree: Tree) -> None:
    """Without any one pair of brackets the text means something else, or nothing."""
    text = print_expression(tree)
    opened: list[int] = []
    quoted = False
    for position, character in enumerate(text):
        quoted ^= character == '"'
        if quoted:
            continue
        if character == "(":
            opened.append(position)
        elif character == ")":
            start = opened.pop()
            if start and (text[start - 1].isalnum() or text[start - 1] == "_"):
                continue  # the brackets of a function
            shorter = f"{text[:start]} {text[start + 1 : position]} {text[position + 1 :]}"
            again, _ = expression(shorter)
            assert again is None or bare(again) != bare(tree)


def test_decimals_keep_their_form() -> None:
    assert print_expression(NumberTree(Decimal("-1.50"), HERE)) == "-1.50"
