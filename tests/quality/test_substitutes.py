"""The Db2 script of a statement, carried out on PostgreSQL and H2: counts as on DuckDB, and as counted with polars."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator
from functools import cache

import polars as pl
import pytest

from cohort import pipeline, pipeline_quality
from cohort.catalogue import load_catalogue, shipped_binding
from cohort.catalogue.model import HeldColumn
from cohort.plan.names import RESULTS
from cohort.quality.description import CountedTable, YearKind
from cohort.quality.forms import form_of
from cohort.sql.model import Script
from cohort.types import Kind
from cohort.vetting import h2, postgres
from cohort.vetting.execution import Candidate, Expected, check_h2, check_postgres, on_duckdb
from cohort.vetting.model import CannotRun, Outcome, Status
from tests.conftest import ROOT
from tests.quality import made
from tests.vetting import subjects

CATALOGUE = load_catalogue()
HELD = ("care_leavers_self_harm", "crcs_substance_misuse_injury", "first_care_entry_gcse")
"""Studies with hand-written holdings."""
AWKWARD = "infants_entering_care"
"""The study that reads the awkward rows of ``made``."""
STUDIES = (AWKWARD, *HELD)
_OWN = shipped_binding("synthetic")
Places = Counter[tuple[str, str]]
_TYPES: dict[Kind, type[pl.DataType]] = {
    Kind.KEY: pl.Int64,
    Kind.WHOLE: pl.Int32,
    Kind.BOOLEAN: pl.Int16,
    Kind.DECIMAL: pl.Float64,
    Kind.CODE: pl.String,
    Kind.TEXT: pl.String,
    Kind.DATE: pl.Date,
}


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    try:
        postgres.find_tools()
        postgres.require_client()
    except CannotRun as problem:
        pytest.skip(str(problem))
    with postgres.private_server() as running:
        yield running


@pytest.fixture(scope="module")
def h2_tools() -> h2.Tools:
    try:
        return h2.find_tools()
    except CannotRun as problem:
        pytest.skip(str(problem))


@cache
def _checked(name: str) -> pipeline.Checked:
    return pipeline.check_file(ROOT / "specs" / f"{name}.yaml")


@cache
def _script(name: str, dialect: str) -> Script:
    return pipeline_quality.quality_script(_checked(name), dialect)


@cache
def _data(name: str) -> dict[str, pl.DataFrame]:
    """Awkward rows for the first study; for others hand-written units with rows that break the forms of codes."""
    if name == AWKWARD:
        return {"lacw_episodes": made.episodes(), "lacw_derived_alf": made.derived()}
    data = dict(subjects.data(name))
    if "pedw_diagnoses" in data and data["pedw_diagnoses"].height:
        rows = data["pedw_diagnoses"]
        codes = [
            "X60",
            "x609 ",
            "X6",
            "60X",
            "X60.9",
            "XA09",
            "X609-D1",
            " ",
            None,
            "X60X-D",
            "X6 0",
            "É60",
            "X60_",
        ]
        data["pedw_diagnoses"] = _with_codes(rows, "DIAG_CD", codes)
    if "wlgp_events" in data and data["wlgp_events"].height:
        rows = data["wlgp_events"]
        codes = [
            "U2...",
            "TK0..",
            "TK..0",
            ".TK..",
            "TK 0.",
            "TK0",
            "TK000",
            "EMISNQ12",
            "^ESC1",
            "tk0..",
            "",
            "1-3..",
            "A.B..",
        ]
        data["wlgp_events"] = _with_codes(rows, "EVENT_CD", codes)
    return data


def _with_codes(rows: pl.DataFrame, column: str, codes: list[str | None]) -> pl.DataFrame:
    """Every code in a row of its own, beside the rows that there are."""
    first = pl.concat([rows.head(1)] * len(codes)).with_columns(pl.Series(column, codes, dtype=pl.String))
    return pl.concat([rows, first])


@cache
def _many(name: str) -> dict[str, pl.DataFrame]:
    """Random rows of every column that the script reads: codes in use and out of use, missing ones, special ones."""
    chance = random.Random(name)
    tables = pipeline_quality.quality_of(_checked(name)).tables
    return {table.name: _random_rows(table, chance) for table in tables}


def _random_rows(table: CountedTable, chance: random.Random) -> pl.DataFrame:
    columns = {column.name: column for column in (*table.columns, *table.key)}
    values = {
        _OWN.column(column.physical): pl.Series(
            [_random_value(table, column, chance) for _ in range(200)], dtype=_TYPES[column.type.kind]
        )
        for column in columns.values()
    }
    return pl.DataFrame(values)


def _random_value(table: CountedTable, column: HeldColumn, chance: random.Random) -> object:
    if chance.random() < 0.1:
        return None
    if column.special and chance.random() < 0.1:
        text = column.special[0][0]
        if text != "missing":
            return datetime.date.fromisoformat(text) if column.type.kind is Kind.DATE else int(text)
    year = chance.randint(2001, 2023)
    match column.type.kind:
        case Kind.DATE:
            return datetime.date(year, chance.randint(1, 12), chance.randint(1, 28))
        case Kind.CODE | Kind.TEXT:
            listed = CATALOGUE.code_lists.get(column.type.code_list or "")
            codes = [*(listed.codes if listed else ("X60", "U2...", "E1")), "Q?", " ", "X6"]
            code = chance.choice(codes)
            return (code.lower() if chance.random() < 0.3 else code)[: column.type.length or None]
        case _ if table.years is not None and column.name == table.years.column.name:
            kinds = {YearKind.RETURN: (year - 1) * 100 + year % 100, YearKind.YEAR_AND_MONTH: year * 100 + 1}
            return kinds.get(table.years.kind, year)
        case _:
            listed = CATALOGUE.code_lists.get(column.type.code_list or "")
            return int(chance.choice([*listed.codes, "977"])) if listed else chance.randint(1, 60)


@cache
def _expected(name: str, *, many: bool = False) -> Expected:
    found = on_duckdb(_script(name, "duckdb"), _many(name) if many else _data(name))
    return Expected({RESULTS: found.tables[RESULTS]})


def _candidate(name: str, text: str | None = None) -> Candidate:
    script = _script(name, "db2")
    return Candidate(text or script.text, script, shipped_binding("sail9999").workspace, kept=(RESULTS,))


def _counts(name: str, table: str, statistic: str = "count", *, many: bool = False) -> Places:
    lines = _expected(name, many=many).tables[RESULTS].lines
    return Counter(
        {
            (str(line[3]), str(line[4])): int(str(line[7]))
            for line in lines
            if line[2] == table and line[6] == statistic and line[7]
        }
    )


@pytest.mark.parametrize("many", [False, True], ids=["held", "random"])
@pytest.mark.parametrize("name", STUDIES)
def test_postgresql_counts_as_duckdb(name: str, many: bool, server: postgres.Server) -> None:
    data = _many(name) if many else _data(name)
    outcome = check_postgres(_candidate(name), CATALOGUE, data, _expected(name, many=many), server)
    _passed(outcome)


@pytest.mark.parametrize("name", STUDIES)
def test_h2_counts_as_duckdb(name: str, h2_tools: h2.Tools) -> None:
    _passed(check_h2(_candidate(name), CATALOGUE, _data(name), _expected(name), h2_tools))


def _passed(outcome: Outcome) -> None:
    assert (outcome.status, outcome.findings) == (Status.PASSED, ())
    assert outcome.facts is not None
    assert outcome.facts["rows"] > 40, "nothing was compared"


def test_a_change_of_the_script_changes_counts(server: postgres.Server) -> None:
    text = _script(AWKWARD, "db2").text
    old = "EPISODE_END_DATE < EPISODE_START_DATE"
    assert old in text
    changed = text.replace(old, "EPISODE_END_DATE <= EPISODE_START_DATE", 1)
    outcome = check_postgres(
        _candidate(AWKWARD, changed), CATALOGUE, _data(AWKWARD), _expected(AWKWARD), server
    )
    assert outcome.status is Status.FAILED


def _year(table: CountedTable, row: dict[str, object]) -> str:
    """The year of a row from the meaning alone."""
    years = table.years
    if years is None:
        return "whole table"
    value = row[_OWN.column(years.column.physical)]
    if value is None or str(value) in dict(years.column.special):
        return "not known"
    match years.kind:
        case YearKind.DAY:
            number = int(str(value)[:4])
        case YearKind.YEAR_AND_MONTH:
            number = int(str(value)) // 100
        case _:
            number = int(str(value))
    if number < years.first:
        return "earlier"
    if number > years.last:
        return "later"
    if years.kind is YearKind.RETURN and number % 100 != (number // 100 + 1) % 100:
        return "not known"
    return str(number)


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@pytest.mark.parametrize("many", [False, True], ids=["held", "random"])
@pytest.mark.parametrize("name", STUDIES)
def test_polars_counts_rows_missing_values_people_and_forms(name: str, many: bool) -> None:
    data, seen = _many(name) if many else _data(name), 0
    for table in pipeline_quality.quality_of(_checked(name)).tables:
        rows = data[table.name].to_dicts() if table.name in data else []
        seen += len(rows)
        years = [_year(table, row) for row in rows]
        assert _counts(name, f"rows {table.name}", many=many) == Counter((year, "") for year in years)
        if table.unit is not None:
            people: dict[str, set[object]] = {year: set() for year in years}
            for year, row in zip(years, rows, strict=True):
                people[year] |= {row[_OWN.column(table.unit.physical)]} - {None}
            found = _counts(name, f"rows {table.name}", "units", many=many)
            assert found == Counter({(year, ""): len(found) for year, found in people.items() if found})
        for column in table.checked:
            counted = _counts(name, f"column {table.name} {column.name}", many=many)
            values = [row[_OWN.column(column.physical)] for row in rows]
            missing = Counter(year for year, value in zip(years, values, strict=True) if _is_missing(value))
            assert Counter({year: n for (year, state), n in counted.items() if state == "missing"}) == missing
            assert counted.total() == len(rows)
            form = form_of(column)
            if form is not None:
                formed = sum(
                    not _is_missing(value) and form.fits(str(value).strip().upper()) for value in values
                )
                assert (
                    sum(n for (_, state), n in counted.items() if state == "in the form of a code") == formed
                )
    assert seen > 20


@pytest.mark.parametrize("name", STUDIES)
def test_polars_counts_repeated_keys(name: str) -> None:
    for table in pipeline_quality.quality_of(_checked(name)).tables:
        if not table.key or table.name not in _data(name):
            continue
        key = [_OWN.column(column.physical) for column in table.key]
        rows = _data(name)[table.name].select(key)
        rows = rows.with_columns(pl.col(pl.String).str.strip_chars_end(" ").replace("", None))
        whole = rows.drop_nulls()
        again = whole.filter(whole.is_duplicated()).height
        found = _counts(name, f"key {table.name}")
        assert sum(n for (state, _), n in found.items() if state.startswith("one of")) == again
        assert found.total() == rows.height


@pytest.mark.parametrize(
    ("table", "column", "formed"),
    [
        ("pedw_diagnoses", "diagnosis", {"X60", "X609", "X60X-D", "X60_"}),
        ("wlgp_events", "code", {"U2...", "TK0..", "TK000"}),
    ],
)
def test_forms_of_codes_by_hand(table: str, column: str, formed: set[str]) -> None:
    held = next(one for one in CATALOGUE.tables[table].columns if one.name == column)
    form = form_of(held)
    assert form is not None
    rows = _data("care_leavers_self_harm")[table].tail(13)
    values = {str(v).strip().upper() for v in rows[_OWN.column(held.physical)] if not _is_missing(v)}
    assert {value for value in values if form.fits(value)} == formed
