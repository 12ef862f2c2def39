"""The diagram of a table: its keys on the left, and on the right what each of them links to, as one inline SVG.

The same is said in words in the SVG's description, and again as a list with links below it on the page.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape

from cohort.catalogue.model import Catalogue, HeldTable, TableOutline
from cohort.diagnostics.listed import listed
from cohort.lookup.links import Link, links_of

_LETTER = 7.3
"""Width of a letter of the fixed-width face at 12 pixels."""
_LINE, _PAD, _HEAD = 18, 10, 28
_LEFT, _LEFT_WIDE = 10, 300
_RIGHT, _RIGHT_WIDE = 430, 420
_GAP = 14
_LETTERS = int((_RIGHT_WIDE - 2 * _PAD) / _LETTER)


@dataclass(frozen=True)
class Diagram:
    """An SVG element and what it shows in words."""

    svg: str
    words: str


@dataclass(frozen=True)
class _Box:
    """A box on the right: heading, lines, the columns that lead to it, and its top edge and height in pixels."""

    heading: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    top: int
    high: int
    across: bool


def diagram_of_table(table: HeldTable, catalogue: Catalogue) -> Diagram:
    """Return the diagram of a table."""
    links = links_of(table, catalogue)
    used = {column for link in links for column in link.columns}
    columns = [column for column in table.columns if column.name in table.key or column.name in used]
    rows = [(column.name, column.physical, column.name in table.key) for column in columns]
    boxes = _boxes(links, catalogue)
    high_left = _HEAD + len(rows) * 2 * _LINE + _PAD
    high = max(high_left, boxes[-1].top + boxes[-1].high - _LEFT if boxes else 0) + 2 * _LEFT
    words = _words(table, links, catalogue)
    parts = [
        _rectangle(_LEFT, _LEFT, _LEFT_WIDE, high_left, "own"),
        _text(_LEFT + _PAD, _LEFT + 19, table.name, "name"),
    ]
    middles: dict[str, int] = {}
    for number, (name, physical, key) in enumerate(rows):
        y = _LEFT + _HEAD + number * 2 * _LINE
        middles[name] = y + _LINE
        parts.append(
            _text(_LEFT + _PAD, y + 14, f"{'key  ' if key else '     '}{name}", "key" if key else "")
        )
        parts.append(_text(_LEFT + _PAD, y + 14 + _LINE - 3, f"     {physical}", "small"))
    for box in boxes:
        parts += _connectors(box, middles)
    for box in boxes:
        parts += _drawn(box)
    return Diagram(_svg(table.name, words, high, parts), words)


def diagram_of_outline(outline: TableOutline) -> Diagram:
    """Return the diagram of a table of which no column is known: a box that says so."""
    words = (
        f"The table {outline.name}. None of its columns is public, so neither its key nor any link is known."
    )
    high = _HEAD + _LINE + _PAD
    parts = [
        _rectangle(_LEFT, _LEFT, _LEFT_WIDE, high, "own"),
        _text(_LEFT + _PAD, _LEFT + 19, outline.name, "name"),
        _text(_LEFT + _PAD, _LEFT + _HEAD + 14, "no column is public", "small"),
    ]
    return Diagram(_svg(outline.name, words, high + 2 * _LEFT, parts), words)


def _boxes(links: tuple[Link, ...], catalogue: Catalogue) -> list[_Box]:
    boxes: list[_Box] = []
    top = _LEFT
    for link in links:
        if link.field:
            heading = f"same {link.field}, in other datasets"
            by_dataset: dict[str, int] = {}
            for name in link.tables:
                dataset = catalogue.tables[name].dataset
                by_dataset[dataset] = by_dataset.get(dataset, 0) + 1
            text = ", ".join(f"{dataset} ({number})" for dataset, number in by_dataset.items())
        else:
            heading, text = "same dataset", ", ".join(link.tables)
        by = textwrap.wrap(f"by {', '.join(link.columns)}", _LETTERS)
        lines = (*by, *textwrap.wrap(text, _LETTERS, break_on_hyphens=False))
        high = _HEAD + len(lines) * _LINE + _PAD // 2
        boxes.append(_Box(heading, lines, link.columns, top, high, bool(link.field)))
        top += high + _GAP
    return boxes


def _drawn(box: _Box) -> list[str]:
    parts = [
        _rectangle(_RIGHT, box.top, _RIGHT_WIDE, box.high, "across" if box.across else "within"),
        _text(_RIGHT + _PAD, box.top + 19, box.heading, "name"),
    ]
    parts += [
        _text(_RIGHT + _PAD, box.top + _HEAD + number * _LINE + 13, line, "")
        for number, line in enumerate(box.lines)
    ]
    return parts


def _connectors(box: _Box, middles: dict[str, int]) -> list[str]:
    start, end = _LEFT + _LEFT_WIDE, _RIGHT
    bend = (start + end) // 2
    y = box.top + _HEAD // 2
    kind = "across" if box.across else "within"
    return [
        f'<path class="line {kind}" d="M {start} {middles[column]} C {bend} {middles[column]}, {bend} {y}, {end} {y}"/>'
        for column in box.columns
    ]


def _words(table: HeldTable, links: tuple[Link, ...], catalogue: Catalogue) -> str:
    said = [f"The table {table.name}. Its key is {listed(table.key)}."]
    for link in links:
        by = listed(link.columns)
        if link.field:
            datasets = dict.fromkeys(catalogue.tables[name].dataset for name in link.tables)
            said.append(
                f"By {by} it links to the same {link.field} in {_tables(link.tables)} of other datasets: "
                f"{listed(tuple(datasets))}."
            )
        else:
            said.append(f"By {by} it links to {listed(link.tables)} of the same dataset.")
    if not links:
        said.append("No column is known to link it to another table.")
    return " ".join(said)


def _tables(names: tuple[str, ...]) -> str:
    return "one table" if len(names) == 1 else f"{len(names)} tables"


def _svg(name: str, words: str, high: int, parts: list[str]) -> str:
    wide = _RIGHT + _RIGHT_WIDE + _LEFT
    inside = "\n".join(parts)
    return (
        f'<svg class="diagram" role="img" aria-labelledby="diagram-title diagram-words" '
        f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" xmlns="http://www.w3.org/2000/svg">\n'
        f'<title id="diagram-title">Keys and links of {escape(name)}</title>\n'
        f'<desc id="diagram-words">{escape(words)}</desc>\n{inside}\n</svg>'
    )


def _rectangle(x: int, y: int, wide: int, high: int, kind: str) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{wide}" height="{high}" rx="4"/>'


def _text(x: int, y: int, text: str, kind: str) -> str:
    of_kind = f' class="{kind}"' if kind else ""
    return f'<text{of_kind} x="{x}" y="{y}" xml:space="preserve">{escape(text)}</text>'
