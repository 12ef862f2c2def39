"""A small part of Markdown as HTML: headings, paragraphs, lists, tables, code, bold, emphasis.

Everything is escaped first; no HTML of the text survives, and links stay text, since a report opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(.*)$")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_CODE = re.compile(r"`([^`]+)`")


def to_html(text: str, *, deepest_above: int) -> str:
    """Return the HTML of a text whose headings stand below a heading of level ``deepest_above`` (1 to 5).

    Levels are shifted and never skipped, so that the page's outline stays whole for screen readers.
    """
    return "\n".join(_Reader(text, deepest_above).blocks())


def split_title(text: str) -> tuple[str | None, str]:
    """Return a first-level heading at the very start (None if there is none) and the rest of the text."""
    lines = _lines(text)
    while lines and not lines[0].strip():
        lines.pop(0)
    found = _HEADING.match(lines[0]) if lines else None
    if found is None or len(found[1]) != 1:
        return None, "\n".join(lines)
    return found[2], "\n".join(lines[1:])


def _lines(text: str) -> list[str]:
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in text.replace("\r\n", "\n"))
    return clean.split("\n")


def _inline(text: str) -> str:
    """Return one run of text escaped, with code, bold and emphasis."""
    parts = _CODE.split(text.strip())
    return "".join(
        f"<code>{escape(part)}</code>" if position % 2 else _emphasis(escape(part))
        for position, part in enumerate(parts)
    )


def _emphasis(escaped: str) -> str:
    bold = re.sub(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*", r"<strong>\1</strong>", escaped)
    return re.sub(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])", r"<em>\1</em>", bold)


class _Reader:
    """Reads a text block by block, from the top."""

    def __init__(self, text: str, deepest_above: int) -> None:
        self.lines = _lines(text)
        self.at = 0
        self.above = deepest_above
        self.level = deepest_above

    def blocks(self) -> list[str]:
        """Return the blocks of the text as HTML."""
        found: list[str] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.strip():
                self.at += 1
            elif line.lstrip().startswith("```"):
                found.append(self.code())
            elif heading := _HEADING.match(line):
                found.append(self.heading(len(heading[1]), heading[2]))
            elif _ITEM.match(line):
                found.append(self.list_at(_indent(line)))
            elif self.table_starts():
                found.append(self.table())
            else:
                found.append(self.paragraph())
        return found

    def heading(self, depth: int, words: str) -> str:
        self.at += 1
        self.level = min(6, self.level + 1, self.above + depth)
        return f"<h{self.level}>{_inline(words)}</h{self.level}>"

    def code(self) -> str:
        self.at += 1
        start = self.at
        while self.at < len(self.lines) and not self.lines[self.at].lstrip().startswith("```"):
            self.at += 1
        inside = "\n".join(self.lines[start : self.at])
        self.at += 1
        return f"<pre><code>{escape(inside)}</code></pre>"

    def paragraph(self) -> str:
        start = self.at
        self.at += 1
        while self.at < len(self.lines) and not self.starts_block(self.lines[self.at]):
            self.at += 1
        return f"<p>{_inline(' '.join(line.strip() for line in self.lines[start : self.at]))}</p>"

    def starts_block(self, line: str) -> bool:
        return (
            not line.strip()
            or line.lstrip().startswith("```")
            or _HEADING.match(line) is not None
            or _ITEM.match(line) is not None
            or self.table_starts()
        )

    def list_at(self, indent: int) -> str:
        """Read the items of one indent; deeper ones become lists inside the item above them."""
        first = _ITEM.match(self.lines[self.at])
        assert first is not None
        numbered = first[3] is not None
        items: list[str] = []
        while self.at < len(self.lines):
            item = _ITEM.match(self.lines[self.at])
            if item is None or _indent(item[0]) < indent or (item[3] is not None) != numbered:
                break
            self.at += 1
            words = [item[4]]
            while self.at < len(self.lines) and not self.starts_block(self.lines[self.at]):
                words.append(self.lines[self.at].strip())
                self.at += 1
            items.append(_inline(" ".join(words)))
            self.skip_blank_between_items(indent)
            inner = _ITEM.match(self.lines[self.at]) if self.at < len(self.lines) else None
            if inner is not None and _indent(inner[0]) > indent:
                items[-1] += self.list_at(_indent(inner[0]))
                self.skip_blank_between_items(indent)
        start = int(first[3]) if numbered else 1
        opening = "<ul>" if not numbered else "<ol>" if start == 1 else f'<ol start="{start}">'
        inside = "".join(f"<li>{item}</li>" for item in items)
        return f"{opening}{inside}</{'ol' if numbered else 'ul'}>"

    def skip_blank_between_items(self, indent: int) -> None:
        """Pass over one blank line if the list goes on after it."""
        after = self.at + 1
        if after < len(self.lines) and not self.lines[self.at].strip():
            item = _ITEM.match(self.lines[after])
            if item is not None and _indent(item[0]) >= indent:
                self.at = after

    def table_starts(self) -> bool:
        after = self.at + 1
        return (
            after < len(self.lines)
            and self.lines[self.at].lstrip().startswith("|")
            and "-" in self.lines[after]
            and _TABLE_RULE.match(self.lines[after]) is not None
        )

    def table(self) -> str:
        header = _table_cells(self.lines[self.at])
        self.at += 2
        rows: list[list[str]] = []
        while self.at < len(self.lines) and self.lines[self.at].lstrip().startswith("|"):
            cells = _table_cells(self.lines[self.at])
            rows.append([*cells[: len(header)], *[""] * (len(header) - len(cells))])
            self.at += 1
        head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in header)
        body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
        return f'<table class="words"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row(cells: Sequence[str]) -> str:
    return "".join(
        f'<th scope="row">{_inline(cell)}</th>' if position == 0 else f"<td>{_inline(cell)}</td>"
        for position, cell in enumerate(cells)
    )


def _table_cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
