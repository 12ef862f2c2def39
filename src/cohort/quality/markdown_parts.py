"""Parts of Markdown that a data-quality statement is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cohort.catalogue import Fact
from cohort.quality.collapse import stretches
from cohort.quality.statement import TableQuality, share
from cohort.results.model import ALL, SafeCell, State

TOGETHER = "all"


def year_label(year: str) -> str:
    """Return a year as pages show it."""
    return TOGETHER if year == ALL else year


def years_together(lines: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    """Years that follow one another and show the same are one line; the total of all years keeps its own."""
    *each, total = lines
    for first, last, cells in stretches(each):
        yield from_to(each[first][0], each[last][0]), cells
    yield total


def from_to(first: str, last: str) -> str:
    """Return the words for a stretch of years."""
    return first if first == last else f"{first} to {last}"


def span(table: TableQuality) -> str:
    """Return the first and last day that a table holds."""
    held = table.table.held
    return f"{held.first_day or 'not known'} to {held.last_day or 'not known'}"


def facts(told: Iterable[Fact]) -> Iterator[str]:
    """Yield facts with their confidence and source."""
    for fact in told:
        yield f"{line(fact.text)} [{fact.confidence}: {line(fact.source)}]"


def once(texts: Iterable[str]) -> Iterator[str]:
    """Yield each text once, in the order of the first."""
    yield from dict.fromkeys(texts)


def sub(title: str) -> Iterator[str]:
    """Yield a heading of the third level."""
    yield f"### {line(title)}"
    yield ""


def bullets(items: Iterable[str]) -> Iterator[str]:
    """Yield a list, and nothing for an empty one."""
    found = [f"- {item}" for item in items]
    if found:
        yield from found
        yield ""


def table_of(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table; a bar in a cell becomes a slash."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
    yield ""


def line(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def sentence(text: str) -> str:
    """Return a text with a capital."""
    return text[:1].upper() + text[1:]


def cell_of(cell: SafeCell, symbol: str) -> str:
    """Return a shown count, or the symbol in its place."""
    if cell.state is State.SHOWN and cell.count is not None:
        return f"{cell.count:,}"
    return symbol


def share_of(part: SafeCell, whole: SafeCell, symbol: str) -> str:
    """Return whole per cents, or the symbol where they are not to be had from shown counts."""
    found = share(part, whole)
    return symbol if found is None else f"{found}%"
