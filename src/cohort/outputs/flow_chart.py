"""The flow of a cohort as a chart: boxes downwards for those who remain, at the side for those excluded."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import Any

from cohort.outputs.flow_layout import WIDTH, Layout, Style, lay_out
from cohort.outputs.words import Symbols, one_line
from cohort.results.model import SafeAttrition

_DPI = 150
_FRAME = "#3d5166"
_SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cohort",
    "font.family": ["sans-serif"],
    # Wide, and it comes with matplotlib. A reader's own sans-serif may be narrower, seldom wider, so what is
    # measured here fits there.
    "font.sans-serif": ["DejaVu Sans"],
    "text.hinting": "none",
}


@dataclass(frozen=True)
class FlowChart:
    """A chart as two files' contents."""

    svg: bytes
    png: bytes


def draw_flow_chart(attrition: SafeAttrition, *, symbols: Symbols, policy: str, synthetic: bool) -> FlowChart:
    """Draw a protected flow as SVG (texts stay texts) and PNG (150 dots an inch); the same bytes every time."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    with matplotlib.rc_context(), warnings.catch_warnings():
        # A user's own matplotlib settings must not change the chart.
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        # A letter that the typeface lacks becomes a frame in the picture; the SVG and the table still have it.
        warnings.filterwarnings("ignore", message="Glyph")
        renderer = FigureCanvasAgg(Figure(dpi=_DPI)).get_renderer()

        def measure(text: str, style: Style) -> float:
            font = FontProperties(family="sans-serif", size=style.size, weight=style.weight)
            return float(renderer.get_text_width_height_descent(text, font, ismath=False)[0]) / _DPI

        layout = lay_out(attrition, symbols=symbols, policy=policy, synthetic=synthetic, measure=measure)
        figure = Figure(figsize=(WIDTH, layout.height), dpi=_DPI)
        _draw(figure, layout)
        svg, png = io.BytesIO(), io.BytesIO()
        names = {"Date": None, "Creator": None, "Title": one_line(attrition.title)}
        figure.savefig(svg, format="svg", metadata=names)
        figure.savefig(png, format="png", dpi=_DPI, metadata={"Software": None})
    return FlowChart(_tidied(svg.getvalue().decode("utf-8")), png.getvalue())


def _draw(figure: Any, layout: Layout) -> None:
    """Put the parts of a layout on a figure; inches from its lower left corner are matplotlib's way."""
    from matplotlib.patches import FancyArrowPatch, Rectangle

    inches = figure.dpi_scale_trans
    for arrow in layout.arrows:
        figure.add_artist(
            FancyArrowPatch(
                (arrow.from_left, layout.height - arrow.from_top),
                (arrow.to_left, layout.height - arrow.to_top),
                arrowstyle="-|>,head_length=5,head_width=2.6",
                mutation_scale=1,
                shrinkA=0,
                shrinkB=0,
                linewidth=1.1,
                color=_FRAME,
                transform=inches,
            )
        )
    for box in layout.boxes:
        figure.add_artist(
            Rectangle(
                (box.left, layout.height - box.bottom),
                box.width,
                box.height,
                facecolor=box.fill,
                edgecolor=_FRAME,
                linewidth=box.edge,
                transform=inches,
            )
        )
    for placed in [*layout.free, *(line for box in layout.boxes for line in box.placed)]:
        figure.text(
            placed.left,
            layout.height - placed.baseline,
            placed.line.text,
            transform=inches,
            ha="left",
            va="baseline",
            fontsize=placed.line.style.size,
            fontweight=placed.line.style.weight,
            color=placed.line.style.colour,
            # A dollar sign in a label is a dollar sign.
            parse_math=False,
        )


def _tidied(svg: str) -> bytes:
    """Drop what speaks of the drawing program, and say that the whole is one picture with a name."""
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg.replace("\r\n", "\n"), flags=re.DOTALL)
    svg = re.sub(r"\s*<!DOCTYPE.*?>", "", svg, count=1, flags=re.DOTALL)
    return svg.replace("<svg ", '<svg role="img" ', 1).encode("utf-8")


def inline_svg(chart: FlowChart, prefix: str) -> str:
    """Return the chart for use inside a page: no prolog, no style that leaks out, names unique in the page."""
    svg = chart.svg.decode("utf-8")
    svg = svg[svg.index("<svg ") :]
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, count=1, flags=re.DOTALL)
    svg = re.sub(r'(<[^<>]*?\bid=")', rf"\g<1>{prefix}-", svg)
    return re.sub(r'(url\(#|xlink:href="#)', rf"\g<1>{prefix}-", svg)
