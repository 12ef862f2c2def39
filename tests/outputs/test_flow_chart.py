"""The flow chart: well formed, the same twice, and with nothing overlapping or outside the page."""

from __future__ import annotations

import itertools
import struct
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from cohort.outputs.flow_chart import draw_flow_chart, inline_svg
from cohort.outputs.flow_layout import WIDTH, Layout, Style, lay_out
from cohort.outputs.words import Symbols
from cohort.results.model import SafeAttrition

from .results_for_outputs import FLOW, HIDDEN, IMPOSSIBLE, shown

SYMBOLS = Symbols("*", "z")
TEXTS = ("", "Short", "Several words that need more than a line, " * 4, "x" * 200, "Tŷ $5 & $6 <b> \u65e5")


def flow_of(count: int) -> SafeAttrition:
    """Steps with every mixture of short and long texts."""
    texts = itertools.cycle(itertools.product(TEXTS, TEXTS))
    steps = tuple(
        replace(
            FLOW.steps[0],
            id=f"step{number}",
            words=words,
            why=why,
            remaining=HIDDEN if number % 4 == 1 else shown(99000 - number),
            excluded=IMPOSSIBLE if number == 0 else shown(1234) if number % 2 else HIDDEN,
        )
        for number, (words, why) in zip(range(count), texts, strict=False)
    )
    return replace(FLOW, title="A title that is long " * 8, steps=steps)


def measure(text: str, style: Style) -> float:
    return len(text) * style.size * 0.62 / 72


def laid_out(flow: SafeAttrition) -> Layout:
    return lay_out(flow, symbols=SYMBOLS, policy="sail", synthetic=True, measure=measure)


@pytest.mark.parametrize("count", range(16))
def test_nothing_overlaps_or_leaves_the_page(count: int) -> None:
    layout = laid_out(flow_of(count))
    for box in layout.boxes:
        assert box.left >= 0.2
        assert box.left + box.width <= WIDTH - 0.2
        assert 0 < box.top < box.bottom < layout.height
        for placed in box.placed:
            assert placed.left + measure(placed.line.text, placed.line.style) <= box.left + box.width
            assert box.top < placed.baseline < box.bottom
    for one, other in itertools.combinations(layout.boxes, 2):
        beside = one.left + one.width < other.left or other.left + other.width < one.left
        assert beside or one.bottom < other.top or other.bottom < one.top
    for placed in layout.free:
        assert placed.left + measure(placed.line.text, placed.line.style) <= WIDTH
        assert placed.baseline < layout.height
        assert not [box for box in layout.boxes if box.top < placed.baseline < box.bottom]
    for arrow in layout.arrows:
        crossed = [
            box
            for box in layout.boxes
            if box.left < arrow.from_left < box.left + box.width
            and max(box.top, arrow.from_top) < min(box.bottom, arrow.to_top) - 1e-9
        ]
        assert not crossed


@pytest.mark.parametrize("count", [0, 1, 15])
def test_pictures_are_whole_and_the_same_twice(count: int) -> None:
    flow = flow_of(count)
    chart = draw_flow_chart(flow, symbols=SYMBOLS, policy="sail", synthetic=True)
    assert chart == draw_flow_chart(flow, symbols=SYMBOLS, policy="sail", synthetic=True)
    assert chart.png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", chart.png[16:24])
    assert width == round(WIDTH * 150)
    assert height > 200
    for chunk in (b"tIME", b"tEXt", b"iTXt"):
        assert chunk not in chart.png
    root = ElementTree.fromstring(chart.svg)
    assert root.get("role") == "img"
    assert b"matplotlib" not in chart.svg
    assert b"http" not in chart.svg.replace(b"http://www.w3.org/", b"")
    texts = [element for element in root.iter() if element.tag.endswith("}text")]
    assert all("sans-serif" in (element.get("style") or "") for element in texts)
    if count:
        assert "n = 99,000" in [element.text for element in texts]


def test_every_word_and_number_is_in_the_chart() -> None:
    chart = draw_flow_chart(FLOW, symbols=SYMBOLS, policy="sail", synthetic=True)
    words = " ".join(" ".join(ElementTree.fromstring(chart.svg).itertext()).split())
    for step in FLOW.steps:
        assert step.words in words
        assert step.why in words
    for text in ("n = 36,850", "Excluded: n = 5,605", "Excluded: n = *", "Excluded: n = 0", "Synthetic data"):
        assert text in words
    real = draw_flow_chart(FLOW, symbols=SYMBOLS, policy="sail", synthetic=False)
    assert b"Synthetic" not in real.svg
    assert real.png != chart.png


def test_two_charts_in_one_page_share_no_name() -> None:
    chart = draw_flow_chart(FLOW, symbols=SYMBOLS, policy="sail", synthetic=True)
    names = [
        {element.get("id") for element in ElementTree.fromstring(inline_svg(chart, prefix)).iter()} - {None}
        for prefix in ("one", "two")
    ]
    assert names[0]
    assert not names[0] & names[1]
    assert "<style" not in inline_svg(chart, "one")


def test_importing_the_writers_loads_no_heavy_library() -> None:
    program = "import sys, cohort.outputs; print([m for m in ('matplotlib', 'jinja2', 'polars') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_drawing_never_loads_pyplot() -> None:
    program = (
        "import sys; from cohort.outputs.flow_chart import draw_flow_chart as draw;"
        "from cohort.outputs.words import Symbols; from cohort.results.model import SafeAttrition;"
        "draw(SafeAttrition('a', 'A', 'children', ()), symbols=Symbols('*', 'z'), policy='p', synthetic=True);"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
