"""How diagnostics look, to people and to programs."""

from __future__ import annotations

import json

from cohort.diagnostics import Diagnostics
from cohort.diagnostics.render import WIDEST_EXCERPT, render_json, render_text
from cohort.source import Place, Source, Span


def one(text: str, start: int, end: int, *, name: str = "study.yaml", found: str = "x") -> Diagnostics:
    diagnostics = Diagnostics()
    place = Place(Source(name, text), Span(start, end))
    diagnostics.add("EXP109", place, at="population.known", found=found, written="=")
    return diagnostics


def carets(text: str, start: int, end: int) -> tuple[str, str]:
    lines = render_text(one(text, start, end), colour=False).splitlines()
    return lines[2].partition(" | ")[2], lines[3].partition(" | ")[2]


def test_whole_rendering() -> None:
    text = "a: b\nkeep: x == 1\n"
    assert render_text(one(text, 13, 15, found="=="), colour=False) == (
        "error EXP109: `==` is not an operator here.\n"
        "  --> study.yaml:2:9\n"
        "2 | keep: x == 1\n"
        "  |         ^^\n"
        "help: Write `=`.\n"
        "\n"
        "1 error.\n"
    )


def test_summary_counts_each_severity() -> None:
    diagnostics = one("a", 0, 1)
    diagnostics.add("YML101", None)
    assert render_text(diagnostics, colour=False).endswith("\n2 errors.\n")
    assert render_text(Diagnostics(), colour=False) == "No problems.\n"


def test_without_a_place_there_is_no_excerpt() -> None:
    diagnostics = Diagnostics()
    diagnostics.add("YML101", None)
    assert render_text(diagnostics, colour=False).splitlines()[1].startswith("help: ")


def test_tabs_and_wide_characters_keep_carets_below() -> None:
    assert carets("\ta: b", 1, 2) == ("    a: b", "    ^")
    assert carets("漢字: b", 4, 5) == ("漢字: b", "      ^")
    assert carets("漢字: b", 0, 2) == ("漢字: b", "^^^^")
    assert carets("e\u0301: b", 4, 5) == ("e\u0301: b", "   ^")


def test_spans_over_lines_and_empty_spans() -> None:
    assert carets("a: |\n  b\n", 3, 9) == ("a: |", "   ^")
    assert carets("ab", 2, 2) == ("ab", "  ^")
    assert carets("", 0, 0) == ("", "^")


def test_long_lines_are_cut_around_the_place() -> None:
    for start, end in ((0, 3), (5_000, 5_003), (9_997, 10_000), (100, 9_000), (0, 10_000)):
        line, below = carets("x" * 10_000, start, end)
        assert len(line) <= WIDEST_EXCERPT + 2
        assert len(below) <= len(line)
        assert below.strip(" ^") == ""
    line, below = carets("a" * 500 + "HERE" + "b" * 500, 500, 504)
    assert line[below.index("^") : below.rindex("^") + 1] == "HERE"


def test_nothing_can_steer_the_terminal() -> None:
    shown = render_text(one("a\x1b[2J\u202e: b", 0, 5, name="s\x1b.yaml", found="\x1b[2J"), colour=False)
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_colour_adds_only_colour() -> None:
    diagnostics = one("a == b", 2, 4)
    coloured = render_text(diagnostics, colour=True)
    assert "\x1b[1;31m" in coloured
    for code in ("\x1b[1;31m", "\x1b[1;1m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == render_text(diagnostics, colour=False)


def test_json() -> None:
    (item,) = json.loads(render_json(one("a: b\nkeep: x == 1\n", 13, 15, found="==")))
    assert item == {
        "code": "EXP109",
        "rule": "operator-of-another-language",
        "severity": "error",
        "message": "`==` is not an operator here.",
        "help": "Write `=`.",
        "suggestion": None,
        "file": "study.yaml",
        "line": 2,
        "column": 9,
        "end_line": 2,
        "end_column": 11,
        "at": "population.known",
    }
    assert json.loads(render_json(Diagnostics())) == []
