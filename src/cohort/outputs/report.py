"""The report: one HTML file with everything in it, that opens without a network and prints well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files as package_files
from typing import TYPE_CHECKING

from cohort.outputs.flow_chart import FlowChart, inline_svg
from cohort.outputs.markdown import split_title, to_html
from cohort.outputs.words import (
    SMALLEST_DENOMINATOR,
    SYNTHETIC_SENTENCE,
    Symbols,
    category_labels,
    combinations_of,
    legend,
    one_line,
    share,
    step_label,
    symbols_of,
)
from cohort.results.model import ALL, SafeAttrition, SafeCell, SafeResults, SafeTable, State

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


@dataclass(frozen=True)
class PageCell:
    """A cell as the page prints it; ``spoken`` says in words what a symbol stands for.

    ``beside_shares`` keeps room for a percentage, so that numbers of one column stand under one another.
    """

    text: str
    spoken: str
    share: str | None
    total: bool
    beside_shares: bool = False


@dataclass(frozen=True)
class PageRow:
    """A row with its label; ``why`` is the reason of a step."""

    label: str
    cells: tuple[PageCell, ...]
    why: str = ""
    total: bool = False


@dataclass(frozen=True)
class PageTable:
    """A table as the page prints it. ``across`` names the variable whose categories are the columns."""

    id: str
    title: str
    notes: tuple[str, ...]
    corner: str
    across: str
    columns: tuple[str, ...]
    rows: tuple[PageRow, ...]
    chart: str = ""


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
    tables = [table for table in safe.tables if isinstance(table, SafeTable)]
    after = [name for name in texts if name.endswith(".md") and name not in _BEFORE_TABLES]
    page = _template().render(
        title=one_line(title),
        safe=safe,
        version=version,
        synthetic=SYNTHETIC_SENTENCE if safe.synthetic else "",
        before=[_text_section(name, texts[name]) for name in _BEFORE_TABLES if name in texts],
        after=[_text_section(name, texts[name]) for name in after],
        flows=[
            _flow_table(flow, symbols, inline_svg(charts[flow.id], f"chart{position}"))
            for position, flow in enumerate(flows, start=1)
        ],
        tables=[_page_table(table, symbols) for table in tables],
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


def _flow_table(flow: SafeAttrition, symbols: Symbols, chart: str) -> PageTable:
    return PageTable(
        id=flow.id,
        title=one_line(flow.title),
        notes=(f"Counted: {one_line(flow.counted)}.",),
        corner="Step",
        across="",
        columns=("Remaining", "Excluded"),
        rows=tuple(
            PageRow(
                step_label(step),
                (_cell(step.remaining, symbols), _cell(step.excluded, symbols)),
                why=one_line(f"{step.words}. {step.why}" if step.words != step_label(step) else step.why),
            )
            for step in flow.steps
        ),
        chart=chart,
    )


def _page_table(table: SafeTable, symbols: Symbols) -> PageTable:
    notes = [f"Counted: {one_line(table.counted)}."]
    if table.group_words:
        notes.append(f"Of: {one_line(table.group_words)}.")
    rows = _cross_rows(table, symbols) if len(table.axes) == 2 else _list_rows(table, symbols)
    shares = any(cell.share for row in rows for cell in row.cells)
    if shares:
        notes.append(
            "In brackets: per cent of the row's total, from the printed counts."
            if len(table.axes) == 2
            else "In brackets: per cent of all, from the printed counts."
        )
    cross = len(table.axes) == 2
    return PageTable(
        id=table.id,
        title=one_line(table.title),
        notes=tuple(notes),
        corner=one_line(table.axes[0].label) if cross else ", ".join(one_line(a.label) for a in table.axes),
        across=one_line(table.axes[1].label) if cross else "",
        columns=tuple(category_labels(table.axes[1]).values()) if cross else ("Count",),
        rows=_with_room_for_shares(rows),
    )


def _with_room_for_shares(rows: tuple[PageRow, ...]) -> tuple[PageRow, ...]:
    columns = [
        any(cell.share for cell in column) for column in zip(*(row.cells for row in rows), strict=True)
    ]
    return tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, beside_shares=beside) for cell, beside in zip(row.cells, columns, strict=True)
            ),
        )
        for row in rows
    )


def _cross_rows(table: SafeTable, symbols: Symbols) -> tuple[PageRow, ...]:
    """Return rows by columns, each cell with its share of the row's total."""
    down, across = (category_labels(axis) for axis in table.axes)
    return tuple(
        PageRow(
            label,
            tuple(
                _cell(
                    table.cells[value, other],
                    symbols,
                    None if other == ALL else table.cells[value, ALL],
                    total=ALL in (value, other),
                )
                for other in across
            ),
            total=value == ALL,
        )
        for value, label in down.items()
    )


def _list_rows(table: SafeTable, symbols: Symbols) -> tuple[PageRow, ...]:
    """Return a row for each cell, with its share of the whole where there is one axis."""
    labels = [category_labels(axis) for axis in table.axes]
    rows: list[PageRow] = []
    for key in combinations_of(table):
        total = ALL in key or not key
        whole = None if total or len(key) != 1 else table.cells[(ALL,)]
        words = ", ".join(by[value] for by, value in zip(labels, key, strict=True)) or "All"
        rows.append(PageRow(words, (_cell(table.cells[key], symbols, whole, total=total),), total=total))
    return tuple(rows)


def _cell(
    cell: SafeCell, symbols: Symbols, whole: SafeCell | None = None, *, total: bool = False
) -> PageCell:
    return PageCell(
        text=symbols.text(cell, thousands=True),
        spoken="" if cell.state is State.SHOWN else cell.state.value,
        share=share(cell, whole) if whole is not None else None,
        total=total,
    )
