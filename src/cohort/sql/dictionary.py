"""The data dictionary of the analysis table: what a regression in R or Stata needs to know of each column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from cohort.catalogue import Catalogue
from cohort.plan.model import PlanTable
from cohort.plan.names import INDEX_DATE, SET_UNIT
from cohort.query.dates import AgeOn, DaysBetween, YearTo31March
from cohort.query.outputs import group_axis
from cohort.query.study import GROUP, Study, Variable
from cohort.query.values import Arithmetic, Literal, Value
from cohort.query.words import Words
from cohort.results.category import Category
from cohort.sql.db2 import Db2Dialect
from cohort.sql.types import sql_type
from cohort.types import Kind, ValueType

_DAYS_OF = {7: "weeks"}
_KINDS = {
    Kind.DATE: "day, written YYYY-MM-DD",
    Kind.BOOLEAN: "1 for yes, 0 for no",
    Kind.KEY: "identifier, never to be computed with",
    Kind.CODE: "code",
    Kind.TEXT: "text",
}
_NEVER = "cannot be missing"


@dataclass(frozen=True)
class DictionaryRow:
    """What is said of one column. ``unit`` and ``categories`` are empty where there are none."""

    column: str
    type: str
    label: str
    unit: str
    categories: str
    missing: str
    words: str
    place: str


def data_dictionary(study: Study, table: PlanTable, catalogue: Catalogue) -> tuple[DictionaryRow, ...]:
    """Return one row for each column of the analysis table in Db2, in order. No value of any data is in it."""
    words = Words(
        lambda name, code: (
            catalogue.code_lists[name].codes.get(code) if name in catalogue.code_lists else None
        ),
        {variable.name: variable.label for variable in study.variables},
    )
    return tuple(
        _variable(study.variable[name], name, type_, words)
        if name in study.variable
        else _of_members(study, name, type_)
        for name, type_ in table.columns
    )


def dictionary_csv(rows: Iterable[DictionaryRow]) -> str:
    """Return the dictionary as CSV with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([field.name for field in fields(DictionaryRow)])
    writer.writerows([_guarded(text) for text in astuple(row)] for row in rows)
    return buffer.getvalue()


def dictionary_markdown(study: Study, physical: str, rows: tuple[DictionaryRow, ...]) -> str:
    """Return the dictionary as Markdown, with how the table ``physical`` is read in R and in Stata."""
    return "\n".join(_markdown(study, physical, rows)) + "\n"


def _variable(variable: Variable, name: str, type_: ValueType, words: Words) -> DictionaryRow:
    return DictionaryRow(
        name,
        _type(type_),
        variable.label,
        _unit(variable.value, type_),
        _categories(variable.categories),
        "NULL if it is not recorded or cannot be worked out",
        words.value(variable.value),
        str(variable.origin),
    )


def _of_members(study: Study, name: str, type_: ValueType) -> DictionaryRow:
    """A column that every analysis table has."""
    labels = {
        study.unit: (f"The {study.unit}", f"identifies the {study.unit}"),
        INDEX_DATE: ("Index date", "the day on which the entry starts"),
        GROUP: ("Group", "the group that the member belongs to"),
        SET_UNIT: (
            "Matched set",
            f"the {study.unit} of the case whose set it is; with {INDEX_DATE} it names the set",
        ),
    }
    label, meaning = labels[name]
    categories = group_axis(study).categories if name == GROUP else ()
    origin = study.population.origin
    return DictionaryRow(
        name, _type(type_), label, _KINDS[type_.kind], _categories(categories), _NEVER, meaning, str(origin)
    )


def _type(type_: ValueType) -> str:
    return str(Db2Dialect().type_compiler_instance.process(sql_type(type_)))


def _unit(value: Value, type_: ValueType) -> str:
    """The unit that a number is in, where its definition says so; how other values are written."""
    match value:
        case DaysBetween():
            return "days"
        case AgeOn():
            return "completed years"
        case YearTo31March():
            return "calendar year of the 31 March that ends the year"
        case Arithmetic("/", DaysBetween(), Literal(int(divisor))) if divisor in _DAYS_OF:
            return _DAYS_OF[divisor]
    return _KINDS.get(type_.kind, "")


def _categories(categories: Iterable[Category]) -> str:
    return "; ".join(
        category.value if category.value == category.label else f"{category.value} = {category.label}"
        for category in categories
    )


def _markdown(study: Study, physical: str, rows: tuple[DictionaryRow, ...]) -> Iterator[str]:
    yield f"# Data dictionary: {_cell(study.title)}"
    yield ""
    yield (
        f"The script leaves the table `{physical}` with one row for each entry of the cohort. It holds identifiers "
        "of persons: it is for analysis inside the safe setting, and neither it nor any row of it may leave. "
        f"Spec: `{study.spec_file}`, SHA-256 `{study.spec_hash}`."
    )
    yield ""
    yield "| column | type | label | unit or form | categories | missing | meaning | spec |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        cells = [
            f"`{row.column}`",
            row.type,
            row.label,
            row.unit,
            row.categories,
            row.missing,
            row.words,
            row.place,
        ]
        yield "| " + " | ".join(_cell(cell) for cell in cells) + " |"
    yield ""
    yield "## In R"
    yield ""
    yield "Column names come in capitals; dates come as `Date`, and what is missing as `NA`."
    yield ""
    yield "```r"
    yield "library(DBI)"
    yield 'connection <- dbConnect(odbc::odbc(), "PR_SAIL")'
    yield f'analysis <- dbGetQuery(connection, "SELECT * FROM {physical}")'
    yield "names(analysis) <- tolower(names(analysis))"
    for row, variable in _factors(study, rows):
        levels = ", ".join(_quoted(category.value) for category in variable.categories)
        yield f"analysis${row.column} <- factor(analysis${row.column}, levels = c({levels}))"
    yield "```"
    yield ""
    yield "## In Stata"
    yield ""
    yield "```stata"
    yield f'odbc load, exec("SELECT * FROM {physical}") dsn("PR_SAIL") clear'
    yield "rename *, lower"
    for row in rows:
        yield f'label variable {row.column[:32]} "{_plain(row.label)[:80]}"'
        if len(row.column) > 32:
            yield f"* Stata cuts the name {row.column} after 32 characters."
    yield "```"


def _factors(study: Study, rows: tuple[DictionaryRow, ...]) -> Iterator[tuple[DictionaryRow, Variable]]:
    for row in rows:
        variable = study.variable.get(row.column)
        if variable is not None and variable.categories:
            yield row, variable


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    return " ".join(text.replace('"', "'").replace("`", "'").split())


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
