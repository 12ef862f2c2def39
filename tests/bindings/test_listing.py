"""Listings of columns as databases and programs export them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cohort.catalogue.listing import Listing, query_for, read_listing
from cohort.source import FileProblem

ROWS = (
    ("SAIL1234V", "LACW_PUPIL_ALF_20240626", "ALF_PE", "BIGINT", "8", "0", "Y"),
    ("SAIL1234V", "LACW_PUPIL_ALF_20240626", "ALF_STS_CD", "CHARACTER", "2", "0", "Y"),
    ("SAIL1234V", "LACW_PUPIL_ALF_20240626", "ALF_MTCH_PCT", "DECIMAL", "7", "6", "N"),
)
NAMES = ("TABSCHEMA", "TABNAME", "COLNAME", "TYPENAME", "LENGTH", "SCALE", "NULLS")


def listed(tmp_path: Path, text: str | bytes) -> Listing:
    path = tmp_path / "columns.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_listing(path)


def plain(rows: tuple[tuple[str, ...], ...] = ROWS, names: tuple[str, ...] = NAMES, sign: str = ",") -> str:
    return "".join(f"{sign.join(row)}\n" for row in (names, *rows))


def test_a_plain_listing(tmp_path: Path) -> None:
    found = listed(tmp_path, plain()).find("SAIL1234V.LACW_PUPIL_ALF_20240626")
    assert found is not None
    assert {name: column.words for name, column in found.columns.items()} == {
        "ALF_PE": "BIGINT",
        "ALF_STS_CD": "CHAR(2)",
        "ALF_MTCH_PCT": "DECIMAL(7,6)",
    }
    assert [column.may_be_missing for column in found.columns.values()] == [True, True, False]


PADDED = tuple((f"{row[0]}   ", *row[1:]) for row in ROWS)
LOWER = tuple(tuple(cell.lower() for cell in row) for row in ROWS)
IN_TYPE = tuple((*row[:3], f"{row[3]}({row[4]},{row[5]})" if row[3] == "DECIMAL" else row[3]) for row in ROWS)

JDBC = (
    *("TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "TYPE_NAME"),
    *("COLUMN_SIZE", "DECIMAL_DIGITS", "IS_NULLABLE"),
)


@pytest.mark.parametrize(
    "text",
    [
        plain(sign=";"),
        plain(sign="\t"),
        plain(sign="|"),
        plain(names=tuple(name.lower() for name in NAMES)),
        plain(rows=PADDED),
        plain(rows=LOWER),
        "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in (NAMES, *ROWS)),
        plain().replace("\n", "\r\n"),
        "\n\n" + plain(),
        plain(names=("Table Schema", "Table Name", "Column Name", "Data Type", "Length", "Scale", "Nullable")),
        plain(names=JDBC),
        "".join(",".join(row) + "\n" for row in ROWS),  # Db2's EXPORT writes no names
        plain() + "\n  3 record(s) selected.\n",
        plain().replace("\n", "\n---------,---------,-----,----,---,--,-\n", 1),
        plain() + ",".join(NAMES) + "\n",
        "".join("| " + " | ".join(row) + " |\n" for row in (NAMES, *ROWS)),
        plain(rows=tuple((*row[:4], f"{row[4]}.0", row[5], row[6]) for row in ROWS)),
        b"\xef\xbb\xbf" + plain().encode(),
        plain().encode("utf-16"),
    ],
    ids=range(19),
)  # fmt: skip
def test_exports_differ_in_form_and_not_in_what_they_say(text: str | bytes, tmp_path: Path) -> None:
    found = listed(tmp_path, text).find("SAIL1234V.LACW_PUPIL_ALF_20240626")
    assert found is not None
    assert [column.words for column in found.columns.values()] == ["BIGINT", "CHAR(2)", "DECIMAL(7,6)"]


def test_fewer_columns_do_and_types_may_hold_their_length(tmp_path: Path) -> None:
    text = plain(IN_TYPE, NAMES[:4]).replace("DECIMAL(7,6)", '"DECIMAL(7,6)"')
    found = listed(tmp_path, text).find("LACW_PUPIL_ALF_20240626")
    assert found is not None
    assert [column.words for column in found.columns.values()] == ["BIGINT", "CHAR", "DECIMAL(7,6)"]


def test_a_schema_is_asked_about_where_both_sides_have_one(tmp_path: Path) -> None:
    found = listed(tmp_path, plain())
    assert found.find("SAIL9999V.LACW_PUPIL_ALF_20240626") is None
    assert found.find("sail1234v.lacw_pupil_alf_20240626") is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the listing is empty"),
        ("\n\n", "the listing is empty"),
        ("a,b,c\n1,2,3\n", "does not name the columns of a listing"),
        (",".join(NAMES) + "\n", "names no columns"),
        ("TABSCHEMA,TABNAME,COLNAME\nA,B,C\n", "lacks the column TYPENAME"),
        (plain((("S", "T", "", "DATE", "4", "0", "Y"),)), "columns.csv:2: the line does not give"),
        (
            plain((("S", "T", "C", "DATE", "four", "0", "Y"),)),
            "columns.csv:2: a length or scale is no whole number",
        ),
    ],
)
def test_what_is_no_listing_is_said_with_its_line(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=says.replace("(", r"\(")) as raised:
        listed(tmp_path, text)
    assert "four" not in str(raised.value)


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no such file"):
        read_listing(tmp_path / "absent.csv")
    with pytest.raises(FileProblem, match="not text"):
        listed(tmp_path, b"PAR1\0\0\0")


def test_the_query_names_each_schema() -> None:
    text = query_for(["sail1234v", "SAILREFRV"])
    assert "FROM SYSCAT.COLUMNS\nWHERE TABSCHEMA IN ('SAIL1234V', 'SAILREFRV')" in text
    assert all(name in text for name in NAMES)
