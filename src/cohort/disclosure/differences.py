"""Cells of groups that lie in one another, and the lines in which a reader takes one group from the other."""

from __future__ import annotations

from collections.abc import Iterator

from cohort.disclosure.chain import Chain
from cohort.disclosure.structure import Cell, Difference, Line, holds


def nested_cells(cells: tuple[Cell, ...], chain: Chain) -> Iterator[tuple[Cell, Cell]]:
    """Yield (whole, inside) for every two cells of different groups of which one contains the other by its name."""
    known = set(cells)
    for whole in cells:
        if whole.part[0]:
            continue
        for group in range(whole.group + 1, len(chain.fixed)):
            fixed = chain.fixed[group]
            if any(not holds(value, fixed.get(name, value)) for name, value in whole.values):
                continue  # The group has another value by definition: nobody is in both.
            inside = Cell(group, tuple((n, v) for n, v in whole.values if n not in fixed))
            if inside in known:
                yield whole, inside


def lines_of_differences(
    lines: list[Line], differences: tuple[Difference, ...], first: int
) -> Iterator[Line]:
    """Yield the lines in which a reader takes a printed group from a printed larger one, part by part."""
    column = {difference: first + position for position, difference in enumerate(differences)}
    known_lines = {(line.total, line.parts) for line in lines}
    inner_lines: dict[int, list[tuple[int, ...]]] = {}
    for line in lines:
        inner_lines.setdefault(line.total, []).append(line.parts)
    for whole_line in lines:
        for difference in (d for d in differences if d.whole == whole_line.total):
            # Either the smaller group has the same line, or one part of the larger group holds all of it.
            for inside_parts in (*inner_lines.get(difference.inside, ()), (difference.inside,)):
                pairs: dict[int, int] = {}
                for inside in inside_parts:
                    for whole in whole_line.parts:
                        if Difference(whole, inside) in column:
                            pairs[inside] = whole
                if len(pairs) == len(inside_parts) and len(set(pairs.values())) == len(pairs):
                    taken = {whole: column[Difference(whole, inside)] for inside, whole in pairs.items()}
                    parts = tuple(sorted(taken.get(part, part) for part in whole_line.parts))
                    line = Line(column[difference], parts)
                    if (line.total, line.parts) not in known_lines:
                        known_lines.add((line.total, line.parts))
                        yield line
