"""What is called never true is never true, what is called never false never false, and simple cases are all found."""

from __future__ import annotations

import datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort.diagnostics import Diagnostics
from cohort.engines.reference import Cell, Context, World, evaluate_value
from cohort.language import parse_expression
from cohort.query.rows import Shape
from cohort.query.values import Value
from cohort.resolve.names import Scope
from cohort.resolve.values import ValueResolver
from cohort.source import Source
from cohort.source.nodes import ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

SHAPE = Shape((("x", WHOLE), ("y", DECIMAL), ("d", DATE), ("c", ValueType(Kind.CODE, length=2))), ("x",))
DAY = datetime.date(2004, 2, 28)
XS: list[Cell] = [None, *range(-1, 7)]
YS: list[Cell] = [None, *(half / 2 for half in range(-2, 14))]
DS: list[Cell] = [None, *(DAY + datetime.timedelta(days=n) for n in range(6))]
CS: list[Cell] = [None, "A", "B", "C"]
ROWS = [
    *({"x": x, "y": None, "d": None, "c": c} for x, c in product(XS, CS)),
    *({"x": 1, "y": y, "d": d, "c": "A"} for y, d in product(YS, DS)),
]
COMPARE = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
ATOMS = st.one_of(
    st.builds(lambda op, n: f"x {op} {n}", COMPARE, st.integers(0, 5)),
    st.builds(lambda op, n: f"{n} {op} x", COMPARE, st.integers(0, 5)),
    st.builds(lambda op, n: f"y {op} {n}", COMPARE, st.integers(0, 4)),
    st.builds(lambda op, n: f"d {op} 2004-02-2{n}", COMPARE, st.sampled_from("89")),
    st.builds(lambda n: f"d during from 2004-02-28 until 2004-03-0{n}", st.sampled_from("12")),
    st.sampled_from(['c = "A"', 'c != "B"', 'c in ["A", "B"]', 'not c = "A"', 'c not in ["C"]']),
    st.sampled_from(
        ["x is missing", "x is not missing", "c is missing", "not x > 3", "x = y", "d + 1 day > d"]
    ),
)


def _resolved(text: str) -> tuple[Value | None, list[str]]:
    """Return a condition over the columns, and the codes of everything that is said of it."""
    diagnostics = Diagnostics()
    root = read_nodes(Source("sense", f"where: {text}\n"), diagnostics)
    node = root.get("where") if root else None
    assert isinstance(node, ScalarNode)
    tree = parse_expression(node, diagnostics, at="")
    assert tree is not None
    scope = Scope(
        "child",
        SHAPE.types,
        index_date=True,
        windows={},
        birth=lambda _place: SHAPE.column("d"),
    )
    value = ValueResolver(scope, diagnostics).condition(tree)
    return value, [item.rule.code for item in diagnostics]


def _outcomes(value: Value) -> set[Cell]:
    return {evaluate_value(value, row, Context(World())) for row in ROWS}


@given(st.lists(ATOMS, min_size=1, max_size=4), st.sampled_from([" and ", " or "]))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_what_is_said_is_so(atoms: list[str], word: str) -> None:
    value, codes = _resolved(word.join(atoms))
    assert value is not None
    assert set(codes) <= {"TYP217", "TYP218"}
    # What is said of a part (`d + 1 day > d`) need not hold of the whole.
    parts = {code for atom in atoms for code in _resolved(atom)[1]}
    found = _outcomes(value)
    if "TYP217" in set(codes) - parts:
        assert True not in found
    if "TYP218" in set(codes) - parts:
        assert False not in found


@given(COMPARE, st.integers(0, 5), COMPARE, st.integers(0, 5), st.sampled_from(["x", "y"]))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_two_limits_that_exclude_each_other_are_found(op: str, n: int, other: str, m: int, name: str) -> None:
    text = f"{name} {op} {n} and {name} {other} {m}"
    value, codes = _resolved(text)
    assert value is not None
    excluded = op != "!=" and other != "!=" and True not in _outcomes(value)
    assert "TYP217" in codes or not excluded, text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('c = "A" and c = "B"', "TYP217"),
        ('c = "A" and x > 1 and c != "A"', "TYP217"),
        ('c in ["A", "B"] and c not in ["B", "A"]', "TYP217"),
        ("x is missing and x > 1", "TYP217"),
        ("c in []", "TYP217"),
        ("d + 2 years <= d", "TYP217"),
        ("birthday(18) < birthday(16)", "TYP217"),
        ("x is missing or x is not missing", "TYP218"),
        ('c != "A" or c != "B"', "TYP218"),
        ("x >= 3 or x < 5", "TYP218"),
        ("2004-01-01 <= 2005-01-01", "TYP218"),
        ("x = x", "TYP218"),
    ],
)
def test_nonsense_is_found(text: str, code: str) -> None:
    assert _resolved(text)[1] == [code]


@pytest.mark.parametrize(
    "text",
    [
        'c = "A" or c = "B"',
        'c != "A" and c != "B"',
        "x is missing or x > 1",
        "x > 1 and y < 1",
        "d + 1 month <= d + 30 days",
        'x > 3 or c = "A" and x < 2',
        "birthday(16) < d",
    ],
)
def test_sense_is_left_alone(text: str) -> None:
    assert _resolved(text)[1] == []


@pytest.mark.parametrize(
    ("period", "empty"),
    [
        ("from 2004-04-01 until 2004-04-01", True),
        ("from 2004-04-01 through 2004-04-01", False),
        ("from 2004-04-01 through 2004-03-31", True),
        ("from birthday(18) until birthday(16)", True),
        ("from birthday(16) until birthday(18)", False),
        ("from d until d - 1 year", True),
        ("from d - 1 year until d", False),
        ("from d until 2004-01-01", False),
    ],
)
def test_periods_without_a_day_are_refused(period: str, empty: bool) -> None:
    assert ("TIM604" in _resolved(f"d during {period}")[1]) is empty


@pytest.mark.parametrize(
    "text", ["age_on(d) > 121", "age_on(d) < 192", "160 <= age_on(d)", "age_on(d) in [5, 121]"]
)
def test_ages_that_nobody_has_are_refused(text: str) -> None:
    assert _resolved(text) == (None, ["TYP216"])


def test_ages_up_to_the_oldest_are_ages() -> None:
    assert _resolved("age_on(d) <= 120 and age_on(d) >= 0")[1] == []
