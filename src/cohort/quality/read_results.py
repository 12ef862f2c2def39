"""Reads the counts that the Db2 script left, exported as CSV with names of columns. No message holds a count."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from cohort.catalogue import Binding
from cohort.catalogue.listing import Listing
from cohort.plan.collect import ResultRow, WrongResults
from cohort.quality.describe import without_keys
from cohort.quality.description import Check, CountedTable, Description, table_id
from cohort.source import FileProblem
from cohort.sql.results import RESULT_COLUMNS

_NAMES = tuple(name for name, _ in RESULT_COLUMNS)


def read_results(path: Path, study: str, spec_hash: str) -> tuple[ResultRow, ...]:
    """Return the rows of counts in a CSV file: those of a statement, or the results of the study itself.

    Raises ``FileProblem`` if the file cannot be read, and ``WrongResults`` if it is of another study or spec.
    """
    name = path.as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except UnicodeDecodeError:
        raise FileProblem(name, "the file is not text in UTF-8.") from None
    except (OSError, csv.Error) as problem:
        reason = getattr(problem, "strerror", None) or "no CSV"
        raise FileProblem(name, f"the file cannot be read ({reason}).") from None
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    lacking = [wanted for wanted in _NAMES if wanted not in heads]
    if lacking:
        raise FileProblem(
            f"{name}:1", f"the first line lacks the column {lacking[0]}; export with names of columns."
        )
    return tuple(_rows(name, heads, rows[1:], study, spec_hash))


def _rows(
    name: str, heads: list[str], rows: list[list[str]], study: str, spec_hash: str
) -> Iterator[ResultRow]:
    for number, cells in enumerate(rows, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heads):
            raise FileProblem(f"{name}:{number}", "the line has another number of cells than the first.")
        row = {head: cell.strip() for head, cell in zip(heads, cells, strict=True)}
        if row["study"] != study:
            raise WrongResults(f"{name}:{number}: the counts are of another study.")
        if row["spec_hash"] != spec_hash:
            raise WrongResults(
                f"{name}:{number}: the counts are of another version of the spec; write the script again and run it."
            )
        value = row["value"]
        if not (value.isascii() and value.isdigit()) and not (value == "" and row["number"]):
            raise WrongResults(f"{name}:{number}: the cell of `value` holds no count.")
        try:
            decimal = float(row["number"]) if row["number"] else None
        except ValueError:
            raise WrongResults(f"{name}:{number}: the cell of `number` holds no number.") from None
        places = (row["table_name"], row["row_value"], row["column_value"], row["layer_value"])
        yield ResultRow(*places, row["statistic"], int(value) if value else None, decimal)


def with_counted_keys(description: Description, rows: tuple[ResultRow, ...]) -> Description:
    """Return a description without the keys that the results do not count: that part of the script can be left out."""
    found = {row.table for row in rows}
    tables = tuple(
        table
        if not table.key or table_id(Check.KEY, table.name) in found
        else without_keys(table, "the results hold no counts of them")
        for table in description.tables
    )
    return _with_tables(description, tables)


def where_held(description: Description, listing: Listing, binding: Binding) -> Description:
    """Return a description without the keys for which the data lack a column that the study does not read itself."""
    tables: list[CountedTable] = []
    for table in description.tables:
        held = listing.find(binding.table(table.name).rpartition(".")[2])
        lacking = [
            column.name
            for column in table.further
            if held is not None and binding.column(column.physical, table.name).upper() not in held.columns
        ]
        why = f"the data lack {', '.join(f'`{name}`' for name in lacking)} of the declared key"
        tables.append(without_keys(table, why) if lacking else table)
    return _with_tables(description, tuple(tables))


def _with_tables(description: Description, tables: tuple[CountedTable, ...]) -> Description:
    by_name = {table.name: table for table in tables}
    compared = tuple(replace(one, table=by_name[one.table.name]) for one in description.comparisons)
    return replace(description, tables=tables, comparisons=compared)


def lacking_of(
    reads: Mapping[str, frozenset[str]], listing: Listing, binding: Binding
) -> dict[str, frozenset[str]]:
    """Return what the data do not hold of the tables and columns that a study reads; of a table without any, all."""
    found = {}
    for table, templates in reads.items():
        held = listing.find(binding.table(table).rpartition(".")[2])
        columns = {} if held is None else held.columns
        lacking = frozenset(one for one in templates if binding.column(one, table).upper() not in columns)
        if lacking:
            found[table] = lacking
    return found
