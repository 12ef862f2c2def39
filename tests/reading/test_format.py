"""Formatting: one way to write a spec, which says the same, keeps every comment, and changes nothing twice."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from cohort.diagnostics import Diagnostics
from cohort.language import rewrite
from cohort.source import Source
from cohort.source.nodes import ScalarNode
from cohort.spec.format import Formatted, format_spec
from cohort.spec.model import Spec

from .specs import ROOT, expression, period, spec
from .test_hostile_files import PIECES
from .test_printer import bare

STUDIES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "specs").glob("*.yaml"))}
STUDIES = {name: text for name, text in STUDIES.items() if text.lstrip("# \n").find("cohort_spec:") >= 0}


def formatted(text: str) -> Formatted:
    found = format_spec(Source("study.yaml", text), Diagnostics(), rewrite)
    assert found is not None
    return found


def meaning(value: object) -> object:
    """A spec without places; expressions as trees."""
    if isinstance(value, BaseModel):
        return tuple(meaning(getattr(value, name)) for name in type(value).model_fields)
    if isinstance(value, tuple):
        return tuple(meaning(part) for part in value)
    if isinstance(value, ScalarNode):
        text = value.text
        tree = expression(text)[0] or period(text)[0]
        return text.strip() if tree is None else bare(tree)
    return value


def read(text: str) -> Spec:
    found, diagnostics = spec(text)
    assert found is not None, [item.headline for item in diagnostics]
    return found


def comments(text: str) -> Counter[str]:
    """Comments by a rule of their own: the texts of these tests have no other `#` after a blank or a line's start."""
    return Counter(re.findall(r"(?:^|(?<=\s))#.*?(?=\s*$)", text, re.MULTILINE))


@pytest.mark.parametrize("name", STUDIES)
def test_the_studies_are_written_as_they_are_formatted(name: str) -> None:
    assert formatted(STUDIES[name]) == Formatted(STUDIES[name], kept=False)


def test_there_are_studies_to_format() -> None:
    assert len(STUDIES) >= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("b: 1\na: 2\n", "b: 1\n\na: 2\n", id="unknown keys keep their order"),
        pytest.param("disclosure: sail\ncohort_spec: 1\n", "cohort_spec: 1\n\ndisclosure: sail\n", id="sections"),
        pytest.param(
            "study: {question: q, id: s}\n", "study: {id: s, question: q}\n", id="keys in brackets"
        ),
        pytest.param(
            "study:\n  tags:   {b-c: true,a: false}\n  id: s\n",
            "study:\n  id: s\n  tags: {b-c: true, a: false}\n",
            id="tags keep their order and stand last",
        ),
        pytest.param(
            "definitions:\n    a:\n        note: n\n        keep_first: x\n        where: y\n        from: z\n",
            "definitions:\n  a:\n    from: z\n    keep_first: x\n    where: y\n    note: n\n",
            id="operations keep their order",
        ),
        pytest.param(
            "population:\n  steps:\n  - keep: (a)\n    # why\n    id: b\n  - id: c\n    keep: d\n",
            "population:\n  steps:\n    # why\n    - id: b\n      keep: a\n    - id: c\n      keep: d\n",
            id="items",
        ),
        pytest.param(
            "variables:\n  v: ((a+1))>2 and(b)\n  w:\n    value: a   in [ 1,2 ]\n    label: ((x))\n",
            "variables:\n  v: a + 1 > 2 and b\n  w:\n    label: ((x))\n    value: a in [1, 2]\n",
            id="expressions and other texts",
        ),
        pytest.param(
            "windows:\n  w: from   a through(b)\n", "windows:\n  w: from a through b\n", id="periods"
        ),
        pytest.param("variables:\n  v: a = (b\n", "variables:\n  v: a = (b\n", id="no expression"),
        pytest.param('variables:\n  v: ("x") = a\n', 'variables:\n  v: ("x") = a\n', id="no plain text without it"),
        pytest.param("variables: {v: f(a), w: (b)}\n", "variables: {v: f(a), w: b}\n", id="brackets in brackets"),
        pytest.param(
            "variables:\n  v: |\n     a  =  1\n       and b\n\n  w:   >-\n    c\n",
            "variables:\n  v: |\n    a  =  1\n      and b\n\n  w: >-\n    c\n",
            id="blocks",
        ),
        pytest.param(
            "variables:\n  v: a\n    and (b)\nstudy:\n  title: one\n      two\n\n      three\n  question: 'x\n   y'\n",
            "study:\n  title: one\n    two\n\n    three\n  question: 'x\n    y'\n\nvariables:\n  v: a and b\n",
            id="texts over several lines",
        ),
        pytest.param(
            "accept: [a,\n  b]\noutputs: {o: {by: [" + ", ".join(["long_name"] * 12) + "]}}\n",
            "outputs:\n  o:\n    by:\n" + "      - long_name\n" * 12 + "\naccept: [a, b]\n",
            id="brackets that fit and that do not",
        ),
        pytest.param("a: []\nb: {}\nc:\nd: ''\n", "a: []\n\nb: {}\n\nc:\n\nd: ''\n", id="empty"),
        pytest.param("a:\n- - b\n  - c\n- d\n", "a:\n  - - b\n    - c\n  - d\n", id="lists in lists"),
        pytest.param("a: 1\n\n\n\nb:\n  c: 2\n\n\n\n  d: 3\n", "a: 1\n\nb:\n  c: 2\n\n  d: 3\n", id="empty lines"),
        # comments
        pytest.param(
            "# top\n\n# of b\nb: 1 # x\n# of a\na: 2\n# end\n",
            "# top\n\n# of b\nb: 1  # x\n\n# of a\na: 2\n\n# end\n",
            id="top, above, beside, end",
        ),
        pytest.param(
            "#1\nwindows: # 2\n  # 3\n  a: # 4\n    # 5\n    from b until c # 6\n  # 7\nstudy: {} # 8\n",
            "study: {}  # 8\n\n#1\nwindows:  # 2\n  # 3\n  # 5\n  # 4\n  a: from b until c  # 6\n  # 7\n",
            id="comments move with their keys",
        ),
        pytest.param(
            "a: [x, # one\n  # two\n  y] # three\n", "a:\n  - x  # one\n  # two\n  - y  # three\n", id="in brackets"
        ),
        pytest.param(
            "a: |  # one\n  # text\n  b\n # two\nc: d\n",
            "a: |  # one\n  # text\n  b\n\n# two\nc: d\n",
            id="block",
        ),
        pytest.param(
            "a:\n  - # one-two\n    b: c\n    # three\n  - d\n",
            "a:\n  # one-two\n  - b: c\n    # three\n  - d\n",
            id="items with comments",
        ),
        pytest.param("a: 'x # y'\nb: x#y # z\n", "a: 'x # y'\n\nb: x#y  # z\n", id="no comment"),
    ],
)  # fmt: skip
def test_formatted(before: str, after: str) -> None:
    assert formatted(before) == Formatted(after, kept=False)
    assert formatted(after) == Formatted(after, kept=False)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a:\n  b: |2\n      c\n", id="a block that says its indentation"),
        pytest.param("a: |+\n  b\n\n\nc: d\n", id="a block that keeps its last empty lines"),
    ],
)
def test_what_cannot_be_kept_leaves_the_file_as_it_is(text: str) -> None:
    assert formatted(text) == Formatted(text, kept=True)


def test_a_file_that_cannot_be_read_is_not_formatted() -> None:
    diagnostics = Diagnostics()
    assert format_spec(Source("study.yaml", "a: [\n"), diagnostics, rewrite) is None
    assert diagnostics.has_errors


NOT_ORDERED = {
    "definitions",
    "add",
    "mark",
    "bands",
    "sources",
    "codelists",
    "windows",
    "variables",
    "outputs",
    "ends",
    "join_spells",
}


def shuffled(value: object, draw: st.DrawFn, name: str = "") -> object:
    """Put keys into another order where order means nothing."""
    if isinstance(value, list):
        return [shuffled(item, draw) for item in value]
    if not isinstance(value, dict):
        return value
    pairs = [(key, shuffled(inner, draw, key)) for key, inner in value.items()]
    is_definition = "from" in value or "union" in value
    if name not in NOT_ORDERED and not is_definition:
        pairs = draw(st.permutations(pairs))
    elif is_definition:
        last = [pair for pair in pairs if pair[0] == "note"]
        pairs = [*last, *(pair for pair in pairs if pair[0] != "note")]
    return dict(pairs)


@st.composite
def rewritten_studies(draw: st.DrawFn) -> str:
    """A study in another order and another style of YAML, with comments put in."""
    data = yaml.load(draw(st.sampled_from(list(STUDIES.values()))), yaml.BaseLoader)
    flow = draw(st.sampled_from([None, False, True]))
    text = yaml.dump(
        shuffled(data, draw),
        default_flow_style=flow,
        sort_keys=False,
        allow_unicode=True,
        width=draw(st.sampled_from([40, 90, 10_000])),
        indent=draw(st.sampled_from([2, 4])),
    )
    lines = text.split("\n")
    quoted = "'" in text or '"' in text
    for number in draw(st.lists(st.integers(0, len(lines) - 1), max_size=6, unique=True)):
        line = lines[number]
        indent = " " * draw(st.integers(0, 8))
        # A comment inside a text of several lines would end it or be part of it.
        if re.match(r"\s*(- )?[a-z_0-9]+:( |$)", line) and not quoted:
            lines[number] = f"{indent}# above {number}\n{line}"
        elif line.endswith((",", ":", "]")) and not quoted:
            lines[number] = f"{line} # beside {number}"
    return "\n".join(lines)


@given(rewritten_studies())
@settings(deadline=None, max_examples=30)
def test_formatting_keeps_the_spec_and_its_comments_and_is_done_once(text: str) -> None:
    before = read(text)
    found = formatted(text)
    assert not found.kept
    assert meaning(read(found.text)) == meaning(before)
    assert comments(found.text) == comments(text)
    assert formatted(found.text) == found


@st.composite
def commented_studies(draw: st.DrawFn) -> str:
    """A study as it is, with comments and empty lines at many places, and some lines exchanged."""
    lines = draw(st.sampled_from(list(STUDIES.values()))).split("\n")
    found: list[str] = []
    block = -1
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if block >= 0 and line.strip() and indent <= block:
            block = -1
        if block < 0 and not line.strip().startswith("#") and number % draw(st.integers(1, 9)) == 0:
            found += [f"{' ' * draw(st.integers(0, 8))}# above {number}"] * draw(st.integers(0, 2))
            found += [""] * draw(st.integers(0, 2))
            if line.strip() and not line.endswith(("|", ">")):
                line = f"{line} # beside {number}"
        if line.endswith(("|", ">")) and block < 0:
            block = indent
        found.append(line)
    return "\n".join(found)


@given(commented_studies())
@settings(deadline=None, max_examples=30)
def test_comments_at_many_places(text: str) -> None:
    before = read(text)
    found = formatted(text)
    assert not found.kept
    assert meaning(read(found.text)) == meaning(before)
    assert comments(found.text) == comments(text)
    assert formatted(found.text) == found


@st.composite
def torn(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(list(STUDIES.values())))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


@given(torn())
@settings(deadline=None, max_examples=60)
def test_any_file_that_can_be_read_is_formatted_or_kept(text: str) -> None:
    diagnostics = Diagnostics()
    found = format_spec(Source("study.yaml", text), diagnostics, rewrite)
    assert (found is None) == diagnostics.has_errors
    if found is not None:
        assert found.text == text if found.kept else True
        assert formatted(found.text).text == found.text
        first, second = spec(text), spec(found.text)
        assert (first[0] is None) == (second[0] is None)
        assert sorted(item.rule.code for item in first[1]) == sorted(item.rule.code for item in second[1])


def test_paths_of_the_tables_are_of_the_language() -> None:
    """Each expression of the studies is one by the table: spoilt, it would be written as it is."""
    text = STUDIES["infants_entering_care.yaml"]
    spoilt = re.sub(r"(keep|value|among|where|when|index_date): (?!\|)(.*)", r"\1: (\2)", text)
    assert spoilt != text
    assert formatted(spoilt).text == text
