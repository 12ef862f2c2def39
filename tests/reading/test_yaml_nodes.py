"""Nodes have the file's own text at the file's own places, and everything else in YAML is refused."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cohort.diagnostics import Diagnostics
from cohort.source import Source, yaml_nodes
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes

from .specs import STUDY, nodes


def scalars(node: Node) -> list[ScalarNode]:
    match node:
        case ScalarNode():
            return [node]
        case ListNode():
            return [found for item in node.items for found in scalars(item)]
        case MapNode():
            return [found for key, value in node for found in (key, *scalars(value))]


def all_places(node: Node) -> list[str]:
    inner: list[str] = []
    if isinstance(node, ListNode):
        inner = [text for item in node.items for text in all_places(item)]
    elif isinstance(node, MapNode):
        inner = [text for key, value in node for text in (key.place.text, *all_places(value))]
    return [node.place.text, *inner]


def first_value(text: str) -> ScalarNode:
    root, codes = nodes(text)
    assert root is not None, codes
    value = root.entries[0][1]
    assert isinstance(value, ScalarNode)
    return value


def test_scalars_stay_text() -> None:
    root, _ = nodes("a: 1\nb: yes\nc: 2020-01-01\nd: null\ne: ~\nf: 0x10\n")
    assert root is not None
    assert [value.text for _, value in root if isinstance(value, ScalarNode)] == [
        "1", "yes", "2020-01-01", "null", "~", "0x10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "raw", "place"),
    [
        ("a: b c\n", "b c", "b c", "b c"),
        ("a: b\n  c\n", "b c", "b\n  c", "b\n  c"),
        ("a: 'b c'\n", "b c", "b c", "'b c'"),
        ("a: 'it''s'\n", "it's", "it's", "'it''s'"),
        ('a: "b"\n', "b", "b", '"b"'),
        ('a: "b\\u00e9"\n', "bé", "bé", '"b\\u00e9"'),
        ("a: |\n  b\n    c\n\n\nd: e\n", "b\n  c\n", "  b\n    c", "|\n  b\n    c"),
        ("a: >-\n  b\n  c\nd: e\n", "b c", "  b\n  c", ">-\n  b\n  c"),
        ("a: | # why\n  b\n", "b\n", "  b", "| # why\n  b"),
        ("a: |\n  b", "b", "  b", "|\n  b"),
        ("a: |\n\nb: c\n", "", "", "|"),
        ("a:\nb: c\n", "", "", ""),
        ("é: ü𐍈 # x\n", "ü𐍈", "ü𐍈", "ü𐍈"),
    ],
)
def test_text_raw_and_place(text: str, value: str, raw: str, place: str) -> None:
    node = first_value(text)
    assert (node.text, node.raw, node.place.text) == (value, raw, place)


WORDS = st.text("abcxyzéü𐍈漢 =<>()+", min_size=1, max_size=12).map(str.strip).filter(bool)


@st.composite
def files(draw: st.DrawFn) -> str:
    lines = []
    for number in range(draw(st.integers(1, 6))):
        words = draw(st.lists(WORDS, min_size=1, max_size=4))
        styles = {
            "plain": "x" + " ".join(words),
            "single": f"'{' '.join(words)}'",
            "double": f'"{" ".join(words)}"',
            "block": "|\n    " + "\n    ".join(words),
            "folded": ">-\n    " + "\n\n    ".join(words),
            "many lines": "x" + "\n    x".join(words),
            "list": "[" + ", ".join(f"'{word}'" for word in words) + "]",
        }
        lines.append(f"é{number}: {draw(st.sampled_from(list(styles.values())))}")
        if draw(st.booleans()):
            lines.append("# ünder")
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n"]))


@given(files(), st.sampled_from([yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]))
def test_raw_is_the_slice_of_the_file(text: str, loader: type) -> None:
    usual = yaml_nodes._LOADER
    yaml_nodes._LOADER = loader
    try:
        root = read_nodes(Source("study.yaml", text), Diagnostics())
    finally:
        yaml_nodes._LOADER = usual
    assert root is not None
    for node in scalars(root):
        assert text[node.raw_offset : node.raw_offset + len(node.raw)] == node.raw
        assert node.place.span.start <= node.raw_offset
        assert node.raw_offset + len(node.raw) <= node.place.span.end
        assert node.raw.split() == node.text.split()


def test_both_loaders_give_the_same_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for loader in (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        monkeypatch.setattr(yaml_nodes, "_LOADER", loader)
        root, _ = nodes(STUDY)
        assert root is not None
        found.append((all_places(root), [(node.text, node.raw_offset) for node in scalars(root)]))
    assert found[0] == found[1]


def test_mappings_and_lists_end_with_their_last_word() -> None:
    root, _ = nodes("a:\n  b: c\n  d: [e, f ]\n\n# g\nh: {i: j }\nk:\n  - l\n\n  - m # n\n")
    assert root is not None
    inner = [value.place.text for _, value in root]
    assert inner == ["b: c\n  d: [e, f ]", "{i: j }", "- l\n\n  - m"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["YML101"]),
        ("# only a comment\n", ["YML101"]),
        ("---\n", ["YML101"]),
        ("- a\n", ["YML102"]),
        ("text\n", ["YML102"]),
        ("a: b\n---\nc: d\n", ["YML103"]),
        ("a: b\n...\nc: d\n", ["YML103"]),
        ("a: b\na: c\n", ["YML104"]),
        ("a: {b: c, 'b': d}\n", ["YML104"]),
        ("a: &x b\n", ["YML105"]),
        ("a: &x [b]\n", ["YML105"]),
        ("a: &x\n  b: c\nd: *x\n", ["YML105", "YML106"]),
        ("a: *x\n", ["YML106"]),
        ("*x : b\n", ["YML106"]),
        ("a: !!int 1\n", ["YML107"]),
        ("a: ! b\n", ["YML107"]),
        ("a: !!python/object:os.system b\n", ["YML107"]),
        ("a: !!str &x b\n", ["YML107", "YML105"]),
        ("a: !<b c\n", ["YML107"]),
        ("<<: {a: b}\n", ["YML108"]),
        ("? [a]\n: b\n", ["YML109"]),
        ("{{a: b}: c}\n", ["YML109"]),
        ("a:\tb\n", ["YML110"]),
        ("a: b\x00\n", ["YML111"]),
        ("a: \x1b[31mb\n", ["YML111"]),
        ("a: b\u2028c\n", ["YML111"]),
        ("a: \u202eb\n", ["YML111"]),
        ("a: \ud800\n", ["YML111"]),
        ("a: \r\n\tb", ["YML111", "YML110"]),
        ("\ufeffa: b\n", ["YML111"]),
        ("a: " + "[" * 51, ["YML112"]),
        ("%FOO\n---\na: b\n", ["YML113"]),
        ("%YAML 2.0\n---\na: b\n", ["YML113"]),
        ("a: [" + "x," * 20_000 + "]\n", ["YML114"]),
        ("a: b: c\n", ["YML201"]),
        ("a: b\nc\nd: e\n", ["YML202"]),
        ("a:b\nc: d\n", ["YML202"]),
        ("a: b\n  c: d\n", ["YML203"]),
        ("  a: b\nc: d\n", ["YML203"]),
        ("a: |\n    b\n  c\n", ["YML203"]),
        ("a: 'b\n", ["YML204"]),
        ('a: "b\n---\n', ["YML204"]),
        ("a: [b\nc: d\n", ["YML205"]),
        ("a: {b: c", ["YML205"]),
        ("a: {", ["YML205"]),
        ("a: [b]]\n", ["YML206"]),
        ("a:\n  - b\n  c: d\n", ["YML207"]),
        ("a: @b\n", ["YML208"]),
        ("a: `b`\n", ["YML208"]),
        ("a: * b\n", ["YML208"]),
        ("a: , b\n", ["YML208"]),
        ("a: - b\n", ["YML208"]),
        ('a: "\\q"\n', ["YML209"]),
        ("a: | b\n", ["YML210"]),
        ("a: {b: c in [1], d: e}\n", ["YML211"]),
        ('a: "b" c\n', ["YML212"]),
        ("a: [b] c\n", ["YML299"]),
    ],
)
def test_refused(text: str, codes: list[str]) -> None:
    assert nodes(text)[1] == codes


def test_problems_are_collected_and_limited() -> None:
    _, codes = nodes("a: &x b\nb: !y c\na: d\n")
    assert codes == ["YML105", "YML107", "YML104"]
    _, codes = nodes("a: b\n" * 10_000)
    assert len(codes) == yaml_nodes.MOST_PROBLEMS


def test_second_key_names_the_line_of_the_first() -> None:
    diagnostics = Diagnostics()
    read_nodes(Source("study.yaml", "a: b\nc: d\na: e\n"), diagnostics)
    (found,) = diagnostics
    assert found.place is not None
    assert (found.place.line, found.headline) == (3, "`a` is written twice; the first is on line 1.")
