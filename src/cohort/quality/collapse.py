"""Tables of years made short where many years say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def cells_for_all_years(
    texts: Mapping[str, Sequence[str]],
) -> tuple[dict[str, list[str]], dict[str, Sequence[str]]]:
    """Return the names with one text for all years, by text, and the other names with their texts by year."""
    same: dict[str, list[str]] = {}
    other: dict[str, Sequence[str]] = {}
    for name, cells in texts.items():
        if len(set(cells)) == 1:
            same.setdefault(cells[0], []).append(name)
        else:
            other[name] = cells
    return same, other


def stretches(lines: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the first and last place of years that follow one another and hold the same cells, with these cells.

    What is no year (earlier, later, not known) keeps a line of its own.
    """
    first = 0
    for place, (label, cells) in enumerate(lines):
        after = lines[place + 1] if place + 1 < len(lines) else None
        if after is None or after[1] != cells or not (label[:1].isdigit() and after[0][:1].isdigit()):
            yield first, place, cells
            first = place + 1
