"""Runs the spec tests: each section of each page on the reference engine and on DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from cohort.engines.reference import Cell, NamedResult, World, evaluate_rows
from cohort.query.rows import Add, NamedRows, Rows, Shape, TableRows
from cohort.resolve.fragments import resolve_rows, resolve_value

from ..properties.harness import by_duckdb as run_on_duckdb
from ..properties.harness import in_order
from .fragments import resolve_variable
from .pages import UNIT, Block, HeldRows, Section, expected_rows, held_rows, sections_of

PAGES = sorted(Path(__file__).parent.glob("*.md"))
SECTIONS = [section for page in PAGES for section in sections_of(page)]


@dataclass
class Run:
    """One section being read: held tables, named rows in order, and what is expected of them."""

    held: dict[str, HeldRows] = field(default_factory=dict)
    named: dict[str, Rows] = field(default_factory=dict)
    windows: str = ""
    codelists: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    expected: dict[str, Block] = field(default_factory=dict)

    @property
    def shapes(self) -> dict[str, Shape]:
        """What named rows look like; a table that has the unit is rows of the unit."""
        return {name: self.shape(name) for name in self.named}

    def shape(self, name: str) -> Shape:
        """What rows of a name look like."""
        rows = self.named[name]
        if not isinstance(rows, TableRows):
            return rows.shape
        once = self.held[name].one_per_unit
        return replace(rows.shape, unit=UNIT if UNIT in rows.shape.types else None, one_per_unit=once)

    def take(self, block: Block) -> None:
        """Read one block."""
        match block.words:
            case ("rows", name, *_):
                self.held[name] = held_rows(block)
                self.named[name] = self.held[name].table
            case ("definition", name):
                self.named[name] = resolve_rows(block.text, self.shapes, UNIT)
            case ("value", "on", name):
                value = resolve_value(block.text.strip(), self.shape(name), UNIT)
                self._add(name, value)
            case ("variable", "on", name):
                found = resolve_variable(
                    block.text, self.shape(name), self.shapes, self.windows, self.codelists
                )
                self._add(name, found)
            case ("windows",):
                self.windows = block.text
            case ("codelist", name):
                lines = [line.split(",", 1) for line in block.text.splitlines()]
                self.codelists[name] = tuple((code, label) for code, label in lines)
            case ("expect",):
                self.expected[list(self.named)[-1]] = block
            case _:
                raise ValueError(f"no block {block.words}")

    def _add(self, name: str, value: Any) -> None:
        self.named[f"answers_{len(self.named)}"] = Add(
            NamedRows(name, self.shape(name)), (("answer", value),)
        )


def read(section: Section) -> Run:
    run = Run()
    for block in section.blocks:
        run.take(block)
    assert run.expected, "nothing is expected"
    return run


def by_reference(run: Run) -> dict[str, list[dict[str, Cell]]]:
    world = World({name: held.records for name, held in run.held.items()})
    for name, rows in run.named.items():
        world.named[name] = NamedResult(run.shape(name), evaluate_rows(rows, world))
    return {name: world.named[name].rows for name in run.named}


def by_duckdb(run: Run) -> dict[str, list[dict[str, Cell]]]:
    return run_on_duckdb(run.named, {name: held.records for name, held in run.held.items()})


@pytest.mark.parametrize("engine", [by_reference, by_duckdb], ids=["reference", "duckdb"])
@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: f"{section.page}: {section.title}")
def test_page(section: Section, engine: Any) -> None:
    run = read(section)
    results = engine(run)
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
    with_rows = {row[UNIT] for table in others for row in table.records}
    assert others == [] or children - with_rows, "every child has rows"
    assert children, "a page needs the table `children`"
    assert any(value is None for table in held for row in table.records for value in row.values())


def test_no_page_is_empty() -> None:
    assert len(PAGES) == len({section.page for section in SECTIONS})
