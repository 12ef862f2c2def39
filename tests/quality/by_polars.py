"""The counts of a statement on the hand-made rows, worked out with polars from the meaning alone: no SQL, no catalogue.

The codes and their years are written out here as the notes on the domain have them.
"""

from __future__ import annotations

import datetime
from collections import Counter

import polars as pl

D = datetime.date
FIRST, LAST = 200304, 202021
RETURNS = {(year - 1) * 100 + year % 100 for year in range(2004, 2022)}
AUTHORITIES = set(range(512, 553, 2)) | {545}
CODES: dict[str, set[str]] = {
    "REASON_EPISODE_STARTED_CODE": {"S", "L", "P", "B"},
    "LEGAL_STATUS_CODE": {"C1", "C2", "D1", "E1", "J1", "J2", "J3", "L1", "L2", "L3", "V1", "V2", "W1"},
    "CATEGORY_OF_NEED_CODE": {"N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8", "N9"},
}
IN_USE: dict[str, tuple[D | None, D | None]] = {"E1": (D(2005, 12, 30), None)}
Cells = Counter[tuple[str, str]]


def year_of(code: int | None) -> str:
    if code is None:
        return "not known"
    if code in RETURNS:
        return str(code)
    return "earlier" if code < FIRST else "later" if code > LAST else "not known"


def years(rows: pl.DataFrame) -> Cells:
    return Counter((year_of(code), "") for code in rows["YEAR_CODE"])


def _in_use(code: str, year: int | None) -> bool:
    first, _ = IN_USE.get(code, (None, None))
    if first is None or year is None:
        return True
    # The return ends on 31 March of its second calendar year.
    return D(year // 100 + 1, 3, 31) >= first


def found(rows: pl.DataFrame, column: str) -> Cells:
    """Return the rows by year and by what is found in a column."""
    cells: Cells = Counter()
    for row in rows.iter_rows(named=True):
        value, year = row[column], row["YEAR_CODE"]
        if isinstance(value, str):
            value = value.strip().upper() or None
        if value is None:
            state = "missing"
        elif column == "LOCAL_AUTHORITY_CODE":
            state = "valid" if value in AUTHORITIES else "not in the list"
        elif column in CODES:
            listed = value in CODES[column]
            state = (
                "not in the list" if not listed else "valid" if _in_use(value, year) else "outside its years"
            )
        elif column == "EPISODE_START_DATE" and row["EPISODE_END_DATE"] and row["EPISODE_END_DATE"] < value:
            state = "ends before it begins"
        else:
            state = "known"
        cells[year_of(year), state] += 1
    return cells


def people(rows: pl.DataFrame, column: str | None) -> Cells:
    """Return the different child codes behind the rows of each year (or of each state of a column)."""
    cells: dict[tuple[str, str], set[int]] = {}
    for number, row in enumerate(rows.iter_rows(named=True)):
        one = rows[number]
        (place,) = found(one, column) if column else years(one)
        cells.setdefault(place, set())
        if row["HYBRID_ID_PE"] is not None:
            cells[place].add(row["HYBRID_ID_PE"])
    return Counter({place: len(children) for place, children in cells.items()})


def keys(rows: pl.DataFrame) -> Counter[str]:
    """Return the rows by whether their whole key is that of another row."""
    key = ["HYBRID_ID_PE", "LOCAL_AUTHORITY_CODE", "YEAR_CODE", "EPISODE_NUMBER"]
    whole = rows.drop_nulls(key)
    again = whole.filter(whole.select(key).is_duplicated()).height
    return Counter({"one of several rows with one key": again, "any other row": rows.height - again})


def stock(rows: pl.DataFrame) -> Counter[str]:
    """Return the children looked after on 31 March of each return, short breaks left out; the last day counts."""
    children: dict[int, set[tuple[int, int]]] = {}
    for row in rows.iter_rows(named=True):
        year, status = row["YEAR_CODE"], (row["LEGAL_STATUS_CODE"] or "").strip().upper()
        if year not in RETURNS or status == "V1" or row["HYBRID_ID_PE"] is None:
            continue
        day = D(year // 100 + 1, 3, 31)
        end = row["EPISODE_END_DATE"]
        if row["EPISODE_START_DATE"] <= day and (end is None or end >= day):
            children.setdefault(year, set()).add((row["HYBRID_ID_PE"], row["LOCAL_AUTHORITY_CODE"]))
    return Counter({str(year): len(found) for year, found in children.items()})
