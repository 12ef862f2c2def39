"""Reads the small areas of 2001 and of 2021. A fault in the files is ours, so it raises ``CatalogueFault``."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from cohort.catalogue.geography.model import Level, NewerSmallArea, group_of
from cohort.catalogue.nodes import CatalogueFault
from cohort.source import Source

OLDEST, NEWEST = "small_areas_2001", "small_areas_2021"
"""The kinds of small areas that these two lists hold."""
OLDEST_HEADER = ("local_authority", "first", "last")
NEWEST_HEADER = ("lsoa_2021", "local_authority", "wimd_2025_rank", "deep_rooted")
_CODE = re.compile(r"(W01)([0-9]{6})")


def read_oldest(source: Source, authorities: Mapping[str, str], level: Level) -> dict[str, str]:
    """Return the authority of each small area of 2001 by code.

    The file has one row for each authority with its first and last code: the codes of 2001 are numbered authority by
    authority, without gaps. ``authorities`` are their names by the code in social care returns.
    """
    found: dict[str, str] = {}
    for number, row in _rows(source, OLDEST_HEADER):
        where = f"{source.name}:{number}"
        authority = _authority(row[0], authorities, where)
        first, last = (_number(code, where) for code in row[1:])
        if first != len(found) + 1 or last < first:
            raise CatalogueFault(f"{where}: the codes do not follow those of the row before")
        found |= dict.fromkeys((f"W01{at:06d}" for at in range(first, last + 1)), authority)
    _check_count(source, len(found), level)
    return found


def read_newest(
    source: Source,
    authorities: Mapping[str, str],
    level: Level,
    tenths: tuple[int, ...],
    fifths: tuple[int, ...],
) -> dict[str, NewerSmallArea]:
    """Return the small areas of 2021 by code; ``tenths`` and ``fifths`` are the last ranks of the groups."""
    found: dict[str, NewerSmallArea] = {}
    for number, row in _rows(source, NEWEST_HEADER):
        where = f"{source.name}:{number}"
        code, authority = row[0], _authority(row[1], authorities, where)
        _number(code, where)
        if code in found:
            raise CatalogueFault(f"{where}: there are two of {code}")
        if not row[2].isdecimal() or row[3] not in ("0", "1"):
            raise CatalogueFault(f"{where}: a rank, and 1 or 0 for deep-rooted, are needed")
        rank = int(row[2])
        if not 1 <= rank <= tenths[-1]:
            raise CatalogueFault(f"{where}: the rank must be from 1 to {tenths[-1]}")
        found[code] = NewerSmallArea(
            code, authority, rank, group_of(rank, tenths), group_of(rank, fifths), row[3] == "1"
        )
    _check_count(source, len(found), level)
    if sorted(area.rank for area in found.values()) != list(range(1, level.count + 1)):
        raise CatalogueFault(f"{source.name}: the ranks must be each of 1 to {level.count} once")
    if {tenths[-1], fifths[-1]} != {level.count}:
        raise CatalogueFault(f"{source.name}: the last group must end with the rank {level.count}")
    return found


def _rows(source: Source, header: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    rows = list(enumerate(csv.reader(io.StringIO(source.text), strict=True), start=1))
    if not rows or tuple(rows[0][1]) != header:
        raise CatalogueFault(f"{source.name}:1: the columns must be {', '.join(header)}")
    for number, row in rows:
        if len(row) != len(header):
            raise CatalogueFault(f"{source.name}:{number}: {len(header)} values are needed")
    return rows[1:]


def _authority(code: str, authorities: Mapping[str, str], where: str) -> str:
    if code not in authorities:
        raise CatalogueFault(f"{where}: {code} is no authority")
    return authorities[code]


def _number(code: str, where: str) -> int:
    match = _CODE.fullmatch(code)
    if match is None:
        raise CatalogueFault(f"{where}: {code} is no code of a small area")
    return int(match[2])


def _check_count(source: Source, count: int, level: Level) -> None:
    if count != level.count:
        raise CatalogueFault(f"{source.name}: {count} areas, but {level.count} are known")
