"""Rows of one table as two engines have them, compared as bags; what is said of a difference holds no value."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from cohort.vetting.model import Cell, HeldRows, Line

_SHOWN = 5


def differences(
    first: str,
    expected: Mapping[str, HeldRows],
    second: str,
    found: Mapping[str, HeldRows],
    partial: Collection[str] = (),
) -> tuple[str, ...]:
    """Return a sentence for each table of ``expected`` whose rows are not the same in ``found``.

    Only columns of the expected table are compared. A table that ``found`` lacks is a difference, too. Of ``partial``
    tables ``found`` may have some of the rows only.
    """
    return tuple(_differences(first, expected, second, found, partial))


def _differences(
    first: str,
    expected: Mapping[str, HeldRows],
    second: str,
    found: Mapping[str, HeldRows],
    partial: Collection[str],
) -> Iterator[str]:
    for table, rows in expected.items():
        if table not in found:
            yield f"{second} lacks the table {table}."
            continue
        places = {name.lower(): number for number, name in enumerate(found[table].columns)}
        lacking = [name for name in rows.columns if name.lower() not in places]
        if lacking:
            yield f"The table {table} of {second} lacks the columns {', '.join(lacking)}."
            continue
        order = [places[name.lower()] for name in rows.columns]
        other = [tuple(line[place] for place in order) for line in found[table].lines]
        only_first, only_second = _left(rows.lines, other)
        if only_second or (only_first and table not in partial):
            columns = [
                name
                for number, name in enumerate(rows.columns)
                if _bag((line[number],) for line in rows.lines) != _bag((line[number],) for line in other)
            ]
            where = f" (columns: {', '.join(columns[:_SHOWN])})" if columns else ""
            yield (
                f"The table {table} differs: {only_first} rows only in {first}, {only_second} only in {second}{where}."
            )


def _left(lines: Iterable[Line], others: Iterable[Line]) -> tuple[int, int]:
    one, other = _bag(lines), _bag(others)
    return (one - other).total(), (other - one).total()


def _bag(lines: Iterable[Line]) -> Counter[Line]:
    return Counter(tuple(map(_plain, line)) for line in lines)


def _plain(cell: Cell) -> Cell:
    """A value in its one form: yes and no as 1 and 0, no time of day, and no negative zero."""
    match cell:
        case bool():
            return int(cell)
        case datetime.datetime():
            return cell.date()
        case float():
            return cell + 0.0
        case _:
            return cell
