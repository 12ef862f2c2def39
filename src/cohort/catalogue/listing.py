"""Listings of columns: what a database says that it holds, from its own catalogue or exported as CSV.

A listing has names and types of columns and never a row of data.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cohort.source import FileProblem

LARGEST_BYTES = 60_000_000
"""A listing of every column of a large database has less."""

QUERY = """\
SELECT TABSCHEMA, TABNAME, COLNAME, TYPENAME, LENGTH, SCALE, NULLS
FROM SYSCAT.COLUMNS
WHERE TABSCHEMA IN ({schemas})
ORDER BY TABSCHEMA, TABNAME, COLNO
"""
"""What to run in Db2; it reads names and types only."""

FIELDS = ("TABSCHEMA", "TABNAME", "COLNAME", "TYPENAME", "LENGTH", "SCALE", "NULLS")
_NEEDED = ("TABNAME", "COLNAME", "TYPENAME")
_CALLED: Mapping[str, tuple[str, ...]] = {
    "TABSCHEMA": ("TABSCHEMA", "TABLE_SCHEMA", "TABLESCHEMA", "SCHEMA", "TBCREATOR", "CREATOR"),
    "TABNAME": ("TABNAME", "TABLE_NAME", "TABLENAME", "TABLE", "TBNAME", "VIEWNAME"),
    "COLNAME": ("COLNAME", "COLUMN_NAME", "COLUMNNAME", "COLUMN", "NAME"),
    "TYPENAME": ("TYPENAME", "TYPE_NAME", "DATA_TYPE", "DATATYPE", "COLTYPE", "TYPE"),
    "LENGTH": ("LENGTH", "COLUMN_SIZE", "CHARACTER_MAXIMUM_LENGTH"),
    "SCALE": ("SCALE", "DECIMAL_DIGITS", "NUMERIC_SCALE"),
    "NULLS": ("NULLS", "NULLABLE", "IS_NULLABLE"),
}
"""What programs that export a listing call its columns."""
_DELIMITERS = ",;\t|"
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_RULE = re.compile(r"[-+\s|=]*")
_COUNTED = re.compile(r"\(?\s*[0-9][0-9,.]*\s+(record|row)\w*\b.*", re.IGNORECASE)
_TYPE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?(?:\s+FOR\b.*)?\s*")


@dataclass(frozen=True)
class ListedColumn:
    """A column as a database lists it: name, type as it says it (upper case), length or precision, and scale.

    ``may_be_missing`` is None where the listing does not say.
    """

    name: str
    type_name: str
    length: int | None = None
    scale: int | None = None
    may_be_missing: bool | None = None

    @property
    def words(self) -> str:
        """The type as people write it: ``CHAR(2)``, ``DECIMAL(7,6)``, ``DATE``."""
        if self.type_name in _WITH_LENGTH and self.length:
            return f"{self.type_name}({self.length})"
        if self.type_name in ("DECIMAL", "NUMERIC") and self.length:
            return f"{self.type_name}({self.length},{self.scale or 0})"
        return self.type_name


@dataclass(frozen=True)
class ListedTable:
    """A table or view as a database lists it; ``schema`` is empty where there is none. Columns by upper-case name."""

    schema: str
    name: str
    columns: Mapping[str, ListedColumn]


@dataclass(frozen=True)
class Listing:
    """All tables of a listing, by upper-case schema and name.

    ``source`` is what messages call it. ``casts`` says that the engine brings columns to the wanted type by itself.
    """

    source: str
    tables: Mapping[tuple[str, str], ListedTable]
    casts: bool = False

    def find(self, qualified: str) -> ListedTable | None:
        """Return the table of a physical name; a schema that either side does not give is not asked about."""
        schema, _, name = qualified.upper().rpartition(".")
        found = self.tables.get((schema, name))
        if found is not None:
            return found
        return next(
            (t for (s, n), t in sorted(self.tables.items()) if n == name and (not schema or not s)), None
        )

    @property
    def schemas(self) -> frozenset[str]:
        """Upper-case names of the schemas; without a name where tables stand in none."""
        return frozenset(schema for schema, _ in self.tables)


_WITH_LENGTH = frozenset({"CHAR", "VARCHAR", "CHARACTER", "GRAPHIC", "VARGRAPHIC"})


def listing_of(source: str, rows: Sequence[tuple[str, str, ListedColumn]], *, casts: bool = False) -> Listing:
    """Return a listing from rows of schema, table and column."""
    found: dict[tuple[str, str], tuple[str, str, dict[str, ListedColumn]]] = {}
    for schema, table, column in rows:
        held = found.setdefault((schema.upper(), table.upper()), (schema, table, {}))
        held[2].setdefault(column.name.upper(), column)
    return Listing(source, {key: ListedTable(*held) for key, held in found.items()}, casts)


def query_for(schemas: Sequence[str]) -> str:
    """Return the query that lists the columns of schemas, with which a binding can be checked."""
    return QUERY.format(schemas=", ".join(f"'{schema.upper()}'" for schema in schemas))


def read_listing(path: Path) -> Listing:
    """Read a listing that was exported as CSV from ``SYSCAT.COLUMNS``.

    Taken as they come: UTF-8, UTF-16 or Western European text; commas, semicolons, tabs or bars; quotes or none;
    names in any case and with blanks at their end; lines of dashes; a count of rows at the end; no line of names, if
    there are the seven columns of the query in its order. Raises ``FileProblem`` with the line of what cannot be read.
    """
    name, text = path.as_posix(), _text(path)
    numbered = list(_lines(text))
    if not numbered:
        raise FileProblem(name, "the listing is empty.")
    header = _header(numbered[0][1])
    if header is None:
        if len(numbered[0][1]) != len(FIELDS):
            raise FileProblem(
                name,
                f"the first line does not name the columns of a listing; `{', '.join(FIELDS)}` are needed, and "
                "`cohort binding query` prints the query that gives them.",
            )
        header, rows = {field: index for index, field in enumerate(FIELDS)}, numbered
    else:
        rows = [(number, cells) for number, cells in numbered[1:] if _header(cells) is None]
    lacking = [field for field in _NEEDED if field not in header]
    if lacking:
        raise FileProblem(name, f"the listing lacks the column {' and '.join(lacking)}.")
    if not rows:
        raise FileProblem(
            name, "the listing names no columns; was the schema of the query the project's own?"
        )
    return listing_of(name, [_row(cells, header, f"{name}:{number}") for number, cells in rows])


def listed_column(
    name: str, type_text: str, length: int | None = None, scale: int | None = None
) -> ListedColumn:
    """Return a column from its type in words, which may hold length and scale: ``CHAR(2)``, ``DECIMAL(7,6)``."""
    found = _TYPE.fullmatch(type_text)
    if found is None:
        return ListedColumn(name, " ".join(type_text.upper().split()), length, scale)
    type_name = _SHORT.get(" ".join(found[1].upper().split()), " ".join(found[1].upper().split()))
    own_length, own_scale = (int(part) if part else None for part in (found[2], found[3]))
    return ListedColumn(name, type_name, own_length or length, own_scale if own_scale is not None else scale)


_SHORT = {
    "CHARACTER": "CHAR", "CHARACTER VARYING": "VARCHAR", "CHAR VARYING": "VARCHAR", "INT": "INTEGER", "DEC": "DECIMAL",
    "LONG VARCHAR": "VARCHAR", "DOUBLE PRECISION": "DOUBLE", "TIMESTMP": "TIMESTAMP", "LONGVAR": "VARCHAR",
}  # fmt: skip


def _text(path: Path) -> str:
    name = path.as_posix()
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileProblem(
                name, f"the file is larger than {LARGEST_BYTES // 10**6} MB; is it a listing of columns?"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileProblem(name, "there is no such file.") from None
    except OSError as problem:
        raise FileProblem(
            name, f"the file cannot be read ({problem.strerror or 'unknown reason'})."
        ) from None
    encoding = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text:
        raise FileProblem(name, "the file is not text, so it is no listing exported as CSV.")
    return text


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=lambda sign: (first.count(sign), -_DELIMITERS.index(sign)))


def _lines(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the number and the cells of each line that says something."""
    reader = csv.reader(text.splitlines(), delimiter=_delimiter(text), strict=False)
    for line in reader:
        cells = [cell.strip().strip('"').strip() for cell in line]
        # Lines drawn as a table begin and end with a bar.
        if len(cells) > 2 and not cells[0] and not cells[-1]:
            cells = cells[1:-1]
        whole = " ".join(cells)
        if any(cells) and not _RULE.fullmatch(whole) and not _COUNTED.fullmatch(whole):
            yield reader.line_num, tuple(cells)


def _header(cells: tuple[str, ...]) -> dict[str, int] | None:
    """Return where each field stands, if the cells are names of fields."""
    words = [re.sub(r"[\s.]+", "_", cell.upper()) for cell in cells]
    found: dict[str, int] = {}
    for field, names in _CALLED.items():
        index = next((words.index(name) for name in names if name in words), None)
        if index is not None and index not in found.values():
            found[field] = index
    return found if len(found) >= len(_NEEDED) or {"TABNAME", "COLNAME"} <= found.keys() else None


def _row(cells: tuple[str, ...], header: Mapping[str, int], where: str) -> tuple[str, str, ListedColumn]:
    def cell(field: str) -> str:
        index = header.get(field)
        return "" if index is None or index >= len(cells) else cells[index]

    table, column, type_text = cell("TABNAME"), cell("COLNAME"), cell("TYPENAME")
    if not (table and column and type_text):
        raise FileProblem(where, "the line does not give a table, a column and a type.")
    found = listed_column(column, type_text, _number(cell("LENGTH"), where), _number(cell("SCALE"), where))
    nulls = {"Y": True, "YES": True, "N": False, "NO": False}.get(cell("NULLS").upper())
    listed = ListedColumn(found.name, found.type_name, found.length, found.scale, nulls)
    return cell("TABSCHEMA"), table, listed


def _number(text: str, where: str) -> int | None:
    plain = re.sub(r"[,\s]", "", text).removesuffix(".0")
    if plain.upper() in ("", "-", "NULL", "N/A", "NA"):
        return None
    if not plain.isdecimal():
        raise FileProblem(where, "a length or scale is no whole number.")
    return int(plain)
