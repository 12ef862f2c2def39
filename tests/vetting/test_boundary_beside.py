"""Boundary units made beside those that come far: both sides of lines, other values, twins, periods and crowds."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from cohort import pipeline
from cohort.catalogue import load_catalogue
from cohort.sql.matching import PRIME
from cohort.types import Kind
from cohort.vetting.boundary_crowds import crowd, part_crowd
from cohort.vetting.boundary_lines import crossings, lean
from cohort.vetting.boundary_moves import Maker
from cohort.vetting.boundary_periods import related, short_periods
from cohort.vetting.boundary_pools import pools_of
from cohort.vetting.boundary_rows import frames, physical_name, unit_number
from cohort.vetting.boundary_trial import Trial
from cohort.vetting.boundary_twins import twins
from cohort.vetting.boundary_units import Line, Own, Unit

SPECS = Path(__file__).parents[2] / "specs"


class Tools:
    """What units of one study are made and tried with."""

    def __init__(self, name: str) -> None:
        study = pipeline.check_file(SPECS / f"{name}.yaml").study
        assert study is not None
        self.study, self.catalogue = study, load_catalogue()
        self.pools = pools_of(study, self.catalogue)
        self.maker = Maker(self.pools, self.catalogue, Random(3))
        self.trial = Trial(study, self.catalogue, self.pools)


@pytest.fixture(scope="module")
def tools() -> Tools:
    """Return tools for a study with a birth, links and periods."""
    return Tools("infants_entering_care")


@pytest.fixture(scope="module")
def furthest(tools: Tools) -> Unit:
    """Return the unit of some that has rows in most tables."""
    units = [tools.maker.unit() for _ in range(150)]
    tables = [len(each.tables) for each in tools.trial.outlines(units)]
    return units[tables.index(max(tables))]


def test_a_lean_unit_has_rows_in_the_same_tables_and_needs_each_of_its_rows(
    tools: Tools, furthest: Unit
) -> None:
    (made,) = lean([furthest], tools.trial)
    before, after = tools.trial.outlines([furthest, made])
    assert len(made.lines) <= len(furthest.lines)
    assert after.tables >= before.tables
    assert all(repr(line) in {repr(each) for each in furthest.lines} for line in made.lines)


def test_crossings_lie_on_both_sides_of_lines(tools: Tools, furthest: Unit) -> None:
    (made,) = lean([furthest], tools.trial)
    found = crossings([made], tools.trial, tools.maker)
    assert len(found) > 4
    outlines = tools.trial.outlines(found)
    crossed = 0
    for unit, outline in zip(found, outlines, strict=True):
        beside = [
            other
            for each, other in zip(found, outlines, strict=True)
            if {abs((a - b).days) for a, b in zip(unit.dates, each.dates, strict=False)} <= {0, 1}
        ]
        crossed += any(other != outline for other in beside)
    # Numbers count only while they are few, which differs with the units that are tried together.
    assert crossed >= 0.75 * len(found)


def test_twins_differ_in_each_column_and_miss_each_key(tools: Tools, furthest: Unit) -> None:
    found = twins(furthest, tools.maker)
    for table, columns in tools.maker.columns.items():
        own = [line for line in furthest.lines if line.table == table]
        if not own:
            continue
        for name, column in columns.items():
            added = [
                line.cells[name]
                for unit in found
                for line in unit.lines[len(furthest.lines) :]
                if line.table == table
            ]
            assert len({repr(cell) for cell in added}) > 1, (table, name)
            if column.type.kind is Kind.KEY and any(line.cells[name] is not None for line in own):
                assert None in added, (table, name)


def test_periods_are_added_in_every_relation(tools: Tools, furthest: Unit) -> None:
    found = related(furthest, tools.maker)
    assert found
    assert all(unit.lines[: len(furthest.lines)] == furthest.lines for unit in found)
    assert all(len(unit.lines) > len(furthest.lines) for unit in found)


def test_short_periods_have_the_lengths_of_the_study() -> None:
    tools = Tools("care_leavers_self_harm")
    table = "wdsd_wales_spells"
    units = (tools.maker.unit() for _ in range(50))
    unit = next(u for u in units if tools.maker.birth_of(u) and any(line.table == table for line in u.lines))
    lengths: Counter[int] = Counter()
    for made in short_periods(unit, tools.maker):
        for line in made.lines:
            cells = [line.cells[name] for name in ("start_date", "end_date")] if line.table == table else []
            if len(cells) == 2 and all(isinstance(cell, datetime.date) for cell in cells):
                start, end = (cell for cell in cells if isinstance(cell, datetime.date))
                lengths[(end - start).days] += 1
    assert {30, 31, 90, 91} <= lengths.keys()


def test_matching_takes_two_of_three_keys_in_a_row_for_the_same(tools: Tools) -> None:
    table = next(table for table, name in sorted(tools.pools.units))
    column = next(name for of, name in sorted(tools.pools.units) if of == table)
    physical = next(
        physical_name(c.physical) for c in tools.catalogue.tables[table].columns if c.name == column
    )
    line = next(line for line in iter_lines(tools) if line.table == table)
    unit = Unit((Line(table, {**line.cells, column: Own("")}),))
    frame = frames([unit] * 6, tools.pools, tools.catalogue)[table]
    keys = frame[physical].to_list()
    assert len(set(keys)) == 6
    assert [key % PRIME for key in keys][1] == keys[2] % PRIME
    assert frame.select(unit_number(physical)).to_series().to_list() == [0, 1, 2, 3, 4, 5]


def iter_lines(tools: Tools) -> Iterator[Line]:
    """Yield rows of new units."""
    while True:
        yield from tools.maker.unit().lines


def test_crowds_need_all_rounds_of_matching() -> None:
    tools = Tools("crcs_substance_misuse_injury")
    peers = tools.study.peers
    assert peers is not None
    births = frozenset(name for _, name in tools.pools.births)
    units = [u for u in (tools.maker.unit() for _ in range(30)) if tools.maker.birth_of(u)]
    one, other = units[:2]
    for lead in range(3):
        made = crowd(one, other, peers, births, lead)
        days = [tools.maker.birth_of(unit) for unit in made]
        assert days[0] == days[1] == days[2] != days[3]
        assert len(made) >= (9 + lead) * (1 + min(peers.per_case, 4))
    days = [tools.maker.birth_of(unit) for unit in part_crowd(one, other, peers, births)]
    assert max(Counter(days).values()) == min(peers.per_case, 4)
