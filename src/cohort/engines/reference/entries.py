"""The meaning of names: rows, variables and values for one set of entries, each worked out when it is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cohort.engines.reference.cells import as_date
from cohort.engines.reference.rows import evaluate_rows
from cohort.engines.reference.values import evaluate_value
from cohort.engines.reference.world import Cell, Context, Entry, NamedResult, ReferenceFault, Row, World
from cohort.query.rows import NamedRows, Rows, values_of, walk_rows
from cohort.query.study import GROUP, Step, Study
from cohort.query.summaries import RowsOf
from cohort.query.values import Value, VariableValue, rows_named, walk


class Entries:
    """The named rows, variables and values of a study for the entries of a world."""

    def __init__(self, study: Study, world: World) -> None:
        self.study = study
        self.world = world
        self._rows: dict[str, Rows] = {table.name: table.rows for table in study.context}
        self._rows |= {definition.name: definition.rows for definition in study.definitions}
        self._asked: list[str] = []

    def with_entries(self, entries: Iterable[Entry]) -> Entries:
        """Return the same study for other entries; rows of units are not worked out again."""
        return Entries(self.study, self.world.for_entries(tuple(entries)))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries: units with their index dates."""
        if self.world.entries is None:
            raise ReferenceFault("the entries are asked for before they are known")
        return self.world.entries

    def named(self, name: str) -> list[Row]:
        """Return the rows of a prepared source, a definition or a context table."""
        if name not in self.world.named:
            rows = self._rows[name]
            self._begin(name)
            for node in walk_rows(rows):
                if isinstance(node, NamedRows):
                    self.named(node.name)
                for value in values_of(node):
                    self.prepare(value)
            self.world.named[name] = NamedResult(rows.shape, evaluate_rows(rows, self.world))
            self._asked.pop()
        return self.world.named[name].rows

    def variable(self, name: str) -> dict[Entry, Cell]:
        """Return the value of a variable for each entry."""
        if name not in self.world.variables:
            value = self.study.variable[name].value
            self._begin(name)
            self.prepare(value)
            found = {entry: self._worked_out(value, entry) for entry in self.entries}
            self._asked.pop()
            self.world.variables[name] = found
        return self.world.variables[name]

    def value(self, value: Value, entry: Entry, group: str | None = None) -> Cell:
        """Return a value for an entry; ``group`` says whether it is a case or a peer, where that is settled."""
        self.prepare(value)
        return self._worked_out(value, entry, group)

    def rows_of(self, rows: RowsOf, entry: Entry) -> list[Row]:
        """Return the named rows of the entry, or of its unit."""
        self.named(rows.name)
        return self.world.result(rows.name).of(*entry)

    def steps(self, steps: Sequence[Step], entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
        """Return the entries given and those left after each step."""
        left = [tuple(entries)]
        for step in steps:
            left.append(tuple(entry for entry in left[-1] if self.value(step.keep, entry) is True))
        return left

    def without_each(self, steps: Sequence[Step], entries: Iterable[Entry]) -> list[tuple[Entry, ...]]:
        """Return for each step the entries given that pass all others, whatever this one says."""
        failed = {
            entry: [number for number, step in enumerate(steps) if self.value(step.keep, entry) is not True]
            for entry in entries
        }
        return [
            tuple(entry for entry, numbers in failed.items() if not set(numbers) - {number})
            for number in range(len(steps))
        ]

    def index_dates(self) -> list[Entry]:
        """Return the distinct entries that the population's start gives, before any entry is known."""
        population = self.study.population
        self.named(population.start)
        self.prepare(population.index_date)
        result = self.world.result(population.start)
        if result.shape.per_entry:
            raise ReferenceFault(f"{population.start} needs entries, which come from it")
        found: dict[Entry, None] = {}
        for (unit,), rows in result.by_owner.items():
            if not population.many:
                # Which of several rows would be the entry? This raises where there are several.
                result.only(unit, None)
            for row in rows:
                date = as_date(evaluate_value(population.index_date, row, Context(self.world, unit)))
                if date is not None:
                    found[unit, date] = None
        return list(found)

    def prepare(self, value: Value) -> None:
        """Work out everything that a value refers to."""
        for name in sorted(rows_named(value)):
            self.named(name)
        for part in walk(value):
            match part:
                case VariableValue() if part.name == GROUP:
                    continue
                case VariableValue() if part.of_person:
                    self._prepare_of_person(part.name)
                case VariableValue():
                    self.variable(part.name)
                case _:
                    continue

    def _prepare_of_person(self, name: str) -> None:
        if name not in self.world.of_persons:
            value = self.study.variable[name].value
            self._begin(name)
            self.prepare(value)
            self._asked.pop()
            self.world.of_persons[name] = value

    def _worked_out(self, value: Value, entry: Entry, group: str | None = None) -> Cell:
        unit, index_date = entry
        return evaluate_value(value, {}, Context(self.world, unit, index_date, group=group))

    def _begin(self, name: str) -> None:
        if name in self._asked:
            raise ReferenceFault(" needs ".join([*self._asked, name]))
        self._asked.append(name)
