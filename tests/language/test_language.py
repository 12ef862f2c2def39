"""Runs the spec tests: each section of each page on the reference engine and on DuckDB."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import pytest

from cohort.engines.reference import Cell, NamedResult, World, evaluate_rows
from cohort.query.functions import SCALARS
from cohort.query.rows import Add, ForEachEntry, NamedRows, Rows, Shape, TableRows, values_of, walk_rows
from cohort.query.study import Codelist, ContextTable
from cohort.query.summaries import COVERED
from cohort.query.summaries import FUNCTIONS as SUMMARIES
from cohort.query.values import Apply, Arithmetic, Compare, Covered, ShiftDate, Summary, Value, walk
from cohort.resolve.fragments import (
    FragmentProblem,
    Surroundings,
    resolve_rows,
    resolve_value,
    resolve_variable,
)
from cohort.resolve.functions import FUNCTIONS
from cohort.spec.keys import OPERATIONS
from cohort.types import ValueType

from ..properties.harness import by_duckdb as run_on_duckdb
from ..properties.harness import in_order
from .pages import (
    UNIT,
    Block,
    HeldRows,
    Section,
    codelist,
    context_table,
    expected_rows,
    held_rows,
    sections_of,
)

PAGES = sorted(Path(__file__).parent.glob("*.md"))
SECTIONS = [section for page in PAGES for section in sections_of(page)]
ENTRIES = "index_dates"
"""The table of entries, as the plan calls it."""


@dataclass
class Run:
    """One section being read: held tables, named rows in order, and what is expected of them."""

    held: dict[str, HeldRows] = field(default_factory=dict)
    named: dict[str, Rows] = field(default_factory=dict)
    variables: dict[str, ValueType] = field(default_factory=dict)
    windows: str = ""
    codelists: dict[str, Codelist] = field(default_factory=dict)
    context: dict[str, ContextTable] = field(default_factory=dict)
    expected: dict[str, Block] = field(default_factory=dict)
    refused: int = 0
    problem: FragmentProblem | None = None

    def shape(self, name: str) -> Shape:
        """What rows of a name look like; a table that has the unit is rows of the unit."""
        rows = self.named[name]
        if not isinstance(rows, TableRows):
            return rows.shape
        held = self.held[name]
        unit = UNIT if UNIT in rows.shape.types else None
        once = held.one_per_unit
        return replace(rows.shape, unit=unit, one_per_unit=once, per_entry=name == ENTRIES, spell=held.spell)

    @property
    def around(self) -> Surroundings:
        """What a fragment sees."""
        tables = {name: self.shape(name) for name in self.named if name not in (*self.variables, ENTRIES)}
        births = "children" in tables and "week_of_birth" in tables["children"].types
        return Surroundings(
            UNIT,
            tables,
            self.windows,
            self.codelists,
            self.context,
            self.variables,
            birth=("children", "week_of_birth") if births else None,
            index_date=ENTRIES in self.held,
        )

    def take(self, block: Block) -> None:
        """Read one block."""
        if block.words[:2] == ("expect", "error"):
            assert self.problem is not None, "the block before is not refused"
            assert (self.problem.code, self.problem.headline) == (block.words[2], block.text.strip())
            self.problem = None
            self.refused += 1
            return
        if self.problem is not None:
            raise self.problem
        try:
            self._take(block)
        except FragmentProblem as problem:
            self.problem = problem

    def _take(self, block: Block) -> None:
        match block.words:
            case ("rows", _, *_) | ("entries",):
                held = held_rows(block)
                self.held[held.table.table] = held
                self.named[held.table.table] = held.table
            case ("definition", name):
                self.named[name] = resolve_rows(block.text, name, self.around, self._beside_entries)
            case ("value",):
                self._add(ENTRIES, "answer", resolve_value(block.text, None, self.around))
            case ("variable", name):
                value = resolve_variable(block.text, None, self.around)
                rows = Add(NamedRows(ENTRIES, self.shape(ENTRIES)), ((name, value),))
                self.named[name] = rows
                self.variables[name] = value.type
            case ("value", "on", name):
                self._add(name, "answer", resolve_value(block.text, self.shape(name), self.around, name))
            case ("variable", "on", name):
                self._add(name, "answer", resolve_variable(block.text, self.shape(name), self.around, name))
            case ("windows",):
                self.windows = block.text
            case ("codelist", name, *_):
                self.codelists[name] = codelist(block)
            case ("figures", name, *_):
                self.context[name] = context_table(block)
                self.named[name] = self.context[name].rows
            case ("expect",):
                self.expected[list(self.named)[-1]] = block
            case _:
                raise ValueError(f"no block {block.words}")

    def _add(self, name: str, column: str, value: Value) -> None:
        rows = NamedRows(name, self.shape(name))
        self.named[f"answers_{len(self.named)}"] = Add(rows, ((column, value),))

    def _beside_entries(self, rows: NamedRows) -> NamedRows:
        name = f"{rows.name}_of_entries"
        self.named[name] = ForEachEntry(rows)
        return NamedRows(name, self.named[name].shape)


def read(section: Section) -> Run:
    run = Run()
    for block in section.blocks:
        run.take(block)
    if run.problem is not None:
        raise run.problem
    assert run.expected or run.refused, "nothing is expected"
    return run


def by_reference(run: Run) -> dict[str, list[dict[str, Cell]]]:
    world = World({name: held.records for name, held in run.held.items()})
    if ENTRIES in run.held:
        world.entries = tuple(_entry(row) for row in run.held[ENTRIES].records)
    for name, rows in run.named.items():
        found = evaluate_rows(rows, world)
        world.named[name] = NamedResult(run.shape(name), found)
        if name in run.variables:
            world.variables[name] = {_entry(row): row[name] for row in found}
    return {name: world.named[name].rows for name in run.named}


def _entry(row: dict[str, Cell]) -> tuple[Cell, datetime.date]:
    index_date = row["index_date"]
    assert isinstance(index_date, datetime.date)
    return row[UNIT], index_date


def by_duckdb(run: Run) -> dict[str, list[dict[str, Cell]]]:
    return run_on_duckdb(run.named, {name: held.records for name, held in run.held.items()})


@pytest.mark.parametrize("engine", [by_reference, by_duckdb], ids=["reference", "duckdb"])
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.page}: {section.title}")
def test_page(section: Section, engine: Any) -> None:
    run = read(section)
    results = engine(run) if run.expected else {}
    for name, block in run.expected.items():
        expected = expected_rows(block, run.named[name].shape.types)
        columns = block.text.splitlines()[0].replace(" ", "").split("|")
        found = [{column: row[column] for column in columns} for row in results[name]]
        assert in_order(found) == in_order(expected), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_has_a_child_without_rows_and_one_with_missing_values(page: Path) -> None:
    held = [
        held_rows(block)
        for section in sections_of(page)
        for block in section.blocks
        if block.words[0] == "rows"
    ]
    children = {row[UNIT] for table in held if table.table.table == "children" for row in table.records}
    others = [table for table in held if table.table.table != "children" and UNIT in table.table.shape.types]
    others = [table for table in others if table.table.table != ENTRIES]
    with_rows = {row[UNIT] for table in others for row in table.records}
    assert others == [] or children - with_rows, "every child has rows"
    assert children, "a page needs the table `children`"
    assert any(value is None for table in held for row in table.records for value in row.values())


def test_no_page_is_empty() -> None:
    assert len(PAGES) == len({section.page for section in SECTIONS})


def test_there_are_enough_cases() -> None:
    names = [(section.page, section.title) for section in SECTIONS]
    assert len(set(names)) == len(names) >= 300


# That nothing is left out: names as they are written, and nodes as they are meant ------------------------------


def _fragments() -> dict[str, list[str]]:
    """Return the fragments by kind of block, of those sections in which rows are expected."""
    found: dict[str, list[str]] = {"rows": [], "values": []}
    for section in SECTIONS:
        words = [block.words for block in section.blocks]
        if ("expect",) in words:
            for block in section.blocks:
                if block.words[0] in ("definition", "value", "variable", "windows"):
                    found["rows" if block.words[0] == "definition" else "values"].append(block.text)
    return found


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_case(function: str) -> None:
    written = [text for texts in _fragments().values() for text in texts]
    assert any(re.search(rf"\b{function}\(", text) for text in written)


@pytest.mark.parametrize("operation", ["from", "union", *OPERATIONS])
def test_every_operation_has_a_case(operation: str) -> None:
    assert any(re.search(rf"^{operation}:", text, re.MULTILINE) for text in _fragments()["rows"])


def test_every_node_has_a_case() -> None:
    """What the fragments mean reaches every kind of rows and values, and every entry of the tables behind them."""
    rows = [
        node
        for section in SECTIONS
        if (run := read(section)).expected
        for top in run.named.values()
        for node in walk_rows(top)
    ]
    values = [value for node in rows for top in values_of(node) for value in walk(top)]
    assert {type(node) for node in rows} == set(get_args(Rows))
    assert {type(value) for value in values} == set(get_args(Value))
    assert {value.function for value in values if isinstance(value, Apply)} == set(SCALARS)
    assert {value.function for value in values if isinstance(value, Summary)} == set(SUMMARIES)
    assert {value.function for value in values if isinstance(value, Covered)} == set(COVERED)
    assert {value.op for value in values if isinstance(value, Compare)} == {"=", "!=", "<", "<=", ">", ">="}
    assert {value.op for value in values if isinstance(value, Arithmetic)} == {"+", "-", "*", "/"}
    moves = {(value.unit, value.amount > 0) for value in values if isinstance(value, ShiftDate)}
    assert moves >= {(unit, later) for unit in ("day", "week", "month", "year") for later in (True, False)}
