"""Published figures that ship as tables for the section ``context`` of a study, with source, licence and hash."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cohort.catalogue.geography.load import load_geography
from cohort.catalogue.geography.model import AUTHORITIES, Area, Geography
from cohort.catalogue.model import Confidence, Fact
from cohort.catalogue.nodes import (
    CatalogueFault,
    confidence_of,
    day_of,
    facts_of,
    fault,
    flag_of,
    items,
    map_of,
    only,
    optional,
    read_map,
    text_of,
    texts_of,
    whole_of,
)
from cohort.source import Source
from cohort.source.csv_table import csv_text
from cohort.source.nodes import MapNode, ScalarNode

TIMES = ("calendar year", "academic year", "year to 31 March")
"""How the time of a table can be written; a study file knows the same words."""
_TABLE = {
    *("title", "file", "made", "rows", "keys", "columns", "source", "published", "address", "confidence"),
    *("checked", "known", "not_known"),
}


@dataclass(frozen=True)
class FiguresTable:
    """A table of published figures: its key columns, what each column holds with its unit, and where it is from.

    ``file`` is empty for a table that is made from the lists of areas; ``rows`` is the number of its rows without the
    header; ``published`` the year of publication; ``checked`` the day on which it was compared
    with a stored copy of its source (None: it was not).
    """

    name: str
    title: str
    file: str
    rows: int
    area: str
    time: str
    time_is: str
    by: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    source: str
    published: int
    address: str
    licence: str
    checked: datetime.date | None
    confidence: Confidence
    known: tuple[Fact, ...]
    not_known: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The key columns in the order in which a study names them."""
        return tuple(key for key in (self.area, self.time, *self.by) if key)


@cache
def load_figures() -> Mapping[str, FiguresTable]:
    """Return the shipped tables of figures by name; a fault raises ``CatalogueFault``."""
    folder = files("cohort.catalogue").joinpath("geography")
    return read_figures(
        Source("catalogue/geography/figures.yaml", folder.joinpath("figures.yaml").read_text("utf-8"))
    )


def read_figures(source: Source) -> Mapping[str, FiguresTable]:
    """Return the tables that a file describes; a fault in it raises ``CatalogueFault``."""
    root = read_map(source)
    only(root, {"licence", "tables"})
    licence = text_of(root, "licence")
    found: dict[str, FiguresTable] = {}
    for key, node in items(root, "tables"):
        if key.text in found:
            raise fault(key, f"there are two of {key.text}")
        found[key.text] = _table(key.text, map_of(node), licence)
    return found


def _table(name: str, node: MapNode, licence: str) -> FiguresTable:
    only(node, _TABLE)
    file = optional(node, "file") or ""
    if bool(file) == flag_of(node, "made", otherwise=False):
        raise fault(node, "either file or made is needed")
    keys = map_of(node.get("keys") or node)
    only(keys, {"area", "time", "time_is", "by"})
    time, time_is = optional(keys, "time") or "", optional(keys, "time_is") or ""
    if bool(time) != bool(time_is) or time_is not in ("", *TIMES):
        raise fault(keys, f"a time is written with time_is, which is one of: {', '.join(TIMES)}")
    columns = tuple(
        (key.text, held.text) for key, held in items(node, "columns") if isinstance(held, ScalarNode)
    )
    table = FiguresTable(
        name,
        text_of(node, "title"),
        file,
        _whole(node, "rows"),
        optional(keys, "area") or "",
        time,
        time_is,
        texts_of(keys, "by", needed=False),
        columns,
        text_of(node, "source"),
        _whole(node, "published"),
        text_of(node, "address"),
        licence,
        day_of(node, "checked"),
        confidence_of(node, "confidence"),
        facts_of(node, "known"),
        texts_of(node, "not_known", needed=False),
    )
    held = [column for column, _ in columns]
    for key in table.keys:
        if key not in held:
            raise fault(keys, f"{key} is none of the columns")
    if not table.keys or len(set(table.keys)) == len(held):
        raise fault(keys, "one key and one figure are needed")
    return table


def _whole(node: MapNode, name: str) -> int:
    number = whole_of(node, name)
    if number is None:
        raise fault(node, f"{name} is missing")
    return number


@cache
def content_of(table: FiguresTable) -> str:
    r"""Return the CSV text of a table (``\n`` at line ends), checked: header, whole numbers, keys, and row count."""
    if table.file:
        where = f"catalogue/geography/{table.file}"
        text = files("cohort.catalogue").joinpath("geography", table.file).read_text("utf-8")
    else:
        where = f"table {table.name}"
        if table.name not in _MADE:
            raise CatalogueFault(f"{where}: nothing makes it")
        text = _MADE[table.name](load_geography())
    check_content(table, text, where)
    return text


def check_content(table: FiguresTable, text: str, where: str) -> None:
    """Raise ``CatalogueFault`` with file and line at the first row that does not fit a table's description.

    Every authority must have a row, and as many as any other of a table with one row for each authority and time.
    """
    header, *rows = csv.reader(io.StringIO(text), strict=True)
    names = [column for column, _ in table.columns]
    if header != names:
        raise CatalogueFault(f"{where}:1: the columns must be {', '.join(names)}")
    numbers = [place for place, name in enumerate(names) if name not in table.keys and _is_figure(name)]
    seen: set[tuple[str, ...]] = set()
    known = {area.code for area in _social_care_codes(load_geography())}
    for line, row in enumerate(rows, start=2):
        if len(row) != len(names) or not all(row):
            raise CatalogueFault(f"{where}:{line}: each of the {len(names)} columns needs a value")
        if any(not re.fullmatch("[0-9]+", row[place]) for place in numbers):
            raise CatalogueFault(f"{where}:{line}: figures must be whole numbers")
        if "local_authority" in names and row[names.index("local_authority")] not in known:
            raise CatalogueFault(f"{where}:{line}: there is no such authority")
        key = tuple(row[names.index(name)] for name in table.keys)
        if key in seen:
            raise CatalogueFault(f"{where}:{line}: two rows have the same {' and '.join(table.keys)}")
        seen.add(key)
    if len(rows) != table.rows:
        raise CatalogueFault(f"{where}: {len(rows)} rows, but {table.rows} are described")
    if table.area == "local_authority" and {row[0] for row in rows} != known:
        raise CatalogueFault(f"{where}: an authority has no row")


def _is_figure(name: str) -> bool:
    return name.startswith(("residents", "wimd", "small_areas", "deep_rooted", "in_"))


@dataclass(frozen=True)
class _Authority:
    area: Area
    code: str


def _social_care_codes(geography: Geography) -> tuple[_Authority, ...]:
    return tuple(
        _Authority(area, code.code)
        for area in geography.of_level(AUTHORITIES)
        for code in area.codes
        if code.system == "social_care"
    )


def _now(geography: Geography) -> Mapping[str, tuple[str, str, str, str]]:
    """Return for each authority its code in social care returns, and its boards and force now."""
    above: dict[str, tuple[str, str, str, str]] = {}
    for one in _social_care_codes(geography):
        name = one.area.name
        now = {area.level: area for area, part in geography.parts[name] if part.last_day is None}
        board = next(code.code for code in now["health_boards"].codes if code.system == "nhs")
        above[name] = (one.code, board, now["partnership_boards"].title, now["police_forces"].title)
    return above


_ABOVE = ("local_authority", "health_board", "partnership_board", "police_force")


def _of_2001(geography: Geography) -> str:
    """Return the small areas of 2001 with the larger areas that each lies in now."""
    above = _now(geography)
    rows = (
        (code, *above[authority], int(code in geography.small_areas))
        for code, authority in geography.small_areas_2001.items()
    )
    return _text(("lsoa_2001", *_ABOVE, "in_2011"), rows)


def _of_2011(geography: Geography) -> str:
    """Return the small areas of 2011 with the larger areas that each lies in now, and their deprivation."""
    above = _now(geography)
    rows = (
        (small.code, *above[small.authority], small.rank, small.tenth, small.fifth, *small.residents)
        for small in geography.small_areas.values()
    )
    wimd = ("wimd_2019_rank", "wimd_2019_tenth", "wimd_2019_fifth")
    return _text(("lsoa_2011", *_ABOVE, *wimd, "residents_0_15", "residents_0_17", "residents_0_25"), rows)


def _of_2021(geography: Geography) -> str:
    """Return the small areas of 2021 with the larger areas that each lies in now, and their deprivation."""
    above = _now(geography)
    rows = (
        (
            *(small.code, *above[small.authority], small.rank, small.tenth, small.fifth),
            *(int(small.deep_rooted), int(small.code in geography.small_areas)),
        )
        for small in geography.small_areas_2021.values()
    )
    wimd = ("wimd_2025_rank", "wimd_2025_tenth", "wimd_2025_fifth")
    return _text(("lsoa_2021", *_ABOVE, *wimd, "deep_rooted", "in_2011"), rows)


def _children(geography: Geography) -> str:
    """Return young residents of each authority in the middle of 2020, added up over its small areas."""
    rows = []
    for one in _social_care_codes(geography):
        residents = [small.residents for small in geography.small_areas_of(one.area.name)]
        rows.append((one.code, 2020, *(sum(ages) for ages in zip(*residents, strict=True))))
    names = ("residents_0_15", "residents_0_17", "residents_0_25")
    return _text(("local_authority", "mid_year", *names), rows)


def _text(header: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> str:
    return csv_text(header, tuple(tuple(map(str, row)) for row in rows))


_MADE = {
    "children_by_authority": _children,
    "small_areas_2001": _of_2001,
    "small_areas_2011": _of_2011,
    "small_areas_2021": _of_2021,
}


def hash_of(table: FiguresTable) -> str:
    """Return the SHA-256 of a table's CSV text, as a study file states it."""
    return hashlib.sha256(content_of(table).encode()).hexdigest()


def context_block(table: FiguresTable, file: str) -> str:
    """Return the lines of a study file that bring a table under ``context``; ``why`` is left to be written."""
    lines = [
        "context:",
        f"  {table.name}:",
        f"    file: {file}",
        f'    source: "{table.source}"',
        f"    licence: {table.licence}",
        f"    sha256: {hash_of(table)}",
        "    why: To be written",
    ]
    if table.area:
        lines.append(f"    area: {table.area}")
    if table.time:
        lines += [f"    time: {table.time}", f"    time_is: {table.time_is}"]
    if table.by:
        lines.append(f"    by: [{', '.join(table.by)}]")
    return "\n".join(lines) + "\n"
