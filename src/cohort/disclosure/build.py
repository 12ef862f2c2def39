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

from collections.abc import Iterator, Mapping
from itertools import product

from cohort.disclosure.chain import Chain, chain_of_groups
from cohort.disclosure.circles import circle_of
from cohort.disclosure.errors import CannotProtect
from cohort.disclosure.structure import Cell, Difference, Line, Structure
from cohort.results.model import ALL, AttritionTable, CountTable, RawResults

MOST_UNPRINTED_CELLS = 1500
"""How many unprinted cells may be added to cut circles; more would take minutes to audit."""


def structure_of(raw: RawResults) -> Structure:
    """Return the structure of a release; raise ``CannotProtect`` where it has a shape without a safe reading.

    Only the shape of the tables is read, never a count, so shells and read-back files give the same structure.
    """
    tables = [table for table in raw.tables if isinstance(table, CountTable)]
    flows = [table for table in raw.tables if isinstance(table, AttritionTable)]
    _check_tables(tables, flows)
    _check_categories(tables)
    return _Builder(tables, flows, chain_of_groups(tables)).build()


def _check_tables(tables: list[CountTable], flows: list[AttritionTable]) -> None:
    all_tables: list[CountTable | AttritionTable] = [*tables, *flows]
    counted = sorted({table.counted for table in all_tables})
    if len(counted) > 1:
        raise CannotProtect(
            f"tables of one release must count the same thing, and these count {', '.join(counted)}"
        )
    identifiers = [table.id for table in all_tables]
    if len(identifiers) != len(set(identifiers)):
        raise CannotProtect("two tables have the same id")
    if len(flows) > 1:
        raise CannotProtect("two flows of one cohort cannot be protected together yet")
    for flow in flows:
        if not flow.steps:
            raise CannotProtect(f"the flow `{flow.id}` has no steps")
    for table in tables:
        variables = [axis.variable for axis in table.axes]
        if len(variables) != len(set(variables)):
            raise CannotProtect(f"table `{table.id}` is counted twice by the same variable")
        for axis in table.axes:
            values = [category.value for category in axis.categories]
            if not values:
                raise CannotProtect(f"`{axis.variable}` in table `{table.id}` has no categories")
            if ALL in values or len(values) != len(set(values)):
                raise CannotProtect(
                    f"`{axis.variable}` in table `{table.id}` has a category twice or one named `{ALL}`"
                )


def _check_categories(tables: list[CountTable]) -> None:
    """Refuse two groupings of one variable: 0 to 4 less 0 to 3 is age 4, and names alone do not say so."""
    seen: dict[str, list[frozenset[str]]] = {}
    for table in tables:
        for axis in table.axes:
            seen.setdefault(axis.variable, []).append(frozenset(c.value for c in axis.categories))
    for variable, groupings in seen.items():
        widest = max(groupings, key=len)
        if not all(grouping <= widest for grouping in groupings):
            raise CannotProtect(
                f"`{variable}` is grouped in two ways, and what the two tell together is not audited"
            )


class _Builder:
    """Collects cells by name, then numbers them in an order that does not depend on the order of tables."""

    def __init__(self, tables: list[CountTable], flows: list[AttritionTable], chain: Chain) -> None:
        self.tables = tables
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
        for flow in self.flows:
            self._add_flow(flow)
        printable = sorted(self.ranks, key=self._order)
        unprinted = self._cut_circles()
        cells = (*printable, *unprinted)
        inside = self._nested(cells)
        self._spread_impossible(inside)
        return self._number(cells, len(printable), inside)

    def _order(self, cell: Cell) -> tuple[object, ...]:
        """Names of variables and values come last, so that renaming them moves as little as possible."""
        return (cell.part, cell.group, len(cell.values), cell.values)

    def _name(self, group: int, values: Mapping[str, str]) -> Cell:
        """Name a cell without the values that the group has by definition."""
        fixed = self.chain.fixed[group]
        kept = tuple(sorted((name, value) for name, value in values.items() if fixed.get(name) != value))
        cell = Cell(group, kept)
        if any(name in fixed for name, _ in kept):
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
            for axis, value in enumerate(key):
                if value == ALL:
                    parts = (named[(*key[:axis], part, *key[axis + 1 :])] for part in values[axis])
                    self._add_line(total, parts)
        grand, inner = named[(ALL,) * len(names)], {named[key] for key in product(*values)}
        if len(names) > 1 and grand not in inner:
            self.wholes.add((grand, tuple(sorted(inner, key=self._order))))

    def _add_line(self, total: Cell, parts: Iterator[Cell]) -> None:
        found = set(parts)
        # A group's fixed value has the total's own name, and all other parts are impossible: nothing to say.
        if total not in found:
            self.lines.add((total, tuple(sorted(found, key=self._order))))

    def _add_flow(self, flow: AttritionTable) -> None:
        last = len(flow.steps) - 1
        remaining = [
            Cell(0) if step == last else Cell(0, part=("remaining", step)) for step in range(len(flow.steps))
        ]
        for step, cell in enumerate(remaining):
            self.ranks[cell] = 3 if step == last else 2
            self.places[(flow.id, ("remaining", str(step)))] = cell
            if step:
                excluded = Cell(0, part=("excluded", step))
                self.ranks[excluded] = 1
                self.places[(flow.id, ("excluded", str(step)))] = excluded
                self.lines.add((remaining[step - 1], (cell, excluded)))

    def _cut_circles(self) -> list[Cell]:
        """Add the unprinted cells of every circle of tables, with lines to the margins that are printed."""
        edges = []
        for table in self.tables:
            group = self.chain.place(table.group)
            told = {axis.variable for axis in table.axes if len(axis.categories) > 1}
            edges.append((group, frozenset(told | self.chain.fixed[group].keys())))
        circle = circle_of(edges)
        if circle is None:
            return []
        smallest, variables = circle
        categories: dict[str, list[str]] = {}
        for table in self.tables:
            for axis in table.axes:
                known = categories.setdefault(axis.variable, [])
                known += [c.value for c in axis.categories if c.value not in known]
        added: list[Cell] = []
        lines: list[tuple[Cell, tuple[Cell, ...]]] = []
        printed = sorted(self.ranks, key=self._order)
        for group in range(smallest + 1):
            names = sorted(variables - self.chain.fixed[group].keys())
            size = 1
            for name in names:
                size *= len(categories.get(name, ()))
            if len(added) + size > MOST_UNPRINTED_CELLS:
                raise CannotProtect(
                    f"tables by {', '.join(sorted(variables))} overlap in a circle too large to audit; "
                    "leave one of them out or use fewer categories"
                )
            joint = [
                Cell(group, tuple(zip(names, key, strict=True)))
                for key in product(*(sorted(categories[name]) for name in names))
            ]
            added += [cell for cell in joint if cell not in self.ranks]
            for margin in printed:
                if (
                    margin.group == group
                    and margin.part[0] == ""
                    and {n for n, _ in margin.values} < set(names)
                ):
                    parts = tuple(cell for cell in joint if set(margin.values) <= set(cell.values))
                    if parts:
                        lines.append((margin, parts))
        self.lines |= set(lines)
        return sorted(added, key=self._order)

    def _nested(self, cells: tuple[Cell, ...]) -> list[tuple[Cell, Cell]]:
        """Return (whole, inside) for every two cells of different groups of which one contains the other."""
        known = set(cells)
        found: set[tuple[Cell, Cell]] = set()
        for whole in cells:
            if whole.part[0]:
                continue
            for group in range(whole.group + 1, len(self.chain.fixed)):
                fixed = self.chain.fixed[group]
                if any(fixed.get(name, value) != value for name, value in whole.values):
                    continue  # The group has another value by definition: nobody is in both.
                inside = Cell(group, tuple((n, v) for n, v in whole.values if n not in fixed))
                if inside in known:
                    found.add((whole, inside))
        return sorted(found, key=lambda pair: (self._order(pair[0]), self._order(pair[1])))

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
        lines = sorted(
            (Line(at[total], tuple(sorted(at[part] for part in parts))) for total, parts in self.lines),
            key=lambda line: (line.total, line.parts),
        )
        differences = tuple(
            Difference(at[whole], at[inside]) for whole, inside in nested if inside not in self.impossible
        )
        seen = [line for line in lines if max(line.total, *line.parts) < printable]
        seen += list(_lines_of_differences(seen, differences, len(cells)))
        whole_tables = (
            (at[total], tuple(sorted(at[part] for part in parts))) for total, parts in self.wholes
        )
        seen_wholes = [Line(total, parts) for total, parts in sorted(whole_tables)]
        flow = frozenset(
            at[cell] for (table, _), cell in self.places.items() if table in {f.id for f in self.flows}
        )
        return Structure(
            cells=cells,
            printable=printable,
            lines=tuple(lines),
            read_lines=(*seen, *seen_wholes),
            lines_of_margins=tuple(seen),
            differences=differences,
            impossible=frozenset(at[cell] for cell in self.impossible if cell in at),
            flow=flow,
            rank=tuple(self.ranks.get(cell, 0) for cell in cells),
            places={place: at[cell] for place, cell in sorted(self.places.items())},
        )


def _lines_of_differences(
    lines: list[Line], differences: tuple[Difference, ...], first: int
) -> Iterator[Line]:
    """Yield the lines in which a reader takes a printed group from a printed larger one, part by part."""
    column = {difference: first + position for position, difference in enumerate(differences)}
    known_lines = {(line.total, line.parts) for line in lines}
    inner_lines: dict[int, list[tuple[int, ...]]] = {}
    for line in lines:
        inner_lines.setdefault(line.total, []).append(line.parts)
    for whole_line in lines:
        for difference in (d for d in differences if d.whole == whole_line.total):
            # Either the smaller group has the same line, or one part of the larger group holds all of it.
            for inside_parts in (*inner_lines.get(difference.inside, ()), (difference.inside,)):
                pairs: dict[int, int] = {}
                for inside in inside_parts:
                    for whole in whole_line.parts:
                        if Difference(whole, inside) in column:
                            pairs[inside] = whole
                if len(pairs) == len(inside_parts) and len(set(pairs.values())) == len(pairs):
                    taken = {whole: column[Difference(whole, inside)] for inside, whole in pairs.items()}
                    parts = tuple(sorted(taken.get(part, part) for part in whole_line.parts))
                    line = Line(column[difference], parts)
                    if (line.total, line.parts) not in known_lines:
                        known_lines.add((line.total, line.parts))
                        yield line
