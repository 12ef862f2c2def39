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
    RowsTree,
    TextTree,
    Tree,
    WhenTree,
    operands,
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
        case WhenTree():
            return f"(when {shape(tree.condition)} then {shape(tree.then)} otherwise {shape(tree.otherwise)})"
        case RowsTree():
            parts = (("of", tree.of), ("rows", tree.rows), ("by", tree.by), ("where", tree.condition))
            return f"<{', '.join(f'{word} {shape(part)}' for word, part in parts if part)}>"


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
        # summaries
        ("count(moves)", "count(moves)"),
        (
            "any(residence where in_wales and current_on(exams_start))",
            "any(<rows residence, where (in_wales and current_on(exams_start))>)",
        ),
        ("total(days of stays)", "total(<of days, rows stays>)"),
        (
            "total(days of stays where start_date >= this.start_date)",
            "total(<of days, rows stays, where (start_date >= this.start_date)>)",
        ),
        (
            "first(legal_status of care by start_date where start_date > index_date)",
            "first(<of legal_status, rows care, by start_date, where (start_date > index_date)>)",
        ),
        ("last(a of b by until)", "last(<of a, rows b, by until>)"),
        ("share(a in codelists.b of c)", "share(<of (a in codelists.b), rows c>)"),
        ("share(a or b of c)", "share(<of (a or b), rows c>)"),
        ("count(a where b) > count(c)", "(count(<rows a, where b>) > count(c))"),
        ("count(a where any(b where c))", "count(<rows a, where any(<rows b, where c>)>)"),
        ("figure(count(a where b), c)", "figure(count(<rows a, where b>), c)"),
        # periods and lengths of time as arguments
        (
            "days_covered(care, from index_date until index_date + 1 year)",
            "days_covered(care, index_date until (index_date + 1 year))",
        ),
        ("overlap_in_days(w, from start_date until until)", "overlap_in_days(w, start_date until until)"),
        ("day_reached(care, 13 weeks, birthday(14))", "day_reached(care, 13 week, birthday(14))"),
        # choices
        ("when a then 1 otherwise 2", "(when a then 1 otherwise 2)"),
        (
            "when a or b then 1 otherwise when c then 2 otherwise 3",
            "(when (a or b) then 1 otherwise (when c then 2 otherwise 3))",
        ),
        (
            "when a then when b then 1 otherwise 2 otherwise 3",
            "(when a then (when b then 1 otherwise 2) otherwise 3)",
        ),
        ("(when a then 1 otherwise 2) + 3", "((when a then 1 otherwise 2) + 3)"),
        (
            "total(when a then 1 otherwise 0 of b where c)",
            "total(<of (when a then 1 otherwise 0), rows b, where c>)",
        ),
        # names
        ("lookup(a, codelists.placements.group)", "lookup(a, codelists.placements.group)"),
        ("a.where = then_what + by_hand", "(a.where = (then_what + by_hand))"),
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
        inner.map(lambda one: f"count(a where {one})"),
        inner.map(lambda one: f"first({one} of b by c where {one})"),
        inner.map(lambda one: f"(when {one} then 1 otherwise {one})"),
        inner.map(lambda one: f"h(a, from ({one}) until ({one}))"),
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
        # A list is no expression of its own, nor are rows and periods, so they are parsed where they stand.
        is_list, is_argument = isinstance(part, ListTree), isinstance(part, RowsTree | PeriodTree)
        context = "x in {}" if is_list else "f({})" if is_argument else "{}"
        again, diagnostics = expression(context.format(place.text))
        assert again is not None, [item.headline for item in diagnostics]
        again = again.members if isinstance(again, InTree) and is_list else again
        again = again.arguments[0] if isinstance(again, CallTree) and is_argument else again
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
        ("a % 2", [("EXP109", "%")]),
        ("a ; b", [("EXP104", ";")]),
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
        ("a is in [1]", [("EXP123", "is")]),
        ("a where b", [("EXP125", "where")]),
        ("(a where b)", [("EXP125", "where")]),
        ("a + b of c", [("EXP125", "of")]),
        ("count(a + b where c)", [("EXP130", "where")]),
        ("count(where a)", [("EXP130", "where")]),
        ("first(a by b)", [("EXP130", "by")]),
        ("first(a of b where c by d)", [("EXP130", "by")]),
        ("count(a where b where c)", [("EXP130", "where")]),
        ("total(a of b of c)", [("EXP130", "of")]),
        ("total(a of 3)", [("EXP101", "3")]),
        ("total(a of", [("EXP102", "of")]),
        ("days_covered(a, from b to c)", [("EXP126", "to")]),
        ("days_covered(a, b until c)", [("EXP101", "until")]),
        ("when a then b", [("EXP102", "b")]),
        ("when a", [("EXP102", "a")]),
        ("a + when b then c otherwise d", [("EXP101", "when")]),
        ("when a then b else c", [("EXP131", "else")]),
        ("if a then b otherwise c", [("EXP131", "if")]),
        ("when a then 1 else 0", [("EXP131", "else")]),
        ("case when a then b", [("EXP131", "case")]),
        ("a then b", [("EXP101", "then")]),
        ("this = a", [("EXP132", "this")]),
        ("THIS.a = b", [("EXP110", "THIS.a")]),
        ("of.a = b", [("EXP117", "of.a")]),
        ("count(a WHERE b)", [("EXP110", "WHERE")]),
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
    ("text", "help_text"),
    [
        ("when a then b", "Add `otherwise` and a value at the end."),
        ("when a", "Add `then` and a value at the end."),
        ("total(a of 3)", "Put the name of rows or of a column here."),
        ("a then b", "Put an operator such as `=` or `and` here."),
        ("f(a until b)", "Put `,` or `)` here."),
        ("a is not in [1]", "Write `not in` to compare."),
        ("a % 2", "Write `modulo(a, b)`."),
        ("a = true", "Write `a` if that is what is meant."),
        ("b and a.c != true", "Write `not a.c` if that is what is meant."),
        ("(a = FALSE) or b", "Write `not a` if that is what is meant."),
        ("b + a = true", "Write the name alone, or `not` and the name."),
        ("f(a) = false", "Write the name alone, or `not` and the name."),
    ],
)
def test_help_names_what_may_stand_there(text: str, help_text: str) -> None:
    _, diagnostics = expression(text)
    assert [item.help for item in diagnostics] == [help_text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("not " * 61 + "a", "EXP119"),
        ("not " * 1_200 + "a", "EXP119"),
        (" + ".join(["a"] * 62), "EXP119"),
        ("f(" * 61 + "a" + ")" * 61, "EXP119"),
        ("f(" * 2_000 + "a" + ")" * 2_000, "EXP119"),
        ("(a and " * 61 + "b" + ")" * 61, "EXP119"),
        ("when a then b otherwise " * 61 + "c", "EXP119"),
        ("count(a where " * 31 + "b" + ")" * 31, "EXP119"),
        ("f(" * 2_000, "EXP102"),
        ("a or " * 40_001, "EXP118"),
    ],
)
def test_long_and_deep_are_refused(text: str, code: str) -> None:
    tree, diagnostics = expression(text)
    assert tree is None
    assert [item.rule.code for item in diagnostics] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "not " * 60 + "a",
        " + ".join(["a"] * 61),
        "f(" * 60 + "a" + ")" * 60,
        "(a and " * 60 + "b" + ")" * 60,
        "when a then b otherwise " * 60 + "c",
        "(" * 5_000 + "a" + ")" * 5_000,
        " and ".join(["a = 1 or b = 2"] * 700),
    ],
)
def test_sixty_levels_are_taken(text: str) -> None:
    tree, diagnostics = expression(text)
    assert [item.headline for item in diagnostics] == []
    assert tree is not None


@pytest.mark.parametrize("word", ["and", "or"])
def test_a_long_row_is_one_level(word: str) -> None:
    tree, _ = expression(f" {word} ".join(f"a = {number}" for number in range(5_000)))
    assert isinstance(tree, BinaryTree)
    parts = operands(tree)
    assert [shape(part) for part in parts] == [f"(a = {number})" for number in range(5_000)]


def test_parts_of_a_row_stop_at_another_word_and_at_the_right() -> None:
    tree, _ = expression("a or b and c or (d or e)")
    assert isinstance(tree, BinaryTree)
    assert [shape(part) for part in operands(tree)] == ["a", "(b and c)", "(d or e)"]


def test_a_list_of_ten_thousand_codes() -> None:
    tree, diagnostics = expression("a in [" + ", ".join(f'"{number:05}A"' for number in range(10_000)) + "]")
    assert [item.headline for item in diagnostics] == []
    assert isinstance(tree, InTree)
    assert isinstance(tree.members, ListTree)
    assert len(tree.members.items) == 10_000
