"""Looks for units that stand on the lines of a study: many are tried on DuckDB, and those that show most stay.

What a unit shows is read from all tables of the plan: how many rows it has in each, which codes and flags, which dates
fall on or beside a day that the study names, and which lie a duration of the study apart, or a day beside that. Of
entries it is read which dates of the other tables lie so beside their own.
"""

from __future__ import annotations

import datetime
import heapq
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import polars

from cohort.catalogue import Catalogue, shipped_binding
from cohort.plan.build import build_plan
from cohort.plan.model import Plan, PlanTable
from cohort.plan.names import (
    ENTRIES,
    FOLLOW_UP,
    INDEX_DATE,
    MATCHED,
    MEMBER_ENTRIES,
    MEMBERS_FRAME,
    PAIRS,
    SET_UNIT,
)
from cohort.query.study import ROUNDS, Study
from cohort.sql.compile import compile_steps
from cohort.sql.model import DialectName, ScriptOptions
from cohort.types import Kind
from cohort.vetting.boundary_crowds import crowd, with_all_codes
from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_pools import Pools
from cohort.vetting.boundary_rows import frames, unit_number
from cohort.vetting.boundary_units import Unit

Shown = frozenset[int]
"""What a unit shows, each thing by a number of its own."""
_FEW_VALUES = 150
_SHAPE = ScriptOptions(views=False, counts=False, fused=False)


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

    @contextmanager
    def _run(self, data: Mapping[str, polars.DataFrame]) -> Iterator[duckdb.DuckDBPyConnection]:
        with duckdb.connect(config={"threads": 1}) as connection, TemporaryDirectory() as folder:
            for held, frame in data.items():
                # Through a file: DuckDB takes single values slowly, and frames only by way of further packages.
                file = Path(folder, f"{held}.parquet")
                frame.write_parquet(file)
                made = f"CREATE TABLE {self._binding.table(held)} AS SELECT * FROM read_parquet(?)"
                connection.execute(made, [file.as_posix()])
            for statement in self._script.statements:
                connection.execute(statement.text)
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


def search(
    study: Study, catalogue: Catalogue, pools: Pools, maker: Maker, units: int, rounds: int
) -> list[Unit]:
    """Return as many units as asked for, those that show most of what was seen in some rounds of moving them."""
    trial = Trial(study, catalogue, pools)
    kept = [maker.unit() for _ in range(2 * units)]
    shown, days = trial.shown(kept), trial.days
    for number in range(rounds):
        # First those that come far in the study; then those that show what nobody shows yet.
        parents = chosen(shown, trial.tables, units, widely=number > rounds // 2)
        moved = []
        for _ in range(units):
            # Those that show most come first, and are moved most often.
            one, other = (parents[int(len(parents) * maker.random.random() ** 3)] for _ in range(2))
            moved.append(maker.moved(kept[one], kept[other], days[one]))
        kept = [*(kept[place] for place in parents), *moved]
        shown = [*(shown[place] for place in parents), *trial.shown(moved)]
        days = [*(days[place] for place in parents), *trial.days]
    far = chosen(shown, trial.tables, units // 2, widely=False)
    wide = chosen(shown, trial.tables, len(shown), widely=True)
    beside = _best_crowd(trial, study, [kept[place] for place in far], maker)
    # Birthdays of 29 February fall on another day in most years; few units come far with one by chance.
    beside += [maker.leaping(kept[place], days) for place in far[: units // 20] for days in (0, 1)]
    beside += [maker.twinned(kept[place], turn) for turn, place in enumerate(far[: units // 10])]
    found = [kept[place] for place in _first(far, wide, units - len(beside))]
    return [*with_all_codes(found, pools), *beside]


def _best_crowd(trial: Trial, study: Study, units: Sequence[Unit], maker: Maker) -> list[Unit]:
    """Return a crowd for matching, made of a case and a candidate who match; nothing without peers or such a pair."""
    best: tuple[int, list[Unit]] = (0, [])
    if study.peers is None:
        return []
    births = frozenset(name for _, name in maker.pools.births)
    for case, candidate in trial.matched(units)[:_TRIED]:
        made = crowd(units[case], units[candidate], study.peers, births)
        last = f"{MATCHED}{ROUNDS}"
        worth = sum(trial.tables[thing] == last for shown in trial.shown(made) for thing in shown)
        best = max(best, (worth, made), key=lambda each: each[0])
    return best[1]


def _first(far: list[int], wide: list[int], units: int) -> list[int]:
    """Return places of units, half of them those that come far, the others those that show most besides."""
    return list(dict.fromkeys((*far, *wide)))[:units]


def chosen(shown: Sequence[Shown], tables: Sequence[str], number: int, *, widely: bool) -> list[int]:
    """Return the places of units that together show most, the most telling first.

    A thing counts less the more often it is shown already, and more the fewer units have a row in its table. ``widely``
    makes a thing that nobody shows yet count most of all.
    """
    with_rows = Counter(table for each in shown for table in {tables[thing] for thing in each})
    first = {table: _WORTH * min(max(len(shown) // count, 1), _RAREST) for table, count in with_rows.items()}
    usual = np.array([first.get(table, 0) for table in tables], dtype=np.int64)
    weight = np.full_like(usual, _NEW) if widely else usual.copy()
    things = [np.array(sorted(each), dtype=np.int64) for each in shown]
    waiting = [(-int(weight[each].sum()), place) for place, each in enumerate(things)]
    heapq.heapify(waiting)
    found: list[int] = []
    while waiting and len(found) < number:
        _, place = heapq.heappop(waiting)
        worth = int(weight[things[place]].sum())
        if waiting and -worth > waiting[0][0]:
            heapq.heappush(waiting, (-worth, place))
            continue
        found.append(place)
        old = weight[things[place]]
        weight[things[place]] = np.where(old == _NEW, usual[things[place]], old * 15 // 16)
    return found


_UNIT = "unit#"
_OF_ENTRIES = (MEMBERS_FRAME, MEMBER_ENTRIES, FOLLOW_UP, ENTRIES)
_ON_THE_WAY = re.compile(r"_\d+_")
"""In the names of tables that are a step of a definition."""
_WORTH = 1 << 10
_RAREST = 256
_TRIED = 6
_NEW = 1024 * _WORTH
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
