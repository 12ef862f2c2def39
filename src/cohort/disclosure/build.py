"""Builds the structure of a study from its tables, without looking at a count.

Cells that two tables share (a margin over the same variables in the same group) are one cell; a group's fixed
values are taken out of its cells' names, so that "children under V2, by year" and "children under V2 with status
V2, by year" are one margin.

The groups of a release must form a chain, each inside the one before. Within a chain, what a reader can combine
are margins over shared variables, as long as the tables do not close a circle (year by sex, year by authority and
sex by authority do: together they narrow the unprinted year by sex by authority). A circle is cut by adding the
unprinted cells themselves; if they would be too many, nothing is passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations, product

from cohort.disclosure.chain import Chain, chain_of_groups
from cohort.disclosure.checks import check_tables
from cohort.disclosure.differences import lines_of_differences, nested_cells
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.flows import counts_of_flow, end_of, lines_of_ends, sets_total
from cohort.disclosure.joint import cells_of_circles
from cohort.disclosure.structure import KNOWN, MISSING, Cell, Difference, Line, Structure, holds
from cohort.query.outputs import SETS
from cohort.results.model import ALL, AttritionTable, CountTable, RawResults


def structure_of(raw: RawResults) -> Structure:
    """Return the structure of a release; raise ``CannotProtect`` where it has a shape without a safe reading.

    ``raw`` has tables of counts and flows only. Only the shape of the tables is read, never a count, so shells and
    read-back files give the same structure.
    """
    tables = [table for table in raw.tables if isinstance(table, CountTable)]
    flows = [table for table in raw.tables if isinstance(table, AttritionTable)]
    if len(tables) + len(flows) < len(raw.tables):
        raise CannotProtect("tables of summaries and of rates are protected with the whole release only")
    what = sorted({table.counted for table in raw.tables} - {SETS})
    if len(what) > 1:
        raise CannotProtect(
            f"tables of one release must count the same thing, and these count {', '.join(what)}"
        )
    check_tables(tables, flows)
    # Sets beside a cohort are sets of its cases; alone they are like any other tables.
    sets = [table for table in tables if what and table.counted == SETS]
    cohort = [table for table in tables if table not in sets]
    return _Builder(cohort, sets, flows, chain_of_groups(cohort)).build()


class _Builder:
    """Collects cells by name, then numbers them in an order that does not depend on the order of tables."""

    def __init__(
        self, tables: list[CountTable], sets: list[CountTable], flows: list[AttritionTable], chain: Chain
    ) -> None:
        self.tables = tables
        self.sets = sets
        self.flows = flows
        self.chain = chain
        self.impossible: set[Cell] = set()
        self.ranks: dict[Cell, int] = {}
        self.lines: set[tuple[Cell, tuple[Cell, ...]]] = set()
        self.wholes: set[tuple[Cell, tuple[Cell, ...]]] = set()
        self.places: dict[tuple[str, tuple[str, ...]], Cell] = {}

    def build(self) -> Structure:
        for table in self.tables:
            self._add_table(table)
        self._add_flows()
        self._add_lines_of_known()
        for table in self.sets:
            self._add_sets(table)
        printable = sorted(self.ranks, key=self._order)
        circles, further = cells_of_circles(self.tables, self.chain, printable)
        self.lines |= {(total, tuple(sorted(parts, key=self._order))) for total, parts in further}
        inner = {cell for total, parts in self.lines for cell in (total, *parts)} | set(circles)
        cells = (*printable, *sorted(inner - self.ranks.keys(), key=self._order))
        inside = sorted(
            nested_cells(cells, self.chain), key=lambda pair: (self._order(pair[0]), self._order(pair[1]))
        )
        self._spread_impossible(inside)
        return self._number(cells, len(printable), inside)

    def _order(self, cell: Cell) -> tuple[object, ...]:
        """Names of variables and values come last, so that renaming them moves as little as possible."""
        return (cell.part, cell.group, len(cell.values), cell.values)

    def _name(self, group: int, values: Mapping[str, str]) -> Cell:
        """Name a cell without the values that the group has by definition."""
        fixed = self.chain.fixed[group]
        kept = {n: value for n, value in values.items() if n not in fixed or not holds(value, fixed[n])}
        cell = Cell(group, tuple(sorted(kept.items())))
        if any(name in fixed for name in kept):
            self.impossible.add(cell)
        return cell

    def _add_table(self, table: CountTable) -> None:
        group = self.chain.place(table.group)
        names = [axis.variable for axis in table.axes]
        values = [[category.value for category in axis.categories] for axis in table.axes]
        named: dict[tuple[str, ...], Cell] = {}
        for key in product(*([*some, ALL] for some in values)):
            cell = self._name(group, {n: v for n, v in zip(names, key, strict=True) if v != ALL})
            totals = key.count(ALL)
            rank = 0 if totals == 0 else 1 if totals < len(key) else 2
            if not cell.values and not self.chain.conditions[group]:
                rank = 3
            named[key] = cell
            self.ranks[cell] = max(rank, self.ranks.get(cell, 0))
            self.places[(table.id, key)] = cell
        for key in table.impossible:
            if key not in named or ALL in key:
                raise CannotProtect(
                    f"table `{table.id}` calls a combination impossible that it does not have"
                )
            self.impossible.add(named[key])
        for key, total in named.items():
            free = [axis for axis, value in enumerate(key) if value == ALL]
            for number in range(1, len(free) + 1):
                for chosen in combinations(free, number):
                    some = product(*(values[at] if at in chosen else [key[at]] for at in range(len(key))))
                    self._add_line(total, (named[part] for part in some), of_margins=number == 1)

    def _add_line(self, total: Cell, parts: Iterable[Cell], *, of_margins: bool = True) -> None:
        found = set(parts)
        # A group's fixed value has the total's own name, and all other parts are impossible: nothing to say.
        if total not in found:
            lines = self.lines if of_margins else self.wholes
            lines.add((total, tuple(sorted(found, key=self._order))))

    def _add_flows(self) -> None:
        of_cohort = {cell for cell in self.ranks if cell.group == 0}
        ends = set()
        for flow in self.flows:
            end = end_of(flow, self.flows, self.tables)
            ends.add(end)
            counts = counts_of_flow(flow, end)
            for cell, rank in counts.ranks.items():
                self.ranks[cell] = max(rank, self.ranks.get(cell, 0))
            for total, parts in counts.lines:
                self._add_line(total, parts)
            self.places |= {(flow.id, place): cell for place, cell in counts.places.items()}
        for total, parts in lines_of_ends(self.flows, self.tables, of_cohort, ends):
            self._add_line(total, parts)

    def _add_lines_of_known(self) -> None:
        """Whose number is known are those with each of its values, where another table has these one by one."""
        values: dict[str, set[str]] = {}
        for table in self.tables:
            for axis in table.axes:
                values.setdefault(axis.variable, set()).update(c.value for c in axis.categories)
        for cell in list(self.ranks):
            for name in (name for name, value in cell.values if value == KNOWN):
                others = {n: v for n, v in cell.values if n != name}
                parts = [
                    Cell(cell.group, tuple(sorted({**others, name: value}.items())), cell.part)
                    for value in values[name] - {KNOWN, MISSING}
                ]
                if parts and all(part in self.ranks for part in parts):
                    self._add_line(cell, parts)

    def _add_sets(self, table: CountTable) -> None:
        """Matched sets are no part of the cohort by their names, but there is one for each case."""
        (axis,) = table.axes
        total, followed = sets_total(self.flows, self.tables, set(self.ranks))
        parts = [Cell(0, ((axis.variable, c.value),), ("sets", 0)) for c in axis.categories]
        for key, cell in zip([*((c.value,) for c in axis.categories), (ALL,)], [*parts, total], strict=True):
            self.ranks[cell] = max(self.ranks.get(cell, 0), 2 if cell == total else 0)
            self.places[(table.id, key)] = cell
        self._add_line(total, parts)
        if followed is not None:
            self._add_line(total, (followed, Cell(0, part=("sets without follow-up", 0))))

    def _spread_impossible(self, nested: list[tuple[Cell, Cell]]) -> None:
        """Whatever lies in an impossible cell is impossible, and so is a total of impossible parts alone."""
        before = -1
        while before != len(self.impossible):
            before = len(self.impossible)
            for total, parts in self.lines:
                if total in self.impossible:
                    self.impossible.update(parts)
                elif all(part in self.impossible for part in parts):
                    self.impossible.add(total)
            self.impossible.update(inside for whole, inside in nested if whole in self.impossible)

    def _number(self, cells: tuple[Cell, ...], printable: int, nested: list[tuple[Cell, Cell]]) -> Structure:
        at = {cell: position for position, cell in enumerate(cells)}

        def numbered(named: set[tuple[Cell, tuple[Cell, ...]]]) -> list[Line]:
            lines = (Line(at[total], tuple(sorted(at[part] for part in parts))) for total, parts in named)
            return sorted(lines, key=lambda line: (line.total, line.parts))

        lines = numbered(self.lines)
        differences = tuple(
            Difference(at[whole], at[inside]) for whole, inside in nested if inside not in self.impossible
        )
        seen = [line for line in lines if max(line.total, *line.parts) < printable]
        seen += list(lines_of_differences(seen, differences, len(cells)))
        flows = {flow.id for flow in self.flows}
        return Structure(
            cells=cells,
            printable=printable,
            lines=tuple(lines),
            read_lines=(*seen, *numbered(self.wholes)),
            lines_of_margins=tuple(seen),
            differences=differences,
            impossible=frozenset(at[cell] for cell in self.impossible if cell in at),
            flow=frozenset(at[cell] for (table, _), cell in self.places.items() if table in flows),
            rank=tuple(self.ranks.get(cell, 0) for cell in cells),
            fixed=self.chain.fixed,
            places={place: at[cell] for place, cell in sorted(self.places.items())},
        )
