"""The tables of the property tests and strategies for their rows: small, tied, missing and full of boundaries."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from cohort.query.rows import LinkUnit, NamedRows, TableColumn, TableRows
from cohort.types import DATE, DECIMAL, WHOLE, Kind, ValueType

UNIT = "child"
KEY = ValueType(Kind.KEY, bits=64)
CODE = ValueType(Kind.CODE, length=6)
TEXT = ValueType(Kind.TEXT, length=20)

Records = Sequence[Mapping[str, object]]
Tables = Mapping[str, Records]

EVENTS = TableRows(
    "events",
    (
        TableColumn("local_code", "LOCAL_CODE", KEY),
        TableColumn("section", "SECTION_NO", WHOLE),
        TableColumn("number", "EVENT_NO", WHOLE),
        TableColumn("start_date", "START_DT", DATE),
        TableColumn("end_date", "END_DT", DATE),
        TableColumn("returned", "CENSUS_YR", WHOLE),
        TableColumn("status", "STATUS_CD", CODE),
        TableColumn("place", "PLACE", TEXT),
        TableColumn("score", "SCORE", WHOLE),
        TableColumn("amount", "AMOUNT", DECIMAL),
    ),
    ("section", "number"),
)
"""Events; the key starts with a column that may be missing, and ``number`` makes it complete."""

PEOPLE = TableRows(
    "people",
    (
        TableColumn("local_code", "LOCAL_CODE", KEY),
        TableColumn("line", "LINE_NO", WHOLE),
        TableColumn("birth", "WOB", DATE),
        TableColumn("sex", "SEX_CD", CODE),
        TableColumn("weight", "WEIGHT", DECIMAL),
    ),
    ("line",),
)

LINKS = TableRows(
    "links",
    (TableColumn("local_code", "LOCAL_CODE", KEY), TableColumn("unified", "UNIFIED_ID", KEY)),
    ("local_code", "unified"),
)


def linked(table: TableRows) -> LinkUnit:
    """Bring a table to the unit through the map."""
    return LinkUnit(table, "local_code", NamedRows("links", LINKS.shape), "local_code", "unified", UNIT)


_TURNS = [
    datetime.date(year, month, day)
    for year in (2003, 2004, 2005, 2008)
    for month, day in ((1, 31), (2, 28), (3, 1), (3, 31), (4, 1), (12, 31), (1, 1))
] + [
    datetime.date(2004, 2, 29),
    datetime.date(2008, 2, 29),
    datetime.date(2000, 2, 29),
    datetime.date(1900, 2, 28),
]
"""Days on which rules change: month ends, leap days, the turn of the year and of the year to 31 March."""

NEAR_DAYS = st.integers(0, 8).map(lambda n: datetime.date(2004, 2, 26) + datetime.timedelta(days=n))
"""Few days close together, so that spells touch, hand over and lie exactly a gap apart."""
DAYS = st.one_of(
    NEAR_DAYS,
    st.sampled_from(_TURNS),
    st.dates(datetime.date(1999, 1, 1), datetime.date(2012, 12, 31)),
)
SMALL = st.integers(-3, 4)
DECIMALS = st.one_of(
    st.sampled_from([0.0, 0.1, 0.2, 0.5, -0.1, 1.0, 3.0, 14.0, 1e-9, 4.000000001]),
    st.floats(-1000, 1000, allow_nan=False, allow_infinity=False, allow_subnormal=False),
)
CODES = st.sampled_from(["V2", "v2", " V2", "v2 ", "E1", "e1  ", "S", "s", "", "  "])
TEXTS = st.sampled_from(["Cardiff", "cardiff", " Cardiff", "", " ", "Ynys Môn", "O'Neill", "100%", "a:b"])
RETURNS = st.sampled_from([199899, 199900, 200203, 200304, 200405, 200506])
# Few children with many rows each: only rows of one child touch, tie and hand over.
LOCAL_CODES = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 11])


def or_missing(values: st.SearchStrategy[object], one_in: int = 4) -> st.SearchStrategy[object]:
    """Values, some of them missing."""
    return st.one_of(*[values] * (one_in - 1), st.none())


def records(*, most: int = 9, complete_starts: bool = False) -> st.SearchStrategy[Records]:
    """Rows of ``events``. With ``complete_starts`` no start is missing."""

    def columns(days: st.SearchStrategy[datetime.date]) -> st.SearchStrategy[dict[str, object]]:
        return st.fixed_dictionaries(
            {
                "local_code": or_missing(LOCAL_CODES, 8),
                "section": or_missing(st.integers(1, 2)),
                "start_date": days if complete_starts else or_missing(days, 6),
                "end_date": or_missing(days),
                "returned": or_missing(RETURNS, 6),
                "status": or_missing(CODES, 6),
                "place": or_missing(TEXTS, 6),
                "score": or_missing(SMALL),
                "amount": or_missing(DECIMALS),
            }
        )

    lines = st.one_of(columns(NEAR_DAYS), columns(DAYS))
    # Left alone, half of all lists would be empty, and say little.
    sizes = st.one_of(st.integers(6, most), st.integers(3, most), st.integers(0, most))
    return sizes.flatmap(lambda size: st.lists(lines, min_size=size, max_size=size)).map(
        # Numbers run down, so that the order of the file is never the order of the key by accident.
        lambda rows: [row | {"number": len(rows) - index} for index, row in enumerate(rows)]
    )


def people() -> st.SearchStrategy[Records]:
    """Rows of ``people``: several, one or none for a child."""
    columns = st.fixed_dictionaries(
        {
            "local_code": or_missing(LOCAL_CODES, 8),
            "birth": or_missing(DAYS),
            "sex": or_missing(st.sampled_from(["M", "f", "F ", "X"])),
            "weight": or_missing(DECIMALS),
        }
    )
    sizes = st.one_of(st.integers(2, 5), st.integers(0, 5))
    return sizes.flatmap(lambda size: st.lists(columns, min_size=size, max_size=size)).map(
        lambda rows: [row | {"line": index} for index, row in enumerate(rows)]
    )


def links() -> st.SearchStrategy[Records]:
    """Rows of the map: some codes have no unit, some two, some share one; keys and units may be missing."""
    columns = st.fixed_dictionaries(
        {"local_code": or_missing(LOCAL_CODES, 8), "unified": or_missing(st.sampled_from([101, 102, 3]), 8)}
    )
    sizes = st.one_of(st.integers(3, 6), st.integers(0, 3))
    return sizes.flatmap(lambda size: st.lists(columns, min_size=size, max_size=size))


@st.composite
def tables(draw: st.DrawFn, *, complete_starts: bool = False) -> Tables:
    """All tables at once."""
    return {
        "events": draw(records(complete_starts=complete_starts)),
        "people": draw(people()),
        "links": draw(links()),
    }
