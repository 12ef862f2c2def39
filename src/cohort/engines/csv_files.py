"""CSV files of held tables, turned into Parquet with the catalogue's types, the same for every engine.

Comma-separated UTF-8 with the names of columns in the first line; text may be quoted; an empty cell is missing; dates
are ISO dates. Casting alone would be too kind: DuckDB makes 2 of the text 1.5, and other databases do otherwise.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cohort.engines.duckdb_shared import SETTINGS, quoted_name, quoted_text, rephrased
from cohort.engines.held_files import HeldFile
from cohort.engines.shared import DataProblem, does_not_hold, misfits
from cohort.source import FileProblem
from cohort.sql.model import ReadColumn, ReadTable
from cohort.types import Kind

_WHOLE_NUMBER = r"[+-]?[0-9]{1,19}(\.0*)?"


@dataclass(frozen=True)
class _Form:
    """How the text of a kind of value looks, and the types that it is cast to, one after the other."""

    pattern: str
    casts: tuple[str, ...]


_FORMS: dict[Kind, _Form] = {
    # Programs that have no missing whole numbers write 5.0 for 5.
    Kind.KEY: _Form(_WHOLE_NUMBER, ("BIGINT",)),
    Kind.WHOLE: _Form(_WHOLE_NUMBER, ("INTEGER",)),
    Kind.BOOLEAN: _Form("0|1|[Tt]rue|TRUE|[Ff]alse|FALSE", ("BOOLEAN", "SMALLINT")),
    Kind.DECIMAL: _Form(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", ("DOUBLE",)),
    Kind.DATE: _Form("[0-9]{4}-[0-9]{2}-[0-9]{2}", ("DATE",)),
}
"""Forms of all kinds but text, which is taken as it is."""
_TAKEN = {kind: frozenset({"VARCHAR"}) for kind in Kind}
_NO_CSV = (
    "the file is not CSV as it should be: UTF-8, commas between cells, quotes around text with commas, "
    "and as many cells in each line as in the first."
)


def parquet_from_csv(
    connection: duckdb.DuckDBPyConnection | None, table: ReadTable, file: HeldFile, folder: Path
) -> HeldFile:
    """Write the needed columns of a CSV file as Parquet into a folder of temporary files; return that file.

    Without a connection the work is done in one of its own. Raises ``FileProblem`` for a file that is no CSV,
    ``DataProblem`` for columns that are absent or hold something that their type does not allow, and
    ``DatabaseProblem`` if DuckDB fails.
    """
    if connection is None:
        with duckdb.connect(config=SETTINGS | {"temp_directory": folder.as_posix()}) as own:
            return parquet_from_csv(own, table, file, folder)
    header = _header(file.path)
    problems = list(misfits(table, {name.lower(): (name, "VARCHAR") for name in header}, _TAKEN))
    if problems:
        raise DataProblem(*problems)
    source = _source(file.path, header)
    actual = {name.lower(): name for name in header}
    target = HeldFile(file.table, folder / f"{file.table}.parquet")
    listed = ", ".join(f"{_typed(c, actual[c.physical.lower()])} AS {c.physical}" for c in table.columns)
    copy = f"COPY (SELECT {listed} FROM {source}) TO {quoted_text(target.path.as_posix())} (FORMAT parquet)"
    with rephrased(f"the file of {file.table} could not be read"):
        try:
            connection.execute(copy)
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except duckdb.Error:
            raise _reason(connection, table, file, source, actual) from None
    return target


def _header(path: Path) -> list[str]:
    name = path.as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            header = next(csv.reader(opened, strict=True), [])
    except OSError as problem:
        raise FileProblem(name, f"the file cannot be read ({problem.strerror}).") from None
    except (UnicodeDecodeError, csv.Error):
        raise FileProblem(name, _NO_CSV) from None
    if not header:
        raise FileProblem(name, "the file is empty; its first line must name the columns.")
    if len(header) == 1 and any(sign in header[0] for sign in ";\t|"):
        raise FileProblem(name, "the cells are not separated by commas.")
    lower = [column.lower() for column in header]
    if len(set(lower)) < len(lower):
        raise FileProblem(name, "two columns have the same name.")
    return header


def _source(path: Path, header: list[str]) -> str:
    # Nothing is left to DuckDB's guess: a guess from the first lines can be wrong about the rest.
    columns = ", ".join(f"{quoted_text(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv({quoted_text(path.as_posix())}, columns = {{{columns}}}, header = true, auto_detect = false, "
        """delim = ',', quote = '"', escape = '"', nullstr = '', strict_mode = true, null_padding = false)"""
    )


def _typed(column: ReadColumn, actual: str) -> str:
    """The value of a cell; what does not have the form of its type stops the statement."""
    name = quoted_name(actual)
    form = _FORMS.get(column.type.kind)
    if form is None:
        return f"NULLIF({name}, '')"
    cell = _cell(name)
    value = cell
    for type_ in form.casts:
        value = f"CAST({value} AS {type_})"
    refused = f"CAST(error('form') AS {form.casts[-1]})"
    return f"CASE WHEN {cell} IS NULL THEN NULL WHEN {_has_form(cell, form)} THEN {value} ELSE {refused} END"


def _cell(name: str) -> str:
    """Blanks around numbers and dates mean nothing, and blanks alone are missing."""
    return f"NULLIF(TRIM({name}), '')"


def _has_form(cell: str, form: _Form) -> str:
    return f"regexp_full_match({cell}, {quoted_text(form.pattern)})"


def _reason(
    connection: duckdb.DuckDBPyConnection,
    table: ReadTable,
    file: HeldFile,
    source: str,
    actual: dict[str, str],
) -> Exception:
    """Return why a file could not be taken: which columns hold what they should not, or that it is no CSV at all."""
    checked = [(column, _FORMS[column.type.kind]) for column in table.columns if column.type.kind in _FORMS]
    wrong = []
    for column, form in checked:
        cell = _cell(quoted_name(actual[column.physical.lower()]))
        value = cell
        for type_ in form.casts:
            value = f"TRY_CAST({value} AS {type_})"
        wrong.append(
            f"COALESCE(BOOL_OR({cell} IS NOT NULL AND NOT ({_has_form(cell, form)} AND {value} IS NOT NULL)), false)"
        )
    try:
        found = connection.execute(f"SELECT {', '.join(wrong) or 'false'} FROM {source}").fetchone() or ()
    except duckdb.Error:
        return FileProblem(file.path.as_posix(), _NO_CSV)
    sentences = [
        does_not_hold(file.table, column.physical, column.type.kind)
        for (column, _), is_wrong in zip(checked, found, strict=False)
        if is_wrong
    ]
    return DataProblem(*sentences) if sentences else FileProblem(file.path.as_posix(), _NO_CSV)
