"""Tries invented units on the tables of a study's plan, on DuckDB, and reads what each shows there.

What a unit shows is how many rows it has in each table, which codes and flags, which dates fall on or beside a day that
the study names, and which lie a duration of the study apart, or a day beside that. Of entries it is read which dates of
the other tables lie so beside their own.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars

from cohort.catalogue import Catalogue, shipped_binding
from cohort.plan.build import build_plan
from cohort.plan.model import Plan, PlanTable
from cohort.plan.names import (
    ENTRIES,
    FOLLOW_UP,
    INDEX_DATE,
    MEMBER_ENTRIES,
    MEMBERS_FRAME,
    PAIRS,
    POSSIBLE,
    SET_UNIT,
)
from cohort.query.study import Study
from cohort.sql.compile import compile_steps
from cohort.sql.model import DialectName, ScriptOptions
from cohort.types import Kind
from cohort.vetting.boundary_pools import Pools
from cohort.vetting.boundary_rows import frames, unit_number, unit_number_text
from cohort.vetting.boundary_units import Unit

Shown = frozenset[int]
"""What a unit shows, each thing by a number of its own."""
_FEW_VALUES = 150
_SHAPE = ScriptOptions(views=False, counts=False, fused=False)


@dataclass(frozen=True)
class Outline:
    """How a unit goes through a study: for each table in which it has rows, how many, and what codes they hold."""

    rows: Mapping[str, tuple[int, int]]

    @property
    def tables(self) -> frozenset[str]:
        """The tables in which it has rows."""
        return frozenset(self.rows)

    def changed(self, other: Outline) -> frozenset[tuple[str, int]]:
        """Return the tables in which another has more or fewer rows (1, -1), or as many with other codes (0)."""
        names = {*self.rows, *other.rows}
        pairs = [(name, self.rows.get(name, _NONE), other.rows.get(name, _NONE)) for name in names]
        return frozenset((n, (a[0] < b[0]) - (a[0] > b[0])) for n, a, b in pairs if a != b)


class Trial:
    """Tries units on the tables of a study's plan."""

    def __init__(self, study: Study, catalogue: Catalogue, pools: Pools) -> None:
        self._catalogue, self._pools = catalogue, pools
        self._binding = shipped_binding("synthetic")
        self._plan: Plan = replace(build_plan(study), results=())
        self._script = compile_steps(self._plan, DialectName.DUCKDB, self._binding, (), _SHAPE)
        self._days = [(day - _EPOCH).days for day in pools.dates if 1900 < day.year < 9000]
        self._apart = sorted({0, *(n for n, unit in pools.amounts if unit == "day")})
        self._months = sorted(
            {n * (12 if unit == "year" else 1) for n, unit in pools.amounts if unit != "day"}
        )
        self._numbers: dict[str, int] = {}
        self.tables: list[str] = []
        """The table of the plan in which each thing is shown, by the thing's number."""
        self.days: list[tuple[datetime.date, ...]] = []
        """The days of the entries of each unit that was tried last: those of members where it has some."""

    def shown(self, units: Sequence[Unit]) -> list[Shown]:
        """Return what each unit shows, when all are tried together."""
        return self.shown_by(frames(units, self._pools, self._catalogue), len(units))

    def shown_by(self, data: Mapping[str, polars.DataFrame], units: int) -> list[Shown]:
        """Return what each of the units 0, 1, ... shows, whose rows these are."""
        with self._run(data) as connection:
            frames_of = {table.name: self._frame(connection, table) for table in self._plan.tables}
        held = [(table, frame) for table in self._plan.tables if (frame := frames_of[table.name]) is not None]
        parts = [self._of_table(frame, table) for table, frame in held]
        dates = _long([(table, frame) for table, frame in held if not _ON_THE_WAY.search(table.name)])
        seen = polars.concat([*parts, self._beside_entries(dates)])
        self.days = _days_of_entries(dates, units)
        found: list[set[int]] = [set() for _ in range(units)]
        for text in sorted(seen["shown"].unique()):
            if text not in self._numbers:
                self._numbers[text] = len(self._numbers)
                self.tables.append(text.split(" ")[0].split(".")[0])
        for unit, text in seen.iter_rows():
            if 0 <= unit < len(found):
                found[unit].add(self._numbers[text])
        return [frozenset(each) for each in found]

    def matched(self, units: Sequence[Unit]) -> list[tuple[int, int]]:
        """Return the places of units who match as case and candidate, those who differ most in their case first."""
        unit = self._plan.unit
        with self._run(frames(units, self._pools, self._catalogue)) as connection:
            asked = f"SELECT DISTINCT {SET_UNIT}, {unit} FROM {self._script.tables[PAIRS]} ORDER BY {unit}, {SET_UNIT}"
            rows = connection.execute(asked).fetchall()
        pairs = polars.DataFrame(rows, schema={"one": polars.Int64, "other": polars.Int64}, orient="row")
        numbers = pairs.select(unit_number("one").alias("case"), unit_number("other").alias("candidate"))
        return list(numbers.unique("case", keep="first", maintain_order=True).iter_rows())

    def rows(self, table: str, units: Sequence[Unit]) -> int:
        """Return how many rows units give a table of the plan, when all are tried together; 0 without such a table."""
        if table not in self._script.tables:
            return 0
        with self._run(frames(units, self._pools, self._catalogue)) as connection:
            found = connection.execute(f"SELECT count(*) FROM {self._script.tables[table]}").fetchone()
        return int(found[0]) if found else 0

    def outlines(self, units: Sequence[Unit]) -> list[Outline]:
        """Return how each unit goes through the study alone, if peers are matched as a case without peers."""
        found: list[dict[str, tuple[int, int]]] = [{} for _ in units]
        # Numbers so far apart that no two units share a key, and all have the same values where units differ.
        apart = range(0, _ALONE * len(units), _ALONE)
        with self._run(frames(units, self._pools, self._catalogue, apart), alone=True) as connection:
            for table in self._plan.tables:
                asked = self._outline_of(connection, table)
                for unit, rows, mixed in connection.execute(asked).fetchall() if asked else ():
                    if unit is not None and unit % _ALONE == 0:
                        found[unit // _ALONE][table.name] = (rows, mixed)
        return [Outline(each) for each in found]

    def _outline_of(self, connection: duckdb.DuckDBPyConnection, table: PlanTable) -> str | None:
        keys = [name for name, type_ in table.columns if type_.kind is Kind.KEY]
        if not keys:
            return None
        name = self._script.tables[table.name]
        whole = [column for column, type_ in table.columns if type_.kind is Kind.WHOLE]
        counted = ", ".join(f"count(DISTINCT {column})" for column in whole)
        numbers = connection.execute(f"SELECT {counted} FROM {name}").fetchone() if whole else ()
        few = {column for column, number in zip(whole, numbers or (), strict=True) if number <= _FEW_NUMBERS}
        telling = [
            column
            for column, type_ in table.columns
            if column in few or type_.kind in (Kind.CODE, Kind.TEXT, Kind.BOOLEAN)
        ]
        mixed = f"CAST(sum(hash({', '.join(telling)}) % {_MIXED}) AS BIGINT)" if telling else "0"
        key = table.unit if table.unit in keys else keys[0]
        return f"SELECT {unit_number_text(key)} AS unit_number, count(*), {mixed} FROM {name} GROUP BY 1"

    @contextmanager
    def _run(
        self, data: Mapping[str, polars.DataFrame], *, alone: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a database in which the script has run; ``alone`` leaves out all candidates before they are matched."""
        with duckdb.connect(config={"threads": 1}) as connection, TemporaryDirectory() as folder:
            for held, frame in data.items():
                # Through a file: DuckDB takes single values slowly, and frames only by way of further packages.
                file = Path(folder, f"{held}.parquet")
                frame.write_parquet(file)
                made = f"CREATE TABLE {self._binding.table(held)} AS SELECT * FROM read_parquet(?)"
                connection.execute(made, [file.as_posix()])
            for part in self._script.parts:
                for statement in part.statements:
                    connection.execute(statement.text)
                if alone and part.name == POSSIBLE:
                    connection.execute(f"DELETE FROM {self._script.tables[POSSIBLE]}")
            yield connection

    def _frame(self, connection: duckdb.DuckDBPyConnection, table: PlanTable) -> polars.DataFrame | None:
        """Return the rows of a table with the number of the unit beside them; None if they are nobody's."""
        names = [name for name, _ in table.columns]
        keys = [name for name, type_ in table.columns if type_.kind is Kind.KEY]
        rows = connection.execute(
            f"SELECT {', '.join(names)} FROM {self._script.tables[table.name]}"
        ).fetchall()
        if not keys or not rows:
            return None
        schema = {name: _FRAMES[type_.kind] for name, type_ in table.columns}
        frame = polars.DataFrame(rows, schema=schema, orient="row")
        key = table.unit if table.unit in keys else keys[0]
        return frame.with_columns(unit_number(key).alias(_UNIT)).filter(polars.col(_UNIT).is_not_null())

    def _of_table(self, frame: polars.DataFrame, table: PlanTable) -> polars.DataFrame:
        """Return what the rows of a table show, as (unit, text)."""
        parts = [polars.len().over(_UNIT).clip(upper_bound=3).cast(polars.String).alias(f"{table.name} rows")]
        parts += self._of_values(frame, table)
        parts += self._of_dates(table)
        shown = frame.select(_UNIT, *parts).unpivot(index=_UNIT).drop_nulls().unique()
        return shown.select(_UNIT, polars.concat_str("variable", "value", separator=" ").alias("shown"))

    def _beside_entries(self, dates: polars.DataFrame) -> polars.DataFrame:
        """Return which dates lie a duration of the study from a date of an entry of the unit, or a day beside that."""
        entries = dates.filter(polars.col("table").is_in(_OF_ENTRIES))
        day = polars.col("day")
        moved = [entries.select(_UNIT, "name", by=polars.lit("0"), target=day.cast(polars.Int32))]
        for sign in (1, -1):
            for days in self._apart[1:]:
                moved.append(
                    entries.select(
                        _UNIT,
                        "name",
                        by=polars.lit(f"{sign * days}d"),
                        target=day.cast(polars.Int32) + sign * days,
                    )
                )
            for months in self._months:
                by = f"{sign * months}mo"
                target = day.dt.offset_by(by).cast(polars.Int32)
                moved.append(entries.select(_UNIT, "name", by=polars.lit(by), target=target))
        others = dates.filter(~polars.col("table").is_in(_OF_ENTRIES))
        beside = (
            polars.concat(moved)
            .join(others, on=_UNIT, suffix="_other")
            .with_columns((polars.col("day").cast(polars.Int32) - polars.col("target")).alias("beside"))
            .filter(polars.col("beside").abs() <= 1)
        )
        text = polars.format(
            "{}@{} {} {}", "table", "name", "name_other", polars.format("{} {}", "by", "beside")
        )
        return beside.select(_UNIT, text.alias("shown")).unique()

    def _of_values(self, frame: polars.DataFrame, table: PlanTable) -> Iterator[polars.Expr]:
        for name, type_ in table.columns:
            coded = type_.kind in (Kind.CODE, Kind.TEXT, Kind.WHOLE, Kind.BOOLEAN)
            if coded and frame[name].n_unique() <= _FEW_VALUES:
                text = polars.col(name).cast(polars.String).fill_null("missing")
                yield text.alias(f"{table.name}.{name}")
            elif type_.kind is Kind.WHOLE:
                for number in sorted({n for n, _ in self._pools.amounts}):
                    yield _close(polars.col(name) - number, f"{table.name}.{name} beside {number}")

    def _of_dates(self, table: PlanTable) -> Iterator[polars.Expr]:
        names = [name for name, type_ in table.columns if type_.kind is Kind.DATE]
        for place, name in enumerate(names):
            label, date = f"{table.name}.{name}", polars.col(name)
            yield polars.when(date.is_null()).then(polars.lit("missing")).alias(f"{label} missing")
            in_year = date.dt.month().cast(polars.Int32) * 100 + date.dt.day()
            special = in_year.is_in([month * 100 + day for month, day in self._pools.days_of_year])
            yield polars.when(special).then(in_year.cast(polars.String)).alias(f"{label} in the year")
            for day in self._days:
                yield _close(date.cast(polars.Int32) - day, f"{label} beside {day}")
                for months in self._months if name == INDEX_DATE else ():
                    moved = date.dt.offset_by(f"{months}mo").cast(polars.Int32)
                    yield _close(moved - day, f"{label} months {months} beside {day}")
            for other in names[place + 1 :]:
                apart = (polars.col(other) - date).dt.total_days()
                for days in self._apart:
                    yield _close(apart.abs() - days, f"{label} {other} apart {days}")
                for months in self._months:
                    for sign in (1, -1):
                        moved = date.dt.offset_by(f"{sign * months}mo")
                        beside = (polars.col(other) - moved).dt.total_days()
                        yield _close(beside, f"{label} {other} months {sign * months}")


_UNIT = "unit#"
_OF_ENTRIES = (MEMBERS_FRAME, MEMBER_ENTRIES, FOLLOW_UP, ENTRIES)
_ON_THE_WAY = re.compile(r"_\d+_")
"""In the names of tables that are a step of a definition."""
_FEW_NUMBERS = 30
_ALONE = 6
_NONE = (0, 0)
_MIXED = 1_000_003
_EPOCH = datetime.date(1970, 1, 1)
_OLDEST, _NEWEST = datetime.date(1950, 1, 1), datetime.date(2150, 1, 1)
_FRAMES: Mapping[Kind, polars.DataType] = {
    Kind.KEY: polars.Int64(),
    Kind.WHOLE: polars.Int64(),
    Kind.BOOLEAN: polars.Int64(),
    Kind.DECIMAL: polars.Float64(),
    Kind.DATE: polars.Date(),
    Kind.CODE: polars.String(),
    Kind.TEXT: polars.String(),
}


def _close(beside: polars.Expr, label: str) -> polars.Expr:
    return polars.when(beside.abs() <= 1).then(beside.cast(polars.String)).alias(label)


def _long(found: Sequence[tuple[PlanTable, polars.DataFrame]]) -> polars.DataFrame:
    """Return all dates of some tables, one a row: unit, table, name of the column with the table's, day."""
    parts = [
        frame.select(
            _UNIT,
            table=polars.lit(table.name),
            name=polars.lit(f"{table.name}.{name}"),
            day=polars.col(name),
        )
        for table, frame in found
        for name, type_ in table.columns
        if type_.kind is Kind.DATE
    ]
    usual = polars.col("day").is_between(_OLDEST, _NEWEST)
    return polars.concat(parts).filter(usual).unique(maintain_order=True)


def _days_of_entries(dates: polars.DataFrame, units: int) -> list[tuple[datetime.date, ...]]:
    members: list[dict[datetime.date, None]] = [{} for _ in range(units)]
    entries: list[dict[datetime.date, None]] = [{} for _ in range(units)]
    for unit, table, _, day in dates.filter(polars.col("table").is_in(_OF_ENTRIES)).iter_rows():
        if 0 <= unit < units:
            (entries if table == ENTRIES else members)[unit][day] = None
    return [tuple({**own, **other}) if own else () for own, other in zip(members, entries, strict=True)]
