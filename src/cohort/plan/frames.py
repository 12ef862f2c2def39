"""Rows of entries and variables worked out for one frame, each after what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from cohort.plan.definitions import late_table
from cohort.plan.model import JoinVariables, PlanStep, PlanTable, WorkOut
from cohort.plan.names import (
    ALIKE_ENTRIES,
    CANDIDATE_ENTRIES,
    CANDIDATES,
    CANDIDATES_ALIKE,
    CANDIDATES_PASSED,
    CONCERNED,
    ENTRIES,
    INDEX_DATE,
    INDEX_DATES,
    MEMBER_ENTRIES,
    MEMBERS_FRAME,
    POSSIBLE,
)
from cohort.query.study import Study, Variable
from cohort.query.values import Value, VariableValue, rows_named, walk
from cohort.types import DATE, ValueType

MOST_TOGETHER = 15
"""How many variables are worked out in one table: databases take long to plan joins of hundreds."""

Columns = tuple[tuple[str, ValueType], ...]
_Node = tuple[Literal["rows", "variable"], str]
_Name = TypeVar("_Name")


@dataclass(frozen=True)
class Frame:
    """A table of (unit, index date), the table with variables beside each, and what tables for it are called.

    ``rows`` is what the name of rows of entries becomes, ``values`` that of a numbered table of values, and ``staged``
    that of rows of units restricted to those of the frame. A study can give none of these names.
    """

    table: str
    entries: str
    rows: str
    values: str
    staged: str


POPULATION = Frame(INDEX_DATES, ENTRIES, "{}", "values_{}_of_population", "{}_of_population")
OF_CANDIDATES = Frame(
    CANDIDATES, CANDIDATE_ENTRIES, "candidate_rows_{}", "candidate_values_{}", "candidate_rows_{}"
)
OF_PASSED = Frame(
    CANDIDATES_PASSED, POSSIBLE, "candidate_key_rows_{}", "candidate_key_values_{}", "candidate_key_rows_{}"
)
OF_ALIKE = Frame(
    CANDIDATES_ALIKE,
    ALIKE_ENTRIES,
    "candidate_step_rows_{}",
    "candidate_step_values_{}",
    "candidate_step_rows_{}",
)
OF_CONCERNED = Frame(
    CONCERNED,
    "candidate_units_entries",
    "candidate_units_rows_{}",
    "candidate_units_values_{}",
    "candidate_units_rows_{}",
)
"""Units without an index date: nothing is worked out for them, but what any frame reads may be restricted to them."""
OF_MEMBERS = Frame(MEMBERS_FRAME, MEMBER_ENTRIES, "member_rows_{}", "member_values_{}", "member_rows_{}")


@dataclass(frozen=True)
class WorkedOut:
    """The tables of one frame in order, and where names of the study lead to after them."""

    frame: Frame
    tables: tuple[PlanTable, ...]
    reads: Mapping[str, str]


def work_out(
    study: Study,
    frame: Frame,
    variables: Sequence[Variable],
    values: Iterable[Value] | None,
    given: Mapping[str, str] | None = None,
    also: Iterable[Variable] = (),
) -> WorkedOut:
    """Work out what some values need, and ``also`` some variables, for a frame. None: all rows and variables.

    ``variables`` are all that can be needed; rows of entries and variables with a table already are ``given``. All
    others that are needed become columns of the frame's table of entries, in their order.
    """
    return _Work(study, frame, variables, dict(given or {})).work_out(values, also)


class _Work:
    """What one frame needs, as a graph of rows of entries and variables."""

    def __init__(
        self, study: Study, frame: Frame, variables: Sequence[Variable], given: dict[str, str]
    ) -> None:
        self.frame = frame
        self.unit = (study.unit, unit_type(study))
        self.origin = study.population.origin
        self.late = {d.name: d for d in study.definitions if d.per_entry and d.name not in given}
        self.variables = {variable.name: variable for variable in variables}
        self.reads = given
        self.given = frozenset(given)
        self.tables: list[PlanTable] = []
        self._known_needs: dict[_Node, list[_Node]] = {}

    def work_out(self, values: Iterable[Value] | None, also: Iterable[Variable]) -> WorkedOut:
        roots: list[_Node] = [("rows", name) for name in self.late]
        roots += [("variable", name) for name in self.variables]
        if values is not None:
            roots = [node for value in values for node in self._of_value(value)]
            roots += [("variable", variable.name) for variable in also]
        order = ordered(roots, self._needs)
        layers = self._layers(order)
        wanted = [name for kind, name in order if kind == "variable" and name not in self.given]
        done: set[str] = set()
        for layer in range(max(layers.values(), default=0) + 1):
            for node in order:
                if node[0] == "rows" and layers[node] == layer:
                    self._add_rows(node[1])
            later = [node for node in order if node[0] == "rows" and layers[node] > layer]
            first = {name for kind, name in ordered(later, self._needs) if kind == "variable"}
            now = [n for n in wanted if n in first and n not in done and layers["variable", n] <= layer]
            self._add_values(now)
            done |= set(now)
        rest = [name for name in wanted if name not in done]
        last = len(rest) - (len(rest) % MOST_TOGETHER or MOST_TOGETHER)
        self._add_values(rest[: max(last, 0)])
        self._add_entries(rest[max(last, 0) :], {name for kind, name in order if kind == "variable"})
        return WorkedOut(self.frame, tuple(self.tables), dict(self.reads))

    def _needs(self, node: _Node) -> list[_Node]:
        if node not in self._known_needs:
            kind, name = node
            if kind == "rows":
                definition = self.late[name]
                self._known_needs[node] = self._nodes(definition.uses, definition.uses_variables)
            else:
                given = name in self.given
                self._known_needs[node] = [] if given else self._of_value(self.variables[name].value)
        return self._known_needs[node]

    def _of_value(self, value: Value) -> list[_Node]:
        return self._nodes(
            rows_named(value), {part.name for part in walk(value) if isinstance(part, VariableValue)}
        )

    def _nodes(self, rows: Iterable[str], variables: Iterable[str]) -> list[_Node]:
        # In the order of names: sets have none that is the same in every run.
        found: list[_Node] = [("rows", name) for name in sorted(rows) if name in self.late]
        return found + [("variable", name) for name in sorted(variables) if name in self.variables]

    def _layers(self, order: Sequence[_Node]) -> dict[_Node, int]:
        """Rows come one layer after the variables that they need; variables come with their rows."""
        layers: dict[_Node, int] = {}
        for node in order:
            rows = node[0] == "rows"
            needed = [
                layers[n] + (rows and n[0] == "variable" and n[1] not in self.given)
                for n in self._needs(node)
            ]
            layers[node] = max(needed, default=0)
        return layers

    def _add_rows(self, name: str) -> None:
        table = self.frame.rows.format(name)
        self.tables.append(late_table(self.late[name], table, self.reads, self.frame.table))
        if table != name:
            self.reads[name] = table

    def _add_values(self, names: Sequence[str]) -> None:
        """Add tables of variables that later tables read."""
        for start in range(0, len(names), MOST_TOGETHER):
            some = names[start : start + MOST_TOGETHER]
            number = 1 + sum(isinstance(table.steps[-1].relation, JoinVariables) for table in self.tables)
            name = self.frame.values.format(number)
            self._add_table(name, "variables that later steps need", some, some)

    def _add_entries(self, names: Sequence[str], listed: set[str]) -> None:
        columns = [name for name in self.variables if name in listed]
        self._add_table(self.frame.entries, "variables beside each entry", names, columns)

    def _add_table(self, table: str, words: str, names: Sequence[str], listed: Sequence[str]) -> None:
        found = [self.variables[name] for name in names]
        steps = [work_out_step(variable) for variable in found]
        columns = tuple((name, self.variables[name].type) for name in listed)
        steps.append(PlanStep(table, words, "", self.origin, JoinVariables(columns)))
        self.tables.append(
            PlanTable(
                table,
                (self.unit, (INDEX_DATE, DATE), *columns),
                self.unit[0],
                tuple(steps),
                tuple(self.reads.items()),
                self.frame.table,
            )
        )
        self.reads |= dict.fromkeys(listed, table)


def work_out_step(variable: Variable) -> PlanStep:
    """Return the step that works out a variable."""
    return PlanStep(
        variable.name, variable.label, "", variable.origin, WorkOut(variable.name, variable.value)
    )


def unit_type(study: Study) -> ValueType:
    """Return the type of the unit's column."""
    return study.by_name[study.population.start].rows.shape.types[study.unit]


def ordered(roots: Iterable[_Name], needs: Callable[[_Name], Sequence[_Name]]) -> list[_Name]:
    """Return names and all that they need, each after what it needs, otherwise in the order given.

    Without recursion: chains may be longer than Python's stack. A circle, which the resolver refuses, is our own fault.
    """
    found: dict[_Name, None] = {}
    begun: set[_Name] = set()
    for root in roots:
        waiting = [(root, False)]
        while waiting:
            name, needed = waiting.pop()
            if needed:
                found[name] = None
            elif name not in found:
                if name in begun:
                    raise ValueError(f"{name} needs itself")
                begun.add(name)
                waiting.append((name, True))
                waiting.extend((need, False) for need in reversed(needs(name)))
    return list(found)
