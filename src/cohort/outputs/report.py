"""The report: one HTML file with everything in it, that opens without a network and prints well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from cohort.outputs.flow_chart import FlowChart, inline_svg
from cohort.outputs.markdown import split_title, to_html
from cohort.outputs.pages import page_table
from cohort.outputs.words import SMALLEST_DENOMINATOR, SYNTHETIC_SENTENCE, legend, one_line, symbols_of
from cohort.results.model import SafeAttrition, SafeResults

if TYPE_CHECKING:
    from jinja2 import Template

_BEFORE_TABLES = ("question.md",)
_TITLES = {
    "question.md": "The question",
    "cohort.md": "Who is in the cohort",
    "conventions.md": "Conventions",
}


@dataclass(frozen=True)
class TextSection:
    """A text of the study as HTML under its own heading."""

    title: str
    html: str


def report_html(
    safe: SafeResults,
    *,
    title: str,
    texts: Mapping[str, str],
    charts: Mapping[str, FlowChart],
    version: str,
) -> str:
    """Return the page. ``charts`` are by flow; ``texts`` as for ``write_results`` (only ``.md`` is printed)."""
    symbols = symbols_of(safe)
    flows = [table for table in safe.tables if isinstance(table, SafeAttrition)]
    tables = [table for table in safe.tables if not isinstance(table, SafeAttrition)]
    after = [name for name in texts if name.endswith(".md") and name not in _BEFORE_TABLES]
    page = _template().render(
        title=one_line(title),
        safe=safe,
        version=version,
        synthetic=SYNTHETIC_SENTENCE if safe.synthetic else "",
        before=[_text_section(name, texts[name]) for name in _BEFORE_TABLES if name in texts],
        after=[_text_section(name, texts[name]) for name in after],
        flows=[
            replace(page_table(flow, symbols), chart=inline_svg(charts[flow.id], f"chart{position}"))
            for position, flow in enumerate(flows, start=1)
        ],
        tables=[page_table(table, symbols) for table in tables],
        legend=legend(safe),
        smallest_denominator=SMALLEST_DENOMINATOR,
    )
    return page.rstrip("\n") + "\n"


@cache
def _template() -> Template:
    import jinja2

    text = package_files("cohort.outputs").joinpath("report.html.jinja").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        newline_sequence="\n",
    )
    environment.filters["line"] = one_line
    return environment.from_string(text)


def _text_section(name: str, text: str) -> TextSection:
    own, rest = split_title(text)
    title = own or _TITLES.get(name) or name.removesuffix(".md").replace("_", " ").capitalize()
    return TextSection(title, to_html(rest, deepest_above=2))
