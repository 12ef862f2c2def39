"""Expressions: the tree and its places, and what is said when there is none."""

from __future__ import annotations

import datetime
from dataclasses import fields, is_dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohort.diagnostics import Diagnostics
from cohort.language import parse_expression
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
    TextTree,
    Tree,
)
from cohort.source import Place, Source
from cohort.source.nodes import MapNode, ScalarNode
from cohort.source.yaml_nodes import read_nodes

from .specs import expression, marked, period


def shape(tree: Tree | PeriodTree) -> str:
    """Write a tree with all its brackets."""
    match tree:
        case NameTree():
            return tree.text
        case NumberTree() | DateTree():
            return str(tree.value)
        case TextTree():
            return f'"{tree.value}"'
        case DurationTree():
            return f"{tree.amount} {tree.unit}"
        case ListTree():
            return f"[{', '.join(shape(item) for item in tree.items)}]"
        case PeriodTree():
            return f"{shape(tree.start)} {'through' if tree.end_included else 'until'} {shape(tree.end)}"
        case BinaryTree():
            return f"({shape(tree.left)} {tree.op} {shape(tree.right)})"
        case NotTree():
            return f"(not {shape(tree.operand)})"
        case MissingTree():
            return f"({shape(tree.operand)} is{' not' if tree.negated else ''} missing)"
        case InTree():
            return f"({shape(tree.operand)}{' not' if tree.negated else ''} in {shape(tree.members)})"
        case DuringTree():
            return f"({shape(tree.operand)} during {shape(tree.period)})"
        case CallTree():
            return f"{tree.name.text}({', '.join(shape(argument) for argument in tree.arguments)})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b and not c = d", "(a or (b and (not (c = d))))"),
        ("a or b or c", "((a or b) or c)"),
        ("(a or b) and c", "((a or b) and c)"),
        ("a + b * c - d / 2", "((a + (b * c)) - (d / 2))"),
        ("a - 5", "(a - 5)"),
        ("a - -5.50", "(a - -5.50)"),
        ("not a in [1]", "(not (a in [1]))"),
        ("a.b not in codelists.c", "(a.b not in codelists.c)"),
        ('a in ["x", -1, 2020-02-29, 2 years]', '(a in ["x", -1, 2020-02-29, 2 year])'),
        ("a in []", "(a in [])"),
        ("a is missing or b is not missing", "((a is missing) or (b is not missing))"),
        ("a during w and b", "((a during w) and b)"),
        ("a during from b - 1 year until b + 13 weeks", "(a during (b - 1 year) until (b + 13 week))"),
        ("f()", "f()"),
        ("f(a, g(b) / 7, c >= 1)", "f(a, (g(b) / 7), (c >= 1))"),
        ("2003-04-01 <= a", "(2003-04-01 <= a)"),
        ("android + inside + notes + months", "(((android + inside) + notes) + months)"),
        ("first_period.until > until", "(first_period.until > until)"),
        ("a during from until until until", "(a during until until until)"),
        ("none(a)", "none(a)"),
        ("a !=\n    b", "(a != b)"),
        ("2\n  years", "2 year"),
        ("1 day", "1 day"),
    ],
)
def test_tree(text: str, expected: str) -> None:
    tree, diagnostics = expression(text)
    assert [item.headline for item in diagnostics] == []
    assert tree is not None
    assert shape(tree) == expected


def test_values_have_their_types() -> None:
    tree, _ = expression("f(1, 1.0, 2020-02-29)")
    assert isinstance(tree, CallTree)
    values = [argument.value for argument in tree.arguments if isinstance(argument, NumberTree | DateTree)]
    assert values == [1, Decimal("1.0"), datetime.date(2020, 2, 29)]
    assert [type(value) for value in values] == [int, Decimal, datetime.date]


def test_periods() -> None:
    tree, _ = period("from 2003-04-01 through 2021-03-31")
    assert tree is not None
    assert (shape(tree), tree.end_included) == ("2003-04-01 through 2021-03-31", True)


def places(tree: object) -> list[tuple[object, Place]]:
    found: list[tuple[object, Place]] = []
    if is_dataclass(tree) and hasattr(tree, "place"):
        found.append((tree, tree.place))
        for part in fields(tree):
            value = getattr(tree, part.name)
            for inner in value if isinstance(value, tuple) else (value,):
                found += places(inner)
    return found


LEAVES = st.sampled_from(
    ["a", "b.c", "1", "2.5", '"tŷ"', '"𐍈 漢"', "2020-01-01", "3 weeks", "f(x, 1)", "(y)"]
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", "*", " =  ", " and\n ", " or "]), inner).map(
            lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"
        ),
        inner.map(lambda one: f"(not {one})"),
        inner.map(lambda one: f"({one} is not missing)"),
        inner.map(lambda one: f"g({one})"),
        inner.map(lambda one: f'({one} in [1, "é"])'),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS, st.integers(0, 3))
def test_places_are_those_of_the_file(text: str, style: int) -> None:
    """Each part parsed again from the text of its own place is the same part."""
    flat = " ".join(text.split())
    block = "\n    ".join(line.strip() for line in text.split("\n"))
    file = f"é𐍈: ü # 漢\nkey: {[f'|{chr(10)}    {block}', f'>{chr(10)}    {block}', repr_single(flat), flat][style]}\n"
    if style == 3 and flat.startswith('"'):
        return
    root = read_nodes(Source("study.yaml", file), Diagnostics())
    assert isinstance(root, MapNode)
    node = root.get("key")
    assert isinstance(node, ScalarNode)
    tree = parse_expression(node, Diagnostics(), at="key")
    assert tree is not None
    for part, place in places(tree):
        # A list is no expression of its own, so it is parsed as what something is in.
        is_list = isinstance(part, ListTree)
        again, diagnostics = expression(f"x in {place.text}" if is_list else place.text)
        assert again is not None, [item.headline for item in diagnostics]
        again = again.members if isinstance(again, InTree) and is_list else again
        # Neither is None here: both texts were parsed without a problem.
        assert shape(again) == shape(part)  # type: ignore[arg-type]


def repr_single(text: str) -> str:
    return f"'{text}'"


def test_place_in_a_block_after_wide_characters() -> None:
    diagnostics = Diagnostics()
    file = "ñ: 漢\nkey: |\n  a = 1\n  and b == 2\n"
    root = read_nodes(Source("study.yaml", file), diagnostics)
    assert root is not None
    node = root.get("key")
    assert isinstance(node, ScalarNode)
    assert parse_expression(node, diagnostics, at="key") is None
    (found,) = diagnostics
    assert found.place is not None
    position = found.place.position
    assert (position.line, position.column, found.place.text, found.at) == (4, 9, "==", "key")


def test_place_with_escapes_stays_inside_the_scalar() -> None:
    diagnostics = Diagnostics()
    root = read_nodes(Source("study.yaml", 'key: "a = \\"\\u0041\\" b"\n'), diagnostics)
    assert root is not None
    node = root.get("key")
    assert isinstance(node, ScalarNode)
    assert parse_expression(node, diagnostics, at="key") is None
    (found,) = diagnostics
    assert found.place is not None
    assert node.place.span.start <= found.place.span.start <= found.place.span.end <= node.place.span.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", [("EXP101", "b")]),
        ("and a", [("EXP101", "and")]),
        ("f(a b)", [("EXP101", "b")]),
        ("-a", [("EXP101", "a")]),
        ("a not 3", [("EXP101", "3")]),
        ("missing = 3", [("EXP101", "missing")]),
        ("", [("EXP102", "")]),
        ("a and", [("EXP102", "and")]),
        ("f(a,", [("EXP102", ",")]),
        ("a % 2", [("EXP104", "%")]),
        ("naïve = 1", [("EXP104", "ï")]),
        ("(a and b", [("EXP105", "(")]),
        ("f(a, b]", [("EXP105", "(")]),
        ("a in [1, 2", [("EXP105", "[")]),
        ("a)", [("EXP106", ")")]),
        ("a]", [("EXP106", "]")]),
        ('a = "b', [("EXP107", '"b')]),
        ('a = "b\nc"', [("EXP107", '"b'), ("EXP107", '"')]),
        ("a = 'b'", [("EXP108", "'b'")]),
        ("a = “b”", [("EXP108", "“b”")]),
        ("a == b && c <> d", [("EXP109", "=="), ("EXP109", "&&"), ("EXP109", "<>")]),
        ("!a || b", [("EXP109", "!"), ("EXP109", "||")]),
        ("a ≥ 1", [("EXP109", "≥")]),
        ("a AND b", [("EXP110", "AND")]),
        ("a Is Missing", [("EXP110", "Is"), ("EXP110", "Missing")]),
        ("a between 1 and 2", [("EXP111", "between")]),
        ("a is null", [("EXP112", "null")]),
        ("a = None", [("EXP112", "None")]),
        ("a = missing", [("EXP112", "missing")]),
        ("a = true", [("EXP113", "true")]),
        ("a > 31/03/2021", [("EXP114", "31/03/2021")]),
        ("a > 2021/3/31", [("EXP114", "2021/3/31")]),
        ("a > 2021-3-1", [("EXP114", "2021-3-1")]),
        ("a > 31.03.2021", [("EXP114", "31.03.2021")]),
        ("a > 1 April 2021", [("EXP114", "1 April 2021")]),
        ("a > 2021-02-30", [("EXP115", "2021-02-30")]),
        ("a > 0000-01-01", [("EXP115", "0000-01-01")]),
        ("0 <= a <= 365", [("EXP116", "<=")]),
        ("a = b is missing", [("EXP116", "is")]),
        ("from.b = 1", [("EXP117", "from.b")]),
        ("a in [V2, C2]", [("EXP120", "V2")]),
        ('a = ["b"]', [("EXP121", "=")]),
        ('a is "b"', [("EXP123", "is")]),
        ('a is not "b"', [("EXP123", "is not")]),
        ("a + 2 fortnights", [("EXP124", "2 fortnights")]),
        ("a + 4weeks", [("EXP124", "4weeks")]),
        ("any(a where b)", [("EXP125", "where")]),
        ("a during from b to c", [("EXP126", "to")]),
        ("9" * 16, [("EXP127", "9" * 16)]),
        ("9" * 4900, [("EXP127", "9" * 4900)]),
        ("100000 days", [("EXP128", "100000 days")]),
        ("9" * 4500 + " days", [("EXP128", "9" * 4500 + " days")]),
        ("from a until b", [("EXP129", "from")]),
        ("a = from b until c", [("EXP129", "from")]),
    ],
)
def test_refused(text: str, expected: list[tuple[str, str]]) -> None:
    tree, diagnostics = expression(text)
    assert tree is None
    assert marked(diagnostics) == expected


@pytest.mark.parametrize(
    ("text", "help_text"),
    [
        ("a", "Write `from 2020-04-01 through 2021-03-31`; with `until` the last day is left out."),
        ("from a", "Add `until` or `through` at the end."),
        ("from a until", "Add a name or a value at the end."),
        ("from a to b", "Write `through` to count the last day, or `until` to leave it out."),
    ],
)
def test_period_refused(text: str, help_text: str) -> None:
    tree, diagnostics = period(text)
    assert tree is None
    assert [item.help for item in diagnostics] == [help_text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 2_400 + "a" + ")" * 2_400, "EXP119"),
        ("not " * 1_200 + "a", "EXP119"),
        (" and ".join(["a"] * 700), "EXP119"),
        (" + ".join(["a"] * 700), "EXP119"),
        ("f(" * 2_000, "EXP102"),
        ("a or " * 1_001, "EXP118"),
        ("(" * 61 + "a" + ")" * 61, "EXP119"),
    ],
)
def test_long_and_deep_are_refused(text: str, code: str) -> None:
    tree, diagnostics = expression(text)
    assert tree is None
    assert [item.rule.code for item in diagnostics] == [code]


def test_a_long_condition_within_the_limits() -> None:
    assert expression(" or ".join(f"a = {number}" for number in range(55)))[0] is not None
