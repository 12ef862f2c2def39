"""Sheets of the catalogue as lines for a terminal: as wide as it is, without colour, with every confidence in words."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping

from cohort.lookup.search import Found
from cohort.lookup.sheet import Listing, Row, Sheet, Statement, text_of_cell
from cohort.lookup.words import NOT_RECORDED

_NARROWEST, _WIDEST, _USUAL = 40, 120, 100
_ABOUT = 18
"""The width of the words on the left of statements."""
_INDENT = "  "
_LEAST_COLUMN = 16
"""To this width a column can be made narrower, or to its longest word."""
_TITLES = ("title", "label", "message", "says")
"""Keys of the column that says most of a row."""
_MOST_LINES = 5
"""A table with a cell of more lines than this is shown as blocks."""


def terminal_width() -> int:
    """Return the width of the terminal in characters, within what is pleasant to read."""
    columns = shutil.get_terminal_size((_USUAL, 24)).columns
    return min(max(columns, _NARROWEST), _WIDEST)


def text_of_sheets(sheets: Iterable[Sheet], width: int) -> str:
    """Return sheets as text, each line at most as wide as asked for (one long name excepted)."""
    return "\n\n".join("\n".join(_sheet(sheet, width)) for sheet in sheets) + "\n"


def text_of_found(question: str, found: Found, shown: int, width: int) -> str:
    """Return the hits of a search as text, with what may have been meant."""
    return "\n".join(_found(question, found, shown, width)) + "\n"


def _found(question: str, found: Found, shown: int, width: int) -> Iterator[str]:
    for word, near in found.meant:
        hint = f"; did you mean “{near}”?" if near else "."
        yield from _wrapped(f"“{word}” stands nowhere in the catalogue{hint}", width)
    if not found.hits:
        yield from _wrapped(f"Nothing was found for “{question}”.", width)
        return
    number = len(found.hits)
    things = "1 thing has" if number == 1 else f"{number} things have"
    words = "most of the words" if found.partly else "all words"
    more = f"; the first {shown} are shown, --limit shows more" if number > shown else ""
    yield from _wrapped(f"{things} {words} of “{question}”{more}:", width)
    for hit in found.hits[:shown]:
        thing = hit.found
        name = thing.ref.name + (f" ({thing.physical})" if thing.physical else "")
        yield from _wrapped(f"{thing.ref.sort.value.ljust(11)} {name}", width, _INDENT, _INDENT * 7)
        yield from _wrapped(thing.title, width, _INDENT * 7, _INDENT * 7)


def _sheet(sheet: Sheet, width: int) -> Iterator[str]:
    head = f"{sheet.ref.sort.value} {sheet.ref.name}" if sheet.ref is not None else ""
    yield from _wrapped(f"{head}: {sheet.title}" if head else sheet.title, width)
    yield "=" * min(width, len(f"{head}: {sheet.title}" if head else sheet.title))
    numbers = _numbered(sheet.statements)
    for said in sheet.statements:
        yield from _statement(said, numbers, width)
    if numbers:
        yield ""
        yield "Sources"
    for source, number in numbers.items():
        left = f"{_INDENT}[{number}]".ljust(len(_INDENT) + 5)
        yield from _wrapped(f"{left}{source}", width, "", " " * len(left))
    for listing in sheet.listings:
        yield ""
        yield from _listing(listing, width)
    if sheet.note:
        yield ""
        yield from _wrapped(sheet.note, width)


def _numbered(statements: Iterable[Statement]) -> dict[str, int]:
    """Return a number for each source, in their order; none if every source is named once, and so stands in place."""
    sources = [said.source for said in statements if said.source]
    different = dict.fromkeys(sources)
    return (
        {source: number for number, source in enumerate(different, 1)}
        if len(different) < len(sources)
        else {}
    )


def _statement(said: Statement, numbers: Mapping[str, int], width: int) -> Iterator[str]:
    text = said.text
    names = [ref.name for ref in said.refs if ref.name != said.text]
    if names:
        text += f": {', '.join(names)}"
    source = f"source {numbers[said.source]}" if said.source in numbers else said.source
    tag = "; ".join(part for part in (said.sure or (NOT_RECORDED if source else ""), source) if part)
    text += f" [{tag}]" if tag else ""
    longest = max(map(len, text.split()), default=0)
    if len(said.about) >= _ABOUT or width < 60 or longest > width - _ABOUT - len(_INDENT):
        yield from _wrapped(f"{said.about}:", width, _INDENT)
        yield from _wrapped(text, width, _INDENT * 3)
        return
    left = f"{_INDENT}{said.about.ljust(_ABOUT)}"
    yield from _wrapped(left + text, width, "", " " * len(left))


def _listing(listing: Listing, width: int) -> Iterator[str]:
    number = f" ({len(listing.rows)})" if listing.rows and listing.counted else ""
    yield from _wrapped(f"{listing.title}{number}", width)
    if not listing.rows:
        yield from _wrapped(listing.empty, width, _INDENT)
        return
    kept, common = _kept(listing)
    heads = [listing.heads[place][1] for place in kept]
    cells = [[_words(row, place) for place in kept] for row in listing.rows]
    widths = _widths([heads, *cells], width - len(_INDENT))
    if widths is None:
        title = next((spot for spot, place in enumerate(kept) if listing.heads[place][0] in _TITLES), 0)
        yield from _blocks(heads, cells, title, width)
    else:
        numbers = {spot for spot, place in enumerate(kept) if _is_number(listing, place)}
        yield from _table(heads, cells, widths, numbers)
    if common:
        yield from _wrapped(f"Source of all: {common}", width, _INDENT)
    if listing.note:
        yield from _wrapped(listing.note, width, _INDENT)


def _words(row: Row, place: int) -> str:
    return " ".join(text_of_cell(row.cells[place]).split())


def _kept(listing: Listing) -> tuple[list[int], str]:
    """Return the columns that say something, and the one source of all rows if it is the same in all."""
    kept, common = [], ""
    for place, (key, _) in enumerate(listing.heads):
        texts = {_words(row, place) for row in listing.rows}
        if texts == {""}:
            continue
        if key == "source" and len(texts) == 1 and len(listing.rows) > 1:
            common = texts.pop()
            continue
        kept.append(place)
    return kept, common


def _widths(rows: list[list[str]], room: int) -> list[int] | None:
    """Return the widths of a table's columns in the room there is; None where some would be too narrow to read."""
    natural = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    room -= 2 * (len(natural) - 1)
    if sum(natural) <= room:
        return natural
    # No word is broken, and what is short keeps its width; the rest goes where most is still to be wrapped.
    words = [
        max(len(word) for row in rows for word in (row[place].split() or [""]))
        for place in range(len(natural))
    ]
    widths = [max(word, min(wide, _LEAST_COLUMN)) for word, wide in zip(words, natural, strict=True)]
    left = room - sum(widths)
    if left < 0:
        return None
    for _ in range(left):
        place = max(range(len(natural)), key=lambda place: natural[place] / widths[place])
        widths[place] += 1
    # Where texts are wrapped into many lines, blocks are easier to read than a table.
    if max(wide / have for wide, have in zip(natural, widths, strict=True)) > _MOST_LINES:
        return None
    return widths


def _is_number(listing: Listing, place: int) -> bool:
    return all(isinstance(row.cells[place], int) for row in listing.rows)


def _table(
    heads: list[str], rows: list[list[str]], widths: list[int], numbers: Collection[int]
) -> Iterator[str]:
    """Yield a table; columns of numbers stand at the right."""
    yield from _line(heads, widths, numbers)
    yield _INDENT + "  ".join("-" * wide for wide in widths)
    for row in rows:
        yield from _line(row, widths, numbers)


def _line(cells: list[str], widths: list[int], numbers: Collection[int]) -> Iterator[str]:
    wrapped = [textwrap.wrap(cell, wide) or [""] for cell, wide in zip(cells, widths, strict=True)]
    for number in range(max(len(lines) for lines in wrapped)):
        words = (lines[number] if number < len(lines) else "" for lines in wrapped)
        parts = [
            word.rjust(wide) if spot in numbers else word.ljust(wide)
            for spot, (word, wide) in enumerate(zip(words, widths, strict=True))
        ]
        yield (_INDENT + "  ".join(parts)).rstrip()


def _blocks(heads: list[str], rows: list[list[str]], title: int, width: int) -> Iterator[str]:
    """Yield each row as a block: its first cell and its title, and below them the others, each with its heading."""
    for row in rows:
        yield from _wrapped(f"{row[0]}: {row[title]}" if title else row[0], width, _INDENT, _INDENT * 2)
        said = [
            f"{head}: {cell}"
            for spot, (head, cell) in enumerate(zip(heads, row, strict=True))
            if cell and spot not in (0, title)
        ]
        yield from _wrapped(" | ".join(said), width, _INDENT * 3, _INDENT * 3)


def _wrapped(text: str, width: int, first: str = "", after: str | None = None) -> list[str]:
    """Return a text in lines; addresses and names are never broken."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if after is None else after,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
