"""Whatever a file holds, reading it ends soon and with diagnostics, never with an exception."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.render import render_json, render_text
from cohort.language import parse_expression, parse_period
from cohort.source import Source
from cohort.source.yaml_nodes import read_nodes
from cohort.spec import read_spec

from .specs import STUDY, expression, expressions_of, period, scalar

SECONDS = 5.0
"""Far above what is needed, so that a slow machine does not fail; what it must catch takes minutes."""


def read_all(text: str) -> Diagnostics:
    diagnostics = Diagnostics()
    root = read_nodes(Source("study.yaml", text), diagnostics)
    spec = read_spec(root, diagnostics) if root is not None else None
    if spec is not None:
        for _, window in spec.windows:
            parse_period(window, diagnostics, at="")
        for one in expressions_of(spec):
            parse_expression(one, diagnostics, at="")
    assert (spec is None) <= diagnostics.has_errors
    render_text(diagnostics, colour=True)
    render_json(diagnostics)
    return diagnostics


@given(st.text())
def test_any_text(text: str) -> None:
    read_all(text)


@given(st.binary())
def test_any_bytes(content: bytes) -> None:
    read_all(content.decode("utf-8", "replace"))


@given(st.text("ab: -[]{},'\"|>&*!?#%@\n<~", max_size=60))
def test_any_yaml_like_text(text: str) -> None:
    read_all(text)


PIECES = st.sampled_from(
    ["\n", "  ", ": ", "- ", "[", "]", "{", "}", "'", '"', "|", ">", "&a ", "*a", "!t ", "<<", "#", "\t", "é", "𐍈",
     "where", "from", "keep", "is missing", "=", "==", "(", ")", "2020-01-01", "1 day", "\x00", "", ","]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    text = STUDY
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


@given(mutated())
@settings(deadline=None)
def test_the_study_with_parts_torn_out(text: str) -> None:
    read_all(text)


@given(
    st.lists(
        st.sampled_from(
            ["a", "b.c", "(", ")", "[", "]", ",", "=", "<=", "and", "or", "not", "is", "missing", "in", "during",
             "from", "until", "through", "+", "-", "*", "/", "1", "2.5", '"x"', '"', "'", "2020-01-01", "2 years",
             "2", "years", "where", "to", "null", "true", "between", "AND", "==", ".", "é", "\n"]
        ),
        max_size=14,
    ).map(" ".join)
)  # fmt: skip
def test_any_row_of_words(text: str) -> None:
    for parsed, diagnostics in (expression(text), period(text)):
        assert (parsed is None) == diagnostics.has_errors
        for item in diagnostics:
            assert item.headline
            assert item.help
            assert item.place is not None
            assert 0 <= item.place.span.start <= item.place.span.end <= len(text)


@given(st.text(max_size=80))
def test_any_expression(text: str) -> None:
    diagnostics = Diagnostics()
    parse_expression(scalar(text), diagnostics, at="")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 1_000_000, id="brackets"),
        pytest.param("{a: " * 250_000, id="braces"),
        pytest.param("- " * 500_000, id="lists"),
        pytest.param("".join(" " * depth + "a:\n" for depth in range(1_300)), id="indentation"),
        pytest.param("? " * 500_000, id="questions"),
        pytest.param("a: b\n" * 200_000, id="one key again and again"),
        pytest.param("".join(f"k{number}: v\n" for number in range(80_000)), id="many keys"),
        pytest.param("a: [" + "x, " * 300_000 + "]", id="long list"),
        pytest.param("a: " + "x" * 1_000_000, id="long word"),
        pytest.param("x" * 1_000_000 + ": a", id="long key"),
        pytest.param("a: '" + "''" * 500_000, id="quotes"),
        pytest.param("a: |\n" + "  x\n" * 250_000, id="long block"),
        pytest.param("a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(40_000)), id="laughs"),
        pytest.param("\t" * 1_000_000, id="tabs"),
        pytest.param("#" * 1_000_000, id="comment"),
        pytest.param(
            "cohort_spec: 1\nstudy: {" + "".join(f"k{n}: v, " for n in range(80_000)) + "}",
            id="many wrong keys",
        ),
        pytest.param(
            "cohort_spec: 1\nvariables:\n" + "".join(f"  k{n}: [v]\n" for n in range(60_000)),
            id="wrong shapes",
        ),
        pytest.param(
            "cohort_spec: 1\noutputs:\n" + "".join(f"  K{n}: \n" for n in range(80_000)), id="empty parts"
        ),
    ],
)
def test_large_files_end_soon(text: str) -> None:
    started = time.perf_counter()
    diagnostics = read_all(text)
    assert time.perf_counter() - started < SECONDS
    assert diagnostics.has_errors
    assert len(diagnostics) <= 200
