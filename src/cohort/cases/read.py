"""Reads a file of cases: what each invented unit has in the sources, and what should happen to it.

    cohort_cases: 1
    cases:
      entered_as_newborn:
        rows:
          children:
            - {week_of_birth: 2010-03-01}
        expect:
          enters: yes

The rows are those of sources as the study sees them, after the catalogue's preparation.
"""

from __future__ import annotations

from pathlib import Path

from cohort.cases.cells import Reader, WrongText
from cohort.cases.expect import Expecting
from cohort.cases.model import Case, Cases
from cohort.cases.nodes import Group, listed, wrong_shape, wrong_value
from cohort.catalogue import Catalogue
from cohort.diagnostics import Diagnostics
from cohort.diagnostics.nearest import nearest
from cohort.engines.reference import Row
from cohort.query.rows import Shape
from cohort.query.study import Study
from cohort.source import Source
from cohort.source.nodes import ListNode, MapNode, Node, ScalarNode
from cohort.source.yaml_nodes import read_nodes
from cohort.types import Kind

VERSION = "1"
"""The version of files of cases that this program reads."""


def cases_file(spec: Path) -> Path:
    """Return where the cases of a spec stand: beside it, ``<study>.cases.yaml``."""
    return spec.with_name(f"{spec.stem}.cases.yaml")


def read_cases(source: Source, study: Study, catalogue: Catalogue, diagnostics: Diagnostics) -> Cases | None:
    """Read the cases of a sound study; None if there is a problem, which is then in ``diagnostics``."""
    root = read_nodes(source, diagnostics)
    if root is None:
        return None
    cases = _File(source, study, catalogue, diagnostics).read(root)
    return None if diagnostics.has_errors else cases


class _File:
    """One file being read."""

    def __init__(self, source: Source, study: Study, catalogue: Catalogue, diagnostics: Diagnostics) -> None:
        self.source, self.study, self.diagnostics = source, study, diagnostics
        self.code_lists = catalogue.code_lists
        offered = (p.name for p in catalogue.prepared.values() if p.offered)
        known = {name: study.by_name[name].rows.shape for name in offered if name in study.by_name}
        self.shapes: dict[str, Shape] = {n: s for n, s in known.items() if s.unit is not None}
        self.rows: dict[str, list[Row]] = {name: [] for name in self.shapes}
        self.number_of_row = 0

    def read(self, root: MapNode) -> Cases | None:
        top = Group(root, "the file", "", self.diagnostics, ("cohort_cases", "cases"))
        version = top.scalar("cohort_cases", "one number")
        if version is None or version.text != VERSION:
            place = version.place if version is not None else root.place
            wrong_shape(
                self.diagnostics,
                place,
                "cohort_cases",
                "`cohort_cases`",
                f"`{VERSION}`, the version of such files",
            )
        written = top.get("cases")
        if not isinstance(written, MapNode) or not written.entries:
            place = root.place if written is None else written.place
            wrong_shape(
                self.diagnostics,
                place,
                "cases",
                "`cases`",
                "names of invented units, each with `rows` and `expect`",
            )
            return None
        names = tuple(name.text for name, _ in written)
        self.reader = Reader(names, self.code_lists)
        expecting = Expecting(self.study, self.reader, names, self.diagnostics)
        cases = [
            self._case(name, node, number, expecting) for number, (name, node) in enumerate(written, start=1)
        ]
        return Cases(self.source.name, tuple(c for c in cases if c is not None), self.rows, self.reader.keys)

    def _case(self, name: ScalarNode, node: Node, number: int, expecting: Expecting) -> Case | None:
        at = f"cases.{name.text}"
        if not isinstance(node, MapNode) or node.get("expect") is None:
            wrong_shape(self.diagnostics, name.place, at, f"`{name.text}`", "a group of keys with `expect`")
            return None
        group = Group(node, f"`{name.text}`", at, self.diagnostics, ("note", "rows", "expect"))
        rows = group.get("rows")
        if rows is not None:
            self._rows(rows, at, number)
        written = group.get("expect")
        parts = written.items if isinstance(written, ListNode) else (written,)
        expected = tuple(
            found for part in parts if part is not None and (found := expecting.read(part, f"{at}.expect"))
        )
        return Case(name.text, number, expected, name.place.line)

    def _rows(self, node: Node, at: str, unit: int) -> None:
        if not isinstance(node, MapNode):
            wrong_shape(
                self.diagnostics,
                node.place,
                f"{at}.rows",
                "`rows`",
                "names of sources, each with a list of rows",
            )
            return
        for source, rows in node:
            path = f"{at}.rows.{source.text}"
            shape = self.shapes.get(source.text)
            if shape is None:
                self.diagnostics.add(
                    "CAS103", source.place, at=path, suggestion=nearest(source.text, self.shapes),
                    name=source.text, known=listed(self.shapes),
                )  # fmt: skip
            elif not isinstance(rows, ListNode):
                wrong_shape(
                    self.diagnostics,
                    source.place,
                    path,
                    f"`{source.text}`",
                    "a list of rows, each with `- {column: value}`",
                )
            else:
                for number, row in enumerate(rows.items):
                    if number and shape.one_per_unit:
                        self.diagnostics.add(
                            "CAS109", row.place, at=path, source=source.text, unit=self.study.unit
                        )
                    self._row(row, source, shape, path, unit)

    def _row(self, node: Node, source: ScalarNode, shape: Shape, at: str, unit: int) -> None:
        if not isinstance(node, MapNode):
            wrong_shape(
                self.diagnostics,
                node.place,
                at,
                f"A row of `{source.text}`",
                "columns with values, such as `{column: value}`",
            )
            return
        self.number_of_row += 1
        columns = {name: kind for name, kind in shape.columns if name != shape.unit}
        # Keys that a case does not say break ties in the order of the file.
        numbered = {
            name for name in shape.key if columns.get(name) and columns[name].kind in (Kind.KEY, Kind.WHOLE)
        }
        row: Row = {name: self.number_of_row if name in numbered else None for name in shape.names}
        assert shape.unit is not None
        row[shape.unit] = unit
        for column, value in node:
            path, kind = f"{at}.{column.text}", columns.get(column.text)
            if kind is None:
                self.diagnostics.add(
                    "CAS104", column.place, at=path, suggestion=nearest(column.text, columns),
                    name=column.text, source=source.text, known=listed(columns),
                )  # fmt: skip
            elif not isinstance(value, ScalarNode):
                wrong_shape(self.diagnostics, column.place, path, f"`{column.text}`", "one value")
            else:
                try:
                    row[column.text] = self.reader.cell(value, kind)
                except WrongText as problem:
                    wrong_value(self.diagnostics, value, path, column.text, problem)
        for name in shape.spell or ():
            if node.key(name) is None:
                self.diagnostics.add("CAS106", node.place, at=at, source=source.text, column=name)
        self.rows[source.text].append(row)
